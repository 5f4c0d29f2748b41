"""The race in time: the loss of each lane, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from experiment import Trajectory
from figures.style import GRID, TRAIL_WIDTH, lane_style
from surfaces import Surface

MOST_DECADES = 16


def loss_figure(
    surface: Surface, trajectories: Sequence[Trajectory], names: Sequence[str], per: str = "step"
) -> go.Figure:
    """Each lane's loss, faintly, per "step" or per "evaluation"; customdata is the step.

    The loss axis is logarithmic unless a loss is negative.

    The axis spans the losses inside the view of the surface, so that a lane that diverges leaves
    the picture instead of flattening the others.
    """
    traces: list[dict[str, Any]] = []
    for lane, (trajectory, name) in enumerate(zip(trajectories, names, strict=True)):
        style = lane_style(lane)
        steps = np.arange(len(trajectory.loss))
        traces.append(
            {
                "type": "scatter",
                "x": steps if per == "step" else trajectory.evaluations,
                "y": trajectory.loss,
                "customdata": steps,
                "mode": "lines",
                "name": name,
                "line": {"color": style.faint, "width": TRAIL_WIDTH / 2},
                "hoverinfo": "skip",
                "meta": {"role": "path", "lane": lane},
            }
        )
    layout = {
        "margin": {"l": 52, "r": 12, "t": 8, "b": 34},
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": False,
        "dragmode": False,
        "showlegend": False,
        "uirevision": "race",
        "xaxis": {
            "title": {"text": "step" if per == "step" else "evaluations"},
            "range": [0, max(1, *(trace["x"][-1] for trace in traces))],
            "gridcolor": GRID,
            "zeroline": False,
        },
        "yaxis": {"title": {"text": "loss"}, "gridcolor": GRID, "zeroline": False, "nticks": 6}
        | _loss_axis(surface, trajectories),
    }
    return go.Figure(data=traces, layout=layout)


def _loss_axis(surface: Surface, trajectories: Sequence[Trajectory]) -> dict[str, object]:
    x0, x1, y0, y1 = surface.domain
    seen = []
    for trajectory in trajectories:
        x, y = trajectory.theta.T
        seen.append(trajectory.loss[(x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)])
    losses = np.concatenate(seen)
    if (losses < 0).any():
        low, high = float(losses.min()), float(losses.max())
        margin = 0.05 * (high - low or 1.0)
        return {"type": "linear", "range": [low - margin, high + margin]}
    positive = losses[losses > 0]
    high = float(np.log10(positive.max())) if positive.size else 0.0
    low = max(float(np.log10(positive.min())) if positive.size else 0.0, high - MOST_DECADES)
    margin = 0.05 * (high - low) or 0.5
    apart = (10 ** (high + margin) - 10 ** (low - margin)) / 4  # of ticks within a decade
    return {
        "type": "log",
        "range": [low - margin, high + margin],
        "exponentformat": "power",
        "dtick": max(1, round((high - low) / 5)) if high - low > 1 else f"L{apart:.1g}",
        "minor": {"showgrid": False},
    }
