// The player: joins panels, legend, clock, keys and address. Playing asks the server nothing.

import { unpack } from "./wire.js";
import { loadPlotly } from "./library.js";
import { Scene, lastRow } from "./scene.js";
import { Plane } from "./plane.js";
import { Courier } from "./courier.js";
import { Inspector } from "./inspector.js";
import { Address, isUnread, isEmbedded } from "./address.js";
import { Clock } from "./clock.js";
import { Connection } from "./connection.js";
import { Legend } from "./legend.js";
import { heard, moved, tells } from "./hand.js";
import { Live } from "./live.js";
import { Rates } from "./rates.js";
import { Result } from "./result.js";
import { hearKeys } from "./keys.js";
import { short } from "./number.js";
import { mendNumbers } from "./typed.js";

const CUT_OFF = "The connection to the server is lost. The race still plays; what you change waits for the connection.";
const UNREAD = "The link is too long to be read; the opening race was used instead.";
const FONT_SIZE = 12;
const CHOICE = 32; // pixels
const ON_A_PROJECTOR = 1.6; // times as large

class Player {
  constructor(host, Plotly, root) {
    this.root = host.querySelector(".race");
    this.root.player = this; // for those who take pictures of it
    this.known = new Map();
    this.bold = 1;
    this.inspected = null;
    this.whole = this.root; // what fills the screen when the race does
    this.isLarge = false; // as on a projector, though it does not fill the screen
    this.foresees = true; // whether what is to come may be seen, and told
    const panel = (name) => this.root.querySelector(`.race-${name}`);
    this.courier = new Courier((start) => this.component.setTriggerValue("start", start));
    this.scene = new Scene(Plotly, panel("scene"));
    this.contour = new Plane(Plotly, panel("contour"), {
      casing: "rgba(255, 255, 255, 0.55)",
      onStart: (start) => this.setStart(start),
      onCrop: (domain) => this.component.setTriggerValue("domain", domain),
      onPoint: (point) => this.point(point),
    });
    this.loss = new Plane(Plotly, panel("loss"), { onScrub: (x) => this.scrubTo(x) });
    this.data = new Plane(Plotly, panel("data"));
    this.inspector = new Inspector(panel("inspector"), panel("inspect"), {
      onLane: (lane) => this.inspect(lane),
      redraw: () => this.contour.draw(this.clock.step),
    });
    this.contour.overlay = (...place) => this.held === undefined && this.inspector.overlay(...place);
    this.contour.above = (...place) => this.onPaint?.(...place);
    this.panels = [this.scene, this.contour, this.loss, this.data];
    this.legend = new Legend(panel("legend"), () => this.hide());
    this.rates = new Rates(panel("rates"), (rate) => this.component.setTriggerValue("rate", rate));
    this.result = new Result(panel("result"), this.root.querySelector(".race-unseen[role=status]"));
    this.clock = new Clock(this.root, (step) => this.draw(step), () => this.result.announce());
    this.address = new Address((link) => this.component.setTriggerValue("open", link));
    this.live = new Live(root, (race) => this.follow(race));
    this.deaf = tells((move) => this.component.setTriggerValue("told", move));
    this.connection = new Connection(() => this.returned(), () => this.drawNote());
    this.listen();
  }

