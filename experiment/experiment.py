"""The experiment value: everything that decides what a race shows."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment.batches import batches
from experiment.budget import SEEDS, Budget, neighbours, shares
from experiment.loop import Conditions
from experiment.noise import gaussian
from experiment.schedule import Constant, Schedule, factors
from experiment.trajectory import NOTHING, Trajectory, descend, descend_all
from optimizers import OPTIMIZERS, Optimizer
from surfaces import SURFACES, Data, DataSurface, Surface

MAX_LANES = 8
MAX_STEPS = 10_000
MAX_NOISE = 1000
MAX_SEED = 2**32 - 1
MAX_LABEL = 32
MAX_STARTS = 20
SCALES = ("linear", "log")
PER = ("step", "evaluation", "epoch")
CURVES = ("loss", "gap", "gradient_norm", "step_length", "distance")
CURVE_SCALES = ("", "linear", "log")
_COMPONENT = re.compile(r"[a-zA-Z]\w{0,31}(\.[xy])?", re.ASCII)
CONSTANT = Constant()


@dataclass(frozen=True)
class Lane:
    """One contestant: an optimizer and how it is run.

    Attributes:
        optimizer: with scalar hyperparameters.
        schedule: what becomes of its learning rate.
        warmup: over how many steps the learning rate first rises linearly; 0 for none.
        clip: the norm to which longer gradients are scaled down; None for no clipping.
        label: what to call it; empty for a name made from its settings.

    Raises:
        ValueError: one of them cannot be used; the message says which and why.
    """

    optimizer: Optimizer
    schedule: Schedule = CONSTANT
    warmup: int = 0
    clip: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        for part in (self.optimizer, *self.optimizer.wrapped):
            for key, value in part.values().items():
                if np.ndim(value):
                    raise ValueError(f"A lane runs one optimizer; its {key} must be one number.")
        set_ = object.__setattr__
        set_(self, "warmup", _whole(self.warmup))
        if not (_is_whole(self.warmup) and 0 <= self.warmup <= MAX_STEPS):
            raise ValueError(f"warmup must be 0 to {MAX_STEPS} steps, not {self.warmup}.")
        if self.clip is not None:
            set_(self, "clip", _number(self.clip))
            if not (_is_number(self.clip) and 0 < self.clip < math.inf):
                raise ValueError(f"clip must be a finite number above 0, not {self.clip}.")
        set_(self, "label", self.label.strip())
        if not all(c.isalnum() or c in " .+-_" for c in self.label) or len(self.label) > MAX_LABEL:
            raise ValueError(
                f"A label holds at most {MAX_LABEL} letters, digits, spaces and . + - _ only."
            )

    @property
    def name(self) -> str:
        """The label, or the optimizer's name with what sets this lane apart; clipping in both."""
        if self.label:
            return " · ".join([self.label, *self._clipping()])
        return " · ".join([self.optimizer.name, *self.settings()])

    def factors(self, steps: int) -> NDArray[np.float64] | None:
        """What multiplies its learning rate at each of so many steps; None for nothing."""
        if self.schedule == CONSTANT and not self.warmup:
            return None
        return factors(self.schedule, self.warmup, steps)

    def _clipping(self) -> list[str]:
        return [] if self.clip is None else [f"clip {self.clip:g}"]

    def settings(self) -> list[str]:
        """The learning rate, and whatever else is not at its default, in words."""
        words = []
        statements = self.optimizer.hyperparameters()
        for key, value in self.optimizer.values().items():
            changed = value != statements[key].default
            if isinstance(value, Optimizer):
                words += [value.name, *Lane(value).settings()]
            elif isinstance(value, str):
                words += [value] if changed else []
            elif isinstance(value, bool):
                words += [f"{'' if value else 'no '}{key.replace('_', ' ')}"] if changed else []
            elif key == "lr" or changed:
                words.append(f"{key} {value:g}")
        if self.schedule != CONSTANT:
            words.append(self.schedule.name.lower())
        if self.warmup:
            words.append(f"warm-up {self.warmup}")
        return words + self._clipping()


def _default_lanes() -> tuple[Lane, ...]:
    """The comparison this project grew out of."""
    adam, momentum, sgd = OPTIMIZERS["adam"], OPTIMIZERS["momentum"], OPTIMIZERS["sgd"]
    return (Lane(adam.suggested()), Lane(momentum.suggested()), Lane(sgd.suggested()))


