"""What the surface teaches, and the race that shows it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app_pages.controls import escape
from app_pages.session import change, session
from experiment import Experiment, Trajectory, counted, is_showcase, shown_off, told
from lessons import LESSONS


def lesson(experiment: Experiment) -> None:
    """What the surface teaches; beside it the way to the race that shows it, unless that is on."""
    surface = experiment.surface
    row = st.container(
        key="offered-lesson", horizontal=True, vertical_alignment="center", gap="small"
    )
    with row:
        st.caption(escape(surface.teaches), width="content")
        if surface.showcase and not is_showcase(experiment):
            st.button(
                "Show what it teaches",
                key="showcase",
                icon=":material/visibility:",
                type="tertiary",
                on_click=change,
                args=(lambda race, _: shown_off(race, race.surface),),
            )
        _for_newcomers()


def _for_newcomers() -> None:
    """The way to the first lesson, where the page stands among the others."""
    if session().lessons and not st.context.is_embedded:
        first = next(iter(LESSONS.values()))
        st.page_link(
            session().lessons,
            label=f"New here? {escape(first.title)} in {counted(len(first.cards))} cards",
            icon=":material/school:",
            query_params={"lesson": first.key},
            width="content",
        )


def what_to_see(see: str, experiment: Experiment, trajectories: Sequence[Trajectory]) -> None:
    """What there is to see in a showcase.

    Args:
        see: as its surface or its method says it; see `experiment.told`.
    """
    st.markdown(f"**What to see.** {escape(told(see, experiment, trajectories))}")
