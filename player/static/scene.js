// The three-dimensional panel. Plotly uploads every path once; a frame only tells the scene how many
// vertices of each trail to draw, and moves the heads.

const CONFIG = {
  displayModeBar: false, scrollZoom: false, responsive: false, plotGlPixelRatio: globalThis.devicePixelRatio || 1,
};
const FORWARD = 2e-3; // of the depth of the scene
const DARK = new Set(["exit", "start", "minima"]); // on the surface, which is light, and beside it
const HALO = "#FFFFFF";
const AROUND = [[-1, -1], [0, -1], [1, -1], [-1, 0], [1, 0], [-1, 1], [0, 1], [1, 1]]; // pixels
const NO_WEBGL = "This browser has no WebGL, so the scene cannot be drawn. The map and the curve show the same race.";
const LOST = "The graphics card has dropped the scene’s picture; it is being drawn again.";
const GONE = "The graphics card has dropped the scene’s picture. Reload the page to see it again; the map and the curve go on.";
const TRIES = [300, 2000, 8000]; // milliseconds after which a lost scene is drawn again

export class Scene {
  constructor(Plotly, panel) {
    this.Plotly = Plotly;
    this.panel = panel;
    this.plot = panel.querySelector(".race-plot");
    this.step = 0;
    this.hidden = new Set();
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
      for (const trace of this.figure.data) trace.visible = !this.hidden.has(trace.meta.lane);
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

  show({ data, ...rest }, theme) {
    const figure = { ...rest, data: data.flatMap((trace) => (DARK.has(trace.meta.role) ? [halo(trace), trace] : trace)) };
    this.figure = figure;
    this.home = figure.layout.scene.camera = this.fit(figure.layout.scene.camera);
    for (const trace of figure.data) {
      trace.uid = `${trace.meta.role}${trace.meta.lane ?? ""}`;
      trace.visible = !this.hidden.has(trace.meta.lane);
    }
    this.trails = figure.data.filter((trace) => trace.meta.role === "trail");
    this.vertices = this.trails.map(verticesUpTo);
    this.swarms = figure.data.filter((trace) => trace.meta.role === "swarm");
    figure.layout.font = { color: theme.text, family: theme.font, size: theme.size };
    figure.layout.showlegend = false;
    const print = JSON.stringify([figure.layout, figure.data.map(({ uid, visible, line }) => [uid, visible, line])]);
    const surface = figure.data[0].z;
    const onlyPathsMoved = print === this.print && surface[0] === this.surface?.[0];
    Object.assign(this, { print, surface });
    if (this.blind) return;
    if (onlyPathsMoved) this.move(figure);
    else this.react(figure);
    this.place(this.step); // Plotly draws in the next frame
  }

  react(figure) {
    const first = !this.plot.data;
    this.keepCamera(figure.layout);
    this.Plotly.react(this.plot, figure.data, figure.layout, CONFIG);
    if (!first) return;
    this.plot.on("plotly_afterplot", () => this.place(this.step));
    this.plot.on("plotly_relayout", () => this.mark());
  }

  // Whether there is a view to reset.
  mark() {
    const { eye } = this.inner.getCamera();
    const moved = ["x", "y", "z"].some((axis) => Math.abs(eye[axis] - this.home.eye[axis]) > 1e-6);
    this.panel.classList.toggle("is-moved", moved);
  }

  // What Plotly.react would do to the paths, without the surface, which it would upload again.
  move(figure) {
    figure.data.forEach((trace, i) => {
      const { x, y, z, text } = trace;
      if (trace.meta.role === "surface" || x === this.plot.data[i].x && y === this.plot.data[i].y && z === this.plot.data[i].z) return;
      const full = this.plot._fullData.find(({ uid }) => uid === trace.uid);
      Object.assign(this.plot.data[i], { x, y, z, text });
      if (!full?.visible) return;
      Object.assign(full, { x, y, z, text });
      this.inner.traces[trace.uid].update(full);
    });
  }

  hide(hidden) {
    this.hidden = hidden;
    this.print = null;
    if (this.blind || !this.figure) return;
    const own = this.figure.data.map((trace, i) => [trace, i]).filter(([t]) => t.meta.lane !== undefined);
    this.keepCamera(this.plot.layout);
    this.Plotly.restyle(this.plot, { visible: own.map(([t]) => !hidden.has(t.meta.lane)) }, own.map(([, i]) => i));
    this.place(this.step);
  }

  // The view of a wide panel, from as much farther away as a narrow one needs to show as much.
  fit({ eye: { x, y, z }, ...camera }) {
    const { clientWidth: width, clientHeight: height } = this.plot;
    const away = Math.min(Math.max(1, (1.35 * height) / (width || height)), 1.8);
    return { ...camera, eye: { x: away * x, y: away * y, z: away * z } };
  }

  // As a person left it; the layout's own record is taken before the motion has come to rest.
  keepCamera(layout) {
    if (this.inner) layout.scene.camera = this.inner.getCamera();
  }

  // Plotly's scene object is private; what is used of it here is checked by the browser tests.
  get inner() {
    return this.plot._fullLayout?.scene?._scene;
  }

  draw(step) {
    this.place(step);
    this.inner?.glplot?.redraw();
  }

  place(step) {
    this.step = step;
    const scene = this.inner;
    if (!scene?.glplot || this.blind) return;
    scene.glplot.oncontextloss = null; // Plotly would wait for the lost one: see recover
    const heads = this.plot._fullData.find((trace) => trace.uid === "heads");
    const spots = { x: [], y: [], z: [], color: [] };
    this.trails.forEach((trail, i) => {
      const row = lastRow(trail.step, step);
      const line = scene.traces[trail.uid]?.linePlot;
      if (line) line.vertexCount = this.vertices[i][row];
      if (this.hidden.has(trail.meta.lane)) return;
      spots.x.push(trail.x[row]);
      spots.y.push(trail.y[row]);
      spots.z.push(trail.z[row] + this.headLift);
      spots.color.push(trail.line.color);
    });
    for (const { x, y, z, step: steps, meta } of this.swarms) {
      if (this.hidden.has(meta.lane)) continue;
      meta.begins.forEach((first, run) => {
        const row = lastRow(steps, step, first, (meta.begins[run + 1] ?? x.length) - 2);
        if (!Number.isFinite(x[row])) return;
        spots.x.push(x[row]);
        spots.y.push(y[row]);
        spots.z.push(z[row] + this.headLift);
        spots.color.push(meta.color);
      });
    }
    Object.assign(heads, { x: spots.x, y: spots.y, z: spots.z });
    heads.marker.color = spots.color;
    scene.traces.heads?.update(heads);
    for (const [uid, { scatterPlot, textMarkers }] of Object.entries(scene.traces)) {
      const places = uid.startsWith("halo") ? AROUND : [[0, 0]];
      this.bringForward(scatterPlot, scene.glplot.gl, places);
      this.bringForward(textMarkers, scene.glplot.gl, places);
    }
    this.stopPicking(scene.glplot);
  }

  // Plotly draws everything once more, and reads it back, to know what is under the pointer. Nothing
  // here is hovered, and in software that costs more than the picture itself.
  stopPicking(glplot) {
    const pickable = glplot.objects.filter((object) => object.pickSlots);
    for (const object of pickable) object.pickSlots = 0;
    if (!pickable.length) return;
    glplot.remove(pickable[0]); // has the scene count the slots again
    glplot.add(pickable[0]);
  }

  // A mark stands upright in the scene, so that a slope cuts it in half; this much nearer to the
  // eye it stays whole, and is still hidden behind a hill. A halo is drawn in each place around it.
  bringForward(marks, gl, places) {
    if (!marks || this.forward.has(marks)) return;
    this.forward.add(marks);
    for (const name of ["draw", "drawTransparent"]) {
      const draw = marks[name];
      marks[name] = function (camera) {
        const pixel = Math.round(this.pixelRatio) || 1;
        gl.depthRange(0, 1 - FORWARD);
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
    this.keepCamera(this.plot.layout);
    this.Plotly.Plots.resize(this.plot);
  }

  reset() {
    this.Plotly.relayout(this.plot, { "scene.camera": this.home });
  }

  destroy() {
    clearTimeout(this.again);
    // Plotly.purge leaves WebGL contexts to the garbage collector, and a browser allows only a few.
    const contexts = [...this.plot.querySelectorAll("canvas")].map((c) => c.getContext("webgl"));
    this.Plotly.purge(this.plot);
    for (const gl of contexts) gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

// What sets a mark off from what lies below it, drawn before it.
function halo(trace) {
  const style = trace.marker ? "marker" : "textfont";
  return { ...trace, [style]: { ...trace[style], color: HALO }, meta: { ...trace.meta, role: `halo-${trace.meta.role}` } };
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
