"""What becomes of a typed formula."""

import re
import resource
import time
from dataclasses import replace

import numpy as np
import pytest
from derivatives import assert_derivatives_are_true, exact, points
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas import chain_rule
from formulas import formula as door
from formulas.functions import ALIASES, FUNCTIONS
from surfaces import SURFACES, from_formula

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
    "((x**2 + 1)*(y**2 + 2)*(x**2 + y**2 + 3)*exp(y - x))**(0.3*x + 1)",
    "sin(100000000000000000000)*x + min(3, x + 10**20)",
    "max(x, 2*x - y, y - x, 3*y, 1 - x*y, x**2, y**2 - x, sin(x), cos(y), x + y, -x, -y)",
    "sin(x + " * 30 + "y" + ")" * 30,
    "*".join(f"cos({n}*x + y)" for n in range(1, 20)),
    "0.001*(" + "max(x, y*" * 20 + "x" + ")" * 20 + ")",
]


@pytest.mark.parametrize("formula", TYPED)
def test_a_typed_formula_has_true_derivatives_too(formula):
    surface = from_formula(formula, DOMAIN)
    assert_derivatives_are_true(surface, points(surface, 6))


@pytest.mark.parametrize("key", [key for key in SURFACES if SURFACES[key].formula])
def test_a_formula_that_is_derived_in_pieces_has_the_same_derivatives(key, monkeypatch):
    surface = SURFACES[key]
    at = np.random.default_rng(0).uniform(*np.reshape(surface.domain, (2, 2)).T, (50, 2)).T
    whole = surface.value(at), surface.gradient(at), surface.hessian(at)
    shown = surface.gradient_latex
    for limit in (8, 40, 200):
        monkeypatch.setattr(chain_rule, "MAX_PIECE", limit)
        door.forget()
        cut = replace(surface, name="cut")
        assert ("too long" in str(cut.gradient_latex)) == ("too long" in str(shown))
        assert "piece" not in str(cut.gradient_latex)
        for one, other in zip(
            whole, (cut.value(at), cut.gradient(at), cut.hessian(at)), strict=True
        ):
            np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9 * np.abs(one).max())
    monkeypatch.undo()
    door.forget()


def test_surfaces_of_one_formula_share_what_was_derived_and_compiled():
    one, other = from_formula("a x^2 + 3y^2"), from_formula("a x^2 + 3y^2", (-1, 1, -1, 1), a=2)
    assert one.expression is other.expression is other.transformed(rotate=30.0).expression
    assert one.expression is not from_formula("b x^2 + 3y^2").expression
    before = one.expression
    door.forget()
    again = from_formula("a x^2 + 3y^2").expression
    assert again == before
    assert again is not before


# Reading

AT = np.array([3.0, 2.0])

READ = {
    # formula: its value at x = 3, y = 2, with every parameter at 1
    "-x**2": -9,
    "2*x^y": 18,
    "x/y/2": 0.75,
    "x - y - 1": 0,
    "2**3**2*x": 1536,
    "-x^-y": -1 / 9,
    "2^-x^y": 2**-9,
    "x--y": 5,
    "2*-x": -6,
    "+x": 3,
    "1e-1x": 0.3,
    ".5x": 1.5,
    # A missing sign is a *, like any other
    "2x": 6,
    "3xy^2": 36,
    "2(x+1)": 8,
    "(x+1)(y-1)": 4,
    "x(y+1)": 9,
    "x (y+1)": 9,
    "x sin(y)": 3 * np.sin(2),
    "2pi x": 6 * np.pi,
    "2pix": 6 * np.pi,
    "0.5x^2y": 9,
    "-2x^2": -18,
    "1/2x": 1.5,
    "x/2y": 3,
    "1/2(x+1)": 2,
    "2^3x": 24,
    "xy": 6,
    "2e x": 6 * np.e,
    "e^2x": 3 * np.e**2,
    "sin(x)cos(y)": np.sin(3) * np.cos(2),
    "2|x|y": 12,
    "x|y|": 6,
    # As people write it
    "x²": 9,
    "2x²y³": 144,
    "x¹⁰": 3**10,
    "sin^2(x)": np.sin(3) ** 2,
    "sin²(x)": np.sin(3) ** 2,
    "cos**3(x)y": np.cos(3) ** 3 * 2,
    "|x - 4| + |y|": 3,
    "||x| - |y||": 1,
    "x|x - 1|": 6,
    "|(|x|)|": 3,
    "|(x|y|)|": 6,
    "√(x+1)": 2,
    "ln(x)": np.log(3),
    "LN(X) + Sin(Y)": np.log(3) + np.sin(2),
    "X^2 + Y": 11,
    "x − y": 1,
    "x × y·2 ÷ 4": 3,
    "2πx": 6 * np.pi,
    "ху": 6,
    "𝑥² + 𝑦²": 13,
    "x\n+\ty": 5,
    # Parameters, which are 1 until they are set
    "ax^2": 9,
    "axy + k1x": 9,
    "a(x + b)": 4,
    "a b": 1,
    "e^-a": 1 / np.e,
    "λx + λ1y²": 7,
    "lambda x + alpha1xy": 9,
    "μ(x + y)": 5,
    "tg(x)ch(y)": np.tan(3) * np.cosh(2),
}


