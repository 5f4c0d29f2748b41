"""Golf: a surface, a start, and the fewest evaluations in which a loss is reached.

A solution is the link of a race, of which only the lanes count: everything else is the hole's. It
is run again by whoever ranks it, so that nothing needs to be kept or believed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from experiment import Experiment, Lane, settle
from experiment.experiment import KEYS
from experiment.mended import RULE, parts
from kept import NUMBERS, Kept
from optimizers.rule import Rule
from settings import shorten

MAX_SHOTS = 200  # lanes that are run for one ranking
MAX_LINK = 8000  # characters
MAX_NAMED = 5  # parts that cannot be used
COUNT = ("lane", RULE, "v")
"""The keys of a link that count."""
BUDGET = 2e6  # counted microseconds of a run; see `surfaces.cost`
_LINK = re.compile(r"[^\s\"'“”„«»<>]*lane=[^\s\"'“”„«»<>]+")


@dataclass(frozen=True)
class Hole:
    """What is to be reached, from where.

    Attributes:
        key: short, for links.
        place: the query of its race, without lanes.
        goal: the loss to be reached.
        known: the query of the lane whose evaluations are par.
    """

    key: str
    place: str
    goal: float
    known: str

    @cached_property
    def race(self) -> Experiment:
        """Its race, with the lane that is par."""
        return Experiment.from_query(f"{self.place}&{self.known}")

    @property
    def title(self) -> str:
        """What it is called."""
        noisy = " under noise" if self.race.noise else ""
        return f"{self.race.surface.name}{noisy}"

    @property
    def task(self) -> str:
        """What is to be done, in a sentence."""
        race = self.race
        noise = f" The gradients are noisy (σ = {race.noise:g})." if race.noise else ""
        return (
            f"Reach a loss of {self.goal:g} on {race.surface.called} from "
            f"({race.start[0]:g}, {race.start[1]:g}) in the fewest evaluations, within "
            f"{race.steps} steps.{noise}"
        )

    @property
    def par(self) -> int:
        """The evaluations of a good solution."""
        return int(self.evaluations(self.race.lanes[0]))

    def evaluations(self, lane: Lane) -> float:
        """How many losses, gradients and Hessians a lane asks for until it is there; inf if never.

        Kept.
        """
        race = replace(self.race, lanes=(replace(lane, label=""),))
        return _evaluations.get((self.key, race.to_query()), lambda: self._counted(lane))

    def _counted(self, lane: Lane) -> float:
        race = self.race
        ends = settle(
            lane.optimizer,
            race.plane,
            np.array(race.start),
            race.steps,
            factors=lane.factors(race.steps),
            noise=race.noise,
            seed=race.seed,
            clip=lane.clip,
            budget=BUDGET,
            targets=(self.goal,),
        )
        return float(ends.reached[0])


_evaluations: Kept[tuple[str, str], float] = Kept(NUMBERS)

HOLES: Mapping[str, Hole] = {
    hole.key: hole
    for hole in (
        Hole("beale", "surface=beale&start=1,1&steps=500", 1e-3, "lane=bfgs"),
        Hole("rosenbrock", "surface=rosenbrock&start=-1.5,1.5&steps=1000", 1e-3, "lane=newton"),
        Hole("himmelblau", "surface=himmelblau&start=0,-4&steps=300", 1e-3, "lane=sgd(lr=0.01)"),
        Hole(
            "noise", "surface=booth&start=-7,-5&steps=500&noise=1&seed=3", 1e-2, "lane=sgd(lr=0.01)"
        ),
    )
}
"""What can be played, by their keys."""


@dataclass(frozen=True)
class Shot:
    """A lane, and how it did.

    Attributes:
        evaluations: until it was there; inf if it never was.
        times: in how many of the links it was.
    """

    lane: Lane
    evaluations: float
    times: int

    @property
    def is_own(self) -> bool:
        """Whether its rule is a person's own, which are ranked apart."""
        return any(isinstance(o, Rule) for o in (self.lane.optimizer, *self.lane.optimizer.wrapped))

    @property
    def is_there(self) -> bool:
        """Whether it reaches the loss."""
        return math.isfinite(self.evaluations)


@dataclass(frozen=True)
class Pasted:
    """The lanes of all links in a text.

    Attributes:
        lanes: each once, with in how many links it was.
        refused: a sentence on each part that cannot be used.
    """

    lanes: tuple[tuple[Lane, int], ...]
    refused: tuple[str, ...]


def read_links(text: str) -> Pasted:
    """The lanes of the links in a text, whatever stands around them."""
    times: dict[Lane, int] = {}
    refused: list[str] = []
    found = list(dict.fromkeys(_trimmed(each) for each in _LINK.findall(text)))
    for link in found:
        if len(link) > MAX_LINK:
            refused.append(f"The link “{shorten(link)}” has more than {MAX_LINK} characters.")
            continue
        counts = _what_counts(link)
        race, shown = Experiment.from_query(counts), _shown(counts)
        if "lane" not in counts:
            refused.append(f"The link “{shorten(link)}” names no lane.")
            continue
        if not race.usable:
            refused.append(f"In “{shown}” no lane can be read: {race.problems[0]}")
            continue
        refused += [f"In “{shown}”: {each}" for each in race.problems]
        for lane in dict.fromkeys(replace(lane, label="") for lane in race.lanes):
            times[lane] = times.get(lane, 0) + 1
    if len(refused) > MAX_NAMED:
        refused[MAX_NAMED:] = [f"{len(refused) - MAX_NAMED} more parts cannot be used."]
    if len(times) > MAX_SHOTS:
        refused.append(f"There are {len(times)} lanes; the first {MAX_SHOTS} are run.")
    if text.strip() and not found:
        refused.append("There is no link of a race in this text: copy one from the race’s page.")
    return Pasted(tuple(list(times.items())[:MAX_SHOTS]), tuple(refused))


def _trimmed(link: str) -> str:
    """A link without what a sentence puts after it."""
    link = link.rstrip(".,;:!?")
    return link[:-1] if link.endswith(")") and link.count(")") > link.count("(") else link


def _what_counts(link: str) -> dict[str, list[str]]:
    """The lanes of a link, and what they need to be read."""
    found: dict[str, list[str]] = {}
    for key, text in parts(link, KEYS):
        if key in COUNT:
            found.setdefault(key, []).append(text)
    return found


def _shown(counts: Mapping[str, Sequence[str]]) -> str:
    """What tells a link from others."""
    return shorten("&".join(f"{key}={text}" for key, texts in counts.items() for text in texts))


def shots(hole: Hole, pasted: Pasted) -> Iterator[Shot]:
    """How each lane does, one after the other, in the order of the links."""
    for lane, times in pasted.lanes:
        yield Shot(lane, hole.evaluations(lane), times)


def ranked(played: list[Shot]) -> list[tuple[int, Shot]]:
    """Those that are there by their evaluations, equal ones on one rank, and then the others.

    The others have rank 0.
    """
    there = sorted((shot for shot in played if shot.is_there), key=lambda shot: shot.evaluations)
    better = [sum(other.evaluations < shot.evaluations for other in there) for shot in there]
    rest = [(0, shot) for shot in played if not shot.is_there]
    return [*((n + 1, shot) for n, shot in zip(better, there, strict=True)), *rest]
