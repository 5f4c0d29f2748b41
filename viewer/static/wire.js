// Reads what viewer/wire.py packs.

// `known` maps ids to arrays of the run before: an equal array stays the same object, by which
// Plotly and the player see that nothing changed.
export function unpack(bytes, known) {
  const buffer = bytes.slice().buffer; // the bytes lie unaligned in Streamlit's message
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const fresh = new Map();
  let offset = 4 + length;
  const arrays = head.arrays.map(({ id, shape }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const array = known.get(id) ?? shaped(new Float32Array(buffer, offset, count), shape);
    offset += 4 * count;
    fresh.set(id, array);
    return array;
  });
  return { head: revive(head, arrays), known: fresh };
}

function shaped(flat, shape) {
  if (shape.length === 1) return flat;
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, row) => flat.subarray(row * columns, (row + 1) * columns));
}

function revive(part, arrays) {
  if (Array.isArray(part)) return part.map((value) => revive(value, arrays));
  if (part === null || typeof part !== "object") return part;
  if ("$" in part) return arrays[part.$];
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, revive(value, arrays)]));
}
