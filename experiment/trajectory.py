"""The trajectory value, and the loop that makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizers import Optimizer, State, Unsuited
from surfaces import Surface

Array = NDArray[np.float64]

CONVERGED_GRADIENT = 1e-3
"""A run has converged once its gradient's norm stays at or below this until the end."""

NOTHING: Mapping[str, Array] = MappingProxyType({})

DIVERGED_WIDTHS = 1e6
"""A run has diverged once it is this many times the domain's width away, or not finite."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended. For a batch both attributes are arrays over it.

    Attributes:
        kind: "converged", "diverged" or "moving".
        step: the step from which the gradient stayed small, the step at which the run diverged,
            or the last step.
        reason: why the method could not go on, if it stopped before its last step by itself, or
            that it went where the loss is not defined; one sentence.
    """

    kind: str | NDArray[np.str_]
    step: int | NDArray[np.int_]
    reason: str = ""


@dataclass(frozen=True)
class Trajectory:
    """What happened, step for step. All arrays are read-only; T is the number of steps.

    A run that diverges ends there: it has fewer rows, the last the last finite one. So does a run
    whose method cannot go on. In a batch, a member that diverges stays where it was.

    Attributes:
        theta: (T+1, 2, ...), the points; row 0 is the start.
        loss: (T+1, ...), the loss there, free of noise and over all the data.
        gradient: (T+1, 2, ...), the exact gradient there, free of noise and clipping and over all
            the data.
        state: name -> (T, ...), what the optimizer held after each step: (T, 2, ...) what it held
            for each coordinate, (T, ...) what it held for each point.
        given: (T, 2, ...), the gradient that the method asked for at the point of each step, with
            noise and clipping and of its rows of the data; nan where it asked for none there.
        asked: (T+1, 3), how many losses, gradients and Hessians were asked for up to each row.
        outcome: how it ended.
    """

    theta: Array
    loss: Array
    gradient: Array
    state: Mapping[str, Array]
    given: Array
    asked: NDArray[np.int_]
    outcome: Outcome

    @property
    def evaluations(self) -> NDArray[np.int_]:
        """(T+1,), what the run had cost up to each row: whatever was asked for counts as one."""
        total: NDArray[np.int_] = self.asked.sum(axis=1)
        return total

    def member(self, index: int) -> Trajectory:
        """One run of a batch (T+1, 2, k), up to where it diverged, without what the method held."""
        kind, step = np.asarray(self.outcome.kind)[index], np.asarray(self.outcome.step)[index]
        outcome = Outcome(str(kind), int(step))
        rows = slice(None)
        if kind == "diverged":
            # At that step it was far out, or it was not finite and stayed where it had been.
            went = (self.theta[step, :, index] != self.theta[step - 1, :, index]).any()
            rows = slice(step + int(went))
        path = (self.theta[rows, :, index], self.loss[rows, index], self.gradient[rows, :, index])
        theta, loss, gradient = (each.copy() for each in path)  # lets go of the batch
        for array in (theta, loss, gradient):
            array.flags.writeable = False
        none = np.empty((0, 2))
        return Trajectory(theta, loss, gradient, NOTHING, none, self.asked[rows], outcome)


class _Loss:
    """A surface as the optimizer meets it: with noise and clipping, every call counted."""

    def __init__(self, surface: Surface, noise: Array | None, clip: float | None) -> None:
        self.surface = surface
        self.noise = noise
        self.clip = clip
        self.t = 1
        self.here: Array | None = None  # the point of this step, and the gradient asked for there
        self.given: Array | None = None
        self.asked = [0, 0, 0]  # losses, gradients, Hessians

    def value(self, theta: Array) -> Array:
        self.asked[0] += 1
        return self.surface.value(theta)

    def gradient(self, theta: Array) -> Array:
        self.asked[1] += 1
        g = self.surface.gradient(theta)
        if self.noise is not None:
            g = g + self.noise[self.t - 1].reshape(2, *(1,) * (g.ndim - 1))
        if self.clip is not None:
            norm = np.hypot(*g)
            g = np.where(norm > self.clip, g * (self.clip / norm), g)
        if theta is self.here:
            self.given = g
        return g

    def hessian(self, theta: Array) -> Array:
        self.asked[2] += 1
        return self.surface.hessian(theta)


