"""Exact derivatives of SymPy expressions, of long ones in pieces.

By the chain rule alone. SymPy's own `diff` also asks of each step's result whether it is zero, and
rewrites all of it, which takes several times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import sympy as sp

MAX_PIECE = 2400  # parts of a second derivative, roughly, of what is derived at once


@dataclass(frozen=True)
class Derivatives:
    """The first and second derivatives of a formula f by x and y.

    Those of a long formula grow with its square and worse, as each repeats most of it. So they are
    taken of pieces of it, which have names in what contains them.

    Attributes:
        entries: fx, fy, fxx, fxy and fyy.
        pieces: by their names, and their derivatives; each in terms of those before it.
    """

    entries: tuple[sp.Expr, ...]
    pieces: dict[sp.Symbol, sp.Expr]

    @property
    def formulas(self) -> tuple[sp.Expr, ...]:
        """All of both."""
        return (*self.pieces.values(), *self.entries)

    def with_parts(self, new: Mapping[sp.Expr, sp.Expr]) -> Self:
        """The same with other parts in the place of some."""
        if not new:
            return self
        pieces = {name: piece.xreplace(new) for name, piece in self.pieces.items()}
        return type(self)(tuple(entry.xreplace(new) for entry in self.entries), pieces)


def differentiate(f: sp.Expr) -> Derivatives:
    """The derivatives of f, in which x and y are symbols."""
    pieces: dict[sp.Expr, sp.Symbol] = {}
    f = _cut(f, pieces)
    named = {name: piece for piece, name in pieces.items()}
    known = {by: {sp.Symbol(by): sp.Integer(1)} for by in "xy"}

    def along(by: str, pieces: Mapping[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
        """The pieces' derivatives, by the names that `known` then gives them."""
        derivatives = {}
        for name, piece in pieces.items():
            derivative = known[by][name] = _derivative(piece, known[by])
            if derivative.args:
                known[by][name] = sp.Symbol(f"{name}_{by}")
                derivatives[known[by][name]] = derivative
        return derivatives

    dx, dy = along("x", named), along("y", named)
    fx, fy = _derivative(f, known["x"]), _derivative(f, known["y"])
    dxx, dxy, dyy = along("x", dx), along("y", dx), along("y", dy)
    second = [_derivative(g, known[by]) for g, by in ((fx, "x"), (fx, "y"), (fy, "y"))]
    return Derivatives((fx, fy, *second), named | dx | dy | dxx | dxy | dyy)


def _cut(f: sp.Expr, pieces: dict[sp.Expr, sp.Symbol]) -> sp.Expr:
    """f with names for as much of it as is too long to be derived at once; adds to the pieces."""
    if _growth(f)[2] <= MAX_PIECE:
        return f
    operands = f.args
    if len(operands) > 2:  # the pieces of a long product or sum are two halves
        half = len(operands) // 2
        operands = f.func(*operands[:half]), f.func(*operands[half:])
    cut = [_cut(operand, pieces) for operand in operands]
    for piece in sorted(cut, key=_growth, reverse=True):
        if _growth(f.func(*cut))[2] <= MAX_PIECE:
            break
        cut[cut.index(piece)] = pieces.setdefault(piece, sp.Symbol(f"piece{len(pieces)}"))
    return f.func(*cut)


def _growth(f: sp.Expr) -> tuple[int, int, int]:
    """How many parts f has, and about how many its first and its second derivatives."""
    if not f.args:
        return 1, int(f.is_Symbol), 0
    operands = [_growth(operand) for operand in f.args]
    size = 1 + sum(operand[0] for operand in operands)
    varying = [derivatives for _, *derivatives in operands if any(derivatives)]
    if f.is_Add:
        return size, sum(first for first, _ in varying), sum(second for _, second in varying)
    # To each operand's derivative there is a factor about as long as f, which varies with each.
    first = sum(size + a for a, _ in varying)
    second = sum(size + aa + sum(size + a + b for b, _ in varying) for a, aa in varying)
    return size, first, second


def _derivative(f: sp.Expr, known: Mapping[sp.Expr, sp.Expr]) -> sp.Expr:
    """The derivative of f, in which the symbols that vary have known ones."""
    derivatives = dict(known)

    def d(f: sp.Expr) -> sp.Expr:
        if f not in derivatives:
            rates = enumerate(map(d, f.args))
            derivatives[f] = sp.Add(*(_term(f, at, rate) for at, rate in rates if rate))
        return derivatives[f]

    return d(f)


def _term(f: sp.Expr, at: int, rate: sp.Expr) -> sp.Expr:
    """What one of f's operands, changing at a rate, adds to f's."""
    if f.is_Add:
        return rate
    if f.is_Mul:
        return sp.Mul(*f.args[:at], rate, *f.args[at + 1 :])
    if f.is_Pow:
        return f * (rate * sp.log(f.base) if at else rate * f.exp / f.base)
    outer = f.fdiff(at + 1)
    return outer * rate if outer else outer  # of what is multiplied by 0 SymPy asks much


def parts_count(*expressions: sp.Expr) -> int:
    """How many parts they have."""
    return sum(1 + parts_count(*f.args) for f in expressions)


def parts_of(*expressions: sp.Expr) -> set[sp.Expr]:
    """All parts that they have, each once."""
    found: set[sp.Expr] = set()
    left = list(expressions)
    while left:
        part = left.pop()
        if part not in found:
            found.add(part)
            left += part.args
    return found
