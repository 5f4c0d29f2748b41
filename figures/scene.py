"""The race in three dimensions: paths over the surface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.figure import Picture, picture
from figures.marks import Trace, exit_labels, trace
from figures.path import Path
from figures.relief import Relief
from figures.style import (
    INK,
    SCENE_GRID,
    SURFACE_COLORS,
    TRAIL_WIDTH,
    axis_name,
    lane_style,
    number_text,
)
from figures.swarm import Swarm
from surfaces import Surface

Array = NDArray[np.float64]

NAME = 0.18  # of the loss axis, for its name
INNER = 0.04  # the part of an axis at each end that has no number

# From the south and well above: x points right and y away, as on the map beside it; and from so far
# to the east that no surface stands before the numbers of y. The player comes as near as it can.
CAMERA = {"eye": {"x": 0.6, "y": -1.24, "z": 1.75}, "center": {"x": 0, "y": 0, "z": -0.1}}


def scene_figure(
    surface: Surface,
    relief: Relief,
    paths: Sequence[Path],
    names: Sequence[str],
    swarms: Sequence[Swarm] = (),
) -> Picture:
    """The surface, each lane's whole path faintly and its trail in full, minima and exits.

    Traces carry in `meta` what they are: {"role": "path" | "trail" | "exit", "lane": index},
    {"role": "swarm", "lane": index, "begins": where each run begins}, or
    {"role": "surface" | "steps" | "heads" | "start" | "minima"}. The `customdata` of a trail and of
    a swarm is the step of each vertex.
    """
    traces = [_ground(relief)]
    left = exit_labels(surface.domain, paths)
    for lane, (path, name) in enumerate(zip(paths, names, strict=True)):
        traces += [_whole_path(lane, path, name), _trail(lane, path, name)]
        if len(path.exits):
            traces.append(_exits(lane, path, left[lane]))
    traces += [_runs(lane, swarm) for lane, swarm in enumerate(swarms)]
    traces += [
        _steps(paths[0]),
        _heads(paths, relief),
        _start(paths[0], relief),
        _minima(surface, relief),
    ]
    return picture(traces, _layout(surface, relief))


def _ground(relief: Relief) -> Trace:
    """The surface itself."""
    return {
        "type": "surface",
        "x": relief.x,
        "y": relief.y,
        "z": relief.height(relief.loss),
        "colorscale": SURFACE_COLORS,
        "showscale": False,
        "hoverinfo": "skip",
        "meta": {"role": "surface"},
        "lighting": {"ambient": 0.75, "diffuse": 0.5, "specular": 0.05, "roughness": 0.9},
    }


def _whole_path(lane: int, path: Path, name: str) -> Trace:
    """All of a lane's path, faintly."""
    return _mark(
        {"role": "path", "lane": lane},
        (path.x, path.y, path.height),
        mode="lines",
        name=name,
        line={"color": lane_style(lane).faint, "width": TRAIL_WIDTH},
    )


def _trail(lane: int, path: Path, name: str) -> Trace:
    """A lane's path in full, which the player shows up to a step: the one with a legend."""
    style = lane_style(lane)
    return {
        "type": "scatter3d",
        "hoverinfo": "skip",
        "x": path.x,
        "y": path.y,
        "z": path.height.astype(np.float32),
        "mode": "lines",
        "name": name,
        "customdata": path.step,
        "line": {"color": style.color, "width": 2 * TRAIL_WIDTH, "dash": style.dash},
        "meta": {"role": "trail", "lane": lane},
    }


def _steps(path: Path) -> Trace:
    """The ends of long steps; the player puts them there."""
    ends = {"x": path.x[:1], "y": path.y[:1], "z": path.height[:1]}
    return trace({"role": "steps"}, **ends, mode="markers", marker={"color": INK, "size": 2.5})


def _heads(paths: Sequence[Path], relief: Relief) -> Trace:
    """Where the lanes are."""
    heads = [path.head for path in paths]
    return trace(
        {"role": "heads"},
        [x for x, _, _ in heads],
        [y for _, y, _ in heads],
        z=[height + relief.lift for _, _, height in heads],
        mode="markers",
        marker={
            "color": [lane_style(lane).color for lane in range(len(heads))],
            "size": 5,
            "line": {"color": "#FFFFFF", "width": 2},
        },
    )


