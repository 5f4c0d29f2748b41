"""A rule run once on symbols: what has a graph, and what the graph says."""

import itertools
import keyword
import re
from dataclasses import dataclass

import numpy as np
import pytest

import experiment.by_kernel as kernel_of_a_run
from experiment import PROBLEMS, SCHEDULES, descend, trajectory
from experiment.budget import Budget
from experiment.by_kernel import by_kernel, end_by_kernel
from experiment.loop import Descent
from experiment.noise import gaussian
from experiment.schedule import factors
from kernels import Untraceable, traced
from kernels.graph import SETTING
from kernels.losses import traced_loss
from kernels.python import KNOWN, answering, divide, hypot, pow, power, raised
from kernels.runs import parameters, steps
from kernels.tables import Table
from kernels.tracing import settings
from optimizers import OPTIMIZERS, from_rule
from optimizers.sgd import SGD
from surfaces import SURFACES, from_formula

pytestmark = pytest.mark.paths

SEARCHES = {"bfgs", "conjugate_gradient", "lbfgs", "line_search_gd", "nelder_mead", "trust_region"}
"""What has no graph: methods that look from point to point until they are content."""

WRITTEN = [
    "m = beta*m + (1-beta)*g; v = beta2*v + (1-beta2)*g^2; "
    "x = x - lr*(m/(1-beta^t))/(sqrt(v/(1-beta2^t)) + eps)",
    "x = x - lr*g/(norm(g) + eps)",
    "s0 = 1; s = s + sum(g^2); x = x - lr*sign(g)*max(t, s)^(-a)",
    "u = exp(-t/a)*tanh(g); x = (1 - lr)*x - lr*u",
    "s = s + sum(g^2); u = beta^g + s^(-a); x = x - lr*u^sign(x)*sign(g)",
    "s = t t t t t t t t t t t t; x = x - lr*g*s/(s + 1)",
    "p = cbrt(e)^cos(t) + sqrt(s)^a; s = (1 + cbrt(2))^norm(g); x = x - lr*step(s - p)*g",
]

TRACED = [key for key in OPTIMIZERS if key not in SEARCHES]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_but_searches_has_a_graph(key):
    optimizer = OPTIMIZERS[key]()
    if key in SEARCHES:
        with pytest.raises(Untraceable, match=rf"^{optimizer.name} searches .*\.$"):
            traced(optimizer)
        return
    graph = traced(optimizer)
    for place, node in enumerate(graph.nodes):
        assert all(operand < place for operand in node.operands)
    assert len(set(graph.nodes)) == len(graph.nodes)
    initial = optimizer.init(np.zeros(2))
    assert {name: entry.shape for name, entry in graph.initial.items()} == {
        name: np.shape(value) for name, value in initial.items()
    }
    read = {node.text for node in graph.nodes if node.kind == SETTING}
    assert read <= set(graph.settings)
    if not optimizer.wraps:
        statements = optimizer.hyperparameters().items()
        numbers = {name for name, each in statements if each.kind in ("number", "whole")}
        assert set(graph.settings) == numbers - {"ns_steps"}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_rule_that_a_person_wrote_has_its_own_graph(text):
    graph = traced(from_rule(text))
    assert set(graph.settings) == set(from_rule(text).values())
    assert graph is not traced(from_rule("x = x - lr*g"))


def test_a_wrapper_of_a_search_has_no_graph_either():
    with pytest.raises(Untraceable, match=r"^Lookahead searches .*\.$"):
        traced(OPTIMIZERS["lookahead"](base=OPTIMIZERS["bfgs"]()))


def test_numbers_are_arguments_and_switches_are_not():
    adam = OPTIMIZERS["adam"]
    assert traced(adam(lr=0.1, beta1=0.5)) is traced(adam(lr=0.2, eps=0.0))
    assert traced(adam(bias_correction=False)) is not traced(adam())
    wrapped = OPTIMIZERS["lookahead"]
    assert traced(wrapped(base=adam(lr=0.3), k=3)) is traced(wrapped(base=adam(), k=7))
    muon = OPTIMIZERS["muon"]
    assert traced(muon(ns_steps=2)) is not traced(muon(ns_steps=3))
    assert traced(muon(ns_steps=2, lr=0.3)) is traced(muon(ns_steps=2))