  show(component) {
    this.component = component;
    const { head, known } = unpack(component.data, this.known);
    this.known = known;
    // On the way in only: what follows is a link that the page itself has written.
    this.complaint = !this.race && isUnread(head.read) ? UNREAD : "";
    this.race = head;
    this.root.classList.add("is-ready");
    this.root.classList.toggle("is-linked", head.link !== null);
    this.root.classList.toggle("is-clickable", head.clickable);
    // A page without a server has the kernels itself.
    this.live.source = component.kernels;
    this.isAlive = Boolean(component.kernels && head.live && !head.card);
    this.root.classList.toggle("is-alive", this.isAlive);
    this.root.classList.toggle("has-data", "data" in head.figures);
    this.root.classList.toggle("is-flat", !("scene" in head.figures));
    this.drawNote();
    this.legend.keep(head);
    this.root.querySelector(".race-title").textContent = head.title[0];
    this.result.show(head);
    this.share(head);
    const style = getComputedStyle(this.root);
    this.theme = {
      text: style.color, page: style.getPropertyValue("--st-background-color"), ink: head.ink,
      font: style.fontFamily, size: this.bold * FONT_SIZE,
    };
    this.clock.fit(head);
    const opens = this.takeView(head);
    this.contour.ahead = !this.courier.arrived(head.answered);
    if (head.clickable) head.figures.loss.layout.margin.t = CHOICE; // room for the choice of the curve
    for (const figure of Object.values(head.figures)) enlarge(figure, this.bold);
    this.contour.beneath = undefined;
    this.legend.draw(this.foresees);
    this.rates.show(head);
    this.clock.draw();
    this.tell(this.clock.step);
    this.makeRoom();
    this.picture(head);
    this.drawChoice(head);
    this.drawCaptions();
    this.showInspection();
    this.address.show(head);
    this.offer(head);
    const [x, y, z] = head.view.camera;
    if (opens && x !== undefined) this.scene.look({ x, y, z });
    heard(head.heard);
    if (this.live.take(head)) this.live.show();
  }

  // The race as the page has computed it by itself, until the server's stands in its place.
  follow(race) {
    this.race = race;
    this.share(race);
    this.contour.beneath = race.ground.isOwn ? ((pen, layout) => race.ground.paint(pen, layout)) : undefined;
    this.legend.rename(race);
    this.result.show(race);
    this.picture(race);
    this.tell(this.clock.step);
    if (this.inspected !== null) this.inspector.refill(race.inspections[this.inspected], this.clock.step);
  }

  picture({ figures: { scene, contour, loss, data }, title, curve, lift }) {
    const ground = JSON.stringify([title[0], curve, contour.layout.uirevision]);
    [scene, contour, loss, data].forEach((figure, i) => {
      if (!figure || !this.panels[i].panel.clientWidth) return;
      Object.assign(this.panels[i], { hidden: this.legend.hidden, step: this.clock.step, bold: this.bold, headLift: lift, future: this.future, isHeld: this.live.isHeld });
      this.panels[i].show(figure, this.theme, ground);
    });
  }

  // Where a pointer is on the map, and about how high the ground is there and which way down: as at
  // the nearest point of the grid that it is drawn of.
  point(point) {
    const here = this.root.querySelector(".race-here"), { figures: { scene, contour }, threshold } = this.race;
    here.hidden = !point || !scene || this.held !== undefined;
    if (here.hidden) return;
    const { x, y, z } = scene.data.find(({ meta }) => meta.role === "surface");
    const row = nearest(y, point.y), column = nearest(x, point.x);
    const loss = (i, j) => {
      const height = z[i]?.[j];
      return threshold === null ? height : Math.sign(height) * threshold * (10 ** Math.abs(height) - 1);
    };
    const down = [
      (loss(row, column - 1) - loss(row, column + 1)) / (x[column + 1] - x[column - 1]),
      (loss(row - 1, column) - loss(row + 1, column)) / (y[row + 1] - y[row - 1]),
    ];
    const [across, up] = axes(contour.layout);
    const rough = (value) => short(Number(value.toPrecision(2)));
    const slope = down.every(Number.isFinite) ? ` · −∇f about (${down.map(rough).join(", ")})` : "";
    const about = Number.isFinite(loss(row, column)) ? `f about ${rough(loss(row, column))}${slope}` : "f is not defined";
    here.textContent = `${across} ${short(point.x)} · ${up} ${short(point.y)} · ${about}`;
  }

