// The course in which a lesson stands: what Moodle, Canvas and others take by the run-time API of
// SCORM 1.2 (ADL 2001, section 3), which the page finds around it.

const LONGEST = 4096; // characters of suspend_data
const JUDGED = ["completed", "passed", "failed"]; // which a visit later does not take back
const WATCHED = ["browse", "review"]; // the modes in which nothing is to be told

class Course {
  constructor(api) {
    this.api = api;
    this.began = Date.now();
    this.isOpen = this.call("LMSInitialize", "");
    const had = (name) => (this.isOpen ? this.ask(name) : "");
    this.isOver = JUDGED.includes(had("cmi.core.lesson_status"));
    this.at = had("cmi.core.lesson_location");
    this.kept = had("cmi.suspend_data");
    this.isTold = this.isOpen && !WATCHED.includes(had("cmi.core.lesson_mode"));
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.save(); });
  }

  // Where the person is, whether they came to the end, a score of 100, and what the lesson is to find
  // again. Says whether that was taken; nothing where the lesson is only looked at.
  tell({ at, isOver, score, kept }) {
    if (!this.isTold) return this.isOpen ? undefined : false;
    this.isOver ||= isOver;
    const told = [["cmi.core.lesson_location", at], ["cmi.core.score.min", "0"], ["cmi.core.score.max", "100"], ["cmi.core.exit", "suspend"]];
    if (kept.length <= LONGEST) told.push(["cmi.suspend_data", kept]);
    for (const [name, value] of told) this.call("LMSSetValue", name, value); // which not every course has
    const isTaken = this.call("LMSSetValue", "cmi.core.score.raw", String(score)) && this.state();
    return this.save() && isTaken;
  }

  // A judgement of the course's own stays.
  state() {
    if (JUDGED.slice(1).includes(this.ask("cmi.core.lesson_status"))) return true;
    return this.call("LMSSetValue", "cmi.core.lesson_status", this.isOver ? "completed" : "incomplete");
  }

  save() {
    if (!this.isTold) return false;
    this.call("LMSSetValue", "cmi.core.session_time", timespan(Date.now() - this.began));
    return this.call("LMSCommit", "");
  }

  leave() {
    this.save();
    if (this.isOpen) this.call("LMSFinish", "");
    this.isOpen = this.isTold = false;
  }

  ask(name) {
    try {
      return String(this.api.LMSGetValue(name) ?? "");
    } catch {
      return "";
    }
  }

  call(name, ...said) {
    try {
      return String(this.api[name](...said)) === "true";
    } catch {
      return false;
    }
  }
}

// The course that the page stands in; undefined where there is none.
export function courseAround() {
  const api = above(window) ?? above(window.opener) ?? above(window.top.opener);
  return api && new Course(api);
}

// The nearest API of a window and those around it. One of another origin tells nothing but its parent.
function above(from) {
  for (let at = from; at; at = at.parent === at ? null : at.parent) {
    try {
      if (typeof at.API?.LMSInitialize === "function") return at.API;
    } catch { /* of another origin */ }
  }
  return undefined;
}

// Hours, minutes and seconds, as CMITimespan.
function timespan(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000), hours = Math.min(Math.floor(seconds / 3600), 9999);
  const two = (number) => String(number).padStart(2, "0");
  return `${String(hours).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
