"""What a person may set, stated once: default, range, slider, symbol, help.

Optimizers and schedules state their hyperparameters so, surfaces and their transformations their
parameters. Sliders, links, scripts and the documentation read the statement, and every value goes
through `Setting.checked`, so the same is admitted everywhere and a refusal is the same sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, ClassVar, Self

import numpy as np

Value = bool | float | str
"""What a surface's parameter can be set to."""

A_DECADE = 20
"""How many stops of a slider a decade has."""


class Refusal(ValueError):
    """Something that is not taken, in one sentence for the person who asked for it.

    Attributes:
        subject: what the sentence names; all of it where no predicate follows.
        clause: the sentence without its full stop, for more to be joined to it.
    """

    def __init__(self, subject: str, predicate: str = "") -> None:
        super().__init__(subject, predicate)
        self.subject = subject
        self.clause = f"{subject} {predicate}" if predicate else subject

    def __str__(self) -> str:
        return f"{self.clause}."

    def instead(self, done: str) -> str:
        """The sentence that goes on with what was done in its place."""
        return f"{self.clause}; {done}."


@dataclass(frozen=True)
class Setting:
    """One thing that a person may set.

    Attributes:
        name: as in a formula or in a link.
        default: its type decides what may be set: a `float` a number, an `int` a whole number, a
            `bool` a switch, a `str` one of `choices`.
        low, high: the admitted numbers; `high_open` leaves `high` itself out.
        scale: how a slider spreads them: "linear", "log", or "complement", by the logarithm of what
            is missing to 1, for weights of the past that are close to it.
        symbol: LaTeX, without dollar signs.
        help: one line for the person who sets it.
        choices: what a `str` may be.
        high_open: see `high`.
        slider: the smaller interval that a slider spans, if it does not span all.
        suggestion: where a lane that a person adds starts, if not at the default.
        arrays: whether an array over several runs may stand for a number.
        of: what a value is an instance of, where it has settings itself: another optimizer.
        decay: of a weight decay, what it acts on; empty for anything else.
        words: `range`, where that does not say it well.
        refusal: what is said of it where no value is admitted and `range` says nothing.
        pattern: what a `str` may be beside one of `choices`, as a regular expression.
        optional: whether None may stand for a number.
        instead: words that may stand for a number.
        drawn: whether it only decides what is drawn, and no path.
        steps: how many a slider has at least, where the scale is linear and values are not whole.
        waits: whether a slider tells only where it is let go, because each answer takes a while.
    """

    name: str
    default: Any
    low: float = 0.0
    high: float = 1.0
    scale: str = "linear"
    symbol: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    high_open: bool = False
    slider: tuple[float, float] | None = None
    suggestion: Any = None
    arrays: bool = False
    of: type[Stated] | None = None
    decay: str = ""
    words: str = ""
    refusal: str = ""
    pattern: str = ""
    optional: bool = False
    instead: tuple[str, ...] = ()
    drawn: bool = False
    steps: int = 100
    waits: bool = False

    def __post_init__(self) -> None:
        if self.suggestion is None:
            object.__setattr__(self, "suggestion", self.default)

    @property
    def kind(self) -> str:
        """What may be set: "number", "whole", "switch", "choice" or "optimizer"."""
        if self.of is not None:
            return "optimizer"
        return {bool: "switch", str: "choice", int: "whole"}.get(type(self.default), "number")

    @cached_property
    def stops(self) -> tuple[float, ...]:
        """Where a slider can stand: short decimals, rising; default and suggestion are among them.

        Multiples of 1, 2 or 5 times a power of ten; where the scale is logarithmic, twenty of two
        digits a decade.
        """
        low, high = (Decimal(repr(end)) for end in self.slider or (self.low, self.high))
        if self.scale == "log":
            found = _decades(low, high)
        elif self.scale == "complement":
            found = [1 - missing for missing in _decades(1 - high, 1 - low)]
        else:
            found = _multiples(low, high, self.steps, self.kind == "whole")
        kind = int if self.kind == "whole" else float
        stated = (Decimal(repr(value)) for value in (self.default, self.suggestion))
        found += [value for value in stated if low <= value <= high]
        return tuple(sorted({kind(value) for value in found}))

    @property
    def range(self) -> str:
        """The admitted values in words, as in "at least 0 and below 1"."""
        if self.words:
            return self.words
        if self.kind == "switch":
            return "true or false"
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.kind == "optimizer":
            return "an optimizer that is no wrapper itself"
        noun = "whole number" if self.kind == "whole" else "number"
        low, high = f"{self.low:.7g}", f"{self.high:.7g}"
        if math.isinf(self.low):
            return f"a finite {noun}" + ("" if math.isinf(self.high) else f" of at most {high}")
        if math.isinf(self.high):
            return f"a finite {noun} of at least {low}"
        bounds = f"at least {low} and {'below' if self.high_open else 'at most'} {high}"
        return f"a whole number, {bounds}" if self.kind == "whole" else bounds

    def admits(self, value: Any) -> bool:
        """Whether it can be set to a value; of an array over runs, to each."""
        if self.kind == "switch":
            return isinstance(value, (bool, np.bool_))
        if self.kind == "choice":
            return isinstance(value, str) and (
                value in self.choices or bool(self.pattern and re.fullmatch(self.pattern, value))
            )
        if self.of is not None:
            return isinstance(value, self.of) and not value.wraps
        if value is None:
            return self.optional
        if isinstance(value, str) and value in self.instead:
            return True
        if isinstance(value, (bool, np.bool_, str, bytes)):
            return False
        try:
            value = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            return False
        if value.ndim and not self.arrays:
            return False
        if self.kind == "whole" and not (value.ndim == 0 and value == np.floor(value)):
            return False
        below = value < self.high if self.high_open else value <= self.high
        return bool(np.all(np.isfinite(value) & (value >= self.low) & below))

    def checked(self, value: Any, owner: str = "") -> Any:
        """The one form of an admitted value: a number is a float, a whole one an int.

        Raises:
            Refusal: the value is not admitted; the sentence names owner, range and value.
        """
        if not self.admits(value):
            whose = f"{owner}'s {self.name}" if owner else self.name
            raise Refusal(whose, self.refusal or f"must be {self.range}, not {shown(value)}")
        if self.kind == "switch":
            return bool(value)
        if self.kind == "whole":
            return int(value)
        if self.kind == "number" and value is not None and not isinstance(value, str):
            return float(value) if np.ndim(value) == 0 else np.asarray(value, np.float64)
        return value


