// A surface that is turned, as surfaces/transform.py has it.

// Cosine and sine of an angle in degrees, exact at right angles.
export function turnOf(angle) {
  const quarters = angle / 90;
  if (Number.isInteger(quarters)) return [[1, 0], [0, 1], [-1, 0], [0, -1]][((quarters % 4) + 4) % 4];
  const radians = angle * (Math.PI / 180);
  return [Math.cos(radians), Math.sin(radians)];
}

// Where a point of the surface lies once that is turned from an angle to another; the numbers are
// those of its transformation.
export function turned([x, y], numbers, from, to) {
  const [scaleX, scaleY, shiftX, shiftY] = ["scale_x", "scale_y", "shift_x", "shift_y"].map((name) => numbers[`transform.${name}`]);
  const [cos0, sin0] = turnOf(from), [cos, sin] = turnOf(to), u = x - shiftX, v = y - shiftY;
  const a = scaleX * ((cos0 * u + sin0 * v) / scaleX), b = scaleY * ((cos0 * v - sin0 * u) / scaleY);
  return [cos * a - sin * b + shiftX, sin * a + cos * b + shiftY];
}
