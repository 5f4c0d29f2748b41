"""A map of many runs, of which a person chooses a place with the pointer or the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from figures.live import Live
from figures.live_basins import Paths
from viewer.serving import component, serve_kernels

_component = component("atlas")


@dataclass(frozen=True)
class Place:
    """A cell of a map, or a point of a curve.

    Attributes:
        lane: which of those that are drawn, from 0.
        row, column: along y and x, from 0.
    """

    lane: int
    row: int
    column: int


def atlas(
    figure: go.Figure,
    *,
    height: int,
    label: str,
    hint: str,
    name: str,
    key: str,
    along: tuple[Sequence[str], Sequence[str]] = ((), ()),
    live: Live | None = None,
    steps: int = 0,
    paths: Paths | None = None,
    on_follow: Callable[[], None] | None = None,
) -> Place | None:
    """Show a map; the place that a person has just chosen, or None.

    Args:
        figure: as `figures.basins` and `figures.sweep` make them.
        height: pixels.
        label: what it shows, for those who do not see it.
        hint: what can be done, while nothing is pointed at.
        name: of the picture's file, without its ending.
        key: its identity; the zoom lives as long as it stays.
        along: what the values of x and y are called, where they stand in other places than those.
        live: what the page needs to compute it by itself, if it can.
        steps: that each start takes, where they can be played; else 0.
        paths: where starts go, of a map that the page cannot compute, once that was asked for.
        on_follow: called when it is, before the page runs again.
    """
    xs, ys = along
    serve_kernels({**(live.files if live else {}), **(paths.files if paths else {})})

    def followed() -> None:
        if on_follow is not None:
            on_follow()

    own = {
        "live": live and live.head,
        "paths": paths and list(paths.lanes),
        "steps": steps,
    }
    data = {"figure": figure.to_json(), "height": height, "label": label, "hint": hint}
    shown = _component(
        key=key,
        data=data | {"name": name, "xs": list(xs), "ys": list(ys)} | own,
        on_chosen_change=lambda: None,  # the page runs again
        on_follow_change=followed,
    )
    chosen: Any = shown.chosen if shown else None
    if not isinstance(chosen, dict):
        return None
    return Place(int(chosen["lane"]), int(chosen["row"]), int(chosen["column"]))
