"""A formula's one door: text in; its LaTeX and NumPy functions of it and its derivatives out.

`surfaces.syntax` reads the text, `surfaces.algebra` derives, `surfaces.typeset` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from surfaces import typeset
from surfaces.algebra import CONSTANT_VALUES, NUMPY, Algebra, Node, can_be_singular, compiled
from surfaces.syntax import Call, Name, Number, Power, Product, Reading, Sum, Tree, read
from surfaces.transform import IDENTITY, Transform

Symbols = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compiled:
    """NumPy functions of (x, y, *parameters), each of which returns a tuple of entries.

    Attributes:
        value: (f,).
        gradient: (fx, fy).
        hessian: (fxx, fxy, fyy).
        singular: whether a derivative's formula can be 0/0 where the loss itself is finite.
    """

    value: Callable[..., tuple[Any, ...]]
    gradient: Callable[..., tuple[Any, ...]]
    hessian: Callable[..., tuple[Any, ...]]
    singular: bool


@lru_cache(maxsize=256)
def parse(formula: str, names: tuple[str, ...] | None = None) -> Reading:
    """Read a formula in x, y and the named parameters, or any single letters; bounded cache.

    Raises:
        ValueError: the formula is refused; the message is one sentence for the person who typed it.
    """
    reading = read(formula, names)
    _check_numbers(reading.tree)
    return reading


def _check_numbers(tree: Tree) -> np.float64 | None:
    """The value of a part without x, y and parameters; ValueError where that is no number."""
    match tree:
        case Number(text):
            return np.float64(text)
        case Name(name):
            constant = CONSTANT_VALUES.get(name)
            return None if constant is None else np.float64(constant)
        case Sum(terms) | Product(terms):
            signs, parts = zip(*terms, strict=True)
        case Power(base, exponent):
            signs, parts = ("", "^"), (base, exponent)
        case Call(name, arguments):
            signs, parts = (), arguments
    values = [_check_numbers(part) for part in parts]
    if any(sign == "/" and value == 0 for sign, value in zip(signs, values, strict=False)):
        raise ValueError(f"{tree.place} divides by zero: change what is below the line.")
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    with np.errstate(all="ignore"):
        if isinstance(tree, Call):
            value = reduce(NUMPY[tree.name], known) if len(known) > 1 else NUMPY[tree.name](*known)
        else:
            value = _joined(signs, known)
    if not np.isfinite(value):
        raise ValueError(f"{tree.place} is too large or undefined: write another number.")
    return value


def _joined(signs: Sequence[str], values: Sequence[np.float64]) -> np.float64:
    joins = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
    first = -values[0] if signs[0] == "-" else values[0]
    pairs = zip(signs[1:], values[1:], strict=True)
    return reduce(lambda left, pair: joins[pair[0]](left, pair[1]), pairs, first)


@lru_cache(maxsize=256)
def latex(formula: str, symbols: Symbols = (), transform: Transform = IDENTITY) -> str:
    """The formula as it was written, in LaTeX; symbols pairs a parameter's name with its LaTeX."""
    tree = parse(formula, tuple(dict(symbols))).tree
    return typeset.latex(tree, dict(symbols), transform)


@lru_cache(maxsize=256)
def derivatives_latex(
    formula: str, symbols: Symbols = (), transform: Transform = IDENTITY
) -> tuple[str, ...]:
    """fx, fy, fxx, fxy and fyy in LaTeX, moderately simplified; see `latex`."""
    algebra, _, nodes = _derived(formula, tuple(dict(symbols)))
    return tuple(typeset.derivatives_latex(algebra, nodes, dict(symbols), transform))


@lru_cache(maxsize=256)
def compile_formula(formula: str, names: tuple[str, ...] = ()) -> Compiled:
    """Compile a formula and its exact first and second derivatives; bounded cache.

    Raises:
        ValueError: as `parse` does.
    """
    _, f, (fx, fy, fxx, fxy, fyy) = _derived(formula, names)
    return Compiled(
        compiled([f], names),
        compiled([fx, fy], names),
        compiled([fxx, fxy, fyy], names),
        can_be_singular([fx, fy, fxx, fxy, fyy]),
    )


def _derived(formula: str, names: tuple[str, ...]) -> tuple[Algebra, Node, list[Node]]:
    algebra = Algebra()
    f = algebra.build(parse(formula, names).tree)
    fx, fy = algebra.derivative(f, "x"), algebra.derivative(f, "y")
    fxy = algebra.derivative(fx, "y")
    return algebra, f, [fx, fy, algebra.derivative(fx, "x"), fxy, algebra.derivative(fy, "y")]
