// A pen that writes SVG: what the player draws on its canvases, in the same words, as vectors. It
// knows the part of CanvasRenderingContext2D that the player uses; anything else is an error.

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const INHERITED = ["fillStyle", "strokeStyle", "lineWidth", "lineJoin", "lineCap", "globalAlpha", "font", "textAlign", "textBaseline"];
const SHAPES = ["moveTo", "lineTo", "quadraticCurveTo", "bezierCurveTo", "rect", "roundRect", "arc", "ellipse", "fillText", "strokeText"];

export class SvgPen {
  constructor(width, height) {
    this.root = element("svg", { xmlns: SVG, "xmlns:xlink": XLINK, width, height, viewBox: `0 0 ${width} ${height}` });
    const style = element("style", {});
    style.textContent = ".crisp { shape-rendering: crispEdges }"; // of Plotly's own style sheet
    this.root.append(style);
    this.probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    this.state = {
      fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineJoin: "miter", lineCap: "butt", globalAlpha: 1,
      font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic", dash: [], clip: null, x: 0, y: 0,
    };
    this.stack = [];
    this.clips = 0;
    this.path = "";
    for (const name of SHAPES) { // as a canvas does, to which nowhere is no place
      const draw = this[name];
      this[name] = (...numbers) => { if (numbers.every((number) => typeof number !== "number" || Number.isFinite(number))) draw.apply(this, numbers); };
    }
    for (const name of INHERITED) {
      Object.defineProperty(this, name, { get: () => this.state[name], set: (value) => { this.state[name] = value; } });
    }
  }

  save() { this.stack.push({ ...this.state }); }
  restore() { this.state = this.stack.pop() ?? this.state; }
  translate(x, y) { this.state.x += x; this.state.y += y; }
  setLineDash(dash) { this.state.dash = dash; }

