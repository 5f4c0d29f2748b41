"""Only how runs end: many at once, and nothing recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.budget import Budget
from experiment.by_kernel import path_by_kernel
from experiment.by_numba import by_numba
from experiment.given import check_given
from experiment.loop import Array, Descent, Loss, bound, near, over_runs
from experiment.noise import gaussian
from experiment.outcome import KINDS, Mask, Motion, causes, judged, refused
from experiment.recorded import Recorded, plot
from kept import Steps, result
from kernels.compiled import is_installed
from optimizers import Optimizer
from surfaces import Problem

FEW = 8  # runs that their kernel takes one after the other sooner than the loop at once
BLOCK = 4096  # runs whose numbers stay in the processor's cache
COMPILED = 4 * BLOCK  # runs that all cores share without the interpreter
STRETCH = 32  # steps of `BLOCK` runs: about a hundredth of a second
LONGEST = 4 * STRETCH  # steps of however few runs


@dataclass(frozen=True, eq=False, repr=False)
class Ends(Recorded):
    """How runs ended; arrays over the runs (...), read-only.

    Attributes:
        theta: (d, ...), the last points; of a run that diverged, the last finite one.
        loss: the loss there.
        kind, step: as `Outcome` has them.
        whole: whether it went to the end: it neither diverged nor has an outcome with a cause.
        evaluations: what each run had asked for, losses, gradients and Hessians together.
        reached: (k, ...), what it had asked for when its loss was first at or below each of the
            targets that were given; infinite where it never was.
        by: "NumPy", "numba" or both, by what they were computed; the numbers are the same.
    """

    theta: Array
    loss: Array
    kind: NDArray[np.str_]
    step: NDArray[np.int_]
    whole: NDArray[np.bool_]
    evaluations: NDArray[np.int_]
    reached: Array
    by: str = field(default="", kw_only=True)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it that is of the runs, by name; their axes are the last."""
        return {name: value for name, value in vars(self).items() if name != "by"}

    def __repr__(self) -> str:
        kinds, counts = np.unique(self.kind, return_counts=True)
        ended = ", ".join(f"{n} {kind}" for kind, n in zip(kinds, counts, strict=True))
        return f"Ends({self.kind.size} runs: {ended or 'none'})"

    def _repr_html_(self) -> str:
        """For a notebook: where in the plane the runs ended; elsewhere, at what loss each did."""
        if len(self.theta) == 2:
            x, y = self.theta.reshape(2, -1)
        else:
            x, y = np.arange(float(self.loss.size)), self.loss.reshape(-1)
        return plot(x, y, repr(self), joined=False)


class Met(TypedDict, total=False):
    """What runs that are settled meet; all of it may be left out.

    Keys:
        factors: (steps,), what multiplies the learning rate at each step.
        noise: the standard deviation of the Gaussian noise in each coordinate of each gradient.
        seed: of all that is drawn and that all runs meet, or one for each run, (...).
        batch: how many rows of the data a step sees; 0 for all, and without data.
        clip: gradients longer than this are scaled down to it.
        budget: what all may cost together, in the unit of `surfaces.cost`; a run that spends its
            part of it is "stopped".
        targets: (k,), losses of which each run says when it reached them; to look costs a loss at
            each step, which is not counted.
    """

    factors: Array | None
    noise: float
    seed: ArrayLike
    batch: int
    clip: float | None
    budget: float | None
    targets: ArrayLike


def settle(
    optimizer: Optimizer, surface: Problem, starts: ArrayLike, steps: int, **met: Unpack[Met]
) -> Ends:
    """Run an optimizer from many starts, and keep only how each run ended.

    Every run ends as it does alone, whatever else is run beside it.

    Args:
        starts: (d, ...), finite; the axes after the first are runs, over which a hyperparameter
            may be an array.
        steps: how many, at most; a run that ends before costs nothing after that.
        met: see `Met`.

    Raises:
        ValueError: a start is not where the loss and its gradient are finite, or steps is below 1,
            or a hyperparameter is an array that does not fit the runs.
    """
    return result(settling(optimizer, surface, starts, steps, **met))


