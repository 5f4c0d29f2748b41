"""A formula's door: text in; NumPy functions and LaTeX of it and its exact derivatives out.

`surfaces.syntax` reads the text. What it allows is walked into SymPy, which derives, prints and
compiles. SymPy would take minutes over some formulas; limits stand where it could.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from graphlib import TopologicalSorter
from typing import Any, NoReturn

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from surfaces import typeset
from surfaces.syntax import Call, Name, Number, Power, Product, Reading, Sum, Tree, read, shorten
from surfaces.transform import IDENTITY, Transform

Symbols = tuple[tuple[str, str], ...]

# What SymPy takes at most about half a second for.
MAX_EXPONENT = 1000
MAX_FACTOR = 10**300
MAX_PIECE = 2400  # parts of a second derivative, roughly, of what is derived at once
MAX_DERIVED = 40_000  # parts of the gradient and the Hessian

MAX_SPLIT = 12  # parts
MAX_FACTORED = 400  # parts
MAX_PRODUCTS = 64
EXACT = 2**53


class _Refusal(ValueError):
    """Ours, not one of SymPy's."""


@dataclass(frozen=True)
class Compiled:
    """NumPy functions of (x, y, *parameters), each of which returns its entries.

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
    return read(formula, names)


@lru_cache(maxsize=256)
def latex(formula: str, symbols: Symbols = (), transform: Transform = IDENTITY) -> str:
    """The formula as it was written, in LaTeX; symbols pairs a parameter's name with its LaTeX."""
    tree = parse(formula, tuple(dict(symbols))).tree
    return typeset.latex(tree, dict(symbols), transform)


@lru_cache(maxsize=256)
def derivatives_latex(
    formula: str, symbols: Symbols = (), transform: Transform = IDENTITY
) -> tuple[str, ...]:
    """fx, fy, fxx, fxy and fyy in LaTeX; see `latex`."""
    derived = _derived(formula, tuple(dict(symbols)))
    return typeset.derivatives_latex(derived.entries, derived.pieces, dict(symbols), transform)


@lru_cache(maxsize=256)
def compile_formula(formula: str, names: tuple[str, ...] = ()) -> Compiled:
    """Compile a formula and its exact first and second derivatives; bounded cache.

    Raises:
        ValueError: the formula is refused; the message is one sentence for the person who typed it.
    """
    parse(formula, names)
    try:
        return _compiled(formula, names)
    except _Refusal:
        raise
    except Exception:
        # SymPy and NumPy have many ways to fail at a formula; none may wait for the first look.
        _refuse_derivatives(formula, "cannot be computed")


def _compiled(formula: str, names: tuple[str, ...]) -> Compiled:
    derived = _derived(formula, names)
    parts = _parts(*derived.pieces.values(), *derived.entries)
    # Where a varying exponent stays whole, a negative base has powers: the logarithm's factor is 0.
    powers = [part for part in parts if part.is_Pow and part.exp.free_symbols]
    logs = {sp.log(p.base): sp.log(_Abs(p.base)) for p in powers if p.base.free_symbols}
    fx, fy, *second = (entry.xreplace(logs) for entry in derived.entries)
    pieces = {name: piece.xreplace(logs) for name, piece in derived.pieces.items()}
    arguments = sp.symbols(("x", "y", *names))

    def function(*entries: sp.Expr) -> Callable[..., tuple[Any, ...]]:
        return sp.lambdify(
            arguments,
            entries,
            [{"_power": _power}, "numpy"],
            printer=_Printer,
            cse=partial(_shared, pieces),
            docstring_limit=0,
        )

    compiled = Compiled(
        function(derived.value),
        function(fx, fy),
        function(*second),
        _can_be_singular(parts),
    )
    with np.errstate(all="ignore"):
        probe = [np.array([0.0, 0.5])] * len(arguments)
        compiled.value(*probe), compiled.gradient(*probe), compiled.hessian(*probe)
    return compiled


