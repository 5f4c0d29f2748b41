// Reads what figures/wire.py packs.

// `known` maps ids to arrays of the run before: an equal array stays the same object, by which
// Plotly and the player see that nothing changed.
export function unpack(bytes, known) {
  const buffer = bytes.slice().buffer; // the bytes lie unaligned in Streamlit's message
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const fresh = new Map();
  let offset = 4 + length;
  const arrays = head.arrays.map((entry) => {
    const [rows, columns] = entry.shape;
    const array = known.get(entry.id) ?? (columns ? grid(buffer, offset, entry) : new Float32Array(buffer, offset, rows));
    offset += columns ? 4 * Math.ceil((rows * columns) / 2) : 4 * rows;
    fresh.set(entry.id, array);
    return array;
  });
  return { head: revive(head, arrays), known: fresh };
}

const LEVELS = 65534;

function grid(buffer, offset, { shape: [rows, columns], low, high }) {
  const levels = new Uint16Array(buffer, offset, rows * columns);
  const unit = (high - low) / LEVELS;
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from({ length: columns }, (_, column) => {
      const level = levels[row * columns + column];
      return level > LEVELS ? NaN : low + level * unit;
    }));
}

function revive(part, arrays) {
  if (Array.isArray(part)) return part.map((value) => revive(value, arrays));
  if (part === null || typeof part !== "object") return part;
  if ("$" in part) return arrays[part.$];
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, revive(value, arrays)]));
}
