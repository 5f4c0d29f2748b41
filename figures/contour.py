"""The race from above: paths over a contour map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from figures.figure import figure
from figures.path import Path
from figures.relief import Relief
from figures.sketch import Shape
from figures.style import INK, SURFACE_COLORS, TRAIL_WIDTH, lane_style
from figures.swarm import Swarm
from surfaces import TYPED, Surface

LEVELS = 18
MOST_MARKS = 60


def contour_figure(
    surface: Surface,
    relief: Relief,
    paths: Sequence[Path],
    names: Sequence[str],
    start: tuple[float, float],
    shapes: Sequence[Shape | None],
    swarms: Sequence[Swarm] = (),
) -> go.Figure:
    """Contours, each lane's whole path faintly and its shapes, start, minima and exits.

    Traces carry in `meta` what they are, as in `scene_figure`; shapes {"role": "shape", "lane":
    index, "kind": kind}, with the step of each vertex as `customdata`; so do swarms, {"role":
    "swarm", "lane": index, "begins": where each run begins}. Both axes have the same
    scale, so that a gradient stands at right angles to a contour.
    """
    span = relief.high - relief.low or 1.0
    traces: list[dict[str, object]] = [
        {
            "type": "contour",
            "x": relief.x,
            "y": relief.y,
            "z": relief.height(relief.loss),
            "colorscale": SURFACE_COLORS,
            "showscale": False,
            "hoverinfo": "skip",
            "line": {"width": 0.6, "color": "rgba(255, 255, 255, 0.55)"},
            "contours": {
                "start": relief.low + span / LEVELS,
                "end": relief.high,
                "size": span / LEVELS,
            },
            "meta": {"role": "surface"},
        }
    ]
    for lane, (path, name) in enumerate(zip(paths, names, strict=True)):
        style = lane_style(lane)
        traces.append(
            {
                "type": "scatter",
                "x": path.x,
                "y": path.y,
                "mode": "lines",
                "name": name,
                "line": {"color": style.faint, "width": TRAIL_WIDTH / 2},
                "hoverinfo": "skip",
                "meta": {"role": "path", "lane": lane},
            }
        )
        if len(path.exits):
            traces.append(
                {
                    "type": "scatter",
                    "x": path.exits[:, 0],
                    "y": path.exits[:, 1],
                    "mode": "markers+text",
                    "marker": {
                        "symbol": "x-thin",
                        "size": 9,
                        "line": {"color": style.color, "width": 2},
                    },
                    "text": path.exit_labels,
                    "textfont": {"color": style.color},
                    "textposition": [_inward(surface, *exit_[:2]) for exit_ in path.exits],
                    "cliponaxis": False,
                    "hoverinfo": "skip",
                    "showlegend": False,
                    "meta": {"role": "exit", "lane": lane},
                }
            )
    for lane, shape in enumerate(shapes):
        if shape is not None:
            traces.append(
                {
                    "type": "scatter",
                    "x": shape.x,
                    "y": shape.y,
                    "customdata": shape.step,
                    "mode": "markers",
                    "marker": {"size": 4, "color": lane_style(lane).color},
                    "hoverinfo": "skip",
                    "showlegend": False,
                    "meta": {"role": "shape", "lane": lane, "kind": shape.kind},
                }
            )
    for lane, swarm in enumerate(swarms):
        traces.append(
            {
                "type": "scatter",
                "x": swarm.x,
                "y": swarm.y,
                "customdata": swarm.step,
                "mode": "lines",
                "line": {"color": lane_style(lane).color, "width": TRAIL_WIDTH / 2},
                "hoverinfo": "skip",
                "showlegend": False,
                "meta": {"role": "swarm", "lane": lane, "begins": swarm.begins},
            }
        )
    minima = np.array(surface.minima).reshape(-1, 2)
    points = {"type": "scatter", "mode": "markers", "hoverinfo": "skip", "showlegend": False}
    if surface.key == TYPED:  # what the catalogue's surfaces say of themselves has to be found
        for kind, symbol in (("minimum", "star"), ("saddle", "diamond")):
            found = [p for p in surface.critical if p.kind == kind][:MOST_MARKS]
            traces.append(
                {
                    **points,
                    "x": [p.x for p in found],
                    "y": [p.y for p in found],
                    "marker": {"symbol": f"{symbol}-open", "size": 10, "color": INK},
                    "meta": {"role": kind},
                }
            )
    traces += [
        {
            **points,
            "x": minima[:, 0],
            "y": minima[:, 1],
            "marker": {
                "symbol": "star",
                "size": 13,
                "color": "#FFFFFF",
                "line": {"color": INK, "width": 1},
            },
            "meta": {"role": "minima"},
        },
        {
            **points,
            "x": [start[0]],
            "y": [start[1]],
            "marker": {
                "symbol": "circle-open",
                "size": 11,
                "color": INK,
                "line": {"width": 2},
            },
            "meta": {"role": "start"},
        },
    ]
    axis = {"showgrid": False, "zeroline": False, "nticks": 6, "constrain": "domain"}
    x0, x1, y0, y1 = surface.domain
    layout = {
        "margin": {"l": 34, "r": 8, "t": 8, "b": 30},
        "hovermode": False,
        "dragmode": "zoom",
        "showlegend": False,
        "uirevision": str(surface.domain),
        "xaxis": {**axis, "range": [x0, x1], "minallowed": x0, "maxallowed": x1},
        "yaxis": {
            **axis,
            "range": [y0, y1],
            "minallowed": y0,
            "maxallowed": y1,
            "scaleanchor": "x",
        },
    }
    return figure(traces, layout)


def _inward(surface: Surface, x: float, y: float) -> str:
    """On which side of a point at the edge there is room for a text."""
    x0, x1, y0, y1 = surface.domain
    vertical = "bottom" if y > (y0 + y1) / 2 else "top"
    return f"{vertical} {'left' if x > (x0 + x1) / 2 else 'right'}"
