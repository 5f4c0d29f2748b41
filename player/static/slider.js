// A number on a slider, and exact beside it.

import { Courier } from "./courier.js";
import { hears, moved, told } from "./hand.js";
import { Strip, partOf } from "./strip.js";
import { plain } from "./typed.js";

export const BY_ITSELF = { found: null, asks: false }; // a strip that no server is asked for

export class Slider {
  constructor(host) {
    this.courier = new Courier((move) => {
      const { key } = this.component.data;
      if (!key || !told({ key, ...move })) this.component.setTriggerValue("move", move);
    });
    this.deaf = hears((serials) => {
      const serial = serials[this.component?.data.key];
      if (serial > this.courier.answered) this.courier.arrived(serial);
    });
    for (const part of ["name", "missing", "ask", "help", "track", "range", "strip", "exact", "acts", "limit", "best", "whole", "refused", "chosen"]) {
      this[part] = host.querySelector(`.slider-${part}`);
    }
    this.places = [];
    this.range.onpointerdown = () => { this.dragged = true; };
    this.range.oninput = () => {
      if (!this.dragged) return;
      if (this.waits) this.write(this.place);
      else this.move(this.place, true);
    };
    this.range.onchange = () => {
      this.dragged = false;
      this.move(this.place, false);
    };
    this.exact.onchange = () => {
      const text = plain(this.exact.value);
      this.typed = this.exact.value;
      if (text === "") this.draw(this.value);
      else this.move(Number.isFinite(Number(text)) ? Number(text) : text, false, true); // what is none is answered with a sentence
    };
    this.exact.onkeydown = ({ key }) => { if (key === "Escape") this.draw(this.value); };
    this.exact.onfocus = () => this.exact.select();
    this.ask.onclick = () => {
      this.help.hidden = !this.help.hidden;
      this.ask.setAttribute("aria-expanded", String(!this.help.hidden));
    };
  }

  show(component) {
    const { data } = (this.component = component), said = JSON.stringify(data);
    // Once more what was said before the server heard of the latest moves.
    if (said === this.said && data.answered < this.courier.answered) return;
    this.said = said;
    const { name, label, help, stops, complement, waits } = data;
    const exact = /^.[a-z]/.test(label) ? label[0].toLowerCase() + label.slice(1) : label; // λ₁ and L2 stay
    this.name.textContent = name;
    this.range.setAttribute("aria-label", label);
    this.exact.setAttribute("aria-label", `Exact ${exact}`);
    this.ask.hidden = !help;
    this.ask.setAttribute("aria-label", `What ${exact} is`);
    this.help.textContent = help;
    this.refused.textContent = data.refused ?? ""; // where there is no server to say so
    Object.assign(this, { complement, waits, sets: data.sets });
    if (this.stops?.join() !== stops.join()) {
      this.stops = stops;
      this.places = [];
    }
    this.acts.hidden = !data.strip;
    if (data.strip) {
      this.ends ??= this.striped();
      this.ends.show(data.sets, stops, data.admits.whole, data.strip.found);
      this.limit.setAttribute("aria-label", `Find the limit of ${exact}`);
      this.best.setAttribute("aria-label", `Best here: ${exact}`);
      this.whole.setAttribute("aria-label", `Run the whole range of ${exact}`);
    }
    if (!this.courier.arrived(data.answered)) return;
    this.value = data.value;
    if (this.exact !== document.activeElement || this.exact.value === this.typed) this.draw(data.value);
    else this.stand(data.value);
  }

  // With the strip below, and what takes a number from it.
  striped() {
    const { strip: canvas, track, limit, best, chosen: status } = this;
    const ends = new Strip({ canvas, track, limit, best, status }, (value) => partOf(this.places, value), (value) => this.move(value, false), () => {
      const mayAsk = ends.isServers && !ends.found;
      this.whole.hidden = !(mayAsk && this.component.data.strip.asks);
      canvas.hidden = limit.hidden = best.hidden = mayAsk;
    });
    this.whole.onclick = () => this.component.setTriggerValue("ask", true);
    return ends;
  }

  get place() {
    return this.places[this.range.value];
  }

  draw(value) {
    this.stand(value);
    this.write(value);
  }

  // A number that is no stop becomes one, until there is another, so that a step and a step back
  // come to it again.
  stand(value) {
    if (!this.places.includes(value)) {
      this.places = [...new Set([...this.stops, value])].sort((a, b) => a - b);
      this.range.max = this.places.length - 1;
      this.ends?.draw();
    }
    this.ends?.stand(value);
    this.range.value = this.places.indexOf(value);
  }

  write(value) {
    this.range.setAttribute("aria-valuetext", String(value));
    this.exact.value = this.typed = String(value);
    this.missing.textContent = this.complement && `1 − ${this.complement} = ${Number((1 - value).toPrecision(6))}`;
  }

  // Of what is typed the server says whether it can be.
  move(value, passing, isTyped = false) {
    if (Number.isFinite(value)) this.draw(value);
    if (!moved(this.sets, isTyped ? undefined : value, passing) || !passing) this.courier.post({ value, passing });
  }

  destroy() {
    this.deaf();
    this.ends?.leave();
  }
}

// What a slider shows after a move, where there is no server to say so: a number that is not taken
// stays as it was.
export function moveOf(data, { value, serial }) {
  const { low, high, open, whole, words } = data.admits;
  const isIn = Number.isFinite(value) && !(low !== null && value < low) && !(high !== null && (open ? value >= high : value > high));
  if (isIn && !(whole && !Number.isInteger(value))) return { ...data, value, answered: serial, refused: "" };
  const subject = data.label[0].toUpperCase() + data.label.slice(1);
  return { ...data, answered: serial, refused: `${subject} must be ${words}, not ${value}; it stays as it was.` };
}

export function mount(host) {
  return new Slider(host);
}
