// How a lane ends at each stop of a slider, which its strip shows. It is a worker's, so that the page
// goes on while it runs, and is asked by strip.js for what live.js knows.

import { descend } from "./descent.js";
import { Ground } from "./ground.js";
import { lowestOf } from "./lowest.js";

const PLACES = 2; // to which a limit is found, after the first of the stops' distance
const ALIKE = 0.005; // of a loss, in which two are told by the same digits
const NOTHING = 1e-6; // of the picture's heights

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
// or could not go on; and between which numbers the least begins from which on it does, in how many
// runs. Of that limit and of the lowest end it is asked whether the last digit decides it: the page's
// differ from the server's there.
function settled({ name, stops, isWhole, lane, place, ground: { numbers, race, shown, isOwn } }, rule, formula) {
  const ground = new Ground(formula, numbers, race, shown, isOwn);
  let runs = 0;
  const at = (value, start = place.start) => {
    runs += 1;
    run = descend({ ...lane, rule, numbers: { ...lane.numbers, [name]: value } }, { ...place, start }, ground, run);
    const diverged = run.end?.startsWith("diverged") ?? false;
    return { loss: run.loss[run.last] ?? NaN, diverged, stopped: Boolean(run.end) && !diverged };
  };
  const ends = stops.map((stop) => at(stop)), first = ends.findIndex(({ diverged }) => diverged);
  const limit = first > 0 ? between(stops[first - 1], stops[first], isWhole, (value) => at(value).diverged) : null;
  const own = { ends: ends.map((end) => ({ ...end, share: ground.share(end.loss) })), limit, runs };
  const best = lowestOf(ends), [x, y] = place.start, { beside } = race.as;
  const starts = [[x - beside, y], [x + beside, y], [x, y - beside], [x, y + beside]].filter((start) => Number.isFinite(ground.value(...start)));
  const nearby = (value) => starts.map((start) => at(value, start));
  const isOnEdge = limit !== null && nearby(limit[0]).some(({ diverged }) => diverged);
  const losses = best < 0 ? [] : [ends[best], ...nearby(stops[best])].map(({ loss, diverged }) => (diverged ? Infinity : loss));
  const least = Math.min(...losses), most = Math.max(...losses);
  const same = Math.max(ALIKE * Math.abs(least), NOTHING * (ground.threshold ?? ground.top - ground.bottom));
  return { ...own, beside, more: starts.length, isOnEdge, spread: losses.length && !(most - least <= same) ? [least, most] : null };
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
