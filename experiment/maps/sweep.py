"""Sweeps: what becomes of lanes at each value of one hyperparameter, or of two."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.budget import SEEDS
from experiment.ends import Ends
from experiment.experiment import Experiment
from experiment.goal import usual_goal
from experiment.lane import Lane
from experiment.maps.axis import MIN_POINTS, Axis, has, read_axis, swept, usual_axis, with_value
from experiment.maps.base import MAX_MAP, Map, cost, is_alone, plain, settled, shaped
from experiment.sentences import called, short
from kept import Steps
from optimizers import Optimizer
from settings import Refusal, Setting, Value, setting, statements

Array = NDArray[np.float64]
Cell = tuple[int, int]
"""The place of a value on the y axis, 0 where there is none, and on the x axis."""

MEASURES = ("loss", "evaluations", "outcome")
ANY = ".{1,400}"
LARGEST = 1e300


@dataclass(frozen=True)
class Sweep(Map):
    """What becomes of every lane of a race at each value of one hyperparameter, or of two.

    A lane that has no such hyperparameter is the same everywhere.

    Attributes:
        x: the hyperparameter along x; by default the first that a lane has.
        y: another along y; None for a curve over x.
        measure: "loss", that at the end, infinite of a run that diverged; "evaluations", how many
            it took to reach the target; or "outcome".
        target: a loss; None for a thousandth of the way from the start's down to the lowest known.
        seeds: how many seeds, from the race's on, where something is drawn.

    Of several runs, from the race's further starts and under several seeds, the median counts.
    """

    kind: ClassVar[str] = "sweep"

    x: Axis = None  # type: ignore[assignment]  # set when it is made
    y: Axis | None = None
    measure: str = setting("loss", choices=MEASURES, drawn=True)
    target: float | None = setting(
        None, low=-LARGEST, high=LARGEST, words="a finite number", optional=True
    )
    seeds: int = setting(1, low=1, high=SEEDS, words=f"a whole number from 1 to {SEEDS}")

    def __post_init__(self) -> None:
        super().__post_init__()
        rows = swept(self.race.lanes)
        if not rows:
            raise Refusal("A sweep", "needs a lane with a number to set, such as a learning rate")
        usual = usual_axis(self.race.lanes, next(iter(rows)))
        object.__setattr__(self, "x", self.x or usual)
        for axis in (self.x, self.y):
            if axis is not None and axis.key not in rows:
                raise Refusal(f"No lane has a number “{axis.key}” to put on an axis")
        if self.y is not None and self.y.key == self.x.key:
            raise Refusal("The two axes of a sweep", f"must differ, not both be {self.x.key}")

    @classmethod
    def written(cls) -> Mapping[str, Setting]:
        axes = {key: Setting(key, "", choices=("",), pattern=ANY) for key in ("x", "y")}
        target = replace(statements(cls)["target"], default=math.nan, optional=False)
        return axes | dict(statements(cls)) | {"target": target}

    @classmethod
    def stated(cls, race: Experiment) -> Mapping[str, Setting]:
        """See `Map.stated`; seeds only where something is drawn."""
        rows = dict(statements(cls))
        if not (race.noise or race.batch or race.surface.draws):
            rows["seeds"] = replace(
                rows["seeds"], high=1, refusal="must be 1 where there is no noise"
            )
        return rows

    @classmethod
    def of(cls, race: Experiment, own: Mapping[str, Value], problems: tuple[str, ...]) -> Self:
        """See `Map.of`; axes are texts."""
        values: dict[str, Any] = dict(own)
        if not swept(race.lanes):
            opening = Experiment().lanes
            none = Refusal("No lane has a number to set")
            problems += (none.instead("those of the opening race were used instead"),)
            race = replace(race, lanes=opening)
        for key in ("x", "y"):
            text, values[key] = str(values[key]), None
            try:
                if text:
                    values[key], said = read_axis(text, race.lanes)
                    problems += said
            except Refusal as refusal:
                problems += (refusal.instead("it was left out"),)
        if math.isnan(values["target"]):
            values["target"] = None
        seeds = cls.stated(race)["seeds"]
        try:
            seeds.checked(values["seeds"], "The sweep")
        except Refusal as refusal:
            problems += (refusal.instead("1 was used instead"),)
            values["seeds"] = 1
        try:
            return cls(race, **values, problems=problems)
        except Refusal as refusal:  # the axes are one
            return cls(
                race,
                **values | {"y": None},
                problems=(*problems, refusal.instead("y was left out")),
            )

    def of_race(self, race: Experiment) -> Self:
        """See `Map.of_race`; an axis that no lane has any more goes."""
        rows, drawn = swept(race.lanes), self.stated(race)["seeds"].admits(self.seeds)
        x = self.x if self.x.key in rows else None
        y = self.y if self.y and self.y.key in rows else None
        if x is None and y is not None and y.key == next(iter(rows), ""):
            y = None
        seeds = self.seeds if drawn else 1
        return replace(self, race=race, x=x, y=y, seeds=seeds, problems=race.problems)  # type: ignore[arg-type]

    def parts(self) -> Mapping[str, str]:
        axes = {"x": self.x.text(self.race.lanes)}
        if self.y is not None:
            axes["y"] = self.y.text(self.race.lanes)
        return axes | dict(super().parts())

    @property
    def goal(self) -> float:
        """The target, in numbers."""
        if self.target is not None:
            return self.target
        return usual_goal(self.surface, self.race.start)

    @property
    def runs(self) -> int:
        """How many there are at each place."""
        return (1 + len(self.race.swarm)) * self.seeds

    @property
    def axes(self) -> tuple[Axis, Axis | None]:
        """Along x and y, as many points as the work allows."""
        x, y = self.x, self.y
        while self._cost(x, y) > MAX_MAP and max(x.points, y.points if y else 0) > MIN_POINTS:
            part = max(MAX_MAP / self._cost(x, y), 0.25) ** (0.5 if y else 1.0)
            x, y = _fewer(x, part), y and _fewer(y, part)
        return x, y

    def _cost(self, x: Axis, y: Axis | None) -> float:
        runs = x.points * (y.points if y else 1) * self.runs
        many = self.seeds > 1
        return sum(cost(self.race, o, runs, is_alone(self.race, o, many)) for o in self.race.lanes)

    def optimizer(self, lane: Lane, x: ArrayLike, y: ArrayLike = 0.0) -> Optimizer:
        """A lane's, at values of the axes: numbers, or one for each run."""
        optimizer = with_value(lane.optimizer, self.x.key, x)
        return with_value(optimizer, self.y.key, y) if self.y else optimizer

    def key(self, lane: Lane) -> str:
        x, y = self.axes
        looked = self.goal if self.measure == "evaluations" else None
        bare = replace(self.race, lanes=(plain(lane),))
        there = [axis if axis and has(lane.optimizer, axis.key) else None for axis in (x, y)]
        texts = "|".join(f"{axis!r}" for axis in (x, y, *there))
        return f"{texts}|{looked}|{self.seeds}|{bare.to_query()}"

    def steps(self, lane: Lane) -> Steps[Ends]:
        """See `Map.steps`; arrays over (points of y or 1, points of x, runs)."""
        x, y = self.axes
        starts = np.array([self.race.start, *self.race.swarm]).T
        up = y.values if y else np.zeros(1)
        shape = (len(up), x.points, starts.shape[1], self.seeds)
        at_y, at_x, start, seed = (index.reshape(-1) for index in np.indices(shape))
        ends = yield from settled(
            self.race,
            lane,
            self.optimizer(lane, x.values[at_x], up[at_y]),
            starts[:, start],
            (self.race.seed + seed) % 2**32 if self.seeds > 1 else None,
            (self.goal,) if self.measure == "evaluations" else (),
        )
        return shaped(ends, (len(up), x.points, self.runs))

    def notes(self) -> tuple[str, ...]:
        notes = []
        for axis, used in zip((self.x, self.y), self.axes, strict=True):
            if axis and used and used.points < axis.points:
                notes.append(
                    f"The axis of {axis.key} has {used.points} points, not {axis.points}, because "
                    "a map may take only so much work."
                )
        for lane, name in zip(self.race.lanes, called(self.race), strict=True):
            lacks = [a.key for a in (self.x, self.y) if a and not has(lane.optimizer, a.key)]
            if lacks:
                notes.append(f"{name} has no {' and no '.join(lacks)}, and is the same all along.")
        return tuple(notes)

    def measured(self, ends: Ends) -> Array:
        """What each run comes to, (…, runs): the loss, or the evaluations; infinite for neither."""
        if self.measure == "evaluations":
            reached: Array = ends.reached[0]
            return reached
        return np.where(ends.kind == "diverged", np.inf, ends.loss)

    def middle(self, ends: Ends) -> tuple[Array, Array, Array]:
        """The lower quartile, the median and the upper quartile over the runs, each a run's own."""
        rising = np.sort(self.measured(ends), axis=-1)
        last = self.runs - 1
        low, middle, high = (rising[..., round(last * part)] for part in (0.25, 0.5, 0.75))
        return low, middle, high

    def race_at(self, cell: Cell) -> Experiment:
        """The race of all lanes at a place of the axes."""
        return replace(self.race, lanes=tuple(self.lane_at(o, cell) for o in self.race.lanes))

    def lane_at(self, lane: Lane, cell: Cell) -> Lane:
        """A lane at a place of the axes."""
        x, y = self.axes
        up = float(y.values[cell[0]]) if y else 0.0
        return replace(lane, optimizer=self.optimizer(lane, float(x.values[cell[1]]), up))

    def best(self, ends: Ends) -> Cell | None:
        """Where the median is least, of several the first; None where it is finite nowhere."""
        _, middle, _ = self.middle(ends)
        finite = np.where(np.isnan(middle), np.inf, middle)
        row, column = np.unravel_index(int(finite.argmin()), finite.shape)
        return (int(row), int(column)) if np.isfinite(finite.min()) else None

    def tuned(self, ends: tuple[Ends, ...]) -> Tuned:
        """The race of all lanes, each at its best, and how that was found."""
        lanes, said = [], []
        x, y = self.axes
        for lane, name, ran in zip(self.race.lanes, called(self.race), ends, strict=True):
            cell, spent = self.best(ran), int(ran.evaluations.sum())
            if cell is None:
                lanes.append(lane)
                said.append(f"{name} is left as it is: it is nowhere better.")
                continue
            lanes.append(self.lane_at(lane, cell))
            axes = [(x, cell[1]), *([(y, cell[0])] if y else [])]
            found = [(a, at) for a, at in axes if has(lane.optimizer, a.key)]
            where = " and ".join(f"{a.key} {a.values[at]:g}" for a, at in found)
            edge = [a.key for a, at in found if at in (0, a.points - 1)]
            value = short(float(self.middle(ran)[1][cell]))
            words = f"{value} evaluations" if self.measure == "evaluations" else f"loss {value}"
            said.append(
                f"{name}: {where or 'nothing to set'} ({words}), of {ran.kind.size} "
                f"runs with {spent} evaluations"
                + (f"; the best is at the edge of {' and '.join(edge)}." if edge else ".")
            )
        return Tuned(replace(self.race, lanes=tuple(lanes)), tuple(said))


@dataclass(frozen=True)
class Tuned:
    """A race of tuned lanes.

    Attributes:
        race: of all lanes, each at its best place.
        said: of each lane what was chosen, from how many runs and at what cost, in a sentence.
    """

    race: Experiment
    said: tuple[str, ...]


def _fewer(axis: Axis, part: float) -> Axis:
    points = max(MIN_POINTS, min(axis.points - 1, math.floor(axis.points * part)))
    return replace(axis, points=points) if axis.points > MIN_POINTS else axis
