// A map's starts, played as points on the way to where they end, in the colour of that.

const MOST = 200; // points along each side
const SECONDS = 8; // that all steps take, the first ones longer than the last
const PICTURES = 12; // for those who asked their system for less motion
const STILL = 500; // milliseconds that each of these stands
const BUSY = 12; // milliseconds of a picture that points may be taken on
const VEIL = 0.86; // how strongly the map is covered
const CELL = 0.6; // of the distance between two starts is a point's width
const TOLD = 250; // milliseconds, after which it is told anew how many have arrived

export class Swarm {
  // `onTold` is called with words when they change, `onState` when it plays or rests.
  constructor(canvas, onTold, onState) {
    Object.assign(this, { canvas, onTold, onState });
    this.pen = canvas.getContext("2d");
    this.isPlaying = false;
  }

  get isShown() {
    return Boolean(this.panels);
  }

  // All starts where they begin. Of each panel: its name and its axes; x and y along these; what each
  // `cell(row, column)` comes to, when, and its `ink`; `every` how manyth start is taken along each
  // side, if that is given; and `mover(x, y)`, which moves them.
  begin(panels, steps) {
    this.steps = steps;
    this.t = 0;
    this.panels = panels.map((panel) => {
      const n = panel.x.length, every = panel.every ?? Math.ceil(n / MOST), cells = [];
      for (let row = every >> 1; row < panel.y.length; row += every) for (let column = every >> 1; column < n; column += every) cells.push([row, column]);
      const x = Float64Array.from(cells, ([, column]) => panel.x[column]), y = Float64Array.from(cells, ([row]) => panel.y[row]);
      const came = cells.map(([row, column]) => panel.cell(row, column));
      const when = (kind) => Float64Array.from(came.filter((each) => each.kind === kind), ({ step }) => step).sort();
      return { name: panel.name, axes: panel.axes, inks: Uint32Array.from(came, ({ ink }) => ink), arrives: when("arrives"), diverges: when("diverges"), across: Math.ceil(n / every), mover: panel.mover(x, y, cells) };
    });
    this.paint();
    this.tell();
  }

  play() {
    if (this.t >= this.steps) this.restart();
    this.isPlaying = true;
    this.part = Math.sqrt(this.t / this.steps);
    this.before = undefined;
    this.onState();
    this.go();
  }

  restart() {
    for (const { mover } of this.panels) mover.restart();
    this.t = 0;
  }

  pause() {
    cancelAnimationFrame(this.request);
    clearTimeout(this.timer);
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.onState();
    this.tell();
  }

  step(by = 1) {
    this.pause();
    if (this.t >= this.steps) this.restart();
    else this.advance(this.t + by, Infinity);
    this.paint();
    this.tell();
  }

