"""The family tree of the optimizers: later years to the right, a line from parent to child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from figures.figure import figure
from figures.style import COLORS, GRID, INK, SCENE_GRID
from optimizers import FAMILIES, Optimizer

ROW = 17  # pixels a method
HEAD = 124  # pixels above them, for the years and, over these, the families
EARLY = 1920  # where all that is older stands
YEARS = (1960, 1980, 2000, 2015, 2020, 2024)
UNEVEN = "year: the later, the wider apart"

Methods = Mapping[str, type[Optimizer]]
Places = Mapping[str, tuple[float, int]]  # of each key: along the years, and its row


def tree_figure(optimizers: Methods, chosen: str = "") -> go.Figure:
    """One row a method, each above what grew out of it; so no branch crosses a trunk.

    A node's `customdata` is its key. The chosen one's row is shaded and its name bold; the lines to
    it from what it grew out of are thick, and their names half bold.
    """
    ordered = list(_descent(optimizers))
    places = _places(ordered)
    ancestors = _ancestors(optimizers, chosen)
    children = [cls for cls in ordered if cls.parent in places]
    lineage = [cls for cls in children if cls.key in (*ancestors, chosen)]
    traces = [_lines(children, places, GRID, 1), _lines(lineage, places, SCENE_GRID, 3)]
    for color, family in zip(COLORS, FAMILIES, strict=False):
        members = [cls for cls in ordered if cls.family == family]
        names = [f"<b>{c.name}</b>" if c.key == chosen else c.name for c in members]
        weights = [600 if c.key in ancestors else 400 for c in members]
        traces.append(_nodes(family, members, places, color, names, weights))
    layout = _layout(ordered)
    if chosen in places:
        layout["shapes"] = [_shade(places[chosen][1])]
    return figure(traces, layout)


def _places(ordered: Sequence[type[Optimizer]]) -> Places:
    """What grew out of a method in its own year stands a little to the right of it."""
    years = {cls.key: cls.year for cls in ordered}
    last = max(years.values())
    places = {}
    for row, cls in enumerate(ordered):
        later = 0.5 if years.get(cls.parent) == cls.year else 0
        places[cls.key] = _along(cls.year + later, last), row
    return places


def _along(year: float, last: int) -> float:
    """Where a year stands: half of all methods are of the ten before the last."""
    return -float(np.log(last + 3 - max(year, EARLY)))


def _lines(
    children: Sequence[type[Optimizer]], places: Places, color: str, width: float
) -> dict[str, object]:
    """From each one's parent, first down and then across."""
    across: list[float | None] = []
    down: list[float | None] = []
    for cls in children:
        (x0, y0), (x1, y1) = places[cls.parent], places[cls.key]
        across += [x0, x0, x1, None]
        down += [y0, y1, y1, None]
    return {
        "type": "scatter",
        "x": across,
        "y": down,
        "mode": "lines",
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _nodes(
    family: str,
    members: Sequence[type[Optimizer]],
    places: Places,
    color: str,
    names: Sequence[str],
    weights: Sequence[int],
) -> dict[str, object]:
    # Plotly dims what was not clicked, unless it is told how that looks.
    as_it_is = {"marker": {"opacity": 1}, "textfont": {"color": INK}}
    return {
        "type": "scatter",
        "x": [places[cls.key][0] for cls in members],
        "y": [places[cls.key][1] for cls in members],
        "mode": "markers+text",
        "text": names,
        "textfont": {"weight": weights},
        "textposition": "middle right",
        "cliponaxis": False,
        "customdata": [cls.key for cls in members],
        "hovertext": [f"{cls.name}, {cls.year}" for cls in members],
        "hoverinfo": "text",
        "marker": {"color": color, "size": 10},
        "selected": as_it_is,
        "unselected": as_it_is,
        "name": family,
    }


def _layout(ordered: Sequence[type[Optimizer]]) -> dict[str, object]:
    last = max(cls.year for cls in ordered)
    ticks = {_along(year, last): str(year) for year in YEARS if EARLY < year <= last}
    if early := sorted({cls.year for cls in ordered if cls.year <= EARLY}):
        span = "–".join(map(str, dict.fromkeys((early[0], early[-1]))))
        ticks = {_along(EARLY, last): span} | ticks
    return {
        "height": ROW * len(ordered) + HEAD + 10,
        "margin": {"l": 8, "r": 110, "t": HEAD, "b": 10},
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "itemclick": False,
        },
        "xaxis": {
            "range": [_along(EARLY, last) - 0.2, _along(last, last) + 0.2],
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
            "tickangle": 0,
            "title": {"text": UNEVEN, "font": {"size": 12}, "standoff": 4},
            "gridcolor": GRID,
            "zeroline": False,
            "side": "top",
            "fixedrange": True,
        },
        "yaxis": {"range": [len(ordered) - 0.5, -0.5], "visible": False, "fixedrange": True},
    }


def _shade(row: int) -> dict[str, object]:
    """Behind a row."""
    return {
        "type": "rect",
        "layer": "below",
        "xref": "paper",
        "x0": 0,
        "x1": 1.5,  # under the names too, to the picture's edge
        "y0": row - 0.5,
        "y1": row + 0.5,
        "fillcolor": GRID,
        "line": {"width": 0},
    }


def _descent(optimizers: Methods, parent: str = "") -> Iterator[type[Optimizer]]:
    """Each method, followed at once by all that grew out of it; siblings by family and year."""
    children = [
        cls
        for cls in optimizers.values()
        if cls.parent == parent or (not parent and cls.parent not in optimizers)
    ]
    for cls in sorted(children, key=lambda c: (FAMILIES.index(c.family), c.year, c.name)):
        yield cls
        yield from _descent(optimizers, cls.key)


def _ancestors(optimizers: Methods, key: str) -> list[str]:
    """What a method grew out of, and that in turn, the nearest first."""
    found = []
    while key in optimizers and (key := optimizers[key].parent) in optimizers:
        found.append(key)
    return found
