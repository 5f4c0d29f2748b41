"""Losses on an interval whose slope changes from step to step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from experiment.problems.base import Array, Drawn
from surfaces import Problem
from surfaces.cost import Costs
from surfaces.domain import Domain


class Line(Problem):
    """The loss slope·x: what one step meets."""

    shapes = ((1,),)

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def value(self, theta: ArrayLike) -> Array:
        loss: Array = self.slope * np.asarray(theta, np.float64)[0]
        return loss

    def gradient(self, theta: ArrayLike) -> Array:
        return np.full(np.shape(theta), self.slope)

    def answering(self, kind: str) -> Callable[..., Any]:
        """Its "value" or "gradient" as a function of t and x, as `kernels.python.answering` has."""
        slope = (self.slope,)
        return (lambda t, x: self.slope * x) if kind == "value" else (lambda t, x: slope)


@dataclass(frozen=True)
class Lines(Drawn):
    """Steep up at some steps, gently down at all others, on [-1, 1]: the mean rises slowly.

    So the best point is -1, and every step but the few steep ones leads away from it. The path is
    projected onto the interval.
    """

    shapes = ((1,),)
    start = (0.0,)
    projects = True
    interval = (-1.0, 1.0)
    axes = ("step", "x")
    coordinates = ("x",)

    length: int = field(default=0, kw_only=True, compare=False, repr=False)  # of what is drawn

    @property
    def domain(self) -> Domain:  # type: ignore[override]
        return Domain(0.0, float(self.length or self.steps), -1.1, 1.1)

    def lasting(self, steps: int) -> Self:
        return replace(self, length=steps)

    def slopes(self, seed: int) -> Iterator[float]:
        """The slope at each step, without end."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """The mean slope."""
        raise NotImplementedError

    @property
    def lowest(self) -> float:
        return -self.mean

    def value(self, theta: ArrayLike) -> Array:
        return Line(self.mean).value(theta)

    def gradient(self, theta: ArrayLike) -> Array:
        return Line(self.mean).gradient(theta)

    def stream(self, batch: int = 0, seed: int = 0) -> Iterator[Problem]:
        met: dict[float, Problem] = {}
        for slope in self.slopes(seed):
            yield met.setdefault(slope, Line(slope))

    def project(self, theta: Array) -> Array:
        return np.clip(theta, *self.interval)

    def cost(self, points: int = 1, rows: int = 0) -> Costs:
        each = 1.0 + 0.01 * points
        return each, each, each

    def drawn(self, path: Array) -> Array:
        return np.stack([np.arange(float(len(path))), path[:, 0]], axis=1)
