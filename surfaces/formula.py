"""A formula's one door: text in; exact derivatives, LaTeX and NumPy functions out.

The text is parsed to Python's syntax tree and walked through an allow-list into SymPy. Nothing of
it is ever evaluated as Python.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

X, Y = sp.symbols("x y", real=True)

CONSTANTS = {"pi": sp.pi, "e": sp.E}
FUNCTIONS: dict[str, Callable[..., sp.Expr]] = {
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "exp": sp.exp,
    "log": sp.log,
    "sqrt": sp.sqrt,
    "abs": sp.Abs,
    "tanh": sp.tanh,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "atan": sp.atan,
    "min": sp.Min,
    "max": sp.Max,
    "sign": sp.sign,
}

MAX_LENGTH = 1000
MAX_NODES = 300
MAX_DEPTH = 40
MAX_EXPONENT = 100


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
    with sp.evaluate(False):
        expression = _Walker(formula, names, evaluate=False).expression()
        printed = {sp.Symbol(name, real=True): symbol for name, symbol in symbols}
        return str(sp.latex(expression, order="none", symbol_names=printed))


@lru_cache(maxsize=256)
def compile_formula(formula: str, names: tuple[str, ...] = ()) -> Compiled:
    """Compile a formula and its exact first and second derivatives; bounded cache.

    Raises:
        ValueError: as `parse` does.
    """
    f = parse(formula, names)
    arguments = (X, Y, *(sp.Symbol(name, real=True) for name in names))
    fx, fy = _derivative(f, X), _derivative(f, Y)
    fxx, fxy, fyy = _derivative(fx, X), _derivative(fx, Y), _derivative(fy, Y)

    def function(expressions: sp.Expr | list[sp.Expr]) -> Callable[..., Any]:
        return sp.lambdify(arguments, expressions, modules="numpy", printer=_Printer, cse=True)

    singular = any(_can_be_singular(entry) for entry in (fx, fy, fxx, fxy, fyy))
    return Compiled(function(f), function([fx, fy]), function([fxx, fxy, fyy]), singular)


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

    def _print_Max(self, expr: sp.Max) -> str:
        return self._nest("numpy.maximum", expr.args)

    def _print_Min(self, expr: sp.Min) -> str:
        return self._nest("numpy.minimum", expr.args)

    def _nest(self, function: str, arguments: Iterable[sp.Expr]) -> str:
        first, *rest = (self._print(a) for a in arguments)
        name = self._module_format(function)
        for argument in rest:
            first = f"{name}({first}, {argument})"
        return first


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
        if expression.has(sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo):
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
                return self.binary(op, self.walk(left, depth + 1), self.walk(right, depth + 1))
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
                if right.is_zero:
                    raise ValueError("The formula divides by zero everywhere.")
                return left / right
            case ast.Pow():
                return self.power(left, right)
        raise ValueError("Only + - * / and ** join the parts of a formula.")

    def sum(self, left: sp.Expr, right: sp.Expr) -> sp.Expr:
        # Flat, because SymPy prints a sum of sums with its brackets.
        return sp.Add(*(left.args if left.is_Add else [left]), right, evaluate=self.evaluate)

    def power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if exponent.has(sp.Pow, sp.exp) and exponent.free_symbols:
            raise ValueError("An exponent may not hold a power itself; simplify the formula.")
        if not exponent.free_symbols and not abs(complex(exponent)) <= MAX_EXPONENT:
            raise ValueError(f"An exponent may be at most {MAX_EXPONENT}.")
        if not (base.free_symbols or exponent.free_symbols):
            return self.number(_finite(base, exponent))
        return base**exponent

    def call(self, name: str, arguments: list[sp.Expr]) -> sp.Expr:
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join(FUNCTIONS)
            raise ValueError(f"“{_shorten(name)}” is not a function here; there are {known}.")
        several = name in ("min", "max")
        if (len(arguments) < 2) if several else (len(arguments) != 1):
            raise ValueError(f"{name} takes {'two or more values' if several else 'one value'}.")
        return function(*arguments)

    def place(self, node: ast.AST) -> str:
        source = ast.get_source_segment(self.formula.strip().replace("^", "**"), node)
        return _shorten(source or self.formula)


def _finite(base: sp.Expr, exponent: sp.Expr) -> float:
    """A power of two numbers, computed in float so that 9**9**9 costs nothing."""
    try:
        value = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError, TypeError):
        value = math.inf
    if isinstance(value, complex) or not math.isfinite(value):
        raise ValueError("A power of two numbers in the formula is too large or undefined.")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _shorten(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
