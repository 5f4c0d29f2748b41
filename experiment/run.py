"""What is run: all that decides the paths of a lane, and nothing of how they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from experiment import link
from experiment.budget import Budget
from experiment.lane import Lane
from experiment.loop import Conditions
from experiment.noise import gaussian
from experiment.problems import Drawn
from experiment.trajectory import NOTHING, Trajectory, descend, descend_all
from surfaces import Surface


@dataclass(frozen=True)
class Run:
    """A lane from some starts. Runs of one `key` have equal paths, to the last bit.

    Attributes:
        surface: on which it runs.
        lane: without a label.
        starts: (d,) of each.
        steps, noise, batch, seed: as the experiment has them; no seed where nothing is drawn.
        looked_into: whether what the method held at each step is recorded.
        left: what it may cost, in the unit of `surfaces.cost`; no part of equality, as it matters
            only to what spends it.
    """

    surface: Surface | Drawn
    lane: Lane
    starts: tuple[tuple[float, ...], ...]
    steps: int
    noise: float = 0.0
    batch: int = 0
    seed: int = 0
    looked_into: bool = True
    left: float = field(default=np.inf, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lane", replace(self.lane, label=""))
        if not (self.noise or self.batch or self.surface.draws):
            object.__setattr__(self, "seed", 0)

    @cached_property
    def key(self) -> str:
        """The run as a text, in which 0 and -0 differ; of uploaded data it has the digest."""
        numbers = ("steps", "batch", "noise", "seed", "looked_into")
        stated = {name: getattr(self, name) for name in numbers}
        return link.write(self.surface, self.starts, stated, (self.lane,))

    @property
    def together(self) -> bool:
        """Whether all starts are run at once."""
        return self.lane.optimizer.vectorized and not self.looked_into

    @property
    def left_for_one(self) -> float:
        """What each may cost by itself, or all together where they are run at once."""
        return self.left if self.together else self.left / len(self.starts)

    @property
    def usual(self) -> float:
        """What all of it usually costs, in the unit of `surfaces.cost`."""
        times, runs = (1, len(self.starts)) if self.together else (len(self.starts), 1)
        step = Budget.of(self.lane.optimizer, self.surface, 0.0, runs, self.batch).usual
        return times * self.steps * step

    def trajectories(self) -> tuple[Trajectory, ...]:
        """One from each start."""
        starts = np.array(self.starts)
        if not len(starts):
            return ()
        if self.together:
            met, optimizer = self._met(len(starts)), self.lane.optimizer
            runs = descend_all(optimizer, self.surface, starts.T, self.steps, inside=False, **met)
        else:
            runs = tuple(self._alone(start) for start in starts)
        if self.looked_into:
            return runs
        none = np.empty((0, self.surface.size))
        return tuple(replace(run, state=NOTHING, given=none) for run in runs)

    def _alone(self, start: ArrayLike) -> Trajectory:
        return descend(self.lane.optimizer, self.surface, start, self.steps, **self._met(1))

    def _met(self, runs: int) -> Conditions:
        """What so many runs at once meet besides their starts."""
        left, optimizer = self.left_for_one, self.lane.optimizer
        return {
            "factors": self.lane.factors(self.steps),
            "noise": gaussian(self.noise, self.seed, self.surface.size) if self.noise else None,
            "clip": self.lane.clip,
            "batch": self.batch,
            "seed": self.seed,
            "budget": Budget.of(optimizer, self.surface, left, runs, self.batch),
        }
