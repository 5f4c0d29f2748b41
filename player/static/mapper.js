// Basins, computed beside the page: a coarse map at once, and then the fine one for as long as
// nothing else is asked.

import { ofOne, ofTwo } from "./cells.js";
import { settle } from "./ends.js";
import { fetched, metBy, tableOf } from "./hand.js";
import { regions } from "./regions.js";

const SOON = 30; // milliseconds, which a coarse map may take
const COARSE = 40; // starts along each side, at most
const GUESS = 1e-4; // milliseconds of a step, before any is measured
const SLICE = 12; // milliseconds, after which it is looked what else is asked

const files = new Map();
const channel = new MessageChannel();
let latest, isBusy = false, ofRun; // milliseconds that a run took

onmessage = ({ data }) => {
  latest = data;
  if (!isBusy) go();
};

async function go() {
  isBusy = true;
  while (latest) {
    const job = latest;
    latest = null;
    await work(job).catch((error) => postMessage({ id: job.id, error: String(error) }));
  }
  isBusy = false;
}

// Without numbers it only gets ready, and learns how long a run takes.
async function work({ id, root, map, numbers }) {
  const lanes = map.order.map((place) => [place, map.lanes[place]]);
  const names = [map.surface.loss, map.noise, ...lanes.flatMap(([, { rule, factors, table }]) => [rule, factors, table])].filter(Boolean);
  const found = await Promise.all(names.map((name) => file(name, root)));
  const there = Object.fromEntries(names.map((name, i) => [name, found[i]]));
  const isAsked = Boolean(numbers), module = there[map.surface.loss];
  numbers ??= { lanes: Object.fromEntries(lanes.map(([place, lane]) => [place, lane.numbers])), surface: map.surface.numbers };
  const isOwn = JSON.stringify(numbers.surface) !== JSON.stringify(map.surface.numbers);
  const met = metBy(module, numbers.surface);
  // Of other parameters it is not known where the minima are, nor whether all is finite.
  const here = isOwn ? { ...map, isFinite: false, minima: map.surface.stays ? map.minima : [] } : map;
  const run = lanes.map(([place, lane]) => {
    const rule = there[lane.rule], own = numbers.lanes[place], factors = there[lane.factors];
    return { rule, numbers: own, factors, noise: there[map.noise], clip: lane.clip, table: tableOf(new Map(), rule, own, factors, map.steps, lane, there), fine: lane.grid };
  });
  const began = performance.now();
  const most = Math.min(COARSE, ...run.map(({ fine }) => fine)), each = ofRun?.of === names.join() ? ofRun.took : map.steps * GUESS;
  const coarse = Math.max(map.least, Math.min(most, Math.floor(Math.sqrt(SOON / each / run.length))));
  const drawn = await ends(run.map((lane) => ({ lane, n: coarse })), here, met, false);
  ofRun = { of: names.join(), took: (performance.now() - began) / coarse ** 2 / run.length };
  if (!isAsked) return postMessage({ id, isReady: true });
  tell(drawn, false);
  if (latest || run.every(({ fine }) => fine === coarse)) return;
  const fine = await ends(run.map((lane) => ({ lane, n: lane.fine })), here, met, true);
  if (fine) tell(fine, true);

  function tell(drawn, isFine) {
    const { minima, place } = regions(drawn, here, met), { hues, others, two } = map.looks, sizes = drawn.map(({ n }) => n);
    const isOne = map.isDifference && sizes[0] === sizes[1];
    const cells = isOne ? [ofTwo(drawn, place, two, sizes[0])] : drawn.map((lane, i) => ofOne(lane, place[i], hues, others, sizes[i]));
    const panels = cells.map((painted, i) => ({ ...painted, x: drawn[i].along[0], y: drawn[i].along[1] }));
    const ended = drawn.map(({ n, kind, step }, i) => ({ n, kind, step, place: place[i] }));
    postMessage({ id, isFine, panels, minima, ended, took: performance.now() - began });
  }
}

// How all lanes' runs end; nothing where something else is asked meanwhile.
async function ends(lanes, map, met, mayStop) {
  const found = [];
  for (const { lane, n } of lanes) {
    const along = places(map, n), work = settle(lane, map, met, grid(along));
    let next = work.next();
    for (let since = performance.now(); !next.done; next = work.next()) {
      if (performance.now() - since < SLICE) continue;
      await pause();
      if (latest && mayStop) return null;
      since = performance.now();
    }
    found.push({ ...next.value, n, along });
  }
  return found;
}

// Along x and along y, short decimals in the middles of the domain's cells.
function places({ domain: [x0, x1, y0, y1], digits }, n) {
  return [[x0, x1 - x0], [y0, y1 - y0]].map(([low, width], d) => Float64Array.from({ length: n }, (_, i) => round(low + width * ((i + 0.5) / n), digits[d])));
}

function grid([along, up]) {
  const n = along.length, at = (of) => Float64Array.from({ length: n * n }, (_, i) => of(i));
  return { x: at((i) => along[i % n]), y: at((i) => up[Math.floor(i / n)]) };
}

// As numpy.round has it: half to even.
function round(value, digits) {
  const unit = 10 ** Math.abs(digits), scaled = digits < 0 ? value / unit : value * unit;
  const below = Math.floor(scaled), rest = scaled - below;
  const whole = rest === 0.5 ? below + Math.abs(below % 2) : Math.round(scaled);
  return digits < 0 ? whole * unit : whole / unit;
}

function file(name, root) {
  if (!files.has(name)) files.set(name, fetched(name, root));
  files.get(name).catch(() => files.delete(name));
  return files.get(name);
}

function pause() {
  return new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  });
}
