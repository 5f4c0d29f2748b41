"""Only where a single run ends, as Python over plain floats: a rule and its loss in one text.

Nothing is noted on the way and nothing is called but powers and the like, so that a step takes half
the time of `kernels.python`'s; every number is the same, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kept import GRAPHS, Kept
from kernels.graph import Graph
from kernels.losses import LossGraph
from kernels.many import joined
from kernels.printer import RunPlan
from kernels.python import PythonPrinter, carrying, made


def last(
    rule: Graph, losses: Mapping[str, LossGraph], scheduled: bool = False
) -> Callable[..., tuple[float, ...] | None]:
    """The run of a rule on a loss as a function; kept.

    It is given how many steps, the point, how far out a coordinate may be, the factors of the
    learning rate or None, the state, and the settings of the rule and then of the loss. It returns
    the point after the last step, or None where a step leads too far out.

    Args:
        losses: the graph of each kind of question.
        scheduled: whether each step has a learning rate of its own.

    Raises:
        Untraceable: what is asked is not the same at every step, or the method may refuse.
    """
    key = rule, tuple(losses.values()), scheduled
    return _kept.get(key, lambda: _made(rule, losses, scheduled))


_kept: Kept[tuple[Graph, tuple[LossGraph, ...], bool], Callable[..., Any]] = Kept(GRAPHS)


def _made(rule: Graph, losses: Mapping[str, LossGraph], scheduled: bool) -> Callable[..., Any]:
    return made(str(_LastPrinter(rule, scheduled, joined(rule, losses))), "run")


class _LastPrinter(RunPlan, PythonPrinter):
    """Writes the run, of which a step is all in one."""

    def __str__(self) -> str:
        points, states = self.points, self.holds
        names = [f"s{i}" for i in range(len(self.graph.settings))]
        near = " and ".join(f"-bound < {p} < bound" for p in points)
        lines = [
            f"def run({', '.join(['steps', *points, 'bound', 'factors', *states, *names])}):",
            *(f"    r{i} = s{i}" for i in self.rates),
            *self.lines(self.beforehand, "    "),
            "    for t in range(1, steps + 1):",
            *(f"        s{i} = r{i} * factors[t - 1]" for i in self.rates),
            *self.lines(self.statements, "        "),
            *carrying(self.carried, "        "),
            f"        if not ({near}):",
            "            return None",
            f"    return {', '.join(points)}",
        ]
        return "\n".join(lines) + "\n"
