// What has come of the race so far, in one sentence.

import { hasEnded, valueAt } from "./legend.js";
import { lastRow } from "./scene.js";

const NAMED = 3; // lanes behind the first
const SAME = 1e-6; // parts of a loss: what a path loses on the wire, and what is but rounding

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
    if (lanes.length && curves.every((each) => hasEnded(each, step))) return `At step ${counted(step)} ${lanes.length > 1 ? "all lanes have" : "the lane has"} ended.`;
    if (!this.ranked || running.length < 2) return `At step ${counted(step)}.`;
    const loss = (lane) => valueAt(curves[lanes.indexOf(lane)], step);
    running.sort((a, b) => loss(a) - loss(b));
    const [best, ...rest] = running.map((lane) => bounds(curves[lanes.indexOf(lane)], step));
    if (rest.some(({ low, isFrayed }) => (isFrayed || best.isFrayed) && low < best.high)) {
      return `At step ${counted(step)} it is undecidable who is ahead: ribbons that have frayed overlap.`;
    }
    const least = loss(running[0]), names = running.map(({ called }) => called);
    const equal = running.filter((lane) => Math.abs(loss(lane) - least) <= SAME * Math.abs(least)).length;
    const others = names.slice(equal), named = others.slice(0, others.length > NAMED ? NAMED - 1 : NAMED), more = others.length - named.length;
    const behind = [...named, ...(more ? [`${more} more`] : [])].map((name) => `, then ${name}`).join("");
    const first = equal === 1 ? `${names[0]} has` : `${names.slice(0, equal - 1).join(", ")} and ${names[equal - 1]} share`;
    return `At step ${counted(step)} ${first} the lowest loss${behind}.`;
  }

  announce() {
    this.status.textContent = this.element.textContent;
  }
}

// Between which losses a lane's ribbon is; where that is whole, the lane's own.
function bounds(curve, step) {
  const own = valueAt(curve, step), row = lastRow(curve.step, step), low = curve.band?.low[row];
  const isFrayed = low !== undefined && !Number.isNaN(low);
  return isFrayed ? { low, high: curve.band.high[row], isFrayed } : { low: own, high: own, isFrayed };
}

function counted(number) {
  return number.toLocaleString("en");
}
