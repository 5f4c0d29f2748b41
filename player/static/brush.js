// What a two-dimensional panel is drawn with: a pen, which may be a canvas's own or an SvgPen, and
// where the axes place what it draws. Only what that one knows is asked of the pen.

import { short } from "./number.js";
import { CLOUD, lastRow } from "./scene.js";

const TRAIL_WIDTH = 2.5;
const HEAD_RADIUS = 5;
const STRAND = 0.8, STRAND_HEAD = 2; // pixels
const FAR = 5000; // pixels
const FINE = 0.7; // pixels; a vertex nearer to the last is passed over
const PALE = 0.3; // a luminance; what is lighter has less than 3:1 on white
const EDGE = "#6B6F7B"; // 4.5:1 on white
const PAPER = "#FFFFFF"; // around what lies on the map, which is light in both themes

export class Brush {
  // `casing` is a colour that sets trails off from what lies below them, where there is something;
  // `bold` says how many times thicker lines and heads are.
  constructor(pen, { xaxis, yaxis }, { casing, bold, theme }) {
    Object.assign(this, { pen, xaxis, yaxis, casing, bold, theme, x: pixels(xaxis), y: pixels(yaxis) });
  }

  // What `draw` draws, of which nothing is seen beyond the axes.
  inside(draw) {
    const { pen, xaxis, yaxis } = this;
    pen.save();
    pen.beginPath();
    pen.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    pen.clip();
    draw();
    pen.restore();
  }

  // A path from a row to another.
  path(path, first, last, color, width, dash = []) {
    this.pen.beginPath();
    this.stroke(color, width, this.trace(path, first, last) < CLOUD ? dash : []);
  }