  // Goes to where a link has the race looked at from, if it was just opened and says another view
  // than the last.
  takeView({ view, steps, entry }) {
    const print = JSON.stringify(view), opened = entry !== this.entry;
    this.entry = entry;
    if (!opened || print === this.viewed) return false;
    this.viewed = print;
    const { clock, legend } = this, still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    clock.pause();
    clock.speed = view.speed;
    clock.stop = view.stop;
    clock.begin = view.step;
    clock.position = view.step || (still && !clock.isHeld ? steps : 0);
    legend.hidden = new Set(view.hide);
    for (const panel of this.panels) panel.panel.classList.toggle("is-left-out", !this.isAskedFor(panel, view));
    this.root.classList.toggle("is-partial", view.panels.length > 0);
    if (view.inside) this.inspect(view.inside - 1, false);
    return true;
  }

  // What was moved, and of which no server knows, is as it was.
  putBack() {
    this.live.forget();
    this.rates.forget();
    this.courier.forget();
  }

  // Another race altogether: it is looked at as it says, and what the last one left is forgotten.
  forget() {
    this.entry = this.viewed = undefined;
    if (this.inspected !== null && this.race) this.inspect(null);
    for (const panel of this.panels) panel.ground = undefined;
  }

  // Whether what is to come of the race may be seen, and is told to those who do not see it.
  foresee(may) {
    if (this.foresees === may) return;
    this.foresees = may;
    if (!this.race) return;
    for (const panel of this.panels) panel.future = this.future;
    this.legend.draw(may);
    this.hide();
  }

  get future() {
    return this.foresees && Boolean(this.race.view.future);
  }

  isAskedFor(panel, { panels }) {
    const name = { scene: this.scene, map: this.contour, curve: this.loss, data: this.data };
    return !panels.length || panels.some((each) => name[each] === panel);
  }

  // The view as a link says it: what is not as a race opens by itself.
  get view() {
    const { clock, legend, scene, race: { view, speeds } } = this;
    const eye = scene.panel.classList.contains("is-moved") && scene.inner?.getCamera().eye;
    const parts = {
      step: clock.step,
      inside: this.inspected === null ? 0 : this.inspected + 1,
      future: view.future ? "" : "0",
      ribbon: view.ribbon,
      hide: [...legend.hidden].sort().map((lane) => lane + 1).join(),
      speed: clock.speed === speeds[0] ? "" : clock.speed,
      panels: view.panels.join(),
      camera: eye ? [eye.x, eye.y, eye.z].map((length) => Number(length.toFixed(3))).join() : "",
    };
    return Object.entries(parts).filter(([, value]) => value).map(([key, value]) => `&${key}=${value}`).join("");
  }

  // Into the steps of which lane a person looks; the server is asked for what it held at each.
  inspect(lane, now = true) {
    this.inspected = lane;
    this.component.setStateValue?.("inspect", lane);
    if (now) this.showInspection();
  }

  showInspection() {
    const { inspections } = this.race;
    if (this.inspected >= this.legend.lanes.length) return this.inspect(this.legend.lanes.length - 1);
    const found = this.inspected === null ? null : inspections[this.inspected];
    this.root.classList.toggle("is-inspecting", this.inspected !== null);
    this.inspector.show(found, this.legend.lanes, this.inspected, this.clock.step, this.race.ink);
    this.contour.draw(this.clock.step);
  }

  returned() {
    this.courier.forget();
    this.rates.forget();
    this.address.again();
  }

  drawNote() {
    const note = this.root.querySelector(".race-note"), words = this.connection.cut ? CUT_OFF : this.complaint;
    if (this.race && note.textContent !== words) note.textContent = words;
  }

  // What the pictures show, for those who do not see them.
  drawCaptions() {
    const { shown, hidden } = this.legend;
    const results = shown.map(({ name, result }) => `${name} ${result}.`).join(" ");
    const captions = this.root.querySelectorAll(".race-panel figcaption");
    if (!this.foresees) return captions.forEach((caption) => { caption.textContent = ""; });
    const { figures: { loss } } = this.race;
    const ends = loss.lanes.filter((_, i) => !hidden.has(i)).map(({ y }, i) => `${shown[i].name} ends at ${short(y.at(-1)) || "no value"}.`);
    const words = { scene: results, contour: results, data: results, loss: `The ${this.curveName} of each lane: ${ends.join(" ")} ${results}` };
    for (const [name, text] of Object.entries(words)) this.root.querySelector(`.race-${name} figcaption`).textContent = text;
  }

