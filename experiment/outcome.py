"""What a run can truthfully be said to have done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers import Optimizer
from surfaces import Problem

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
KINDS = "U9"  # letters of the longest

DIVERGED_WIDTHS = 1e6
"""A run has diverged once it is this many times the domain's width away, or infinite."""


REACH = 1e-3
"""Of the domain's smaller side: what is closer is one place to whoever looks at the picture."""

STAYS = 0.05
"""The part of a run, at its end: who was in one place through it hardly moves any more."""

TREMBLE = 1e-4
"""Of the domain: to and fro by less than this is rest, on and on by less hardly motion."""

SHRINKS = 0.7
"""To and fro is dying out if its reach falls below this from one quarter of the run to the next."""

NEAR = 3.0
"""Halves of the domain from its middle: further out inf/inf is divergence, and not a hole."""

FEW = 5  # one in so many

LOOK = 64  # steps at a time, in which a run is looked for that leaves its place


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        kind: one of
            "converged": it came to rest at a minimum, the lowest or a local one, and stayed;
            "level": it came to rest on level ground that is none, such as a saddle or a shelf;
            "swinging": it goes to and fro and gets nowhere;
            "moving": none of these yet;
            "diverged": it went beyond all bounds;
            "stopped": it came to rest on a slope, or cannot go on.
        step: since when it rests, the step at which it diverged or stopped, or the last step.
        cause: why a "stopped" run cannot go on; empty if it can.
            "undefined": it stepped to where the loss is not defined;
            "undetermined": its rule gave no number, as 0/0 does;
            "unsuited": the method refuses this loss;
            "spent": it has cost what it may.
        reason: the same in one sentence, for the person.
    """

    kind: str
    step: int
    cause: str = ""
    reason: str = ""


class Motion:
    """What is remembered of how runs moved: a few numbers for each, however long they are.

    A place within `REACH` and since when it was not left; and the box of all points of the third
    and of the fourth quarter of the steps. Lengths are parts of the domain.

    Args:
        start: (d, n).
        steps: how many there will be.
    """

    def __init__(self, surface: Problem, start: Array, steps: int) -> None:
        self.extent = surface.extent[:, None]
        self.reach = (REACH * float(self.extent.min())) ** 2
        self.place = start.copy()
        self.since = np.zeros(start.shape[1], np.int_)
        self.steps = steps
        self.boxes = [_Box(start.shape), _Box(start.shape)]
        self._widen(0, start)

    def see(self, t: int, theta: Array) -> None:
        """Take in the points (d, n) of step t."""
        away = theta - self.place
        away *= away
        far, *others = away
        for other in others:
            far += other
        left = far > self.reach
        how_many = np.count_nonzero(left)
        if how_many * FEW > left.size:  # the same, sooner where it is no few
            self.place = np.where(left, theta, self.place)
            np.putmask(self.since, left, t)
        elif how_many:
            (some,) = left.nonzero()
            for places, points in zip(self.place, theta, strict=True):
                places[some] = points.take(some)
            self.since[some] = t
        self._widen(t, theta)

    def see_path(self, path: Array) -> None:
        """Take in all the points (T+1, d) of a single run at once: the same, sooner."""
        if len(self.place) == 2:
            (x0,), (y0,) = self.place.tolist()
            since, reach = 0, self.reach
            # Two lists of numbers: a list of pairs would keep the collector busy.
            for t, (x, y) in enumerate(zip(*path.T.tolist(), strict=True)):
                if (x - x0) * (x - x0) + (y - y0) * (y - y0) > reach:
                    x0, y0, since = x, y, t
            self.place, self.since = np.array([[x0], [y0]]), np.array([since])
        else:
            for t in self._leaves(path):
                self.place, self.since = path[t][:, None], np.array([t])
        third, fourth = self.quarters
        for box, rows in zip(self.boxes, (path[third : fourth + 1], path[fourth:]), strict=True):
            box.widen(rows.min(axis=0)[:, None])
            box.widen(rows.max(axis=0)[:, None])

    def _leaves(self, path: Array) -> Iterator[int]:
        """The steps at which a path (T+1, d) leaves the place where it last was."""
        t, look = 0, LOOK
        while True:
            away = ((path[t : t + look] - path[t]) ** 2).sum(axis=1) > self.reach
            if away.any():
                t, look = t + int(away.argmax()), LOOK
                yield t
            elif t + look >= len(path):
                return
            else:
                look *= 4

    @property
    def quarters(self) -> tuple[int, int]:
        """Where the third and the fourth quarter of the steps begin; each ends in the next."""
        return self.steps // 2, 3 * self.steps // 4

    def _widen(self, t: int, theta: Array) -> None:
        third, fourth = self.quarters
        if third <= t <= fourth:
            self.boxes[0].widen(theta)
        if t >= fourth:
            self.boxes[1].widen(theta)

    def keep(self, members: Mask) -> None:
        """Forget all members but some."""
        self.place, self.since = self.place[:, members], self.since[members]
        for box in self.boxes:
            box.low, box.high = box.low[:, members], box.high[:, members]

    def words(self) -> NDArray[np.str_]:
        """Whether each member is "resting", "creeping", "swinging" or "moving".

        Told from how the boxes of the last two quarters lie beside each other. Who creeps may do so
        for ever, or was only seen to rest too shortly: what it is depends on the ground.
        """
        before, after = self.boxes
        with np.errstate(all="ignore"):
            earlier, sizes = ((b.high - b.low) / self.extent for b in self.boxes)
            grows = ((sizes > TREMBLE * 1e-5) & (sizes > 2 * earlier)).any(axis=0)
            earlier, size = earlier.max(axis=0), sizes.max(axis=0)
            middles = (after.low + after.high - before.low - before.high) / 2
            drift = np.abs(middles / self.extent).max(axis=0)
            shrinks = np.where(size > 0, size / earlier, 0.0)
            # How far it still goes if each quarter goes on shrinking as the last did.
            left = np.where(shrinks < 1, size * shrinks / (1 - shrinks), np.inf)
        to_and_fro = drift <= np.minimum(size, earlier) / 2  # one way, it is the mean of these
        arrives = (left <= REACH) & (size <= 10 * REACH)
        resting = ~grows & (arrives | to_and_fro & (size <= TREMBLE))
        swinging = to_and_fro & (shrinks >= SHRINKS)
        stays = self.steps - self.since >= np.maximum(STAYS * self.steps, 2)
        creeping = ~grows & ((size <= TREMBLE) | stays)
        words = ["resting", "swinging", "creeping"]
        return np.select([resting, swinging, creeping], words, "moving").astype(KINDS)


class _Box:
    """The smallest box around some points of each member."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.low, self.high = np.full(shape, np.inf), np.full(shape, -np.inf)

    def widen(self, theta: Array) -> None:
        np.minimum(self.low, theta, out=self.low)
        np.maximum(self.high, theta, out=self.high)


