"""A trajectory as it can be drawn: on the surface, and cut where it leaves the view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiment import Drawn, Trajectory
from figures.relief import Relief
from figures.thinned import thinned
from surfaces import Surface

Array = NDArray[np.float64]

LONGEST_CHORD = 0.04
MOST_LABELS = 6
MOST_PIECES = 25  # of one step, and
MOST_VERTICES = 3000  # of a path, unless it has more steps: a picture must stay light to send


@dataclass(frozen=True, eq=False)
class Path:
    """The visible vertices of a trajectory; the trajectory itself is left as it is.

    A step is a straight line over the plane. A long one gets vertices between its ends, so that
    what is drawn follows the surface instead of cutting through it.

    Attributes:
        step: (k,), the step at which the path is there; whole at the iterates.
        x, y, height: (k,), nan in the row between two visible stretches.
        exits: (e, 4), x, y, height and step of each place where the path leaves the view.
    """

    step: Array
    x: Array
    y: Array
    height: Array
    exits: Array

    @property
    def exit_labels(self) -> list[str]:
        """The step of each exit; only of the first and the last few, where there are many."""
        steps = [f"{step:g}" for step in self.exits[:, 3]]
        few = MOST_LABELS // 2
        return [s if i < few or i >= len(steps) - few else "" for i, s in enumerate(steps)]

    @property
    def head(self) -> tuple[float, float, float]:
        """Where the visible path ends: x, y, height."""
        return float(self.x[-1]), float(self.y[-1]), float(self.height[-1])


def visible_path(
    trajectory: Trajectory,
    surface: Surface | Drawn,
    relief: Relief | None,
    most_vertices: int = MOST_VERTICES,
) -> Path:
    """Lay a single run on the surface, and cut it at the edges of what is drawn.

    Where there is no relief the run is drawn as its problem says, at no height.
    """
    low, extent = surface.domain.low, surface.domain.width
    whole = surface.drawn(trajectory.theta)
    drawn = _drawn_rows(whole, low, extent)
    theta, losses = whole[drawn], trajectory.loss[drawn]
    here, move = (theta[:-1] - low) / extent, np.diff(theta, axis=0) / extent

    enter, leave = inside(here, move)
    seen = enter < leave
    length = np.where(seen, leave - enter, 0.0) * np.hypot(*move.T)
    most = np.clip(most_vertices // max(int(seen.sum()), 1), 1, MOST_PIECES)
    pieces = np.clip(np.ceil(length / LONGEST_CHORD), 1, most).astype(int)

    # Each visible step gives its pieces' first ends; the last of a stretch also its own end, then
    # a row of nan that breaks the line.
    goes_on = np.append(seen[1:] & (enter[1:] == 0), False) & (leave == 1)
    rows = np.where(seen, pieces + np.where(goes_on, 0, 2), 0)
    segment = np.repeat(np.arange(len(rows)), rows)
    piece = np.arange(len(segment)) - np.repeat(np.cumsum(rows) - rows, rows)
    along = enter[segment] + (leave - enter)[segment] * np.minimum(piece / pieces[segment], 1.0)
    broken = piece > pieces[segment]
    if broken.size:
        segment, along, broken = segment[:-1], along[:-1], broken[:-1]

    step = segment + along
    point = theta[:-1][segment] + along[:, None] * np.diff(theta, axis=0)[segment]
    point = np.clip(point, low, low + extent)  # rounding only: each lies inside
    if not len(step):
        step, point, broken = np.zeros(1), theta[:1].copy(), np.zeros(1, bool)
    height = np.zeros(len(step))
    if relief is not None:
        loss = np.empty(len(step))
        known = step == np.floor(step)
        loss[known] = losses[step[known].astype(int)]
        loss[~known] = surface.value(point[~known].T)
        height = relief.height(loss) + relief.lift
    point[broken], height[broken] = np.nan, np.nan

    last = np.flatnonzero(np.append(broken[1:], True) & ~broken)
    # A run that becomes infinite has no row outside: it leaves from the last one.
    lost = trajectory.outcome.kind == "diverged" or trajectory.outcome.cause == "undefined"
    ended = lost and bool(np.all(_within(theta[-1], low, extent)))
    left = last[(step[last] < len(theta) - 1) | ended]
    gone = drawn[np.floor(step[left]).astype(int)] + 1
    exits = np.column_stack([point[left], height[left], gone])
    if len(drawn) < len(whole):
        step = np.interp(step, np.arange(len(drawn)), drawn)
    return Path(step, point[:, 0], point[:, 1], height, exits)


def _drawn_rows(theta: Array, low: Array, extent: Array) -> NDArray[np.int_]:
    """The rows of a path that are drawn: where it is long, beside others those at the edges."""
    rows = thinned(theta)
    if len(rows) == len(theta):
        return rows
    seen = np.all(_within(theta, low, extent), axis=1)
    crossing = np.flatnonzero(seen[1:] != seen[:-1])
    return np.unique(np.concatenate([rows, crossing, crossing + 1]))


def _within(point: Array, low: Array, extent: Array) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (point >= low) & (point <= low + extent)
    return inside


def inside(here: Array, move: Array) -> tuple[Array, Array]:
    """From where to where, in 0…1, each step lies in the unit square (Liang & Barsky 1984)."""
    with np.errstate(all="ignore"):
        to_low, to_high = -here / move, (1 - here) / move
    still = move == 0
    within = (here >= 0) & (here <= 1)
    near = np.where(still, np.where(within, -np.inf, np.inf), np.minimum(to_low, to_high))
    far = np.where(still, np.where(within, np.inf, -np.inf), np.maximum(to_low, to_high))
    return np.maximum(near.max(axis=1), 0.0), np.minimum(far.min(axis=1), 1.0)
