"""The forms in which a map can be taken away, beside its pictures, which the page makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiment import Ends
from experiment.maps import Benchmark, Map
from exports.map_script import map_script, refusal
from exports.map_table import map_table


@dataclass(frozen=True)
class MapForm:
    """A form in which a map can be taken away.

    Attributes:
        ending: of the file's name.
        name, summary: for people.
        mime: its media type.
        make: a map and the ends of its lanes -> the text.
        refuses: a map -> why there is no such file of it, in a sentence; empty if there is.
    """

    ending: str
    name: str
    summary: str
    mime: str
    make: Callable[[Map, Sequence[Ends]], str]
    refuses: Callable[[Map], str] = lambda _: ""


MAP_FORMS = (
    MapForm(".csv", "CSV", "Every run of the map, as a table.", "text/csv", map_table),
    MapForm(
        ".py",
        "NumPy script",
        "Repeats how every run ends, with NumPy alone.",
        "text/x-python",
        map_script,
        refusal,
    ),
)


def map_name(a_map: Map) -> str:
    """A name for a file of it, without the ending."""
    keys = dict.fromkeys(lane.optimizer.key for lane in a_map.lanes())
    on = [] if isinstance(a_map, Benchmark) else [a_map.surface.key]
    return re.sub(r"[^a-z0-9]+", "-", "-".join([a_map.kind, *on, *keys]))[:80]
