"""How many targets each lane has reached after how many evaluations, or two lanes' ratio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from experiment import called
from experiment.maps import Benchmark, Scores
from figures.figure import figure
from figures.style import GRID, TRAIL_WIDTH, lane_style

BENCHMARK_HEIGHT = 460
ROOM = 1.2  # beyond the largest ratio, so that one sees where the curves end


def benchmark_figure(benchmark: Benchmark, scores: Sequence[Scores]) -> go.Figure:
    """Steps that rise to the share of targets that were reached.

    Each lane is a trace with {"role": "curve", "lane": index} in `meta`; its n-th point is the n-th
    of `behind`, and the last, without a run, is where the budget ends. The legend goes by the
    height at which the curves end.
    """
    curves = _curves(benchmark, scores)
    size = scores[0].reached.size
    ends = {lane: len(took) for lane, took, _ in curves}
    ratio = is_ratio(benchmark)
    last = max((float(took[-1]) for _, took, _ in curves if len(took)), default=1.0) * ROOM
    traces: list[dict[str, Any]] = []
    names = called(benchmark.race)
    for lane, took, _ in curves:
        style, end = lane_style(lane), last
        if not ratio:
            end = max(float(scores[lane].evaluations.max()), float(took[-1]) if len(took) else 1.0)
        share = np.arange(1, len(took) + 1) / size
        traces.append(
            {
                "type": "scatter",
                "x": np.r_[took, end],
                "y": 100 * np.r_[share, share[-1] if len(took) else 0.0],
                "customdata": [*(f"{value:.4g}" for value in took), "the end"],
                "mode": "lines",
                "name": names[lane],
                "legendrank": 1000 - ends[lane] / size,
                "line": {
                    "color": style.color,
                    "width": TRAIL_WIDTH,
                    "dash": style.dash,
                    "shape": "hv",
                },
                "hovertemplate": f"%{{customdata}}: %{{y:.3g}} %<extra>{names[lane]}</extra>",
                "meta": {"role": "curve", "lane": lane},
            }
        )
    words = "evaluations of losses, gradients and Hessians"
    layout = {
        "margin": {"l": 64, "r": 12, "t": 24, "b": 48},
        "dragmode": "zoom",
        "hovermode": "closest",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "uirevision": benchmark.picture,
        "xaxis": {
            "type": "log",
            "gridcolor": GRID,
            "zeroline": False,
            "exponentformat": "power",
            "title": {"text": "times the evaluations of the better of the two" if ratio else words},
        },
        "yaxis": {
            "range": [0, 102],
            "gridcolor": GRID,
            "zeroline": False,
            "ticksuffix": " %",
            "title": {"text": "targets reached"},
        },
    }
    return figure(traces, layout)


def is_ratio(benchmark: Benchmark) -> bool:
    """Whether two lanes are compared by the ratio of what they took."""
    return benchmark.picture == "ratio" and benchmark.pair is not None


def behind(benchmark: Benchmark, scores: Sequence[Scores], lane: int, point: int) -> int | None:
    """Which of `Scores.reached` is behind a point of a lane's curve; None for none."""
    for drawn, _, order in _curves(benchmark, scores):
        if drawn == lane and point < len(order):
            return int(order[point])
    return None


def _curves(benchmark: Benchmark, scores: Sequence[Scores]) -> list[tuple[int, Any, Any]]:
    """Of each lane that is drawn its place, what it took, rising, and of which target."""
    if is_ratio(benchmark):
        assert benchmark.pair is not None
        pairs = zip(benchmark.pair, benchmark.ratios(scores), strict=True)
        return [(lane, *found) for lane, found in pairs]
    return [(lane, *benchmark.taken(each)) for lane, each in enumerate(scores)]
