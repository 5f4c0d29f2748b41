// A field of several lines that tells each letter as it is typed.

import { Courier } from "./courier.js";

class Lines {
  constructor(host) {
    this.courier = new Courier((typed) => this.component.setTriggerValue("typed", typed));
    this.text = host.querySelector(".lines-text");
    this.text.oninput = () => this.courier.post({ text: this.text.value });
  }

  show(component) {
    const { label, text, refused, answered } = (this.component = component).data;
    this.text.setAttribute("aria-label", label);
    this.text.setAttribute("aria-invalid", String(refused));
    if (!this.courier.arrived(answered)) return;
    if (this.text.value !== text) this.text.value = text;
    this.text.rows = Math.min(Math.max(text.split("\n").length + 1, 3), 12);
  }

  destroy() {}
}

export function mount(host) {
  return new Lines(host);
}
