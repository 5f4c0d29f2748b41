"""What becomes of a typed formula."""

import numpy as np
import pytest
from derivatives import assert_derivatives_are_true, points
from hypothesis import given, settings
from hypothesis import strategies as st

from surfaces import SURFACES, from_formula
from surfaces.formula import FUNCTIONS

DOMAIN = (-2, 2, -1, 3)


# Derivatives

TYPED = [
    "x**2 + 3*y**2",
    "x^4 - 2*x^2*y + y^2",
    "-x**2 - (-y)**2",
    "x/(1 + y**2) - 3e-1*y",
    "sin(x)*cos(y) + tan(x*y/4)",
    "exp(-x**2 - y**2)",
    "e**(-(x**2 + y**2)) + pi*x",
    "log(x**2 + 1) + sqrt(y**2 + x**2)",
    "tanh(x) + sinh(y) - cosh(x*y) + atan(y - x)",
    "abs(x*y - 1) + abs(x)",
    "abs(log(x**2 + y**2)) + abs(log(2 + x/4))*sign(sqrt(y + 2))",
    "max(x, y, x*y) + min(x**2, y)",
    "max(log(x + 3), y) - min(sqrt(y + 2), x, 0.5)",
    "sign(x)*y**2 + max(1, 2)*x",
    "(x + 3)**(y/2) + 2**(x*y)",
    "(x**2 + 1)**1.5 - (y + 4)**(1/3)",
    "sin(100000000000000000000)*x + min(3, x + 10**20)",
    "max(x, 2*x - y, y - x, 3*y, 1 - x*y, x**2, y**2 - x, sin(x), cos(y), x + y, -x, -y)",
]


@pytest.mark.parametrize("formula", TYPED)
def test_a_typed_formula_has_true_derivatives_too(formula):
    surface = from_formula(formula, DOMAIN)
    assert_derivatives_are_true(surface, points(surface, 6))


def test_a_typed_formula_is_read_as_it_is_in_mathematics():
    theta = np.array([3.0, 2.0])
    values = {
        "-x**2": -9,
        "2*x^y": 18,
        "x/y/2": 0.75,
        "x - y - 1": 0,
        "2**3**2*x": 1536,
        "-x^-y": -1 / 9,
    }
    for formula, value in values.items():
        assert from_formula(formula, DOMAIN).value(theta) == pytest.approx(value, rel=1e-15)


def test_the_latex_keeps_the_form_in_which_the_formula_was_written():
    assert SURFACES["booth"].latex == (
        r"\left(x + 2 y - 7\right)^{2} + \left(2 x + y - 5\right)^{2}"
    )
    assert from_formula("2**(y/2)", DOMAIN).latex == r"2^{\frac{y}{2}}"
    assert from_formula("abs(log(x))", DOMAIN).latex == r"\left|{\log{\left(x \right)}}\right|"


def test_a_constant_formula_is_flat_in_every_shape():
    flat = from_formula("3", DOMAIN)
    for shape in [(2,), (2, 5), (2, 3, 4)]:
        theta = np.ones(shape)
        np.testing.assert_array_equal(flat.value(theta), np.full(shape[1:], 3.0))
        np.testing.assert_array_equal(flat.gradient(theta), np.zeros(shape))
        np.testing.assert_array_equal(flat.hessian(theta), np.zeros((2, *shape)))


# Where a derivative does not exist


def test_a_kink_counts_as_flat():
    for formula in ("abs(x) + abs(y)", "sqrt(x**2 + y**2)", "abs(x**3)**0.5 + abs(y)"):
        surface = from_formula(formula, DOMAIN)
        np.testing.assert_array_equal(surface.gradient((0.0, 0.0)), (0.0, 0.0))
        np.testing.assert_array_equal(surface.hessian((0.0, 0.0)), np.zeros((2, 2)))


NASTY = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.3, 1e5, -1e5, 1e300, -1e300, 1e-300])
NASTY_GRID = np.array(np.meshgrid(NASTY, NASTY))


def assert_nothing_raises(surface):
    n = len(NASTY)
    assert surface.value(NASTY_GRID).shape == (n, n)
    assert surface.gradient(NASTY_GRID).shape == (2, n, n)
    assert surface.hessian(NASTY_GRID).shape == (2, 2, n, n)
    for theta in ((0.0, 0.0), (-1.0, 1.0), (1e300, -2.3)):
        assert np.shape(surface.value(theta)) == ()
        assert surface.gradient(theta).shape == (2,)
        assert surface.hessian(theta).shape == (2, 2)
    assert surface.latex


SINGULAR = """
1/x | log(x) | sqrt(x) | x**y | x**x | 1/(x*y) | log(x*y) | tan(x) | 1/sin(x) | x**-3 | atan(1/x)
exp(1/x) | exp(-1/x**2) | log(log(x)) | sqrt(-x**2 - 1) | abs(log(x)) | sign(log(x)) | abs(x**y)
max(1/x, y) | min(log(x), sqrt(y)) | (-x)**0.5 | (x - 1)**(1/3) | 1/abs(x) | 1/max(x, 0)
cosh(x)**50 | x*log(x)
atan(y/x) | exp(exp(x)) | 1/(cos(x)**2 + sin(x)**2 - 1) | log(sign(x)) | x**y - y**x
"""


