// Inside one step: the rule of a lane with the numbers of the present step, and arrows on the map.

// The arrows on the map, and how their lines are broken.
const ARROWS = {
  gradient: { label: "−gradient", dash: [] },
  momentum: { label: "−momentum", dash: [5, 3] },
  step: { label: "step", dash: [] },
  box: { label: "box of the step", dash: [2, 3] },
};
const STEP = 0, GRADIENT = 2, LOSS = 3; // places in the list of series, as figures/inspection.py has them
const LONG = 56; // pixels, of an arrow that has a direction only
const SEEN = 26; // pixels; a shorter step is magnified to this

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
    this.rule = panel.querySelector(".race-rule");
    this.values = panel.querySelector(".race-values");
  }

  // `inspection` is what figures/inspection.py packs, of the lane with that index; null closes, and
  // undefined is on its way.
  show(inspection, lanes, index, axes, step) {
    this.panel.hidden = inspection === null;
    this.panel.classList.toggle("is-waiting", inspection === undefined);
    this.button.setAttribute("aria-expanded", String(inspection !== null));
    this.inspection = inspection ?? null;
    if (inspection === null) return;
    this.axes = axes;
    this.lane = lanes[index];
    this.panel.style.setProperty("--race-lane", this.lane.color);
    this.select.replaceChildren(...lanes.map(({ name }, i) => new Option(name, i, false, i === index)));
    if (!inspection) return;
    const { lines, series, averaged, adaptive } = inspection;
    this.rule.innerHTML = lines.map(([symbols, numbers]) =>
      `<div class="race-line">${symbols}<div>${numbers}</div></div>`).join("");
    this.values.innerHTML = head(axes) + series.map(row).join("");
    this.slots = [...this.panel.querySelectorAll("[data-at]")].map((element) => {
      const [place, back, k] = element.dataset.at.split(" ").map(Number);
      const { rows, shape } = series[place];
      return { element, rows, back, k, width: shape.reduce((a, b) => a * b, 1) };
    });
    this.steps = series[STEP].rows.length / 2 - 1;
    this.toggles.momentum.hidden = averaged === null;
    this.toggles.box.hidden = !adaptive;
    this.draw(step);
  }

  draw(step) {
    this.step = step;
    if (!this.inspection) return;
    const t = Math.min(step, this.steps);
    for (const { element, rows, back, k, width } of this.slots) {
      const row = t + back;
      const text = row < 0 || !t ? "·" : number(rows[row * width + k]);
      if (element.firstChild.data !== text) element.firstChild.data = text;
    }
    const told = t ? this.tell(t) : "No step has been taken yet: press → to take the first.";
    if (this.told.textContent !== told) this.told.textContent = told;
  }

  pair(place, t) {
    const { rows } = this.inspection.series[place];
    return [rows[2 * t], rows[2 * t + 1]];
  }

  // What happened in step t, in one sentence.
  tell(t) {
    const g = this.pair(GRADIENT, t).map(Math.abs), step = this.pair(STEP, t).map(Math.abs);
    const { rows: loss } = this.inspection.series[LOSS];
    const words = [];
    if (g.every(Number.isFinite)) {
      if (!g[0] && !g[1]) words.push("the gradient was zero");
      else {
        const big = g[1] > g[0] ? 1 : 0, [name, other] = [this.axes[big], this.axes[1 - big]];
        const ratio = g[big] / g[1 - big], after = step[big] / step[1 - big];
        if (ratio < 1.5) words.push(`the gradients of ${name} and ${other} were about equal`);
        else words.push(`${name}’s gradient was ${times(ratio)} ${other}’s`);
        words.push(this.compare(ratio, after, name, other));
      }
    }
    const along = this.pair(GRADIENT, t).reduce((sum, part, i) => sum - part * this.pair(STEP, t)[i], 0);
    if (along < 0) words.push("the step went uphill");
    const [before, now] = [loss[t - 1], loss[t]];
    const way = now < before ? "fell" : "rose", hardly = number(now) === number(before);
    if (now === before) words.push("the loss stayed where it was");
    else words.push(hardly ? `the loss hardly ${way}` : `the loss ${way} from ${number(before)} to ${number(now)}`);
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
    if (!this.inspection) return;
    const t = Math.min(this.step, this.steps);
    if (!t) return;
    const [px, py] = this.pair(STEP + 1, t - 1);
    const from = [x(px), y(py)];
    const unit = [x(1) - x(0), y(1) - y(0)]; // pixels, of which those of y go down
    const turned = (pair) => pair.map((part, i) => part * unit[i]);
    const move = turned(this.pair(STEP, t));
    const length = Math.hypot(...move);
    const larger = length > 0 && length < SEEN ? SEEN / length : 1;
    const arrow = (name, [dx, dy]) => {
      if (!this.shown.has(name) || !Number.isFinite(dx + dy) || !(dx || dy)) return;
      this.line(pen, from, [from[0] + dx, from[1] + dy], name, casing);
    };
    const direction = (place, scale = 1) => {
      const [dx, dy] = turned(this.pair(place, t)), size = Math.hypot(dx, dy);
      return size ? [(-dx * LONG * scale) / size, (-dy * LONG * scale) / size] : [0, 0];
    };
    if (this.inspection.adaptive && this.shown.has("box") && length) {
      const [w, h] = move.map((part) => Math.abs(part) * larger);
      pen.beginPath();
      pen.rect(from[0] - w, from[1] - h, 2 * w, 2 * h);
      this.ink(pen, "box", casing);
    }
    arrow("gradient", direction(GRADIENT));
    if (this.inspection.averaged !== null) arrow("momentum", direction(this.inspection.averaged, 0.8));
    arrow("step", move.map((part) => part * larger));
    this.toggles.step.textContent = larger > 1.05 ? `step, drawn ${times(larger)} as long` : "step";
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
    const color = name === "step" ? this.lane.color : COLORS[name];
    for (const [stroke, width, pattern] of [[casing, 4.5, []], [color, 2, dash]]) {
      pen.strokeStyle = stroke;
      pen.lineWidth = width;
      pen.setLineDash(pattern);
      pen.stroke();
    }
    pen.setLineDash([]);
  }
}

