// A card of a lesson: its words and questions, and the race that answers them. A guess asks the
// server nothing; only a changed race does.

import { tell } from "./frame.js";
import { short } from "./number.js";
import { playerIn } from "./player.js";
import { BY_ITSELF, Slider } from "./slider.js";
import { cardOf } from "./wire.js";

const PICTURES = { contour: "Map", scene: "3-D", loss: "Curve", data: "Data" };
const PANELS = { contour: "map", scene: "scene", loss: "curve", data: "data" }; // as a view calls them
const GUESS_FIRST = "Guess first: choose an answer, or “Just show me”.";
const SMALLEST = 0.6, SMALLER = 0.05; // how far a card may shrink so as to be seen whole, and in which steps
const NUDGE = 0.02; // of the map, for an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FLAG = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 2v20" /><path d="M6 3h12l-3.5 4L18 11H6z" /></svg>';

class Lesson {
  constructor(host, player) {
    this.root = host.querySelector(".lesson");
    this.player = player;
    this.slider = host.querySelector(".slider");
    this.slider.remove();
    const part = (name) => this.root.querySelector(`.lesson-${name}`);
    Object.assign(this, {
      title: part("title"), place: part("place"), progress: part("progress"), heading: part("heading"), words: part("words"),
      math: part("math"), turn: part("turn"), further: part("further"), above: part("above"), sliderBox: part("sliders"), below: part("below"), end: part("end"), said: part("said"),
      backButton: part("back"), nextButton: part("next"), switch: part("switch"),
      homeButton: this.root.querySelector("[data-turn]"),
    });
    this.flag = element("button", { className: "lesson-flag", type: "button", innerHTML: FLAG, hidden: true });
    this.flag.onkeydown = (event) => this.steer(event);
    this.flag.onclick = ({ detail }) => { if (!detail) this.plant(this.flagAt); }; // Enter or the space bar
    player.contour.panel.append(this.flag);
    player.whole = this.root;
    player.onStep = (step) => this.reach(step);
    player.onHeld = () => this.remind();
    player.onPaint = (...place) => this.paint(...place);
    player.onPlace = (point) => { if (this.asksForFlag) this.plant(point); };
    this.backButton.onclick = () => this.go(-1);
    this.nextButton.onclick = () => this.go(1);
    this.homeButton.onclick = () => this.leave("");
    this.root.querySelector(".lesson-full").onclick = () => player.fullScreen();
    this.sized = new ResizeObserver(() => this.fit());
    this.sized.observe(this.root.querySelector(".lesson-stage"));
    document.addEventListener("keydown", (this.onKey = (event) => this.hear(event)), true);
  }

  show(component) {
    this.component = component;
    const before = this.card, card = (this.card = { ...cardOf(component.data), ...component.become }), { player } = this;
    player.isLarge = card.teaching;
    player.enlarge();
    this.root.classList.toggle("is-teaching", card.teaching);
    const isNew = card.id !== before?.id;
    if (isNew) this.begin(card);
    player.show(component);
    if (isNew) {
      this.drawCard(card);
      this.write();
      if (this.stage === "told") player.clock.go(player.clock.target);
      if (before) this.heading.focus({ preventScroll: true });
      document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
    }
    const isOther = isNew || card.tried !== before.tried;
    if (isOther) this.isSeen = card.tried === null;
    if (isOther && !isNew) this.run();
    this.draw();
    if (!isNew && card.goal && card.race !== before.race) player.clock.move(player.clock.target);
    if (card.goal?.reached && !before?.goal?.reached && !isNew) this.say("Reached.");
  }

  // A card that is come to: its race waits for a guess, unless the link has one.
  begin(card) {
    const { player } = this;
    this.guess = card.guess && card.guessed ? this.read(card.guessed) : undefined;
    this.stage = !card.guess ? "look" : this.guess === undefined ? "ask" : "told";
    if (card.goal) this.stage = "goal";
    Object.assign(this, { marked: undefined, aspect: "", reason: undefined, firstReason: undefined, hints: 0, flagAt: undefined, isSeen: true });
    if (this.guess?.x !== undefined) this.flagAt = this.guess;
    player.forget();
    player.clock.hold(this.stage === "ask");
    player.foresee(["told", "goal"].includes(this.stage));
    this.turn.style.minHeight = "";
  }

