"""The graph of one step of a rule: a frozen value that printers walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

CONSTANT, INPUT, WHERE = "constant", "input", "where"
SETTING, STEP, POINT, STATE, ANSWER = "setting", "t", "theta", "state", "answer"
TABLE = "table"
"""What an input is: a hyperparameter, the number of the step, or a number of theta, of an entry of
the state, of what was answered to a question, or of a row of a table."""

COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
LOGICAL = ("logical_and", "logical_or", "logical_not", "isnan", "isfinite")
TRUTHS = frozenset({*COMPARISONS, *LOGICAL})
"""Operations that give true or false."""


class Untraceable(ValueError):
    """A rule of which there is no graph; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Node:
    """A number, or a truth, within a step.

    Attributes:
        operation: `CONSTANT`, `INPUT`, `WHERE` (a truth, what holds if it is true, and if not), the
            name of a NumPy ufunc that is applied to floats, or one of two kinds of power beside
            "power", which is an array's to one exponent, 2 perhaps: "pow" is C's, which Python's
            and NumPy's scalars take, and "raised" an array's to exponents that are an array.
        operands: places of nodes, all before this one.
        text: of a constant, its repr as a float, or True or False; of an input, its name.
        kind, index: of an input, which of `SETTING`, …, and which number of the entry.
    """

    operation: str
    operands: tuple[int, ...] = ()
    text: str = ""
    kind: str = ""
    index: int = 0

    def of(self, places: Mapping[int, int]) -> Node:
        """The same of operands that have other places."""
        operands = tuple(places[each] for each in self.operands)
        return Node(self.operation, operands, self.text, self.kind, self.index)


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


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of a graph, each after its operands, none twice.

    Attributes:
        settings: the numbers that are arguments, by their places: "lr", "base.lr".
    """

    nodes: tuple[Node, ...]
    settings: tuple[str, ...]

    @cached_property
    def kinds(self) -> tuple[frozenset[str], ...]:
        """The kinds of inputs on which each node depends."""
        found: list[frozenset[str]] = []
        for node in self.nodes:
            own = frozenset({node.kind} if node.kind else ())
            found.append(own.union(*(found[each] for each in node.operands)))
        return tuple(found)

    def needed(self, results: Iterable[int]) -> list[int]:
        """The nodes on which results depend, and these, in order."""
        seen = set(results)
        for place in range(len(self.nodes) - 1, -1, -1):
            if place in seen:
                seen.update(self.nodes[place].operands)
        return sorted(seen)

    def read(self, results: Iterable[int], alone: Sequence[bool]) -> list[int]:
        """Of nodes that are worked out beforehand, those that the rest reads, and results.

        Args:
            alone: whether each node may be, which then depends on none that may not.
        """
        read = set(results)
        for place in self.needed(read):
            if not alone[place]:
                read.update(self.nodes[place].operands)
        return [p for p in sorted(read) if alone[p] and self.nodes[p].operation != CONSTANT]

    def reading(self, columns: Iterable[int]) -> tuple[Node, ...]:
        """The nodes, of which some are read from the columns of a table."""
        nodes = list(self.nodes)
        for i, place in enumerate(columns):
            nodes[place] = Node(INPUT, kind=TABLE, index=i)
        return tuple(nodes)


@dataclass(frozen=True, eq=False)
class Graph(Nodes):
    """One step of a rule in the plane, and the state before the first.

    Attributes:
        initial: the state before the first step, made of theta and the settings.
        theta: the point after the step.
        state: the state after it, in its own order; it may have more entries than `initial`, and
            only those of `initial` are read.
        questions: in the order in which they are asked.
        refuses: the node that says whether the method cannot go on here.
        rates: the settings that a schedule multiplies by its factor.
    """

    initial: Mapping[str, Entry]
    theta: Entry
    state: Mapping[str, Entry]
    questions: tuple[Question, ...]
    refuses: int
    rates: frozenset[str]

    @property
    def results(self) -> tuple[int, ...]:
        """The nodes of all that a step gives, but for its questions."""
        entries = (self.theta, *self.state.values())
        return (*(each for entry in entries for each in entry.nodes), self.refuses)

    @property
    def carried(self) -> tuple[int, ...]:
        """The nodes of what the next step reads: the point, and the state in `initial`'s order."""
        states = (self.state[name] for name in self.initial)
        return (*self.theta.nodes, *(each for entry in states for each in entry.nodes))

    @property
    def wanted(self) -> tuple[int, ...]:
        """The results, and the nodes of what is asked and when."""
        return (*self.results, *(each for q in self.questions for each in (*q.point, q.when)))

    @cached_property
    def by_step(self) -> tuple[int, ...]:
        """Of what settings and t alone decide, all that the rest reads: a table's columns."""
        read = self.read(self.wanted, [kinds <= {SETTING, STEP} for kinds in self.kinds])
        return tuple(place for place in read if self.nodes[place].operation != INPUT)
