"""The experiment of a visitor's session, and the link that is always it.

Widgets hold nothing of their own: each shows a part of the experiment (`bound`) and replaces the
experiment when a person changes it. So a link, the back button and a widget cannot disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from experiment import Experiment

Change = Callable[[Experiment, Any], Experiment]


STREAMLITS = ("embed", "embed_options")
IN_FLIGHT = 0.4  # seconds within which the browser may still send the link before the present one


def current() -> Experiment:
    """The experiment to show: the session's, or the link's where a person opened another one."""
    session = st.session_state
    link = {key: st.query_params.get_all(key) for key in st.query_params if key not in STREAMLITS}
    opened = Experiment.from_query(link) if link else session.get("experiment", Experiment())
    if "experiment" not in session or (link and _navigated(opened.to_query())):
        session.experiment = opened
    experiment: Experiment = session.experiment
    query = experiment.to_query()
    if query != (opened.to_query() if link else session.get("shown", query)):
        st.query_params.from_dict(parse_qs(query))
    if query != session.get("shown"):
        session.left = (session.get("shown"), time.monotonic())
    session.shown = query
    return experiment


def _navigated(linked: str) -> bool:
    """Whether a link was opened by a person, and not written by the page itself.

    A link that comes with a change, or just after one, is the one before: the browser sends it
    until the page's own has reached it.
    """
    session = st.session_state
    touched = session.pop("touched", False)
    left, when = session.get("left", (None, 0.0))
    in_flight = linked == left and time.monotonic() - when < IN_FLIGHT
    return not touched and not in_flight and linked != session.get("shown")


def change(how: Change, value: Any = None) -> None:
    """Replace the session's experiment; a refusal is kept for the page to show."""
    touch()
    experiment = replace(st.session_state.experiment, problems=())
    try:
        experiment = how(experiment, value)
    except ValueError as error:
        experiment = replace(experiment, problems=(str(error),))
    st.session_state.experiment = experiment


def touch() -> None:
    """Note that a person acted on the page, which is not the same as opening a link."""
    st.session_state.touched = True


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
