"""Losses on data: the mean of a loss over rows, and penalties, as surfaces over two weights.

What scikit-learn's SGDRegressor and SGDClassifier minimize,
https://scikit-learn.org/stable/modules/sgd.html#mathematical-formulation:

    f(θ) = 1/n Σ ℓ(a_i·θ - t_i) + l1 Σ |θ_k| + l2/2 Σ θ_k²

where a_i and t_i are made from row i, and the penalties leave an intercept alone.
"""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from surfaces.convex import convex_minimum
from surfaces.critical import CriticalPoint
from surfaces.parameter import Parameter, Value
from surfaces.surface import MAX_END, Array, Surface
from surfaces.table import Data, Table
from surfaces.transform import IDENTITY, Domain

BLOCK = 16_384  # residuals at a time: they stay in the processor's cache
SMALLEST = 1e-9  # weights that are drawn
FAR = 8.0  # how far out a minimum is looked for, in reaches


@dataclass(frozen=True)
class RowLoss:
    """ℓ(r) and its first two derivatives, elementwise, and how they are written of r.

    Where the second does not exist it counts as 0; so does the first.
    """

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    curvature: Callable[[Array], Array]
    latex: tuple[str, str, str]


def _logistic(r: Array) -> Array:
    return np.log1p(np.exp(-np.abs(r))) + np.maximum(-r, 0)


def _sigmoid(r: Array) -> Array:
    e = np.exp(-np.abs(r))
    sigmoid: Array = np.where(r >= 0, 1, e) / (1 + e)
    return sigmoid


SQUARED = RowLoss(
    lambda r: r * r / 2,
    lambda r: r,
    np.ones_like,
    (r"\tfrac{1}{2}\left(R\right)^2", r"\left(R\right)", "1"),
)
ABSOLUTE = RowLoss(
    np.abs, np.sign, np.zeros_like, (r"\left|R\right|", r"\operatorname{sgn}\left(R\right)", "0")
)
HUBER = RowLoss(
    lambda r: np.where(np.abs(r) <= 1, r * r / 2, np.abs(r) - 0.5),
    lambda r: np.clip(r, -1, 1),
    lambda r: (np.abs(r) <= 1).astype(np.float64),
    (r"h\left(R\right)", r"h'\left(R\right)", r"h''\left(R\right)"),
)
LOGISTIC = RowLoss(
    _logistic,
    lambda r: -_sigmoid(-r),
    lambda r: _sigmoid(r) * _sigmoid(-r),
    (
        r"\ln\left(1 + e^{-R}\right)",
        r"-\sigma\left(-R\right)",
        r"\sigma\left(R\right) \sigma\left(-R\right)",
    ),
)

L1 = Parameter(
    "l1", 0.0, symbol=r"\lambda_1", help="L1 penalty: this times |weight| is added to the loss."
)
L2 = Parameter(
    "l2",
    0.0,
    symbol=r"\lambda_2",
    help="L2 penalty: half of this times weight² is added to the loss.",
)
STANDARDIZE = Parameter(
    "standardize",
    False,
    help="Shift and scale the columns to mean 0 and standard deviation 1 before fitting.",
)


