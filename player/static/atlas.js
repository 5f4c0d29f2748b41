// A map of many runs: Plotly draws it, and a place of it is chosen by pointer or by keys.

import { Basins } from "./basins.js";
import { loadPlotly } from "./library.js";
import { Swarm, byKernel, byPaths, pixel } from "./swarm.js";

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
    this.transport = host.querySelector(".atlas-transport");
    for (const part of ["play", "step", "end"]) this[part] = host.querySelector(`.atlas-${part}`);
    this.swarm = new Swarm(host.querySelector(".atlas-points"), (words) => this.count(words), () => this.follow());
    this.play.onclick = () => (this.swarm.isPlaying ? this.swarm.pause() : this.ask(() => this.swarm.play()));
    this.step.onclick = () => this.ask((isNew) => isNew || this.swarm.step());
    this.end.onclick = () => this.leaveSwarm();
    this.sizes = new ResizeObserver(() => this.swarm.paint());
    this.sizes.observe(this.plot);
    host.querySelector(".atlas-whole").onclick = () => this.whole();
    for (const format of ["png", "svg"]) host.querySelector(`.atlas-${format}`).onclick = () => this.save(format);
    // The page's theme changes without a word to what stands on it.
    this.watch = new MutationObserver(() => this.component && this.style() !== this.styled && this.draw());
    this.watch.observe(document.documentElement, { attributes: true, subtree: true, attributeFilter: ["class", "style", "data-theme"] });
  }

  show(component) {
    this.component = component;
    const { figure, height, label, hint, name, live, steps } = component.data, wasMoved = this.isMoved;
    Object.assign(this, { hint, name });
    this.plot.setAttribute("aria-label", label);
    this.basins.take(live);
    if (figure !== this.drawn) {
      this.drawn = figure;
      this.figure = JSON.parse(figure);
      this.plot.style.height = `${height}px`;
      this.at = null;
      this.leaveSwarm();
      this.draw();
    } else if (wasMoved && !this.isMoved) {
      this.draw();
    }
    this.transport.hidden = !steps;
    if (this.waiting && component.data.paths) this.ask(this.waiting);
  }

  // Whether what is drawn is the page's own, because a hand moves it.
  get isMoved() {
    return Boolean(this.basins.drawn);
  }

  style() {
    const { color, fontFamily } = getComputedStyle(this.root);
    return JSON.stringify({ color, family: fontFamily });
  }

  get paper() {
    return getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
  }

  draw() {
    this.styled = this.style();
    this.swarm.paper = this.paper;
    const { data: given, layout } = structuredClone(this.figure), first = !this.plot.data, { isMoved } = this;
    const data = isMoved ? given.map((trace) => this.basins.traced(trace)) : given;
    if (isMoved) layout.annotations = this.basins.titled(layout.annotations);
    this.root.classList.toggle("is-moved", isMoved);
    const touch = matchMedia("(pointer: coarse)").matches;
    Object.assign(layout, { font: { ...JSON.parse(this.styled), size: 12 }, autosize: true }, touch && { dragmode: false });
    this.drawing = this.Plotly.react(this.plot, data, layout, CONFIG).then(() => this.word());
    this.tell(this.at);
    if (isMoved) this.leaveSwarm();
    if (first) {
      this.plot.on("plotly_afterplot", () => this.swarm.paint());
      this.plot.on("plotly_hover", ({ points: [point] }) => this.tell(this.place(point)));
      this.plot.on("plotly_unhover", () => this.tell(this.at));
      this.plot.on("plotly_click", ({ points: [point] }) => this.choose(this.place(point)));
    }
  }

  // The starts as points, and then what is to be done with them, told whether they have just come.
  async ask(then) {
    if (this.swarm.isShown) return then(false);
    const { live, paths } = this.component.data, { drawn } = this;
    this.waiting = undefined;
    if (!live && !paths) {
      this.waiting = then; // till the server has worked out where they go
      this.said.textContent = "The server works out where the starts go…";
      return this.component.setTriggerValue("follow", true);
    }
    const movers = live ? await this.basins.movers(byKernel) : await this.paths(paths);
    if (this.isGone || this.isMoved || this.drawn !== drawn || this.swarm.isShown) return;
    if (!movers) return (this.said.textContent = "The starts could not be loaded from the server. Reload the page to try again.");
    this.swarm.canvas.hidden = false;
    this.swarm.paper = this.paper;
    this.swarm.begin(this.panels(movers, paths), this.component.data.steps);
    this.follow();
    then(true);
  }

  async paths(paths) {
    const found = await this.basins.all(paths.map(({ file }) => file));
    return found && paths.map(({ file }) => (x) => byPaths(found[file], this.component.data.steps, x.length));
  }

  // The cells of each lane as the beginnings of points, in colours that are seen on the page.
  panels(movers, paths) {
    const traces = this.plot._fullData.filter(({ meta }) => meta?.role === "cells"), names = this.figure.layout.annotations;
    const light = (color) => { const value = pixel(color); return (value & 255) + ((value >> 8) & 255) + ((value >> 16) & 255); };
    const paper = light(this.swarm.paper), far = (color) => Math.abs(light(color) - paper);
    return traces.map(({ x, y, z, customdata, colorscale, meta: { arriving, shades, others }, xaxis, yaxis }, i) => {
      const color = (code) => colorscale[2 * code][1];
      const cell = (row, column) => {
        const code = z[row][column], step = customdata[row][column];
        if (code < arriving) return { kind: "arrives", step, ink: pixel(color(code - (code % shades))) };
        const place = (code - arriving) >> 1, pair = [color(arriving + 2 * place), color(arriving + 2 * place + 1)];
        return { kind: others[place] === "diverged" ? "diverges" : "", step, ink: pixel(far(pair[0]) > far(pair[1]) ? pair[0] : pair[1]) };
      };
      const axes = () => { const { _fullLayout: layout } = this.plot; return { xaxis: layout[nameOf(xaxis)], yaxis: layout[nameOf(yaxis)] }; };
      return { name: names[i].text, x, y, every: paths?.[i].every, cell, axes, mover: movers[i] };
    });
  }

  // What the buttons say of the points.
  follow() {
    const { swarm: { isPlaying, isShown } } = this;
    this.play.textContent = isPlaying ? "Pause" : "Play the starts";
    this.end.hidden = !isShown;
    this.said.setAttribute("aria-live", isPlaying ? "off" : "polite");
  }

  count(words) {
    this.counted = words;
    this.tell(null);
  }

  leaveSwarm() {
    this.waiting = undefined;
    if (!this.swarm.isShown) return;
    const hadFocus = document.activeElement === this.end;
    this.counted = undefined;
    this.swarm.leave();
    this.swarm.canvas.hidden = true;
    if (hadFocus) this.play.focus();
    this.tell(this.at);
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
    this.said.textContent = this.isMoved ? this.basins.words : this.counted && !place ? this.counted : place ? this.words(place) : this.hint;
  }

  words({ lane, row, column }) {
    const trace = this.trace(lane), { x, y, xaxis, yaxis, text, customdata, meta } = trace;
    const axis = (of) => this.plot._fullLayout[nameOf(of)].title?.text ?? "";
    const number = (value) => Number(Number(value).toPrecision(4));
    if (trace.line?.shape === "hv") return `${column < x.length - 1 ? `At ${customdata[column]} ${axis(xaxis)}` : "At the end"}: ${this.cut(x[column]).map(({ name, height }) => `${name} ${number(height)} %`).join(", ")}`;
    if (meta.role === "curve") return `${trace.name}: ${axis(xaxis)} ${customdata[column]}, ${axis(yaxis)} ${isFinite(y[column]) && y[column] !== null ? number(y[column]) : "none"}`;
    const { xs = [], ys = [] } = this.component.data;
    const across = `${axis(xaxis) || axis("x")} ${xs[column] ?? number(x[column])}`;
    const up = y.length > 1 && !meta.strip ? `, ${axis(yaxis) || axis("y")} ${ys[row] ?? number(y[row])}` : "";
    return `${across}${up}: ${text?.[row]?.[column] ?? ""}`;
  }

  // How high each curve of steps is at a place, the highest first.
  cut(at) {
    const curves = this.traces.filter(({ visible }) => visible === true);
    return curves.map(({ name, x, y }) => {
      let last = -1;
      while (last + 1 < x.length && x[last + 1] <= at) last++;
      return { name, height: last < 0 ? 0 : y[last] };
    }).sort((a, b) => b.height - a.height);
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
      const { z, x, meta } = this.trace(lane);
      return z && !meta.strip ? [z.length, z[0].length] : [1, x.length];
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
    const layout = { ...this.plot.layout, paper_bgcolor: this.paper };
    this.Plotly.downloadImage({ data: this.plot.data, layout, config: CONFIG }, { format, width, height, scale: format === "png" ? SCALE : 1, filename: this.name });
  }

  // Not before Plotly has drawn: what it still has to do then would find nothing.
  destroy() {
    this.isGone = true;
    this.watch.disconnect();
    this.sizes.disconnect();
    this.swarm.pause();
    this.basins.leave();
    Promise.resolve(this.drawing).catch(() => {}).then(() => this.Plotly.purge(this.plot));
  }
}

// An axis of the layout by its letter and number.
function nameOf(axis) {
  return axis.replace(/^([xy])/, "$1axis");
}

export async function mount(host, root) {
  return new Atlas(host, await loadPlotly(root), root);
}
