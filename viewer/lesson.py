"""A lesson's card with the player beside it, which answers a guess by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from figures.race import RaceFigures
from figures.slider import Slider
from viewer.reports import Reports
from viewer.serving import component, serve_kernels
from viewer.slider import moved_to

_component = component("lesson", "player", "slider")


def lesson_card(
    figures: RaceFigures,
    card: Mapping[str, Any],
    sliders: Sequence[Slider | None],
    *,
    teaching: bool,
    key: str,
    on_turn: Callable[[str | None, str, int | None], None],
    on_try: Callable[[int | None], None],
    on_slide: Callable[[int, float | str], None],
    on_solve: Callable[[], None],
    on_leave: Callable[[], None],
) -> None:
    """Show a card and play its race.

    Args:
        figures: of the race that is shown.
        card: as `lessons.shown.shown` makes it.
        sliders: what can be set beside it; None for one that the race that is shown lacks.
        teaching: whether it is laid out for a class.
        key: the component's identity; it is the same for every card.
        on_turn: called with the key of another card that is asked for, empty for the list and None
            after the last, with what was guessed, as a link has it, and the place of the first
            reason that was given.
        on_try: called with the place of a variation, None for the card's own race.
        on_slide: called with a slider's place and where it was moved, as text what is no number.
        on_solve: called where a goal's solution is opened.
        on_leave: called where the race is to be opened on the race's page.
    """

    def asked(name: str) -> Any:
        return getattr(st.session_state[key], name)

    def turned() -> None:
        if isinstance(turn := asked("turn"), dict):
            on_turn(turn["to"], turn["guess"], turn["reason"])

    def tried() -> None:
        if isinstance(place := asked("try"), int):
            on_try(place if place >= 0 else None)

    slid = Reports(key, "move", lambda move: on_slide(int(move["of"]), moved_to(move)))
    shown = [each and each.packed(slid.answered(i)) for i, each in enumerate(sliders)]
    serve_kernels(figures.live.files)
    data = figures.packed(
        read=sorted(st.query_params),
        card={**card, "sliders": shown, "teaching": teaching},
    )
    _component(
        key=key,
        data=data,
        default={"inspect": None},
        on_inspect_change=lambda: None,  # the page runs again, with what is asked for
        on_turn_change=turned,
        on_try_change=tried,
        on_move_change=slid,
        on_solve_change=on_solve,
        on_leave_change=on_leave,
    )
