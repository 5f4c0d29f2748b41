"""A map is worked out under a bar that says how long it takes; heavy ones take turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages.session import remembered
from app_pages.turns import turns
from experiment import Ends, Lane
from experiment.maps import Map
from kept import MAPS, Kept, result
from viewer import Place

SOON = 0.4  # seconds without a bar
PAUSE = 0.1  # seconds, after which one who waits looks again, and is told how far it is


@dataclass
class Shown:
    """The map that a person sees.

    Attributes:
        map: None before the first.
        place: what was chosen last on it.
        stopped: the link of a map whose work was stopped.
    """

    map: Map | None = None
    place: Place | None = None
    stopped: str = ""


ENDS: Kept[str, Ends] = Kept(MAPS)  # of the runs of a map's lane, by its key


class Line:
    """Those who wait for their turn, the first come first: one works at a time."""

    def __init__(self) -> None:
        self._waiting: list[object] = []
        self._lock = Lock()

    @contextmanager
    def stand(self) -> Iterator[Callable[[], int]]:
        """Stand in line until the block ends, and ask how many are before one."""
        me = object()
        with self._lock:
            self._waiting.append(me)

        def before() -> int:
            with self._lock:
                return self._waiting.index(me)

        try:
            yield before
        finally:
            with self._lock:
                self._waiting.remove(me)


_line = Line()


def worked_out(a_map: Map) -> list[Ends] | None:
    """How the runs of each lane end; None while a person has stopped it.

    Only a lane that has changed is run. Whoever leaves, or changes the map, stops it.
    """
    missing = [lane for lane in a_map.lanes() if a_map.key(lane) not in ENDS]
    query = a_map.to_query()
    if missing and remembered(Shown).stopped == query:
        return None
    place = st.empty()
    if missing:
        with turns.aside():  # others' races are not to wait for it
            _work(a_map, missing, query, place)
        place.empty()
    return kept_ends(a_map)


def kept_ends(a_map: Map) -> list[Ends]:
    """The same, worked out once more where all of it was more than is kept."""
    return [result(ENDS.steps(a_map.key(o), partial(a_map.steps, o))) for o in a_map.lanes()]


def _work(a_map: Map, missing: list[Lane], query: str, place: DeltaGenerator) -> None:
    began = told = time.monotonic()
    bar = None

    def show(part: float, words: str) -> None:
        nonlocal bar, told
        if time.monotonic() - told < PAUSE:
            return
        told = time.monotonic()
        if bar is None and told - began > SOON:
            row = place.container(key="map-work", horizontal=True, vertical_alignment="center")
            bar = row.empty()
            row.button(
                "Stop", key="stop-map", icon=":material/stop:", on_click=_stop, args=(query,)
            )
        if bar is not None:
            bar.progress(part, words)

    with _line.stand() as before:
        while ahead := before():
            show(0.0, f"Waiting: {ahead} {'map is' if ahead == 1 else 'maps are'} before this one…")
            time.sleep(PAUSE)
        at_work = time.monotonic()
        for i, lane in enumerate(missing):
            for part in ENDS.steps(a_map.key(lane), partial(a_map.steps, lane)):
                turns.stay_aside()  # of two that compute at once the race would be the slower
                done = (i + part) / len(missing)
                left = (time.monotonic() - at_work) * (1 - done) / done
                show(done, f"Working out the map: about {max(1, round(left))} s left…")


def _stop(query: str) -> None:
    remembered(Shown).stopped = query


def go_on() -> None:
    """Work out again what was stopped."""
    remembered(Shown).stopped = ""
