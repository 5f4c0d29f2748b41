"""A slider that takes an exact number too, and reports every place that it is dragged through.

Streamlit's own reports only where it is let go; and a slider beside a number field, two widgets of
one value, would overtake each other when a key repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from figures.slider import Slider
from settings import Setting
from viewer.reports import Reports
from viewer.serving import component

_component = component("slider")


@dataclass(frozen=True)
class Striped:
    """Below a slider is shown how the lane ends at each stop, by the page's own runs.

    Attributes:
        found: what the server's have found, as `figures.strip` says it; None for none.
        on_ask: called where the page cannot run the lane, and a person asks the server to.
    """

    found: Mapping[str, Any] | None
    on_ask: Callable[[], None]


def told(player: str) -> Reports:
    """What a player tells of sliders elsewhere on the page."""

    def hear(move: Mapping[str, Any]) -> None:
        if (moved := _told(player).get(move["key"])) is not None:
            moved.take(move)

    return Reports(player, "told", hear)


def answered(player: str) -> dict[str, int]:
    """Of each slider of which it tells, the number of the latest move that was heard."""
    return {key: moved.answered() for key, moved in _told(player).items()}


def _told(player: str) -> dict[str, Reports]:
    found: dict[str, Reports] = st.session_state.setdefault(f"{player}-tells", {})
    return found


def moves(key: str, on_change: Callable[[float | str, bool], None]) -> Reports:
    """Those of a slider."""
    return Reports(key, "move", lambda move: on_change(moved_to(move), bool(move["passing"])))


def moved_to(move: Mapping[str, Any]) -> float | str:
    """The number; what was typed and is none, as a text."""
    value = move["value"]
    return value if isinstance(value, str) else float(value)


def exact_slider(
    setting: Setting,
    name: str,
    of: str = "",
    *,
    key: str,
    value: float,
    on_change: Callable[[float | str, bool], None],
    sets: str = "",
    strip: Striped | None = None,
    through: str = "",
) -> None:
    """A number on a slider, and as exact as it is typed beside it.

    Args:
        setting: what the number sets: its stops are the slider's, and a number between two is one
            for as long as there is no other such.
        name: what the number is.
        of: whose, for those who hear the page; empty where there is one only.
        key: the slider's identity, as of any widget.
        value: what it shows.
        on_change: called with the number and whether it is only passing, because the slider is
            still being dragged; before the page runs again. What was typed and is no finite number
            comes as a text.
        sets: which number of the race it is, as static/live.js names it; empty for none of those.
        strip: what is shown below it; None for nothing.
        through: the key of the player that tells where it was let go, if nothing but what is drawn
            anew with that depends on it; empty if the whole page may.
    """
    moved = moves(key, on_change)
    if through:
        _told(through)[key] = moved
    data = Slider(setting, name, of, value, sets).packed(moved.answered())
    data |= {
        "strip": strip and {"found": strip.found, "asks": True},
        "key": key if through else "",
    }
    on_ask = strip.on_ask if strip else lambda: None
    _component(key=key, data=data, on_move_change=moved, on_ask_change=on_ask)
