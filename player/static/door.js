// The door of the page's components: their modules and styles are loaded once, from the server's own
// routes, and each run of the page is handed to what a module has mounted.

const parts = new WeakMap();

// Most pages come with the link in their head.
function styled(name, root) {
  const { href } = new URL(`player/${name}.css`, root);
  if ([...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.href === href)) return null;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((done) => { link.onload = link.onerror = done; });
}

// `styles` are named as the modules are, and so is `name`.
export function show(component, name, styles, root) {
  const host = component.parentElement;
  if (!host.isConnected) return;
  let part = parts.get(host);
  if (!part) {
    part = {};
    parts.set(host, part);
    part.ready = Promise.all([import(new URL(`player/${name}.js`, root)), ...styles.map((style) => styled(style, root))])
      .then(([module]) => module.mount(host, root))
      .then((mounted) => (host.isConnected ? (part.mounted = mounted) : mounted.destroy()))
      .catch(() => fail(host));
  }
  part.latest = component;
  part.ready.then(() => {
    const data = Array.isArray(component.data) ? component.data[0] : component.data; // see viewer/serving.py
    if (host.isConnected && part.latest === component) part.mounted?.show({ ...component, data });
  });
}

export function leave(host) {
  if (host.isConnected) return;
  parts.get(host)?.mounted?.destroy();
  parts.delete(host);
}

function fail(host) {
  host.querySelector("[role=status]").textContent =
    "This part of the page could not be loaded from the server. Reload the page to try again.";
}
