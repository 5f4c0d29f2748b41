// A surface with other numbers than the server has drawn: its losses over the grid, their heights
// and the map's bands, as figures/relief.py has them.

const SHADES = 4096; // heights that are told apart

export class Ground {
  // `module` is the formula's kernel, `numbers` those that it takes; `shown` the race whose surface is
  // drawn, of which heights keep the scale where the surface is the same.
  constructor(module, numbers, { domain, grid, own, low, high, as }, shown, isOwn) {
    const [x0, x1, y0, y1] = domain;
    this.as = as; // see figures/live.py
    this.value = module.value(numbers);
    this.gradient = module.gradient(numbers);
    this.hessian = module.hessian(numbers);
    this.asMet = module.met;
    this.isOwn = isOwn;
    this.colors = shown.heights;
    this.threshold = shown.threshold;
    this.lift = shown.lift;
    this.scale = 1;
    this.shift = 0;
    this.bottom = low;
    this.top = high;
    if (!isOwn) return;
    this.x = places(x0, x1, grid);
    this.y = places(y0, y1, grid);
    const loss = new Float64Array(grid * grid);
    for (let i = 0; i < grid; i++) for (let j = 0; j < grid; j++) loss[i * grid + j] = this.value(this.x[j], this.y[i]);
    if (this.threshold !== null) {
      const sizes = loss.filter(Number.isFinite).map(Math.abs).sort();
      this.threshold = Math.max(quantile(sizes, as.floor), sizes.at(-1) * 1e-9, 1e-300);
    }
    this.heights = loss.map((each) => (Number.isFinite(each) ? this.level(each) : NaN));
    this.bottom = Infinity;
    this.top = -Infinity;
    for (const height of this.heights) {
      if (height < this.bottom) this.bottom = height;
      if (height > this.top) this.top = height;
    }
    this.grid = grid;
    this.domain = domain;
    this.losses = own;
    // The scene's axis stays as it is, and what is drawn is fitted to it.
    const span = high - low;
    this.scale = span / (this.top - this.bottom || 1);
    this.shift = low - this.scale * this.bottom;
    this.lift = as.lift * span;
  }

  // The height of a loss on the surface's own scale, and where the scene has it.
  level(loss) {
    const { threshold } = this;
    return threshold === null ? loss : Math.sign(loss) * Math.log10(1 + Math.abs(loss) / threshold);
  }

  height(loss) {
    return this.isOwn ? this.shift + this.scale * this.level(loss) : this.level(loss);
  }

  // Where between the lowest height and the highest that of a loss is, from 0 to 1.
  share(loss) {
    return (this.level(loss) - this.bottom) / (this.top - this.bottom || 1);
  }

  // The heights over the grid as the scene draws them.
  get rows() {
    const { grid, heights, shift, scale } = this;
    return Array.from({ length: grid }, (_, i) => {
      const row = new Float32Array(grid);
      for (let j = 0; j < grid; j++) row[j] = shift + scale * heights[i * grid + j];
      return row;
    });
  }

