// Numbers as people type and paste them.

const DASHES = /[−–—‐‑‒﹣－]/g;
const DECIMAL_COMMA = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2}(,\d{3})+$/; // or three decimals: one cannot tell

// The number's text in ASCII, with a decimal point; what can be two numbers stays as it is.
export function plain(text) {
  const ascii = text.normalize("NFKC").replace(DASHES, "-").replace(/\p{Cf}/gu, "").trim();
  return DECIMAL_COMMA.test(ascii) && !THOUSANDS.test(ascii) ? ascii.replace(",", ".") : ascii;
}

// A browser's number fields drop each sign that they do not know: −1 would be 1.
export function mendNumbers() {
  const mend = (event) => {
    const text = event.data ?? "";
    const mended = plain(text);
    if (!mended || mended === text || !event.target.matches?.("input[type=number]")) return;
    event.preventDefault();
    document.execCommand("insertText", false, mended);
  };
  document.addEventListener("beforeinput", mend);
  return () => document.removeEventListener("beforeinput", mend);
}
