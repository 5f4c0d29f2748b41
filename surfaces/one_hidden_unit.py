"""A network with one hidden unit: the smallest that is not convex."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from surfaces.cost import Costs, of_rows
from surfaces.critical import lowest
from surfaces.data_surface import BLOCK, L2, CurveSurface, built_in, in_blocks
from surfaces.domain import Domain
from surfaces.row_loss import HUBER, SQUARED, RowLoss
from surfaces.surface import Array, Parameter

LOSSES = {"squared": SQUARED, "huber": HUBER}


@dataclass(frozen=True)
class Activation:
    """What a unit makes of its input, with its first two derivatives, and how they are written."""

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    curvature: Callable[[Array], Array]
    latex: tuple[str, str, str]


ACTIVATIONS = {
    "tanh": Activation(
        np.tanh,
        lambda u: 1 - np.tanh(u) ** 2,
        lambda u: -2 * np.tanh(u) * (1 - np.tanh(u) ** 2),
        (r"\tanh", r"\tanh'", r"\tanh''"),
    ),
    "sine": Activation(np.sin, np.cos, lambda u: -np.sin(u), (r"\sin", r"\cos", r"-\sin")),
}


@dataclass(frozen=True, kw_only=True)
class OneHiddenUnit(CurveSurface):
    """The mean loss of w_2 s(w_1 x) - y for an odd s; both columns are standardized.

    Both activations are odd, so the loss is the same at (w_1, w_2) and at (-w_1, -w_2).
    """

    weights = ("w_1", "w_2")

    def _home(self) -> tuple[Domain, tuple[float, float]]:
        return Domain(-4.0, 4.0, -4.0, 4.0), (-3.0, 1.5)

    def _predicted(self, theta: Array, x: Array) -> Array:
        w1, w2 = theta[..., None]
        predicted: Array = w2 * self._unit.value(w1 * x)
        return predicted

    def _lowest(self) -> tuple[tuple[float, float], ...]:
        return lowest(self, self.critical)

    @property
    def _unit(self) -> Activation:
        return ACTIVATIONS[str(self["activation"])]

    @property
    def _loss(self) -> RowLoss:
        return LOSSES[str(self["loss"])]

    def _mean(self, theta: Array, of: Callable[[Array, Array], Array]) -> Array:
        """The mean over rows of what inputs w_1 x (n, k) and weights w_2 (k,) become: (m, ...)."""
        x, _ = self._design
        return in_blocks(theta, BLOCK // len(x), lambda w: of(x[:, None] * w[0], w[1]).mean(axis=1))

    def _value(self, theta: Array) -> Array:
        _, y = self._design

        def of(u: Array, w2: Array) -> Array:
            return self._loss.value(w2 * self._unit.value(u) - y[:, None])[None]

        value: Array = self._mean(theta, of)[0] + self._l2 / 2 * (theta**2).sum(axis=0)
        return value

    def _gradient(self, theta: Array) -> Array:
        x, y = self._design

        def of(u: Array, w2: Array) -> Array:
            out = self._unit.value(u)
            slope = self._loss.slope(w2 * out - y[:, None])
            return np.stack([slope * w2 * self._unit.slope(u) * x[:, None], slope * out])

        return self._mean(theta, of) + self._l2 * theta

    def _hessian(self, theta: Array) -> Array:
        x, y = self._design[0][:, None], self._design[1][:, None]

        def of(u: Array, w2: Array) -> Array:
            out, to_w1 = self._unit.value(u), self._unit.slope(u) * x
            r = w2 * out - y
            slope, curvature = self._loss.slope(r), self._loss.curvature(r)
            bend = slope * w2 * self._unit.curvature(u) * x**2
            return np.stack(
                [
                    curvature * (w2 * to_w1) ** 2 + bend,
                    curvature * w2 * to_w1 * out + slope * to_w1,
                    curvature * out**2,
                ]
            )

        xx, xy, yy = self._mean(theta, of)
        return np.stack([np.stack([xx + self._l2, xy]), np.stack([xy, yy + self._l2])])

    def _cost(self, points: int, rows: int) -> Costs:
        return of_rows((18.0, 26.0, 52.0), (0.006, 0.011, 0.1), points * rows)

    @property
    def _l2(self) -> float:
        return float(self["l2"])

    def _written(self, x: str, y: str) -> tuple[str, tuple[str, str], tuple[str, str, str]]:
        inside = rf"\left({x} \hat x_i\right)"
        unit, first, second = (f"{text}{inside}" for text in self._unit.latex)
        r = rf"{y} {unit} - \hat y_i"
        loss, slope, curvature = (text.replace("R", r) for text in self._loss.latex)
        bent = rf"{curvature} {{{y}}}^2 \left({first}\right)^2 \hat x_i^2"
        bends = rf"{slope} {y} \left({second}\right) \hat x_i^2"
        return (
            self._mean_latex(loss) + self._half("l2", 1, rf"\left({x}^2 + {y}^2\right)"),
            (
                self._mean_latex(rf"{slope} {y} {first} \hat x_i") + self._term("l2", 1, x),
                self._mean_latex(f"{slope} {unit}") + self._term("l2", 1, y),
            ),
            (
                self._mean_latex(rf"\left[{bent} + {bends}\right]") + self._term("l2", 1, ""),
                self._mean_latex(
                    rf"\left[{curvature} {y} {unit} + {slope}\right] {first} \hat x_i"
                ),
                self._mean_latex(rf"{curvature} \left({unit}\right)^2") + self._term("l2", 1, ""),
            ),
        )


SURFACE = OneHiddenUnit(
    name="One hidden unit",
    data=built_in("leaves.csv", "width in cm", "oak"),
    known=((0.7, -1.3), 1.187086713528963),
    source="The data of the logistic regression; the network is the smallest one with a hidden "
    "unit, as in Goodfellow, Bengio & Courville 2016, section 8.2.2, on weights that can be "
    "exchanged, https://www.deeplearningbook.org",
    teaches="With both signs turned it is the same network, so there are two minima, one as good "
    "as the other; between them lies a saddle at 0, where a network that starts with no weights "
    "stays.",
    showcase="surface=one_hidden_unit&start=-3,1.5&start=3,-1.5&steps=200&lane=adam(lr=0.1)",
    see="Two starts with opposite signs end at opposite weights: Adam's first run at "
    "({end_x[0]:.1f}, {end_y[0]:.1f}), the other mirrored through the origin, with the same loss.",
    keywords="neural network, perceptron, symmetry, non-convex, tanh, csv, table, machine "
    "learning, mini-batch",
    parameters=(
        Parameter(
            "activation",
            "tanh",
            choices=tuple(ACTIVATIONS),
            help="What the hidden unit makes of its input; the sine has further minima.",
        ),
        Parameter(
            "loss",
            "squared",
            choices=tuple(LOSSES),
            help="Of each residual r: r²/2, or Huber's, r²/2 up to 1 and |r| - 1/2 beyond.",
        ),
        L2,
    ),
)