@dataclass(frozen=True)
class _Derived:
    """A formula's exact derivatives.

    Those of a long formula grow with its square and worse, as each repeats most of it. So they are
    taken of pieces of it, which have names in what contains them.

    Attributes:
        value: the formula, whole.
        entries: fx, fy, fxx, fxy and fyy.
        pieces: by their names, and their derivatives; each in terms of those before it.
    """

    value: sp.Expr
    entries: tuple[sp.Expr, ...]
    pieces: dict[sp.Symbol, sp.Expr]


@lru_cache(maxsize=256)
def _derived(formula: str, names: tuple[str, ...]) -> _Derived:
    operands: dict[sp.Expr, sp.Expr] = {}
    f = _expression(parse(formula, names).tree, operands)
    entries, pieces = _differentiated(f)
    formulas = (*pieces.values(), *entries)
    if _size(*formulas) > MAX_DERIVED:
        _refuse_derivatives(formula, "are too long")
    if _parts(*formulas) & {sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo}:
        _refuse_derivatives(formula, "are not real numbers")
    # To SymPy sqrt(x)*sqrt(x) is x, even where x < 0.
    left = _operands(_parts(f))
    return _Derived(
        reduce(_Where, (part for u, part in operands.items() if u not in left), f),
        entries,
        pieces,
    )


def _refuse_derivatives(formula: str, why: str) -> NoReturn:
    raise _Refusal(f"“{shorten(formula)}” has derivatives that {why}: simplify it.")


