// A strip under a slider: how the lane ends at each of its stops, as dark as the map is there, and
// hatched where it diverges. A worker (swept.js) computes it and follows every change.

import { tint } from "./ground.js";
import { lowestOf } from "./lowest.js";
import { short } from "./number.js";

const APART = 5; // pixels between two stripes
const FEW = 2; // stretches that are named
const SLOW = 40, REST = 100; // milliseconds
const MOST_STEPS = 5e6; // of all runs of a strip, but for finding its limit: about half a second's

// The strips of the page, the race that they are of, and the one worker that runs it.
class Strips {
  constructor() {
    this.shown = new Set();
    this.waiting = new Map();
  }

  // A race as live.js has it, which is there or has changed. Where pictures come slowly while a hand
  // moves it, they come first, and strips where it rests.
  follow(race) {
    const now = performance.now(), isSlow = race?.isHeld && now - this.followed > SLOW;
    Object.assign(this, { race, followed: now });
    clearTimeout(this.later);
    if (isSlow) this.later = setTimeout(() => this.askAll(), REST);
    else this.askAll();
  }

  askAll() {
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
    const asked = this.race?.runsOf(strip.sets), { served, stops, isWhole } = strip;
    if (this.race && asked === undefined && strip.print) return; // what is there stays until all is loaded
    strip.isPages = Boolean(asked);
    strip.isServers = asked === null;
    const print = asked ? `${stops} ${asked.print}` : JSON.stringify([strip.isServers, served]);
    if (print === strip.print) return;
    strip.print = print;
    if (asked) {
      const every = Math.ceil((stops.length * asked.place.steps) / MOST_STEPS);
      this.waiting.set(strip, { ...asked, isWhole, stops: stops.filter((_, i) => i % every === 0 || i + 1 === stops.length) });
      this.next();
    } else {
      this.waiting.delete(strip);
      if (strip.isServers && served) strip.take(served);
      else strip.clear(strip.isServers ? "" : "How it ends along the slider is being computed.");
    }
  }

  // One at a time, so that of what is passing only the latest is run; and once for all who ask the same.
  next() {
    if (this.asking || !this.waiting.size) return;
    const [[{ print }, asked]] = this.waiting, alike = [...this.waiting.keys()].filter((strip) => strip.print === print);
    for (const strip of alike) this.waiting.delete(strip);
    this.asking = { alike, asked };
    try {
      this.worker ??= this.hired(this.race.hire());
      this.worker.postMessage(asked);
    } catch {
      this.answered(null);
    }
  }

  hired(worker) {
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
    const { alike, asked } = this.asking;
    this.asking = undefined;
    for (const strip of alike) {
      if (!strip.isPages || !this.shown.has(strip)) continue;
      if (found) strip.take({ ...found, stops: asked.stops, theory: asked.limit });
      else strip.fail();
    }
    this.next();
  }
}

export const strips = new Strips();

export class Strip {
  // Of what `parts` are, `canvas` is drawn on and `track` says in words what is there; the buttons
  // `limit` and `best` give a number to `take`, and `status` says how it was chosen. `at` gives where
  // a number stands on the slider, in parts of it; `changed` is called when another strip is there, or none.
  constructor(parts, at, take, changed) {
    Object.assign(this, { parts, at, changed });
    parts.canvas.strip = this; // for those who read what is drawn
    for (const name of ["limit", "best"]) {
      parts[name].onclick = () => {
        const { value, words } = this[name];
        take(value);
        this.say(words, value);
      };
    }
    this.observer = new ResizeObserver(() => this.draw());
  }

  // What is said of a number is so for as long as it stands there.
  stand(value) {
    if (this.chosen !== undefined && value !== this.chosen) this.say("");
  }

  say(words, value) {
    this.chosen = value;
    this.parts.status.textContent = words;
  }

