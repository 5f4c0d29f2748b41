"""The address bar of a page whose address is the link of what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from viewer.serving import component

_component = component("address")


def address_bar(link: str, *, key: str, on_open: Callable[[str], None]) -> None:
    """Have the address bar read as a link is spelled, and hear of a person who goes back or forth.

    Args:
        link: the query of what the page shows.
        key: its identity, as of any widget.
        on_open: called with the query that was gone to, before the page runs again.
    """
    opened_key = f"{key}-opened"

    def opened() -> None:
        link: Any = st.session_state[key].open
        if isinstance(link, dict):
            st.session_state[opened_key] = link["serial"]
            on_open(str(link["query"]))

    data = {"link": link, "handed": link, "opened": st.session_state.get(opened_key, 0)}
    _component(key=key, data=data, on_open_change=opened)