  // What a link says was guessed: an answer's place from 0, or a place on the map.
  read(text) {
    const { answers } = this.card.guess, [x, y] = text.split(",").map(Number);
    if (!answers) return Number.isFinite(x) && Number.isFinite(y) ? { x, y } : undefined;
    return Number.isInteger(x) && answers[x - 1] ? x - 1 : undefined;
  }

  get asksForFlag() {
    return this.stage === "ask" && Boolean(this.card.guess.place);
  }

  // A guess is made, or none is: the race goes off, and tells.
  decide(guess) {
    this.guess = guess;
    this.stage = "run";
    const hadFocus = this.turn.contains(document.activeElement) || this.flag === document.activeElement;
    this.turn.style.minHeight = `${this.turn.offsetHeight}px`; // the answer stands where the question stood
    this.player.clock.hold(false);
    this.write();
    this.note();
    this.draw();
    if (hadFocus) this.turn.querySelector("[tabindex]")?.focus({ preventScroll: true });
    this.run();
  }

  // A page without a server keeps by itself what is done.
  note() {
    this.component.note?.({ guess: this.guessed, reason: this.firstReason });
  }

  // As a link has it: the number of an answer, or a place.
  get guessed() {
    const { guess } = this;
    if (guess === undefined) return "";
    return guess.x === undefined ? String(guess + 1) : [guess.x, guess.y].map((at) => Number(at.toPrecision(4))).join();
  }

  // The address names the card and the guess, in the same entry of the history.
  write() {
    const { guess, card } = this;
    if (!card.address) return; // a file, which has none
    const own = [...new URLSearchParams(location.search)].filter(([key]) => /^embed|^teach$/.test(key));
    const parts = new URLSearchParams([...Object.entries(card.address), ...own]);
    if (guess !== undefined) parts.set("guess", this.guessed);
    const search = `?${String(parts).replaceAll("%2C", ",")}`;
    if (search === location.search) return;
    history.replaceState(history.state, "", `${search}${location.hash}`);
    tell(search);
  }

  run() {
    const { clock } = this.player;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return clock.move(clock.target);
    clock.move(clock.begin);
    clock.play();
  }

  // The race has come to a step.
  reach(step) {
    if (!this.player.race || step < this.player.clock.target) return;
    const isFirst = ["run", "look"].includes(this.stage);
    if (isFirst) this.stage = "told";
    if (!isFirst && this.isSeen) return;
    this.isSeen = true;
    this.draw();
    this.say(isFirst ? this.answer : plain(this.card.see));
    this.player.foresee(true);
  }

  // What came of it, after what was said.
  get answer() {
    const { guess: asked, result } = this.card, { guess } = this;
    const happened = plain(result);
    if (guess === undefined || !asked) return happened;
    if (guess.x === undefined) return `You said ${asked.answers[guess][1]}. ${happened}`;
    const [x, y] = asked.place, isProfile = this.player.held !== undefined;
    const far = Math.hypot(guess.x - x, isProfile ? 0 : guess.y - y);
    return `Your flag was ${short(far)} away from it. ${happened}`;
  }

  say(words) {
    this.said.textContent = words;
  }

  remind() {
    this.say("");
    this.say(GUESS_FIRST);
    this.turn.classList.remove("is-asked");
    requestAnimationFrame(() => this.turn.classList.add("is-asked"));
    (this.turn.querySelector(".lesson-answers button") ?? this.flag).focus({ preventScroll: true });
  }

  go(by) {
    const { cards, place } = this.card, key = cards[place + by];
    if (key || by > 0) this.leave(key ?? null);
  }

  // To another card, the list ("") or the end (null), with what was guessed and answered first.
  leave(to) {
    this.component.setTriggerValue("turn", { to, guess: this.guessed, reason: this.firstReason ?? null });
  }

