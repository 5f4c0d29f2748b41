"""An experiment on the screen: its lanes are run, drawn and handed to the player."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app_pages.turns import turns
from experiment import (
    MAX_LANES,
    Experiment,
    Lane,
    Ribbon,
    Run,
    Trajectory,
    Verdict,
    ribbon,
    varied,
    verdict,
)
from experiment.turned import Turns, angles_around, upright
from experiment.turned import turns as turns_of
from figures.race import Rate, race_figures
from figures.relief import preparation
from kept import RIBBONS, RUNS, RUNS_OF_MANY, TEXTS, Kept
from surfaces import Domain, Surface
from viewer import Start, inspected, race_player

SOON = 0.2  # seconds without a bar or words

# Of a race each lane is kept by itself, and its swarm.
_runs: Kept[tuple[str | float, ...], tuple[float, tuple[Trajectory, ...]]] = Kept(
    RUNS, of_many=RUNS_OF_MANY, few=2 * MAX_LANES
)
_ribbons: Kept[tuple[str, int, int], Ribbon] = Kept(RIBBONS)
_turned: Kept[tuple[str, float, int], Turns] = Kept(TEXTS)
_variations: Kept[tuple[str | float | None, ...], NDArray[np.float64]] = Kept(TEXTS)


def prepare(surface: Surface) -> None:
    """Compute what is kept of a surface, under a bar that shows how far it is, if it takes long."""
    place, shown = st.empty(), False
    began = time.monotonic()
    for part in preparation(surface):
        turns.let_others()
        if time.monotonic() - began > SOON:
            place.progress(part, f"Computing {surface.called}: once, then it is kept…")
            shown = True
    if shown:
        place.empty()


def run_lanes(experiment: Experiment) -> list[Trajectory]:
    """One trajectory a lane; only a lane that has changed is run."""
    return [first for first, *_ in _ran("Running the lanes…", experiment.runs())]


def run_swarms(experiment: Experiment) -> list[tuple[Trajectory, ...]]:
    """What each lane does from the further starts; as `run_lanes`."""
    lanes = experiment.lanes if experiment.swarm else ()
    return _ran("Running the swarms…", [experiment.run_of(lane, "swarm") for lane in lanes])


def run_ribbons(experiment: Experiment, trajectories: Sequence[Trajectory]) -> list[Ribbon]:
    """What `experiment.ribbons` computes; as `run_lanes`."""
    if not experiment.view.ribbon:
        return []
    lanes = len(experiment.lanes)
    return [
        _ribbons.get(
            (experiment.run_of(lane).key, len(trajectory.theta), lanes),
            lambda lane=lane, trajectory=trajectory: ribbon(experiment, lane, trajectory),  # type: ignore[misc]
        )
        for lane, trajectory in zip(experiment.lanes, trajectories, strict=True)
    ]


def run_turned(experiment: Experiment) -> list[Turns]:
    """What `experiment.turned` computes of each lane; as `run_lanes`."""
    surface, start = upright(experiment)
    angle, lanes = angles_around(experiment.plane.transform.rotate)[0], len(experiment.lanes)
    found = []
    for lane in experiment.lanes:
        run = replace(experiment.run_of(lane), surface=surface, starts=(start,))
        key = run.key, float(angle), lanes
        found.append(_turned.get(key, lambda lane=lane: turns_of(experiment, lane)))  # type: ignore[misc]
        turns.let_others()
    return found


def show_race(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    *,
    key: str,
    judged: bool = True,
    link: str | None = None,
    entry: int = 0,
    on_start: Callable[[Start], None] | None = None,
    on_domain: Callable[[Domain], None] | None = None,
    on_curve: Callable[[str, str, str], None] | None = None,
    on_open: Callable[[str], None] | None = None,
    rates: Sequence[Rate | None] = (),
    on_rate: Callable[[int, float, bool], None] = lambda *_: None,
) -> Verdict:
    """The three pictures and the transport; arguments as `viewer.race_player` takes them.

    Args:
        judged: whether the pictures say who won, and it is doubted, which runs each lane a few
            times more.

    Returns:
        Who won.
    """
    ribbons = run_ribbons(experiment, trajectories) if judged else []
    told = verdict(experiment, trajectories, varied_lane if judged else None, ribbons)
    swarms = run_swarms(experiment)
    race_player(
        race_figures(
            experiment, trajectories, swarms, inspected(key), told if judged else None, ribbons
        ),
        link=link,
        entry=entry,
        key=key,
        on_start=on_start,
        on_domain=on_domain,
        on_curve=on_curve,
        on_open=on_open,
        rates=rates,
        on_rate=on_rate,
    )
    return told


def _ran(words: str, runs: Sequence[Run]) -> list[tuple[Trajectory, ...]]:
    """What comes of each run; if new ones may take long, under words that are shown if they do."""
    cost = sum(run.usual for run in runs if (run.key,) not in _runs)
    with st.spinner(words) if cost > 1e6 * SOON else nullcontext():
        return [_kept(run) for run in runs]


def _kept(run: Run) -> tuple[Trajectory, ...]:
    """What comes of a run; read-only, so that all may share it.

    In a race of more lanes a run may cost less, which matters only to what spends it.
    """
    left = run.left_for_one
    for key in ((run.key,), (run.key, left)):
        new = key not in _runs
        ran = _runs.get(key, lambda: (left, run.trajectories()))
        if new:
            turns.let_others()
        if _as_with(left, *ran):
            break
    return ran[1]


def _as_with(left: float, given: float, runs: tuple[Trajectory, ...]) -> bool:
    """Whether runs that were given so much are those that what is left allows."""
    if any(run.outcome.cause == "spent" for run in runs):
        return given == left
    return all(run.cost <= left for run in runs)


def varied_lane(
    experiment: Experiment, lane: Lane, steps: int, first: int = 0, last: int | None = None
) -> NDArray[np.float64]:
    """What `experiment.varied` computes; as `run_lanes`."""
    key = experiment.run_of(lane).key, steps, experiment.shares(lane)["variation"], first, last
    return _variations.get(key, lambda: varied(experiment, lane, steps, first, last))
