"""What problems that are no f(x, y) have in common."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from settings import Refusal, Setting, check_names, statements
from surfaces import Problem
from surfaces.domain import Domain

Array = NDArray[np.float64]

REACHED = 1e-3
"""A run at rest is at the minimum if so much, or less, is left of its way down from the start."""


@dataclass(frozen=True)
class Drawn(Problem):
    """A problem that is no f(x, y): its settings are fields, and it says how its path is drawn.

    Raises:
        ValueError: a setting is out of range; the message names it, the range and the value.

    Class attributes:
        teaches: one sentence on what it shows.
        key: its name, which is that of its file.
        latex: what is minimized, in LaTeX without dollar signs.
        source: where it comes from.
        axes: what the two coordinates of the drawing are.
        domain: (low, high, low, high) of the drawing.
        keywords: what people call it, for a search.
        showcase, see: the link of the race that shows it, and one sentence of what to see there.
        shows: one sentence that says what the drawing shows.
        steps: how many steps show it.
        scale, minima, minima_are_points: as a surface's; no minimum of the drawing is known.
    """

    teaches: ClassVar[str]
    key: ClassVar[str]
    latex: ClassVar[str]
    source: ClassVar[str]
    axes: ClassVar[tuple[str, str]]
    domain: ClassVar[Domain]
    shows: ClassVar[str]
    keywords: ClassVar[str]
    showcase: ClassVar[str]
    see: ClassVar[str]
    steps: ClassVar[int] = 200
    scale: ClassVar[str] = "linear"
    minima: ClassVar[tuple[tuple[float, float], ...]] = ()
    minima_are_points: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        cls.key = cls.__module__.rpartition(".")[2]

    def __post_init__(self) -> None:
        for key, statement in statements(type(self)).items():
            object.__setattr__(self, key, statement.checked(getattr(self, key), self.name))

    @property
    def parameters(self) -> tuple[Setting, ...]:
        """What a person may set of it."""
        return tuple(statements(type(self)).values())

    @property
    def values(self) -> tuple[float, ...]:
        """What is set of it, in the same order."""
        return tuple(getattr(self, parameter.name) for parameter in self.parameters)

    def with_values(self, **values: float) -> Self:
        """The same problem with some of its settings changed.

        Raises:
            ValueError: a setting is unknown or out of range.
        """
        check_names(self.name, values, statements(type(self)))
        return replace(self, **values)

    def check_start(self, point: Sequence[float]) -> None:
        """Raise ValueError, with one sentence, where no run can start from a point (d,)."""
        if len(point) != self.size:
            noun = "number" if self.size == 1 else "numbers"
            raise Refusal("start", f"must be {self.size} {noun} for {self.name}, not {len(point)}")
        for each, allowed in zip(point, self.project(np.array(point)), strict=True):
            if not math.isfinite(each) or each != allowed:
                raise Refusal("start", f"must lie where {self.name} is defined, not at {each:g}")

    @property
    @abstractmethod
    def lowest(self) -> float:
        """The loss at the minimum."""

    @abstractmethod
    def drawn(self, path: Array) -> Array: ...

    def ground(self, theta: Array) -> NDArray[np.str_]:
        """A "minimum" as near to the lowest loss as `REACHED` says; "level" else."""
        begun = float(self.value(np.array(self.start))) - self.lowest
        low = (self.value(theta) - self.lowest <= REACHED * begun) & (begun > 0)
        return np.where(low, "minimum", "level")

    def hessian(self, theta: ArrayLike) -> Array:
        raise ValueError(f"{self.name} has no Hessian here: choose a method that asks for none.")
