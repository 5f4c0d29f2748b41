"""What is recorded of runs, as a value: compared and hashed by its numbers, with a picture."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH, HEIGHT, MARGIN = 240, 120, 6  # pixels
MOST_POINTS = 1000
MOST_COORDINATES = 3
COLOR = "#4C78A8"


class Recorded:
    """A frozen dataclass of arrays, among them theta: equal if every number is, nan to nan."""

    theta: Array

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        return all(_equal(getattr(self, name), getattr(other, name)) for name in names)

    def __hash__(self) -> int:
        theta = np.nan_to_num(self.theta) + 0.0  # no -0.0, which equals 0.0
        return hash((type(self), theta.shape, theta.tobytes()))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other)


def point_text(point: Array) -> str:
    """A point (n,) in brackets, of many coordinates the first."""
    more = ", …" if len(point) > MOST_COORDINATES else ""
    return f"({', '.join(f'{c:g}' for c in point[:MOST_COORDINATES])}{more})"


def plot(x: Array, y: Array, title: str, joined: bool) -> str:
    """Points (n,), joined by a line or not, as an SVG of a few kilobytes with a title below.

    Those that are not finite are left out, and of very many an even share is drawn.
    """
    seen = np.isfinite(x) & np.isfinite(y)
    points = np.stack([x[seen], y[seen]]) / 2  # so that no difference overflows
    shown = np.linspace(0, max(points.shape[1] - 1, 0), min(points.shape[1], MOST_POINTS))
    points = points[:, shown.astype(int)]
    size = np.array([[WIDTH - 2.0 * MARGIN], [HEIGHT - 2.0 * MARGIN]])
    if points.size:
        points = points - points.min(axis=1, keepdims=True)
        widest = points.max(axis=1, keepdims=True)
        points = points / np.where(widest > 0, widest, 1.0)
    across, down = MARGIN + np.stack([points[0], 1 - points[1]]) * size
    at = [f"{u:.1f},{v:.1f}" for u, v in zip(across, down, strict=True)]
    marks = (
        f'<polyline points="{" ".join(at)}" fill="none" stroke="{COLOR}" stroke-width="1.5"/>'
        if joined
        else f'<path d="{"".join(f"M{each}h0" for each in at)}" stroke="{COLOR}" '
        f'stroke-width="3" stroke-linecap="round"/>'
    )
    return (
        f'<figure style="margin:0"><svg width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{html.escape(title)}">{marks}</svg>'
        f"<figcaption>{html.escape(title)}</figcaption></figure>"
    )
