"""Every curve over time is what the trajectory says."""

from dataclasses import replace

import numpy as np
import pytest

from experiment import CURVES, Experiment, run
from figures.curves import curve_figure, curve_names, curve_values

pytestmark = pytest.mark.paths

QUERY = "surface=himmelblau&steps=40&lane=adam(lr=0.1)&lane=sgd(lr=0.001)"


def drawn(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    trajectories = run(experiment)
    return experiment, trajectories, curve_figure(experiment, trajectories)


def curve(query, key):
    _, trajectories, plane = drawn(f"{query}&curve={key}")
    return trajectories[0], plane.lanes[0]["y"], plane


def test_each_curve_follows_its_definition():
    adam, gap, _ = curve(QUERY, "gap")
    assert gap == pytest.approx(adam.loss)  # Himmelblau's minima are zero
    assert curve(QUERY, "gradient_norm")[1] == pytest.approx(np.linalg.norm(adam.gradient, axis=1))
    steps = np.linalg.norm(adam.theta[1:] - adam.theta[:-1], axis=1)
    assert curve(QUERY, "step_length")[1][1:] == pytest.approx(steps)
    experiment = Experiment.from_query(QUERY)
    away = [
        min(np.hypot(*(p - np.array(m))) for m in experiment.surface.minima) for p in adam.theta
    ]
    assert curve(QUERY, "distance")[1] == pytest.approx(away)
    curved = np.linalg.eigvalsh(experiment.surface.hessian(adam.theta.T).transpose(2, 0, 1))
    assert curve(QUERY, "sharpness")[1] == pytest.approx(curved[:, 1])
    assert curve(QUERY, "v_hat.y")[1][1:] == pytest.approx(adam.state["v_hat"][:, 1])
    assert curve(QUERY, "step.x")[1][1:] == pytest.approx(np.diff(adam.theta[:, 0]))


def test_the_effective_learning_rate_shows_adam_beside_sgd():
    _, _, plane = drawn(QUERY + "&curve=lr.x")
    adam, sgd = (lane["y"][1:] for lane in plane.lanes)
    assert sgd == pytest.approx(0.001)
    assert len(np.unique(adam)) > 30


def test_a_lane_without_the_entry_has_no_curve():
    _, _, plane = drawn(QUERY + "&curve=m.x")
    adam, sgd = plane.lanes
    assert np.isfinite(adam["y"][1:]).all()
    assert np.isnan(sgd["y"]).all()
    assert len(sgd["y"]) == 41


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_axis_is_the_one_that_is_asked_for(scale):
    _, _, plane = drawn(f"{QUERY}&curve_scale={scale}")
    assert plane.figure.layout.yaxis.type == scale
    assert np.isfinite(plane.figure.layout.yaxis.range).all()


@pytest.mark.parametrize("per", ["step", "evaluation"])
def test_time_is_spread_as_it_is_asked_for(per):
    *_, linear = drawn(f"{QUERY}&per={per}")
    *_, log = drawn(f"{QUERY}&per={per}&time_scale=log")
    assert linear.figure.layout.xaxis.range[0] == 0
    assert log.figure.layout.xaxis.type == "log"
    ends = 10.0 ** np.array(log.figure.layout.xaxis.range)
    assert ends == pytest.approx((1, linear.figure.layout.xaxis.range[1]))
    for lane, other in zip(log.lanes, linear.lanes, strict=True):
        np.testing.assert_array_equal(lane["x"], other["x"])
    *_, one = drawn("surface=booth&steps=1&lane=sgd(lr=0.01)&time_scale=log")
    assert np.diff(one.figure.layout.xaxis.range) > 0


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_axis_reaches_down_to_a_lane_that_descends_beyond_the_view(scale):
    _, (fast, slow), plane = drawn(
        "formula=exp(-x)&domain=-1,1,-1,1&start=0,0&steps=99&lane=sgd(lr=9)&lane=sgd(lr=0.01)"
        f"&curve_scale={scale}"
    )
    assert fast.loss[1:].max() < 1e-3 < slow.loss.min()
    ends = (
        plane.figure.layout.yaxis.range
        if scale == "linear"
        else 10 ** np.array(plane.figure.layout.yaxis.range)
    )
    assert ends[0] < fast.loss.min()
    assert ends[1] < 2


def test_a_lane_that_falls_without_end_does_not_flatten_the_others():
    _, (fast, slow), plane = drawn(
        "formula=y^2-x^2&domain=-1,1,-1,1&start=0.1,1&steps=60&lane=sgd(lr=0.1)&lane=sgd(lr=0.01)"
    )
    assert fast.loss.min() < -1e4
    low, high = plane.figure.layout.yaxis.range
    assert -2 < low < slow.loss.min()
    assert 1 < high < 2


def test_one_loss_that_underflows_takes_no_more_than_the_axis_has():
    _, (fast, _), plane = drawn(
        "formula=exp(-x)&domain=-1,1,-1,1&start=0,0&steps=9&lane=sgd(lr=600)&lane=sgd(lr=0.01)"
    )
    assert 0 < fast.loss[-1] < 1e-200
    low, high = plane.figure.layout.yaxis.range
    assert high - low < 18


def test_every_curve_of_every_lane_has_a_finite_axis():
    experiment = Experiment.from_query(
        "surface=saddle&steps=30&lane=prodigy&lane=nelder_mead&lane=bfgs&lane=adam&lane=sgd(lr=9)"
    )
    trajectories = run(experiment)
    names = curve_names(experiment, trajectories)
    assert "gap" not in names  # a saddle has no minimum
    for key in names:
        for scale in ("", "linear", "log"):
            one = replace(experiment, curve=key, curve_scale=scale)
            axis = curve_figure(one, trajectories).figure.layout.yaxis
            assert np.isfinite(axis.range).all()
            assert axis.range[0] < axis.range[1]


def test_a_curve_that_no_lane_has_becomes_the_loss():
    experiment, trajectories, plane = drawn(QUERY + "&curve=zebra.x")
    assert "zebra.x" not in curve_names(experiment, trajectories)
    assert plane.figure.layout.yaxis.title.text == "loss"
    assert np.array_equal(plane.lanes[0]["y"], trajectories[0].loss)


def test_on_data_time_can_be_counted_in_epochs():
    query = "surface=linear_regression&batch=8&steps=120&lane=sgd(lr=0.02)&per=epoch"
    experiment, _, plane = drawn(query)
    assert plane.figure.layout.xaxis.title.text == "epochs"
    assert plane.lanes[0]["x"][-1] == pytest.approx(experiment.epochs) == 20
    away = experiment.with_surface(Experiment().surface)
    assert away.per == "step"
    assert Experiment.from_query("surface=booth&per=epoch").problems == (
        "per must be step or evaluation, not “epoch”; step was used instead.",
    )


def test_every_named_curve_has_a_name_for_people():
    experiment, trajectories, _ = drawn(QUERY)
    names = curve_names(experiment, trajectories)
    assert set(CURVES) <= set(names)
    for key in names:
        for lane, trajectory in zip(experiment.lanes, trajectories, strict=True):
            assert len(curve_values(experiment, lane, trajectory, key)) == 41
