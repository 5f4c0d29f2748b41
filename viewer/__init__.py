"""The linked player: three pictures of one race that move together in the browser.

A Streamlit component that draws with Plotly.js. Figures are made in Python (figures/); the
JavaScript in static/ plays them. Plotly.js comes from the installed plotly package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from viewer.wire import pack

_STATIC = Path(__file__).parent / "static"
ICON = _STATIC / "icon.svg"


@dataclass(frozen=True)
class LaneCard:
    """What the player needs to know of a lane: its name, look, and how it ended.

    The pattern is its dash as lengths of line and gap in turn, in pixels.
    """

    name: str
    color: str
    pattern: tuple[int, ...]
    outcome: str


def routes() -> list[Mount]:
    """The routes that serve the player's JavaScript and Plotly.js, for `st.App`."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    plotly_js = Path(plotly.__file__).parent / "package_data"
    return [
        Mount(f"{prefix}/player", StaticFiles(directory=_STATIC)),
        Mount(f"{prefix}/plotly", StaticFiles(directory=plotly_js)),
    ]


_component = st.components.v2.component(
    "race_player",
    html=(_STATIC / "player.html").read_text(),
    css=(_STATIC / "player.css").read_text(),
    js=(_STATIC / "loader.js").read_text(),
    isolate_styles=False,  # Plotly's own styles live in the document's head
)


def race_player(
    *,
    scene: go.Figure,
    contour: go.Figure,
    loss: go.Figure,
    lanes: Sequence[LaneCard],
    steps: int,
    link: str | None,
    key: str,
    on_start: Callable[[float, float], None] | None,
) -> None:
    """Show the race and play it.

    Args:
        scene, contour, loss: as figures/ makes them; traces say in `meta` what they are.
        lanes: one card for each lane, in the figures' order.
        steps: the last frame.
        link: the experiment's query, which the address bar shows and a button copies; None where
            the page is not the experiment's own.
        key: the player's identity; camera, zoom and frame live as long as it stays.
        on_start: called with x and y when a person clicks the map, before the page runs again; None
            where the start stays.
    """
    head = {
        "lanes": [asdict(card) for card in lanes],
        "steps": steps,
        "clickable": on_start is not None,
        "link": link,
        # Streamlit drops a query of more than a thousand parameters; only the browser still has it.
        "opened": sorted(st.query_params),
    }

    def clicked() -> None:
        start: Any = st.session_state[key].start
        if on_start is not None and isinstance(start, dict):
            on_start(float(start["x"]), float(start["y"]))

    _component(
        key=key,
        data=pack(head, {"scene": scene, "contour": contour, "loss": loss}),
        on_start_change=clicked,
    )
