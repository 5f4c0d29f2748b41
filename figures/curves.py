"""The race in time: a curve of each lane, step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import CURVES, Drawn, Experiment, Lane, Trajectory
from figures.figure import picture
from figures.inspection import effective_rate
from figures.plane import Plane
from figures.style import GRID, axis_name, number_text
from figures.thinned import thinned
from surfaces import Surface

Array = NDArray[np.float64]

MOST_DECADES = 16
MARGIN = 0.05  # of what an axis shows, on each side
NARROWEST = 0.3  # decades of an axis over time
LABELS = {
    "loss": "loss",
    "gap": "gap to minimum",
    "gradient_norm": "gradient norm",
    "step_length": "step length",
    "distance": "distance to lowest minimum",
    "sharpness": "largest curvature",
}
TIMES = {"step": "step", "evaluation": "evaluations", "epoch": "epochs"}


def curve_names(experiment: Experiment, trajectories: Sequence[Trajectory]) -> dict[str, str]:
    """The curves that there are of a race, and what each is called.

    Those of `experiment.CURVES` that the surface has, the effective learning rate "lr.x" and
    "lr.y", and every component of a state, as "m.x", or "d" where it is one number.
    """
    names = dict(LABELS)
    if not experiment.surface.minima:
        del names["gap"]
    if not experiment.surface.minima or not experiment.surface.minima_are_points:
        del names["distance"]
    if not isinstance(experiment.surface, Surface):
        del names["sharpness"]
    axes = _axes(experiment.surface)
    names |= {f"lr.{letter}": f"effective lr of {axis}" for letter, axis in axes.items()}
    for trajectory in trajectories:
        for key, values in trajectory.state.items():
            if key == "step":
                names |= {f"step.{c}": f"step along {axis}" for c, axis in axes.items()}
            elif values.ndim == 1:
                names[key] = f"state {key}"
            elif values.shape[1:] == (experiment.surface.size,):
                names |= {f"{key}.{c}": f"state {key} of {axis}" for c, axis in axes.items()}
    return names


def coordinate_names(surface: Surface | Drawn) -> list[str]:
    """What the coordinates are called; of many, those worth a look, which come first."""
    names = surface.axes if isinstance(surface, Surface) else surface.coordinates
    return [axis_name(name) for name in names]


def _axes(surface: Surface | Drawn) -> dict[str, str]:
    """The letter and the name of each coordinate, if there are no more than two."""
    names = coordinate_names(surface)
    return dict(zip("xy", names, strict=False)) if surface.size <= 2 else {}


def curve_values(experiment: Experiment, lane: Lane, trajectory: Trajectory, curve: str) -> Array:
    """One curve of one run, (T+1,); nan where there is none, as before the first step."""
    surface, theta = experiment.surface, trajectory.theta
    minima = np.array(surface.minima).reshape(-1, 2)
    key, _, axis = curve.partition(".")
    with np.errstate(all="ignore"):
        if curve == "loss":
            return trajectory.loss
        if curve == "gap":
            # As low as the minimum that is known, but for rounding, is no gap.
            return np.maximum(trajectory.loss - surface.value(minima.T).min(), 0.0)
        if curve == "gradient_norm":
            return _norm(trajectory.gradient)
        if curve == "step_length":
            return np.append(np.nan, _norm(np.diff(theta, axis=0)))
        if curve == "distance":
            return np.hypot(*(theta[:, None] - minima).transpose(2, 0, 1)).min(axis=1)
        if curve == "sharpness":
            return experiment.plane.sharpness(theta.T)
        if key == "step":
            return np.append(np.nan, np.diff(theta[:, "xy".index(axis)]))
        if key == "lr":
            return effective_rate(lane.optimizer, trajectory)[:, "xy".index(axis)]
        values = trajectory.state.get(key)
        if values is None or values.shape[1:] != (theta.shape[1:] if axis else ()):
            return np.full(len(theta), np.nan)
        return np.append(np.nan, values[:, "xy".index(axis)] if axis else values)


def curve_figure(experiment: Experiment, trajectories: Sequence[Trajectory]) -> Plane:
    """The experiment's curve of each lane.

    The axis is logarithmic unless a value is negative, or as the experiment says. It spans the
    values inside the view of the surface and down to lower ones, so that a lane that diverges
    leaves the picture instead of flattening the others.
    """
    names = curve_names(experiment, trajectories)
    curve = experiment.curve if experiment.curve in names else CURVES[0]
    lanes: list[dict[str, NDArray[Any]]] = []
    for lane, trajectory in zip(experiment.lanes, trajectories, strict=True):
        values = curve_values(experiment, lane, trajectory, curve)
        drawn, steps = thinned(values[:, None]), np.arange(len(values))
        time = _time(experiment, trajectory, steps)[drawn]
        lanes.append({"x": time, "y": values[drawn], "step": drawn})
    curves = [each["y"] for each in lanes]
    seen = [
        _seen(experiment, t, each["y"], each["step"])
        for t, each in zip(trajectories, lanes, strict=True)
    ]
    layout = {
        "margin": {"l": 60, "r": 12, "t": 8, "b": 34},
        "hovermode": False,
        "dragmode": False,
        "showlegend": False,
        "uirevision": f"race {experiment.time_scale}",
        "xaxis": {"title": {"text": TIMES[experiment.per]}, "gridcolor": GRID, "zeroline": False}
        | _time_axis(experiment, [each["x"] for each in lanes]),
        "yaxis": {"title": {"text": names[curve]}, "gridcolor": GRID, "zeroline": False}
        | {"nticks": 6, "ticklabelstandoff": 7}  # heads stand on the axis at the start
        | _axis(np.concatenate(seen), curves, experiment.curve_scale),
    }
    return Plane(picture([], layout), lanes)


def _norm(rows: Array) -> Array:
    norms: Array = np.hypot.reduce(rows, axis=1)
    return norms


def _time(experiment: Experiment, trajectory: Trajectory, steps: NDArray[np.int_]) -> NDArray[Any]:
    if experiment.per == "evaluation":
        return trajectory.evaluations
    return steps * _epoch(experiment) if experiment.per == "epoch" else steps


def _time_axis(experiment: Experiment, times: Sequence[NDArray[Any]]) -> dict[str, object]:
    """From the start to the last step of all, or on a logarithmic axis from the first."""
    least = _epoch(experiment) if experiment.per == "epoch" else 1.0  # where no lane took a step
    last = float(max(*(time[-1] for time in times), least))
    if experiment.time_scale == "linear":
        return {"type": "linear", "range": [0, last]}
    first = min([*(float(time[1]) for time in times if len(time) > 1), last])
    low, high = np.log10(first), np.log10(last)
    ends = [low, max(high, low + NARROWEST)]
    return {"type": "log", "range": ends, "exponentformat": "none"}


def _epoch(experiment: Experiment) -> float:
    return experiment.epochs / experiment.steps


def _seen(
    experiment: Experiment, trajectory: Trajectory, values: Array, rows: NDArray[np.int_]
) -> Array:
    theta = experiment.surface.drawn(trajectory.theta)[rows].T
    inside: Array = values[experiment.surface.domain.contains(theta)]
    return inside[np.isfinite(inside)]


def _not_below(floor: float, curves: Sequence[Array]) -> Array:
    """The finite values of the curves that stay at or above a floor."""
    finite = (curve[np.isfinite(curve)] for curve in curves)
    return np.concatenate([[], *(curve for curve in finite if (curve >= floor).all())])


def _axis(values: Array, curves: Sequence[Array], scale: str) -> dict[str, object]:
    if scale == "linear" or (not scale and (values < 0).any()):
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        # What falls without end leaves the picture, as what rises does.
        low = float(_not_below(min(0.0, low - (high - low)), curves).min(initial=low))
        margin = MARGIN * (high - low or abs(high) or 1.0)
        return {"type": "linear", "range": [low - margin, high + margin]}
    positive = values[values > 0]
    high = float(np.log10(positive.max())) if positive.size else 0.0
    lower = np.append(positive, _not_below(0.0, curves))
    low = float(np.log10(lower[lower > 0]).min(initial=high))
    low = max(low, high - MOST_DECADES)
    margin = MARGIN * (high - low) or 0.5
    low, high = low - margin, high + margin
    ticks = _log_ticks(low, high)
    return {
        "type": "log",
        "range": [low, high],
        "tickvals": ticks,
        "ticktext": [number_text(tick) for tick in ticks],
    }


def _log_ticks(low: float, high: float) -> list[float]:
    """Round numbers from 10**low to 10**high: powers of ten, or where these are few, more."""
    first, last = math.floor(low), math.ceil(high)
    for parts, every in (((1,), max(1, round((high - low) / 5))), ((1, 2, 5), 1)):
        rising = [float(f"{part}e{k}") for k in range(first, last + 1, every) for part in parts]
        ticks = [tick for tick in rising if tick and low <= math.log10(tick) <= high]
        if len(ticks) > 2:
            return ticks
    lowest, highest = 10.0**low, 10.0 ** min(high, 308)
    span = highest - lowest
    if span < 1e-300:  # at the ends of what floats can be
        return ticks
    power = 10.0 ** math.floor(math.log10(span / 3))
    apart = max(part * power for part in (1, 2, 5) if part * power <= span / 3)
    count = range(math.ceil(lowest / apart), math.floor(highest / apart) + 1)
    return [float(f"{k * apart:.12g}") for k in count]
