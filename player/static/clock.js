// The clock of a race: at which step it stands, whether it plays, how fast, and whether it starts again.

export const SECONDS_AT_1X = 10;
const LONGEST_FRAME = 1; // seconds; a tab that was in the background goes on from where it was
const REST_AT_END = 1.2; // seconds before a loop starts again
const STILL = 0.5; // seconds that each picture stands for those who asked their system for less motion

export class Clock {
  // `onStep` is called with each step that it goes to.
  constructor(root, onStep) {
    this.root = root;
    this.onStep = onStep;
    this.position = Infinity; // a fraction of a step lies between two; opens at the end of the race
    this.steps = 0;
    this.speed = 1;
    this.scrub = root.querySelector(".race-scrub");
    this.stepText = root.querySelector(".race-step");
    this.scrub.oninput = () => this.move(Number(this.scrub.value));
    root.querySelector(".race-speed").onchange = ({ target }) => {
      this.speed = Number(target.value);
      target.blur(); // the keys go back to the transport
    };
  }

  // Who stood at the end of a race stands at the end of the next.
  fit({ steps, epochs }) {
    const atEnd = this.position >= this.steps;
    Object.assign(this, { steps, epochs });
    this.scrub.max = steps;
    if (atEnd && !this.playing) this.position = steps;
    this.position = Math.min(this.position, steps);
  }

  get step() {
    return Math.floor(Math.min(this.position, this.steps));
  }

  go(position) {
    this.position = Math.max(0, Math.min(position, this.steps));
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
        return this.pause();
      } else if ((rest += seconds) > REST_AT_END) {
        rest = 0;
        this.go(0);
      }
      this.request = requestAnimationFrame(frame);
    };
    this.request = requestAnimationFrame(frame);
  }

  advance(seconds) {
    const { step } = this;
    this.position += (seconds * this.speed * this.steps) / SECONDS_AT_1X;
    if (this.step !== step || this.position >= this.steps) this.go(this.position);
  }

  pause() {
    cancelAnimationFrame(this.request);
    this.mark(false);
  }

  mark(playing) {
    this.playing = playing;
    this.root.classList.toggle("is-playing", playing);
    this.root.querySelector(".race-play").setAttribute("aria-label", playing ? "Pause" : "Play");
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
