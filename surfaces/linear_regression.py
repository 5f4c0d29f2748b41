"""Linear regression: a slope and an intercept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from surfaces.data_surface import L1, L2, STANDARDIZE, built_in
from surfaces.regression import LOSS, Regression
from surfaces.row_loss import ABSOLUTE, HUBER, SQUARED, RowLoss
from surfaces.surface import Array, Parameter

LOSSES = {"squared": SQUARED, "absolute": ABSOLUTE, "huber": HUBER}


@dataclass(frozen=True, kw_only=True)
class LinearRegression(Regression):
    """The mean loss of w x + b - y; both columns are standardized, or neither."""

    weights = ("w", "b")
    columns = ("x", "y")
    penalized = (1, 0)

    @cached_property
    def _design(self) -> tuple[Array, Array]:
        x, y = self.data.columns
        if self["standardize"]:
            (x_mean, y_mean), (x_spread, y_spread) = self.data.means, self.data.spreads
            x, y = (x - x_mean) / x_spread, (y - y_mean) / y_spread
        return np.stack([x, np.ones_like(x)]), y

    def _reach(self) -> float:
        (x, _), y = self._design
        steepest = y.std() / x.std()
        slope = ((x - x.mean()) * y).mean() / x.var()
        return 1.5 * float(max(steepest, abs(y.mean()), abs(y.mean() - slope * x.mean())))

    def line(self, theta: Array) -> Array:
        slope, intercept = self.transform.back(np.asarray(theta, np.float64))
        if self["standardize"]:
            (x_mean, y_mean), (x_spread, y_spread) = self.data.means, self.data.spreads
            slope = slope * (y_spread / x_spread)
            intercept = y_mean + y_spread * intercept - slope * x_mean
        return np.stack([slope, -np.ones_like(slope), intercept])

    @property
    def row_loss(self) -> RowLoss:
        return LOSSES[str(self[LOSS])]

    def _row_latex(self, weights: tuple[str, str]) -> tuple[str, tuple[str, str], str]:
        w, b = weights
        x, y = (r"\hat x_i", r"\hat y_i") if self["standardize"] else ("x_i", "y_i")
        return f"{w} {x} + {b} - {y}", (x, ""), ""


SURFACE = LinearRegression(
    name="Linear regression",
    data=built_in("practice.csv", "hours of practice", "mark"),
    known=((2.0, -3.0), 19.749144791666666),
    source="Data made for this project: mark = 1 + hours/2 + noise, and four marks that are wrong.",
    teaches="The columns are not centred, so slope and intercept pull at each other in a long "
    "valley that standardizing makes round; and four wrong marks bend the squared loss's line.",
    showcase="surface=linear_regression&steps=300&lane=sgd(lr=0.03)&lane=momentum(lr=0.01)",
    see="SGD falls from a loss of {loss_at[0, 0]:.0f} to {loss_at[0, 20]:.2g} in 20 steps, then "
    "crawls along the valley and ends {distance[0]:.2g} from the minimum, Momentum "
    "{distance[1]:.1g}.",
    keywords="csv, table, line, fit, least squares, statistics, machine learning, convex, "
    "mini-batch, simple",
    parameters=(
        Parameter(
            LOSS,
            "squared",
            choices=tuple(LOSSES),
            help="Of each residual r: r²/2, |r|, or Huber's, r²/2 up to 1 and |r| - 1/2 beyond.",
        ),
        L1,
        L2,
        STANDARDIZE,
    ),
)
