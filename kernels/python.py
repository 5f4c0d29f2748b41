"""A graph as Python over plain floats, equal to NumPy's arrays to the last bit.

Arithmetic is Python's; sines, exponentials and the like are NumPy's, since those of `math` differ
in the last place. What Python refuses, such as 1/0, is what NumPy gives. Nothing that a person
wrote is in the text: settings and entries of the state are numbered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from kept import GRAPHS, Kept, size_of
from kernels.graph import CONSTANT, Graph, Question
from kernels.losses import LossGraph, arguments, traced_loss
from kernels.printer import LossPlan, Printer, RunPlan
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
        "sign": "1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else 0.0 if {0} == 0.0 else nan",
        "maximum": "{0} if {0} > {1} or {0} != {0} else {1}",
        "minimum": "{0} if {0} < {1} or {0} != {0} else {1}",
        "pow": "pow({0}, {1})",
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


def raised(a: float, b: float) -> float:
    """What an array's number is to a power: NumPy takes some another way."""
    if b == 2.0:
        return a * a
    if b == 1.0:
        return a
    if b == 0.5:
        return math.sqrt(a) if a >= 0 else math.nan
    return float((np.array([a]) ** b)[0])


KNOWN: Mapping[str, Any] = MappingProxyType(
    {
        "divide": divide,
        "hypot": hypot,
        "pow": pow,
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

    def call(self, operation: str, operands: list[str]) -> str:
        return f"float(np.{operation}({', '.join(operands)}))"

    def template(self, place: int) -> str:
        node = self.graph.nodes[place]
        if node.operation == "divide":
            divisor = self.graph.nodes[node.operands[1]]
            if divisor.operation == CONSTANT and float(divisor.text):
                return "{0} / {1}"
        return super().template(place)


class RunPrinter(RunPlan, PythonPrinter):
    """Writes a rule's run: its steps, one after the other, and a row of numbers for each.

    Args:
        scheduled: whether each step has a learning rate of its own.
        brief: whether of each step only the point is noted, and what was asked.
        projected: whether each number of the point is then brought between `low` and `high`; if not
            brief, it is noted last whether that moved it.
    """

    def __init__(
        self, graph: Graph, scheduled: bool, brief: bool = False, projected: bool = False
    ) -> None:
        super().__init__(graph, scheduled)
        self.brief = brief
        self.projected = projected
        self.sometimes = [q for q in graph.questions if graph.nodes[q.when].text != "True"]
        self.gradients = [q for q in graph.questions if q.kind == "gradient"]

    @property
    def row(self) -> list[str]:
        """What is noted of a step: the point, what was given there, the state, what was asked."""
        nodes = [*self.step.theta.nodes]
        given = self.given
        if self.plain:
            given = [f"n{each}" for each in self.gradients[0].answer.nodes]
        asked = [question.when for question in self.sometimes]
        texts = [new for _, new in self.moved]
        if self.brief:
            return [*texts, *map(self.text, asked)]
        put_back = [
            " or ".join(f"{c} != {self.text(n)}" for n, c in zip(nodes, texts, strict=True))
        ]
        return [
            *texts,
            *given,
            *self.noted,
            *map(self.text, asked),
            *(put_back if self.projected else []),
        ]

    @property
    def given(self) -> list[str]:
        """The names of the gradient at the point, where that is not just asked for."""
        return [f"g{i}" for i in range(len(self.points))]

    @property
    def moved(self) -> list[tuple[str, str]]:
        """The names of the point's numbers, each with what it becomes."""
        nodes = self.step.theta.nodes
        texts = [f"c{i}" for i in range(len(nodes))] if self.projected else map(self.text, nodes)
        return list(zip(self.points, texts, strict=True))

    @property
    def carried(self) -> list[tuple[str, str]]:
        kept = [pair for pair in super().carried if pair[0] not in self.points]
        return [pair for pair in self.moved if pair[0] != pair[1]] + kept

    @cached_property
    def plain(self) -> bool:
        """Whether just one gradient is asked for, and at the point itself."""
        if len(self.gradients) != 1 or self.gradients[0] in self.sometimes:
            return False
        return self.at_point(self.gradients[0])

    def ask(self, question: Question) -> list[str]:
        names = ", ".join(f"n{place}" for place in question.answer.nodes)
        if question.kind == "gradient" and len(self.points) == 1:
            names += ","
        point = [self.text(place) for place in question.point]
        lines = [
            f"spent += cost_of_{question.kind}",
            "if spent > left:",
            *STOP,
            f"{names} = {question.kind}(t, {', '.join(point)})",
        ]
        if question.kind == "gradient" and not self.plain:
            same = (f"{at} == {p}" for at, p in zip(point, self.points, strict=True))
            here = f"if {' and '.join(same)}:"
            given = f"{', '.join(self.given)} = {', '.join(f'n{n}' for n in question.answer.nodes)}"
            lines += [given] if self.at_point(question) else [here, f"    {given}"]
        return lines

    def __str__(self) -> str:
        step, inside = self.step, "        "
        held = self.holds
        names = [f"s{i}" for i in range(len(step.settings))]
        points = self.points
        lines = [f"def run({', '.join([*parameters(points), *held, *names])}):"]
        lines += [f"    r{i} = s{i}" for i in self.rates]
        lines += [*self.lines(self.beforehand, "    "), "    t = first - 1"]
        lines += ["    for t in range(first, last + 1):"]
        lines += [f"{inside}s{i} = r{i} * factors[t - first]" for i in self.rates]
        lines += [f"{inside}{line}" for line in ("paid = spent", "spent += cost_of_step")]
        lines += [f"{inside}if spent > left:", *(inside + line for line in STOP)]
        if not self.plain:
            lines.append(f"{inside}{' = '.join(self.given)} = nan")
        lines += self.lines(self.statements, inside)
        if self.refuses:
            lines += [f"{inside}if {self.refuses}:", *(inside + line for line in STOP)]
        if self.projected:
            for (_, c), node in zip(self.moved, self.step.theta.nodes, strict=True):
                x = self.text(node)
                lines.append(f"{inside}{c} = low if {x} < low else high if {x} > high else {x}")
        lines.append(f"{inside}note(pack({', '.join(self.row)}))")
        lines += carrying(self.carried, inside)
        lines += [f"{inside}if not ({' and '.join(f'-bound < {p} < bound' for p in points)}):"]
        lines += [
            f"{inside}    break",
            f"    return t, spent, {''.join(h + ', ' for h in (*points, *held))}",
        ]
        return "\n".join(lines) + "\n"


def carrying(pairs: Sequence[tuple[str, str]], inside: str) -> list[str]:
    """The line that sets all names at once; none for none."""
    if not pairs:
        return []
    olds, news = zip(*pairs, strict=True)
    return [f"{inside}{', '.join(olds)} = {', '.join(news)}"]


def parameters(points: Sequence[str]) -> list[str]:
    """What a run is given before the state and the settings."""
    return [
        *("first", "last", *points, "bound", "low", "high"),
        *("value", "gradient", "hessian", "note", "pack"),
        *("factors", "left", "spent", "cost_of_step", "cost_of_value", "cost_of_gradient"),
        "cost_of_hessian",
    ]


STOP = ["    t -= 1", "    spent = paid", "    break"]
"""A step that cannot be taken here: it has not begun."""


@dataclass(frozen=True)
class Steps:
    """A rule's run as a function.

    Attributes:
        text: as it is printed.
        function: takes the steps `first` to `last` from a point and a state; see `parameters`. It
            returns the last step that it took, what is spent, the point and the state.
        width: how many numbers it notes at each step.
    """

    graph: Graph
    text: str
    function: Callable[..., Any]
    width: int


def steps(
    graph: Graph, scheduled: bool = False, brief: bool = False, projected: bool = False
) -> Steps:
    """The run of a rule, as `RunPrinter` takes it; kept."""
    key = graph, scheduled, brief, projected
    return _steps.get(key, lambda: _printed(*key))


def forget() -> None:
    """Drop all functions that are kept."""
    _steps.clear()
    _losses.clear()


_steps: Kept[tuple[Graph, bool, bool, bool], Steps] = Kept(
    GRAPHS, lambda run: 2 * len(run.text) + size_of(run.graph)
)


def _printed(graph: Graph, scheduled: bool, brief: bool, projected: bool) -> Steps:
    printer = RunPrinter(graph, scheduled, brief, projected)
    text = str(printer)
    return Steps(graph, text, made(text, "run"), len(printer.row))


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


_losses: Kept[LossGraph, Callable[..., Any]] = Kept(GRAPHS)


def made(text: str, name: str) -> Callable[..., Any]:
    """The function of a name in a text of a printer's."""
    namespace: dict[str, Any] = dict(KNOWN)
    exec(text, namespace)
    function: Callable[..., Any] = namespace[name]
    return function
