"""What a person makes of a card's race, beside the card or on the race's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app_pages.controls import escape
from experiment import Experiment, Trajectory
from experiment.told import Measured
from lessons import LESSONS


@dataclass(frozen=True)
class Changed:
    """What a person has made of a card's race.

    Attributes:
        of: the lesson's and the card's keys.
        tried: the place of the variation that it is; None for one of their own.
    """

    of: tuple[str, str]
    experiment: Experiment
    tried: int | None = None


def exercise(experiment: Experiment, trajectories: Sequence[Trajectory]) -> None:
    """Of a person who comes from a card's goal, what that asks for, and the way back."""
    of = st.session_state.get("exercise")
    if of is None:
        return
    lesson, key = of
    (card,) = (card for card in LESSONS[lesson].cards if card.key == key)
    assert card.goal is not None
    solved = card.solved(Measured(experiment, trajectories))
    state = "★ Reached." if solved else "Not yet; only lanes may differ from the card’s race."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Exercise.** {escape(card.goal.task)} {state}", width="content")
        if st.button("Back to the card", key="back-to-card", icon=":material/arrow_back:"):
            again = replace(experiment, view=card.experiment.view)
            st.session_state.changed = Changed(of, again)
            st.session_state.exercise = None
            st.switch_page(st.session_state.learn, query_params={"lesson": lesson, "card": key})
