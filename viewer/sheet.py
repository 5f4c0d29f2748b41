"""The parts of the sidebar as tabs of a sheet, where a page is low or narrow: on phones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from viewer.serving import component

_component = component("tabs")


class Tab(NamedTuple):
    """One part of the sidebar: what stands in a container with the key "sheet-" and its own.

    Attributes:
        key: its own.
        name: what it is called.
        line: of a lane, its line, as a CSS background.
    """

    key: str
    name: str
    line: str = ""


def sheet_tabs(tabs: Sequence[Tab], *, full: bool) -> bool:
    """Show one of several parts of the sidebar at a time, where there is no room for more.

    Args:
        tabs: lanes first.
        full: whether there can be no further lane.

    Returns:
        Whether a person asks for another lane.
    """
    shown = _component(
        key="sheet-tabs",
        data={"tabs": [tab._asdict() for tab in tabs], "full": full},
        on_add_change=lambda: None,  # the page runs again
    )
    return bool(shown.add)
