// How runs end, of each start as experiment/ends.py and experiment/outcome.py have it.

import { Motion, endOf } from "./outcome.js";
import { Rest } from "./rest.js";

export const KINDS = ["converged", "level", "moving", "swinging", "diverged", "stopped", "undefined"];
const OF = Object.fromEntries(KINDS.map((kind, i) => [kind, i]));
const LOOK = 16; // runs, after which others may be let do something

// `lane` is a rule's module, its numbers, and those of each step; `map` what all lanes meet, of which
// `met` are the surface's functions. Of starts x, y: where each run ends, its loss, kind and step.
// Yields after every few runs how many are done.
export function* settle({ rule, numbers, factors, noise, clip, table }, map, met, { x: xs, y: ys }) {
  const { steps, bound, domain, near, isFinite, judged, lies } = map, n = xs.length;
  const ends = { x: new Float64Array(n), y: new Float64Array(n), loss: new Float64Array(n), kind: new Uint8Array(n), step: new Int32Array(n) };
  const column = () => new Float64Array(steps + 1);
  const size = Object.values(rule.shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const room = { x: column(), y: column(), gx: column(), gy: column(), asking: column(), state: Array.from({ length: size }, column) };
  const { x, y, gx, gy } = room, slope = new Float64Array(2);
  const gradient = met.asMet(met.gradient, noise ?? null, clip), isPlain = gradient === met.gradient;
  const known = { ...met, gradient }, settings = rule.settings.map((name) => numbers[name]);
  const rest = new Rest(met, domain, lies), motion = new Motion(domain, steps, judged);
  const isDefined = (px, py) => {
    met.gradient(px, py, slope);
    return Number.isFinite(met.value(px, py)) && Number.isFinite(slope[0]) && Number.isFinite(slope[1]);
  };
  const isNear = (t) => Math.abs(x[t]) < bound && Math.abs(y[t]) < bound;
  // What was given at a point is the exact gradient there, unless the rule asked for none.
  const isGood = (t, taken) => {
    if (!isNear(t) || isFinite) return isNear(t);
    const given = isPlain && t < taken && Number.isFinite(gx[t + 1] + gy[t + 1]);
    return given ? Number.isFinite(met.value(x[t], y[t])) : isDefined(x[t], y[t]);
  };
  for (let i = 0; i < n; i++) {
    if (i % LOOK === 0) yield i;
    const end = (kind, step, px, py) => {
      ends.kind[i] = OF[kind];
      ends.step[i] = step;
      ends.x[i] = px;
      ends.y[i] = py;
      ends.loss[i] = met.value(px, py);
    };
    x[0] = xs[i];
    y[0] = ys[i];
    if (!isDefined(x[0], y[0])) {
      end("undefined", 0, x[0], y[0]);
      continue;
    }
    const taken = rule.run(steps, x[0], y[0], bound, known, settings, factors, room, table);
    let t = isFinite ? Math.max(taken, 1) : 1; // where all is finite, only the last can be far away
    while (t <= taken && isGood(t, taken)) t++;
    if (t <= taken) {
      const isThere = isDefined(x[t], y[t]), at = isThere ? t : t - 1;
      end(isThere || !isStopped(x[t], y[t], met, domain, near) ? "diverged" : "stopped", t, x[at], y[at]);
    } else if (taken < steps) {
      end(rest.lies(x[taken], y[taken]) === "minimum" ? "converged" : "stopped", taken, x[taken], y[taken]);
    } else {
      const { kind, step } = endOf(motion, rest, x, y);
      end(kind, step, x[steps], y[steps]);
    }
  }
  return ends;
}

// Whether a run cannot go on from a point that is no good, rather than that it has diverged.
function isStopped(x, y, met, [x0, x1, y0, y1], near) {
  if (Number.isNaN(x) || Number.isNaN(y)) return true;
  const beside = Math.abs(x - (x0 + x1) / 2) <= (near * (x1 - x0)) / 2 && Math.abs(y - (y0 + y1) / 2) <= (near * (y1 - y0)) / 2;
  return beside && Number.isNaN(met.value(x, y));
}