  beginPath() { this.path = ""; }
  closePath() { this.path += "Z"; }
  moveTo(x, y) { this.path += `M${this.at(x, y)}`; }
  lineTo(x, y) { this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`; }
  quadraticCurveTo(ax, ay, x, y) { this.path += `Q${this.at(ax, ay)} ${this.at(x, y)}`; }
  bezierCurveTo(ax, ay, bx, by, x, y) { this.path += `C${this.at(ax, ay)} ${this.at(bx, by)} ${this.at(x, y)}`; }

  rect(x, y, width, height) {
    this.path += `M${this.at(x, y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }

  roundRect(x, y, width, height, radius) {
    const r = Math.min(radius, width / 2, height / 2), w = short(width - 2 * r), h = short(height - 2 * r);
    const corner = (dx, dy) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
    this.path += `M${this.at(x + r, y)}h${w}${corner(r, r)}v${h}${corner(-r, r)}h${-w}${corner(-r, -r)}v${-h}${corner(r, -r)}Z`;
  }

  arc(x, y, radius, from, to, back = false) { this.ellipse(x, y, radius, radius, 0, from, to, back); }

  ellipse(x, y, wide, high, rotation, from, to, back = false) {
    const whole = 2 * Math.PI;
    let turn = back ? from - to : to - from;
    turn = turn >= whole ? whole : ((turn % whole) + whole) % whole;
    const spot = (angle) => {
      const dx = wide * Math.cos(angle), dy = high * Math.sin(angle);
      const cos = Math.cos(rotation), sin = Math.sin(rotation);
      return this.at(x + dx * cos - dy * sin, y + dx * sin + dy * cos);
    };
    this.path += `${this.path && !this.path.endsWith("Z") ? "L" : "M"}${spot(from)}`;
    const sign = back ? -1 : 1;
    for (const part of [1, 2]) { // in two halves, because one arc cannot end where it began
      this.path += `A${short(wide)} ${short(high)} ${short((180 * rotation) / Math.PI)} 0 ${back ? 0 : 1} ${spot(from + (sign * part * turn) / 2)}`;
    }
  }

  clip() {
    const clip = element("clipPath", { id: `pen${(this.clips += 1)}`, ...this.clipping() });
    clip.append(element("path", { d: this.path }));
    this.root.append(clip);
    this.state.clip = clip.id;
  }

  stroke() { if (this.path) this.add("path", { d: this.path, ...this.stroking() }); }
  fill() { if (this.path) this.add("path", { d: this.path, ...this.filling() }); }
  fillRect(...box) { this.boxed(box, () => this.fill()); }
  strokeRect(...box) { this.boxed(box, () => this.stroke()); }

  boxed(box, draw) {
    const { path } = this;
    this.path = "";
    this.rect(...box);
    draw();
    this.path = path;
  }

  fillText(text, x, y) { this.write(text, x, y, this.filling()); }
  strokeText(text, x, y) { this.write(text, x, y, this.stroking()); }

  measureText(text) {
    Object.assign(this.probe, { font: this.state.font, textBaseline: this.state.textBaseline, textAlign: this.state.textAlign });
    return this.probe.measureText(text);
  }

  write(text, x, y, paint) {
    const [, weight, size, family] = /^(?:(\w+) )?([\d.]+px) (.*)$/.exec(this.state.font);
    const { actualBoundingBoxAscent: above, width } = this.measureText(text);
    this.probe.textBaseline = "alphabetic"; // the one that every reader of SVG knows
    const [left, top] = this.at(x, y + this.probe.measureText(text).actualBoundingBoxAscent - above).split(" ");
    const anchor = { right: "end", end: "end", center: "middle" }[this.state.textAlign] ?? "start";
    const font = { "font-weight": weight ?? 400, "font-size": size, "font-family": family };
    // As wide as here, also where the font is not to be had.
    const wide = { textLength: short(width), lengthAdjust: "spacingAndGlyphs" };
    this.add("text", { x: left, y: top, "text-anchor": anchor, ...wide, ...font, ...paint }).textContent = text;
  }

  // An SVG goes in as it is, a canvas as a PNG.
  drawImage(image, x, y, width, height) {
    const [left, top] = this.at(x, y).split(" ");
    const box = { x: left, y: top, width, height };
    if (image instanceof SVGElement) this.add("g", {}).append(place(image.cloneNode(true), box));
    else this.add("image", { ...box, href: image.toDataURL() });
  }

  at(x, y) { return `${short(x + this.state.x)} ${short(y + this.state.y)}`; }
  clipping() { return this.state.clip ? { "clip-path": `url(#${this.state.clip})` } : {}; }

  filling() { return this.paint("fill", this.state.fillStyle); }

  stroking() {
    const { strokeStyle, lineWidth, lineJoin, lineCap, dash } = this.state;
    const line = { fill: "none", "stroke-width": lineWidth, "stroke-linejoin": lineJoin, "stroke-linecap": lineCap };
    return { ...line, ...this.paint("stroke", strokeStyle), ...(dash.length ? { "stroke-dasharray": dash.join(" ") } : {}) };
  }

  // As #rrggbb and an opacity: not every reader of SVG knows the newer words for colours.
  paint(what, color) {
    this.probe.clearRect(0, 0, 1, 1);
    this.probe.fillStyle = color;
    this.probe.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = this.probe.getImageData(0, 0, 1, 1).data;
    const alpha = (a / 255) * this.state.globalAlpha;
    const hex = `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    return { [what]: hex, ...(alpha < 1 ? { [`${what}-opacity`]: short(alpha) } : {}) };
  }

  add(name, attributes) {
    const child = element(name, { ...attributes, ...this.clipping() });
    this.root.append(child);
    return child;
  }
}

function element(name, attributes) {
  return place(document.createElementNS(SVG, name), attributes);
}

function place(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) if (!key.startsWith("xmlns")) node.setAttribute(key, value);
  return node;
}

function short(number) {
  return Math.round(1000 * number) / 1000;
}
