"""The race of a problem that is no f(x, y): its paths as the problem says that they are drawn."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from experiment import Drawn
from figures.figure import figure
from figures.marks import exit_labels, exits, runs, starting_point, whole_path
from figures.path import Path
from figures.style import GRID, axis_name
from figures.swarm import Swarm


def drawing_figure(
    problem: Drawn, paths: Sequence[Path], names: Sequence[str], swarms: Sequence[Swarm] = ()
) -> go.Figure:
    """Each lane's whole path faintly, where it leaves the view, and the start.

    Traces carry in `meta` what they are, as in `contour_figure`.
    """
    traces, left = [], exit_labels(problem.domain, paths)
    for lane, (path, name) in enumerate(zip(paths, names, strict=True)):
        traces.append(whole_path(lane, path, name).on_map())
        if len(path.exits):
            traces.append(exits(lane, path, left[lane]).on_map())
    traces += [runs(lane, swarm).on_map() for lane, swarm in enumerate(swarms)]
    first = paths[0]
    traces.append(starting_point((first.x[0], first.y[0]), 0.0).on_map())
    return figure(traces, _layout(problem))


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
