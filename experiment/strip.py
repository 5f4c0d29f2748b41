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
from experiment.maps.base import cost, is_alone, joined
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
        stopped: (n,), which could not go on before the last step.
        limit: two numbers between which the least begins from which on a run diverges, none of
            lower values does; None where that is not between two values.
        runs: how many this cost.
    """

    values: tuple[float, ...]
    loss: NDArray[np.float64]
    diverged: NDArray[np.bool_]
    stopped: NDArray[np.bool_]
    limit: tuple[float, float] | None
    runs: int


def strip(race: Experiment, lane: Lane, key: str, values: Sequence[float]) -> Strip:
    """Run a lane from the race's start at each value of a hyperparameter, rising.

    All may cost together what the lane may; a run that spends its part of it ends there.

    Args:
        key: its name, behind that of the optimizer within the lane's that has it: "base.momentum".
    """
    runs, left = 0, race.run_of(lane).left

    def settled(value: ArrayLike, of: int, part: float) -> Ends:
        return settle(
            _placed(lane.optimizer, key, value),
            race.surface,
            np.repeat(np.array(race.start)[:, None], of, axis=1),
            race.steps,
            factors=lane.factors(race.steps),
            noise=race.noise,
            seed=race.seed,
            batch=race.batch,
            clip=lane.clip,
            budget=part,
        )

    def ends(some: Sequence[float]) -> Ends:
        nonlocal runs
        runs += len(some)
        if _is_whole(some):  # for which no array can stand
            return joined([settled(value, 1, left / len(some)) for value in some])
        return settled(np.array(some, np.float64), len(some), left)

    found = ends(values)
    diverged, limit = found.kind == "diverged", None
    first = int(diverged.argmax())
    if first:
        low, high = values[first - 1], values[first]
        limit = _between(low, high, lambda value: ends([value]).kind[0] == "diverged")
    return Strip(tuple(values), found.loss, diverged, ~(found.whole | diverged), limit, runs)


def afforded(race: Experiment, lane: Lane, values: Sequence[float]) -> Sequence[float]:
    """As many of the values, evenly and to both ends, as may be run at once; at least ten."""
    alone = is_alone(race, lane) or _is_whole(values)
    every, some = 1, values
    while len(values) // (every + 1) >= FEWEST and cost(race, lane, len(some), alone) > MAX_STRIP:
        every += 1
        some = [each for i, each in enumerate(values) if i % every == 0 or i + 1 == len(values)]
    return some


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
    few digits or whole ones."""
    digits, whole = max(0, PLACES - math.floor(math.log10(high - low))), _is_whole((low, high))

    def half() -> float:
        return (low + high) // 2 if whole else round((low + high) / 2, digits)

    while low < (middle := half()) < high:
        if diverges(middle):
            high = middle
        else:
            low = middle
    return low, high


def _is_whole(values: Sequence[float]) -> bool:
    return all(isinstance(value, int) for value in values)
