"""Up to which learning rate gradient descent and its relatives converge on a quadratic."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.lane import CONSTANT, Lane
from optimizers import OPTIMIZERS
from surfaces import Surface

Array = NDArray[np.float64]

PLACES = 7  # of a grid, at which the curvature is compared
SAME = 1e-9

SOURCES = {
    "sgd": "2/L: Nesterov 2018, Lectures on Convex Optimization, section 2.1.5",
    "momentum": "2(1 + β)/L: Goh 2017, https://distill.pub/2017/momentum/",
    "nesterov": "2(1 + β)/(L(1 + 2β)): by Jury's criterion on the recursion of Lessard, Recht and "
    "Packard 2016, https://arxiv.org/abs/1408.3595",
}
"""Of each method that has a limit, the limit and where it comes from."""


def curvature(surface: Surface) -> float | None:
    """The largest eigenvalue L of a quadratic's Hessian; None where it is none, or not convex."""
    hessian = surface.hessian(surface.domain.grid(PLACES)).reshape(2, 2, -1)
    (a, b), (_, d) = hessian
    with np.errstate(all="ignore"):  # it may be no number somewhere
        spread = float(np.ptp(hessian, axis=2).max())
        largest = float(((a + d) / 2 + np.hypot((a - d) / 2, b))[0])
        least = float(((a + d) / 2 - np.hypot((a - d) / 2, b))[0])
    is_one = np.isfinite(spread) and spread <= SAME * abs(largest) and not surface.driven
    return largest if is_one and least >= 0 < largest else None


def rate_limit(
    lane: Lane, curvature: float, momentum: ArrayLike | None = None
) -> NDArray[np.float64] | None:
    """The learning rate beyond which a lane diverges on a quadratic; None for no such theory.

    Args:
        curvature: the largest eigenvalue of its Hessian, to which a weight decay adds its own.
        momentum: in place of the lane's.
    """
    optimizer = lane.optimizer
    values = optimizer.values()
    if optimizer.key not in SOURCES or lane.schedule != CONSTANT or lane.clip is not None:
        return None
    largest = curvature + float(values["weight_decay"])
    if values.get("dampening", 0.0) != OPTIMIZERS[optimizer.key]().values().get("dampening", 0.0):
        return None
    beta = np.asarray(values.get("momentum", 0.0) if momentum is None else momentum, np.float64)
    if optimizer.key == "sgd":
        beta = np.zeros_like(beta)
    limit: Array = 2 * (1 + beta) / largest
    return limit / (1 + 2 * beta) if optimizer.key == "nesterov" else limit
