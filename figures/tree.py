"""The family tree of the optimizers: a year to the right, a line from parent to child."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from figures.style import COLORS, GRID
from optimizers import FAMILIES, Optimizer

ROW = 17  # pixels a method


def tree_figure(optimizers: Mapping[str, type[Optimizer]]) -> go.Figure:
    """One row a method, families below one another, each from old to new; customdata is the key."""
    ordered = sorted(
        optimizers.values(), key=lambda cls: (FAMILIES.index(cls.family), cls.year, cls.name)
    )
    row = {cls.key: i for i, cls in enumerate(ordered)}
    lines_x: list[float | None] = []
    lines_y: list[float | None] = []
    for cls in ordered:
        if cls.parent in row:
            parent = optimizers[cls.parent]
            lines_x += [parent.year, parent.year, cls.year, None]
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
                "x": [cls.year for cls in members],
                "y": [row[cls.key] for cls in members],
                "mode": "markers+text",
                "text": [cls.name for cls in members],
                "textposition": "middle right",
                "cliponaxis": False,
                "customdata": [cls.key for cls in members],
                "hovertext": [f"{cls.name}, {cls.year}" for cls in members],
                "hoverinfo": "text",
                "marker": {"color": color, "size": 10},
                "name": family,
            }
        )
    years = [cls.year for cls in ordered]
    layout = {
        "template": "none",
        "height": ROW * len(ordered) + 90,
        "margin": {"l": 8, "r": 110, "t": 50, "b": 30},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "legend": {"orientation": "h", "y": 1, "yanchor": "bottom", "itemclick": False},
        "xaxis": {
            "range": [min(years) - 3, max(years) + 2],
            "gridcolor": GRID,
            "zeroline": False,
            "side": "bottom",
        },
        "yaxis": {"autorange": "reversed", "visible": False},
    }
    return go.Figure(data=traces, layout=layout)
