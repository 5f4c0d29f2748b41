"""A rule run once on symbols: what has a graph, and what the graph says."""

from dataclasses import dataclass

import numpy as np
import pytest

from kernels import Untraceable, traced
from kernels.graph import INPUT
from optimizers import OPTIMIZERS
from optimizers.sgd import SGD

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
    read = {node.text for node in graph.nodes if node.operation == INPUT}
    numbers = {n for n, h in optimizer.hyperparameters().items() if h.kind in ("number", "whole")}
    assert numbers - {"ns_steps"} <= set(graph.settings) <= read


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
