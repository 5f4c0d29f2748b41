// A lane's ribbon as experiment/ribbon.py has it, of a race that the page computes by itself.

import { descend } from "./descent.js";

const MOST = 1e6; // steps of all strands, for which a hand can wait; of more the server draws it

let spare; // a strand's run, which gives its room to the next
let room = new Float64Array(0);

// `lane` and `race` are as for `descend`; `run` is what the lane did itself. Gives the strands' vertices
// as figures/ribbon.py lays them, and the band of their losses; nothing where it never frays.
export function ribbonOf(lane, race, met, run) {
  const { domain: [x0, x1, y0, y1], near, start: [x, y], as: { strands, beside, ...as } } = race, rows = run.last + 1;
  const reach = (as.reach * Math.min(x1 - x0, y1 - y0)) ** 2, size = 3 * rows;
  if (strands * rows > MOST) return {};
  if (room.length < strands * size) room = new Float64Array(strands * size);
  const low = Float64Array.from(run.loss.subarray(0, rows)), high = low.slice(), isFrayed = new Uint8Array(rows);
  let first = rows;
  for (let strand = 0; strand < strands; strand++) {
    const angle = (2 * Math.PI * strand) / strands;
    const start = [x + beside * Math.cos(angle), y + beside * Math.sin(angle)];
    spare = descend(lane, { ...race, start, steps: Math.max(run.last, 1) }, met, spare);
    for (let t = 0; t < rows; t++) {
      const at = Math.min(t, spare.last), px = spare.x[at], py = spare.y[at], row = strand * size + 3 * t;
      const loss = t <= spare.last ? spare.loss[t] : spare.end?.startsWith("stopped") ? spare.loss[at] : Infinity;
      room[row] = px;
      room[row + 1] = py;
      room[row + 2] = loss;
      if (loss < low[t]) low[t] = loss;
      if (!(loss <= high[t])) high[t] = Number.isNaN(loss) ? Infinity : loss;
      const isNear = Math.abs(run.x[t] - (x0 + x1) / 2) <= (near * (x1 - x0)) / 2 && Math.abs(run.y[t] - (y0 + y1) / 2) <= (near * (y1 - y0)) / 2;
      const dx = px - run.x[t], dy = py - run.y[t];
      if (!isNear || (loss < Infinity && dx * dx + dy * dy <= reach)) continue;
      isFrayed[t] = 1;
      if (t < first) first = t;
    }
  }
  if (first === rows) return {};
  const begins = Math.max(first - 1, 0), count = Math.min(rows - begins, as.ribbon);
  const column = (k) => Float32Array.from({ length: strands * count }, (_, i) => room[Math.floor(i / count) * size + 3 * (begins + (i % count)) + k]);
  const whole = (losses) => Float32Array.from(losses, (loss, t) => (isFrayed[t] ? loss : NaN));
  return {
    ribbon: { x: column(0), y: column(1), loss: column(2), step: Float32Array.from({ length: count }, (_, i) => begins + i) },
    band: { low: whole(low), high: whole(high) },
  };
}
