// A two-dimensional panel. Plotly draws the axes and what never moves; paths are drawn on a canvas
// above it, because that costs a fraction of a millisecond a frame.

import { short } from "./number.js";
import { lastRow } from "./scene.js";

const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false, responsive: false };
const MOVING = new Set(["path", "exit", "start", "shape", "fit", "swarm"]);
const NUDGE = 0.02; // of the picture, for an arrow key
const TRAIL_WIDTH = 2.5;
const HEAD_RADIUS = 5;
const FAR = 5000; // pixels
const PALE = 0.3; // a luminance; what is lighter has less than 3:1 on white
const EDGE = "#6B6F7B"; // 4.5:1 on white

export class Plane {
  // `casing` is a colour that sets trails off from what lies below them, where there is something.
  constructor(Plotly, panel, { casing, onStart, onCrop, onScrub } = {}) {
    this.Plotly = Plotly;
    this.casing = casing;
    this.panel = panel;
    this.plot = panel.querySelector(".race-plot");
    this.canvas = panel.querySelector("canvas");
    this.step = 0;
    this.hidden = new Set();
    this.bold = 1; // how many times thicker lines and heads are on a projector
    const reset = panel.querySelector(".race-reset");
    if (reset) reset.onclick = () => this.reset();
    if (onStart) {
      this.listen(onStart);
      this.handle = panel.querySelector(".race-start");
      this.hint = panel.querySelector(".race-hint");
      this.letDrag(onStart);
    }
    if (onScrub) this.letScrub(onScrub);
    if (onCrop) panel.querySelector(".race-crop").onclick = () => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      onCrop([...xaxis.range, ...yaxis.range]);
    };
  }

  show(figure, theme) {
    this.theme = theme;
    // Copies: Plotly writes the zoom into the layout that it is given.
    this.whole = { x: [...figure.layout.xaxis.range], y: [...figure.layout.yaxis.range] };
    this.paths = figure.data.filter((trace) => trace.meta.role === "path");
    this.shapes = figure.data.filter((trace) => trace.meta.role === "shape");
    this.fits = figure.data.filter((trace) => trace.meta.role === "fit");
    this.exits = figure.data.filter((trace) => trace.meta.role === "exit");
    this.swarms = figure.data.filter((trace) => trace.meta.role === "swarm");
    // A start that is being dragged is where the pointer is.
    if (!this.dragged && !this.ahead) this.start = figure.data.find((trace) => trace.meta.role === "start");
    const still = figure.data.filter((trace) => !MOVING.has(trace.meta.role));
    const layout = { ...figure.layout, font: { color: theme.text, family: theme.font, size: theme.size } };
    // On a touch screen a drag scrolls the page; a tap still sets the start.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    const print = JSON.stringify([layout, still.map(({ x, y, z, ...rest }) => rest)]);
    const arrays = still.flatMap(({ x, y, z }) => [x, y, z?.[0]]);
    const same = print === this.print && arrays.every((a, i) => a === this.arrays[i]);
    const first = !this.plot.data;
    if (!same) {
      this.print = print;
      this.arrays = arrays;
      this.Plotly.react(this.plot, still, layout, CONFIG);
    }
    if (first) {
      this.plot.on("plotly_relayouting", () => this.draw(this.step));
      this.plot.on("plotly_afterplot", () => this.draw(this.step));
      this.plot.on("plotly_relayout", () => this.mark());
    }
    this.mark();
    this.draw(this.step);
  }

  // Whether there is a view to reset.
  mark() {
    const { x } = this.whole, shown = this.plot._fullLayout.xaxis.range;
    const width = Math.abs(x[1] - x[0]);
    const moved = x.some((end, i) => Math.abs(end - shown[i]) > 1e-6 * width);
    this.panel.classList.toggle("is-moved", moved);
    if (moved) this.panel.classList.add("was-used");
  }

  hide(hidden) {
    this.hidden = hidden;
    this.draw(this.step);
  }

  draw(step) {
    this.step = step;
    const layout = this.plot._fullLayout;
    if (!layout?.xaxis || !this.paths) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    // On the processor: a software GPU needs half a second for what takes it a few milliseconds.
    const pen = this.canvas.getContext("2d", { willReadFrequently: true });
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = "round";
    this.paint(pen, step);
    if (this.guide !== undefined) this.drawGuide(pen, layout);
  }

  // Where the pointer is, each lane's value there.
  drawGuide(pen, { xaxis, yaxis }) {
    const x = pixels(xaxis), y = pixels(yaxis), px = x(this.guide);
    pen.setLineDash([3, 3]);
    pen.lineWidth = 1;
    pen.strokeStyle = this.theme.text;
    pen.beginPath();
    pen.moveTo(px, yaxis._offset);
    pen.lineTo(px, yaxis._offset + yaxis._length);
    pen.stroke();
    pen.setLineDash([]);
    pen.font = `600 ${this.theme.size}px ${this.theme.font}`;
    const toLeft = px > xaxis._offset + xaxis._length / 2;
    pen.textAlign = toLeft ? "right" : "left";
    pen.textBaseline = "middle";
    const lanes = this.paths.filter((path) => !this.hidden.has(path.meta.lane));
    const values = lanes.map((lane) => ({ lane, value: lane.y[lastRow(lane.x, this.guide)] }));
    const told = values.filter(({ value }) => Number.isFinite(value)).sort((a, b) => y(a.value) - y(b.value));
    let below = yaxis._offset;
    for (const { lane, value } of told) {
      const py = Math.max(y(value), below + this.theme.size / 2);
      below = py + this.theme.size / 2;
      pen.lineWidth = 3;
      pen.strokeStyle = getComputedStyle(this.panel).getPropertyValue("--st-background-color") || "#FFFFFF";
      pen.strokeText(short(value), px + (toLeft ? -8 : 8), py);
      pen.fillStyle = edgeOf(lane.meta.color, this.theme.text) ?? lane.meta.color;
      pen.fillText(short(value), px + (toLeft ? -8 : 8), py);
    }
  }

  // A pointer that hovers shows a guide; pressed, it scrubs. A finger that goes up or down scrolls.
  letScrub(onScrub) {
    let pressed = null;
    const at = (event) => {
      const { xaxis } = this.plot._fullLayout;
      const px = event.clientX - this.plot.getBoundingClientRect().left - xaxis._offset;
      return px >= 0 && px <= xaxis._length ? xaxis.p2d(px) : undefined;
    };
    const scrub = (event) => { if (at(event) !== undefined) onScrub(at(event)); };
    const guide = (x) => {
      if (x === this.guide) return;
      this.guide = x;
      this.draw(this.step);
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || at(event) === undefined) return;
      pressed = event;
      if (event.pointerType === "mouse") scrub(event);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") guide(at(event));
    });
    this.plot.addEventListener("pointerleave", () => guide(undefined));
    // Pressed, a pointer is above a cover that Plotly lays over the page.
    this.around = {
      pointermove: (event) => {
        if (pressed && Math.abs(event.clientX - pressed.clientX) > 5) scrub(event);
      },
      pointerup: () => { pressed = null; },
      pointercancel: () => { pressed = null; },
    };
    for (const [name, hear] of Object.entries(this.around)) addEventListener(name, hear);
  }

  // With the canvas's own pen or another, which may be an SvgPen: only with what that one knows.
  paint(pen, step) {
    const layout = this.plot._fullLayout;
    const x = pixels(layout.xaxis), y = pixels(layout.yaxis);
    const lanes = this.paths.filter((path) => !this.hidden.has(path.meta.lane));
    pen.save();
    pen.beginPath();
    pen.rect(layout.xaxis._offset, layout.yaxis._offset, layout.xaxis._length, layout.yaxis._length);
    pen.clip();
    // What is still to come: faint on the map, which is light, and on the page, light or dark.
    const faint = (lane) => (this.casing ? lane.line.color : `${lane.meta.color}66`);
    for (const lane of lanes) this.stroke(pen, lane, x, y, lane.x.length - 1, faint(lane), 1.25, []);
    for (const lane of lanes) {
      const row = this.rowAt(lane, step);
      if (this.casing) this.stroke(pen, lane, x, y, row, this.casing, this.bold * TRAIL_WIDTH + 2.5, []);
      this.edged(pen, lane, x, y, row, lane.meta);
    }
    for (const swarm of this.swarms) if (!this.hidden.has(swarm.meta.lane)) this.crowd(pen, swarm, step, x, y);
    for (const shape of this.shapes) if (!this.hidden.has(shape.meta.lane)) this.outline(pen, shape, step, x, y);
    for (const fit of this.fits) if (!this.hidden.has(fit.meta.lane)) this.line(pen, fit, step, x, y);
    this.overlay?.(pen, x, y, this.casing);
    pen.restore();
    for (const { x: xs, y: ys, meta } of this.swarms.slice(0, 1)) {
      for (const row of meta.begins) this.ring(pen, x(xs[row]), y(ys[row]), 3.5);
    }
    if (this.start) {
      const px = x(this.start.x[0]), py = y(this.start.y[0]);
      this.ring(pen, px, py);
      this.place(px, py, layout);
    }
    for (const lane of lanes) {
      const row = this.rowAt(lane, step);
      this.head(pen, x(lane.x[row]), y(lane.y[row]), lane.meta.color, layout);
    }
    for (const exit of this.exits) if (!this.hidden.has(exit.meta.lane)) this.crosses(pen, exit, x, y);
  }

  // A trail; where its colour alone would not be seen on the page, with an edge.
  edged(pen, path, x, y, last, { color, pattern }) {
    const edge = this.casing ? null : edgeOf(color, this.theme.text);
    if (edge) this.stroke(pen, path, x, y, last, edge, this.bold * TRAIL_WIDTH + 2, pattern);
    this.stroke(pen, path, x, y, last, color, this.bold * TRAIL_WIDTH, pattern);
  }

  rowAt(lane, step) {
    return lastRow(lane.meta.step, step);
  }

  stroke(pen, lane, x, y, last, color, width, dash = lane.meta.pattern) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.beginPath();
    let px = NaN, py = NaN;
    for (let i = 0; i <= last; i++) {
      const nx = x(lane.x[i]), ny = Math.max(-FAR, Math.min(FAR, y(lane.y[i]))); // no end of dashes beyond
      if (Number.isNaN(nx) || Number.isNaN(lane.y[i])) {
        px = NaN;
      } else if (Number.isNaN(px)) {
        pen.moveTo((px = nx), (py = ny));
      } else if (Math.abs(nx - px) + Math.abs(ny - py) > 0.7 || i === last) {
        pen.lineTo((px = nx), (py = ny));
      }
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  // The line or the curve through the data, shown until the next that looks different. The ends of
  // straight lines come four numbers each, the heights of curves a row each.
  line(pen, { x: along, customdata: fits, meta }, step, x, y) {
    const row = lastRow(meta.since, step);
    const [a, b, c, d] = fits.slice(4 * row, 4 * row + 4);
    const fit = Array.isArray(fits) ? { x: along, y: fits[row] } : { x: [a, c], y: [b, d] };
    this.edged(pen, fit, x, y, fit.x.length - 1, meta);
  }

  // The simplex, the region or the tried points of the latest step that has changed them.
  outline(pen, { meta, ...shape }, step, x, y) {
    const last = lastRow(shape.customdata, step);
    const since = shape.customdata[last];
    if (!(since <= step)) return;
    let first = last;
    while (shape.customdata[first - 1] === since) first -= 1;
    const corners = Array.from({ length: last - first + 1 }, (_, i) => [x(shape.x[first + i]), y(shape.y[first + i])]);
    pen.beginPath();
    if (meta.kind === "polygon") {
      for (const [px, py] of corners) pen.lineTo(px, py);
      pen.closePath();
    } else if (meta.kind === "circle") {
      const [[cx, cy], [edge]] = corners;
      const wide = Math.abs(edge - cx);
      pen.ellipse(cx, cy, wide, wide * Math.abs((y(1) - y(0)) / (x(1) - x(0))), 0, 0, 2 * Math.PI);
    } else {
      for (const [px, py] of corners) pen.rect(px - 2, py - 2, 4, 4);
    }
    pen.fillStyle = `${meta.color}33`;
    pen.fill();
    for (const [color, width] of [[this.casing, 3.5], [meta.color, 1.5]]) {
      pen.strokeStyle = color;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  head(pen, x, y, color, { xaxis, yaxis }) {
    // A head beyond the axes waits at their edge, hollow, so that its lane is not lost from sight.
    const atX = Math.min(Math.max(x, xaxis._offset), xaxis._offset + xaxis._length);
    const atY = Math.min(Math.max(y, yaxis._offset), yaxis._offset + yaxis._length);
    const isThere = Math.abs(atX - x) + Math.abs(atY - y) < 1;
    pen.beginPath();
    pen.arc(atX, atY, this.bold * HEAD_RADIUS, 0, 2 * Math.PI);
    pen.fillStyle = isThere ? color : "#FFFFFF";
    pen.fill();
    pen.lineWidth = isThere ? 1.5 : 2.5;
    pen.strokeStyle = isThere ? (!this.casing && edgeOf(color, this.theme.text)) || "#FFFFFF" : color;
    pen.stroke();
  }

  // All runs of a lane from the further starts, and their heads.
  crowd(pen, { x: xs, y: ys, step: steps, meta }, step, x, y) {
    const heads = [];
    pen.beginPath();
    meta.begins.forEach((first, run) => {
      const end = (meta.begins[run + 1] ?? xs.length) - 1;
      const last = lastRow(steps, step, first, end - 1);
      let px = NaN, py = NaN;
      for (let i = first; i <= last; i++) {
        const nx = x(xs[i]), ny = y(ys[i]);
        if (Number.isNaN(nx)) px = NaN;
        else if (Number.isNaN(px)) pen.moveTo((px = nx), (py = ny));
        else if (Math.abs(nx - px) + Math.abs(ny - py) > 0.7 || i === last) pen.lineTo((px = nx), (py = ny));
      }
      if (Number.isFinite(xs[last])) heads.push([x(xs[last]), y(ys[last])]);
    });
    pen.strokeStyle = `${meta.color}80`;
    pen.lineWidth = this.bold * 1.1;
    pen.stroke();
    pen.fillStyle = meta.color;
    pen.strokeStyle = "#FFFFFF";
    pen.lineWidth = 1;
    for (const [px, py] of heads) {
      pen.beginPath();
      pen.arc(px, py, this.bold * 3.5, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  }

  // What is dragged, and reached with the keyboard, lies over the ring; the hint, clear of the
  // numbers at the axes.
  place(px, py, { xaxis, yaxis }) {
    if (!this.handle) return;
    const { _offset: left, _length: width } = xaxis, { _offset: top, _length: height } = yaxis;
    this.handle.hidden = px < left || px > left + width || py < top || py > top + height;
    this.handle.style.transform = `translate(${px}px, ${py}px)`;
    Object.assign(this.hint.style, { left: `${left}px`, minWidth: `${width}px`, top: `${top + height}px` });
  }

  // Where the pointer is, kept inside of the picture.
  pointed({ clientX, clientY }) {
    const box = this.plot.getBoundingClientRect();
    const { xaxis, yaxis } = this.plot._fullLayout;
    const inside = (value, { _length }) => Math.max(0, Math.min(value, _length));
    return {
      x: xaxis.p2d(inside(clientX - box.left - xaxis._offset, xaxis)),
      y: yaxis.p2d(inside(clientY - box.top - yaxis._offset, yaxis)),
    };
  }

  letDrag(onStart) {
    const move = (point, passing) => {
      this.panel.classList.add("was-used");
      this.start = { x: [point.x], y: [point.y] };
      this.draw(this.step);
      onStart({ ...point, passing, further: false });
    };
    const { handle } = this;
    let from = null;
    handle.onpointerdown = (event) => {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      from = event;
    };
    handle.onpointermove = (event) => {
      if (!from) return;
      this.dragged ||= Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > 3;
      if (this.dragged) move(this.pointed(event), true);
    };
    const end = (point) => {
      if (this.dragged) move(point, false);
      from = null;
      this.dragged = false;
    };
    handle.onpointerup = (event) => end(this.pointed(event));
    handle.onpointercancel = () => end({ x: this.start.x[0], y: this.start.y[0] });
    handle.onkeydown = (event) => {
      const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
      if (dx === undefined) return;
      event.preventDefault();
      const { x, y } = this.whole;
      const part = NUDGE * (event.shiftKey ? 5 : 1);
      const to = (value, by, [low, high]) => Math.max(low, Math.min(value + by * part * (high - low), high));
      move({ x: to(this.start.x[0], dx, x), y: to(this.start.y[0], dy, y) }, false);
    };
  }

  ring(pen, x, y, radius = 6.5) {
    for (const [color, width] of [["#FFFFFF", 4], ["#1B2631", 2]]) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.strokeStyle = color;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  crosses(pen, exit, x, y) {
    pen.font = `600 ${12 * this.bold}px ${this.theme.font}`;
    pen.lineJoin = "round";
    exit.text.forEach((text, i) => {
      const px = x(exit.x[i]), py = y(exit.y[i]);
      const [vertical, side] = exit.textposition[i].split(" ");
      pen.textAlign = side === "left" ? "right" : "left";
      pen.textBaseline = vertical === "top" ? "bottom" : "top";
      for (const [color, width] of [["#FFFFFF", 5], [exit.marker.line.color, 2]]) {
        pen.strokeStyle = color;
        pen.lineWidth = width;
        pen.beginPath();
        pen.moveTo(px - 5, py - 5);
        pen.lineTo(px + 5, py + 5);
        pen.moveTo(px - 5, py + 5);
        pen.lineTo(px + 5, py - 5);
        pen.stroke();
      }
      const tx = px + (side === "left" ? -8 : 8), ty = py + (vertical === "top" ? -6 : 6);
      pen.strokeStyle = "#FFFFFF";
      pen.lineWidth = 3.5;
      pen.strokeText(text, tx, ty);
      pen.fillStyle = "#1B2631";
      pen.fillText(text, tx, ty);
    });
  }

  // A click, told from a drag by how far the pointer went.
  listen(onStart) {
    let down = null;
    this.plot.addEventListener("pointerdown", (event) => { down = event; }, true);
    addEventListener("pointerup", (this.up = (event) => {
      const click = down && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 5;
      down = null;
      if (!click || event.button !== 0) return;
      const box = this.plot.getBoundingClientRect();
      const { xaxis, yaxis } = this.plot._fullLayout;
      const px = event.clientX - box.left - xaxis._offset, py = event.clientY - box.top - yaxis._offset;
      if (px < 0 || py < 0 || px > xaxis._length || py > yaxis._length) return;
      this.panel.classList.add("was-used");
      onStart({ x: xaxis.p2d(px), y: yaxis.p2d(py), passing: false, further: event.shiftKey });
    }), true);
  }

  resize() {
    if (this.plot.data && this.plot.clientWidth) this.Plotly.Plots.resize(this.plot);
  }

  reset() {
    this.Plotly.relayout(this.plot, { "xaxis.range": [...this.whole.x], "yaxis.range": [...this.whole.y] });
  }

  destroy() {
    if (this.up) removeEventListener("pointerup", this.up, true);
    for (const [name, hear] of Object.entries(this.around ?? {})) removeEventListener(name, hear);
    this.Plotly.purge(this.plot);
  }
}

// The colour of the edge that a line of this colour needs on a page with text of that one, if any.
export function edgeOf(color, text) {
  const channels = color.match(/\w\w/g).map((pair) => parseInt(pair, 16));
  return luminance(channels) > PALE && luminance(text.match(/[\d.]+/g)) < PALE ? EDGE : null;
}

// As WCAG 2 defines it, of red, green and blue up to 255.
function luminance([red, green, blue]) {
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

// Data to pixels along a Plotly axis, read anew for each drawing because Plotly replaces the axis.
function pixels(axis) {
  // Over the whole axis, because Plotly rounds a pixel to hundredths.
  const [low, high] = axis.range;
  const unit = (axis.l2p(high) - axis.l2p(low)) / (high - low);
  const origin = axis._offset + axis.l2p(low) - unit * low;
  if (axis.type === "log") return (value) => origin + unit * Math.log10(value);
  return (value) => origin + unit * value;
}
