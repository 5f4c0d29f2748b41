"""The experiment of a visitor's session, and the link that is always it.

Widgets hold nothing of their own: each shows a part of the experiment (`bound`) and replaces the
experiment when a person changes it. So a link, the back button and a widget cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from experiment import Experiment

Change = Callable[[Experiment, Any], Experiment]


STREAMLITS = ("embed", "embed_options")


def current() -> Experiment:
    """The experiment to show: the session's, or the link's where a person opened another one."""
    session = st.session_state
    link = {key: st.query_params.get_all(key) for key in st.query_params if key not in STREAMLITS}
    opened = Experiment.from_query(link) if link else session.get("experiment", Experiment())
    linked = opened.to_query()
    # A link that reads as what was shown last was not opened but written by the page itself.
    if "experiment" not in session or (link and linked != session.get("shown")):
        session.experiment = opened
    experiment: Experiment = session.experiment
    query = experiment.to_query()
    if query != (linked if link else session.get("shown", query)):
        st.query_params.from_dict(parse_qs(query))
    session.shown = query
    return experiment


def change(how: Change, value: Any = None) -> None:
    """Replace the session's experiment; a refusal is kept for the page to show."""
    experiment = replace(st.session_state.experiment, problems=())
    try:
        experiment = how(experiment, value)
    except ValueError as error:
        experiment = replace(experiment, problems=(str(error),))
    st.session_state.experiment = experiment


def bound(key: str, value: Any, how: Change) -> dict[str, Any]:
    """Keywords that tie a widget to the experiment: it shows value, and a change goes through how.

    The state is written only where it differs, so that a rerun does not answer a person who is
    already a keystroke ahead. The widget needs the value as its default too: a browser that mounts
    it late, in a popover, starts from the default.
    """
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return {"key": key, "on_change": lambda: change(how, st.session_state[key])}
