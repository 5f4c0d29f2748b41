"""Who is named best, and when nobody is."""

import dataclasses
import re
import sys

import numpy as np
import pytest

from experiment import (
    Experiment,
    distance_to_minimum,
    loss_after,
    outcome_words,
    run,
    varied,
    verdict,
)
from experiment.budget import Budget
from experiment.by_kernel import end_by_kernel
from experiment.loop import Descent
from optimizers import OPTIMIZERS

pytestmark = pytest.mark.paths


def judged(query):
    experiment = Experiment.from_query(query)
    trajectories = run(experiment)
    return experiment, trajectories, verdict(experiment, trajectories)


def test_the_lowest_final_loss_wins_a_fair_race():
    _, trajectories, result = judged("lane=adam(lr=0.1)&lane=momentum&lane=sgd")
    losses = [trajectory.loss[-1] for trajectory in trajectories]
    assert result.best == int(np.argmin(losses)) == 1
    assert "Momentum" in result.sentence
    assert "1500 evaluations" in result.sentence


def test_one_step_is_no_steps():
    _, _, result = judged("surface=booth&steps=1&lane=sgd(lr=0.01)&lane=adam")
    assert "1 step and 1 evaluation each" in result.sentence
    _, _, result = judged("surface=booth&steps=1&per=evaluation&lane=sgd(lr=0.01)&lane=adam")
    assert "loss after 1 evaluation at" in result.sentence


def test_a_lane_that_diverged_cannot_win_and_does_not_spoil_the_race():
    _, _, result = judged("surface=saddle&lane=sgd(lr=0.1)&lane=sgd(lr=0.001)&steps=400")
    assert result.best == 1
    assert "that went to the end" in result.sentence


def test_nobody_wins_alone_or_when_all_diverge():
    assert judged("lane=sgd&steps=10")[2].best is None
    result = judged("lane=sgd(lr=1)&lane=sgd(lr=2)&steps=50")[2]
    assert result.best is None
    assert result.sentence == "Every lane diverged: lower their learning rates."


def test_a_lower_learning_rate_is_advised_only_where_it_can_help():
    ended = "surface=formula&formula=x&lane=newton&lane=polyak_sgd&lane=bfgs"
    _, (newton, polyak, bfgs), result = judged(ended)
    assert newton.outcome.reason
    assert polyak.outcome.reason
    assert bfgs.outcome.kind == "diverged"
    assert result.sentence == "No lane went to the end."
    fast = "&lane=sgd(lr=1e9)&lane=lookahead(sgd(lr=1e9))"
    assert judged(ended + fast)[2].sentence == (
        "No lane went to the end: lower the learning rate of SGD · lr 1e+09, "
        "Lookahead · SGD · lr 1e+09."
    )


def test_unequal_evaluations_are_named_instead_of_a_winner():
    experiment, trajectories, _ = judged("lane=adam(lr=0.1)&lane=sgd&steps=20")
    greedy = dataclasses.replace(trajectories[0], asked=2 * trajectories[0].asked)
    result = verdict(experiment, (greedy, trajectories[1]))
    assert result.best is None
    assert "Adam · lr 0.1 took 40, SGD · lr 0.001 20" in result.sentence


def test_per_evaluation_lanes_are_compared_at_what_all_could_spend():
    experiment, trajectories, _ = judged("per=evaluation&lane=adam(lr=0.1)&lane=sgd&steps=20")
    greedy = dataclasses.replace(trajectories[0], asked=2 * trajectories[0].asked)
    assert loss_after(greedy, 20) == greedy.loss[10]
    assert loss_after(greedy, 21) == greedy.loss[10]
    result = verdict(experiment, (greedy, trajectories[1]))
    assert result.best == int(greedy.loss[10] > trajectories[1].loss[20])
    assert "after 20 evaluations" in result.sentence


def test_a_lane_that_stopped_neither_wins_nor_sets_the_budget():
    query = "surface=six_hump_camel&steps=50&lane=polyak_sgd&lane=sgd(lr=0.01)&lane=sgd(lr=0.02)"
    _, (polyak, _, _), result = judged(query + "&per=evaluation")
    assert polyak.outcome.reason
    assert result.best in (1, 2)
    assert result.budget == 50


