"""Visitors' runs of the page take turns: threads that compute at once only hinder each other.

An interpreter runs one thread at a time. Where many want it at once, each waits for it again and
again, and all are served late; one after the other, half of them are served in half the time, and
the last no later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Event, Lock, get_ident
from time import monotonic, sleep

from app_pages.session import session

LONG = 0.2  # seconds, several times what a race of a few lanes takes
SHARE = 0.5  # of the time for which one stayed aside in vain, one works before the next
PAUSE = 0.005  # seconds, after which one who stays aside looks again


class Turns:
    """One thread at a time; of those who wait, who drew the lowest number is next.

    Whoever holds it may take it again within. Nobody may wait for it within what `kept` computes,
    for which one who holds it may be waiting.

    Args:
        long: seconds, after which one who has more to do lets others go first.
    """

    def __init__(self, long: float = LONG) -> None:
        self._long, self._since, self._stays = long, 0.0, 0.0
        self._lock = Lock()
        self._numbers = count(1)
        self._holder: int | None = None
        self._waiting: list[tuple[int, int, Event]] = []

    def draw(self) -> int:
        """A number, higher than all before."""
        return next(self._numbers)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def take(self, number: int) -> Iterator[None]:
        """Wait for one's turn, which ends with the block, however that is left."""
        if self._holder == get_ident():
            yield
            return
        self._wait(number)
        try:
            yield
        finally:
            self._pass_on()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the turn for the block, and wait for the next after it."""
        mine = self._holder == get_ident()
        self._pass_on()
        yield
        if mine:
            self._wait(self.draw())

    def stay_aside(self) -> None:
        """Wait until nobody has the turn, but not for ever: for those who work without one.

        Between any two pieces of their work, however small.
        """
        end = monotonic() + self._long
        while self._holder is not None and monotonic() >= self._stays:
            if monotonic() >= end:
                self._stays = end + SHARE * self._long
                return
            sleep(PAUSE)

    def let_others(self) -> None:
        """Let everyone who waits now go first, if one has had the turn for long."""
        if self._waiting and monotonic() - self._since >= self._long:
            with self.aside():
                pass

    def _wait(self, number: int) -> None:
        me, called = get_ident(), Event()
        with self._lock:
            if self._holder is None:
                self._holder = me
                self._since = monotonic()
                return
            heappush(self._waiting, (number, me, called))
        called.wait()
        self._since = monotonic()

    def _pass_on(self) -> None:
        """To whoever is next; one who has no turn keeps still."""
        with self._lock:
            if self._holder != get_ident():
                return
            self._holder = None
            if self._waiting:
                _, self._holder, called = heappop(self._waiting)
                called.set()


turns = Turns()


@contextmanager
def turn() -> Iterator[None]:
    """The turn of this visitor's run.

    Who changes something while he waits starts anew, with the number that he has: Streamlit looks
    for that, and for those who have left, whenever the session's state is asked for.
    """
    now = session()
    now.number = now.number or turns.draw()
    with turns.take(now.number):
        session()
        now.number = 0
        yield
