"""How much a run may cost, so that no link keeps the server from everyone else for long.

A cost is counted from what is asked of a surface and from the steps taken, so that a run ends at
the same step on every machine; see `surfaces.cost` for the unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from optimizers import Optimizer, Unsuited
from surfaces import Problem

MAX_LANES = 8
MAX_STARTS = 20
MAX_STEPS = 200_000

LOSS, GRADIENT, HESSIAN = range(3)
"""What can be asked of a problem, by the place where its count stands, or what it costs."""

RACE = 20e6
"""What all runs of a race may cost together, in microseconds."""

SEEDS = 20
"""How many runs are made of a lane to see who wins under other seeds."""

# Of a step, in microseconds, what recording or several runs at once add to the method's own work.
TOGETHER = 8.0
OF_EACH = 2.0
SAMPLED = 15.0
MANY = 1000  # points, of which one costs what it does in a long path


class Spent(Unsuited):
    """A run has cost what it may."""


@dataclass
class Budget:
    """What is left for a run, and what it pays for each value, gradient and Hessian, and a step.

    Raises (when something is paid for):
        Spent: there is not enough left.
    """

    left: float
    answers: tuple[float, float, float]
    step: float
    spent: float = field(default=0.0, init=False)

    @classmethod
    def of(
        cls,
        optimizer: Optimizer,
        surface: Problem,
        left: float,
        runs: int = 1,
        batch: int = 0,
    ) -> Self:
        """Of so many runs at once; batch is how many rows a step sees, 0 for all."""
        each = optimizer.work_of_an_answer
        value, gradient, hessian = surface.cost(runs, batch)
        recorded = sum(surface.cost(MANY)[:2]) / MANY * runs
        together = TOGETHER + OF_EACH * runs if runs > 1 else 0.0
        sampled = SAMPLED if batch else 0.0
        matrices = sum(len(shape) > 1 and shape[0] > 1 for shape in surface.shapes)
        parts = (optimizer, *optimizer.wrapped)
        step = sum(part.work + matrices * part.work_on_a_matrix for part in parts)
        answers = (value + each, gradient + each, hessian + each)
        return cls(left, answers, step + together + sampled + recorded)

    def take_step(self) -> None:
        """Pay for a step beside what it asks."""
        self._pay(self.step)

    def answer(self, kind: int) -> None:
        """Pay for what is asked: LOSS, GRADIENT or HESSIAN."""
        self._pay(self.answers[kind])

    @property
    def usual(self) -> float:
        """What a step costs that asks for one gradient."""
        return self.step + self.answers[GRADIENT]

    def _pay(self, cost: float) -> None:
        self.spent += cost
        if self.spent > self.left:
            raise Spent(
                "It was ended here because a race may take only so much work: take fewer steps, "
                "lanes or starts."
            )


def neighbours(optimizer: Optimizer) -> int:
    """From how many points beside the start a lane is run; of one run at a time each costs."""
    return 4 if optimizer.vectorized else 2


def shares(usual: dict[str, float], lanes: int) -> dict[str, float]:
    """What each part of a lane may cost: lanes share equally, parts by what they usually cost.

    So the runs of a lane, from its own start and from others, end after about as many steps.

    Args:
        usual: a step's cost, by parts.
    """
    whole = sum(usual.values())
    return {part: RACE / lanes * cost / whole for part, cost in usual.items()}
