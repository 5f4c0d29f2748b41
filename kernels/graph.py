"""The graph of one step of a rule: a frozen value that printers walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

CONSTANT, INPUT, WHERE = "constant", "input", "where"
SETTING, STEP, POINT, STATE, ANSWER = "setting", "t", "theta", "state", "answer"
"""What an input is: a hyperparameter, the number of the step, or a number of theta, of an entry of
the state, or of what was answered to a question."""

COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
LOGICAL = ("logical_and", "logical_or", "logical_not", "isnan", "isfinite")
TRUTHS = frozenset({*COMPARISONS, *LOGICAL})
"""Operations that give true or false."""


class Untraceable(ValueError):
    """A rule of which there is no graph; the message is one sentence that says why."""


@dataclass(frozen=True)
class Node:
    """A number, or a truth, within a step.

    Attributes:
        operation: `CONSTANT`, `INPUT`, `WHERE` (a truth, what holds if it is true, and if not), the
            name of a NumPy ufunc that is applied to floats, or one of two kinds of power beside
            that of np.power: "pow" is C's, which Python's and NumPy's scalars take, and "raised"
            what an array takes to an exponent that is known only when it runs, which may be 2.
        operands: places of nodes, all before this one.
        text: of a constant, its repr as a float, or True or False; of an input, its name.
        kind, index: of an input, which of `SETTING`, …, and which number of the entry.
    """

    operation: str
    operands: tuple[int, ...] = ()
    text: str = ""
    kind: str = ""
    index: int = 0


@dataclass(frozen=True)
class Entry:
    """An entry of the state, or a point: its shape and its numbers' nodes in C's order."""

    shape: tuple[int, ...]
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """What a step asks of the loss: its "value", "gradient" or "hessian" at a point.

    Attributes:
        point: the nodes of the point's two numbers.
        when: the node that says whether it is asked.
        answer: the inputs that stand for it: one for a value, two for a gradient, and of a Hessian
            xx, xy and yy.
    """

    kind: str
    point: tuple[int, ...]
    when: int
    answer: Entry


@dataclass(frozen=True)
class Graph:
    """One step of a rule, and the state before the first.

    Attributes:
        nodes: each after its operands, none twice.
        settings: the numbers that are arguments, by their places in the rule: "lr", "base.lr".
        initial: the state before the first step, made of theta and the settings.
        theta: the point after the step.
        state: the state after it, in its own order; it may have more entries than `initial`, and
            only those of `initial` are read.
        questions: in the order in which they are asked.
        refuses: the node that says whether the method cannot go on here.
    """

    nodes: tuple[Node, ...]
    settings: tuple[str, ...]
    initial: Mapping[str, Entry]
    theta: Entry
    state: Mapping[str, Entry]
    questions: tuple[Question, ...]
    refuses: int

    @cached_property
    def kinds(self) -> tuple[frozenset[str], ...]:
        """The kinds of inputs on which each node depends."""
        found: list[frozenset[str]] = []
        for node in self.nodes:
            own = frozenset({node.kind} if node.kind else ())
            found.append(own.union(*(found[each] for each in node.operands)))
        return tuple(found)

    @cached_property
    def by_step(self) -> tuple[int, ...]:
        """What the step itself reads of all that settings and t alone decide: a table's columns."""
        inside = [kinds <= {SETTING, STEP} for kinds in self.kinds]
        read = {
            each
            for node, own in zip(self.nodes, inside, strict=True)
            if not own
            for each in node.operands
        }
        read |= {each for entry in (self.theta, *self.state.values()) for each in entry.nodes}
        read |= {each for question in self.questions for each in (*question.point, question.when)}
        read.add(self.refuses)
        return tuple(
            each
            for each in sorted(read & set(self.needed(self.results)))
            if inside[each] and self.nodes[each].operation not in (CONSTANT, INPUT)
        )

    @property
    def results(self) -> tuple[int, ...]:
        """All that a step gives."""
        found = [*self.theta.nodes]
        for entry in self.state.values():
            found += entry.nodes
        for question in self.questions:
            found += (*question.point, question.when)
        return (*found, self.refuses)

    def needed(self, roots: Iterable[int]) -> list[int]:
        """The nodes on which some depend, and these, in order."""
        seen = set(roots)
        for place in range(len(self.nodes) - 1, -1, -1):
            if place in seen:
                seen.update(self.nodes[place].operands)
        return sorted(seen)
