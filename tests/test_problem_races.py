"""Races on problems that are no f(x, y): their links, pictures, files, and what they show."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from showcases import measured, sentence
from streamlit.testing.v1 import AppTest

from experiment import MAX_STEPS, PROBLEMS, Experiment, run, shown_off
from exports.forms import FORMS
from figures.curves import curve_figure
from figures.race import race_figures
from figures.thinned import MOST, thinned
from surfaces import SURFACES

pytestmark = pytest.mark.paths

EVERY = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
SHORT = "&steps=40&lane=adam(lr=0.01)&lane=sgd(lr=0.01)"


def race_of(key, more=SHORT):
    race = Experiment.from_query(f"problem={key}{more}")
    assert race.problems == ()
    return race


def drawn(m, i):
    return m.experiment.surface.drawn(m.trajectories[i].theta)


def first(where):
    return int(np.argmax(where)) if where.any() else MAX_STEPS


def apart(m, i):
    """By how many steps the larger singular value comes after the smaller, each at 90 %."""
    values = drawn(m, i)
    return first(values[:, 0] > 3.6) - first(values[:, 1] > 0.9)


CLAIMS = {
    "reddi_deterministic": lambda m: m.end_x(0) > 0.9 and m.end_x(1) < -0.9,
    "reddi_online": lambda m: (
        m.trajectories[0].theta[-1000:, 0].mean() > 0.9
        and abs(first(m.trajectories[1].theta[:, 0] < -0.9) - 109_303) < 5
    ),
    "reddi_stochastic": lambda m: m.end_x(0) > 0.7 and m.end_x(1) < -0.7,
    "alternating_gradients": lambda m: (
        abs(m.end_x(1) - m.end_y(1)) < 1e-6 and m.end_x(0) > 30 * m.end_y(0)
    ),
    "classification": lambda m: (
        max(m.ending(0), m.ending(1)) < 1e-6 and m.drawn_y(0) > 0.5 and m.drawn_y(1) < -0.2
    ),
    "matrix_factorization": lambda m: (
        apart(m, 1) > 0 > max(apart(m, 0), apart(m, 2))
        and apart(measured(m.experiment.on(PROBLEMS["matrix_factorization"])), 2) > 0
    ),
}


@EVERY
def test_a_showcase_shows_what_its_sentence_says(problem):
    race = Experiment.from_query(problem.showcase)
    assert race.problems == ()
    assert race.to_query() == problem.showcase
    m = measured(race)
    sentence(problem.see, m)
    assert not any(t.outcome.cause for t in m.trajectories)
    assert CLAIMS[problem.key](m)


# Links


@EVERY
def test_a_link_to_a_problem_reads_back(problem):
    race = race_of(problem.key)
    assert Experiment.from_query(race.to_query()) == race
    assert race.to_query().startswith(f"problem={problem.key}&")
    moved = replace(race, start=tuple(0.5 * np.array(race.start) + 0.01))
    assert Experiment.from_query(moved.to_query()) == moved


def test_a_problem_s_settings_and_steps_stand_in_its_link():
    race = Experiment.from_query("problem=reddi_deterministic(C=7)&lane=adam")
    assert race.surface.C == 7
    assert race.steps == 200
    assert race.to_query() == "problem=reddi_deterministic(C=7)&lane=adam"
    assert race.on(race.surface.with_values(C=5)).surface.C == 5


def test_a_problem_s_many_steps_are_not_taken_on_to_a_surface():
    race = Experiment.from_query("problem=reddi_online&lane=adam")
    assert race.with_surface(SURFACES["booth"]).steps == Experiment().steps
    short = Experiment.from_query("surface=booth&steps=70&lane=adam")
    assert short.with_surface(SURFACES["beale"]).steps == 70
    assert short.with_surface(PROBLEMS["reddi_online"]).steps == PROBLEMS["reddi_online"].steps


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("problem=rosenbrock&lane=adam", "There is no problem “rosenbrock”"),
        ("problem=reddi_deterministic(C=1)&lane=adam", "C must be at least 2"),
        ("problem=reddi_deterministic(D=1)&lane=adam", "has no “D”"),
        ("problem=reddi_deterministic&start=3&lane=adam", "start must lie where"),
        ("problem=reddi_deterministic&start=a&lane=adam", "start must be finite numbers (1)"),
        ("problem=alternating_gradients&start=1&lane=adam", "start must be two finite numbers"),
        ("problem=reddi_deterministic&batch=4&lane=adam", "batch is for a loss on data"),
        ("problem=reddi_deterministic&surface=booth&lane=adam", "surface is no part of a race on"),
    ],
)
def test_what_cannot_be_used_of_it_is_said_in_one_sentence(link, said):
    race = Experiment.from_query(link)
    (told,) = race.problems
    assert said in told
    assert race.lanes[0].optimizer.key == "adam"


def test_a_method_for_the_plane_alone_says_so_in_its_lane():
    race = race_of("classification", "&steps=5&lane=bfgs&lane=sgd")
    planar, plain = run(race)
    assert planar.outcome.kind == "stopped"
    assert "worked out here for two coordinates" in planar.outcome.reason
    assert len(plain.theta) == 6


# Pictures and files


@EVERY
def test_it_is_drawn_as_it_says_with_no_scene_and_looked_into(problem):
    race = race_of(problem.key)
    pictures = race_figures(race, run(race), (), range(2))
    assert pictures.scene is None
    assert len(pictures.packed()) < 100_000
    ends = [[lane["x"][-1], lane["y"][-1]] for lane in pictures.contour.lanes]
    np.testing.assert_allclose(ends, [problem.lasting(40).drawn(t.theta)[-1] for t in run(race)])
    names = race.surface.coordinates
    for inspection in pictures.inspections.values():
        packed = inspection.packed()
        assert packed["axes"] == list(names[:3])
        for series in packed["series"]:
            assert series["shape"] != [problem.size] or problem.size <= len(names[:3])


@EVERY
@pytest.mark.parametrize("ending", [".csv", ".json", "_online.html", ".race.json", ".bib"])
def test_every_file_that_is_no_script_can_be_taken_away(problem, ending):
    race = race_of(problem.key)
    form = FORMS[ending]
    assert form.refusal(race) == ""
    text = form.make(race, run(race), "")
    if ending == ".csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert float(rows[40][problem.coordinates[0]]) == run(race)[0].theta[-1, 0]
    if ending == ".json":
        assert json.loads(text)["lanes"][0][problem.coordinates[0]][-1] == run(race)[0].theta[-1, 0]
    if ending == "_online.html":
        assert problem.name in text


@pytest.mark.parametrize("ending", [".py", "_torch.py", "_optax.py"])
def test_a_script_is_refused_in_a_sentence(ending):
    said = FORMS[ending].refusal(race_of("reddi_deterministic"))
    assert said.endswith("and Every third step is none.")


# Long runs


def test_a_long_run_is_drawn_by_few_rows_that_reach_all_it_reached():
    rng = np.random.default_rng(0)
    columns = np.cumsum(rng.standard_normal((60_000, 2)), axis=0)
    columns[31_415] = 1e6, -1e6
    columns[5] = np.nan
    rows = thinned(columns)
    assert len(rows) < 15_000
    assert rows[0] == 0
    assert rows[-1] == 59_999
    assert 31_415 in rows
    np.testing.assert_array_equal(thinned(columns[:MOST]), np.arange(MOST))


def test_a_race_of_many_steps_crosses_the_wire_thinned_and_its_last_step_is_the_last():
    race = Experiment.from_query("surface=booth&steps=30000&lane=sgd(lr=0.0001)&lane=adam(lr=1e-4)")
    trajectories = run(race)
    assert [len(t.theta) for t in trajectories] == [30_001, 30_001]
    figures = race_figures(race, trajectories, (), range(1))
    assert len(figures.packed()) < 1_500_000
    for lane in curve_figure(race, trajectories).lanes:
        assert len(lane["y"]) < 10_000
        assert lane["step"][-1] == 30_000
    assert figures.contour.lanes[0]["step"][-1] == 30_000


def test_where_a_long_run_leaves_the_view_is_its_own_step():
    race = Experiment.from_query("surface=saddle&start=1,0.001&steps=20000&lane=sgd(lr=0.0005)")
    (trajectory,) = run(race)
    figures = race_figures(race, (trajectory,))
    (lane,) = figures.contour.lanes
    x0, x1, y0, y1 = race.surface.domain
    x, y = trajectory.theta.T
    assert int(lane["exits"]["labels"][0]) == np.argmax((x < x0) | (x > x1) | (y < y0) | (y > y1))


# The page


def test_the_page_shows_a_problem_and_goes_back_to_a_surface():
    page = AppTest.from_file("../app_pages/main.py", default_timeout=60)
    for key, value in {"problem": "reddi_deterministic(C=4)", "lane": "adam"}.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    assert page.session_state.session.experiment.surface.C == 4
    assert "Every third step" in page.markdown[0].value
    assert all("Start" not in (number.label or "") for number in page.number_input)
    race = page.session_state.session.experiment
    assert shown_off(race, PROBLEMS["reddi_deterministic"]).lanes != race.lanes
