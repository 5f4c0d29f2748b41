"""Benchmarks: how soon methods come how low, on surfaces that are turned and moved by a seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from experiment.budget import MAX_LANES
from experiment.ends import Ends
from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.maps.axis import swept, usual_axis, with_value
from experiment.maps.base import (
    MAX_MAP,
    Map,
    cost,
    is_alone,
    joined,
    plain,
    settled,
    shaped,
    within,
)
from experiment.sentences import called, short
from kept import Steps
from optimizers import Optimizer
from settings import Refusal, Value, setting
from surfaces import SURFACES, Surface

Array = NDArray[np.float64]

USUAL = "booth,rosenbrock,beale,himmelblau"
MOST_SURFACES = 8
TRAINING = 2  # instances on which rates are tried, none of which is raced on
AWAY = 0.25  # of the domain, is how far at most an instance is moved along each axis
DIGITS = 4  # behind the first of a domain's width, so that a start can be read in a link
GRID = 40  # points along each side, of which the middle loss is what targets are parts of
BEFORE = 1.0  # evaluations: who is low enough before the first is drawn as if after it


@dataclass(frozen=True, eq=False, repr=False)
class Scores(Ends):
    """How a lane's runs ended; arrays over (surfaces, instances, starts).

    Attributes:
        reached: (targets, surfaces, instances, starts); see `Ends`.
        rate: (surfaces,), the learning rate that was chosen on each; nan where none was.
        spent: (surfaces,), how many evaluations it took to choose it.
    """

    rate: Array
    spent: NDArray[np.int_]


@dataclass(frozen=True)
class Benchmark(Map):
    """How many targets every lane of a race reaches after how many evaluations.

    A run is from a start on an instance of a surface: the surface turned about the origin and
    moved, by the race's seed, so that no method profits from axes or from a minimum at 0. A target
    is a part of the way from the middle loss over the surface's domain down to the lowest known.
    Nothing of the race's own surface and starts counts.

    Attributes:
        surfaces: of the catalogue, by their keys.
        instances: of each surface.
        starts: in each instance, anywhere in the domain alike.
        targets: how many, evenly spaced by their logarithms from a tenth to the precision.
        precision: the last target.
        rates: how many learning rates are tried beforehand, on other instances and starts; 0 or 1
            leaves every lane as it is.
        tune: whether a learning rate is chosen for each "surface" or once for "all".
        picture: "share" of targets, or the "ratio" of two lanes' evaluations.
        shown: the two, counted from 1.
    """

    kind: ClassVar[str] = "benchmark"

    surfaces: str = setting(
        USUAL,
        choices=(USUAL,),
        pattern=r"[a-z0-9_]{1,40}(?:,[a-z0-9_]{1,40}){0,99}",
        words="surfaces of the catalogue, as in booth,beale",
    )
    instances: int = setting(5, low=1, high=25, words="a whole number from 1 to 25")
    starts: int = setting(5, low=1, high=20, words="a whole number from 1 to 20")
    targets: int = setting(9, low=1, high=20, words="a whole number from 1 to 20")
    precision: float = setting(1e-8, low=1e-10, high=0.1)
    rates: int = setting(13, low=0, high=60, words="a whole number from 0 to 60")
    tune: str = setting("surface", choices=("surface", "all"))
    picture: str = setting("share", choices=("share", "ratio"), drawn=True)
    shown: str = setting(
        "1,2",
        choices=("1,2",),
        pattern=rf"[1-{MAX_LANES}],[1-{MAX_LANES}]",
        words="the numbers of two lanes, as in 1,2",
        drawn=True,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        keys = tuple(dict.fromkeys(self.surfaces.split(",")))
        for key in keys:
            if key not in benched():
                raise _no_surface(key)
        if len(keys) > MOST_SURFACES:
            raise Refusal("A benchmark", f"has at most {MOST_SURFACES} surfaces, not {len(keys)}")
        object.__setattr__(self, "surfaces", ",".join(keys))
        lanes = len(self.race.lanes)
        pair = [int(each) for each in self.shown.split(",")]
        if max(pair) > lanes or pair[0] == pair[1]:
            object.__setattr__(self, "shown", "1,2")

    @classmethod
    def of(cls, race: Experiment, own: Mapping[str, Value], problems: tuple[str, ...]) -> Self:
        """See `Map.of`; what is no surface of a benchmark goes."""
        values: dict[str, Any] = dict(own)
        keys = list(dict.fromkeys(values["surfaces"].split(",")))
        good = [key for key in keys if key in benched()]
        left_out = "it was left out" if good else "the usual ones were used instead"
        problems += tuple(_no_surface(key).instead(left_out) for key in keys if key not in good)
        if len(good) > MOST_SURFACES:
            many = Refusal("A benchmark", f"has at most {MOST_SURFACES} surfaces, not {len(good)}")
            problems += (many.instead(f"the first {MOST_SURFACES} were used"),)
        values["surfaces"] = ",".join(good[:MOST_SURFACES]) or USUAL
        return cls(race, **values, problems=problems)

    # What is run

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two lanes whose evaluations are compared, from 0; None of a single lane."""
        one, other = (int(each) - 1 for each in self.shown.split(","))
        return (one, other) if len(self.race.lanes) > 1 else None

    @property
    def on(self) -> tuple[Surface, ...]:
        """The surfaces, as they stand in the catalogue."""
        return tuple(SURFACES[key] for key in self.surfaces.split(","))

    def instance(self, surface: Surface, number: int, training: bool = False) -> Surface:
        """A surface turned and moved by the race's seed; number from 0."""
        draw = np.random.default_rng([self.race.seed, int(training), number])
        turn, across, up = draw.uniform(-1.0, 1.0, 3).tolist()
        width, height = surface.domain.width.tolist()
        return surface.transformed(
            rotate=round(180 * turn, 1),
            shift_x=float(f"{AWAY * width * across:.3g}"),
            shift_y=float(f"{AWAY * height * up:.3g}"),
        )

    def starts_on(self, surface: Surface, number: int, training: bool = False) -> Array:
        """(2, starts), on an instance: short decimals, anywhere in its own domain alike."""
        draw = np.random.default_rng([self.race.seed, int(training), number, 1])
        part = draw.uniform(0.0, 1.0, (self.counts[1], 2)).T
        domain = surface.domain
        theta = domain.low[:, None] + domain.width[:, None] * part
        moved = self.instance(surface, number, training).transform.forth(theta)
        digits = DIGITS - math.floor(math.log10(float(domain.width.min())))
        return np.round(moved, digits)

    def parts_of_the_way(self) -> Array:
        """(targets,), falling: what of the way down is left when a target is reached."""
        if self.targets == 1:
            return np.array([self.precision])
        parts = np.geomspace(0.1, self.precision, self.targets)
        return np.array([float(f"{part:.4g}") for part in parts])

    def goals(self, surface: Surface) -> Array:
        """(targets,), falling: the losses to be reached on a surface."""
        low = float(surface.value(np.array(surface.minima).T).min())
        middle = float(np.median(surface.value(surface.domain.grid(GRID))))
        return low + float(f"{middle - low:.3g}") * self.parts_of_the_way()

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many instances and starts there are, of the asked as many as the work allows.

        Of the more there are fewer first: on one instance, or from one start, little is shown.
        """
        instances, starts = self.instances, self.starts
        while (dear := self._cost(instances, starts)) > MAX_MAP and instances * starts > 1:
            part = max(MAX_MAP / dear, 0.5)
            if instances >= starts:
                instances = max(1, min(instances - 1, math.floor(instances * part)))
            else:
                starts = max(1, min(starts - 1, math.floor(starts * part)))
        return instances, starts

    def _cost(self, instances: int, starts: int) -> float:
        whole = 0.0
        for surface in self.on:
            race = self._race(surface)
            for lane in race.lanes:
                alone = is_alone(race, lane)
                whole += instances * cost(race, lane, starts, alone)
                if self._tuned(lane):
                    whole += TRAINING * cost(race, lane, starts * self.rates, alone)
        return whole

    def _race(self, surface: Surface) -> Experiment:
        """The race on a surface from its own start."""
        return replace(
            self.race, surface=surface, start=surface.start, swarm=(), batch=0, levels=""
        )

    def _tuned(self, lane: Lane) -> bool:
        return self.rates > 1 and "lr" in swept((lane,))

    def rates_of(self, lane: Lane) -> Array:
        """(rates,), the learning rates that are tried, over all that the slider spans."""
        axis = usual_axis((lane,), "lr")
        even = np.geomspace(axis.low, axis.high, self.rates)
        return np.array([float(f"{rate:.3g}") for rate in even])

    def key(self, lane: Lane) -> str:
        race = self.race
        bare = Experiment(lanes=(plain(lane),), steps=race.steps, noise=race.noise, seed=race.seed)
        instances, starts = self.counts
        values = {
            key: getattr(self, key) for key, row in self.stated(race).items() if not row.drawn
        }
        return Benchmark(bare, **values | {"instances": instances, "starts": starts}).to_query()

    def steps(self, lane: Lane) -> Steps[Scores]:
        """See `Map.steps`; arrays as `Scores` has them."""
        surfaces, done = self.on, 0.0
        part = 0.5 / len(surfaces) / TRAINING if self._tuned(lane) else 0.0
        tried: list[Ends] = []
        for surface in surfaces if part else ():
            found = []
            for number in range(TRAINING):
                found.append((yield from within(self._try(lane, surface, number), done, part)))
                done += part
            tried.append(joined(found))
        rates = self._chosen(lane, [each.reached for each in tried])
        instances, starts = self.counts
        part = (1 - done) / len(surfaces) / instances
        rows = []
        for surface, rate in zip(surfaces, rates, strict=True):
            optimizer = self.tuned(lane, rate).optimizer
            for number in range(instances):
                run = self._run(lane, optimizer, surface, number)
                rows.append((yield from within(run, done, part)))
                done += part
        ends = shaped(joined(rows), (len(surfaces), instances, starts))
        spent = [int(each.evaluations.sum()) for each in tried] or [0] * len(surfaces)
        return Scores(**vars(ends), rate=rates, spent=np.array(spent))

    def _run(
        self, lane: Lane, optimizer: Optimizer, surface: Surface, number: int, tries: int = 0
    ) -> Steps[Ends]:
        """The runs on an instance; of one to train on, so many from each start, in a row."""
        training = tries > 0
        starts = np.repeat(self.starts_on(surface, number, training), max(tries, 1), axis=1)
        seeds = self.seeds(number, starts.shape[1], training) if self.race.noise else None
        race = self._race(self.instance(surface, number, training))
        goals = tuple(self.goals(surface).tolist())
        return settled(race, lane, optimizer, starts, seeds, goals)

    def _try(self, lane: Lane, surface: Surface, number: int) -> Steps[Ends]:
        """The runs of all rates on an instance to train on; arrays over (rates, starts)."""
        rates, starts = self.rates_of(lane), self.counts[1]
        over = with_value(lane.optimizer, "lr", np.tile(rates, starts))
        ends = yield from self._run(lane, over, surface, number, len(rates))
        whole = shaped(ends, (starts, len(rates)))
        swapped = {key: np.swapaxes(array, -1, -2) for key, array in whole.arrays().items()}
        return Ends(**swapped, by=whole.by)

    def seeds(self, number: int, runs: int, training: bool = False) -> NDArray[np.int_]:
        """(runs,), the seed of each run's noise on an instance."""
        first = self.race.seed + 1000 * (number + (500 if training else 0))
        return (first + np.arange(runs)) % 2**32

    def _chosen(self, lane: Lane, tried: Sequence[Array]) -> Array:
        """(surfaces,), the rate of each: with which most targets are reached, and then soonest.

        Args:
            tried: of each surface, (targets, rates, starts), what it took.
        """
        if not tried:
            return np.full(len(self.on), np.nan)
        if self.tune == "all":
            tried = [np.concatenate(tried, axis=-1)] * len(tried)
        rates, chosen = self.rates_of(lane), []
        for reached in tried:
            there = np.isfinite(reached)
            count = there.sum(axis=(0, 2))
            took = np.log(np.maximum(np.where(there, reached, 1.0), 1.0)).sum(axis=(0, 2))
            best = np.flatnonzero(count == count.max())
            chosen.append(rates[best[took[best].argmin()]])
        return np.array(chosen)

    def tuned(self, lane: Lane, rate: float) -> Lane:
        """A lane at a learning rate; as it is where that is no number."""
        if math.isnan(rate):
            return lane
        return replace(lane, optimizer=with_value(lane.optimizer, "lr", float(rate)))

    def notes(self) -> tuple[str, ...]:
        notes = []
        asked, used = (self.instances, self.starts), self.counts
        for words, wanted, got in zip(("instances", "starts"), asked, used, strict=True):
            if got < wanted:
                there = f"are {got} {words}" if got > 1 else f"is 1 {words[:-1]}"
                notes.append(
                    f"There {there}, not {wanted}, because a map may take only so much work."
                )
        return tuple(notes)

    @property
    def untuned(self) -> tuple[str, ...]:
        """The names of the lanes that have no learning rate."""
        names = zip(called(self.race), self.race.lanes, strict=True)
        return tuple(name for name, lane in names if "lr" not in swept((lane,)))

    # What comes of it

    def taken(self, scores: Scores) -> tuple[Array, NDArray[np.int_]]:
        """Evaluations to every target that was reached, rising, and which of `reached` each is."""
        flat = np.maximum(scores.reached.reshape(-1), BEFORE)
        order = np.argsort(flat, kind="stable")
        order = order[: np.isfinite(flat).sum()]
        return flat[order], order

    def ratios(self, scores: Sequence[Scores]) -> list[tuple[Array, NDArray[np.int_]]]:
        """Of each lane of the pair what it took, as a multiple of what the better took, rising.

        Elizabeth D. Dolan and Jorge J. Moré, "Benchmarking optimization software with performance
        profiles" (2002); of two only, because with more it depends on who else takes part: Nicholas
        Gould and Jennifer Scott, "A note on performance profiles for benchmarking software" (2016).
        """
        assert self.pair is not None
        both = np.stack([np.maximum(scores[i].reached.reshape(-1), BEFORE) for i in self.pair])
        better, found = both.min(axis=0), []
        for took in both:
            with np.errstate(invalid="ignore"):
                ratio = np.where(np.isfinite(took), took / better, np.inf)
            order = np.argsort(ratio, kind="stable")[: np.isfinite(ratio).sum()]
            found.append((ratio[order], order))
        return found

    def race_of(self, scores: Sequence[Scores], place: int) -> tuple[str, Experiment]:
        """The race behind one of `reached`: its words, and all lanes with their rates there."""
        shape = scores[0].reached.shape
        target, which, number, start = (int(i) for i in np.unravel_index(place, shape))
        surface = self.on[which]
        lanes = tuple(
            self.tuned(lane, each.rate[which])
            for lane, each in zip(self.race.lanes, scores, strict=True)
        )
        x, y = self.starts_on(surface, number)[:, start].tolist()
        race = self._race(self.instance(surface, number))
        seed = self.seeds(number, start + 1)[start] if race.noise else race.seed
        words = (
            f"{surface.name}, instance {number + 1}, start {start + 1}, to "
            f"{short(float(self.parts_of_the_way()[target]))} of the way"
        )
        return words, replace(race, lanes=lanes, start=(x, y), seed=int(seed))


@cache
def benched() -> Mapping[str, Surface]:
    """Those of the catalogue that are a formula of which the lowest loss is known, by key.

    To know that, each formula has to be compiled, which no page but a benchmark's waits for.
    """
    return {
        key: surface
        for key, surface in SURFACES.items()
        if surface.formula and surface.minima and surface.minima_are_points and not surface.draws
    }


def _no_surface(key: str) -> Refusal:
    found = get_close_matches(key, benched(), n=1)
    advice = f"did you mean {found[0]}" if found else f"take some of {', '.join(benched())}"
    return Refusal("A benchmark", f"cannot be run on “{key}”: {advice}")
