"""What a person makes of a card's race, beside the card or on the race's page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from app_pages.controls import escape
from app_pages.session import remembered, session
from experiment import Experiment, Trajectory
from experiment.told import Measured
from lessons import Card
from lessons.result import Did


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


@dataclass(frozen=True)
class Exercise:
    """A card whose goal is pursued on the race's page.

    Attributes:
        of: the lesson's and the card's keys.
        card: the card.
        address: the query that leads back to it.
    """

    of: tuple[str, str]
    card: Card
    address: Mapping[str, str]


@dataclass
class Learning:
    """Where a person is with a lesson.

    Attributes:
        changed: what they have made of a card's race.
        refused: a sentence about a change that was refused.
        exercise: the card whose goal they pursue on the race's page.
        leaving: whether they are about to go there.
        did: what they have done, by the lesson's and the card's keys.
        name: as they sign a result.
        handed_in: the codes that they check.
        sign: what tells their results from another's in which the same was done.
    """

    changed: Changed | None = None
    refused: str = ""
    exercise: Exercise | None = None
    leaving: bool = False
    did: dict[tuple[str, str], Did] = field(default_factory=dict)
    name: str = ""
    handed_in: str = ""
    sign: str = field(default_factory=lambda: secrets.token_urlsafe(3))

    def note(self, of: tuple[str, str], **done: Any) -> None:
        """Note what they did on a card."""
        self.did[of] = replace(self.did.get(of, Did()), **done)


def exercise(experiment: Experiment, trajectories: Sequence[Trajectory]) -> None:
    """Of a person who comes from a card's goal, what that asks for, and the way back."""
    learning = remembered(Learning)
    if learning.exercise is None:
        return
    pursued = learning.exercise
    card = pursued.card
    assert card.goal is not None
    solved = card.solved(Measured(experiment, trajectories))
    state = "★ Reached." if solved else "Not yet; only lanes may differ from the card’s race."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Exercise.** {escape(card.goal.task)} {state}", width="content")
        if st.button("Back to the card", key="back-to-card", icon=":material/arrow_back:"):
            again = replace(experiment, view=card.experiment.view)
            learning.changed, learning.exercise = Changed(pursued.of, again), None
            st.switch_page(session().lessons, query_params=dict(pursued.address))
