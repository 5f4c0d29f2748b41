"""The family tree of the optimizers: later years to the right, a line from parent to child."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from figures.figure import figure
from figures.style import COLORS, GRID
from optimizers import FAMILIES, Optimizer

ROW = 17  # pixels a method
HEAD = 106  # pixels above them, for the years and, over these, the families
YEARS = (1750, 1850, 1950, 1980, 2000, 2010, 2015, 2020, 2024)


def tree_figure(optimizers: Mapping[str, type[Optimizer]], chosen: str = "") -> go.Figure:
    """One row a method, families below one another, each from old to new.

    A node's `customdata` is its key. The chosen one's row is shaded, and its name bold.
    """
    ordered = sorted(
        optimizers.values(), key=lambda cls: (FAMILIES.index(cls.family), cls.year, cls.name)
    )
    last = max(cls.year for cls in ordered)
    first = min(cls.year for cls in ordered)

    def place(year: int) -> float:
        # Half of all methods are of the last ten years, and the oldest is of 1740.
        return -float(np.log(last + 3 - year))

    row = {cls.key: i for i, cls in enumerate(ordered)}
    lines_x: list[float | None] = []
    lines_y: list[float | None] = []
    for cls in ordered:
        if cls.parent in row:
            parent = optimizers[cls.parent]
            lines_x += [place(parent.year), place(parent.year), place(cls.year), None]
            lines_y += [row[parent.key], row[cls.key], row[cls.key], None]
    traces: list[dict[str, object]] = [
        {
            "type": "scatter",
            "x": lines_x,
            "y": lines_y,
            "mode": "lines",
            "line": {"color": GRID, "width": 1},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]
    for color, family in zip(COLORS, FAMILIES, strict=False):
        members = [cls for cls in ordered if cls.family == family]
        traces.append(
            {
                "type": "scatter",
                "x": [place(cls.year) for cls in members],
                "y": [row[cls.key] for cls in members],
                "mode": "markers+text",
                "text": [f"<b>{c.name}</b>" if c.key == chosen else c.name for c in members],
                "textposition": "middle right",
                "cliponaxis": False,
                "customdata": [cls.key for cls in members],
                "hovertext": [f"{cls.name}, {cls.year}" for cls in members],
                "hoverinfo": "text",
                "marker": {"color": color, "size": 10},
                "name": family,
            }
        )
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
            "range": [place(first) - 0.2, place(last) + 0.2],
            "tickvals": [place(year) for year in YEARS if first <= year <= last],
            "ticktext": [str(year) for year in YEARS if first <= year <= last],
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
