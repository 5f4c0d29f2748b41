"""What a loss on data makes of each row's residual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
