"""Defaults that have changed, so that a printed link keeps its race.

A link leaves out what is at its default. It says by its version, `v`, which defaults it means; one
that says none, as all did before a first default changed, means those of version 1. Whoever changes
a default adds a line to `CHANGES` with the next version and what it was before.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A default that changed.

    Attributes:
        version: the first in which the new default holds, 2 or more.
        of: the key of the optimizer, the schedule or the surface that has it; empty for what is
            a part of every link, such as steps.
        name: of the setting, or of a link's key: a surface has a start, a domain and a scale too.
        before: the default until then, as a link spells it.
    """

    version: int
    of: str
    name: str
    before: str


FIRST = 1
CHANGES: tuple[Change, ...] = ()


def present() -> int:
    """The version of the links that are written now."""
    return max((change.version for change in CHANGES), default=FIRST)


def left_out(version: int, of: str) -> dict[str, str]:
    """What a link of a version means by leaving it out, where that is not today's default."""
    later = sorted((c for c in CHANGES if c.version > version and c.of == of), key=_version)
    return {change.name: change.before for change in reversed(later)}


def _version(change: Change) -> int:
    return change.version
