"""The race from above: paths over a contour map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from figures.bands import Band, Label, bands, labels
from figures.figure import in_corner, picture
from figures.marks import Trace, stars, trace
from figures.path import Path
from figures.plane import Plane, courses
from figures.relief import Relief
from figures.sketch import Shape
from figures.style import INK, surface_color
from figures.swarm import Swarm
from surfaces import TYPED, Surface

MOST_MARKS = 60
LINE = 0.55  # how strongly the white between two bands covers them
HALO = ", ".join(["0 0 2px #FFFFFF"] * 3)
DARKER = in_corner("darker is lower") | {
    "font": {"size": 10, "color": INK},
    "bgcolor": "rgba(255, 255, 255, 0.6)",
    "borderpad": 2,
}


def contour_figure(
    surface: Surface,
    relief: Relief,
    paths: Sequence[Path],
    start: tuple[float, float],
    shapes: Sequence[Shape | None],
    swarms: Sequence[Swarm] = (),
) -> Plane:
    """Contours and minima, and above them the lanes with their shapes, exits and swarms.

    Both axes have the same scale, so that a gradient stands at right angles to a contour.
    """
    ground = bands(surface, relief)
    traces = [*map(_band, ground), _losses(labels(surface, ground))]
    if surface.key == TYPED:  # what the catalogue's surfaces say of themselves has to be found
        traces += [_critical(surface, "minimum", "star"), _critical(surface, "saddle", "diamond")]
    traces.append(stars(*np.array(surface.minima).reshape(-1, 2).T))
    x, y = start
    lanes = courses(surface.domain, paths, swarms, shapes)
    return Plane(picture(traces, _layout(surface)), lanes, {"x": x, "y": y})


def _band(band: Band) -> Trace:
    """All that is at least so high, over what is lower."""
    return trace(
        {"role": "surface"},
        band.x,
        band.y,
        mode="lines",
        fill="toself",
        fillcolor=surface_color(band.share),
        line={"width": 0.6, "color": f"rgba(255, 255, 255, {LINE})"},
    )


def _losses(found: Sequence[Label]) -> Trace:
    """What the loss is on some of the lines."""
    return trace(
        {"role": "level"},
        [label.x for label in found],
        [label.y for label in found],
        mode="text",
        text=[label.text for label in found],
        textfont={"size": 10, "color": INK, "shadow": HALO},
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
        "annotations": [DARKER],
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