def test_losses_and_hessians_count_too():
    _, (newton, simplex), result = judged("steps=20&lane=newton&lane=nelder_mead&per=evaluation")
    assert newton.asked[-1].tolist() == [0, 20, 20]
    assert newton.evaluations[-1] == 40
    assert simplex.asked[-1, 0] == simplex.evaluations[-1] > 20
    assert result.budget == min(40, simplex.evaluations[-1])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lane=momentum&steps=3000", "lowest minimum at"),
        ("surface=rastrigin&steps=500&lane=adam(lr=0.1)", "local minimum at"),
        ("surface=himmelblau&lane=nelder_mead&steps=400", "lowest minimum at"),
        ("surface=product&lane=sgd(lr=0.05)&steps=200", "lowest minimum at"),
        ("surface=plateau(steepness=2)&start=4,2&lane=sgd(lr=0.1)&steps=500", "level ground at"),
        ("surface=quadratic&steps=300&lane=lion(lr=0.05)", "swinging"),
        ("steps=500&lane=sgd(schedule=cosine)", "at rest on a slope at"),
        ("lane=sgd(lr=0.01)&steps=50", "diverged at 4"),
        ("lane=sgd&steps=50", "still moving"),
        ("lane=sgd(lr=0)&steps=50", "did not move"),
        ("surface=six_hump_camel&lane=polyak_sgd", "stopped at 8"),
        ("formula=log(x)%2By&start=0.3,0.2&steps=40&lane=sgd(lr=0.5)", "undefined at 1"),
        ("formula=x^2&start=1,1&steps=50&lane=adam(eps=0)", "stopped at 1"),
    ],
)
def test_an_outcome_is_told_in_words(query, words):
    experiment, (trajectory,), _ = judged(query)
    told = outcome_words(experiment.surface, trajectory)
    assert told == words if words[-1].isdigit() or " at" not in words else told.startswith(words)
    assert told.rpartition(" at ")[2] in (str(trajectory.outcome.step), told)


def test_minima_of_which_none_is_known_to_be_the_lowest_are_called_minima():
    experiment, (trajectory,), _ = judged(
        "formula=(x^2%2By^2)^4&start=0.5,0.5&lane=newton&steps=200"
    )
    assert not experiment.surface.minima
    assert outcome_words(experiment.surface, trajectory).startswith("minimum at")


def test_the_distance_is_to_the_nearest_minimum():
    experiment, (trajectory,), _ = judged("surface=himmelblau&start=2.9,2.1&lane=sgd&steps=1")
    assert distance_to_minimum(experiment, trajectory) == pytest.approx(
        np.linalg.norm(trajectory.theta[-1] - (3, 2))
    )
    experiment, (trajectory,), _ = judged("surface=saddle&lane=sgd&steps=1")
    assert distance_to_minimum(experiment, trajectory) is None


@pytest.mark.parametrize(
    "query",
    [
        "surface=product&lane=sgd(lr=0.05)&steps=100",
        "surface=min_norm&lane=adam(lr=0.01)&steps=500",
        "formula=abs(x-y)&lane=sgd(lr=0.01)&steps=100",
        "formula=(x^2%2By^2-4)^2&lane=sgd(lr=0.001)&steps=100",
        "surface=product(rotate=30)&lane=sgd(lr=0.05)&steps=100",
    ],
)
def test_there_is_no_distance_to_minima_that_form_a_line(query):
    experiment, (trajectory,), _ = judged(query)
    assert experiment.surface.minima
    assert distance_to_minimum(experiment, trajectory) is None


@pytest.mark.parametrize("formula", ["x^2+y^4", "1+x^2+y^6", "abs(x)+abs(y)", "10^-6*x^2+y^2"])
def test_a_minimum_that_is_flat_one_way_is_a_point(formula):
    experiment, (trajectory,), _ = judged(
        f"formula={formula.replace('+', '%2B')}&lane=sgd&steps=10"
    )
    assert distance_to_minimum(experiment, trajectory) is not None


def test_a_winner_is_one_at_these_settings_and_momentum_steps_further():
    sentence = judged("lane=adam(lr=0.1)&lane=momentum&lane=sgd")[2].sentence
    assert "at these settings: Momentum" in sentence
    assert "not tuned" in sentence
    assert "Momentum · lr 0.001 goes up to 10 times its rate a step" in sentence
    assert "times its rate" not in judged("lane=adam(lr=0.1)&lane=sgd")[2].sentence


CHAOS = "surface=ackley&lane=momentum(lr=0.3)&lane=nesterov(lr=0.3)"


def test_a_verdict_that_rounding_decides_is_none():
    _, _, result = judged(CHAOS)
    assert result.best is None
    assert result.sentence.startswith("Undecidable here: from the floating-point numbers next to")


