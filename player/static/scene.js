// The three-dimensional panel. Plotly uploads every path once; a frame only tells the scene how many
// vertices of each trail to draw, and moves the heads.

import { Still } from "./still.js";

const CONFIG = {
  displayModeBar: false, scrollZoom: false, responsive: false, plotGlPixelRatio: globalThis.devicePixelRatio || 1,
};
const FIELD = Math.PI / 4; // of Plotly's camera, from below to above
const BOX = 1.3; // a panel's width by its height that suits the figure's own box
const WIDEST = 1.3;
const BESIDE = 1.05; // times half the box: so far to the east the eye sees the numbers of y
const TURN = 0.05;
const PITCH = 1.5; // of the height of type, between numbers at the axis of heights
const LONG = 0.025; // of the box: a step that has a dot at its ends
const MOST_DOTS = 200; // of a lane; more would be a cloud
const SAME_SPOT = 0.012; // of the box
const RING = 2; // how much larger a head is than one on the same spot
const FORWARD = 2.5e-3; // of the depth of the scene, for a mark
const ON_TOP = 4e-3; // for a star, which lies on the heads
const OUT = 1.5e-3; // for a path, so that one on the floor of a crease is seen
const DARK = new Set(["exit", "start", "minima"]); // on the surface, which is light, and beside it
const HALO = "#FFFFFF";
const LINES = ["path", "trail"];
const FUTURE = ["path", "exit", "halo-exit"]; // what tells where a lane will go
const FINE = 0.7; // pixels: while a hand moves a line, a vertex nearer to the last is passed over
export const CLOUD = 1e4; // pixels: dashes of a longer line lie on one another
const AROUND = [[-1, -1], [0, -1], [1, -1], [-1, 0], [1, 0], [-1, 1], [0, 1], [1, 1]]; // pixels
const NO_WEBGL = "This browser has no WebGL, so the scene cannot be drawn. The map and the curve show the same race.";
const LOST = "The graphics card has dropped the scene’s picture; it is being drawn again.";
const GONE = "The graphics card has dropped the scene’s picture. Reload the page to see it again; the map and the curve go on.";
const NEAREST = 0.1; // of the box: no part of it is looked at from nearer
const SEGMENTS = 2 ** 14; // whose vertices numbers of two bytes count
const TRIES = [300, 2000, 8000]; // milliseconds after which a lost scene is drawn again

const segments = new WeakMap(); // of each context

export class Scene {
  constructor(Plotly, panel) {
    this.Plotly = Plotly;
    this.panel = panel;
    this.plot = panel.querySelector(".race-plot");
    this.step = 0;
    this.hidden = new Set();
    this.future = true; // whether what is still to come is drawn
    this.isHeld = false; // whether a hand moves what is drawn
    this.thinner = new WeakMap(); // lines as they are drawn then
    this.forward = new WeakSet();
    panel.querySelector(".race-reset").onclick = () => this.reset();
    this.words = panel.querySelector(".race-lost");
    if (!hasWebGL()) this.say(NO_WEBGL);
    this.plot.addEventListener("webglcontextlost", () => this.recover(), true);
    for (const name of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
      this.plot.addEventListener(name, (event) => this.touched(event), { capture: true, passive: false });
    }
  }

  // What stands in place of the picture, and whether there is one.
  say(words) {
    this.words.textContent = words;
    this.words.hidden = !words;
    this.blind = Boolean(words);
  }

  // Browsers take a picture's context away, for want of memory or with the driver; a new one is
  // asked for, and the whole is drawn anew.
  recover(tries = [...TRIES]) {
    this.say(LOST);
    if (this.inner) this.seen = this.inner.getCamera();
    this.Plotly.purge(this.plot);
    const wait = tries.shift();
    if (wait === undefined) return this.say(GONE);
    this.again = setTimeout(() => {
      if (!hasWebGL()) return this.recover(tries);
      this.say("");
      this.figure.layout.scene.camera = this.seen ?? this.home;
      for (const trace of this.figure.data) trace.visible = this.shows(trace);
      this.react(this.figure);
      this.place(this.step);
    }, wait);
  }

