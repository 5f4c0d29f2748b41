"""How lanes end along their sliders, where a page cannot work it out by itself."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import streamlit as st

from app_pages.session import remembered, session
from app_pages.turns import turns
from experiment.strip import Strip, afforded, strip, with_any
from figures.strip import strip_shown
from kept import TEXTS, Kept
from settings import Setting
from viewer import Striped

_strips: Kept[tuple[str, float], Strip] = Kept(TEXTS)


MAPS = "maps"  # the page that shows no race


class Asked(dict[str, str]):
    """Of which race a visitor has asked for the strip under a slider, by the slider's key."""


def striped(setting: Setting, key: str, sets: str) -> Striped | None:
    """The strip under a slider of a lane's hyperparameter; None where it has none, as beside a map.

    Args:
        key: the slider's.
        sets: as `viewer.exact_slider` takes it.
    """
    lane, _, name = sets.partition(".")
    if not lane.isdecimal() or session().page == MAPS:
        return None
    race, asked = session().experiment, remembered(Asked)
    run, least = race.lanes[int(lane)], setting.stops[0]

    def ask() -> None:
        now = session().experiment
        asked[key] = with_any(now, now.lanes[int(lane)], name, least)

    found: dict[str, Any] | None = None
    if key in asked and asked[key] == (shown := with_any(race, run, name, least)):
        kept = shown, race.run_of(run).left  # which decides how far the runs are followed
        values = afforded(race, run, setting.stops)
        alone = nullcontext() if kept in _strips else turns.aside()
        with st.spinner("Running the whole range…"), alone:
            ran = _strips.get(kept, lambda: strip(race, run, name, values))
        found = strip_shown(race, ran)
    return Striped(found, ask)
