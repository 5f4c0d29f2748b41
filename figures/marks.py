"""What is marked on a surface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from figures.path import Path
from figures.style import INK
from surfaces.domain import Domain

Trace = dict[str, Any]

# Of a label at an exit, in parts of a picture: a letter's width, a line's height, how far it stands
# from the cross, and half of that.
LETTER, LINE, OFF, CROSS = 0.02, 0.036, 0.018, 0.014


def trace(meta: Trace, x: ArrayLike, y: ArrayLike, **look: Any) -> Trace:
    """A mark of one picture, of which nothing is told beside it: a scene's, if it has a z."""
    kind = "scatter3d" if "z" in look else "scatter"
    still = {"type": kind, "hoverinfo": "skip", "showlegend": False}
    return {**still, "meta": meta, "x": x, "y": y, **look}


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


def stars(x: ArrayLike, y: ArrayLike) -> Trace:
    """Lowest points, on a map."""
    outline = {"color": INK, "width": 1}
    look = {"symbol": "star", "size": 13, "color": "#FFFFFF", "line": outline}
    return trace({"role": "minima"}, x, y, mode="markers", marker=look)
