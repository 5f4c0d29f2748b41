// The player: one step for all panels, a legend and the transport. Playing asks the server nothing.

import { unpack } from "./wire.js";
import { Scene, lastRow } from "./scene.js";
import { Plane, edgeOf } from "./plane.js";
import { Courier } from "./courier.js";
import { Inspector } from "./inspector.js";
import { address, hear, tell } from "./frame.js";
import { mendNumbers } from "./typed.js";

const SECONDS_AT_1X = 10;
const LONGEST_FRAME = 1; // seconds; a tab that was in the background goes on from where it was
const CUT_OFF = "The connection to the server is lost. The race still plays; what you change waits for the connection.";
const FONT_SIZE = 12;
const CHOICE = 32; // pixels
const ON_A_PROJECTOR = 1.6; // times as large
const REST_AT_END = 1.2; // seconds before a loop starts again
const STILL = 0.5; // seconds that each picture stands for those who asked their system for less motion
const SVG = "http://www.w3.org/2000/svg";

class Player {
  constructor(host, Plotly) {
    this.root = host.querySelector(".race");
    this.root.player = this; // for those who take pictures of it
    this.known = new Map();
    this.hidden = new Set();
    this.lanes = [];
    this.position = Infinity; // a fraction of a step lies between two; opens at the end of the race
    this.speed = 1;
    this.bold = 1;
    this.inspected = null;
    this.slowness = 0; // milliseconds that the latest picture of the scene took
    const panel = (name) => this.root.querySelector(`.race-${name}`);
    this.courier = new Courier((start) => this.component.setTriggerValue("start", start));
    this.scene = new Scene(Plotly, panel("scene"));
    this.contour = new Plane(Plotly, panel("contour"), {
      casing: "rgba(255, 255, 255, 0.55)",
      onStart: (start) => this.setStart(start),
      onCrop: (domain) => this.component.setTriggerValue("domain", domain),
    });
    this.loss = new Plane(Plotly, panel("loss"), { onHover: (x) => this.hover(x) });
    this.data = new Plane(Plotly, panel("data"));
    this.inspector = new Inspector(panel("inspector"), panel("inspect"), {
      onLane: (lane) => this.inspect(lane),
      redraw: () => this.contour.draw(this.step),
    });
    this.contour.overlay = (...place) => this.inspector.overlay(...place);
    this.panels = [this.scene, this.contour, this.loss, this.data];
    this.legend = panel("legend");
    this.scrub = panel("scrub");
    this.stepText = panel("step");
    this.connected = true;
    this.cut = false;
    this.listen();
  }

  show(component) {
    this.component = component;
    const { head, known } = unpack(component.data, this.known);
    this.known = known;
    const atEnd = this.position >= (this.race?.steps ?? 0);
    this.race = head;
    this.root.classList.add("is-ready");
    this.root.classList.toggle("is-linked", head.link !== null);
    this.root.classList.toggle("is-clickable", head.clickable);
    this.root.classList.toggle("has-data", "data" in head.figures);
    this.complaint = this.complain(head);
    this.drawNote();
    this.keepHidden(head.lanes);
    this.share(head);
    const style = getComputedStyle(this.root);
    const theme = { text: style.color, font: style.fontFamily, size: this.bold * FONT_SIZE };
    this.scrub.max = head.steps;
    if (atEnd && !this.playing) this.position = head.steps;
    this.position = Math.min(this.position, head.steps);
    this.contour.ahead = !this.courier.arrived(head.answered);
    const { scene, contour, loss, data } = head.figures;
    if (head.clickable) loss.layout.margin.t = CHOICE; // room for the choice of the curve
    [scene, contour, loss, data].forEach((figure, i) => {
      if (!figure || (figure === scene && this.tooSoon())) return;
      enlarge(figure, this.bold);
      Object.assign(this.panels[i], { hidden: this.hidden, step: this.step, bold: this.bold });
      this.panels[i].show(figure, theme);
    });
    this.drawChoice(head);
    this.drawLegend();
    this.drawCaptions();
    this.drawStep();
    this.showInspection();
    this.showLink();
  }

