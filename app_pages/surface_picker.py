"""The dialog in which a surface is chosen."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app_pages.controls import escape
from app_pages.picker import best, found
from app_pages.session import Change, change
from experiment import PROBLEMS, Drawn, Experiment, is_untouched, shown_off
from figures.thumbnail import data_url, thumbnail
from surfaces import FAMILIES, SURFACES, DataSurface, Surface, from_formula
from viewer import search_field

FIRST_FORMULA = "x^2 + a*y^2 + sin(3x)"
FIRST_LOSS = "linear_regression"
COLUMNS = 6  # in pairs, which stay side by side on a phone


def _swap(experiment: Experiment, surface: Surface | Drawn) -> Experiment:
    """Another surface under the same lanes; while these are untouched, as it shows best."""
    untouched = is_untouched(experiment)
    return shown_off(experiment, surface) if untouched else experiment.with_surface(surface)


def _to_formula(experiment: Experiment, _: Any) -> Experiment:
    return _swap(experiment, from_formula(FIRST_FORMULA))


def _to_data(experiment: Experiment, _: Any) -> Experiment:
    """A loss on data, beside which a file can be uploaded."""
    there = isinstance(experiment.surface, DataSurface)
    return experiment if there else _swap(experiment, SURFACES[FIRST_LOSS])


@dataclass(frozen=True)
class Own:
    """What a person brings.

    Attributes:
        key: of its button.
        words: what comes of it.
        keywords: as a surface has them.
        how: what choosing it does.
    """

    key: str
    name: str
    words: str
    icon: str
    keywords: str
    how: Change


OWN = (
    Own(
        "formula",
        "Your own formula",
        "type one in x and y",
        "function",
        "my formula, function, equation, expression",
        _to_formula,
    ),
    Own(
        "data",
        "Your own data",
        "fit a model to columns of a CSV or text file",
        "upload_file",
        "my data, csv, file, upload, table, spreadsheet, Excel, dataset",
        _to_data,
    ),
)


@st.dialog("Choose a surface", width="large")
def choose_surface() -> None:
    """Every surface under its family, as a small map; words narrow them down, the best first."""
    typed, entered = search_field(
        key="search-surfaces", placeholder="valley, saddle, local minima, neural…"
    )
    own = [each for each in OWN if found(typed, each.name, each.keywords)]
    surfaces, problems = surfaces_found(typed), problems_found(typed)
    if entered and typed and (own or surfaces or problems):
        if own:
            change(own[0].how)
        else:
            change(_swap, [*surfaces, *problems][0])
        st.rerun()  # closes the dialog
    row = st.container(horizontal=True)
    for each in own if own or surfaces or problems else OWN:
        if row.button(
            f"**{each.name}** · {each.words}",
            key=f"choose-{each.key}",
            icon=f":material/{each.icon}:",
            width="stretch",
            on_click=change,
            args=(each.how,),
        ):
            st.rerun()
    if typed:
        _cards(surfaces)
    else:
        for family in FAMILIES:
            st.markdown(f"**{family.capitalize()}**")
            _cards([surface for surface in surfaces if surface.family == family])
    if problems:
        st.markdown("**Beyond the plane: more weights, or a loss that changes from step to step**")
        _problems(problems)
    if not (own or surfaces or problems):
        st.caption(f"No surface matches “{escape(typed)}”.")


def surfaces_found(typed: str) -> list[Surface]:
    """What words find by name, or by what surfaces teach and are called; the best first."""
    return best(
        typed, SURFACES.values(), lambda s: (s.name, s.key, s.keywords, s.family, s.teaches)
    )


def problems_found(typed: str) -> list[Drawn]:
    """What words find of the problems that are no f(x, y); the best first."""
    return best(
        typed, PROBLEMS.values(), lambda p: (p.name, p.key, p.keywords, p.source, p.teaches)
    )


def _problems(problems: Sequence[Drawn]) -> None:
    """Problems, each with what it teaches, for which there is no map."""
    for problem in problems:
        if st.button(
            f"**{problem.name}** · {escape(problem.teaches)}",
            key=f"choose-{problem.key}",
            width="stretch",
            on_click=change,
            args=(_swap, problem),
        ):
            st.rerun()


def _cards(surfaces: Sequence[Surface]) -> None:
    """The maps of surfaces side by side, each of which chooses its surface."""
    for i, surface in enumerate(surfaces):
        if i % COLUMNS == 0:
            pairs = [pair.columns(2, wrap=False) for pair in st.columns(COLUMNS // 2)]
        card = pairs[i % COLUMNS // 2][i % 2].container(key=f"card-{surface.key}", gap="xsmall")
        card.image(_thumbnail(surface.key), width="stretch", alt=f"Map of {surface.name}")
        if card.button(
            surface.name,
            key=f"choose-{surface.key}",
            width="stretch",
            help=escape(surface.teaches),
            on_click=change,
            args=(_swap, surface),
        ):
            st.rerun()


@functools.cache
def _thumbnail(key: str) -> str:
    return data_url(thumbnail(SURFACES[key]))
