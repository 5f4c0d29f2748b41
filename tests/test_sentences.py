"""What is said of a race beside its pictures."""

import pytest

from experiment import (
    Experiment,
    Lane,
    end_words,
    opening_words,
    race_title,
    run,
    short,
    verdict,
)
from optimizers import OPTIMIZERS
from surfaces import from_formula


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.5, "1.5"),
        (0.28512, "0.285"),
        (-0.5, "−0.5"),
        (1234.5, "1230"),
        (0.001, "0.001"),
        (4.04e-7, "4.0e−7"),
        (-3e-9, "−3.0e−9"),
        (123456, "1.2e5"),
        (float("inf"), ""),
    ],
)
def test_a_number_has_one_notation(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("link", "title", "opening"),
    [
        ("steps=9", "Adam, Momentum and SGD on Rosenbrock", "Three methods start together on "),
        ("lane=adam&lane=adam(lr=0.1)", "Adam on Rosenbrock", "Two lanes start together on "),
        ("lane=adam", "Adam on Rosenbrock", "Adam starts on "),
        (
            "lane=adam&lane=sgd&lane=lion&lane=rmsprop&start=0,0&start=1,0",
            "Adam, SGD and 2 more on Rosenbrock",
            "Four methods start together from each of 2 places on ",
        ),
    ],
)
def test_a_race_has_a_title_and_an_opening(link, title, opening):
    experiment = Experiment.from_query(link)
    assert race_title(experiment) == title
    assert opening_words(experiment) == f"{opening}Rosenbrock: press play."


def test_a_name_that_is_no_title_has_no_capital_within_a_sentence():
    experiment = Experiment(surface=from_formula("x^2 + y^2"), lanes=(Lane(OPTIMIZERS["adam"]()),))
    assert experiment.surface.name == "Your formula"
    assert race_title(experiment) == "Adam on your formula"
    assert opening_words(experiment) == "Adam starts on your formula: press play."


def told(link):
    experiment = Experiment.from_query(link)
    trajectories = run(experiment)
    return end_words(experiment, trajectories, verdict(experiment, trajectories))


def test_the_result_names_the_lowest_and_how_far_the_next_are():
    assert told("surface=rosenbrock") == (
        "After 1,500 steps Momentum is lowest (loss 4.0e−7); Adam is 17 times as high; SGD is at "
        "0.285."
    )


def test_lanes_that_diverge_are_told_last_and_the_rest_is_counted():
    link = "surface=booth&steps=600&lane=sgd(lr=0.5)&lane=adam(lr=0.5)"
    assert told(link).endswith("; SGD diverged at 8.")
    more = told(f"{link}&lane=lion&lane=sgd(lr=0.4)&lane=sgd(lr=0.3)")
    assert more.startswith("After 600 steps Adam is lowest (loss ")
    assert more.endswith("; two more are no lower.")


def test_two_lanes_of_one_method_keep_what_tells_them_apart():
    assert "Adam · lr 0.1 is lowest" in told("steps=300&lane=adam(lr=0.1)&lane=adam(lr=0.001)")


def test_a_lane_alone_and_a_race_that_cannot_be_judged_say_so():
    assert told("steps=100&lane=adam") == "After 100 steps Adam has a loss of 22 (still moving)."
    assert told("steps=20&lane=adam&lane=bfgs").startswith("No lane is marked as best, because")


def test_per_evaluation_it_is_told_after_as_many():
    assert told("per=evaluation&steps=50&lane=adam(lr=0.1)&lane=bfgs").startswith("After 50 eval")


def test_what_differs_by_rounding_is_not_told_as_so_many_times_as_high():
    lanes = "lane=momentum(lr=0.02)&lane=sgd(lr=0.02)&lane=sgd(lr=0.0005)"
    words = told(f"surface=booth&steps=1500&{lanes}")
    assert "; SGD · lr 0.02 is as low, but for rounding; SGD · lr 0.0005 is " in words
    assert not words.endswith("SGD · lr 0.0005 is as low, but for rounding.")
