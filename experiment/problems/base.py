"""What problems that are no f(x, y) have in common."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from settings import statements
from surfaces import Problem

Array = NDArray[np.float64]

REACHED = 1e-3
"""A run at rest is at the minimum if so much, or less, is left of its way down from the start."""


@dataclass(frozen=True)
class Drawn(Problem):
    """A problem that is no f(x, y): its settings are fields, and it says how its path is drawn.

    Raises:
        ValueError: a setting is out of range; the message names it, the range and the value.

    Class attributes:
        summary: one sentence on what it teaches.
        key: its name, which is that of its file.
        source: where it comes from.
        axes: what the two coordinates of the drawing are.
        domain: (low, high, low, high) of the drawing.
        shows: one sentence that says what the drawing shows.
    """

    summary: ClassVar[str]
    key: ClassVar[str]
    source: ClassVar[str]
    axes: ClassVar[tuple[str, str]]
    domain: ClassVar[tuple[float, float, float, float]]
    shows: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.key = cls.__module__.rpartition(".")[2]

    def __post_init__(self) -> None:
        for key, statement in statements(type(self)).items():
            object.__setattr__(self, key, statement.checked(getattr(self, key), self.name))

    @property
    @abstractmethod
    def lowest(self) -> float:
        """The loss at the minimum."""

    @abstractmethod
    def drawn(self, path: Array) -> Array:
        """The points (T+1, 2) of the drawing for a path (T+1, d)."""

    def ground(self, theta: Array) -> NDArray[np.str_]:
        """A "minimum" as near to the lowest loss as `REACHED` says; "level" else."""
        begun = float(self.value(np.array(self.start))) - self.lowest
        low = (self.value(theta) - self.lowest <= REACHED * begun) & (begun > 0)
        return np.where(low, "minimum", "level")

    def hessian(self, theta: ArrayLike) -> Array:
        raise ValueError(f"{self.name} has no Hessian here: choose a method that asks for none.")
