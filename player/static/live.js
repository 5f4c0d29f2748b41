// The race as the page computes it by itself while a hand drags, from kernels that figures/live.py
// names: the same rules and formulas, printed as modules. Paths, heights and curves come out as
// figures/ makes them of the server's runs.

import { axisOf, curve, seen } from "./curves.js";
import { descend } from "./descent.js";
import { Ground } from "./ground.js";
import { ANGLE, Hand, named, parted, tableOf } from "./hand.js";
import { exitsOf, lay } from "./laid.js";
import { outcomeWords } from "./outcome.js";
import { Rest } from "./rest.js";
import { ribbonOf } from "./ribbon.js";
import { strips } from "./strip.js";
import { turnOf, turned } from "./turn.js";

export class Live extends Hand {
  // `redraw` is called with the race as it was computed.
  constructor(root, redraw) {
    super(root);
    this.redraw = redraw;
    this.tables = new Map();
  }

  leave() {
    super.leave();
    strips.forget(this);
  }

  // The race as the server has it; says whether something is moved of which that does not know.
  take(head) {
    const { live } = head, print = live && JSON.stringify(live);
    this.head = head;
    this.runs = undefined;
    this.ground = undefined;
    const isMoved = this.have(live);
    if (print !== this.print) this.loading = this.load(live, print);
    strips.follow(this);
    return isMoved;
  }

  // What was moved is moved back.
  forget() {
    this.moves.clear();
  }

  // All that the race asks for.
  async load(live, print) {
    this.print = print;
    if (!live || !(this.root || this.source)) return (this.kernels = undefined);
    const { lanes, surface, noise } = live;
    const found = await this.all([surface.loss, surface.turned.loss, noise, ...lanes.flatMap(({ rule, factors, table }) => [rule, factors, table])].filter(Boolean));
    if (print !== this.print) return;
    this.kernels = found;
    this.loaded = print;
    strips.follow(this);
  }

  // What swept.js reads a kernel from.
  module(name) {
    return this.source ? { code: this.source.code(name) } : { address: new URL(`kernels/${name}`, this.root).href };
  }

  // One who runs swept.js.
  hire() {
    return this.source ? this.source.hire() : new Worker(new URL("player/swept.js", this.root), { type: "module" });
  }

  // Whether it is a number of which the page can draw all that follows.
  knows(sets) {
    const { race, kernels } = this, [whose, name] = parted(sets);
    if (!kernels || !race) return false;
    if (sets === "start") return true;
    if (race.swarm) return false;
    if (sets === ANGLE) return !race.isProfile;
    if (whose === "surface") return !race.isProfile && race.surface.free.includes(name);
    return kernels[race.lanes[whose]?.rule]?.settings.includes(name) ?? false;
  }

  // What a person could have meant by a point, as the page's server takes it.
  meant([x, y]) {
    const { digits, domain: [x0, x1, y0, y1] } = this.race, unit = 10 ** -digits;
    const round = (value) => (digits < 0 ? Math.round(value / unit) * unit : Number(value.toFixed(digits)));
    return [Math.min(Math.max(round(x), x0), x1), Math.min(Math.max(round(y), y0), y1)];
  }

  // What all lanes meet as the hand has it: the formula's kernel and its numbers, the start and the minima.
  // What is turned takes them with it.
  get met() {
    const { race: { surface, start: given, minima } } = this, { turned: askew } = surface;
    const start = this.moves.get("start")?.value ?? given, angle = this.moves.get(ANGLE)?.value ?? askew.rotate;
    const { [parted(ANGLE)[1]]: _, ...numbers } = this.changed("surface", angle === askew.rotate ? surface.numbers : askew.numbers);
    const isOwn = JSON.stringify(numbers) !== JSON.stringify(surface.numbers);
    if (angle === askew.rotate) return { loss: surface.loss, numbers, start, minima: isOwn && !surface.stays ? [] : minima, isOwn };
    [numbers["transform.cos"], numbers["transform.sin"]] = turnOf(angle);
    const around = (point) => turned(point, askew.numbers, askew.rotate, angle);
    return { loss: askew.loss, numbers, start: around(start), minima: minima.map(around), isOwn: true };
  }

  show() {
    if (!this.moves.size || !this.kernels) return;
    const began = performance.now(), runs = this.compute();
    this.took = performance.now() - began; // milliseconds
    this.redraw(this.drawn(runs));
    strips.follow(this);
  }

