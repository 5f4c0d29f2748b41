// A map of many runs: Plotly draws it, and a place of it is chosen by pointer or by keys.

import { Basins } from "./basins.js";
import { loadPlotly } from "./library.js";

const CONFIG = { displayModeBar: false, doubleClick: "reset", showTips: false, responsive: true };
const VALUE = "#"; // in a cell's words, the place of its number
const FAR = 10; // places that an arrow key goes with Shift
const SCALE = 2; // of a PNG
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };

class Atlas {
  constructor(host, Plotly, root) {
    this.Plotly = Plotly;
    this.root = host.querySelector(".atlas");
    this.root.atlas = this; // for those who look what it has
    this.basins = new Basins(root, () => this.draw());
    this.plot = host.querySelector(".atlas-plot");
    this.said = host.querySelector(".atlas-said");
    this.plot.addEventListener("keydown", (event) => this.press(event));
    this.plot.addEventListener("focus", () => this.plot.matches(":focus-visible") && this.move(0, 0));
    host.querySelector(".atlas-whole").onclick = () => this.whole();
    for (const format of ["png", "svg"]) host.querySelector(`.atlas-${format}`).onclick = () => this.save(format);
    // The page's theme changes without a word to what stands on it.
    this.watch = new MutationObserver(() => this.component && this.style() !== this.styled && this.draw());
    this.watch.observe(document.documentElement, { attributes: true, subtree: true, attributeFilter: ["class", "style", "data-theme"] });
  }

  show(component) {
    this.component = component;
    const { figure, height, label, hint, name, live } = component.data, wasMoved = this.isMoved;
    Object.assign(this, { hint, name });
    this.plot.setAttribute("aria-label", label);
    this.basins.take(live);
    if (figure !== this.drawn) {
      this.drawn = figure;
      this.figure = JSON.parse(figure);
      this.plot.style.height = `${height}px`;
      this.at = null;
      this.draw();
    } else if (wasMoved && !this.isMoved) {
      this.draw();
    }
  }

  // Whether what is drawn is the page's own, because a hand moves it.
  get isMoved() {
    return Boolean(this.basins.drawn);
  }

  style() {
    const { color, fontFamily } = getComputedStyle(this.root);
    return JSON.stringify({ color, family: fontFamily });
  }

  draw() {
    this.styled = this.style();
    const { data: given, layout } = structuredClone(this.figure), first = !this.plot.data, { isMoved } = this;
    const data = isMoved ? given.map((trace) => this.basins.traced(trace)) : given;
    if (isMoved) layout.annotations = this.basins.titled(layout.annotations);
    this.root.classList.toggle("is-moved", isMoved);
    const touch = matchMedia("(pointer: coarse)").matches;
    Object.assign(layout, { font: { ...JSON.parse(this.styled), size: 12 }, autosize: true }, touch && { dragmode: false });
    this.drawing = this.Plotly.react(this.plot, data, layout, CONFIG).then(() => this.word());
    this.tell(this.at);
    if (first) {
      this.plot.on("plotly_hover", ({ points: [point] }) => this.tell(this.place(point)));
      this.plot.on("plotly_unhover", () => this.tell(this.at));
      this.plot.on("plotly_click", ({ points: [point] }) => this.choose(this.place(point)));
    }
  }

  // What is said of each cell beside the pointer: only Plotly can read what the server packed.
  word() {
    if (this.isGone) return;
    this.traces = this.plot._fullData.filter(({ meta }) => meta?.role === "cells" || (meta?.role === "curve" && !meta.at));
    if (this.isMoved || this.worded === this.drawn) return;
    this.worded = this.drawn;
    const cells = this.plot.data.map(({ meta }, i) => [meta, i]).filter(([meta]) => meta?.role === "cells");
    if (!cells.length) return;
    const text = cells.map(([, i]) => {
      const { z, meta: { words } } = this.plot._fullData[i], { customdata } = this.plot._fullData[i];
      return Array.from(z, (row, y) => Array.from(row, (code, x) => words[code].replace(VALUE, customdata[y][x])));
    });
    cells.forEach(([, i], k) => { this.figure.data[i].text = text[k]; }); // for as often as it is drawn
    return this.Plotly.restyle(this.plot, { text }, cells.map(([, i]) => i));
  }

  // The lane, the row and the column of what Plotly points at; null where it is no run.
  place({ data: { meta }, pointIndex, pointNumber } = { data: {} }) {
    if (meta?.role === "cells") return { lane: meta.lane, row: pointIndex[0], column: pointIndex[1] };
    return meta?.role === "curve" ? { lane: meta.lane, row: 0, column: meta.at?.[pointNumber] ?? pointNumber } : null;
  }

