"""Runs from many starts by one function are, to the last bit, those of the loop."""

import math
import sys
import types

import numpy as np
import pytest

from experiment import Experiment, run, settle
from experiment.maps import read_map
from kept import result
from kernels import Untraceable, traced
from kernels.compiled import Compiler, compiler
from kernels.losses import traced_loss
from kernels.many import many
from optimizers import OPTIMIZERS, from_rule
from surfaces import SURFACES

pytestmark = pytest.mark.paths

CASES = {
    "Adam": ("adam", {"lr": 0.3}, "rosenbrock"),
    "some diverge": ("sgd", {"lr": 0.0015}, "rosenbrock"),
    "all diverge": ("sgd", {"lr": 0.3}, "rosenbrock"),
    "choices and signs": ("adamax", {"lr": 0.1}, "styblinski_tang"),
    "a norm": ("dowg", {}, "himmelblau"),
    "a state that begins with the point": ("dadapt_adamw", {}, "booth"),
    "gradients at other points": ("optimistic_gd", {"lr": 0.001}, "himmelblau"),
    "a rate of each run's own": ("momentum", {"lr": None}, "himmelblau"),
}


def starts(surface, n=17):
    return SURFACES[surface].domain.grid(n).reshape(2, -1) * 1.4


def rule(key, settings, runs):
    rates = np.geomspace(1e-4, 0.1, runs)
    return OPTIMIZERS[key](
        **{name: rates if value is None else value for name, value in settings.items()}
    )


def same(one, other):
    for name, array in one.arrays().items():
        assert np.array_equal(array, other.arrays()[name], equal_nan=array.dtype.kind == "f"), name


@pytest.fixture
def by_hand(monkeypatch):
    """The printed texts as they are, compiled by nobody."""

    def function(text, *, compile):
        numba = types.ModuleType("numba")
        numba.njit = lambda *_, **__: lambda written: written
        monkeypatch.setitem(sys.modules, "numba", numba)
        namespace = {}
        exec(text, namespace)
        # Of a number below 0 the root that Python refuses is what a processor gives.
        namespace["sqrt"] = lambda x: math.sqrt(x) if x >= 0 else math.nan

        def taken(*given):
            with np.errstate(all="ignore"):
                namespace["run"](*given)

        return taken

    monkeypatch.setattr("experiment.ends.is_installed", lambda: True)
    monkeypatch.setattr("experiment.by_numba.compiler.function", function)


@pytest.fixture
def compiling(monkeypatch, tmp_path):
    """By numba, whatever is asked for, in a folder that is empty."""
    pytest.importorskip("numba")
    monkeypatch.setattr("kernels.compiled.folder", lambda: tmp_path)
    monkeypatch.setattr("experiment.by_numba.WORTH", 1)
    compiler.forget()
    yield tmp_path
    compiler.forget()


def by_numpy(monkeypatch, *given, **more):
    with monkeypatch.context() as without:
        without.setattr("experiment.ends.is_installed", lambda: False)
        ends = settle(*given, **more)
    assert ends.by == "NumPy"
    return ends


@pytest.mark.parametrize("case", CASES)
def test_the_printed_text_does_what_the_loop_does(case, by_hand, monkeypatch):
    key, settings, surface = CASES[case]
    begin = starts(surface, 5)
    given = rule(key, settings, begin.shape[1]), SURFACES[surface], begin, 30
    ends = settle(*given)
    assert ends.by == "numba"
    same(by_numpy(monkeypatch, *given), ends)


@pytest.mark.parametrize("case", CASES)
def test_numba_does_what_the_loop_does(case, compiling, monkeypatch):
    key, settings, surface = CASES[case]
    begin = starts(surface, 24)
    given = rule(key, settings, begin.shape[1]), SURFACES[surface], begin, 120
    assert settle(*given).by == "NumPy"
    compiler.wait()
    ends = settle(*given)
    assert ends.by == "numba"
    same(by_numpy(monkeypatch, *given), ends)


def test_one_compilation_serves_every_slider_and_is_kept_on_disk(compiling, monkeypatch):
    begin = starts("rosenbrock")

    def given(lr, beta1, a):
        surface = SURFACES["rosenbrock"].with_values(a=a)
        return OPTIMIZERS["adam"](lr=lr, beta1=beta1), surface, begin, 50

    settle(*given(0.1, 0.9, 1.0))
    compiler.wait()
    assert len([*compiling.glob("*.py")]) == 1
    for numbers in ((0.01, 0.9, 1.0), (0.1, 0.5, 1.0), (0.1, 0.9, 0.5)):
        ends = settle(*given(*numbers))
        assert ends.by == "numba"
        same(by_numpy(monkeypatch, *given(*numbers)), ends)
    factors = np.linspace(1, 0, 50)
    scheduled = settle(*given(0.1, 0.9, 1.0), factors=factors)
    assert scheduled.by == "numba"
    same(by_numpy(monkeypatch, *given(0.1, 0.9, 1.0), factors=factors), scheduled)
    assert len([*compiling.glob("*.py")]) == 1
    (file,) = compiling.glob("*.py")
    monkeypatch.setattr("kernels.compiled.subprocess.Popen", None)  # nothing is compiled anew
    assert Compiler().function(file.read_text(encoding="utf-8"), compile=True) is not None


