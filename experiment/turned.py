"""The world turned: how many steps each lane takes to a goal, whichever way its surface lies.

The start turns with the surface, so a method that sees no axes takes the same steps at every angle.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.budget import Budget
from experiment.experiment import Experiment
from experiment.goal import usual_goal
from experiment.lane import Lane
from experiment.loop import Descent
from experiment.noise import gaussian
from matrices import Shapes
from surfaces import Problem, Surface

Array = NDArray[np.float64]

QUARTER = 90.0
EVERY = 3.0  # degrees
SURELY = 12  # digits of the start as it was before it was turned, without the turn's rounding
FLAT = 0.01
"""Of its steps: what wobbles less does so by rounding."""

TURNS = 2e6
"""What all runs of a race at all angles may cost together, in the unit of `surfaces.cost`."""


class Turned(Problem):
    """A surface at an angle, or at one for each run.

    Args:
        surface: at angle 0.
        angles: (...) of the runs, in degrees.
    """

    def __init__(self, surface: Surface, angles: ArrayLike) -> None:
        self.surface, self.name, self.start = surface, surface.name, surface.start
        radians = np.radians(angles)
        self.cos, self.sin = np.cos(radians), np.sin(radians)
        self.shapes: Shapes = surface.shapes
        shift = surface.transform.shift_x, surface.transform.shift_y
        self.shift = np.array(shift)

    @property
    def extent(self) -> Array:
        return self.surface.extent

    def forth(self, theta: ArrayLike) -> Array:
        """Where points (2, ...) of the surface lie once it is turned."""
        (x, y), (a, b) = np.asarray(theta, np.float64), self.shift
        return self._around(x - a, y - b, self.sin, a, b)

    def back(self, theta: ArrayLike) -> Array:
        """The points of the surface that lie at theta (2, ...)."""
        (x, y), (a, b) = np.asarray(theta, np.float64), self.shift
        return self._around(x - a, y - b, -self.sin, a, b)

    def _around(self, x: Array, y: Array, sin: Array, a: float, b: float) -> Array:
        return np.stack([self.cos * x - sin * y + a, sin * x + self.cos * y + b])

    def value(self, theta: ArrayLike) -> Array:
        return self.surface.value(self.back(theta))

    def gradient(self, theta: ArrayLike) -> Array:
        u, v = self.surface.gradient(self.back(theta))
        return self._around(u, v, self.sin, 0.0, 0.0)

    def hessian(self, theta: ArrayLike) -> Array:
        found = self.surface.hessian(self.back(theta))
        turn = np.stack([np.stack([self.cos, -self.sin]), np.stack([self.sin, self.cos])])
        turned: Array = np.einsum("ik...,kl...,jl...->ij...", turn, found, turn)
        return turned

    def stream(self, batch: int = 0, seed: int = 0) -> Iterator[Problem] | None:
        met = self.surface.stream(batch, seed)
        return None if met is None else (self._of(each) for each in met)

    def _of(self, met: Problem) -> Problem:
        other = object.__new__(Turned)
        other.__dict__.update(self.__dict__, surface=met)
        return other

    def cost(self, points: int = 1, rows: int = 0) -> tuple[float, float, float]:
        return self.surface.cost(points, rows)


@dataclass(frozen=True, eq=False)
class Turns:
    """Steps to a goal at each angle.

    Attributes:
        angles: (n,), in degrees: a quarter turn, which has the surface's own in it.
        steps: (n,), the first at which the loss is as low; infinite where it never is.
        goal: the loss.
    """

    angles: Array
    steps: Array
    goal: float


def angles_around(angle: float) -> Array:
    """Those of the quarter turn in which an angle lies."""
    quarter = math.ceil(angle / QUARTER) - 1 if angle > 0 else math.floor(angle / QUARTER)
    return QUARTER * quarter + np.arange(0.0, QUARTER + EVERY / 2, EVERY)


def upright(experiment: Experiment) -> tuple[Surface, tuple[float, float]]:
    """The surface as it lies at angle 0, and the start there."""
    surface = experiment.plane
    plain = surface.transformed(rotate=0.0)
    x, y = plain.transform.forth(surface.transform.back(np.array(experiment.start)))
    return plain, (_sure(x), _sure(y))


def _sure(number: float) -> float:
    return float(f"{number:.{SURELY}g}")


def turns(experiment: Experiment, lane: Lane) -> Turns:
    """Run a lane at every angle of the quarter turn in which the surface lies."""
    plain, start = upright(experiment)
    goal = usual_goal(plain, start)
    angles = angles_around(experiment.plane.transform.rotate)
    if lane.optimizer.vectorized:
        steps = _steps_to(experiment, lane, plain, start, goal, angles)
    else:
        runs = [_steps_to(experiment, lane, plain, start, goal, each) for each in angles]
        steps = np.array(runs)
    return Turns(angles, steps, goal)


def _steps_to(
    experiment: Experiment,
    lane: Lane,
    plain: Surface,
    start: tuple[float, float],
    goal: float,
    angles: ArrayLike,
) -> Array:
    """The first step (...) at which the loss is as low as the goal, at each angle (...)."""
    turned = Turned(plain, angles)
    starts = turned.forth(np.array(start))
    runs = starts[0].size
    noise, seed = experiment.noise, experiment.seed
    part = TURNS / len(experiment.lanes)
    left = part if starts.ndim > 1 else part / len(angles_around(0.0))
    found = np.full(starts.shape[1:], np.inf)
    try:
        descent = Descent(
            lane.optimizer,
            turned,
            starts,
            experiment.steps,
            factors=lane.factors(experiment.steps),
            noise=gaussian(noise, seed) if noise else None,
            clip=lane.clip,
            batch=experiment.batch,
            seed=seed,
            budget=Budget.of(lane.optimizer, turned, left, runs, experiment.batch),
        )
    except ValueError:  # where the loss is defined at some angles only, by rounding
        return found
    with np.errstate(all="ignore"):
        found = np.where(turned.value(starts) <= goal, 0.0, found)
        for t in descent:
            low = turned.value(descent.theta) <= goal
            found = np.where(low & np.isinf(found), float(t), found)
            if np.isfinite(found).all():
                break
    if descent.is_spent:  # whether it arrives later is not known
        found = np.where(np.isinf(found), np.nan, found)
    return found


def turned_words(turns: Turns) -> str:
    """How many there are at all angles: "312 at every angle", "85 to 620", "never"."""
    arrives, is_cut = np.isfinite(turns.steps), np.isnan(turns.steps).any()
    if not arrives.any():
        return "not as far as it is followed here" if is_cut else "never"
    low, high = int(turns.steps[arrives].min()), int(turns.steps[arrives].max())
    if not arrives.all():
        others = "not followed to it at every angle" if is_cut else "not at every angle"
        return f"{low} or more, and {others}"
    return f"{low} at every angle" if high - low <= FLAT * high else f"{low} to {high}"
