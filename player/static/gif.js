// Writes an animated GIF (GIF89a), a frame at a time, so that the page stays alive between two: one
// palette for the whole film, and of each frame only the box that has changed.

const COLORS = 255; // and one that stands for "as in the frame before"
const CLEAR = 255;
const BITS = 6; // of each channel, by which colours are told apart

export class Gif {
  // `samples` are frames as RGBA bytes from which the palette is chosen.
  constructor(width, height, samples) {
    Object.assign(this, { width, height, palette: choose(samples) });
    this.nearest = new Int16Array(1 << (3 * BITS)).fill(-1);
    this.parts = [];
    const size = [width & 255, width >> 8, height & 255, height >> 8];
    const table = new Uint8Array(3 * 256);
    this.palette.forEach((color, i) => table.set(color, 3 * i));
    const forEver = [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0];
    this.parts.push(new Uint8Array([...ascii("GIF89a"), ...size, 0xf7, 0, 0]), table, new Uint8Array(forEver));
  }

  // `delay` in hundredths of a second.
  add(rgba, delay) {
    const { width, height } = this, before = this.before, now = new Uint8Array(width * height);
    const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
    let last = -1, index = 0;
    for (let i = 0; i < now.length; i++) {
      if (pixels[i] !== last) index = this.indexOf((last = pixels[i]));
      now[i] = index;
    }
    const box = before ? changed(now, before, width, height) : { x: 0, y: 0, width, height };
    const part = new Uint8Array(box.width * box.height);
    for (let row = 0, at = 0; row < box.height; row++) {
      for (let i = (box.y + row) * width + box.x, end = i + box.width; i < end; i++) {
        part[at++] = before && before[i] === now[i] ? CLEAR : now[i];
      }
    }
    this.before = now;
    const two = (number) => [number & 255, number >> 8];
    const control = [0x21, 0xf9, 4, 0x05, ...two(delay), CLEAR, 0]; // leave in place; one is clear
    const place = [0x2c, ...two(box.x), ...two(box.y), ...two(box.width), ...two(box.height), 0];
    this.parts.push(new Uint8Array([...control, ...place]), compress(part));
  }

  finish() {
    return new Blob([...this.parts, new Uint8Array([0x3b])], { type: "image/gif" });
  }

  indexOf(pixel) {
    const r = pixel & 255, g = (pixel >> 8) & 255, b = (pixel >> 16) & 255, drop = 8 - BITS;
    const key = ((r >> drop) << (2 * BITS)) | ((g >> drop) << BITS) | (b >> drop);
    if (this.nearest[key] >= 0) return this.nearest[key];
    let best = 0, least = Infinity;
    this.palette.forEach((color, i) => {
      const far = 2 * (color[0] - r) ** 2 + 4 * (color[1] - g) ** 2 + 3 * (color[2] - b) ** 2; // as the eye sees it
      if (far < least) [least, best] = [far, i];
    });
    return (this.nearest[key] = best);
  }
}

// The box outside of which two frames are alike; one pixel at least, because a frame has some.
function changed(now, before, width, height) {
  let left = width, right = -1, top = height, bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let from = 0, to = width - 1;
    while (from < width && now[row + from] === before[row + from]) from++;
    if (from === width) continue;
    while (now[row + to] === before[row + to]) to--;
    left = Math.min(left, from);
    right = Math.max(right, to);
    top = Math.min(top, y);
    bottom = y;
  }
  if (right < 0) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

// Median cut (Heckbert 1982), but always of the box whose colours differ most, and a colour counts
// by the root of its pixels: a thin line keeps its colour beside a wide surface.
function choose(samples) {
  const drop = 8 - BITS, sums = new Map();
  for (const rgba of samples) {
    for (let i = 0; i < rgba.length; i += 4) {
      const key = ((rgba[i] >> drop) << (2 * BITS)) | ((rgba[i + 1] >> drop) << BITS) | (rgba[i + 2] >> drop);
      let sum = sums.get(key);
      if (!sum) sums.set(key, (sum = [0, 0, 0, 0]));
      sum[0] += rgba[i];
      sum[1] += rgba[i + 1];
      sum[2] += rgba[i + 2];
      sum[3] += 1;
    }
  }
  const colors = [...sums.values()].map(([r, g, b, n]) => ({ at: [r / n, g / n, b / n], weight: Math.sqrt(n) }));
  const boxes = [measure(colors)];
  while (boxes.length < COLORS) {
    const widest = boxes.reduce((a, b) => (b.error > a.error ? b : a));
    if (!(widest.error > 0)) break;
    const { axis, mean, colors: inside } = widest;
    const halves = [inside.filter(({ at }) => at[axis] <= mean[axis]), inside.filter(({ at }) => at[axis] > mean[axis])];
    if (!halves[0].length || !halves[1].length) {
      widest.error = 0;
      continue;
    }
    boxes.splice(boxes.indexOf(widest), 1, ...halves.map(measure));
  }
  return boxes.map(({ mean }) => mean.map(Math.round));
}

function measure(colors) {
  const weight = colors.reduce((sum, color) => sum + color.weight, 0);
  const mean = [0, 1, 2].map((k) => colors.reduce((sum, { at, weight: w }) => sum + w * at[k], 0) / weight);
  const spread = [0, 1, 2].map((k) => colors.reduce((sum, { at, weight: w }) => sum + w * (at[k] - mean[k]) ** 2, 0));
  return { colors, mean, error: spread[0] + spread[1] + spread[2], axis: spread.indexOf(Math.max(...spread)) };
}

// LZW with 8-bit symbols, in blocks of at most 255 bytes (GIF89a, appendix F).
function compress(indices) {
  const clear = 256, end = 257;
  const codes = new Uint16Array(4096 * 256); // code after (code, symbol); 0 where there is none
  const used = [];
  let out = new Uint8Array(Math.max(64, indices.length >> 2)), length = 1, block = 0, bits = 0, count = 0;
  let size = 9, next = 258;
  const byte = (value) => {
    if (length + 2 > out.length) {
      const larger = new Uint8Array(2 * out.length);
      larger.set(out);
      out = larger;
    }
    if (length - block === 256 || length === 1) {
      if (length > 1) out[block] = 255;
      block = length++;
    }
    out[length++] = value;
  };
  const emit = (code) => {
    bits |= code << count;
    count += size;
    while (count >= 8) {
      byte(bits & 255);
      bits >>>= 8;
      count -= 8;
    }
  };
  out[0] = 8;
  emit(clear);
  let prefix = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const slot = (prefix << 8) | indices[i];
    if (codes[slot]) {
      prefix = codes[slot];
      continue;
    }
    emit(prefix);
    if (next === 4096) {
      emit(clear);
      for (const old of used) codes[old] = 0;
      used.length = 0;
      next = 258;
      size = 9;
    } else {
      if (next >= 1 << size) size++;
      codes[slot] = next++;
      used.push(slot);
    }
    prefix = indices[i];
  }
  emit(prefix);
  if (next >= 1 << size && size < 12) size++;
  emit(end);
  if (count) byte(bits & 255);
  out[block] = length - block - 1;
  out[length++] = 0;
  return out.slice(0, length);
}

function ascii(text) {
  return [...text].map((character) => character.charCodeAt(0));
}
