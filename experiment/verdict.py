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
    """Compare the lanes that did not diverge, if they had the same start, steps and evaluations."""
    lanes = experiment.lanes
    if len(lanes) < 2:
        return Verdict(None, "Add a second lane to compare.")
    running = [i for i, t in enumerate(trajectories) if t.outcome.kind != "diverged"]
    if not running:
        return Verdict(None, "Every lane diverged: lower their learning rates.")
    evaluations = {i: int(trajectories[i].evaluations[-1]) for i in running}
    if len(set(evaluations.values())) > 1:
        most, least = (
            max(running, key=evaluations.__getitem__),
            min(running, key=evaluations.__getitem__),
        )
        return Verdict(
            None,
            f"No lane is marked as best, because their gradient evaluations differ: "
            f"{lanes[most].name} took {evaluations[most]}, {lanes[least].name} "
            f"{evaluations[least]}.",
        )
    best = min(running, key=lambda i: float(trajectories[i].loss[-1]))
    ended = "" if len(running) == len(lanes) else " that did not diverge"
    return Verdict(
        best,
        f"Lowest final loss: {lanes[best].name}. The lanes{ended} had the same start, "
        f"{experiment.steps} steps and {evaluations[best]} gradient evaluations each.",
    )


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
    return float(np.linalg.norm(minima - trajectory.theta[-1], axis=1).min())