  // Into the steps of which lane a person looks; the server is asked for what it held at each.
  inspect(lane) {
    this.inspected = lane;
    this.component.setStateValue?.("inspect", lane);
    this.showInspection();
  }

  showInspection() {
    const { inspections, figures } = this.race;
    if (this.inspected >= this.lanes.length) return this.inspect(this.lanes.length - 1);
    const found = this.inspected === null ? null : inspections[this.inspected];
    this.root.classList.toggle("is-inspecting", this.inspected !== null);
    this.inspector.show(found, this.lanes, this.inspected, axes(figures.contour.layout), this.step);
    this.contour.draw(this.step);
  }

  // While the start is dragged, the scene is drawn as often as it can be, and the rest always.
  tooSoon() {
    const now = performance.now();
    if (this.contour.dragged && now - this.drawn < 3 * this.slowness) return true;
    this.drawn = now;
    requestAnimationFrame(() => requestAnimationFrame(() => { this.slowness = performance.now() - now; }));
    return false;
  }

  // The address bar reads as the link is spelled, without the escapes of the server's spelling, in
  // the same entry of the history; not while the page still shows the race that a person left. So
  // does that of a page around, which hears of what Streamlit writes only.
  showLink() {
    this.serial ??= this.race.opened; // of the latest link that was gone back or forth to
    if (this.race.link === null || this.race.opened < this.serial) return;
    const own = [...new URLSearchParams(location.search)].filter(([key]) => key.startsWith("embed"));
    const query = [this.race.link, ...own.map(([key, value]) => `${key}=${encodeURIComponent(value)}`)];
    const search = `?${query.join("&")}`;
    const written = new URL(`${search}${location.hash}`, location).href !== location.href;
    if (written) history.replaceState(history.state, "", `${search}${location.hash}`);
    if (written || search !== this.told) tell((this.told = search));
  }

  // Back or forth in the history. Streamlit runs the page too, but a run does not say why it came.
  openLink(query = location.search) {
    if (!this.race || this.race.link === null || location.pathname !== this.path) return;
    this.serial += 1;
    this.component.setTriggerValue("open", { serial: this.serial, query });
  }

  // On the way in only: what follows is a link that the page itself has written.
  complain({ read }) {
    const asked = new URLSearchParams(location.search).size;
    const unread = !this.lanes.length && asked && !read.length;
    return unread ? "The link is too long to be read; the opening race was used instead." : "";
  }

