// Numbers as a person reads them: with a minus, and a power of ten only far from 1.

// experiment/sentences.py writes them the same.
// Three places, or two where a power of ten stands beside them; nothing where there is no number.
export function short(value) {
  return written(value, 2, () => String(Number(value.toPrecision(3)))) ?? "";
}

// Four places, zeros included, so that what stands in a column does not jump; a whole number as it is.
export function exact(value) {
  const whole = Number.isInteger(value) || Math.abs(value) >= 1e4;
  return written(value, 3, () => (whole ? value.toFixed() : value.toPrecision(4))) ?? "–";
}

function written(value, places, plain) {
  if (!Number.isFinite(value)) return null;
  const size = Math.abs(value), far = size !== 0 && (size < 1e-3 || size >= 1e5);
  return (far ? value.toExponential(places - 1).replace("e+", "e") : plain()).replaceAll("-", "−");
}
