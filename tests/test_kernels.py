"""A rule run once on symbols: what has a graph, and what the graph says."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from kernels import Untraceable, traced
from kernels.graph import SETTING
from kernels.losses import traced_loss
from kernels.python import answering, divide, hypot, pow, raised
from optimizers import OPTIMIZERS
from optimizers.sgd import SGD
from surfaces import SURFACES, from_formula

pytestmark = pytest.mark.paths

SEARCHES = {"bfgs", "conjugate_gradient", "lbfgs", "line_search_gd", "nelder_mead", "trust_region"}
"""What has no graph: methods that look from point to point until they are content."""


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
    "hypot(x, y) + atan2(y, x) + cbrt(x)",
    "sigmoid(x) + softplus(y) + relu(x y) + step(x)",
    "|x|^2.5 + sqrt(y) + x^y",
    "log(x) + log10(y) + asin(x/10) + acosh(x)",
    "floor(x) + ceil(y) + sign(x y) + exp(x^2 + y^2)",
    "a x^b + y^2 + x^70",
    "sinh(x) cosh(y) + log1p(x) + expm1(y) + sec(x)",
)
EDGES = [(0, 0), (0, 1), (-0.0, 2), (1e-200, 0), (1e300, 2), (np.inf, 1), (np.nan, 0), (-1e3, 1e5)]
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
            one = [raised(x, exponent) for x in [*a.tolist(), -3.0]]
            assert np.array_equal(one, np.append(a, -3.0) ** exponent, equal_nan=True)
        for x, y in itertools.product([0.0, -0.0, 1.0, -1.0, np.inf, np.nan], [0.0, -0.0]):
            expected = np.float64(x) / y
            assert np.array_equal(divide(x, y), expected, equal_nan=True)
            assert np.signbit(divide(x, y)) == np.signbit(expected) or np.isnan(expected)
