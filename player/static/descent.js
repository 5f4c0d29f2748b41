// One lane's run by its kernel, and what is recorded of it, as experiment/trajectory.py has it.


// `rule` is the kernel's module, `met` the surface's functions at its numbers; noise, factors and
// table are numbers of each step, if there are any. A run of the same lane `before` gives its room to this one.
export function descend({ rule, numbers, factors, noise, clip, table }, { start: [x0, y0], steps, bound, near, domain }, met, before) {
  const names = Object.keys(rule.shapes), sizes = names.map((name) => product(rule.shapes[name]));
  const [x, y, gx, gy, asking, loss, ...columns] = room(6 + sizes.reduce((a, b) => a + b, 0), steps + 1, before);
  const run = { x, y, gx, gy, asking, state: columns };
  x[0] = x0;
  y[0] = y0;
  asking[0] = 0;
  const gradient = noise || clip !== null ? met.asMet(met.gradient, noise ?? null, clip) : met.gradient;
  const settings = rule.settings.map((name) => numbers[name]);
  const taken = rule.run(steps, x0, y0, bound, { ...met, gradient }, settings, factors, run, table);
  const slope = new Float64Array(2), { value } = met, isPlain = gradient === met.gradient;
  let last = taken, end = taken < steps ? `stopped at ${taken}` : undefined;
  for (let t = 0; t <= taken; t++) {
    const px = x[t], py = y[t];
    loss[t] = value(px, py);
    // What was given at a point is the exact gradient there, unless the rule asked for none.
    const sum = isPlain && t < taken ? gx[t + 1] + gy[t + 1] : NaN;
    if (!Number.isFinite(sum)) met.gradient(px, py, slope);
    if (!Number.isFinite(loss[t] + px + py) || !(Number.isFinite(sum) || Number.isFinite(slope[0] + slope[1]))) {
      end = ended(px, py, loss[t], domain, near, t);
      last = t - 1;
      break;
    }
    if (Math.abs(px) >= bound || Math.abs(py) >= bound) {
      end = `diverged at ${t}`;
      last = t;
      break;
    }
  }
  const held = new Map(), begins = new Map(); // each entry of the state: its numbers, and those before the first step
  const first = rule.initial(x0, y0, settings);
  let place = 0, at = 0;
  names.forEach((name, i) => {
    held.set(name, columns.slice(place, (place += sizes[i])));
    if (rule.begins.includes(name)) begins.set(name, first.slice(at, (at += sizes[i])));
  });
  return { ...run, columns: [x, y, gx, gy, asking, loss, ...columns], loss, last, end, held, begins };
}

function room(count, rows, before) {
  const found = before?.columns;
  if (found?.length === count && found[0].length === rows) return found;
  return Array.from({ length: count }, () => new Float64Array(rows));
}

// Why there is no number at a point; `near` is how many halves of the domain beside its middle a step
// leads to where the loss is not defined, and not so far out that it has diverged.
function ended(x, y, loss, [x0, x1, y0, y1], near, t) {
  if (Number.isNaN(x + y)) return `stopped at ${t}`;
  const beside = Math.abs(x - (x0 + x1) / 2) <= (near * (x1 - x0)) / 2 && Math.abs(y - (y0 + y1) / 2) <= (near * (y1 - y0)) / 2;
  return beside && Number.isNaN(loss) ? `undefined at ${t}` : `diverged at ${t}`;
}

function product(shape) {
  return shape.reduce((a, b) => a * b, 1);
}
