// The dial that turns a surface, and below it how many steps each lane takes at every angle.

import { edgeOf } from "./brush.js";
import { Slider } from "./slider.js";

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 34, RIGHT = 312, TOP = 8, BOTTOM = 112; // of the chart, in its own units
const DOT = 3.5;

class Dial extends Slider {
  constructor(host) {
    super(host);
    this.figure = host.querySelector(".dial");
    this.chart = host.querySelector(".dial-chart");
    this.words = host.querySelector(".dial-words");
  }

  show(component) {
    this.turns = component.data.turns ?? this.turns; // while much is passing they stay what they were
    this.paint(); // before the angle is marked on it
    super.show(component);
  }

  stand(value) {
    super.stand(value);
    this.at = value;
    this.mark();
  }

  x(angle) {
    const { angles } = this.turns;
    return LEFT + ((angle - angles[0]) / (angles.at(-1) - angles[0])) * (RIGHT - LEFT);
  }

  y(steps) {
    return BOTTOM - (steps / this.turns.most) * (BOTTOM - TOP);
  }

  paint() {
    const { turns, chart } = this;
    this.figure.hidden = !turns;
    if (!turns) return;
    const { angles, lanes, most, words } = turns, { color: text } = getComputedStyle(this.figure);
    this.words.textContent = words;
    const ends = [angles[0], (angles[0] + angles.at(-1)) / 2, angles.at(-1)];
    chart.replaceChildren(
      ...[0, most].flatMap((steps) => [
        drawn("line", { x1: LEFT, x2: RIGHT, y1: this.y(steps), y2: this.y(steps) }),
        drawn("text", { x: LEFT - 6, y: this.y(steps) + 4, "text-anchor": "end" }, steps),
      ]),
      ...ends.map((angle) => drawn("text", { x: this.x(angle), y: BOTTOM + 15, "text-anchor": "middle" }, `${angle}°`)),
      ...lanes.flatMap(({ color, pattern, steps }) => {
        const d = path(angles.map((angle, i) => [this.x(angle), steps[i] === null ? NaN : this.y(steps[i])]));
        const look = { d, fill: "none", "stroke-dasharray": pattern.join(" ") }, edge = edgeOf(color, text);
        return [...(edge ? [drawn("path", { ...look, stroke: edge, "stroke-width": 4 })] : []), drawn("path", { ...look, stroke: color, "stroke-width": 2.5 })];
      }),
      drawn("line", { class: "dial-now", y1: TOP, y2: BOTTOM }),
      ...lanes.map(({ color }) => drawn("circle", { class: "dial-dot", r: DOT, fill: color })),
    );
    this.mark();
  }

  // The present angle, and where each lane is at it.
  mark() {
    const now = this.chart?.querySelector(".dial-now");
    if (!now || !Number.isFinite(this.at)) return;
    const { angles, lanes } = this.turns, last = angles.length - 1, isThere = this.at >= angles[0] && this.at <= angles[last];
    const place = ((this.at - angles[0]) / (angles[last] - angles[0])) * last, before = Math.min(Math.floor(place), last - 1);
    now.style.visibility = isThere ? "" : "hidden";
    now.setAttribute("x1", this.x(this.at));
    now.setAttribute("x2", this.x(this.at));
    this.chart.querySelectorAll(".dial-dot").forEach((dot, i) => {
      const { [before]: a, [before + 1]: b } = lanes[i].steps, isKnown = isThere && a !== null && b !== null;
      dot.style.visibility = isKnown ? "" : "hidden";
      if (!isKnown) return;
      dot.setAttribute("cx", this.x(this.at));
      dot.setAttribute("cy", this.y(a + (place - before) * (b - a)));
    });
  }
}

function drawn(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

function path(points) {
  const goesOn = (i) => i > 0 && !Number.isNaN(points[i - 1][1]);
  return points.map(([x, y], i) => (Number.isNaN(y) ? "" : `${goesOn(i) ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`)).join("");
}

export function mount(host) {
  return new Dial(host);
}
