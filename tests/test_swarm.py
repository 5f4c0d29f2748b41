"""Many starts: each run is the one that it would be by itself."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
from components import tables
from streamlit.testing.v1 import AppTest

from experiment import MAX_STARTS, Experiment, Lane, descend, run, run_swarm, settle
from figures.path import visible_path
from figures.race import race_figures
from figures.relief import relief
from figures.swarm import CELLS, swarm_paths
from optimizers import OPTIMIZERS

pytestmark = pytest.mark.paths

PAGE = str(Path(__file__).parents[1] / "app_pages" / "main.py")
STARTS = "start=-1.5,1.5&start=0.5,0.5&start=1.9,-0.9&start=1,1"


@pytest.mark.parametrize(
    "lane",
    [
        "adam(lr=0.1)",
        "sgd(lr=0.01)",
        "sgd(lr=1e200)",
        "momentum(lr=0.002,warmup=10)",
        "bfgs",
        "lookahead(sgd)",
    ],
)
@pytest.mark.parametrize("more", ["", "&noise=1&seed=3"])
def test_a_swarm_is_the_runs_from_its_starts(lane, more):
    together = Experiment.from_query(f"{STARTS}&steps=60&lane={lane}{more}")
    assert not together.problems
    swarm = run_swarm(together, together.lanes[0])
    assert len(swarm) == 3
    for (x, y), member in zip(together.swarm, swarm, strict=True):
        (alone,) = run(Experiment.from_query(f"start={x},{y}&steps=60&lane={lane}{more}"))
        assert member.theta == pytest.approx(alone.theta, rel=1e-12, abs=1e-300)
        assert member.loss == pytest.approx(alone.loss, rel=1e-9)
        assert member.outcome.kind == alone.outcome.kind
        assert member.outcome.step == alone.outcome.step


VECTORIZED = [key for key, cls in OPTIMIZERS.items() if cls.vectorized]
MULTIPLY = ("muon", "shampoo")  # whose sums and powers NumPy may round otherwise for several
PLACES = {
    "bowl": "surface=quadratic&start=-1,1&start=1.5,0.5&start=0,0&start=0,1",
    "ripples": "surface=ackley&start=-3,2&start=0.4,0.1&start=4,-4&start=1,1",
    "saddle": "surface=saddle&start=1,0.001&start=0.4,-1.3&start=0,0&start=-1,0",
    "flats": "surface=plateau&start=4,2&start=0.2,0.1&start=-1.5,1&start=0,0",
    "flat in y": "formula=x^2&domain=-2,2,-2,2&start=1,1&start=-1.5,0&start=0,0&start=0,1",
    "downhill": "formula=x^3-3x%2By^2&domain=-3,3,-3,3&start=2,1&start=-1,1&start=-2.9,0&start=0,1",
    "an edge": "formula=x*log(x)%2By^2&domain=0,3,-2,2&start=2,1&start=0.3,0&start=0.1,0&start=1,1",
}


@pytest.mark.parametrize("where", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("key", VECTORIZED)
def test_every_run_of_a_swarm_ends_as_it_would_by_itself(key, where):
    """Those that arrive, diverge, leave where the loss is defined or cannot go on, side by side."""
    plain = OPTIMIZERS[key].suggested()
    lanes = [plain]
    if "lr" in plain.hyperparameters():
        lanes.append(replace(plain, lr=30 * plain.lr))
    read = Experiment.from_query(f"{where}&steps=40")
    for optimizer in lanes:
        together = replace(read, lanes=(Lane(optimizer),))
        assert len(together.swarm) == 3, together.problems
        apart = {"rtol": 1e-9} if key in MULTIPLY else {"rtol": 0}
        swarm = run_swarm(together, together.lanes[0])
        ends = settle(optimizer, together.surface, np.array(together.swarm).T, 40)
        for i, (start, member) in enumerate(zip(together.swarm, swarm, strict=True)):
            alone = descend(optimizer, together.surface, start, 40)
            assert member.outcome == alone.outcome
            assert (ends.kind[i], ends.step[i]) == (alone.outcome.kind, alone.outcome.step)
            np.testing.assert_allclose(member.theta, alone.theta, **apart)
            np.testing.assert_allclose(member.loss, alone.loss, **apart)
            np.testing.assert_allclose(ends.theta[:, i], alone.theta[-1], **apart)


def test_polyaks_step_stops_below_the_minimum_it_was_told_in_a_swarm_too():
    query = "surface=saddle&start=1,0.001&start=0.4,-1.3&lane=polyak_sgd&steps=80"
    experiment = Experiment.from_query(query)
    (member,) = run_swarm(experiment, experiment.lanes[0])
    assert len(member.theta) == 1
    assert "below f_min" in member.outcome.reason


def test_newton_stops_where_its_step_does_not_exist_in_a_swarm_too():
    experiment = Experiment.from_query("formula=x^3%2By^2&start=1,1&start=0,1&lane=newton&steps=80")
    (member,) = run_swarm(experiment, experiment.lanes[0])
    assert len(member.theta) == 1
    assert "Hessian is singular" in member.outcome.reason


def test_a_race_from_one_start_has_no_swarm():
    assert run_swarm(Experiment(), Experiment().lanes[0]) == ()


def test_starts_survive_the_link():
    experiment = Experiment.from_query(STARTS)
    assert experiment.start == (-1.5, 1.5)
    assert experiment.swarm == ((0.5, 0.5), (1.9, -0.9), (1, 1))
    assert Experiment.from_query(experiment.to_query()) == experiment


def test_starts_that_cannot_be_used_are_named_and_left_out():
    read = Experiment.from_query("start=0,0&start=99,0&start=a,b&start=1,1&lane=sgd")
    assert read.swarm == ((1, 1),)
    assert [problem.endswith("it was left out.") for problem in read.problems] == [True, True]
    many = Experiment.from_query("&".join(["start=0,0"] * 30))
    assert len(many.swarm) == MAX_STARTS - 1
    assert many.problems == ("The link has 30 starts; the first 20 were used instead.",)


def test_starts_stay_with_the_surface_and_go_with_it():
    experiment = Experiment.from_query(STARTS)
    surface = experiment.surface
    assert experiment.on(surface.with_values(a=1.2)).swarm == experiment.swarm
    assert experiment.on(surface.with_domain((-2, 1.5, -1, 2))).swarm == ((0.5, 0.5), (1, 1))
    assert experiment.with_surface(Experiment.from_query("surface=booth").surface).swarm == ()


def test_every_run_of_a_swarm_is_drawn_as_it_went():
    experiment = Experiment.from_query(f"{STARTS}&steps=200&lane=sgd(lr=0.002)&lane=sgd(lr=0.1)")
    seen = relief(experiment.surface, experiment.scale)
    for lane in experiment.lanes:
        runs = run_swarm(experiment, lane)
        swarm = swarm_paths(runs, experiment.surface, seen)
        assert len(swarm.begins) == 3
        ends = [*swarm.begins[1:], len(swarm.x)]
        for each, first, end in zip(runs, swarm.begins, ends, strict=True):
            assert np.isnan(swarm.x[end - 1])
            assert (np.diff(swarm.step[first:end]) >= 0).all()
            path = visible_path(each, experiment.surface, seen, 300)
            assert swarm.x[first] == path.x[0]
            drawn = np.column_stack([swarm.x, swarm.y])[first : end - 1]
            for point in np.column_stack([path.x, path.y])[np.isfinite(path.x)]:
                assert np.nanmin(np.abs(drawn - point).max(axis=1)) <= 4 / CELLS


def test_the_player_gets_the_swarm_of_each_lane():
    experiment = Experiment.from_query(f"{STARTS}&steps=50&lane=adam&lane=sgd")
    swarms = [run_swarm(experiment, lane) for lane in experiment.lanes]
    figures = race_figures(experiment, run(experiment), swarms)
    found = [t.meta for t in figures.scene.data if t.meta["role"] == "swarm"]
    assert [(meta["lane"], len(meta["begins"])) for meta in found] == [(0, 3), (1, 3)]
    assert [len(lane["swarm"]["begins"]) for lane in figures.contour.lanes] == [3, 3]
    assert not [
        t for t in race_figures(experiment, run(experiment)).scene.data if t.meta["role"] == "swarm"
    ]


def page(query):
    visit = AppTest.from_file(PAGE, default_timeout=60)
    for key, values in parse_qs(query).items():
        visit.query_params[key] = values
    return visit.run()


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "linear_regression"])
def test_starts_are_scattered_and_gathered_again(surface):
    visit = page(f"surface={surface}&lane=sgd(lr=0.001)&lane=adam&steps=50")
    visit.button(key="swarm").click().run()
    assert not visit.exception
    experiment = visit.session_state.session.experiment
    assert len(set(experiment.swarm)) == MAX_STARTS - 1
    (table,) = tables(visit)
    for text in table["All starts"]:
        assert sum(int(part.split(" ", 1)[0]) for part in text.split(" · ")) == 20
    visit.button(key="swarm").click().run()
    assert visit.session_state.session.experiment.swarm == ()
    assert "All starts" not in tables(visit)[0]