  go() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.timer = setTimeout(() => this.show(1 / PICTURES), STILL);
    else this.request = requestAnimationFrame((now) => {
      const passed = Math.min((now - (this.before ?? now)) / 1000, 0.1);
      this.before = now;
      this.show(passed / SECONDS);
    });
  }

  show(part) {
    this.part = Math.min(this.part + part, 1);
    if (!this.advance(Math.floor(this.steps * this.part ** 2), BUSY)) this.part = Math.sqrt(this.t / this.steps);
    this.paint();
    if (this.t >= this.steps) return this.pause();
    const now = performance.now();
    if (now - (this.told ?? 0) > TOLD) {
      this.told = now;
      this.tell();
    }
    this.go();
  }

  // Take all points on, as far as there is time; says whether there was.
  advance(to, most) {
    const until = performance.now() + most, last = Math.min(to, this.steps);
    while (this.t < last) {
      for (const { mover } of this.panels) mover.advance(this.t, this.t + 1);
      this.t += 1;
      if (performance.now() > until) break;
    }
    return this.t === last;
  }

  tell() {
    const { t, steps, panels } = this, counts = panels.map(({ name, inks, arrives, diverges }) => {
      const gone = upTo(diverges, t), whose = panels.length > 1 ? `${name}: ` : "";
      return `${whose}${grouped(upTo(arrives, t))} of ${grouped(inks.length)} have arrived at a minimum${gone ? `, ${grouped(gone)} have diverged` : ""}`;
    });
    this.onTold(`Step ${t} of ${steps}: ${counts.join("; ")}.`);
  }

  // Over the map's axes, which may be zoomed.
  paint() {
    if (!this.panels) return;
    const { canvas, pen } = this, { clientWidth, clientHeight } = canvas, unit = devicePixelRatio || 1;
    const width = Math.round(clientWidth * unit), height = Math.round(clientHeight * unit);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.clearRect(0, 0, width, height);
    const paper = pixel(this.paper, VEIL);
    for (const { axes, inks, across, mover } of this.panels) {
      const { xaxis, yaxis } = axes();
      const wide = Math.round(xaxis._length * unit), high = Math.round(yaxis._length * unit);
      if (!(wide > 0 && high > 0)) continue;
      if (this.image?.width !== wide || this.image.height !== high) {
        this.image = new ImageData(wide, high);
        this.pixels = new Uint32Array(this.image.data.buffer);
      }
      const { pixels } = this, { x, y, gone } = mover;
      const [left, right] = xaxis.range, [down, up] = yaxis.range, perX = wide / (right - left), perY = high / (up - down);
      const size = Math.max(2, Math.round((CELL * wide) / across)), few = Math.min(size, Math.round(5 * unit)), half = few >> 1;
      pixels.fill(paper);
      for (let i = 0; i < inks.length; i++) {
        if (gone[i] > 1) continue;
        const column = Math.round((x[i] - left) * perX) - half, row = Math.round((up - y[i]) * perY) - half;
        if (!(column > -few && row > -few && column < wide && row < high)) continue;
        const c1 = Math.min(column + few, wide), r1 = Math.min(row + few, high), c0 = Math.max(column, 0);
        for (let r = Math.max(row, 0); r < r1; r++) pixels.fill(inks[i], r * wide + c0, r * wide + c1);
      }
      pen.putImageData(this.image, Math.round(xaxis._offset * unit), Math.round(yaxis._offset * unit));
    }
  }

  leave() {
    this.pause();
    this.panels = undefined;
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.onState();
  }
}

// Moves points by a rule's kernel, step by step; nothing of their paths is kept.
export function byKernel({ rule, numbers, factors, noise, clip, table }, met, bound, x, y) {
  const settings = rule.settings.map((name) => numbers[name]), known = { ...met, gradient: met.asMet(met.gradient, noise ?? null, clip) };
  const begins = [...x], ups = [...y], points = { x, y, gone: new Uint8Array(x.length), held: [] };
  const restart = () => {
    points.gone.fill(0);
    begins.forEach((px, i) => {
      [x[i], y[i]] = [px, ups[i]];
      const held = rule.begins.length ? rule.initial(px, ups[i], settings) : [];
      if (!i) points.held = Array.from(held, () => new Float64Array(x.length));
      held.forEach((each, k) => { points.held[k][i] = each; });
      if (!Number.isFinite(met.value(px, ups[i]))) points.gone[i] = 2; // nobody starts there
    });
  };
  restart();
  return { ...points, restart, advance: (from, to) => rule.go(from, to, points, bound, known, settings, factors, table) };
}

// Moves points along paths that the server has worked out: of each of some pictures all x and then
// all y; between two pictures evenly.
export function byPaths(paths, steps, count) {
  const pictures = paths.length / (2 * count) - 1, points = { x: new Float64Array(count), y: new Float64Array(count), gone: new Uint8Array(count) };
  const stand = (t) => {
    const at = (t / steps) * pictures, first = Math.min(Math.floor(at), pictures), next = Math.min(first + 1, pictures), part = at - first;
    for (let i = 0; i < count; i++) {
      const along = (k) => (1 - part) * paths[2 * count * first + k] + part * paths[2 * count * next + k];
      points.x[i] = along(i);
      points.y[i] = along(count + i);
      points.gone[i] = Number.isNaN(points.x[i] + points.y[i]) ? 2 : 0;
    }
  };
  stand(0);
  return { ...points, restart: () => stand(0), advance: (_, to) => stand(to) };
}

function upTo(rising, t) {
  let low = 0, high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grouped(count) {
  return count.toLocaleString("en");
}

// A colour "#rrggbb" or "rgb(r, g, b)" as a number of a picture.
export function pixel(color, alpha = 1) {
  const parts = color.startsWith("#") ? [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)) : color.match(/[\d.]+/g).slice(0, 3).map(Number);
  const [r, g, b] = parts;
  return ((Math.round(alpha * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
