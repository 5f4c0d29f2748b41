// The address bar and its history: the link of the race, shown, gone back to and copied.

import { address, hear, tell } from "./frame.js";

const TOLD = 1600; // milliseconds that "Copied" stands

export class Address {
  // `onOpen` is called with {serial, query} when a person goes back or forth.
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.path = location.pathname;
    this.onPop = () => this.open();
    addEventListener("popstate", this.onPop);
    this.deaf = hear((query) => this.open(query));
  }

  // The address bar reads as the link is spelled, without the escapes of the server's spelling, in
  // the same entry of the history; not while the page still shows the race that a person left. So
  // does that of a page around, which hears of what Streamlit writes only.
  show({ link, opened, handed }) {
    Object.assign(this, { link, handed });
    this.serial ??= opened; // of the latest link that was gone back or forth to
    if (link === null || opened < this.serial) return;
    const own = [...new URLSearchParams(location.search)].filter(([key]) => key.startsWith("embed"));
    const query = [link, ...own.map(([key, value]) => `${key}=${encodeURIComponent(value)}`)];
    const search = `?${query.join("&")}`;
    const written = new URL(`${search}${location.hash}`, location).href !== location.href;
    if (written) history.replaceState(history.state, "", `${search}${location.hash}`);
    if (written || search !== this.told) tell((this.told = search));
  }

  // Back or forth in the history. Streamlit runs the page too, but a run does not say why it came.
  open(query = location.search) {
    if ((this.link ?? null) === null || location.pathname !== this.path) return;
    this.serial += 1;
    this.onOpen({ serial: this.serial, query });
  }

  // The next server may be another one, which knows nothing of this visit, runs no part of a page
  // before the whole, and counts anew. Streamlit runs the whole for what looks like the back button.
  again() {
    this.serial = undefined;
    removeEventListener("popstate", this.onPop);
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
    addEventListener("popstate", this.onPop);
  }

  // As it is handed on.
  get whole() {
    return `${address()}?${this.handed}`;
  }

  // Into the clipboard, with what a link says of the view; `label` says so.
  async copy(label, view) {
    const link = this.whole + view;
    try {
      await navigator.clipboard.writeText(link);
      label.textContent = "Copied";
    } catch {
      // Without permission, or on plain http: offer it for copying by hand.
      prompt("Copy this link:", link);
    }
    setTimeout(() => { label.textContent = "Copy link"; }, TOLD);
  }

  leave() {
    removeEventListener("popstate", this.onPop);
    this.deaf();
  }
}

// Whether the app is part of another page.
export function isEmbedded() {
  return parent !== window && new URLSearchParams(location.search).has("embed");
}

// Whether the address holds a link of which the server has read nothing.
export function isUnread(read) {
  return new URLSearchParams(location.search).size > 0 && !read.length;
}

// The address of a page that is no race.
export function mount() {
  let page;
  const address = new Address((opened) => page.setTriggerValue("open", opened));
  return {
    show(component) {
      page = component;
      address.show(page.data);
    },
    destroy: () => address.leave(),
  };
}
