"""The experiment of a visitor's session, and the link that is always it.

Widgets hold nothing of their own: each shows a part of the experiment (`bound`) and replaces the
experiment when a person changes it. So a link, the back button and a widget cannot disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs

import streamlit as st

from experiment import Experiment
from surfaces import TYPED, Data

T = TypeVar("T")
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


@dataclass
class Session:
    """All that is held for a visitor, but what Streamlit holds of each widget.

    Attributes:
        page: the path of the page that was shown last.
        entered: whether a person comes to the page with this run.
        experiment: what is shown.
        unread: a link whose formula is refused and can still be mended; empty if there is none.
        entries: how many links have been opened, each of which may say from where its race is
            looked at.
        written: the query that the address bar shows.
        passing: whether the last change is one of many, as while a slider is dragged.
        spell: what the last change was part of.
        goes_on: whether the change before it was, too.
        data: the data sets that were chosen from a person's file, by digest.
        defaults: what each widget showed first.
        remembered: what the editors remember, by its class.
        number: the one that the visitor waits with for a turn; 0 where he does not wait.
        lessons: the page of lessons, where the race's page stands beside it.
        shown: the experiment that the controls show.
        teller: the key of the player that tells where sliders were let go, where what it draws is
            all that depends on them; empty where the rest of the page may, too.
    """

    page: str | None = None
    entered: bool = True
    experiment: Experiment = field(default_factory=Experiment)
    unread: Mapping[str, list[str]] = field(default_factory=dict)
    entries: int = 0
    written: str = ""
    passing: bool = False
    spell: Spell = Spell()
    goes_on: bool = False
    data: dict[str, Data] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    remembered: dict[type, Any] = field(default_factory=dict)
    number: int = 0
    lessons: Any = None
    shown: Experiment | None = None
    teller: str = ""


def session() -> Session:
    """The visitor's session."""
    if "session" not in st.session_state:
        st.session_state.session = Session()
    return cast(Session, st.session_state.session)


def remembered(kind: type[T]) -> T:
    """What an editor remembers: a value of its own class, which starts as that does."""
    found: T = session().remembered.setdefault(kind, kind())
    return found


def current() -> Experiment:
    """The experiment to show, of which the address bar becomes the link.

    A link is read where a person comes to the page; one opened while the page stands, as by the
    back button, the browser reports (`open_link`). What the browser says with every other run may
    be older than what the page has written since.
    """
    now = session()
    parts = {key: st.query_params.get_all(key) for key in st.query_params if key not in STREAMLITS}
    entered, now.entered = now.entered, False
    if entered and (parts or not now.entries):
        _open(parts)
    query = now.experiment.to_query()
    if entered:
        now.written = query
    elif query != now.written and not now.passing:
        if not now.goes_on:  # else the player writes it over the last
            st.query_params.from_dict(parse_qs(query))
        now.written = query
    return now.experiment


def open_link(query: str) -> None:
    """Show the experiment of a link to which a person went back or forth."""
    parts = parse_qs(query.removeprefix("?"), keep_blank_values=True)
    _open({k: v for k, v in parts.items() if k not in STREAMLITS})
    now = session()
    now.passing, now.spell, now.written = False, Spell(), now.experiment.to_query()


def _open(parts: dict[str, list[str]]) -> None:
    """Make the experiment of a link the session's; a formula that is refused stays to be mended."""
    experiment = Experiment.from_query(parts, own_data()) if parts else Experiment()
    meant = parts.get("surface", [TYPED])[0].startswith(TYPED) and any(parts.get("formula", []))
    show(experiment, parts if meant and experiment.surface.key != TYPED else NOTHING)
    session().entries += 1


def show(experiment: Experiment, unread: Mapping[str, list[str]] = NOTHING) -> None:
    """Make an experiment the session's.

    Args:
        unread: the link that it came from, if that has a formula which is refused.
    """
    session().experiment, session().unread = experiment, unread


def change(how: Change, value: Any = None, *, passing: bool = False, spell: str = "") -> None:
    """Replace the session's experiment; a refusal is kept for the page to show.

    The link leaves out what is only passing, such as the places that a dragged slider goes through.
    Changes of one spell, such as letters typed one after another, are one step of the browser's
    history.
    """
    now = session()
    before = experiment = replace(now.experiment, problems=())
    try:
        experiment = how(experiment, value)
    except ValueError as error:
        experiment = replace(experiment, problems=(as_it_was(error),))
    show(experiment, now.unread if experiment.surface.key == before.surface.key else NOTHING)
    now.passing = passing
    last, now.spell = now.spell, Spell(spell, time.monotonic())
    now.goes_on = bool(spell) and spell == last.name and now.spell.time < last.time + PAUSE


def as_it_was(error: ValueError) -> str:
    """What a person reads of a change that was refused."""
    return f"{error} It stays as it was."


def own_data() -> list[Data]:
    """The data sets that were chosen from a person's file; they live as long as the session."""
    return list(session().data.values())


def keep_data(data: Data) -> None:
    """Remember a data set, so that going back finds it; only so many."""
    kept = session().data
    kept.pop(data.digest, None)
    kept[data.digest] = data
    while len(kept) > KEPT_DATA:
        del kept[next(iter(kept))]


def initial(key: str, value: Any) -> Any:
    """The default of a widget: what it showed first, for as long as it stays on the page.

    A browser that mounts a widget late starts from its default, and takes a default that changes
    for a change of the value, even if the person is already a keystroke ahead.
    """
    defaults = session().defaults
    if key not in st.session_state:
        defaults[key] = value
    return defaults.setdefault(key, value)


def bound(
    key: str, value: Any, how: Callable[[Any, Any], Any], through: Callable[..., None] = change
) -> dict[str, Any]:
    """Keywords that tie a widget to the experiment: it shows value, and a change goes through how.

    What is tied to something else says through what that is replaced. The state is written only
    where it differs, so that a rerun does not answer a person who is already a keystroke ahead.
    """
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return {"key": key, "on_change": lambda: through(how, st.session_state[key])}


def tied(key: str, value: Any, take: Callable[[Any], None]) -> dict[str, Any]:
    """Keywords that tie a widget to something remembered: it shows value, and a change is taken."""
    return bound(key, value, lambda _, v: take(v), lambda how, v: how(None, v))