@pytest.mark.parametrize("formula", READ)
def test_a_formula_is_read_as_people_write_it(formula):
    surface = from_formula(formula, DOMAIN)
    assert surface.value(AT) == pytest.approx(READ[formula], rel=1e-15)
    for spelling in (surface.formula, surface.formula.replace(" ", "")):
        again = from_formula(spelling, DOMAIN)
        assert again == surface, "the canonical spelling reads as the same formula"
    assert surface.formula.isascii()


def test_the_canonical_spelling_stays_close_to_what_was_typed():
    spellings = {
        "x**2 + 3*y**2": "x**2 + 3*y**2",
        "x^2+3y^2": "x^2 + 3y^2",
        " 2 x ( y+1 )": "2x(y + 1)",
        "x y sin( x )": "x*y*sin(x)",
        "2e + 3": "2*e + 3",
        "x⁻²y": "x^-2y",
        "e⁻¹² x": "e^-12x",
        "max(x,-y)": "max(x, -y)",
        "2πx − √(x²)": "2pi*x - sqrt(x^2)",
    }
    for typed, spelling in spellings.items():
        assert from_formula(typed, DOMAIN).formula == spelling


def test_single_letters_are_parameters():
    surface = from_formula("b x^2 + a^2 y + k2 + k10 x", DOMAIN)
    assert [p.name for p in surface.parameters] == ["a", "b", "k10", "k2"]
    assert {(p.default, p.low, p.high, p.scale) for p in surface.parameters} == {
        (1.0, -1e6, 1e6, "linear")
    }
    assert [p.symbol for p in surface.parameters] == ["a", "b", "k_{10}", "k_{2}"]
    set_ = surface.with_values(a=3.0, k10=0.5)
    assert set_.value(AT) == pytest.approx(9 + 18 + 1 + 1.5)
    assert set_ == from_formula("b x^2 + a^2 y + k2 + k10 x", DOMAIN, a=3.0, k10=0.5)
    refused = r"^Your formula's a must be at least -1000000 and at most 1000000, not "
    for value in (1.1e6, -1.1e6, np.inf, np.nan):
        with pytest.raises(ValueError, match=refused):
            surface.with_values(a=value)
    with pytest.raises(ValueError, match=r"^Your formula has no “c”: there is a\.$"):
        from_formula("a*x", DOMAIN, c=1.0)
    assert from_formula("x + y + pi + e", DOMAIN).parameters == ()


def test_a_formula_with_large_parameters_is_the_one_that_is_meant():
    typed = from_formula("(a-x)^2 + b(y-x^2)^2", SURFACES["rosenbrock"].domain, b=100.0)
    assert typed.value(AT) == pytest.approx(SURFACES["rosenbrock"].value(AT))
    assert typed.minima == (pytest.approx((1, 1)),)
    assert from_formula("a x^2", (-1, 1, -1, 1), a=-1e6).value((0.5, 0)) == -250_000