  drawCard({ home, lesson, cards, place, guess, claim, words, more, math, sources, notShown }) {
    this.homeButton.textContent = home;
    this.title.textContent = lesson;
    this.place.textContent = `${place + 1} of ${cards.length}`;
    Object.assign(this.progress, { max: cards.length, value: place + 1 });
    // What is claimed would give away what is asked: it is told with the answer.
    this.heading.replaceChildren(...prose(guess ? guess.text : claim));
    this.words.replaceChildren(...prose(words), ...(guess ? [] : [restOf(more)]));
    this.math.innerHTML = math.map((line) => `<div>${line}</div>`).join("");
    this.math.tabIndex = this.math.scrollWidth > this.math.clientWidth ? 0 : -1; // what scrolls is reached by the keyboard
    this.backButton.disabled = !place;
    this.nextButton.textContent = place + 1 < cards.length ? "Next" : "Done";
    this.end.hidden = place + 1 < cards.length || !(sources.length || notShown);
    this.end.open = false;
    const list = element("ul");
    list.append(...sources.map(([cited, title, url]) => {
      const item = element("li"), link = element("a", { href: url, target: "_blank", rel: "noopener", textContent: title });
      item.append(`${cited}: `, link);
      return item;
    }));
    this.end.lastElementChild.replaceChildren(list, element("p", { textContent: notShown }));
    this.leaveSliders();
    this.sliders = this.card.sliders.map((_, of) => {
      const host = element("div");
      host.append(this.slider.cloneNode(true));
      return { host, part: new Slider(host), of };
    });
    this.byItself = paragraph("lesson-hint", ["This page computes the race by itself."]);
    this.sliderBox.replaceChildren(...this.sliders.map(({ host }) => host), this.byItself);
    this.drawSwitch();
  }

  // On a phone there is room for one picture.
  drawSwitch() {
    const { figures, view } = this.player.race;
    const asked = (name) => !view.panels.length || view.panels.includes(PANELS[name]);
    const names = Object.keys(PICTURES).filter((name) => name in figures && asked(name));
    this.root.dataset.picture = names[0];
    this.switch.hidden = names.length < 2;
    this.switch.replaceChildren(...names.map((name) => {
      const button = element("button", { type: "button", textContent: PICTURES[name] });
      button.setAttribute("aria-pressed", String(name === names[0]));
      button.onclick = () => {
        this.root.dataset.picture = name;
        for (const other of this.switch.children) other.setAttribute("aria-pressed", String(other === button));
        this.player.show(this.component); // a picture out of sight is not drawn
      };
      return button;
    }));
  }

  draw() {
    const { card, stage } = this;
    this.root.classList.toggle("has-goal", stage === "goal");
    this.root.classList.toggle("is-told", stage === "told");
    this.nextButton.classList.toggle("is-main", stage === "told" || Boolean(card.goal?.reached));
    for (const { host, part, of } of this.sliders) {
      host.hidden = !card.sliders[of]; // what a variation has in its place has no such setting
      if (!host.hidden) part.show({
        data: { ...card.sliders[of], strip: card.goal ? null : BY_ITSELF }, // which would reach a goal for them
        setTriggerValue: (_, move) => this.component.setTriggerValue("move", { ...move, of }),
      });
    }
    this.byItself.hidden = !this.component.kernels || !card.sliders.some(Boolean);
    const print = JSON.stringify([card.id, stage, this.aspect, this.reason, this.hints, this.marked, card.tried, this.isSeen, card.changed, card.goal?.reached]);
    if (print !== this.print) this.drawTurn();
    this.print = print;
    this.root.classList.toggle("is-further", stage === "told" && Boolean(this.aspect));
    this.flag.hidden = !(this.asksForFlag || this.flagAt);
    this.flag.disabled = !this.asksForFlag;
    this.flag.setAttribute("aria-label", "Flag: move it with the arrow keys, and put it with Enter");
    this.player.root.classList.toggle("is-asking", this.asksForFlag);
    this.player.contour.draw(this.player.clock.step);
    this.fit();
  }

