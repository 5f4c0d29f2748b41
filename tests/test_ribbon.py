"""Runs from right beside a start: where they part, and what is then said of a race."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiment import (
    PROBLEMS,
    Experiment,
    Lane,
    View,
    descend,
    ribbon,
    ribbon_words,
    ribbons,
    run,
    verdict,
)
from experiment.outcome import REACH
from experiment.ribbon import BESIDE, DRAWN, STRANDS
from figures.race import race_figures
from figures.ribbon import with_strands
from optimizers import OPTIMIZERS
from surfaces import SURFACES

pytestmark = pytest.mark.paths

CALM = "surface=himmelblau&steps=600&lane=adam(lr=0.1)&lane=sgd(lr=0.01)&ribbon=1"
CHAOS = "surface=rastrigin&steps=600&lane=sgd(lr=0.02)&lane=rmsprop(lr=0.5)&ribbon=1"
APART = "surface=rastrigin&start=0.3,0.3&steps=600&lane=adam(lr=0.01)&lane=sgd(lr=0.05)&ribbon=1"


def raced(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    trajectories = run(experiment)
    beside = ribbons(experiment, trajectories)
    return experiment, trajectories, beside


def test_a_race_has_ribbons_where_its_link_says_so_and_they_decide_no_path():
    experiment = Experiment.from_query(CALM)
    assert "&ribbon=1" in experiment.to_query()
    plain = replace(experiment, view=View())
    assert "ribbon" not in plain.to_query()
    assert [each.key for each in plain.runs()] == [each.key for each in experiment.runs()]
    assert ribbons(plain, run(plain)) == ()


def test_the_strands_begin_on_a_circle_around_the_start_and_each_runs_as_it_does_alone():
    experiment, (first, _), (made, _) = raced(CHAOS)
    assert made.first > 0
    circle = 2 * np.pi * np.arange(STRANDS) / STRANDS
    start = np.array(experiment.start)[:, None]
    begins = start + BESIDE * np.stack([np.cos(circle), np.sin(circle)])
    (lane, _), rows = experiment.lanes, slice(made.first, made.first + len(made.points))
    for strand in range(0, STRANDS, 7):
        alone = descend(lane.optimizer, experiment.surface, begins[:, strand], experiment.steps)
        assert (alone.theta[rows] == made.points[:, :, strand]).all()
        assert (alone.loss[rows] == made.losses[:, strand]).all()
        assert (made.low <= alone.loss).all()
        assert (alone.loss <= made.high).all()
    assert (made.low <= first.loss).all()
    assert (first.loss <= made.high).all()


def test_adam_on_himmelblau_is_calm():
    experiment, trajectories, made = raced(CALM)
    assert [ribbon_words(each) for each in made] == ["whole", "whole"]
    assert not any(each.frayed.any() or len(each.points) for each in made)
    with_them = verdict(experiment, trajectories, ribbons=made)
    assert with_them == verdict(experiment, trajectories)
    assert with_them.best is not None


def test_sgd_beyond_the_wells_of_rastrigin_is_chaos_and_the_verdict_says_from_when():
    experiment, trajectories, made = raced(CHAOS)
    assert all(each.frays and each.frays < 60 and each.frayed[-1] for each in made)
    result = verdict(experiment, trajectories, ribbons=made)
    assert result.best is None
    assert result.sentence.startswith("Undecidable here: ")
    for lane, each in zip(experiment.lanes, made, strict=True):
        assert f"{lane.name} frays at step {each.frays}" in result.sentence or (
            f"that of {lane.name} at step {each.frays}" in result.sentence
        )
    low, high = made[0].losses_at(experiment.steps)
    assert f"comes to a loss from {low:.3g} to {high:.3g}" in result.sentence


def test_a_ribbon_frays_when_a_strand_is_a_thousandth_of_the_picture_away():
    experiment, trajectories, made = raced(CHAOS)
    for lane_run, each in zip(trajectories, made, strict=True):
        path = lane_run.theta[each.first : each.first + len(each.points), :, None]
        apart = np.hypot(*np.moveaxis(each.points - path, 1, 0)).max(axis=1)
        far = apart > REACH * min(experiment.surface.domain.width)
        assert not far[0]
        assert far[1]
        assert each.frays == each.first + 1
        shown = each.frayed[each.first : each.first + len(each.points)]
        assert (shown <= far).all()


def test_rmsprop_in_rosenbrocks_valley_frays_after_long_calm():
    _, _, (made,) = raced("surface=rosenbrock&steps=600&lane=rmsprop(lr=0.5)&ribbon=1")
    assert made.frays is not None
    assert 150 < made.frays < 450
    assert not made.frayed[: made.frays].any()


def test_chaos_that_ends_above_the_best_leaves_the_verdict():
    experiment, trajectories, made = raced(APART)
    assert made[0].frays is None
    assert made[1].frayed[-1]
    result = verdict(experiment, trajectories, ribbons=made)
    assert result == verdict(experiment, trajectories)
    assert result.best == 0


def test_a_run_that_diverges_does_not_fray_where_nobody_sees_it():
    _, (away,), (made,) = raced("surface=himmelblau&lane=sgd(lr=0.05)&ribbon=1")
    assert away.outcome.kind == "diverged"
    assert len(made.frayed) == len(away.theta)
    assert ribbon_words(made) == "whole"


def test_strands_that_meet_again_are_told():
    frayed = np.array([False, False, True, True, False, False])
    met = SimpleNamespace(frayed=frayed, frays=2, is_cut=False)
    assert ribbon_words(met) == "frays at 2, whole again at 4"
    parted = SimpleNamespace(frayed=frayed[:4], frays=2, is_cut=False)
    assert ribbon_words(parted) == "frays at 2"


def test_the_strands_meet_the_noise_that_the_lane_meets():
    _, _, made = raced(CALM + "&noise=0.5&seed=3")
    assert [ribbon_words(each) for each in made] == ["whole", "whole"]


def test_a_ribbon_that_has_cost_what_it_may_ends_and_the_verdict_knows_what_it_was(monkeypatch):
    experiment, trajectories, whole = raced(CHAOS)
    monkeypatch.setattr(sys.modules["experiment.ribbon"], "RIBBONS", 40_000.0)
    short = ribbons(experiment, trajectories)
    for cut, full in zip(short, whole, strict=True):
        rows = len(cut.frayed)
        assert 60 < rows < len(full.frayed)
        assert (cut.low == full.low[:rows]).all()
        assert cut.frays == full.frays
        assert ribbon_words(cut) == f"frays at {full.frays} (followed to {rows - 1})"
        assert "followed" not in ribbon_words(full)
    result = verdict(experiment, trajectories, ribbons=short)
    assert result.sentence.startswith("Undecidable here: ")


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_method_has_one(key):
    lane = Lane(OPTIMIZERS[key].suggested())
    experiment = Experiment(surface=SURFACES["beale"], lanes=(lane,), steps=6)
    (trajectory,) = run(experiment)
    made = ribbon(experiment, lane, trajectory)
    assert len(made.low) == len(trajectory.theta)
    assert not np.isnan(made.low).any()
    assert not np.isnan(made.high).any()


@pytest.mark.parametrize("key", PROBLEMS)
def test_every_problem_has_one(key):
    experiment = Experiment(surface=PROBLEMS[key], steps=30)
    trajectories = run(replace(experiment, view=View(ribbon=1)))
    made = [ribbon(experiment, *each) for each in zip(experiment.lanes, trajectories, strict=True)]
    assert all(len(each.low) == 31 for each in made)
    race_figures(experiment, trajectories, ribbons=made).packed()


def test_what_is_not_defined_beside_the_start_begins_at_it():
    experiment = Experiment.from_query(
        "surface=formula&formula=sqrt(x)%2By^2&domain=0,4,-2,2&start=1e-13,1&steps=3"
        "&lane=sgd(lr=0.0000000001)&ribbon=1"
    )
    assert not experiment.problems
    (made,) = ribbons(experiment, run(experiment))
    assert not np.isnan(made.low).any()


# How they are drawn


def test_the_map_has_the_strands_from_where_they_part_and_the_curve_the_band_of_their_losses():
    experiment, trajectories, made = raced(APART)
    figures = race_figures(experiment, trajectories, ribbons=made)
    calm, torn = figures.contour.lanes
    assert "ribbon" not in calm
    count = len(made[1].points)
    assert count == DRAWN
    strands = torn["ribbon"]["x"].reshape(STRANDS, count)
    assert np.allclose(strands, np.clip(made[1].points[:, 0].T, -15.36, 15.36), atol=1e-5)
    assert (torn["ribbon"]["step"] == made[1].first + np.arange(count)).all()
    calm, torn = figures.loss.lanes
    assert "band" not in calm
    frayed = made[1].frayed
    assert (torn["band"]["low"][frayed] == made[1].low[frayed]).all()
    assert np.isnan(torn["band"]["high"][~frayed]).all()
    assert "ribbon: frays at" in figures.lanes[1].result


def test_another_curve_has_no_band():
    experiment, trajectories, made = raced(APART + "&curve=step_length")
    figures = race_figures(experiment, trajectories, ribbons=made)
    assert not any("band" in lane for lane in figures.loss.lanes)


def test_from_the_side_a_strand_shows_its_height():
    experiment, trajectories, made = raced(
        "surface=formula&formula=x^2-3*cos(6x)&domain=-3,3,-3,3&start=2.9,0&steps=200"
        "&lane=sgd(lr=0.1)&ribbon=1"
    )
    assert made[0].frays
    figures = race_figures(experiment, trajectories, ribbons=made)
    (lane,) = figures.contour.lanes
    height = figures.contour.lanes[0]["ribbon"]["y"]
    assert np.nanmin(height) < 0
    assert not np.allclose(height, 0)
    assert lane["ribbon"]["x"].shape == height.shape


def test_ribbons_are_light_on_the_wire():
    experiment, trajectories, made = raced(CHAOS.replace("600", "5000"))
    bare = len(race_figures(experiment, trajectories).packed())
    full = len(race_figures(experiment, trajectories, ribbons=made).packed())
    assert full - bare < 110_000 * len(made)


def test_a_map_without_ribbons_is_the_same_map():
    experiment, trajectories, made = raced(CALM)
    plane = race_figures(experiment, trajectories).contour
    assert with_strands(plane, made, experiment.surface) is plane