def test_the_latex_shows_how_a_formula_was_read():
    shown = {
        "1/2x": r"\frac{1}{2} x",
        "1/(2x)": r"\frac{1}{2 x}",
        "2^(y/2)": r"2^{\frac{y}{2}}",
        "abs(log(x))": r"\left|\ln\left(x\right)\right|",
        "(x+2y-7)^2": r"\left(x + 2 y - 7\right)^{2}",
        "-x^2": r"-x^{2}",
        "(-x)^2": r"\left(-x\right)^{2}",
        "x - (y + 1)": r"x - \left(y + 1\right)",
        "2*3x": r"2 \cdot 3 x",
        "sin^2(x) sqrt(y+2)": r"\sin^{2}\left(x\right) \sqrt{y + 2}",
        "exp(-x) + e^(-x)": r"e^{-x} + e^{-x}",
        "1e-3 x pi": r"10^{-3} x \pi",
        "(x/y)^2": r"\left(\frac{x}{y}\right)^{2}",
        "a_is_no_name": None,
    }
    for formula, latex in shown.items():
        if latex:
            assert from_formula(formula, DOMAIN).latex == latex
    assert from_formula("k1 x", DOMAIN).latex == r"k_{1} x"


def test_derivatives_are_shown_in_latex_moderately_simplified():
    rosenbrock = SURFACES["rosenbrock"]
    assert rosenbrock.gradient_latex == (
        r"- 2 a - 4 b x \left(- x^{2} + y\right) + 2 x",
        r"b \left(- 2 x^{2} + 2 y\right)",
    )
    assert rosenbrock.hessian_latex == (
        r"8 b x^{2} - 4 b \left(- x^{2} + y\right) + 2",
        r"- 4 b x",
        r"2 b",
    )
    kinks = from_formula("max(x, y)^2 + |x|^3 + 0.5sqrt(2)y sign(y)", DOMAIN)
    assert kinks.gradient_latex == (
        r"\left(\operatorname{sign}{\left(x - y \right)} + 1\right) \max\left(x, y\right)"
        r" + 3 \left|{x}\right|^{2} \operatorname{sign}{\left(x \right)}",
        r"\left(\operatorname{sign}{\left(- x + y \right)} + 1\right) \max\left(x, y\right)"
        r" + 0.5 \sqrt{2} \operatorname{sign}{\left(y \right)}",
    )
    flat = from_formula("3", DOMAIN)
    assert (flat.gradient_latex, flat.hessian_latex) == (("0", "0"), ("0", "0", "0"))
    long = from_formula("*".join(f"sin({n}x + y)" for n in range(1, 11)), DOMAIN)
    assert long.hessian_latex[0] == r"\text{(too long to be shown)}"


def test_a_negative_base_has_a_gradient_where_its_exponent_stays_whole():
    surface = from_formula("x^max(1, x y)", DOMAIN)
    np.testing.assert_array_equal(surface.gradient((-1.5, 0.5)), (1, 0))
    np.testing.assert_array_equal(surface.hessian((-1.5, 0.5)), np.zeros((2, 2)))


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