  // One finger scrolls the page, as everywhere; two turn the scene, for which Plotly, which knows
  // one finger only, is told of the first.
  touched(event) {
    if (!event.isTrusted) return;
    const { type, touches: [first, second] } = event;
    event.stopPropagation();
    if (type !== "touchmove" && this.turning && !second) {
      this.turning = false;
      return this.tell("touchend", event.changedTouches[0]);
    }
    if (!second) return;
    event.preventDefault();
    this.panel.classList.add("was-used");
    if (!this.turning) this.tell("touchstart", first);
    else this.tell("touchmove", first);
    this.turning = true;
  }

  tell(type, finger) {
    const canvas = this.inner?.glplot?.canvas;
    canvas?.dispatchEvent(new TouchEvent(type, { changedTouches: [finger], bubbles: true, cancelable: true }));
  }

  // `isMoved` says that it is the figure before but for what is moved in it: paths, marks and
  // heights. The layout is copied, since Plotly and this write into it.
  show({ layout, data, isMoved }, theme) {
    const figure = { layout: { ...layout, scene: { ...layout.scene } }, data: data.flatMap((trace) => (DARK.has(trace.meta.role) ? [halo(trace), trace] : trace)) };
    this.figure = figure;
    this.own = { ...figure.layout.scene };
    this.size = theme.size;
    this.fit();
    if (this.isHeld) this.thin(figure);
    else this.thinner = new WeakMap();
    for (const trace of figure.data) {
      trace.uid = `${trace.meta.role}${trace.meta.lane ?? ""}`;
      trace.visible = this.shows(trace);
    }
    this.trails = figure.data.filter((trace) => trace.meta.role === "trail");
    this.vertices = this.trails.map(verticesUpTo);
    this.swarms = figure.data.filter((trace) => trace.meta.role === "swarm");
    this.crowds = this.swarms.map(verticesUpTo);
    const { xaxis, yaxis, zaxis } = figure.layout.scene;
    this.spans = [xaxis, yaxis, zaxis].map(({ range: [low, high] }) => high - low);
    const pixels = this.pixels(figure.layout.scene);
    this.isCloud = this.trails.map((trail) => lengthOf(trail, pixels) > CLOUD);
    this.dots = this.trails.flatMap((trail) => longSteps(trail, this.spans)).sort((a, b) => a.step - b.step);
    const { x: starX, y: starY } = figure.data.find((trace) => trace.meta.role === "minima");
    this.stars = Array.from(starX, (x, i) => [x, starY[i]]);
    this.headSize = figure.data.find((trace) => trace.meta.role === "heads").marker.size;
    figure.layout.font = { color: theme.text, family: theme.font, size: theme.size };
    figure.layout.showlegend = false;
    const print = JSON.stringify([figure.layout, figure.data.map(({ uid, visible, line }) => [uid, visible, line])]);
    const surface = figure.data[0].z;
    const onlyPathsMoved = print === this.print && (isMoved || surface[0] === this.surface?.[0]);
    Object.assign(this, { print, surface });
    if (this.blind) return;
    this.drawnDots = null;
    if (onlyPathsMoved) this.move(figure);
    else this.react(figure);
    this.place(this.step); // Plotly draws in the next frame
    if (!this.isHeld || !this.isDrawn) return;
    this.inner.glplot.redraw(); // at once, and beside what is still to be worked out of the other pictures
    this.inner.glplot.gl.flush();
  }

  // How many pixels one is along each axis, where it is nearest.
  pixels({ aspectratio: aspect, xaxis, yaxis, zaxis }) {
    const { eye, center } = this.inner?.getCamera() ?? this.home, half = Math.hypot(aspect.x, aspect.y, aspect.z) / 2;
    const away = Math.max(Math.hypot(eye.x - center.x, eye.y - center.y, eye.z - center.z) - half, NEAREST);
    const unit = this.plot.clientHeight / 2 / Math.tan(FIELD / 2) / away;
    return [[xaxis, aspect.x], [yaxis, aspect.y], [zaxis, aspect.z]].map(([{ range: [low, high] }, side]) => (unit * side) / (high - low));
  }

