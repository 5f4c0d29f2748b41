"""A slider that takes an exact number too, and reports every place that it is dragged through.

Streamlit's own reports only where it is let go; and a slider beside a number field, two widgets of
one value, would overtake each other when a key repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from viewer.serving import component

_component = component("slider")


def exact_slider(
    label: str,
    *,
    key: str,
    value: float,
    stops: Sequence[float],
    on_change: Callable[[float, bool], None],
) -> None:
    """A number on a slider, and as exact as it is typed beside it.

    Args:
        label: what the number is, for those who hear the page.
        key: the slider's identity, as of any widget.
        value: what it shows; between two stops the slider stands at the nearer one.
        stops: where the slider can stand, rising; where all are positive, "nearer" is by their
            ratio.
        on_change: called with the number and whether it is only passing, because the slider is
            still being dragged; before the page runs again. The number may be nan, where what was
            typed is none.
    """
    answered = f"{key}-answered"

    def moved() -> None:
        move: Any = st.session_state[key].move
        if isinstance(move, dict):
            st.session_state[answered] = move["serial"]
            number = move["value"]
            on_change(float("nan") if number is None else float(number), bool(move["passing"]))

    _component(
        key=key,
        data={
            "label": label,
            "value": value,
            "stops": list(stops),
            "answered": st.session_state.get(answered, 0),
        },
        on_move_change=moved,
    )