def test_a_cell_of_a_map_by_numba_is_the_race_that_it_opens(compiling):
    basins = read_map("kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=12&steps=90")
    (lane,) = basins.lanes()
    result(basins.steps(lane))
    compiler.wait()
    ends = result(basins.steps(lane))
    assert ends.by == "numba"
    begin = basins.starts(12)
    for row, column in ((0, 0), (3, 8), (11, 5)):
        start = tuple(begin[:, row, column].tolist())
        (raced,) = run(Experiment.from_query(basins.race_from(start).to_query()))
        assert np.array_equal(raced.theta[-1], ends.theta[:, row, column])
        assert raced.outcome.kind == ends.kind[row, column]


def test_what_cannot_be_compiled_is_done_by_numpy(compiling, monkeypatch):
    monkeypatch.setattr("kernels.compiled.ALONE", "raise SystemExit(1)")
    given = OPTIMIZERS["adam"](lr=0.1), SURFACES["booth"], starts("booth"), 20
    for _ in range(2):
        assert settle(*given).by == "NumPy"
        compiler.wait()


def test_few_runs_are_not_worth_compiling(monkeypatch):
    asked = []
    monkeypatch.setattr("experiment.ends.is_installed", lambda: True)
    monkeypatch.setattr(
        "experiment.by_numba.compiler.function", lambda _, compile: asked.append(compile)
    )
    adam, booth = OPTIMIZERS["adam"](lr=0.1), SURFACES["booth"]
    settle(adam, booth, np.ones((2, 1000)), 10)
    settle(adam, booth, np.ones((2, 4000)), 200)
    assert asked == [False, True]


@pytest.mark.parametrize(
    ("key", "surface", "why"),
    [
        ("adam", "ackley", "not arithmetic alone: cos, exp"),
        ("polyak_sgd", "booth", "not all alike"),
    ],
)
def test_what_is_not_arithmetic_stays_with_numpy(key, surface, why):
    graph = traced(OPTIMIZERS[key]())
    losses = {q.kind: traced_loss(SURFACES[surface], q.kind) for q in graph.questions}
    with pytest.raises(Untraceable, match=why):
        many(graph, losses)


@pytest.mark.parametrize(
    "met",
    [
        {"noise": 0.1, "seed": np.arange(289)},
        {"clip": 1.0},
        {"targets": (0.1,)},
        {"budget": 1e3},
    ],
)
def test_what_a_run_meets_beside_its_surface_stays_with_numpy(met, by_hand):
    ends = settle(OPTIMIZERS["adam"](lr=0.1), SURFACES["booth"], starts("booth"), 60, **met)
    assert ends.by == "NumPy"


NOISY = {
    "Adam": ("adam", "himmelblau"),
    "gradients at other points": ("optimistic_gd", "booth"),
    "a gradient further on": ("nesterov", "booth"),
}


@pytest.mark.parametrize("case", NOISY)
def test_noise_that_all_runs_meet_is_taken_from_the_table(case, by_hand, monkeypatch):
    key, surface = NOISY[case]
    begin = starts(surface, 5)
    for noise, seed in ((0.3, 0), (0.3, 7), (2.0, 7)):  # of one text, but other tables
        given = OPTIMIZERS[key](lr=0.01), SURFACES[surface], begin, 300
        ends = settle(*given, noise=noise, seed=seed)
        assert ends.by == "numba"
        same(by_numpy(monkeypatch, *given, noise=noise, seed=seed), ends)


def test_noise_by_numba_is_the_loops(compiling, monkeypatch):
    given = OPTIMIZERS["adam"](lr=0.1), SURFACES["himmelblau"], starts("himmelblau", 24), 120
    settle(*given, noise=0.5)
    compiler.wait()
    for seed in (0, 3):
        ends = settle(*given, noise=0.5, seed=seed)
        assert ends.by == "numba"
        same(by_numpy(monkeypatch, *given, noise=0.5, seed=seed), ends)


def test_without_numba_nothing_is_asked_of_it(monkeypatch):
    monkeypatch.setattr("experiment.ends.is_installed", lambda: False)
    monkeypatch.setattr("experiment.by_numba.compiler", None)
    adam = OPTIMIZERS["adam"](lr=0.1)
    assert settle(adam, SURFACES["booth"], np.ones((2, 1000)), 600).by == "NumPy"


def test_what_settings_and_the_step_decide_is_each_rules_own(by_hand, monkeypatch):
    begin = starts("booth", 5)
    for line in ("x = x - lr/t*g", "x = x - lr*t*g"):  # in both the loop takes a number off a table
        given = from_rule(line).with_values(lr=0.01), SURFACES["booth"], begin, 40
        ends = settle(*given)
        assert ends.by == "numba"
        same(by_numpy(monkeypatch, *given), ends)
