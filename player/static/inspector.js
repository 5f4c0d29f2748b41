// Inside one step: its parts in words, the rule of a lane with the numbers of the present step, and
// arrows on the map.

import { exact } from "./number.js";

// The arrows on the map, and how their lines are broken. Of the first two only the direction is true.
const ARROWS = {
  gradient: { label: "direction of −gradient", dash: [] },
  momentum: { label: "direction of −momentum", dash: [5, 3] },
  step: { label: "step", dash: [] },
  box: { label: "box of the step", dash: [2, 3] },
};
const MOMENTUM = "#6C3483"; // its arrow
const LONG = 56; // pixels, of an arrow that has a direction only
const SEEN = 26; // pixels; a shorter step is magnified to this
const IN_SIGHT = 240; // pixels of the panel that are to be seen where it opens
const SPELT = 6; // numbers of a series that a card has room for

export class Inspector {
  constructor(panel, button, { onLane, redraw }) {
    this.panel = panel;
    this.button = button;
    this.redraw = redraw;
    this.select = panel.querySelector(".race-inspected");
    this.select.onchange = () => {
      onLane(Number(this.select.value));
      this.select.blur(); // the keys go back to the transport
    };
    this.shown = new Set(["gradient", "momentum", "step", "box"]);
    this.toggles = Object.fromEntries(Object.entries(ARROWS).map(([name, { label }]) => {
      const toggle = document.createElement("button");
      toggle.type = "button";
      toggle.className = `race-arrow race-arrow-${name}`;
      toggle.textContent = label;
      toggle.setAttribute("aria-pressed", "true");
      toggle.onclick = () => {
        if (!this.shown.delete(name)) this.shown.add(name);
        toggle.setAttribute("aria-pressed", String(this.shown.has(name)));
        this.redraw();
      };
      return [name, toggle];
    }));
    panel.querySelector(".race-arrows").replaceChildren(...Object.values(this.toggles));
    this.told = panel.querySelector(".race-told");
    this.cards = panel.querySelector(".race-cards");
    // A card lights its arrow and its numbers while it is pointed at or, if none is, has the focus.
    this.cards.onpointerover = ({ target }) => this.light("pointed", target);
    this.cards.onpointerleave = () => this.light("pointed");
    this.cards.addEventListener("focusin", ({ target }) => this.light("focused", target));
    this.cards.addEventListener("focusout", () => this.light("focused"));
    this.rule = panel.querySelector(".race-rule");
    this.values = panel.querySelector(".race-values");
  }

  // `inspection` is what figures/inspection.py packs, of the lane with that index; null closes, and
  // undefined is on its way. `dark` is the colour of what is no lane's.
  show(inspection, lanes, index, step, dark) {
    this.arriving = inspection !== null && (this.arriving || (this.panel.hidden && this.inspection !== undefined));
    this.panel.hidden = inspection === null;
    this.panel.classList.toggle("is-waiting", inspection === undefined);
    this.button.setAttribute("aria-expanded", String(inspection !== null));
    this.inspection = inspection ?? null;
    this.dark = dark;
    if (inspection === null) return;
    this.lane = lanes[index];
    this.panel.style.setProperty("--race-lane", this.lane.color);
    this.select.replaceChildren(...lanes.map(({ name }, i) => new Option(name, i, false, i === index)));
    if (!inspection) return;
    const { axes, lines, series, cards, averaged, adaptive, places } = inspection;
    this.axes = axes;
    this.rule.innerHTML = lines.map(([symbols, numbers]) =>
      `<div class="race-line">${symbols}<div>${numbers}</div></div>`).join("");
    this.values.innerHTML = head(axes) + series.map((each, place) => row(each, place, axes.length)).join("");
    this.cards.innerHTML = cards.map((each) => card(each, series, axes, places)).join("");
    this.pointed = this.focused = undefined;
    this.slots = [...this.panel.querySelectorAll("[data-at]")].map((element) => {
      const [place, back, k] = element.dataset.at.split(" ").map(Number);
      const { rows, shape } = series[place];
      return { element, place, rows, back, k, width: sizeOf(shape), isBefore: "before" in element.dataset };
    });
    this.steps = stepsOf(inspection);
    const isPlane = axes.length === 2; // elsewhere a coordinate has no direction on the drawing
    for (const toggle of Object.values(this.toggles)) toggle.hidden = !isPlane;
    if (isPlane) this.toggles.gradient.hidden = !cards.some(({ along }) => along === places.gradient);
    this.toggles.momentum.hidden ||= averaged === null;
    this.toggles.box.hidden ||= !adaptive;
    this.draw(step);
    if (this.arriving) this.reveal();
  }

