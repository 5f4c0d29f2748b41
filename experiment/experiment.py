"""The experiment value: everything that decides what a race shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from experiment import link
from experiment.budget import (
    MAX_LANES,
    MAX_STARTS,
    MAX_STEPS,
    SEEDS,
    Budget,
    neighbours,
    shares,
)
from experiment.given import no_surface
from experiment.lane import Lane
from experiment.problems import Drawn
from experiment.run import Run
from experiment.trajectory import Trajectory
from experiment.view import View
from optimizers import OPTIMIZERS, Optimizer, Rule
from settings import Setting, setting, shown, statements
from surfaces import SURFACES, Data, Surface

MAX_NOISE = 1000
MAX_SEED = 2**32 - 1
SCALES = ("linear", "log")
PER = ("step", "evaluation", "epoch")
CURVES = ("loss", "gap", "gradient_norm", "step_length", "distance", "sharpness")
MAX_LEVELS = 30
_LOSS = r"-?(?a:\d{1,9}(\.\d{1,9})?(e-?\d{1,2})?)"


def _default_lanes() -> tuple[Lane, ...]:
    """The comparison this project grew out of."""
    adam, momentum, sgd = OPTIMIZERS["adam"], OPTIMIZERS["momentum"], OPTIMIZERS["sgd"]
    return (Lane(adam.suggested()), Lane(momentum.suggested()), Lane(sgd.suggested()))


@dataclass(frozen=True)
class Experiment:
    """A race: a surface, lanes, and what is the same for all of them.

    Attributes:
        surface: with its parameters set; or one of PROBLEMS, which is no f(x, y).
        lanes: one to eight.
        start: (x, y) inside the surface's domain, the same for every lane, or as many numbers as a
            problem has; the surface's own by default.
        swarm: further starts, at most 19, from which every lane runs too.
        steps: 1 to 200,000; a lane that has cost its part of what a race may ends before.
        noise: standard deviation of the Gaussian noise added to each coordinate of each gradient.
        batch: how many rows of the data each step sees; 0 for all, and without data.
        seed: of the noise and of the mini-batches, which are the same for every lane.
        scale: "linear" or "log", the height that is drawn; the surface's own by default.
        levels: losses at which the map has its lines, as in "1/10/100"; empty for round ones.
        per: "step", "evaluation" or, on data, "epoch", by which lanes are compared: methods may ask
            for more than one gradient a step.
        curve: what is drawn over time: one of CURVES, the effective learning rate "lr.x" or "lr.y",
            or an entry of the lanes' states, as "m.x", or "d" where it is one number.
        curve_scale: "linear" or "log"; empty for what suits the values.
        time_scale: "linear" or "log", how the curve's steps are spread.
        view: from where it is first looked at, cut down to its steps and lanes.
        problems: sentences about the parts of a link that could not be used; no part of equality.
        usable: whether the surface and a lane that a link names, and anything of it, could be used;
            no part of equality.

    Raises:
        ValueError: an attribute is out of range; the message says which, and the range.
    """

    surface: Surface | Drawn = SURFACES["rosenbrock"]
    lanes: tuple[Lane, ...] = field(default_factory=_default_lanes)
    start: tuple[float, ...] = None  # type: ignore[assignment]  # set when it is made
    swarm: tuple[tuple[float, ...], ...] = ()
    steps: int = setting(1500, low=1, high=MAX_STEPS, words=f"a whole number from 1 to {MAX_STEPS}")
    batch: int = setting(0, high=math.inf)
    noise: float = setting(0.0, high=MAX_NOISE, words=f"a number from 0 to {MAX_NOISE}")
    seed: int = setting(0, high=MAX_SEED, words=f"a whole number from 0 to {MAX_SEED}")
    scale: str = setting("", choices=SCALES, words="linear or log", drawn=True)
    levels: str = setting(
        "",
        choices=("",),
        pattern=rf"{_LOSS}(?:/{_LOSS}){{0,{MAX_LEVELS - 1}}}",
        words=f"up to {MAX_LEVELS} losses such as 1/10/100",
        drawn=True,
    )
    per: str = setting("step", choices=PER, drawn=True)
    curve: str = setting(
        "loss",
        choices=CURVES,
        pattern=r"(?a:[a-zA-Z]\w{0,31}(\.[xy])?)",
        words=f"{', '.join(CURVES)}, lr.x or an entry of a state such as m.x",
        drawn=True,
    )
    curve_scale: str = setting("", choices=("", *SCALES), words="linear or log", drawn=True)
    time_scale: str = setting("linear", choices=SCALES, words="linear or log", drawn=True)
    view: View = field(default_factory=View)
    problems: tuple[str, ...] = field(default=(), compare=False)
    usable: bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.surface, Surface | Drawn):
            raise ValueError(no_surface(self.surface))
        if not isinstance(self.lanes, Iterable):
            raise ValueError("A race has a tuple of lanes: put the only one into (lane,).")
        set_ = object.__setattr__
        set_(self, "surface", self.surface.lasting(self.steps))
        set_(self, "start", _point(self.surface.start if self.start is None else self.start))
        set_(self, "swarm", tuple(map(_point, self.swarm)))
        set_(self, "lanes", tuple(self.lanes))
        set_(self, "scale", self.scale or self.surface.scale)
        for each in (self.start, *self.swarm):
            self.surface.check_start(each)
        if len(self.swarm) >= MAX_STARTS:
            raise ValueError(f"A race has at most {MAX_STARTS} starts, not {len(self.swarm) + 1}.")
        for key, statement in self.statements(self.surface).items():
            set_(self, key, statement.checked(getattr(self, key)))
        if not 1 <= len(self.lanes) <= MAX_LANES:
            raise ValueError(f"A race has 1 to {MAX_LANES} lanes, not {len(self.lanes)}.")
        for lane in self.lanes:
            if not isinstance(lane, Lane):
                raise ValueError(
                    f'A lane is made of an optimizer, as in Lane(OPTIMIZERS["adam"](lr=0.1)), not '
                    f"{shown(lane)}."
                )
        set_(self, "lanes", _told_apart(self.lanes))
        set_(self, "view", self.view.within(self.steps, len(self.lanes)))

    @classmethod
    def statements(cls, surface: Surface | Drawn) -> dict[str, Setting]:
        """What is set of a race by itself, as it is on a surface; in the order of a link."""
        stated = dict(statements(cls))
        none = f"is for a loss on data, and {surface.called} has none"
        stated["batch"] = replace(
            stated["batch"],
            high=surface.rows,
            words=f"a whole number from 1 to {surface.rows}, or 0 for all the data",
            refusal="" if surface.rows else none,
        )
        stated["scale"] = replace(stated["scale"], default=surface.scale)
        if isinstance(surface, Drawn):
            stated["steps"] = replace(stated["steps"], default=surface.steps)
        per = PER if surface.rows else PER[:-1]
        stated["per"] = replace(stated["per"], choices=per, words=" or ".join(per))
        return stated

    @property
    def contours(self) -> tuple[float, ...]:
        """The losses of `levels`."""
        return tuple(map(float, filter(None, self.levels.split("/"))))

    @property
    def plane(self) -> Surface:
        """The surface, for what can be done with a surface only.

        Raises:
            TypeError: it is a problem that is no f(x, y).
        """
        if isinstance(self.surface, Drawn):
            raise TypeError(f"{self.surface.name} is no f(x, y).")
        return self.surface

    def with_surface(self, surface: Surface | Drawn) -> Experiment:
        """The same lanes on another surface or problem, from its own start and at its own scale.

        Mini-batches keep their size if it has as many rows.
        """
        return replace(
            self,
            surface=surface,
            start=surface.start,
            swarm=(),
            steps=self._steps_on(surface),
            scale=surface.scale,
            levels="",
            batch=self.batch if self.batch <= surface.rows else 0,
            per="step" if self.per == "epoch" and not surface.rows else self.per,
        )

    def _steps_on(self, surface: Surface | Drawn) -> int:
        """As many as a problem takes; what suits one is not taken on to a surface."""
        if isinstance(surface, Drawn):
            return surface.steps
        usual: int = statements(Experiment)["steps"].default
        return usual if isinstance(self.surface, Drawn) else self.steps

    def on(self, surface: Surface | Drawn) -> Experiment:
        """The same race on a variant of its surface: other parameters, another view, turned.

        Starts turn with the surface; where the first cannot be used, it is the surface's own, and
        others go.
        """
        start, *swarm = (self._moved(each, surface) for each in (self.start, *self.swarm))
        kept = tuple(each for each in swarm if each is not None)
        return replace(self, surface=surface, start=start or surface.start, swarm=kept)

    def _moved(
        self, start: tuple[float, ...], surface: Surface | Drawn
    ) -> tuple[float, ...] | None:
        """Where a start is on a variant of the surface; None where it cannot be used."""
        if isinstance(surface, Surface) and surface.transform != self.plane.transform:
            before = self.plane
            x, y = surface.transform.forth(before.transform.back(np.array(start)))
            start = float(x), float(y)
        try:
            surface.check_start(start)
        except ValueError:
            return None
        return start

    @property
    def epochs(self) -> float:
        """How many times the run goes through all the data; 0 without data."""
        rows = self.surface.rows
        return self.steps * (self.batch or rows) / rows if rows else 0.0

    def shares(self, lane: Lane) -> dict[str, float]:
        """What the runs of a lane may cost: from the "start", of the "swarm" and its "variation".

        All that are made of one race may cost `experiment.budget.RACE`, in its unit.
        """
        vary = SEEDS if self.noise else neighbours(lane.optimizer)
        # As a verdict asks for: not of what is alone, sees what is drawn, or takes seeds singly.
        alike = len(self.lanes) > 1 and not (self.batch or self.surface.draws)
        if not alike or (self.noise and not lane.optimizer.vectorized):
            vary = 0
        usual = {
            "start": self._usual(lane, 1),
            "swarm": self._usual(lane, len(self.swarm)),
            "variation": self._usual(lane, vary),
        }
        return shares(usual, len(self.lanes))

    def _usual(self, lane: Lane, runs: int) -> float:
        """What a step of so many runs costs, all at once or one after the other."""
        if not runs or lane.optimizer.vectorized:
            return self.budget(lane, 0.0, runs).usual if runs else 0.0
        return runs * self.budget(lane, 0.0, 1).usual

    def budget(self, lane: Lane, left: float, runs: int = 1) -> Budget:
        """Of so many runs of a lane at once."""
        return Budget.of(lane.optimizer, self.surface, left, runs, self.batch)

    def runs(self) -> tuple[Run, ...]:
        """What is run from the start, a lane each; those that are equal need to be run once."""
        return self._runs

    @cached_property
    def _runs(self) -> tuple[Run, ...]:
        return tuple(self._run(lane, "start") for lane in self.lanes)

    def run_of(self, lane: Lane, part: str = "start") -> Run:
        """A lane from the start, or from the further ones, the "swarm"."""
        if part == "start" and lane in self.lanes:
            return self._runs[self.lanes.index(lane)]  # which knows its key
        return self._run(lane, part)

    def _run(self, lane: Lane, part: str) -> Run:
        return Run(
            self.surface,
            lane,
            (self.start,) if part == "start" else self.swarm,
            self.steps,
            self.noise,
            self.batch,
            self.seed,
            looked_into=part == "start",
            left=self.shares(lane)[part],
        )

    def to_query(self) -> str:
        """The experiment as a link's query, without the question mark; `from_query` reads it."""
        stated = self.statements(self.surface)
        changed = {k: getattr(self, k) for k in stated if getattr(self, k) != stated[k].default}
        viewed = statements(View).items()
        seen = {k: v for k, row in viewed if (v := getattr(self.view, k)) != row.default}
        return link.write(self.surface, (self.start, *self.swarm), changed, self.lanes, seen)

    @classmethod
    def from_query(
        cls, query: str | Mapping[str, str | list[str]], data: Iterable[Data] = ()
    ) -> Experiment:
        """Read a link. Raises nothing: what cannot be used is named in `problems`.

        Args:
            query: a query with or without the question mark, or a mapping whose values are strings
                or, for keys that repeat, lists of strings. A number, or numbers in a row such as a
                start's, count as their text.
            data: uploaded data sets that its reader has: a link only names them.
        """
        opening = cls()
        return cls(**link.read(query, data, (opening.surface, opening.lanes), cls.statements))


