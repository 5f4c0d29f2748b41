"""What the functions of formulas promise: values, derivatives, conventions, large arguments."""

import mpmath
import numpy as np
import pytest
from derivatives import WORDS, assert_derivatives_are_true, points

from figures.mathml import math
from figures.mathml import parse as parse_latex
from formulas.functions import ALIASES, FUNCTIONS, LISTS
from formulas.signs import GREEK
from formulas.tokens import PRODUCT
from surfaces import from_formula

DOMAIN = (-2, 2, -1, 3)
GREEK_SIGNS = {name: sign for sign, name in GREEK.items()} | {"pi": "π"}
GREEK_SIGNS |= {"epsilon": "ϵ", "phi": "ϕ"}  # as LaTeX has them
NARROW = ("asin", "acos", "atanh")  # defined between -1 and 1
FROM_ONE = ("acosh",)
POSITIVE = ("log", "log10", "log2", "log1p", "sqrt", "pow")


def call(name, second="y/3 + 1.7"):
    """A formula that calls a function where it is defined and smooth."""
    inside = "0.3x + 0.2y + 0.1"
    if name in NARROW:
        inside = "(x + y)/9"
    if name in FROM_ONE:
        inside = "x + y + 4.5"
    if name in POSITIVE:
        inside = "x + y + 3.3"
    return f"{name}({inside})" if FUNCTIONS[name] == 1 else f"{name}({inside}, {second})"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_true_value_and_derivatives(name):
    surface = from_formula(call(name).replace("3x", "3*x").replace("2y", "2*y"), DOMAIN)
    assert_derivatives_are_true(surface, points(surface, 8))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_so_it_has_within_another_formula(name):
    inner = call(name).replace("3x", "3*x").replace("2y", "2*y")
    surface = from_formula(f"x*sin({inner}) + ({inner})^2*y", DOMAIN)
    assert_derivatives_are_true(surface, points(surface, 5, seed=1))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_numbers_it_is_the_number(name):
    numbers = ("0.7",) if FUNCTIONS[name] == 1 else ("2.5", "-0.7")
    if name in FROM_ONE:
        numbers = ("1.7",)
    if name == "pow":
        numbers = ("2.5", "0.7")
    surface = from_formula(f"{name}({', '.join(numbers)})*x", DOMAIN)
    expected = float(WORDS[name](*map(mpmath.mpf, numbers)))
    assert surface.value((1.0, 0.0)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_is_written_and_typeset_where_it_stands(name):
    surface = from_formula(f"2{call(name)}^2 + x", DOMAIN)
    assert name in surface.formula
    assert from_formula(surface.formula, DOMAIN) == surface
    assert surface.latex.count("{") == surface.latex.count("}")
    for text in (*surface.gradient_latex, *surface.hessian_latex):
        assert text.count("{") == text.count("}")
        assert "Real" not in text
    assert math(parse_latex(surface.latex)).startswith("<math>")


@pytest.mark.parametrize("letter", [*GREEK.values(), "pi"])
def test_every_letter_is_typeset_on_a_page_that_is_taken_away(letter):
    surface = from_formula(f"{letter}*x^2 + {letter}*y", DOMAIN)
    assert GREEK_SIGNS[letter] in math(parse_latex(surface.latex))


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_its_other_names_mean_the_same(alias, name):
    here = (0.3, 0.4)
    spelled, meant = (call(name).replace(name, each, 1) for each in (alias, name))
    assert from_formula(spelled, DOMAIN).value(here) == from_formula(meant, DOMAIN).value(here)
    assert alias not in from_formula(spelled, DOMAIN).formula.replace(name, "")


@pytest.mark.parametrize("name", [*FUNCTIONS, *ALIASES])
def test_no_name_can_be_a_product_of_letters(name):
    assert not PRODUCT.fullmatch(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_takes_as_many_values_as_it_says(name):
    for count in range(4):
        value = "(x + 1.5)/4" if name in NARROW else "x + 4.5"
        text = f"{name}({', '.join([value] * count)})"
        if count == FUNCTIONS[name] or (name in LISTS and count > 1):
            from_formula(text, DOMAIN)
        else:
            with pytest.raises(ValueError, match=rf"{name} takes (one|two) "):
                from_formula(text, DOMAIN)


# Where there is no derivative, or the value jumps

CONVENTIONS = {
    # formula: (point, value, gradient)
    "step(x) + 2y": ((0, 1), 3, (0, 2)),
    "step(x - 1)": ((0.5, 0), 0, (0, 0)),
    "floor(x) + y": ((2, 1), 3, (0, 1)),
    "ceil(x) + y": ((2, 1), 3, (0, 1)),
    "floor(x)": ((-0.5, 0), -1, (0, 0)),
    "sign(x) + y": ((0, 1), 1, (0, 1)),
    "relu(x) + y": ((0, 1), 1, (0, 1)),
    "relu(x)": ((-3, 1), 0, (0, 0)),
    "abs(x) + y": ((0, 1), 1, (0, 1)),
    "cbrt(x) + y": ((0, 1), 1, (0, 1)),
    "cbrt(x)": ((-8, 1), -2, (1 / 12, 0)),
    "hypot(x, y) + x": ((0, 0), 0, (1, 0)),
    "atan2(y, x) + x": ((0, 0), 0, (1, 0)),
    "atan2(y, x)": ((-1, 1), 3 * np.pi / 4, (-0.5, -0.5)),
    "mod(x, 3)": ((-1, 0), 2, (1, 0)),
    "mod(x, -3)": ((1, 0), -2, (1, 0)),
    "mod(x, y)": ((7, 2), 1, (1, -3)),
    "mod(x, y) + y": ((6, 2), 2, (1, -2)),
    "max(x, y)": ((1, 1), 1, (0.5, 0.5)),
}


@pytest.mark.parametrize("formula", CONVENTIONS)
def test_the_conventions_are_the_stated_ones(formula):
    point, value, gradient = CONVENTIONS[formula]
    surface = from_formula(formula, (-9, 9, -9, 9))
    assert surface.value(np.array(point, float)) == pytest.approx(value, abs=1e-15)
    np.testing.assert_allclose(surface.gradient(np.array(point, float)), gradient, atol=1e-15)
    assert np.isfinite(surface.hessian(np.array(point, float))).all()


@pytest.mark.parametrize("formula", ["asin(x)", "acos(x)", "acosh(-x)", "sqrt(1 - x)"])
def test_at_the_end_of_what_it_is_defined_for_a_slope_is_infinite(formula):
    end = -1.0 if "acosh" in formula else 1.0
    surface = from_formula(formula, (-2, 2, -1, 1))
    assert np.isinf(surface.gradient((end, 0.0))[0])
    assert np.isnan(surface.value((end * 1.5 if "h" not in formula else 1.0, 0.0)))


@pytest.mark.parametrize("name", [*NARROW, *FROM_ONE, "log1p", "log10", "log2"])
def test_what_is_undefined_stays_so_where_it_cancels(name):
    surface = from_formula(f"{name}(x) - {name}(x) + y", (-9, 9, -1, 1))
    outside, inside = {"acosh": (0.5, 2.0)}.get(name, (-5.0, 0.5))
    assert np.isnan(surface.value((outside, 1.0)))
    assert surface.value((inside, 1.0)) == 1


# Large and small arguments

ACCURATE = {
    "log1p(x)": (1e-12, 1e-300, -1e-9),
    "expm1(x)": (1e-12, 1e-300, -1e-9),
    "softplus(x)": (-700.0, -40.0, 40.0, 1e5),
    "sigmoid(x)": (-700.0, -40.0, 40.0, 1e5),
    "hypot(x, 2*x)": (1e200, 1e-200, -1e300),
    "atan2(x, 1 + x^2)": (1e-200, 1e9),
    "cbrt(x)": (1e-300, -1e300),
}


@pytest.mark.parametrize("formula", ACCURATE)
def test_nothing_is_lost_where_a_name_promises_it(formula):
    code = compile(formula.replace("^", "**"), "formula", "eval")
    surface = from_formula(formula)
    with mpmath.workdps(700):
        for x in ACCURATE[formula]:
            meant = eval(code, {**WORDS, "x": mpmath.mpf(x), "y": 0})
            assert surface.value((x, 0.0)) == pytest.approx(float(meant), rel=1e-14, abs=0)


@pytest.mark.parametrize("formula", ["softplus(x)", "sigmoid(x)", "relu(x)", "hypot(x, y)"])
@pytest.mark.parametrize("x", [-1e300, -1e4, -800.0, 800.0, 1e4, 1e300])
def test_far_away_all_derivatives_are_numbers(formula, x):
    surface = from_formula(formula)
    assert np.isfinite(surface.value((x, 1.0)))
    assert np.isfinite(surface.gradient((x, 1.0))).all()
    assert np.isfinite(surface.hessian((x, 1.0))).all()


def test_the_slopes_of_the_sigmoid_keep_their_digits_on_both_sides():
    surface = from_formula("sigmoid(x)")
    for x in (-40.0, 40.0):
        assert surface.gradient((x, 0.0))[0] == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_logarithms_of_their_base_are_whole():
    for formula, x, value in (("log10(x)", 1000.0, 3), ("log2(x)", 2.0**40, 40)):
        assert from_formula(formula).value((x, 0.0)) == value


def test_an_argument_without_braces_is_one_digit():
    assert parse_latex(r"\tfrac12 x^23") == parse_latex(r"\tfrac{1}{2} x^{2} 3")
