"""Symbols that stand for a rule's numbers while it runs once.

What NumPy is asked to do with them becomes nodes of a graph. Where the truth of one is asked for,
the rule is run again for the other answer, and both results are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from kernels.graph import (
    CONSTANT,
    INPUT,
    LOGICAL,
    SETTING,
    STEP,
    TRUTHS,
    WHERE,
    Entry,
    Node,
    Untraceable,
)

SAME = {"bitwise_and": "logical_and", "bitwise_or": "logical_or", "invert": "logical_not"}
"""Ufuncs that are of truths what others are."""

POWERS = {2.0: "square", 1.0: "positive", 0.5: "sqrt", -1.0: "reciprocal"}
"""What NumPy makes of an array to some powers, instead of np.power."""

MAX_PATHS = 64

Places = NDArray[np.object_]
Found = TypeVar("Found")


class Structural(Exception):
    """A setting that says how often something is done, so that its number is no argument."""


class Tracing:
    """The nodes so far, and the answers that are given on the path that is tried."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._places: dict[Node, int] = {}
        self._answers: list[bool] = []
        self._path: list[tuple[int, bool]] = []
        self._tried = 0

    def node(self, operation: str, *operands: int, **attributes: Any) -> int:
        """The place of a node, which is made where there is none like it."""
        node = Node(operation, operands, **attributes)
        place = self._places.setdefault(node, len(self.nodes))
        if place == len(self.nodes):
            self.nodes.append(node)
        return place

    def constant(self, value: Any) -> int:
        if isinstance(value, bool | np.bool_):
            return self.node(CONSTANT, text=str(bool(value)))
        return self.node(CONSTANT, text=repr(float(value)))

    def inputs(self, kind: str, name: str, shape: tuple[int, ...] = ()) -> Symbol:
        """A symbol of as many inputs as an entry has numbers."""
        count = int(np.prod(shape))
        places = [self.node(INPUT, text=name, kind=kind, index=i) for i in range(count)]
        return Symbol(self, _objects(places, shape))

    def lift(self, value: Any) -> Symbol:
        """Anything that a rule computes with, as a symbol."""
        if isinstance(value, Symbol):
            return value
        array = np.asarray(value)
        places = [self.constant(each) for each in array.reshape(-1)]
        return Symbol(self, _objects(places, array.shape))

    def stacked(self, parts: Sequence[Symbol]) -> Symbol:
        """Symbols of one shape along a new first axis."""
        return Symbol(self, np.stack([part.places for part in parts]))

    def entry(self, value: Any) -> Entry:
        """The shape and the nodes of an array of the rule's."""
        places = self.lift(value).places
        return Entry(places.shape, tuple(places.reshape(-1)))

    def each(self, operation: str, *values: Any) -> Symbol:
        """An operation on arrays, number by number."""
        operation = SAME.get(operation, operation)
        lifted: Sequence[Places] = [self.lift(value).places for value in values]
        if len({places.shape for places in lifted}) > 1:
            lifted = np.broadcast_arrays(*lifted)
        rows = zip(*(places.reshape(-1) for places in lifted), strict=True)
        apply = self.where if operation == WHERE else partial(self.applied, operation)
        places = [apply(*row) for row in rows]
        return Symbol(self, _objects(places, lifted[0].shape), bare=operation != WHERE)

    def power(self, base: Any, exponent: Any) -> Symbol:
        """np.power, which takes to some exponents another way unless they are an array."""
        return self.each("raised" if self.lift(exponent).ndim else "power", base, exponent)

    # One number

    def is_truth(self, place: int) -> bool:
        node = self.nodes[place]
        if node.operation == WHERE:
            return self.is_truth(node.operands[1])
        return node.operation in TRUTHS or node.text in ("True", "False")

    def applied(self, operation: str, *operands: int) -> int:
        """The node of an operation; what needs no work makes none."""
        if operation not in LOGICAL:
            operands = tuple(map(self._number, operands))
        texts = [self.nodes[each].text for each in operands]
        if operation == "multiply" and "1.0" in texts:
            return operands[1 - texts.index("1.0")]
        if operation == "positive" or (operation == "divide" and texts[1] == "1.0"):
            return operands[0]
        if operation == "add" and texts[0] == "0.0" and self._is_no_negative_zero(operands[1]):
            return operands[1]
        if operation == "greater" and self.nodes[operands[0]].kind == STEP and texts[1] == "1.0":
            # t counts from 1.
            return self.node("logical_not", self.node("equal", *operands))
        return self.node(operation, *operands)

    def _is_no_negative_zero(self, place: int) -> bool:
        node = self.nodes[place]
        if node.operation == "where":
            return all(map(self._is_no_negative_zero, node.operands[1:]))
        if node.operation == CONSTANT:
            return node.text != "-0.0"
        squared = node.operation == "multiply" and node.operands[0] == node.operands[1]
        return squared or node.operation in ("square", "absolute")

    def where(self, truth: int, there: int, elsewhere: int) -> int:
        known = self.nodes[truth].text
        if there == elsewhere or known in ("True", "False"):
            return elsewhere if known == "False" else there
        if self.nodes[truth].operation == "logical_not":
            return self.where(self.nodes[truth].operands[0], elsewhere, there)
        if (self.nodes[there].text, self.nodes[elsewhere].text) == ("True", "False"):
            return truth
        if self.is_truth(there) != self.is_truth(elsewhere):
            there, elsewhere = self._number(there), self._number(elsewhere)
        return self.node(WHERE, truth, there, elsewhere)

    def _number(self, place: int) -> int:
        """A truth as 1 or 0, as NumPy counts with them."""
        if self.is_truth(place):
            return self.where(place, self.constant(1.0), self.constant(0.0))
        return place

    # Both answers

    def decide(self, place: int) -> bool:
        """Whether a number is other than 0, or a truth true, on the path that is tried."""
        node = self.nodes[place]
        if node.operation == CONSTANT:
            return node.text not in ("False", "0.0", "-0.0")
        if node.operation == "logical_not":
            return not self.decide(node.operands[0])
        if not self.is_truth(place):
            return self.decide(self.node("not_equal", place, self.constant(0.0)))
        for decided, answer in self._path:
            if decided == place:
                return answer
        step = len(self._path)
        answer = self._answers[step] if step < len(self._answers) else True
        self._path.append((place, answer))
        return answer

    def explore(
        self, run: Callable[[], Found], join: Callable[[int, Found, Found], Found]
    ) -> Found:
        """What a function gives on all paths that it can take.

        Args:
            join: gives what holds where a node is true, and where it is not, as one.
        """
        return self._from([], run, join)

    def _from(
        self,
        answers: list[bool],
        run: Callable[[], Found],
        join: Callable[[int, Found, Found], Found],
    ) -> Found:
        self._tried += 1
        if self._tried > MAX_PATHS:
            raise Untraceable(f"can take more than {MAX_PATHS} ways through one step")
        self._answers, self._path = answers, []
        found, path = run(), self._path
        for i in range(len(path) - 1, len(answers) - 1, -1):
            before = [answer for _, answer in path[:i]]
            found = join(path[i][0], found, self._from([*before, False], run, join))
        return found