  // Has the lines drawn with no more vertices than are seen apart; what stays the same stays the same object.
  thin({ data, layout: { scene } }) {
    const pixels = this.pixels(scene);
    data.forEach((trace, i) => {
      if (!LINES.includes(trace.meta.role)) return;
      if (!this.thinner.has(trace.x)) this.thinner.set(trace.x, thinned(trace, pixels));
      const { rows, ...line } = this.thinner.get(trace.x), { customdata: step } = trace;
      data[i] = { ...trace, ...line, ...(step && { customdata: Float32Array.from(rows, (row) => step[row]) }) };
    });
  }

  react(figure) {
    const first = !this.plot.data;
    this.keepCamera(figure.layout);
    this.still?.forget();
    this.Plotly.react(this.plot, figure.data, figure.layout, CONFIG);
    if (!first) return;
    this.plot.on("plotly_afterplot", () => {
      this.drawnDots = null;
      this.place(this.step);
    });
    this.plot.on("plotly_relayout", () => this.mark());
  }

  shows({ meta: { lane, role } }) {
    return !this.hidden.has(lane) && (this.future || !FUTURE.includes(role));
  }

  // Whether there is a view to reset.
  mark() {
    const { eye } = this.inner.getCamera();
    const moved = ["x", "y", "z"].some((axis) => Math.abs(eye[axis] - this.home.eye[axis]) > 1e-6);
    this.panel.classList.toggle("is-moved", moved);
  }

  // What Plotly.react would do to the paths, without the surface, which it would upload again unless
  // it has other heights; of lines only their vertices are uploaded.
  move(figure) {
    figure.data.forEach((trace, i) => {
      const { x, y, z, text, uid, line } = trace, before = this.plot.data[i];
      if (x === before.x && y === before.y && z === before.z) return;
      const full = this.plot._fullData.find((each) => each.uid === uid);
      Object.assign(before, { x, y, z, text });
      if (!full?.visible) return;
      Object.assign(full, { x, y, z, text });
      const drawn = this.inner.traces[uid];
      if (LINES.includes(trace.meta.role) && drawn.linePlot) upload(drawn.linePlot, trace, this.inner.dataScale, line);
      else if (trace.meta.role !== "surface") drawn.update(full);
      else {
        drawn.refineData = !this.isHeld;
        drawn.update(this.isHeld ? coarser(full) : full);
        this.still?.forget();
      }
    });
  }

  hide(hidden) {
    this.hidden = hidden;
    this.print = null;
    if (this.blind || !this.figure) return;
    const own = this.figure.data.map((trace, i) => [trace, i]).filter(([t]) => t.meta.lane !== undefined);
    this.keepCamera(this.plot.layout);
    this.Plotly.restyle(this.plot, { visible: own.map(([t]) => this.shows(t)) }, own.map(([, i]) => i));
    this.place(this.step);
  }

  // The figure's own view, from as near as shows all of the box and the numbers around it; a wide
  // panel has a wider box, a low one fewer heights.
  fit() {
    const { clientWidth: width, clientHeight: height } = this.plot, { own: { camera, aspectratio, zaxis }, size } = this;
    const wide = Math.min(Math.max(1, width / (height || width) / BOX), WIDEST);
    const aspect = { ...aspectratio, x: wide * aspectratio.x };
    const room = { width: width - 7 * size, height: height - 4 * size, x: size, y: 1.2 * size };
    const focus = (height || 1) / 2 / Math.tan(FIELD / 2);
    let { x, y, z } = camera.eye;
    do {
      this.home = nearest({ x, y, z }, aspect, room, focus);
      [x, y] = [x * Math.cos(TURN) - y * Math.sin(TURN), y * Math.cos(TURN) + x * Math.sin(TURN)];
    } while (this.home.eye.x < (BESIDE * aspect.x) / 2 && x < -y);
    const { eye } = this.home, tall = (focus * aspect.z * Math.hypot(eye.x, eye.y)) / Math.hypot(eye.x, eye.y, eye.z) ** 2;
    Object.assign(this.figure.layout.scene, { camera: this.home, aspectratio: aspect, zaxis: spaced(zaxis, (PITCH * size) / tall) });
  }

