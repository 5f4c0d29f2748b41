// In full screen, where the page's own sliders are out of sight, and in a file: each lane's learning
// rate, with the strip below it.

import { Courier } from "./courier.js";
import { swatch } from "./legend.js";
import { moved } from "./hand.js";
import { Strip, partOf } from "./strip.js";

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
      this.leave();
      this.rows = rates.map((_, lane) => this.row(lane));
      this.element.replaceChildren(...this.rows.map(({ whole }) => whole));
    }
    rates.forEach((rate, lane) => {
      const row = this.rows[lane], { called } = lanes[lane], { whole, range, limit, best } = row;
      whole.hidden = !rate;
      whole.title = `Learning rate of ${called}`;
      range.setAttribute("aria-label", whole.title);
      limit.setAttribute("aria-label", `Find the limit of ${called}’s learning rate`);
      best.setAttribute("aria-label", `Best here: learning rate of ${called}`);
      whole.firstChild.replaceWith(swatch(lanes[lane], color));
      if (!rate) return row.ends.leave();
      row.ends.show(`${lane}.lr`, rate.stops, false);
      if (latest || !row.places.length) row.stand(rate.value, rate.stops);
    });
  }

  row(lane) {
    const make = (name, properties) => Object.assign(document.createElement(name), properties);
    const whole = make("div", { className: "race-rate" }), track = make("div", { className: "race-track" });
    const range = make("input", { type: "range", min: 0 }), value = make("output");
    const canvas = make("canvas", { className: "race-strip", role: "img" });
    const [limit, best] = ["Find the limit", "Best here"].map((textContent) => make("button", { type: "button", textContent }));
    const status = make("span", { className: "race-chosen", role: "status" });
    const row = { whole, range, limit, best, places: [] };
    row.tell = () => {
      const rate = row.places[range.value];
      value.textContent = rate;
      value.setAttribute("aria-live", "off");
      range.setAttribute("aria-valuetext", rate);
      row.ends.stand(rate);
    };
    row.stand = (rate, stops) => {
      row.stops = stops;
      row.places = [...new Set([...stops, rate])].sort((a, b) => a - b);
      range.max = row.places.length - 1;
      range.value = row.places.indexOf(rate);
      row.ends.draw();
      row.tell();
    };
    const move = (passing) => {
      const value = row.places[range.value];
      row.tell();
      if (!moved(`${lane}.lr`, value, passing) || !passing) this.courier.post({ lane, value, passing });
    };
    row.ends = new Strip({ canvas, track, limit, best, status }, (rate) => partOf(row.places, rate), (rate) => {
      row.stand(rate, row.stops);
      move(false);
    });
    range.oninput = () => move(true);
    range.onchange = () => move(false);
    range.onpointerup = () => range.blur(); // the keys go back to the transport
    const acts = make("span", { className: "race-acts" });
    acts.append(limit, best);
    track.append(range, canvas);
    whole.append(make("svg"), track, value, acts, status);
    return row;
  }

  forget() {
    this.courier.forget();
  }

  leave() {
    for (const { ends } of this.rows) ends.leave();
  }
}