@dataclass(frozen=True)
class Experiment:
    """A race: a surface, lanes, and what is the same for all of them.

    Attributes:
        surface: with its parameters set.
        lanes: one to eight.
        start: (x, y) inside the surface's domain, the same for every lane; the surface's own by
            default.
        swarm: further starts, at most 19, from which every lane runs too.
        steps: 1 to 10,000.
        noise: standard deviation of the Gaussian noise added to each coordinate of each gradient.
        batch: how many rows of the data each step sees; 0 for all, and without data.
        seed: of the noise and of the batches, which are the same for every lane.
        scale: "linear" or "log", the height that is drawn; the surface's own by default.
        per: "step", "evaluation" or, on data, "epoch", by which lanes are compared: methods may ask
            for more than one gradient a step.
        curve: what is drawn over time: one of CURVES, the effective learning rate "lr.x" or "lr.y",
            or an entry of the lanes' states, as "m.x", or "d" where it is one number.
        curve_scale: "linear" or "log"; empty for what suits the values.
        problems: sentences about the parts of a link that could not be used; no part of equality.
        usable: whether the surface and a lane that a link names, and anything of it, could be used;
            no part of equality.

    Raises:
        ValueError: an attribute is out of range; the message says which, and the range.
    """

    surface: Surface = SURFACES["rosenbrock"]
    lanes: tuple[Lane, ...] = field(default_factory=_default_lanes)
    start: tuple[float, float] = None  # type: ignore[assignment]  # set when it is made
    swarm: tuple[tuple[float, float], ...] = ()
    steps: int = 1500
    noise: float = 0.0
    batch: int = 0
    seed: int = 0
    scale: str = ""
    per: str = "step"
    curve: str = "loss"
    curve_scale: str = ""
    problems: tuple[str, ...] = field(default=(), compare=False)
    usable: bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        start = self.surface.start if self.start is None else self.start
        set_ = object.__setattr__
        set_(self, "start", _point(start))
        set_(self, "swarm", tuple(map(_point, self.swarm)))
        set_(self, "lanes", tuple(self.lanes))
        for key in ("steps", "batch", "seed"):
            set_(self, key, _whole(getattr(self, key)))
        set_(self, "noise", _number(self.noise))
        set_(self, "scale", self.scale or self.surface.scale)
        for each in (self.start, *self.swarm):
            check_start(each, self.surface)
        if len(self.swarm) >= MAX_STARTS:
            raise ValueError(f"A race has at most {MAX_STARTS} starts, not {len(self.swarm) + 1}.")
        check_steps(self.steps)
        check_noise(self.noise)
        check_batch(self.batch, self.surface)
        check_seed(self.seed)
        check_scale(self.scale)
        check_per(self.per, self.surface)
        check_curve(self.curve)
        check_curve_scale(self.curve_scale)
        if not 1 <= len(self.lanes) <= MAX_LANES:
            raise ValueError(f"A race has 1 to {MAX_LANES} lanes, not {len(self.lanes)}.")

    def with_surface(self, surface: Surface) -> Experiment:
        """The same lanes on another surface, from its own start and at its own scale.

        Batches keep their size if it has as many rows.
        """
        return replace(
            self,
            surface=surface,
            start=surface.start,
            swarm=(),
            scale=surface.scale,
            batch=self.batch if self.batch <= surface.rows else 0,
            per="step" if self.per == "epoch" and not surface.rows else self.per,
        )

    def on(self, surface: Surface) -> Experiment:
        """The same race on a variant of its surface: other parameters, another view, turned.

        Starts turn with the surface; where the first cannot be used, it is the surface's own, and
        others go.
        """
        start, *swarm = (self._moved(each, surface) for each in (self.start, *self.swarm))
        kept = tuple(each for each in swarm if each is not None)
        return replace(self, surface=surface, start=start or surface.start, swarm=kept)

    def _moved(self, start: tuple[float, float], surface: Surface) -> tuple[float, float] | None:
        """Where a start is on a variant of the surface; None where it cannot be used."""
        if surface.transform != self.surface.transform:
            x, y = surface.transform.forth(self.surface.transform.back(np.array(start)))
            start = float(x), float(y)
        try:
            check_start(start, surface)
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
        # As a verdict asks for: not of what is alone, sees mini-batches, or takes seeds singly.
        alike = len(self.lanes) > 1 and not self.batch
        if not alike or (self.noise and not lane.optimizer.batches):
            vary = 0
        usual = {
            "start": self._usual(lane, 1),
            "swarm": self._usual(lane, len(self.swarm)),
            "variation": self._usual(lane, vary),
        }
        return shares(usual, len(self.lanes))

    def _usual(self, lane: Lane, runs: int) -> float:
        """What a step of so many runs costs, in one batch or one after the other."""
        if not runs or lane.optimizer.batches:
            return self.budget(lane, 0.0, runs).usual if runs else 0.0
        return runs * self.budget(lane, 0.0, 1).usual

    def budget(self, lane: Lane, left: float, runs: int = 1) -> Budget:
        """Of so many runs of a lane at once."""
        return Budget.of(lane.optimizer, self.surface, left, runs, self.batch)

    def to_query(self) -> str:
        """The experiment as a link's query, without the question mark; `from_query` reads it."""
        from experiment.link import to_query

        return to_query(self)

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
        from experiment.link import from_query

        return from_query(query, data)


def check_start(start: tuple[float, float], surface: Surface) -> None:
    """Raise ValueError, as the other checks do, with a sentence that names what is wrong."""
    x0, x1, y0, y1 = surface.domain
    x, y = start
    if not (x0 <= x <= x1 and y0 <= y <= y1):
        raise ValueError(
            f"start must lie in {surface.name}'s domain, x {x0:g} to {x1:g} and y {y0:g} to "
            f"{y1:g}, not at {x:g},{y:g}."
        )
    if not surface.is_defined(start):
        raise ValueError(f"start must lie where {surface.name} is defined, not at {x:g},{y:g}.")


