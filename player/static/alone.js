// A lesson without a server: its cards are in the page, and what is done on them is kept there, for
// the code at its end and for the course in which it stands.

import { codeOf, newSign, resultOf } from "./code.js";
import { courseAround } from "./course.js";
import { mount } from "./lesson.js";
import { moved } from "./hand.js";
import { reaches } from "./measured.js";
import { moveOf } from "./slider.js";

const NOTHING = { guess: "", reason: 0, tried: [], solved: "", helped: false };

class Alone {
  // `lesson` has its key and its cards: what each asks for, a "guess", a "goal" or nothing, and the
  // numbers of its reasons in the order in which they are shown. `read` gives what an id packs, `kernels` what computes a race.
  constructor(host, shown, lesson, read, kernels) {
    Object.assign(this, { shown, read, kernels, cards: lesson.cards, keys: Object.keys(lesson.cards), told: 0 });
    this.result = { name: "", lesson: lesson.key, cards: {}, sign: newSign() };
    this.course = courseAround();
    this.whole = host.querySelector(".lesson");
    this.over = host.querySelector(".over");
    const part = (name) => this.over.querySelector(`.over-${name}`);
    Object.assign(this, { heading: part("heading"), sum: part("sum"), taken: part("taken"), code: part("code") });
    this.name = part("name");
    this.name.oninput = () => {
      this.result.name = this.name.value;
      this.tell(false);
    };
    this.name.onchange = () => this.tell();
    part("copy").onclick = () => this.copy();
    part("again").onclick = () => this.turn(this.keys[0]);
  }

  // From where the course has the person, with what they had done.
  async open() {
    const had = this.course && (await resultOf(this.course.kept)), [first] = this.keys;
    if (had?.lesson === this.result.lesson) this.result = had;
    this.name.value = this.result.name;
    return this.turn(this.keys.includes(this.course?.at) ? this.course.at : first);
  }

  async turn(key) {
    this.key = key;
    this.end(false);
    this.tell();
    await this.go(`card-${key}`);
  }

  async go(id) {
    this.id = id;
    const data = await this.read(id);
    if (this.id !== id) return;
    this.data = data;
    this.become = undefined;
    this.shown.player.putBack();
    this.show();
    const { goal, race } = this.shown.card;
    if (goal?.reached) this.note({ solved: race });
    else if (goal && !this.cards[this.key].asks) this.note({}); // no file can judge it: looked at, it is done
  }

  show() {
    const { data, become, kernels } = this;
    this.shown.show({ data, become, kernels, note: (did) => this.note(did), setTriggerValue: (name, value) => this.answer(name, value) });
  }

  get live() {
    return this.shown.player.live;
  }

  // A slider was let go: the page's own race is what the card has become.
  async move(of, move) {
    const { id } = this, { card } = this.shown, data = moveOf(card.sliders[of], move);
    await this.live.loading;
    if (id !== this.id) return;
    const sliders = card.sliders.map((each, i) => (i === of ? data : each));
    this.become = { ...this.become, sliders };
    moved(data.sets, data.value, false); // of what is refused, what stood there
    if (!data.refused) {
      const race = withNumber(card.race, data.sets, data.value), { goal } = card;
      const reached = goal && (goal.marks.length ? reaches(goal.marks, this.live) : null);
      Object.assign(this.become, { race, changed: true, tried: null, see: [], goal: goal && { ...goal, reached } });
      if (reached) this.note({ solved: race });
    }
    this.show();
  }

  // What a card asks a server for.
  answer(name, value) {
    const own = `card-${this.key}`;
    if (name === "turn" && value.to === null) this.end(true);
    else if (name === "turn") this.turn(value.to || this.keys[0]);
    else if (name === "try" && value < 0) this.go(own);
    else if (name === "try") {
      this.note({ tried: value });
      this.go(`${own}-try-${value}`);
    } else if (name === "solve") {
      this.note({ helped: true });
      this.go(`${own}-solved`);
    } else if (name === "move" && !value.passing) this.move(value.of, value);
  }

  // What is done on a card: of guesses the latest counts, of reasons the first.
  note({ guess, reason, tried, helped, solved }) {
    const did = (this.result.cards[this.key] ??= { ...NOTHING, tried: [] });
    if (guess) did.guess = guess;
    if (Number.isInteger(reason)) did.reason = this.cards[this.key].reasons[reason];
    if (tried !== undefined) did.tried = [...new Set([...did.tried, tried])].sort((a, b) => a - b);
    if (helped && !did.solved) did.helped = true;
    if (solved && !did.solved) did.solved = solved;
    this.tell();
  }

  // How many cards are done: answered, rightly or not; watched, where they ask nothing; and where
  // they set a goal, when that was reached without its solution.
  get count() {
    return this.keys.filter((key) => {
      const did = this.result.cards[key], { asks } = this.cards[key];
      if (!did) return false;
      return asks === "goal" ? did.solved && !did.helped : asks !== "guess" || did.guess;
    }).length;
  }

  // The code, and how much is done; to the course, too, but for each letter of a name.
  async tell(toCourse = true) {
    const told = (this.told += 1), code = await codeOf(this.result), { count, keys } = this;
    if (told !== this.told) return;
    const score = Math.round((100 * count) / keys.length);
    this.code.value = code;
    this.sum.textContent = `You have done ${count} of ${keys.length} cards.`;
    if (!toCourse) return;
    const isTaken = this.course?.tell({ at: this.key, isOver: !this.over.hidden, score, kept: code });
    this.taken.textContent = isTaken ? `The course has your result: ${score} of 100.` : isTaken === false ? "The course has not taken your result: hand in the code." : "";
  }

  end(isOver) {
    this.over.hidden = !isOver;
    this.whole.hidden = isOver;
    if (!isOver) return;
    this.tell();
    this.heading.focus();
  }

  // What is selected can be copied by hand where a page may not.
  copy() {
    this.code.select();
    navigator.clipboard?.writeText(this.code.value).catch(() => {});
  }
}

// A link's race with another number of a lane's method.
function withNumber(race, sets, value) {
  const [lane, name] = sets.split("."), set = `${name}=${value}`;
  const before = new RegExp(`(?<=[(,])${name}=[^(),]*`);
  let place = 0;
  return race.split("&").map((part) => {
    if (!part.startsWith("lane=") || place++ !== Number(lane)) return part;
    if (before.test(part)) return part.replace(before, set);
    return part.endsWith(")") ? `${part.slice(0, -1)},${set})` : `${part}(${set})`;
  }).join("&");
}

export async function mountAlone(host, lesson, read, kernels) {
  return new Alone(host, await mount(host), lesson, read, kernels);
}
