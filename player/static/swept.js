// How a lane ends at each stop of a slider, which its strip shows. It is a worker's, so that the page
// goes on while it runs, and is asked by strip.js for what live.js knows.

import { descend } from "./descent.js";
import { Ground } from "./ground.js";

const PLACES = 2; // to which a limit is found, after the first of the stops' distance

let run; // the latest, which gives its room to the next

addEventListener("message", async ({ data }) => {
  try {
    const [rule, formula] = await Promise.all([import(data.rule), import(data.formula)]);
    postMessage(settled(data, rule, formula));
  } catch {
    postMessage(null);
  }
});

// At each stop the loss at the end, its share of the picture's heights, and whether the run diverged;
// and between which numbers the least begins from which on it does, in how many runs.
function settled({ name, stops, lane, place, ground: { numbers, race, shown, isOwn } }, rule, formula) {
  const ground = new Ground(formula, numbers, race, shown, isOwn);
  let runs = 0;
  const at = (value) => {
    runs += 1;
    run = descend({ ...lane, rule, numbers: { ...lane.numbers, [name]: value } }, place, ground, run);
    return { loss: run.loss[run.last] ?? NaN, diverged: run.end?.startsWith("diverged") ?? false };
  };
  const ends = stops.map(at), first = ends.findIndex(({ diverged }) => diverged);
  const limit = first > 0 ? between(stops[first - 1], stops[first], (value) => at(value).diverged) : null;
  return { ends: ends.map((end) => ({ ...end, share: ground.share(end.loss) })), limit, runs };
}

// Halves the way from a number at which the run ends to one at which it diverges, among numbers of few digits.
function between(low, high, diverges) {
  const digits = Math.max(0, PLACES - Math.floor(Math.log10(high - low)));
  for (;;) {
    const middle = Number(((low + high) / 2).toFixed(digits));
    if (!(low < middle && middle < high)) return [low, high];
    if (diverges(middle)) high = middle;
    else low = middle;
  }
}