  // As a person left it; the layout's own record is taken before the motion has come to rest.
  keepCamera(layout) {
    if (this.inner) layout.scene.camera = this.inner.getCamera();
  }

  // Plotly's scene object is private; what is used of it here is checked by the browser tests.
  get inner() {
    return this.plot._fullLayout?.scene?._scene;
  }

  // Whether there is something to draw with: a context can be gone before the browser's event says
  // so, and Plotly throws if it is drawn with then.
  get isDrawn() {
    const gl = this.inner?.glplot?.gl;
    return Boolean(gl && !gl.isContextLost());
  }

  draw(step) {
    this.place(step);
    if (this.isDrawn) this.inner.glplot.redraw();
  }

  place(step) {
    this.step = step;
    const scene = this.inner;
    if (this.blind || !this.isDrawn) return;
    scene.glplot.oncontextloss = null; // Plotly would wait for the lost one: see recover
    if (this.still?.glplot !== scene.glplot) this.still = new Still(scene.glplot, scene.traces.surface.surface);
    this.still.isWanted = this.isHeld;
    const spots = [];
    this.trails.forEach((trail, i) => {
      const row = lastRow(trail.customdata, step);
      const { linePlot: line } = scene.traces[trail.uid] ?? {}, { linePlot: path } = scene.traces[`path${trail.meta.lane}`] ?? {};
      const count = this.vertices[i][row], isCloud = this.isCloud[i];
      if (line) line.vertexCount = count;
      if (line) drawParts(line.vao, [[0, count]], isCloud);
      // Of what lies below the trail nothing is seen, or only between its dashes.
      const first = isCloud || trail.line.dash === "solid" ? count : 0;
      if (path) drawParts(path.vao, [[first, path.vertexCount - first]], isCloud);
      if (this.hidden.has(trail.meta.lane)) return;
      spots.push({ x: trail.x[row], y: trail.y[row], z: trail.z[row] + this.headLift, color: trail.line.color });
    });
    this.swarms.forEach(({ x, y, z, customdata: steps, meta, uid }, i) => {
      if (this.hidden.has(meta.lane)) return;
      const counts = this.crowds[i], line = scene.traces[uid]?.linePlot;
      const parts = meta.begins.map((first, run) => {
        const row = lastRow(steps, step, first, (meta.begins[run + 1] ?? x.length) - 2);
        if (Number.isFinite(x[row])) spots.push({ x: x[row], y: y[row], z: z[row] + this.headLift, color: meta.color });
        return [counts[first], counts[row] - counts[first]];
      });
      if (line) drawParts(line.vao, parts);
    });
    this.put("heads", spots, this.sizes(spots));
    this.placeDots(step);
    for (const [uid, { scatterPlot, textMarkers, linePlot }] of Object.entries(scene.traces)) {
      const places = uid.startsWith("halo") ? AROUND : [[0, 0]];
      const { gl } = scene.glplot;
      this.bringForward(scatterPlot, gl, places, FORWARD);
      this.bringForward(textMarkers, gl, places, uid.endsWith("minima") ? ON_TOP : FORWARD);
      this.bringForward(linePlot, gl, places, OUT);
    }
    this.stopPicking(scene.glplot);
  }

  // Marks that are elsewhere at each step.
  put(uid, spots, size) {
    const full = this.plot._fullData.find((trace) => trace.uid === uid);
    for (const axis of ["x", "y", "z"]) full[axis] = spots.map((spot) => spot[axis]);
    Object.assign(full.marker, { color: spots.map(({ color }) => color), ...(size && { size }) });
    this.inner.traces[uid]?.update(full);
  }

  // Heads on one spot are rings around the last; around a star, too, which lies on them.
  sizes(spots) {
    const [width, depth] = this.spans;
    const near = (a, x, y) => Math.hypot((a.x - x) / width, (a.y - y) / depth) < SAME_SPOT;
    return spots.map((spot, i) => {
      const inner = spots.slice(i + 1, i + 8).filter(({ x, y }) => near(spot, x, y));
      const star = this.stars.some(([x, y]) => near(spot, x, y));
      const { x, y, z } = inner.at(-1) ?? spot; // as deep as the last, which is then drawn over it
      Object.assign(spot, { x, y, z });
      return 2 * (this.headSize + RING * (inner.length + star)); // of several sizes Plotly takes half
    });
  }