  // A card beside its race is as large as it can be without scrolling; once smaller, it stays so.
  // What was asked stays where it is: once there is an answer, only what begins with it shrinks.
  fit() {
    const box = this.root.querySelector(".lesson-card"), { id } = this.card ?? {};
    if (!id || getComputedStyle(box).display === "contents") return; // on a phone one scrolls
    const of = [id, innerWidth, innerHeight].join(), isNew = of !== this.fitted?.of;
    if (isNew) this.fitted = { of, whole: 1, rest: 1 };
    const { fitted } = this, part = !isNew && ["run", "told"].includes(this.stage) ? "rest" : "whole";
    const set = (name, factor) => box.style.setProperty(`--lesson-${name}`, factor);
    set("whole", 1);
    const high = parseFloat(getComputedStyle(box).minHeight) + 0.5;
    for (const name of ["whole", "rest"]) set(name, fitted[name]);
    while (fitted[part] > SMALLEST && box.getBoundingClientRect().height > high) {
      set(part, (fitted[part] = Number((fitted[part] - SMALLER).toFixed(2))));
    }
  }

  drawTurn() {
    const { card, stage, turn, further } = this;
    turn.hidden = stage === "goal";
    further.hidden = stage !== "goal" && (stage !== "told" || !(card.why || card.tries.length || card.sliders.length));
    if (stage === "goal") {
      turn.replaceChildren();
      this.goOnTo(...this.goalParts());
    } else if (stage === "look") {
      turn.replaceChildren(this.button("Show me", "lesson-answer-button", () => this.decide(undefined)));
    } else {
      turn.replaceChildren(...(stage === "ask" ? this.askParts() : this.answerParts()));
    }
    if (stage === "told" && !further.hidden) this.drawFurther();
  }

  // The sliders stay where they are: one that is held would be let go.
  goOnTo(above, below, hasSliders = true) {
    this.above.replaceChildren(...above);
    this.below.replaceChildren(...below);
    this.sliderBox.hidden = !hasSliders || !this.sliders.length;
  }

  askParts() {
    const { answers } = this.card.guess;
    const show = this.button("Just show me", "lesson-link", () => this.decide(undefined));
    if (!answers) {
      const point = ["mouse", "touch"].map((by, i) => element("span", { className: `race-${by}`, textContent: ["click on", "tap"][i] }));
      const keys = this.button("use the arrow keys", "lesson-link", () => this.flag.focus());
      return [paragraph("lesson-hint", ["Put a flag there: ", ...point, " the map, or ", keys, "."]), show];
    }
    const row = element("div", { className: "lesson-answers" });
    row.append(...answers.map(([text], i) => {
      const button = this.button(text, "lesson-answer-button", () => this.decide(i));
      if (this.marked === i) button.classList.add("is-marked");
      return button;
    }));
    return [row, show];
  }

  answerParts() {
    if (this.stage === "told") return [paragraph("lesson-answer", this.answerPieces), ...this.claimParts()];
    const { guess } = this, { answers } = this.card.guess ?? {};
    const words = guess === undefined ? "" : guess.x === undefined ? `You said ${answers[guess][1]}.` : "Your flag stands.";
    return [paragraph("lesson-answer", [words])];
  }

  claimParts() {
    const { guess, claim, more } = this.card;
    return guess ? [paragraph("lesson-claim", [...prose(claim), restOf(more), ...this.afterParts()])] : [];
  }

  // The figure or theorem that the card repeats.
  afterParts() {
    const { after } = this.card;
    if (!after) return [];
    const [cited, , href] = after, where = element("span", { className: "lesson-after" });
    where.append(" After ", element("a", { href, target: "_blank", rel: "noopener", textContent: cited }), ".");
    return [where];
  }

  get answerPieces() {
    const happened = plain(this.card.result);
    return [this.answer.slice(0, this.answer.length - happened.length), ...prose(this.card.result)];
  }