def _exits(lane: int, path: Path, labels: Sequence[tuple[str, str]]) -> Trace:
    """Where a lane's path leaves the view, and at which step; labels as of `exit_labels`."""
    x, y, height, _ = path.exits.T
    return _mark(
        {"role": "exit", "lane": lane},
        (x, y, height),
        mode="markers+text",
        text=[text for text, _ in labels],
        textposition=[place for _, place in labels],
        textfont={"color": INK, "size": 13},
        # Plotly writes its symbols as letters, "x" as one that few fonts have.
        marker={"symbol": "cross", "size": 4, "color": INK},
    )


def _runs(lane: int, swarm: Swarm) -> Trace:
    """A lane's runs from many starts."""
    return _mark(
        {"role": "swarm", "lane": lane, "begins": swarm.begins},
        (swarm.x, swarm.y, swarm.height),
        mode="lines",
        customdata=swarm.step,
        line={"color": lane_style(lane).faint, "width": TRAIL_WIDTH},
    )


def _start(path: Path, relief: Relief) -> Trace:
    """Where the lanes begin."""
    return _mark(
        {"role": "start"},
        (path.x[:1], path.y[:1], path.height[:1] + relief.lift),
        mode="markers",
        marker={"symbol": "circle-open", "color": INK, "size": 7},
    )


def _minima(surface: Surface, relief: Relief) -> Trace:
    """The minima that a surface states."""
    x, y = points = np.array(surface.minima).reshape(-1, 2).T
    return _mark(
        {"role": "minima"},
        (x, y, relief.height(surface.value(points)) + 2 * relief.lift),
        mode="text",
        text=["★"] * len(x),
        textfont={"size": 18, "color": INK},
        textposition="middle center",
    )


def _mark(meta: Trace, place: tuple[Array, Array, Array], **look: Any) -> Trace:
    """Points or lines, whose heights are for the eye only."""
    x, y, height = place
    return trace(meta, x, y, z=height.astype(np.float32), **look)


def _layout(surface: Surface, relief: Relief) -> dict[str, object]:
    axis = {
        "showbackground": False,
        "gridcolor": SCENE_GRID,
        "showline": True,
        "linecolor": SCENE_GRID,
        "linewidth": 1,
        "zeroline": False,
        "showspikes": False,
        "tickfont": {"size": 11},
        "tickangle": 0,
        "title": {"text": ""},
    }
    span = relief.high - relief.low or 1.0
    top = relief.high + 0.06 * span
    if relief.threshold is None:
        name, losses = "loss", _inner_ticks(relief.low, relief.high)
        texts = [number_text(v) for v in losses]
    else:
        name = "loss,<br>log height<br> "
        losses, texts = relief.ticks()
        # Without the lowest, which would stand on the other axes' numbers.
        losses, texts = losses[1:], texts[1:]
    # Its name is written at its top, those of the others before one of their numbers: Plotly has
    # a title of its own, far from the axis.
    below = [(v, text) for v, text in zip(losses, texts, strict=True) if top - v > NAME * span]
    loss_axis = {
        **axis,
        "range": [relief.low - 0.02 * span, top],
        "tickvals": [*(v for v, _ in below), top],
        "ticktext": [*(text for _, text in below), name],
    }
    x_axis, y_axis = (
        {**axis, "range": [line[0], line[-1]], **_named(axis_name(symbol), line)}
        for symbol, line in zip(surface.axes, (relief.x, relief.y), strict=True)
    )
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "hovermode": False,
        "scene": {
            "camera": CAMERA,
            "aspectmode": "manual",
            "aspectratio": {"x": 1.15, "y": 1.15, "z": 0.62},
            "xaxis": x_axis,
            "yaxis": y_axis,
            "zaxis": loss_axis,
            "dragmode": "turntable",
        },
    }


def _named(name: str, line: Array) -> dict[str, object]:
    """Round numbers, of which the middle one says of what."""
    values = _inner_ticks(line[0], line[-1])
    texts = [number_text(v) for v in values]
    texts[len(texts) // 2] = f"{name} = {texts[len(texts) // 2]}"
    return {"tickvals": values, "ticktext": texts}


def _inner_ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends but not at them, where the axes' numbers would meet."""
    span = float(high - low) or 1.0
    power = 10.0 ** math.floor(math.log10(span))
    for step in (2 * power, power, power / 2, power / 5, power / 10):
        first = math.ceil((low + INNER * span) / step)
        last = math.floor((high - INNER * span) / step)
        if last - first >= 2:
            break
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]