  // `sets` names the number as live.js does, which may have to be whole; `served` is what the server
  // has found, if it was asked.
  show(sets, stops, isWhole, served) {
    Object.assign(this, { sets, stops, isWhole, served });
    this.observer.observe(this.parts.canvas);
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

  // A browser may let no worker run.
  fail() {
    const words = "How it ends along the slider could not be computed in this browser.";
    this.clear(words);
    this.say(words);
  }

  take({ ends, ...found }) {
    this.found = { ...found, ends: ends.map((end) => ({ ...end, loss: end.loss ?? NaN })) };
    this.tell(this.words);
  }

  tell(words) {
    const { canvas, track, limit, best } = this.parts;
    canvas.setAttribute("aria-label", words);
    track.title = words;
    limit.disabled = !this.limit;
    best.disabled = !this.best;
    this.say("");
    this.draw();
    this.changed?.();
  }

  // The greatest number below which none of the stops diverges, and how that was found; nothing where
  // the first one does, or none.
  get limit() {
    const { stops, limit, runs, more = 0, beside, isOnEdge } = this.found ?? {};
    if (!limit) return undefined;
    const [value, beyond] = limit, count = stops.filter((stop) => stop <= value).length;
    const islands = this.islands && ` Beyond it the run ends ${this.islands}.`;
    const doubt = isOnEdge ? ` But the last digit decides: from a start moved by ${plain(beside)} it diverges.` : "";
    return { value, words: `None of the ${count} places up to here diverges, and ${plain(beyond)} does.${doubt}${islands} ${cost(runs + more)}` };
  }

  // The first of the stops at which the loss is lowest, and how it was chosen; nothing where none goes to the end.
  get best() {
    const { stops, ends, more = 0, beside, spread } = this.found ?? {}, place = this.lowest;
    if (place < 0) return undefined;
    const doubt = spread ? ` But the last digit decides: from ${more} starts moved by ${plain(beside)} it ends at a loss from ${losses(spread)}.` : "";
    return { value: stops[place], words: `Of ${stops.length} places it ends lowest here, at a loss of ${short(ends[place].loss)}.${doubt} ${cost(stops.length + more)}` };
  }

  get lowest() {
    return lowestOf(this.found?.ends ?? []);
  }

  get words() {
    const { stops, ends, theory, spread } = this.found, place = this.lowest, doubt = spread ? ", where the last digit decides" : "";
    const best = place < 0 ? "" : `; ends lowest at ${plain(stops[place])}, at a loss of ${short(ends[place].loss)}${doubt}`;
    const limit = theory === null ? "" : `; on a quadratic theory’s limit is ${short(theory)}`;
    const where = stretches(stops, ends, ({ stopped }) => stopped), early = where && `; does not get to the end ${where}`;
    return `${this.divergence}${early}${best}${limit}.`;
  }

  // Where it diverges.
  get divergence() {
    const { stops, ends, limit } = this.found, first = ends.findIndex(({ diverged }) => diverged);
    if (first < 0) return "Diverges nowhere on the slider";
    if (ends.every(({ diverged }) => diverged)) return "Diverges everywhere on the slider";
    if (!limit) return `Diverges ${stretches(stops, ends, ({ diverged }) => diverged)}`;
    const { islands } = this;
    return `Diverges above ${plain(limit[0])}${islands && `, but not ${islands}`}`;
  }

  // Beyond the first place at which it diverges, where it does not.
  get islands() {
    const { stops, ends } = this.found, first = ends.findIndex(({ diverged }) => diverged);
    return stretches(stops.slice(first), ends.slice(first), ({ diverged }) => !diverged);
  }

  draw() {
    const { found, parts: { canvas } } = this, { clientWidth: wide, clientHeight: high } = canvas, ratio = devicePixelRatio;
    Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(high * ratio) });
    const pen = canvas.getContext("2d");
    if (!found || !wide || !strips.race) return;
    const { ink, heights, diverging: [dark, light] } = strips.race.head;
    const { stops, ends, theory } = found, middles = stops.map((stop) => wide * this.at(stop));
    const edge = (i) => (i <= 0 ? 0 : i >= stops.length ? wide : (middles[i - 1] + middles[i]) / 2);
    pen.scale(ratio, ratio);
    pen.beginPath();
    ends.forEach(({ diverged, stopped, share }, i) => {
      const from = edge(i), to = edge(i + 1);
      if (stopped) return; // it has no end
      if (diverged) {
        pen.rect(from, 0, to - from, high);
        return;
      }
      pen.fillStyle = `rgb(${tint(Number.isFinite(share) ? share : 1, heights)})`;
      pen.fillRect(from, 0, to - from + 0.5, high); // no seam between two
    });
    hatch(pen, wide, high, dark, light);
    if (theory !== null && theory >= stops[0] && theory <= stops.at(-1)) tick(pen, wide * this.at(theory), high, ink);
    if (this.lowest >= 0) ring(pen, Math.min(Math.max(middles[this.lowest], high / 2), wide - high / 2), high, ink);
  }
}

// Where a number stands among the places of a slider, between two in proportion: from 0 for the lowest to 1.
export function partOf(places, value) {
  const last = places.length - 1, i = Math.min(Math.max(places.findLastIndex((place) => place <= value), 0), last - 1);
  return (i + (value - places[i]) / (places[i + 1] - places[i])) / last;
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

// The stretches of a slider in which runs end in some way: "from 0.1 to 0.2 and at 0.5".
function stretches(stops, ends, isSo) {
  const found = [];
  ends.forEach((end, i) => {
    if (!isSo(end)) return;
    if (i && isSo(ends[i - 1])) found.at(-1)[1] = stops[i];
    else found.push([stops[i], stops[i]]);
  });
  if (found.length > FEW) return `at ${ends.filter(isSo).length} of ${ends.length} places from ${plain(stops[0])} on`;
  return found.map(([from, to]) => (from === to ? `at ${plain(from)}` : `from ${plain(from)} to ${plain(to)}`)).join(" and ");
}

function losses([least, most]) {
  return `${short(least)} ${Number.isFinite(most) ? `to ${short(most)}` : "on, or diverges"}`;
}

function cost(runs) {
  return `Chosen on this very race, by ${runs} runs.`;
}

function plain(value) {
  return String(value).replaceAll("-", "−");
}