@pytest.mark.parametrize("formula", ["sqrt(x)*sqrt(x)", "sqrt(x)^2", "(x^1.5)^2", "x^.5*x^.5*y"])
def test_what_is_undefined_stays_so(formula):
    surface = from_formula(formula, DOMAIN)
    assert np.isnan(surface.value((-1.0, 1.0)))
    assert np.isfinite(surface.value((1.0, 1.0)))


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
exp(1/x) | exp(-1/x**2) | log(log(x)) | sqrt(x**2 - 1) | abs(log(x)) | sign(log(x)) | abs(x**y)
max(1/x, y) | min(log(x), sqrt(y)) | (-x)**0.5 | (x - 1)**(1/3) | 1/abs(x) | 1/max(x, 0)
cosh(x)**50 | x*log(x)
atan(y/x) | exp(exp(x)) | 1/(cos(x)**2 + sin(x)**2 - 1.5) | log(sign(x)) | x**y - y**x
"""


@pytest.mark.parametrize("formula", SINGULAR.replace("\n", "|").strip("|").split("|"))
def test_a_singular_formula_never_raises(formula):
    assert_nothing_raises(from_formula(formula, DOMAIN))


# Formulas that are refused: the place, and what to do

NO_FORMULA = {
    "": "The formula is empty: write one in x and y",
    "   ": "The formula is empty",
    "sinx": "“sinx” at character 1: write sin(x).",
    "2 + sinx": "“sinx” at character 5: write sin(x).",
    "2sin2x": "“sin2x” at character 2: write sin(2x).",
    "sin x": "“sin x” at character 1: write sin(x), with brackets.",
    "sin 2x": "“sin 2x” at character 1: write sin(2x), with brackets.",
    "sin 2πx": "“sin 2πx” at character 1: write sin(2πx), with brackets.",
    "xcos(y)": "“xcos” at character 1: write x*cos.",
    "2xlog (x^2) + 1": "“xlog” at character 2: write x*log.",
    "xsin": "“xsin” at character 1: write x*sin.",
    "if x": "“if” at character 1: there are no conditions here; write max, min, abs, sign or step.",
    "x or y": "“or” at character 3: there are no conditions here",
    "min(x,,y)": "“,” at character 7 has no value before it: write one, or delete it.",
    "min(,y)": "“,” at character 5 has no value before it",
    "(x,y)": "“,” at character 3: only functions take several values; delete it.",
    "max(x, 0,5)|": "“|” at character 12",
    "(0,5)x": "“,” at character 3: write a decimal point, as in 0.5.",
    "x⁻": "“⁻” at character 2 is not a sign of a formula",
    "sin⁻¹(x)": "“sin⁻¹(x)” at character 1: write asin(x) or (1/sin(x)).",
    "sin 2": "write sin(2), with brackets.",
    "x + sin": "“sin” at character 5: write sin(x), with brackets.",
    "sin^-1(x)": "write asin(x) or (1/sin(x)).",
    "sin^y(x)": "“sin^y(x)” at character 1: write (sin(x))^y.",
    "xsin(y)": "“xsin” at character 1: write x*sin.",
    "xpi": "write x*pi.",
    "xy2": "“y2” at character 2: write y^2 or y*2.",
    "xa": "“xa” at character 1: write x*a.",
    "ab": "write a*b.",
    "lo": "write l*o.",
    "pq": "write p*q.",
    "2⁽x⁾": "“⁽” at character 2 is not a sign of a formula",
    "os.system('ls')": "“os.” at character 1: delete it",
    "sin^2 x": "“sin^2 x” at character 1: write sin^2(x), with brackets.",
    "ξ x": "“ξ” at character 1 is not a sign of a formula",
    "A x": "“A” at character 1 is a capital letter: write a.",
    "z + x": "“z” at character 1 is unknown: names are x, y, pi, e, single letters but z, alpha "
    "to omega; functions sin, ",
    "x + foo": "“foo” at character 5 is unknown",
    "xyz": "“xyz” at character 1 is unknown",
    "import os": "“import” at character 1 is unknown",
    "__import__('os')": "“__import__” at character 1 is unknown",
    "__import__(x)": "“__import__” at character 1 is unknown",
    "eval(x)": "“eval” at character 1 is unknown",
    "lambda: x": "“:” at character 7 is not a sign",
    "x.real": "“.” at character 2: write a digit before or after the point.",
    "().__class__.__bases__": "“.” at character 3",
    "[x for x in y]": "“for” at character 4 is unknown",
    "x if y else 1": "“if” at character 3: there are no conditions here",
    "x == y": "“=” at character 3: write one side alone, or the square of the",
    "x and y": "“and” at character 3: there are no conditions here",
    "x; y": "“;” at character 2: write one formula alone.",
    "x!": "there are no factorials here",
    "x % y": "“x % y” at character 1: write mod(x, y).",
    "x @ y": "is not a sign",
    "x\0": "“U+0000” at character 2 is not a sign",
    "<script>alert(1)</script>": "“<” at character 1: there are no conditions here",
    "True": "“True” at character 1 is unknown",
    "x, y": "“,” at character 2: only functions take several values; delete it.",
    "0,5x": "“,” at character 2: write a decimal point, as in 0.5.",
    "2 3": "“3” at character 3: write a sign such as * or + before it.",
    "x 2": "“2” at character 3: write a sign such as * or + before it.",
    "1_000x": "“_000x” at character 2 is unknown",
    "x +": "The formula ends after “+” at character 3: write what is missing after it.",
    "x^": "The formula ends after “^” at character 2",
    "(x": "“(” at character 1 is never closed: write ) after its part.",
    "|x": "“|” at character 1 is never closed: write | after its part.",
    "x)": "“)” at character 2 closes what was never opened: delete it.",
    "(x+)": "“)” at character 4 closes too early: complete what is before it.",
    "()": "“)” at character 2 closes too early",
    "*x": "“*” at character 1 has nothing to join: write a number, x or y before it.",
    "x // y": "“x // y” at character 1: write floor((x)/(y)).",
    "x | y": "“|” at character 3 is never closed",
    "sin()": "“sin()” at character 1: sin takes one value in its brackets.",
    "sin(x, y)": "“sin(x, y)” at character 1: sin takes one value in its brackets.",
    "max(x)": "“max(x)” at character 1: max takes two or more values in its brackets.",
    "x/0": "“x/0” at character 1 divides by zero: change what is below the line.",
    "x + 1/(2 - 2)": "“1/(2 - 2)” at character 5 divides by zero",
    "x + 1e400": "“1e400” at character 5 is too large: write it below 1e100.",
    "x*" + "9" * 120: "is too large",
    "log(0)*x": "“log(0)” at character 1 is too large or undefined: write another number.",
    "sqrt(-1)*x": "“sqrt(-1)” at character 1 is too large or undefined",
    "0**(-1) + x": "“0**(-1)” at character 1 is too large or undefined",
    "(-8)**0.5 + x": "is too large or undefined",
    "9**9**9**9": "“9**9**9” at character 4 is too large or undefined",
    "x + exp(exp(99))": "“exp(exp(99))” at character 5 is too large or undefined",
    "x*((9x)^99)^99": "“((9x)^99)^99” at character 3 is too large or undefined",
    "y + x^1e19": "“x^1e19” at character 5 has an exponent above 1000: write a smaller one.",
    "(-2)^x": "“(-2)^x” has derivatives that are not real numbers: simplify it.",
    "tan(" * 38
    + "x y"
    + ")" * 38
    + "atan(" * 38
    + "x y"
    + ")" * 38: "has derivatives that are too long: simplify it.",
    "1/(x - x)": "“1/(x - x)” at character 1 divides by zero",
    "1/sqrt(-x**2)": "“1/sqrt(-x**2)” is defined nowhere in x -2 to 2 and y -1 to 3.",
    "sqrt(-x**2 - 1)": "is defined nowhere in x -2 to 2 and y -1 to 3.",
    "x/(a - 1)": "is defined nowhere",
    "abcdefghij x": "is unknown",
    "a+b+c+d+f+g+h+i+j": "The formula has 9 parameters: use at most 8.",
    "+".join(["x*y"] * 150): "The formula has more than 400 parts: simplify it.",
    "-" * 300 + "x": "is nested too deeply: simplify it.",
    "(" * 300 + "x" + ")" * 300: "more than 400 parts",
    "(" * 150 + "x" + ")" * 150: "“(” at character 41 is nested too deeply: simplify it.",
    "sin(" * 60 + "x" + ")" * 60: "is nested too deeply: simplify it.",
    "x^" * 60 + "x": "is nested too deeply: simplify it.",
    "x" * 5000: "The formula is longer than 1000 characters: shorten it.",
}


@pytest.mark.parametrize("formula", NO_FORMULA, ids=lambda formula: repr(formula)[:40])
def test_what_is_no_formula_is_refused_in_one_sentence(formula):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        from_formula(formula, DOMAIN)
    assert NO_FORMULA[formula] in str(refusal.value)
    assert_one_sentence(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((None,), "A formula is text such as “x^2 + 3y^2”, not None."),
        ((5,), "A formula is text such as “x^2 + 3y^2”, not 5."),
        ((b"x",), "A formula is text such as “x^2 + 3y^2”, not b'x'."),
        ((["x"],), "A formula is text such as “x^2 + 3y^2”, not ['x']."),
        (("x", (1, 2, 3)), "x low, x high, y low, y high, not (1, 2, 3)."),
        (("x", "abc"), "The domain must be four numbers, x low, x high, y low, y high, not 'abc'."),
        (("x", None), "x low, x high, y low, y high, not None."),
        (("x", DOMAIN, (1,)), "The start must be two numbers such as (1, -0.5), not (1,)."),
        (("x", DOMAIN, "ab"), "The start must be two numbers such as (1, -0.5), not 'ab'."),
    ],
)
def test_what_is_no_text_no_domain_or_no_start_is_refused_too(arguments, sentence):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        from_formula(*arguments)
    assert sentence in str(refusal.value)


def test_a_parameter_that_is_no_number_is_refused():
    for value in (None, "1", [1.0], 1j):
        with pytest.raises(ValueError, match=r"^Your formula's a must be at least .*, not “.*”\.$"):
            from_formula("a*x", DOMAIN, a=value)


def test_in_a_surface_of_the_registry_every_name_is_stated():
    with pytest.raises(ValueError, match="“c” at character 3 is unknown: the names here are x, y"):
        replace(SURFACES["saddle"], formula="a*c*x").value((0, 0))


def test_a_start_is_where_the_formula_is_defined():
    assert from_formula("x + y", (0, 4, 0, 4)).start == (1.0, 3.0)
    for formula in ("log(-y)", "sqrt(x - 1.5)", "log(0.01 - x^2 - y^2)"):
        surface = from_formula(formula, DOMAIN)
        assert np.isfinite(surface.value(surface.start))
        assert np.isfinite(surface.gradient(surface.start)).all()
    assert from_formula("log(x)", DOMAIN, start=(1.0, 2.0)).start == (1.0, 2.0)
    assert from_formula("log(x)", DOMAIN).start == (0.5, 2.0), "not beside the undefined region"
    for start in ((-1.0, 0.0), (3.0, 0.0)):
        with pytest.raises(ValueError, match=r"^The start .* lies outside the domain, or where"):
            from_formula("log(x)", DOMAIN, start=start)


def test_when_a_parameter_moves_the_undefined_region_the_start_moves_too():
    surface = from_formula("log(x - a)", (-2, 2, -1, 3), a=-3.0)
    assert surface.start == (-1.0, 2.0)
    moved = surface.with_values(a=1.0)
    assert moved.start[0] > 1
    assert np.isfinite(moved.value(moved.start))


def assert_one_sentence(refusal):
    text = str(refusal)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) <= 250


TOO_FAR, TOO_NARROW = "four numbers from -1e[+]09 to 1e[+]09", "with low clearly below high"


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ((1, -1, 0, 1), TOO_NARROW),
        ((0, 1, 2, 2), TOO_NARROW),
        ((1, 1 + 1e-9, 0, 1), TOO_NARROW),
        ((0, np.nan, 0, 1), TOO_FAR),
        ((-np.inf, 1, 0, 1), TOO_FAR),
        ((-1e308, 1e308, 0, 1), TOO_FAR),
    ],
)
def test_a_domain_must_be_a_rectangle_that_can_be_drawn(domain, why):
    with pytest.raises(ValueError, match=rf"^The domain must be .*{why}, not .*\.$"):
        from_formula("x + y", domain)


# Without limits, each of these takes SymPy minutes, or more memory than there is.
SLOW = [
    *(f"{function}(" * 15 + "x y" + ")" * 15 for function in FUNCTIONS if FUNCTIONS[function] == 1),
    "tanh(" * 39 + "x" + ")" * 39,
    "sin(x*" * 19 + "y" + ")" * 19,
    "*".join(f"sin({n}x)" for n in range(1, 60)),
    "*".join(f"(1 + ((x - {n})^2 + y^2)/{n})" for n in range(1, 8)),
    "max(" + ",".join(f"x^{n}y" for n in range(2, 60)) + ")",
    "max(((pi+max(0.5,x))*(2-(x+y^3)/2)*(pi+x)),(atan((9.8+2y)^2/4)^4+exp(0.5+3-x))^2)",
    "((x+y)^99)^99",
    *(f"({function}(" * 12 + "x/y" + ")^1.5)^1.5" * 12 for function in ("sin", "tan", "exp")),
    *("(2(" + f"{function}(" * 20 + "x/y" + ")" * 20 + ")^3)^1.5" for function in ("cos", "exp")),
    "x^" * 20 + "x",
    "x^y" + "^x" * 18,
    "*".join(f"sin({n}x + y)" for n in range(1, 40)),
    *(f"{function}(" * 38 + "xy" + ")" * 38 for function in ("sin", "tan", "atan", "tanh")),
    "tan(x + " * 38 + "y" + ")" * 38,
    "exp(y*" * 30 + "x" + ")" * 30,
    "1/(x + " * 35 + "y" + ")" * 35,
    "max(x*y, " * 35 + "y" + ")" * 35,
    "max(x,y*" * 10 + "x" + ")" * 10,
    "9**9**9**9",
    "x**x**x**x**x",
]


@pytest.mark.parametrize("formula", SLOW, ids=lambda formula: formula[:30])
def test_what_could_take_long_is_drawn_or_refused_soon(formula):
    assert_fit_to_be_shown(formula)


# Fuzzing: CONTRIBUTING says how to run many more of these


NUMBERS = ["0", "1", "2", "0.5", "-1", ".3", "1e-9", "3e2", "7", "10"]
HUGE = ["1e50", "1e99", "10000000000000000000", "1e-99", "9**9", "99"]
NAMES = ["x", "y", "x", "y", "pi", "e", "a", "k1", "xy", "ax", "X", "π", "2x", "x²", "3pix"]


ONE = [name for name, count in FUNCTIONS.items() if count == 1]
TWO = [name for name, count in FUNCTIONS.items() if count == 2]
TEX = [r"\frac{{{}}}{{{}}}", r"{} \cdot {}", r"{}^{{{}}}", r"\left({}\right)\,{}", r"{}\times{}"]
TEX += [r"\max\left({}, {}\right)", r"\sqrt{{{}}} - {}", r"\left|{}\right| + {}"]
HEADS = ["f(x,y) = ", "z = ", "lambda x, y: ", "def f(x, y):\n    return ", "f = @(x,y) ", "$", "="]
PARTS = [("x", "y"), ("x(1)", "x(2)"), ("x[0]", "x[1]"), ("x_1", "x_2"), ("x₁", "x₂"), ("x0", "x1")]
PARTS += [("x_{1}", "x_{2}"), ("p[0]", "p[1]"), ("theta(1)", "theta(2)")]


def formulas(atoms):
    """Formulas by the grammar, most of them readable."""

    def larger(inner):
        signs = ["+", "-", "*", "/", " * ", "^", "**", "·", " ", "", "−", "÷", ".*", ".^", "∗", "–"]
        functions = st.sampled_from([*ONE, *ALIASES])
        prefixes = st.sampled_from(["", "np.", "math.", "2torch.", "\\"])
        return st.one_of(
            st.builds("{}{}{}".format, inner, st.sampled_from(signs), inner),
            st.builds("({}){}({})".format, inner, st.sampled_from(signs), inner),
            st.builds("{}({})".format, functions, inner),
            st.builds("{}{}({})".format, prefixes, functions, inner),
            st.builds("{}^2({})".format, functions, inner),
            st.builds("{}({},{})".format, st.sampled_from(TWO), inner, inner),
            st.builds(lambda tex, a, b: tex.format(a, b), st.sampled_from(TEX), inner, inner),
            st.builds("|{}|".format, inner),
            st.builds("[{}]".format, inner),
            st.builds("-{}".format, inner),
        )

    return st.recursive(st.sampled_from(atoms), larger, max_leaves=12)


def of_parts(text, parts):
    """The same formula of the parts of a vector."""
    return re.sub(r"(?<![a-z])[xy]|(?<=\d)[xy]", lambda c: parts[c[0] == "y"], text)


pasted = st.builds(
    lambda head, text, parts, end: head + of_parts(text, parts) + end,
    st.sampled_from(HEADS),
    formulas([*NUMBERS, "x", "y", "a", "2x", "x²", "π"]),
    st.sampled_from(PARTS),
    st.sampled_from(["", ";", "$", ".", "  # done"]),
)


HOSTILE = [
    "__import__('os')",
    "lambda",
    ".real",
    "[0]",
    "{x}",
    "'",
    '"',
    "\\",
    "∞",
    "９",
    "if",
    "**",
    "^^",
    "((((",
    "))))",
    "1e999",
    "0x1F",
    "1j",
    "_",
    ";",
    "=",
    "!",
    "@",
    "ⅷ",
    "||",
    "|||",
    "x**x**x**x**x",
    "9**9**9**9",
    ",",
    "½",
    "sinx",
    "sin",
    "log10",
    "≤",
    "<b>",
    "%2B",
    "&&",
    "\u202e",
    "\x00",
    "\ufeff",
    "е",
    "х",
    "у",
    "1..2",
    "1.e",
    "2e",
    "eval(x)",
    "x[0]",
    "x(2)",
    "x_",
    "x₁",
    "y1",
    "theta[1]",
    "f(x)",
    "gamma(",
    "np.",
    "foo.",
    "f(x,y)=",
    "lambda x:",
    "def f(x):",
    "return",
    "->",
    "@(",
    "$",
    "`",
    "#",
    "%",
    "//",
    ".*",
    "]",
    "{",
    "}",
    "\\frac",
    "\\sqrt[",
    "\\left(",
    "\\right|",
    "\\left|",
    "\\sin",
    "\\sin^{-1}",
    "\\log_",
    "\\mathrm{",
    "\\begin{align}",
    "\\cdot",
    "\\alpha",
    "\\\\|sin^-1",
    "tan⁻¹",
    "ˣ",
    "₁",
    "⁽",
    "°",
    "‑",
    "\u200b",
    "′",
]
broken = st.lists(
    st.sampled_from([*HOSTILE, *NUMBERS, *NAMES, *FUNCTIONS, *"+-*/^()|,."])
    | st.text(max_size=3)
    | formulas(NAMES),
    max_size=12,
).map("".join)
long = st.builds(
    lambda part, sign, times, ends: sign.join([part] * times).join(ends),
    formulas(NAMES),
    st.sampled_from(["+", "*", "/", "^", "(", " "]),
    st.integers(1, 200),
    st.sampled_from([("", ""), ("(" * 39, ")" * 39), ("sin(" * 20, ")" * 20)]),
)

FUZZ = settings(max_examples=max(300, settings.default.max_examples))


SECONDS = 3  # one where nothing else runs: on a busy machine the processor's seconds are longer


def megabytes():
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def assert_fit_to_be_shown(text):
    """A surface, all of whose parts can be computed and shown, or a refusal; either soon."""
    begin, before = time.process_time(), megabytes()
    try:
        surface = from_formula(text, DOMAIN)
    except ValueError as refusal:
        assert_one_sentence(refusal)
    else:
        assert_nothing_raises(surface)
        assert np.isfinite(surface.value(surface.start))
        if len(text) % 4 == 0:  # the most work by far
            assert all(np.isfinite(minimum).all() for minimum in surface.minima)
        assert max(map(len, (*surface.gradient_latex, *surface.hessian_latex))) < 20_000
        assert surface.value(LARGE_GRID).shape == LARGE_GRID.shape[1:]
        for spelling in (surface.formula, surface.formula.replace(" ", "")):
            assert from_formula(spelling, DOMAIN) == surface
    assert time.process_time() - begin < SECONDS
    assert megabytes() - before < 200


LARGE_GRID = np.array(np.meshgrid(np.linspace(-2, 2, 101), np.linspace(-1, 3, 101)))


@pytest.mark.parametrize(
    "texts",
    [
        formulas([*NUMBERS, *NAMES]) | pasted,
        formulas([*NUMBERS, *HUGE, *NAMES]),
        broken,
        long,
        st.text(),
    ],
    ids=["formulas", "huge numbers", "broken", "long", "any text"],
)
def test_fuzz_any_text_is_a_surface_or_refused_in_a_sentence(texts):
    FUZZ(given(texts)(assert_fit_to_be_shown))()


@FUZZ
@given(formulas([*NUMBERS, *NAMES]))
def test_fuzz_the_gradient_is_that_of_the_formula_where_it_is_smooth(text):
    try:
        surface = from_formula(text, DOMAIN)
    except ValueError:
        return
    for point in ((0.377, 1.131), (-1.219, 0.713)):
        value, gradient = exact(surface.formula, point)
        if value is None:
            continue
        assert surface.value(point) == pytest.approx(value, rel=1e-9, abs=1e-9)
        np.testing.assert_allclose(surface.gradient(point), gradient, rtol=1e-6, atol=1e-6)


@FUZZ
@given(formulas([*(number for number in NUMBERS if "e" not in number), *NAMES]))
def test_any_formula_is_read_again_from_the_latex_that_shows_it(text):
    try:
        surface = from_formula(text, DOMAIN)
    except ValueError:
        return
    try:
        again = from_formula(surface.latex, DOMAIN)
    except ValueError as refusal:
        if not TOO_LONG.search(str(refusal)):  # what is shown is longer than what was typed
            raise
    else:
        at = np.array([[0.377, -1.219, 1.9], [1.131, 0.713, 2.7]])
        np.testing.assert_allclose(again.value(at), surface.value(at), rtol=1e-9)


TOO_LONG = re.compile("longer than|parts|nested too deeply|derivatives that")
