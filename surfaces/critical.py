"""Minima, saddles and maxima inside a domain, from the exact gradient and Hessian.

Many starts run at once. Nothing is random, and nothing is certain: a critical point between
two lines of the grid of starts can be missed. Minima at kinks are found by comparing values, so
only as closely as values tell points apart; those on the floor of a kinked valley that runs across
the axes are missed, and on a floor as narrow and bent as that of Bukin no. 6 some points pass for
minima. A point at which the loss jumps is none, even if it is the lowest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from surfaces.domain import Domain

Array = NDArray[np.float64]

LINES = 101
EVERY = 5
NEWTON_STEPS = 40
SINGLE_STEPS = 12
MAX_STARTS = 1500
COMPASS_STEPS = 80
MULTIPLES = np.array([1.0, 2.0, 3.0, 5.0])
MAX_VALLEYS = 128
MAX_POINTS = 1000

# Lengths are parts of the domain's width and height.
CONVERGED = 1e-10
ARRIVED = 1e-14
SAME = 1e-6
SAME_LINE = 0.05
RING = 0.005
CLOSE = (1e-3, 1e-4, 1e-6)
SEEN = 1e4  # how many times what rounding leaves of two equal values is a jump


class Loss(Protocol):
    """What is asked of a surface; see `surfaces.surface.Surface`."""

    @property
    def domain(self) -> Domain:
        """(x low, x high, y low, y high)."""

    def value(self, theta: Array) -> Array:
        """The loss; shape (...) for (2, ...)."""

    def gradient(self, theta: Array) -> Array:
        """Its gradient; shape (2, ...)."""

    def hessian(self, theta: Array) -> Array:
        """Its Hessian; shape (2, 2, ...)."""


@dataclass(frozen=True)
class CriticalPoint:
    """A point where the surface is level, or a minimum at a kink.

    Attributes:
        x, y: where.
        value: the loss there.
        kind: "minimum", "saddle" or "maximum".
        regular: False where the Hessian is singular or does not exist: at a kink, where the surface
            is flatter than a parabola, or on a line of such points, of which a few are given.
    """

    x: float
    y: float
    value: float
    kind: str
    regular: bool


def critical_points(loss: Loss) -> tuple[CriticalPoint, ...]:
    """Those found inside the domain, by value; at most `MAX_POINTS`."""
    low, extent = loss.domain.low, loss.domain.width
    with np.errstate(all="ignore"):
        unit = _Unit(loss, low[:, None], extent[:, None])
        valleys = _valleys(unit)
        u, value, kind, regular = _level(unit, valleys)
        kinks = _kinks(unit, valleys, u[:, kind == "minimum"])
    theta = low[:, None] + extent[:, None] * np.concatenate([u, kinks], axis=1)
    points = [
        CriticalPoint(float(x), float(y), float(v), str(k), bool(r))
        for x, y, v, k, r in zip(
            *theta,
            [*value, *unit.value(kinks)],
            [*kind, *["minimum"] * kinks.shape[1]],
            [*regular, *[False] * kinks.shape[1]],
            strict=True,
        )
    ]
    return tuple(sorted(points, key=lambda point: (point.value, point.x, point.y))[:MAX_POINTS])


def on_lines(loss: Loss, points: Sequence[CriticalPoint]) -> bool:
    """Whether most of the points are some of a line's: level up to the next, curved across."""
    several = np.array([(point.x, point.y) for point in points if not point.regular]).T
    count = several.size // 2
    if count < 4 or 2 * count < len(points):
        return False
    apart = (several[:, :, None] - several[:, None]) / loss.domain.width[:, None, None]
    far = np.hypot(*apart) + np.diag(np.full(count, np.inf))
    halfway = (several[:, far.argmin(axis=1)] - several) / 2
    curvatures, turn = np.linalg.eigh(np.moveaxis(_finite(loss.hessian(several)), -1, 0))
    steepest = np.abs(curvatures).argmax(axis=1)
    across = turn[np.arange(count), :, steepest].T * np.hypot(*halfway)
    here = loss.value(several)
    along, rise = np.abs(loss.value(several + halfway) - here), loss.value(several + across) - here
    return bool((along < 0.1 * np.abs(rise)).mean() > 0.5)


