"""How a lane of a race ends at each of some values of one of its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiment.ends import Ends, settle
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.maps.axis import with_value

PLACES = 2
"""To which a limit is found, after the first of the distance between two values."""


@dataclass(frozen=True)
class Strip:
    """What static/swept.js says of a lane that a page can run.

    Attributes:
        loss: (n,), that at the end of each run, or of one that diverged the last finite one.
        diverged: (n,), which did.
        limit: two numbers between which the least begins from which on a run diverges, none of
            lower values does; None where that is not between two values.
        runs: how many this cost.
    """

    loss: NDArray[np.float64]
    diverged: NDArray[np.bool_]
    limit: tuple[float, float] | None
    runs: int


def strip(race: Experiment, lane: Lane, key: str, values: Sequence[float]) -> Strip:
    """Run a lane from the race's start at each value of a hyperparameter, rising."""
    runs = 0

    def ends(at: Sequence[float]) -> Ends:
        nonlocal runs
        runs += len(at)
        return settle(
            with_value(lane.optimizer, key, np.array(at)),
            race.surface,
            np.repeat(np.array(race.start)[:, None], len(at), axis=1),
            race.steps,
            factors=lane.factors(race.steps),
            noise=race.noise,
            seed=race.seed,
            batch=race.batch,
            clip=lane.clip,
        )

    found = ends(values)
    diverged, limit = found.kind == "diverged", None
    first = int(diverged.argmax())
    if first:
        low, high = values[first - 1], values[first]
        limit = _between(low, high, lambda value: ends([value]).kind[0] == "diverged")
    return Strip(found.loss, diverged, limit, runs)


def _between(low: float, high: float, diverges: Callable[[float], bool]) -> tuple[float, float]:
    """Halves the way from a value at which a run ends to one at which it diverges, among numbers of
    few digits."""
    digits = max(0, PLACES - math.floor(math.log10(high - low)))
    while low < (middle := round((low + high) / 2, digits)) < high:
        if diverges(middle):
            high = middle
        else:
            low = middle
    return low, high
