// A run as it is drawn, as figures/path.py lays it: on the surface, and cut where it leaves the view.

let ways = new Float64Array(0); // from where to where each step is seen
let room = [0, 1, 2, 3].map(() => new Float32Array(0)); // of x, y, height and step

// `ground` gives the height of a loss, and the loss at a point.
export function lay({ x: xs, y: ys, loss, last, end }, { domain: [x0, x1, y0, y1], as }, ground) {
  const wide = x1 - x0, high = y1 - y0, { lift } = ground, exits = [];
  if (ways.length < 2 * last + 2) ways = new Float64Array(2 * last + 2);
  let seen = 0;
  for (let t = 0; t < last; t++) {
    const x = (xs[t] - x0) / wide, y = (ys[t] - y0) / high, dx = (xs[t + 1] - xs[t]) / wide, dy = (ys[t + 1] - ys[t]) / high;
    let enter = 0, leave = 1;
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1 && x + dx >= 0 && x + dx <= 1 && y + dy >= 0 && y + dy <= 1)) {
      const [fromX, toX] = side(x, dx), [fromY, toY] = side(y, dy);
      enter = Math.max(0, fromX, fromY);
      leave = Math.min(1, toX, toY);
    }
    ways[2 * t] = enter;
    ways[2 * t + 1] = leave;
    if (enter < leave) seen += 1;
  }
  const most = Math.min(Math.max(Math.floor(as.vertices / Math.max(seen, 1)), 1), as.pieces);
  const size = seen * (most + 2) + 2;
  if (room[0].length < size) room = room.map(() => new Float32Array(2 * size));
  const [px, py, pz, steps] = room;
  let rows = 0, isOpen = false, at = 0;
  for (let t = 0; t < last; t++) {
    const enter = ways[2 * t], leave = ways[2 * t + 1];
    if (!(enter < leave)) continue;
    const ax = xs[t], ay = ys[t], dx = xs[t + 1] - ax, dy = ys[t + 1] - ay;
    const u = dx / wide, v = dy / high, length = (leave - enter) * Math.sqrt(u * u + v * v);
    const pieces = length <= as.chord ? 1 : Math.min(Math.ceil(length / as.chord), most);
    const goesOn = leave === 1 && t + 1 < last && ways[2 * t + 2] === 0 && ways[2 * t + 3] > 0;
    if (!isOpen && rows) {
      px[rows] = py[rows] = pz[rows] = NaN; // where the line breaks its step stays what it was
      steps[rows] = steps[rows - 1];
      rows += 1;
    }
    const count = goesOn ? pieces : pieces + 1;
    for (let piece = 0; piece < count; piece++) {
      const along = enter + (leave - enter) * (piece / pieces), x = ax + along * dx, y = ay + along * dy;
      px[rows] = within(x, x0, x1); // rounding only: each lies inside
      py[rows] = within(y, y0, y1);
      pz[rows] = ground.height(along === 0 ? loss[t] : along === 1 ? loss[t + 1] : ground.value(x, y)) + lift;
      steps[rows] = at = t + along;
      rows += 1;
    }
    isOpen = goesOn;
    if (!goesOn && t + leave < last) exits.push([rows - 1, at]);
  }
  if (!rows) {
    [px[0], py[0], pz[0], steps[0]] = [within(xs[0], x0, x1), within(ys[0], y0, y1), ground.height(loss[0]) + lift, 0];
    rows = 1;
    if (last) exits.push([0, 0]);
  }
  // A run that becomes infinite has no row outside: it leaves from the last one.
  if (end && !end.startsWith("stopped") && exits.at(-1)?.[0] !== rows - 1) exits.push([rows - 1, at]);
  const [x, y, z, step] = room.map((numbers) => numbers.slice(0, rows));
  return { x, y, z, step, exits: exits.map(([row, from]) => ({ x: x[row], y: y[row], z: z[row], step: Math.floor(from) + 1 })) };
}

// Exits as a lane of the map has them, with the step of the first and the last few.
export function exitsOf(exits, { domain: [x0, x1, y0, y1], as }) {
  const few = as.labels / 2;
  return {
    x: exits.map(({ x }) => x),
    y: exits.map(({ y }) => y),
    labels: exits.map(({ step }, i) => (i < few || i >= exits.length - few ? String(step) : "")),
    places: exits.map(({ x, y }) => `${y < (y0 + y1) / 2 ? "top" : "bottom"} ${x < (x0 + x1) / 2 ? "right" : "left"}`),
  };
}

// From where to where, in parts of a step, one coordinate lies in the picture (Liang & Barsky 1984).
function side(here, move) {
  if (move === 0) return here >= 0 && here <= 1 ? [-Infinity, Infinity] : [Infinity, -Infinity];
  const low = -here / move, high = (1 - here) / move;
  return low < high ? [low, high] : [high, low];
}

function within(value, low, high) {
  return value < low ? low : value > high ? high : value;
}
