// What is measured of a race that the page has computed, as experiment/told.py measures it.

const MEASURES = {
  ending: ({ loss, last }) => loss[last],

  first_below: ({ loss, last }, _, level) => first(last, (t) => loss[t] < level),

  // The step from which on it stays so near to a lowest minimum.
  settles({ x, y, last }, { race: { minima } }, near) {
    const isNear = (t) => minima.some(([a, b]) => Math.hypot(a - x[t], b - y[t]) < near);
    let t = last;
    while (t >= 0 && isNear(t)) t--;
    return t < last ? t + 1 : Infinity;
  },

  sharpness_at({ x, y, last }, { ground }, step) {
    const t = Math.min(step, last), found = new Float64Array(3);
    ground.hessian(x[t], y[t], found);
    const [a, b, c] = found;
    return (a + c) / 2 + Math.hypot((a - c) / 2, b);
  },
};

// Whether all marks of a goal, as lessons/marks.py has them, are reached.
export function reaches(marks, live) {
  const { lanes } = live.compute();
  return marks.every(([name, [lane, ...said], sign, level]) => {
    const found = MEASURES[name](lanes[lane], live, ...said);
    return sign === "<" ? found < level : found <= level;
  });
}

function first(last, holds) {
  for (let t = 0; t <= last; t++) if (holds(t)) return t;
  return Infinity;
}
