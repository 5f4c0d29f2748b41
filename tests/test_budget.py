"""No link keeps the server for long: the work of a race is bounded, by counting."""

from dataclasses import replace

import numpy as np
import pytest

from app_pages import pictures
from experiment import Experiment, Lane, Run, descend, run, run_lane, run_swarm, settle
from experiment.budget import MAX_LANES, MAX_STARTS, MAX_STEPS, RACE, Budget
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula

BOOTH = SURFACES["booth"]
SMALL = 5e4  # of a budget; a tenth of a second at most
STARTS = "&".join(f"start={-1.9 + 0.19 * i:.2f},{-1 + 0.1 * i:.1f}" for i in range(MAX_STARTS))

# One of each kind that is dear.
DEAR = {
    "endless steps": "surface=rosenbrock&steps=10000&lane=line_search_gd(shrink=0.9999999999)",
    "endless iterations": "surface=rosenbrock&steps=10&lane=lbfgs(max_iter=100000000,lr=1e-9,"
    "tolerance_grad=0,tolerance_change=0,max_eval=999999999)",
    "a long memory": "surface=rosenbrock&steps=10000&lane=lbfgs(lr=1e-5,tolerance_change=0)",
    "a deep network": "surface=network_slice(layers=6)&steps=10000&lane=line_search_gd",
    "a swarm one by one": f"surface=rosenbrock&steps=10000&{STARTS}&lane=nelder_mead"
    + "&lane=sam(nelder_mead)" * 7,
}


def spent(trajectory):
    return trajectory.outcome.cause == "spent"


def cost(experiment):
    """What all runs of a race took of its budget."""
    total = sum(each.cost for each in run(experiment))
    for lane in experiment.lanes:
        runs = run_swarm(experiment, lane)
        total += sum(r.cost for r in (runs[:1] if lane.optimizer.vectorized else runs))
    return total


# It holds


@pytest.mark.parametrize("kind", DEAR)
def test_the_dearest_of_each_kind_ends_when_its_budget_does(kind, monkeypatch):
    monkeypatch.setattr("experiment.budget.RACE", SMALL)
    experiment = Experiment.from_query(DEAR[kind])
    assert experiment.problems == ()
    for lane, trajectory in zip(experiment.lanes, run(experiment), strict=True):
        assert spent(trajectory)
        assert trajectory.outcome.kind == "stopped"
        assert trajectory.outcome.step == len(trajectory.theta) - 1 < experiment.steps
        assert trajectory.outcome.reason.endswith(": take fewer steps, lanes or starts.")
        assert all(map(spent, run_swarm(experiment, lane)))
    an_answer = max(Budget.of(e.optimizer, experiment.surface, 0).step for e in experiment.lanes)
    most = SMALL + 20 * MAX_LANES * MAX_STARTS * an_answer  # each may ask once too often
    assert cost(experiment) <= most


@pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_method_ends_where_its_budget_does_and_is_the_same_run_until_then(cls):
    optimizer = cls.suggested()
    whole = descend(optimizer, BOOTH, (4.0, 3.0), 60, budget=Budget.of(optimizer, BOOTH, np.inf))
    free = descend(optimizer, BOOTH, (4.0, 3.0), 60)
    np.testing.assert_array_equal(whole.theta, free.theta)
    assert whole.outcome == free.outcome
    cut = descend(
        optimizer, BOOTH, (4.0, 3.0), 60, budget=Budget.of(optimizer, BOOTH, 0.4 * whole.cost)
    )
    rows = len(cut.theta)
    np.testing.assert_array_equal(cut.theta, free.theta[:rows])
    np.testing.assert_array_equal(cut.asked, free.asked[:rows])
    assert spent(cut)
    assert rows < len(free.theta)


def test_the_same_budget_ends_at_the_same_step_every_time():
    def steps():
        budget = Budget.of(OPTIMIZERS["adam"](), BOOTH, 10_000)
        return descend(OPTIMIZERS["adam"](), BOOTH, (4.0, 3.0), 5000, budget=budget).outcome.step

    assert len({steps() for _ in range(3)}) == 1


def test_runs_that_settle_share_a_budget():
    for key in ("adam", "nelder_mead"):
        ends = settle(OPTIMIZERS[key](), BOOTH, np.full((2, 5), 4.0), 5000, budget=10_000)
        assert set(ends.kind.tolist()) == {"stopped"}
        assert len(set(ends.step.tolist())) == 1


# It is shared fairly


