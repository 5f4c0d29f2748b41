"""A Plotly figure from plain dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
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
    traces = [_held(trace) for trace in traces]
    return go.Figure(data=traces, layout=BARE | dict(layout) | axes, _validate=False)


class _Held(np.ndarray[Any, Any]):
    """An array that stays as it is, so that nobody needs a copy: Plotly makes three."""

    def __deepcopy__(self, memo: object) -> _Held:
        return self


def _held(part: Any) -> Any:
    """A trace whose arrays are read only."""
    if isinstance(part, np.ndarray):
        held = part.view(_Held)
        held.flags.writeable = False
        return held
    if isinstance(part, Mapping):
        return {key: _held(value) for key, value in part.items()}
    return part


def in_corner(text: str) -> dict[str, Any]:
    """An annotation in the upper left corner of a picture."""
    place = {"xref": "x domain", "yref": "y domain", "x": 0, "y": 1}
    return {"text": text, **place, "xanchor": "left", "yanchor": "top", "showarrow": False}
