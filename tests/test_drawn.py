"""Which changes leave all but the pictures and the results as they are."""

import pytest

from app_pages.drawn import differs_in_drawing, is_drawn_alone
from experiment import Experiment
from surfaces import SURFACES

BEFORE = "surface=rosenbrock&lane=adam(lr=0.1)&lane=lookahead(sgd(lr=0.01))&lane=newton"


def race(query):
    read = Experiment.from_query(query)
    assert not read.problems
    return read


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("rosenbrock", "rosenbrock(a=0.5,b=20)"),
        ("adam(lr=0.1)", "adam(lr=0.3)"),
        ("sgd(lr=0.01)", "sgd(lr=0.02)"),
    ],
)
def test_numbers_of_the_surface_and_learning_rates_change_what_is_drawn_only(was, becomes):
    assert differs_in_drawing(race(BEFORE), race(BEFORE.replace(was, becomes)))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("rosenbrock", "booth"),
        ("rosenbrock", "rosenbrock(rotate=30)"),
        ("rosenbrock", "rosenbrock&domain=-1,1,-1,1"),
        ("adam(lr=0.1)", "adam(lr=0.1,beta1=0.8)"),
        ("adam(lr=0.1)", "adam(lr=0.1,label=mine)"),
        ("adam(lr=0.1)", "adamw(lr=0.1)"),
        ("&lane=newton", ""),
        ("newton", "newton&steps=100"),
        ("newton", "newton&start=1,1"),
        ("newton", "newton&noise=1"),
        ("newton", "newton&ribbon=1"),
        ("newton", "newton&curve=x"),
    ],
)
def test_what_controls_show_is_sent_with_all_of_them(was, becomes):
    assert not differs_in_drawing(race(BEFORE), race(BEFORE.replace(was, becomes)))


@pytest.mark.parametrize(
    "query",
    [
        "surface=formula(k=2)&formula=k*x**2%2By**2&lane=sgd",  # what was found is said
        "surface=ravine&lane=sgd",  # as is the root of its condition
        "surface=linear_regression&lane=sgd",
        "surface=rosenbrock&lane=rule&rule=x=x-lr*g",  # and what a rule computes
        "surface=rosenbrock&lane=lookahead(rule)&rule=x=x-lr*g",
    ],
)
def test_where_the_page_says_what_a_number_means_all_of_it_is_sent(query):
    assert not is_drawn_alone(race(query))


def test_a_showcase_is_told_with_all_that_is_said_of_it():
    shown = race(SURFACES["rosenbrock"].showcase)
    other = race(SURFACES["rosenbrock"].showcase.replace("lr=0.001", "lr=0.002", 1))
    assert not differs_in_drawing(other, shown)


def test_a_change_that_is_refused_is_told_with_the_whole_page():
    refused = Experiment.from_query(f"{BEFORE}&steps=0")
    assert refused.problems
    assert not differs_in_drawing(race(BEFORE), refused)
