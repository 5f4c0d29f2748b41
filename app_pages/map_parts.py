"""What the kinds of maps have in common on their page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from app_pages.controls import choice, escape, number, segments
from app_pages.map_work import Shown
from app_pages.session import as_it_was, remembered, session, show
from app_pages.tables import html_table
from experiment import Experiment
from experiment.maps import Map
from viewer import Place


@dataclass
class Addressed:
    """What the address bar says of the map.

    Attributes:
        written: the query that was written last.
        opened: one to which a person has gone back or forth, until it is read.
    """

    written: str = ""
    opened: str | None = None


Change = Callable[[Any, Any], Map]


def change_map(how: Change, value: Any) -> None:
    """Replace the session's map; a refusal is kept for the page to show."""
    here, now = session(), remembered(Shown)
    try:
        now.map = how(now.map, value)
        show(now.map.race)
    except ValueError as error:
        show(replace(here.experiment, problems=(as_it_was(error),)))
    here.passing, now.place = False, None


map_number = partial(number, through=change_map)
map_choice = partial(choice, through=change_map)
map_segments = partial(segments, through=change_map)


def chosen(place: Place | None, opened: Callable[[Place], tuple[str, Experiment] | None]) -> None:
    """The way from the place that was chosen last to its race."""
    if place is not None:
        remembered(Shown).place = place
    last = remembered(Shown).place
    found = opened(last) if last else None
    if found is None:
        return
    words, race = found
    with st.container(key="open-race", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape(words)}**", width="content")
        open_race(race, "Open in the race")


def open_race(race: Experiment, label: str) -> None:
    """The way to a race."""
    st.page_link(
        Path(__file__).with_name("race.py"),
        label=label,
        icon=":material/sports_score:",
        query_params=parse_qs(race.to_query()),
    )


def percent(part: float) -> str:
    """A part of 1 as people write it."""
    return f"{100 * part:.1f} %" if part == 0 or part >= 0.0005 else "< 0.1 %"


def look_table(
    title: str, heads: Sequence[str], lines: Sequence[tuple[str, str, Sequence[str]]]
) -> None:
    """A legend with numbers: the look, the words, and the numbers of each line."""
    st.html(
        html_table(
            ["", *heads] if heads else [],
            [[words[0].upper() + words[1:], *cells] for _, words, cells in lines],
            caption=title,
            looks=[background for background, _, _ in lines],
        )
    )