  // Losses for the map's lines, rising: round, and at nearly equal heights apart; or a person's own.
  get levels() {
    const { bottom, top, threshold, as } = this;
    const loss = (height) => (threshold === null ? height : Math.sign(height) * threshold * (10 ** Math.abs(height) - 1));
    const low = loss(bottom), high = loss(top), span = (top - bottom) / as.levels;
    const own = this.losses.filter((each) => low < each && each < high);
    if (own.length) return own;
    if (!(span > 1e-300)) return [];
    if (threshold === null) {
      const power = 10 ** Math.floor(Math.log10(span));
      const step = power * as.round.reduce((a, b) => (Math.abs(Math.log((power * b) / span)) < Math.abs(Math.log((power * a) / span)) ? b : a));
      const first = Math.floor(low / step) + 1, last = Math.ceil(high / step) - 1;
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
    }
    const upper = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high), threshold)));
    const lower = Math.floor(Math.log10(threshold)) - 2;
    let inner = [];
    for (const parts of as.decade) {
      const found = [0];
      for (let power = lower; power <= upper; power++) {
        for (const part of parts) {
          const each = part * 10 ** power;
          if (this.level(each) - this.level(found.at(-1)) >= 0.75 * span) found.push(each);
        }
      }
      inner = [...found.slice(1).reverse().map((each) => -each), ...found].filter((each) => low < each && each < high);
      if (inner.length >= 0.6 * as.levels) break;
    }
    return inner;
  }

  // The colour of each height, as numbers of red, green and blue, and its band.
  get shades() {
    if (this.shaded) return this.shaded;
    const { bottom, top } = this, span = top - bottom || 1;
    const ends = [bottom, ...this.levels.map((loss) => this.level(loss)), top];
    const shades = new Uint8Array(SHADES + 1), colors = [];
    for (let k = 0; k + 1 < ends.length; k++) colors.push(tint(((ends[k] + ends[k + 1]) / 2 - bottom) / span, this.colors));
    for (let i = 0, band = 0; i <= SHADES; i++) {
      while (band + 2 < ends.length && bottom + (i / SHADES) * span >= ends[band + 1]) band += 1;
      shades[i] = band;
    }
    return (this.shaded = { shades, colors });
  }

  // The map's bands, over the part of the plane that the axes show.
  paint(pen, { xaxis, yaxis }) {
    const wide = Math.round(xaxis._length), high = Math.round(yaxis._length);
    const { grid, heights, bottom, top, domain: [x0, x1, y0, y1], shades: { shades, colors }, as: { line } } = this;
    const image = new ImageData(wide, high), { data } = image;
    const [left, right] = xaxis.range, [down, up] = yaxis.range, unit = SHADES / (top - bottom || 1);
    const columns = new Float64Array(wide), above = new Int16Array(wide).fill(-1);
    for (let i = 0; i < wide; i++) columns[i] = ((left + ((i + 0.5) / wide) * (right - left) - x0) / (x1 - x0)) * (grid - 1);
    for (let j = 0; j < high; j++) {
      const v = ((up + ((j + 0.5) / high) * (down - up) - y0) / (y1 - y0)) * (grid - 1);
      const row = Math.max(0, Math.min(Math.floor(v), grid - 2)), b = v - row;
      let before = -1;
      for (let i = 0; i < wide; i++) {
        const u = columns[i], column = Math.max(0, Math.min(Math.floor(u), grid - 2)), a = u - column;
        const at = row * grid + column;
        const height = (1 - b) * ((1 - a) * heights[at] + a * heights[at + 1]) + b * ((1 - a) * heights[at + grid] + a * heights[at + grid + 1]);
        if (!(height === height)) {
          before = above[i] = -1;
          continue;
        }
        const band = shades[Math.max(0, Math.min(SHADES, Math.floor((height - bottom) * unit)))], color = colors[band];
        const isLine = (before >= 0 && before !== band) || (above[i] >= 0 && above[i] !== band);
        const k = 4 * (j * wide + i), white = isLine ? 255 * line : 0, own = isLine ? 1 - line : 1;
        data[k] = color[0] * own + white;
        data[k + 1] = color[1] * own + white;
        data[k + 2] = color[2] * own + white;
        data[k + 3] = 255;
        before = above[i] = band;
      }
    }
    this.sheet ??= document.createElement("canvas");
    Object.assign(this.sheet, { width: wide, height: high });
    this.sheet.getContext("2d").putImageData(image, 0, 0);
    pen.drawImage(this.sheet, xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
  }
}

function places(from, to, count) {
  const step = (to - from) / (count - 1);
  return Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + i * step));
}

// As numpy.quantile interpolates.
function quantile(sorted, part) {
  const at = part * (sorted.length - 1), below = Math.floor(at);
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

// The colour of a height that is such a part of the way up, of those from the lowest to the highest: red, green and blue.
export function tint(share, colors) {
  const at = Math.min(Math.max(share, 0), 1) * (colors.length - 1), below = Math.min(Math.floor(at), colors.length - 2);
  return colors[below].map((channel, i) => Math.round(channel + (at - below) * (colors[below + 1][i] - channel)));
}