  // The ends of the steps up to now, as far as they are long.
  placeDots(step) {
    const shown = this.dots.filter((dot) => dot.step <= step && !this.hidden.has(dot.lane));
    if (shown.length === this.drawnDots) return;
    this.drawnDots = shown.length;
    this.put("steps", shown);
  }

  // Plotly draws everything once more, and reads it back, to know what is under the pointer. Nothing
  // here is hovered, and in software that costs more than the picture itself.
  stopPicking(glplot) {
    const pickable = glplot.objects.filter((object) => object.pickSlots);
    for (const object of pickable) object.pickSlots = 0;
    if (!pickable.length) return;
    const { surface } = this.inner.traces.surface; // which may be drawn before the others or after them
    glplot.remove(surface); // has the scene count the slots again
    glplot.add(surface);
  }

  // A mark stands upright in the scene, so that a slope cuts it in half; this much nearer to the
  // eye it stays whole, and is still hidden behind a hill. A halo is drawn in each place around it.
  bringForward(marks, gl, places, by) {
    if (!marks || this.forward.has(marks)) return;
    this.forward.add(marks);
    for (const name of ["draw", "drawTransparent"]) {
      const draw = marks[name];
      marks[name] = function (camera) {
        const pixel = Math.round(this.pixelRatio) || 1;
        gl.depthRange(0, 1 - by);
        for (const [x, y] of places) {
          gl.viewport(x * pixel, y * pixel, gl.drawingBufferWidth, gl.drawingBufferHeight);
          draw.call(this, camera);
        }
        gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
        gl.depthRange(0, 1);
      };
    }
  }

  resize() {
    if (!this.plot.data || !this.plot.clientWidth) return;
    const moved = this.panel.classList.contains("is-moved");
    this.fit();
    const { camera, aspectratio, zaxis: { tickvals, ticktext } } = this.figure.layout.scene;
    Object.assign(this.plot.layout.scene, { aspectratio, ...(moved || { camera }) });
    if (moved) this.keepCamera(this.plot.layout);
    const changed = { camera: this.plot.layout.scene.camera, aspectratio, "zaxis.tickvals": tickvals, "zaxis.ticktext": ticktext };
    this.Plotly.relayout(this.plot, Object.fromEntries(Object.entries(changed).map(([key, value]) => [`scene.${key}`, value])));
    this.Plotly.Plots.resize(this.plot);
  }

  reset() {
    this.look(this.home.eye);
  }

  // Is seen from there.
  look(eye) {
    if (this.inner) this.Plotly.relayout(this.plot, { "scene.camera": { ...this.home, eye } });
  }

