// The keys of the transport.

const KEYS = {
  " ": "play", ArrowLeft: "back", ArrowRight: "forward", Home: "start", End: "end", f: "full", i: "inspect", "?": "keys",
  "[": "slower", "]": "faster", ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((lane) => [lane, `lane ${lane}`])),
};
const COMPOSED = "[]?"; // which some keyboards have only with other keys
// What a presenter's remote sends; elsewhere these scroll the page.
const PRESENTER_KEYS = { PageDown: "play", PageUp: "start", ".": "black", b: "black" };

// What has a use of its own for the transport's keys.
const TAKES_KEYS =
  "input, textarea, select, [contenteditable=true], [role=slider], [role=combobox], [role=listbox], [role=tab], [role=grid], [role=dialog], .race-start";

// Calls `act` with the name of what a key stands for; gives what ends that.
export function hearKeys(root, act) {
  const hear = (event) => {
    const name = meant(event, document.fullscreenElement === root);
    if (!name || isTaken(event, name)) return;
    event.preventDefault();
    act(name);
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}

function meant({ key, altKey, ctrlKey, metaKey, shiftKey }, isFull) {
  const name = (isFull ? { ...KEYS, ...PRESENTER_KEYS } : KEYS)[key];
  return !COMPOSED.includes(key) && (altKey || ctrlKey || metaKey || shiftKey) ? undefined : name;
}

function isTaken({ key, target }, name) {
  const scrubs = target.matches?.(".race-scrub") && name === "play";
  return (!scrubs && target.closest?.(TAKES_KEYS)) || (key === " " && target.closest?.("button, a, summary"));
}
