"""A formula as it was written: a tree of frozen values, which all printers walk."""

from __future__ import annotations

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
    match tree:
        case Number():
            return set()
        case Name(name):
            return {name}
        case Sum(parts) | Product(parts):
            return set().union(*(names(part) for _, part in parts))
        case Power(base, exponent):
            return names(base) | names(exponent)
    return set().union(*map(names, tree.arguments))
