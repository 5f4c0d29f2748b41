// Reads what figures/wire.py packs.

// `known` maps ids to arrays of the run before: an equal array stays the same object, by which
// Plotly and the player see that nothing changed.
export function unpack(bytes, known) {
  const { buffer, length, head } = open(bytes);
  const fresh = new Map();
  let offset = 4 + length;
  const arrays = head.arrays.map((entry) => {
    const { shape: [rows, columns = 1], from } = entry, inLevels = "low" in entry, counts = from !== undefined;
    const read = () => (inLevels ? levels(buffer, offset, entry) : counts ? Float32Array.from({ length: rows }, (_, i) => from + i) : new Float32Array(buffer, offset, rows));
    const array = known.get(entry.id) ?? read();
    offset += inLevels ? 4 * Math.ceil((rows * columns) / 2) : counts ? 0 : 4 * rows;
    fresh.set(entry.id, array);
    return array;
  });
  return { head: revive(head, arrays), known: fresh };
}

// The card of a lesson, which has no arrays.
export function cardOf(bytes) {
  return open(bytes).head.card;
}

function open(bytes) {
  const buffer = bytes.slice().buffer; // the bytes lie unaligned in Streamlit's message
  const length = new DataView(buffer).getUint32(0, true);
  return { buffer, length, head: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) };
}

// Between the lowest and the highest there are so many; one more stands for no number.
function levels(buffer, offset, { shape: [rows, columns], low, high, levels: most }) {
  const unit = (high - low) / most;
  const line = (first, length) =>
    Float32Array.from(new Uint16Array(buffer, offset + 2 * first, length), (level) => (level > most ? NaN : low + level * unit));
  return columns ? Array.from({ length: rows }, (_, row) => line(row * columns, columns)) : line(0, rows);
}

function revive(part, arrays) {
  if (Array.isArray(part)) return part.map((value) => revive(value, arrays));
  if (part === null || typeof part !== "object") return part;
  if ("$" in part) return arrays[part.$];
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, revive(value, arrays)]));
}
