"""The formula that a person types."""

from __future__ import annotations

import streamlit as st

from app_pages.controls import escape
from app_pages.session import change, own_data, unread
from experiment import Experiment
from formulas.advice import Refused
from formulas.functions import FUNCTIONS
from settings import shorten
from surfaces import TYPED, Surface, from_formula


def formula_field(surface: Surface) -> None:
    """The formula as a person types it, and below it how it was read, where that looks otherwise.

    One that is refused stays, with the reason, and what to write instead at a press.
    """
    session = st.session_state
    shown = unread()["formula"][0] if unread() else surface.formula
    # From a link, by going back, or after another page.
    if session.get("formula-of") != shown or "formula-text" not in session:
        session["formula-of"], session["formula-text"] = shown, shown
        session.pop("formula-refused", None)
        if unread():
            try:
                from_formula(shown)
            except ValueError as error:
                _refused(error, shown)
    st.text_input(
        "f(x, y) =",
        key="formula-text",
        live=True,
        on_change=_typed,
        help="In x and y. Any other letter, or a Greek one's name, becomes a slider. Functions: "
        f"{' '.join(FUNCTIONS)}; constants pi and e; 2xy and x^2 are understood, and so are LaTeX "
        "and formulas from code.",
    )
    refused = session.get("formula-refused", "")
    if refused and not any(refused[:-1] in problem for problem in session.experiment.problems):
        st.warning(escape(refused), icon=":material/info:")
    if refused:
        for i, text in enumerate(session.get("formula-advice", ())):
            words = f"Write {escape(shorten(text, 60))}"
            st.button(words, key=f"formula-advice{i}", on_click=_follow, args=(text,))
    elif surface.key == TYPED and _bare(session["formula-text"]) != _bare(surface.formula):
        st.caption(f"Read as ${(surface.original or surface).latex}$")


def _typed() -> None:
    session = st.session_state
    surface: Surface = session.experiment.surface
    if unread():
        return _mended()
    try:
        typed = from_formula(session["formula-text"], (surface.original or surface).domain)
        same = {p.name for p in typed.parameters} & {p.name for p in surface.parameters}
        before = zip(surface.parameters, surface.values, strict=True)
        typed = typed.with_values(**{p.name: value for p, value in before if p.name in same})
        typed = typed.transformed(**surface.transform.changed)
    except ValueError as error:
        return _refused(error, session["formula-text"])
    session.pop("formula-refused", None)
    session["formula-of"] = typed.formula
    change(lambda experiment, value: experiment.on(value), typed, spell="formula")


def _mended() -> None:
    """The link whose formula was refused, with what is typed in its place."""
    session = st.session_state
    try:
        formula = from_formula(session["formula-text"]).formula
    except ValueError as error:
        return _refused(error, session["formula-text"])
    session.pop("formula-refused", None)
    session["formula-of"] = formula
    link = {**unread(), "formula": [formula]}
    change(lambda _, query: Experiment.from_query(query, own_data()), link, spell="formula")


def _refused(error: ValueError, text: str) -> None:
    """Keep why a formula is refused, and what to write instead, for the page to show."""
    st.session_state["formula-refused"] = str(error)
    advice = error.mended(text) if isinstance(error, Refused) else ()
    st.session_state["formula-advice"] = advice


def _follow(text: str) -> None:
    st.session_state["formula-text"] = text
    _typed()


def _bare(formula: str) -> str:
    return "".join(formula.split())
