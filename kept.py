"""What took long to compute, for as long as there is room: bounded by the bytes that it holds.

All visitors share it, and two who ask for the same at once wait for one computation. What is made
of a person's own data is kept under a key that has the data's digest in it, which nobody else asks
for.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, update_wrapper
from threading import Lock
from types import CodeType, FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

MEBIBYTE = 2**20
RUNS = 320 * MEBIBYTE  # of one race, the longest: eight lanes of L-BFGS from twenty starts
RUNS_OF_MANY = 64 * MEBIBYTE  # of about a hundred usual ones
RIBBONS = 32 * MEBIBYTE  # two of the longest, of eight lanes each
GRIDS = 32 * MEBIBYTE
GRAPHS = 8 * MEBIBYTE
MAPS = 48 * MEBIBYTE  # three of the largest
NETWORKS = 8 * MEBIBYTE
FORMULAS = 80 * MEBIBYTE
NUMBERS = MEBIBYTE
TEXTS = 8 * MEBIBYTE  # of each kind
"""How many bytes each kind of thing that is kept may hold: nothing else bounds a cache."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")

Steps = Generator[float, None, V]
"""A computation that yields how much of it is done, up to 1, and returns its result."""


class _Task(Generic[V]):
    """A computation for which several may wait: whoever comes takes its next step."""

    def __init__(self, steps: Steps[V]) -> None:
        self.steps = steps
        self.lock = Lock()
        self.asking = 0
        self.part = 0.0
        self.ended = False
        self.value: V | None = None
        self.error: BaseException | None = None

    def step(self) -> None:
        """The next step, unless it ended while another took the last."""
        with self.lock:
            if self.ended:
                return
            try:
                self.part = next(self.steps)
            except StopIteration as end:
                self.value, self.ended = end.value, True
            except BaseException as error:
                self.error, self.ended = error, True


class Kept(Generic[K, V]):
    """The latest results, under their keys; what was asked for longest ago goes first.

    Args:
        most: bytes, keys included; a result that is larger by itself is not kept.
        weigh: the bytes of a result.
        of_many: bytes beyond which the latest few results alone are kept, so that one visitor's may
            be large, and those of many are not; by default as many as `most`.
        few: how many these are.
    """

    def __init__(
        self,
        most: int,
        weigh: Callable[[V], int] | None = None,
        *,
        of_many: int | None = None,
        few: int = 0,
    ) -> None:
        self.most, self.few = most, few
        self.of_many = most if of_many is None else of_many
        self._weigh = weigh or size_of
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._tasks: dict[K, _Task[V]] = {}
        self._bytes = 0
        self._lock = Lock()

    @property
    def bytes(self) -> int:
        """How many it holds."""
        return self._bytes

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._values

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def get(self, key: K, compute: Callable[[], V]) -> V:
        """The kept result; or else a computed one, which is then kept."""

        def at_once() -> Steps[V]:
            yield from ()
            return compute()

        return result(self.steps(key, at_once))

    def steps(self, key: K, compute: Callable[[], Steps[V]]) -> Steps[V]:
        """The kept result, at once; or else the computation's steps, whose result is then kept.

        Where others are at it already, it is theirs that goes on, even if they leave.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
            if key not in self._tasks:
                self._tasks[key] = _Task(compute())
            task = self._tasks[key]
            task.asking += 1
        try:
            while True:
                task.step()
                if task.ended:
                    break
                yield task.part
            if task.error is not None:
                raise task.error
        finally:
            self._leave(key, task)
        return task.value  # type: ignore[return-value]  # it has ended without an error

    def _leave(self, key: K, task: _Task[V]) -> None:
        """One who asked goes; the first after the end keeps the result."""
        done = task.ended and task.error is None
        size = size_of(key) + self._weigh(task.value) if done else 0  # type: ignore[arg-type]
        with self._lock:
            task.asking -= 1
            if self._tasks.get(key) is not task or not (task.ended or task.asking == 0):
                return
            del self._tasks[key]
            if done and size <= self.most:
                self._values[key] = task.value, size  # type: ignore[assignment]
                self._bytes += size
            while self._bytes > (self.of_many if len(self._values) > self.few else self.most):
                _, (_, freed) = self._values.popitem(last=False)
                self._bytes -= freed


class Remembered(Generic[P, V]):
    """A function whose latest results are kept; see `remember`."""

    def __init__(
        self, function: Callable[P, V], most: int, weigh: Callable[[V], int] | None
    ) -> None:
        self._function = function
        self.kept: Kept[Hashable, V] = Kept(most, weigh)
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> V:
        key = (args, tuple(sorted(kwargs.items())))
        return self.kept.get(key, lambda: self._function(*args, **kwargs))


def remember(
    most: int, weigh: Callable[[Any], int] | None = None
) -> Callable[[Callable[P, V]], Remembered[P, V]]:
    """Keep a pure function's results, most bytes of them; `weigh` gives those of one."""
    return lambda function: Remembered(function, most, weigh)


def result(steps: Steps[V]) -> V:
    """Go through all steps of a computation."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: V = end.value
            return value


def size_of(value: Any) -> int:
    """The bytes that a value holds, with all that is in it, each thing once.

    An array counts with all the memory that it keeps alive, so a view counts as what it looks at.
    """
    seen: set[int] = set()
    left, total = [value], 0
    while left:
        value = left.pop()
        if id(value) not in seen:
            seen.add(id(value))
            kind: Any = type(value)
            own, parts = _weighing(kind)(value)
            total += own
            left.extend(parts)
    return total


@cache
def _weighing(kind: Any) -> Callable[[Any], tuple[int, Iterable[Any]]]:
    """What tells of a value of a type its own bytes, and what is in it."""
    if issubclass(kind, type):
        return lambda value: (0, ())
    if issubclass(kind, np.ndarray):
        return _array
    if kind is FunctionType:
        return _function
    own = sys.getsizeof
    if issubclass(kind, str | bytes | int | float):
        return lambda value: (own(value), ())
    if issubclass(kind, Mapping):
        return lambda value: (own(value), [*value.keys(), *value.values()])
    if issubclass(kind, tuple | list | set | frozenset):
        return lambda value: (own(value), value)
    if kind is CodeType:
        return lambda c: (own(c), (*c.co_consts, c.co_names, c.co_varnames, c.co_linetable))
    if is_dataclass(kind):
        names = [each.name for each in fields(kind)]
        return lambda value: (
            own(value),
            getattr(value, "__dict__", {}).values() or [getattr(value, name) for name in names],
        )
    return lambda value: (own(value), ())


def _array(array: NDArray[Any]) -> tuple[int, Iterable[Any]]:
    if isinstance(array.base, np.ndarray):
        return 0, (array.base,)
    return int(array.nbytes) + 128, ()


def _function(function: FunctionType) -> tuple[int, Iterable[Any]]:
    cells = (cell.cell_contents for cell in function.__closure__ or ())
    own = sys.getsizeof(function)
    if function.__globals__.get("__spec__") is None:  # no module's: what it was compiled among
        own += sys.getsizeof(function.__globals__)
    return own, (function.__code__, *cells)
