"""The experiment of a visitor's session, and the link that is always it.

Widgets hold nothing of their own: each shows a part of the experiment (`bound`) and replaces the
experiment when a person changes it. So a link, the back button and a widget cannot disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from experiment import Experiment
from surfaces import TYPED, Data

Change = Callable[[Experiment, Any], Experiment]

KEPT_DATA = 8
PAUSE = 10  # seconds, which end a spell
STREAMLITS = ("embed", "embed_options")
NOTHING: Mapping[str, list[str]] = {}


@dataclass(frozen=True)
class Spell:
    """What a person is in the middle of, and since when it was last heard of."""

    name: str = ""
    time: float = 0.0


def current() -> Experiment:
    """The experiment to show, of which the address bar becomes the link.

    A link is read where a person comes to the page; one opened while the page stands, as by the
    back button, the browser reports (`open_link`). What the browser says with every other run may
    be older than what the page has written since.
    """
    session = st.session_state
    parts = {key: st.query_params.get_all(key) for key in st.query_params if key not in STREAMLITS}
    entered = session.pop("entered", False) or "experiment" not in session
    if entered and (parts or "experiment" not in session):
        _open(parts)
    experiment: Experiment = session.experiment
    query = experiment.to_query()
    if entered:
        session.written = query
    elif query != session.written and not session.get("passing"):
        if not session.get("goes_on"):  # else the player writes it over the last
            st.query_params.from_dict(parse_qs(query))
        session.written = query
    return experiment


def link() -> str:
    """The query that the address bar shows."""
    return str(st.session_state.written)


def open_link(query: str) -> None:
    """Show the experiment of a link to which a person went back or forth."""
    parts = parse_qs(query.removeprefix("?"), keep_blank_values=True)
    _open({k: v for k, v in parts.items() if k not in STREAMLITS})
    st.session_state.passing = False
    st.session_state.spell = Spell()
    st.session_state.written = st.session_state.experiment.to_query()


def _open(parts: dict[str, list[str]]) -> None:
    """Make the experiment of a link the session's; a formula that is refused stays to be mended."""
    experiment = Experiment.from_query(parts, own_data()) if parts else Experiment()
    meant = parts.get("surface", [TYPED])[0].startswith(TYPED) and any(parts.get("formula", []))
    show(experiment, parts if meant and experiment.surface.key != TYPED else NOTHING)
    st.session_state.entries = entries() + 1


def entries() -> int:
    """How many links have been opened, each of which may say from where its race is looked at."""
    return int(st.session_state.get("entries", 0))


def show(experiment: Experiment, unread: Mapping[str, list[str]] = NOTHING) -> None:
    """Make an experiment the session's.

    Args:
        unread: the link that it came from, if that has a formula which is refused.
    """
    st.session_state.experiment = experiment
    st.session_state.unread = unread


def unread() -> Mapping[str, list[str]]:
    """A link whose formula is refused and can still be mended; empty if there is none."""
    link: Mapping[str, list[str]] = st.session_state.get("unread", NOTHING)
    return link


def change(how: Change, value: Any = None, *, passing: bool = False, spell: str = "") -> None:
    """Replace the session's experiment; a refusal is kept for the page to show.

    The link leaves out what is only passing, such as the places that a dragged slider goes through.
    Changes of one spell, such as letters typed one after another, are one step of the browser's
    history.
    """
    before = experiment = replace(st.session_state.experiment, problems=())
    try:
        experiment = how(experiment, value)
    except ValueError as error:
        experiment = replace(experiment, problems=(as_it_was(error),))
    session = st.session_state
    show(experiment, unread() if experiment.surface.key == before.surface.key else NOTHING)
    session.passing = passing
    last, now = session.get("spell", Spell()), Spell(spell, time.monotonic())
    session.goes_on = bool(spell) and spell == last.name and now.time < last.time + PAUSE
    session.spell = now


def as_it_was(error: ValueError) -> str:
    """What a person reads of a change that was refused."""
    return f"{error} It stays as it was."


def own_data() -> list[Data]:
    """The data sets that were chosen from a person's file; they live as long as the session."""
    return list(st.session_state.get("data", {}).values())


def keep_data(data: Data) -> None:
    """Remember a data set, so that going back finds it; only so many."""
    kept: dict[str, Data] = st.session_state.setdefault("data", {})
    kept.pop(data.digest, None)
    kept[data.digest] = data
    while len(kept) > KEPT_DATA:
        del kept[next(iter(kept))]


def initial(key: str, value: Any) -> Any:
    """The default of a widget: what it showed first, for as long as it stays on the page.

    A browser that mounts a widget late starts from its default, and takes a default that changes
    for a change of the value, even if the person is already a keystroke ahead.
    """
    defaults: dict[str, Any] = st.session_state.setdefault("defaults", {})
    if key not in st.session_state:
        defaults[key] = value
    return defaults.setdefault(key, value)


def bound(key: str, value: Any, how: Change) -> dict[str, Any]:
    """Keywords that tie a widget to the experiment: it shows value, and a change goes through how.

    The state is written only where it differs, so that a rerun does not answer a person who is
    already a keystroke ahead.
    """
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return {"key": key, "on_change": lambda: change(how, st.session_state[key])}
