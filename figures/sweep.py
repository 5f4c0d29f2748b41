"""What becomes of lanes along one hyperparameter, as curves, or along two, as heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from experiment import Ends, Lane, called, short
from experiment.maps import Axis, Sweep
from experiment.maps.theory import curvature, rate_limit
from figures.basins import OTHERS
from figures.cells import SHADES, VALUE, Kind, cells, mixed, nth, portion, titled
from figures.figure import figure
from figures.style import COLORS, GRID, INK, TRAIL_WIDTH, lane_style

Array = NDArray[np.float64]

DEEP = "#1F4E79"  # the best cells of a heat map
BESIDE = 2  # heat maps
THICK = 6  # rows of a strip, so that its patterns are seen
PANEL = 330  # pixels of each
MOST_DECADES = 16
MEASURED = {"loss": "final loss", "evaluations": "evaluations to {}", "outcome": "outcome"}
LIMIT = {"color": COLORS[0], "width": 3, "dash": "dot"}  # of theory, on cells
REACHED = Kind("rests at a minimum", f", from step {VALUE}", COLORS[2])


def measure_words(sweep: Sweep) -> str:
    """What is drawn: "median final loss"."""
    words = MEASURED[sweep.measure].format(f"a loss of {sweep.goal:g}")
    return words if sweep.runs == 1 or sweep.measure == "outcome" else f"median {words}"


def sweep_figure(sweep: Sweep, ends: Sequence[Ends]) -> go.Figure:
    """Curves over one axis or heat maps over two; outcomes are cells either way.

    Traces carry in `meta` {"role": "cells" or "curve", "lane": index}, and cells, whether they are
    a "strip" that is the same in all its rows; upright lines, and curves
    {"role": "limit"}, are up to which learning rate theory says that a lane converges.
    """
    x, y = sweep.axes
    if y is None and sweep.measure != "outcome":
        return _curves(sweep, x, ends)
    return _maps(sweep, x, y, ends)


def height(sweep: Sweep) -> int:
    """How many pixels the figure is high."""
    if sweep.axes[1] is None:
        return 420 if sweep.measure != "outcome" else 110 + 46 * len(sweep.race.lanes)
    return PANEL * -(-len(sweep.race.lanes) // BESIDE) + 60 if len(sweep.race.lanes) > 1 else 460


def _curves(sweep: Sweep, x: Axis, ends: Sequence[Ends]) -> go.Figure:
    place, ticks = _along(x)
    traces: list[dict[str, Any]] = []
    middles = [[part[0] for part in sweep.middle(each)] for each in ends]
    finite = np.concatenate([np.r_[*each][np.isfinite(np.r_[*each])] for each in middles])
    positive = finite[finite > 0]
    is_log = bool(finite.size and (finite >= 0).all() and positive.size)
    floor = float(positive.max()) / 10.0**MOST_DECADES if is_log else -np.inf
    top = float(finite.max()) if finite.size else 1.0
    lost = top * 10 if is_log else top + (np.ptp(finite) or 1.0) * 0.1
    for i, (name, (low, middle, high)) in enumerate(zip(called(sweep.race), middles, strict=True)):
        style = lane_style(i)
        low, middle, high = (np.maximum(part, floor) for part in (low, middle, high))
        if sweep.runs > 1:
            within = np.isfinite(low) & np.isfinite(high)
            around = np.r_[place[within], place[within][::-1]]
            traces.append(
                {
                    "type": "scatter",
                    "x": around,
                    "y": np.r_[low[within], high[within][::-1]],
                    "mode": "none",
                    "fill": "toself",
                    "fillcolor": style.color + "33",
                    "hoverinfo": "skip",
                    "showlegend": False,
                    "meta": {"role": "quartiles", "lane": i},
                }
            )
        traces.append(
            {
                "type": "scatter",
                "x": place,
                "y": np.where(np.isfinite(middle), middle, np.nan),
                "customdata": [f"{value:g}" for value in x.values],
                "mode": "lines+markers",
                "name": name,
                "marker": {"size": 5, "color": style.color},
                "line": {"color": style.color, "width": TRAIL_WIDTH, "dash": style.dash},
                "hovertemplate": f"{x.key} %{{customdata}}: %{{y:.4g}}<extra>{name}</extra>",
                "meta": {"role": "curve", "lane": i},
            }
        )
        gone = ~np.isfinite(middle)
        never = "never as low" if sweep.measure == "evaluations" else "diverged"
        traces.append(
            {
                "type": "scatter",
                "x": place[gone],
                "y": np.full(int(gone.sum()), lost),
                "customdata": [f"{value:g}" for value in x.values[gone]],
                "mode": "markers",
                "marker": {"symbol": "x-thin-open", "size": 8, "color": style.color},
                "hovertemplate": f"{x.key} %{{customdata}}: {never}<extra>{name}</extra>",
                "showlegend": False,
                "meta": {"role": "curve", "lane": i, "at": np.flatnonzero(gone).tolist()},
            }
        )
    shapes, notes = _limits(sweep, x)
    layout = {
        "margin": {"l": 64, "r": 12, "t": 24, "b": 48},
        "dragmode": "zoom",
        "hovermode": "closest",
        "showlegend": len(sweep.race.lanes) > 1,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "uirevision": sweep.kind,
        "xaxis": {**ticks, "gridcolor": GRID, "zeroline": False},
        "yaxis": {
            "type": "log" if is_log else "linear",
            "gridcolor": GRID,
            "zeroline": False,
            "exponentformat": "power",
            "title": {"text": measure_words(sweep)},
        },
        "shapes": shapes,
        "annotations": notes,
    }
    return figure(traces, layout)


def _limits(sweep: Sweep, x: Axis) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Theory's limits of the learning rate as upright lines with words."""
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for i, lane, limit in limits(sweep):
        at = np.log10(limit) if x.scale == "log" else limit
        if x.low <= limit <= x.high:
            color = lane_style(i).color
            line = {"color": color, "width": 1.5, "dash": "dot"}
            across = {"x0": limit, "x1": limit, "yref": "paper", "y0": 0, "y1": 1}
            shapes.append({"type": "line", **across, "line": line})
            words = f"{lane.optimizer.name}’s limit {limit:.4g}"
            # Plotly wants a logarithmic axis' own number for words, and the value for lines.
            place = {"x": at, "y": 0.98 - 0.08 * len(notes), "yref": "paper", "xanchor": "right"}
            notes.append({"text": words, **place, "showarrow": False})
    return shapes, notes


