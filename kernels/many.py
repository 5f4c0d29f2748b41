"""Runs from many starts as one function of arrays: a rule and its loss in one graph, for numba.

Every number is NumPy's to the last bit: only arithmetic and roots are printed, and what settings
and t alone decide, powers among it and noise that all runs meet, is in a table that Python works
out. So one text serves every setting. Slices of a block are what makes the compiler see that it may
take several runs at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kept import GRAPHS, Kept
from kernels.graph import (
    ANSWER,
    CONSTANT,
    INPUT,
    POINT,
    SETTING,
    STATE,
    STEP,
    TABLE,
    TRUTHS,
    WHERE,
    Graph,
    Node,
    Nodes,
    Untraceable,
)
from kernels.losses import LossGraph
from kernels.printer import Printer, held
from kernels.python import TEMPLATES as PYTHON
from kernels.python import PythonPrinter
from kernels.tables import Table

BLOCK = 256  # runs whose numbers stay in the nearest cache
OF_LOSS = "loss:"  # before the names of a loss's numbers

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        **PYTHON,
        "divide": "{0} / {1}",
        "reciprocal": "1.0 / {0}",
        "sqrt": "sqrt({0})",
        "isfinite": "abs({0}) < inf",
        "logical_and": "{0} & {1}",
        "logical_or": "{0} | {1}",
    }
)
ARITHMETIC = frozenset(
    {"add", "subtract", "multiply", "divide", "negative", "absolute", "square", "sqrt"}
    | {"reciprocal", "sign", "heaviside", "maximum", "minimum", *TRUTHS, WHERE}
)
"""What a processor does to several numbers at once as to one, and NumPy no other way."""

Put = Callable[[Node, Iterable[int]], int]
"""Gives the place of a node, of operands at their places."""

ROWS = ("x", "y", "q0", "q1", "x0", "x1", "since", *(f"e{i}" for i in range(8)), "who")
"""What is held of each run beside the state and its own settings: the point, the one before, the
place where it stays and since when, the corners of its boxes of the third and the fourth quarter,
and which of all it is."""

HEAD = '''"""Made by kernels/many.py."""

from math import sqrt

from numba import njit

inf, nan = float("inf"), float("nan")


@njit(
    "void(f8[:, ::1], f8[:, ::1], i8, i8, i8, f8, f8, i8[::1], f8[:, ::1])",
    nogil=True,
    error_model="numpy",
    cache=True,
)
def run(w, table, steps, third, fourth, bound, reach, ended, between):
'''


@dataclass(frozen=True, eq=False)
class Many:
    """Runs from many starts as a text.

    Attributes:
        text: of a module whose `run` takes all steps of the runs in w (rows, n), in place; of those
            that go beyond the bound, `ended` (n,) gets the step, `between` (4, n) the points before
            and after it, and their columns become others' or get the number -1.
        rows: the names of w's rows: `ROWS`, the state's h0, h1, …, and the runs' own settings.
        own: the settings that each run has its own of, in order.
        state: the names of the state's entries, in order.
        asked: how many questions a step asks.
        kinds: what they ask for.
        table: what settings and t alone decide, the loss's by the names that `of_loss` gives them.
    """

    text: str
    rows: tuple[str, ...]
    own: tuple[str, ...]
    state: tuple[str, ...]
    asked: int
    kinds: tuple[str, ...]
    table: Table


def many(rule: Graph, losses: Mapping[str, LossGraph], own: Collection[str] = ()) -> Many:
    """Runs of a rule on a loss; kept.

    Args:
        losses: the graph of each kind of question.
        own: the settings that each run has its own of.

    Raises:
        Untraceable: it is not arithmetic alone, or not the same at every step.
    """
    names = tuple(name for name in rule.settings if name in own)
    if len(names) < len(own):
        raise Untraceable("The runs differ in a number that decides the graph.")
    key = rule, tuple(losses.values()), names
    found = _kept.get(key, lambda: _attempt(rule, losses, names))
    if isinstance(found, str):
        raise Untraceable(found)
    return found


def of_loss(
    numbers: Mapping[str, float | NDArray[np.float64]],
) -> dict[str, float | NDArray[np.float64]]:
    """A loss's numbers under the names that they have here."""
    return {OF_LOSS + name: number for name, number in numbers.items()}


