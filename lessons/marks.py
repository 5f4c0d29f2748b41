"""A goal as data: what it measures of a race, for a page that has no server to ask.

It is asked of a stand-in of `Measured`, which notes what is measured and with what it is compared.
"""

from __future__ import annotations

from collections.abc import Callable

from experiment.told import Measured
from lessons.lesson import Goal
from surfaces import Surface

MEASURES = frozenset({"ending", "first_below", "settles", "sharpness_at"})
"""What a page can measure, too: player/static/measured.js."""

Mark = tuple[str, tuple[float, ...], str, float]
"""A measure, its arguments, and how it compares with which number."""


def marks(goal: Goal, own: Measured) -> tuple[Mark, ...]:
    """What has to hold of a race that differs from the card's own in numbers only.

    Returns:
        All of it; nothing where the page cannot tell.
    """
    if not isinstance(own.experiment.surface, Surface):
        return ()
    asked = _Asked(own)
    try:
        goal.reached(asked)  # type: ignore[arg-type]
    except (AttributeError, TypeError):
        return ()
    return tuple(asked.marks)


class _Asked:
    """Stands for what is measured of a race whose methods are known."""

    def __init__(self, own: Measured) -> None:
        self.method = own.method
        self.marks: list[Mark] = []

    def __getattr__(self, name: str) -> Callable[..., _Number]:
        if name not in MEASURES:
            raise AttributeError(name)
        return lambda *arguments: _Number(self.marks, name, arguments)


class _Number:
    """Stands for a number, of which nothing is known but with what it is compared."""

    def __init__(self, marks: list[Mark], name: str, arguments: tuple[float, ...]) -> None:
        self.marks, self.name, self.arguments = marks, name, arguments

    def note(self, sign: str, other: float) -> bool:
        """Note a comparison, as one that holds: what follows it is asked, too."""
        self.marks.append((self.name, self.arguments, sign, float(other)))
        return True

    def __lt__(self, other: float) -> bool:
        return self.note("<", other)

    def __le__(self, other: float) -> bool:
        return self.note("<=", other)