def descend(
    optimizer: Optimizer,
    surface: Surface,
    start: ArrayLike,
    steps: int,
    *,
    factors: Array | None = None,
    noise: Array | None = None,
    clip: float | None = None,
    samples: Iterator[Surface] | None = None,
) -> Trajectory:
    """Run an optimizer on a surface.

    Args:
        start: (2, ...), finite; the axes after the first are a batch.
        steps: how many.
        factors: (steps,), what multiplies the learning rate at each step.
        noise: (steps, 2), what is added to every gradient asked for in each step.
        clip: gradients longer than this are scaled down to it, as optax.clip_by_global_norm does.
        samples: what each step meets in place of the surface, such as a mini-batch's loss. What is
            recorded is the surface's own.

    Raises:
        ValueError: the start is not two finite coordinates where the loss and its gradient are
            finite, or steps is below 1, or the start is a batch and the method takes one point, or
            a hyperparameter is an array that does not fit the batch.
    """
    theta = np.array(start, np.float64)
    if theta.ndim == 0 or len(theta) != 2 or not np.isfinite(theta).all():
        raise ValueError(f"The start must be two finite numbers, not {start!r}.")
    if steps < 1:
        raise ValueError(f"The number of steps must be at least 1, not {steps}.")

    for part in (optimizer, *optimizer.wrapped):
        if theta.ndim > 1 and not part.batches:
            raise ValueError(f"{part.name} decides by its point and runs one point at a time.")
        for key, value in part.values().items():
            if np.ndim(value) and not _fits(np.shape(value), theta.shape[1:]):
                raise ValueError(
                    f"{part.name}'s {key} has shape {np.shape(value)}, which does not fit the "
                    f"starts' {theta.shape}: it must be a number or broadcast to the axes after "
                    "the first."
                )

    if not (np.isfinite(surface.value(theta)) & np.isfinite(surface.gradient(theta))).all():
        raise ValueError(f"{surface.name} is not defined at the start {start!r}.")

    x0, x1, y0, y1 = surface.domain
    bound = DIVERGED_WIDTHS * max(x1 - x0, y1 - y0)
    loss = _Loss(surface, noise, clip)
    rows, states, given, asked, reason = [theta], [], [], [tuple(loss.asked)], ""
    nothing = np.full_like(theta, np.nan)
    scheduled = optimizer
    with np.errstate(all="ignore"):
        state = optimizer.init(theta)
        for loss.t in range(1, steps + 1):
            if samples is not None:
                loss.surface = next(samples)
            if factors is not None:
                scheduled = optimizer.scheduled(factors[loss.t - 1])
            loss.here, loss.given = theta, nothing
            try:
                theta, state = scheduled.step(loss.t, theta, loss, state)
            except Unsuited as error:
                reason = str(error)
                break
            rows.append(theta)
            states.append(state)
            given.append(loss.given)
            asked.append(tuple(loss.asked))
            # One dot product finds whether anything is far out; only then is a closer look due.
            if not np.vdot(theta, theta) < bound**2 and not _near(theta, bound).any():
                break
        met = np.array(given).reshape(-1, *theta.shape)
        trajectory = _trajectory(surface, bound, np.array(rows), states, met, np.array(asked))
    if reason and trajectory.outcome.kind == "moving":
        return replace(trajectory, outcome=replace(trajectory.outcome, reason=reason))
    return trajectory


def _fits(shape: tuple[int, ...], batch: tuple[int, ...]) -> bool:
    """Whether an array of a shape broadcasts to the batch's."""
    try:
        return np.broadcast_shapes(shape, batch) == batch
    except ValueError:
        return False


def _near(theta: Array, bound: float) -> NDArray[np.bool_]:
    """Which members of theta (2, ...) lie within the bound; nan does not."""
    near: NDArray[np.bool_] = np.asarray((np.abs(theta) < bound).all(axis=0))
    return near


def _beside(point: Array, surface: Surface) -> bool:
    """Whether a point lies in a domain or a width from it: further out, inf/inf is divergence."""
    x0, x1, y0, y1 = surface.domain
    middle, half = np.array([x0 + x1, y0 + y1]) / 2, np.array([x1 - x0, y1 - y0]) / 2
    return bool((np.abs(point - middle) <= 3 * half).all())


def _trajectory(
    surface: Surface,
    bound: float,
    theta: Array,
    states: list[State],
    given: Array,
    asked: NDArray[np.int_],
) -> Trajectory:
    rows = np.arange(len(theta)).reshape(-1, *(1,) * (theta.ndim - 2))
    never = len(theta)

    def first(where: NDArray[np.bool_]) -> NDArray[np.int_]:
        return np.where(where.any(axis=0), where.argmax(axis=0), never)

    by_coordinate = np.moveaxis(theta, 1, 0)
    loss = surface.value(by_coordinate).copy()
    gradient = np.moveaxis(surface.gradient(by_coordinate), 0, 1)
    finite = np.isfinite(theta).all(1) & np.isfinite(loss) & np.isfinite(gradient).all(1)
    undefined, far = first(~finite), first(~_near(by_coordinate, bound))
    diverged_at = np.minimum(undefined, far)
    last = np.minimum(undefined - 1, np.minimum(far, never - 1))

    left = ""
    if loss.ndim == 1:
        if undefined < far and np.isnan(loss[undefined]) and _beside(theta[undefined], surface):
            x, y = theta[undefined]
            left = f"It stepped to ({x:.3g}, {y:.3g}), where the loss is not defined."
        keep = slice(int(last) + 1)
        theta, loss, gradient = theta[keep], loss[keep], gradient[keep]
        asked = asked[keep]
    else:
        held = np.minimum(rows, last)
        loss = np.take_along_axis(loss, held, axis=0)
        theta = np.take_along_axis(theta, held[:, None], axis=0)
        gradient = np.take_along_axis(gradient, held[:, None], axis=0)

    small = np.sqrt((gradient**2).sum(axis=1)) <= CONVERGED_GRADIENT
    settled_at = len(small) - first(~small[::-1])
    diverged, settled = diverged_at < never, settled_at < len(small)
    kind = np.select([diverged, settled], ["diverged", "converged"], "moving")
    step = np.select([diverged, settled], [diverged_at, settled_at], len(small) - 1)
    outcome = Outcome(kind, step) if kind.ndim else Outcome(str(kind), int(step), left)

    names = states[0] if states else ()
    state = {key: np.array([s[key] for s in states])[: len(theta) - 1] for key in names}
    given = given[: len(theta) - 1]
    for array in (theta, loss, gradient, given, asked, *state.values()):
        array.flags.writeable = False
    return Trajectory(theta, loss, gradient, MappingProxyType(state), given, asked, outcome)
