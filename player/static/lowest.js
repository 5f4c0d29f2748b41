// Of how a lane ends at each stop of a slider, the first that ends lowest; −1 where none goes to the end.

export function lowestOf(ends) {
  return ends.reduce((best, { loss, diverged, stopped }, i) => (!(diverged || stopped) && loss < (ends[best]?.loss ?? Infinity) ? i : best), -1);
}