const COLORS = { gradient: "#1B2631", momentum: "#6C3483", box: "#1B2631" };

function head([x, y]) {
  return `<thead><tr><th></th><th colspan="2" scope="colgroup">before</th><th colspan="2" scope="colgroup">after</th></tr>
    <tr><th></th><th>${x}</th><th>${y}</th><th>${x}</th><th>${y}</th></tr></thead>`;
}

function row({ name, symbol, shape }, place) {
  const size = shape.reduce((a, b) => a * b, 1);
  if (!name || size > 2) return "";
  const span = size === 1 ? ' colspan="2"' : "";
  const cells = (back) => Array.from({ length: size }, (_, k) =>
    `<td${span}><span data-at="${place} ${back} ${k}">·</span></td>`).join("");
  return `<tr title="${name}"><th scope="row">${symbol || name.replaceAll("_", " ")}</th>${cells(-1)}${cells(0)}</tr>`;
}

function number(value) {
  if (!Number.isFinite(value)) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return String(value).replace("-", "−");
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(2).replace("e", "·10^").replace("+", "") : value.toPrecision(4);
  return text.replace("-", "−").replace(/\^(.*)/, (_, power) => [...power].map((c) => RAISED[c]).join(""));
}

const RAISED = { "-": "⁻", "−": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

function times(ratio) {
  if (!Number.isFinite(ratio)) return "infinitely many times";
  const rounded = ratio < 10 ? Number(ratio.toPrecision(2)) : Math.round(ratio);
  return rounded >= 1e5 ? `${number(ratio)} times` : `${rounded.toLocaleString("en")} times`;
}