  drawFurther() {
    const { card } = this, aspects = [];
    if (card.why) aspects.push(["why", "Why?"]);
    if (card.tries.length || card.sliders.length) aspects.push(["try", "Try it"]);
    if (!card.teaching || aspects.length === 1) this.aspect ||= aspects[0][0]; // a class is shown one thing at a time
    const choice = element("div", { className: "lesson-aspects", role: "group", ariaLabel: "Go on" });
    if (aspects.length > 1) choice.append(...aspects.map(([name, text]) => {
      const button = this.button(text, "", () => this.set({ aspect: card.teaching && name === this.aspect ? "" : name }));
      button.setAttribute("aria-pressed", String(name === this.aspect));
      return button;
    }));
    if (!this.aspect) return this.goOnTo([choice], [], false);
    if (this.aspect === "why") return this.goOnTo([choice, ...this.whyParts()], [], false);
    const [row, words] = this.tryParts();
    this.goOnTo([choice, row], [words]);
  }

  whyParts() {
    const { text, reasons } = this.card.why;
    const list = element("div", { className: "lesson-reasons" });
    list.append(...reasons.map(([words], i) => {
      const button = this.button(words, "", () => {
        this.firstReason ??= i;
        this.note();
        this.set({ reason: i });
        this.say(this.against(i));
      });
      button.setAttribute("aria-pressed", String(this.reason === i));
      return button;
    }));
    const told = this.reason === undefined ? [] : [this.against(this.reason)];
    return [paragraph("lesson-question", prose(text)), list, paragraph("lesson-against", told)];
  }

  against(i) {
    return this.card.why.reasons[i][1] || "That is why.";
  }

  tryParts() {
    const { tries, tried, changed, see } = this.card;
    const row = element("div", { className: "lesson-tries" });
    row.append(...tries.map((label, i) => {
      const button = this.button(label, "", () => this.component.setTriggerValue("try", i));
      button.setAttribute("aria-pressed", String(tried === i));
      return button;
    }));
    const own = this.button("As it was", "lesson-link", () => this.component.setTriggerValue("try", -1));
    own.hidden = !changed;
    row.append(own);
    const words = tried !== null && this.isSeen ? prose(see) : [];
    return [row, paragraph("lesson-against", words)];
  }

  goalParts() {
    const { goal, changed, claim } = this.card;
    const task = claim.length && plain(claim) !== plain(goal.task) ? [paragraph("lesson-question", prose(goal.task))] : [];
    const state = paragraph("lesson-answer", [goal.reached ? "Reached." : changed && goal.reached !== null ? "Not yet." : ""]);
    state.classList.toggle("is-reached", Boolean(goal.reached));
    const hint = this.hints ? [paragraph("lesson-hint", [`${this.hints} of ${goal.hints.length}: ${goal.hints[this.hints - 1]}`])] : [];
    const row = element("div", { className: "lesson-tries" });
    const more = this.hints < goal.hints.length;
    row.append(
      more
        ? this.button(this.hints ? "Another hint" : "A hint", "", () => { this.say(goal.hints[this.hints]); this.set({ hints: this.hints + 1 }); })
        : this.button("Show a solution", "", () => this.component.setTriggerValue("solve", true)),
    );
    if (this.card.address) row.append(this.button("Change more on the race’s page", "", () => this.component.setTriggerValue("leave", true)));
    if (changed) row.append(this.button("As it was", "lesson-link", () => this.component.setTriggerValue("try", -1)));
    return [task, [state, ...hint, row]];
  }

  set(change) {
    const had = document.activeElement?.textContent;
    Object.assign(this, change);
    this.draw();
    // What was pressed is drawn anew, and keeps the focus.
    if (!this.root.contains(document.activeElement)) [...this.root.querySelectorAll("button")].find(({ textContent }) => textContent === had)?.focus({ preventScroll: true });
  }

  button(text, className, onclick) {
    return element("button", { type: "button", textContent: text, className, onclick });
  }

