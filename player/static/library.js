// Plotly.js, which the app's own routes serve, loaded once for all that draws with it.

export function loadPlotly(root) {
  if (globalThis.Plotly) return globalThis.Plotly;
  globalThis.plotlyLoading ??= new Promise((resolve, reject) => {
    // Most pages come with the script in their head, where it may still be on its way.
    const { href } = new URL("plotly/plotly.min.js", root), coming = document.querySelector("script[defer][src$='plotly/plotly.min.js']");
    const script = (document.readyState !== "complete" && coming) || Object.assign(document.createElement("script"), { src: href });
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error("no Plotly"));
    if (script !== coming) document.head.append(script);
  });
  return globalThis.plotlyLoading;
}
