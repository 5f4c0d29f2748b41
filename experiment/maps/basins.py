"""Basins: where every start of a grid ends, and how soon."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from experiment.budget import MAX_LANES
from experiment.ends import Ends
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.loop import Descent, bound, near
from experiment.maps.base import MAX_MAP, Map, cost, is_alone, joined, plain, settled, shaped
from experiment.noise import gaussian
from experiment.outcome import KINDS
from kept import Steps
from settings import setting
from surfaces import Surface
from surfaces.ground import on_line

Array = NDArray[np.float64]

MIN_GRID, MAX_GRID = 10, 400
MOST_FOLLOWED = 2000  # runs of which it is kept where they go, and
PICTURES = 100  # how often, and
FOLLOWING = MAX_MAP / 10  # what they may cost
CELL = 3e-3
"""Of the domain's width and height: ends in cells of this size that touch are at one minimum."""
FAR = 2**32
"""More cells than there are from one end of where a run may be to the other."""
LINE = 0.05
"""Of the domain: what is longer is no point, but a line of minima."""
LINES, LEVEL = 17, 1e-6  # of a grid, and of the losses on it: lines of minima are no higher
DIGITS = 4  # behind the first of a domain's width, so that a start can be read in a link
UNDEFINED = "undefined"
"""What is no kind of outcome: no run starts where the loss is not defined."""


