// One change at a time is on its way to the server; what happens meanwhile waits, the latest only,
// so that what is dragged never runs ahead of the page.

const PATIENCE = 5000; // milliseconds after which an answer is no longer waited for

export class Courier {
  // `send` is called with a change and its number, `serial`.
  constructor(send) {
    this.send = send;
    this.awaited = 0;
    this.waiting = null;
  }

  // The server that was to answer is gone; another counts from where it likes.
  forget() {
    this.serial = undefined;
    this.awaited = 0;
    this.waiting = null;
  }

  post(change) {
    this.waiting = change;
    if (!this.awaited || this.late) this.pass();
  }

  get late() {
    return performance.now() - this.sent > PATIENCE;
  }

  // The page has run, after the change with the number `serial`. Says whether what it shows is the
  // latest: nothing is on its way any more.
  arrived(serial) {
    if (serial < this.answered) this.forget();
    this.answered = serial;
    this.serial ??= serial;
    if (this.awaited > serial && !this.late) return false;
    this.awaited = 0;
    if (this.waiting) this.pass();
    return !this.awaited;
  }

  pass() {
    this.serial += 1;
    this.awaited = this.serial;
    this.sent = performance.now();
    const change = this.waiting;
    this.waiting = null;
    this.send({ serial: this.serial, ...change });
  }
}
