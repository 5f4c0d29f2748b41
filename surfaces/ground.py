"""What kind of ground a point lies on: the floor of a minimum, level ground, or a slope.

Only the loss right around the point is asked, and only compared with itself: a loss multiplied by a
number, or with a number added, is the same ground. Nothing is searched for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surfaces.critical import Array, Loss

# Lengths are parts of the domain's width and height.
RING = 2e-3
"""A minimum is one if it is within this of the point."""

SMALLER = RING / 4.0 ** np.arange(1, 9)
LARGER = RING * 4.0 ** np.arange(1, 5)
TURNS = 32  # directions, besides those of the Hessian's own axes
ROUNDING = 2e-15  # of the values compared: less is no difference
CANDIDATES, ZOOM, ZOOMS = 6, 8, 12  # directions in which a line may go on, and how close to look
VANISHES, SLIGHT = 1e-2, 1e-9  # of the lowest rise straight on, and of the highest: left on a line
LEVEL = 1e-6  # of the steepest slope of a grid over the domain
LINES = 17
AT_ONCE = 512  # points, the numbers of whose rings stay in the processor's cache


def ground(loss: Loss, theta: Array) -> NDArray[np.str_]:
    """Where points (2, n) lie: "minimum", "level" or "slope"; (n,).

    At a "minimum" no value on some small ring around the point is lower than its own: whoever goes
    down from there stays inside the ring. So it is on a line of minima. "level" is the
    neighbourhood of a saddle or a maximum, and a shelf whose slope is nearly nothing beside the
    surface's others.
    """
    parts = [theta[:, i : i + AT_ONCE] for i in range(0, theta.shape[1], AT_ONCE)]
    return np.concatenate([_ground(loss, part) for part in parts])


def _ground(loss: Loss, theta: Array) -> NDArray[np.str_]:
    with np.errstate(all="ignore"):
        around = _Around(loss, theta)
        enclosed, flat = around.ring(RING)
        for radius in SMALLER:
            left = ~enclosed & ~flat
            if not left.any():
                break
            enclosed[left] = around.ring(radius, left)[0]
        falls = np.zeros_like(flat)
        for radius in LARGER:  # as flat as a floor can be: what is at its edges?
            left = flat & ~enclosed & ~falls
            if not left.any():
                break
            enclosed[left], still = around.ring(radius, left)
            falls[left] = ~enclosed[left] & ~still
        level = ~enclosed & (flat | around.is_stationary())
    return np.select([enclosed, level], ["minimum", "level"], "slope")


def rises(loss: Loss, theta: Array) -> Array:
    """The most by which the loss is higher on a ring of size `RING` than at points (2, n); (n,)."""
    with np.errstate(all="ignore"):
        rise = _Around(loss, theta).rise(RING)
    highest: Array = np.max(np.where(np.isfinite(rise), rise, 0.0), axis=0)
    return highest


class _Around:
    """Points, and the values on rings around them."""

    def __init__(self, loss: Loss, theta: Array) -> None:
        self.loss, self.theta = loss, theta
        self.extent = loss.domain.width
        self.here = loss.value(theta)
        self.g = loss.gradient(theta) * self.extent[:, None]
        h = loss.hessian(theta) * self.extent[:, None, None] * self.extent[:, None]
        (a, b), (_, d) = np.where(np.isfinite(h), h, 0.0)
        turned = np.arctan2(2 * b, a - d) / 2
        cos, sin = np.cos(turned), np.sin(turned)
        self.axes = np.stack([[cos, -sin], [sin, cos]])  # (2, which, n)
        x, y = self.axes
        self.curvatures = (a * x + b * y) * x + (b * x + d * y) * y  # (which, n)

    @cached_property
    def circle(self) -> Array:
        """Directions (2, k, n) around the points: all around, and their Hessians' axes."""
        turn = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
        evenly = np.stack([np.cos(turn), np.sin(turn)])[..., None]
        evenly = np.broadcast_to(evenly, (2, TURNS, self.axes.shape[2]))
        return np.concatenate([evenly, self.axes, -self.axes], axis=1)

    def rise(self, radius: float, some: NDArray[np.bool_] | slice = slice(None)) -> Array:
        """By how much values on a ring around some of the points are above their own; (k, n)."""
        there = radius * self.extent[:, None, None] * self.circle[..., some]
        there += self.theta[:, None, some]
        rise: Array = self.loss.value(there) - self.here[some]
        return rise

    def ring(
        self, radius: float, some: NDArray[np.bool_] | slice = slice(None)
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether a ring encloses all that is as low as the point; whether it is level with it.

        Where the loss is not defined is a wall.
        """
        rise = self.rise(radius, some)
        size = finite = np.abs(rise).max(axis=0)
        if not np.isfinite(size).all():
            rise = np.where(np.isnan(rise), np.inf, rise)
            size = np.abs(rise).max(axis=0)
            finite = np.abs(np.where(np.isfinite(rise), rise, 0.0)).max(axis=0)
        nothing = ROUNDING * (np.abs(self.here[some]) + finite)
        flat = size <= nothing
        return (rise.min(axis=0) >= -nothing) & ~flat, flat

    def is_stationary(self) -> NDArray[np.bool_]:
        """Whether the gradient vanishes right beside a point, or is next to nothing."""
        slopes = (self.axes * self.g[:, None]).sum(axis=0)
        step = np.hypot(*np.where(slopes == 0, 0.0, slopes / self.curvatures))
        grid = self.loss.domain.grid(LINES)
        everywhere = np.hypot(*(self.loss.gradient(grid) * self.extent[:, None, None]))
        steepest = np.max(everywhere[np.isfinite(everywhere)], initial=0.0)
        level: NDArray[np.bool_] = (step <= 2 * RING) | (np.hypot(*self.g) <= LEVEL * steepest)
        return level


def on_line(loss: Loss, theta: Array) -> NDArray[np.bool_]:
    """Whether minima (2, n) are points of a line of minima, straight or bent; (n,).

    Then somewhere on a small ring the loss is as low as at the point. Beside the ring's lowest
    directions it is looked for ever more closely.
    """
    with np.errstate(all="ignore"):
        around = _Around(loss, theta)
        rise, circle = around.rise(RING).T, np.swapaxes(around.circle, 1, 2)
        lowest = np.argsort(rise, axis=1)[:, :CANDIDATES]
        there = np.take_along_axis(circle, lowest[None], axis=2)
        angle, width = np.arctan2(there[1], there[0]), 2 * np.pi / TURNS
        for _ in range(ZOOMS):
            near = angle[..., None] + width * np.linspace(-1, 1, 2 * ZOOM + 1)
            turned = np.stack([np.cos(near), np.sin(near)])
            ring = theta[:, :, None, None] + RING * around.extent[:, None, None, None] * turned
            values = loss.value(ring) - around.here[:, None, None]
            best = values.argmin(axis=2)[..., None]
            angle, width = np.take_along_axis(near, best, axis=2)[..., 0], width / ZOOM
        found = np.take_along_axis(values, best, axis=2)[..., 0]
        highest = np.max(np.abs(rise), axis=1, keepdims=True)
        straight = np.min(rise, axis=1, keepdims=True)
    as_low = found <= np.maximum(ROUNDING * highest, VANISHES * straight)
    line: NDArray[np.bool_] = (as_low & (found <= SLIGHT * highest)).any(axis=1)
    return line
