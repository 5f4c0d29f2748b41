"""The loop: takes an optimizer's steps on a problem, and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.budget import GRADIENT, HESSIAN, LOSS, Budget, Spent
from experiment.outcome import DIVERGED_WIDTHS, Mask
from optimizers import Optimizer, State, Unsuited, norm
from surfaces import Problem

Array = NDArray[np.float64]


class Loss:
    """A surface as the optimizer meets it: with noise and clipping, every call counted.

    Attributes:
        given: the gradient that was given at the point of this step; nan where none was asked for.
        asked: how many were asked for, at LOSS, at GRADIENT and at HESSIAN.
        known: the point at which the run was looked at, and the surface's gradient there.
    """

    def __init__(self, surface: Problem, clip: float | None, budget: Budget | None) -> None:
        self.surface = surface
        self.budget = budget
        self.clip = clip
        self.noise: Array | None = None
        self.asked = [0, 0, 0]
        self.known: tuple[Array, Array] | None = None

    def at(self, theta: Array, nothing: Array) -> None:
        """A step begins here."""
        self.here, self.given = theta, nothing

    def value(self, theta: Array) -> Array:
        """The loss, shape (...) for theta (d, ...)."""
        self._ask(LOSS)
        return self.surface.value(theta)

    def gradient(self, theta: Array) -> Array:
        """The gradient, with this step's noise, clipped."""
        self._ask(GRADIENT)
        if self.known is not None and theta is self.known[0]:
            g = self.known[1]
        else:
            g = self.surface.gradient(theta)
        if self.noise is not None:
            g = g + self.noise
        if self.clip is not None:
            length = norm(g)
            g = np.where(length > self.clip, g * (self.clip / length), g)
        if theta is self.here or np.array_equal(theta, self.here):
            self.given = g
        return g

    def hessian(self, theta: Array) -> Array:
        """The Hessian, exact."""
        self._ask(HESSIAN)
        return self.surface.hessian(theta)

    def _ask(self, kind: int) -> None:
        if self.budget is not None:
            self.budget.answer(kind)
        self.asked[kind] += 1


class Conditions(TypedDict, total=False):
    """What a run meets besides its start; all of it may be left out.

    Keys:
        factors: (steps,), what multiplies the learning rate at each step.
        noise: what is added to every gradient asked for in each step, (d,) or (d, n).
        clip: gradients longer than this are scaled down to it, as optax.clip_by_global_norm does.
        batch, seed: of what each step meets in place of the problem; see `Problem.stream`.
        budget: what it may cost; it ends within the step that would cost more.
    """

    factors: Array | None
    noise: Iterable[Array] | None
    clip: float | None
    batch: int
    seed: int
    budget: Budget | None