def judged(
    surface: Problem, motion: Motion, theta: Array
) -> tuple[NDArray[np.str_], NDArray[np.int_]]:
    """The kinds of runs that took all their steps, and their steps; theta (d, n) are their ends."""
    kind = motion.words()
    stays = (kind == "resting") | (kind == "creeping")
    if stays.any():
        lies = surface.ground(theta[:, stays])
        down = np.where(kind[stays] == "resting", "stopped", "moving")
        kinds = [lies == "minimum", lies == "level"]
        kind[stays] = np.select(kinds, ["converged", "level"], down)
    step = np.where(np.isin(kind, ("swinging", "moving")), motion.steps, motion.since)
    return kind, step


def refused(
    surface: Problem, theta: Array, t: int, sentence: str, *, spent: bool = False
) -> Outcome:
    """Of a run at theta (d,) whose method could not go on after step t; at a minimum it need not.

    Args:
        sentence: the method's own.
        spent: whether it is the budget's, which ends a run wherever it is.
    """
    if spent:
        return Outcome("stopped", t, "spent", sentence)
    if surface.ground(theta[:, None])[0] == "minimum":
        return Outcome("converged", t)
    return Outcome("stopped", t, "unsuited", sentence)


def causes(surface: Problem, after: Array) -> NDArray[np.str_]:
    """Why runs cannot go on whose step led to points (d, n) that are no good.

    "undetermined", "undefined", or "" where they have diverged.
    """
    away = np.abs(after - surface.middle[:, None])
    near = NEAR * (surface.extent[:, None] / 2)
    beside = (away <= near).all(axis=0)
    undefined = beside & np.isnan(surface.value(after))
    return np.select([np.isnan(after).any(axis=0), undefined], ["undetermined", "undefined"], "")


def gone(optimizer: Optimizer, surface: Problem, before: Array, after: Array, t: int) -> Outcome:
    """Of a run whose step t leads from a good point (d,) to one that is not."""
    (cause,) = causes(surface, after[:, None])
    if cause == "undefined":
        place = ", ".join(f"{each:.3g}" for each in after).replace("-", "−")
        reason = f"It stepped to ({place}), where the loss is not defined."
    elif cause == "undetermined":
        reason = _no_number(optimizer, surface, before, after)
    else:
        return Outcome("diverged", t)
    return Outcome("stopped", t, str(cause), reason)


def _no_number(optimizer: Optimizer, surface: Problem, before: Array, after: Array) -> str:
    nowhere = np.isnan(after)
    flat = nowhere & (surface.gradient(before) == 0)  # a norm carries its nan to the other
    numbers = map(str, range(1, len(after) + 1))
    called = zip("xy" if len(after) == 2 else numbers, flat if flat.any() else nowhere, strict=True)
    names = " and ".join(name for name, no in called if no)
    if flat.any():
        zero = zero_eps(optimizer)
        advice = f": set {zero} above 0" if zero else ""
        return f"It divides 0 by 0 in {names}, where the gradient is 0{advice}."
    return f"Its rule gives no number for {names}."


def zero_eps(optimizer: Optimizer) -> str:
    """The hyperparameter that would keep a method from dividing by 0, were it not 0; or empty."""
    values = [item for o in (optimizer, *optimizer.wrapped) for item in o.values().items()]
    return next((k for k, v in values if "eps" in k and np.ndim(v) == 0 and v == 0), "")
