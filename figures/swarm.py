"""Many runs of one lane, from many starts, as they can be drawn together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiment import Drawn, Trajectory
from figures.path import visible_path
from figures.relief import Relief
from surfaces import Surface

Array = NDArray[np.float64]

CELLS = 1000  # across the picture; what stays inside of one is not seen to move
MOST_VERTICES = 300  # of a run, unless it has more steps


@dataclass(frozen=True, eq=False)
class Swarm:
    """The visible vertices of all runs, one after the other; see `figures.path.Path`.

    Attributes:
        step, x, y, height: (k,), nan where a line breaks, as at the end of each run.
        begins: where each run begins.
    """

    step: Array
    x: Array
    y: Array
    height: Array
    begins: list[int]


def swarm_paths(
    trajectories: Sequence[Trajectory], surface: Surface | Drawn, relief: Relief | None
) -> Swarm:
    """Lay single runs on the surface; vertices that nobody could tell apart become one."""
    low, extent = surface.domain.low, surface.domain.width
    parts: list[Array] = []
    for trajectory in trajectories:
        path = visible_path(trajectory, surface, relief, MOST_VERTICES)
        rows = np.column_stack([path.step, path.x, path.y, path.height])
        cell = np.floor((rows[:, 1:3] - low) / extent * CELLS)
        moved = np.append(True, (cell[1:] != cell[:-1]).any(axis=1))  # nan differs from itself
        moved[-1] = True
        parts += [rows[moved], np.full((1, 4), np.nan)]
    lengths = [len(a) + len(b) for a, b in zip(parts[::2], parts[1::2], strict=True)]
    begins = [0, *np.cumsum(lengths)[:-1].tolist()] if lengths else []
    step, x, y, height = np.concatenate(parts).T if parts else np.empty((4, 0))
    # Each step is found by bisection: where the line breaks it stays what it was.
    held = np.maximum.accumulate(np.where(np.isnan(step), 0, np.arange(len(step))))
    return Swarm(step[held] if len(step) else step, x, y, height, begins)
