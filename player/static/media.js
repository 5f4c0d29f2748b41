// The menu of pictures and films: what is asked for, how far it is, a way to end it.

import { takePicture, takeFilm } from "./film.js";
import { panelNames } from "./sheet.js";
import { videoForms } from "./video.js";

const PANELS = { all: "Everything", scene: "Scene", contour: "Map", data: "Data", loss: "Curve" };
const VIDEOS = { webm: "WebM", mp4: "MP4" };

class Media {
  constructor(host, videos) {
    this.form = host.querySelector(".media");
    this.said = this.form.querySelector(".media-said");
    this.progress = this.form.querySelector("progress");
    this.make = this.form.querySelector(".media-make");
    this.cancel = this.form.querySelector(".media-cancel");
    for (const video of videos) this.form.querySelector("[data-films]").append(new Option(VIDEOS[video], video));
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.take();
    };
    this.form.onchange = () => this.choose();
    this.cancel.onclick = () => this.stop?.abort();
  }

  // `data.name` is the file's, without panel and ending.
  show({ data }) {
    this.name = data.name;
    const { panel } = this.form.elements, chosen = panel.value;
    const names = this.player?.race ? ["all", ...panelNames(this.player)] : ["all"];
    panel.replaceChildren(...Object.entries(PANELS).filter(([key]) => names.includes(key)).map(([key, name]) => new Option(name, key)));
    if (names.includes(chosen)) panel.value = chosen;
    this.choose();
  }

  get player() {
    return document.querySelector(".race")?.player;
  }

  get asked() {
    const fields = Object.fromEntries([...this.form.elements].filter(({ name }) => name).map((field) => [field.name, field.value]));
    const numbers = ["scale", "width", "seconds", "speed", "fps", "rest"].map((name) => [name, Number(fields[name])]);
    return { ...fields, ...Object.fromEntries(numbers), most: Number(this.form.dataset.mostFrames) };
  }

  get films() {
    return !["png", "svg"].includes(this.form.elements.form.value);
  }

  choose() {
    const form = this.form.elements.form.value;
    for (const field of this.form.querySelectorAll("[data-for]")) {
      field.hidden = field.dataset.for !== form && !(field.dataset.for === "film" && this.films);
    }
    this.say("");
  }

  // Why nothing can be made of the fields as they are; empty if something can.
  get complaint() {
    if (!this.player?.race) return "There is no race on the screen.";
    const wrong = this.films && [...this.form.querySelectorAll("input")].find((field) => !field.checkValidity());
    if (!wrong) return "";
    const { min, max } = wrong, name = wrong.parentElement.firstChild.data.trim();
    return `${name} is a ${wrong.step === "1" ? "whole number" : "number"} from ${min} to ${max}.`;
  }

  async take() {
    if (this.stop) return;
    if (this.complaint) return this.say(this.complaint, true);
    const asked = this.asked, stop = (this.stop = new AbortController());
    this.busy(true);
    this.say("");
    try {
      const report = (part) => { this.progress.value = part; };
      const blob = await (this.films ? takeFilm(this.player, asked, report, stop.signal) : takePicture(this.player, asked));
      stop.signal.throwIfAborted();
      const file = `${this.name}${asked.panel === "all" ? "" : `-${PANELS[asked.panel].toLowerCase()}`}.${asked.form}`;
      download(blob, file);
      this.say(`${file}, ${size(blob.size)}`);
    } catch (error) {
      const why = /[.!]$/.test(error.message) ? error.message : `${error.message}.`;
      if (stop.signal.aborted) this.say("Cancelled; no file was made.");
      else this.say(`No file was made. ${why}`, true);
    } finally {
      this.stop = null;
      this.busy(false);
    }
  }

  busy(busy) {
    this.progress.value = 0;
    this.progress.hidden = !busy || !this.films;
    this.cancel.hidden = this.progress.hidden;
    this.make.hidden = !this.cancel.hidden;
    this.make.disabled = busy;
    // Hidden or disabled, a button loses the focus, and with it the keys.
    if (!busy || this.films) (busy ? this.cancel : this.make).focus({ preventScroll: true });
    for (const field of this.form.querySelectorAll("input, select")) field.disabled = busy;
  }

  say(words, wrong = false) {
    this.said.textContent = words;
    this.said.classList.toggle("is-wrong", wrong);
  }

  destroy() {
    this.stop?.abort();
  }
}

export async function mount(host) {
  return new Media(host, await videoForms());
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
