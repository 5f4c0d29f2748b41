"""The race in three dimensions: paths over the surface."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from figures.figure import figure
from figures.path import Path
from figures.relief import Relief
from figures.style import INK, SCENE_GRID, SURFACE_COLORS, TRAIL_WIDTH, axis_name, lane_style
from figures.swarm import Swarm
from surfaces import Surface

INNER = 0.04  # the part of an axis at each end that has no number

# From the south and well above: x points right and y away, as on the map beside it.
CAMERA = {"eye": {"x": 0.24, "y": -1.32, "z": 1.5}, "center": {"x": 0.02, "y": 0, "z": -0.25}}


def scene_figure(
    surface: Surface,
    relief: Relief,
    paths: Sequence[Path],
    names: Sequence[str],
    swarms: Sequence[Swarm] = (),
) -> go.Figure:
    """The surface, each lane's whole path faintly and its trail in full, minima and exits.

    Traces carry in `meta` what they are: {"role": "path" | "trail" | "exit", "lane": index},
    {"role": "swarm", "lane": index, "begins": where each run begins}, or
    {"role": "surface" | "heads" | "start" | "minima"}. The `customdata` of a trail and of a swarm
    is the step of each vertex.
    """
    traces: list[dict[str, object]] = [
        {
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
    ]
    for lane, (path, name) in enumerate(zip(paths, names, strict=True)):
        style = lane_style(lane)
        line = {"x": path.x, "y": path.y, "z": path.height, "mode": "lines", "name": name}
        common = {"type": "scatter3d", "hoverinfo": "skip"}
        width = 2 * TRAIL_WIDTH
        traces += [
            {
                **common,
                **line,
                "line": {"color": style.faint, "width": TRAIL_WIDTH},
                "showlegend": False,
                "meta": {"role": "path", "lane": lane},
            },
            {
                **common,
                **line,
                "customdata": path.step,
                "line": {"color": style.color, "width": width, "dash": style.dash},
                "meta": {"role": "trail", "lane": lane},
            },
        ]
        if len(path.exits):
            traces.append(
                {
                    **common,
                    "x": path.exits[:, 0],
                    "y": path.exits[:, 1],
                    "z": path.exits[:, 2],
                    "mode": "text",
                    "text": [f"✕ {label}" for label in path.exit_labels],
                    "textfont": {"color": INK, "size": 13},
                    "textposition": "top center",
                    "showlegend": False,
                    "meta": {"role": "exit", "lane": lane},
                }
            )
    for lane, swarm in enumerate(swarms):
        traces.append(
            {
                "type": "scatter3d",
                "x": swarm.x,
                "y": swarm.y,
                "z": swarm.height,
                "customdata": swarm.step,
                "mode": "lines",
                "line": {"color": lane_style(lane).faint, "width": TRAIL_WIDTH},
                "hoverinfo": "skip",
                "showlegend": False,
                "meta": {"role": "swarm", "lane": lane, "begins": swarm.begins},
            }
        )
    heads = [path.head for path in paths]
    traces.append(
        {
            "type": "scatter3d",
            "x": [x for x, _, _ in heads],
            "y": [y for _, y, _ in heads],
            "z": [height + relief.lift for _, _, height in heads],
            "mode": "markers",
            "marker": {
                "color": [lane_style(lane).color for lane in range(len(heads))],
                "size": 5,
                "line": {"color": "#FFFFFF", "width": 2},
            },
            "hoverinfo": "skip",
            "showlegend": False,
            "meta": {"role": "heads"},
        }
    )
    traces.append(
        {
            "type": "scatter3d",
            "x": [paths[0].x[0]],
            "y": [paths[0].y[0]],
            "z": [paths[0].height[0] + relief.lift],
            "mode": "markers",
            "marker": {"symbol": "circle-open", "color": INK, "size": 7},
            "hoverinfo": "skip",
            "showlegend": False,
            "meta": {"role": "start"},
        }
    )
    minima = np.array(surface.minima).reshape(-1, 2)
    traces.append(
        {
            "type": "scatter3d",
            "x": minima[:, 0],
            "y": minima[:, 1],
            "z": relief.height(surface.value(minima.T)) + 2 * relief.lift,
            "mode": "text",
            "text": ["★"] * len(minima),
            "textfont": {"size": 18, "color": INK},
            "textposition": "middle center",
            "hoverinfo": "skip",
            "showlegend": False,
            "meta": {"role": "minima"},
        }
    )
    return figure(traces, _layout(surface, relief))


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
    }
    loss_axis = {**axis, "title": {"text": "loss"}}
    if relief.threshold is None:
        loss_axis |= {"tickvals": _inner_ticks(relief.low, relief.high)}
    else:
        tickvals, ticktext = relief.ticks()
        # Without the lowest, which would stand on the other axes' numbers.
        loss_axis |= {"tickvals": tickvals[1:], "ticktext": ticktext[1:]}
    span = relief.high - relief.low or 1.0
    loss_axis["range"] = [relief.low - 0.02 * span, relief.high + 0.06 * span]
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "hovermode": False,
        "scene": {
            "camera": CAMERA,
            "aspectmode": "manual",
            "aspectratio": {"x": 1.15, "y": 1.15, "z": 0.55},
            "xaxis": {
                **axis,
                "title": {"text": axis_name(surface.axes[0])},
                "range": [relief.x[0], relief.x[-1]],
                "tickvals": _inner_ticks(relief.x[0], relief.x[-1]),
            },
            "yaxis": {
                **axis,
                "title": {"text": axis_name(surface.axes[1])},
                "range": [relief.y[0], relief.y[-1]],
                "tickvals": _inner_ticks(relief.y[0], relief.y[-1]),
            },
            "zaxis": loss_axis,
            "dragmode": "turntable",
        },
    }


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