_kept: Kept[tuple[Graph, tuple[LossGraph, ...], tuple[str, ...]], Many | str] = Kept(GRAPHS)


def _attempt(rule: Graph, losses: Mapping[str, LossGraph], own: tuple[str, ...]) -> Many | str:
    try:
        return _printed(rule, losses, own)
    except Untraceable as error:
        return str(error)


def _printed(rule: Graph, losses: Mapping[str, LossGraph], own: tuple[str, ...]) -> Many:
    nodes, places = joined(rule, losses)
    theta = [places[each] for each in rule.theta.nodes]
    state = [places[each] for name in rule.initial for each in rule.state[name].nodes]
    alone = [
        kinds <= {SETTING, STEP} and not each
        for kinds, each in zip(nodes.kinds, _depends(nodes, own), strict=True)
    ]
    results = (*theta, *state)
    columns = tuple(nodes.read(results, alone))
    tabled = nodes.reading(columns)
    printer = _ManyPrinter(Nodes(tabled, nodes.settings), theta, state, own, rule)
    strange = {tabled[p].operation for p in printer.needed} - ARITHMETIC - {CONSTANT, INPUT}
    if strange:
        raise Untraceable(f"It is not arithmetic alone: {', '.join(sorted(strange))}.")
    return Many(
        str(printer),
        printer.rows,
        own,
        tuple(rule.initial),
        len(rule.questions),
        tuple(question.kind for question in rule.questions),
        Table(nodes, columns, rule.rates),
    )


def joined(rule: Graph, losses: Mapping[str, LossGraph]) -> tuple[Nodes, dict[int, int]]:
    """A rule's graph with its answers worked out, and where each of its nodes is in it.

    Raises:
        Untraceable: what is asked is not the same at every step, or the method may refuse.
    """
    always = all(rule.nodes[question.when].text == "True" for question in rule.questions)
    if not always or rule.nodes[rule.refuses].text != "False":
        raise Untraceable("Its steps are not all alike.")
    found: dict[Node, int] = {}

    def put(node: Node, operands: Iterable[int]) -> int:
        return found.setdefault(replace(node, operands=tuple(operands)), len(found))

    places: dict[int, int] = {}
    for question in rule.questions:
        # In order: an answer may be needed to ask the next.
        for place in rule.needed((*question.point, question.when)):
            _put(rule, place, places, put)
        loss, within = losses[question.kind], dict[int, int]()
        for place, node in enumerate(loss.nodes):
            if node.kind == POINT:
                within[place] = places[question.point[node.index]]
            elif node.kind == SETTING:
                within[place] = put(replace(node, text=OF_LOSS + node.text), ())
            else:
                within[place] = put(node, (within[each] for each in node.operands))
        for place, answer in zip(question.answer.nodes, loss.answer.nodes, strict=True):
            places[place] = within[answer]
    for place in rule.needed(rule.results):
        _put(rule, place, places, put)
    names = dict.fromkeys(OF_LOSS + name for loss in losses.values() for name in loss.settings)
    return Nodes(tuple(found), (*rule.settings, *names)), places


def _put(rule: Graph, place: int, places: dict[int, int], put: Put) -> None:
    node = rule.nodes[place]
    if place not in places and node.kind != ANSWER:
        places[place] = put(node, (places[each] for each in node.operands))


def _depends(nodes: Nodes, own: Collection[str]) -> list[bool]:
    """Whether each node depends on a setting that each run has its own of."""
    found: list[bool] = []
    for node in nodes.nodes:
        mine = node.kind == SETTING and node.text in own
        found.append(mine or any(found[each] for each in node.operands))
    return found


