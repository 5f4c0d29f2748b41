"""A formula's one door: text in; exact derivatives, LaTeX and NumPy functions out.

The text is parsed to Python's syntax tree and walked through an allow-list into SymPy. Nothing of
it is ever evaluated as Python.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

X, Y = sp.symbols("x y", real=True)


class _Sign(sp.Function):
    """The sign of a real value. SymPy's own differentiates real and imaginary parts apart."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)

    def _latex(self, printer: sp.printing.latex.LatexPrinter) -> str:
        return rf"\operatorname{{sign}}{{\left({printer._print(self.args[0])} \right)}}"


class _Abs(sp.Function):
    """The absolute value of a real value; see `_Sign`."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return _Sign(self.args[0])

    def _latex(self, printer: sp.printing.latex.LatexPrinter) -> str:
        return rf"\left|{{{printer._print(self.args[0])}}}\right|"


class _Max(sp.Function):
    """The larger of two real values. SymPy's own compares all pairs, which can take minutes."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        a, b = self.args
        return (1 + _sign(a - b if argindex == 1 else b - a)) / 2

    def _latex(self, printer: sp.printing.latex.LatexPrinter) -> str:
        return rf"\max\left({', '.join(map(printer._print, self.args))}\right)"


def _sign(f: sp.Expr) -> sp.Expr:
    return sp.sign(f) if f.is_extended_real else _Sign(f)


def _abs(f: sp.Expr) -> sp.Expr:
    return sp.Abs(f) if f.is_extended_real else _Abs(f)


def _max(*values: sp.Expr) -> sp.Expr:
    return reduce(_Max, values)


def _min(*values: sp.Expr) -> sp.Expr:
    return -_max(*(-v for v in values))


CONSTANTS = {"pi": sp.pi, "e": sp.E}
FUNCTIONS: dict[str, Callable[..., sp.Expr]] = {
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "exp": sp.exp,
    "log": sp.log,
    "sqrt": sp.sqrt,
    "abs": _abs,
    "tanh": sp.tanh,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "atan": sp.atan,
    "min": _min,
    "max": _max,
    "sign": _sign,
}
WRITTEN = FUNCTIONS | {"abs": sp.Abs, "min": sp.Min, "max": sp.Max, "sign": sp.sign}

MAX_LENGTH = 1000
MAX_NODES = 300
MAX_DEPTH = 40
MAX_EXPONENT = 100
MAX_FACTOR = 10**300


@dataclass(frozen=True)
class Compiled:
    """NumPy functions of (x, y, *parameters); gradient and hessian return their entries.

    `singular` tells that a derivative's formula can be 0/0 where the loss itself is finite.
    """

    value: Callable[..., np.ndarray]
    gradient: Callable[..., tuple[np.ndarray, np.ndarray]]
    hessian: Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]
    singular: bool


@lru_cache(maxsize=256)
def parse(formula: str, names: tuple[str, ...] = ()) -> sp.Expr:
    """The formula as a SymPy expression in x, y and the named parameters, all real.

    Raises:
        ValueError: the formula is refused; the message is one sentence for the person who typed it.
    """
    return _Walker(formula, names, evaluate=True).expression()


@lru_cache(maxsize=256)
def latex(formula: str, symbols: tuple[tuple[str, str], ...] = ()) -> str:
    """The formula as it was written, in LaTeX; symbols pairs a parameter's name with its LaTeX."""
    names = tuple(name for name, _ in symbols)
    printed = {sp.Symbol(name, real=True): symbol for name, symbol in symbols}
    simplified = parse(formula, names)
    try:
        with sp.evaluate(False):
            expression = _Walker(formula, names, evaluate=False).expression()
            return str(sp.latex(expression, order="none", symbol_names=printed))
    except Exception:
        # SymPy cannot hold every formula unsimplified.
        return str(sp.latex(simplified, symbol_names=printed))


@lru_cache(maxsize=256)
def compile_formula(formula: str, names: tuple[str, ...] = ()) -> Compiled:
    """Compile a formula and its exact first and second derivatives; bounded cache.

    Raises:
        ValueError: as `parse` does.
    """
    f = parse(formula, names)
    try:
        return _compile(f, (X, Y, *(sp.Symbol(name, real=True) for name in names)))
    except Exception:
        # SymPy and NumPy have many ways to fail at a formula; none may wait for the first look.
        raise ValueError(
            f"“{_shorten(formula)}” has derivatives that cannot be computed; simplify it."
        ) from None


