"""How a lane ends at each of some values of one of its numbers."""

from dataclasses import replace

import numpy as np
import pytest

from experiment import Experiment, descend
from experiment.maps.axis import swept, with_value
from experiment.maps.theory import curvature, rate_limit
from experiment.strip import FEWEST, MAX_STRIP, afforded, strip, with_any
from figures.strip import strip_shown

pytestmark = pytest.mark.paths


def of(query, key="lr", lane=0):
    race = Experiment.from_query(query)
    assert not race.problems
    return race, race.lanes[lane], swept([race.lanes[lane]])[key].stops


@pytest.mark.parametrize(
    "query",
    [
        "surface=rosenbrock&steps=60&lane=momentum",
        "surface=booth&steps=40&noise=0.5&seed=3&lane=adam(schedule=cosine,clip=1)",
        "surface=beale&steps=8&lane=lbfgs",
    ],
)
def test_a_strip_is_of_the_runs_that_a_lane_makes_alone(query):
    race, lane, stops = of(query)
    found, some = strip(race, lane, "lr", stops), range(0, len(stops), 12)
    assert found.values == stops
    for i in some:
        run = race.run_of(
            type(lane)(
                with_value(lane.optimizer, "lr", stops[i]), lane.schedule, lane.warmup, lane.clip
            )
        ).trajectories()[0]
        assert found.diverged[i] == (run.outcome.kind == "diverged")
        assert found.loss[i] == run.loss[-1]


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov"])
def test_a_limit_is_found_where_theory_has_it_on_a_quadratic(rule):
    race, lane, stops = of(f"surface=ravine&steps=5000&lane={rule}")
    found, theory = strip(race, lane, "lr", stops), rate_limit(lane, curvature(race.surface))
    low, high = found.limit
    assert theory <= low < high < 1.01 * theory
    for rate, kind in ((low, False), (high, True)):
        optimizer = with_value(lane.optimizer, "lr", rate)
        run = descend(optimizer, race.surface, race.start, race.steps)
        assert (run.outcome.kind == "diverged") is kind
    assert len(repr(low)) <= 6, "few digits, so that a link can be read"
    assert found.runs <= len(stops) + 10
    below = [stop for stop in stops if stop <= low]
    assert not found.diverged[: len(below)].any()
    assert found.diverged[len(below)]


def test_there_is_no_limit_where_nothing_diverges_or_the_first_value_does():
    race, lane, stops = of("surface=booth&steps=50&lane=adam")
    assert strip(race, lane, "lr", stops).limit is None
    race, lane, stops = of("surface=booth&steps=50&lane=momentum(lr=0.5)", "momentum")
    found = strip(race, lane, "momentum", stops)
    assert found.diverged[0]
    assert found.limit is None
    assert found.runs == len(stops)


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("surface=rosenbrock&steps=90&lane=lookahead(base=sgd(lr=0.004))", "k"),
        ("surface=booth&steps=30&lane=lbfgs", "max_iter"),
        ("surface=zakharov&steps=60&lane=sophia(lr=0.1)", "update_period"),
    ],
)
def test_a_whole_number_stays_one(query, key):
    race = Experiment.from_query(query)
    assert not race.problems
    (lane,) = race.lanes
    values = lane.optimizer.hyperparameters()[key].stops[::7]
    found = strip(race, lane, key, values)
    for i, value in enumerate(values):
        at = replace(lane, optimizer=lane.optimizer.with_values(**{key: value}))
        (alone,) = race.run_of(at).trajectories()
        assert found.loss[i] == alone.loss[-1]
    if found.limit:
        low, high = found.limit
        assert (type(low), high) == (int, low + 1)


@pytest.mark.parametrize(
    "query",
    [
        "formula=sqrt(x)%2By^2&domain=-1,3,-1,2&start=2,1&steps=90&lane=momentum",
        "formula=x^2%2By^2&start=1,0&steps=30&lane=adam(eps=0)",
        "surface=booth&steps=3000&lane=lbfgs",
        "surface=rosenbrock&steps=60&lane=adagrad",
    ],
)
def test_a_run_that_has_to_stop_is_told_from_one_that_rests_on_a_slope(query):
    race, lane, stops = of(query)
    few = stops[::20]
    found = strip(race, lane, "lr", few)
    for i, value in enumerate(few):
        run_ = race.run_of(replace(lane, optimizer=with_value(lane.optimizer, "lr", value)))
        (alone,) = replace(run_, left=run_.left / len(few)).trajectories()
        assert found.stopped[i] == bool(alone.outcome.cause), value
    assert found.stopped.any() == ("adagrad" not in query)


def test_a_number_of_a_rule_within_another_is_named_by_its_place():
    race, lane, stops = of("surface=booth&steps=40&lane=lookahead(base=nesterov(lr=0.1))")
    alone, within = (strip(race, lane, key, stops) for key in ("lr", "base.lr"))
    assert np.array_equal(alone.loss, within.loss)


def test_a_dear_lane_is_run_at_fewer_values():
    race, lane, stops = of("surface=booth&steps=50&lane=momentum")
    assert afforded(race, lane, stops) == stops
    race, lane, stops = of("surface=booth&steps=20000&lane=lbfgs")
    few = afforded(race, lane, stops)
    assert FEWEST <= len(few) < len(stops)
    assert set(few) <= set(stops)
    assert (few[0], few[-1]) == (stops[0], stops[-1]), "it is said of the whole slider"
    assert MAX_STRIP > 0


def test_a_strip_stays_where_only_its_own_number_changes():
    texts = []
    for query in ("lane=sgd(lr=0.1)", "lane=sgd(lr=0.2)", "steps=9&lane=sgd", "lane=momentum"):
        race, lane, stops = of(query)
        texts.append(with_any(race, lane, "lr", stops[0]))
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


def test_what_ends_lower_is_darker_by_the_scale_of_the_picture():
    race, lane, stops = of("surface=rosenbrock&steps=100&lane=momentum")
    found = strip(race, lane, "lr", stops)
    shown = strip_shown(race, found)
    ends = sorted((e for e in shown["ends"] if not e["diverged"]), key=lambda end: end["loss"])
    shares = [end["share"] for end in ends]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.2
    assert shown["limit"] == list(found.limit)
