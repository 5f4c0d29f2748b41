"""Gradients that are nothing on the mean, so that only weight decay moves the weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.typing import ArrayLike

from experiment.problems.base import Array, Drawn
from surfaces import Problem
from surfaces.domain import Domain

SLOPES = (10.0, 0.1)


class _Plane(Problem):
    """What one step meets: the loss rises along one direction."""

    def __init__(self, sign: float) -> None:
        self.slope = sign * np.array(SLOPES)

    def value(self, theta: ArrayLike) -> Array:
        x, y = np.asarray(theta, np.float64)
        loss: Array = self.slope[0] * x + self.slope[1] * y
        return loss

    def gradient(self, theta: ArrayLike) -> Array:
        shape = np.shape(theta)
        return np.broadcast_to(self.slope.reshape(2, *(1,) * (len(shape) - 1)), shape).copy()


@dataclass(frozen=True)
class AlternatingGradients(Drawn):
    """f_t(x, y) = ±(10 x + 0.1 y), the sign alternating: the mean loss is 0 everywhere.

    What a weight decay does is seen alone: decoupled, it shrinks both weights alike; as an L2
    penalty, Adam divides it by how much each gradient swings.
    """

    name = "Alternating gradients"
    teaches = "The gradients cancel, and only weight decay moves the weights."
    source = "After Loshchilov & Hutter 2019, section 2, https://arxiv.org/abs/1711.05101"
    latex = r"f_t(x, y) = \pm (10\,x + 0.1\,y) \text{ in turn}"
    keywords = "AdamW, weight decay, decoupled, L2, regularization"
    showcase = "problem=alternating_gradients&lane=adam(weight_decay=1)&lane=adamw(weight_decay=1)"
    see = (
        "AdamW shrinks both weights alike, to ({end_x[1]:.3f}, {end_y[1]:.3f}); with L2 Adam keeps "
        "the one with large gradients, ({end_x[0]:.3f}, {end_y[0]:.3f})."
    )
    axes = coordinates = ("x", "y")
    steps = 2000
    domain = Domain(0.0, 1.2, 0.0, 1.2)
    shows = "The two weights; decay that treats them alike leads straight to the origin."
    start = (1.0, 1.0)

    @property
    def lowest(self) -> float:
        return 0.0

    def value(self, theta: ArrayLike) -> Array:
        return np.zeros(np.shape(theta)[1:])

    def gradient(self, theta: ArrayLike) -> Array:
        return np.zeros(np.shape(theta))

    def stream(self, batch: int = 0, seed: int = 0) -> Iterator[Problem]:
        return cycle((_Plane(1.0), _Plane(-1.0)))

    def drawn(self, path: Array) -> Array:
        return path


PROBLEM = AlternatingGradients()