  // The flag of a guess, and once it is answered, how far it was from the place.
  paint(pen, x, y) {
    const at = this.flagAt ?? this.begins;
    if (!at || this.flag.hidden) return;
    this.flag.style.transform = `translate(${x(at.x)}px, ${y(at.y)}px)`;
    const { place } = this.card.guess ?? {};
    if (this.stage !== "told" || !place || !this.flagAt || this.player.held !== undefined) return;
    pen.setLineDash([4, 4]);
    pen.lineWidth = 2;
    pen.strokeStyle = this.player.race.ink;
    pen.beginPath();
    pen.moveTo(x(at.x), y(at.y));
    pen.lineTo(x(place[0]), y(place[1]));
    pen.stroke();
    pen.setLineDash([]);
  }

  // Where a flag stands that nobody has moved: at the start, which tells nothing of the end.
  get begins() {
    const { start, whole } = this.player.contour;
    return start ?? (whole && { x: whole.x[0], y: whole.y[0] });
  }

  steer(event) {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y } = this.player.contour.whole, at = this.flagAt ?? this.begins, part = NUDGE * (event.shiftKey ? 5 : 1);
    const to = (value, by, [low, high]) => Math.max(low, Math.min(value + by * part * (high - low), high));
    this.flagAt = { x: to(at.x, dx, x), y: to(at.y, dy, y) };
    this.say(`Flag at ${short(this.flagAt.x)}, ${short(this.flagAt.y)}.`);
    this.player.contour.draw(this.player.clock.step);
  }

  plant(point) {
    const { x, y } = point ?? this.flagAt ?? this.begins;
    this.flagAt = { x, y };
    this.decide({ x, y });
  }

  // The keys of a presenter, where a class is taught.
  hear(event) {
    const { key, altKey, ctrlKey, metaKey, target } = event;
    if (!this.card?.teaching || altKey || ctrlKey || metaKey || target.closest?.("input, textarea, select")) return;
    const place = Number(key) - 1, { answers } = this.card.guess ?? {};
    if (key === "PageDown") this.goOn();
    else if (key === "PageUp") this.go(-1);
    else if (key === "b" || key === "B" || key === ".") this.root.classList.toggle("is-black");
    else if (this.stage === "ask" && answers?.[place]) this.set({ marked: this.marked === place ? undefined : place });
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // From the question to the race, from there to its answer, and on to the next card.
  goOn() {
    const { stage, player: { clock } } = this;
    if (stage === "ask" || stage === "look") this.decide(this.flagAt ?? this.marked);
    else if (stage === "run" && clock.step < clock.target) clock.move(clock.target);
    else this.go(1);
  }

  leaveSliders() {
    for (const { part } of this.sliders ?? []) part.destroy();
  }

  destroy() {
    this.leaveSliders();
    this.sized.disconnect();
    document.removeEventListener("keydown", this.onKey, true);
    this.player.destroy();
  }
}

export async function mount(host, root) {
  host.querySelector(".lesson-stage").append(host.querySelector(".race"));
  return new Lesson(host, await playerIn(host, root));
}

function element(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

function paragraph(className, pieces) {
  const made = element("p", { className, tabIndex: className === "lesson-answer" ? -1 : undefined });
  if (className !== "lesson-answer") made.removeAttribute("tabindex");
  made.append(...pieces);
  return made;
}

// A sentence, whose terms have the colours of lanes and arrows.
function prose(pieces) {
  return pieces.map(([text, kind, of]) => {
    if (!kind) return text;
    if (kind === "letter") return element("i", { textContent: text });
    const term = element("b", { textContent: text, className: `lesson-term is-${kind} ${kind === "arrow" && of ? `race-arrow-${of}` : ""}` });
    if (kind === "lane") term.style.setProperty("--term", of);
    return term;
  });
}

// What is said where there is room.
function restOf(pieces) {
  const rest = element("span", { className: "lesson-more" });
  rest.append(" ", ...prose(pieces));
  return rest;
}

function plain(pieces) {
  return pieces.map(([text]) => text).join("");
}