@pytest.mark.parametrize("key", TRACED)
def test_no_number_of_a_method_traces_it_again(key):
    """Whatever it is: 0, 1, and the ends of its slider."""
    plain = OPTIMIZERS[key]()
    graph = traced(plain)
    for name, statement in plain.hyperparameters().items():
        if statement.kind not in ("number", "whole") or name == "ns_steps":
            continue
        for value in (0, 1, 2, 0.5, *statement.slider, statement.low, statement.high):
            if np.isfinite(value) and statement.admits(value):
                assert traced(plain.with_values(**{name: value})) is graph


def test_a_table_has_what_settings_and_the_step_decide_alone():
    """Of Adam 1 - β₁, 1 - β₂, 1 - β₁^t and 1 - β₂^t: a page that has them needs no powers."""
    graph = traced(OPTIMIZERS["adam"]())
    kinds = [graph.kinds[place] for place in graph.by_step]
    assert sorted(map(sorted, kinds)) == [["setting"]] * 2 + [["setting", "t"]] * 2
    assert {graph.nodes[place].operation for place in graph.by_step} == {"subtract"}


def test_a_graph_is_of_two_numbers_and_of_their_shape():
    muon = OPTIMIZERS["muon"]()
    assert traced(muon.on(((2, 1),))) is not traced(muon)
    assert len(traced(muon.on(((1,),))).theta.nodes) == 1
    with pytest.raises(Untraceable, match=r"more than the two numbers"):
        traced(muon.on(((2, 3),)))


def test_what_a_step_asks_is_part_of_its_graph():
    assert [q.kind for q in traced(OPTIMIZERS["sam"]()).questions] == ["gradient", "gradient"]
    graph = traced(OPTIMIZERS["sophia"]())
    gradient, hessian = graph.questions
    assert (gradient.kind, hessian.kind) == ("gradient", "hessian")
    assert graph.nodes[gradient.when].text == "True"
    assert graph.kinds[hessian.when] == {"t", "setting"}  # once in so many steps


@dataclass(frozen=True)
class Counted(SGD):
    def update(self, t, theta, g, state):
        return theta - float(g.sum(axis=0)), {}


@dataclass(frozen=True)
class Odd(SGD):
    def update(self, t, theta, g, state):
        return theta - (g @ g) * g, {}


@dataclass(frozen=True)
class Grown(SGD):
    def update(self, t, theta, g, state):
        return theta - self.lr * g, {"old": g} if t > 1 else {}


@pytest.mark.parametrize("rule", [Counted, Odd, Grown])
def test_a_rule_that_does_what_no_graph_can_is_refused_in_a_sentence(rule):
    with pytest.raises(Untraceable, match=r"^SGD [a-z].*[^.]\.$"):
        traced(rule())


# What a surface answers

TYPED = (
    "tan(x) + 1/y",
    "max(x, y)*min(x, y) + mod(x, y)",
    "1/max(x, y) + 1/relu(x)",
    "hypot(x, y) + atan2(y, x) + cbrt(x)",
    "sigmoid(x) + softplus(y) + relu(x y) + step(x)",
    "|x|^2.5 + sqrt(y) + x^y",
    "log(x) + log10(y) + asin(x/10) + acosh(x)",
    "floor(x) + ceil(y) + sign(x y) + exp(x^2 + y^2)",
    "a x^b + y^2 + x^70",
    "sinh(x) cosh(y) + log1p(x) + expm1(y) + sec(x)",
)
EDGES = [
    (0, 0),
    (0, -0.0),
    (-0.0, 0),
    (0, 1),
    (-0.0, 2),
    (1e-200, 0),
    (1e300, 2),
    (np.inf, 1),
    (np.nan, 0),
    (-1e3, 1e5),
]
LOSSES = {key: surface for key, surface in SURFACES.items() if surface.formula}
LOSSES |= {text: from_formula(text, domain=(-5, 5, -4, 5)) for text in TYPED}
MOVED = ({}, {"scale_loss": 3.0}, {"rotate": 30, "scale_x": 2}, {"rotate": 90, "shift_x": 1})


