"""Who is named best, and when nobody is."""

import dataclasses

import numpy as np
import pytest

from experiment import (
    Experiment,
    distance_to_minimum,
    loss_after,
    outcome_words,
    run,
    verdict,
)


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
        ("lane=momentum&steps=1500", "converged at 1363"),
        ("lane=sgd(lr=0.01)&steps=50", "diverged at 4"),
        ("lane=sgd&steps=50", "still moving"),
        ("lane=sgd(lr=0)&steps=50", "did not move"),
        ("surface=himmelblau&lane=nelder_mead&steps=400", "stopped at 88"),
        ("surface=six_hump_camel&lane=polyak_sgd", "stopped at 8"),
    ],
)
def test_an_outcome_is_told_in_words(query, words):
    _, (trajectory,), _ = judged(query)
    assert outcome_words(trajectory) == words


def test_the_distance_is_to_the_nearest_minimum():
    experiment, (trajectory,), _ = judged("surface=himmelblau&start=2.9,2.1&lane=sgd&steps=1")
    assert distance_to_minimum(experiment, trajectory) == pytest.approx(
        np.linalg.norm(trajectory.theta[-1] - (3, 2))
    )
    experiment, (trajectory,), _ = judged("surface=saddle&lane=sgd&steps=1")
    assert distance_to_minimum(experiment, trajectory) is None
