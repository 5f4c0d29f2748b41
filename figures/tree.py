"""The family tree of the optimizers: later years to the right, a line from parent to child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def tree_figure(optimizers: Methods, chosen: str = "") -> go.Figure:
    """One row a method, each above what grew out of it; so no branch crosses a trunk.

    A node's `customdata` is its key. The chosen one's row is shaded and its name bold; the lines to
    it from what it grew out of are thick, and their names half bold.
    """
    ordered = list(_descent(optimizers))
    row = {cls.key: i for i, cls in enumerate(ordered)}
    ancestors = _ancestors(optimizers, chosen)
    last = max(cls.year for cls in ordered)

    def place(year: float) -> float:
        # Half of all methods are of the last ten years.
        return -float(np.log(last + 3 - max(year, EARLY)))

    # What grew out of a method in its own year stands a little to the right of it.
    x: dict[str, float] = {}
    for cls in ordered:
        parent = optimizers.get(cls.parent)
        x[cls.key] = place(cls.year + (0.5 if parent and parent.year == cls.year else 0))

    def lines(children: list[type[Optimizer]], color: str, width: float) -> dict[str, object]:
        across: list[float | None] = []
        down: list[float | None] = []
        for cls in children:
            across += [x[cls.parent], x[cls.parent], x[cls.key], None]
            down += [row[cls.parent], row[cls.key], row[cls.key], None]
        return {
            "type": "scatter",
            "x": across,
            "y": down,
            "mode": "lines",
            "line": {"color": color, "width": width},
            "hoverinfo": "skip",
            "showlegend": False,
        }

    lineage = [cls for cls in ordered if cls.key in (*ancestors, chosen)]
    traces = [
        lines([cls for cls in ordered if cls.parent in row], GRID, 1),
        lines([cls for cls in lineage if cls.parent in row], SCENE_GRID, 3),
    ]
    for color, family in zip(COLORS, FAMILIES, strict=False):
        members = [cls for cls in ordered if cls.family == family]
        # Plotly dims what was not clicked, unless it is told how that looks.
        as_it_is = {"marker": {"opacity": 1}, "textfont": {"color": INK}}
        traces.append(
            {
                "type": "scatter",
                "x": [x[cls.key] for cls in members],
                "y": [row[cls.key] for cls in members],
                "mode": "markers+text",
                "text": [f"<b>{c.name}</b>" if c.key == chosen else c.name for c in members],
                "textfont": {"weight": [600 if c.key in ancestors else 400 for c in members]},
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
        )
    years = [year for year in YEARS if EARLY < year <= last]
    early = sorted({cls.year for cls in ordered if cls.year <= EARLY})
    layout: dict[str, object] = {
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
            "range": [place(EARLY) - 0.2, place(last) + 0.2],
            "tickvals": [place(EARLY)] * bool(early) + [place(year) for year in years],
            "ticktext": ["–".join(map(str, dict.fromkeys((early[0], early[-1]))))] * bool(early)
            + [str(year) for year in years],
            "tickangle": 0,
            "title": {"text": UNEVEN, "font": {"size": 12}, "standoff": 4},
            "gridcolor": GRID,
            "zeroline": False,
            "side": "top",
            "fixedrange": True,
        },
        "yaxis": {"range": [len(ordered) - 0.5, -0.5], "visible": False, "fixedrange": True},
    }
    if chosen in row:
        layout["shapes"] = [
            {
                "type": "rect",
                "layer": "below",
                "xref": "paper",
                "x0": 0,
                "x1": 1.5,  # under the names too, to the picture's edge
                "y0": row[chosen] - 0.5,
                "y1": row[chosen] + 0.5,
                "fillcolor": GRID,
                "line": {"width": 0},
            }
        ]
    return figure(traces, layout)


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