class Descent:
    """A run from one start (d,), or several at once from (d, n), step by step.

    Iterating takes the steps that are left; after each, the attributes say where it is. It ends
    after `steps` steps, once nobody is near any more, or when the method refuses.

    Attributes:
        t: the number of the step, from 1.
        theta: (d, ...), the point after it.
        state: what the optimizer holds.
        loss: what was asked of it.
        members: which of the n are still run; None for all.
        refusal: the method's sentence, if it could not go on.
        refusals: the same of those of the n whose points became nan by it, by their places.
        is_spent: whether it could not because of its budget.
        all_near: whether the last step surely left all where they go on.
        is_projected: (...), whether the step led to where a point is not allowed to be.

    Raises:
        ValueError: the start is not finite, or not where the loss and its gradient are, or steps is
            below 1, or there are several starts and the method takes one point, or a hyperparameter
            is an array that does not fit them.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        surface: Problem,
        start: ArrayLike,
        steps: int,
        **conditions: Unpack[Conditions],
    ) -> None:
        self.surface, self.steps = surface, steps
        self.theta = _checked(optimizer, surface, start, steps)
        self.optimizer = optimizer.on(surface.shapes)
        self.factors = conditions.get("factors")
        noise = conditions.get("noise")
        self.noise = None if noise is None else iter(noise)
        self.stream = surface.stream(conditions.get("batch", 0), conditions.get("seed", 0))
        self.bound = bound(surface)
        self.budget = conditions.get("budget")
        self.loss = Loss(surface, conditions.get("clip"), self.budget)
        self.t = 0
        self.members: NDArray[np.int_] | None = None
        self.refusal, self.is_spent = _unsuited(optimizer, surface), False
        self.all_near = False
        self.is_projected: Mask = np.zeros(self.theta.shape[1:], np.bool_)
        self.refusals: dict[int, str] = {}
        self.state: State = {}
        if self.refusal:
            return
        with np.errstate(all="ignore"):
            self.state = self.optimizer.init(self.theta)

    def __iter__(self) -> Iterator[int]:
        if not self.goes_on():
            return
        nothing = np.full_like(self.theta, np.nan)
        for t in range(self.t + 1, self.steps + 1):
            if self.stream is not None:
                self.loss.surface = next(self.stream)
            if self.noise is not None:
                self.loss.noise = self._noise()
            rated = self.optimizer
            if self.factors is not None:
                rated = rated.scheduled(self.factors[t - 1])
            if nothing.shape != self.theta.shape:
                nothing = np.full_like(self.theta, np.nan)
            self.loss.at(self.theta, nothing)
            before = self.theta
            try:
                if self.budget is not None:
                    self.budget.take_step()
                self.theta, self.state = rated.step(t, before, self.loss, self.state)
            except Unsuited as error:
                self.refusal, self.is_spent = str(error), isinstance(error, Spent)
                return
            if self.surface.projects:
                inside = self.surface.project(self.theta)
                self.is_projected = (inside != self.theta).any(axis=0)
                self.theta = inside
            self.t = t
            # One dot product finds whether anything is far out; only then is a closer look due.
            self.all_near = bool(np.vdot(self.theta, self.theta) < self.bound**2)
            if before.ndim > 1 and not self.all_near:
                self._ask(rated, before)
            yield t
            if not self.goes_on():
                return

    def goes_on(self) -> bool:
        """Whether the method has not refused and, once steps were taken, anybody is near."""
        if self.refusal or not self.t:
            return not self.refusal
        return self.all_near or bool(near(self.theta, self.bound).any())

    def _ask(self, optimizer: Optimizer, before: Array) -> None:
        """Let the method say why it gave some members no number, by a step from where each was."""
        n = before.shape[1]
        members = np.arange(n) if self.members is None else self.members
        for i in np.flatnonzero(np.isnan(self.theta).any(axis=0) & ~np.isnan(before).any(axis=0)):
            alone = over_runs(optimizer, lambda array, i=i: np.broadcast_to(array, n)[i])  # type: ignore[misc]
            try:
                alone.step(1, before[:, i], self.loss.surface, alone.init(before[:, i]))
            except Unsuited as error:
                self.refusals[int(members[i])] = str(error)

    def keep(self, members: Mask) -> None:
        """Run only some of the n on; the others cost nothing any more."""
        n = self.theta.shape[1]
        before = np.arange(n) if self.members is None else self.members
        self.members = before[members]
        self.theta = self.theta[:, members]
        self.state = {
            key: value[..., members] if np.shape(value)[-1:] == (n,) else value
            for key, value in self.state.items()
        }
        self.optimizer = over_runs(self.optimizer, lambda array: np.broadcast_to(array, n)[members])

    def _noise(self) -> Array:
        assert self.noise is not None
        noise = np.asarray(next(self.noise))
        if noise.ndim > 1:
            return noise if self.members is None else noise[:, self.members]
        return noise.reshape(-1, *(1,) * (self.theta.ndim - 1))


def bound(surface: Problem) -> float:
    """How far out a coordinate may be before a run has diverged."""
    return DIVERGED_WIDTHS * float(surface.extent.max())


def near(theta: Array, bound: float) -> Mask:
    """Which members of theta (d, ...) lie within the bound; nan does not."""
    within: Mask = np.asarray((np.abs(theta) < bound).all(axis=0))
    return within


def over_runs(optimizer: Optimizer, change: Callable[[Array], Array]) -> Optimizer:
    """The optimizer with each hyperparameter that is an array over the runs changed."""
    changed = {
        key: over_runs(value, change) if isinstance(value, Optimizer) else change(value)
        for key, value in optimizer.values().items()
        if isinstance(value, Optimizer) or np.ndim(value)
    }
    return optimizer.with_values(**changed).on(optimizer.shapes) if changed else optimizer


def _checked(optimizer: Optimizer, surface: Problem, start: ArrayLike, steps: int) -> Array:
    theta = np.array(start, np.float64)
    size = surface.size
    if theta.ndim not in (1, 2) or len(theta) != size or not np.isfinite(theta).all():
        many = "two" if size == 2 else size
        raise ValueError(f"The start must be {many} finite numbers, not {start!r}.")
    if steps < 1:
        raise ValueError(f"The number of steps must be at least 1, not {steps}.")
    for part in (optimizer, *optimizer.wrapped):
        if theta.ndim > 1 and not part.vectorized:
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
    return theta


def _unsuited(optimizer: Optimizer, surface: Problem) -> str:
    """Why a method takes no step on a problem, in a sentence; empty if it does."""
    for part in (optimizer, *optimizer.wrapped):
        if part.planar and surface.size != 2:
            return (
                f"{part.name} is worked out here for two coordinates, and {surface.called} has "
                f"{surface.size}: choose another method."
            )
        longest = max(side for shape in surface.shapes for side in shape)
        if longest > part.sides:
            return (
                f"{part.name} is worked out here for parameters of at most {part.sides:g} rows or "
                f"columns, and {surface.called} has one of {longest}: choose another method."
            )
    return ""


def _fits(shape: tuple[int, ...], runs: tuple[int, ...]) -> bool:
    """Whether an array of a shape broadcasts to the runs'."""
    try:
        return np.broadcast_shapes(shape, runs) == runs
    except ValueError:
        return False
