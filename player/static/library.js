// Plotly.js, which the app's own routes serve, loaded once for all that draws with it.

export function loadPlotly(root) {
  if (globalThis.Plotly) return globalThis.Plotly;
  globalThis.plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("plotly/plotly.min.js", root);
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error("no Plotly"));
    document.head.append(script);
  });
  return globalThis.plotlyLoading;
}
