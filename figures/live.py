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

from experiment import Experiment, Lane, Trajectory, outcome
from experiment.loop import bound
from experiment.maps.theory import curvature, rate_limit
from experiment.noise import gaussian
from experiment.outcome import NEAR, REACH
from experiment.ribbon import BESIDE, DRAWN, STRANDS
from experiment.verdict import WORDS
from figures.contour import LINE
from figures.curves import MARGIN, MOST_DECADES
from figures.inspection import AVERAGES, FOLLOWED
from figures.path import LONGEST_CHORD, MOST_LABELS, MOST_PIECES, MOST_VERTICES
from figures.profile import is_profile
from figures.relief import DECADE, FLOOR, GRID_POINTS, LEVELS, LIFT, ROUND, Relief
from kept import TEXTS, Kept
from kernels import Untraceable, traced
from kernels.javascript import loss_module, rule_module, table
from kernels.losses import arguments
from kernels.tracing import settings
from surfaces import Surface, ground

ASKEW = 30.0  # degrees, at which no derivative is left out
DIGITS = 3  # of the picture's width, to which a start is set
JUDGED = ("reach", "stays", "tremble", "shrinks")
LIES = (
    *("ring", "turns", "rounding", "candidates", "zoom", "zooms"),
    *("vanishes", "slight", "level", "lines"),
)
JUDGES: Mapping[str, Any] = {
    "judged": {name: getattr(outcome, name.upper()) for name in JUDGED},
    "lies": {name: getattr(ground, name.upper()) for name in LIES},
}
"""What the judges of ends go by: numbers of `experiment.outcome` and of `surfaces.ground`."""

AS_HERE: Mapping[str, Any] = {
    **JUDGES,
    "words": WORDS,
    "levels": LEVELS,
    "round": ROUND,
    "decade": DECADE,
    "floor": FLOOR,
    "lift": LIFT,
    "line": LINE,
    "chord": LONGEST_CHORD,
    "pieces": MOST_PIECES,
    "vertices": MOST_VERTICES,
    "labels": MOST_LABELS,
    "strands": STRANDS,
    "beside": BESIDE,
    "reach": REACH,
    "ribbon": DRAWN,
    "followed": FOLLOWED,
    "averages": AVERAGES,
    "decades": MOST_DECADES,
    "margin": MARGIN,
}
"""By what a page draws a race as it is drawn here: by name, for what repeats each."""

_tables: Kept[tuple[str, str, int, bytes], NDArray[np.float64]] = Kept(TEXTS)


@dataclass(frozen=True)
class Live:
    """A race as a page computes it.

    Attributes:
        head: what static/live.js reads.
        files: digest -> what it asks for beside that.
        why: of each lane why the server has to draw it; empty where the page can.
        free: of each lane the numbers that can be changed.
    """

    head: Mapping[str, Any] | None
    files: Mapping[str, bytes] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    free: tuple[tuple[str, ...], ...] = ()

    def knows(self, sets: str) -> bool:
        """Whether the page can draw what comes of a lane's number, as in "0.lr"."""
        lane, _, name = sets.partition(".")
        return bool(self.free) and name in self.free[int(lane)]


class Files:
    """What a page asks for, each under its digest.

    Attributes:
        named: digest -> content.
    """

    def __init__(self) -> None:
        self.named: dict[str, bytes] = {}

    def module(self, text: str) -> str:
        """The name of a module of JavaScript."""
        return self._file(text.encode(), "js")

    def numbers(self, array: NDArray[np.float64] | None) -> str | None:
        """The name of some numbers; None of none."""
        if array is None or not array.size:
            return None
        return self._file(array.astype("<f8").tobytes(), "f64")

    def places(self, array: NDArray[np.float32]) -> str:
        """The name of numbers that are only drawn."""
        return self._file(array.astype("<f4").tobytes(), "f32")

    def _file(self, content: bytes, ending: str) -> str:
        name = f"{hashlib.blake2b(content, digest_size=12).hexdigest()}.{ending}"
        self.named[name] = content
        return name


