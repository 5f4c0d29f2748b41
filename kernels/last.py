"""Only where a single run ends, as Python over plain floats: a rule and its loss in one text.

Nothing is noted on the way and nothing is called but powers and the like, so that a step takes half
the time of `kernels.python`'s; every number is the same, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kept import GRAPHS, Kept
from kernels.graph import Graph, Nodes
from kernels.losses import LossGraph
from kernels.many import joined
from kernels.printer import RunPlan
from kernels.python import PythonPrinter, made
from kernels.runs import carrying, each_step
from kernels.tables import Table, step_by_step


@dataclass(frozen=True)
class Last:
    """A rule's run on a loss as a function.

    Attributes:
        function: is given how many steps, the point, how far out a coordinate may be, the table's
            columns, the factors of the learning rate or None, the state, and the settings of the
            rule and then of the loss. It returns the point after the last step, or None where a
            step leads too far out.
        text: as it is printed.
    """

    text: str
    function: Callable[..., tuple[float, ...] | None]
    table: Table


def last(rule: Graph, losses: Mapping[str, LossGraph], scheduled: bool = False) -> Last:
    """The run of a rule on a loss; kept.

    Args:
        losses: the graph of each kind of question.
        scheduled: whether each step has a learning rate of its own.

    Raises:
        Untraceable: what is asked is not the same at every step, or the method may refuse.
    """
    key = rule, tuple(losses.values()), scheduled
    return _kept.get(key, lambda: _made(rule, losses, scheduled))


_kept: Kept[tuple[Graph, tuple[LossGraph, ...], bool], Last] = Kept(
    GRAPHS, lambda run: 2 * len(run.text)
)


def _made(rule: Graph, losses: Mapping[str, LossGraph], scheduled: bool) -> Last:
    nodes, places = joined(rule, losses)
    results = [places[each] for each in rule.carried]
    table = step_by_step(nodes, results, rule.rates if scheduled else ())
    tabled = Nodes(nodes.reading(table.columns), nodes.settings)
    text = str(_LastPrinter(rule, scheduled, (tabled, places), table))
    return Last(text, made(text, "run"), table)


class _LastPrinter(RunPlan, PythonPrinter):
    """Writes the run, of which a step is all in one."""

    def __init__(
        self, rule: Graph, scheduled: bool, answered: tuple[Nodes, Mapping[int, int]], table: Table
    ) -> None:
        super().__init__(rule, scheduled, answered)
        self.table = table

    def __str__(self) -> str:
        points, states = self.points, self.holds
        names = [f"s{i}" for i in range(len(self.graph.settings))]
        given = ["steps", *points, "bound", "table", "factors", *states, *names]
        near = " and ".join(f"-bound < {p} < bound" for p in points)
        lines = [
            f"def run({', '.join(given)}):",
            *(f"    r{i} = s{i}" for i in self.rates),
            *self.lines(self.beforehand, "    "),
            each_step("range(1, steps + 1)", self.table, "    "),
            *(f"        {line}" for line in self.counted),
            *(f"        s{i} = r{i} * factors[t - 1]" for i in self.rates),
            *self.lines(self.statements, "        "),
            *carrying(self.carried, "        "),
            f"        if not ({near}):",
            "            return None",
            f"    return {', '.join(points)}",
        ]
        return "\n".join(lines) + "\n"
