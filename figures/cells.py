"""A picture of cells, each of one of a few kinds, which are told apart by colour and by pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SHADES = 12
PALE = 0.72  # how far the last shade of a colour is from it to white
PATTERNS = ("", "stripes", "dots", "lines", "checks", "crosses")
VALUE = "#"
"""In a kind's detail, the place of a cell's own number."""


@dataclass(frozen=True)
class Kind:
    """What a cell can be.

    Attributes:
        words: what is said of all that are so.
        detail: what is said of one cell besides, with `VALUE` where its number stands.
        color: of its first shade.
        other: the colour of its pattern.
        pattern: one of PATTERNS; empty for none, and then it has shades.
    """

    words: str
    detail: str
    color: str
    other: str = ""
    pattern: str = ""

    @property
    def said(self) -> str:
        """Of one cell."""
        return f"{self.words}{self.detail}"

    @property
    def colors(self) -> list[str]:
        """From the first shade to the last; of a pattern, both."""
        if self.pattern:
            return [self.color, self.other]
        return [mixed(self.color, PALE * i / (SHADES - 1)) for i in range(SHADES)]

    @property
    def look(self) -> dict[str, Any]:
        """It as static/cells.js draws it."""
        return {"colors": self.colors, "pattern": self.pattern}

    @property
    def background(self) -> str:
        """It as a CSS background, for a legend."""
        a, b = self.color, self.other
        return {
            "": f"linear-gradient(90deg, {a}, {mixed(a, PALE)})",
            "stripes": f"repeating-linear-gradient(45deg, {a} 0 4px, {b} 4px 6px)",
            "lines": f"repeating-linear-gradient(0deg, {a} 0 4px, {b} 4px 6px)",
            "dots": f"radial-gradient({b} 1.5px, {a} 2px) 0 0 / 6px 6px",
            "checks": f"repeating-conic-gradient({a} 0 25%, {b} 0 50%) 0 0 / 8px 8px",
            "crosses": f"repeating-linear-gradient(90deg, transparent 0 4px, {b} 4px 6px), "
            f"repeating-linear-gradient(0deg, {a} 0 4px, {b} 4px 6px)",
        }[self.pattern]


def mixed(color: str, white: float) -> str:
    """A colour with so much white in it, 0 to 1."""
    channels = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round((1 - white) * c + white * 255):02X}" for c in channels)


def cells(
    kinds: Sequence[Kind],
    which: NDArray[np.int_],
    shade: Array,
    values: ArrayLike,
    x: Array,
    y: Array,
    **trace: Any,
) -> dict[str, Any]:
    """A heat map of cells; in `meta` the words of each code, with `VALUE` for the cell's number.

    Args:
        which: (m, n), rows along y: the kind of each cell.
        shade: (m, n), from 0 for the first shade of its colour to 1.
        values: (m, n), the number in the words.
        x, y: (n,) and (m,), the middles of the cells.
        trace: what else Plotly is told.
    """
    lengths = [len(kind.colors) for kind in kinds]
    first = np.cumsum([0, *lengths[:-1]])
    row, column = np.indices(which.shape)
    inked = {
        "stripes": (row + column) % 4 == 0,
        "lines": row % 3 == 0,
        "dots": (row % 3 == 0) & (column % 3 == 0),
        "checks": (row // 2 + column // 2) % 2 == 0,
        "crosses": (row % 4 == 0) | (column % 4 == 0),
    }
    codes = np.zeros(which.shape, np.int_)
    for i, kind in enumerate(kinds):
        at = which == i
        steps = np.nan_to_num(np.rint(np.clip(shade, 0, 1) * (lengths[i] - 1))).astype(np.int_)
        codes[at] = first[i] + (inked[kind.pattern] if kind.pattern else steps)[at]
    colors = [color for kind in kinds for color in kind.colors]
    words = [kind.said for kind in kinds for _ in kind.colors]
    count = len(colors)
    scale = [(i + end) / count for i in range(count) for end in (0, 1)]
    return {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": codes.astype(np.uint8 if count <= 256 else np.uint16),
        "zmin": -0.5,
        "zmax": count - 0.5,
        "colorscale": [[at, colors[i // 2]] for i, at in enumerate(scale)],
        "showscale": False,
        "customdata": np.asarray(values),
        "hovertemplate": "%{text}<extra></extra>",
        "meta": {"role": "cells", "words": words},
    } | trace


def nth(panel: int) -> str:
    """What follows x and y in the names of a panel's axes."""
    return "" if panel == 0 else str(panel + 1)


def portion(place: int, many: int, gap: float) -> list[float]:
    """From where to where one of many equal parts of 0 to 1 is, with gaps between them."""
    size = (1 - (many - 1) * gap) / many
    return [place * (size + gap), min(1.0, place * (size + gap) + size)]


def titled(title: str, panel: str) -> dict[str, Any]:
    """An annotation above a panel; see `nth`."""
    place = {"xref": f"x{panel} domain", "yref": f"y{panel} domain", "x": 0, "y": 1}
    return {"text": title, **place, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