class Symbol(NDArrayOperatorsMixin):
    """An array of nodes, of a shape as small as one run's, to which NumPy does what it does.

    Attributes:
        places: of the nodes, in an array of objects.
        bare: whether it is a number of NumPy's or Python's, and no array: their powers differ.
    """

    dtype = np.dtype(np.float64)

    def __init__(self, tracing: Tracing, places: Places, bare: bool = True) -> None:
        self.tracing = tracing
        self.places = places
        self.bare = bare and not places.ndim

    @property
    def shape(self) -> tuple[int, ...]:
        return self.places.shape

    @property
    def ndim(self) -> int:
        return self.places.ndim

    @property
    def size(self) -> int:
        return self.places.size

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Symbol]:
        return (self[i] for i in range(len(self.places)))

    def __getitem__(self, key: Any) -> Symbol:
        part = self.places[key]
        return self._like(part if isinstance(part, np.ndarray) else _objects([part], ()))

    def _like(self, places: Places) -> Symbol:
        return Symbol(self.tracing, places)

    def reshape(self, *shape: Any) -> Symbol:
        return self._like(self.places.reshape(*shape))

    def swapaxes(self, one: int, other: int) -> Symbol:
        return self._like(self.places.swapaxes(one, other))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Symbol:
        if method != "__call__" or options or ufunc.signature or ufunc.nout > 1:
            raise Untraceable(f"uses np.{ufunc.__name__} in a way that has no graph")
        if ufunc is np.power:
            return self.tracing.power(*inputs)
        return self.tracing.each(ufunc.__name__, *inputs)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, inputs: Sequence[Any], options: Any
    ) -> Any:
        known = FUNCTIONS.get(function.__name__)
        if known is None:
            raise Untraceable(f"uses np.{function.__name__} in a way that has no graph")
        return known(self.tracing, *inputs, **options)

    def __pow__(self, exponent: Any) -> Symbol:
        if self.bare and getattr(exponent, "bare", True):
            return self.tracing.each("pow", self, exponent)
        named = None if isinstance(exponent, Symbol) else POWERS.get(float(exponent))
        return self.tracing.each(named, self) if named else self.tracing.power(self, exponent)

    def __rpow__(self, base: Any) -> Symbol:
        power: Symbol = self.tracing.lift(base) ** self
        return power

    def sum(self, axis: int) -> Symbol:
        total = self.tracing.lift(0.0)  # NumPy's sum of -0 and -0 is 0
        for part in np.moveaxis(self.places, axis, 0):
            total = total + self._like(np.asarray(part, object))
        return total

    def mean(self, axis: int) -> Symbol:
        mean: Symbol = self.sum(axis) / self.shape[axis]
        return mean

    def __bool__(self) -> bool:
        return self.tracing.decide(int(self.places.item()))

    def __index__(self) -> int:
        node = self.tracing.nodes[self.places.item()]
        if node.kind == SETTING:
            raise Structural(node.text)
        raise Untraceable("counts with a number that it works out")

    def __float__(self) -> float:
        raise Untraceable("takes a number out of a step to decide by it")

    __int__ = __float__

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise Untraceable("copies what it works out into an array")

    def __format__(self, _: str) -> str:
        return "…"


