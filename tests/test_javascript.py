"""What is printed in JavaScript, without a browser."""

import itertools
import re

import numpy as np
import pytest
from test_kernels import RULES, TRACED

from formulas.functions import FUNCTIONS
from kernels import Untraceable, traced
from kernels.javascript import (
    ARITHMETIC,
    EXACT,
    columns,
    loss_module,
    rule_module,
    swarm_module,
    table,
)
from kernels.tracing import settings
from optimizers import OPTIMIZERS, from_rule
from surfaces import SURFACES, from_formula

ROUNDED = {
    *("adahessian", "adai", "diffgrad", "madgrad", "padam", "schedule_free_adamw"),
    *("schedule_free_sgd", "shampoo"),
}
"""Rules that need a power, a logarithm or a cube root of what a step finds."""


WORDS = set(
    re.findall(
        r"\S+",
        """
        export function const let return while for if else break new run initial tabled settings
        shapes begins columns decided steps bound value gradient hessian factors out table state
        x y gx gy asking a t i s asked g0 g1 Float64Array NaN Infinity true false Number isFinite
        abs sqrt exp log sin cos tan sinh cosh tanh cbrt mod pow power hypot
        go first last held gone length continue
        """,
    )
)


def is_exact(graph):
    """Whether the browser has all that a step works out, beside its table, to the last bit."""
    table, wanted = set(columns(graph)), set(graph.results)
    wanted.update(each for q in graph.questions for each in (*q.point, q.when))
    for place in range(len(graph.nodes) - 1, -1, -1):
        if place in wanted - table:
            wanted.update(graph.nodes[place].operands)
    nodes = (graph.nodes[place] for place in wanted - table)
    return all(node.operation in EXACT or not node.operands for node in nodes)


def test_which_rules_are_not_equal_to_the_last_bit():
    assert {key for key in TRACED if not is_exact(traced(OPTIMIZERS[key]()))} == ROUNDED


@pytest.mark.parametrize("key", RULES)
def test_no_name_of_a_rule_is_in_a_module(key):
    """But the names of settings and of the state, which are data: they stand in quotes."""
    graph = traced(RULES[key])
    for module, scheduled in itertools.product((rule_module, swarm_module), (False, True)):
        text = module(graph, scheduled).removeprefix(ARITHMETIC.replace("export ", ""))
        words = set(re.findall(r"[A-Za-z_]\w*", re.sub(r'"[^"]*"', "", text)))
        named = re.compile(r"[abchnprsz]\d+|e")
        assert {word for word in words if not named.fullmatch(word)} <= WORDS


@pytest.mark.parametrize("key", ["rosenbrock", "ackley", "bukin6"])
def test_no_name_of_a_surface_is_in_a_module(key):
    text = loss_module(SURFACES[key]).removeprefix(ARITHMETIC)
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    assert {w for w in words if not re.fullmatch(r"[anps]\d*|e", w)} <= WORDS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_page_has_every_function_of_formulas(name):
    arguments = ", ".join(["x", "y"][: FUNCTIONS[name]])
    loss = loss_module(from_formula(f"{name}({arguments}) + y"))
    rule = rule_module(traced(from_rule(f"x = x - {name}({arguments.replace('y', 'g')})")))
    assert "function gradient" in loss
    assert "function run" in rule


def test_a_slider_never_prints_again():
    adam = OPTIMIZERS["adam"]
    assert rule_module(traced(adam(lr=0.1))) is rule_module(traced(adam(lr=0.2, eps=0.0)))
    one, other = (from_formula("a*x^2 + y^2", a=a) for a in (1.0, 2.0))
    assert loss_module(one) is loss_module(other)
    assert loss_module(one.transformed(rotate=30.0)) is loss_module(other.transformed(rotate=77.0))


def test_a_table_is_what_numpy_has():
    adam = OPTIMIZERS["adam"](beta1=0.9, beta2=0.99)
    t = np.arange(1.0, 51.0)
    expected = [[1 - 0.9**each, 1 - 0.99**each] for each in t]
    assert np.array_equal(table(traced(adam)).array(dict(settings(adam)), 50), expected)
    sgd = OPTIMIZERS["sgd"]()
    assert table(traced(sgd)).array(dict(settings(sgd)), 50).shape == (50, 0)


def test_a_table_has_the_rates_of_a_schedule():
    rule = from_rule("x = x - g*a^(lr*t)")
    graph, numbers = traced(rule), dict(settings(rule))
    assert columns(graph)
    factors = np.linspace(1.0, 0.1, 9)
    expected = [numbers["a"] ** (numbers["lr"] * f * t) for t, f in enumerate(factors, 1)]
    assert table(graph).array(numbers, 9, factors)[:, 0] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_page_has_every_function_that_a_person_can_write(function):
    written = f"{function}({'{0}' if FUNCTIONS[function] == 1 else '{0}, 2'})"
    assert rule_module(traced(from_rule(f"x = x - {written.format('g')}")), False)
    assert loss_module(from_formula(f"{written.format('x')} + y^2"))


def test_a_loss_on_data_has_no_module():
    with pytest.raises(Untraceable, match=r"is no formula"):
        loss_module(SURFACES["linear_regression"])
