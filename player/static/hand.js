// What a hand moves, and the kernels of which a page computes all that follows by itself.

// What a hand moves is told to whoever draws by an event, for its sliders stand elsewhere in the page.
export const MOVED = "descent-lab-moved";
export const ANGLE = "surface.transform.rotate"; // which kernels have as its cosine and its sine
const TOLD = "descent-lab-told"; // where a slider was let go, to whoever has the server draw the race only
const HEARD = "descent-lab-heard"; // and up to which of them it has
const PATIENCE = 5000; // milliseconds after which the server's answer to what was let go is given up

// Whether the page draws by itself what a hand moves, so that it need not be sent while it is only
// passing. `sets` names the number: "start", "0.lr" of the first lane, "surface.a".
export function moved(sets, value, passing) {
  if (!sets) return false;
  return !dispatchEvent(new CustomEvent(MOVED, { detail: { sets, value, passing }, cancelable: true }));
}

// Whether another tells the server where a slider was let go.
export function told(move) {
  return !dispatchEvent(new CustomEvent(TOLD, { detail: move, cancelable: true }));
}

// Tells it for all sliders, by `tell`, until the function that is returned is called.
export function tells(tell) {
  const hear = (event) => {
    event.preventDefault();
    tell(event.detail);
  };
  addEventListener(TOLD, hear);
  return () => removeEventListener(TOLD, hear);
}

// The server has heard of moves of sliders, by their keys up to such a number.
export function heard(serials) {
  dispatchEvent(new CustomEvent(HEARD, { detail: serials }));
}

// Calls `hear` with these; until the function that is returned is called.
export function hears(hear) {
  const on = ({ detail }) => hear(detail);
  addEventListener(HEARD, on);
  return () => removeEventListener(HEARD, on);
}

// Who draws says what it `knows` and how to `show` it; `race` is what the server has, with the
// numbers of its `lanes` and its `surface`.
export class Hand {
  // `root` is where the app is.
  constructor(root) {
    this.root = root;
    this.files = new Map();
    this.moves = new Map();
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

  // What the server has now; says whether something is moved of which that does not know.
  have(race) {
    const now = performance.now();
    this.race = race;
    for (const [sets, { value, passing, at }] of this.moves) {
      if (!race || String(this.number(sets)) === String(value) || (!passing && !this.source && now - at > PATIENCE)) this.moves.delete(sets);
    }
    return this.moves.size > 0;
  }

  // A module or numbers, which a browser keeps.
  file(name) {
    if (!this.files.has(name)) {
      const coming = this.source ? this.source.file(name) : fetched(name, this.root);
      coming.catch(() => this.files.delete(name));
      this.files.set(name, coming);
    }
    return this.files.get(name);
  }

  // All of some files by their names; null where one does not come.
  async all(names) {
    const found = await Promise.all(names.map((name) => this.file(name))).catch(() => null);
    return found && Object.fromEntries(names.map((name, i) => [name, found[i]]));
  }

  // The number as the kernels call it: of a rule within another, by its place there.
  called(sets) {
    const [whose, name] = parted(sets), names = Object.keys(this.race?.lanes[whose]?.numbers ?? {});
    const within = names.filter((each) => each.endsWith(`.${name}`)).sort((a, b) => a.length - b.length);
    return names.includes(name) || !within.length ? sets : `${whose}.${within[0]}`;
  }

  // Whether a hand has not let go yet.
  get isHeld() {
    return [...this.moves.values()].some(({ passing }) => passing);
  }

  // What the server has for it.
  number(sets) {
    const { start, surface, lanes } = this.race, [whose, name] = parted(sets);
    if (sets === ANGLE) return surface.turned.rotate;
    return sets === "start" ? start : whose === "surface" ? surface.numbers[name] : lanes[whose]?.numbers[name];
  }

  move(named, value, passing) {
    const sets = this.called(named);
    if (value === undefined || !this.knows(sets)) {
      this.moves.delete(sets); // what comes of it is not known yet
      return false;
    }
    this.moves.set(sets, { value: sets === "start" ? this.meant(value) : value, passing, at: performance.now() });
    this.request ??= requestAnimationFrame(() => {
      this.request = undefined;
      this.show();
    });
    return true;
  }

  // The numbers of a part of the race, with those that were moved.
  changed(whose, numbers) {
    const others = [...this.moves].map(([sets, { value }]) => [...parted(sets), value]).filter(([part]) => part === whose);
    return { ...numbers, ...Object.fromEntries(others.map(([, name, value]) => [name, value])) };
  }
}

// What a formula's module answers at some numbers.
export function metBy(module, numbers) {
  const functions = ["value", "gradient", "hessian"].map((name) => [name, module[name](Object.values(numbers))]);
  return { ...Object.fromEntries(functions), asMet: module.met };
}

// What settings and t alone decide of each step: the server's numbers for as long as it knows the
// settings, which differ from the browser's own in the last place; else the rule's own, `kept` as
// long as nothing of it changes.
export function tableOf(kept, rule, numbers, factors, steps, { rule: name, factors: schedule, numbers: before, table }, there) {
  const decided = rule.decided.map((key) => numbers[key]);
  if (rule.decided.every((key) => numbers[key] === before[key])) return there[table];
  const print = `${name} ${schedule} ${decided} ${steps}`;
  if (!kept.has(print)) kept.clear();
  if (!kept.has(print)) kept.set(print, rule.tabled(steps, rule.settings.map((key) => numbers[key]), factors));
  return kept.get(print);
}

// A kernel's file from the server's own route.
export function fetched(name, root) {
  const url = new URL(`kernels/${name}`, root).href;
  return name.endsWith(".js") ? import(url) : fetch(url).then(floats);
}

export function parted(sets) {
  const dot = sets.indexOf(".");
  return [sets.slice(0, dot), sets.slice(dot + 1)];
}

async function floats(answer) {
  if (!answer.ok) throw new Error(answer.statusText);
  const Numbers = answer.url.endsWith(".f32") ? Float32Array : Float64Array;
  return new Numbers(await answer.arrayBuffer());
}

// A lane's name with other numbers, as experiment/lane.py writes them.
export function named(name, before, now) {
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
