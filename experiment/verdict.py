"""Who won, if that can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiment.experiment import Experiment, Lane
from experiment.trajectory import Outcome, Trajectory

RESTED = 0.1  # the part of a run after which one that does not move is said to have stopped


@dataclass(frozen=True)
class Verdict:
    """The lane with the lowest loss, or why none is named.

    Attributes:
        best: its index, or None.
        sentence: for the person who compares.
        budget: the evaluations after which the lanes are compared; None for the end.
    """

    best: int | None
    sentence: str
    budget: int | None = None


def verdict(experiment: Experiment, trajectories: Sequence[Trajectory]) -> Verdict:
    """Compare the lanes that went to the end, if they had the same start, steps and evaluations.

    Per evaluation, they are compared where the first of them has used up its evaluations.
    """
    lanes = experiment.lanes
    if len(lanes) < 2:
        return Verdict(None, "Add a second lane to compare.")
    whole = [i for i, t in enumerate(trajectories) if _went_to_the_end(t.outcome)]
    if not whole:
        return Verdict(None, _nobody(lanes, trajectories))
    spent = {i: int(trajectories[i].evaluations[-1]) for i in whole}
    most, least = max(whole, key=spent.__getitem__), min(whole, key=spent.__getitem__)
    who = "The lanes" if len(whole) == len(lanes) else "The lanes that went to the end"
    if experiment.per == "evaluation":
        budget = spent[least]
        reached = {i: loss_after(trajectories[i], budget) for i in whole}
        after, same = f"loss after {budget} evaluations", "the same start"
    elif spent[most] == spent[least]:
        budget = None
        reached = {i: float(trajectories[i].loss[-1]) for i in whole}
        after = "final loss"
        same = f"the same start, {experiment.steps} steps and {spent[most]} evaluations each"
    else:
        return Verdict(
            None,
            f"No lane is marked as best, because their evaluations differ: "
            f"{lanes[most].name} took {spent[most]}, {lanes[least].name} {spent[least]}. "
            f"Compare per evaluation instead.",
        )
    best = min(whole, key=reached.__getitem__)
    equals = [lanes[i].name for i in whole if reached[i] == reached[best]]
    if len(equals) > 1:
        return Verdict(None, f"These share the lowest {after}: {', '.join(equals)}.", budget)
    return Verdict(best, f"Lowest {after}: {lanes[best].name}. {who} had {same}.", budget)


def _nobody(lanes: Sequence[Lane], trajectories: Sequence[Trajectory]) -> str:
    """That no lane went to the end; a lower rate is for those that diverged and have one."""
    pairs = list(zip(lanes, trajectories, strict=True))
    diverged = [lane for lane, t in pairs if t.outcome.kind == "diverged" and not t.outcome.reason]
    too_fast = [lane.name for lane in diverged if _rated(lane)]
    if len(too_fast) == len(lanes):
        return "Every lane diverged: lower their learning rates."
    advice = f": lower the learning rate of {', '.join(too_fast)}" if too_fast else ""
    return f"No lane went to the end{advice}."


def _rated(lane: Lane) -> bool:
    optimizers = (lane.optimizer, *lane.optimizer.wrapped)
    return any("lr" in optimizer.values() for optimizer in optimizers)


def _went_to_the_end(outcome: Outcome) -> bool:
    return outcome.kind != "diverged" and not outcome.reason


def loss_after(trajectory: Trajectory, evaluations: int) -> float:
    """The loss at the last point that a single run reached within so many evaluations."""
    row = int(np.searchsorted(trajectory.evaluations, evaluations, side="right")) - 1
    return float(trajectory.loss[row])


def outcome_words(trajectory: Trajectory) -> str:
    """How a single run ended: "converged at 412", "diverged at 13", "undefined at 5"…

    One that has not moved for the last tenth of its steps has stopped where it came to rest.
    """
    outcome = trajectory.outcome
    if outcome.kind == "diverged" and outcome.reason:
        return f"undefined at {outcome.step}"
    if outcome.kind != "moving":
        return f"{outcome.kind} at {outcome.step}"
    if outcome.reason:
        return f"stopped at {outcome.step}"
    moved = (trajectory.theta[1:] != trajectory.theta[:-1]).any(axis=1)
    if not moved.any():
        return "did not move"
    last = len(moved) - int(moved[::-1].argmax())
    return f"stopped at {last}" if last <= (1 - RESTED) * len(moved) else "still moving"


def result_words(trajectory: Trajectory) -> str:
    """How a single run ended, for those who do not see it: where a sentence goes on."""
    x, y = trajectory.theta[-1]
    how = outcome_words(trajectory).replace(" at ", " at step ")
    if how == "still moving":
        how = f"was still moving after {len(trajectory.loss) - 1} steps"
    return f"{how}, with a loss of {trajectory.loss[-1]:.3g} at ({x:.3g}, {y:.3g})"


def distance_to_minimum(experiment: Experiment, trajectory: Trajectory) -> float | None:
    """From the last point to the nearest global minimum; None where none is known."""
    minima = np.array(experiment.surface.minima).reshape(-1, 2)
    if not len(minima):
        return None
    return float(np.hypot(*(minima - trajectory.theta[-1]).T).min())
