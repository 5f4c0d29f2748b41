"""Who won, if that can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiment.experiment import Experiment
from experiment.trajectory import Outcome, Trajectory


@dataclass(frozen=True)
class Verdict:
    """The lane with the lowest final loss, or why none is named.

    Attributes:
        best: its index, or None.
        sentence: for the person who compares.
    """

    best: int | None
    sentence: str


def verdict(experiment: Experiment, trajectories: Sequence[Trajectory]) -> Verdict:
    """Compare the lanes that did not diverge, if they had the same start, steps and evaluations.

    Per evaluation, they are compared where the first of them has used up its evaluations.
    """
    lanes = experiment.lanes
    if len(lanes) < 2:
        return Verdict(None, "Add a second lane to compare.")
    running = [i for i, t in enumerate(trajectories) if t.outcome.kind != "diverged"]
    if not running:
        return Verdict(None, "Every lane diverged: lower their learning rates.")
    spent = {i: int(trajectories[i].evaluations[-1]) for i in running}
    most, least = max(running, key=spent.__getitem__), min(running, key=spent.__getitem__)
    who = "The lanes" if len(running) == len(lanes) else "The lanes that did not diverge"
    if experiment.per == "evaluation":
        budget = spent[least]
        best = min(running, key=lambda i: loss_after(trajectories[i], budget))
        return Verdict(
            best,
            f"Lowest loss after {budget} gradient evaluations: {lanes[best].name}. "
            f"{who} had the same start.",
        )
    if spent[most] != spent[least]:
        return Verdict(
            None,
            f"No lane is marked as best, because their gradient evaluations differ: "
            f"{lanes[most].name} took {spent[most]}, {lanes[least].name} {spent[least]}. "
            f"Compare per evaluation instead.",
        )
    finals = {i: float(trajectories[i].loss[-1]) for i in running}
    best = min(running, key=finals.__getitem__)
    equals = [lanes[i].name for i in running if finals[i] == finals[best]]
    if len(equals) > 1:
        return Verdict(None, f"These share the lowest final loss: {', '.join(equals)}.")
    return Verdict(
        best,
        f"Lowest final loss: {lanes[best].name}. {who} had the same start, "
        f"{experiment.steps} steps and {spent[best]} gradient evaluations each.",
    )


def loss_after(trajectory: Trajectory, evaluations: int) -> float:
    """The loss at the last point that a single run reached within so many gradient evaluations."""
    row = int(np.searchsorted(trajectory.evaluations, evaluations, side="right")) - 1
    return float(trajectory.loss[row])


def outcome_words(outcome: Outcome) -> str:
    """The outcome of a single run: "converged at 412", "diverged at 13", "stopped at 7"…"""
    if outcome.kind == "moving":
        return f"stopped at {outcome.step}" if outcome.reason else "still moving"
    return f"{outcome.kind} at {outcome.step}"


def distance_to_minimum(experiment: Experiment, trajectory: Trajectory) -> float | None:
    """From the last point to the nearest global minimum; None where none is known."""
    minima = np.array(experiment.surface.minima).reshape(-1, 2)
    if not len(minima):
        return None
    return float(np.hypot(*(minima - trajectory.theta[-1]).T).min())