def test_equal_lanes_and_starts_end_alike(monkeypatch):
    monkeypatch.setattr("experiment.budget.RACE", 8 * SMALL)
    lanes = "&lane=nelder_mead(simplex_size=0.5)" * 4
    race = Experiment.from_query(f"surface=booth&steps=10000&start=4,3&start=-3,2&start=1,9{lanes}")
    steps = [t.outcome.step for t in run(race)]
    assert len(set(steps)) == 1
    for lane in race.lanes:
        for other in run_swarm(race, lane):
            assert spent(other)
            assert other.cost == pytest.approx(run_lane(race, lane).cost, rel=0.05)


def test_all_parts_of_a_race_are_what_it_may_cost():
    race = Experiment.from_query(f"surface=booth&{STARTS}&lane=adam&lane=nelder_mead&lane=sgd")
    parts = [share for lane in race.lanes for share in race.shares(lane).values()]
    assert sum(parts) == pytest.approx(RACE)
    noisy = replace(race, noise=0.1)
    assert noisy.shares(noisy.lanes[1])["variation"] == 0, "the verdict asks for none"
    (alone,) = Experiment.from_query("surface=booth&lane=adam").lanes
    assert Experiment(surface=BOOTH, lanes=(alone,)).shares(alone)["start"] == pytest.approx(RACE)


# It does not touch what people do


def steps_within(experiment, lane):
    """How many steps that ask for one gradient a lane's own run may take."""
    return experiment.shares(lane)["start"] / experiment.budget(lane, 0).usual


def test_eight_long_lanes_from_twenty_starts_are_within_it():
    lanes = "&".join(f"lane=adam(lr=0.{i}1)" for i in range(MAX_LANES))
    race = Experiment.from_query(f"surface=rosenbrock&steps=10000&{STARTS}&{lanes}")
    assert race.problems == ()
    assert all(steps_within(race, lane) > 1.5 * race.steps for lane in race.lanes)


def test_the_longest_race_of_a_lane_is_within_it():
    race = Experiment.from_query(f"surface=rosenbrock&steps={MAX_STEPS}&lane=adam")
    assert steps_within(race, race.lanes[0]) > race.steps


@pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_showcase_is_far_within_it(cls):
    race = Experiment.from_query(cls.showcase)
    for lane, trajectory in zip(race.lanes, run(race), strict=True):
        assert not spent(trajectory)
        assert trajectory.cost < 0.1 * race.shares(lane)["start"]


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_opening_race_is_far_within_it_on_every_surface(surface):
    race = Experiment(surface=surface)
    assert all(steps_within(race, lane) > 2 * race.steps for lane in race.lanes)


# What is counted


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_more_points_cost_more_and_less_than_one_by_one(surface):
    one, many = surface.cost(), surface.cost(100)
    assert all(0 < a <= b < 100 * a for a, b in zip(one, many, strict=True))


def test_more_layers_rows_and_operations_cost_more():
    network = SURFACES["network_slice"]
    by_layers = [network.with_values(layers=n).cost()[1] for n in range(1, 7)]
    assert by_layers == sorted(set(by_layers))
    assert network.cost(rows=1)[1] < network.cost(rows=10)[1] < network.cost()[1]
    short, long = from_formula("x^2 + y^2"), from_formula("*".join(["sin(x + y)^2"] * 9) + "*y")
    assert short.cost()[2] < long.cost()[2]
    assert short.cost()[1] < short.transformed(rotate=20.0).cost()[1]


# What is kept of it


def test_a_run_that_did_not_spend_its_budget_is_kept_for_races_with_more_lanes(monkeypatch):
    made, go = [], Run.trajectories
    monkeypatch.setattr(Run, "trajectories", lambda run: made.append(run.lane) or go(run))
    lane = Lane(OPTIMIZERS["adam"](lr=0.0321))
    race = Experiment(surface=BOOTH, lanes=(lane,), steps=77)
    pictures.run_lanes(race)
    pictures.run_lanes(replace(race, lanes=(lane, lane)))
    assert made == [lane]


def test_a_run_that_spent_it_is_another_in_a_race_with_more_lanes(monkeypatch):
    monkeypatch.setattr("experiment.budget.RACE", SMALL)
    lane = Lane(OPTIMIZERS["adam"](lr=0.0123))
    one = Experiment(surface=BOOTH, lanes=(lane,), steps=MAX_STEPS)
    two = replace(one, lanes=(lane, lane))
    for race in (one, two, one):
        for kept in pictures.run_lanes(race):
            np.testing.assert_array_equal(kept.theta, run_lane(race, lane).theta)
    assert len(pictures.run_lanes(two)[0].theta) < len(pictures.run_lanes(one)[0].theta)
