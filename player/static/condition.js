// How far a bowl's curvatures are apart, in words: the number follows the sliders that set these, as
// they are dragged, too.

import { MOVED } from "./hand.js";
import { short } from "./number.js";

class Condition {
  constructor(host) {
    this.line = host.querySelector(".condition");
    addEventListener(MOVED, (this.hear = ({ detail: { sets, value } }) => {
      const name = sets.replace(/^surface\./, "");
      if (Number.isFinite(value) && name in this.numbers) this.draw({ ...this.numbers, [name]: value });
    }));
  }

  show({ data: { before, after, numbers } }) {
    Object.assign(this, { before, after });
    this.draw(numbers);
  }

  draw(numbers) {
    this.numbers = numbers;
    const lengths = Object.values(numbers), root = Math.sqrt(Math.max(...lengths) / Math.min(...lengths));
    this.line.textContent = this.before + short(root) + this.after;
  }

  destroy() {
    removeEventListener(MOVED, this.hear);
  }
}

export function mount(host) {
  return new Condition(host);
}