  tell(place) {
    this.said.textContent = this.isMoved ? this.basins.words : place ? this.words(place) : this.hint;
  }

  words({ lane, row, column }) {
    const trace = this.trace(lane), { x, y, xaxis, yaxis, text, customdata, meta } = trace;
    const axis = (of) => this.plot._fullLayout[of.replace(/^([xy])(\d*)$/, "$1axis$2")].title?.text ?? "";
    const number = (value) => Number(Number(value).toPrecision(4));
    if (meta.role === "curve") return `${trace.name}: ${axis(xaxis)} ${customdata[column]}, ${isFinite(y[column]) && y[column] !== null ? number(y[column]) : "none"}`;
    const { xs = [], ys = [] } = this.component.data;
    const across = `${axis(xaxis) || axis("x")} ${xs[column] ?? number(x[column])}`;
    const up = y.length > 1 ? `, ${axis(yaxis) || axis("y")} ${ys[row] ?? number(y[row])}` : "";
    return `${across}${up}: ${text?.[row]?.[column] ?? ""}`;
  }

  trace(lane) {
    return this.plot._fullData.find(({ meta }) => meta?.lane === lane && (meta.role === "cells" || (meta.role === "curve" && !meta.at)));
  }

  press(event) {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (arrow) this.move(...arrow.map((by) => by * (event.shiftKey ? FAR : 1)));
    else if (event.key === "Enter" && this.at) this.choose(this.at);
    else if (event.key === "Escape") this.whole();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // With the keys one goes through all lanes' maps in a row.
  move(up, right) {
    if (!this.traces?.length) return;
    const size = (lane) => {
      const { z, x } = this.trace(lane);
      return z ? [z.length, z[0].length] : [1, x.length];
    };
    const lanes = this.traces.map(({ meta }) => meta.lane);
    let { lane, row, column } = this.at ?? { lane: lanes[0], row: size(lanes[0])[0] >> 1, column: size(lanes[0])[1] >> 1 };
    const [rows, columns] = size(lane), next = column + right, place = lanes.indexOf(lane);
    if (rows === 1 && up && lanes.length > 1) lane = lanes[Math.max(0, Math.min(lanes.length - 1, place - Math.sign(up)))];
    else if (rows > 1 && next >= columns && place < lanes.length - 1) [lane, column] = [lanes[place + 1], 0];
    else if (rows > 1 && next < 0 && place > 0) [lane, column] = [lanes[place - 1], size(lanes[place - 1])[1] - 1];
    else column = next;
    const [high, wide] = size(lane);
    this.at = { lane, row: Math.max(0, Math.min(row + up, high - 1)), column: Math.max(0, Math.min(column, wide - 1)) };
    const trace = this.trace(lane), curve = this.plot._fullData.indexOf(trace);
    const point = trace.z ? { curveNumber: curve, pointNumber: [this.at.row, this.at.column] } : { curveNumber: curve, pointNumber: this.at.column };
    this.Plotly.Fx.hover(this.plot, [point], `${trace.xaxis}${trace.yaxis}`);
    this.tell(this.at);
  }

  choose(place) {
    if (!place) return;
    this.at = place;
    this.tell(place);
    this.component.setTriggerValue("chosen", place);
  }

  whole() {
    const axes = Object.keys(this.plot._fullLayout).filter((key) => /^[xy]axis\d*$/.test(key));
    const ranges = Object.fromEntries(axes.map((key) => {
      const range = this.figure.layout[key]?.range;
      return range ? [`${key}.range`, [...range]] : [`${key}.autorange`, true];
    }));
    this.Plotly.relayout(this.plot, ranges);
  }

  save(format) {
    const { clientWidth: width, clientHeight: height } = this.plot;
    const page = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    const layout = { ...this.plot.layout, paper_bgcolor: page };
    this.Plotly.downloadImage({ data: this.plot.data, layout, config: CONFIG }, { format, width, height, scale: format === "png" ? SCALE : 1, filename: this.name });
  }

  // Not before Plotly has drawn: what it still has to do then would find nothing.
  destroy() {
    this.isGone = true;
    this.watch.disconnect();
    this.basins.leave();
    Promise.resolve(this.drawing).catch(() => {}).then(() => this.Plotly.purge(this.plot));
  }
}

export async function mount(host, root) {
  return new Atlas(host, await loadPlotly(root), root);
}