class _ManyPrinter(PythonPrinter):
    """Writes the runs, without branches: both ends of a choice are worked out."""

    templates = TEMPLATES

    def __init__(
        self, nodes: Nodes, theta: list[int], state: list[int], own: tuple[str, ...], rule: Graph
    ) -> None:
        super().__init__(nodes, (*theta, *state))
        self.theta, self.state, self.own, self.rule = theta, state, own, rule

    @cached_property
    def guards(self) -> dict[int, tuple[tuple[int, bool], ...]]:
        return dict.fromkeys(self.needed, ())

    @cached_property
    def held(self) -> Mapping[str, int]:
        return held(self.rule)

    @property
    def rows(self) -> tuple[str, ...]:
        states = (f"h{i}" for i in range(len(self.state)))
        return (*ROWS, *states, *(f"v{i}" for i in range(len(self.own))))

    def template(self, place: int) -> str:
        return Printer.template(self, place)

    def input(self, place: int) -> str:
        node = self.graph.nodes[place]
        if node.kind == SETTING:
            return f"v{self.own.index(node.text)}[i]"
        text = super().input(place)
        return f"{text}[i]" if node.kind == STATE else text

    def __str__(self) -> str:
        columns = [n.index for n in self.graph.nodes if n.kind == TABLE]
        slices = [f"{name} = w[{i}, low:high]" for i, name in enumerate(self.rows)]
        news = list(map(self.text, self.results))
        olds = ["x[i]", "y[i]", *(f"h{i}[i]" for i in range(len(self.state)))]
        step = [
            "p0, p1 = x[i], y[i]",
            "q0[i], q1[i] = p0, p1",
            *self.lines(self.statements, ""),
            *(f"a{i} = {new}" for i, new in enumerate(news)),
            *(f"{old} = a{i}" for i, old in enumerate(olds)),
            "bad += (not (abs(a0) < bound)) | (not (abs(a1) < bound))",
        ]
        return HEAD + "\n".join(
            [
                f"    for low in range(0, w.shape[1], {BLOCK}):",
                f"        high = min(low + {BLOCK}, w.shape[1])",
                *(f"        {line}" for line in slices),
                "        many = high - low",
                "        for t in range(1, steps + 1):",
                *(f"            b{i} = table[t - 1, {i}]" for i in columns),
                "            bad = 0",
                "            for i in range(many):",
                *(f"                {line}" for line in step),
                *(f"            {line}" if line else "" for line in SEEN.splitlines()),
                "",
            ]
        )


SEEN = """
i = 0
while bad and i < many:
    if (abs(x[i]) < bound) & (abs(y[i]) < bound):
        i += 1
        continue
    bad -= 1
    many -= 1
    member = int(who[i])
    ended[member] = t
    between[0, member], between[1, member] = q0[i], q1[i]
    between[2, member], between[3, member] = x[i], y[i]
    for row in range(w.shape[0]):
        w[row, low + i] = w[row, low + many]
    who[many] = -1.0
if many == 0:
    break
now = float(t)
for i in range(many):
    u, v = x[i] - x0[i], y[i] - x1[i]
    left = u * u + v * v > reach
    x0[i] = x[i] if left else x0[i]
    x1[i] = y[i] if left else x1[i]
    since[i] = now if left else since[i]
if third <= t and t <= fourth:
    for i in range(many):
        e0[i] = e0[i] if e0[i] < x[i] else x[i]
        e1[i] = e1[i] if e1[i] < y[i] else y[i]
        e2[i] = e2[i] if e2[i] > x[i] else x[i]
        e3[i] = e3[i] if e3[i] > y[i] else y[i]
if t >= fourth:
    for i in range(many):
        e4[i] = e4[i] if e4[i] < x[i] else x[i]
        e5[i] = e5[i] if e5[i] < y[i] else y[i]
        e6[i] = e6[i] if e6[i] > x[i] else x[i]
        e7[i] = e7[i] if e7[i] > y[i] else y[i]
"""
"""After a step: who has gone too far makes room for the last, and it is seen how the others move,
as `experiment.outcome.Motion` does."""
