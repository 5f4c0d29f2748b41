// The component's door: loads the player and Plotly.js once, from the server's own routes, and
// hands each run of the page to the player. Synchronous, so that Streamlit keeps its cleanup.
const players = new WeakMap();

function root() {
  // Pages have paths of their own; Streamlit's own script tells where the app is.
  const script = performance.getEntriesByType("resource").map((r) => r.name)
    .concat([...document.querySelectorAll("script[src]")].map((s) => s.src))
    .find((url) => /\/static\/js\/index\./.test(url));
  return new URL("../../", script ?? document.baseURI);
}

function loadPlotly() {
  if (globalThis.Plotly) return Promise.resolve(globalThis.Plotly);
  globalThis.plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("plotly/plotly.min.js", root());
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error("no Plotly"));
    document.head.append(script);
  });
  return globalThis.plotlyLoading;
}

export default function (component) {
  const host = component.parentElement;
  let player = players.get(host);
  if (!player) {
    player = { latest: component };
    players.set(host, player);
    player.ready = Promise.all([import(new URL("player/player.js", root())), loadPlotly()])
      .then(([module, Plotly]) => {
        if (host.isConnected) player.race = new module.Player(host, Plotly);
      })
      .catch(() => {
        host.querySelector(".race-note").textContent =
          "The pictures could not be loaded from the server. Reload the page to try again.";
      });
  }
  player.latest = component;
  player.ready.then(() => {
    if (host.isConnected && player.latest === component) player.race?.show(component);
  });
  return () => {
    if (host.isConnected) return;
    player.race?.destroy();
    players.delete(host);
  };
}
