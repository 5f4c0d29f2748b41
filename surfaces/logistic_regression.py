"""Logistic regression: a weight for each of two features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kept import TEXTS, remember
from settings import Refusal
from surfaces.convex import convex_minimum
from surfaces.data_surface import L1, L2, STANDARDIZE, built_in
from surfaces.regression import Regression
from surfaces.row_loss import LOGISTIC, RowLoss
from surfaces.surface import Array
from surfaces.tables.table import Data, Table

RIDGE = 0.003  # holds the weights that a domain is made for where the classes can be separated


@dataclass(frozen=True, kw_only=True)
class LogisticRegression(Regression):
    """The mean of ln(1 + exp(-s w·x)) for classes s = ±1; x is measured from its mean.

    So the intercept is 0, and the boundary goes through the middle of the data. Features are
    divided by their standard deviations, or not.
    """

    weights = ("w_1", "w_2")
    columns = ("first feature", "second feature", "class")
    penalized = (1, 1)

    @property
    def classes(self) -> tuple[float, float]:
        """The two values of the class, in rising order."""
        low, high = np.unique(self.data.columns[2])
        return float(low), float(high)

    @cached_property
    def _design(self) -> tuple[Array, Array]:
        return _design(self.data, bool(self["standardize"]))

    def _reach(self) -> float:
        return _reach(self.data, bool(self["standardize"]))

    def line(self, theta: Array) -> Array:
        x, y = self.transform.back(np.asarray(theta, np.float64))
        if self["standardize"]:
            x, y = x / self.data.spreads[0], y / self.data.spreads[1]
        return np.stack([x, y, -(x * self.data.means[0] + y * self.data.means[1])])

    def suggested(self, table: Table) -> tuple[str, ...]:
        first = super().suggested(table)
        two = [
            name
            for name, column in zip(table.names, table.columns, strict=True)
            if len(np.unique(column[np.isfinite(column)])) == 2
        ]
        if not two:
            return first
        others = [name for name in table.choices if name != two[-1]]
        others = others if len(others) > 2 else others[::-1]  # the row's number before the other
        return others[0], others[1], two[-1]

    @property
    def row_loss(self) -> RowLoss:
        return LOGISTIC

    def _row_latex(self, weights: tuple[str, str]) -> tuple[str, tuple[str, str], str]:
        hats = r"\hat x_{i1}", r"\hat x_{i2}"
        bars = r"(x_{i1} - \bar x_1)", r"(x_{i2} - \bar x_2)"
        x, y = hats if self["standardize"] else bars
        return f"s_i ({weights[0]} {x} + {weights[1]} {y})", (x, y), "s_i"


def _design(data: Data, standardize: bool) -> tuple[Array, Array]:
    classes = np.unique(data.columns[2])
    if len(classes) != 2:
        raise Refusal(
            f"“{data.names[2]}” has {len(classes)} different values, and a class has two: choose "
            f"another column"
        )
    features = data.columns[:2] - data.means[:2, None]
    if standardize:
        features = features / data.spreads[:2, None]
    return features * np.where(data.columns[2] == classes[1], 1.0, -1.0), np.zeros(data.rows)


@remember(TEXTS)
def _reach(data: Data, standardize: bool) -> float:
    a, _ = _design(data, True)

    def gradient(weights: Array) -> Array:
        slopes: Array = a @ LOGISTIC.slope(weights @ a) / data.rows
        return slopes + RIDGE * weights

    # There the penalty alone exceeds what the loss can fall, ln 2.
    most = np.sqrt(2 * np.log(2) / RIDGE)
    box = most * np.array([[-1.0, 1.0, 1.0, -1.0], [-1.0, -1.0, 1.0, 1.0]])
    weights = np.abs(convex_minimum(gradient, box))
    return 1.5 * float((weights if standardize else weights / data.spreads[:2]).max())


SURFACE = LogisticRegression(
    name="Logistic regression",
    data=built_in("leaves.csv", "length in mm", "width in cm", "oak"),
    known=((0.1, -2.0), 1.3294539314500253),
    source="Data made for this project: the log-odds of a class grow with the width, and a quarter "
    "as fast with the length.",
    teaches="One feature is in millimetres, the other in centimetres, and that choice of units "
    "alone makes a ravine; standardizing takes it away.",
    showcase="surface=logistic_regression&steps=300&lane=sgd(lr=0.1)&lane=adam(lr=0.1)",
    see="The units make a ravine: after 300 steps SGD is {distance[0]:.2g} from the minimum, Adam "
    "{distance[1]:.2g}; with Standardize on, SGD at 5 is there within 60.",
    keywords="csv, table, classification, classifier, classes, units, scaling, convex, neural, "
    "machine learning, mini-batch",
    parameters=(L1, L2, STANDARDIZE),
)
