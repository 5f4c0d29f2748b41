// The race as the page computes it by itself while a hand drags, from kernels that figures/live.py
// names: the same rules and formulas, printed as modules. Paths, heights and curves come out as
// figures/ makes them of the server's runs.

import { axisOf, curve, seen } from "./curves.js";
import { descend } from "./descent.js";
import { Ground } from "./ground.js";
import { exitsOf, lay } from "./laid.js";

// What a hand moves is told to the player by an event, for its sliders stand elsewhere in the page.
export const MOVED = "descent-lab-moved";
const PATIENCE = 5000; // milliseconds after which the server's answer to what was let go is given up

// Whether the page draws by itself what a hand moves, so that it need not be sent while it is only
// passing. `sets` names the number: "start", "0.lr" of the first lane, "surface.a".
export function moved(sets, value, passing) {
  if (!sets) return false;
  return !dispatchEvent(new CustomEvent(MOVED, { detail: { sets, value, passing }, cancelable: true }));
}

export class Live {
  // `root` is where the app is; `redraw` is called with the race as it was computed.
  constructor(root, redraw) {
    this.root = root;
    this.redraw = redraw;
    this.files = new Map();
    this.moves = new Map();
    this.tables = new Map();
    this.hear = (event) => {
      const { sets, value, passing } = event.detail;
      if (this.move(sets, value, passing)) event.preventDefault();
    };
    addEventListener(MOVED, this.hear);
  }

  leave() {
    removeEventListener(MOVED, this.hear);
    cancelAnimationFrame(this.request);
  }

  // The race as the server has it; says whether something is moved of which that does not know.
  take(head) {
    const { live } = head, now = performance.now(), print = live && JSON.stringify(live);
    this.head = head;
    this.race = live;
    this.runs = undefined;
    this.ground = undefined;
    if (print !== this.print) this.load(live, print);
    for (const [sets, { value, passing, at }] of this.moves) {
      if (!live || String(this.number(sets)) === String(value) || (!passing && !this.source && now - at > PATIENCE)) this.moves.delete(sets);
    }
    return this.moves.size > 0;
  }

  // All that the race asks for, which a browser keeps.
  async load(live, print) {
    this.print = print;
    if (!live || !(this.root || this.source)) return (this.kernels = undefined);
    const { lanes, surface, noise } = live;
    const names = [surface.loss, noise, ...lanes.flatMap(({ rule, factors, table }) => [rule, factors, table])].filter(Boolean);
    const found = await Promise.all(names.map((name) => this.file(name))).catch(() => null);
    if (print !== this.print) return;
    this.kernels = found && Object.fromEntries(names.map((name, i) => [name, found[i]]));
  }

  file(name) {
    if (!this.files.has(name)) {
      const coming = this.source ? this.source(name) : this.fetched(name);
      coming.catch(() => this.files.delete(name));
      this.files.set(name, coming);
    }
    return this.files.get(name);
  }

  fetched(name) {
    const url = new URL(`kernels/${name}`, this.root).href;
    return name.endsWith(".js") ? import(url) : fetch(url).then(floats);
  }

  // Whether it is a number of which the page can draw all that follows.
  knows(sets) {
    const { race, kernels } = this, [whose, name] = parted(sets);
    if (!kernels || !race) return false;
    if (sets === "start") return true;
    if (race.swarm) return false;
    if (whose === "surface") return !race.isProfile && race.surface.free.includes(name);
    return kernels[race.lanes[whose]?.rule]?.settings.includes(name) ?? false;
  }

  // The number as the kernels call it: of a rule within another, by its place there.
  called(sets) {
    const [whose, name] = parted(sets), names = Object.keys(this.race?.lanes[whose]?.numbers ?? {});
    const within = names.filter((each) => each.endsWith(`.${name}`)).sort((a, b) => a.length - b.length);
    return names.includes(name) || !within.length ? sets : `${whose}.${within[0]}`;
  }

  // What the server has for it.
  number(sets) {
    const { start, surface, lanes } = this.race, [whose, name] = parted(sets);
    return sets === "start" ? start : whose === "surface" ? surface.numbers[name] : lanes[whose]?.numbers[name];
  }

