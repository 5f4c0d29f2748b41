"""What is stated about a number that a person may set on a surface."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A number in a surface's formula, or in its transformation, that a person may set.

    Attributes:
        name: as in the formula.
        low, high: the admitted values, and what a slider spans.
        scale: "log" or "linear", how the slider spreads them.
        symbol: LaTeX, without dollar signs.
        help: one line for the person who sets it.
    """

    name: str
    default: float
    low: float
    high: float
    scale: str = "linear"
    symbol: str = ""
    help: str = ""

    @property
    def range(self) -> str:
        return f"at least {self.low:g} and at most {self.high:g}"

    def admits(self, value: float) -> bool:
        return math.isfinite(value) and self.low <= value <= self.high
