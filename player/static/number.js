// Numbers as a person reads them.

// Three places, or two where a power of ten stands beside them; nothing where there is no number.
export function short(value) {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}
