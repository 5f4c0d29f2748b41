// A sheet: what the player shows, put together anew on one canvas, or as one SVG. Plotly's axes are
// copied once, the scene's picture and the paths are drawn for each step by what draws the screen.

import { SvgPen } from "./pen.js";

const MARGIN = 12; // pixels of the screen, as all lengths here
const GAP = 8;
const FOOT = 28;
const CORNER = 8;
const TITLE = 20; // the line of the surface's name and formula
const NAME = 15;
const BETWEEN = 6; // two lanes of the legend
const SVG = "http://www.w3.org/2000/svg";
const SVG_PIXELS = 2; // of the scene's picture inside an SVG, per pixel of the screen
const MOST_PIXELS = 60e6;

export class Sheet {
  // `panel` is "all" or the name of one; the names that there are, `panelNames` says.
  constructor(player, panel) {
    this.player = player;
    this.alone = panel !== "all";
    this.panels = shownPanels(player).filter(({ name }) => !this.alone || name === panel).reverse(); // the scene last: it takes longest
    if (!this.panels.length) throw new Error("This panel is not on the screen.");
    const whole = this.alone ? this.panels[0].panel : player.root.querySelector(".race-panels");
    this.origin = whole.getBoundingClientRect();
    this.width = this.origin.width + (this.alone ? 0 : 2 * MARGIN);
    // The legend may take one line more at another step.
    const heights = [0, player.race.steps, player.clock.position].map((step) => {
      player.clock.go(step);
      return this.legendPlaces().height;
    });
    this.top = MARGIN + TITLE + GAP + Math.max(...heights) + GAP;
    this.height = this.top + (this.alone ? this.origin.height
      : Math.max(...this.panels.map(({ panel }) => this.place(panel) + panel.offsetHeight)) + FOOT + MARGIN / 2);
  }

  // Where each lane of the legend stands, from one to the next and in as many lines as it takes.
  legendPlaces() {
    let x = 0, y = 0, high = 0;
    const places = [...this.player.legend.element.children].map((button) => {
      const { width, height } = button.getBoundingClientRect();
      if (x && x + width > this.width - 2 * MARGIN) [x, y] = [0, y + high + BETWEEN];
      const place = { button, x: x + MARGIN, y: y + MARGIN + TITLE + GAP };
      x += width + BETWEEN;
      high = height;
      return place;
    });
    return { places, height: y + high };
  }

  // How far below the first a panel stands, without what between them is no picture.
  place(panel) {
    const { top } = panel.getBoundingClientRect(), all = panel.parentElement;
    const others = [...all.children].map((child) => [child, child.getBoundingClientRect()])
      .filter(([child, box]) => !child.matches(".race-panel") && box.height && box.bottom <= top);
    return others.reduce((sum, [, box]) => sum - box.height - GAP, top - all.getBoundingClientRect().top);
  }

  // Has the scene drawn, and the axes copied, so many times finer than on the screen.
  async prepare(scale) {
    if (this.width * this.height * scale * scale > MOST_PIXELS) throw new Error("That is too large a picture; choose a smaller size.");
    this.scale = scale;
    this.drawSceneAt(Math.max(1, scale)); // smaller, its letters and dashes would break up
    this.bases = new Map();
    for (const { part, panel } of this.panels) if (part.canvas) this.bases.set(part, await raster(part.plot, panel, scale));
  }

  canvas({ even = false } = {}) {
    const canvas = document.createElement("canvas");
    const whole = (length) => (even ? 2 * Math.round(length / 2) : Math.round(length));
    canvas.width = whole(this.width * this.scale);
    canvas.height = whole(this.height * this.scale);
    this.pen = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    this.pen.imageSmoothingQuality = "high";
    return canvas;
  }

  // Draws a step on the canvas; the screen goes there too. `meanwhile` is done while the scene is
  // drawn, which without a graphics card is another processor's long work.
  draw(position, meanwhile) {
    this.player.clock.go(position);
    this.player.scene.inner?.glplot?.gl.flush();
    meanwhile?.();
    const { width, height } = this.pen.canvas;
    this.pen.setTransform(width / this.width, 0, 0, height / this.height, 0, 0);
    this.paint(this.pen);
  }

  svg() {
    const pen = new SvgPen(Math.round(this.width), Math.round(this.height));
    this.drawSceneAt(SVG_PIXELS);
    this.player.clock.go(this.player.clock.position);
    this.bases = new Map();
    for (const { part, panel } of this.panels) if (part.canvas) this.bases.set(part, vectors(part.plot, panel));
    this.paint(pen);
    return new XMLSerializer().serializeToString(pen.root);
  }

