// A number on a slider, and exact beside it.

import { Courier } from "./courier.js";
import { plain } from "./typed.js";

class Slider {
  constructor(host) {
    this.courier = new Courier((move) => this.component.setTriggerValue("move", move));
    this.name = host.querySelector(".slider-name");
    this.range = host.querySelector(".slider-range");
    this.exact = host.querySelector(".slider-exact");
    this.range.onpointerdown = () => { this.dragged = true; };
    this.range.oninput = () => { if (this.dragged) this.move(this.stops[this.range.value], true); };
    this.range.onchange = () => {
      this.dragged = false;
      this.move(this.stops[this.range.value], false);
    };
    this.exact.onchange = () => {
      const text = plain(this.exact.value);
      this.typed = this.exact.value;
      if (text === "") this.draw(this.value);
      else this.move(Number.isFinite(Number(text)) ? Number(text) : text, false); // what is none is answered with a sentence
    };
    this.exact.onkeydown = ({ key }) => { if (key === "Escape") this.draw(this.value); };
    this.exact.onfocus = () => this.exact.select();
  }

  show(component) {
    const { data } = (this.component = component);
    const { name, label, stops } = data;
    this.name.textContent = name;
    if (this.stops?.join() !== stops.join()) {
      this.stops = stops;
      this.range.max = stops.length - 1;
    }
    this.range.setAttribute("aria-label", label);
    this.exact.setAttribute("aria-label", `Exact ${label[0].toLowerCase()}${label.slice(1)}`);
    if (!this.courier.arrived(data.answered)) return;
    this.value = data.value;
    if (this.exact !== document.activeElement || this.exact.value === this.typed) this.draw(data.value);
  }

  draw(value) {
    const decades = this.stops[0] > 0;
    const distance = (stop) => Math.abs(decades ? Math.log(stop / value) : stop - value);
    const nearest = this.stops.reduce((best, stop, i) => (distance(stop) < distance(this.stops[best]) ? i : best), 0);
    this.range.value = nearest;
    this.write(value);
  }

  write(value) {
    this.range.setAttribute("aria-valuetext", String(value));
    this.exact.value = this.typed = String(value);
  }

  move(value, passing) {
    if (Number.isFinite(value)) this.draw(value);
    this.courier.post({ value, passing });
  }

  destroy() {}
}

export function mount(host) {
  return new Slider(host);
}