def _multiples(low: Decimal, high: Decimal, steps: int, whole: bool) -> list[Decimal]:
    """Both ends, and between them the multiples of a step with one digit."""
    most = (high - low) / steps
    power = Decimal(10) ** most.adjusted()
    step = max(digit * power for digit in (1, 2, 5) if digit * power <= most)
    step = max(step, Decimal(1)) if whole else step
    first, last = math.ceil(low / step), math.floor(high / step)
    return [low, *(step * i for i in range(first, last + 1)), high]


def _decades(low: Decimal, high: Decimal) -> list[Decimal]:
    """From one positive number to another by equal ratios, to two digits."""
    first, last = (math.log10(end) for end in (low, high))
    count = round((last - first) * A_DECADE)
    powers = (10 ** (first + (last - first) * i / count) for i in range(1, count))
    return [low, *(Decimal(f"{power:.1e}") for power in powers), high]


def setting(default: Any, **statement: Any) -> Any:
    """A dataclass field that states a setting under its own name; see `Setting`."""
    return field(default=default, metadata={"setting": Setting("", default, **statement)})


@dataclass(frozen=True)
class Stated:
    """A frozen dataclass whose fields are stated settings, checked when it is made.

    Raises:
        Refusal: a value is out of range; the sentence names it, the range and the value. Or there
            is no such setting; it names those that there are.
    """

    name: ClassVar[str]
    summary: ClassVar[str]

    def __new__(cls, *_: Any, **values: Any) -> Self:
        check_names(cls.name, values, [each.name for each in fields(cls) if each.init])
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for key, statement in self.hyperparameters().items():
            object.__setattr__(self, key, statement.checked(getattr(self, key), self.name))

    @classmethod
    def hyperparameters(cls) -> dict[str, Setting]:
        """The statements of all fields, in the order of the class."""
        return dict(statements(cls))

    def values(self) -> dict[str, Any]:
        """The present value of every setting."""
        return {key: getattr(self, key) for key in self.hyperparameters()}

    def with_values(self, **values: Any) -> Self:
        """The same with other values for some of its settings."""
        return replace(self, **values)

    @classmethod
    def suggested(cls) -> Self:
        """The one with which a lane that a person adds starts."""
        return cls(**{key: h.suggestion for key, h in cls.hyperparameters().items()})

    @property
    def wraps(self) -> bool:
        """Whether something that has settings is among its own."""
        return any(statement.of is not None for statement in self.hyperparameters().values())


def check_names(owner: str, given: Iterable[str], known: Collection[str]) -> None:
    """Refuse a value for what nobody has.

    Raises:
        Refusal: one of the names is none of the known, which the sentence lists.
    """
    for name in given:
        if name not in known:
            there = f": there is {', '.join(known)}" if known else ""
            raise Refusal(owner, f"has no {shown(name)}{there}")


def statements(cls: type[Any]) -> Mapping[str, Setting]:
    """Of the fields of a dataclass that state a setting, in the order of the class."""
    return _statements(cls)  # type: ignore[arg-type]  # a class has a hash


@cache
def _statements(cls: type[Any]) -> Mapping[str, Setting]:
    stated = ((f.name, f.metadata.get("setting")) for f in fields(cls))
    return {name: replace(setting, name=name) for name, setting in stated if setting}


def shown(value: Any) -> str:
    """A value in a sentence: a number with the digits it needs, all else in quotation marks."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        return f"“{shorten(' '.join(_text(value).split()), 40)}”"
    if isinstance(value, int) and abs(value) < 10**15:
        return str(value)
    try:
        text = f"{value:g}"
        exact = math.isnan(value) or float(text) == value
        return text if exact else repr(float(value)).removesuffix(".0")
    except OverflowError:
        return "a number beyond all that a float holds"
    except TypeError:  # a complex number
        return f"“{value}”"


def _text(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # Python writes no whole number of thousands of digits
        return type(value).__name__


def shorten(text: str, length: int = 30) -> str:
    """At most so many characters, none of which can break a line."""
    text = "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text[: length + 1])
    return text if len(text) <= length else text[: length - 1] + "…"
