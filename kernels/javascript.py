"""Graphs as JavaScript over doubles: a module of a rule, and one of what a surface answers.

Arithmetic, roots and lengths are NumPy's to the last bit. Exponentials, sines and powers are the
browser's, which differ in the last place: those that settings and t decide alone are in a table,
which is the server's where it is sent. Settings are arguments, and numbered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from kept import GRAPHS, Kept
from kernels.graph import TRUTHS, WHERE, Graph, Question, Untraceable
from kernels.losses import LossGraph, traced_loss
from kernels.printer import LossPlan, Printer, RunPlan
from kernels.tables import Table
from surfaces import Problem

ARITHMETIC = Path(__file__).with_name("arithmetic.js").read_text(encoding="utf-8")

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "add": "{0} + {1}",
        "subtract": "{0} - {1}",
        "multiply": "{0} * {1}",
        "divide": "{0} / {1}",
        "negative": "-{0}",
        "square": "{0} * {0}",
        "reciprocal": "1 / {0}",
        "heaviside": "{0} > 0 ? 1 : {0} < 0 ? 0 : {0} === 0 ? {1} : NaN",
        "sign": "{0} > 0 ? 1 : {0} < 0 ? -1 : {0} === 0 ? 0 : NaN",
        "maximum": "{0} > {1} || {0} !== {0} ? {0} : {1}",
        "minimum": "{0} < {1} || {0} !== {0} ? {0} : {1}",
        "where": "{0} ? {1} : {2}",
        "equal": "{0} === {1}",
        "not_equal": "{0} !== {1}",
        "less": "{0} < {1}",
        "less_equal": "{0} <= {1}",
        "greater": "{0} > {1}",
        "greater_equal": "{0} >= {1}",
        "logical_and": "{0} && {1}",
        "logical_or": "{0} || {1}",
        "logical_not": "!{0}",
        "isnan": "{0} !== {0}",
        "isfinite": "Number.isFinite({0})",
    }
)

CALLED = {
    "absolute": "abs",
    "remainder": "mod",
    "raised": "pow",
    "arctan2": "atan2",
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
}
"""What JavaScript calls functions that it has under another name."""

EXACT = frozenset({*TEMPLATES, *TRUTHS, WHERE, "absolute", "sqrt", "hypot", "remainder", "floor"})
"""What is NumPy's to the last bit."""

HAS = frozenset(re.findall(r"\w+", " ".join(re.findall(r"^const {(.*)} = Math", ARITHMETIC, re.M))))
HAS |= frozenset(re.findall(r"^function (\w+)", ARITHMETIC, re.M))

