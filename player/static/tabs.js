// The parts of the controls as tabs of a sheet, where a page is low or narrow; see tabs.css.

const SMALL = "(max-width: 640px), (max-height: 480px)";
const LOW = "(min-width: 641px) and (max-height: 480px)";
const SLID = 500; // milliseconds after which the sheet stands

class Sheet {
  constructor(host) {
    this.tabs = host.querySelector(".sheet-tabs");
    this.style = host.querySelector(".sheet-chosen");
    this.sidebar = host.closest("#stSidebar");
    this.keys = [];
    this.opened = new MutationObserver(() => this.follow());
    this.opened.observe(this.sidebar, { attributes: true, attributeFilter: ["data-collapsed"] });
    // Streamlit opens it beside all that is wide, though nothing else were left of a low page.
    if (matchMedia(LOW).matches && this.open) this.sidebar.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }

  get open() {
    return this.sidebar.dataset.collapsed === "false";
  }

  show(component) {
    const { tabs, full } = component.data;
    const keys = tabs.map(({ key, name }) => `${key} ${name}`);
    // A lane that came is the one to set.
    const came = keys.length > this.keys.length && this.keys.length ? keys.findIndex((key, i) => key !== this.keys[i]) : -1;
    this.keys = keys;
    if (came >= 0) this.chosen = tabs[came].key;
    else if (!tabs.some(({ key }) => key === this.chosen)) this.chosen = tabs[0].key;
    const add = this.button("+", () => component.setTriggerValue("add", true));
    Object.assign(add, { ariaLabel: "Add a lane", disabled: full });
    const buttons = tabs.map(({ key, name, line }) => {
      const button = this.button(name, () => this.choose(key));
      button.dataset.key = key;
      if (line) {
        const swatch = document.createElement("i");
        swatch.style.background = line;
        button.prepend(swatch);
      }
      return button;
    });
    const lanes = buttons.filter((button) => button.querySelector("i")).length;
    this.tabs.querySelectorAll("button").forEach((button) => button.remove());
    this.tabs.append(...buttons.slice(0, lanes), add, ...buttons.slice(lanes));
    this.choose(this.chosen);
  }

  button(name, onclick) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: name, onclick });
    return button;
  }

  // The chosen one is not under the fading end.
  centre() {
    const [all, one] = [this.tabs, this.tabs.querySelector("[aria-pressed=true]")].map((e) => e.getBoundingClientRect());
    this.tabs.scrollLeft += one.left + one.width / 2 - all.left - all.width / 2;
  }

  choose(key) {
    this.chosen = key;
    for (const button of this.tabs.querySelectorAll("[data-key]")) {
      button.setAttribute("aria-pressed", String(button.dataset.key === key));
    }
    this.centre();
    this.style.textContent = `@media ${SMALL} {
      #stSidebar :has(> [class*="st-key-sheet-"]:not(.st-key-sheet-${key}, .st-key-sheet-tabs)) { display: none; }
    }`;
    this.sidebar.querySelector("[data-testid=stSidebarContent]").scrollTop = 0;
  }

  // What is set shows on the map.
  follow() {
    if (!this.open || !matchMedia(SMALL).matches) return;
    setTimeout(() => document.querySelector(".stMain .race-contour")?.scrollIntoView(), SLID);
  }

  destroy() {
    this.opened.disconnect();
  }
}

export function mount(host) {
  return new Sheet(host);
}