@pytest.mark.parametrize("key", LOSSES)
def test_a_printed_loss_is_the_compiled_one_to_the_last_bit(key):
    rng = np.random.default_rng(0)
    for changes in MOVED:
        surface = LOSSES[key].transformed(**changes)
        x0, x1, y0, y1 = surface.domain
        drawn = rng.uniform((x0, y0), (x1, y1), (12, 2))
        points = np.concatenate([drawn, np.round(drawn), EDGES, surface.minima or [(1, 1)]])
        printed = [answering(surface, kind) for kind in ("value", "gradient", "hessian")]
        for point in points:
            with np.errstate(all="ignore"):
                found = [np.ravel(function(1, *point.tolist())) for function in printed]
            hessian = surface.hessian(point)[[0, 0, 1], [0, 1, 1]]
            expected = [surface.value(point).ravel(), surface.gradient(point), hessian]
            for mine, theirs in zip(found, expected, strict=True):
                assert np.array_equal(mine, theirs, equal_nan=True), (changes, point)


def test_the_numbers_of_a_loss_are_arguments():
    rosenbrock = SURFACES["rosenbrock"].transformed(rotate=30)
    other = rosenbrock.with_values(b=3.0).transformed(rotate=40, shift_y=2)
    assert traced_loss(rosenbrock, "gradient") is traced_loss(other, "gradient")


@pytest.mark.parametrize("key", sorted(SURFACES.keys() - LOSSES.keys()))
def test_a_loss_on_data_has_no_graph(key):
    with pytest.raises(Untraceable, match=r"is no formula in x and y\.$"):
        traced_loss(SURFACES[key], "value")


# What is printed

ALLOWED = {
    *KNOWN,
    *parameters(["p0", "p1"]),
    *keyword.kwlist,
    "abs",
    "float",
    "range",
    "run",
    "t",
    "zip",
    "paid",
}
ALLOWED |= {"exp", "log", "cbrt"}  # NumPy's
"""The words of a printed run, beside names that are a letter and a number."""


def test_what_only_some_steps_need_is_computed_in_those():
    lines = steps(traced(OPTIMIZERS["shampoo"]())).text.splitlines()
    depths = [len(line) - len(line.lstrip()) for line in lines if "hypot" in line]
    assert len(depths) == 2
    assert min(depths) > 8  # deeper than the loop


def test_what_settings_alone_decide_is_computed_once():
    before, loop = steps(traced(OPTIMIZERS["adam"]())).text.split("    for t, ")
    assert before.count("= 1.0 - s") == 2
    assert "1.0 - s" not in loop


def test_what_settings_and_the_step_decide_is_worked_out_once_for_all_runs(monkeypatch):
    """Of Adam 1 - β₁^t and 1 - β₂^t, which another rate or point leaves as they are."""
    adam, worked_out = OPTIMIZERS["adam"], []
    table = steps(traced(adam())).table
    rows = Table.rows
    monkeypatch.setattr(
        Table, "rows", lambda self, *given: worked_out.append(self) or rows(self, *given)
    )
    assert table.decided == ("beta1", "beta2")
    for beta, times in ((0.77, 1), (0.77, 1), (0.78, 2)):
        for rate in (0.1, 0.2):
            numbers = dict(settings(adam(lr=rate, beta1=beta)))
            first, second = table.lists(numbers, 40)
        assert len(worked_out) == times
        assert first == [1 - beta**t for t in range(1, 41)]
        assert second == [1 - 0.999**t for t in range(1, 41)]
    assert "pow" not in steps(traced(adam())).text


@pytest.mark.parametrize("key", TRACED)
def test_no_name_of_a_rule_is_in_what_is_executed(key):
    text = steps(traced(OPTIMIZERS[key]()), scheduled=True).text
    words = set(re.findall(r"[A-Za-z_]\w*", re.sub(r"\d+(\.\d+)?e", "", text)))
    assert {word for word in words - ALLOWED if not re.fullmatch(r"[a-z]\d+", word)} == set()


# The same functions, to the last bit