def check_steps(steps: int) -> None:
    """See `check_start`."""
    if not (_is_whole(steps) and 1 <= steps <= MAX_STEPS):
        raise ValueError(f"steps must be a whole number from 1 to {MAX_STEPS}, not {steps}.")


def check_noise(noise: float) -> None:
    """See `check_start`."""
    if not (_is_number(noise) and 0 <= noise <= MAX_NOISE):
        shown = f"{noise:g}" if _is_number(noise) else f"{noise}"
        raise ValueError(f"noise must be a number from 0 to {MAX_NOISE}, not {shown}.")


def check_batch(batch: int, surface: Surface) -> None:
    """See `check_start`."""
    if batch and not surface.rows:
        raise ValueError(f"batch is for a loss on data, and {surface.name} has none.")
    if not (_is_whole(batch) and 0 <= batch <= surface.rows):
        raise ValueError(
            f"batch must be a whole number from 1 to {surface.rows}, or 0 for all the data, "
            f"not {batch}."
        )


def check_seed(seed: int) -> None:
    """See `check_start`."""
    if not (_is_whole(seed) and 0 <= seed <= MAX_SEED):
        raise ValueError(f"seed must be a whole number from 0 to {MAX_SEED}, not {seed}.")


def check_scale(scale: str) -> None:
    """See `check_start`."""
    if scale not in SCALES:
        raise ValueError(f"scale must be {' or '.join(SCALES)}, not “{scale}”.")


def check_per(per: str, surface: Surface) -> None:
    """See `check_start`."""
    known = PER if surface.rows else PER[:-1]
    if per not in known:
        raise ValueError(f"per must be {' or '.join(known)}, not “{per}”.")


def check_curve(curve: str) -> None:
    """See `check_start`."""
    if not _COMPONENT.fullmatch(curve):
        raise ValueError(
            f"curve must be {', '.join(CURVES)}, lr.x or an entry of a state such as m.x, not "
            f"“{curve}”."
        )


def check_curve_scale(scale: str) -> None:
    """See `check_start`."""
    if scale not in CURVE_SCALES:
        raise ValueError(f"curve_scale must be linear or log, not “{scale}”.")


def _point(point: Any) -> tuple[float, float]:
    x, y = point
    return float(_number(x)), float(_number(y))


def _whole(value: Any) -> Any:
    """A whole number of any type as an int; all else as it is, for a check to refuse."""
    try:
        return value if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return value


def _number(value: Any) -> Any:
    """A number of any type as a float; all else as it is, for a check to refuse."""
    try:
        return value if isinstance(value, (bool, np.bool_, str)) else float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def run(experiment: Experiment) -> tuple[Trajectory, ...]:
    """Run every lane; one trajectory each, in order."""
    return tuple(run_lane(experiment, lane) for lane in experiment.lanes)


def run_lane(experiment: Experiment, lane: Lane) -> Trajectory:
    """Run one lane from the experiment's start, under the noise that every lane meets."""
    left = experiment.shares(lane)["start"]
    return _run_from(experiment, lane, np.array(experiment.start), left)


def run_swarm(experiment: Experiment, lane: Lane) -> tuple[Trajectory, ...]:
    """Run one lane from each of the further starts, under the same noise.

    Single runs, without what the method held.
    """
    if not experiment.swarm:
        return ()
    starts, left = np.array(experiment.swarm), experiment.shares(lane)["swarm"]
    if lane.optimizer.batches:
        met = _met(experiment, lane, left, len(starts))
        surface, steps = experiment.surface, experiment.steps
        runs = descend_all(lane.optimizer, surface, starts.T, steps, **met)
    else:
        runs = tuple(_run_from(experiment, lane, start, left / len(starts)) for start in starts)
    return tuple(replace(run, state=NOTHING, given=np.empty((0, 2))) for run in runs)


def _run_from(
    experiment: Experiment, lane: Lane, start: NDArray[np.float64], left: float
) -> Trajectory:
    """Run one lane from a start (2,), for no more than is left."""
    met = _met(experiment, lane, left)
    return descend(lane.optimizer, experiment.surface, start, experiment.steps, **met)


def _met(experiment: Experiment, lane: Lane, left: float, runs: int = 1) -> Conditions:
    """What so many runs of a lane meet besides their starts, for no more than is left."""
    surface, seed = experiment.surface, experiment.seed
    samples = None
    if experiment.batch and isinstance(surface, DataSurface):
        samples = map(surface.sample, batches(surface.rows, experiment.batch, seed))
    return {
        "factors": lane.factors(experiment.steps),
        "noise": gaussian(experiment.noise, seed) if experiment.noise else None,
        "clip": lane.clip,
        "samples": samples,
        "budget": experiment.budget(lane, left, runs),
    }
