"""The axis of a sweep: one hyperparameter, from where to where, and in how many steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiment.arguments import SETTING_NAMES, read_call_of
from experiment.calls import write_call
from experiment.lane import Lane
from experiment.written import value_text
from optimizers import Optimizer
from settings import Refusal, Setting, Value, shorten

Array = NDArray[np.float64]

MIN_POINTS, MAX_POINTS, POINTS = 10, 200, 60
SCALES = ("linear", "log", "complement")
"""How values are spread: "complement" is by the logarithm of what is missing to 1."""
DIGITS = 5  # of a value, so that it can be read in a link


@dataclass(frozen=True)
class Axis:
    """A hyperparameter and the values that it takes.

    Attributes:
        key: its name.
        low, high: the first value and the last.
        points: how many there are, 10 to 200.
        scale: one of SCALES.

    Raises:
        ValueError: it has no such values.
    """

    key: str
    low: float
    high: float
    points: int = POINTS
    scale: str = "linear"

    def __post_init__(self) -> None:
        for key, row in _rows(Setting("", 0.0, -math.inf, math.inf), self.key).items():
            object.__setattr__(self, key, row.checked(getattr(self, key)))
        words = f"from {self.low:g} to {self.high:g}"
        if not self.low < self.high:
            raise Refusal(f"The axis of {self.key}", f"must rise, not go {words}")
        if self.scale == "log" and self.low <= 0:
            raise Refusal(f"The axis of {self.key}", f"cannot be logarithmic {words}")
        if self.scale == "complement" and self.high >= 1:
            raise Refusal(f"The axis of {self.key}", f"cannot go by what is missing to 1 {words}")

    @property
    def values(self) -> Array:
        """(points,), rising, of so few digits that each can be read in a link."""
        if self.scale == "log":
            even = np.geomspace(self.low, self.high, self.points)
        elif self.scale == "complement":
            even = 1 - np.geomspace(1 - self.low, 1 - self.high, self.points)
        else:
            even = np.linspace(self.low, self.high, self.points)
        short = [float(f"{value:.{DIGITS}g}") for value in even]
        return np.array(short if (np.diff(short) > 0).all() else even)

    def text(self, lanes: Iterable[Lane]) -> str:
        """It as a link has it, without what is as `usual` has it."""
        usual = usual_axis(lanes, self.key)
        names = ("low", "high", "points", "scale")
        changed = {n: getattr(self, n) for n in names if getattr(self, n) != getattr(usual, n)}
        return write_call(self.key, {n: value_text(v) for n, v in changed.items()})


def swept(lanes: Iterable[Lane]) -> dict[str, Setting]:
    """What can be on an axis: every number among the hyperparameters of some lane.

    Of a wrapper, those of the optimizer in it, too; the statement is the first lane's that has it.
    """
    found: dict[str, Setting] = {}
    for lane in lanes:
        for part in (lane.optimizer, *lane.optimizer.wrapped):
            for key, statement in part.hyperparameters().items():
                if statement.arrays:
                    found.setdefault(key, statement)
    return {key: found[key] for key in sorted(found, key=lambda key: key != "lr")}


def usual_axis(lanes: Iterable[Lane], key: str) -> Axis:
    """All that the hyperparameter's slider spans, as that does.

    Raises:
        ValueError: no lane has it.
    """
    rows = swept(lanes)
    if key not in rows:
        raise Refusal(f"No lane has a number “{shorten(key)}” to put on an axis")
    statement = rows[key]
    low, high = statement.slider or (statement.low, statement.high)
    if math.isinf(high):
        high = max(10 * statement.default, low + 1)
    return Axis(key, low, high, scale=statement.scale)


def read_axis(text: str, lanes: Iterable[Lane]) -> tuple[Axis, tuple[str, ...]]:
    """The axis of a link, and sentences on what could not be used of it.

    Raises:
        ValueError: no lane has such a hyperparameter, or the text is none.
    """
    lanes = tuple(lanes)
    statements = swept(lanes)
    names = {key: (key, *SETTING_NAMES.get(key, ())) for key in statements}

    def rows(key: str) -> Iterable[Setting]:
        usual = usual_axis(lanes, key)
        made = _rows(statements[key], key).items()
        return [replace(row, default=getattr(usual, name)) for name, row in made]

    key, values, problems = read_call_of(text, names, rows, "The axis")
    usual = usual_axis(lanes, key)
    try:
        return replace(usual, **cast(Mapping[str, Value], values)), problems  # type: ignore[arg-type]
    except Refusal as refusal:
        return usual, (*problems, refusal.instead(f"{usual.low:g} to {usual.high:g} was used"))


def with_value(optimizer: Optimizer, key: str, value: ArrayLike) -> Optimizer:
    """An optimizer, or else the one that it wraps, with a hyperparameter set; or as it is.

    Args:
        value: a number, or one for each run.
    """
    values = optimizer.values()
    if key in values:
        return optimizer.with_values(**{key: value})
    inner = {name: with_value(v, key, value) for name, v in values.items() if _is_optimizer(v)}
    return optimizer.with_values(**inner) if inner else optimizer


def has(optimizer: Optimizer, key: str) -> bool:
    """Whether an optimizer has a hyperparameter, or the one that it wraps."""
    return any(key in part.values() for part in (optimizer, *optimizer.wrapped))


def _is_optimizer(value: object) -> bool:
    return isinstance(value, Optimizer)


def _rows(statement: Setting, key: str) -> dict[str, Setting]:
    """What can be set of the axis of a hyperparameter."""
    end = replace(
        statement, default=0.0, suggestion=None, arrays=False, instead=(), words="", symbol=""
    )
    return {
        "low": replace(end, name="low"),
        "high": replace(end, name="high"),
        "points": Setting("points", POINTS, MIN_POINTS, MAX_POINTS),
        "scale": Setting("scale", SCALES[0], choices=SCALES),
    }
