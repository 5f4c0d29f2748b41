"""The race from the side, where the loss depends on x only: heads that run on a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from figures.figure import in_corner, picture
from figures.marks import Trace, stars, trace
from figures.path import Path
from figures.plane import Plane, courses
from figures.relief import Relief
from figures.style import GRID, SCENE_GRID, axis_name
from figures.swarm import Swarm
from formulas.tree import names as names_in
from surfaces import Surface
from surfaces.domain import Domain

Array = NDArray[np.float64]

POINTS = 481
BELOW, ABOVE = 0.2, 0.06  # of the curve's height


def is_profile(surface: Surface) -> bool:
    """Whether a loss is a formula that knows x but no y, also as it is transformed."""
    if not surface.formula or surface.transform.rotate:
        return False
    return names_in(surface.expression.tree) & {"x", "y"} == {"x"}


def profile_figure(
    surface: Surface,
    relief: Relief,
    paths: Sequence[Path],
    start: tuple[float, float],
    swarms: Sequence[Swarm] = (),
) -> Plane:
    """The curve (x, f(x)) and its minima, and above it the lanes with their exits and swarms.

    In place of `contour_figure`; heights are the scene's.
    """
    x0, x1, *_ = surface.domain
    x = np.linspace(x0, x1, POINTS)
    height = relief.height(surface.value(np.stack([x, np.full(POINTS, start[1])])))
    height = np.where(np.isfinite(height), height, np.nan)
    low, high = float(np.nanmin(height)), float(np.nanmax(height))
    span = high - low or 1.0
    domain = Domain(x0, x1, low - BELOW * span, high + ABOVE * span)
    flat = [_from_the_side(path, relief) for path in paths]
    turned = [replace(swarm, y=swarm.height - relief.lift) for swarm in swarms]
    traces = [*_ground(x, height, domain[2]), _minima(surface, relief)]
    begins = {"x": start[0], "y": float(flat[0].y[0]), "held": start[1]}
    drawn = picture(traces, _layout(surface, relief, domain))
    return Plane(drawn, courses(domain, flat, turned), begins)


def _from_the_side(path: Path, relief: Relief) -> Path:
    """The path with its height in place of y."""
    out = path.exits.copy()
    out[:, 1] = out[:, 2] - relief.lift
    return replace(path, y=path.height - relief.lift, exits=out)


def _ground(x: Array, height: Array, bottom: float) -> list[Trace]:
    """The curve, and the ground below it."""
    inside = np.isfinite(height)
    below = np.where(inside, height, bottom)
    line = {"color": SCENE_GRID, "width": 2}
    around = np.concatenate([[x[0]], x, [x[-1]]]), np.concatenate([[bottom], below, [bottom]])
    earth = {"mode": "none", "fill": "toself", "fillcolor": "rgba(143, 149, 155, 0.18)"}
    return [
        trace({"role": "surface"}, *around, **earth),
        trace({"role": "surface"}, x, height, mode="lines", line=line),
    ]


def _minima(surface: Surface, relief: Relief) -> Trace:
    """The lowest points, of which those that differ in y only are one."""
    found = np.array(surface.minima).reshape(-1, 2).T
    near = np.round((found[0] - surface.domain[0]) / surface.extent[0], 6)
    points = found[:, np.unique(near, return_index=True)[1]]
    return stars(points[0], relief.height(surface.value(points)))


def _layout(
    surface: Surface, relief: Relief, domain: tuple[float, float, float, float]
) -> dict[str, object]:
    axis = {"gridcolor": GRID, "zeroline": False, "nticks": 6, "fixedrange": True}
    heights: dict[str, object] = {}
    name = f"f({axis_name(surface.axes[0])})"
    if relief.threshold is not None:
        values, texts = relief.ticks()
        heights, name = {"tickvals": values, "ticktext": texts}, f"{name}, log height"
    # Titles would name the plane's coordinates, in which the path is told.
    return {
        "margin": {"l": 44, "r": 8, "t": 8, "b": 30},
        "hovermode": False,
        "dragmode": False,
        "showlegend": False,
        "annotations": [in_corner(name)],
        "uirevision": str(domain),
        "xaxis": {**axis, "range": [*domain[:2]]},
        "yaxis": {**axis, "range": [*domain[2:]], **heights},
    }