def test_under_noise_the_seeds_vote():
    query = "surface=booth&steps=300&lane=sgd(lr=0.02)&lane=momentum(lr=0.02)"
    for seed in (0, 7):
        result = judged(f"{query}&noise=30&seed={seed}")[2]
        assert result.best is None
        counts = [int(number) for number in re.findall(r"with (\d+)(?! of the)", result.sentence)]
        assert sum(counts) == 20
        assert result.sentence.startswith("One seed decides nothing under this noise: ")


def test_a_lane_that_is_best_under_nearly_every_seed_is_named():
    query = "surface=booth&steps=300&noise=1&lane=sgd(lr=0.02)&lane=sgd(lr=0.0001)"
    _, _, result = judged(query)
    assert result.best == 0
    assert "SGD · lr 0.02 (with 20 of 20 seeds)" in result.sentence


@pytest.mark.parametrize(
    ("query", "starts"),
    [
        ("surface=rosenbrock&steps=500&lane=adam(lr=0.1)&lane=sgd", 2),
        ("surface=beale&steps=300&lane=adam(lr=0.1)&lane=rmsprop(lr=0.1)", 4),  # close at the end
        ("surface=bukin6&start=-7,2.5&steps=150&lane=sgd(lr=0.0003)&lane=adam(lr=0.03)", 4),
    ],
)
def test_more_starts_are_asked_for_until_it_is_plain_who_is_best(query, starts):
    race, trajectories, found = judged(query)
    asked = []

    def counted(*given):
        losses = varied(*given)
        asked.append(len(losses))
        return losses

    assert verdict(race, trajectories, counted) == found
    assert sum(asked) == starts * len(race.lanes)


@pytest.mark.parametrize("key", sorted(OPTIMIZERS))
def test_a_verdict_is_that_of_all_starts(key, monkeypatch):
    race = Experiment.from_query(OPTIMIZERS[key].showcase)
    trajectories = run(race)
    found = verdict(race, trajectories)
    monkeypatch.setattr(sys.modules["experiment.verdict"], "PLAINLY", np.inf)
    assert verdict(race, trajectories) == found


def test_with_mini_batches_one_seed_names_no_winner():
    query = "surface=linear_regression&batch=4&steps=100&lane=sgd(lr=0.05)&lane=adam(lr=0.05)"
    _, _, result = judged(query)
    assert result.best is None
    assert "mini-batches" in result.sentence


TURNED = "surface=rosenbrock(rotate=30,shift_x=0.3)&steps=60"


@pytest.mark.parametrize("key", sorted(OPTIMIZERS))
@pytest.mark.parametrize("more", ["", "schedule=cosine"])
def test_runs_of_which_only_the_end_is_asked_end_as_those_that_are_judged(key, more, monkeypatch):
    settings = f"({more})" if more else ""
    race = Experiment.from_query(f"{TURNED}&lane={key}{settings}&lane=sgd")
    assert not race.problems
    found = varied(race, race.lanes[0], 60)
    monkeypatch.setattr("experiment.variation.end_by_kernel", lambda run: None)
    assert found.tobytes() == varied(race, race.lanes[0], 60).tobytes()


def test_a_run_of_which_only_the_end_is_asked_ends_where_the_recorded_one_does():
    race = Experiment.from_query("surface=himmelblau&steps=100&lane=adam&lane=sgd(lr=1)")
    adam, far = (Descent(lane.optimizer, race.surface, race.start, 100) for lane in race.lanes)
    end = end_by_kernel(adam)
    assert end.tobytes() == run(race)[0].theta[-1].tobytes()
    assert end_by_kernel(far) is None  # it diverges
    costs = Budget.of(race.lanes[0].optimizer, race.surface, 100.0)
    poor = Descent(race.lanes[0].optimizer, race.surface, race.start, 100, budget=costs)
    assert end_by_kernel(poor) is None  # it may not go so far


@pytest.mark.parametrize("rule", ["x=x", "m0=1;m=m;x=x", "m=x;x=m", "m=m%2Bg;x=x"])
def test_runs_of_a_rule_that_moves_nothing_are_told_to_end_where_they_began(rule):
    race = Experiment.from_query(f"surface=rosenbrock&steps=9&lane=rule&lane=sgd&rule={rule}")
    assert not race.problems
    start = race.surface.value(np.array(race.start))
    assert varied(race, race.lanes[0], 9) == pytest.approx(np.full(4, start), rel=1e-4)
