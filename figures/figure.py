"""A Plotly figure from plain dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

# Plotly's own template is copied into every figure, and nothing here needs it.
BARE = {
    "template": {},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
}
# Where Plotly finds an axis's numbers itself, it writes 50000 and 1e−6, and not 50k and 1μ.
PLAIN = {"exponentformat": "e", "minexponent": 5}


def figure(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """The traces on a transparent page.

    Plotly's validation would take two thirds of the time of drawing; the tests do it instead.
    """
    axes = {name: PLAIN | axis for name, axis in layout.items() if name in ("xaxis", "yaxis")}
    return go.Figure(data=traces, layout=BARE | dict(layout) | axes, _validate=False)


def in_corner(text: str) -> dict[str, Any]:
    """An annotation in the upper left corner of a picture."""
    place = {"xref": "x domain", "yref": "y domain", "x": 0, "y": 1}
    return {"text": text, **place, "xanchor": "left", "yanchor": "top", "showarrow": False}
