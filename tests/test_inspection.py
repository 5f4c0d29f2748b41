"""Looking into a step shows what the optimizer held, before and after it."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from experiment import Experiment, run
from figures.inspection import inspection
from figures.race import race_figures
from optimizers import OPTIMIZERS


def inspected(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    (trajectory,) = run(experiment)
    return trajectory, inspection(experiment.lanes[0], trajectory, experiment.steps)


def rows(seen, name):
    (found,) = (s.rows for s in seen.series if s.name == name)
    return found


def plain(markup):
    slots = re.sub(r'<mn data-at="(\d+) (-?\d+) (\d)">0</mn>', r"{\1,\2,\3}", markup)
    return re.sub(r"<[^>]*>", "", slots)


def test_the_series_are_the_trajectory_row_for_row():
    trajectory, seen = inspected("surface=beale&start=1.5,0.7&steps=30&lane=adam(lr=0.1)")
    assert np.array_equal(rows(seen, "position"), trajectory.theta)
    assert np.array_equal(rows(seen, "step")[1:], np.diff(trajectory.theta, axis=0))
    assert np.array_equal(rows(seen, "loss"), trajectory.loss)
    for key in ("m", "v", "m_hat", "v_hat"):
        assert np.array_equal(rows(seen, key)[1:], trajectory.state[key])
    assert np.array_equal(rows(seen, "m")[0], [0, 0])


def test_the_gradient_is_the_one_that_the_step_worked_with():
    trajectory, seen = inspected(
        "surface=beale&steps=30&noise=2&lane=sgd(weight_decay=0.1,lr=0.01)"
    )
    g = rows(seen, "gradient")[1:]
    assert not np.allclose(trajectory.theta[:-1] * 0.1 + trajectory.gradient[:-1], g)
    assert trajectory.theta[:-1] - 0.01 * g == pytest.approx(trajectory.theta[1:], rel=1e-12)


def test_clipping_shows_in_the_gradient():
    _, seen = inspected("surface=rosenbrock&steps=30&lane=sgd(lr=0.01,clip=1)")
    assert np.hypot(*rows(seen, "gradient")[1:].T).max() <= 1 + 1e-12


def test_a_rule_is_shown_with_the_numbers_of_the_step():
    _, seen = inspected("lane=adam(lr=0.1)&steps=5")
    places = {s.name: i for i, s in enumerate(seen.series)}
    m, g = places["m"], places["gradient"]
    symbols, numbers = seen.lines[0]
    assert plain(symbols) == "mt=β1mt−1+(1−β1)gt"
    assert plain(numbers) == (
        f"mt=0.9·[{{{m},-1,0}}{{{m},-1,1}}]+(1−0.9)[{{{g},0,0}}{{{g},0,1}}]"
        f"=[{{{m},0,0}}{{{m},0,1}}]"
    )


def test_a_scheduled_learning_rate_changes_from_step_to_step():
    trajectory, seen = inspected("steps=50&lane=sgd(lr=0.001,warmup=10)")
    scheduled = rows(seen, "scheduled lr")[1:, None]
    g = rows(seen, "gradient")[1:]
    assert trajectory.theta[:-1] - scheduled * g == pytest.approx(trajectory.theta[1:], rel=1e-12)


def test_the_effective_learning_rate_of_adam_is_lr_over_the_root_of_v():
    trajectory, seen = inspected("surface=beale&start=1.5,0.7&steps=30&lane=adam(lr=0.1)")
    stated = 0.1 / (np.sqrt(trajectory.state["v_hat"]) + 1e-8)
    assert rows(seen, "effective learning rate")[1:] == pytest.approx(stated, rel=1e-9)


@pytest.mark.parametrize(("lane", "rate"), [("sgd(lr=0.01)", 0.01), ("momentum(lr=0.01)", 0.01)])
def test_the_effective_learning_rate_of_sgd_is_its_learning_rate(lane, rate):
    _, seen = inspected(f"surface=beale&start=1.5,0.7&steps=30&lane={lane}")
    assert rows(seen, "effective learning rate")[1:] == pytest.approx(rate, rel=1e-9)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_method_can_be_looked_into(key):
    lane = f"{key}(f_min=0)" if key == "polyak_sgd" else key
    trajectory, seen = inspected(f"surface=beale&steps=12&lane={lane}")
    assert len(seen.lines) == len(OPTIMIZERS[key]().rule_as_set())
    shown = {s.name for s in seen.series}
    hidden = {"step", *(s for s in trajectory.state if s not in shown)}
    for name in hidden - {"step"}:
        assert np.array_equal(trajectory.state[name], rows(seen, "gradient")[1:], equal_nan=True)
    for line in seen.lines:
        for markup in line:
            tags = Tags()
            tags.feed(markup)
            assert not tags.open
            for i, back, k in re.findall(r'data-at="(\d+) (-?\d+) (\d)"', markup):
                assert int(k) < seen.series[int(i)].rows[0].size
                assert -3 < int(back) <= 0


def test_only_what_is_asked_for_crosses_the_wire():
    experiment = Experiment()
    trajectories = run(experiment)
    none = race_figures(experiment, trajectories).packed()
    one = race_figures(experiment, trajectories, inspected=[1]).packed()
    assert b'"inspections":{}' in none
    assert b'"inspections":{"1":' in one
    assert len(none) < len(one) < len(none) + 120_000


def test_the_scheduled_rate_of_a_run_that_ended_early_is_the_one_that_it_had():
    trajectory, seen = inspected("steps=50&lane=sgd(lr=0.01,schedule=cosine)")
    assert trajectory.outcome.kind == "diverged"
    took = len(trajectory.theta) - 1
    met = np.abs(trajectory.state["step"] / trajectory.given).max(axis=1)
    assert rows(seen, "scheduled lr")[1:] == pytest.approx(met)
    assert took < 50


@pytest.mark.parametrize(
    ("lane", "scaling"),
    [
        ("adam", "√v̂"),
        ("adam(bias_correction=false)", "√v"),
        ("rmsprop", "√v"),
        ("rmsprop(centered=true)", ""),
        ("adabelief", "√ŝ"),
        ("adagrad", "√G"),
        ("sgd", ""),
    ],
)
def test_what_each_coordinate_is_divided_by_is_named(lane, scaling):
    race = Experiment.from_query(f"steps=3&lane={lane}")
    (trajectory,) = run(race)
    assert inspection(race.lanes[0], trajectory, 3).scaling == scaling
