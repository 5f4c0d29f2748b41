// In full screen, where the page's own sliders are out of sight: each lane's learning rate.

import { Courier } from "./courier.js";
import { swatch } from "./legend.js";
import { moved } from "./hand.js";
import { short } from "./number.js";

export class Rates {
  // `send` is called with a lane, the rate, whether it is only passing, and the change's number.
  constructor(element, send) {
    this.element = element;
    this.courier = new Courier(send);
    this.rows = [];
  }

  // `rates` has a value and stops for each lane that has a rate; none where they are not changed.
  show({ rates = [], rated, lanes }) {
    const latest = this.courier.arrived(rated), { color } = getComputedStyle(this.element);
    if (rates.length !== this.rows.length) {
      this.rows = rates.map((_, lane) => this.row(lane));
      this.element.replaceChildren(...this.rows.map(({ label }) => label));
    }
    rates.forEach((rate, lane) => {
      const row = this.rows[lane], { called } = lanes[lane];
      row.label.hidden = !rate;
      row.label.title = `Learning rate of ${called}`;
      row.range.setAttribute("aria-label", row.label.title);
      row.label.firstChild.replaceWith(swatch(lanes[lane], color));
      if (!rate || (!latest && row.places.length)) return;
      row.places = [...new Set([...rate.stops, rate.value])].sort((a, b) => a - b);
      row.range.max = row.places.length - 1;
      row.range.value = row.places.indexOf(rate.value);
      row.tell();
    });
  }

  row(lane) {
    const label = document.createElement("label"), value = document.createElement("output");
    const range = Object.assign(document.createElement("input"), { type: "range", min: 0 });
    const row = { label, range, places: [] };
    row.tell = () => {
      const rate = short(row.places[range.value]);
      value.textContent = rate;
      value.setAttribute("aria-live", "off");
      range.setAttribute("aria-valuetext", rate);
    };
    const move = (passing) => {
      const value = row.places[range.value];
      row.tell();
      if (!moved(`${lane}.lr`, value, passing) || !passing) this.courier.post({ lane, value, passing });
    };
    range.oninput = () => move(true);
    range.onchange = () => move(false);
    range.onpointerup = () => range.blur(); // the keys go back to the transport
    label.append(document.createElement("svg"), range, value);
    return row;
  }

  forget() {
    this.courier.forget();
  }
}
