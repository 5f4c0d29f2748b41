// Stands in for a course: it takes what the data model of SCORM 1.2 admits, in the order that its
// run-time environment has, and notes what is not so.

window.API = {
  had: { "cmi.core.lesson_status": "not attempted", "cmi.core.lesson_mode": "normal" },
  said: [], wrong: [], state: "new",
  takes: {
    "cmi.core.lesson_location": /^.{0,255}$/, "cmi.core.lesson_status": /^(passed|completed|failed|incomplete|browsed)$/,
    "cmi.core.score.raw": /^(\d{1,2}|100)$/, "cmi.core.score.min": /^0$/, "cmi.core.score.max": /^100$/,
    "cmi.core.session_time": /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/, "cmi.core.exit": /^(time-out|suspend|logout|)$/,
    "cmi.suspend_data": /^.{0,4096}$/,
  },
  may(state, ...said) {
    this.said.push(said);
    if (this.state !== state) this.wrong.push([this.state, ...said]);
    return this.state === state;
  },
  LMSInitialize(none) {
    if (this.state === "ended") this.state = "new"; // it is opened once more
    const may = this.may("new", "LMSInitialize") && none === "";
    this.state = "open";
    return String(may);
  },
  LMSGetValue(name) { return this.may("open", "LMSGetValue", name) ? this.had[name] ?? "" : ""; },
  LMSSetValue(name, value) {
    const may = this.may("open", "LMSSetValue", name) && typeof value === "string" && Boolean(this.takes[name]?.test(value));
    if (may) this.had[name] = value;
    else this.wrong.push([name, value]);
    return String(may);
  },
  LMSCommit(none) { return String(this.may("open", "LMSCommit") && none === ""); },
  LMSFinish(none) {
    const may = this.may("open", "LMSFinish") && none === "";
    this.state = "ended";
    return String(may);
  },
};
