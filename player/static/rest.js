// What kind of ground a point lies on, as surfaces/ground.py tells it.

const SMALLER = 8, LARGER = 4; // rings, each a quarter or four times as large as the one before

export class Rest {
  // `met` are the surface's functions; the numbers are those of surfaces/ground.py.
  constructor(met, domain, numbers) {
    Object.assign(this, numbers, { met, domain });
    const [x0, x1, y0, y1] = domain;
    this.width = [x1 - x0, y1 - y0];
    this.circle = new Float64Array(2 * (this.turns + 4)); // and the directions of a Hessian's axes
    for (let i = 0; i < this.turns; i++) {
      this.circle[2 * i] = Math.cos(i * ((2 * Math.PI) / this.turns));
      this.circle[2 * i + 1] = Math.sin(i * ((2 * Math.PI) / this.turns));
    }
    this.rises = new Float64Array(this.turns + 4);
    this.slope = new Float64Array(2);
    this.bend = new Float64Array(3);
  }

  // "minimum", "level" or "slope".
  lies(x, y) {
    this.stand(x, y);
    let { encloses, isFlat } = this.look(this.ring);
    for (let i = 1; i <= SMALLER && !encloses && !isFlat; i++) ({ encloses } = this.look(this.ring / 4 ** i));
    if (isFlat && !encloses) {
      for (let i = 1, falls = false; i <= LARGER && !encloses && !falls; i++) {
        const around = this.look(this.ring * 4 ** i);
        encloses = around.encloses;
        falls = !encloses && !around.isFlat;
      }
    }
    return encloses ? "minimum" : isFlat || this.isStationary() ? "level" : "slope";
  }

  stand(x, y) {
    const { met, width: [wide, high], slope, bend, circle, turns } = this, tame = (each) => (Number.isFinite(each) ? each : 0);
    this.x = x;
    this.y = y;
    this.here = met.value(x, y);
    met.gradient(x, y, slope);
    this.g = [slope[0] * wide, slope[1] * high];
    met.hessian(x, y, bend);
    const a = tame(bend[0] * wide * wide), b = tame(bend[1] * wide * high), d = tame(bend[2] * high * high);
    const turned = Math.atan2(2 * b, a - d) / 2, cos = Math.cos(turned), sin = Math.sin(turned);
    this.axes = [[cos, sin], [-sin, cos]];
    this.curvatures = this.axes.map(([u, v]) => (a * u + b * v) * u + (b * u + d * v) * v);
    circle.set([cos, sin, -sin, cos, -cos, -sin, sin, -cos], 2 * turns);
  }

  // By how much the loss is higher on a ring around the point, in each direction.
  rise(radius) {
    const { met, width: [wide, high], circle, rises, here, x, y } = this;
    for (let i = 0; i < rises.length; i++) rises[i] = met.value(x + radius * wide * circle[2 * i], y + radius * high * circle[2 * i + 1]) - here;
    return rises;
  }

  // Whether a ring encloses all that is as low as the point, and whether it is level with it.
  look(radius) {
    const rises = this.rise(radius), size = Math.abs(this.here);
    let most = 0, least = Infinity, largest = 0;
    for (const rise of rises) {
      const finite = Number.isFinite(rise) ? Math.abs(rise) : 0;
      most = Math.max(most, size + finite);
      least = Math.min(least, rise === rise ? rise : Infinity);
      largest = Math.max(largest, rise === rise ? Math.abs(rise) : Infinity);
    }
    const nothing = this.rounding * most, isFlat = largest <= nothing;
    return { encloses: least >= -nothing && !isFlat, isFlat };
  }

  // Whether the gradient vanishes right beside the point, or is next to nothing.
  isStationary() {
    const { axes, g, curvatures, ring, level } = this;
    const [one, other] = axes.map(([u, v], i) => {
      const slope = u * g[0] + v * g[1];
      return slope === 0 ? 0 : slope / curvatures[i];
    });
    return Math.hypot(one, other) <= 2 * ring || Math.hypot(...g) <= level * this.steepest;
  }

  get steepest() {
    if (this.found !== undefined) return this.found;
    const { met, width: [wide, high], slope } = this;
    this.found = 0;
    for (const [x, y] of grid(this.domain, this.lines)) {
      met.gradient(x, y, slope);
      const steep = Math.hypot(slope[0] * wide, slope[1] * high);
      if (Number.isFinite(steep) && steep > this.found) this.found = steep;
    }
    return this.found;
  }

  // Whether a minimum is a point of a line of minima, straight or bent.
  isOnLine(x, y) {
    this.stand(x, y);
    const { met, here, ring, width: [wide, high], circle, turns, zoom } = this, rises = [...this.rise(ring)];
    const order = rises.map((_, i) => i).sort((a, b) => (rises[a] === rises[a] ? rises[a] : Infinity) - (rises[b] === rises[b] ? rises[b] : Infinity) || a - b);
    const highest = rises.reduce((most, each) => Math.max(most, Math.abs(each)), 0), straight = rises.reduce((least, each) => Math.min(least, each), Infinity);
    return order.slice(0, this.candidates).some((i) => {
      let angle = Math.atan2(circle[2 * i + 1], circle[2 * i]), span = (2 * Math.PI) / turns, lowest;
      for (let k = 0; k < this.zooms; k++, span /= zoom) {
        let best = angle;
        lowest = Infinity;
        for (let j = -zoom; j <= zoom; j++) {
          const near = angle + (span * j) / zoom;
          const rise = met.value(x + ring * wide * Math.cos(near), y + ring * high * Math.sin(near)) - here;
          if (rise < lowest) [lowest, best] = [rise, near];
        }
        angle = best;
      }
      return lowest <= Math.max(this.rounding * highest, this.vanishes * straight) && lowest <= this.slight * highest;
    });
  }
}

// The points of a grid over a domain, along y.
export function* grid([x0, x1, y0, y1], n) {
  const at = (low, high, i) => (i === n - 1 ? high : low + i * ((high - low) / (n - 1)));
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) yield [at(x0, x1, j), at(y0, y1, i)];
}