  move(named, value, passing) {
    const sets = this.called(named);
    if (value === undefined) this.moves.delete(sets); // what comes of it is not known yet
    if (value === undefined || !this.knows(sets)) return false;
    this.moves.set(sets, { value: sets === "start" ? this.meant(value) : value, passing, at: performance.now() });
    this.request ??= requestAnimationFrame(() => {
      this.request = undefined;
      this.show();
    });
    return true;
  }

  // What a person could have meant by a point, as the page's server takes it.
  meant([x, y]) {
    const { digits, domain: [x0, x1, y0, y1] } = this.race, unit = 10 ** -digits;
    const round = (value) => (digits < 0 ? Math.round(value / unit) * unit : Number(value.toFixed(digits)));
    return [Math.min(Math.max(round(x), x0), x1), Math.min(Math.max(round(y), y0), y1)];
  }

  show() {
    if (!this.moves.size || !this.kernels) return;
    const began = performance.now(), runs = this.compute();
    this.took = performance.now() - began; // milliseconds
    this.redraw(this.drawn(runs));
  }

  // The numbers of a part of the race, with those that were moved.
  changed(whose, numbers) {
    const others = [...this.moves].map(([sets, { value }]) => [...parted(sets), value]).filter(([part]) => part === whose);
    return { ...numbers, ...Object.fromEntries(others.map(([, name, value]) => [name, value])) };
  }

  // All lanes' runs and paths; what stays the same stays the same object.
  compute() {
    const { race, kernels, head: { steps } } = this;
    const start = this.moves.get("start")?.value ?? race.start, numbers = this.changed("surface", race.surface.numbers);
    const print = JSON.stringify(numbers), isOwn = print !== JSON.stringify(race.surface.numbers);
    if (this.ground?.print !== print) {
      this.ground = new Ground(kernels[race.surface.loss], Object.values(numbers), race, this.head, isOwn);
      this.ground.print = print;
    }
    const place = `${print} ${start}`;
    const earlier = this.runs?.lanes ?? []; // which give their room, and are drawn already
    if (this.runs?.place !== place) this.runs = { place, start, lanes: [] };
    const isThere = !isOwn && String(start) === String(race.start);
    race.lanes.forEach((given, i) => {
      const { rule, numbers: before, factors, clip, penalty } = given;
      const now = this.changed(String(i), before), own = JSON.stringify(now);
      if (this.runs.lanes[i]?.print === own) return;
      const lane = { rule: kernels[rule], numbers: now, factors: kernels[factors], noise: kernels[race.noise], clip };
      lane.table = this.tableOf(lane, given, steps);
      const run = descend(lane, { ...race, start, steps }, this.ground, this.runs.lanes[i] ?? earlier[i]);
      // A lane that is as the server has it is drawn as that has drawn it.
      const isServers = isThere && own === JSON.stringify(before);
      Object.assign(run, { print: own, isServers, numbers: now, factors: lane.factors, penalty: penalty ? now.weight_decay : 0 });
      run.path = lay(run, race.domain, this.ground);
      run.curve = curve(this.head.curve[0], run, race, this.ground);
      this.runs.lanes[i] = run;
    });
    return this.runs;
  }

  // Of the curves; what lies outside of the map does not widen it upwards.
  axis(before, runs) {
    const { domain: [x0, x1, y0, y1] } = this.race;
    if (this.yaxis?.of !== before) this.yaxis = { of: before, now: before };
    const curves = runs.map(({ x, y, curve }) => ({ y: curve.y, isInside: (t) => x[t] >= x0 && x[t] <= x1 && y[t] >= y0 && y[t] <= y1 }));
    return (this.yaxis.now = axisOf(curves, this.yaxis.now));
  }

  // What settings and t alone decide of each step: the server's numbers for as long as it knows the
  // settings, which differ from the browser's own in the last place.
  tableOf({ rule, numbers, factors }, { numbers: before, table, rule: name }, steps) {
    const decided = rule.decided.map((key) => numbers[key]);
    if (rule.decided.every((key) => numbers[key] === before[key])) return this.kernels[table];
    const print = `${name} ${decided} ${steps}`;
    if (!this.tables.has(print)) this.tables.clear();
    if (!this.tables.has(print)) this.tables.set(print, rule.tabled(steps, rule.settings.map((key) => numbers[key]), factors));
    return this.tables.get(print);
  }

