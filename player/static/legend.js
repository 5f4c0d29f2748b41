// The legend: the lanes, the loss that each has reached, and which of them are hidden.

import { edgeOf } from "./brush.js";
import { short } from "./number.js";
import { lastRow } from "./scene.js";

const SVG = "http://www.w3.org/2000/svg";

export class Legend {
  // `onHide` is called when a lane is hidden or shown again.
  constructor(element, onHide) {
    this.element = element;
    this.onHide = onHide;
    this.hidden = new Set();
    this.lanes = [];
  }

  // A lane stays hidden when its settings change, and when other lanes come or go.
  keep({ lanes, best, why }) {
    const before = this.lanes;
    this.why = why; // of each lane why the page cannot compute it by itself; empty where it can
    this.best = best;
    if (lanes.length !== before.length) {
      const gone = [...this.hidden].map((i) => before[i].name);
      this.hidden = new Set(lanes.flatMap(({ name }, i) => {
        const known = gone.indexOf(name);
        return known < 0 ? [] : (gone.splice(known, 1), [i]);
      }));
    }
    this.lanes = lanes;
  }

  get shown() {
    return this.lanes.filter((_, i) => !this.hidden.has(i));
  }

  get firstShown() {
    return Math.max(0, this.lanes.findIndex((_, i) => !this.hidden.has(i)));
  }

  // `isKnown` says whether it may be told how each lane ends.
  draw(isKnown) {
    const { color } = getComputedStyle(this.element);
    this.isKnown = isKnown;
    this.losses = this.lanes.map(() => labelled("loss", ""));
    this.star = labelled("star", "★");
    this.star.title = "The lowest loss, at equal cost";
    this.element.replaceChildren(...this.lanes.map((lane, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(!this.hidden.has(i)));
      button.title = this.titleOf(lane, i);
      button.append(swatch(lane, color), labelled("name", lane.name), this.losses[i]);
      if (i === this.best) button.append(this.star);
      button.onclick = () => this.toggle(i, button);
      return button;
    }));
  }

  titleOf({ name, outcome }, i) {
    const drawn = this.why[i] ? ` While you drag, the server draws it: ${this.why[i]}` : "";
    return `${name}${this.isKnown ? `: ${outcome}` : ""}. Press to hide or show.${drawn}`;
  }

  // The same lanes, as they are called and end while they change; none is known to win.
  rename({ lanes, best }) {
    this.lanes = lanes;
    this.best = best;
    this.star.remove();
    lanes.forEach((lane, i) => {
      const button = this.element.children[i], words = button.querySelector(".name"), title = this.titleOf(lane, i);
      if (words.textContent !== lane.name) words.textContent = lane.name;
      if (button.title !== title) button.title = title;
    });
  }

  toggle(lane, button = this.element.children[lane]) {
    if (!button) return;
    if (!this.hidden.delete(lane)) this.hidden.add(lane);
    button.setAttribute("aria-pressed", String(!this.hidden.has(lane)));
    this.onHide();
  }

  // What each lane has reached on its curve, which has that name; the best has its star at the end.
  tell({ figures: { loss }, steps, told }, step, name) {
    this.star.hidden = step < steps || !told.after;
    loss.lanes.forEach((curve, i) => {
      const ended = hasEnded(curve, step) ? this.lanes[i].outcome : `${name} ${short(valueAt(curve, step))}`;
      if (this.losses[i].textContent !== ended) this.losses[i].textContent = ended;
    });
  }
}

// What a curve is at a step; of a long run, at the latest that is drawn.
export function valueAt({ y, step: steps }, step) {
  return y[lastRow(steps, step)];
}

export function hasEnded({ step: steps }, step) {
  return !(step <= steps.at(-1)); // a run of no steps has none
}

function labelled(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

// A piece of a lane's line, on a page with text of this colour.
export function swatch({ color, pattern }, text) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [stroke, width] of [[edgeOf(color, text), 5], [color, 3]]) {
    if (!stroke) continue;
    const line = document.createElementNS(SVG, "line");
    for (const [key, value] of Object.entries({
      x1: 0, y1: "50%", x2: "100%", y2: "50%", stroke, "stroke-width": width, "stroke-dasharray": pattern.join(" "),
    })) line.setAttribute(key, value);
    svg.append(line);
  }
  return svg;
}
