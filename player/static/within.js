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

// What live.js else has of a server: kernels by their names, and the worker of strip.js. Where a page
// has no origin, as from a disk, a worker reads no blob but its own, and is no module.
export function kernels(id, worker) {
  const files = read(id), code = (name) => new TextDecoder().decode(unpacked(files[name]));
  return {
    code,
    file: async (name) => (name.endsWith(".js") ? import(addressOf(code(name))) : new Float64Array(unpacked(files[name]).buffer)),
    hire: () => new Worker(addressOf(read(worker))),
  };
}

function addressOf(code) {
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

function unpacked(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
