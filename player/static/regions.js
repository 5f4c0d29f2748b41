// Which minimum each run reached, as `regions` of experiment/maps/basins.py tells them apart.

import { Rest, grid } from "./rest.js";

const CONVERGED = 0; // of the KINDS in ends.js

// `lanes` are ends of each lane; gives the minima, the lowest first, and of each lane the place of
// each run's, -1 for none.
export function regions(lanes, map, met) {
  const { domain: [x0, x1, y0, y1], apart, minima: stated, arePoints, lies, domain } = map, width = [x1 - x0, y1 - y0];
  const x = [], y = [], loss = [], of = [];
  lanes.forEach((ends, lane) => ends.kind.forEach((kind, i) => {
    if (kind !== CONVERGED) return;
    x.push(ends.x[i]);
    y.push(ends.y[i]);
    loss.push(ends.loss[i]);
    of.push([lane, i]);
  }));
  const span = higher(domain, met, apart);
  const found = joined(touching(x, y, [x0, y0], width, apart.cell), x, y, loss, new Rest(met, domain, lies), span)
    .map((group) => ({ group, ...minimum(group) }))
    .sort((a, b) => a.loss - b.loss || a.x - b.x || a.y - b.y);
  const place = lanes.map(({ kind }) => new Int32Array(kind.length).fill(-1));
  found.forEach(({ group }, i) => group.forEach((k) => (place[of[k][0]][of[k][1]] = i)));
  return { minima: found.map(({ x, y, loss }) => ({ x, y, loss })), place };

  // What ends that belong together are at: a stated minimum that is near, or else the lowest end.
  function minimum(group) {
    const lowest = group.reduce((a, b) => (loss[b] < loss[a] ? b : a));
    const extent = Math.max(...[x, y].map((along, d) => {
      let low = Infinity, high = -Infinity;
      for (const k of group) {
        if (along[k] < low) low = along[k];
        if (along[k] > high) high = along[k];
      }
      return (high - low) / width[d];
    }));
    const away = stated.map(([sx, sy]) => group.reduce((least, k) => Math.min(least, Math.max(Math.abs(sx - x[k]) / width[0], Math.abs(sy - y[k]) / width[1])), Infinity));
    const near = away.map((each, i) => i).filter((i) => away[i] <= apart.cell);
    let at = [x[lowest], y[lowest]];
    if (near.length && (extent <= apart.line || !arePoints)) at = stated[near.reduce((a, b) => (away[b] < away[a] ? b : a))];
    return { x: at[0], y: at[1], loss: met.value(...at) };
  }
}

// Points in groups whose cells of a fine grid touch.
function touching(x, y, low, width, cell) {
  const cells = new Map();
  x.forEach((_, i) => {
    const column = Math.floor((x[i] - low[0]) / (cell * width[0])), row = Math.floor((y[i] - low[1]) / (cell * width[1]));
    const name = `${column} ${row}`, there = cells.get(name);
    if (there) there.points.push(i);
    else cells.set(name, { column, row, points: [i] });
  });
  const groups = [];
  for (const [name, first] of cells) {
    cells.delete(name);
    const stack = [first], group = [];
    while (stack.length) {
      const { column, row, points } = stack.pop();
      for (const i of points) group.push(i);
      for (let a = -1; a <= 1; a++) {
        for (let b = -1; b <= 1; b++) {
          const beside = `${column + a} ${row + b}`, there = cells.get(beside);
          if (there) stack.push(there);
          cells.delete(beside);
        }
      }
    }
    groups.push(group.sort((a, b) => a - b));
  }
  return groups;
}

// The groups, with those that lie on lines of minima of one height in one.
function joined(groups, x, y, loss, rest, span) {
  if (groups.length < 2) return groups;
  const lowest = new Map(groups.map((group) => [group, group.reduce((a, b) => (loss[b] < loss[a] ? b : a))]));
  const isOn = new Map(groups.map((group) => [group, rest.isOnLine(x[lowest.get(group)], y[lowest.get(group)])]));
  const height = (group) => loss[lowest.get(group)], lines = [];
  let before;
  for (const group of groups.filter((each) => isOn.get(each)).sort((a, b) => height(a) - height(b))) {
    if (before !== undefined && height(group) - before <= span) lines.at(-1).push(...group);
    else lines.push([...group]);
    before = height(group);
  }
  return [...lines, ...groups.filter((each) => !isOn.get(each))];
}

// By how much losses may differ on one line of minima.
function higher(domain, met, { lines, level }) {
  let low = Infinity, high = -Infinity;
  for (const [x, y] of grid(domain, lines)) {
    const loss = met.value(x, y);
    if (!Number.isFinite(loss)) continue;
    low = Math.min(low, loss);
    high = Math.max(high, loss);
  }
  return level * (high - low);
}