def settling(
    optimizer: Optimizer, surface: Problem, starts: ArrayLike, steps: int, **met: Unpack[Met]
) -> Steps[Ends]:
    """What `settle` does, for those who let others work meanwhile; yields how much is done."""
    check_given(optimizer, surface)
    starts = np.asarray(starts, np.float64)
    shape, seeds = starts.shape[1:], np.asarray(met.get("seed", 0))
    batch, noise, budget = met.get("batch", 0), met.get("noise", 0.0), met.get("budget")
    theta = starts.reshape(len(starts), -1)
    one_seed, draws = seeds.ndim == 0, bool(batch) or surface.draws
    n, size = theta.shape[1], BLOCK if optimizer.vectorized and (one_seed or not draws) else 1
    seeds = np.full(n, seeds) if one_seed else np.broadcast_to(seeds, shape).reshape(-1)
    flat = over_runs(optimizer, lambda array: np.broadcast_to(array, shape).reshape(-1))
    ends = _Ending(surface, theta, steps, np.asarray(met.get("targets", ()), np.float64))

    def descent(chosen: int | slice, runs: int) -> Descent:
        """Of one member, or of some; each costs what it does among so many."""
        start, drawn = theta[:, chosen], seeds[chosen]
        part = over_runs(flat, lambda array: array[chosen])
        left = None
        if budget is not None:
            left = Budget.of(part, surface, budget * runs / n, runs, batch)
        noisy = None
        if noise:
            one = drawn[0] if one_seed and drawn.ndim else drawn
            noisy = gaussian(noise, one, surface.size)
        return Descent(
            part,
            surface,
            start,
            steps,
            factors=met.get("factors"),
            noise=noisy,
            clip=met.get("clip"),
            batch=batch,
            seed=int(np.ravel(drawn)[0]),
            budget=left,
        )

    def run(members: NDArray[np.int_]) -> Steps[None]:
        """Run neighbours by what there is."""
        runs, whole = len(members), slice(members[0], members[-1] + 1)
        if size > 1 and runs > FEW and ends.run_compiled(partial(descent, whole, runs), members):
            return
        if runs > size:
            for i in range(0, runs, size):
                yield from run(members[i : i + size])
            return
        few = runs <= FEW and not ends.targets.size
        if few and all(ends.run_whole(descent(int(i), runs), int(i)) for i in members):
            return
        one = descent(whole if size > 1 else int(members[0]), runs)
        for part in ends.run(one, members):
            yield float(members[0] + part * runs) / n

    most = many_at_once() if size > 1 else 1
    for i in range(0, n, most):
        yield from run(np.arange(n)[i : i + most])
    return ends.shaped(shape)


def many_at_once() -> int:
    """How many runs are handed over together, where they can be run at once."""
    return COMPILED if is_installed() else BLOCK


