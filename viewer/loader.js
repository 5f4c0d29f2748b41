// A component's door: loads its module once, from the server's own routes, and hands each run of
// the page to what the module has mounted. Synchronous, so that Streamlit keeps its cleanup.
const parts = new WeakMap();

function root() {
  // Pages have paths of their own; Streamlit's own script tells where the app is.
  const script = performance.getEntriesByType("resource").map((r) => r.name)
    .concat([...document.querySelectorAll("script[src]")].map((s) => s.src))
    .find((url) => /\/static\/js\/index\./.test(url));
  return new URL("../../", script ?? document.baseURI);
}

export default function (component) {
  const host = component.parentElement;
  let part = parts.get(host);
  if (!part) {
    part = {};
    parts.set(host, part);
    part.ready = import(new URL("player/NAME.js", root()))
      .then((module) => module.mount(host, root()))
      .then((mounted) => (host.isConnected ? (part.mounted = mounted) : mounted.destroy()))
      .catch(() => {
        host.querySelector("[role=status]").textContent =
          "This part of the page could not be loaded from the server. Reload the page to try again.";
      });
  }
  part.latest = component;
  part.ready.then(() => {
    const data = Array.isArray(component.data) ? component.data[0] : component.data;
    if (host.isConnected && part.latest === component) part.mounted?.show({ ...component, data });
  });
  return () => {
    if (host.isConnected) return;
    part.mounted?.destroy();
    parts.delete(host);
  };
}
