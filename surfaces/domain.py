"""The part of the plane that is looked at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class Domain(NamedTuple):
    """Where it begins and ends along x and along y. It equals, and is written as, a plain tuple."""

    x0: float
    x1: float
    y0: float
    y1: float

    def __repr__(self) -> str:
        return repr(tuple(self))

    @property
    def low(self) -> Array:
        """(2,), the corner where it begins."""
        return np.array([self.x0, self.y0])

    @property
    def width(self) -> Array:
        """(2,), along x and along y."""
        return np.array([self.x1 - self.x0, self.y1 - self.y0])

    @property
    def middle(self) -> Array:
        """(2,)."""
        return np.array([self.x0 + self.x1, self.y0 + self.y1]) / 2

    @property
    def words(self) -> str:
        return f"x {self.x0:g} to {self.x1:g} and y {self.y0:g} to {self.y1:g}"

    def contains(self, theta: ArrayLike) -> NDArray[np.bool_]:
        """Whether points (2, ...) lie in it, its border included; (...)."""
        x, y = np.asarray(theta)
        inside: NDArray[np.bool_] = (
            (self.x0 <= x) & (x <= self.x1) & (self.y0 <= y) & (y <= self.y1)
        )
        return inside

    def clip(self, x: float, y: float) -> tuple[float, float]:
        """The point of it that is nearest to one."""
        return min(max(x, self.x0), self.x1), min(max(y, self.y0), self.y1)

    def axes(self, n: int) -> tuple[Array, Array]:
        """So many places along x and along y, with both ends, equally far apart."""
        return np.linspace(self.x0, self.x1, n), np.linspace(self.y0, self.y1, n)

    def grid(self, n: int) -> Array:
        """(2, n, n), a point at every two of these."""
        return np.array(np.meshgrid(*self.axes(n)))
