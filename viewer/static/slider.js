// A number on a slider, and exact beside it. One move at a time is on its way to the server; what
// happens meanwhile waits, the latest only, so that a dragged slider never runs ahead of the page.

const PATIENCE = 5000; // milliseconds after which an answer is no longer waited for

class Slider {
  constructor(host) {
    this.range = host.querySelector(".slider-range");
    this.exact = host.querySelector(".slider-exact");
    this.range.onpointerdown = () => { this.dragged = true; };
    this.range.oninput = () => { if (this.dragged) this.move(this.stops[this.range.value], true); };
    this.range.onchange = () => {
      this.dragged = false;
      this.move(this.stops[this.range.value], false);
    };
    this.exact.onchange = () => {
      const text = this.exact.value.trim().replace(",", ".");
      if (text === "") this.draw(this.value);
      else this.move(Number(text), false); // NaN is null on the wire, and answered with a sentence
    };
    this.exact.onkeydown = ({ key }) => { if (key === "Escape") this.draw(this.value); };
    this.exact.onfocus = () => this.exact.select();
  }

  show({ data, setTriggerValue }) {
    this.send = (move) => setTriggerValue("move", move);
    this.serial ??= data.answered; // of the latest move
    const { label, stops } = data;
    if (this.stops?.join() !== stops.join()) {
      this.stops = stops;
      this.range.max = stops.length - 1;
    }
    this.range.setAttribute("aria-label", label);
    this.exact.setAttribute("aria-label", `Exact ${label[0].toLowerCase()}${label.slice(1)}`);
    if (this.awaited > data.answered) return;
    this.awaited = 0;
    if (this.waiting) return this.pass();
    this.value = data.value;
    if (this.exact !== document.activeElement || this.exact.value === this.typed) this.draw(data.value);
  }

  draw(value) {
    const distance = (stop) => Math.abs(Math.log(stop / value));
    const nearest = this.stops.reduce((best, stop, i) => (distance(stop) < distance(this.stops[best]) ? i : best), 0);
    this.range.value = nearest;
    this.write(value);
  }

  write(value) {
    this.range.setAttribute("aria-valuetext", String(value));
    this.exact.value = this.typed = String(value);
  }

  move(value, passing) {
    this.waiting = { value, passing };
    if (Number.isFinite(value)) this.draw(value);
    if (!this.awaited || performance.now() - this.sent > PATIENCE) this.pass();
  }

  pass() {
    this.serial += 1;
    this.awaited = this.serial;
    this.sent = performance.now();
    this.send({ serial: this.serial, ...this.waiting });
    this.waiting = null;
  }

  destroy() {}
}

export function mount(host) {
  return new Slider(host);
}
