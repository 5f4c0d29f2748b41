// What is drawn over time of a run that the page has computed, as figures/curves.py has it.

import { short } from "./number.js";

const SNUG = 0.1, ROOMY = 0.5; // of an axis, what may be left out or empty
const LARGEST = 3.4028234663852886e38; // of float32

// One curve of a run as a lane of the chart has it: x, y and the step of each.
export function curve(key, run, { per, minima }, ground) {
  const steps = new Float32Array(run.last + 1);
  for (let t = 0; t <= run.last; t++) steps[t] = t;
  const x = per === "evaluation" ? new Float32Array(run.asking.subarray(0, run.last + 1)) : steps;
  const y = new Float32Array(values(key, run, minima, ground));
  for (let t = 0; t < y.length; t++) if (Math.abs(y[t]) > LARGEST) y[t] = Math.sign(y[t]) * LARGEST; // as the wire has it
  return { x, y, step: steps };
}

function values(key, run, minima, ground) {
  const { x, y, loss, last } = run, [name, axis] = key.split(".");
  const each = (value, first = NaN) => Float64Array.from({ length: last + 1 }, (_, t) => (t ? value(t) : first));
  const k = "xy".indexOf(axis), at = k === 1 ? y : x;
  if ((key === "gap" || key === "distance") && !minima.length) return new Float64Array(last + 1).fill(NaN); // not known yet
  if (key === "gap") {
    const lowest = Math.min(...minima.map((point) => ground.value(...point)));
    return Float64Array.from(loss.subarray(0, last + 1), (value) => Math.max(value - lowest, 0));
  }
  if (key === "gradient_norm") {
    const slope = new Float64Array(2);
    return Float64Array.from({ length: last + 1 }, (_, t) => {
      ground.gradient(x[t], y[t], slope);
      return Math.hypot(...slope);
    });
  }
  if (key === "step_length") return each((t) => Math.hypot(x[t] - x[t - 1], y[t] - y[t - 1]));
  if (key === "distance") return Float64Array.from({ length: last + 1 }, (_, t) => Math.min(...minima.map(([a, b]) => Math.hypot(x[t] - a, y[t] - b))));
  if (key === "sharpness") {
    const h = new Float64Array(3); // xx, xy, yy
    return Float64Array.from({ length: last + 1 }, (_, t) => {
      ground.hessian(x[t], y[t], h);
      return (h[0] + h[2]) / 2 + Math.hypot((h[0] - h[2]) / 2, h[1]);
    });
  }
  if (name === "step") return each((t) => at[t] - at[t - 1]);
  if (name === "lr") {
    const rate = effectiveRate(run);
    return Float64Array.from({ length: last + 1 }, (_, t) => rate[2 * t + k]);
  }
  const held = run.held.get(name);
  if (held && held.length === (axis ? 2 : 1)) return each((t) => held[axis ? k : 0][t]);
  return loss.subarray(0, last + 1);
}

// The gradient that each step worked with: with noise, clipping and L2 penalty; rows of two.
export function met({ x, y, gx, gy, last, penalty }) {
  const g = new Float64Array(2 * (last + 1)).fill(NaN);
  for (let t = 1; t <= last; t++) {
    g[2 * t] = gx[t] + penalty * x[t - 1];
    g[2 * t + 1] = gy[t] + penalty * y[t - 1];
  }
  return g;
}

// How far each coordinate goes for each unit of what it follows; rows of two.
function effectiveRate(run) {
  const { held, last, as } = run, rate = new Float64Array(2 * (last + 1)).fill(NaN);
  const key = (held.has("v") ? as.followed : as.averages).find((name) => held.get(name)?.length === 2);
  const g = key ? null : met(run), decay = held.get("decay"), step = held.get("step");
  for (let t = 1; t <= last; t++) {
    for (const k of [0, 1]) {
      const followed = key ? held.get(key)[k][t] : g[2 * t + k];
      const went = step ? Math.abs(step[k][t] - (decay ? decay[decay.length === 2 ? k : 0][t] : 0)) : 0;
      rate[2 * t + k] = followed !== 0 ? went / Math.abs(followed) : NaN;
    }
  }
  return rate;
}

// The numbers of a look inside a lane's steps, which has the same series as before.
export function seen(inspection, run, numbers) {
  const { x, y, loss, last, held, begins, factors } = run;
  const two = (value) => Float32Array.from({ length: 2 * (last + 1) }, (_, i) => value(i >> 1, i & 1));
  const at = [x, y], g = met(run);
  const rows = (name) => {
    const columns = held.get(name);
    return Float32Array.from({ length: columns.length * (last + 1) }, (_, i) => columns[i % columns.length][Math.floor(i / columns.length)]);
  };
  const made = {
    step: () => two((t, k) => (t ? at[k][t] - at[k][t - 1] : NaN)),
    position: () => two((t, k) => at[k][t]),
    gradient: () => Float32Array.from(g),
    loss: () => Float32Array.from(loss.subarray(0, last + 1)),
    "scheduled lr": () => Float32Array.from({ length: last + 1 }, (_, t) => (t && factors ? numbers.lr * factors[t - 1] : NaN)),
    "effective learning rate": () => Float32Array.from(effectiveRate(run)),
  };
  const series = inspection.series.map((each) => {
    if (each.symbol && !each.name && each.shape.length === 0) return { ...each, rows: Float32Array.from({ length: last + 1 }, (_, t) => t) };
    if (made[each.name]) return { ...each, rows: made[each.name]() };
    if (!held.has(each.name)) return each.shape.length === 1 ? { ...each, rows: Float32Array.from(g) } : each; // the gradient, as the method keeps it
    const found = rows(each.name);
    found.set(begins.get(each.name) ?? Array(held.get(each.name).length).fill(NaN));
    return { ...each, rows: found };
  });
  return { ...inspection, series };
}

// The axis of the curves, as figures/curves.py has it, as far as those of before do not lie well in
// it; `before` is the one that is drawn. While a hand moves them it is left as often as can be.
export function axisOf(curves, before, { margin: part, decades }, isHeld) {
  const isLog = before.type === "log", [low0, high0] = before.range;
  let low = Infinity, high = -Infinity;
  for (const { y, isInside } of curves) {
    for (let t = 0; t < y.length; t++) {
      const value = isLog ? Math.log10(y[t]) : y[t];
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high && isInside(t)) high = value;
    }
  }
  if (!(high >= low)) return before;
  if (isLog) low = Math.max(low, high - decades);
  const margin = part * (high - low) || 0.5, range = [low - margin, high + margin], span = high0 - low0;
  const room = [(range[0] - low0) / span, (high0 - range[1]) / span]; // at either end
  if (Math.min(...room) > -SNUG && (isHeld ? room[0] + room[1] < ROOMY : Math.max(...room) < SNUG)) return before;
  if (!isLog) return { ...before, range };
  const every = Math.max(1, Math.round((range[1] - range[0]) / 5)), powers = [];
  for (let power = Math.ceil(range[0] / every) * every; power <= range[1]; power += every) powers.push(power);
  return { ...before, range, tickvals: powers.map((power) => 10 ** power), ticktext: powers.map((power) => short(10 ** power)) };
}
