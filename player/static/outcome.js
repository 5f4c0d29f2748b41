// How a run ended, as experiment/outcome.py and experiment/verdict.py have it.

// What is remembered of how a run moved: since when it was in its last place, and the boxes of the
// third and of the fourth quarter of its points.
export class Motion {
  constructor([x0, x1, y0, y1], steps, judged) {
    this.width = [x1 - x0, y1 - y0];
    this.steps = steps;
    this.judged = judged;
    this.reach = (judged.reach * Math.min(...this.width)) ** 2;
  }

  word(x, y) {
    const { steps, width, judged: { reach, stays, tremble, shrinks: least } } = this;
    let px = x[0], py = y[0];
    this.since = 0;
    for (let t = 1; t <= steps; t++) {
      if ((x[t] - px) * (x[t] - px) + (y[t] - py) * (y[t] - py) > this.reach) {
        px = x[t];
        py = y[t];
        this.since = t;
      }
    }
    const third = Math.floor(steps / 2), fourth = Math.floor((3 * steps) / 4);
    let grows = false, earlier = 0, size = 0, drift = 0;
    [x, y].forEach((along, d) => {
      const [low, high] = box(along, third, fourth), [under, over] = box(along, fourth, steps);
      const before = (high - low) / width[d], after = (over - under) / width[d];
      grows ||= after > tremble * 1e-5 && after > 2 * before;
      earlier = Math.max(earlier, before);
      size = Math.max(size, after);
      drift = Math.max(drift, Math.abs((under + over - low - high) / 2 / width[d]));
    });
    const shrinks = size > 0 ? size / earlier : 0;
    const left = shrinks < 1 ? (size * shrinks) / (1 - shrinks) : Infinity;
    const isToAndFro = drift <= Math.min(size, earlier) / 2;
    const arrives = left <= reach && size <= 10 * reach;
    if (!grows && (arrives || (isToAndFro && size <= tremble))) return "resting";
    if (isToAndFro && shrinks >= least) return "swinging";
    return !grows && (size <= tremble || steps - this.since >= Math.max(stays * steps, 2)) ? "creeping" : "moving";
  }
}

function box(along, from, to) {
  let low = Infinity, high = -Infinity;
  for (let t = from; t <= to; t++) {
    if (along[t] < low) low = along[t];
    if (along[t] > high) high = along[t];
  }
  return [low, high];
}

// Of a run that took all its steps: the kind of its end, and since when.
export function endOf(motion, rest, x, y) {
  const { steps } = motion, word = motion.word(x, y), isStill = word === "resting" || word === "creeping";
  const found = isStill && { minimum: "converged", level: "level" }[rest.lies(x[steps], y[steps])];
  const kind = isStill ? found ?? (word === "resting" ? "stopped" : "moving") : word;
  return { kind, step: kind === "swinging" || kind === "moving" ? steps : motion.since };
}

// What is said of a run of descent.js on a ground with these minima, where they are known.
export function outcomeWords({ x, y, loss, last, end }, { steps, domain, minima, as }, rest) {
  const { words } = as, [cause, since] = (end ?? "").split(" at ");
  const isGone = end && !(cause === "stopped" && rest.lies(x[last], y[last]) === "minimum");
  if (isGone) return `${words[cause]} at ${since}`;
  const { kind, step } = end ? { kind: "converged", step: last } : endOf(new Motion(domain, steps, as.judged), rest, x, y);
  if (kind === "stopped") return step ? `${words.slope} at ${step}` : words.still;
  if (kind === "moving" || kind === "swinging") return words[kind];
  return `${kind === "converged" ? words[reached(x[last], y[last], loss[last], minima, domain, rest)] : words[kind]} at ${step}`;
}

// Which minimum that is.
function reached(x, y, loss, minima, [x0, x1, y0, y1], rest) {
  const here = minima.filter(([a, b]) => a >= x0 && a <= x1 && b >= y0 && b <= y1);
  if (!here.length) return "minimum";
  const lowest = Math.min(...here.map((point) => rest.met.value(...point)));
  rest.stand(x, y);
  const rises = [...rest.rise(rest.ring)].filter(Number.isFinite);
  return loss - lowest > Math.max(0, ...rises) ? "local" : "lowest";
}
