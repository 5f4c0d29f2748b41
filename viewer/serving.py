"""How the player's JavaScript reaches the browser: from the app's own routes, loaded once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from player import STATIC
from viewer.front import front_routes

LOADER = Path(__file__).parent / "loader.js"


def routes() -> list[BaseRoute]:
    """The routes of the pages, of the player's JavaScript and of Plotly.js, for `st.App`."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    plotly_js = Path(plotly.__file__).parent / "package_data"
    return [
        *front_routes(prefix),
        Mount(f"{prefix}/player", StaticFiles(directory=STATIC)),
        Mount(f"{prefix}/plotly", StaticFiles(directory=plotly_js)),
    ]


def component(name: str, *parts: str) -> Any:
    """The Streamlit component of name.html, name.css and name.js in player/static/.

    Parts are others whose HTML and CSS it takes in.

    The module exports `mount(host)`, which gives an object with `show(component)`, for each run of
    the page, and `destroy()`. What Streamlit sends with every run is a loader of a few lines.
    """

    def joined(ending: str) -> str:
        return "".join((STATIC / f"{part}.{ending}").read_text() for part in (*parts, name))

    return st.components.v2.component(
        name,
        html=joined("html"),
        css=joined("css"),
        js=LOADER.read_text().replace("NAME", name),
        isolate_styles=False,  # Plotly's own styles live in the document's head
    )
