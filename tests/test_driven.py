"""Typed formulas whose letters change from step to step."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from experiment import Experiment, descend, run, settle, verdict
from exports.forms import FORMS
from optimizers import OPTIMIZERS
from surfaces import from_formula

pytestmark = pytest.mark.paths

SGD = OPTIMIZERS["sgd"]


def test_a_letter_that_is_the_step_is_so_at_each_step():
    surface = from_formula("t*x + y^2", t="step")
    run = descend(SGD(lr=0.1), surface, (0.0, 0.0), 4)
    np.testing.assert_allclose(run.given[:, 0], [1, 2, 3, 4])
    np.testing.assert_allclose(run.theta[:, 0], -0.1 * np.array([0, 1, 3, 6, 10]))


def test_the_map_and_the_recorded_losses_are_those_of_one_step():
    surface, first = from_formula("t*x + y^2", t="step"), from_formula("t*x + y^2", t=1.0)
    points = np.array([[1.0, -2.0], [0.5, 3.0]])
    np.testing.assert_array_equal(surface.value(points), first.value(points))
    np.testing.assert_array_equal(surface.hessian(points), first.hessian(points))


def test_a_letter_by_chance_is_drawn_by_the_seed_and_a_longer_run_repeats_a_shorter():
    surface = from_formula("u*x + v*y", u="random", v="random")
    assert surface.draws
    runs = [descend(SGD(lr=0.1), surface, (0.0, 0.0), n, seed=s) for n, s in [(9, 1), (600, 1)]]
    np.testing.assert_array_equal(runs[0].given, runs[1].given[:9])
    given = runs[1].given
    assert ((given >= 0) & (given < 1)).all()
    assert abs(given.mean() - 0.5) < 0.03
    assert len(np.unique(given)) == given.size
    other = descend(SGD(lr=0.1), surface, (0.0, 0.0), 9, seed=2)
    assert (other.given != runs[0].given).all()


def test_settle_meets_the_same_alone_and_among_many():
    surface = from_formula("u*x^2 + t*y^2/50", u="random", t="step")
    starts = np.random.default_rng(0).uniform(-3, 3, (2, 300))
    ends = settle(OPTIMIZERS["adam"](lr=0.05), surface, starts, 40, seed=7)
    for i in (0, 255, 256, 299):
        run = descend(OPTIMIZERS["adam"](lr=0.05), surface, starts[:, i], 40, seed=7)
        np.testing.assert_array_equal(ends.theta[:, i], run.theta[-1])


def test_a_transformed_surface_is_driven_too():
    surface = from_formula("t*x + y^2", t="step").transformed(scale_loss=2.0)
    np.testing.assert_allclose(descend(SGD(lr=0.1), surface, (0.0, 0.0), 3).given[:, 0], [2, 4, 6])


def test_it_stands_in_the_link_and_decides_the_seed_s_place_in_a_run_s_key():
    link = "surface=formula(t=step,u=random)&formula=t*x+u*y^2&seed=3&lane=sgd(lr=0.01)"
    race = Experiment.from_query(link.replace("+", "%2B"))
    assert race.problems == ()
    assert race.surface.driven == {"t": "step", "u": "random"}
    assert Experiment.from_query(race.to_query()) == race
    assert "surface=formula(t=step,u=random)" in race.to_query()
    assert replace(race, seed=4).runs() != race.runs()
    plain = race.on(race.surface.with_values(u=0.5))
    assert replace(plain, seed=4).runs() == plain.runs()


def test_t_keeps_its_meaning_where_nothing_else_is_said():
    race = Experiment.from_query("formula=t*x^2&surface=formula(t=2)&lane=sgd(lr=0.1)")
    assert race.surface.driven == {}
    assert race.surface.stream() is None
    assert race.surface.values == (2.0,)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("surface=formula(t=steps)&formula=t*x^2&lane=sgd", "t must be a finite number"),
        ("surface=rosenbrock(a=step)&lane=sgd", "a must be a finite number"),
    ],
)
def test_another_word_is_refused(link, said):
    (told,) = Experiment.from_query(link).problems
    assert said in told


@pytest.mark.parametrize("ending", [".py", "_torch.py", "_optax.py"])
def test_a_script_of_one_loss_is_refused(ending):
    race = Experiment.from_query("surface=formula(t=step)&formula=t*x^2&lane=sgd(lr=0.1)")
    assert "here t changes from step to step" in FORMS[ending].refusal(race)


def test_who_is_best_by_chance_is_not_said():
    race = Experiment.from_query(
        "surface=formula(u=random)&formula=u*x^2%2By^2&steps=30&lane=sgd(lr=0.1)&lane=adam(lr=0.1)"
    )
    judged = verdict(race, run(race))
    assert judged.best is None
    assert "this seed draws" in judged.sentence


def test_the_page_tells_what_is_drawn_and_a_letter_can_be_a_number_again():
    page = AppTest.from_file("../app_pages/main.py", default_timeout=60)
    page.query_params["surface"] = "formula(t=step)"
    page.query_params["formula"] = "t*x^2+y^2"
    page.query_params["lane"] = "sgd(lr=0.001)"
    page.run()
    assert not page.exception
    assert any("t is the number of the step" in caption.value for caption in page.caption)
    (follows,) = (box for box in page.selectbox if box.label == "t is")
    follows.set_value("number").run()
    assert page.session_state.session.experiment.surface.values == (1.0,)
