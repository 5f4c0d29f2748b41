"""A formula's door: text in; NumPy functions and LaTeX of it and its exact derivatives out.

`formulas.syntax` reads the text. What it allows is walked into SymPy, derived by
`formulas.chain_rule`, printed and compiled. SymPy would take minutes over some formulas; limits
stand where it could.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from graphlib import TopologicalSorter
from typing import Any, NoReturn

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from formulas import typeset
from formulas.advice import Refused
from formulas.chain_rule import Derivatives, differentiate, parts_count, parts_of
from formulas.functions import LISTS
from formulas.symbolic import HELPERS, NUMPY, OURS, Absolute, RealBase
from formulas.syntax import Reading, read
from formulas.tree import Call, Name, Number, Power, Product, Sum, Tree
from formulas.typeset import Transform
from kept import FORMULAS, Kept, size_of
from settings import shorten

# What SymPy takes at most about half a second for.
MAX_EXPONENT = 1000
MAX_FACTOR = 10**300
MAX_DERIVED = 40_000  # parts of the gradient and the Hessian

PART = 1000  # bytes of a derivative's part, of which those that are alike are one

ELEMENTARY = 4  # sums or products that take as long as a root, a power or a sine

MAX_SPLIT = 12  # parts
MAX_FACTORED = 400  # parts
MAX_PRODUCTS = 64
EXACT = 2**53


@dataclass(frozen=True)
class Compiled:
    """NumPy functions of (x, y, *parameters), each of which returns its entries.

    Attributes:
        value: (f,).
        gradient: (fx, fy).
        hessian: (fxx, fxy, fyy).
        singular: whether a derivative's formula can be 0/0 where the loss itself is finite.
        operations: how many numbers each of the three works out on its way, parts that are alike
            once; those of a function of one, such as a sine, count as `ELEMENTARY`.
    """

    value: Callable[..., tuple[Any, ...]]
    gradient: Callable[..., tuple[Any, ...]]
    hessian: Callable[..., tuple[Any, ...]]
    singular: bool
    operations: tuple[int, int, int]


@dataclass(frozen=True)
class Formula:
    """A formula in x, y and parameters: read, derived and compiled.

    Attributes:
        text: as it was written.
        names: of the parameters.
        tree: how it was read.
        derivatives: its exact derivatives, as SymPy has them.
        compiled: its value and its derivatives as NumPy functions.

    Two are equal if they are written alike and their parameters are named alike.
    """

    text: str
    names: tuple[str, ...]
    tree: Tree = field(compare=False, repr=False)
    derivatives: Derivatives = field(compare=False, repr=False)
    compiled: Compiled = field(compare=False, repr=False)

    def latex(self, symbols: Mapping[str, str], transform: Transform) -> str:
        """As it was written, in LaTeX; symbols are the parameters' LaTeX by their names."""
        return typeset.latex(self.tree, symbols, transform)

    def derivatives_latex(
        self, symbols: Mapping[str, str], transform: Transform
    ) -> tuple[str, ...]:
        """fx, fy, fxx, fxy and fyy in LaTeX; see `latex`. Kept."""
        key = (self.text, tuple(symbols.items()), transform)
        made = partial(typeset.derivatives_latex, self.derivatives, symbols, transform)
        texts: tuple[str, ...] = _kept.get(key, made)
        return texts


def _bytes(value: Reading | Formula | tuple[str, ...]) -> int:
    if not isinstance(value, Formula):
        return size_of(value)
    parts = len(parts_of(*value.derivatives.formulas))
    return PART * parts + size_of((value.tree, value.compiled))


_kept: Kept[Hashable, Any] = Kept(FORMULAS, _bytes)
"""What was read, under its text; formulas, with their names; LaTeX, with symbols and transform."""


def read_typed(text: str) -> Reading:
    """Read a formula in x, y and any single letters; kept.

    Raises:
        ValueError: the formula is refused; the message is one sentence for the person who typed it.
    """
    reading: Reading = _kept.get(text, partial(read, text))
    return reading


def compile_formula(text: str, names: tuple[str, ...] = ()) -> Formula:
    """Read, derive and compile a formula in x, y and the named parameters; kept.

    Raises:
        ValueError: the formula is refused; the message is one sentence for the person who typed it.
    """
    formula: Formula = _kept.get((text, names), partial(_formula, text, names))
    return formula


def forget() -> None:
    """Drop all that is kept of formulas."""
    _kept.clear()


