"""Maps: what becomes of many runs at once, each a value with its link, beside the race."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from experiment.maps.axis import SCALES, Axis, swept, usual_axis
from experiment.maps.base import MAX_MAP, Map
from experiment.maps.basins import MAX_GRID, MIN_GRID, Basins, Minimum, Regions, regions
from experiment.maps.benchmark import MOST_SURFACES, Benchmark, Scores, benched
from experiment.maps.sweep import MEASURES, Sweep, Tuned
from experiment.maps.theory import rate_limit
from surfaces import Data

KINDS: Mapping[str, type[Map]] = {cls.kind: cls for cls in (Basins, Sweep, Benchmark)}
"""Every kind of map, under its name in links."""


def read_map(query: str | Mapping[str, str | list[str]], data: Iterable[Data] = ()) -> Map:
    """The map of a link, of whichever kind. Raises nothing: see `Experiment.from_query`.

    A race's link is one, too: of its surface and lanes.
    """
    data = tuple(data)
    kind: Any = Map.read(query, data, KINDS)["kind"]
    return KINDS[kind].from_query(query, data, KINDS)


__all__ = [
    "KINDS",
    "MAX_GRID",
    "MAX_MAP",
    "MEASURES",
    "MIN_GRID",
    "MOST_SURFACES",
    "SCALES",
    "Axis",
    "Basins",
    "Benchmark",
    "Map",
    "Minimum",
    "Regions",
    "Scores",
    "Sweep",
    "Tuned",
    "benched",
    "rate_limit",
    "read_map",
    "regions",
    "swept",
    "usual_axis",
]
