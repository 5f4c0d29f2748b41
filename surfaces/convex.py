"""The minimum of a convex loss in the plane, smooth or not, from its subgradients alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_CUTS = 400


def convex_minimum(subgradient: Callable[[Array], Array], corners: Array) -> Array:
    """The lowest point of a convex loss in a convex polygon, to about 1e-13 of its width.

    The method of centres of gravity (Levin 1965; Newman 1965, https://doi.org/10.1145/321281.321291):
    a loss is nowhere lower behind the line through a point at right angles to its subgradient, and
    a line through the centroid leaves at most 1 - 1/e of the area (Grünbaum 1960).

    Args:
        subgradient: any one of the loss at a point (2,).
        corners: (2, k), in turn.
    """
    polygon = corners
    smallest = 1e-13 * np.ptp(corners)
    centre = _centroid(polygon)
    for _ in range(MOST_CUTS):
        g = subgradient(centre)
        if not g.any() or np.ptp(polygon, axis=1).max() <= smallest:
            break
        polygon = _cut(polygon, g @ (polygon - centre[:, None]))
        if polygon.shape[1] < 3:  # no more than rounding is left
            break
        centre = _centroid(polygon)
    return centre


def _cut(polygon: Array, above: Array) -> Array:
    """The part of a polygon (2, k) whose vertices lie at or below 0."""
    ahead, ahead_above = np.roll(polygon, -1, axis=1), np.roll(above, -1)
    crosses = (above <= 0) != (ahead_above <= 0)
    with np.errstate(all="ignore"):
        crossings = polygon + above / (above - ahead_above) * (ahead - polygon)
    both = np.stack([polygon, crossings], axis=2).reshape(2, -1)  # in turn
    return both[:, np.stack([above <= 0, crosses], axis=1).ravel()]


def _centroid(polygon: Array) -> Array:
    """Of the area; of the vertices where rounding leaves none."""
    middle = polygon.mean(axis=1, keepdims=True)
    x, y = polygon - middle
    ahead_x, ahead_y = np.roll(x, -1), np.roll(y, -1)
    doubled = x * ahead_y - ahead_x * y
    area = doubled.sum()
    if abs(area) > 1e-9 * np.abs(doubled).sum():
        x_part, y_part = ((a + b) @ doubled / (3 * area) for a, b in ((x, ahead_x), (y, ahead_y)))
        middle = middle + np.array([[x_part], [y_part]])
    centroid: Array = middle[:, 0]
    return centroid
