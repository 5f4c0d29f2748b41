"""What a page is called, in its tab and for those who share a link to it.

Streamlit serves one HTML file for every page, and names it only once its scripts run; who makes a
preview of a link runs none. So the pages' routes serve that file with a head of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from experiment import MAX_LANES
from lessons import LESSONS
from optimizers import OPTIMIZERS, Optimizer, Rule
from player import STATIC
from surfaces import SURFACES

NAME = "Descent Lab"
PURPOSE = "Race optimizers down a surface and see why one wins."
MAPPED = "See where every start of an optimizer ends, and which of its settings work."
FRONT = Path(st.__file__).parent / "static" / "index.html"
PAGES = ("learn", "", "optimizers", "maps", "about")
"""The paths of the pages, which `app_pages.main` sets up."""
FIRST = ("player", "slider")
LATER = ("tabs",)
STYLES = (
    *FIRST,
    *sorted(s.stem for s in STATIC.glob("*.css") if s.stem not in (*FIRST, *LATER)),
)
"""The components' styles, in player/static/, first those that others build on: a component is not
seen without. What is said of a phone's sheet is for the page that has it."""

# Streamlit's client takes a page's own path for the app's first, and logs that nothing is there;
# as its assets do, the app stands where the page stands.
BELOW = """<script>
      window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };
    </script>"""
PLOTLY = '<script defer src="plotly/plotly.min.js" onerror="this.remove()"></script>'
"""Is read while Streamlit asks for the page; where it does not come, the player tries again."""

_FIRST_WORD = re.compile(r"\s*(\w+)")


def titled(*parts: str) -> str:
    """The title of a page, the narrowest of its parts first."""
    return " · ".join((*parts, NAME))


def introduced(page: str, query: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The title of what an address shows, and a sentence on it.

    Only names from the catalogues are read off the query, and nothing is worked out.

    Args:
        page: one of PAGES.
        query: of the address, each key with its values.
    """
    if page == "optimizers":
        method = OPTIMIZERS.get(query.get("method", [""])[0])
        if method is None:
            return titled("Optimizers"), (
                f"The family tree of {len(OPTIMIZERS)} optimizers, each with its rule, its code "
                f"and a race that shows what it is for."
            )
        return titled(method.name, "Optimizers"), method.plain
    if page == "learn":
        lesson = LESSONS.get(query.get("lesson", [""])[0])
        if lesson is None:
            return titled("Learn"), (
                "Lessons on optimizers: guess what a race will show, then watch it and vary it."
            )
        return titled(lesson.title, "Learn"), lesson.about
    if page == "about":
        return titled("About"), PURPOSE
    if page == "maps":
        mapped = SURFACES.get(query.get("surface", [""])[0])
        return titled(*([mapped.name] if mapped else []), "Maps"), MAPPED
    surface = SURFACES.get(query.get("surface", [""])[0])
    words = [_FIRST_WORD.match(lane) for lane in query.get("lane", [])[:MAX_LANES]]
    methods: Mapping[str, type[Optimizer]] = {**OPTIMIZERS, Rule.key: Rule}
    lanes = [methods.get(word[1]) if word else None for word in words]
    names = list(dict.fromkeys(lane.name for lane in lanes if lane))
    if not names or surface is None:
        return NAME, PURPOSE
    who = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    race = f"{who} on {surface.name}"
    return titled(race), f"{race}, step by step. {PURPOSE}"


def front(page: str, query: Mapping[str, Sequence[str]]) -> str:
    """Streamlit's HTML with the head of an address; arguments as `introduced` takes them."""
    title, sentence = (escape(text) for text in introduced(page, query))
    head = f"""<title>{title}</title>
    <meta name="description" content="{sentence}" />
    <meta property="og:title" content="{title}" />
    <meta property="og:description" content="{sentence}" />
    <meta property="og:site_name" content="{NAME}" />
    <meta property="og:type" content="website" />"""
    for name in STYLES if page else (*STYLES, *LATER):
        head += f'\n    <link rel="stylesheet" href="player/{name}.css" />'
    if page:
        head += f"\n    {BELOW}"
    html = FRONT.read_text(encoding="utf-8")
    html = re.sub(r"<title>[^<]*</title>", lambda _: head, html, count=1)
    if page != "about":  # after Streamlit's own, which it is to wait for
        html = html.replace("</head>", f"  {PLOTLY}\n  </head>", 1)
    return html


def front_routes(prefix: str) -> list[Route]:
    """The routes of the pages, below a prefix such as "" or "/lab"."""

    def served(page: str) -> Route:
        async def answer(request: Request) -> HTMLResponse:
            query = parse_qs(request.url.query, keep_blank_values=True)
            return HTMLResponse(front(page, query), headers={"Cache-Control": "no-cache"})

        return Route(f"{prefix}/{page}", answer)

    return [served(page) for page in PAGES]
