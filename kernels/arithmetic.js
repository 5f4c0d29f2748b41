// What printed functions call: numbers as C and NumPy have them, where Math has them otherwise.

const { abs, sqrt, exp, log, sin, cos, tan, sinh, cosh, tanh, log10, log2, log1p, expm1 } = Math;
const { asin, acos, atan, atan2, asinh, acosh, atanh, cbrt, floor, ceil } = Math;

// With the sign of the divisor, which % has not.
function mod(a, b) {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return (rest < 0) === (b < 0) ? rest : rest + b;
}

function pow(a, b) {
  if (b === 2) return a * a;
  if (b === 1 || b === 0) return b ? a : 1;
  if (a === 1 || (a === -1 && abs(b) === Infinity)) return 1;
  return Math.pow(a, b);
}

// An array's number to one exponent: NumPy takes some another way.
function power(a, b) {
  return b === 0.5 ? sqrt(a) : pow(a, b);
}

function logaddexp(a, b) {
  if (a === b) return a + Math.LN2;
  const far = a - b;
  return far > 0 ? a + log1p(exp(-far)) : far <= 0 ? b + log1p(exp(far)) : NaN;
}

const HUGE = 2 ** 511, TINY = 2 ** -459, LITTLE = 2 ** -54, SCALE = 2 ** -600;

// That of the GNU C library since 2.35, which np.hypot calls; Borges 2019, "An improved algorithm
// for hypot(a, b)", https://arxiv.org/abs/1904.09481
function hypot(a, b) {
  if (abs(a) === Infinity || abs(b) === Infinity) return Infinity;
  if (a !== a || b !== b) return NaN;
  const x = abs(a) < abs(b) ? abs(b) : abs(a), y = abs(a) < abs(b) ? abs(a) : abs(b);
  if (x > HUGE) return y <= x * LITTLE ? x + y : corrected(x * SCALE, y * SCALE) / SCALE;
  if (y < TINY) return x >= y / LITTLE ? x + y : corrected(x / SCALE, y / SCALE) * SCALE;
  return y <= x * LITTLE ? x + y : corrected(x, y);
}

function corrected(x, y) {
  const h = sqrt(x * x + y * y);
  let one, two;
  if (h <= 2 * y) {
    const d = h - y;
    one = x * (2 * d - x);
    two = (d - 2 * (x - y)) * d;
  } else {
    const d = h - x;
    one = 2 * d * (x - 2 * y);
    two = (4 * d - y) * y + d * d;
  }
  return h - (one + two) / (2 * h);
}

// A gradient as a run meets it: with the noise of each step, of which there are two numbers, and no
// longer than clip. There is none of what is null.
export function met(gradient, noise, clip) {
  if (!noise && clip === null) return gradient;
  return (x, y, out, t) => {
    gradient(x, y, out);
    let u = out[0], v = out[1];
    if (noise) {
      u += noise[2 * t - 2];
      v += noise[2 * t - 1];
    }
    if (clip !== null) {
      const length = hypot(u, v);
      if (length > clip) {
        const shrink = clip / length;
        u *= shrink;
        v *= shrink;
      }
    }
    out[0] = u;
    out[1] = v;
  };
}
