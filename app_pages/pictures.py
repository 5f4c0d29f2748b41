"""An experiment on the screen: its lanes are run, drawn and handed to the player."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from experiment import Experiment, Lane, Trajectory, run_lane, run_swarm, varied
from figures.height import preparation
from figures.race import race_figures
from kept import RUNS, TEXTS, Kept
from surfaces import Surface
from viewer import Domain, Start, inspected, race_player

SOON = 0.2  # seconds without a bar

_runs: Kept[tuple[str | float, ...], tuple[float, tuple[Trajectory, ...]]] = Kept(RUNS)
_variations: Kept[tuple[str, int, float], NDArray[np.float64]] = Kept(TEXTS)


def prepare(surface: Surface) -> None:
    """Compute what is kept of a surface, under a bar that shows how far it is, if it takes long."""
    place = st.empty()
    began = time.monotonic()
    for part in preparation(surface):
        if time.monotonic() - began > SOON:
            place.progress(part, f"Computing {surface.name}: once, then it is kept…")
    place.empty()


def run_lanes(experiment: Experiment) -> list[Trajectory]:
    """One trajectory a lane; only a lane that has changed is run."""

    def runs(index: int, lane: Lane) -> Trajectory:
        left = experiment.shares(lane)["start"]
        query = _alone(experiment, index).to_query()
        return _kept("lane", query, left, lambda: (run_lane(experiment, lane),))[0]

    return [runs(index, lane) for index, lane in enumerate(experiment.lanes)]


def run_swarms(experiment: Experiment) -> list[tuple[Trajectory, ...]]:
    """What each lane does from the further starts; as `run_lanes`."""
    if not experiment.swarm:
        return []

    def runs(index: int, lane: Lane) -> tuple[Trajectory, ...]:
        left = experiment.shares(lane)["swarm"]
        if not lane.optimizer.batches:
            left /= len(experiment.swarm)
        query = replace(_alone(experiment, index), swarm=experiment.swarm).to_query()
        return _kept("swarm", query, left, lambda: run_swarm(experiment, lane))

    return [runs(index, lane) for index, lane in enumerate(experiment.lanes)]


def show_race(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    *,
    key: str,
    link: str | None = None,
    on_start: Callable[[Start], None] | None = None,
    on_domain: Callable[[Domain], None] | None = None,
    on_curve: Callable[[str, str], None] | None = None,
    on_open: Callable[[str], None] | None = None,
) -> None:
    """The three pictures and the transport; arguments as `viewer.race_player` takes them."""
    race_player(
        race_figures(experiment, trajectories, run_swarms(experiment), inspected(key)),
        link=link,
        key=key,
        on_start=on_start,
        on_domain=on_domain,
        on_curve=on_curve,
        on_open=on_open,
    )


def _kept(
    what: str, query: str, left: float, compute: Callable[[], tuple[Trajectory, ...]]
) -> tuple[Trajectory, ...]:
    """Runs of a lane, each of which may cost what is left; read-only, so that all may share them.

    They are kept under the link of the lane alone, which says all that decides them: of uploaded
    data, their digest. In a race of more lanes less is left, which matters only to what spends it.
    """
    for key in ((what, query), (what, query, left)):
        if key in _runs:
            ran = _runs.get(key, lambda: (left, compute()))
        else:
            with st.spinner(f"Running a {what}…"):
                ran = _runs.get(key, lambda: (left, compute()))
        if _as_with(left, *ran):
            break
    return ran[1]


def _as_with(left: float, given: float, runs: tuple[Trajectory, ...]) -> bool:
    """Whether runs that were given so much are those that what is left allows."""
    if any(run.outcome.cause == "spent" for run in runs):
        return given == left
    return all(run.cost <= left for run in runs)


def varied_lane(experiment: Experiment, lane: Lane, steps: int) -> NDArray[np.float64]:
    """What `experiment.varied` computes; as `run_lanes`."""
    alone = _alone(experiment, experiment.lanes.index(lane))
    key = alone.to_query(), steps, experiment.shares(lane)["variation"]
    return _variations.get(key, lambda: varied(experiment, lane, steps))


def _alone(experiment: Experiment, index: int) -> Experiment:
    """One lane, without what does not change its path."""
    lane = replace(experiment.lanes[index], label="")
    seed = experiment.seed if experiment.noise or experiment.batch else 0
    alone = replace(experiment, lanes=(lane,), seed=seed, swarm=(), per="step")
    alone = replace(alone, curve="loss", curve_scale="")
    return replace(alone, scale=experiment.surface.scale)