def _differentiated(f: sp.Expr) -> tuple[tuple[sp.Expr, ...], dict[sp.Symbol, sp.Expr]]:
    """The entries and the pieces of `_Derived`."""
    pieces: dict[sp.Expr, sp.Symbol] = {}
    f = _cut(f, pieces)
    parts = {name: piece for piece, name in pieces.items()}
    known = {by: {sp.Symbol(by): sp.Integer(1)} for by in "xy"}

    def along(by: str, parts: dict[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
        """The parts' derivatives, by the names that `known` then gives them."""
        derivatives = {}
        for name, part in parts.items():
            derivative = known[by][name] = _derivative(part, known[by])
            if derivative.args:
                known[by][name] = sp.Symbol(f"{name}_{by}")
                derivatives[known[by][name]] = derivative
        return derivatives

    dx, dy = along("x", parts), along("y", parts)
    fx, fy = _derivative(f, known["x"]), _derivative(f, known["y"])
    dxx, dxy, dyy = along("x", dx), along("y", dx), along("y", dy)
    second = [_derivative(g, known[by]) for g, by in ((fx, "x"), (fx, "y"), (fy, "y"))]
    return (fx, fy, *second), parts | dx | dy | dxx | dxy | dyy


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
    """f's derivative away from kinks: a jump counts as flat, as in automatic differentiation.

    By the chain rule alone. SymPy's own `diff` also asks of each step's result whether it is zero,
    and rewrites all of it, which takes several times as long.

    Args:
        known: the derivatives of the symbols in it that have one.
    """
    derivatives = dict(known)

    def d(f: sp.Expr) -> sp.Expr:
        if f not in derivatives:
            rates = enumerate(map(d, f.args))
            derivatives[f] = sp.Add(*(_term(f, at, rate) for at, rate in rates if rate))
        return derivatives[f]

    derivative = d(f)
    floats = [part for part in _parts(derivative) if part.is_Float]
    whole = {n: _number(float(n)) for n in floats if float(n).is_integer()}
    return derivative.xreplace(whole) if whole else derivative


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


def _size(*expressions: sp.Expr) -> int:
    """How many parts they have."""
    return sum(1 + _size(*f.args) for f in expressions)


def _parts(*expressions: sp.Expr) -> set[sp.Expr]:
    """All parts that they have, each once."""
    parts: set[sp.Expr] = set()
    left = list(expressions)
    while left:
        part = left.pop()
        if part not in parts:
            parts.add(part)
            left += part.args
    return parts


def _operands(parts: Iterable[sp.Expr]) -> dict[sp.Expr, sp.Expr]:
    """What roots are drawn and logarithms taken of among the parts, and one of these of each."""
    roots = (p for p in parts if isinstance(p, sp.log) or (p.is_Pow and not p.exp.is_Integer))
    return {p.args[0]: p for p in roots if p.args[0].free_symbols}


def _can_be_singular(parts: Iterable[sp.Expr]) -> bool:
    """Whether one divides by, or takes a root or the logarithm of, something with a symbol."""
    fractions = (p for p in parts if p.is_Pow and p.exp.is_Integer and p.exp < 0)
    return bool(_operands(parts)) or any(p.base.free_symbols for p in fractions)


# Into SymPy


class _Sign(sp.Function):
    """The sign of a real value. SymPy's own has a derivative that is no function."""

    nargs = 1

    @classmethod
    def eval(cls, value: sp.Expr) -> sp.Expr | None:
        return None if value.free_symbols else sp.Integer(np.sign(float(value)))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)

    def _latex(self, printer: Any, exp: str = "") -> str:
        raised = f"^{{{exp}}}" if exp else ""
        return rf"\operatorname{{sign}}{raised}{{\left({printer._print(self.args[0])} \right)}}"


class _Abs(sp.Function):
    """The absolute value of a real value. SymPy's own is one of complex values."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return _Sign(self.args[0])

    def _latex(self, printer: Any, exp: str = "") -> str:
        return rf"\left|{{{printer._print(self.args[0])}}}\right|" + (f"^{{{exp}}}" if exp else "")


class _Max(sp.Function):
    """The larger of two real values. SymPy's own compares all pairs, which can take minutes."""

    nargs = 2

    @classmethod
    def eval(cls, a: sp.Expr, b: sp.Expr) -> sp.Expr | None:
        return a if a == b else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        a, b = self.args
        return (1 + _Sign(a - b if argindex == 1 else b - a)) / 2

    def _latex(self, printer: Any, exp: str = "") -> str:
        text = rf"\max\left({', '.join(map(printer._print, self.args))}\right)"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text


def _min(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    return -_Max(-a, -b)


# Under SymPy's own names, by which its printers know them. Its own hyperbolic functions ask whether
# their argument is real by splitting it, which takes twice as long at each level of nesting.


class sinh(sp.Function):
    """Hyperbolic sine."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return cosh(self.args[0])


class cosh(sp.Function):
    """Hyperbolic cosine."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sinh(self.args[0])


class tanh(sp.Function):
    """Hyperbolic tangent."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return 1 - self**2


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
OURS: dict[str, Callable[..., sp.Expr]] = {
    "abs": _Abs,
    "sign": _Sign,
    "max": _Max,
    "min": _min,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
}
NUMPY = {"atan": np.arctan, "min": np.minimum, "max": np.maximum}


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
                    raise _Refusal(f"{tree.place} divides by zero: change what is below the line.")
                parts[at] = 1 / parts[at] if sign == "/" else parts[at]
            f = sp.Mul(*parts)
        case Power(base, exponent):
            f = _power_of(tree, _expression(base, operands), _expression(exponent, operands))
        case Call(name, arguments):
            f = _call(tree, name, *(_expression(a, operands) for a in arguments))
    if isinstance(tree, Power | Call):
        operands |= _operands(_parts(f))
    return _bounded(tree, f)


def _number(value: float) -> sp.Expr:
    whole = value.is_integer() and abs(value) < EXACT
    return sp.Integer(int(value)) if whole else sp.Float(value)


def _power_of(tree: Tree, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    if (base.is_Pow or base.is_Mul) and not exponent.is_Integer and _size(base) > MAX_SPLIT:
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
        raise _Refusal(f"{tree.place} has an exponent above {MAX_EXPONENT}: write a smaller one.")
    elif abs(n * math.log(abs(base.as_coeff_Mul()[0]))) > math.log(MAX_FACTOR):
        _refuse_number(tree)
    # Halves are roots; other fractions that are typed as decimals stay what was typed.
    return base ** (sp.Rational(n) if (2 * n).is_integer() else exponent)


def _call(tree: Tree, name: str, *values: sp.Expr) -> sp.Expr:
    if name == "sqrt":
        return _power_of(tree, values[0], sp.Rational(1, 2))
    if name in ("max", "min") and len(values) != 2:
        half = len(values) // 2  # halves nest less deeply than a chain
        parts = (_call(tree, name, *part) for part in (values[:half], values[half:]))
        return _call(tree, name, *parts) if half else values[0]
    if not any(value.free_symbols for value in values):
        return _folded(tree, NUMPY.get(name) or getattr(np, name), *values)
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
    raise _Refusal(f"{tree.place} is too large or undefined: write another number.")


# Into NumPy


def _shared(pieces: Mapping[sp.Symbol, sp.Expr], entries: Sequence[sp.Expr]) -> Any:
    """What is computed first, with its names, and the entries in terms of these.

    The pieces that the entries need, and what occurs more than once in any of them.
    """
    needed: dict[sp.Symbol, sp.Expr] = {}
    symbols = set().union(*(entry.free_symbols for entry in entries))
    for name in reversed(pieces):
        if name in symbols:
            needed[name] = pieces[name]
            symbols |= pieces[name].free_symbols
    formulas = [*needed.values(), *entries]
    if _size(*formulas) <= MAX_FACTORED:
        # Common factors make short gradients faster, and are most of the work in long ones.
        formulas = [sp.factor_terms(f) for f in formulas]
    repeated, formulas = sp.cse(formulas, list=False, order="none")
    named = dict(repeated) | dict(zip(needed, formulas, strict=False))
    uses = {name: f.free_symbols & named.keys() for name, f in named.items()}
    order = TopologicalSorter(uses).static_order()
    return [(name, named[name]) for name in order], formulas[len(needed) :]


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


class _Printer(NumPyPrinter):
    """NumPy code in floats, in which whole powers are products."""

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        if expr.is_number:
            return self._print_Float(expr)
        base, n = expr.base, expr.exp
        if not n.is_Rational or n.q > 2 or abs(n) > MAX_PRODUCTS:
            return f"numpy.power({self._print(base)}, {self._print(n)})"
        text = self._print(base) if n.q == 1 else f"numpy.sqrt({self._print(base)})"
        times = abs(int(n.p))
        if times <= 3 and text.isidentifier():
            text = f"({'*'.join([text] * times)})"
        elif times > 1:
            text = f"_power({text}, {times})"
        return text if n > 0 else f"(1.0/({text}))"

    def _print_Float(self, expr: sp.Expr) -> str:
        return repr(float(expr))  # inf and nan are names that lambdify knows

    _print_Rational = _print_Float

    def _print_Integer(self, expr: sp.Integer) -> str:
        # NumPy's functions refuse integers that no machine integer holds.
        return str(expr) if abs(expr) < EXACT else self._print_Float(expr)

    def _print__Abs(self, expr: _Abs) -> str:
        return self._call("abs", expr)

    def _print__Sign(self, expr: _Sign) -> str:
        return self._call("sign", expr)

    def _print__Max(self, expr: _Max) -> str:
        return self._call("maximum", expr)

    def _print__Hidden(self, expr: _Hidden) -> str:
        return f"({self._print(expr.args[0])})"

    def _print__Where(self, expr: _Where) -> str:
        value, other = map(self._print, expr.args)
        return f"numpy.where(numpy.isnan({other}), numpy.nan, {value})"

    def _call(self, function: str, expr: sp.Function) -> str:
        return f"numpy.{function}({', '.join(map(self._print, expr.args))})"
