"""What is known of a surface: the minima and saddles found, its derivatives, its source."""

from __future__ import annotations

import streamlit as st

from surfaces import TYPED, Surface
from surfaces.critical import on_lines
from surfaces.surface import DRIVERS, RANDOM, STEP

DRIVEN = {STEP: "the number of the step", RANDOM: "drawn from 0 to 1 at each step"}


def driven_words(surface: Surface) -> str:
    """Which letters change from step to step, and what is drawn; empty for none."""
    told = [f"{name} is {DRIVEN[word]}" for name, word in surface.driven.items()]
    drawn = ", ".join(f"{name} = {DRIVERS[word]:g}" for name, word in surface.driven.items())
    return f"{'; '.join(told)}. The map and the losses are those at {drawn}." if told else ""


def found_words(surface: Surface) -> str:
    """What was found in the domain, as the map marks it: "2 minima ★, 1 saddle ◇"."""
    found = []
    for one, many, mark in (("minimum", "minima", "★"), ("saddle", "saddles", "◇")):
        points = [point for point in surface.critical if point.kind == one]
        if on_lines(surface, points):
            found.append(f"lines of {many} {mark}")
        elif points:
            found.append(f"{len(points)} {one if len(points) == 1 else many} {mark}")
    if not found:
        return "No minimum or saddle was found in the domain."
    words = f"Found in the domain: {', '.join(found)}."
    minima = [point.value for point in surface.critical if point.kind == "minimum"]
    if minima and not surface.minima:
        words += f" The lowest minimum found is {min(minima):.4g}; there may be lower places."
    return words


def derivatives(surface: Surface) -> None:
    """The gradient, the Hessian and the source: when asked for; at once for a typed formula."""
    typed = surface.key == TYPED
    shown = st.expander(
        "Gradient and Hessian" if typed else "Gradient, Hessian and source",
        expanded=typed,
        key=f"derivatives-{'typed' if typed else 'stated'}",
        on_change="rerun",
    )
    if shown.open:
        with shown:
            x, y = surface.axes
            fx, fy = surface.gradient_latex
            fxx, fxy, fyy = surface.hessian_latex
            for symbol, entry in (
                (rf"\partial_{{{x}}} f", fx),
                (rf"\partial_{{{y}}} f", fy),
                (rf"\partial_{{{x} {x}}} f", fxx),
                (rf"\partial_{{{x} {y}}} f", fxy),
                (rf"\partial_{{{y} {y}}} f", fyy),
            ):
                st.markdown(f"${symbol} = {entry}$")
            if surface.source:
                st.caption(f"Source: {surface.source}")
