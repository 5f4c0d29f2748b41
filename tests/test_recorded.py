"""What is recorded compares, hashes and prints like a value, with a picture for a notebook."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from experiment import descend, settle
from optimizers import OPTIMIZERS
from surfaces import SURFACES

BOOTH = SURFACES["booth"]
ADAM = OPTIMIZERS["adam"](lr=0.1)
STARTS = np.array([[1.0, 2.0, -3.0], [0.0, 4.0, 4.0]])


def one(steps=30, start=(1.0, 1.0), optimizer=ADAM):
    return descend(optimizer, BOOTH, start, steps)


def many(steps=30, optimizer=ADAM):
    return settle(optimizer, BOOTH, STARTS, steps)


@pytest.mark.parametrize("made", [one, many])
def test_what_is_run_twice_is_equal_and_one_key(made):
    assert made() == made()
    assert hash(made()) == hash(made())
    assert {made(): "seen"}[made()] == "seen"
    assert made() != made(steps=29)
    assert made() != made(optimizer=OPTIMIZERS["sgd"](lr=0.01))
    assert made() != "a run"


def test_every_number_counts_and_nan_equals_itself():
    trajectory = one()
    assert replace(trajectory, loss=trajectory.loss + 1) != trajectory
    held = {**trajectory.state, "m": trajectory.state["m"] + 1}
    assert replace(trajectory, state=held) != trajectory
    asked_nothing = descend(OPTIMIZERS["nelder_mead"](), BOOTH, (1.0, 1.0), 5)
    assert np.isnan(asked_nothing.given).any()
    assert asked_nothing == descend(OPTIMIZERS["nelder_mead"](), BOOTH, (1.0, 1.0), 5)


def test_zeros_of_either_sign_are_equal_and_hash_alike():
    trajectory = one()
    plus, minus = (replace(trajectory, theta=trajectory.theta * 0.0 * s) for s in (1, -1))
    assert plus == minus
    assert hash(plus) == hash(minus)


def test_it_prints_in_a_line():
    assert repr(one(steps=1)).startswith("Trajectory(1 steps from (1, 1) to (1.1, 1.1), loss ")
    assert repr(many()) == "Ends(3 runs: 3 moving)"
    longer = replace(one(steps=1), theta=np.arange(10.0).reshape(2, 5))
    assert "from (0, 1, 2, …) to (5, 6, 7, …), loss" in repr(longer)


@pytest.mark.parametrize(
    "recorded",
    [
        one(),
        one(optimizer=OPTIMIZERS["sgd"](lr=1e300)),
        one(start=(1.0, 3.0)),
        many(),
        many(steps=1),
        replace(many(), theta=np.zeros((5, 3))),
        settle(ADAM, BOOTH, np.zeros((2, 0)), 5),
        settle(ADAM, BOOTH, np.random.default_rng(0).normal(size=(2, 3000)), 2),
    ],
    ids=[
        "run",
        "diverged",
        "at the minimum",
        "ends",
        "one step",
        "five coordinates",
        "none",
        "very many",
    ],
)
def test_its_picture_is_a_small_figure_that_says_what_it_is(recorded):
    text = recorded._repr_html_()
    assert len(text) < 20_000
    assert "nan" not in text
    figure = ET.fromstring(text)
    assert figure.findtext("figcaption") == repr(recorded)
    assert len(figure.find("svg")) == 1
