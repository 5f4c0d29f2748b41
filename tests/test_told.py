"""What can be measured of a race."""

from dataclasses import replace

import numpy as np
import pytest

from experiment import Experiment, run
from experiment.told import NEVER, Measured

pytestmark = pytest.mark.paths


def measured(query):
    experiment = Experiment.from_query(query)
    assert experiment.problems == ()
    return Measured(experiment, run(experiment))


def test_a_step_is_measured_by_coordinate():
    m = measured("surface=booth&start=1,2&steps=4&lane=momentum(lr=0.01)")
    (t,) = m.trajectories
    assert m.at(0, 1, 0) == 2
    assert m.at(0, 0, 99) == m.end_x(0)
    assert m.moved(0, 0, 2) == abs(t.theta[2, 0] - t.theta[1, 0])
    assert m.slope(0, 1, 3) == abs(t.gradient[3, 1])
    assert m.held(0, "b", 1, 1) == t.given[0, 1]
    assert m.mean_at_last(0, 0, 2) == pytest.approx((t.theta[3, 0] + t.theta[4, 0]) / 2)


def test_how_far_lanes_are_apart_is_told_of_the_same_steps():
    m = measured("surface=booth&start=1,2&steps=9&lane=sgd(lr=0.01)&lane=sgd(lr=0.02)")
    one, other = (t.theta for t in m.trajectories)
    assert m.apart(0, 1) == m.apart(1, 0) == max(np.hypot(*(one - other).T))
    assert m.apart(1, 1) == 0


def test_beyond_is_above_a_level_or_below_a_negative_one():
    m = measured("surface=saddle&start=0,-0.1&steps=60&lane=sgd(lr=0.1)")
    y = m.trajectories[0].theta[:, 1]
    step = int(m.first_beyond(0, 1, -1.0))
    assert y[step] < -1.0 <= y[step - 1]
    assert m.first_beyond(0, 1, 1.0) == NEVER


@pytest.mark.parametrize(
    "query",
    [
        "surface=sharp_and_flat&steps=300&noise=1&seed=3&lane=sgd(lr=0.06,schedule=cosine)",
        "problem=reddi_stochastic&steps=800&seed=5&lane=amsgrad(lr=0.1,beta2=0.99)",
    ],
)
def test_a_share_of_seeds_is_that_of_the_races_with_them(query):
    m = measured(query)
    ends = [
        run(replace(m.experiment, seed=m.experiment.seed + i))[0].theta[-1, 0] for i in range(6)
    ]
    level = float(np.mean(ends))
    beyond = np.less if level < 0 else np.greater
    share = np.mean(beyond(ends, level))
    assert 0 < share < 1
    assert m.share_beyond(0, 0, level, 6) == pytest.approx(share)


@pytest.mark.parametrize(
    "query",
    [
        "surface=quadratic&steps=100&noise=1&seed=3&lane=sgd(lr=0.05,schedule=cosine)",
        "surface=linear_regression&steps=50&batch=4&seed=5&lane=adam(lr=0.1)",
    ],
)
def test_a_median_over_seeds_is_that_of_the_races_with_them(query):
    m = measured(query)
    races = [replace(m.experiment, seed=m.experiment.seed + i) for i in range(5)]
    each = [Measured(race, run(race)).excess(0) for race in races]
    assert m.median_excess(0, 5) == pytest.approx(np.median(each))
    assert 0 < min(each) < np.median(each) < max(each)


def test_sharpness_is_the_largest_curvature():
    m = measured("surface=quadratic(condition=30,angle=20)&steps=2&lane=sgd(lr=0.01)")
    assert m.sharpness_at(0, 1) == pytest.approx(30)
    assert m.method(0) == "sgd"


def test_a_drawing_is_measured_by_its_axes():
    m = measured("problem=matrix_factorization(angle=20)&steps=90&lane=sgd(lr=0.02)")
    larger, smaller = m.experiment.surface.singular_values(m.trajectories[0].theta.T)
    assert m.drawn_at(0, 1, 40) == smaller[40]
    assert m.drawn_at(0, 0, 999) == larger[-1]
    step = int(m.first_drawn_above(0, 0, 1.0))
    assert larger[step - 1] <= 1 < larger[step]
    assert m.first_drawn_above(0, 1, 4.0) == NEVER
