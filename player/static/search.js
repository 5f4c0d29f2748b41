// A field for the words of a search, which has the focus from the start; Enter takes the first hit.

class Search {
  constructor(host) {
    this.input = host.querySelector(".search-words");
    this.input.oninput = () => this.component?.setStateValue("words", this.input.value);
    this.input.onkeydown = (event) => {
      if (event.key === "Enter" && !event.isComposing) this.component?.setTriggerValue("entered", this.input.value);
    };
    // A keyboard on the screen would cover what there is to choose from.
    if (!matchMedia("(pointer: coarse)").matches) this.input.focus();
  }

  show(component) {
    const { placeholder, words } = component.data;
    const isFirst = !this.component;
    this.component = component;
    this.input.placeholder = placeholder;
    // It may be typed into before it is shown, and words may be left from when it was open before.
    if (isFirst && words !== this.input.value) component.setStateValue("words", this.input.value);
  }

  destroy() {}
}

export function mount(host) {
  return new Search(host);
}