  stroke(color, width, dash) {
    const { pen } = this;
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  // Lays a path, and says how long it is.
  trace({ x: xs, y: ys }, first, last) {
    const { pen, x, y } = this;
    let px = NaN, py = NaN, length = 0;
    for (let i = first; i <= last; i++) {
      const nx = near(x(xs[i])), ny = near(y(ys[i])); // no end of dashes beyond
      if (Number.isNaN(nx) || Number.isNaN(ys[i])) {
        px = NaN;
      } else if (Number.isNaN(px)) {
        pen.moveTo((px = nx), (py = ny));
      } else {
        const far = Math.abs(nx - px) + Math.abs(ny - py);
        if (far <= FINE && i !== last) continue;
        pen.lineTo((px = nx), (py = ny));
        length += far;
      }
    }
    return length;
  }

  // A path as a lane has it; where its colour alone would not be seen on the page, with an edge.
  trail(path, last, { color, pattern }) {
    const edge = this.casing ?? edgeOf(color, this.theme.text), width = this.bold * TRAIL_WIDTH;
    this.pen.beginPath();
    const dash = this.trace(path, 0, last) < CLOUD ? pattern : [];
    if (edge) this.stroke(edge, width + (this.casing ? 2.5 : 2), this.casing ? [] : dash);
    this.stroke(color, width, dash);
  }

  // Runs from right beside a lane's start, from where they part.
  ribbon({ ribbon: { x: xs, y: ys, step: steps }, color }, step) {
    const { pen, x, y } = this, rows = steps.length, last = lastRow(steps, step), heads = [];
    if (!(steps[0] <= step)) return;
    pen.beginPath();
    for (let first = 0; first < xs.length; first += rows) {
      this.trace({ x: xs, y: ys }, first, first + last);
      if (step <= steps[rows - 1]) heads.push([x(xs[first + last]), y(ys[first + last])]);
    }
    pen.strokeStyle = `${color}59`;
    pen.lineWidth = this.bold * STRAND;
    pen.stroke();
    pen.fillStyle = color;
    for (const [px, py] of heads) {
      pen.beginPath();
      pen.arc(px, py, this.bold * STRAND_HEAD, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  // Between the lowest and the highest of numbers over a path's x, up to a row; where there are any.
  band({ x: xs, band: { low, high }, color }, last) {
    const { pen, x } = this, y = (value) => { const at = near(this.y(value)); return Number.isNaN(at) ? FAR : at; };
    pen.fillStyle = `${color}40`;
    for (let first = 0; first <= last; first++) {
      if (Number.isNaN(low[first])) continue;
      let end = first;
      while (end < last && !Number.isNaN(low[end + 1])) end += 1;
      pen.beginPath();
      for (let i = first; i <= end; i++) pen.lineTo(x(xs[i]), y(high[i]));
      for (let i = end; i >= first; i--) pen.lineTo(x(xs[i]), y(low[i]));
      pen.closePath();
      pen.fill();
      first = end;
    }
  }

  // The line or the curve through the data, shown until the next that looks different. The ends of
  // straight lines come four numbers each, the heights of curves a row each.
  fit({ fit: { since, x, rows }, ...look }, step) {
    const row = lastRow(since, step);
    const [a, b, c, d] = rows.slice(4 * row, 4 * row + 4);
    const line = x ? { x, y: rows[row] } : { x: [a, c], y: [b, d] };
    this.trail(line, line.x.length - 1, look);
  }

  // The simplex, the region or the tried points of the latest step that has changed them.
  shape({ shape, color }, step) {
    const last = lastRow(shape.step, step);
    const since = shape.step[last];
    if (!(since <= step)) return;
    let first = last;
    while (shape.step[first - 1] === since) first -= 1;
    const { pen, x, y } = this;
    const corners = Array.from({ length: last - first + 1 }, (_, i) => [x(shape.x[first + i]), y(shape.y[first + i])]);
    pen.beginPath();
    if (shape.kind === "polygon") {
      for (const [px, py] of corners) pen.lineTo(px, py);
      pen.closePath();
    } else if (shape.kind === "circle") {
      const [[cx, cy], [edge]] = corners;
      const wide = Math.abs(edge - cx);
      pen.ellipse(cx, cy, wide, wide * Math.abs((y(1) - y(0)) / (x(1) - x(0))), 0, 0, 2 * Math.PI);
    } else {
      for (const [px, py] of corners) pen.rect(px - 2, py - 2, 4, 4);
    }
    pen.fillStyle = `${color}33`;
    pen.fill();
    this.lined(this.casing, 3.5, color, 1.5);
  }

  // Strokes what was laid, in one colour around another.
  lined(around, wide, color, narrow) {
    for (const [style, width] of [[around, wide], [color, narrow]]) {
      this.pen.strokeStyle = style;
      this.pen.lineWidth = width;
      this.pen.stroke();
    }
  }

  // All runs of a lane from the further starts, and their heads.
  crowd({ swarm: { x: xs, y: ys, step: steps, begins }, color }, step) {
    const { pen, x, y } = this, heads = [];
    pen.beginPath();
    begins.forEach((first, run) => {
      const end = (begins[run + 1] ?? xs.length) - 1;
      const last = lastRow(steps, step, first, end - 1);
      this.trace({ x: xs, y: ys }, first, last);
      if (Number.isFinite(xs[last])) heads.push([x(xs[last]), y(ys[last])]);
    });
    pen.strokeStyle = `${color}80`;
    pen.lineWidth = this.bold * 1.1;
    pen.stroke();
    pen.fillStyle = color;
    pen.strokeStyle = PAPER;
    pen.lineWidth = 1;
    for (const [px, py] of heads) {
      pen.beginPath();
      pen.arc(px, py, this.bold * 3.5, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  }

  // Where a lane is. Beyond the axes it waits at their edge, hollow, so that it is not lost from sight.
  head(atX, atY, color) {
    const { pen, xaxis, yaxis } = this, x = this.x(atX), y = this.y(atY);
    const px = Math.min(Math.max(x, xaxis._offset), xaxis._offset + xaxis._length);
    const py = Math.min(Math.max(y, yaxis._offset), yaxis._offset + yaxis._length);
    const isThere = Math.abs(px - x) + Math.abs(py - y) < 1;
    pen.beginPath();
    pen.arc(px, py, this.bold * HEAD_RADIUS, 0, 2 * Math.PI);
    pen.fillStyle = isThere ? color : PAPER;
    pen.fill();
    pen.lineWidth = isThere ? 1.5 : 2.5;
    pen.strokeStyle = isThere ? (!this.casing && edgeOf(color, this.theme.text)) || PAPER : color;
    pen.stroke();
  }

  // A start.
  ring(x, y, radius) {
    this.pen.beginPath();
    this.pen.arc(this.x(x), this.y(y), radius, 0, 2 * Math.PI);
    this.lined(PAPER, 4, this.theme.ink, 2);
  }

  // Where a lane leaves the view, with what stands beside.
  crosses({ exits: { x, y, labels, places }, color }) {
    const { pen } = this;
    pen.font = `600 ${12 * this.bold}px ${this.theme.font}`;
    pen.lineJoin = "round";
    labels.forEach((text, i) => {
      const px = this.x(x[i]), py = this.y(y[i]);
      const [vertical, side] = places[i].split(" ");
      pen.textAlign = side === "left" ? "right" : "left";
      pen.textBaseline = vertical === "top" ? "bottom" : "top";
      pen.beginPath();
      pen.moveTo(px - 5, py - 5);
      pen.lineTo(px + 5, py + 5);
      pen.moveTo(px - 5, py + 5);
      pen.lineTo(px + 5, py - 5);
      this.lined(PAPER, 5, color, 2);
      this.words(text, px + (side === "left" ? -8 : 8), py + (vertical === "top" ? -6 : 6), this.theme.ink, PAPER);
    });
  }

  words(text, px, py, color, around) {
    const { pen } = this;
    pen.strokeStyle = around;
    pen.lineWidth = 3.5;
    pen.strokeText(text, px, py);
    pen.fillStyle = color;
    pen.fillText(text, px, py);
  }

  // A part of the axis that is being chosen.
  part(from, to) {
    const { pen, yaxis } = this, left = this.x(from);
    pen.fillStyle = `color-mix(in srgb, ${this.theme.text} 15%, transparent)`;
    pen.fillRect(left, yaxis._offset, this.x(to) - left, yaxis._length);
  }

  // At a place along the axis, each lane's value there.
  guide(at, lanes) {
    const { pen, xaxis, yaxis, y, theme } = this, px = this.x(at);
    pen.setLineDash([3, 3]);
    pen.lineWidth = 1;
    pen.strokeStyle = theme.text;
    pen.beginPath();
    pen.moveTo(px, yaxis._offset);
    pen.lineTo(px, yaxis._offset + yaxis._length);
    pen.stroke();
    pen.setLineDash([]);
    pen.font = `600 ${theme.size}px ${theme.font}`;
    const toLeft = px > xaxis._offset + xaxis._length / 2;
    pen.textAlign = toLeft ? "right" : "left";
    pen.textBaseline = "middle";
    const values = lanes.map((lane) => ({ lane, value: lane.y[lastRow(lane.x, at)] }));
    const told = values.filter(({ value }) => Number.isFinite(value)).sort((a, b) => y(a.value) - y(b.value));
    let below = yaxis._offset;
    for (const { lane: { color }, value } of told) {
      const py = Math.max(y(value), below + theme.size / 2);
      below = py + theme.size / 2;
      this.words(short(value), px + (toLeft ? -8 : 8), py, edgeOf(color, theme.text) ?? color, theme.page);
    }
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

function near(pixel) {
  return Math.max(-FAR, Math.min(FAR, pixel));
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
