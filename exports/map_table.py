"""A map in numbers: one row a run, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from experiment import Ends
from experiment.maps import Basins, Map, Sweep, regions

ENDS = ("outcome", "step", "loss", "end_x", "end_y", "evaluations")


def map_table(a_map: Map, ends: Sequence[Ends]) -> str:
    """Each run of each lane: where it began or what was set, and how it ended. Floats read back.

    Of basins "minimum" is the number of the one that it reached, the lowest first; of a sweep "run"
    counts those at one place, and "reached" is after how many evaluations it was as low as the
    target, where that was asked for.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if isinstance(a_map, Basins):
        found = regions(a_map.surface, ends)
        writer.writerow(["lane", "name", "x", "y", *ENDS, "minimum"])
        for i, (lane, each) in enumerate(zip(a_map.lanes(), ends, strict=True)):
            number = [n + 1 if n >= 0 else "" for n in found.place[i].reshape(-1).tolist()]
            starts = a_map.starts(len(each.kind)).reshape(2, -1).tolist()
            _write(writer, i + 1, lane.name, starts, each, number)
    elif isinstance(a_map, Sweep):
        x, y = a_map.axes
        keys = [axis.key for axis in (x, y) if axis]
        looked = ["reached"] if a_map.measure == "evaluations" else []
        writer.writerow(["lane", "name", *keys, "run", *ENDS, *looked])
        for i, (lane, each) in enumerate(zip(a_map.lanes(), ends, strict=True)):
            row, column, run = np.indices(each.kind.shape).reshape(3, -1)
            places = [x.values[column].tolist()]
            places += [y.values[row].tolist()] if y else []
            places.append((run + 1).tolist())
            reached = [int(n) if np.isfinite(n) else "" for n in each.reached.reshape(-1).tolist()]
            _write(writer, i + 1, lane.name, places, each, *([reached] if looked else []))
    return out.getvalue()


def _write(
    writer: object, lane: int, name: str, places: Sequence[object], ends: Ends, *more: object
) -> None:
    size = ends.kind.size
    columns = (ends.kind, ends.step, ends.loss, *ends.theta, ends.evaluations)
    told = [column.reshape(-1).tolist() for column in columns]
    rows = zip([lane] * size, [name] * size, *places, *told, *more, strict=True)
    writer.writerows(rows)  # type: ignore[attr-defined]
