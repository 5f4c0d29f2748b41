"""Which minima of a formula are surely the lowest in its domain, and where no one can say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from surfaces.critical import (
    Array,
    CriticalPoint,
    Loss,
    compass,
    distinct,
    lowest_around,
    newton_minima,
)

LINES = 301
MOST = 1500  # wells that are descended
FIRST, LAST, DEEPEST = 12, 68, 96  # steps for all of them, and more for the deepest
SAMPLES = 4096
PLASTIC = 1.32471795724474602596
SIDE = np.arange(1, 7) / 4  # of the way to the next line
FALLS = 0.1
NARROW = 0.1  # of the wells
SAME = 1e-6  # of the domain


def surely_lowest(loss: Loss, points: tuple[CriticalPoint, ...]) -> tuple[tuple[float, float], ...]:
    """The lowest minima, if nothing in the domain can be lower; else none.

    Every well of a fine grid is descended. None is claimed if wells are narrower than that grid, or
    too many, or if the loss is lower anywhere that was looked at, as on the border. A single well
    that lies between the lines is not seen.

    Args:
        points: those that were found.
    """
    low, extent = loss.domain.low, loss.domain.width

    def value(u: Array) -> Array:
        shape = (2, *(1,) * (u.ndim - 1))
        return loss.value(low.reshape(shape) + extent.reshape(shape) * u)

    with np.errstate(all="ignore"):
        grid = np.array(np.meshgrid(np.linspace(0, 1, LINES), np.linspace(0, 1, LINES)))
        values = value(grid)
        finite = values[np.isfinite(values)]
        wells = lowest_around(values)
        if not finite.size or wells.sum() > MOST:
            return ()
        bottoms = _bottoms(value, grid[:, wells])
        if _are_narrow(value, bottoms, _rounding(finite, 0.0)):
            return ()
        depths = value(bottoms)
        minima = [p for p in points if p.kind == "minimum"]
        found = np.array([(p.x, p.y) for p in minima]).reshape(-1, 2).T
        best = min((p.value for p in minima), default=np.inf)
        deeper = bottoms[:, depths < best - _rounding(finite, best)]
        if deeper.size:
            added = newton_minima(loss, low[:, None] + extent[:, None] * deeper)
            found = np.concatenate([found, np.array(added).reshape(-1, 2).T], axis=1)
        if not found.size:
            return ()
        losses = loss.value(found)
        best, rounding = losses.min(), _rounding(finite, losses.min())
        seen = np.concatenate([finite, depths, value(_between())])
        if np.nanmin(seen) < best - rounding:
            return ()
        found = found[:, losses <= best + rounding]
        none = np.zeros(found.shape[1])
        u = (found - low[:, None]) / extent[:, None]
        keep = np.sort(distinct(u, none, none + SAME, none < 1))
    return tuple((float(x), float(y)) for x, y in found[:, keep].T)


def _rounding(values: Array, best: float) -> float:
    """By how much values may differ that are the same, among others of a grid."""
    return 1e-9 * min(float(np.ptp(values)), 1 + abs(best)) if np.isfinite(best) else 0.0


def _are_narrow(value: Callable[[Array], Array], bottoms: Array, rounding: float) -> bool:
    """Whether many of the wells with their bottoms at (2, n) are narrower than the grid.

    Of these the side rises and falls again before the next line but one.
    """
    away = np.array([[1, -1, 0, 0], [0, 0, 1, -1]])[..., None] * SIDE / (LINES - 1)
    rise = value(bottoms[:, :, None, None] + away[:, None]) - value(bottoms)[:, None, None]
    rise = np.maximum(rise, 0.0)  # some are only as low as a bent valley lets one go
    fallen = np.maximum.accumulate(rise, axis=2) - rise
    narrow = (fallen > FALLS * np.abs(rise) + rounding).any(axis=(1, 2))
    return bool(np.sum(narrow) > NARROW * bottoms.shape[1])


def _bottoms(value: Callable[[Array], Array], wells: Array) -> Array:
    """Where wells (2, n) are lowest, the deepest of them closely."""
    if not wells.size:
        return wells
    width = 1 / (LINES - 1)
    bottoms = compass(value, wells, width, FIRST)
    deepest = np.argsort(value(bottoms), kind="stable")[:DEEPEST]
    bottoms = compass(value, bottoms[:, deepest], width, LAST)
    return bottoms[:, ((bottoms >= 0) & (bottoms <= 1)).all(axis=0)]


def _between() -> Array:
    """Points all over the unit square that lie on no grid: Roberts' sequence R2."""
    n = np.arange(1, SAMPLES + 1)
    return np.array([(0.5 + n / PLASTIC) % 1, (0.5 + n / PLASTIC**2) % 1])
