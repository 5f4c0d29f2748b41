"""A lane's ribbon: runs that begin right beside its start, and how long they stay with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from experiment.budget import Budget
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.loop import Descent
from experiment.noise import gaussian
from experiment.outcome import NEAR, REACH
from experiment.trajectory import Trajectory
from surfaces import Problem

Array = NDArray[np.float64]

STRANDS = 30
BESIDE = 1e-12
"""How far beside the start each begins, on a circle around it."""

DRAWN = 500  # steps from where it frays; after these a map has nothing new to show
AT_ONCE = 64  # steps, whose points stay in the processor's cache
RIBBONS = 2e6
"""What all ribbons of a race may cost together, in the unit of `surfaces.cost`."""


@dataclass(frozen=True, eq=False)
class Ribbon:
    """Runs from beside a lane's start, up to where the lane ends; T is the number of its steps.

    A ribbon that has cost what it may has fewer rows. All arrays are read-only.

    Attributes:
        frayed: (T+1,), whether one of them is so far from the lane that it is seen; see `REACH`.
            Not where the lane is far out of the picture.
        low, high: (T+1,), the lowest and the highest loss of the lane and of them.
        first: the row of the first of `points`, about where it frays.
        points: (k, d, STRANDS), where they are from there on, of as many steps as are drawn; no
            rows where it never frays.
        losses: (k, STRANDS), there.
        is_cut: whether it has fewer rows than the lane.
    """

    frayed: NDArray[np.bool_]
    low: Array
    high: Array
    first: int
    points: Array
    losses: Array
    is_cut: bool = False

    @property
    def frays(self) -> int | None:
        """The step at which it frays; None if it never does."""
        return int(self.frayed.argmax()) if self.frayed.any() else None

    def is_frayed(self, row: int) -> bool:
        """Whether it is at a row; beyond its own, as at its last."""
        return bool(self.frayed[min(row, len(self.frayed) - 1)])

    def losses_at(self, row: int) -> tuple[float, float]:
        """The lowest and the highest loss at a row; beyond its own, of all since it frayed."""
        rows: int | slice = row
        if row >= len(self.low):
            rows = slice(len(self.low) - 1 if self.frays is None else self.frays, None)
        return float(self.low[rows].min()), float(self.high[rows].max())


def ribbons(experiment: Experiment, trajectories: Sequence[Trajectory]) -> tuple[Ribbon, ...]:
    """One of each lane, where the experiment's view has them; else none."""
    if not experiment.view.ribbon:
        return ()
    pairs = zip(experiment.lanes, trajectories, strict=True)
    return tuple(ribbon(experiment, lane, trajectory) for lane, trajectory in pairs)


def ribbon(experiment: Experiment, lane: Lane, trajectory: Trajectory) -> Ribbon:
    """Run a lane from `STRANDS` points beside its start, under what it met itself."""
    surface, path = experiment.surface, trajectory.theta
    strands = _points(experiment, lane, len(path) - 1)
    frayed: list[NDArray[np.bool_]] = []
    bounds: list[Array] = []
    points, losses = [np.empty((0, surface.size, STRANDS))], [np.empty((0, STRANDS))]
    first = row = 0
    with np.errstate(all="ignore"):
        while block := list(islice(strands, AT_ONCE)):
            rows = slice(row, row + len(block))
            there = np.array(block)  # (rows, d, STRANDS)
            loss = surface.value(np.moveaxis(there, 1, 0))
            apart = _is_seen_apart(surface, path[rows], there)
            frayed.append(apart)
            bounds.append(_bounds(loss, trajectory.loss[rows]))
            goes_on = len(points) > 1
            if goes_on or apart.any():
                begins = 0 if goes_on else max(int(apart.argmax()) - 1, 0)
                first = first if goes_on else row + begins
                if row < first + DRAWN:
                    points.append(there[begins:])
                    losses.append(loss[begins:])
            row += len(block)
    low, high = np.concatenate(bounds, axis=1).copy()
    drawn = np.concatenate(points)[:DRAWN].copy(), np.concatenate(losses)[:DRAWN].copy()
    found = Ribbon(np.concatenate(frayed), low, high, first, *drawn, is_cut=row < len(path))
    for array in (found.frayed, found.low, found.high, found.points, found.losses):
        array.flags.writeable = False
    return found


