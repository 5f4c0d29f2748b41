"""How the player's JavaScript reaches the browser: from the app's own routes, loaded once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kept import TEXTS, Kept
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
        Route(f"{prefix}/kernels/{{name}}", _kernel),
        Mount(f"{prefix}/player", StaticFiles(directory=STATIC)),
        Mount(f"{prefix}/plotly", StaticFiles(directory=plotly_js)),
    ]


KINDS = {
    "js": "text/javascript",
    "f64": "application/octet-stream",
    "f32": "application/octet-stream",
}
_kernels: dict[str, Kept[str, bytes]] = {ending: Kept(TEXTS) for ending in KINDS}


def serve_kernels(files: Mapping[str, bytes]) -> None:
    """Have the route of kernels answer with files, each under its digest and an ending of KINDS."""
    for name, content in files.items():
        _kernels[_ending(name)].get(name, lambda content=content: content)  # type: ignore[misc]


async def _kernel(request: Request) -> Response:
    name = request.path_params["name"]
    ending = _ending(name)
    if ending not in KINDS or name not in _kernels[ending]:
        return Response(status_code=404)
    content = _kernels[ending].get(name, bytes)
    if not content:  # it has just gone
        return Response(status_code=404)
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=KINDS[ending], headers=forever)


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def component(name: str, *parts: str) -> Any:
    """The Streamlit component of name.html, name.css and name.js in player/static/.

    Parts are others whose HTML and CSS it takes in.

    The module exports `mount(host)`, which gives an object with `show(component)`, for each run of
    the page, and `destroy()`. What Streamlit sends with every run is the HTML and a loader of a few
    lines; module and styles the browser asks for once.
    """
    taken = (*parts, name)
    html = "".join((STATIC / f"{part}.html").read_text(encoding="utf-8") for part in taken)
    loader = LOADER.read_text(encoding="utf-8").replace("NAME", name)
    mounted = st.components.v2.component(
        name,
        html=_dense(html),
        js=_dense(loader.replace("STYLES", json.dumps(taken))),
        isolate_styles=False,  # Plotly's own styles live in the document's head
    )

    def shown(*, data: Mapping[str, Any] | bytes, **others: Any) -> Any:
        # Of what is in a dictionary, not in a list, Streamlit asks pandas whether it is a table.
        return mounted(data=data if isinstance(data, bytes) else [data], **others)

    return shown


def _dense(text: str) -> str:
    """Without the indentation and the comments of whole lines, for it is sent with every run."""
    return re.sub(r"^(?:\s+|\s*//.*\n)", "", text, flags=re.MULTILINE)
