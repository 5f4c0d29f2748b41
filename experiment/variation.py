"""What would have come of a lane otherwise: under other seeds, or from the next number beside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiment.budget import SEEDS, neighbours
from experiment.ends import settle
from experiment.experiment import Experiment
from experiment.lane import Lane

Array = NDArray[np.float64]


def varied(experiment: Experiment, lane: Lane, steps: int) -> Array:
    """The losses (k,) after so many steps of runs that differ in nothing that a person chose.

    With noise they have the experiment's seed and the `SEEDS` - 1 after it; without, their starts
    are the floating-point numbers next to the experiment's own, the first two on either side.
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
    ends = settle(
        lane.optimizer,
        experiment.surface,
        starts,
        steps,
        factors=lane.factors(experiment.steps),
        noise=experiment.noise,
        seed=seed,
        clip=lane.clip,
        budget=experiment.shares(lane)["variation"],
        kinds=False,
    )
    return ends.loss
