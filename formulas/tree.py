"""A formula as it was written: a tree of frozen values, which all printers walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Number:
    """A number as it was written, in ASCII."""

    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Name:
    """x, y, a constant or a parameter."""

    name: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Sum:
    """Terms, each with + or - before it; also a single one with its sign."""

    terms: tuple[tuple[str, Tree], ...]
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Product:
    """Factors from left to right, each with * or / before it; the first has *."""

    factors: tuple[tuple[str, Tree], ...]
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Power:
    """A base and its exponent."""

    base: Tree
    exponent: Tree
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Call:
    """A function of the allow-list and what stands in its brackets."""

    name: str
    arguments: tuple[Tree, ...]
    place: str = field(default="", compare=False)


Tree = Number | Name | Sum | Product | Power | Call
"""A formula as it was written. Each part has its place in the text, in words, for refusals."""


def names(tree: Tree) -> set[str]:
    """What names are in it."""
    own = {tree.name} if isinstance(tree, Name) else set()
    return own.union(*map(names, parts(tree)))


def parts(tree: Tree) -> tuple[Tree, ...]:
    """What it is made of, one level down."""
    match tree:
        case Number() | Name():
            return ()
        case Sum(pairs) | Product(pairs):
            return tuple(part for _, part in pairs)
        case Power(base, exponent):
            return base, exponent
    return tree.arguments


def walk(tree: Tree) -> Iterator[Tree]:
    """An expression and all that it is made of."""
    yield tree
    for part in parts(tree):
        yield from walk(part)
