"""What a page needs to compute basins by itself: kernels, and how an end is told and drawn."""

from __future__ import annotations

from experiment import outcome
from experiment.loop import bound
from experiment.maps import Basins, basins
from figures.basins import NAMED, OTHERS, hues, kinds_of_two
from figures.live import Files, Live, lane_kernel, reason, surface_kernel
from surfaces import ground

JUDGED = ("reach", "stays", "tremble", "shrinks")
LIES = (
    *("ring", "turns", "rounding", "candidates", "zoom", "zooms"),
    *("vanishes", "slight", "level", "lines"),
)
"""What the judges of ends go by: numbers of `experiment.outcome` and of `surfaces.ground`."""


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
        "lanes": {
            str(place): lane_kernel(race, lane, files)
            | {"name": lane.name, "grid": drawn.grid_of(lane)}
            for place, lane in zip(places, shown, strict=True)
        },
        "others": [str(i) for i in range(len(race.lanes)) if i not in places],
        "isFinite": surface.is_finite_within(bound(surface)),
        "arePoints": surface.minima_are_points,
        "isDifference": drawn.compare == "difference" and len(shown) == 2,
        "least": basins.MIN_GRID,
        "named": NAMED,
        "digits": [basins.digits(width) for width in surface.domain.width.tolist()],
        "judged": {name: getattr(outcome, name.upper()) for name in JUDGED},
        "lies": {name: getattr(ground, name.upper()) for name in LIES},
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