def _compile(f: sp.Expr, arguments: tuple[sp.Symbol, ...]) -> Compiled:
    fx, fy = _derivative(f, X), _derivative(f, Y)
    fxx, fxy, fyy = _derivative(fx, X), _derivative(fx, Y), _derivative(fy, Y)
    entries = (fx, fy, fxx, fxy, fyy)
    if any(entry.has(sp.I, sp.zoo, sp.nan) for entry in entries):
        raise ValueError("not real")

    def function(expressions: sp.Expr | list[sp.Expr]) -> Callable[..., Any]:
        return sp.lambdify(arguments, expressions, modules="numpy", printer=_Printer, cse=True)

    singular = any(_can_be_singular(entry) for entry in entries)
    compiled = Compiled(function(f), function([fx, fy]), function([fxx, fxy, fyy]), singular)
    with np.errstate(all="ignore"):
        probe = [np.array([0.0, 0.5])] * len(arguments)
        compiled.value(*probe), compiled.gradient(*probe), compiled.hessian(*probe)
    return compiled


def _derivative(f: sp.Expr, by: sp.Symbol) -> sp.Expr:
    """∂f/∂by away from kinks: a jump counts as flat, as it does for automatic differentiation."""
    return sp.diff(f, by).replace(sp.DiracDelta, lambda *_: sp.Integer(0))


def _can_be_singular(f: sp.Expr) -> bool:
    """Whether f divides by, or takes the logarithm of, something that depends on a symbol."""
    powers = any(p.exp.is_negative is not False and p.base.free_symbols for p in f.atoms(sp.Pow))
    return powers or bool(f.atoms(sp.log))


class _Printer(NumPyPrinter):
    """NumPy code in which small integer powers are products: np.power is far slower."""

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        n = expr.exp
        if n.is_Integer and 2 <= int(n) <= 8 and expr.base.is_Symbol:
            return "(" + "*".join([self._print(expr.base)] * int(n)) + ")"
        return super()._print_Pow(expr, rational=rational)

    def _print_Integer(self, expr: sp.Integer) -> str:
        # NumPy's functions refuse integers that no machine integer holds.
        return super()._print_Integer(expr) if abs(expr) < 2**53 else repr(float(expr))

    def _print__Abs(self, expr: _Abs) -> str:
        return self._call("numpy.abs", expr)

    def _print__Sign(self, expr: _Sign) -> str:
        return self._call("numpy.sign", expr)

    def _print__Max(self, expr: _Max) -> str:
        return self._call("numpy.maximum", expr)

    def _call(self, function: str, expr: sp.Function) -> str:
        return f"{self._module_format(function)}({', '.join(map(self._print, expr.args))})"