  // Streamlit says on its own element how it is connected, and connects again by itself.
  watchConnection() {
    const app = document.querySelector("[data-test-connection-state]");
    if (!app) return; // a page of its own
    this.connection = new MutationObserver(() => {
      const connected = app.dataset.testConnectionState === "CONNECTED";
      const resting = app.dataset.testScriptState === "notRunning";
      if (connected && !this.connected) this.returned();
      else if (connected && this.cut && this.ran && resting) this.cut = false; // the page has run again
      this.ran = connected && (this.ran || !resting);
      this.cut ||= !connected;
      this.connected = connected;
      this.drawNote();
    });
    this.connection.observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] });
  }

  // The next server may be another one, which knows nothing of this visit, runs no part of a page
  // before the whole, and counts anew. Streamlit runs the whole for what looks like the back button.
  returned() {
    this.serial = undefined;
    this.courier.forget();
    removeEventListener("popstate", this.onPop);
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
    addEventListener("popstate", this.onPop);
  }

  drawNote() {
    const note = this.root.querySelector(".race-note"), words = this.cut ? CUT_OFF : this.complaint;
    if (this.race && note.textContent !== words) note.textContent = words;
  }

  // What the pictures show, for those who do not see them.
  drawCaptions() {
    const shown = this.lanes.filter((_, i) => !this.hidden.has(i));
    const results = shown.map(({ name, result }) => `${name} ${result}.`).join(" ");
    const { curves, curve: [key], figures: { loss } } = this.race;
    const ends = loss.data.filter((_, i) => !this.hidden.has(i)).map(({ y }, i) => `${shown[i].name} ends at ${short(y.at(-1)) || "no value"}.`);
    const curve = Object.fromEntries(curves)[key] ?? "loss";
    const words = { scene: results, contour: results, data: results, loss: `The ${curve} of each lane: ${ends.join(" ")} ${results}` };
    for (const [name, text] of Object.entries(words)) this.root.querySelector(`.race-${name} figcaption`).textContent = text;
  }

  // Each vertex of a path knows its step; scene and map draw the same vertices.
  share({ figures, lanes }) {
    const { scene, contour, loss } = figures;
    for (const figure of Object.values(figures)) {
      for (const trace of figure.data) {
        const { color, pattern } = lanes[trace.meta.lane] ?? {};
        Object.assign(trace.meta, { color, pattern });
      }
    }
    const trails = scene.data.filter((trace) => trace.meta.role === "trail");
    for (const trail of trails) trail.step = trail.customdata;
    for (const swarm of [...scene.data, ...contour.data]) if (swarm.meta.role === "swarm") swarm.step = swarm.customdata;
    for (const path of loss.data) path.meta.step = path.customdata;
    for (const path of contour.data.filter((trace) => trace.meta.role === "path")) {
      path.meta.step = trails[path.meta.lane].step;
    }
  }

  // A lane stays hidden when its settings change, and when other lanes come or go.
  keepHidden(lanes) {
    const before = this.lanes;
    if (lanes.length !== before.length) {
      const gone = [...this.hidden].map((i) => before[i].name);
      this.hidden = new Set(lanes.flatMap(({ name }, i) => {
        const known = gone.indexOf(name);
        return known < 0 ? [] : (gone.splice(known, 1), [i]);
      }));
    }
    this.lanes = lanes;
  }

  get step() {
    return Math.floor(Math.min(this.position, this.race.steps));
  }

  drawChoice({ curves, curve: [curve, scale] }) {
    const known = curves.some(([key]) => key === curve) ? curve : curves[0][0];
    this.curve.replaceChildren(...curves.map(([key, name]) => new Option(name, key, false, key === known)));
    this.axis.value = scale;
  }

  drawLegend() {
    this.losses = [];
    this.legend.replaceChildren(...this.lanes.map((lane, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(!this.hidden.has(i)));
      button.title = `${lane.name}: ${lane.outcome}. Press to hide or show.`;
      const svg = document.createElementNS(SVG, "svg");
      for (const [stroke, width] of [[edgeOf(lane.color, getComputedStyle(this.root).color), 5], [lane.color, 3]]) {
        if (!stroke) continue;
        const line = document.createElementNS(SVG, "line");
        for (const [key, value] of Object.entries({
          x1: 0, y1: "50%", x2: "100%", y2: "50%", stroke, "stroke-width": width,
          "stroke-dasharray": lane.pattern.join(" "),
        })) line.setAttribute(key, value);
        svg.append(line);
      }
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = lane.name;
      const loss = document.createElement("span");
      loss.className = "loss";
      this.losses.push(loss);
      button.append(svg, name, loss);
      button.onclick = () => this.toggle(i, button);
      return button;
    }));
  }

  toggle(lane, button) {
    if (!this.hidden.delete(lane)) this.hidden.add(lane);
    button.setAttribute("aria-pressed", String(!this.hidden.has(lane)));
    for (const panel of this.panels) panel.hide(this.hidden);
    this.drawCaptions();
  }

  drawStep() {
    const step = this.step;
    this.scrub.value = step;
    const { steps, epochs } = this.race;
    const epoch = epochs ? ` · epoch ${Number(((step * epochs) / steps).toFixed(1))}` : "";
    this.stepText.textContent = `${step} / ${steps}${epoch}`;
    this.race.figures.loss.data.forEach((lane, i) => {
      const last = lane.y.length - 1;
      const ended = step > last ? this.lanes[i].outcome : short(lane.y[Math.min(step, last)]);
      if (this.losses[i].textContent !== ended) this.losses[i].textContent = ended;
    });
  }

  go(position) {
    this.position = Math.max(0, Math.min(position, this.race.steps));
    const step = this.step;
    this.inspector.draw(step);
    for (const panel of this.panels) panel.draw(step);
    this.drawStep();
  }

  play() {
    if (this.position >= this.race.steps) this.position = 0;
    this.playing = true;
    this.root.classList.add("is-playing");
    this.root.querySelector(".race-play").setAttribute("aria-label", "Pause");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches ? STILL : 0;
    let before = performance.now();
    let rest = 0;
    let stood = 0;
    const frame = (now) => {
      if (!this.playing) return;
      const seconds = Math.min(Math.max(0, now - before) / 1000, LONGEST_FRAME);
      before = now;
      stood += seconds;
      if (this.position < this.race.steps) {
        if (stood >= still) {
          const step = this.step;
          this.position += (stood * this.speed * this.race.steps) / SECONDS_AT_1X;
          stood = 0;
          if (this.step !== step || this.position >= this.race.steps) this.go(this.position);
        }
      } else if (!this.loop) {
        return this.pause();
      } else if ((rest += seconds) > REST_AT_END) {
        rest = 0;
        this.go(0);
      }
      this.request = requestAnimationFrame(frame);
    };
    this.request = requestAnimationFrame(frame);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.request);
    this.root.classList.remove("is-playing");
    this.root.querySelector(".race-play").setAttribute("aria-label", "Play");
  }

  // Where the pointer is on the loss axis, there all panels go.
  hover(x) {
    if (this.playing) return;
    const lanes = this.race.figures.loss.data;
    const longest = lanes.reduce((a, b) => (b.x.at(-1) > a.x.at(-1) ? b : a));
    const step = longest.meta.step[lastRow(longest.x, Math.max(0, x))];
    if (step !== this.step) this.go(step);
  }

  async fullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.root.requestFullscreen();
  }

  move(position) {
    this.pause();
    this.go(position);
  }

  do(name) {
    if (!this.race) return;
    if (name === "play") this.playing ? this.pause() : this.play();
    if (name === "start") this.move(0);
    if (name === "back") this.move(this.step - 1);
    if (name === "forward") this.move(this.step + 1);
    if (name === "end") this.move(this.race.steps);
    if (name === "loop") {
      this.loop = !this.loop;
      this.root.querySelector("[data-do=loop]").setAttribute("aria-pressed", String(this.loop));
    }
    if (name === "copy") this.copy();
    if (name === "full") this.fullScreen();
    if (name === "keys") this.root.querySelector(".race-keys").toggleAttribute("open");
    this.root.classList.toggle("is-black", name === "black" && !this.root.classList.contains("is-black"));
    if (name === "inspect") this.inspect(this.inspected === null ? this.firstShown() : null);
  }

  firstShown() {
    return Math.max(0, this.lanes.findIndex((_, i) => !this.hidden.has(i)));
  }

  async copy() {
    const link = `${address()}?${this.race.handed}`;
    const label = this.root.querySelector(".race-copy span");
    try {
      await navigator.clipboard.writeText(link);
      label.textContent = "Copied";
    } catch {
      // Without permission, or on plain http: offer it for copying by hand.
      prompt("Copy this link:", link);
    }
    setTimeout(() => { label.textContent = "Copy link"; }, 1600);
  }

  setStart(start) {
    if (!this.race.clickable || this.cut) return;
    this.courier.post(start);
  }

  listen() {
    for (const button of this.root.querySelectorAll("[data-do]")) button.onclick = () => this.do(button.dataset.do);
    this.root.addEventListener("click", ({ target, detail }) => {
      if (detail) target.closest("button:not(.race-start), summary")?.blur(); // pressed by a pointer: the keys go back to the transport
    });
    this.curve = this.root.querySelector(".race-curve");
    this.axis = this.root.querySelector(".race-axis");
    for (const select of [this.curve, this.axis]) select.onchange = () => {
      // Each curve is first shown on the axis that suits it.
      const scale = select === this.curve ? "" : this.axis.value;
      this.component.setTriggerValue("curve", [this.curve.value, scale]);
      select.blur();
    };
    this.scrub.oninput = () => this.move(Number(this.scrub.value));
    this.root.querySelector(".race-speed").onchange = ({ target }) => {
      this.speed = Number(target.value);
      target.blur(); // the keys go back to the transport
    };
    this.onKey = (event) => {
      const keys = this.isFull ? { ...KEYS, ...PRESENTER_KEYS } : KEYS;
      const name = keys[event.key];
      if (!name || event.altKey || event.ctrlKey || event.metaKey || (event.shiftKey && name !== "keys")) return;
      const scrubs = event.target === this.scrub && name === "play";
      if ((!scrubs && event.target.closest?.(TAKES_KEYS)) || (event.key === " " && event.target.closest?.("button, a, summary"))) return;
      event.preventDefault();
      this.do(name);
    };
    document.addEventListener("keydown", this.onKey);
    this.path = location.pathname;
    addEventListener("popstate", (this.onPop = () => this.openLink()));
    this.leave = [hear((query) => this.openLink(query)), mendNumbers()];
    document.addEventListener("fullscreenchange", (this.onFull = () => {
      this.root.classList.remove("is-black");
      const bold = this.isFull ? ON_A_PROJECTOR : 1;
      if (!this.race || bold === this.bold) return;
      this.bold = bold;
      this.show(this.component);
    }));
    this.observer = new ResizeObserver(() => this.panels.forEach((panel) => panel.resize()));
    for (const panel of this.panels) this.observer.observe(panel.plot);
    this.watchConnection();
  }

  get isFull() {
    return document.fullscreenElement === this.root;
  }

  destroy() {
    this.pause();
    this.observer.disconnect();
    this.connection?.disconnect();
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("fullscreenchange", this.onFull);
    removeEventListener("popstate", this.onPop);
    for (const leave of this.leave) leave();
    for (const panel of this.panels) panel.destroy();
  }
}