def live(experiment: Experiment, trajectories: Sequence[Trajectory], relief: Relief | None) -> Live:
    """What a page needs of a race that has run."""
    surface = experiment.surface
    reasons = [
        "It costs more than a page may spend."
        if trajectory.outcome.cause == "spent"
        else reason(experiment, lane)
        for lane, trajectory in zip(experiment.lanes, trajectories, strict=True)
    ]
    if any(reasons) or relief is None:
        return Live(None, why=tuple(reasons))
    assert isinstance(surface, Surface)
    files, largest = Files(), curvature(surface)
    lanes = [lane_kernel(experiment, lane, files) for lane in experiment.lanes]
    shared = surface_kernel(experiment, surface, files)
    shared["surface"]["turned"] = _turned(surface, files)
    for lane, row in zip(experiment.lanes, lanes, strict=True):
        row["penalty"] = lane.optimizer.decay_kind == "gradient"
        row["limit"] = _limit(lane, largest)
    head = {
        "start": list(experiment.start),
        "digits": DIGITS - math.floor(math.log10(max(surface.domain.width))),
        **shared,
        "lanes": lanes,
        "isProfile": is_profile(surface),
        "own": list(relief.own),
        "grid": GRID_POINTS,
        "low": relief.low,
        "high": relief.high,
        "per": experiment.per,
        "as": AS_HERE,
        "swarm": bool(experiment.swarm),
    }
    graphs = (traced(lane.optimizer.on(surface.shapes)) for lane in experiment.lanes)
    free = [() if experiment.swarm else graph.settings for graph in graphs]
    return Live(head, files.named, tuple(reasons), tuple(free))


def lane_kernel(experiment: Experiment, lane: Lane, files: Files) -> dict[str, Any]:
    """A lane's rule and its numbers."""
    surface, steps = experiment.surface, experiment.steps
    optimizer, factors = lane.optimizer.on(surface.shapes), lane.factors(steps)
    graph, numbers = traced(optimizer), dict(settings(optimizer))
    rule = files.module(rule_module(graph, factors is not None))
    stated = {name: float(value) for name, value in numbers.items()}
    made = table(graph)
    key = rule, repr(stated), steps, b"" if factors is None else factors.tobytes()
    return {
        "rule": rule,
        "numbers": stated,
        "factors": files.numbers(factors),
        "table": files.numbers(_tables.get(key, lambda: made.array(numbers, steps, factors))),
        "clip": lane.clip,
    }


def surface_kernel(experiment: Experiment, surface: Surface, files: Files) -> dict[str, Any]:
    """What all lanes meet: the surface's formula and its numbers, and the noise."""
    noise = None
    if experiment.noise:
        drawn = islice(gaussian(experiment.noise, experiment.seed, surface.size), experiment.steps)
        noise = files.numbers(np.array(list(drawn)))
    return {
        "bound": bound(surface),
        "near": NEAR,
        "domain": list(surface.domain),
        "noise": noise,
        "surface": {
            "loss": files.module(loss_module(surface)),
            "numbers": arguments(surface),
            "free": [parameter.name for parameter in surface.parameters],
            "stays": bool(surface.minimizers)
            and not any(isinstance(n, str) for point in surface.minimizers for n in point),
        },
        "minima": [list(point) for point in surface.minima],
    }


def _turned(surface: Surface, files: Files) -> dict[str, Any]:
    """The formula to be turned any way: the surface's own leaves out what is 0 at its angle."""
    askew = surface.transformed(rotate=ASKEW)
    return {
        "loss": files.module(loss_module(askew)),
        "numbers": arguments(askew),
        "rotate": surface.transform.rotate,
    }


def _limit(lane: Lane, largest: float | None) -> float | None:
    """Theory's largest learning rate on a quadratic, of which this is the largest curvature."""
    limit = None if largest is None else rate_limit(lane, largest)
    return None if limit is None else float(limit)


def reason(experiment: Experiment, lane: Lane) -> str:
    """Why the server has to run a lane, in a sentence; empty where a page can."""
    surface = experiment.surface
    if experiment.batch or not isinstance(surface, Surface) or surface.stream() is not None:
        return f"{surface.name} changes from step to step."
    try:
        traced(lane.optimizer.on(surface.shapes))
        loss_module(surface)
    except Untraceable as error:
        return str(error)
    return ""
