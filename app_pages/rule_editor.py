"""The equations of a rule that a person writes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from app_pages.controls import escape, slider
from app_pages.session import Change, change
from app_pages.strips import striped
from experiment import Lane, alike
from figures.style import axis_name
from formulas.advice import Refused
from optimizers import Rule, from_rule
from settings import shorten
from viewer import lines_field

HELP = (
    "One equation a line. g is the gradient, x (or θ) the point, t the step; what stands left of "
    "an equals sign is kept and starts at 0, or where a line such as m0 = 1 says. All other "
    "letters become sliders. norm(…) and sum(…) run over the coordinates."
)


@dataclass(frozen=True)
class Typed:
    """What stands in a field, and of which rule.

    Attributes:
        of: the rule's canonical text.
        text: as it was typed.
        refused: why it is not that rule's; empty if it is.
        advice: what can be written instead.
    """

    of: str
    text: str
    refused: str = ""
    advice: tuple[str, ...] = ()


def rule_editor(index: int, lane: Lane, rule: Rule, on_rule: Change) -> None:
    """The rule as it is typed, how it was read, why it is refused, and its letters' sliders.

    Args:
        on_rule: puts another rule into the lane, or another of its numbers.
    """
    key = f"lane{index}-rule"
    typed = st.session_state.get(f"{key}-typed")
    if typed is None or typed.of != rule.text:  # from a link, by going back, or another lane's
        typed = st.session_state[f"{key}-typed"] = Typed(rule.text, rule.text.replace("; ", "\n"))

    def write(text: str) -> None:
        _write(f"{key}-typed", rule, text, on_rule)

    lines_field(
        f"Equations of lane {index + 1}",
        key=key,
        text=typed.text,
        refused=bool(typed.refused),
        on_change=write,
    )
    if typed.refused:
        st.warning(escape(typed.refused), icon=":material/info:")
        for i, text in enumerate(typed.advice):
            words = f"Write {escape(shorten(_changed(typed.text, text), 60))}"
            st.button(words, key=f"{key}-advice{i}", on_click=write, args=(text,))
    else:
        rows = r" \\ ".join(line.replace(" = ", " &= ", 1) for line in rule.rule)
        st.latex(rf"\begin{{aligned}}{rows}\end{{aligned}}", help=HELP)
        for name in rule.equations.blanks:
            st.info(f"Fill in what {name} becomes: until then it stays what it is.")
        if same := alike(lane):
            st.caption(escape(same))
    wraps = lane.optimizer.values().items()
    within = next((f"{name}." for name, inner in wraps if inner is rule), "")
    for letter, value in rule.values().items():
        if letter != "lr":
            statement = replace(rule.hyperparameters()[letter], help="")
            how = _on_letter(rule, letter, on_rule)
            name, sets = axis_name(statement.symbol), f"{index}.{within}{letter}"
            strip = striped(statement, f"{key}-{letter}", sets)
            slider(statement, name, f"{key}-{letter}", value, how, sets=sets, strip=strip)


def _on_letter(rule: Rule, letter: str, on_rule: Change) -> Change:
    return lambda experiment, number: on_rule(experiment, rule.with_values(**{letter: number}))


def _changed(before: str, after: str) -> str:
    """The line that is another after a change."""
    lines = before.splitlines()
    return next((line for line in after.splitlines() if line not in lines), after)


def _write(key: str, rule: Rule, text: str, on_rule: Change) -> None:
    try:
        new = from_rule(text)
        both = new.values().keys() & rule.values().keys()
        new = new.with_values(**{letter: rule.values()[letter] for letter in both})
    except ValueError as error:
        advice = error.mended(text) if isinstance(error, Refused) else ()
        st.session_state[key] = Typed(rule.text, text, str(error), advice)
        return
    st.session_state[key] = Typed(new.text, text)
    change(on_rule, new, spell=key)