  // The same parts with other numbers; undefined while they are on their way.
  refill(inspection, step) {
    if (!inspection || !this.inspection) return;
    const { series } = inspection;
    for (const slot of this.slots) slot.rows = series[slot.place].rows;
    this.inspection = { ...this.inspection, series };
    this.steps = stepsOf(this.inspection);
    this.draw(step);
  }

  // Where it opens out of sight, the page goes to the map, under which it stands.
  reveal() {
    this.arriving = false;
    const { top, bottom } = this.panel.getBoundingClientRect();
    const low = this.panel.closest(".race").querySelector(".race-transport").getBoundingClientRect().top;
    const map = this.panel.parentElement.querySelector(".race-contour");
    if (top >= 0 && Math.min(bottom, top + IN_SIGHT) <= low) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    map.scrollIntoView({ block: "start", behavior });
  }

  light(name, element) {
    const cards = [...this.cards.children], place = cards.findIndex((card) => card.contains(element ?? null));
    this[name] = place < 0 ? undefined : place;
    const shown = this.lit?.series ?? [];
    cards.forEach((card, i) => card.classList.toggle("is-lit", i === (this.pointed ?? this.focused)));
    for (const slot of this.slots) slot.element.classList.toggle("is-lit", shown.includes(slot.place));
    this.redraw();
  }

  get lit() {
    return this.inspection?.cards[this.pointed ?? this.focused];
  }

  draw(step) {
    this.step = step;
    if (!this.inspection) return;
    const t = Math.min(step, this.steps);
    for (const { element, rows, back, k, width, isBefore } of this.slots) {
      const row = (isBefore ? t || 1 : t) + back; // before the first step there is what it begins with
      const text = row < 0 || !(t || isBefore) ? "·" : exact(rows[row * width + k]);
      if (element.firstChild.data !== text) element.firstChild.data = text;
    }
    const { most } = this.inspection;
    const told = step > t && t === most ? `Inside shows the first ${most.toLocaleString("en")} steps.`
      : t ? this.tell(t) : "No step has been taken yet: press → to take the first.";
    if (this.told.textContent !== told) this.told.textContent = told;
  }

  // The numbers of a series at a step, one for each coordinate.
  vector(place, t) {
    const wide = this.axes.length;
    return [...this.inspection.series[place].rows.slice(wide * t, wide * (t + 1))];
  }

  // What happened in step t, in one sentence.
  tell(t) {
    const { series, places } = this.inspection;
    const g = this.vector(places.gradient, t).map(Math.abs), step = this.vector(places.step, t).map(Math.abs);
    const { rows: loss } = series[places.loss];
    const words = [];
    if (g.every(Number.isFinite)) {
      if (!g.some(Boolean)) words.push("the gradient was zero");
      else if (g.length === 2) {
        const big = g[1] > g[0] ? 1 : 0, [name, other] = [this.axes[big], this.axes[1 - big]];
        const ratio = g[big] / g[1 - big], after = step[big] / step[1 - big];
        if (ratio < 1.5) words.push(`the gradients of ${name} and ${other} were about equal`);
        else words.push(`${name}’s gradient was ${times(ratio)} ${other}’s`);
        words.push(this.compare(ratio, after, name, other));
      }
    }
    const along = this.vector(places.gradient, t).reduce((sum, part, i) => sum - part * this.vector(places.step, t)[i], 0);
    if (along < 0 && this.inspection.isWhole) words.push("the step went uphill");
    if (this.inspection.putBack.includes(t)) words.push("it led out of what is allowed, and was put back to the edge");
    const [before, now] = [loss[t - 1], loss[t]];
    const way = now < before ? "fell" : "rose", hardly = exact(now) === exact(before);
    if (now === before) words.push("the loss stayed where it was");
    else words.push(hardly ? `the loss hardly ${way}` : `the loss ${way} from ${exact(before)} to ${exact(now)}`);
    const text = words.filter(Boolean).join("; ");
    return `Step ${t}: ${text}.`;
  }

