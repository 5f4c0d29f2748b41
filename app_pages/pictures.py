"""An experiment on the screen: its lanes are run, drawn and handed to the player."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from experiment import Experiment, Lane, Trajectory, run, run_swarm, varied
from figures.height import preparation
from figures.race import race_figures
from kept import RUNS, TEXTS, Kept
from surfaces import Surface
from viewer import Domain, Start, inspected, race_player

SOON = 0.2  # seconds without a bar

_runs: Kept[tuple[str, str], tuple[Trajectory, ...]] = Kept(RUNS)
_variations: Kept[tuple[str, int], NDArray[np.float64]] = Kept(TEXTS)


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
    alone = [_alone(experiment, i) for i in range(len(experiment.lanes))]
    return [_kept("lane", each, run)[0] for each in alone]


def run_swarms(experiment: Experiment) -> list[tuple[Trajectory, ...]]:
    """What each lane does from the further starts; as `run_lanes`."""
    if not experiment.swarm:
        return []
    alone = [
        replace(_alone(experiment, i), swarm=experiment.swarm) for i in range(len(experiment.lanes))
    ]
    return [_kept("swarm", each, lambda e: run_swarm(e, e.lanes[0])) for each in alone]


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
    what: str, experiment: Experiment, compute: Callable[[Experiment], tuple[Trajectory, ...]]
) -> tuple[Trajectory, ...]:
    """What is run of an experiment with one lane; read-only, so that all visitors may share it.

    It is kept under the link, which says all that decides it: of uploaded data, their digest.
    """
    key = what, experiment.to_query()
    if key in _runs:
        return _runs.get(key, lambda: compute(experiment))
    with st.spinner(f"Running a {what}…"):
        return _runs.get(key, lambda: compute(experiment))


def varied_lane(experiment: Experiment, lane: Lane, steps: int) -> NDArray[np.float64]:
    """What `experiment.varied` computes; as `run_lanes`."""
    alone = _alone(experiment, experiment.lanes.index(lane))
    key = alone.to_query(), steps
    return _variations.get(key, lambda: varied(alone, alone.lanes[0], steps))


def _alone(experiment: Experiment, index: int) -> Experiment:
    """One lane, without what does not change its path."""
    lane = replace(experiment.lanes[index], label="")
    seed = experiment.seed if experiment.noise or experiment.batch else 0
    alone = replace(experiment, lanes=(lane,), seed=seed, swarm=(), per="step")
    alone = replace(alone, curve="loss", curve_scale="")
    return replace(alone, scale=experiment.surface.scale)
