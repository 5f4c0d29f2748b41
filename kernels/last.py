"""Only where a single run ends, as Python over plain floats: a rule and its loss in one text.

Nothing is noted on the way and nothing is called but powers and the like, so that a step takes half
the time of `kernels.python`'s; every number is the same, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from kept import GRAPHS, Kept
from kernels.graph import SETTING, Graph, Nodes, Untraceable
from kernels.losses import LossGraph
from kernels.many import held, joined
from kernels.python import PythonPrinter, made


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
    always = all(rule.nodes[question.when].text == "True" for question in rule.questions)
    if not always or rule.nodes[rule.refuses].text != "False":
        raise Untraceable("Its steps are not all alike.")
    key = rule, tuple(losses.values()), scheduled
    return _kept.get(key, lambda: made(str(_LastPrinter(rule, losses, scheduled)), "run"))


def forget() -> None:
    """Drop all functions that are kept."""
    _kept.clear()


_kept: Kept[tuple[Graph, tuple[LossGraph, ...], bool], Callable[..., Any]] = Kept(GRAPHS)


class _LastPrinter(PythonPrinter):
    """Writes the run, of which a step is all in one."""

    def __init__(self, rule: Graph, losses: Mapping[str, LossGraph], scheduled: bool) -> None:
        nodes, places = joined(rule, losses)
        self.rule, self.theta = rule, [places[each] for each in rule.theta.nodes]
        state = [places[each] for name in rule.initial for each in rule.state[name].nodes]
        rates = rule.rates if scheduled else frozenset()
        self.rates = [i for i, name in enumerate(rule.settings) if name in rates]
        super().__init__(nodes, (*self.theta, *state), early=_made_once(nodes, rates))

    @cached_property
    def held(self) -> Mapping[str, int]:
        return held(self.rule)

    def __str__(self) -> str:
        points = [f"p{i}" for i in range(len(self.theta))]
        states = [f"h{i}" for i in range(len(self.results) - len(points))]
        names = [f"s{i}" for i in range(len(self.graph.settings))]
        news = zip([*points, *states], map(self.text, self.results), strict=True)
        olds, texts = zip(*((old, new) for old, new in news if old != new), strict=True)
        near = " and ".join(f"-bound < {p} < bound" for p in points)
        lines = [
            f"def run({', '.join(['steps', *points, 'bound', 'factors', *states, *names])}):",
            *(f"    r{i} = s{i}" for i in self.rates),
            *self.lines(self.beforehand, "    "),
            "    for t in range(1, steps + 1):",
            *(f"        s{i} = r{i} * factors[t - 1]" for i in self.rates),
            *self.lines(self.statements, "        "),
            f"        {', '.join(olds)} = {', '.join(texts)}",
            f"        if not ({near}):",
            "            return None",
            f"    return {', '.join(points)}",
        ]
        return "\n".join(lines) + "\n"


def _made_once(nodes: Nodes, rates: frozenset[str]) -> set[int]:
    """The nodes of settings alone, but for those of rates that change from step to step."""
    once: set[int] = set()
    for place, (node, kinds) in enumerate(zip(nodes.nodes, nodes.kinds, strict=True)):
        operands = [nodes.nodes[each] for each in node.operands]
        changes = any(
            each.text in rates if each.kind == SETTING else bool(each.operands) and at not in once
            for at, each in zip(node.operands, operands, strict=True)
        )
        if operands and kinds <= {SETTING} and not changes:
            once.add(place)
    return once