def limits(sweep: Sweep) -> list[tuple[int, Lane, float]]:
    """Of each lane for which there is theory: its place, itself, and the largest learning rate."""
    largest = curvature(sweep.surface)
    if largest is None or sweep.x.key != "lr" or sweep.y is not None:
        return []
    found = [(i, lane, rate_limit(lane, largest)) for i, lane in enumerate(sweep.race.lanes)]
    return [(i, lane, float(limit)) for i, lane, limit in found if limit is not None]


def _limit_curve(sweep: Sweep, lane: Lane, panel: int) -> list[dict[str, Any]]:
    """Theory's limit of the learning rate over momentum, where these are the axes."""
    x, y = sweep.axes
    largest = curvature(sweep.surface)
    if y is None or largest is None or "lr" not in (x.key, y.key):
        return []
    rates, other = (x, y) if x.key == "lr" else (y, x)
    beta = other.values if other.key == "momentum" else None
    limit = rate_limit(lane, largest, beta)
    if limit is None or not (other.key == "momentum" or not limit.ndim):
        return []
    limit = np.broadcast_to(limit, other.values.shape)
    there = (limit >= rates.low) & (limit <= rates.high)
    along, across = _stand(rates, limit[there]), _stand(other, other.values[there])
    place = (along, across) if rates is x else (across, along)
    return [
        {
            "type": "scatter",
            **dict(zip("xy", place, strict=True)),
            "mode": "lines",
            "line": LIMIT,
            "hoverinfo": "skip",
            "showlegend": False,
            "meta": {"role": "limit"},
            "xaxis": f"x{nth(panel)}",
            "yaxis": f"y{nth(panel)}",
        }
    ]


def _stand(axis: Axis, values: Array) -> Array:
    """Where values stand on an axis as it is drawn."""
    return -np.log10(1 - values) if axis.scale == "complement" else values