def lowest(loss: Loss, points: tuple[CriticalPoint, ...]) -> tuple[tuple[float, float], ...]:
    """The lowest minima among the points, if nothing on a grid over the domain lies lower."""
    minima = [point for point in points if point.kind == "minimum"]
    values = loss.value(loss.domain.grid(LINES))
    values = values[np.isfinite(values)]
    if not minima or not len(values):
        return ()
    best = minima[0].value
    tolerance = 1e-9 * min(np.ptp(values), 1 + abs(best))
    if values.min() < best - tolerance:
        return ()
    return tuple((point.x, point.y) for point in minima if point.value <= best + tolerance)


def have_extrema(
    loss: Loss, low: Array, high: Array, maximum: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether Newton's steps from within boxes, (2, k) to (2, k), find a minimum in each; (k,).

    Args:
        maximum: (k,), of which boxes a maximum is asked for instead.
    """
    starts = Domain(0.0, 1.0, 0.0, 1.0).grid(3).reshape(2, -1)
    u, many = np.repeat(starts, low.shape[1], axis=1), (1, starts.shape[1])
    with np.errstate(all="ignore"):
        unit = _Square(loss, np.tile(low, many), np.tile(high - low, many))
        u = _newton(unit, u, far=1.0)
        h = unit.hessian(u)
        _, _, step = _newton_step(unit.gradient(u), h)
        (a, b), (_, d) = h
        found = (np.abs(u - 0.5) <= 0.5).all(axis=0) & (step <= CONVERGED) & (a * d > b * b)
        found &= np.where(np.tile(maximum, many[1]), a < 0, a > 0)
    holds: NDArray[np.bool_] = found.reshape(many[1], -1).any(axis=0)
    return holds


class _Square:
    """The loss over the unit square, to which a part of the plane is brought.

    Args:
        low, extent: of the part, (2, 1), or of one for each point, (2, n).
    """

    def __init__(self, loss: Loss, low: Array, extent: Array) -> None:
        self.loss, self.low, self.extent = loss, low, extent

    def of(self, points: NDArray[np.int_]) -> _Square:
        """The same for some of the points."""
        if self.low.shape[1] == 1:
            return self
        return _Square(self.loss, self.low[:, points], self.extent[:, points])

    def widths(self, u: Array) -> Array:
        """The parts' extents beside points (2, ..., n)."""
        return self.extent.reshape(2, *(1,) * (u.ndim - 2), -1)

    def there(self, u: Array) -> Array:
        return self.low.reshape(2, *(1,) * (u.ndim - 2), -1) + self.widths(u) * u

    def value(self, u: Array) -> Array:
        return self.loss.value(self.there(u))

    def gradient(self, u: Array) -> Array:
        return self.loss.gradient(self.there(u)) * self.widths(u)

    def hessian(self, u: Array) -> Array:
        widths = self.widths(u)
        return self.loss.hessian(self.there(u)) * widths[:, None] * widths[None]


class _Unit(_Square):
    """The same of a whole domain, with its grid."""

    def __init__(self, loss: Loss, low: Array, extent: Array) -> None:
        super().__init__(loss, low, extent)
        self.grid = Domain(0.0, 1.0, 0.0, 1.0).grid(LINES)
        self.values = self.value(self.grid)
        self.slopes = np.hypot(*self.gradient(self.grid))
        finite = self.values[np.isfinite(self.values)]
        self.low_value, self.high_value = (
            (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
        )
        self.noise = 1e-13 * (self.high_value - self.low_value)
        self.steepest = float(np.nanmax(np.where(np.isfinite(self.slopes), self.slopes, 0.0)))


def lowest_around(values: Array) -> NDArray[np.bool_]:
    """Which of a grid's entries have no lower neighbour among their eight, but a higher one."""
    around = np.pad(np.where(np.isfinite(values), values, np.inf), 1, mode="edge")
    n, m = values.shape
    shifted = [around[i : i + n, j : j + m] for i in range(3) for j in range(3)]
    least, most = np.min(shifted, axis=0), np.max(shifted, axis=0)
    lowest_: NDArray[np.bool_] = np.isfinite(values) & (values <= least) & (values < most)
    return lowest_


def _level(unit: _Unit, valleys: Array) -> tuple[Array, Array, NDArray[np.str_], NDArray[np.bool_]]:
    """Level points (2, n), their values, kinds, and whether their Hessian is regular."""
    coarse = np.zeros_like(unit.slopes, dtype=bool)
    coarse[::EVERY, ::EVERY] = True
    level = lowest_around(unit.slopes) & ~coarse
    flattest = np.argsort(unit.slopes[level], kind="stable")
    starts = [valleys, unit.grid[:, coarse], unit.grid[:, level][:, flattest]]
    u = _newton(unit, np.concatenate(starts, axis=1)[:, :MAX_STARTS])
    u = u[:, (np.abs(u - 0.5) <= 0.5 + 1e-12).all(axis=0)]
    value, g, h = unit.value(u), unit.gradient(u), _finite(unit.hessian(u))
    small, large, step = _newton_step(g, h)

    typical = np.abs(unit.hessian(unit.grid[:, ::EVERY, ::EVERY]))
    scale = float(np.median(typical[np.isfinite(typical)])) if np.isfinite(typical).any() else 0.0
    rises = np.stack([unit.value(_ring(u, close, 16)) - value[:, None] for close in CLOSE])
    singular = small <= 1e-6 * np.maximum(large, scale)
    singular &= ~_is_parabolic(g, h, small, rises)
    regular = ~singular & (step <= CONVERGED)
    level = singular & (np.hypot(*g) <= 1e-12 * unit.steepest)

    # Rounding makes level points at poles, where the loss leaves all that the grid has seen.
    beyond = np.maximum(unit.low_value - value, value - unit.high_value)
    usable = (regular | level) & (beyond <= 1e13 * unit.noise)
    signs = np.linalg.eigvalsh(np.moveaxis(h, -1, 0))
    kind = np.select([(signs > 0).all(1), (signs < 0).all(1)], ["minimum", "maximum"], "saddle")
    around = (singular | _is_contradicted(unit, kind, rises)) & usable
    kind[around] = _kind_by_ring(unit, u[:, around], value[around])
    usable &= kind != "flat"
    usable[usable] = ~_jumps(unit, u[:, usable])
    u, value, kind, regular = u[:, usable], value[usable], kind[usable], regular[usable]
    residual = np.hypot(*g)[usable]

    keep = distinct(u, residual, np.where(regular, SAME, SAME_LINE), regular)
    return u[:, keep], value[keep], kind[keep], regular[keep]


def _finite(matrix: Array) -> Array:
    return np.where(np.isfinite(matrix), matrix, 0.0)


def _newton(unit: _Square, u: Array, far: float = np.inf) -> Array:
    """From each u (2, n) toward a point where the gradient vanishes; those that arrived rest.

    Levenberg-Marquardt on the gradient's square, which goes to saddles and maxima as well. At a
    multiple root Newton's step is too short by a whole factor, so late steps try its multiples.

    Args:
        far: from the middle; who comes there rests as well.
    """
    u = u.copy()
    damping = np.full(u.shape[1], 1e-3)
    g = unit.gradient(u)
    moving = np.arange(u.shape[1])
    for count in range(NEWTON_STEPS):
        here, around = u[:, moving], unit.of(moving)
        step = _damped_step(g[:, moving], _finite(around.hessian(here)), damping[moving])
        multiples = MULTIPLES if count >= SINGLE_STEPS else MULTIPLES[:1]
        tried = here[:, None] + step[:, None] * multiples[:, None]
        slopes = around.gradient(tried)
        sizes = np.hypot(*slopes)
        sizes = np.where(np.isfinite(sizes), sizes, np.inf)
        best, each = sizes.argmin(axis=0), np.arange(len(moving))
        better = sizes[best, each] < np.hypot(*g[:, moving])
        u[:, moving] = np.where(better, tried[:, best, each], here)
        g[:, moving] = np.where(better, slopes[:, best, each], g[:, moving])
        damping[moving] *= np.where(better, 0.1, 10.0)
        rests = (np.hypot(*step) < ARRIVED) | (damping[moving] > 1e6)
        rests |= np.hypot(*(u[:, moving] - 0.5)) >= far
        moving = moving[~rests]
        if not len(moving):
            break
    return u


def _damped_step(g: Array, h: Array, damping: Array) -> Array:
    """-(H² + μI)⁻¹ H g for points (2, n), at most a twentieth of the domain long."""
    (a, b), (_, d) = h
    push = np.stack([a * g[0] + b * g[1], b * g[0] + d * g[1]])
    shift = damping * (a * a + 2 * b * b + d * d) + 1e-300
    p, q, r = a * a + b * b + shift, b * (a + d), b * b + d * d + shift
    step: Array = np.stack([q * push[1] - r * push[0], q * push[0] - p * push[1]])
    step /= p * r - q * q
    step *= np.minimum(1, 0.05 / (np.hypot(*step) + 1e-300))
    return step


def _newton_step(g: Array, h: Array) -> tuple[Array, Array, Array]:
    """The Hessian's smaller and larger curvature, in size, and the length of Newton's next step."""
    (a, b), (_, d) = h
    gx, gy = g
    determinant = a * d - b * b
    large = np.hypot((a + d) / 2, 0) + np.hypot((a - d) / 2, b)
    small = np.abs(determinant) / np.maximum(large, 1e-300)
    step = np.hypot(d * gx - b * gy, a * gy - b * gx) / np.maximum(np.abs(determinant), 1e-300)
    return small, large, step


def _is_parabolic(g: Array, h: Array, small: Array, rises: Array) -> NDArray[np.bool_]:
    """Whether the values close around points (2, n) are what the Hessian says there.

    Within a tenth of what its smaller curvature makes of them: then it is no rounding.
    """
    (a, b), (_, d) = h[..., None]
    gx, gy = g[..., None]
    parabolic = np.zeros(len(small), bool)
    for radius, rise in zip(CLOSE, rises, strict=True):
        x, y = _ring(np.zeros_like(g), radius, rise.shape[1])
        said = (gx + (a * x + b * y) / 2) * x + (gy + (b * x + d * y) / 2) * y
        parabolic |= (np.abs(rise - said) < 0.05 * small[:, None] * radius**2).all(axis=1)
    return parabolic


def _is_contradicted(unit: _Unit, kind: NDArray[np.str_], rises: Array) -> NDArray[np.bool_]:
    """Whether points are said to be lower or higher than all around, and are not."""
    falls = rises.min(axis=2).max(axis=0) < -unit.noise
    climbs = rises.max(axis=2).min(axis=0) > unit.noise
    contradicted: NDArray[np.bool_] = (kind == "minimum") & falls | (kind == "maximum") & climbs
    return contradicted


def _ring(u: Array, radius: float, points: int = 64) -> Array:
    """Points around each u (2, n); shape (2, n, points)."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    circle: Array = u[..., None] + radius * np.stack([np.cos(turn), np.sin(turn)])[:, None]
    return circle


def _kind_by_ring(unit: _Unit, u: Array, value: Array) -> NDArray[np.str_]:
    """What the values around each point make of it; "flat" where they do not differ.

    Also where they do only beyond a jump, or as far as on a pole.
    """
    rise = unit.value(_ring(u, RING)) - value[:, None]
    up, down = (rise > unit.noise).any(axis=1), (rise < -unit.noise).any(axis=1)
    far = np.fmax.reduce(np.abs(rise), axis=1)
    flat = far > 2e13 * unit.noise
    for halvings in range(1, 7):
        near = _rise(unit, u, RING / 2**halvings)
        flat |= (near <= unit.noise) & (far > 1e7 * unit.noise)
        far = near
    kinds = np.select([flat, up & down, up, down], ["flat", "saddle", "minimum", "maximum"], "flat")
    return np.asarray(kinds)


def _rise(unit: _Unit, u: Array, radius: float) -> Array:
    """By how much values around each point (2, n) differ from its own, at most; (n,)."""
    rise: Array = np.fmax.reduce(
        np.abs(unit.value(_ring(u, radius)) - unit.value(u)[:, None]), axis=1
    )
    return rise


def _jumps(unit: _Unit, u: Array) -> NDArray[np.bool_]:
    """Where the values around each point do not come closer to its own as one comes closer."""
    near, far = _rise(unit, u, 1e-7), _rise(unit, u, 1e-4)
    jumps: NDArray[np.bool_] = (near > 0.2 * far) & (near > SEEN * unit.noise) | np.isinf(near)
    return jumps


def _is_kink_minimum(unit: _Unit, u: Array) -> NDArray[np.bool_]:
    """Whether a kink is a minimum, not a pole, and not a point where a valley's floor falls on."""
    rises = [unit.value(_ring(u, radius)) - unit.value(u)[:, None] for radius in (1e-7, 1e-4)]
    near, far = (rise.min(axis=1) for rise in rises)  # nan if a part is undefined
    # On a falling floor all gradients around have a direction in common that leads up.
    enclosed = np.zeros(u.shape[1], bool)
    for radius in (1e-9, 1e-7):
        angles = np.sort(np.arctan2(*unit.gradient(_ring(u, radius))), axis=1)
        gaps = np.diff(angles, axis=1, append=angles[:, :1] + 2 * np.pi)
        enclosed |= gaps.max(axis=1) <= np.pi
    settled: NDArray[np.bool_] = (near >= 0) & (far > unit.noise) & ~_jumps(unit, u) & enclosed
    return settled


def distinct(
    u: Array, residual: Array, radius: Array, first: NDArray[np.bool_]
) -> NDArray[np.int_]:
    """Indices of points of which none is within the radius of one before it, best first."""
    left = np.lexsort((residual, ~first))
    keep: list[int] = []
    while len(left):
        one = left[0]
        keep.append(int(one))
        near = np.hypot(*(u[:, left] - u[:, one : one + 1])) <= radius[left]
        near[0] = True
        left = left[~near]
    return np.array(keep, int)


def _valleys(unit: _Unit) -> Array:
    """The lowest points (2, n) around which the loss rises, by comparing values from a grid's."""
    places = lowest_around(unit.values)
    places[[0, -1]] = places[:, [0, -1]] = False
    first = np.argsort(unit.values[places], kind="stable")[:MAX_VALLEYS]
    return compass(unit.value, unit.grid[:, places][:, first], 1 / (LINES - 1), COMPASS_STEPS)


def _kinks(unit: _Unit, valleys: Array, minima: Array) -> Array:
    """The valleys (2, n) that are minima with a kink, and none of those that are known."""
    known = np.concatenate([minima, [[np.inf], [np.inf]]], axis=1)
    new = np.hypot(*(valleys[:, :, None] - known[:, None])).min(axis=1) > 10 * SAME
    u = valleys[:, new]
    u = u[:, _is_kink_minimum(unit, u)]
    return u[:, distinct(u, unit.value(u), np.full(u.shape[1], SAME), np.ones(u.shape[1], bool))]


def compass(value: Callable[[Array], Array], u: Array, width: float, steps: int) -> Array:
    """From points (2, n) to the best of eight directions, or to half the step if none is better."""
    turns = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)], float).T
    step = np.full(u.shape[1], width)
    each = np.arange(u.shape[1])
    for _ in range(steps):
        tried = u[:, None] + step * turns[:, :, None]
        values = value(tried)
        values = np.where(np.isfinite(values), values, np.inf)
        best = values.argmin(axis=0)
        better = values[best, each] < values[4]
        u = np.where(better, tried[:, best, each], u)
        step = np.where(better, step, step / 2)
    return u


