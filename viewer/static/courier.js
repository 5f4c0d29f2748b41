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

  post(change) {
    this.waiting = change;
    if (!this.awaited || performance.now() - this.sent > PATIENCE) this.pass();
  }

  // The page has run, after the change with the number `serial`. Says whether what it shows is the
  // latest: nothing is on its way any more.
  arrived(serial) {
    this.serial ??= serial;
    if (this.awaited > serial) return false;
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