@dataclass(frozen=True)
class Basins(Map):
    """What becomes of one lane, or of two, from every start of a grid.

    Attributes:
        grid: how many starts along x and along y, in the middles of equal cells of the domain.
        shown: the lanes that are mapped, counted from 1: one, or two as in "1,2".
        compare: "beside" or "difference", how two are drawn.
    """

    kind: ClassVar[str] = "basins"

    grid: int = setting(
        100, low=MIN_GRID, high=MAX_GRID, words=f"a whole number from {MIN_GRID} to {MAX_GRID}"
    )
    shown: str = setting(
        "1",
        choices=("1",),
        pattern=rf"[1-{MAX_LANES}](?:,[1-{MAX_LANES}])?",
        words="the number of a lane, or of two as in 1,2",
        drawn=True,
    )
    compare: str = setting("beside", choices=("beside", "difference"), drawn=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        places = dict.fromkeys(int(each) for each in self.shown.split(","))
        there = [place for place in places if place <= len(self.race.lanes)] or [1]
        object.__setattr__(self, "shown", ",".join(map(str, there)))

    def lanes(self) -> tuple[Lane, ...]:
        return tuple(self.race.lanes[int(each) - 1] for each in self.shown.split(","))

    def grid_of(self, lane: Lane) -> int:
        """How many starts along each side a lane is run from: fewer where all cost too much."""
        most = MAX_MAP / len(self.lanes())
        n, alone = self.grid, is_alone(self.race, lane)
        while n > MIN_GRID and (dear := cost(self.race, lane, n * n, alone)) > most:
            n = max(MIN_GRID, min(n - 1, math.floor(n * math.sqrt(most / dear))))
        return n

    def starts(self, n: int) -> Array:
        """(2, n, n), rows along y: short decimals in the middles of the domain's cells."""
        middle = (np.arange(n) + 0.5) / n
        domain = self.surface.domain
        along = [
            np.round(low + width * middle, digits(width))
            for low, width in zip(domain.low, domain.width, strict=True)
        ]
        return np.array(np.meshgrid(*along))

    def key(self, lane: Lane) -> str:
        bare = replace(self.race, lanes=(plain(lane),), start=self.surface.start, swarm=())
        return Basins(bare, self.grid_of(lane)).to_query()

    def steps(self, lane: Lane) -> Steps[Ends]:
        """See `Map.steps`; arrays over (n, n), with the kind `UNDEFINED` where no run starts."""
        n = self.grid_of(lane)
        starts = self.starts(n).reshape(2, -1)
        defined = self._defined(starts)
        if not defined.any():
            ends = _nowhere(starts)
        else:
            ran = yield from settled(self.race, lane, lane.optimizer, starts[:, defined])
            ends = joined([_nowhere(starts[:, ~defined]), ran])
            place = np.argsort(np.r_[np.flatnonzero(~defined), np.flatnonzero(defined)])
            ends = Ends(
                **{key: array[..., place] for key, array in ends.arrays().items()}, by=ends.by
            )
        return shaped(ends, (n, n))

    def _defined(self, starts: Array) -> NDArray[np.bool_]:
        """At which of starts (2, k) a run can begin."""
        with np.errstate(all="ignore"):
            slope = np.isfinite(self.surface.gradient(starts)).all(axis=0)
            defined: NDArray[np.bool_] = np.isfinite(self.surface.value(starts)) & slope
        return defined

    def every(self, lane: Lane) -> int:
        """Each so manyth start along each side is followed, for all cost too much."""
        n, every, alone = self.grid_of(lane), 1, is_alone(self.race, lane)
        while True:
            runs = len(range(every // 2, n, every)) ** 2
            if runs <= MOST_FOLLOWED and cost(self.race, lane, runs, alone) <= FOLLOWING:
                return every
            if runs <= MIN_GRID:
                return every
            every += 1

    def followed(self, lane: Lane) -> NDArray[np.float32]:
        """Where runs are from the first step to the last at even times, (times, 2, k); nan beyond.

        The k starts are those of `every`, in the order of `starts`.
        """
        race, every = self.race, self.every(lane)
        starts = self.starts(self.grid_of(lane))[:, every // 2 :: every, every // 2 :: every]
        starts = starts.reshape(2, -1)
        times = np.rint(np.linspace(0, race.steps, min(PICTURES, race.steps) + 1)).astype(np.int_)
        places = np.full((len(times), *starts.shape), np.nan, np.float32)
        defined = np.flatnonzero(self._defined(starts))
        blocks = np.split(defined, len(defined)) if is_alone(race, lane) else [defined]
        for block in blocks if len(defined) else ():
            noise = gaussian(race.noise, race.seed, self.surface.size) if race.noise else None
            descent = Descent(
                lane.optimizer,
                self.surface,
                starts[:, block[0] if is_alone(race, lane) else block],
                race.steps,
                factors=lane.factors(race.steps),
                noise=noise,
                clip=lane.clip,
                batch=race.batch,
                seed=race.seed,
            )
            here, far = starts[:, block], bound(self.surface)
            with np.errstate(all="ignore"):
                taken = iter(descent)
                for i, time in enumerate(times):
                    while descent.t < time and next(taken, None) is not None:
                        here = descent.theta.reshape(2, -1)
                    places[i][:, block] = np.where(near(here, far), here, np.nan)
        return places

    def notes(self) -> tuple[str, ...]:
        notes = []
        for lane in self.lanes():
            if (n := self.grid_of(lane)) < self.grid:
                why = (
                    "it takes one point at a time"
                    if not lane.optimizer.vectorized
                    else "a map may take only so much work"
                )
                notes.append(
                    f"{lane.name} is mapped from {n} x {n} starts, not {self.grid} x {self.grid}, "
                    f"because {why}."
                )
        return tuple(notes)

    def race_from(self, start: tuple[float, float]) -> Experiment:
        """The race of the mapped lanes from a start."""
        return replace(self.race, lanes=self.lanes(), start=start, swarm=())


def digits(width: float) -> int:
    """How many digits behind the point a start has, along a side of a domain."""
    return DIGITS - math.floor(math.log10(width))


def _nowhere(starts: Array) -> Ends:
    n = starts.shape[1]
    nothing, whole = np.zeros(n, np.int_), np.zeros(n, np.bool_)
    kind = np.full(n, UNDEFINED, KINDS)
    return Ends(starts.copy(), np.full(n, np.nan), kind, nothing, whole, nothing, np.empty((0, n)))


@dataclass(frozen=True)
class Minimum:
    """A minimum, or a line of minima, that runs came to rest at.

    Attributes:
        x, y: where: the stated minimum that is near, or else the lowest end.
        loss: there.
        is_lowest: whether none is known to be lower.
        wide: whether it is a line of minima.
    """

    x: float
    y: float
    loss: float
    is_lowest: bool
    wide: bool


@dataclass(frozen=True, eq=False)
class Regions:
    """Which minimum each run of one or two lanes reached.

    Attributes:
        minima: the lowest first, the same for all lanes.
        place: of each lane (n, n), the index of the minimum; -1 for none.
    """

    minima: tuple[Minimum, ...]
    place: tuple[NDArray[np.int_], ...]


def regions(surface: Surface, lanes: Sequence[Ends]) -> Regions:
    """Tell apart the minima at which runs came to rest; nothing is searched for.

    Ends that lie in touching cells of a fine grid over the domain are at one minimum.
    """
    arrived = [ends.kind == "converged" for ends in lanes]
    pairs = list(zip(lanes, arrived, strict=True))
    theta = np.concatenate([ends.theta[:, at] for ends, at in pairs], axis=1)
    loss = np.concatenate([ends.loss[at] for ends, at in pairs])
    groups = _lines(surface, theta, loss, _touching(surface, theta))
    found = [(_minimum(surface, theta[:, group], loss[group]), group) for group in groups]
    found.sort(key=lambda pair: (pair[0].loss, pair[0].x, pair[0].y))
    index = np.empty(len(loss), np.int_)
    for i, (_, group) in enumerate(found):
        index[group] = i
    place = []
    for at in arrived:
        of_lane = np.full(at.shape, -1)
        of_lane[at], index = index[: at.sum()], index[at.sum() :]
        place.append(of_lane)
    return Regions(tuple(minimum for minimum, _ in found), tuple(place))


def _touching(surface: Surface, theta: Array) -> list[NDArray[np.int_]]:
    """The points (2, n) in groups whose cells touch: the indices of each group's."""
    domain = surface.domain
    cells = np.floor((theta - domain.low[:, None]) / (CELL * domain.width[:, None])).astype(int)
    # One number for each cell, of which rows can be found many times sooner than of two.
    numbers, cell_of = np.unique(cells[0] * FAR + cells[1], return_inverse=True)
    ys = (numbers + FAR // 2) % FAR - FAR // 2
    xs = (numbers - ys) // FAR
    left = {cell: i for i, cell in enumerate(zip(xs.tolist(), ys.tolist(), strict=True))}
    group = np.zeros(len(left), np.int_)
    groups = 0
    while left:
        (cell, index) = left.popitem()
        group[index], stack = groups, [cell]
        while stack:
            x, y = stack.pop()
            for each in ((x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
                if each in left:
                    group[left.pop(each)] = groups
                    stack.append(each)
        groups += 1
    of = group[cell_of]
    order = np.argsort(of.astype(np.min_scalar_type(groups)), kind="stable")
    counts = np.bincount(of, minlength=groups)
    return np.split(order, np.cumsum(counts)[:-1]) if groups else []


def _lines(
    surface: Surface, theta: Array, loss: Array, groups: list[NDArray[np.int_]]
) -> list[NDArray[np.int_]]:
    """The groups, with those that lie on lines of minima of one height in one."""
    if len(groups) < 2:
        return groups
    lowest = np.array([group[loss[group].argmin()] for group in groups])
    line = on_line(surface, theta[:, lowest])
    order = np.argsort(loss[lowest], kind="stable")
    order = order[line[order]]
    apart = _no_higher(surface)
    cuts = np.flatnonzero(np.diff(loss[lowest[order]]) > apart) + 1
    joined = [
        np.concatenate([groups[i] for i in part]) for part in np.split(order, cuts) if part.size
    ]
    return [*joined, *(group for group, on in zip(groups, line, strict=True) if not on)]


def _no_higher(surface: Surface) -> float:
    """By how much losses may differ on one line of minima."""
    grid = surface.value(surface.domain.grid(LINES))
    return LEVEL * float(np.ptp(grid[np.isfinite(grid)]))


def _minimum(surface: Surface, theta: Array, loss: Array) -> Minimum:
    """What ends (2, k) that belong together are at."""
    width = surface.domain.width
    extent = ((theta.max(axis=1) - theta.min(axis=1)) / width).max()
    x, y = theta[:, loss.argmin()].tolist()
    stated = np.array(surface.minima).reshape(-1, 2).T
    far = (np.abs(stated[:, :, None] - theta[:, None]) / width[:, None, None]).max(axis=0)
    near = (far <= CELL).any(axis=1)
    if near.any() and (extent <= LINE or not surface.minima_are_points):
        x, y = stated[:, near][:, far[near].min(axis=1).argmin()].tolist()
    lowest, wide = float(surface.value((x, y))), bool(extent > LINE)
    known = float(surface.value(stated).min(initial=-np.inf if stated.size == 0 else np.inf))
    as_low = near.any() or (wide and lowest <= known + _no_higher(surface))
    return Minimum(x, y, lowest, bool(as_low), wide)
