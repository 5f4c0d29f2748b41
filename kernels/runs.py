"""A single run as Python over plain floats: its steps one after the other, all of it noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kept import GRAPHS, Kept
from kernels.graph import Graph, Question
from kernels.printer import RunPlan
from kernels.python import PythonPrinter, made
from kernels.tables import Table, step_by_step


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
        self.table = step_by_step(graph, graph.wanted, graph.rates if scheduled else ())
        super().__init__(replace(graph, nodes=graph.reading(self.table.columns)), scheduled)
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
        lines += [each_step("range(first, last + 1)", self.table, "    ")]
        lines += [f"{inside}{line}" for line in self.counted]
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


def each_step(steps: str, table: Table, inside: str) -> str:
    """The line that begins the steps: t takes their numbers, and names what the table has."""
    names = [f"b{i}" for i in range(len(table.columns))]
    taken = f"{', '.join(['t', *names])} in zip({steps}, *table)" if names else f"t in {steps}"
    return f"{inside}for {taken}:"


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
        *("value", "gradient", "hessian", "note", "pack", "table"),
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
        table: whose columns it is given, from `first` on.
    """

    graph: Graph
    text: str
    function: Callable[..., Any]
    width: int
    table: Table


def steps(
    graph: Graph, scheduled: bool = False, brief: bool = False, projected: bool = False
) -> Steps:
    """The run of a rule, as `RunPrinter` takes it; kept."""
    key = graph, scheduled, brief, projected
    return _steps.get(key, lambda: _printed(*key))


def forget() -> None:
    """Drop all functions that are kept."""
    _steps.clear()


_steps: Kept[tuple[Graph, bool, bool, bool], Steps] = Kept(GRAPHS, lambda run: 2 * len(run.text))


def _printed(graph: Graph, scheduled: bool, brief: bool, projected: bool) -> Steps:
    printer = RunPrinter(graph, scheduled, brief, projected)
    text = str(printer)
    return Steps(graph, text, made(text, "run"), len(printer.row), printer.table)
