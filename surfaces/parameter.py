"""What is stated about a number, a switch or a choice that a person may set on a surface."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

NUMBERS = (int, float, np.integer, np.floating)

Value = bool | float | str
"""What a parameter can be set to."""


@dataclass(frozen=True)
class Parameter:
    """What a person may set in a surface's formula, in its transformation, or in a loss on data.

    Attributes:
        name: as in the formula.
        default: its type decides what may be set: a `float` a number, an `int` a whole number, a
            `bool` a switch, a `str` one of `choices`.
        low, high: the admitted numbers, and what a slider spans.
        scale: "log" or "linear", how the slider spreads them.
        symbol: LaTeX, without dollar signs.
        help: one line for the person who sets it.
        choices: what a `str` may be.
    """

    name: str
    default: Value
    low: float = 0.0
    high: float = 1.0
    scale: str = "linear"
    symbol: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What may be set: "number", "whole", "switch" or "choice"."""
        return {bool: "switch", str: "choice", int: "whole"}.get(type(self.default), "number")

    @property
    def range(self) -> str:
        """The admitted values in words."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        whole = "a whole number, " if self.kind == "whole" else ""
        return f"{whole}at least {self.low:.7g} and at most {self.high:.7g}"

    def admits(self, value: Value) -> bool:
        """Whether it can be set to a value."""
        if self.kind == "switch":
            return isinstance(value, bool)
        if self.kind == "choice":
            return value in self.choices
        if not isinstance(value, NUMBERS):
            return False
        if not (math.isfinite(value) and self.low <= value <= self.high):
            return False
        return self.kind == "number" or value == int(value)

    def checked(self, value: Value, owner: str) -> Value:
        """The one form of an admitted value: a number is a float, a whole one an int.

        Raises:
            ValueError: the value is not admitted; the message names the owner and the range.
        """
        if not self.admits(value):
            shown = f"{value:g}" if isinstance(value, NUMBERS) else f"“{value}”"
            raise ValueError(f"{owner}'s {self.name} must be {self.range}, not {shown}.")
        forms = {"number": float, "whole": int}
        return forms[self.kind](value) if self.kind in forms else value