def _formula(text: str, names: tuple[str, ...]) -> Formula:
    tree = read(text, names).tree
    try:
        value, derivatives = _derived(text, tree)
        return Formula(text, names, tree, derivatives, _compiled(value, derivatives, names))
    except Refused:
        raise
    except Exception:
        # SymPy and NumPy have many ways to fail at a formula; none may wait for the first look.
        _refuse_derivatives(text, "cannot be computed")


def _compiled(value: sp.Expr, derivatives: Derivatives, names: tuple[str, ...]) -> Compiled:
    found = parts_of(*derivatives.formulas)
    # Where a varying exponent stays whole, a negative base has powers: the logarithm's factor is 0.
    powers = [part for part in found if part.is_Pow and part.exp.free_symbols]
    logs = {sp.log(p.base): sp.log(Absolute(p.base)) for p in powers if p.base.free_symbols}
    derivatives = derivatives.with_parts(logs)
    arguments = sp.symbols(("x", "y", *names))

    def function(*entries: sp.Expr) -> Callable[..., tuple[Any, ...]]:
        printer = _Printer(arguments[:2])
        return sp.lambdify(
            arguments,
            entries,
            # To "numpy" SymPy would import all of NumPy.
            {"numpy": np, "inf": math.inf, "nan": math.nan, "_power": _power, "_raised": _raised}
            | HELPERS,
            printer=printer,
            cse=lambda entries: printer.told(*_shared(derivatives.pieces, entries)),
            docstring_limit=0,
        )

    compiled = Compiled(
        function(value),
        function(*derivatives.entries[:2]),
        function(*derivatives.entries[2:]),
        _can_be_singular(found),
        (
            _operations([value], {}),
            _operations(derivatives.entries[:2], derivatives.pieces),
            _operations(derivatives.entries[2:], derivatives.pieces),
        ),
    )
    with np.errstate(all="ignore"):
        probe = [np.array([0.0, 0.5])] * len(arguments)
        compiled.value(*probe), compiled.gradient(*probe), compiled.hessian(*probe)
    return compiled


def _derived(text: str, tree: Tree) -> tuple[sp.Expr, Derivatives]:
    """The formula and its derivatives."""
    operands: dict[sp.Expr, sp.Expr] = {}
    f = _expression(tree, operands)
    derivatives = differentiate(f)
    if parts_count(*derivatives.formulas) > MAX_DERIVED:
        _refuse_derivatives(text, "are too long")
    found = parts_of(*derivatives.formulas)
    if found & {sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo}:
        _refuse_derivatives(text, "are not real numbers")
    floats = {part: _number(float(part)) for part in found if part.is_Float}
    whole = {float_: number for float_, number in floats.items() if number.is_Integer}
    derivatives = derivatives.with_parts(whole)
    # To SymPy sqrt(x)*sqrt(x) is x, even where x < 0.
    left = _operands(parts_of(f))
    value = reduce(_Where, (part for u, part in operands.items() if u not in left), f)
    return value, derivatives


def _refuse_derivatives(text: str, why: str) -> NoReturn:
    raise Refused(f"“{shorten(text)}” has derivatives that {why}: simplify it")


def _operands(parts: Iterable[sp.Expr]) -> dict[sp.Expr, sp.Expr]:
    """What roots, logarithms and the like are taken of among the parts, and one of these of each.

    They are not defined everywhere.
    """
    roots = (p for p in parts if _is_partial(p) or (p.is_Pow and not p.exp.is_Integer))
    return {p.args[0]: p for p in roots if p.args[0].free_symbols}


def _is_partial(part: sp.Expr) -> bool:
    return isinstance(part, sp.log) or (isinstance(part, RealBase) and part.partial)


def _can_be_singular(parts: Iterable[sp.Expr]) -> bool:
    """Whether one divides by, or takes a root or the logarithm of, something with a symbol."""
    fractions = (p for p in parts if p.is_Pow and p.exp.is_Integer and p.exp < 0)
    return bool(_operands(parts)) or any(p.base.free_symbols for p in fractions)


# Into SymPy


