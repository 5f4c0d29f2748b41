"""The race from above: paths over a contour map."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from figures.figure import figure
from figures.marks import Trace, exits, minima, runs, starting_point, trace, whole_path
from figures.path import Path
from figures.relief import Relief
from figures.sketch import Shape
from figures.style import INK, SURFACE_COLORS, lane_style
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
    traces = [_ground(relief)]
    for lane, (path, name) in enumerate(zip(paths, names, strict=True)):
        traces.append(whole_path(lane, path, name).on_map())
        if len(path.exits):
            traces.append(exits(lane, path, surface).on_map())
    traces += [_sketch(lane, shape) for lane, shape in enumerate(shapes) if shape is not None]
    traces += [runs(lane, swarm).on_map() for lane, swarm in enumerate(swarms)]
    if surface.key == TYPED:  # what the catalogue's surfaces say of themselves has to be found
        traces += [_critical(surface, "minimum", "star"), _critical(surface, "saddle", "diamond")]
    traces += [
        minima(surface, relief).on_map(),
        starting_point(start, paths[0].height[0] + relief.lift).on_map(),
    ]
    return figure(traces, _layout(surface))


def _ground(relief: Relief) -> Trace:
    """The map itself."""
    span = relief.high - relief.low or 1.0
    return {
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


def _sketch(lane: int, shape: Shape) -> Trace:
    """What a lane's steps show besides its path."""
    return trace(
        {"role": "shape", "lane": lane, "kind": shape.kind},
        shape.x,
        shape.y,
        customdata=shape.step,
        mode="markers",
        marker={"size": 4, "color": lane_style(lane).color},
    )


def _critical(surface: Surface, kind: str, symbol: str) -> Trace:
    """The points of a kind that were found, rather than stated."""
    found = [p for p in surface.critical if p.kind == kind][:MOST_MARKS]
    return trace(
        {"role": kind},
        [p.x for p in found],
        [p.y for p in found],
        mode="markers",
        marker={"symbol": f"{symbol}-open", "size": 10, "color": INK},
    )


def _layout(surface: Surface) -> dict[str, object]:
    axis = {"showgrid": False, "zeroline": False, "nticks": 6, "constrain": "domain"}
    x0, x1, y0, y1 = surface.domain
    return {
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
