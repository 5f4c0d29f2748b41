// A strip under a slider: how the lane ends at each of its stops, as dark as the map is there, and
// hatched where it diverges. A worker (swept.js) computes it and follows every change.

import { tint } from "./ground.js";
import { short } from "./number.js";

const APART = 5; // pixels between two stripes
const FEW = 2; // stretches that are named
const MOST_STEPS = 5e6; // of all runs of a strip, but for finding its limit: about half a second's

// The strips of the page, the race that they are of, and the one worker that runs it.
class Strips {
  constructor() {
    this.shown = new Set();
    this.waiting = new Map();
  }

  // A race as live.js has it, which is there or has changed.
  follow(race) {
    this.race = race;
    for (const strip of this.shown) this.ask(strip);
  }

  forget(race) {
    if (this.race === race) this.follow(undefined);
  }

  show(strip) {
    this.shown.add(strip);
    this.ask(strip);
  }

  leave(strip) {
    this.shown.delete(strip);
    this.waiting.delete(strip);
  }

  ask(strip) {
    const asked = this.race?.runsOf(strip.sets), { served, stops } = strip;
    if (this.race && asked === undefined && strip.print) return; // what is there stays until all is loaded
    strip.isPages = Boolean(asked);
    strip.isServers = asked === null;
    const print = asked ? `${stops} ${asked.print}` : JSON.stringify([strip.isServers, served]);
    if (print === strip.print) return;
    strip.print = print;
    if (asked) {
      const every = Math.ceil((stops.length * asked.place.steps) / MOST_STEPS);
      this.waiting.set(strip, { ...asked, stops: stops.filter((_, i) => i % every === 0) });
      this.next();
    } else {
      this.waiting.delete(strip);
      if (strip.isServers && served) strip.take(served);
      else strip.clear(strip.isServers ? "" : "How it ends along the slider is being computed.");
    }
  }

  // One at a time, so that of what is passing only the latest is run.
  next() {
    if (this.asking || !this.waiting.size) return;
    const [strip, asked] = this.waiting.entries().next().value;
    this.waiting.delete(strip);
    this.asking = { strip, asked };
    this.worker ??= this.hired(this.race.root);
    this.worker.postMessage(asked);
  }

  hired(root) {
    const worker = new Worker(new URL("player/swept.js", root), { type: "module" });
    worker.onmessage = ({ data }) => this.answered(data);
    worker.onerror = () => {
      worker.terminate();
      this.worker = undefined; // the next is asked of another
      this.answered(null);
    };
    return worker;
  }

  answered(found) {
    if (!this.asking) return;
    const { strip, asked } = this.asking;
    this.asking = undefined;
    if (strip.isPages && this.shown.has(strip)) {
      if (found) strip.take({ ...found, stops: asked.stops, theory: asked.limit });
      else strip.clear("How it ends along the slider could not be computed.");
    }
    this.next();
  }
}

export const strips = new Strips();

export class Strip {
  // `canvas` is drawn on, and `track` says in words what is there; `at` gives where a number stands on
  // the slider, in parts of it; `changed` is called when another strip is there, or none.
  constructor(canvas, track, at, changed) {
    Object.assign(this, { canvas, track, at, changed });
    canvas.strip = this; // for those who read what is drawn
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(canvas);
  }

  // `sets` names the number as live.js does; `served` is what the server has found, if it was asked.
  show(sets, stops, served) {
    Object.assign(this, { sets, stops, served });
    strips.show(this);
  }

  leave() {
    this.observer.disconnect();
    strips.leave(this);
  }

  clear(words) {
    this.found = undefined;
    this.tell(words);
  }

  take({ ends, ...found }) {
    this.found = { ...found, ends: ends.map((end) => ({ ...end, loss: end.loss ?? NaN })) };
    this.tell(this.words);
  }

  tell(words) {
    this.canvas.setAttribute("aria-label", words);
    this.track.title = words;
    this.draw();
    this.changed();
  }

  // The greatest number below which none of the stops diverges, and how that was found; nothing where
  // the first one does, or none.
  get limit() {
    const { stops, limit, runs } = this.found ?? {};
    if (!limit) return undefined;
    const [value, beyond] = limit, count = stops.filter((stop) => stop <= value).length;
    const islands = this.islands && ` Beyond it the run ends ${this.islands}.`;
    return { value, words: `None of the ${count} places up to here diverges, and ${plain(beyond)} does.${islands} ${cost(runs)}` };
  }