def _objects(places: Sequence[Any], shape: tuple[int, ...]) -> Places:
    array = np.empty(len(places), object)
    array[:] = places
    return array.reshape(shape)


def _joined(axis: Callable[..., Any]) -> Callable[..., Symbol]:
    def function(tracing: Tracing, parts: Sequence[Any]) -> Symbol:
        return Symbol(tracing, axis([tracing.lift(part).places for part in parts]))

    return function


def _filled(tracing: Tracing, like: Any, value: Any) -> Symbol:
    return Symbol(tracing, np.broadcast_to(tracing.lift(value).places, like.shape))


def _clip(tracing: Tracing, values: Any, low: Any, high: Any) -> Symbol:
    # Not np.maximum and np.minimum: of 0 and -0 they give the second, and np.clip the first.
    nan = tracing.each("isnan", values)
    above = tracing.each(WHERE, nan | tracing.each("greater_equal", values, low), values, low)
    return tracing.each(WHERE, nan | tracing.each("less_equal", above, high), above, high)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "where": lambda tracing, *parts: tracing.each(WHERE, *parts),
    "clip": _clip,
    "stack": _joined(np.stack),
    "concatenate": _joined(np.concatenate),
    "full_like": _filled,
    "zeros_like": lambda tracing, like: _filled(tracing, like, 0.0),
    "ones_like": lambda tracing, like: _filled(tracing, like, 1.0),
    "sum": lambda tracing, values, axis: tracing.lift(values).sum(axis),
    "ndim": lambda tracing, value: value.ndim,
}
"""NumPy's functions that are no ufuncs, of symbols."""
