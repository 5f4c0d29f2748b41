"""What all maps have in common: a race's surface and lanes, a link, and work in blocks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from experiment import link
from experiment.budget import Budget
from experiment.ends import BLOCK, Ends, many_at_once, settling
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.loop import bound, over_runs
from experiment.view import View
from experiment.written import value_text
from kept import Steps
from optimizers import Optimizer
from settings import Refusal, Setting, Value, statements
from surfaces import Data, Surface

Array = NDArray[np.float64]

MAX_MAP = 20e6
"""What all runs of a map may cost together, in counted microseconds; see `surfaces.cost`."""

OF_RUN = 0.04  # microseconds that a run adds to a step of many at once, beside its gradient
ATONCE = 0.5e6  # counted microseconds, after which it is told how far a map is
FEWEST = 64  # runs at once
SLACK = 10.0  # times the usual, which a method that asks for more than one gradient may cost


@dataclass(frozen=True)
class Map:
    """What becomes of the runs of some lanes, on one surface, under one noise.

    Attributes:
        kind: its name in links.
        race: the surface, the lanes and what they meet, and a race that shows a run of the map;
            nothing of how that race is drawn.
        problems: sentences about the parts of a link that could not be used; no part of equality.

    Raises:
        ValueError: an attribute is out of range, or the race is on no surface.
    """

    kind: ClassVar[str]

    race: Experiment = field(default_factory=Experiment)
    problems: tuple[str, ...] = field(default=(), compare=False, kw_only=True)

    def __post_init__(self) -> None:
        surface = self.race.surface
        if not isinstance(surface, Surface):
            raise Refusal("A map", f"is of a surface, and {surface.name} is no f(x, y)")
        rows = Experiment.statements(surface).items()
        drawn = {key: row.default for key, row in rows if row.drawn}
        set_ = object.__setattr__
        set_(self, "race", replace(self.race, view=View(), problems=(), usable=True, **drawn))
        for key, statement in self.stated(self.race).items():
            set_(self, key, statement.checked(getattr(self, key)))

    @classmethod
    def stated(cls, race: Experiment) -> Mapping[str, Setting]:
        """What is set of it beside the race."""
        return statements(cls)

    @classmethod
    def written(cls) -> Mapping[str, Setting]:
        """What a link says of it beside the race, each part by itself."""
        return statements(cls)

    @property
    def surface(self) -> Surface:
        """The race's."""
        return self.race.plane

    def parts(self) -> Mapping[str, str]:
        """What its link says beside the race."""
        rows = self.stated(self.race).items()
        values = {key: getattr(self, key) for key, row in rows if getattr(self, key) != row.default}
        return {key: value_text(value) for key, value in values.items()}

    def to_query(self) -> str:
        """The map as a link's query, without the question mark; `read_map` reads it."""
        own = "".join(f"{key}={text}&" for key, text in self.parts().items())
        return f"kind={self.kind}&{own}{self.race.to_query()}"

    @classmethod
    def read(
        cls,
        query: str | Mapping[str, str | list[str]],
        data: Iterable[Data],
        kinds: Iterable[str],
    ) -> dict[str, Any]:
        """What a link says of a map of the class and of its race; see `experiment.link.read`."""
        kinds = tuple(kinds)
        rows = {"kind": Setting("kind", kinds[0], choices=kinds), **cls.written()}
        opening = Experiment()
        return link.read(
            query,
            data,
            (opening.surface, opening.lanes),
            lambda surface: rows | Experiment.statements(surface),
            "a map",
        )

    @classmethod
    def from_query(
        cls,
        query: str | Mapping[str, str | list[str]],
        data: Iterable[Data] = (),
        kinds: Iterable[str] = (),
    ) -> Self:
        """Read a link. Raises nothing: what cannot be used is named in `problems`."""
        read = cls.read(query, data, kinds or (cls.kind,))
        own = {key: read.pop(key) for key in ("kind", *cls.written())}
        del own["kind"]
        race, problems = Experiment(**read), read["problems"]
        if not isinstance(race.surface, Surface):
            there = Experiment().surface
            none = Refusal("A map", f"is of a surface, and {race.surface.name} is no f(x, y)")
            problems += (none.instead(f"{there.name} was used instead"),)
            race = race.with_surface(there)
        return cls.of(race, own, problems)

    @classmethod
    def of(cls, race: Experiment, own: Mapping[str, Value], problems: tuple[str, ...]) -> Self:
        """The map of a race, of the texts and numbers that a link says."""
        return cls(race, **own, problems=problems)

    def of_race(self, race: Experiment) -> Self:
        """The same of another race, with sentences on what cannot be so.

        Raises:
            ValueError: there is no such map of it.
        """
        return replace(self, race=race, problems=race.problems)

    def lanes(self) -> tuple[Lane, ...]:
        """The race's that are run."""
        return self.race.lanes

    def key(self, lane: Lane) -> str:
        """Of all that decides how a lane's runs end: a link, in which nothing else is set."""
        raise NotImplementedError

    def steps(self, lane: Lane) -> Steps[Ends]:
        """Run a lane; yields how much is done, up to 1."""
        raise NotImplementedError

    def notes(self) -> tuple[str, ...]:
        """What is reduced, or is not as one may expect, in sentences."""
        raise NotImplementedError


