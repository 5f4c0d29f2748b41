"""What is minimized, whatever it is a loss of, and what each step meets of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matrices import ROW, Shapes
from surfaces.cost import Costs

Array = NDArray[np.float64]


class Problem:
    """A loss of d numbers theta, with its exact gradient.

    A subclass gives `value` and `gradient`, and whatever else is not as here. All are of an axis of
    runs, too: theta is (d, ...), the axes after the first are runs.

    Attributes:
        name: for people.
        coordinates: what the numbers of theta are called; of many, those worth a look, which come
            first.
        start: (d,), where a run begins unless told otherwise.
        shapes: of the parameters that theta holds, one after the other, each in rows.
        projects: whether `project` can move a point.
        interval: where that is all that it does, what it keeps each number between.
        draws: whether chance, and so the seed, decides what a step meets even of all the data.
        rows: how many rows of data the loss is a mean over; 0 for none.
    """

    name: str
    start: tuple[float, ...]
    coordinates: tuple[str, ...] = ("x", "y")
    shapes: Shapes = ROW
    projects: bool = False
    interval: tuple[float, float] | None = None
    draws: bool = False

    @property
    def called(self) -> str:
        """Its name within a sentence."""
        yours = self.name.startswith("Your ")
        return self.name[0].lower() + self.name[1:] if yours else self.name

    @property
    def rows(self) -> int:
        return 0

    @property
    def size(self) -> int:
        """How many numbers theta holds, d."""
        return sum(math.prod(shape) for shape in self.shapes)

    @property
    def extent(self) -> Array:
        """(d,), the lengths in which motion along each coordinate is measured."""
        return np.ones(self.size)

    @property
    def middle(self) -> Array:
        """(d,), around which points lie that are no more than `extent` apart."""
        return np.zeros(self.size)

    def value(self, theta: ArrayLike) -> Array:
        """The loss at theta (d, ...); shape (...). Undefined points are nan or inf."""
        raise NotImplementedError

    def gradient(self, theta: ArrayLike) -> Array:
        """The exact gradient at theta (d, ...); same shape."""
        raise NotImplementedError

    def hessian(self, theta: ArrayLike) -> Array:
        """The exact Hessian at theta (d, ...); shape (d, d, ...)."""
        raise NotImplementedError

    def stream(self, batch: int = 0, seed: int = 0) -> Iterator[Problem] | None:
        """What each step meets in place of the loss, without end; None where it meets the loss.

        The loss itself is then the mean of what is met.

        Args:
            batch: how many rows of the data a step sees; 0 for all, and without data.
            seed: of all that is drawn. A longer run repeats a shorter one.
        """
        return None

    def lasting(self, steps: int) -> Self:
        """The same, drawn for a run of so many steps."""
        return self

    def drawn(self, path: Array) -> Array:
        """The points (T+1, 2) of the drawing for a path (T+1, d)."""
        return path

    def project(self, theta: Array) -> Array:
        """The nearest point to theta (d, ...) that is allowed; same shape."""
        return theta

    def ground(self, theta: Array) -> NDArray[np.str_]:
        """Where points (d, n) lie that are at rest: "minimum", "level" or "slope"; (n,)."""
        raise NotImplementedError

    def is_finite_within(self, bound: float) -> bool:
        """Whether loss and gradient surely are finite where no coordinate is beyond a bound."""
        return False

    def cost(self, points: int = 1, rows: int = 0) -> Costs:
        """Microseconds for a value, a gradient and a Hessian of so many points at once.

        Counted, not timed: see `surfaces.cost`. Of a loss on data, rows of them, or all for 0.
        """
        call, each = 8.0, 0.02 * self.size * points
        return call + each, call + each, call + each * self.size
