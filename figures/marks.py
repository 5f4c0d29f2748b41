"""What is marked on a surface: each mark is stated once, for the map and for the scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from figures.path import Path
from figures.relief import Relief
from figures.style import INK, TRAIL_WIDTH, lane_style
from figures.swarm import Swarm
from surfaces import Surface
from surfaces.domain import Domain

Trace = dict[str, Any]

# Of a label at an exit, in parts of a picture: a letter's width, a line's height, how far it stands
# from the cross, and half of that.
LETTER, LINE, OFF, CROSS = 0.02, 0.036, 0.018, 0.014


@dataclass(frozen=True, eq=False)
class Mark:
    """Points or lines on a surface, and how each of the two pictures shows them.

    Attributes:
        meta: what it is; {"role": role} and, where it is a lane's, its index as "lane".
        x, y, height: (k,), where it lies; nan where a line breaks.
        look: what a trace says of it in both pictures.
        flat, solid: what it says on the map, and in the scene.
    """

    meta: Trace
    x: ArrayLike
    y: ArrayLike
    height: ArrayLike
    flat: Trace
    solid: Trace
    look: Trace = field(default_factory=dict)

    def on_map(self) -> Trace:
        """Its trace in two dimensions."""
        return trace(self.meta, self.x, self.y, **self.look, **self.flat)

    def in_scene(self) -> Trace:
        """Its trace in three."""
        height = np.asarray(self.height, np.float32)
        return trace(self.meta, self.x, self.y, z=height, **self.look, **self.solid)


def trace(meta: Trace, x: ArrayLike, y: ArrayLike, **look: Any) -> Trace:
    """A mark of one picture, of which nothing is told beside it: a scene's, if it has a z."""
    kind = "scatter3d" if "z" in look else "scatter"
    still = {"type": kind, "hoverinfo": "skip", "showlegend": False}
    return {**still, "meta": meta, "x": x, "y": y, **look}


def whole_path(lane: int, path: Path, name: str) -> Mark:
    """All of a lane's path, faintly."""
    color = lane_style(lane).faint
    return Mark(
        {"role": "path", "lane": lane},
        path.x,
        path.y,
        path.height,
        flat={"line": {"color": color, "width": TRAIL_WIDTH / 2}},
        solid={"line": {"color": color, "width": TRAIL_WIDTH}},
        look={"mode": "lines", "name": name, "customdata": path.step},
    )


def exits(lane: int, path: Path, labels: Sequence[tuple[str, str]]) -> Mark:
    """Where a lane's path leaves the view, and at which step; labels as of `exit_labels`."""
    x, y, height, _ = path.exits.T
    color = lane_style(lane).color
    words = {"mode": "markers+text", "text": [text for text, _ in labels]}
    return Mark(
        {"role": "exit", "lane": lane},
        x,
        y,
        height,
        flat={
            "marker": {"symbol": "x-thin", "size": 9, "line": {"color": color, "width": 2}},
            "textfont": {"color": color},
            "cliponaxis": False,
        },
        solid={
            "marker": {"symbol": "x", "size": 2.5, "color": INK},
            "textfont": {"color": INK, "size": 13},
        },
        look=words | {"textposition": [place for _, place in labels]},
    )


def exit_labels(domain: Domain, paths: Sequence[Path]) -> list[list[tuple[str, str]]]:
    """Of each lane's exits the text, and where it stands; none where it would cover another."""
    places = [(path.exits[:, :2] - domain.low) / domain.width for path in paths]
    crosses = np.concatenate([*places, np.empty((0, 2))])
    labels = [[("", "top right")] * len(path.exits) for path in paths]
    taken = np.empty((0, 2, 2))
    nth = [(k, lane) for lane, path in enumerate(paths) for k in range(len(path.exits))]
    for k, lane in sorted(nth):
        text, spot = paths[lane].exit_labels[k], places[lane][k]
        size = np.array([LETTER * len(text), LINE])
        right, up = np.where(spot < 0.5, 1, -1)  # there is room
        for side in ((right, up), (-right, up), (right, -up), (-right, -up)):
            low = spot + np.multiply(side, OFF) + np.minimum(side, 0) * size
            high = low + size
            inside = ((low > -LINE) & (high < 1 + LINE)).all()
            covers = ((crosses > low - CROSS) & (crosses < high + CROSS)).all(axis=1).any()
            meets = ((taken[:, 0] < high) & (taken[:, 1] > low)).all(axis=1).any()
            if text and inside and not covers and not meets:
                vertical, along = (
                    "top" if side[1] > 0 else "bottom",
                    "right" if side[0] > 0 else "left",
                )
                labels[lane][k] = text, f"{vertical} {along}"
                taken = np.append(taken, [[low, high]], axis=0)
                break
    return labels


def runs(lane: int, swarm: Swarm) -> Mark:
    """A lane's runs from many starts."""
    style = lane_style(lane)
    return Mark(
        {"role": "swarm", "lane": lane, "begins": swarm.begins},
        swarm.x,
        swarm.y,
        swarm.height,
        flat={"line": {"color": style.color, "width": TRAIL_WIDTH / 2}},
        solid={"line": {"color": style.faint, "width": TRAIL_WIDTH}},
        look={"mode": "lines", "customdata": swarm.step},
    )


def starting_point(point: tuple[float, float], height: float) -> Mark:
    """Where the lanes begin."""
    circle = {"symbol": "circle-open", "color": INK}
    return Mark(
        {"role": "start"},
        [point[0]],
        [point[1]],
        [height],
        flat={"marker": {**circle, "size": 11, "line": {"width": 2}}},
        solid={"marker": {**circle, "size": 7}},
        look={"mode": "markers"},
    )


def minima(surface: Surface, relief: Relief) -> Mark:
    """The minima that a surface states."""
    points = np.array(surface.minima).reshape(-1, 2).T
    return star(points[0], points[1], relief.height(surface.value(points)) + 2 * relief.lift)


def star(x: NDArray[np.float64], y: NDArray[np.float64], height: NDArray[np.float64]) -> Mark:
    """Lowest points."""
    outline = {"color": INK, "width": 1}
    return Mark(
        {"role": "minima"},
        x,
        y,
        height,
        flat={
            "mode": "markers",
            "marker": {"symbol": "star", "size": 13, "color": "#FFFFFF", "line": outline},
        },
        solid={
            "mode": "text",
            "text": ["★"] * len(x),
            "textfont": {"size": 18, "color": INK},
            "textposition": "middle center",
        },
    )