  paint(pen) {
    const style = getComputedStyle(this.player.root);
    pen.fillStyle = style.getPropertyValue("--st-background-color");
    pen.fillRect(0, 0, this.width, this.height);
    this.paintTitle(pen, style);
    this.paintLegend(pen);
    if (!this.alone) this.paintFoot(pen, style);
    for (const { part, panel } of this.panels) {
      const box = panel.getBoundingClientRect();
      pen.save();
      if (this.alone) pen.translate(0, this.top);
      else pen.translate(box.left - this.origin.left + MARGIN, this.top + this.place(panel));
      this.paintPanel(pen, part, panel, box);
      pen.restore();
    }
  }

  paintPanel(pen, part, panel, box) {
    pen.save();
    if (!this.alone) {
      pen.beginPath();
      pen.roundRect(0, 0, box.width, box.height, CORNER);
      pen.clip();
    }
    if (part.canvas) {
      pen.drawImage(this.bases.get(part), 0, 0, box.width, box.height);
      const over = part.canvas.getBoundingClientRect();
      pen.translate(over.left - box.left, over.top - box.top);
      pen.lineJoin = "round";
      part.paint(pen, this.player.clock.step);
    } else {
      if (!part.isDrawn) throw new Error("The browser has dropped the scene’s picture; try again when it is there, or take another panel.");
      const { glplot } = part.inner;
      const over = glplot.canvas.getBoundingClientRect();
      pen.drawImage(this.developed(glplot), over.left - box.left, over.top - box.top, over.width, over.height);
    }
    pen.restore();
    if (this.alone) return;
    pen.strokeStyle = getComputedStyle(panel).borderTopColor;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(0.5, 0.5, box.width - 1, box.height - 1, CORNER);
    pen.stroke();
  }

  // The scene as it has just been drawn. Without a graphics card, reading its pixels takes half as
  // long as drawing its canvas on another.
  developed({ gl }) {
    const width = gl.drawingBufferWidth, height = gl.drawingBufferHeight;
    if (this.scenery?.width !== width || this.scenery.height !== height) {
      this.scenery = Object.assign(document.createElement("canvas"), { width, height });
      this.bytes = new Uint8Array(4 * width * height);
      this.picture = new ImageData(width, height);
    }
    const { bytes, picture: { data } } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    for (let row = 0; row < height; row++) { // from below; and not times alpha
      data.set(bytes.subarray(4 * row * width, 4 * (row + 1) * width), 4 * (height - 1 - row) * width);
    }
    for (let i = 3; i < data.length; i += 4) {
      const alpha = data[i];
      if (alpha === 0 || alpha === 255) continue;
      for (let k = i - 3; k < i; k++) data[k] = (255 * data[k]) / alpha;
    }
    this.scenery.getContext("2d", { willReadFrequently: true }).putImageData(this.picture, 0, 0);
    return this.scenery;
  }

  // The surface's name, and beside it what there is room for of its formula.
  paintTitle(pen, style) {
    const [name, formula] = this.player.race.title, y = MARGIN + TITLE / 2;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.fillStyle = style.color;
    pen.font = `600 ${NAME}px ${style.fontFamily}`;
    pen.fillText(name, MARGIN, y);
    const left = MARGIN + pen.measureText(name).width + MARGIN;
    pen.font = `400 ${NAME - 2}px ${style.fontFamily}`;
    const text = shortened(pen, formula, this.width - MARGIN - left);
    if (text.length > 1) pen.fillText(text, left, y);
  }

  paintLegend(pen) {
    for (const { button, x, y: top } of this.legendPlaces().places) {
      const box = button.getBoundingClientRect(), style = getComputedStyle(button);
      pen.save();
      pen.translate(x, top);
      pen.strokeStyle = style.borderTopColor;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.roundRect(0.5, 0.5, box.width - 1, box.height - 1, box.height / 2);
      pen.stroke();
      const picture = button.querySelector("svg"), icon = picture.getBoundingClientRect();
      const y = icon.top - box.top + icon.height / 2;
      pen.globalAlpha = Number(getComputedStyle(picture).opacity);
      for (const line of picture.querySelectorAll("line")) {
        pen.strokeStyle = line.getAttribute("stroke");
        pen.lineWidth = Number(line.getAttribute("stroke-width"));
        pen.setLineDash((line.getAttribute("stroke-dasharray") || "").split(" ").filter(Boolean).map(Number));
        pen.beginPath();
        pen.moveTo(icon.left - box.left, y);
        pen.lineTo(icon.right - box.left, y);
        pen.stroke();
      }
      pen.setLineDash([]);
      pen.globalAlpha = 1;
      for (const text of button.querySelectorAll("span")) write(pen, text, box, style.textDecorationLine === "line-through");
      pen.restore();
    }
  }

