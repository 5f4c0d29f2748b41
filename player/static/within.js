// What a file that is taken away has within itself: scripts that only hold data.

// Whether Plotly.js is there; says what is missing where it is not.
export function hasPlotly() {
  const isThere = Boolean(globalThis.Plotly);
  if (!isThere) document.querySelector(".race-note").textContent = "The pictures need Plotly.js from cdn.plot.ly: open this file where there is a connection.";
  return isThere;
}

// The bytes of a script's text.
export function bytesOf(id) {
  return unpacked(document.getElementById(id).textContent);
}

export async function unzipped(id) {
  const stream = new Blob([bytesOf(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// Gives a kernel by its name, as a server would.
export function kernels(id) {
  const files = read(id);
  return async (name) => {
    const bytes = unpacked(files[name]);
    if (!name.endsWith(".js")) return new Float64Array(bytes.buffer);
    return import(URL.createObjectURL(new Blob([bytes], { type: "text/javascript" })));
  };
}

function unpacked(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