def hollows(loss: Loss, lines: int, most: int = 12) -> Array:
    """The lowest points of a grid over the domain among their eight neighbours, (2, n)."""
    grid = loss.domain.grid(lines)
    values = loss.value(grid)
    places = lowest_around(values)
    return grid[:, places][:, np.argsort(values[places], kind="stable")[:most]]


def newton_minima(loss: Loss, starts: Array) -> tuple[tuple[float, float], ...]:
    """The lowest minima inside the domain to which Newton's steps lead down from starts (2, n).

    None if a start is lower, as on the border. For losses that are too dear for `critical_points`.
    """
    theta, values = starts, loss.value(starts)
    lowest_start = values.min(initial=np.inf)
    length = np.ones(theta.shape[1])
    for _ in range(NEWTON_STEPS):
        tried = theta + length * _downhill(loss, theta)[0]
        there = loss.value(tried)
        better = there <= values
        theta, values = np.where(better, tried, theta), np.where(better, there, values)
        length = np.where(better, np.minimum(2 * length, 1), length / 4)
    for _ in range(2):  # values tell points apart to a half of the digits only
        step, curvature = _downhill(loss, theta)
        settled = (np.hypot(*step) <= SAME) & (curvature > 0).all(axis=0)
        theta = np.where(settled, theta + step, theta)
    theta = theta[:, settled & loss.domain.contains(theta)]
    values, rounding = loss.value(theta), 1e-12 * abs(lowest_start)
    lowest_ = values.min(initial=np.inf)
    if not lowest_ <= lowest_start + rounding:
        return ()
    theta = theta[:, values <= lowest_ + rounding]
    none = np.zeros(theta.shape[1])
    apart = distinct(theta, none, none + SAME * loss.domain.width.max(), none > 0)
    return tuple((float(x), float(y)) for x, y in theta[:, apart].T)


def _downhill(loss: Loss, theta: Array) -> tuple[Array, Array]:
    """Newton's steps at theta (2, n), turned downhill where it curves down; both curvatures."""
    curvature, turn = np.linalg.eigh(np.moveaxis(loss.hessian(theta), -1, 0))
    slope = np.einsum("nij,in->nj", turn, loss.gradient(theta))
    step = -np.einsum("nij,nj->in", turn, slope / np.maximum(np.abs(curvature), 1e-300))
    return step, curvature.T