class _Walker:
    """Walks a formula's syntax tree through the allow-list."""

    def __init__(self, formula: str, names: tuple[str, ...], evaluate: bool) -> None:
        self.formula = formula
        self.symbols = {"x": X, "y": Y} | {n: sp.Symbol(n, real=True) for n in names}
        self.evaluate = evaluate

    def expression(self) -> sp.Expr:
        if not self.formula.strip():
            raise ValueError("The formula is empty; write one in x and y, such as x**2 + y**2.")
        if len(self.formula) > MAX_LENGTH:
            raise ValueError(f"The formula is longer than {MAX_LENGTH} characters; shorten it.")
        if not self.formula.isascii():
            strange = next(c for c in self.formula if not c.isascii())
            raise ValueError(f"“{strange}” is not a character of a formula; use plain ASCII.")
        try:
            tree = ast.parse(self.formula.strip().replace("^", "**"), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ValueError(
                f"“{_shorten(self.formula)}” cannot be read as a formula in x and y."
            ) from None
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            raise ValueError("The formula has too many parts; simplify it.")
        expression = self.walk(tree.body, depth=0)
        if self.evaluate and expression.has(sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo):
            raise ValueError(f"“{_shorten(self.formula)}” has no real value anywhere.")
        return expression

    def walk(self, node: ast.expr, depth: int) -> sp.Expr:
        if depth > MAX_DEPTH:
            raise ValueError("The formula is nested too deeply; simplify it.")
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self.number(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.walk(operand, depth + 1)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.walk(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right):
                joined = self.binary(op, self.walk(left, depth + 1), self.walk(right, depth + 1))
                return self.bounded(joined)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(name, [self.walk(a, depth + 1) for a in arguments])
        raise ValueError(f"“{self.place(node)}” is not allowed in a formula.")

    def number(self, value: float) -> sp.Expr:
        if not abs(value) < 1e100:
            raise ValueError(f"The number {_shorten(str(value))} is too large for a formula.")
        return sp.Integer(value) if isinstance(value, int) else sp.Float(value)

    def name(self, name: str) -> sp.Expr:
        found = self.symbols.get(name, CONSTANTS.get(name))
        if found is None:
            known = ", ".join([*self.symbols, *CONSTANTS])
            raise ValueError(f"“{_shorten(name)}” is unknown in this formula; it may use {known}.")
        return found

    def binary(self, op: ast.operator, left: sp.Expr, right: sp.Expr) -> sp.Expr:
        match op:
            case ast.Add():
                return self.sum(left, right)
            case ast.Sub():
                return self.sum(left, -right)
            case ast.Mult():
                return left * right
            case ast.Div():
                if self.evaluate and right.is_zero:
                    raise ValueError("The formula divides by zero everywhere.")
                return left / right
            case ast.Pow():
                return self.power(left, right)
        raise ValueError("Only + - * / and ** join the parts of a formula.")

    def sum(self, left: sp.Expr, right: sp.Expr) -> sp.Expr:
        # Flat, because SymPy prints a sum of sums with its brackets.
        return sp.Add(*(left.args if left.is_Add else [left]), right, evaluate=self.evaluate)

    def power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if not self.evaluate:
            return base**exponent
        if base is sp.E and exponent.free_symbols:
            return sp.exp(exponent)
        if any(part.free_symbols for part in exponent.atoms(sp.Pow, sp.exp)):
            raise ValueError("An exponent may not hold a power itself; simplify the formula.")
        if not exponent.free_symbols and not abs(float(exponent)) <= MAX_EXPONENT:
            raise ValueError(f"An exponent may be at most {MAX_EXPONENT}.")
        if not (base.free_symbols or exponent.free_symbols):
            return self.constant(np.power, base, exponent)
        return base**exponent

    def constant(self, function: Callable[..., Any], *values: sp.Expr) -> sp.Expr:
        """A number computed in float: SymPy can need all memory for exp(exp(99)) or 9**9**9."""
        with np.errstate(all="ignore"):
            value = float(function(*map(float, values)))
        if not math.isfinite(value):
            raise ValueError("A number in the formula is too large or undefined.")
        return self.number(int(value) if value.is_integer() and abs(value) < 2**53 else value)

    def bounded(self, f: sp.Expr) -> sp.Expr:
        """f, unless the number in front of it outgrows floats, as in ((9*x)**99)**99."""
        if self.evaluate:
            factor = f.as_coeff_Mul()[0]
            parts = (factor.p, factor.q) if factor.is_Rational else (factor,)
            if not all(abs(part) < MAX_FACTOR for part in parts):
                raise ValueError("A number in the formula is too large or undefined.")
        return f

    def call(self, name: str, arguments: list[sp.Expr]) -> sp.Expr:
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join(FUNCTIONS)
            raise ValueError(f"“{_shorten(name)}” is not a function here; there are {known}.")
        several = name in ("min", "max")
        if (len(arguments) < 2) if several else (len(arguments) != 1):
            raise ValueError(f"{name} takes {'two or more values' if several else 'one value'}.")
        if not self.evaluate:
            return WRITTEN[name](*arguments)
        if not any(argument.free_symbols for argument in arguments):
            numeric = {"min": np.minimum, "max": np.maximum}.get(name)
            if numeric:
                return reduce(lambda a, b: self.constant(numeric, a, b), arguments)
            return self.constant(getattr(np, name), *arguments)
        return function(*arguments)

    def place(self, node: ast.AST) -> str:
        source = ast.get_source_segment(self.formula.strip().replace("^", "**"), node)
        return _shorten(source or self.formula)


def _shorten(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
