"""A classifier that fits its data in many ways, of which one knows new data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from experiment.problems.base import Array, Drawn
from surfaces.domain import Domain

UNIQUE = 5  # features of its own that an example of the second class has; one of the first has 1


@dataclass(frozen=True)
class Classification(Drawn):
    """Least squares on the classes ±1 of 60 examples, 42 of them +1, each weight from 0.

    Of an example's features the first is its class, the next two are 1, and the others are its own:
    one that is 1 if its class is +1, five if it is -1. So the first alone tells the class of new
    examples, whose own features nobody has seen.

    Weights: first, second, third, 42 of the first class's own features, 90 of the second's.
    """

    name = "New examples"
    teaches = "Two solutions fit every example; only the one of least norm knows new ones."
    source = (
        "Wilson et al. 2017, “The potential perils of adaptivity”, https://arxiv.org/abs/1705.08292"
    )
    latex = r"\tfrac{1}{120} \sum_{i=1}^{60} (w^\top x_i - y_i)^2"
    coordinates = ("first", "second", "third")
    keywords = "generalization gap, overfitting, test error, min-norm, least norm, Wilson"
    steps = 1500
    showcase = "problem=classification&lane=sgd(lr=0.1)&lane=adam(lr=0.01)"
    see = (
        "Both fit every example. New ones of class −1 SGD tells rightly, by a margin of "
        "{drawn_y[0]:.2f}; Adam tells all of them wrongly, at {drawn_y[1]:.2f}."
    )
    axes = ("margin of new examples of class +1", "margin of new examples of class -1")
    domain = Domain(-0.2, 2.0, -1.0, 1.0)
    shows = "The margins of new examples: below 0 they are told wrongly."

    positive, negative = 42, 18
    shapes = ((3 + positive + UNIQUE * negative,),)
    start = (0.0,) * (3 + positive + UNIQUE * negative)

    @property
    def lowest(self) -> float:
        return 0.0

    def _residuals(self, theta: ArrayLike) -> tuple[Array, Array]:
        """By how much the examples of each class are missed, (42, ...) and (18, ...)."""
        theta = np.asarray(theta, np.float64)
        first, second, third = theta[:3]
        own, owns = theta[3 : 3 + self.positive], theta[3 + self.positive :]
        owns = _total(np.moveaxis(owns.reshape(self.negative, UNIQUE, *theta.shape[1:]), 1, 0))
        return first + second + third + own - 1, -first + second + third + owns + 1

    def value(self, theta: ArrayLike) -> Array:
        plus, minus = self._residuals(theta)
        rows = self.positive + self.negative
        return (_total(plus**2) + _total(minus**2)) / (2 * rows)

    def gradient(self, theta: ArrayLike) -> Array:
        plus, minus = self._residuals(theta)
        up, down = _total(plus), _total(minus)
        shared = np.stack([up - down, up + down, up + down])
        own = np.concatenate([shared, plus, np.repeat(minus, UNIQUE, axis=0)])
        return own / (self.positive + self.negative)

    def margins(self, theta: ArrayLike) -> Array:
        """By how much new examples of either class are told rightly, (2, ...)."""
        first, second, third = np.asarray(theta, np.float64)[:3]
        return np.stack([first + second + third, first - second - third])

    def error(self, theta: ArrayLike) -> Array:
        """The share of new examples that are told wrongly, (...)."""
        wrong = self.margins(theta) <= 0
        share: Array = (self.positive * wrong[0] + self.negative * wrong[1]) / 60
        return share

    def drawn(self, path: Array) -> Array:
        return self.margins(path.T).T


def _total(numbers: Array) -> Array:
    """The sum over the first axis, one after the other: the same for one run and for many."""
    total: Array = np.cumsum(numbers, axis=0)[-1]
    return total


PROBLEM = Classification()
