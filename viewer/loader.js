// What is sent with every run of a component, and so is short; door.js does the rest. Synchronous,
// so that Streamlit keeps its cleanup.
// Pages have paths of their own; Streamlit's own script tells where the app is.
const script = performance.getEntriesByType("resource").map((r) => r.name)
  .concat([...document.querySelectorAll("script[src]")].map((s) => s.src))
  .find((url) => /\/static\/js\/index\./.test(url));
const root = new URL("../../", script ?? document.baseURI);
const door = import(new URL("player/door.js", root));

export default function (component) {
  const host = component.parentElement;
  door.then(({ show }) => show(component, "NAME", STYLES, root)).catch(() => {
    host.querySelector("[role=status]").textContent = "This part of the page could not be loaded from the server. Reload the page to try again.";
  });
  return () => { door.then(({ leave }) => leave(host)); };
}
