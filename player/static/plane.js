// A two-dimensional panel. Plotly draws the axes and what never moves; paths are drawn on a canvas
// above it, because that costs a fraction of a millisecond a frame.

import { Brush } from "./brush.js";
import { letClick, letDrag, letPoint, letScrub, letZoom } from "./pointer.js";
import { lastRow } from "./scene.js";

const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false, responsive: false };
const FAINT = 1.25; // pixels
const GAP = 8; // pixels, between the hint and the edge
const WORDS = 18; // pixels, of what stands in the map's upper corner
const NARROW = 300, ASIDE = 96; // pixels: a map that the hint would cover, and room for it beside
const LEAST = 0.01; // of the axis, the smallest part that can be chosen
const GHOST = 2; // pixels
const SERIES = 1500; // milliseconds between changes that follow one another
const FADE = 2000; // milliseconds of each shade
const FADES = ["B3", "80", "4D"]; // how strong a path that has changed is still seen
const TITLE = 1.2; // what Plotly makes of type's size for an axis' title
const RING = 6.5, SMALL_RING = 3.5; // pixels, of the first start and of the further ones

export class Plane {
  // `casing` is a colour that sets trails off from what lies below them, where there is something.
  constructor(Plotly, panel, { casing, onStart, onCrop, onScrub, onPoint } = {}) {
    this.Plotly = Plotly;
    this.casing = casing;
    this.panel = panel;
    this.plot = panel.querySelector(".race-plot");
    this.canvas = panel.querySelector("canvas");
    this.step = 0;
    this.hidden = new Set();
    this.future = true; // whether what is still to come is drawn
    this.bold = 1; // how many times thicker lines and heads are on a projector
    this.leave = [];
    const reset = panel.querySelector(".race-reset");
    if (reset) reset.onclick = () => this.reset();
    if (onStart) {
      this.handle = panel.querySelector(".race-start");
      this.hint = panel.querySelector(".race-hint");
      this.leave.push(letClick(this, onStart));
      letDrag(this, onStart);
    }
    if (onScrub) this.leave.push(letZoom(this), letScrub(this, onScrub));
    if (onPoint) letPoint(this, onPoint);
    this.isTime = Boolean(onScrub);
    this.ghosts = [];
    if (onCrop) panel.querySelector(".race-crop").onclick = () => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      onCrop([...xaxis.range, ...yaxis.range]);
    };
  }

  // `ground` says what the paths lie on: on another, those before have no place.
  show(figure, theme, ground) {
    this.theme = theme;
    const { xaxis, yaxis, margin } = figure.layout;
    this.whole = { x: [...xaxis.range], y: [...yaxis.range] };
    this.remember(figure.lanes, ground);
    this.lanes = figure.lanes;
    // A start that is being dragged is where the pointer is.
    if (!this.dragged && !this.ahead) this.start = figure.start;
    const still = figure.data;
    // Copies: Plotly writes the zoom into the axes that it is given.
    const axes = { xaxis: { ...xaxis, range: [...xaxis.range] }, yaxis: { ...yaxis, range: [...yaxis.range] } };
    const layout = { ...figure.layout, ...axes, font: { color: theme.text, family: theme.font, size: theme.size } };
    if (this.isTime) {
      if (layout.xaxis.type !== this.plot._fullLayout?.xaxis?.type) this.part = undefined;
      const part = this.part && this.part[0] < this.whole.x[1] ? { range: [...this.part] } : {};
      layout.xaxis = { ...layout.xaxis, ...part, fixedrange: true };
      layout.yaxis = { ...layout.yaxis, fixedrange: true };
    }
    // On a touch screen a drag scrolls the page; a tap still sets the start.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    layout.xaxis.title = titled(layout.xaxis.title, this.plot.clientWidth - margin.l - margin.r, theme);
    layout.yaxis.title = titled(layout.yaxis.title, this.plot.clientHeight - margin.t - margin.b, theme);
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

  // The path that a lane had before a person changed something stays for a while; of changes in a
  // row, that before the first.
  remember(lanes, ground) {
    const same = this.ground === ground && this.lanes?.length === lanes.length;
    this.ground = ground;
    if (!same) return this.forget();
    const changed = this.lanes.filter(({ x, y }, i) => x !== lanes[i].x || y !== lanes[i].y);
    if (!changed.length) return;
    const lasts = performance.now() - this.changed < SERIES;
    const kept = lasts ? this.ghosts : [], more = changed.filter(({ lane }) => !kept.some((ghost) => ghost.lane === lane));
    if (!lasts || more.length) this.ghosts = [...kept, ...more];
    this.changed = performance.now();
    this.age = 0;
    clearInterval(this.fading);
    this.fading = setInterval(() => {
      if ((this.age += 1) === FADES.length) this.forget();
      this.draw(this.step);
    }, FADE);
  }

  forget() {
    clearInterval(this.fading);
    this.ghosts = [];
    this.sheet = undefined;
  }

  // A part of the axis, while it is being chosen.
  choose(part) {
    this.chosen = part;
    this.draw(this.step);
  }

  zoom(ends) {
    this.choose(undefined);
    const { xaxis } = this.plot._fullLayout;
    const [low, high] = ends.map((end) => xaxis.d2l(end));
    if (high - low < LEAST * (this.whole.x[1] - this.whole.x[0])) return;
    this.part = [low, high];
    this.Plotly.relayout(this.plot, { "xaxis.range": [low, high] });
  }

  // Where along the axis a pointer is, if it is over it.
  point(at) {
    if (at === this.at) return;
    this.at = at;
    this.draw(this.step);
  }

  draw(step) {
    this.step = step;
    const layout = this.plot._fullLayout;
    if (!layout?.xaxis || !this.lanes) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    // On the processor: a software GPU needs half a second for what takes it a few milliseconds.
    const pen = this.canvas.getContext("2d", { willReadFrequently: true });
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = "round";
    if (this.beneath) new Brush(pen, layout, this).inside(() => this.beneath(pen, layout));
    if (this.ghosts.length) pen.drawImage(this.past(layout, ratio), 0, 0, width, height);
    const brush = this.paint(pen, step);
    if (this.chosen) brush.part(...this.chosen);
    if (this.at !== undefined) brush.guide(this.at, this.shown(this.lanes));
    if (this.start) this.place(brush);
  }

  // The race that was, which stays as it is however often another is drawn over it.
  past(layout, ratio) {
    const { ghosts, age, bold, hidden, canvas: { width, height } } = this;
    const axes = [layout.xaxis, layout.yaxis].flatMap(({ _offset, _length, range }) => [_offset, _length, ...range]);
    const print = JSON.stringify([age, bold, [...hidden], width, height, ...axes]);
    if (this.sheet?.ghosts === ghosts && this.sheet.print === print) return this.sheet.canvas;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    this.sheet = { ghosts, print, canvas };
    const pen = canvas.getContext("2d", { willReadFrequently: true }), brush = new Brush(pen, layout, this);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.lineJoin = "round";
    brush.inside(() => {
      for (const ghost of this.shown(ghosts)) brush.path(ghost, 0, ghost.x.length - 1, `${ghost.color}${FADES[age]}`, bold * GHOST, [1, 3]);
    });
    return canvas;
  }

  shown(lanes) {
    return lanes.filter(({ lane }) => !this.hidden.has(lane));
  }

  // With the canvas's own pen or another; gives the brush with which it was done.
  paint(pen, step) {
    const brush = new Brush(pen, this.plot._fullLayout, this), lanes = this.shown(this.lanes);
    const lines = lanes.filter(({ x }) => x), rowOf = (lane) => lastRow(lane.step, step);
    // What is still to come: faint on the map, which is light, and on the page, light or dark; there
    // also between a trail's dashes.
    const faint = (lane) => (this.casing ? lane.faint : `${lane.color}66`);
    brush.inside(() => {
      for (const lane of this.future ? lines : []) brush.path(lane, this.casing || !lane.pattern.length ? rowOf(lane) : 0, lane.x.length - 1, faint(lane), FAINT);
      for (const lane of lines) if (lane.band) brush.band(lane, this.future ? lane.x.length - 1 : rowOf(lane));
      for (const lane of lanes) if (lane.ribbon) brush.ribbon(lane, step);
      for (const lane of lines) brush.trail(lane, rowOf(lane), lane);
      for (const lane of lanes) if (lane.swarm) brush.crowd(lane, step);
      for (const lane of lanes) if (lane.shape) brush.shape(lane, step);
      for (const lane of lanes) if (lane.fit) brush.fit(lane, step);
      this.overlay?.(pen, brush.x, brush.y, this.casing);
      this.above?.(pen, brush.x, brush.y);
    });
    const { x, y, begins = [] } = this.lanes.find(({ swarm }) => swarm)?.swarm ?? {};
    for (const row of begins) brush.ring(x[row], y[row], SMALL_RING);
    if (this.start) brush.ring(this.start.x, this.start.y, RING);
    for (const lane of lines) brush.head(lane.x[rowOf(lane)], lane.y[rowOf(lane)], lane.color);
    for (const lane of lines) if (lane.exits && (this.future || lane.step.at(-1) <= step)) brush.crosses(lane);
    return brush;
  }

  // What is dragged, and reached with the keyboard, lies over the ring; the hint, clear of the
  // numbers at the axes.
  place({ x, y, xaxis, yaxis }) {
    if (!this.handle) return;
    const px = x(this.start.x), py = y(this.start.y);
    const { _offset: left, _length: width } = xaxis, { _offset: top, _length: height } = yaxis;
    this.handle.hidden = px < left || px > left + width || py < top || py > top + height;
    this.handle.style.transform = `translate(${px}px, ${py}px)`;
    // At the picture's lower edge, or where the ring lies there, at the upper; or beside it.
    const beside = this.panel.clientWidth - left - width - 2 * GAP, isAside = width < NARROW && beside > ASIDE;
    const { offsetHeight } = this.hint, low = py > top + height - 3 * offsetHeight;
    Object.assign(this.hint.style, {
      left: `${isAside ? left + width + GAP : left}px`,
      minWidth: isAside ? "" : `${width}px`,
      maxWidth: isAside ? `${beside}px` : "",
      top: `${isAside ? top + height : top + (low ? WORDS + offsetHeight + GAP : height - GAP)}px`,
    });
  }

  resize() {
    if (this.plot.data && this.plot.clientWidth) this.Plotly.Plots.resize(this.plot);
  }

  reset() {
    this.part = undefined;
    this.Plotly.relayout(this.plot, { "xaxis.range": [...this.whole.x], "yaxis.range": [...this.whole.y] });
  }

  destroy() {
    this.forget();
    for (const leave of this.leave) leave();
    this.Plotly.purge(this.plot);
  }
}

// A title in type that is no longer than its axis, or its ends would be cut off.
function titled(title, room, { size, font }) {
  if (!title?.text || room <= 0) return title;
  const letters = document.createElement("canvas").getContext("2d");
  letters.font = `${TITLE * size}px ${font}`;
  const { width } = letters.measureText(title.text.replace(/<[^>]*>/g, ""));
  return width > room ? { ...title, font: { size: (TITLE * size * room) / width } } : title;
}
