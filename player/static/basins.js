// A map of basins while a hand drags a rate or a parameter: computed beside the page (mapper.js), from
// kernels that figures/live_basins.py names.

import { Hand, metBy, named, parted, tableOf } from "./hand.js";

export class Basins extends Hand {
  // `redraw` is called when there is another map, or none any more.
  constructor(root, redraw) {
    super(root);
    this.redraw = redraw;
    this.id = 0;
  }

  // What the server has of the map, null where it has to draw it; says whether something is moved
  // of which that does not know.
  take(map) {
    const print = map && JSON.stringify(map), isMoved = this.have(map);
    if (!isMoved) this.drawn = undefined;
    if (print === this.print) return isMoved;
    this.print = print;
    this.isReady = false;
    if (map) this.ask(null);
    return isMoved;
  }

  // Of numbers, or only that all is there when they come.
  ask(numbers) {
    this.worker ??= this.employ();
    this.worker?.postMessage({ id: ++this.id, root: this.root.href, map: this.race, numbers });
  }

  employ() {
    const worker = new Worker(new URL("mapper.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.hearOf(data);
    worker.onerror = () => { this.isReady = false; };
    return worker;
  }

  hearOf({ id, isReady, error, ...drawn }) {
    if (isReady || error) {
      if (id === this.id) this.isReady = !error;
    } else if (this.moves.size) {
      this.drawn = { ...drawn, isLatest: id === this.id };
      this.redraw();
    }
  }

  // Whether it is a number of which the page can draw all that follows.
  knows(sets) {
    const { race, isReady } = this, [whose, name] = parted(sets);
    if (!race || !isReady) return false;
    return whose === "surface" ? race.surface.free.includes(name) : name in (race.lanes[whose]?.numbers ?? {});
  }

  // Of a lane that is not mapped nothing follows.
  move(sets, value, passing) {
    if (this.isReady && this.race?.others.includes(parted(sets)[0])) return true;
    return super.move(sets, value, passing);
  }

  show() {
    if (!this.moves.size || !this.isReady) return;
    if ([...this.moves].every(([sets, { value }]) => String(this.number(sets)) === String(value))) return this.forget();
    const { lanes, surface } = this.race;
    const own = Object.entries(lanes).map(([place, { numbers }]) => [place, this.changed(place, numbers)]);
    this.ask({ lanes: Object.fromEntries(own), surface: this.changed("surface", surface.numbers) });
  }

  // All is as the server has it.
  forget() {
    this.id += 1; // nothing that is still being computed is drawn
    this.moves.clear();
    this.drawn = undefined;
    this.redraw();
  }

  // What moves the starts of each lane: `mover` of swarm.js, of their x and y.
  async movers(byKernel) {
    const { race } = this, lanes = race.order.map((place) => race.lanes[place]);
    const there = await this.all([race.surface.loss, race.noise, ...lanes.flatMap(({ swarm, factors, table }) => [swarm, factors, table])].filter(Boolean));
    if (!there) return null;
    const met = metBy(there[race.surface.loss], race.surface.numbers);
    return lanes.map((lane) => {
      const rule = there[lane.swarm], { numbers, clip } = lane, factors = there[lane.factors];
      const table = tableOf(new Map(), rule, numbers, factors, race.steps, lane, there);
      return (x, y) => byKernel({ rule, numbers, factors, noise: there[race.noise], clip, table }, met, race.bound, x, y);
    });
  }

  // A trace as the page has it: the cells of a panel, and the marks of its minima.
  traced(trace) {
    const { panels, minima } = this.drawn, { role, lane } = trace.meta;
    if (role === "cells") return { ...trace, ...panels[lane], text: undefined, customdata: undefined, hoverinfo: "skip", hovertemplate: undefined };
    if (role !== "minimum") return trace;
    const named = minima.slice(0, this.race.named);
    return { ...trace, x: named.map(({ x }) => x), y: named.map(({ y }) => y), text: named.map((_, i) => `<b>${i + 1}</b>`) };
  }

  // What stands above each panel.
  titled(annotations) {
    const { order, lanes, against } = this.race, names = order.map((place) => named(lanes[place].name, lanes[place].numbers, this.changed(place, lanes[place].numbers)));
    return annotations.map((each, i) => ({ ...each, text: annotations.length < names.length ? names.join(against) : names[i] }));
  }

  // Of how many starts the map is, and what part of them arrives.
  get words() {
    const sizes = this.drawn.ended.map(({ n, place }) => `${Math.round((100 * place.filter((each) => each >= 0).length) / n ** 2)} % of ${n} × ${n} starts`);
    return `Computed by this page while you drag: ${sizes.join(" and ")} reach a minimum.`;
  }

  leave() {
    super.leave();
    this.worker?.terminate();
  }
}
