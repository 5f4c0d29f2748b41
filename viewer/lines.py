"""A field of several lines that reports each letter: Streamlit's waits until a person leaves it."""

from __future__ import annotations

from collections.abc import Callable

from viewer.reports import Reports
from viewer.serving import component

_component = component("lines")


def lines_field(
    label: str, *, key: str, text: str, refused: bool, on_change: Callable[[str], None]
) -> None:
    """A text of several lines, letter by letter.

    Args:
        label: what it is, for those who hear the page.
        key: the field's identity, as of any widget.
        text: what it shows.
        refused: whether that is wrong.
        on_change: called with what is typed, before the page runs again.
    """
    typed = Reports(key, "typed", lambda report: on_change(str(report["text"])))
    data = {"label": label, "text": text, "refused": refused, "answered": typed.answered()}
    _component(key=key, data=data, on_typed_change=typed)