@pytest.mark.parametrize("formula", SINGULAR.replace("\n", "|").strip("|").split("|"))
def test_a_singular_formula_never_raises(formula):
    assert_nothing_raises(from_formula(formula, DOMAIN))


# Formulas that are refused

NO_FORMULA = {
    "": "empty",
    "   ": "empty",
    "import os": "“import os” cannot be read",
    "x +": "cannot be read",
    "(x": "cannot be read",
    "x; y": "cannot be read",
    "x = 1": "cannot be read",
    "1if x else y": "cannot be read",
    "x\0": "cannot be read",
    "(" * 400 + "x" + ")" * 400: "cannot be read",
    "x.real": "“x.real” is not allowed",
    "().__class__.__bases__": "is not allowed",
    "x[0]": "is not allowed",
    "lambda: x": "is not allowed",
    "[x for x in y]": "is not allowed",
    "x if y else 1": "is not allowed",
    "x == y": "is not allowed",
    "x and y": "is not allowed",
    "x, y": "is not allowed",
    "(x := y)": "is not allowed",
    "not x": "is not allowed",
    "'x'": "is not allowed",
    "f'{x}'": "is not allowed",
    "b'x'": "is not allowed",
    "True": "“True” is not allowed",
    "None": "is not allowed",
    "...": "is not allowed",
    "1j*x": "“1j” is not allowed",
    "sin(x=1)": "is not allowed",
    "max(*x)": "is not allowed",
    "sin(x)(y)": "is not allowed",
    "z + x": "“z” is unknown",
    "sin": "“sin” is unknown",
    "__import__": "is unknown",
    "Symbol": "is unknown",
    "__import__(x)": "“__import__” is not a function here",
    "eval(x)": "“eval” is not a function here",
    "lambdify(x)": "is not a function here",
    "sin()": "sin takes one value",
    "sin(x, y)": "sin takes one value",
    "max(x)": "max takes two or more values",
    "x // y": "Only + - * / and **",
    "x % y": "Only + - * / and **",
    "x @ y": "Only + - * / and **",
    "x | y": "Only + - * / and **",
    "x·y": "“·” is not a character of a formula",
    "x²": "is not a character of a formula",
    "<script>alert(1)</script>": "cannot be read",
    "x/0": "divides by zero",
    "1/(x - x)": "divides by zero",
    "x + 1e400": "too large",
    "1e200*x": "too large",
    "x*" + "9" * 120: "too large",
    "log(0)*x": "too large or undefined",
    "sqrt(-1)*x": "too large or undefined",
    "0**(-1) + x": "too large or undefined",
    "(-8)**0.5 + x": "too large or undefined",
    "(-2)**(x*y)": "cannot be computed",
    # Without bounds, each of these takes minutes, or all memory.
    "9**9**9**9": "exponent",
    "x**9**9": "exponent",
    "x**1000": "exponent",
    "x**y**x**y": "exponent",
    "((((3*x)**99)**99)**99)**99": "too large",
    "((((x/3)**99)**99)**99)**99": "too large",
    "tan(exp(1e50))*x": "too large",
    "sin(exp(exp(99))) + x": "too large",
    "sqrt(cosh(sinh(1e50)))*x": "too large",
    "-" * 700 + "x": "too many parts",
    "+".join(["x*y"] * 150): "too many parts",
    "sin(" * 60 + "x" + ")" * 60: "nested too deeply",
    "/".join(["x"] * 60): "nested too deeply",
    "x" * 5000: "longer than",
}


@pytest.mark.parametrize("formula", NO_FORMULA, ids=lambda formula: repr(formula)[:40])
def test_what_is_no_formula_is_refused_in_one_sentence(formula):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        from_formula(formula, DOMAIN)
    assert NO_FORMULA[formula] in str(refusal.value)
    assert_one_sentence(refusal.value)


def assert_one_sentence(refusal):
    text = str(refusal)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) <= 200


@pytest.mark.parametrize(
    "domain", [(1, -1, 0, 1), (0, 1, 2, 2), (0, np.nan, 0, 1), (-np.inf, 1, 0, 1)]
)
def test_a_domain_must_be_a_finite_rectangle(domain):
    with pytest.raises(ValueError, match=r"^The domain must be .* with low below high, not .*\.$"):
        from_formula("x + y", domain)


@settings(max_examples=300)
@given(st.text(max_size=30) | st.text("xye123.+-*/^() ,", max_size=30))
def test_any_text_is_a_surface_or_refused_in_a_sentence(text):
    try:
        surface = from_formula(text, DOMAIN)
    except ValueError as refusal:
        assert_one_sentence(refusal)
    else:
        assert_nothing_raises(surface)


atoms = st.sampled_from(
    ["x", "y", "2", "0", "-1", "0.5", "pi", "e", "1e50", "10000000000000000000"]
)
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({}{}{})".format, inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner),
        st.builds(
            "{}({})".format, st.sampled_from(sorted(FUNCTIONS.keys() - {"min", "max"})), inner
        ),
        st.builds("{}({},{})".format, st.sampled_from(["min", "max"]), inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(formulas)
def test_a_formula_that_is_accepted_never_raises_later(formula):
    try:
        surface = from_formula(formula, DOMAIN)
    except ValueError as refusal:
        assert_one_sentence(refusal)
    else:
        assert_nothing_raises(surface)
