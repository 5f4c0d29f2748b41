"""The trajectory value, and what records one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.by_kernel import Taken, by_kernel
from experiment.given import check_given
from experiment.loop import Conditions, Descent, bound, near
from experiment.outcome import Motion, Outcome, gone, judged, refused
from experiment.recorded import Recorded, plot, point_text
from optimizers import Optimizer, State
from surfaces import Problem

Array = NDArray[np.float64]
NOTHING: Mapping[str, Array] = MappingProxyType({})


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(Recorded):
    """What happened in one run, step for step. All arrays are read-only; T is the number of steps.

    A run that diverges ends there: it has fewer rows, the last the last finite one. So does a run
    that cannot go on.

    Attributes:
        theta: (T+1, d), the points; row 0 is the start.
        loss: (T+1,), the loss there, free of noise and over all the data.
        gradient: (T+1, d), the exact gradient there, free of noise and clipping and over all the
            data.
        state: name -> (T, ...), what the optimizer held after each step: (T, d) what it held for
            each coordinate, (T,) what it held for the point.
        given: (T, d), the gradient that the method asked for at the point of each step, with noise
            and clipping and of its rows of the data; nan where it asked for none there.
        asked: (T+1, 3), how many were asked for up to each row, in columns LOSS, GRADIENT and
            HESSIAN of `experiment.budget`.
        outcome: how it ended.
        cost: what it took of its budget, if it had one: with others at once, all together.
        projected: (T,), at which steps it was put back to the nearest point that is allowed; empty
            where all are.
    """

    theta: Array
    loss: Array
    gradient: Array
    state: Mapping[str, Array]
    given: Array
    asked: NDArray[np.int_]
    outcome: Outcome
    cost: float = 0.0
    projected: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    @property
    def evaluations(self) -> NDArray[np.int_]:
        """(T+1,), what the run had cost up to each row: whatever was asked for counts as one."""
        total: NDArray[np.int_] = self.asked.sum(axis=1)
        return total

    def __repr__(self) -> str:
        start, end = point_text(self.theta[0]), point_text(self.theta[-1])
        return (
            f"Trajectory({len(self.theta) - 1} steps from {start} to {end}, "
            f"loss {self.loss[-1]:g}, {self.outcome.kind} at step {self.outcome.step})"
        )

    def _repr_html_(self) -> str:
        """For a notebook: the loss over the steps, logarithmic where it is above 0 throughout."""
        loss = np.log10(self.loss) if (self.loss > 0).all() else self.loss
        return plot(np.arange(float(len(loss))), loss, repr(self), joined=True)


def descend(
    optimizer: Optimizer,
    surface: Problem,
    start: ArrayLike,
    steps: int,
    **conditions: Unpack[Conditions],
) -> Trajectory:
    """Run an optimizer on a surface from one start (d,), and record every step.

    What is recorded is the surface's own, whatever each step meets.

    Raises:
        ValueError: see `experiment.loop.Descent`.
    """
    check_given(optimizer, surface)
    if np.ndim(start) > 1:
        raise ValueError(
            f"descend records one run, not the starts {start!r}: use settle or descend_all."
        )
    return _record(Descent(optimizer, surface, start, steps, **conditions))[0]


def descend_all(
    optimizer: Optimizer,
    surface: Problem,
    starts: ArrayLike,
    steps: int,
    *,
    inside: bool = True,
    **conditions: Unpack[Conditions],
) -> tuple[Trajectory, ...]:
    """Run an optimizer from several starts (d, n) in one pass; the runs from each of them.

    A hyperparameter may be an array over the starts.

    Args:
        inside: whether what the method held at each step, and was given, is recorded.

    Raises:
        ValueError: see `experiment.loop.Descent`.
    """
    check_given(optimizer, surface)
    points = np.reshape(np.asarray(starts, np.float64), (surface.size, -1))
    return _record(Descent(optimizer, surface, points, steps, **conditions), inside)


def _record(descent: Descent, inside: bool = True) -> tuple[Trajectory, ...]:
    """Take all the steps, keep everything, and cut each run to where it ended."""
    start, asked = descent.theta, [tuple(descent.loss.asked)]
    with np.errstate(all="ignore"):
        blocks = [*by_kernel(descent), *_by_loop(descent, inside)]
        theta = np.concatenate([start[None], *(block.theta for block in blocks)])
        by_coordinate = np.moveaxis(theta, 1, 0)
        loss = descent.surface.value(by_coordinate)
        gradient = np.moveaxis(descent.surface.gradient(by_coordinate), 0, 1)
        names = blocks[0].state if blocks else ()
        state = {key: np.concatenate([block.state[key] for block in blocks]) for key in names}
        met = np.concatenate([np.empty((0, *start.shape)), *(block.given for block in blocks)])
        counts = np.concatenate([asked, *(block.asked for block in blocks)])
        put_back = np.concatenate([b.projected for b in blocks] or [np.empty(0, np.bool_)])
        if theta.ndim == 2:
            return (_run(descent, 0, theta, loss, gradient, state, met, counts, put_back),)
        return tuple(
            _run(
                descent,
                i,
                theta[..., i],
                loss[..., i],
                gradient[..., i],
                {key: array[..., i] for key, array in state.items()},
                met[..., i],
                counts,
                put_back[..., i] if put_back.size else put_back,
            )
            for i in range(theta.shape[2])
        )


def _by_loop(descent: Descent, inside: bool) -> Iterator[Taken]:
    """The steps that are left, together."""
    theta, states, given, asked, projected = [], [], [], [], []
    for _ in descent:
        theta.append(descent.theta)
        if inside:
            states.append(descent.state)
            given.append(descent.loss.given)
        asked.append(tuple(descent.loss.asked))
        if descent.surface.projects:
            projected.append(descent.is_projected)
    if theta:
        names = states[0] if states else ()
        state = {key: np.array([each[key] for each in states]) for key in names}
        points, met = np.array(theta), np.array(given)
        met = met.reshape(-1, *points.shape[1:])
        yield Taken(points, state, met, np.array(asked), np.array(projected, np.bool_))


def _run(
    descent: Descent,
    member: int,
    theta: Array,
    loss: Array,
    gradient: Array,
    state: State,
    given: Array,
    asked: NDArray[np.int_],
    projected: NDArray[np.bool_],
) -> Trajectory:
    """One run, up to where it ended; arrays as `Trajectory` has them."""
    outcome, rows = _ending(descent, member, theta, loss, gradient)
    theta, loss, gradient = (array[:rows].copy() for array in (theta, loss, gradient))
    held = {key: array[: rows - 1].copy() for key, array in state.items()}
    asked, given = asked[:rows].copy(), given[: rows - 1].copy()
    projected = projected[: rows - 1].copy()
    for array in (theta, loss, gradient, asked, given, projected, *held.values()):
        array.flags.writeable = False
    cost = 0.0 if descent.budget is None else descent.budget.spent
    frozen = MappingProxyType(held)
    return Trajectory(theta, loss, gradient, frozen, given, asked, outcome, cost, projected)


def _ending(
    descent: Descent, member: int, theta: Array, loss: Array, gradient: Array
) -> tuple[Outcome, int]:
    """How a run ended, and how many of its rows are part of it."""
    surface, optimizer = descent.surface, descent.optimizer
    finite = np.isfinite(theta).all(1) & np.isfinite(loss) & np.isfinite(gradient).all(1)
    lost, far = _first(~finite), _first(~near(theta.T, bound(surface)))
    if lost < len(theta) and lost <= far:
        if member in descent.refusals:
            return refused(surface, theta[lost - 1], lost - 1, descent.refusals[member]), lost
        return gone(optimizer, surface, theta[lost - 1], theta[lost], lost), lost
    if far < len(theta):
        return Outcome("diverged", far), far + 1
    last = len(theta) - 1
    if descent.refusal:
        refusal = refused(surface, theta[last], last, descent.refusal, spent=descent.is_spent)
        return refusal, len(theta)
    motion = Motion(surface, theta[0][:, None], last)
    motion.see_path(theta)
    kind, step = judged(surface, motion, theta[last][:, None])
    return Outcome(str(kind[0]), int(step[0])), len(theta)


def _first(where: NDArray[np.bool_]) -> int:
    """The first row that is true; one beyond the last if none is."""
    return int(where.argmax()) if where.any() else len(where)
