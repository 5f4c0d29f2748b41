"""What a page needs to compute a race by itself while a hand drags: kernels, and their numbers.

A kernel is a module of JavaScript, printed of the rule or of the formula that runs here; a page
asks for it by its digest, once. Where there is none, a sentence says why.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import Experiment, Lane, Trajectory
from experiment.loop import bound
from experiment.noise import gaussian
from experiment.outcome import NEAR
from figures.profile import is_profile
from figures.relief import GRID_POINTS, Relief
from kernels import Untraceable, traced
from kernels.javascript import loss_module, rule_module, table
from kernels.losses import arguments
from kernels.tracing import settings
from surfaces import Surface

DIGITS = 3  # of the picture's width, to which a start is set


@dataclass(frozen=True)
class Live:
    """A race as a page computes it.

    Attributes:
        head: what static/live.js reads.
        files: digest -> what it asks for beside that.
        why: of each lane why the server has to draw it; empty where the page can.
    """

    head: Mapping[str, Any] | None
    files: Mapping[str, bytes] = field(default_factory=dict)
    why: tuple[str, ...] = ()


def live(experiment: Experiment, trajectories: Sequence[Trajectory], relief: Relief | None) -> Live:
    """What a page needs of a race that has run."""
    files: dict[str, bytes] = {}

    def file(content: bytes, ending: str) -> str:
        name = f"{hashlib.blake2b(content, digest_size=12).hexdigest()}.{ending}"
        files[name] = content
        return name

    def numbers(array: NDArray[np.float64] | None) -> str | None:
        return (
            None if array is None or not array.size else file(array.astype("<f8").tobytes(), "f64")
        )

    surface, steps = experiment.surface, experiment.steps
    reasons = [
        _reason(experiment, *each) for each in zip(experiment.lanes, trajectories, strict=True)
    ]
    if any(reasons) or relief is None:
        return Live(None, why=tuple(reasons))
    assert isinstance(surface, Surface)
    noise = None
    if experiment.noise:
        drawn = islice(gaussian(experiment.noise, experiment.seed, surface.size), steps)
        noise = numbers(np.array(list(drawn)))
    lanes = [
        {
            "rule": file(_rule(lane, surface, steps).encode(), "js"),
            "numbers": {name: float(value) for name, value in settings(lane.optimizer)},
            "factors": numbers(lane.factors(steps)),
            "table": numbers(_table(lane, surface, steps)),
            "clip": lane.clip,
            "penalty": lane.optimizer.decay_kind == "gradient",
        }
        for lane in experiment.lanes
    ]
    parameters = {p.name: p.symbol or p.name for p in surface.parameters}
    head = {
        "start": list(experiment.start),
        "digits": DIGITS - math.floor(math.log10(max(surface.domain.width))),
        "bound": bound(surface),
        "near": NEAR,
        "domain": list(surface.domain),
        "noise": noise,
        "lanes": lanes,
        "surface": {
            "loss": file(loss_module(surface).encode(), "js"),
            "numbers": arguments(surface),
            "free": list(parameters),
            "stays": all(not isinstance(n, str) for point in surface.minimizers for n in point),
        },
        "minima": [list(point) for point in surface.minima],
        "isProfile": is_profile(surface),
        "own": list(relief.own),
        "grid": GRID_POINTS,
        "low": relief.low,
        "high": relief.high,
        "per": experiment.per,
        "swarm": bool(experiment.swarm),
    }
    return Live(head, files, tuple(reasons))


def _rule(lane: Lane, surface: Surface, steps: int) -> str:
    return rule_module(traced(lane.optimizer.on(surface.shapes)), lane.factors(steps) is not None)


def _table(lane: Lane, surface: Surface, steps: int) -> NDArray[np.float64]:
    optimizer = lane.optimizer.on(surface.shapes)
    return table(traced(optimizer), dict(settings(optimizer)), steps, lane.factors(steps))


def _reason(experiment: Experiment, lane: Lane, trajectory: Trajectory) -> str:
    surface = experiment.surface
    if trajectory.outcome.cause == "spent":
        return "It costs more than a page may spend."
    if experiment.batch or not isinstance(surface, Surface) or surface.stream() is not None:
        return f"{surface.name} changes from step to step."
    try:
        traced(lane.optimizer.on(surface.shapes))
        loss_module(surface)
    except Untraceable as error:
        return str(error)
    return ""
