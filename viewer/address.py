"""The address bar of a page whose address is the link of what it shows."""

from __future__ import annotations

from collections.abc import Callable

from viewer.reports import Reports
from viewer.serving import component

_component = component("address")


def address_bar(link: str, *, key: str, on_open: Callable[[str], None]) -> None:
    """Have the address bar read as a link is spelled, and hear of a person who goes back or forth.

    Args:
        link: the query of what the page shows.
        key: its identity, as of any widget.
        on_open: called with the query that was gone to, before the page runs again.
    """
    opened = Reports(key, "open", lambda report: on_open(str(report["query"])))
    data = {"link": link, "handed": link, "opened": opened.answered()}
    _component(key=key, data=data, on_open_change=opened)
