// A field of several lines that tells each letter as it is typed.

import { Courier } from "./courier.js";

const LEAST = 3, MOST = 16;

class Lines {
  constructor(host) {
    this.courier = new Courier((typed) => this.component.setTriggerValue("typed", typed));
    this.text = host.querySelector(".lines-text");
    this.text.oninput = () => {
      this.fit();
      this.courier.post({ text: this.text.value });
    };
    this.text.onfocus = () => this.fit();
  }

  // As many rows as the text takes, lines that do not fit in the width included.
  fit() {
    this.text.rows = LEAST;
    while (this.text.rows < MOST && this.text.scrollHeight > this.text.clientHeight) this.text.rows++;
  }

  show(component) {
    const { label, text, refused, answered } = (this.component = component).data;
    this.text.setAttribute("aria-label", label);
    this.text.setAttribute("aria-invalid", String(refused));
    if (!this.courier.arrived(answered)) return;
    if (this.text.value !== text) this.text.value = text;
    this.fit();
  }

  destroy() {}
}

export function mount(host) {
  return new Lines(host);
}
