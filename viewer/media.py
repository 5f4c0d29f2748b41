"""The menu of pictures and films, which the browser makes of the race that it shows."""

from __future__ import annotations

from viewer.serving import component

_component = component("media")


def media_menu(name: str, *, key: str) -> None:
    """Offer pictures and films of the player on the page.

    Args:
        name: of the files, without what they show and without their endings.
        key: the menu's identity, as of any widget.
    """
    _component(key=key, data={"name": name})