class _Hidden(sp.Function):
    """A value into which SymPy does not look."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(1)

    def _latex(self, printer: Any, exp: str = "") -> str:
        text = rf"\left({printer._print(self.args[0])}\right)"
        return f"{text}^{{{exp}}}" if exp else text


class _Where(sp.Function):
    """A value where another is a number."""

    nargs = 2


CONSTANTS = {"pi": sp.pi, "e": sp.E}


def _expression(tree: Tree, operands: dict[sp.Expr, sp.Expr]) -> sp.Expr:
    """The tree in SymPy. Symbols have no assumptions there, of which SymPy would ask many.

    Args:
        operands: to which `_operands` of its parts are added, as some can vanish from the whole.

    Raises:
        ValueError: a number in it is too large or undefined.
    """
    match tree:
        case Number(text):
            return _number(float(text))
        case Name(name):
            return CONSTANTS.get(name, sp.Symbol(name))
        case Sum(terms):
            parts = [
                _expression(t, operands) if sign == "+" else -_expression(t, operands)
                for sign, t in terms
            ]
            f = sp.Add(*parts)
        case Product(factors):
            parts = [_expression(factor, operands) for _, factor in factors]
            for at, (sign, _) in enumerate(factors):
                if sign == "/" and parts[at].is_zero:
                    raise Refused(f"{tree.place} divides by zero: change what is below the line")
                parts[at] = 1 / parts[at] if sign == "/" else parts[at]
            f = sp.Mul(*parts)
        case Power(base, exponent):
            f = _power_of(tree, _expression(base, operands), _expression(exponent, operands))
        case Call(name, arguments):
            f = _call(tree, name, *(_expression(a, operands) for a in arguments))
    if isinstance(tree, Power | Call):
        operands |= _operands(parts_of(f))
    return _bounded(tree, f)


def _number(value: float) -> sp.Expr:
    whole = value.is_integer() and abs(value) < EXACT
    return sp.Integer(int(value)) if whole else sp.Float(value)


def _power_of(tree: Tree, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    if (base.is_Pow or base.is_Mul) and not exponent.is_Integer and parts_count(base) > MAX_SPLIT:
        base = _Hidden(base)  # of a power's power SymPy splits the base, in time exponential in it
    if exponent.free_symbols:
        return base**exponent
    n = float(exponent)
    if not base.free_symbols:
        if not (base.is_Rational and base.is_positive and exponent.is_Rational and exponent.q <= 2):
            return _folded(tree, np.power, base, exponent)
        if abs(n * math.log(max(base.p, base.q))) > math.log(EXACT):
            return _folded(tree, np.power, base, exponent)
    elif abs(n) > MAX_EXPONENT:
        raise Refused(f"{tree.place} has an exponent above {MAX_EXPONENT}: write a smaller one")
    elif abs(n * math.log(abs(base.as_coeff_Mul()[0]))) > math.log(MAX_FACTOR):
        _refuse_number(tree)
    # Halves are roots; other fractions that are typed as decimals stay what was typed.
    return base ** (sp.Rational(n) if (2 * n).is_integer() else exponent)


def _call(tree: Tree, name: str, *values: sp.Expr) -> sp.Expr:
    if name == "sqrt":
        return _power_of(tree, values[0], sp.Rational(1, 2))
    if name in LISTS and len(values) != 2:
        half = len(values) // 2  # halves nest less deeply than a chain
        parts = (_call(tree, name, *part) for part in (values[:half], values[half:]))
        return _call(tree, name, *parts) if half else values[0]
    if not any(value.free_symbols for value in values):
        return _folded(tree, NUMPY[name], *values)
    return (OURS.get(name) or getattr(sp, name))(*values)


def _folded(tree: Tree, function: Callable[..., Any], *values: sp.Expr) -> sp.Expr:
    """A number computed in float: SymPy can need all memory for exp(exp(99)) or 9**9**9."""
    with np.errstate(all="ignore"):
        value = float(function(*(np.float64(float(value)) for value in values)))
    if not math.isfinite(value):
        _refuse_number(tree)
    return _number(value)


def _bounded(tree: Tree, f: sp.Expr) -> sp.Expr:
    """f, unless a number, or the number in front of it, outgrows floats, as in ((9x)^99)^99."""
    number = f if f.is_Number else f.as_coeff_Mul()[0]
    parts = (number.p, number.q) if number.is_Rational else (number,)
    if not all(abs(part) < MAX_FACTOR for part in parts):
        _refuse_number(tree)
    if f.is_Rational and max(abs(f.p), f.q) > EXACT:
        return _number(f.p / f.q)
    return f


def _refuse_number(tree: Tree) -> NoReturn:
    raise Refused(f"{tree.place} is too large or undefined: write another number")


# Into NumPy


def _shared(pieces: Mapping[sp.Symbol, sp.Expr], entries: Sequence[sp.Expr]) -> Any:
    """What is computed first, with its names, and the entries in terms of these.

    The pieces that the entries need, and what occurs more than once in any of them.
    """
    needed = _needed(entries, pieces)
    formulas = [*needed.values(), *entries]
    if parts_count(*formulas) <= MAX_FACTORED:
        # Common factors make short gradients faster, and are most of the work in long ones.
        formulas = [sp.factor_terms(f) for f in formulas]
    repeated, formulas = sp.cse(formulas, list=False, order="none")
    named = dict(repeated) | dict(zip(needed, formulas, strict=False))
    uses = {name: f.free_symbols & named.keys() for name, f in named.items()}
    order = TopologicalSorter(uses).static_order()
    return [(name, named[name]) for name in order], formulas[len(needed) :]


def _operations(entries: Sequence[sp.Expr], pieces: Mapping[sp.Symbol, sp.Expr]) -> int:
    """See `Compiled.operations`; counted on what was derived, which is the same everywhere."""
    found = parts_of(*entries, *_needed(entries, pieces).values())
    return sum(
        len(part.args) - 1 if part.is_Add or part.is_Mul else ELEMENTARY
        for part in found
        if part.args
    )


def _needed(
    entries: Sequence[sp.Expr], pieces: Mapping[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """The pieces that the entries need, the last first."""
    needed: dict[sp.Symbol, sp.Expr] = {}
    symbols = set().union(*(entry.free_symbols for entry in entries))
    for name in reversed(pieces):
        if name in symbols:
            needed[name] = pieces[name]
            symbols |= pieces[name].free_symbols
    return needed


def _power(base: Any, n: int) -> Any:
    """base**n for n > 0 by squaring; np.power is far slower."""
    result = None
    while n:
        if n % 2:
            result = base if result is None else result * base
        n //= 2
        if n:
            base = base * base
    return result


def _raised(base: Any, exponent: Any) -> Any:
    """base**exponent of exponents that differ from point to point.

    NumPy takes to some exponents another way if there is one only, as where there is one point.
    """
    return np.power(np.stack([base]), np.stack([exponent]))[0]


class _Printer(NumPyPrinter):
    """NumPy code in floats, in which whole powers are products.

    Args:
        point: the coordinates.
    """

    def __init__(self, point: Iterable[sp.Symbol]) -> None:
        super().__init__()
        self.following = set(point)

    def told(
        self, named: list[tuple[sp.Symbol, sp.Expr]], formulas: Sequence[sp.Expr]
    ) -> tuple[list[tuple[sp.Symbol, sp.Expr]], Sequence[sp.Expr]]:
        """What is computed first, and then; it notes which of the names follow the point."""
        for name, formula in named:
            if formula.free_symbols & self.following:
                self.following.add(name)
        return named, formulas

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        if expr.is_number:
            return self._print_Float(expr)
        base, n = expr.base, expr.exp
        if not n.is_Rational or n.q > 2 or abs(n) > MAX_PRODUCTS:
            power = "_raised" if n.free_symbols & self.following else "numpy.power"
            return f"{power}({self._print(base)}, {self._print(n)})"
        text = self._print(base) if n.q == 1 else f"numpy.sqrt({self._print(base)})"
        times = abs(int(n.p))
        if times <= 3 and text.isidentifier():
            text = f"({'*'.join([text] * times)})"
        elif times > 1:
            text = f"_power({text}, {times})"
        return text if n > 0 else f"(1.0/({text}))"

    def _print_Float(self, expr: sp.Expr) -> str:
        return repr(float(expr))  # inf and nan, too

    _print_Rational = _print_Float

    def _print_Integer(self, expr: sp.Integer) -> str:
        # NumPy's functions refuse integers that no machine integer holds.
        return str(expr) if abs(expr) < EXACT else self._print_Float(expr)

    def _print_RealBase(self, expr: RealBase) -> str:
        return f"{expr.code()}({', '.join(map(self._print, expr.args))})"

    def _print__Hidden(self, expr: _Hidden) -> str:
        return f"({self._print(expr.args[0])})"

    def _print__Where(self, expr: _Where) -> str:
        value, other = map(self._print, expr.args)
        return f"numpy.where(numpy.isnan({other}), numpy.nan, {value})"
