"""The linked player: three pictures of one race that move together in the browser.

Figures are made in Python (figures/); player/static/player.js plays them with Plotly.js.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from figures.race import RaceFigures, Rate
from surfaces import Domain
from viewer.reports import Reports
from viewer.serving import component, serve_kernels
from viewer.slider import answered as sliders_answered
from viewer.slider import told as sliders_told


@dataclass(frozen=True)
class Start:
    """A point of the map that a person chose.

    Attributes:
        x, y: where.
        passing: whether the start is still being dragged.
        further: whether it is to be another start beside the first.
    """

    x: float
    y: float
    passing: bool = False
    further: bool = False


_component = component("player")


def inspected(key: str) -> tuple[int, ...]:
    """The lanes of a player into whose steps a person looks."""
    lane = getattr(st.session_state.get(key), "inspect", None)
    return (lane,) if isinstance(lane, int) else ()


def race_player(
    figures: RaceFigures,
    *,
    link: str | None,
    entry: int,
    key: str,
    on_start: Callable[[Start], None] | None,
    on_domain: Callable[[Domain], None] | None,
    on_curve: Callable[[str, str, str], None] | None,
    on_open: Callable[[str], None] | None,
    rates: Sequence[Rate | None],
    on_rate: Callable[[int, float, bool], None],
) -> None:
    """Show the race and play it.

    Args:
        figures: of a race, as `figures.race` makes them.
        link: the experiment's query, which the address bar shows and a button copies; None where
            the page is not the experiment's own.
        entry: counts the links that were opened; the view of a new one is taken, if it is another.
        key: the player's identity; camera, zoom and frame live as long as it stays.
        on_start: called when a person clicks the map or drags the start, before the page runs
            again; None where the start stays.
        on_domain: called with x low, x high, y low, y high when a person makes the part of the map
            that is shown the domain; None where it stays.
        on_curve: called with a curve's key, its scale and that of time when a person chooses what
            is drawn over time; None where that stays.
        on_open: called with the query of a link to which a person goes back or forth; None where
            the page has no link of its own.
        rates: each lane's learning rate, if it has one; empty where they stay.
        on_rate: called with a lane, its learning rate and whether that is only passing when a
            person drags one in full screen, before the page runs again.
    """

    def clicked(start: Any) -> None:
        if on_start is not None:
            x, y = float(start["x"]), float(start["y"])
            on_start(Start(x, y, bool(start["passing"]), bool(start["further"])))

    def cropped() -> None:
        domain: Any = st.session_state[key].domain
        if on_domain is not None and isinstance(domain, list):
            on_domain(Domain(*map(float, domain)))

    def chosen() -> None:
        curve: Any = st.session_state[key].curve
        if on_curve is not None and isinstance(curve, list):
            on_curve(*map(str, curve))

    def opened(link: Any) -> None:
        if on_open is not None:
            on_open(str(link["query"]))

    def rated(rate: Any) -> None:
        on_rate(int(rate["lane"]), float(rate["value"]), bool(rate["passing"]))

    starts, links = Reports(key, "start", clicked), Reports(key, "open", opened)
    rate_reports = Reports(key, "rate", rated)
    told = sliders_told(key)
    serve_kernels(figures.live.files)
    data = figures.packed(
        clickable=on_start is not None,
        link=link,
        entry=entry,
        opened=links.answered(),
        answered=starts.answered(),
        rates=rates,
        rated=rate_reports.answered(),
        told=sliders_answered(key),
        # Streamlit drops a query of more than a thousand parameters; only the browser still has it.
        read=sorted(st.query_params),
    )
    _component(
        key=key,
        data=data,
        default={"inspect": None},
        on_inspect_change=lambda: None,  # the page runs again, with what is asked for
        on_start_change=starts,
        on_domain_change=cropped,
        on_curve_change=chosen,
        on_open_change=links,
        on_rate_change=rate_reports,
        on_told_change=told,
    )
