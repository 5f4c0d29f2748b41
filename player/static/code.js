// A result as a code that a person can hand in, as lessons/result.py writes and reads it.

const BEGINS = "DL1:";

// `cards` has what was done on each: the guess, the first reason, the variations, and the race that
// reached the goal.
export async function codeOf({ name, lesson, cards, sign }) {
  const did = ({ guess, reason, tried, solved, helped }) => [guess, reason, tried, solved, Number(helped)];
  const said = [name, lesson, Object.fromEntries(Object.entries(cards).map(([key, each]) => [key, did(each)])), sign];
  const packed = await through(new CompressionStream("deflate"), new TextEncoder().encode(JSON.stringify(said)));
  const body = btoa(String.fromCharCode(...packed)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${BEGINS}${body}:${sum(body)}`;
}

// The result of a code; undefined for a text that is none.
export async function resultOf(text) {
  const [, body] = /^DL1:([\w-]*):[0-9a-f]{8}$/.exec(text) ?? [];
  if (body === undefined || !text.endsWith(sum(body))) return undefined;
  try {
    const packed = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const [name, lesson, cards, sign] = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream("deflate"), packed)));
    const did = ([guess, reason, tried, solved, helped]) => ({ guess, reason, tried, solved, helped: Boolean(helped) });
    return { name, lesson, cards: Object.fromEntries(Object.entries(cards).map(([key, each]) => [key, did(each)])), sign };
  } catch {
    return undefined; // of another making
  }
}

// What tells a result from another in which the same was done.
export function newSign() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(3)))).replaceAll("+", "-").replaceAll("/", "_");
}

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

// CRC-32, as zlib has it, of a text in ASCII.
function sum(text) {
  let crc = -1;
  for (const letter of text) {
    crc ^= letter.charCodeAt(0);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}
