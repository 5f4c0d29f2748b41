// How a lane ends at each stop of a slider, which its strip shows. It is a worker's, so that the page
// goes on while it runs, and is asked by strip.js for what live.js knows.

import { descend } from "./descent.js";
import { Ground } from "./ground.js";

const PLACES = 2; // to which a limit is found, after the first of the stops' distance

const modules = new Map();
let run; // the latest, which gives its room to the next

addEventListener("message", async ({ data }) => {
  try {
    const [rule, formula] = await Promise.all([data.rule, data.formula].map(module));
    postMessage(settled(data, rule, formula));
  } catch {
    postMessage(null);
  }
});

// By its address, or of its code.
function module({ address, code }) {
  if (address) return import(address);
  if (!modules.has(code)) modules.set(code, import(URL.createObjectURL(new Blob([code], { type: "text/javascript" }))));
  return modules.get(code);
}

// At each stop the loss at the end, its share of the picture's heights, and whether the run diverged
// or could not go on; and between which numbers the least begins from which on it does, in how many runs.
function settled({ name, stops, isWhole, lane, place, ground: { numbers, race, shown, isOwn } }, rule, formula) {
  const ground = new Ground(formula, numbers, race, shown, isOwn);
  let runs = 0;
  const at = (value) => {
    runs += 1;
    run = descend({ ...lane, rule, numbers: { ...lane.numbers, [name]: value } }, place, ground, run);
    const diverged = run.end?.startsWith("diverged") ?? false;
    return { loss: run.loss[run.last] ?? NaN, diverged, stopped: Boolean(run.end) && !diverged };
  };
  const ends = stops.map(at), first = ends.findIndex(({ diverged }) => diverged);
  const limit = first > 0 ? between(stops[first - 1], stops[first], isWhole, (value) => at(value).diverged) : null;
  return { ends: ends.map((end) => ({ ...end, share: ground.share(end.loss) })), limit, runs };
}

// Halves the way from a number at which the run ends to one at which it diverges, among numbers of
// few digits or whole ones.
function between(low, high, isWhole, diverges) {
  const digits = Math.max(0, PLACES - Math.floor(Math.log10(high - low)));
  for (;;) {
    const half = (low + high) / 2, middle = isWhole ? Math.floor(half) : Number(half.toFixed(digits));
    if (!(low < middle && middle < high)) return [low, high];
    if (diverges(middle)) high = middle;
    else low = middle;
  }
}