class _Ending:
    """What becomes of the runs from starts (d, n)."""

    def __init__(self, surface: Problem, starts: Array, steps: int, targets: Array) -> None:
        n = starts.shape[1]
        self.surface, self.steps, self.bound = surface, steps, bound(surface)
        self.always_finite = surface.is_finite_within(self.bound)
        self.theta, self.kind = starts.copy(), np.full(n, "", KINDS)
        self.step, self.evaluations = np.zeros(n, np.int_), np.zeros(n, np.int_)
        self.whole = np.ones(n, np.bool_)
        self.by: set[str] = set()
        self.targets, self.reached = targets, np.full((len(targets), n), np.inf)

    def run_whole(self, descent: Descent, member: int) -> bool:
        """Take all the steps of one member by its kernel; whether that went as far as that."""
        with np.errstate(all="ignore"):
            taken = path_by_kernel(descent)
            if taken is None or self._good(taken[0].T, all_near=False) is not None:
                return False
        path, self.evaluations[member] = taken
        motion = Motion(self.surface, path[0][:, None], self.steps)
        motion.see_path(path)
        self.theta[:, member] = path[-1]
        (self.kind[member],), (self.step[member],) = judged(self.surface, motion, path[-1][:, None])
        return True

    def run_compiled(self, descent: Callable[[], Descent], members: NDArray[np.int_]) -> bool:
        """Take all the steps of some members by a compiled function; whether there is one.

        There is none that looks for targets, for which each step would ask for a loss.
        """
        if self.targets.size or not is_installed():
            return False
        run = descent()
        motion = Motion(self.surface, run.theta, self.steps)
        ran = by_numba(run, motion)
        if ran is None:
            return False
        self.by.add("numba")
        self._end(members[ran.gone], ran.before, ran.after, ran.step, ran.step * ran.asked)
        stay = members[ran.members]
        self.theta[:, stay], self.evaluations[stay] = ran.theta, self.steps * ran.asked
        self.kind[stay], self.step[stay] = judged(self.surface, motion, ran.theta)
        return True

    def run(self, descent: Descent, members: NDArray[np.int_]) -> Steps[None]:
        """Take all the steps of some members, each as far as it goes."""
        before = descent.theta.reshape(len(descent.theta), -1)
        motion = Motion(self.surface, before, self.steps)
        self.by.add("NumPy")
        with np.errstate(all="ignore"):
            self._look(members, before, descent)
        taken, until = iter(descent), 0
        while descent.t == until < self.steps:
            until = min(self.steps, until + min(LONGEST, STRETCH * BLOCK // len(members)))
            with np.errstate(all="ignore"):
                for t in islice(taken, until - descent.t):
                    alone = descent.theta.ndim == 1
                    theta = descent.theta[:, None] if alone else descent.theta
                    good = self._good(theta, descent.all_near, descent.loss)
                    if good is not None:
                        gone = members[~good]
                        asked = sum(descent.loss.asked)
                        self._end(gone, before[:, ~good], theta[:, ~good], t, asked)
                        self._refuse(gone, before[:, ~good], good, t, descent)
                        members, theta = members[good], theta[:, good]
                        if not len(members):
                            return
                        descent.keep(good)
                        motion.keep(good)
                    motion.see(t, theta)
                    self._look(members, theta, descent)
                    before = theta
            yield descent.t / self.steps
        self.theta[:, members] = before
        self.evaluations[members] = sum(descent.loss.asked)
        if descent.refusal:
            ended = [
                refused(self.surface, each, descent.t, descent.refusal, spent=descent.is_spent)
                for each in before.T
            ]
            self.kind[members], self.step[members] = [e.kind for e in ended], descent.t
            self.whole[members] = [not e.cause for e in ended]
        else:
            self.kind[members], self.step[members] = judged(self.surface, motion, before)

    def _look(self, members: NDArray[np.int_], theta: Array, descent: Descent) -> None:
        """Note which members are as low as a target for the first time."""
        if self.targets.size:
            low = self.surface.value(theta) <= self.targets[:, None]
            target, member = np.nonzero(low & np.isinf(self.reached[:, members]))
            self.reached[target, members[member]] = sum(descent.loss.asked)

    def _good(self, theta: Array, all_near: bool, met: Loss | None = None) -> Mask | None:
        """Which members are where a run can go on; None if all are.

        Args:
            met: what is told the gradient, where that had to be looked at.
        """
        if self.always_finite and all_near:
            return None
        good = near(theta, self.bound)
        if not self.always_finite:
            good &= self._finite(theta, met)
        return None if good.all() else good

    def _finite(self, theta: Array, met: Loss | None = None) -> Mask:
        loss, gradient = self.surface.value(theta), self.surface.gradient(theta)
        if met is not None and met.surface is self.surface:
            met.known = theta, gradient
        finite: Mask = np.isfinite(theta).all(0) & np.isfinite(loss) & np.isfinite(gradient).all(0)
        return finite

    def _end(
        self,
        members: NDArray[np.int_],
        before: Array,
        after: Array,
        t: int | NDArray[np.int_],
        asked: int | NDArray[np.int_],
    ) -> None:
        """Members end with step t, which led from good points (d, k) to others."""
        reached = self._finite(after)
        cause = np.where(reached, "", causes(self.surface, after))
        self.kind[members] = np.where(cause == "", "diverged", "stopped")
        self.theta[:, members] = np.where(reached, after, before)
        self.step[members], self.whole[members] = t, False
        self.evaluations[members] = asked

    def _refuse(
        self, members: NDArray[np.int_], before: Array, good: Mask, t: int, descent: Descent
    ) -> None:
        """Say why the method gave some members no number in step t; `good` are those that go on."""
        places = descent.members if descent.members is not None else np.arange(len(good))
        for i, place in enumerate(places[~good]):
            if place in descent.refusals:
                end = refused(self.surface, before[:, i], t - 1, descent.refusals[place])
                self.kind[members[i]], self.step[members[i]] = end.kind, end.step
                self.whole[members[i]] = not end.cause

    def shaped(self, shape: tuple[int, ...]) -> Ends:
        """The ends over the runs' own axes."""
        ends = Ends(
            self.theta.reshape(len(self.theta), *shape),
            self.surface.value(self.theta).copy().reshape(shape),
            self.kind.reshape(shape),
            self.step.reshape(shape),
            self.whole.reshape(shape),
            self.evaluations.reshape(shape),
            self.reached.reshape(len(self.targets), *shape),
            by=" and ".join(sorted(self.by)),
        )
        for array in ends.arrays().values():
            array.flags.writeable = False
        return ends
