"""The race of a problem that is no f(x, y): its paths as the problem says that they are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from experiment import Drawn
from figures.figure import picture
from figures.path import Path
from figures.plane import Plane, courses
from figures.style import GRID, axis_name
from figures.swarm import Swarm


def drawing_figure(problem: Drawn, paths: Sequence[Path], swarms: Sequence[Swarm] = ()) -> Plane:
    """Axes, and above them the lanes with their exits and swarms."""
    start = {"x": float(paths[0].x[0]), "y": float(paths[0].y[0])}
    lanes = courses(problem.domain, paths, swarms)
    return Plane(picture([], _layout(problem)), lanes, start)


def _layout(problem: Drawn) -> dict[str, object]:
    x0, x1, y0, y1 = problem.domain
    x, y = ({"text": axis_name(axis)} for axis in problem.axes)
    axis = {"gridcolor": GRID, "zeroline": False, "nticks": 6}
    return {
        "margin": {"l": 48, "r": 8, "t": 8, "b": 40},
        "hovermode": False,
        "dragmode": "zoom",
        "showlegend": False,
        "uirevision": str(problem.domain),
        "xaxis": {**axis, "title": x, "range": [x0, x1], "minallowed": x0, "maxallowed": x1},
        "yaxis": {**axis, "title": y, "range": [y0, y1], "minallowed": y0, "maxallowed": y1},
    }
