"""The dial that turns a surface, above how many steps each lane takes at every angle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from figures.slider import Slider
from settings import Setting
from viewer.serving import component

_component = component("dial", "slider")


def turning_dial(
    setting: Setting,
    name: str,
    *,
    key: str,
    value: float,
    turns: Mapping[str, Any] | None,
    on_change: Callable[[float | str, bool], None],
) -> None:
    """A slider with an exact number, and a chart over its range; see `viewer.slider`.

    Args:
        turns: what static/dial.js draws, as `figures.turned` makes it; None for what it drew last.
    """
    answered = f"{key}-answered"

    def moved() -> None:
        move: Any = st.session_state[key].move
        if isinstance(move, dict):
            st.session_state[answered] = move["serial"]
            value = move["value"]
            on_change(value if isinstance(value, str) else float(value), bool(move["passing"]))

    count = st.session_state.get(answered, 0)
    shown = Slider(setting, name, "", value).packed(count)
    _component(key=key, data={**shown, "turns": turns}, on_move_change=moved)