export async function mount(host, root) {
  if (root) loadMathFont(root);
  return new Player(host, await loadPlotly(root));
}

// Browsers typeset the rules, for which few systems have a font. A file has it in its style.
function loadMathFont(root) {
  const name = "Descent Lab Math";
  if ([...document.fonts].some(({ family }) => family === name)) return;
  document.fonts.add(new FontFace(name, `url(${new URL("player/math.woff2", root)})`));
}

function loadPlotly(root) {
  if (globalThis.Plotly) return globalThis.Plotly;
  globalThis.plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("plotly/plotly.min.js", root);
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error("no Plotly"));
    document.head.append(script);
  });
  return globalThis.plotlyLoading;
}

const KEYS = {
  " ": "play", ArrowLeft: "back", ArrowRight: "forward", Home: "start", End: "end", f: "full", i: "inspect", "?": "keys",
};
// What a presenter's remote sends; elsewhere these scroll the page.
const PRESENTER_KEYS = { PageDown: "play", PageUp: "start", ".": "black", b: "black" };

// What has a use of its own for the transport's keys.
const TAKES_KEYS =
  "input, textarea, select, [contenteditable=true], [role=slider], [role=combobox], [role=listbox], [role=tab], [role=grid], [role=dialog], .race-start";

function axes({ xaxis, yaxis }) {
  return [xaxis, yaxis].map(({ title }, i) => title?.text ?? "xy"[i]);
}

function short(value) {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

// What the theme's size does not reach: type with a size of its own, the room for type, and lines.
function enlarge({ data, layout }, times) {
  const { xaxis, yaxis, zaxis } = layout.scene ?? {};
  for (const side of Object.keys(layout.margin)) layout.margin[side] *= times;
  for (const axis of [xaxis, yaxis, zaxis]) if (axis) axis.tickfont.size *= Math.sqrt(times); // WebGL's letters grow faster
  for (const { line, marker, textfont } of data) {
    if (line?.width) line.width *= times;
    if (marker?.size) marker.size *= times;
    if (textfont) textfont.size *= times;
  }
}
