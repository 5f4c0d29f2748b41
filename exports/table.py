"""A race in numbers: every lane at every step, as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import math
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import (
    Drawn,
    Experiment,
    Lane,
    Trajectory,
    distance_to_minimum,
    outcome_words,
    ribbons,
    run_swarm,
    verdict,
)
from experiment.race_file import race_parts
from experiment.written import lane_text
from exports.words import MADE_BY
from surfaces import Surface

BEGIN, END = ("lane", "name", "start", "step"), ("evaluations",)


def csv_table(experiment: Experiment, trajectories: Sequence[Trajectory]) -> str:
    """One row a lane, start and step. Floats read back exactly.

    Start 1 is the race's own, the others those of its swarm. What an optimizer holds is named as in
    its state, with _x or _y for the coordinate, and an index for what it holds several of. Step 0,
    a lane without it, and the swarm leave it empty.
    """
    coordinates = experiment.surface.coordinates
    gradients = [f"gradient_{each}" for each in coordinates]
    columns = [dict(_state_columns(trajectory)) for trajectory in trajectories]
    names = list(dict.fromkeys(name for each in columns for name in each))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*BEGIN, *coordinates, "loss", *gradients, *END, *names])
    for index, (lane, t, held) in enumerate(
        zip(experiment.lanes, trajectories, columns, strict=True), start=1
    ):
        for start, run in enumerate((t, *run_swarm(experiment, lane)), start=1):
            steps = len(run.loss)
            own = held if start == 1 else {}
            state = [["", *own[name].tolist()] if name in own else [""] * steps for name in names]
            writer.writerows(
                zip(
                    [index] * steps,
                    [lane.name] * steps,
                    [start] * steps,
                    range(steps),
                    *run.theta.T[: len(coordinates)].tolist(),
                    run.loss.tolist(),
                    *run.gradient.T[: len(coordinates)].tolist(),
                    run.evaluations.tolist(),
                    *state,
                    strict=True,
                )
            )
    return out.getvalue()


def _state_columns(trajectory: Trajectory) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Name and values (T,) of every number that the optimizer held."""
    for name, array in trajectory.state.items():
        shape = array.shape[1:]
        for index in np.ndindex(shape):
            which = ["xy"[i] if axis == 0 and shape[0] == 2 else i for axis, i in enumerate(index)]
            yield "_".join(map(str, [name, *which])), array[:, *index]


def json_table(experiment: Experiment, trajectories: Sequence[Trajectory]) -> str:
    """A race file with what came of it: each lane's outcome and its columns, from step 0 on.

    The state has one row a step, from step 1 on. A number that is not finite is null. Under "swarm"
    are the runs from the further starts, without their states.
    """
    judged = verdict(experiment, trajectories, ribbons=ribbons(experiment, trajectories))
    pairs = enumerate(zip(experiment.lanes, trajectories, strict=True))
    table = {
        **race_parts(experiment),
        "made_by": MADE_BY,
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "verdict": judged.sentence,
        "lanes": [
            _lane(experiment, lane, t) | {"best": i == judged.best} for i, (lane, t) in pairs
        ],
    }
    return json.dumps(_finite(table), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _lane(experiment: Experiment, lane: Lane, t: Trajectory) -> dict[str, Any]:
    distance = distance_to_minimum(experiment, t)
    whole = {
        "name": lane.name,
        "lane": lane_text(lane),
        **({} if distance is None else {"distance_to_minimum": distance}),
        **_run(experiment.surface, t),
        "state": {name: array.tolist() for name, array in t.state.items()},
    }
    swarm = [_run(experiment.surface, run) for run in run_swarm(experiment, lane)]
    return whole | ({"swarm": swarm} if swarm else {})


def _run(surface: Surface | Drawn, t: Trajectory) -> dict[str, Any]:
    names = surface.coordinates
    slopes = zip(names, t.gradient.T, strict=False)
    return {
        "outcome": {"words": outcome_words(surface, t), **asdict(t.outcome)},
        **{name: column.tolist() for name, column in zip(names, t.theta.T, strict=False)},
        "loss": t.loss.tolist(),
        **{f"gradient_{name}": column.tolist() for name, column in slopes},
        "evaluations": t.evaluations.tolist(),
    }


def _finite(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _finite(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_finite(value) for value in part]
    return None if isinstance(part, float) and not math.isfinite(part) else part