  compare(ratio, after, name, other) {
    if (!Number.isFinite(after) || !after) return "";
    const { scaling, adaptive } = this.inspection;
    const by = scaling ? `dividing by ${scaling}` : adaptive ? "scaling each coordinate by itself" : "";
    if (after < 1.25 && after > 0.8) {
      if (ratio < 1.5) return "";
      return by ? `${by} made the two steps equal` : "yet the two steps were about equal";
    }
    if (Math.abs(Math.log(after / ratio)) < 0.25) return ratio < 1.5 ? "" : "and so was its step";
    const said = after >= 1 ? `${name}’s step was ${times(after)} ${other}’s` : `${other}’s step was ${times(1 / after)} ${name}’s`;
    return by && after < ratio ? `after ${by}, ${said}` : said;
  }

  // Arrows from where the step began. Directions are true; so is the step's length, times what
  // is written beside it.
  overlay(pen, x, y, casing) {
    if (this.axes?.length !== 2 || !this.inspection) return;
    const t = Math.min(this.step, this.steps);
    if (!t) return this.name("step", 1);
    const { places, averaged } = this.inspection;
    const [px, py] = this.vector(places.position, t - 1);
    const from = [x(px), y(py)];
    const unit = [x(1) - x(0), y(1) - y(0)]; // pixels, of which those of y go down
    const turned = (pair) => pair.map((part, i) => part * unit[i]);
    const move = turned(this.vector(places.step, t));
    const length = Math.hypot(...move);
    const larger = length > 0 && length < SEEN ? SEEN / length : 1;
    const { along } = this.lit ?? {}, lit = arrowOf(along, places);
    const arrow = (name, [dx, dy]) => {
      if (!(this.shown.has(name) || name === lit) || !Number.isFinite(dx + dy) || !(dx || dy)) return;
      this.line(pen, from, [from[0] + dx, from[1] + dy], name, casing);
    };
    const direction = (place, scale = 1) => {
      const [dx, dy] = turned(this.vector(place, t)), size = Math.hypot(dx, dy);
      return size ? [(-dx * LONG * scale) / size, (-dy * LONG * scale) / size] : [0, 0];
    };
    if (this.inspection.adaptive && this.shown.has("box") && length) {
      const [w, h] = move.map((part) => Math.abs(part) * larger);
      pen.beginPath();
      pen.rect(from[0] - w, from[1] - h, 2 * w, 2 * h);
      this.ink(pen, "box", casing);
    }
    arrow("gradient", direction(places.gradient));
    if (averaged !== null) arrow("momentum", direction(lit === "momentum" ? along : averaged, 0.8));
    arrow("step", move.map((part) => part * larger));
    this.name("step", larger);
  }

  name(arrow, larger) {
    const { label } = ARROWS[arrow], text = larger > 1.05 ? `${label}, drawn ${times(larger)} as long` : label;
    if (this.toggles[arrow].textContent !== text) this.toggles[arrow].textContent = text;
  }

  line(pen, [ax, ay], [bx, by], name, casing) {
    const angle = Math.atan2(by - ay, bx - ax), tip = 7;
    pen.beginPath();
    pen.moveTo(ax, ay);
    pen.lineTo(bx, by);
    this.ink(pen, name, casing);
    pen.beginPath();
    for (const side of [-1, 1]) {
      pen.moveTo(bx, by);
      pen.lineTo(bx - tip * Math.cos(angle + 0.45 * side), by - tip * Math.sin(angle + 0.45 * side));
    }
    this.ink(pen, name, casing, []);
  }