  // All lanes' runs and paths; what stays the same stays the same object.
  compute() {
    const { race, kernels, head: { steps } } = this;
    const { loss, numbers, start, minima, isOwn } = this.met, print = JSON.stringify([loss, numbers]);
    if (this.ground?.print !== print) {
      this.ground = new Ground(kernels[loss], Object.values(numbers), race, this.head, isOwn);
      this.ground.print = print;
      this.rest = new Rest(this.ground, race.domain, race.as.lies);
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
      lane.table = tableOf(this.tables, lane.rule, now, lane.factors, steps, given, kernels);
      const met = { ...race, start, steps, minima };
      const run = descend(lane, met, this.ground, this.runs.lanes[i] ?? earlier[i]);
      // A lane that is as the server has it is drawn as that has drawn it.
      const isServers = isThere && own === JSON.stringify(before);
      Object.assign(run, { print: own, isServers, numbers: now, factors: lane.factors, as: race.as, penalty: penalty ? now.weight_decay : 0 });
      run.path = lay(run, race, this.ground);
      run.outcome = outcomeWords(run, met, this.rest);
      run.curve = curve(this.head.curve[0], run, met, this.ground);
      run.beside = this.head.view.ribbon && !isServers ? ribbonOf(lane, met, this.ground, run) : {};
      this.runs.lanes[i] = run;
    });
    return this.runs;
  }

  // Of the curves; what lies outside of the map does not widen it upwards.
  axis(before, runs) {
    const { domain: [x0, x1, y0, y1] } = this.race;
    if (this.yaxis?.of !== before) this.yaxis = { of: before, now: before };
    const curves = runs.map(({ x, y, curve }) => ({ y: curve.y, isInside: (t) => x[t] >= x0 && x[t] <= x1 && y[t] >= y0 && y[t] <= y1 }));
    return (this.yaxis.now = axisOf(curves, this.yaxis.now, this.race.as, this.isHeld));
  }

  // What swept.js runs for the number that `sets` names, at all others as they are now; null where the
  // page cannot, and undefined where that is not known yet. `limit` is theory's, where nothing is
  // moved on which it depends.
  runsOf(sets) {
    const { race, kernels, head } = this;
    if (!head || (race && this.loaded !== this.print)) return undefined;
    const [whose, name] = parted(this.called(sets)), given = race?.lanes[whose];
    if (!kernels?.[given?.rule]?.settings.includes(name)) return null;
    const rule = kernels[given.rule], numbers = { ...this.changed(whose, given.numbers), [name]: given.numbers[name] };
    const { loss, numbers: surface, start, isOwn } = this.met;
    const { bound, near, domain, grid, own, low, high, noise, as } = race, { steps, threshold, lift } = head;
    const lane = { numbers, noise: kernels[race.noise], factors: kernels[given.factors], clip: given.clip };
    const table = rule.decided.includes(name) ? undefined : tableOf(this.tables, rule, numbers, lane.factors, steps, given, kernels);
    const isServers = !isOwn && JSON.stringify(numbers) === JSON.stringify(given.numbers);
    const place = { start, steps, bound, near, domain };
    const ground = { numbers: Object.values(surface), race: { domain, grid, own, low, high, as }, shown: { threshold, lift }, isOwn };
    const limit = name === "lr" && isServers ? given.limit : null;
    return {
      name,
      rule: this.module(given.rule),
      formula: this.module(loss),
      lane: { ...lane, table },
      place,
      ground,
      limit,
      print: JSON.stringify([given.rule, given.factors, given.clip, loss, noise, { ...numbers, [name]: null }, place, ground, limit]),
    };
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
      const { exits, ribbon: _, ...lane } = before, { ribbon } = runs[i].beside;
      const strands = ribbon && { ...ribbon, y: race.isProfile ? ribbon.loss.map((loss) => ground.height(loss)) : ribbon.y };
      const path = flat(runs[i].path), left = runs[i].path.exits;
      const gone = race.isProfile ? left.map((exit) => ({ ...exit, y: exit.z - ground.lift })) : left;
      return { ...lane, x: path.x, y: path.y, step: path.step, ...(gone.length && { exits: exitsOf(gone, race) }), ...(strands && { ribbon: strands }) };
    };
    const y = race.isProfile ? flat(runs[0].path).y[0] : start[1];
    const figures = {
      ...head.figures,
      ...(scene && { scene: { ...scene, layout: ground.isOwn ? unnumbered(scene.layout) : scene.layout, isMoved: true, data: scene.data.map(inScene) } }),
      contour: { ...contour, lanes: contour.lanes.map(onMap), start: contour.start && { ...contour.start, x: start[0], y } },
      loss: { ...loss, layout: { ...loss.layout, yaxis: this.axis(loss.layout.yaxis, runs) }, lanes: loss.lanes.map((lane, i) => (runs[i].isServers ? lane : { ...lane, ...runs[i].curve, band: head.curve[0] === "loss" ? runs[i].beside.band : undefined })) },
    };
    const lanes = head.lanes.map((lane, i) => {
      if (runs[i].isServers) return lane;
      const name = named(lane.name, race.lanes[i].numbers, runs[i].numbers), called = lane.called === lane.name ? name : lane.called;
      return { ...lane, name, called, outcome: runs[i].outcome, result: "" };
    });
    const inspections = Object.fromEntries(Object.entries(head.inspections).map(([i, found]) => [i, seen(found, runs[i], runs[i].numbers)]));
    const { threshold, lift } = ground;
    return { ...head, figures, ground, lanes, inspections, threshold, lift, best: null, told: { ...head.told, after: "" } };
  }
}

// Heights of another surface are fitted to the box of the one before, whose numbers are not theirs.
function unnumbered({ scene, ...layout }) {
  return { ...layout, scene: { ...scene, zaxis: { ...scene.zaxis, showticklabels: false } } };
}
