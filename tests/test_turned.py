"""The world turned: which methods see how it lies."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from experiment import Experiment, Lane, descend, run
from experiment.goal import usual_goal
from experiment.turned import (
    EVERY,
    FLAT,
    QUARTER,
    Turned,
    angles_around,
    turned_words,
    turns,
)
from figures.turned import turned_chart
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula

pytestmark = pytest.mark.paths

BOWL = "surface=quadratic(condition=100)&steps=800"
LANES = {
    "sgd": "lane=sgd(lr=0.01)",
    "momentum": "lane=momentum(lr=0.005)",
    "nesterov": "lane=nesterov(lr=0.005)",
    "newton": "lane=newton",
    "adam": "lane=adam(lr=0.05)",
    "rmsprop": "lane=rmsprop(lr=0.01)",
    "lion": "lane=lion(lr=0.01)",
    "signsgd": "lane=signsgd(lr=0.01)",
}


def turned(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    return experiment, [turns(experiment, lane) for lane in experiment.lanes]


@pytest.mark.parametrize("key", ["sgd", "momentum", "nesterov", "newton"])
@pytest.mark.parametrize("race", [BOWL, "surface=booth&steps=800"])
def test_what_sees_no_axes_stays_flat(key, race):
    _, (found,) = turned(f"{race}&{LANES[key]}")
    assert np.isfinite(found.steps).all()
    assert found.steps.max() - found.steps.min() <= FLAT * found.steps.max()
    assert turned_words(found) == f"{int(found.steps.min())} at every angle"


@pytest.mark.parametrize("key", ["adam", "rmsprop", "lion", "signsgd"])
def test_what_works_by_coordinates_wobbles(key):
    _, (found,) = turned(f"{BOWL}&{LANES[key]}")
    upright, askew = found.steps[0], found.steps[len(found.steps) // 2]
    assert askew > 1.3 * upright or np.isinf(askew)
    assert "every angle" not in turned_words(found) or "not at every angle" in turned_words(found)
    # A quarter turn only swaps the axes.
    assert abs(found.steps[-1] - upright) <= 1


def test_each_angle_is_the_race_on_the_surface_as_it_is_turned_there():
    experiment, found = turned(f"{BOWL}&{LANES['adam']}&{LANES['sgd']}&start=-2.4,0.9")
    for angle in (0.0, 15.0, 45.0, 90.0):
        there = experiment.on(experiment.plane.transformed(rotate=angle))
        for trajectory, each in zip(run(there), found, strict=True):
            reached = float(np.argmax(trajectory.loss <= each.goal))
            (at,) = np.flatnonzero(each.angles == angle)
            assert abs(each.steps[at] - reached) <= 1


def test_the_chart_is_the_same_however_the_surface_lies():
    experiment, found = turned(f"{BOWL}&{LANES['adam']}&{LANES['lion']}")
    askew = experiment.on(experiment.plane.transformed(rotate=33.0))
    for lane, each in zip(askew.lanes, found, strict=True):
        assert (turns(askew, lane).steps == each.steps).all()
        assert turns(askew, lane).goal == each.goal


@pytest.mark.parametrize(
    ("angle", "first"),
    [(0, 0), (45, 0), (90, 0), (91, 90), (180, 90), (-1, -90), (-90, -90), (-180, -180)],
)
def test_the_quarter_turn_has_the_present_angle_in_it(angle, first):
    angles = angles_around(angle)
    assert angles[0] == first
    assert angles[-1] == first + QUARTER
    assert (np.diff(angles) == EVERY).all()


@pytest.mark.parametrize("key", ["beale", "rosenbrock", "linear_regression"])
def test_a_turned_surface_is_the_surface_that_the_transformation_makes(key):
    plain = SURFACES[key].transformed(shift_x=0.5, scale_y=2.0)
    askew, same = plain.transformed(rotate=37.0), Turned(plain, 37.0)
    points = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
    assert np.allclose(same.value(points), askew.value(points), rtol=1e-12)
    assert np.allclose(same.gradient(points), askew.gradient(points), rtol=1e-10)
    assert np.allclose(same.hessian(points), askew.hessian(points), rtol=1e-9, atol=1e-9)
    assert np.allclose(same.back(same.forth(points)), points)


def test_noise_clipping_schedules_and_mini_batches_are_met():
    lane = "lane=sgd(lr=0.05,schedule=cosine,clip=1)"
    _, (found,) = turned(f"surface=linear_regression&steps=300&batch=8&noise=0.01&{lane}")
    assert len(found.steps) == len(found.angles)


def test_methods_that_take_one_point_are_run_one_angle_after_the_other():
    experiment, (found,) = turned(f"{BOWL}&lane=nelder_mead")
    assert np.isfinite(found.steps).all()
    upright = descend(
        experiment.lanes[0].optimizer, experiment.plane, experiment.start, experiment.steps
    )
    assert found.steps[0] == np.argmax(upright.loss <= found.goal)


def test_every_method_can_be_turned():
    surface = SURFACES["beale"]
    for key in OPTIMIZERS:
        lane = Lane(OPTIMIZERS[key].suggested())
        experiment = Experiment(surface=surface, lanes=(lane,), steps=4)
        assert not np.isnan(turns(experiment, lane).steps).any()


def test_the_goal_is_a_thousandth_of_the_way_down():
    bowl = SURFACES["quadratic"]
    high = float(bowl.value((4.0, 2.0)))
    assert usual_goal(bowl, (4.0, 2.0)) == float(f"{high / 1000:.3g}")
    deep = from_formula("x**2 + y**2 - 0.5", domain=(-2, 2, -2, 2))
    assert usual_goal(deep, (1.0, 1.0)) == -0.498
    assert usual_goal(bowl, (0.0, 0.0)) == 0.0


def test_the_chart_says_in_words_what_its_lines_show():
    experiment, found = turned(f"{BOWL}&{LANES['sgd']}&{LANES['signsgd']}")
    chart = turned_chart(experiment, found)
    (flat, never), words = chart["lanes"], chart["words"]
    assert set(flat["steps"]) == {int(found[0].steps[0])}
    assert None in never["steps"]
    assert f"SGD {flat['steps'][0]} at every angle" in words
    assert "signSGD" in words
    assert "not at every angle" in words
    assert chart["most"] >= max(n for n in never["steps"] if n is not None)
    lost = [replace(each, steps=np.full_like(each.steps, np.inf)) for each in found]
    assert "SGD never; signSGD never" in turned_chart(experiment, lost)["words"]


def test_a_lane_that_may_not_be_followed_to_the_goal_is_not_said_to_miss_it(monkeypatch):
    race = f"{BOWL}&{LANES['sgd']}"
    _, (whole,) = turned(race)
    assert np.isfinite(whole.steps).all()
    module = sys.modules["experiment.turned"]
    monkeypatch.setattr(module, "TURNS", module.TURNS / 1e4)
    _, (cut,) = turned(race)
    assert np.isnan(cut.steps).all()
    assert turned_words(cut) == "not as far as it is followed here"
