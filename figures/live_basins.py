"""What a page needs to compute basins by itself: kernels, and how an end is told and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiment import Lane
from experiment.loop import bound
from experiment.maps import Basins, basins
from figures.basins import AGAINST, NAMED, OTHERS, hues, kinds_of_two
from figures.live import JUDGES, Files, Live, lane_kernel, reason, surface_kernel
from kernels import traced
from kernels.javascript import swarm_module


def live_basins(drawn: Basins) -> Live:
    """What a page needs of a map of basins; nothing of those that the server has to draw."""
    race, surface, shown = drawn.race, drawn.surface, drawn.lanes()
    reasons = tuple(reason(race, lane) for lane in shown)
    if any(reasons):
        return Live(None, why=reasons)
    files = Files()
    places = [int(each) - 1 for each in drawn.shown.split(",")]
    head = {
        **surface_kernel(race, surface, files),
        "steps": race.steps,
        "order": [str(place) for place in places],  # JavaScript sorts keys that are numbers
        "lanes": {
            str(place): {
                **lane_kernel(race, lane, files),
                "name": lane.name,
                "grid": drawn.grid_of(lane),
                "swarm": _swarm(drawn, lane, files),
            }
            for place, lane in zip(places, shown, strict=True)
        },
        "others": [str(i) for i in range(len(race.lanes)) if i not in places],
        "isFinite": surface.is_finite_within(bound(surface)),
        "arePoints": surface.minima_are_points,
        "isDifference": drawn.compare == "difference"
        and len(shown) == 2
        and len({drawn.grid_of(lane) for lane in shown}) == 1,
        "least": basins.MIN_GRID,
        "named": NAMED,
        "against": AGAINST,
        "digits": [basins.digits(width) for width in surface.domain.width.tolist()],
        **JUDGES,
        "apart": {
            "cell": basins.CELL,
            "line": basins.LINE,
            "lines": basins.LINES,
            "level": basins.LEVEL,
        },
        "looks": {
            "hues": [kind.look for kind in hues()],
            "others": [{"kind": name, **kind.look} for name, kind in OTHERS.items()],
            "two": [kind.look for kind in kinds_of_two(drawn)],
        },
    }
    return Live(head, files.named, reasons)


def _swarm(drawn: Basins, lane: Lane, files: Files) -> str:
    graph = traced(lane.optimizer.on(drawn.surface.shapes))
    return files.module(swarm_module(graph, lane.factors(drawn.race.steps) is not None))


def followed(drawn: Basins) -> Paths:
    """Where some starts of each lane go, for a page that cannot compute it."""
    files = Files()
    rows = []
    for lane in drawn.lanes():
        name = files.places(drawn.followed(lane))
        rows.append({"file": name, "every": drawn.every(lane)})
    return Paths(rows, files.named)


@dataclass(frozen=True)
class Paths:
    """What a page plays of runs that it cannot compute.

    Attributes:
        lanes: of each the file of its numbers, and each how manyth start along each side is in it.
        files: digest -> content.
    """

    lanes: Sequence[Mapping[str, Any]]
    files: Mapping[str, bytes]
