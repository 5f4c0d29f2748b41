// A run as it is drawn, as figures/path.py lays it: on the surface, and cut where it leaves the view.

let ways = new Float64Array(0); // from where to where each step is seen
let room = new Float64Array(0);

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
  const size = 4 * (seen * (most + 2) + 2);
  if (room.length < size) room = new Float64Array(2 * size);
  let rows = 0, isOpen = false;
  const put = (x, y, height, step) => {
    room[4 * rows] = x < x0 ? x0 : x > x1 ? x1 : x; // rounding only: each lies inside
    room[4 * rows + 1] = y < y0 ? y0 : y > y1 ? y1 : y;
    room[4 * rows + 2] = height;
    room[4 * rows + 3] = step;
    rows += 1;
  };
  for (let t = 0; t < last; t++) {
    const enter = ways[2 * t], leave = ways[2 * t + 1];
    if (!(enter < leave)) continue;
    const ax = xs[t], ay = ys[t], dx = xs[t + 1] - ax, dy = ys[t + 1] - ay;
    const u = dx / wide, v = dy / high, length = (leave - enter) * Math.sqrt(u * u + v * v);
    const pieces = length <= as.chord ? 1 : Math.min(Math.ceil(length / as.chord), most);
    const goesOn = leave === 1 && t + 1 < last && ways[2 * t + 2] === 0 && ways[2 * t + 3] > 0;
    if (!isOpen && rows) {
      room.fill(NaN, 4 * rows, 4 * rows + 3); // where the line breaks its step stays what it was
      room[4 * rows + 3] = room[4 * rows - 1];
      rows += 1;
    }
    for (let piece = 0; piece < (goesOn ? pieces : pieces + 1); piece++) {
      const along = enter + (leave - enter) * (piece / pieces), x = ax + along * dx, y = ay + along * dy;
      const height = along === 0 ? loss[t] : along === 1 ? loss[t + 1] : ground.value(x, y);
      put(x, y, ground.height(height) + lift, t + along);
    }
    isOpen = goesOn;
    if (!goesOn && t + leave < last) exits.push(rows - 1);
  }
  if (!rows) {
    put(xs[0], ys[0], ground.height(loss[0]) + lift, 0);
    if (last) exits.push(0);
  }
  // A run that becomes infinite has no row outside: it leaves from the last one.
  if (end && !end.startsWith("stopped") && exits.at(-1) !== rows - 1) exits.push(rows - 1);
  const path = { x: new Float32Array(rows), y: new Float32Array(rows), z: new Float32Array(rows), step: new Float32Array(rows) };
  for (let row = 0; row < rows; row++) {
    path.x[row] = room[4 * row];
    path.y[row] = room[4 * row + 1];
    path.z[row] = room[4 * row + 2];
    path.step[row] = room[4 * row + 3];
  }
  path.exits = exits.map((row) => ({ x: path.x[row], y: path.y[row], z: path.z[row], step: Math.floor(room[4 * row + 3]) + 1 }));
  return path;
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
