// The settings of a race that is taken away: what comes of them the page computes by itself.

import { moved } from "./hand.js";
import { BY_ITSELF, Slider, moveOf } from "./slider.js";

export class Settings {
  // `sliders` stand in the host's places for them, one after the other.
  constructor(host, live, sliders) {
    const { content } = host.querySelector("#slider");
    this.live = live;
    this.given = sliders;
    this.parts = [...host.querySelectorAll(".setting")].map((place) => {
      place.append(content.cloneNode(true));
      return new Slider(place);
    });
    this.reset();
  }

  reset() {
    this.now = [...this.given];
    this.show();
  }

  show() {
    this.parts.forEach((part, i) => part.show({ data: { ...this.now[i], strip: BY_ITSELF }, setTriggerValue: (_, move) => this.move(i, move) }));
  }

  async move(i, move) {
    if (move.passing) return;
    const data = (this.now[i] = moveOf(this.now[i], move));
    await this.live.loading;
    moved(data.sets, data.value, false); // of what is refused, what stood there
    this.show();
  }
}