  // Every picture's lanes look as the legend's.
  share({ figures: { scene, ...planes }, lanes }) {
    for (const { meta } of scene?.data ?? []) meta.color = lanes[meta.lane]?.color;
    for (const plane of Object.values(planes)) plane.lanes.forEach((lane, i) => {
      const { color, faint, pattern } = lanes[i];
      Object.assign(lane, { lane: i, color, faint, pattern });
    });
  }

  drawChoice({ curves, curve: [curve, scale, time], figures: { loss } }) {
    const known = curves.some(([key]) => key === curve) ? curve : curves[0][0];
    this.curve.replaceChildren(...curves.map(([key, name]) => new Option(name, key, false, key === known)));
    this.axis.options[0].text = scale ? "auto" : `auto: ${loss.layout.yaxis.type === "log" ? "log" : "linear"}`;
    this.axis.value = scale;
    this.time.value = time;
  }

  hide() {
    for (const panel of this.panels) if (panel.plot.data || panel.figure) panel.hide(this.legend.hidden);
    this.drawCaptions();
    this.tell(this.clock.step);
  }

  draw(step) {
    this.inspector.draw(step);
    for (const panel of this.panels) panel.draw(step);
    this.tell(step);
  }

  // In words and numbers what the pictures show.
  tell(step) {
    const { figures: { loss } } = this.race, { shown, hidden } = this.legend;
    this.legend.tell(this.race, step, this.curveName);
    this.onStep?.(step);
    this.result.tell(step, shown, loss.lanes.filter((_, lane) => !hidden.has(lane)));
  }

  get curveName() {
    const { curves, curve: [key] } = this.race;
    return Object.fromEntries(curves)[key] ?? "loss";
  }

  // To the step at a place of the chart.
  scrubTo(x) {
    const { lanes } = this.race.figures.loss;
    const longest = lanes.reduce((a, b) => (b.x.at(-1) > a.x.at(-1) ? b : a));
    const step = longest.step[lastRow(longest.x, Math.max(0, x))];
    if (step !== this.clock.step) this.clock.move(step);
  }

  // In a page's frame only what the frame allows, and the way to the app itself.
  offer({ link }) {
    this.root.querySelector("[data-do=full]").hidden = !document.fullscreenEnabled;
    const open = this.root.querySelector(".race-open");
    open.hidden = link === null || !isEmbedded();
    open.href = this.address.whole;
  }

  async fullScreen() {
    if (!document.fullscreenEnabled) return;
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.whole.requestFullscreen();
  }

  do(name) {
    if (!this.race) return;
    const { clock } = this;
    if (clock.isHeld && ["play", "forward", "end"].includes(name)) return this.onHeld();
    if (name === "play") clock.toggle();
    if (name === "start") clock.move(0);
    if (name === "back") clock.move(clock.step - 1);
    if (name === "forward") clock.move(clock.step + 1);
    if (name === "end") clock.move(this.race.steps);
    if (name === "loop") clock.toggleLoop();
    if (name === "copy") this.address.copy(this.root.querySelector(".race-copy span"), this.view);
    if (name === "slower") clock.change(-1);
    if (name === "faster") clock.change(1);
    if (name.startsWith("lane ")) this.legend.toggle(Number(name.slice(5)) - 1);
    if (name === "full") this.fullScreen();
    if (name === "keys") this.root.querySelector(".race-keys").toggleAttribute("open");
    this.root.classList.toggle("is-black", name === "black" && !this.root.classList.contains("is-black"));
    if (name === "inspect") this.inspect(this.inspected === null ? this.legend.firstShown : null);
  }