@dataclass(frozen=True, kw_only=True)
class DataSurface(Surface, ABC):
    """A convex loss on the rows of a data set; a surface in all else.

    A subclass says what its weights are: `_design`, `_reach`, `line` and how they are written.

    Attributes:
        data: the rows.
        domain, start: by default what the data ask for.

    Class attributes:
        weights: the two weights in LaTeX.
        columns: what the columns of the data are, in words.
        penalized: 1 for each weight to which the penalties apply, 0 for an intercept.

    Raises:
        ValueError: the data do not suit, or the weights that suit them cannot be drawn.
    """

    formula: str = ""
    domain: Domain = None  # type: ignore[assignment]  # set when it is made
    start: tuple[float, float] = field(default=None, compare=False)  # type: ignore[assignment]
    scale: str = "log"
    family: str = "losses on data"
    data: Data

    weights: ClassVar[tuple[str, str]]
    columns: ClassVar[tuple[str, ...]]
    penalized: ClassVar[tuple[int, int]]

    def __post_init__(self) -> None:
        if len(self.data.names) != len(self.columns):
            raise ValueError(f"{self.name} takes {len(self.columns)} columns of numbers.")
        at_home = self.domain is None
        if at_home:
            object.__setattr__(self, "domain", (-1, 1, -1, 1))
        super().__post_init__()
        if at_home:
            half = _round_up(self._reach())
            if not SMALLEST <= half <= MAX_END:
                raise ValueError(
                    f"The weights of {self.name} on these data are too small or too large to be "
                    f"drawn: standardize."
                )
            object.__setattr__(self, "domain", (-half, half, -half, half))
            object.__setattr__(self, "start", (-0.6 * half, -0.6 * half))

    def __getitem__(self, name: str) -> Value:
        """The present value of a parameter."""
        return dict(zip((p.name for p in self.parameters), self.values, strict=True))[name]

    @property
    def rows(self) -> int:
        return self.data.rows

    def with_values(self, **values: Value) -> Self:
        """See `Surface`; standardized weights are other weights, over a domain of their own."""
        changed = super().with_values(**values)
        return changed if changed["standardize"] == self["standardize"] else changed._at_home()

    def with_data(self, data: Data) -> Self:
        """The same loss on other rows, over the domain that suits them.

        Raises:
            ValueError: they do not suit; one sentence.
        """
        names = ", ".join(f"“{name}”" for name in data.names)
        return replace(
            self,
            data=data,
            known=None,
            source="Uploaded.",
            teaches=f"{data.rows} rows of {names}.",
        )._at_home()

    def _at_home(self) -> Self:
        """Over the domain that the data ask for, transformed as it is."""
        plain = replace(
            self,
            domain=None,  # type: ignore[arg-type]
            start=None,  # type: ignore[arg-type]
            transform=IDENTITY,
            original=None,
        )
        return cast(Self, plain.transformed(**self.transform.changed))

    def sample(self, rows: NDArray[np.int_]) -> Self:
        """The loss on some of the rows, standardized as all are: what a mini-batch shows of it.

        Its value, gradient and Hessian are those of the rows; it is no other surface's equal.
        """
        part = copy.copy(self)
        a, t = self._design
        part.__dict__["_design"] = a[:, rows], t[rows]
        return part

    def suggested(self, table: Table) -> tuple[str, ...]:
        """The columns of a table to begin with.

        Raises:
            ValueError: it has too few.
        """
        if len(table.names) < len(self.columns):
            raise ValueError(
                f"The file has {len(table.names)} columns of numbers, and {self.name} takes "
                f"{len(self.columns)}."
            )
        return table.names[: len(self.columns)]

    # What a subclass says

    @cached_property
    @abstractmethod
    def _design(self) -> tuple[Array, Array]:
        """The rows as the loss meets them: a (2, n) and t (n,), whose residual is a·θ - t."""

    @abstractmethod
    def _reach(self) -> float:
        """The size of the weights that suit the data."""

    @abstractmethod
    def line(self, theta: Array) -> Array:
        """The line that weights (2, ...) draw through the data: (a, b, c) of ax + by + c = 0.

        Shape (3, ...); x and y are the first two columns as they stand in the data.
        """

    @property
    @abstractmethod
    def row_loss(self) -> RowLoss:
        """ℓ at the present parameters."""

    @abstractmethod
    def _row_latex(self, weights: tuple[str, str]) -> tuple[str, tuple[str, str], str]:
        """The residual of row i, and the two parts of a_i (empty for 1) without their sign."""

    # The loss

    def _over_rows(self, theta: Array, summarize: Callable[[Array], Array]) -> Array:
        """What residuals (n, k) at k points become, (m, k), at all points (2, ...): (m, ...)."""
        a, t = self._design
        flat = theta.reshape(2, -1)
        width = max(1, BLOCK // len(t))
        parts = []
        for first in range(0, max(flat.shape[1], 1), width):
            x, y = flat[:, first : first + width]
            r = a[0][:, None] * x
            r += a[1][:, None] * y
            r -= t[:, None]
            parts.append(summarize(r))
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        return whole.reshape(len(whole), *theta.shape[1:])

    def _value(self, theta: Array) -> Array:
        loss = self.row_loss.value
        (mean,) = self._over_rows(theta, lambda r: loss(r).mean(axis=0, keepdims=True))
        for w, l1, l2 in zip(theta, *self._penalties, strict=True):
            if l1 or l2:
                mean = mean + l1 * np.abs(w) + l2 / 2 * w * w
        value: Array = mean
        return value

    def _gradient(self, theta: Array) -> Array:
        loss, (a, t) = self.row_loss.slope, self._design
        mean = self._over_rows(theta, lambda r: np.einsum("dn,nk->dk", a, loss(r)) / len(t))
        for k, (l1, l2) in enumerate(zip(*self._penalties, strict=True)):
            if l1 or l2:
                mean[k] += l1 * np.sign(theta[k]) + l2 * theta[k]
        return mean

    def _hessian(self, theta: Array) -> Array:
        loss, (a, t) = self.row_loss.curvature, self._design
        products = np.stack([a[0] * a[0], a[0] * a[1], a[1] * a[1]])
        xx, xy, yy = self._over_rows(
            theta, lambda r: np.einsum("dn,nk->dk", products, loss(r)) / len(t)
        )
        _, (l2_x, l2_y) = self._penalties
        return np.stack([np.stack([xx + l2_x, xy]), np.stack([xy, yy + l2_y])])

    @cached_property
    def _penalties(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """L1 and L2, each for both weights."""
        x, y = self.penalized
        l1, l2 = float(self["l1"]), float(self["l2"])
        return (l1 * x, l1 * y), (l2 * x, l2 * y)

    # Its minimum

    @cached_property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """The minimum (x, y) if it lies in the domain; one point of it where it is not unique."""
        if self._lowest is None:
            return ()
        x, y = self.transform.point(self._lowest) if self.transform.moves else self._lowest
        x0, x1, y0, y1 = self.domain
        return ((x, y),) if x0 <= x <= x1 and y0 <= y <= y1 else ()

    @cached_property
    def critical(self) -> tuple[CriticalPoint, ...]:
        """The minimum: a convex loss has no other level points."""
        return tuple(
            CriticalPoint(x, y, float(self.value((x, y))), "minimum", self._is_smooth((x, y)))
            for x, y in self.minima
        )

    def _is_smooth(self, point: tuple[float, float]) -> bool:
        low, high = np.linalg.eigvalsh(self.hessian(point))
        return bool(low > 1e-9 * high and np.hypot(*self.gradient(point)) <= 1e-9 * high)

    @cached_property
    def _lowest(self) -> tuple[float, float] | None:
        """The minimum before it is transformed; None if it lies far out or nowhere."""
        a, t = self._design
        # In coordinates in which the rows are as wide in all directions.
        size, turn = np.linalg.eigh(a @ a.T / len(t))
        there = turn / np.sqrt(np.maximum(size, 1e-12 * size.max()))
        box = FAR * self._reach() * np.array([[-1.0, 1.0, 1.0, -1.0], [-1.0, -1.0, 1.0, 1.0]])
        with np.errstate(all="ignore"):
            found = there @ convex_minimum(
                lambda u: there.T @ self._gradient(there @ u), np.linalg.solve(there, box)
            )
            found = self._polished(found)
        if np.abs(found).max() > 0.999 * box.max():
            return None
        return float(found[0]), float(found[1])

    def _polished(self, theta: Array) -> Array:
        """A minimum to the last digit: Newton's steps from it, from the kinks nearest to it and
        along them, and where two of these cross; the lowest, or else the most level.
        """
        normals, offsets = self._kinks
        nearest = np.argsort(np.abs(theta @ normals - offsets))[:6]
        found = [theta, *self._newton(theta, np.eye(2))]
        for k in nearest:
            n = normals[:, k]
            foot = theta - (theta @ n - offsets[k]) / (n @ n) * n
            along = np.array([[-n[1]], [n[0]]]) / np.hypot(*n)
            found += [foot, *self._newton(foot, along)]
        for i, j in combinations(nearest, 2):
            matrix = normals[:, [i, j]].T
            if abs(np.linalg.det(matrix)) > 1e-9 * np.abs(matrix).max() ** 2:
                found.append(np.asarray(np.linalg.solve(matrix, offsets[[i, j]]), np.float64))
        candidates = np.array(found).T
        values = self._value(candidates)
        level = np.hypot(*self._gradient(candidates))
        rounding = 4e-16 * abs(values.min())
        lowest = np.flatnonzero(values <= values.min() + rounding)
        # On a kink the gradient says nothing: there the last found is the most exact.
        best = lowest[level[lowest].argmin()] if not len(nearest) else lowest[-1]
        polished: Array = candidates[:, best]
        return polished

    def _newton(self, theta: Array, along: Array) -> list[Array]:
        """Three of Newton's steps in the directions of along (2, m), where it is curved there."""
        found = []
        for _ in range(3):
            h = along.T @ self._hessian(theta) @ along
            if np.linalg.det(h) <= 0:
                break
            theta = theta - along @ np.linalg.solve(h, along.T @ self._gradient(theta))
            found.append(theta)
        return found

    @cached_property
    def _kinks(self) -> tuple[Array, Array]:
        """The lines on which the loss has no derivative: normals (2, m) and offsets (m,)."""
        l1, _ = self._penalties
        axes = np.eye(2)[:, [bool(on) for on in l1]]
        a, t = self._design
        if self.row_loss is not ABSOLUTE:
            a, t = a[:, :0], t[:0]
        return np.concatenate([axes, a], axis=1), np.concatenate([np.zeros(axes.shape[1]), t])

    # How it is written

    @property
    def axes(self) -> tuple[str, str]:
        return self.weights

    @cached_property
    def latex(self) -> str:
        """The loss in LaTeX; its penalties where they are not 0."""
        weights = self._weights
        residual, *_ = self._row_latex(weights)
        text = self._mean_latex(self.row_loss.latex[0].replace("R", residual))
        for weight, on in zip(weights, self.penalized, strict=True):
            text += self._term("l1", on, rf"\left|{weight}\right|")
        for weight, on in zip(weights, self.penalized, strict=True):
            text += self._term("l2", on, rf"\tfrac{{1}}{{2}} {weight}^2")
        if self.transform.scale_loss != 1:
            text = rf"{self.transform.scale_loss:g} \left[{text}\right]"
        if self.transform.moves:
            text += rf", \quad ({', '.join(weights)}) = T^{{-1}}({', '.join(self.weights)})"
        return text

    @cached_property
    def gradient_latex(self) -> tuple[str, str]:
        """The two parts of the gradient in LaTeX; see `latex` for its letters."""
        weights = self._weights
        residual, parts, sign = self._row_latex(weights)
        slope = self.row_loss.latex[1].replace("R", residual)
        before = []
        for weight, part, on in zip(weights, parts, self.penalized, strict=True):
            text = self._mean_latex(f"{slope} {sign} {part}".rstrip())
            text += self._term("l1", on, rf"\operatorname{{sgn}}\left({weight}\right)")
            before.append(text + self._term("l2", on, weight))
        a, b, c, d = self.transform.jacobian
        return self._combined((a, c), before), self._combined((b, d), before)

    @cached_property
    def hessian_latex(self) -> tuple[str, str, str]:
        """The three parts of the Hessian in LaTeX; see `latex` for its letters."""
        residual, (x, y), _ = self._row_latex(self._weights)
        curvature = self.row_loss.latex[2].replace("R", residual)
        x_on, y_on = self.penalized
        before = [
            self._mean_latex(f"{curvature} {_squared(x)}".rstrip()) + self._term("l2", x_on, ""),
            self._mean_latex(f"{curvature} {x} {y}".rstrip()),
            self._mean_latex(f"{curvature} {_squared(y)}".rstrip()) + self._term("l2", y_on, ""),
        ]
        a, b, c, d = self.transform.jacobian
        return (
            self._combined((a * a, 2 * a * c, c * c), before),
            self._combined((a * b, a * d + b * c, c * d), before),
            self._combined((b * b, 2 * b * d, d * d), before),
        )

    def _combined(self, factors: Iterable[float], texts: Sequence[str]) -> str:
        """A sum of texts times factors and what the loss is scaled by."""
        terms = []
        for factor, text in zip(factors, texts, strict=True):
            factor *= self.transform.scale_loss
            if factor:
                terms.append(text if factor == 1 else rf"{factor:.4g} \left[{text}\right]")
        return " + ".join(terms).replace("+ -", "- ")

    @property
    def _weights(self) -> tuple[str, str]:
        x, y = self.weights
        return (rf"\tilde {x}", rf"\tilde {y}") if self.transform.moves else (x, y)

    def _mean_latex(self, inside: str) -> str:
        return rf"\frac{{1}}{{{self.rows}}} \sum_{{i=1}}^{{{self.rows}}} {inside}"

    def _term(self, penalty: str, on: int, text: str) -> str:
        factor = float(self[penalty])
        return f" + {factor:g} {text}".rstrip() if on and factor else ""


def _squared(text: str) -> str:
    return text and f"{text}^2"


def _round_up(number: float) -> float:
    """To one digit, so that a domain reads well."""
    digit = 10.0 ** math.floor(math.log10(number))
    return float(f"{math.ceil(number / digit) * digit:.2g}")
