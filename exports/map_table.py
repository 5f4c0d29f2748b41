"""A map in numbers: one row a run, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from experiment import Ends
from experiment.maps import Basins, Benchmark, Map, Scores, Sweep, regions

if TYPE_CHECKING:
    import _csv

Array = NDArray[np.float64]
Writer: TypeAlias = "_csv.Writer"

ENDS = ("outcome", "step", "loss", "end_x", "end_y", "evaluations")


def map_table(a_map: Map, ends: Sequence[Ends]) -> str:
    """Each run of each lane: where it began or what was set, and how it ended. Floats read back.

    Of basins "minimum" is the number of the one that it reached, the lowest first; of a sweep "run"
    counts those at one place, and "reached" is after how many evaluations it was as low as the
    target, where that was asked for. Of a benchmark "to_0.1" and the like are after how many
    evaluations a tenth of the way was left, and "lr" is the learning rate that was chosen.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if isinstance(a_map, Basins):
        _basins(writer, a_map, ends)
    elif isinstance(a_map, Sweep):
        _sweep(writer, a_map, ends)
    elif isinstance(a_map, Benchmark):
        _benchmark(writer, a_map, ends)
    return out.getvalue()


def _basins(writer: Writer, basins: Basins, ends: Sequence[Ends]) -> None:
    found = regions(basins.surface, ends)
    writer.writerow(["lane", "name", "x", "y", *ENDS, "minimum"])
    for i, (lane, each) in enumerate(zip(basins.lanes(), ends, strict=True)):
        number = [n + 1 if n >= 0 else "" for n in found.place[i].reshape(-1).tolist()]
        starts = basins.starts(len(each.kind)).reshape(2, -1).tolist()
        _write(writer, i + 1, lane.name, starts, each, number)


def _sweep(writer: Writer, sweep: Sweep, ends: Sequence[Ends]) -> None:
    x, y = sweep.axes
    keys = [axis.key for axis in (x, y) if axis]
    looked = ["reached"] if sweep.measure == "evaluations" else []
    writer.writerow(["lane", "name", *keys, "run", *ENDS, *looked])
    for i, (lane, each) in enumerate(zip(sweep.lanes(), ends, strict=True)):
        row, column, run = np.indices(each.kind.shape).reshape(3, -1)
        places = [x.values[column].tolist()]
        places += [y.values[row].tolist()] if y else []
        places.append((run + 1).tolist())
        _write(writer, i + 1, lane.name, places, each, *(map(_when, each.reached)))


def _benchmark(writer: Writer, benchmark: Benchmark, ends: Sequence[Ends]) -> None:
    parts = [f"to_{part:g}" for part in benchmark.parts_of_the_way()]
    place = ["surface", "instance", "start", "lr", "start_x", "start_y"]
    writer.writerow(["lane", "name", *place, *ENDS, *parts])
    for i, (lane, each) in enumerate(zip(benchmark.lanes(), ends, strict=True)):
        assert isinstance(each, Scores)
        which, number, start = np.indices(each.kind.shape).reshape(3, -1)
        numbers = range(each.kind.shape[1])
        begun = [benchmark.starts_on(on, n) for on in benchmark.on for n in numbers]
        places = [
            [benchmark.on[n].key for n in which],
            (number + 1).tolist(),
            (start + 1).tolist(),
            ["" if np.isnan(rate) else float(rate) for rate in each.rate[which]],
            *np.concatenate(begun, axis=1).tolist(),
        ]
        _write(writer, i + 1, lane.name, places, each, *map(_when, each.reached))


def _when(reached: Array) -> list[int | str]:
    """After how many evaluations each run was as low; empty for never."""
    return [int(n) if np.isfinite(n) else "" for n in reached.reshape(-1).tolist()]


def _write(
    writer: Writer, lane: int, name: str, places: Sequence[object], ends: Ends, *more: object
) -> None:
    size = ends.kind.size
    columns = (ends.kind, ends.step, ends.loss, *ends.theta, ends.evaluations)
    told = [column.reshape(-1).tolist() for column in columns]
    rows = zip([lane] * size, [name] * size, *places, *told, *more, strict=True)
    writer.writerows(rows)