def _along(axis: Axis) -> tuple[Array, dict[str, Any]]:
    """Where an axis' values stand, and what Plotly is told of it."""
    values, place = axis.values, _stand(axis, axis.values)
    title = {"text": axis.key}
    if axis.scale == "complement":
        nines = np.arange(np.ceil(place[0]), np.floor(place[-1]) + 1)
        stated = np.unique(np.r_[0.0, 0.5, 1 - 10.0**-nines])
        ticks = stated[(stated >= values[0]) & (stated <= values[-1])]
        text = [f"{value:g}" for value in ticks]
        return place, {"tickvals": _stand(axis, ticks), "ticktext": text, "title": title}
    scale = "log" if axis.scale == "log" else "linear"
    return place, {"type": scale, "title": title, "exponentformat": "power"}


def _around(axis: Axis) -> list[float]:
    """From the first cell's outer side to the last's, in Plotly's numbers for an axis."""
    place = _stand(axis, axis.values)
    place = np.log10(place) if axis.scale == "log" else place
    low, high = (float(a + (a - b) / 2) for a, b in ((place[0], place[1]), (place[-1], place[-2])))
    return [low, high]


def _maps(sweep: Sweep, x: Axis, y: Axis | None, ends: Sequence[Ends]) -> go.Figure:
    lanes = sweep.race.lanes
    levels = _Levels(sweep, ends)
    place_x, ticks_x = _along(x)
    place_y, ticks_y = _along(y) if y else (np.arange(float(THICK)), {"visible": False})
    ticks_x |= {"range": _around(x)}
    ticks_y |= {"range": _around(y)} if y else {"fixedrange": True}
    traces: list[dict[str, Any]] = []
    for i, each in enumerate(ends):
        kinds, which, shade, values = levels.of(each)
        rows = np.arange(len(which)) if y else np.zeros(THICK, np.int_)
        one = cells(kinds, which[rows], shade[rows], np.asarray(values)[rows], place_x, place_y)
        one["meta"] |= {"lane": i, "strip": y is None}
        traces.append(one | {"xaxis": f"x{nth(i)}", "yaxis": f"y{nth(i)}"})
        best = sweep.best(each) if sweep.measure != "outcome" else None
        if best is not None:
            traces.append(
                {
                    "type": "scatter",
                    "x": [place_x[best[1]]],
                    "y": [place_y[best[0]]],
                    "mode": "markers",
                    "marker": {
                        "symbol": "circle",
                        "size": 11,
                        "color": "#FFFFFF",
                        "line": {"color": INK, "width": 2},
                    },
                    "hoverinfo": "skip",
                    "showlegend": False,
                    "meta": {"role": "best"},
                    "xaxis": f"x{nth(i)}",
                    "yaxis": f"y{nth(i)}",
                }
            )
        traces += _limit_curve(sweep, lanes[i], i)
    across = min(BESIDE, len(lanes)) if y else 1
    down = -(-len(lanes) // across)
    layout: dict[str, Any] = {
        "margin": {"l": 64, "r": 12, "t": 28, "b": 48},
        "dragmode": "zoom",
        "hovermode": "closest",
        "showlegend": False,
        "uirevision": sweep.kind,
        "annotations": [],
        "shapes": [],
    }
    for i, _, limit in limits(sweep):
        if x.low <= limit <= x.high:
            on = {"xref": f"x{nth(i)}", "yref": f"y{nth(i)} domain"}
            upright = {"x0": limit, "x1": limit, "y0": 0, "y1": 1}
            layout["shapes"].append({"type": "line", **on, **upright, "line": LIMIT})
    for i, name in enumerate(called(sweep.race)):
        row, column = divmod(i, across)
        part_x = portion(column, across, 0.03)
        part_y = [1 - end for end in reversed(portion(row, down, (0.16 if y else 0.4) / down))]
        axis_x, axis_y = dict(ticks_x), dict(ticks_y)
        if i + across < len(lanes):  # another is below, or beside, which has the same axis
            axis_x.pop("title")
            axis_x |= {"showticklabels": bool(y)}
        if column:
            axis_y.pop("title")
            axis_y |= {"showticklabels": False}
        for letter, axis, part, other in (("x", axis_x, part_x, "y"), ("y", axis_y, part_y, "x")):
            layout[f"{letter}axis{nth(i)}"] = {
                **axis,
                "domain": part,
                "anchor": f"{other}{nth(i)}",
                "showgrid": False,
                "zeroline": False,
                **({"matches": letter} if i else {}),
            }
        layout["annotations"].append(titled(name, nth(i)))
    return figure(traces, layout)


class _Levels:
    """How cells are coloured, alike for all lanes."""

    def __init__(self, sweep: Sweep, ends: Sequence[Ends]) -> None:
        self.sweep = sweep
        middles = [sweep.middle(each)[1] for each in ends] if sweep.measure != "outcome" else []
        finite = np.concatenate([[], *(each[np.isfinite(each)] for each in middles)])
        self.is_log = bool(finite.size and (finite >= 0).all() and (finite > 0).any())
        self.floor = float(finite.max()) / 10.0**MOST_DECADES if self.is_log else -np.inf
        found = self._height(finite)
        self.low, self.high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
        if sweep.measure == "loss":  # what ends higher than it began is all alike
            began = sweep.surface.value(np.array(sweep.race.start))
            self.high = max(self.low, min(self.high, float(self._height(began))))

    def _height(self, values: Array) -> Array:
        higher = np.maximum(values, self.floor)
        return np.log10(higher) if self.is_log else higher

    def of(
        self, ends: Ends
    ) -> tuple[list[Kind], NDArray[np.int_], Array, NDArray[Any] | list[list[str]]]:
        """The kinds, and of each cell its kind, its shade and its number."""
        if self.sweep.measure == "outcome":
            return self._outcomes(ends)
        words = measure_words(self.sweep)
        never = "never as low" if self.sweep.measure == "evaluations" else "diverges"
        diverged = OTHERS["diverged"]
        lost = Kind(never, "", diverged.color, diverged.other, "stripes")
        _, middle, _ = self.sweep.middle(ends)
        gone = ~np.isfinite(middle)
        with np.errstate(invalid="ignore"):
            shade = (self._height(np.where(gone, 0.0, middle)) - self.low) / (
                self.high - self.low or 1.0
            )
        values = [[short(float(value)) for value in row] for row in middle]
        return [Kind(words, f" {VALUE}", DEEP), lost], gone.astype(np.int_), shade, values

    def _outcomes(self, ends: Ends) -> tuple[list[Kind], NDArray[np.int_], Array, NDArray[Any]]:
        names = ["converged", *OTHERS]
        kinds = [REACHED, *OTHERS.values()]
        counts = np.stack([(ends.kind == name).sum(axis=-1) for name in names])
        which = counts.argmax(axis=0)
        step = np.median(ends.step, axis=-1).astype(np.int_)
        late = np.log1p(step) / np.log1p(max(int(step.max()), 1))
        return kinds, which, late, step


def legend(sweep: Sweep, ends: Sequence[Ends]) -> list[tuple[str, str]]:
    """How what is drawn looks, as a CSS background, and what it means; none for curves."""
    _, y = sweep.axes
    if sweep.measure == "outcome":
        there = {name for each in ends for name in np.unique(each.kind)}
        kinds = [("converged", REACHED), *OTHERS.items()]
        return [(kind.background, kind.words) for name, kind in kinds if name in there]
    if y is None:
        return []
    levels = _Levels(sweep, ends)
    low, high = (10**end if levels.is_log else end for end in (levels.low, levels.high))
    deep = short(low) + " or less" * bool(np.isclose(low, levels.floor, atol=0.0))
    shades = f"{measure_words(sweep)}, from {deep} (dark) to {short(high)} or more (pale)"
    lost = "never as low" if sweep.measure == "evaluations" else "diverges"
    spread = ", ".join(mixed(DEEP, 0.72 * i / (SHADES - 1)) for i in range(SHADES))
    return [
        (f"linear-gradient(90deg, {spread})", shades),
        (OTHERS["diverged"].background, lost),
        (f"radial-gradient(circle, #FFFFFF 4px, {INK} 4px 6px, {DEEP} 6px)", "the best place"),
    ]
