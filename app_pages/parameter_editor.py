"""The sliders, switches and choices of a surface's parameters."""

from __future__ import annotations

import re
from dataclasses import replace

import streamlit as st

from app_pages.controls import choice, slider
from app_pages.session import Change, bound, initial, remembered, session
from app_pages.upload_editor import is_own
from experiment import Drawn, Experiment
from figures.style import axis_name
from settings import Value
from surfaces import TYPED, DataSurface, Parameter, Surface
from surfaces.surface import MAX_LETTER, RANDOM, STEP

NUMBER = "number"
FOLLOWS = {
    NUMBER: "A number that you set",
    STEP: "The number of the step",
    RANDOM: "Drawn from 0 to 1 at each step",
}
LETTER_SPAN = 10.0
LETTER_STEPS = 200


class Spans(dict[str, float]):
    """How far each letter's slider reaches, by the letter."""


def parameter_editor(surface: Surface | Drawn) -> None:
    """Whatever a person may set in the surface's formula or its loss, one below the other."""
    for parameter, value in zip(surface.parameters, surface.values, strict=True):
        if surface.key == TYPED:
            _letter(parameter, value)
        else:
            # Another on a person's data: a browser that is behind would switch the other.
            own = isinstance(surface, DataSurface) and is_own(surface)
            key = f"{surface.key}-own" if own else surface.key
            _parameter(f"{key}-{parameter.name}", parameter, value)


def _parameter(key: str, parameter: Parameter, value: Value) -> None:
    """A slider, a switch or a choice."""
    name, symbol = parameter.name, parameter.symbol
    is_word = symbol.startswith("\\") or (not symbol and len(name) > 1)
    words = name.capitalize() if is_word else name
    if re.sub(r"[\\_{}]", "", symbol) == name:  # it is but spelt out
        label = axis_name(symbol)
    else:
        label = words if not symbol else f"{words} {axis_name(symbol)}"
    how = _on_parameter(name)
    if isinstance(value, str):
        names = {word: word.capitalize() for word in parameter.choices}
        choice(label, key, value, names, how, help=parameter.help)
    elif isinstance(value, bool):
        st.toggle(
            label,
            value=initial(key, value),
            help=parameter.help,
            **bound(key, value, how),
        )
    else:
        slider(parameter, label, key, value, how, sets=f"surface.{name}", drawn=True)


def _letter(parameter: Parameter, value: Value) -> None:
    """A typed formula's parameter: a slider, which grows with it, or what it follows."""
    name = parameter.name
    follows = value if isinstance(value, str) else NUMBER
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        if isinstance(value, str):
            st.markdown(f"${parameter.symbol}$")
        else:
            _slider(parameter, float(value))
        key = f"formula-{name}-follows"
        says = f"What {name} is: a number, or what changes from step to step"
        with st.popover(says, icon=":material/timeline:", help=says, key=f"{key}-more"):
            choice(f"{axis_name(parameter.symbol)} is", key, follows, FOLLOWS, _on_follows(name))


def _on_follows(name: str) -> Change:
    def set_what(experiment: Experiment, value: Value) -> Experiment:
        changed = 1.0 if value == NUMBER else value
        return experiment.on(experiment.plane.with_values(**{name: changed}))

    return set_what


def _slider(parameter: Parameter, value: float) -> None:
    name = parameter.name
    spans = remembered(Spans)
    span = spans.get(name, LETTER_SPAN)
    # Wider once a person reaches its end; never narrower, or the knob would run from the pointer.
    if abs(value) >= span and not session().passing:
        span = spans[name] = _span(abs(value))
    spread = replace(parameter, slider=(-span, span), steps=LETTER_STEPS, help="")
    label, how = axis_name(parameter.symbol), _on_parameter(name)
    slider(spread, label, f"formula-{name}", value, how, sets=f"surface.{name}")


def _span(value: float) -> float:
    """The next of 10, 20, 50, 100, … beyond a number."""
    ends = (float(f"{digit}e{zeros}") for zeros in range(1, 7) for digit in (1, 2, 5))
    return min(next(end for end in ends if end > value or end >= MAX_LETTER), MAX_LETTER)


def _on_parameter(name: str) -> Change:
    return lambda experiment, value: experiment.on(experiment.surface.with_values(**{name: value}))