def test_c_functions_are_those_that_numpy_calls():
    rng = np.random.default_rng(0)
    a = np.concatenate([rng.lognormal(0, 9, 2000), [0.0, np.inf, np.nan, 1e308, 5e-324]])
    b = np.concatenate([rng.normal(0, 9, 2000), [-1.0, 2.0, np.nan, 1e308, -0.0]])
    with np.errstate(all="ignore"):
        pairs = list(zip(a.tolist(), b.tolist(), strict=True))
        assert np.array_equal([hypot(*pair) for pair in pairs], np.hypot(a, b), equal_nan=True)
        scalar = [x**y for x, y in zip(a, b, strict=True)]
        assert np.array_equal([pow(*pair) for pair in pairs], scalar, equal_nan=True)
        for exponent in (2.0, 1.0, 0.5, 0.0, -1.0, -0.5, 0.3, 3.0):
            numbers = np.append(a, [-3.0, -0.0, -np.inf])
            one = [power(x, exponent) for x in numbers.tolist()]
            assert np.array_equal(one, numbers**exponent, equal_nan=True)
            one = [raised(x, exponent) for x in numbers.tolist()]
            exponents = np.full_like(numbers, exponent)
            assert np.array_equal(one, numbers**exponents, equal_nan=True)
        for x, y in itertools.product([0.0, -0.0, 1.0, -1.0, np.inf, np.nan], [0.0, -0.0]):
            expected = np.float64(x) / y
            assert np.array_equal(divide(x, y), expected, equal_nan=True)
            assert np.signbit(divide(x, y)) == np.signbit(expected) or np.isnan(expected)


# The same steps, to the last bit

INNER = [key for key in TRACED if not OPTIMIZERS[key]().wraps]
GROUNDS = ["rosenbrock", "ackley", "bukin6", "plateau", "linear_regression"]
RUNS = 8


RULES = {key: OPTIMIZERS[key]() for key in TRACED} | {text: from_rule(text) for text in WRITTEN}


def drawn(rule, rng):
    """A rule with settings from anywhere: defaults, ends of what is admitted and of sliders."""
    values = {}
    for name, statement in rule.hyperparameters().items():
        if statement.kind == "optimizer":
            values[name] = drawn(OPTIMIZERS[INNER[rng.integers(len(INNER))]](), rng)
            continue
        if statement.kind == "switch":
            choices = [False, True]
        elif statement.kind == "choice":
            choices = list(statement.choices)
        else:
            low, high = statement.slider or (statement.low, statement.high)
            between = low + rng.random(2) ** [1, 6] * (high - low)
            choices = [statement.default] * 3 + [low, high, statement.low, *between, 0.5, 1.0, 2.0]
            choices += [1e3, 1e160] if name in ("lr", "weight_decay") else []
        admitted = [value for value in choices if statement.admits(value)]
        values[name] = admitted[rng.integers(len(admitted))]
    return rule.with_values(**values)


def conditions(rng, optimizer, surface, steps):
    """What a run meets, made anew at each call: noise and a budget are used up."""
    met = {"clip": [None, None, 1e-3, 1.0, 1e300, 5e-324][rng.integers(6)]}
    if rng.random() < 0.4:
        schedule = SCHEDULES[sorted(SCHEDULES)[rng.integers(len(SCHEDULES))]]()
        met["factors"] = factors(schedule, int(rng.integers(5)), steps)
    sigma, seed = [0.0, 0.0, 0.1, 1e150][rng.integers(4)], int(rng.integers(99))
    left = [None, np.inf, 500.0][rng.integers(3)]

    def made():
        noise = gaussian(sigma, seed) if sigma else None
        budget = None if left is None else Budget.of(optimizer, surface, left)
        return met | {"noise": noise, "budget": budget}

    return made


def same(mine, theirs):
    """Whether two runs are equal to the last bit, zeros' signs too; all nan are one."""
    pairs = zip(vars(mine).values(), vars(theirs).values(), strict=True)
    arrays = [pair for pair in pairs if isinstance(pair[0], np.ndarray)]
    arrays += [(mine.state[name], theirs.state[name]) for name in theirs.state]
    signs = all(
        np.array_equal(np.signbit(one) & (one == 0), np.signbit(other) & (other == 0))
        for one, other in arrays
    )
    return mine == theirs and signs and [*mine.state] == [*theirs.state]


def noted():
    """How many rows each block that a kernel gives has, and what gives them and notes that."""
    taken = []

    def noting(descent):
        for block in by_kernel(descent):
            taken.append(len(block.theta))
            yield block

    return taken, noting


