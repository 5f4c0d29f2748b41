"""What is drawn of the surface, and how it is turned, shifted and scaled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages.controls import number
from app_pages.pictures import run_turned
from app_pages.session import Change, change, session
from experiment import Experiment
from experiment.turned import QUARTER, angles_around
from figures.turned import turned_chart
from settings import Setting
from surfaces import SURFACES, TRANSFORMS, TYPED, DataSurface, Surface
from viewer import turning_dial

SHAPE = (("shift_x", "shift_y"), ("scale_x", "scale_y"), ("scale_loss",))


def view_editor(experiment: Experiment, surface: Surface) -> None:
    """The part that is drawn, and below it the transformation."""
    _domain(surface)
    _shape(experiment, surface)


def _domain(surface: Surface) -> None:
    st.markdown("**What is drawn**")
    for row in (("x from", "x to"), ("y from", "y to")):
        first = 0 if row[0].startswith("x") else 2
        width = surface.domain[first + 1] - surface.domain[first]
        for i, (column, words) in enumerate(
            zip(st.columns(2, wrap=False), row, strict=True), first
        ):
            with column:
                number(
                    words,
                    f"{surface.key}-domain{i}",
                    surface.domain[i],
                    -1e9,
                    1e9,
                    _on_end(i),
                    step=width / 20,
                )


def _shape(experiment: Experiment, surface: Surface) -> None:
    st.markdown("**Turned, shifted, scaled**")
    statements = {statement.name: statement for statement in TRANSFORMS}
    _dial(experiment, surface, statements["rotate"])
    for row in SHAPE:
        for column, name in zip(st.columns(len(row), wrap=False), row, strict=True):
            statement = statements[name]
            with column:
                number(
                    name.replace("_", " ").capitalize(),
                    f"{surface.key}-{name}",
                    getattr(surface.transform, name),
                    statement.low,
                    statement.high,
                    _on_shape(name),
                    step=0.5,
                    help=statement.help,
                )
    st.button(
        "As it was",
        icon=":material/undo:",
        key="surface-original",
        width="stretch",
        disabled=surface.original is None and surface.key == TYPED,
        on_click=change,
        args=(_original,),
    )


def _dial(experiment: Experiment, surface: Surface, statement: Setting) -> None:
    """Over the quarter turn in which the surface lies: methods that see axes wobble over it."""
    angle = surface.transform.rotate
    first, *_, last = angles_around(angle).tolist()
    quarter = replace(statement, slider=(first, last), steps=int(QUARTER))
    passing = session().passing
    turning_dial(
        quarter,
        "Rotate",
        key=f"{surface.key}-rotate",
        value=angle,
        sets="surface.transform.rotate",
        turns=None if passing else turned_chart(experiment, run_turned(experiment)),
        on_change=lambda number, passing: change(_on_shape("rotate"), number, passing=passing),
    )


def _on_end(index: int) -> Change:
    def set_end(experiment: Experiment, value: float) -> Experiment:
        ends = list(experiment.plane.domain)
        ends[index] = value
        return experiment.on(experiment.plane.with_domain(ends))

    return set_end


def _on_shape(name: str) -> Change:
    return lambda experiment, value: experiment.on(experiment.plane.transformed(**{name: value}))


def _original(experiment: Experiment, _: Any) -> Experiment:
    surface = experiment.plane
    plain = SURFACES.get(surface.key, surface.original or surface)
    if isinstance(plain, DataSurface) and isinstance(surface, DataSurface):
        plain = plain if surface.data == plain.data else plain.with_data(surface.data)
    names = (parameter.name for parameter in surface.parameters)
    return experiment.on(plain.with_values(**dict(zip(names, surface.values, strict=True))))