  // The race as it comes over the wire, but for what only the server says.
  drawn({ lanes: runs, start }) {
    const { head, race, ground } = this, { scene, contour, loss } = head.figures;
    const side = ({ x, z, step }) => ({ x, y: z.map((height) => height - ground.lift), step });
    const flat = race.isProfile ? side : (path) => path;
    const inScene = (trace) => {
      const { role, lane } = trace.meta, path = runs[lane]?.path;
      if (runs[lane]?.isServers) return trace;
      if (role === "path" || role === "trail") return { ...trace, meta: { ...trace.meta }, x: path.x, y: path.y, z: path.z, customdata: path.step };
      if (role === "exit") return { ...trace, x: [], y: [], z: [], text: [] };
      if (role === "start") return { ...trace, x: [start[0]], y: [start[1]], z: [runs[0].path.z[0] + ground.lift] };
      if (role === "surface" && ground.isOwn) return { ...trace, z: ground.rows };
      if (role === "minima" && ground.isOwn) return { ...trace, x: [], y: [], z: [], text: [] };
      return trace;
    };
    const onMap = (before, i) => {
      if (runs[i].isServers) return before;
      const { exits, ...lane } = before;
      const path = flat(runs[i].path), left = runs[i].path.exits;
      const gone = race.isProfile ? left.map((exit) => ({ ...exit, y: exit.z - ground.lift })) : left;
      return { ...lane, x: path.x, y: path.y, step: path.step, ...(gone.length && { exits: exitsOf(gone, race.domain) }) };
    };
    const y = race.isProfile ? flat(runs[0].path).y[0] : start[1];
    const figures = {
      ...head.figures,
      ...(scene && { scene: { ...scene, layout: ground.isOwn ? unnumbered(scene.layout) : scene.layout, isMoved: true, data: scene.data.map(inScene) } }),
      contour: { ...contour, lanes: contour.lanes.map(onMap), start: contour.start && { ...contour.start, x: start[0], y } },
      loss: { ...loss, layout: { ...loss.layout, yaxis: this.axis(loss.layout.yaxis, runs) }, lanes: loss.lanes.map((lane, i) => (runs[i].isServers ? lane : { ...lane, ...runs[i].curve })) },
    };
    const lanes = head.lanes.map((lane, i) => {
      if (runs[i].isServers) return lane;
      const name = named(lane.name, race.lanes[i].numbers, runs[i].numbers), called = lane.called === lane.name ? name : lane.called;
      return { ...lane, name, called, outcome: runs[i].end ?? "still moving", result: "" };
    });
    const inspections = Object.fromEntries(Object.entries(head.inspections).map(([i, found]) => [i, seen(found, runs[i], runs[i].numbers)]));
    const { threshold, lift } = ground;
    return { ...head, figures, ground, lanes, inspections, threshold, lift, best: null, told: { ...head.told, after: "" } };
  }
}

function parted(sets) {
  const dot = sets.indexOf(".");
  return [sets.slice(0, dot), sets.slice(dot + 1)];
}

async function floats(answer) {
  if (!answer.ok) throw new Error(answer.statusText);
  return new Float64Array(await answer.arrayBuffer());
}

// Heights of another surface are fitted to the box of the one before, whose numbers are not theirs.
function unnumbered({ scene, ...layout }) {
  return { ...layout, scene: { ...scene, zaxis: { ...scene.zaxis, showticklabels: false } } };
}

// A lane's name with other numbers, as experiment/lane.py writes them.
function named(name, before, now) {
  const changed = Object.keys(now).filter((key) => now[key] !== before[key]);
  return changed.reduce((text, key) => {
    const words = `${key.split(".").at(-1)} `;
    return text.split(" · ").map((part) => (part.startsWith(words) ? words + general(now[key]) : part)).join(" · ");
  }, name);
}

// As Python's :g writes a number.
function general(value) {
  const [digits, power] = value.toExponential(5).split("e");
  if (power < -4 || power > 5) return `${Number(digits)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return String(Number(value.toPrecision(6)));
}
