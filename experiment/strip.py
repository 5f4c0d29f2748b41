"""How a lane of a race ends at each of some values of one of its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.ends import Ends, settle
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.maps.axis import with_value
from experiment.maps.base import cost, is_alone
from optimizers import Optimizer

PLACES = 2
"""To which a limit is found, after the first of the distance between two values."""

MAX_STRIP = 3e6
"""What all runs at the values may cost together, in counted microseconds; see `surfaces.cost`."""

FEWEST = 10  # values


@dataclass(frozen=True)
class Strip:
    """What static/swept.js says of a lane that a page can run.

    Attributes:
        values: (n,), rising.
        loss: (n,), that at the end of each run, or of one that diverged the last finite one.
        diverged: (n,), which did.
        limit: two numbers between which the least begins from which on a run diverges, none of
            lower values does; None where that is not between two values.
        runs: how many this cost.
    """

    values: tuple[float, ...]
    loss: NDArray[np.float64]
    diverged: NDArray[np.bool_]
    limit: tuple[float, float] | None
    runs: int


def strip(race: Experiment, lane: Lane, key: str, values: Sequence[float]) -> Strip:
    """Run a lane from the race's start at each value of a hyperparameter, rising.

    All may cost together what the lane may; a run that spends its part of it ends there.

    Args:
        key: its name, behind that of the optimizer within the lane's that has it: "base.momentum".
    """
    runs = 0

    def ends(at: Sequence[float]) -> Ends:
        nonlocal runs
        runs += len(at)
        return settle(
            _placed(lane.optimizer, key, np.array(at, np.float64)),
            race.surface,
            np.repeat(np.array(race.start)[:, None], len(at), axis=1),
            race.steps,
            factors=lane.factors(race.steps),
            noise=race.noise,
            seed=race.seed,
            batch=race.batch,
            clip=lane.clip,
            budget=race.run_of(lane).left,
        )

    found = ends(values)
    diverged, limit = found.kind == "diverged", None
    first = int(diverged.argmax())
    if first:
        low, high = values[first - 1], values[first]
        limit = _between(low, high, lambda value: ends([value]).kind[0] == "diverged")
    return Strip(tuple(values), found.loss, diverged, limit, runs)


def afforded(race: Experiment, lane: Lane, values: Sequence[float]) -> Sequence[float]:
    """As many of the values, evenly, as may be run at once; never fewer than ten."""
    alone = is_alone(race, lane)
    every = 1
    while len(values) // (every + 1) >= FEWEST:
        if cost(race, lane, len(values[::every]), alone) <= MAX_STRIP:
            break
        every += 1
    return values[::every]


def with_any(race: Experiment, lane: Lane, key: str, value: float) -> str:
    """A text that is the same whatever a lane's hyperparameter is, and for nothing else.

    Args:
        value: one that it may have.
    """
    run = race.run_of(replace(lane, optimizer=_placed(lane.optimizer, key, value)))
    return f"{key}|{run.key}"


def _placed(optimizer: Optimizer, key: str, value: ArrayLike) -> Optimizer:
    part, _, rest = key.partition(".")
    if not rest:
        return with_value(optimizer, key, value)
    return replace(optimizer, **{part: _placed(optimizer.values()[part], rest, value)})


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
