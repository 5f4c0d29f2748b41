"""A Plotly figure from plain dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure that travels as plain dicts; Plotly's own objects are made for those who ask.

    Attributes:
        traces: as Plotly.js takes them.
        plain: the layout, as Plotly.js takes it.
    """

    traces: Sequence[Mapping[str, Any]]
    plain: Mapping[str, Any]

    @cached_property
    def figure(self) -> go.Figure:
        """The same to look into."""
        traces = [_held(trace) for trace in self.traces]
        return go.Figure(data=traces, layout=dict(self.plain), _validate=False)

    @property
    def data(self) -> Any:
        """The figure's traces."""
        return self.figure.data

    @property
    def layout(self) -> Any:
        """The figure's layout."""
        return self.figure.layout

    def to_plotly_json(self) -> Any:
        """The figure as Plotly writes it."""
        return self.figure.to_plotly_json()


def picture(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Picture:
    """The traces on a transparent page."""
    axes = {name: PLAIN | axis for name, axis in layout.items() if name in ("xaxis", "yaxis")}
    return Picture(traces, BARE | dict(layout) | axes)


def figure(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """The same as Plotly's own.

    Its validation would take two thirds of the time of drawing; the tests do it instead.
    """
    return picture(traces, layout).figure


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
