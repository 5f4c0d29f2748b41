"""The surface in the sidebar: which one, what of it is drawn, its data and its parameters."""

from __future__ import annotations

import streamlit as st

from app_pages.parameter_editor import parameter_editor
from app_pages.surface_picker import choose_surface
from app_pages.upload_editor import upload_editor
from app_pages.view_editor import view_editor
from experiment import Experiment
from surfaces import DataSurface, Surface
from viewer import root_of_condition

MORE = "surface-more"
"""The key of what opens the surface's other settings; its state is whether they are open."""


def surface_editor(experiment: Experiment) -> None:
    """Which surface, its parameters, and one click away what is drawn and how it is turned."""
    surface = experiment.surface
    first = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    if first.button(
        surface.name,
        key="surface",
        icon=":material/unfold_more:",
        icon_position="right",
        width="stretch",
        help="Press to choose another surface, or to type a formula of your own.",
    ):
        choose_surface()
    if isinstance(surface, Surface):
        more = first.popover(
            "View and shape of the surface",
            icon=":material/tune:",
            help="What is drawn of the surface, and how it is turned, shifted and scaled",
            key=MORE,
            on_change="rerun",
        )
        if more.open:
            with more:
                view_editor(experiment, surface)
    if isinstance(surface, DataSurface):
        upload_editor(surface)  # first, as those who come for data of their own look for it
    parameter_editor(surface)
    if isinstance(surface, Surface) and surface.curvatures:
        _condition(surface)


def _condition(surface: Surface) -> None:
    """What the curvatures that are set mean for momentum."""
    values = dict(zip((p.name for p in surface.parameters), surface.values, strict=True))
    root_of_condition(
        "√κ, the root of the larger λ by the smaller, is ",
        ": at their best, momentum needs up to so many times fewer steps than SGD.",
        {name: float(values[name]) for name in surface.curvatures},
        key=f"{surface.key}-condition",
    )