WORDS = {"True": "true", "False": "false", "inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
WITHIN = "-bound < p0 && p0 < bound && -bound < p1 && p1 < bound"


class JavaScriptPrinter(Printer):
    """Writes a graph's numbers in JavaScript."""

    templates = TEMPLATES
    sets = "{0} = {1};"
    nothing = "NaN"
    branches = ("if ({0}) {{", "} else {", "}")
    tab = "  "

    def constant(self, text: str) -> str:
        text = WORDS.get(text, text)
        return f"({text})" if text.startswith("-") else text

    def call(self, operation: str, operands: list[str]) -> str:
        name = CALLED.get(operation, operation)
        if name not in HAS:
            raise Untraceable(f"JavaScript has no np.{operation}.")
        return f"{name}({', '.join(operands)})"

    @property
    def takes(self) -> list[str]:
        """The lines that give settings their names."""
        names = ", ".join(f"s{i}" for i in range(len(self.graph.settings)))
        return [f"  let [{names}] = s;"] if names else []

    @property
    def declares(self) -> list[str]:
        """The line that declares the names of nodes; none for none."""
        asked = {each for question in self.questions for each in question.answer.nodes}
        return self.declared([each for each in self.needed if each in self.named | asked])

    def declared(self, places: Sequence[int], indent: str = "  ") -> list[str]:
        """The same of some nodes."""
        names = ", ".join(f"n{place}" for place in places)
        return [f"{indent}let {names};"] if names else []


class _Numbers(JavaScriptPrinter):
    """Writes some nodes of a graph that asks nothing, one after the other."""

    def __str__(self) -> str:
        lines = [*self.takes, *self.declares, *self.lines(self.statements, "  ")]
        return "\n".join([*lines, f"  return [{', '.join(map(self.text, self.results))}];"])


def columns(graph: Graph) -> tuple[int, ...]:
    """The nodes of a table: what settings and t alone decide, and not by arithmetic only."""
    exact: list[bool] = []
    for node in graph.nodes:
        known = node.operation in EXACT or not node.operands
        exact.append(known and all(exact[each] for each in node.operands))
    return tuple(place for place in graph.by_step if not exact[place])


def table(graph: Graph) -> Table:
    """What a run's module reads instead of working it out."""
    return Table(graph, columns(graph), graph.rates)


class RunPrinter(RunPlan, JavaScriptPrinter):
    """Writes a rule's run: its steps, one after the other, and what is noted of each.

    What a table says is an input of the step, and a table of the module's own says the same.
    """

    def __init__(self, graph: Graph, scheduled: bool) -> None:
        self.whole, self.table = graph, table(graph)
        self.columns = self.table.columns
        super().__init__(replace(graph, nodes=graph.reading(self.columns)), scheduled)

    def ask(self, question: Question) -> list[str]:
        x, y = map(self.text, question.point)
        first, *others = (f"n{place}" for place in question.answer.nodes)
        if not others:
            return ["asked += 1;", f"{first} = value({x}, {y});"]
        lines = ["asked += 1;", f"{question.kind}({x}, {y}, a, t);"]
        lines += [f"{name} = a[{i}];" for i, name in enumerate((first, *others))]
        if question.kind == "gradient":
            here = "" if self.at_point(question) else f"if ({x} === p0 && {y} === p1) "
            lines.append(f"{here}{{ g0 = {first}; g1 = {others[0]}; }}")
        return lines

    @property
    def rated(self) -> list[str]:
        """The rates of a step."""
        return [f"    s{i} = r{i} * factors[t - 1];" for i in self.rates]

    @property
    def tabled(self) -> list[str]:
        """The function of a table."""
        rows = _Numbers(self.whole, self.columns)
        head = [
            f"export const columns = {len(self.columns)};",
            f"export const decided = {json.dumps(self.table.decided)};",
        ]
        if not self.columns:
            return [*head, "export const tabled = () => new Float64Array(0);"]
        return [
            *head,
            "export function tabled(steps, s, factors) {",
            f"  const table = new Float64Array({len(self.columns)} * steps);",
            *self.takes,
            *(f"  const r{i} = s{i};" for i in self.rates),
            *rows.declares,
            "  for (let t = 1, i = 0; t <= steps; t++) {",
            *self.rated,
            *rows.lines(rows.statements, "    "),
            *(f"    table[i++] = {rows.text(place)};" for place in self.columns),
            "  }",
            "  return table;",
            "}",
        ]

    @property
    def head(self) -> list[str]:
        """What a module says of a rule before its run."""
        step = self.step
        begun = [place for entry in step.initial.values() for place in entry.nodes]
        return [
            ARITHMETIC.replace("export function met", "function met"),
            f"export const settings = {json.dumps(step.settings)};",
            f"export const shapes = {json.dumps({k: e.shape for k, e in step.state.items()})};",
            f"export const begins = {json.dumps([*step.initial])};",
            "export function initial(p0, p1, s) {",
            str(_Numbers(self.whole, begun)),
            "}",
            *self.tabled,
        ]

    @property
    def named_beforehand(self) -> list[str]:
        """What is named before the first step."""
        return [
            *self.takes,
            *(f"  const r{i} = s{i};" for i in self.rates),
            *self.declares,
            *self.lines(self.beforehand, "  "),
        ]

    @property
    def found(self) -> list[str]:
        """What a step works out, but for what it refuses."""
        many = len(self.columns)
        return [
            *(f"    const b{i} = table[{many} * t + {i}];" for i in range(many)),
            "    t += 1;",
            "    g0 = g1 = NaN;",
            *self.rated,
            *self.lines(self.statements, "    "),
        ]

    @property
    def carries(self) -> list[str]:
        """What goes into the next step."""
        return [
            *(f"    const z{i} = {new};" for i, (_, new) in enumerate(self.carried)),
            *(f"    {old} = z{i};" for i, (old, _) in enumerate(self.carried)),
        ]

    def __str__(self) -> str:
        state = self.noted
        x, y = map(self.text, self.step.theta.nodes)
        lines = [
            *self.head,
            "export function run(steps, p0, p1, bound, { value, gradient, hessian }, s, factors, "
            "out, table = tabled(steps, s, factors)) {",
            "  const a = new Float64Array(3), { x, y, gx, gy, asking, state } = out;",
            *([f"  let [{', '.join(self.holds)}] = initial(p0, p1, s);"] if self.holds else []),
            *(f"  const c{i} = state[{i}];" for i in range(len(state))),
            "  let t = 0, asked = 0, g0, g1;",
            *self.named_beforehand,
            "  while (t < steps) {",
            *self.found,
            *([f"    if ({self.refuses}) {{ t -= 1; break; }}"] if self.refuses else []),
            f"    x[t] = {x}; y[t] = {y}; gx[t] = g0; gy[t] = g1; asking[t] = asked;",
            *(f"    c{i}[t] = {text};" for i, text in enumerate(state)),
            *self.carries,
            f"    if (!({WITHIN})) break;",
            "  }",
            "  return t;",
            "}",
        ]
        return "\n".join(lines) + "\n"


class SwarmPrinter(RunPrinter):
    """Writes some steps of many runs, of which only where they are is kept."""

    def __str__(self) -> str:
        held = self.holds
        lines = [
            *self.head,
            "export function go(first, last, { x, y, held, gone }, bound, "
            "{ value, gradient, hessian }, s, factors, table) {",
            "  const a = new Float64Array(3);",
            f"  let {', '.join(['t', 'asked = 0', 'g0', 'g1', 'p0', 'p1', *held])};",
            *(f"  const c{i} = held[{i}];" for i in range(len(held))),
            *self.named_beforehand,
            "  for (let i = 0; i < x.length; i++) {",
            "    if (gone[i]) continue;",
            "    t = first; p0 = x[i]; p1 = y[i];",
            *(f"    {name} = c{i}[i];" for i, name in enumerate(held)),
            "    while (t < last) {",
            *self.found,
            *([f"    if ({self.refuses}) {{ gone[i] = 1; break; }}"] if self.refuses else []),
            *self.carries,
            f"    if (!({WITHIN})) {{ gone[i] = 2; break; }}",
            "    }",
            "    x[i] = p0; y[i] = p1;",
            *(f"    c{i}[i] = {name};" for i, name in enumerate(held)),
            "  }",
            "}",
        ]
        return "\n".join(lines) + "\n"


class LossPrinter(LossPlan, JavaScriptPrinter):
    """Writes what a surface answers as a function of a point, given its numbers.

    A value is returned; a gradient, or xx, xy and yy of a Hessian, are written into an array.
    """

    def function(self, name: str) -> str:
        """The function of a name."""
        results = list(map(self.text, self.results))
        many = len(results) > 1
        ends = [f"    a[{i}] = {text};" for i, text in enumerate(results)]
        first = [each for each in self.needed if each in self.named and each in self.early]
        # What a function writes to outside of itself costs V8 a new number each time.
        own = [each for each in self.needed if each in self.named and each not in self.early]
        lines = [
            f"export function {name}(s) {{",
            *self.takes,
            *self.declared(first),
            *self.lines(self.beforehand, "  "),
            f"  return ({'p0, p1, a' if many else 'p0, p1'}) => {{",
            *self.declared(own, "    "),
            *self.lines(self.statements, "    "),
            *(ends if many else [f"    return {results[0]};"]),
            "  };",
            "}",
        ]
        return "\n".join(lines)


def rule_module(graph: Graph, scheduled: bool = False) -> str:
    """The module of a rule; kept.

    It exports the names of its `settings`; the `shapes` of the state's entries, and the names of
    those that it `begins` with, whose numbers `initial(p0, p1, s)` gives; how many `columns` its
    table has, which settings it is `decided` by, and `tabled(steps, s, factors)`, which makes one;
    and run(steps, p0, p1, bound, { value, gradient, hessian }, s, factors, out, table), which gives
    the last step that it took. Row t of out's x, y, gx, gy, asking and state is of step t: the
    point, the gradient that was given, how much was asked, and each number of the state.

    Args:
        scheduled: whether each step has a factor of its own.

    Raises:
        Untraceable: JavaScript lacks a function; the sentence says which.
    """
    return _rules.get((graph, scheduled), lambda: str(RunPrinter(graph, scheduled)))


def swarm_module(graph: Graph, scheduled: bool = False) -> str:
    """The module of a rule that takes many runs on together; kept.

    It exports what `rule_module` says of a rule, and go(first, last, { x, y, held, gone }, bound,
    { value, gradient, hessian }, s, factors, table), which takes all from step first to last: x and
    y hold where each is, held the numbers that the rule carries on, as `initial` begins them, and
    gone 1 of those that the rule refuses to take on and 2 of those that are beyond the bound.

    Raises:
        Untraceable: JavaScript lacks a function; the sentence says which.
    """
    return _swarms.get((graph, scheduled), lambda: str(SwarmPrinter(graph, scheduled)))


def loss_module(surface: Problem) -> str:
    """The module of what a surface answers; kept by its formula.

    It exports `value`, `gradient` and `hessian`, which take the numbers of `losses.arguments` and
    give a function of x, y and, but for a value, the array into which it writes; and `met`, which
    makes of a gradient one with noise and clipping.

    Raises:
        Untraceable: the surface is no formula, or JavaScript lacks a function.
    """
    graphs = {kind: traced_loss(surface, kind) for kind in ("value", "gradient", "hessian")}

    def printed() -> str:
        functions = (
            LossPrinter(graph, graph.answer.nodes).function(kind) for kind, graph in graphs.items()
        )
        return "\n".join([ARITHMETIC, *functions]) + "\n"

    return _losses.get(graphs["value"], printed)


def forget() -> None:
    """Drop all texts that are kept."""
    _rules.clear()
    _swarms.clear()
    _losses.clear()


_rules: Kept[tuple[Graph, bool], str] = Kept(GRAPHS)
_swarms: Kept[tuple[Graph, bool], str] = Kept(GRAPHS)
_losses: Kept[LossGraph, str] = Kept(GRAPHS)
