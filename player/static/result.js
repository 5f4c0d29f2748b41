// What has come of the race so far, in one sentence.

import { hasEnded, valueAt } from "./legend.js";

const NAMED = 3; // lanes behind the first

export class Result {
  // `status` is read out to those who do not see the sentence.
  constructor(element, status) {
    this.element = element;
    this.status = status;
  }

  // `told` is what the server says of a race that has not begun, and of one at its end.
  show({ told, steps, curve: [curve] }) {
    Object.assign(this, { told, steps, ranked: curve === "loss" });
  }

  tell(step, lanes, curves) {
    const words = this.words(step, lanes, curves);
    if (this.element.textContent !== words) this.element.textContent = words;
  }

  words(step, lanes, curves) {
    if (!step) return this.told.before;
    if (step >= this.steps && this.told.after) return this.told.after;
    const running = lanes.filter((_, i) => !hasEnded(curves[i], step) && Number.isFinite(valueAt(curves[i], step)));
    if (!running.length && lanes.length) return `At step ${counted(step)} ${lanes.length > 1 ? "all lanes have" : "the lane has"} ended.`;
    if (!this.ranked || running.length < 2) return `At step ${counted(step)}.`;
    const loss = (lane) => valueAt(curves[lanes.indexOf(lane)], step);
    const [first, ...others] = running.sort((a, b) => loss(a) - loss(b)).map(({ called }) => called);
    const named = others.slice(0, others.length > NAMED ? NAMED - 1 : NAMED), more = others.length - named.length;
    return `At step ${counted(step)} ${first} has the lowest loss, then ${[...named, ...(more ? [`${more} more`] : [])].join(", then ")}.`;
  }

  announce() {
    this.status.textContent = this.element.textContent;
  }
}

function counted(number) {
  return number.toLocaleString("en");
}