def _bounds(losses: Array, own: Array) -> Array:
    """(2, rows), the lowest and the highest of losses (rows, STRANDS) and the lane's; no nan."""
    known = np.nan_to_num(losses, nan=np.inf, posinf=np.inf, neginf=-np.inf)
    return np.stack([np.minimum(known.min(axis=1), own), np.maximum(known.max(axis=1), own)])


def _is_seen_apart(surface: Problem, path: Array, strands: Array) -> NDArray[np.bool_]:
    """(rows,), where any strand (rows, d, n) is seen apart from the lane (rows, d)."""
    extent = surface.extent
    away = np.sqrt(((strands - path[..., None]) ** 2).sum(axis=1)).max(axis=1)
    is_near = (np.abs(path - surface.middle) <= NEAR * extent / 2).all(axis=1)
    apart: NDArray[np.bool_] = is_near & ~(away <= REACH * float(extent.min()))
    return apart


def _starts(surface: Problem, start: Array) -> Array:
    """(d, STRANDS), on a circle around a start (d,), or at it where nothing is defined beside it.

    Of more than two coordinates, every second has the sine.
    """
    angles = 2 * np.pi * np.arange(STRANDS) / STRANDS
    even = (np.arange(len(start)) % 2 == 0)[:, None]
    circle = np.where(even, np.cos(angles), np.sin(angles)) / np.sqrt(max(len(start) / 2, 1))
    starts = surface.project(start[:, None] + BESIDE * circle)
    with np.errstate(all="ignore"):
        known = np.isfinite(surface.value(starts)) & np.isfinite(surface.gradient(starts)).all(0)
    return np.where(known, starts, start[:, None])


def _points(experiment: Experiment, lane: Lane, steps: int) -> Iterator[Array]:
    """(d, STRANDS), where the strands are at the start and after each step, as long as they may."""
    starts = _starts(experiment.surface, np.array(experiment.start))
    yield starts
    if steps < 1:
        return
    together = lane.optimizer.vectorized
    parts = [starts] if together else list(starts.T)
    left = RIBBONS / len(experiment.lanes) / len(parts)
    runs = [_descent(experiment, lane, part, steps, left) for part in parts]
    steppers = [iter(run) for run in runs]
    for _ in range(steps):
        for stepper in steppers:
            next(stepper, None)  # who cannot go on stays
        if any(run.is_spent for run in runs):
            return
        yield runs[0].theta if together else np.stack([run.theta for run in runs], axis=1)


def _descent(experiment: Experiment, lane: Lane, starts: Array, steps: int, left: float) -> Descent:
    surface, count = experiment.surface, starts.shape[1] if starts.ndim > 1 else 1
    noise = experiment.noise
    return Descent(
        lane.optimizer,
        surface,
        starts,
        steps,
        factors=lane.factors(experiment.steps),
        noise=gaussian(noise, experiment.seed, surface.size) if noise else None,
        clip=lane.clip,
        batch=experiment.batch,
        seed=experiment.seed,
        budget=Budget.of(lane.optimizer, surface, left, count, experiment.batch),
    )


def ribbon_words(ribbon: Ribbon) -> str:
    """What became of it: "whole", "frays at 213", "frays at 213, whole again at 460".

    One that is cut says how far it was followed.
    """
    last = len(ribbon.frayed) - 1
    words = "whole" if ribbon.frays is None else f"frays at {ribbon.frays}"
    if ribbon.frays is not None and not ribbon.frayed[-1]:
        words += f", whole again at {last + 1 - int(ribbon.frayed[::-1].argmax())}"
    return f"{words} (followed to {last})" if ribbon.is_cut else words
