"""What took long to compute, for as long as there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Steps = Generator[float, None, V]
"""A computation that yields how much of it is done, up to 1, and returns its result."""


class Kept(Generic[K, V]):
    """The latest results, under their keys."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def steps(self, key: K, compute: Callable[[], Steps[V]]) -> Steps[V]:
        """The kept result, at once; or else the computation's steps, whose result is then kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = yield from compute()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


def result(steps: Steps[V]) -> V:
    """Go through all steps of a computation."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: V = end.value
            return value