  // The first of the stops at which the loss is lowest, and how it was chosen; nothing where all diverge.
  get best() {
    const { stops, ends } = this.found ?? {}, place = this.lowest;
    return place < 0 ? undefined : { value: stops[place], words: `Of ${stops.length} places it ends lowest here, at a loss of ${short(ends[place].loss)}. ${cost(stops.length)}` };
  }

  get lowest() {
    const { ends = [] } = this.found ?? {};
    return ends.reduce((best, { loss, diverged }, i) => (!diverged && loss < (ends[best]?.loss ?? Infinity) ? i : best), -1);
  }

  get words() {
    const { stops, ends, theory } = this.found, { lowest } = this;
    const best = lowest < 0 ? "" : `; ends lowest at ${plain(stops[lowest])}, at a loss of ${short(ends[lowest].loss)}`;
    const limit = theory === null ? "" : `; on a quadratic theory’s limit is ${short(theory)}`;
    return `${this.divergence}${best}${limit}.`;
  }

  // Where it diverges.
  get divergence() {
    const { stops, ends, limit } = this.found, first = ends.findIndex(({ diverged }) => diverged);
    if (first < 0) return "Diverges nowhere on the slider";
    if (ends.every(({ diverged }) => diverged)) return "Diverges everywhere on the slider";
    if (!limit) return `Diverges ${stretches(stops, ends, true)}`;
    const { islands } = this;
    return `Diverges above ${plain(limit[0])}${islands && `, but not ${islands}`}`;
  }

  // Beyond the first place at which it diverges, where it does not.
  get islands() {
    const { stops, ends } = this.found, first = ends.findIndex(({ diverged }) => diverged);
    return stretches(stops.slice(first), ends.slice(first), false);
  }

  draw() {
    const { canvas, found } = this, { clientWidth: wide, clientHeight: high } = canvas, ratio = devicePixelRatio;
    Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(high * ratio) });
    const pen = canvas.getContext("2d");
    if (!found || !wide || !strips.race) return;
    const { ink, heights, diverging: [dark, light] } = strips.race.head;
    const { stops, ends, theory } = found, middles = stops.map((stop) => wide * this.at(stop));
    const edge = (i) => (i <= 0 ? 0 : i >= stops.length ? wide : (middles[i - 1] + middles[i]) / 2);
    pen.scale(ratio, ratio);
    pen.beginPath();
    ends.forEach(({ diverged, share }, i) => {
      const from = edge(i), to = edge(i + 1);
      if (diverged) return pen.rect(from, 0, to - from, high);
      pen.fillStyle = `rgb(${tint(Number.isFinite(share) ? share : 1, heights)})`;
      pen.fillRect(from, 0, to - from + 0.5, high); // no seam between two
    });
    hatch(pen, wide, high, dark, light);
    if (theory !== null && theory >= stops[0] && theory <= stops.at(-1)) tick(pen, wide * this.at(theory), high, ink);
    if (this.lowest >= 0) ring(pen, Math.min(Math.max(middles[this.lowest], high / 2), wide - high / 2), high, ink);
  }
}

function tick(pen, x, high, ink) {
  pen.fillStyle = "#fff";
  pen.fillRect(x - 2, 0, 4, high);
  pen.fillStyle = ink;
  pen.fillRect(x - 1, 0, 2, high);
}

function hatch(pen, wide, high, dark, light) {
  pen.save();
  pen.fillStyle = dark;
  pen.fill();
  pen.clip();
  pen.beginPath();
  for (let x = -high; x < wide; x += APART) {
    pen.moveTo(x, high);
    pen.lineTo(x + high, 0);
  }
  pen.strokeStyle = light;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.restore();
}

function ring(pen, x, high, ink) {
  pen.beginPath();
  pen.arc(x, high / 2, high / 2 - 1.5, 0, 2 * Math.PI);
  pen.fillStyle = "#fff";
  pen.fill();
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.stroke();
}

// The stretches of a slider in which a run diverges, or does not: "from 0.1 to 0.2 and at 0.5".
function stretches(stops, ends, diverged) {
  const found = [];
  ends.forEach((end, i) => {
    if (end.diverged !== diverged) return;
    if (i && ends[i - 1].diverged === diverged) found.at(-1)[1] = stops[i];
    else found.push([stops[i], stops[i]]);
  });
  if (found.length > FEW) return `at ${ends.filter((end) => end.diverged === diverged).length} of ${ends.length} places from ${plain(stops[0])} on`;
  return found.map(([from, to]) => (from === to ? `at ${plain(from)}` : `from ${plain(from)} to ${plain(to)}`)).join(" and ");
}

function cost(runs) {
  return `Chosen on this very race, by ${runs} runs.`;
}

function plain(value) {
  return String(value).replaceAll("-", "−");
}
