"""The data of a loss, and what each lane makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import Trajectory
from figures.figure import picture
from figures.path import inside
from figures.plane import Plane
from figures.style import GRID
from surfaces import CurveSurface, DataSurface, Regression

Array = NDArray[np.float64]

POINT = "rgba(128, 128, 128, 0.75)"  # shows on both themes
MARGIN = 0.06  # around the points, of their range
CURVE_POINTS = 64
MOST_FITS = 110  # of a lane: a picture must stay light to send
APART = 1 / 250  # of the picture's height: fits that are nearer look the same
BEYOND = 3.0  # heights above and below the picture, where a curve is cut


def data_figure(surface: DataSurface, trajectories: Sequence[Trajectory]) -> Plane:
    """The first two columns as points, a trace a class, and each lane's lines through them.

    A lane's "fit" is {"since", "rows"}: the steps from which each line is shown, see `rows_apart`,
    and the lines' ends, x, y, x, y of line 0, of line 1…, nan where a line misses the picture.
    Where there is no class, the line is the prediction; else the boundary between the two. Of
    curves "rows" are the heights at "x", a row each.
    """
    columns = surface.data.columns
    low, high = columns[:2].min(axis=1), columns[:2].max(axis=1)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    traces = [_points(surface, rows, symbol) for rows, symbol in _groups(columns)]
    axis = {"gridcolor": GRID, "zeroline": False, "nticks": 6}
    layout = {
        "margin": {"l": 52, "r": 12, "t": 8, "b": 34},
        "hovermode": False,
        "dragmode": False,
        "showlegend": False,
        "uirevision": surface.data.digest,
        "xaxis": {**axis, "title": {"text": _title(surface, 0)}, "range": [low[0], high[0]]},
        "yaxis": {**axis, "title": {"text": _title(surface, 1)}, "range": [low[1], high[1]]},
    }
    lanes = [{"fit": _fit(surface, each.theta.T, low, high)} for each in trajectories]
    return Plane(picture(traces, layout), lanes)


def _fit(surface: DataSurface, theta: Array, low: Array, high: Array) -> dict[str, Array]:
    """The line or the curve of each step, as `data_figure` says."""
    extent = high - low
    if isinstance(surface, CurveSurface):
        x = np.linspace(low[0], high[0], CURVE_POINTS)
        y = surface.curve(theta, x)
        y = np.clip(y, low[1] - BEYOND * extent[1], high[1] + BEYOND * extent[1])
        since = rows_apart(y / extent[1])
        return {"since": since.astype(np.float64), "x": x, "rows": y[since]}
    assert isinstance(surface, Regression)
    ends = line_ends(surface.line(theta), low, high)
    since = rows_apart(np.nan_to_num(ends / np.tile(extent, 2), nan=-BEYOND))
    return {"since": since.astype(np.float64), "rows": ends[since].ravel()}


def rows_apart(rows: Array) -> NDArray[np.int_]:
    """Which rows (t, k), in parts of the picture, differ visibly from the latest that is taken.

    The first, then each that is `APART` from the latest, or further where those would be more than
    `MOST_FITS`; and the last.
    """
    tolerance = APART
    while True:
        taken, latest = [0], rows[0]
        for i in range(1, len(rows)):
            if np.abs(rows[i] - latest).max() > tolerance:
                taken.append(i)
                latest = rows[i]
                if len(taken) >= MOST_FITS:
                    break
        else:
            return np.unique([*taken, len(rows) - 1])
        tolerance *= 1.3


def line_ends(line: Array, low: Array, high: Array) -> Array:
    """Where lines ax + by + c = 0 enter and leave a rectangle.

    Args:
        line: (3, t), a, b and c.
        low, high: (2,), the rectangle's corners.

    Returns:
        (t, 4): x, y, x, y; nan where a line misses the rectangle or is none.
    """
    extent = high - low
    normal = (line[:2] * extent[:, None]).T  # in the unit square
    offset = line[2] + line[:2].T @ low
    with np.errstate(all="ignore"):
        size = np.hypot(*normal.T)[:, None]
        normal, offset = normal / size, offset[:, None] / size
        foot = 0.5 - (normal.sum(axis=1, keepdims=True) / 2 + offset) * normal
        along = np.column_stack([-normal[:, 1], normal[:, 0]])
        along *= np.where(along[:, :1] < 0, -1, 1)  # from left to right
        here, move = foot - along, 2 * along
        enter, leave = inside(here, move)
        ends = np.stack([here + enter[:, None] * move, here + leave[:, None] * move], axis=1)
        ends[~(enter < leave)] = np.nan
    placed: Array = (low + np.clip(ends, 0, 1) * extent).reshape(-1, 4)
    return placed


def _groups(columns: Array) -> list[tuple[NDArray[np.bool_], str]]:
    """The rows of each class, and the symbol it has."""
    if len(columns) == 2:
        return [(np.ones(columns.shape[1], bool), "circle")]
    first, second = np.unique(columns[2])
    return [(columns[2] == first, "circle-open"), (columns[2] == second, "circle")]


def _points(surface: DataSurface, rows: NDArray[np.bool_], symbol: str) -> dict[str, Any]:
    columns, names = surface.data.columns, surface.data.names
    return {
        "type": "scatter",
        "x": columns[0, rows],
        "y": columns[1, rows],
        "mode": "markers",
        "name": "data" if len(names) == 2 else f"{names[2]} = {columns[2, rows][0]:g}",
        "marker": {
            "color": POINT,
            "size": 6,
            "symbol": symbol,
            "line": {"width": 1.5, "color": POINT},
        },
        "hoverinfo": "skip",
        "meta": {"role": "data"},
    }


def _title(surface: DataSurface, column: int) -> str:
    """A column's name, below the picture with what the symbols mean."""
    names, columns = [_plain(name) for name in surface.data.names], surface.data.columns
    if column or len(names) == 2:
        return names[column]
    low, high = np.unique(columns[2])
    return f"{names[0]} · ○ {names[2]} = {low:g}, ● {names[2]} = {high:g}"


def _plain(name: str) -> str:
    """A name without what Plotly would read as markup."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace("$", "&#36;")