  // How far the race is, as the transport shows it.
  paintFoot(pen, style) {
    const { race, clock: { step, stepText } } = this.player;
    const text = getComputedStyle(stepText), right = this.width - MARGIN, y = this.height - FOOT / 2 - MARGIN / 2;
    pen.font = `${text.fontWeight} ${text.fontSize} ${text.fontFamily}`;
    pen.fillStyle = text.color;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(stepText.textContent, right, y);
    const end = right - 12 - Math.max(...[stepText.textContent, `${race.steps} / ${race.steps}`].map((words) => pen.measureText(words).width));
    const rail = (to, color) => {
      pen.fillStyle = color;
      pen.beginPath();
      pen.roundRect(MARGIN, y - 2, Math.max(4, to - MARGIN), 4, 2);
      pen.fill();
    };
    rail(end, getComputedStyle(this.panels[0].panel).borderTopColor);
    rail(MARGIN + ((end - MARGIN) * step) / race.steps, style.getPropertyValue("--st-primary-color"));
  }

  drawSceneAt(pixels) {
    const glplot = this.player.scene.inner?.glplot;
    if (!glplot) return;
    this.pixels ??= glplot.pixelRatio;
    glplot.pixelRatio = pixels;
  }

  // Gives the screen back as it was.
  release() {
    if (this.pixels) this.drawSceneAt(this.pixels);
  }
}

// What there is to take a picture of, as it is called on the screen.
export function panelNames(player) {
  return shownPanels(player).map(({ name }) => name);
}

function shownPanels(player) {
  return player.panels.map((part) => ({ part, panel: part.panel, name: /race-(?!panel)(\w+)/.exec(part.panel.className)[1] }))
    .filter(({ panel, part }) => panel.offsetWidth && part.plot.data);
}

// Plotly's drawing without what only the pointer needs.
function vectors(plot, panel, { words = true } = {}) {
  const box = panel.getBoundingClientRect();
  const root = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ width: box.width, height: box.height })) root.setAttribute(key, value);
  for (const layer of plot.querySelectorAll(".main-svg")) {
    const copy = layer.cloneNode(true), at = layer.getBoundingClientRect();
    copy.removeAttribute("style");
    copy.setAttribute("x", at.left - box.left);
    copy.setAttribute("y", at.top - box.top);
    for (const extra of copy.querySelectorAll(`.draglayer, .hoverlayer, .zoomlayer${words ? "" : ", text"}`)) extra.remove();
    root.append(copy);
  }
  return root;
}

// The same as pixels. A picture made from an SVG knows no font of the page: words are written here.
async function raster(plot, panel, scale) {
  const root = vectors(plot, panel, { words: false }), box = panel.getBoundingClientRect();
  const style = document.createElementNS(SVG, "style");
  style.textContent = ".crisp { shape-rendering: crispEdges }";
  root.prepend(style);
  root.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  root.setAttribute("width", box.width * scale);
  root.setAttribute("height", box.height * scale);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(root))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(box.width * scale);
  canvas.height = Math.round(box.height * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  for (const text of plot.querySelectorAll(".main-svg text")) {
    const at = text.getScreenCTM(), shown = text.getNumberOfChars();
    let first = 0;
    for (const run of runs(text)) {
      const own = getComputedStyle(run.parentElement);
      if (first < shown && own.visibility !== "hidden" && run.data.trim()) {
        const { x, y } = text.getStartPositionOfChar(first);
        pen.setTransform(scale, 0, 0, scale, -scale * box.left, -scale * box.top);
        pen.transform(at.a, at.b, at.c, at.d, at.e, at.f);
        pen.globalAlpha = Number(own.fillOpacity) * Number(own.opacity);
        pen.font = `${own.fontWeight} ${own.fontSize} ${own.fontFamily}`;
        pen.fillStyle = own.fill;
        pen.fillText(run.data, x, y);
      }
      first += run.data.length;
    }
  }
  return canvas;
}

function runs(node) {
  return node.nodeType === Node.TEXT_NODE ? [node] : [...node.childNodes].flatMap(runs);
}

// An element's text where it stands on the screen, shortened as there.
function write(pen, element, origin, struck) {
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  if (!element.textContent || !box.width) return;
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  const text = shortened(pen, element.textContent, box.width + 1);
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below, width } = pen.measureText(text);
  const x = box.left - origin.left, middle = box.top - origin.top + box.height / 2;
  pen.fillText(text, x, middle + (above - below) / 2);
  if (struck) pen.fillRect(x, middle, width, 1);
}

function shortened(pen, text, width) {
  while (text.length > 1 && pen.measureText(text).width > width) text = `${text.replace(/…$/, "").slice(0, -1)}…`;
  return text;
}