@pytest.mark.parametrize("key", RULES)
def test_a_run_by_its_kernel_is_the_one_by_the_loop(key, monkeypatch):
    rng = np.random.default_rng([*RULES].index(key))
    taken, noting = noted()
    for i in range(RUNS):
        optimizer = drawn(RULES[key], rng) if i else RULES[key]
        surface = SURFACES[GROUNDS[i % len(GROUNDS)]]
        start = surface.start if i % 3 else [(1.0, 0.0), (0.0, -0.0)][rng.integers(2)]
        steps = [40, 1, 3][i % 3]
        made = conditions(rng, optimizer, surface, steps)
        monkeypatch.setattr(trajectory, "by_kernel", noting)
        mine = descend(optimizer, surface, start, steps, **made())
        monkeypatch.setattr(trajectory, "by_kernel", lambda descent: ())
        theirs = descend(optimizer, surface, start, steps, **made())
        assert same(mine, theirs), optimizer
        for name, array in theirs.state.items():
            assert mine.state[name].dtype == array.dtype
        assert mine.asked.dtype == theirs.asked.dtype
        with np.errstate(all="ignore"):
            end = end_by_kernel(Descent(optimizer, surface, start, steps, **made()))
        if end is not None:
            assert (end.dtype, end.tobytes()) == (np.float64, theirs.theta[-1].tobytes()), optimizer
            assert len(theirs.theta) == steps + 1
    assert len(taken) >= RUNS // 2


ON_A_LINE = {"adam", "amsgrad", "momentum", "lion", "rmsprop", "adagrad", "sgd", "muon"}
"""Rules that must have a kernel there; others may look into a curvature, or need a plane."""


@pytest.mark.parametrize("key", RULES)
def test_on_a_line_a_run_meets_its_slopes_and_stays_in_its_interval_as_by_the_loop(
    key, monkeypatch
):
    rng = np.random.default_rng([*RULES].index(key))
    taken, noting = noted()
    monkeypatch.setattr(kernel_of_a_run, "AT_ONCE", 7)
    for i in range(6):
        optimizer = drawn(RULES[key], rng) if i else RULES[key]
        problem = PROBLEMS[["reddi_online", "reddi_stochastic", "reddi_deterministic"][i % 3]]
        met = {"seed": i}
        if i % 2:
            met["factors"] = factors(SCHEDULES["inverse_sqrt"](), 0, 150)
        left = [np.inf, 2500.0][i % 2]
        runs = []
        for by in (noting, lambda descent: ()):
            monkeypatch.setattr(trajectory, "by_kernel", by)
            budget = Budget.of(optimizer, problem, left)
            runs.append(descend(optimizer, problem, problem.start, 150, budget=budget, **met))
        assert same(*runs), optimizer
    assert taken or key not in ON_A_LINE


ZEROS = {
    "the larger": (  # Sophia divides by that of h = -0 and ε = 0: on the plateau far out
        OPTIMIZERS["sophia"](lr=8.8, beta2=0.0, p=0.01, eps=0.0, weight_decay=0.5),
        SURFACES["plateau"],
        (4.0, 2.0),
    ),
    "the sum": (from_rule("m = sum(g); x = x - lr*m"), from_formula("-x^2 - y^2"), (0.0, 0.0)),
}


@pytest.mark.parametrize("case", ZEROS)
def test_of_zeros_with_a_sign_the_same_is_taken(case, monkeypatch):
    mine = descend(*ZEROS[case], 50)
    monkeypatch.setattr(trajectory, "by_kernel", lambda descent: ())
    assert same(mine, descend(*ZEROS[case], 50))
    seen = np.concatenate([mine.given.ravel(), *map(np.ravel, mine.state.values())])
    assert (np.signbit(seen) & (seen == 0)).any()


def test_a_long_run_is_taken_in_blocks(monkeypatch):
    adam, surface = OPTIMIZERS["adam"](lr=0.01), SURFACES["rosenbrock"]
    whole = descend(adam, surface, (-1.5, 1.5), 100, noise=gaussian(0.1, 3))
    monkeypatch.setattr(kernel_of_a_run, "AT_ONCE", 7)
    assert descend(adam, surface, (-1.5, 1.5), 100, noise=gaussian(0.1, 3)) == whole


def test_what_a_method_refuses_is_said_by_the_method():
    """Where a kernel cannot go on, the loop takes the step, and so has the sentence."""
    polyak = OPTIMIZERS["polyak_sgd"](f_min=1.0)
    run = descend(polyak, from_formula("x^2 + y^2"), (2.0, 1.0), 50)
    assert (run.outcome.kind, run.outcome.step, len(run.asked)) == ("stopped", 6, 7)
    assert run.outcome.reason.startswith("The loss is below f_min, 1,")
