"""The dialog in which a surface is chosen."""

from __future__ import annotations

import functools

import streamlit as st

from app_pages.controls import escape
from app_pages.session import change
from experiment import Experiment
from figures.thumbnail import data_url, thumbnail
from surfaces import FAMILIES, SURFACES, Surface, from_formula

FIRST_FORMULA = "x^2 + a*y^2 + sin(3x)"
COLUMNS = 6  # in pairs, which stay side by side on a phone


@st.dialog("Choose a surface", width="large")
def choose_surface() -> None:
    """Every surface under its family, as a small map; a few letters narrow them down."""
    words = st.text_input(
        "Search", key="search-surfaces", placeholder="valley, saddle, many minima…", live=True
    )
    if st.button(
        "**Your own formula** · type one in x and y",
        key="choose-formula",
        icon=":material/function:",
        width="stretch",
        on_click=change,
        args=(_swap, from_formula(FIRST_FORMULA)),
    ):
        st.rerun()  # closes the dialog
    found = [surface for surface in SURFACES.values() if _matches(surface, words or "")]
    for family in FAMILIES:
        members = [surface for surface in found if surface.family == family]
        if not members:
            continue
        st.markdown(f"**{family.capitalize()}**")
        for i, surface in enumerate(members):
            if i % COLUMNS == 0:
                pairs = [pair.columns(2, wrap=False) for pair in st.columns(COLUMNS // 2)]
            with pairs[i % COLUMNS // 2][i % 2], st.container(gap="xsmall"):
                st.image(_thumbnail(surface.key), width="stretch", alt=f"Map of {surface.name}")
                if st.button(
                    surface.name,
                    key=f"choose-{surface.key}",
                    width="stretch",
                    help=escape(surface.teaches),
                    on_click=change,
                    args=(_swap, surface),
                ):
                    st.rerun()
    if not found:
        st.caption(f"No surface matches “{escape(words or '')}”.")


def _swap(experiment: Experiment, surface: Surface) -> Experiment:
    return experiment.with_surface(surface)


def _matches(surface: Surface, words: str) -> bool:
    text = f"{surface.key} {surface.name} {surface.teaches} {surface.family}".lower()
    return all(word in text for word in words.lower().split())


@functools.cache
def _thumbnail(key: str) -> str:
    return data_url(thumbnail(SURFACES[key]))