  setStart(start) {
    if (this.onPlace) return this.onPlace(start);
    if (!this.race.clickable && !this.isAlive) return;
    const meant = this.held === undefined ? start : { ...start, y: this.held };
    const isDrawn = !start.further && moved("start", [meant.x, meant.y], start.passing);
    if (!this.connection.cut && !(isDrawn && start.passing)) this.courier.post(meant);
  }

  // The y of every path where the map is a curve from the side, which shows heights in its place.
  get held() {
    return this.race.figures.contour.start.held;
  }

  listen() {
    for (const button of this.root.querySelectorAll("[data-do]")) button.onclick = () => this.do(button.dataset.do);
    this.root.addEventListener("click", ({ target, detail }) => {
      if (detail) target.closest("button:not(.race-start), summary")?.blur(); // pressed by a pointer: the keys go back to the transport
    });
    this.curve = this.root.querySelector(".race-curve");
    this.axis = this.root.querySelector(".race-axis");
    this.time = this.root.querySelector(".race-time");
    for (const select of [this.curve, this.axis, this.time]) select.onchange = () => {
      // Each curve is first shown on the axis that suits it.
      const scale = select === this.curve ? "" : this.axis.value;
      this.component.setTriggerValue("curve", [this.curve.value, scale, this.time.value]);
      select.blur();
    };
    this.leave = [hearKeys(this.root, (name) => this.do(name)), mendNumbers()];
    document.addEventListener("fullscreenchange", (this.onFull = () => {
      this.root.classList.remove("is-black");
      if (this.race && this.enlarge()) this.show(this.component);
    }));
    this.observer = new ResizeObserver(() => this.panels.forEach((panel) => panel.resize()));
    for (const panel of this.panels) this.observer.observe(panel.plot);
    this.around = new ResizeObserver(() => this.makeRoom());
    for (let part = this.root; part; part = part.parentElement) this.around.observe(part);
  }

  // The pictures are as tall as what stands above them on an unscrolled page, and the transport
  // below them, leave room for.
  makeRoom() {
    const panels = this.root.querySelector(".race-panels"), transport = this.root.querySelector(".race-transport");
    let taken = panels.getBoundingClientRect().top + transport.offsetHeight;
    for (let part = panels.parentElement; part; part = part.parentElement) taken += part.scrollTop;
    if (Math.abs(taken - this.taken) < 1) return;
    this.taken = taken;
    this.root.style.setProperty("--taken", `${taken}px`);
  }

  // For a class type and lines are larger; says whether that is new.
  enlarge() {
    const before = this.bold, isFull = document.fullscreenElement === this.whole;
    this.bold = isFull || this.isLarge ? ON_A_PROJECTOR : 1;
    return this.bold !== before;
  }

  destroy() {
    this.clock.pause();
    this.observer.disconnect();
    this.around.disconnect();
    this.connection.leave();
    this.live.leave();
    this.rates.leave();
    this.address.leave();
    this.deaf();
    document.removeEventListener("fullscreenchange", this.onFull);
    for (const leave of this.leave) leave();
    for (const panel of this.panels) panel.destroy();
  }
}

export async function playerIn(host, root) {
  if (root) loadMathFont(root);
  return new Player(host, await loadPlotly(root), root);
}

export const mount = playerIn;

// Browsers typeset the rules, for which few systems have a font. A file has it in its style.
function loadMathFont(root) {
  const name = "Descent Lab Math";
  if ([...document.fonts].some(({ family }) => family === name)) return;
  document.fonts.add(new FontFace(name, `url(${new URL("player/math.woff2", root)})`));
}

function axes({ xaxis, yaxis }) {
  return [xaxis, yaxis].map(({ title }, i) => title?.text ?? "xy"[i]);
}

// The place of the number that is nearest, among some at equal distances.
function nearest(numbers, value) {
  const [first] = numbers, last = numbers.at(-1);
  return Math.max(0, Math.min(Math.round(((value - first) / (last - first)) * (numbers.length - 1)), numbers.length - 1));
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