  destroy() {
    clearTimeout(this.again);
    // Plotly.purge leaves WebGL contexts to the garbage collector, and a browser allows only a few.
    const contexts = [...this.plot.querySelectorAll("canvas")].map((c) => c.getContext("webgl"));
    this.Plotly.purge(this.plot);
    for (const gl of contexts) gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

// The camera in a direction from which a box fills its room, in pixels; x and y are how far the
// room's middle lies from the panel's. One unit at a distance of 1 is `focus` pixels.
function nearest({ x: ex, y: ey, z: ez }, aspect, room, focus) {
  const long = Math.hypot(ex, ey, ez), flat = Math.hypot(ex, ey);
  const back = [ex / long, ey / long, ez / long], right = [-ey / flat, ex / flat, 0];
  const up = [-back[2] * right[1], back[2] * right[0], back[0] * right[1] - back[1] * right[0]];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const corners = [...Array(8).keys()].map((i) => ["x", "y", "z"].map((axis, k) => ((i >> k) & 1 ? 0.5 : -0.5) * aspect[axis]));
  let low = 0, high = 100, across = 0, above = 0;
  while (high - low > 1e-3) {
    const away = (low + high) / 2;
    let fits = true;
    for (let turn = 0; turn < 9; turn++) { // what is nearer moves further
      const seen = corners.map((p) => [away - dot(p, back), p]);
      fits = seen.every(([depth]) => depth > 0);
      if (!fits) break;
      const at = (axis, moved) => seen.map(([depth, p]) => (focus * (dot(p, axis) - moved)) / depth);
      const xs = at(right, across), ys = at(up, above);
      fits = Math.max(...xs) - Math.min(...xs) <= room.width && Math.max(...ys) - Math.min(...ys) <= room.height;
      across += ((Math.max(...xs) + Math.min(...xs)) / 2 - room.x) * (away / focus);
      above += ((Math.max(...ys) + Math.min(...ys)) / 2 - room.y) * (away / focus);
    }
    if (fits) high = away;
    else low = away;
  }
  const point = (away) => Object.fromEntries(["x", "y", "z"].map((axis, i) => [axis, across * right[i] + above * up[i] + away * back[i]]));
  return { eye: point(high), center: point(0), up: { x: 0, y: 0, z: 1 } };
}

// An axis with its uppermost label and, from there downwards, those that are so far apart; of its length.
function spaced({ range: [low, high], tickvals, ticktext, ...axis }, least) {
  const kept = [];
  for (let i = tickvals.length - 1; i >= 0; i--) {
    if (!kept.length || tickvals[kept[0]] - tickvals[i] >= least * (high - low)) kept.unshift(i);
  }
  return { ...axis, range: [low, high], tickvals: kept.map((i) => tickvals[i]), ticktext: kept.map((i) => ticktext[i]) };
}

// What sets a mark off from what lies below it, drawn before it.
function halo(trace) {
  const white = Object.fromEntries(["marker", "textfont"].flatMap((style) => (trace[style] ? [[style, { ...trace[style], color: HALO }]] : [])));
  return { ...trace, ...white, meta: { ...trace.meta, role: `halo-${trace.meta.role}` } };
}

function hasWebGL() {
  const gl = document.createElement("canvas").getContext("webgl");
  gl?.getExtension("WEBGL_lose_context")?.loseContext(); // a browser allows only a few
  return Boolean(gl);
}

// The last vertex at or before a step that can be drawn. `steps` rises.
export function lastRow(steps, step, low = 0, high = steps.length - 1) {
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle] <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Where a lane is before and after each long step, a few of them.
function longSteps({ x, y, z, customdata: steps, line, meta }, spans) {
  const rows = [];
  for (let row = 0; row < x.length; row++) if (Number.isInteger(steps[row]) && Number.isFinite(x[row])) rows.push(row);
  const far = (a, b) => a !== undefined && b !== undefined && Math.hypot((x[a] - x[b]) / spans[0], (y[a] - y[b]) / spans[1]) > LONG;
  return rows.filter((row, i) => far(row, rows[i - 1]) || far(row, rows[i + 1])).slice(0, MOST_DOTS)
    .map((row) => ({ x: x[row], y: y[row], z: z[row], step: steps[row], color: line.color, lane: meta.lane }));
}

// A surface of every second point each way, which takes a quarter as long while a hand moves it.
function coarser({ x, y, z, ...full }) {
  const half = (numbers) => numbers.filter((_, i) => i % 2 === 0);
  return { ...full, x: half(x), y: half(y), z: half(z).map(half), _ylength: (full._ylength + 1) >> 1 };
}

function lengthOf({ x, y, z }, [wide, long, tall]) {
  let length = 0;
  for (let i = 1; i < x.length; i++) length += Math.hypot(wide * (x[i] - x[i - 1]), long * (y[i] - y[i - 1]), tall * (z[i] - z[i - 1])) || 0;
  return length;
}

// A line without the rows that are too near to the last one that is drawn, but for the ends of its parts; and which it has.
function thinned({ x, y, z }, [wide, long, tall]) {
  const rows = [], drawn = (i) => Number.isFinite(x[i] + y[i] + z[i]);
  for (let i = 0, last; i < x.length; i++) {
    const isEnd = last === undefined || !drawn(i) || !drawn(last) || i + 1 === x.length || !drawn(i + 1);
    if (!isEnd && Math.hypot(wide * (x[i] - x[last]), long * (y[i] - y[last]), tall * (z[i] - z[last])) < FINE) continue;
    rows.push((last = i));
  }
  const kept = (numbers) => Float32Array.from(rows, (row) => numbers[row]);
  return { rows, x: kept(x), y: kept(y), z: kept(z) };
}

// Gives a line of Plotly's other vertices, as its own update lays them: of each segment four, with
// where it begins and ends, how far along the line that is, half its width, and its colour.
function upload(line, { x, y, z }, [sx, sy, sz], { width, color }) {
  const channels = color.match(/\w\w/g).map((pair) => parseInt(pair, 16) / 255);
  const count = x.length, out = new Float32Array(12 * 8 * count);
  let at = 0, length = 0, isBroken = false;
  const put = (ax, ay, az, bx, by, bz, along, half) => {
    out[at] = ax; out[at + 1] = ay; out[at + 2] = az;
    out[at + 3] = bx; out[at + 4] = by; out[at + 5] = bz;
    out[at + 6] = along; out[at + 7] = half;
    out[at + 8] = channels[0]; out[at + 9] = channels[1]; out[at + 10] = channels[2]; out[at + 11] = 1;
    at += 12;
  };
  for (let i = 1; i < count; i++) {
    const ax = sx * x[i - 1], ay = sy * y[i - 1], az = sz * z[i - 1], bx = sx * x[i], by = sy * y[i], bz = sz * z[i];
    const far = Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2 + (bz - az) ** 2);
    if (!Number.isFinite(far)) {
      if (at && !isBroken) {
        for (let twice = 0; twice < 2; twice++, at += 12) out.copyWithin(at, at - 12, at);
        isBroken = true;
      }
      continue;
    }
    if (isBroken) for (let twice = 0; twice < 2; twice++) put(ax, ay, az, bx, by, bz, length, width);
    isBroken = false;
    put(ax, ay, az, bx, by, bz, length, width);
    put(ax, ay, az, bx, by, bz, length, -width);
    length += far;
    put(bx, by, bz, ax, ay, az, length, -width);
    put(bx, by, bz, ax, ay, az, length, width);
  }
  line.buffer.update(out.subarray(0, at));
  line.vertexCount = at / 12;
}

// Has a line that Plotly draws as a whole drawn in parts: from which vertex, and how many of them;
// and without what joins its segments, which is half of what is drawn, where that is not seen.
function drawParts(vao, parts, isApart = false) {
  if (!vao.parts) {
    const { draw, gl } = vao;
    vao.draw = function (mode) {
      for (const [first, count] of this.parts.filter(([, count]) => count)) {
        if (this.isApart && first + count <= 4 * SEGMENTS) {
          gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, segmentsOf(gl));
          gl.drawElements(gl.TRIANGLES, 6 * (count >> 2), gl.UNSIGNED_SHORT, 12 * (first >> 2));
        } else draw.call(this, mode, count, first);
      }
    };
  }
  Object.assign(vao, { parts, isApart });
}

// Of each segment's four vertices its two triangles, for all lines that a context draws.
function segmentsOf(gl) {
  if (!segments.has(gl)) {
    const corners = Uint16Array.from({ length: 6 * SEGMENTS }, (_, i) => 4 * Math.floor(i / 6) + [0, 1, 2, 1, 2, 3][i % 6]);
    segments.set(gl, gl.createBuffer());
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, segments.get(gl));
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, corners, gl.STATIC_DRAW);
  }
  return segments.get(gl);
}

// How many vertices of Plotly's triangle strip draw the line up to each row: four a segment, and two
// for each side of a gap.
function verticesUpTo({ x, y, z }) {
  const counts = new Uint32Array(x.length);
  const drawn = (i) => Number.isFinite(x[i] + y[i] + z[i]);
  let count = 0, gap = false;
  for (let i = 1; i < x.length; i++) {
    if (drawn(i - 1) && drawn(i)) {
      count += gap ? 6 : 4;
      gap = false;
    } else if (count) {
      count += 2;
      gap = true;
    }
    counts[i] = count;
  }
  return counts;
}