def plain(lane: Lane) -> Lane:
    """A lane without its label, which decides nothing."""
    return replace(lane, label="")


def cost(race: Experiment, lane: Lane, runs: int, alone: bool = False) -> float:
    """What so many runs of a lane usually cost, in counted microseconds.

    Args:
        alone: whether each is run by itself.
    """
    size = 1 if alone else min(runs, BLOCK)
    return math.ceil(runs / size) * race.steps * _step(race, lane, size)


def _step(race: Experiment, lane: Lane, runs: int) -> float:
    optimizer = lane.optimizer
    surface, work = race.surface, optimizer.work + optimizer.work_of_an_answer
    asked = surface.cost(runs, race.batch)[1]
    if not surface.is_finite_within(bound(surface)):  # so that each step is looked at
        asked += sum(surface.cost(runs)[:2])
    return work + asked + (OF_RUN * runs if runs > 1 else 0.0)


def settled(
    race: Experiment,
    lane: Lane,
    optimizer: Optimizer,
    starts: Array,
    seeds: NDArray[np.int_] | None = None,
    targets: tuple[float, ...] = (),
) -> Steps[Ends]:
    """How runs of a lane end, block by block; yields how much is done, up to 1.

    Each ends as it does alone, so that blocks only decide when it is told how far they are.

    Args:
        optimizer: the lane's, with arrays over the runs for what differs among them.
        starts: (2, n), where the surface is defined.
        seeds: (n,), one for each run; None for the race's.
        targets: as `settle` takes them.
    """
    n, alone = starts.shape[1], is_alone(race, lane, seeds is not None)
    size = 1 if alone else many_at_once()
    while size > FEWEST and race.steps * _step(race, lane, size) > ATONCE:
        size //= 2
    if alone:
        size = max(1, int(ATONCE / (race.steps * _step(race, lane, 1))))
    found = []
    for block in (slice(i, i + size) for i in range(0, n, size)):
        part = over_runs(optimizer, lambda array, block=block: array[block])  # type: ignore[misc]
        here = starts[:, block]
        at_once = 1 if alone else here.shape[1]
        usual = Budget.of(lane.optimizer, race.surface, 0.0, at_once, race.batch).usual
        ran = settling(
            part,
            race.surface,
            here,
            race.steps,
            factors=lane.factors(race.steps),
            noise=race.noise,
            seed=race.seed if seeds is None else seeds[block],
            batch=race.batch,
            clip=lane.clip,
            budget=SLACK * race.steps * usual * here.shape[1] / at_once,
            targets=targets,
        )
        found.append((yield from within(ran, block.start / n, here.shape[1] / n)))
        yield min(1.0, (block.stop) / n)
    return joined(found)


def within(steps: Steps[Ends], done: float, part: float) -> Steps[Ends]:
    """The same work as a part of a whole, of which some is done."""
    while True:
        try:
            yield min(1.0, done + part * next(steps))
        except StopIteration as end:
            ends: Ends = end.value
            return ends


def is_alone(race: Experiment, lane: Lane, seeded: bool = False) -> bool:
    """Whether the runs of a lane are made one after the other."""
    drawn = bool(race.batch) or race.surface.draws
    return not lane.optimizer.vectorized or (seeded and drawn)


def joined(found: list[Ends]) -> Ends:
    """The runs of several blocks in one row."""
    whole = Ends(
        **{
            name: np.concatenate([each.arrays()[name] for each in found], axis=-1)
            for name in found[0].arrays()
        },
        by=" and ".join(sorted({by for each in found for by in each.by.split(" and ") if by})),
    )
    for array in whole.arrays().values():
        array.flags.writeable = False
    return whole


def shaped(ends: Ends, shape: tuple[int, ...]) -> Ends:
    """Runs in a row over the axes of a map."""
    return Ends(
        **{name: each.reshape(*each.shape[:-1], *shape) for name, each in ends.arrays().items()},
        by=ends.by,
    )
