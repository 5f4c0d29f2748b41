"""The formula that a person types."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app_pages.controls import escape
from app_pages.session import change, own_data, remembered, session
from experiment import Experiment
from formulas.advice import Refused
from formulas.functions import FUNCTIONS
from settings import shorten
from surfaces import TYPED, Surface, from_formula

TEXT = "formula-text"  # what Streamlit knows the field by


@dataclass
class Typed:
    """What came of the text in the field.

    Attributes:
        of: the formula that the field was filled with, or that came of what was typed.
        refused: why it is refused.
        advice: what to write instead.
        told: the sentences of the link that says why, which the page shows already.
    """

    of: str = ""
    refused: str = ""
    advice: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def formula_field(surface: Surface) -> None:
    """The formula as a person types it, and below it how it was read, where that looks otherwise.

    One that is refused stays, with the reason, and what to write instead at a press.
    """
    typed, unread = remembered(Typed), session().unread
    shown = unread["formula"][0] if unread else surface.formula
    # From a link, by going back, or after another page.
    if typed.of != shown or TEXT not in st.session_state:
        st.session_state[TEXT] = shown
        typed.of, typed.refused = shown, ""
        if unread:
            try:
                from_formula(shown)
            except ValueError as error:
                _refused(error, shown)
                typed.told = session().experiment.problems
    st.text_input(
        "f(x, y) =",
        key=TEXT,
        live=True,
        on_change=_typed,
        help="In x and y. Any other letter, or a Greek one's name, becomes a slider. Functions: "
        f"{' '.join(FUNCTIONS)}; constants pi and e; 2xy and x^2 are understood, and so are LaTeX "
        "and formulas from code.",
    )
    refused = typed.refused
    if refused and not (typed.told and typed.told is session().experiment.problems):
        st.warning(escape(refused), icon=":material/info:")
    if refused:
        for i, text in enumerate(typed.advice):
            words = f"Write {escape(shorten(text, 60))}"
            st.button(words, key=f"formula-advice{i}", on_click=_follow, args=(text,))
    elif surface.key == TYPED and _bare(st.session_state[TEXT]) != _bare(surface.formula):
        st.caption(f"Read as ${(surface.original or surface).latex}$")


def _typed() -> None:
    text, surface = st.session_state[TEXT], session().experiment.plane
    if session().unread:
        return _mended(text)
    try:
        typed = from_formula(text, (surface.original or surface).domain)
        same = {p.name for p in typed.parameters} & {p.name for p in surface.parameters}
        before = zip(surface.parameters, surface.values, strict=True)
        typed = typed.with_values(**{p.name: value for p, value in before if p.name in same})
        typed = typed.transformed(**surface.transform.changed)
    except ValueError as error:
        return _refused(error, text)
    _read(typed.formula)
    change(lambda experiment, value: experiment.on(value), typed, spell="formula")


def _mended(text: str) -> None:
    """The link whose formula was refused, with what is typed in its place."""
    try:
        formula = from_formula(text).formula
    except ValueError as error:
        return _refused(error, text)
    _read(formula)
    link = {**session().unread, "formula": [formula]}
    change(lambda _, query: Experiment.from_query(query, own_data()), link, spell="formula")


def _refused(error: ValueError, text: str) -> None:
    """Keep why a formula is refused, and what to write instead, for the page to show."""
    typed = remembered(Typed)
    typed.refused, typed.told = str(error), ()
    typed.advice = error.mended(text) if isinstance(error, Refused) else ()


def _read(formula: str) -> None:
    """Keep that what is typed was read, and as what."""
    typed = remembered(Typed)
    typed.of, typed.refused = formula, ""


def _follow(text: str) -> None:
    st.session_state[TEXT] = text
    _typed()


def _bare(formula: str) -> str:
    return "".join(formula.split())
