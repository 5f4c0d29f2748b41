"""Losses on data: the mean of a loss over rows, and penalties, as surfaces over two weights.

What scikit-learn's SGDRegressor and SGDClassifier minimize,
https://scikit-learn.org/stable/modules/sgd.html#mathematical-formulation:

    f(θ) = 1/n Σ ℓ(a_i·θ - t_i) + l1 Σ |θ_k| + l2/2 Σ θ_k²

where a_i and t_i are made from row i, and the penalties leave an intercept alone.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from typing import ClassVar, Self

import numpy as np

from kept import NUMBERS, remember
from settings import Refusal, Value
from surfaces.convex import convex_minimum
from surfaces.cost import Costs, of_rows
from surfaces.critical import CriticalPoint
from surfaces.data_surface import BLOCK, L1, STANDARDIZE, DataSurface, in_blocks
from surfaces.domain import Domain
from surfaces.row_loss import ABSOLUTE, RowLoss
from surfaces.surface import MAX_END, Array
from surfaces.transform import IDENTITY

SMALLEST = 1e-9  # weights that are drawn
SURELY_FINITE = 1e100  # residuals
LOSS = "loss"  # the parameter that chooses one, where there is a choice
ROOM = 1.2  # half a domain's width, in parts of the farthest minimum
FAR = 8.0  # how far out a minimum is looked for, in reaches


@dataclass(frozen=True, kw_only=True)
class Regression(DataSurface):
    """A convex loss of residuals that are linear in two weights.

    A subclass says what its weights are: `_design`, `_reach`, `line` and how they are written.

    Class attributes:
        penalized: 1 for each weight to which the penalties apply, 0 for an intercept.
    """

    penalized: ClassVar[tuple[int, int]]

    def with_values(self, **values: Value) -> Self:
        """See `Surface`; standardized weights are other weights, over a domain of their own."""
        changed = super().with_values(**values)
        return changed if changed["standardize"] == self["standardize"] else changed._at_home()

    def _home(self) -> tuple[Domain, tuple[float, float]]:
        half = _round_up(self._reach())
        if SMALLEST <= half <= MAX_END:
            unset = {p.name: p.default for p in self.parameters if p.name != STANDARDIZE.name}
            plain = replace(self, start=(0.0, 0.0), transform=IDENTITY, original=None)
            farthest = _farthest(plain.with_values(**unset))
            half = half if farthest < half else _round_up(ROOM * farthest)
        if not SMALLEST <= half <= MAX_END:
            raise Refusal(
                f"The weights of {self.called} on these data are too small or too large to be "
                f"drawn: standardize"
            )
        return Domain(-half, half, -half, half), (-0.6 * half, -0.6 * half)

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

        def of(points: Array) -> Array:
            x, y = points
            r = a[0][:, None] * x
            r += a[1][:, None] * y
            r -= t[:, None]
            return summarize(r)

        return in_blocks(theta, BLOCK // len(t), of)

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

    def is_finite_within(self, bound: float) -> bool:
        """No loss of a row grows faster than its residual's square, and no slope than that."""
        a, t = self._design
        longest = np.abs(a).sum(axis=0).max() * self.transform.reach(bound) + np.abs(t).max()
        return bool(longest < SURELY_FINITE)

    @cached_property
    def _penalties(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """L1 and L2, each for both weights."""
        x, y = self.penalized
        l1, l2 = float(self["l1"]), float(self["l2"])
        return (l1 * x, l1 * y), (l2 * x, l2 * y)

    def _cost(self, points: int, rows: int) -> Costs:
        return of_rows((16.0, 16.0, 38.0), (0.007, 0.006, 0.03), points * rows)

    # Its minimum

    @cached_property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """The minimum (x, y) if it lies in the domain; one point of it where it is not unique."""
        if self._lowest is None:
            return ()
        point = self.transform.point(self._lowest) if self.transform.moves else self._lowest
        return (point,) if self.domain.contains(point) else ()

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
        rounding = 2e-15 * abs(values.min())  # of a mean over rows, on any processor
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

    def _written(self, x: str, y: str) -> tuple[str, tuple[str, str], tuple[str, str, str]]:
        residual, (of_x, of_y), sign = self._row_latex((x, y))
        loss, slope, curvature = (t.replace("R", residual) for t in self.row_loss.latex)
        value, gradient = self._mean_latex(loss), []
        for weight, on in zip((x, y), self.penalized, strict=True):
            value += self._term("l1", on, rf"\left|{weight}\right|")
        for weight, on in zip((x, y), self.penalized, strict=True):
            value += self._half("l2", on, f"{weight}^2")
        for weight, part, on in zip((x, y), (of_x, of_y), self.penalized, strict=True):
            text = self._mean_latex(f"{slope} {sign} {part}".rstrip())
            text += self._term("l1", on, rf"\operatorname{{sgn}}\left({weight}\right)")
            gradient.append(text + self._term("l2", on, weight))
        x_on, y_on = self.penalized
        xx = self._mean_latex(f"{curvature} {_squared(of_x)}".rstrip())
        yy = self._mean_latex(f"{curvature} {_squared(of_y)}".rstrip())
        return (
            value,
            (gradient[0], gradient[1]),
            (
                xx + self._term("l2", x_on, ""),
                self._mean_latex(f"{curvature} {of_x} {of_y}".rstrip()),
                yy + self._term("l2", y_on, ""),
            ),
        )


@remember(NUMBERS)
def _farthest(surface: Regression) -> float:
    """The largest weight of the minima of each loss that can be chosen, without penalties and under
    the heaviest; 0 if there are none.

    A domain that holds these holds whatever is chosen: it must not move with a penalty.
    """
    statements = {parameter.name: parameter for parameter in surface.parameters}
    chosen = statements[LOSS].choices if LOSS in statements else ()
    losses: list[dict[str, Value]] = [{LOSS: loss} for loss in chosen] or [{}]
    surfaces = (
        surface.with_values(**loss, l1=l1)
        for loss, l1 in product(losses, (0.0, statements[L1.name].high))
    )
    return max((max(map(abs, s._lowest)) for s in surfaces if s._lowest), default=0.0)


def _squared(text: str) -> str:
    return text and f"{text}^2"


def _round_up(number: float) -> float:
    """To one digit, so that a domain reads well."""
    digit = 10.0 ** math.floor(math.log10(number))
    return float(f"{math.ceil(number / digit) * digit:.2g}")
