"""The dial that turns a surface, above how many steps each lane takes at every angle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from figures.slider import Slider
from settings import Setting
from viewer.serving import component
from viewer.slider import moves

_component = component("dial", "slider")


def turning_dial(
    setting: Setting,
    name: str,
    *,
    key: str,
    value: float,
    sets: str,
    turns: Mapping[str, Any] | None,
    on_change: Callable[[float | str, bool], None],
) -> None:
    """A slider with an exact number, and a chart over its range; see `viewer.slider`.

    Args:
        sets: as of `viewer.exact_slider`.
        turns: what static/dial.js draws, as `figures.turned` makes it; None for what it drew last.
    """
    moved = moves(key, on_change)
    shown = Slider(setting, name, "", value, sets).packed(moved.answered())
    _component(key=key, data={**shown, "turns": turns}, on_move_change=moved)
