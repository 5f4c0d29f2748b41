// The clock of a race: at which step it stands, whether it plays, how fast, and whether it starts again.

const FIRST = 8; // steps a second with which a slow start begins
const LONGEST_FRAME = 1; // seconds; a tab that was in the background goes on from where it was
const REST_AT_END = 1.2; // seconds before a loop starts again
const STILL = 0.5; // seconds that each picture stands for those who asked their system for less motion

export class Clock {
  // `onStep` is called with each step that it goes to, `onEnd` where playback has come to the end.
  constructor(root, onStep, onEnd) {
    this.root = root;
    this.onStep = onStep;
    this.onEnd = onEnd;
    this.position = 0; // a fraction of a step lies between two
    this.steps = 0;
    this.begin = 0; // where it stands before it plays
    this.stop = 0; // where playback pauses once
    this.isHeld = false; // at the begin, until it is let go
    this.scrub = root.querySelector(".race-scrub");
    this.stepText = root.querySelector(".race-step");
    this.scrub.oninput = () => this.move(Number(this.scrub.value));
    this.choice = root.querySelector(".race-speed");
    this.choice.onchange = () => this.choice.blur(); // the keys go back to the transport
  }

  // Who stood at the end of a race stands at the end of the next, and who stood at a step, there.
  fit({ steps, epochs, speeds, seconds }) {
    const atEnd = this.steps > 0 && this.position >= this.steps;
    Object.assign(this, { steps, epochs, seconds });
    this.bend = bendOf((FIRST * seconds) / steps);
    if (!this.choice.options.length) this.choice.append(...speeds.map((speed) => new Option(named(speed, seconds), speed)));
    this.scrub.max = steps;
    if (atEnd && !this.playing) this.position = steps;
    this.position = Math.min(this.position, steps);
  }

  get step() {
    return Math.floor(Math.min(this.position, this.steps));
  }

  get speed() {
    return this.choice.value;
  }

  set speed(speed) {
    this.choice.value = speed;
  }

  // The next faster, or slower, of the speeds, in steps a second.
  change(by) {
    const rate = (speed) => this.rate(speed) * by, now = rate(this.speed);
    const further = [...this.choice.options].map(({ value }) => value).filter((speed) => rate(speed) > now);
    if (further.length) this.speed = further.reduce((a, b) => (rate(b) < rate(a) ? b : a));
  }

  // Steps a second, of a slow start on the average.
  rate(speed) {
    const [, number, unit] = /^([\d.]*)(.*)$/.exec(speed);
    return unit === "/s" ? Number(number) : ((number || 1) * this.steps) / this.seconds;
  }

  hold(isHeld) {
    this.isHeld = isHeld;
    this.root.classList.toggle("is-held", isHeld);
    this.scrub.disabled = isHeld;
    this.pause();
  }

  // Where the answer to what is asked of a race is seen.
  get target() {
    return Math.min(this.stop || this.steps, this.steps);
  }

  go(position) {
    this.position = this.isHeld ? this.begin : Math.max(0, Math.min(position, this.steps));
    this.onStep(this.step);
    this.draw();
  }

  move(position) {
    this.pause();
    this.go(position);
  }

  draw() {
    const { step, steps, epochs } = this;
    this.scrub.value = step;
    const epoch = epochs ? ` · epoch ${Number(((step * epochs) / steps).toFixed(1))}` : "";
    this.stepText.textContent = `${step} / ${steps}${epoch}`;
    this.root.classList.toggle("is-at-start", !step && !this.playing);
  }

  play() {
    if (this.position >= this.steps) this.position = 0;
    this.mark(true);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches ? STILL : 0;
    let before = performance.now();
    let rest = 0;
    let stood = 0;
    const frame = (now) => {
      if (!this.playing) return;
      const seconds = Math.min(Math.max(0, now - before) / 1000, LONGEST_FRAME);
      before = now;
      stood += seconds;
      if (this.position < this.steps) {
        if (stood >= still) {
          this.advance(stood);
          stood = 0;
        }
      } else if (!this.loop) {
        this.pause();
        return this.onEnd();
      } else if ((rest += seconds) > REST_AT_END) {
        rest = 0;
        this.go(0);
      }
      this.request = requestAnimationFrame(frame);
    };
    this.request = requestAnimationFrame(frame);
  }

  advance(seconds) {
    const { step, position, stop } = this;
    this.position = this.after(seconds);
    if (position < stop && this.position >= stop) return this.move(stop);
    if (this.step !== step || this.position >= this.steps) this.go(this.position);
  }

  // Where it is so many seconds later.
  after(seconds) {
    const { steps, position, bend, speed } = this, part = seconds / this.seconds;
    if (speed !== "slow" || !bend) return position + this.rate(speed) * seconds;
    const grown = Math.expm1(bend);
    return (steps * Math.expm1(Math.log1p((position / steps) * grown) + bend * part)) / grown;
  }

  pause() {
    cancelAnimationFrame(this.request);
    this.mark(false);
  }

  mark(playing) {
    this.playing = playing;
    this.root.classList.toggle("is-playing", playing);
    this.root.querySelector(".race-play").setAttribute("aria-label", this.isHeld ? "Guess first" : playing ? "Pause" : "Play");
    this.root.classList.toggle("is-at-start", !this.step && !playing);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  toggleLoop() {
    this.loop = !this.loop;
    this.root.querySelector("[data-do=loop]").setAttribute("aria-pressed", String(this.loop));
  }
}

// A slow start grows like exp(bend · time): so much that it begins at this part of the mean speed.
function bendOf(part) {
  if (part >= 1) return 0;
  let low = 0, high = 50;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (middle / Math.expm1(middle) > part) low = middle;
    else high = middle;
  }
  return low;
}

function named(speed, seconds) {
  if (speed === "slow") return "slow start";
  if (speed === "1x") return `1× (${seconds} s)`;
  return speed.endsWith("x") ? speed.replace("x", "×") : `${speed.replace("/s", "")} step${speed === "1/s" ? "" : "s"}/s`;
}
