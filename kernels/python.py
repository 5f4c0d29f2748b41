"""A graph as Python over plain floats, equal to NumPy's arrays to the last bit.

Arithmetic is Python's; sines, exponentials and the like are NumPy's, since those of `math` differ
in the last place. What Python refuses, such as 1/0, is what NumPy gives. Nothing that a person
wrote is in the text: settings and entries of the state are numbered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from kept import GRAPHS, Kept
from kernels.graph import CONSTANT, STEP
from kernels.losses import LossGraph, arguments, traced_loss
from kernels.printer import LossPlan, Printer
from surfaces import Problem, Surface

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "add": "{0} + {1}",
        "subtract": "{0} - {1}",
        "multiply": "{0} * {1}",
        "divide": "{0} / {1} if {1} else divide({0}, {1})",
        "remainder": "{0} % {1} if {1} else nan",
        "negative": "-{0}",
        "absolute": "abs({0})",
        "square": "{0} * {0}",
        "sqrt": "sqrt({0}) if {0} >= 0.0 else nan",
        "reciprocal": "1.0 / {0} if {0} else divide(1.0, {0})",
        "heaviside": "1.0 if {0} > 0.0 else 0.0 if {0} < 0.0 else {1} if {0} == 0.0 else nan",
        "sign": "1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else 0.0 if {0} == 0.0 else nan",
        "maximum": "{0} if {0} > {1} or {0} != {0} else {1}",
        "minimum": "{0} if {0} < {1} or {0} != {0} else {1}",
        "pow": "pow({0}, {1})",
        "power": "power({0}, {1})",
        "raised": "raised({0}, {1})",
        "hypot": "hypot({0}, {1})",
        "where": "{1} if {0} else {2}",
        "equal": "{0} == {1}",
        "not_equal": "{0} != {1}",
        "less": "{0} < {1}",
        "less_equal": "{0} <= {1}",
        "greater": "{0} > {1}",
        "greater_equal": "{0} >= {1}",
        "logical_and": "{0} and {1}",
        "logical_or": "{0} or {1}",
        "logical_not": "not {0}",
        "isnan": "{0} != {0}",
        "isfinite": "isfinite({0})",
    }
)


def divide(a: float, b: float) -> float:
    """a/b as NumPy has it, b being 0."""
    return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


def hypot(a: float, b: float) -> float:
    """C's hypot, which np.hypot calls and math.hypot does not."""
    try:
        return abs(complex(a, b))
    except OverflowError:
        return math.inf


def pow(a: float, b: float) -> float:
    """C's pow, without Python's exceptions and complex numbers."""
    try:
        power: float = math.pow(a, b)
    except (OverflowError, ValueError):
        power = float(np.float64(a) ** np.float64(b))
    return power


def power(a: float, b: float) -> float:
    """An array's number to one exponent: NumPy takes some another way."""
    if b == 2.0:
        return a * a
    if b == 1.0:
        return a
    if b == 0.5:
        return math.sqrt(a) if a >= 0 else math.nan
    return float(np.power(a, b))


def raised(a: float, b: float) -> float:
    """An array's number to one of an array of exponents."""
    if b in OTHERWISE:
        return float(np.power((a, a), (b, b))[0])
    return float(np.power(a, b))


OTHERWISE = (-1.0, 0.0, 0.5, 1.0, 2.0)
"""The exponents to which NumPy takes another way, if there is one only."""


KNOWN: Mapping[str, Any] = MappingProxyType(
    {
        "divide": divide,
        "hypot": hypot,
        "pow": pow,
        "power": power,
        "raised": raised,
        "sqrt": math.sqrt,
        "isfinite": math.isfinite,
        "inf": math.inf,
        "nan": math.nan,
        "np": np,
    }
)
"""What printed functions call."""


class PythonPrinter(Printer):
    """Writes a graph's numbers in Python."""

    templates = TEMPLATES
    sets = "{0} = {1}"
    nothing = "nan"
    branches = ("if {0}:", "else:")
    tab = "    "

    def constant(self, text: str) -> str:
        return f"({text})" if text.startswith("-") else text

    def input(self, place: int) -> str:
        return "t0" if self.graph.nodes[place].kind == STEP else super().input(place)

    @property
    def counted(self) -> list[str]:
        """The line that makes a float of t, as all numbers are; none where it is not read."""
        is_read = any(self.graph.nodes[place].kind == STEP for place in self.needed)
        return ["t0 = float(t)"] if is_read else []

    def call(self, operation: str, operands: list[str]) -> str:
        return f"float(np.{operation}({', '.join(operands)}))"

    def template(self, place: int) -> str:
        node = self.graph.nodes[place]
        if node.operation == "divide":
            divisor = self.graph.nodes[node.operands[1]]
            if divisor.operation == CONSTANT and float(divisor.text):
                return "{0} / {1}"
        return super().template(place)


class LossPrinter(LossPlan, PythonPrinter):
    """Writes what a surface answers as a function of t, x and y, given its numbers."""

    def __str__(self) -> str:
        names = ", ".join(f"s{i}" for i in range(len(self.graph.settings)))
        lines = [f"def bound({names}):", *self.lines(self.beforehand, "    ")]
        lines += ["    def loss(t, p0, p1):", *self.lines(self.statements, "        ")]
        lines += [f"        return {', '.join(map(self.text, self.results))}", "    return loss"]
        return "\n".join(lines) + "\n"


def answering(surface: Problem, kind: str) -> Callable[..., Any]:
    """The "value", "gradient" or "hessian" of a surface as a function of t and a point's floats.

    A value is a float; of a gradient there are two, and of a Hessian xx, xy and yy.

    Raises:
        Untraceable: the surface is no formula.
    """
    graph = traced_loss(surface, kind)
    assert isinstance(surface, Surface)
    bound = _losses.get(graph, lambda: made(str(LossPrinter(graph, graph.answer.nodes)), "bound"))
    function: Callable[..., Any] = bound(*arguments(surface).values())
    return function


def forget() -> None:
    """Drop all functions that are kept."""
    _losses.clear()


_losses: Kept[LossGraph, Callable[..., Any]] = Kept(GRAPHS)


def made(text: str, name: str) -> Callable[..., Any]:
    """The function of a name in a text of a printer's."""
    namespace: dict[str, Any] = dict(KNOWN)
    exec(text, namespace)
    function: Callable[..., Any] = namespace[name]
    return function
