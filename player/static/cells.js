// Cells of a map as figures/cells.py and figures/basins.py paint them: a hue and how soon, or a pattern.

import { KINDS } from "./ends.js";

const INKED = {
  stripes: (row, column) => (row + column) % 4 === 0,
  lines: (row) => row % 3 === 0,
  dots: (row, column) => row % 3 === 0 && column % 3 === 0,
  checks: (row, column) => ((row >> 1) + (column >> 1)) % 2 === 0,
  crosses: (row, column) => row % 4 === 0 || column % 4 === 0,
};

// Of one lane: its ends and the places of their minima.
export function ofOne({ kind, step }, place, hues, others, n) {
  const log = Float64Array.from(step, Math.log1p);
  let low = Infinity, high = -Infinity;
  kind.forEach((each, i) => {
    if (KINDS[each] !== "converged") return;
    low = Math.min(low, log[i]);
    high = Math.max(high, log[i]);
  });
  const looks = [...hues, ...others], pattern = Object.fromEntries(others.map((look, i) => [look.kind, hues.length + i]));
  const which = Int32Array.from(kind, (each, i) => (place[i] >= 0 ? place[i] % hues.length : pattern[KINDS[each]]));
  return painted(looks, which, log.map((each) => (high > low ? (each - low) / (high - low) : 0)), n);
}

// Of two lanes, what they do from one start.
export function ofTwo([first, second], [here, there], looks, n) {
  const sooner = first.step.map((step, i) => second.step[i] - step);
  const which = Int32Array.from(here, (one, i) => {
    const other = there[i];
    if (one >= 0 && other >= 0) return one === other ? (sooner[i] >= 0 ? 0 : 1) : 2;
    return one >= 0 ? 3 : other >= 0 ? 4 : 5;
  });
  const lead = Float64Array.from(sooner, (by) => Math.log1p(Math.abs(by)));
  const most = lead.reduce((a, each, i) => (which[i] < 2 ? Math.max(a, each) : a), 1);
  return painted(looks, which, lead.map((each) => 1 - each / most), n);
}

// A colour's number for each cell, rows along y, and the scale of colours.
function painted(looks, which, shade, n) {
  const first = [], colors = [];
  for (const look of looks) {
    first.push(colors.length);
    colors.push(...look.colors);
  }
  const z = Array.from({ length: n }, (_, row) => Float32Array.from({ length: n }, (_, column) => {
    const i = row * n + column, { pattern, colors: own } = looks[which[i]];
    const at = pattern ? Number(INKED[pattern](row, column)) : Math.round(Math.min(Math.max(shade[i], 0), 1) * (own.length - 1));
    return first[which[i]] + at;
  }));
  const colorscale = colors.flatMap((color, i) => [[i / colors.length, color], [(i + 1) / colors.length, color]]);
  return { z, colorscale, zmin: -0.5, zmax: colors.length - 0.5 };
}