KEYS = (*link.PLACE, *statements(Experiment), "lane", link.RULE, *link.VIEW, "v")
"""What a link can say, in its order."""


def _point(point: Any) -> tuple[float, ...]:
    """Floats; a whole number beyond all floats is infinite, for a check to refuse."""
    try:
        return tuple(map(float, point))
    except OverflowError:
        return (math.inf,) * len(point)


def _told_apart(lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
    """The same lanes, in which rules that people wrote are numbered where there are several."""
    texts = list(dict.fromkeys(rule.text for lane in lanes for rule in lane.rules))
    many = len(texts) > 1

    def named(optimizer: Optimizer) -> Optimizer:
        if isinstance(optimizer, Rule):
            number = f" {texts.index(optimizer.text) + 1}" if many else ""
            return optimizer.called(f"{Rule.name}{number}")
        values = optimizer.values().items()
        inner = {key: named(value) for key, value in values if isinstance(value, Optimizer)}
        return optimizer.with_values(**inner) if inner else optimizer

    return (
        tuple(replace(lane, optimizer=named(lane.optimizer)) for lane in lanes) if texts else lanes
    )


def run(experiment: Experiment) -> tuple[Trajectory, ...]:
    """Run every lane from the start; one trajectory each, in order."""
    return tuple(each.trajectories()[0] for each in experiment.runs())


def run_lane(experiment: Experiment, lane: Lane) -> Trajectory:
    """Run one lane from the experiment's start, under the noise that every lane meets."""
    return experiment.run_of(lane).trajectories()[0]


def run_swarm(experiment: Experiment, lane: Lane) -> tuple[Trajectory, ...]:
    """Run one lane from each of the further starts, under the same noise.

    Single runs, without what the method held.
    """
    return experiment.run_of(lane, "swarm").trajectories()
