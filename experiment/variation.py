"""What would have come of a lane otherwise: under other seeds, or from the next number beside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiment.budget import SEEDS, Budget, neighbours
from experiment.by_kernel import end_by_kernel
from experiment.ends import settle
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.loop import Descent

Array = NDArray[np.float64]


def varied(
    experiment: Experiment, lane: Lane, steps: int, first: int = 0, last: int | None = None
) -> Array:
    """The losses (k,) after so many steps of runs that differ in nothing that a person chose.

    With noise they have the experiment's seed and the `SEEDS` - 1 after it; without, their starts
    are the floating-point numbers next to the experiment's own, the first two on either side.

    Args:
        first, last: between which of these starts, if not all.
    """
    start = np.array(experiment.start)
    if experiment.noise:
        starts = np.repeat(start[:, None], SEEDS, axis=1)
        seed = (experiment.seed + np.arange(SEEDS)) % 2**32
    else:
        beside = (np.nextafter(start, -np.inf), np.nextafter(start, np.inf))
        low, high = beside
        even = np.arange(len(start)) % 2 == 0
        crossed = [np.where(even, low, high), np.where(even, high, low)]
        starts, seed = np.stack([low, high, *crossed], axis=1), np.array(0)
        starts = starts[:, : neighbours(lane.optimizer)]
    whole = starts.shape[1]
    starts = starts[:, first:last]
    if not starts.size:
        return np.empty(0)
    factors = lane.factors(experiment.steps)
    left = experiment.shares(lane)["variation"] * starts.shape[1] / whole
    if not experiment.noise:
        ran = _ends(experiment, lane, starts, steps, factors, left)
        if ran is not None:
            return experiment.surface.value(ran)
    ends = settle(
        lane.optimizer,
        experiment.surface,
        starts,
        steps,
        factors=factors,
        noise=experiment.noise,
        seed=seed,
        clip=lane.clip,
        budget=left,
    )
    return ends.loss


def _ends(
    experiment: Experiment,
    lane: Lane,
    starts: Array,
    steps: int,
    factors: Array | None,
    left: float,
) -> Array | None:
    """The points (d, k) after all steps, by what notes nothing else; None if that does not do."""
    surface, ends = experiment.surface, []
    for start in starts.T:
        budget = Budget.of(lane.optimizer, surface, left, starts.shape[1])
        run = Descent(
            lane.optimizer, surface, start, steps, factors=factors, clip=lane.clip, budget=budget
        )
        with np.errstate(all="ignore"):
            end = end_by_kernel(run)
        if end is None:
            return None
        ends.append(end)
    return np.stack(ends, axis=1)