  ink(pen, name, casing, dash = ARROWS[name].dash) {
    const color = { step: this.lane.color, momentum: MOMENTUM }[name] ?? this.dark;
    const lit = arrowOf(this.lit?.along, this.inspection.places), isPale = lit && lit !== name;
    const wide = lit === name ? 1.5 : 0, pale = `${color}73`;
    for (const [stroke, width, pattern] of isPale ? [[pale, 2, dash]] : [[casing, 4.5, []], [color, 2, dash]]) {
      pen.strokeStyle = stroke;
      pen.lineWidth = width + wide;
      pen.setLineDash(pattern);
      pen.stroke();
    }
    pen.setLineDash([]);
  }
}

function stepsOf({ series, places: { step } }) {
  return series[step].rows.length / sizeOf(series[step].shape) - 1;
}

function head(axes) {
  const names = axes.map((axis) => `<th>${axis}</th>`).join(""), wide = `colspan="${axes.length}" scope="colgroup"`;
  return `<thead><tr><td class="race-corner"></td><th ${wide}>before</th><th ${wide}>after</th></tr>
    <tr><td class="race-corner"></td>${names}${names}</tr></thead>`;
}

function row({ name, symbol, shape, told, rows }, place, coordinates) {
  const size = sizeOf(shape);
  if (!name || size > coordinates || !rows.some(Number.isFinite)) return "";
  const span = size === 1 ? ` colspan="${coordinates}"` : "";
  const cells = (back, when) => Array.from({ length: size }, (_, k) =>
    `<td${span}>${back === null ? "" : `<span data-at="${place} ${back} ${k}" ${when}>·</span>`}</td>`).join("");
  const before = cells(told === "after" ? null : told === "before" ? 0 : -1, "data-before");
  return `<tr title="${name}"><th scope="row">${symbol || plain(name)}</th>${before}${cells(told === "before" ? null : 0, "")}</tr>`;
}

// A part of the step: its name, its symbols with their numbers, and what it is in one line.
function card({ name, line, series: shown, along }, series, axes, places) {
  const columns = shown.map((place) => column(series[place], place, axes.length));
  if (columns.length === 1) columns[0].head = series[shown[0]].symbol; // its name says the rest
  const arrow = arrowOf(along, places);
  const lines = Math.max(...columns.map(({ rows }) => rows.length));
  const named = columns.some(({ isVector }) => isVector);
  const rows = Array.from({ length: lines }, (_, i) =>
    `<tr>${named ? `<th scope="row">${axes[i]}</th>` : "<td></td>"}${columns.map(({ rows: cells, wide }) => cells[i] ?? `<td colspan="${wide}"></td>`).join("")}</tr>`);
  return `<li class="race-card ${arrow && `race-arrow-${arrow}`}" tabindex="0">
    <table><thead><tr><th scope="col">${name}</th>${columns.map(({ head, wide }) => `<th scope="colgroup" colspan="${wide}">${head}</th>`).join("")}</tr></thead>
    <tbody>${rows.join("")}</tbody></table><p>${line}</p></li>`;
}

// A series in a card: of a vector or a matrix a line for each of its rows, else all in one.
function column({ name, symbol, shape }, place, coordinates) {
  const size = sizeOf(shape), isVector = shape[0] === coordinates;
  const wide = isVector || shape.length === 2 ? size / shape[0] : size;
  const slot = (k) => `<td><span data-at="${place} 0 ${k}">·</span></td>`;
  const rows = Array.from({ length: size / wide }, (_, i) => Array.from({ length: wide }, (_, k) => slot(i * wide + k)).join(""));
  const head = symbol || plain(name);
  if (size > SPELT) return { head, wide: 1, isVector: false, rows: [`<td>${shape.join(" × ")} numbers</td>`] };
  return { head, wide, isVector, rows };
}

function arrowOf(along, { step, gradient }) {
  return { [step]: "step", [gradient]: "gradient" }[along] ?? (Number.isInteger(along) ? "momentum" : "");
}

function sizeOf(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

function plain(name) {
  return name.replaceAll("_", " ");
}

function times(ratio) {
  if (!Number.isFinite(ratio)) return "infinitely many times";
  const rounded = ratio < 10 ? Number(ratio.toPrecision(2)) : Math.round(ratio);
  return rounded >= 1e5 ? `${exact(ratio)} times` : `${rounded.toLocaleString("en")} times`;
}
