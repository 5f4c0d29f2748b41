"""The field in which a person searches a dialog: it has the focus, and Enter takes the first hit.

Streamlit's own text field neither takes the focus nor tells that Enter was pressed.
"""

from __future__ import annotations

import streamlit as st

from viewer.serving import component

_component = component("search")


def search_field(*, key: str, placeholder: str) -> tuple[str, bool]:
    """What a person searches for, letter by letter, and whether they take the first hit of it.

    Args:
        key: the field's identity, as of any widget; it is empty whenever it appears anew.
        placeholder: such words as one can search for.
    """
    before = st.session_state.get(key)
    found = _component(
        key=key,
        # A dialog that was left by Escape had no run in which its words could be forgotten.
        data={"placeholder": placeholder, "words": before["words"] if before else ""},
        default={"words": ""},
        on_words_change=lambda: None,  # the page runs again
        on_entered_change=lambda: None,
    )
    entered = found.entered
    words = found.words if entered is None else entered
    return str(words).strip(), entered is not None
