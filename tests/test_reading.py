"""Formulas as people type and paste them, and what becomes of advice that is followed."""

import json
from pathlib import Path

import numpy as np
import pytest

from formulas.advice import INSTEAD, Refused
from formulas.functions import FUNCTIONS, INVERSES
from formulas.syntax import read
from formulas.tex import LETTERS
from surfaces import from_formula

DOMAIN = (-2, 2, -1, 3)
AT = np.array([[1.3, -0.4, 0.9], [0.7, 2.1, 1.6]])
LETTER = 0.5, 0.25  # the first parameter by name, and by how much each next is larger


def values(formula):
    """A typed formula's values, each of its parameters at another number."""
    surface = from_formula(formula, DOMAIN)
    names = [p.name for p in surface.parameters]
    first, step = LETTER
    return surface.with_values(**{n: first + step * i for i, n in enumerate(names, 1)}).value(AT)


def assert_same(formula, meant):
    np.testing.assert_allclose(values(formula), values(meant), rtol=1e-14, atol=1e-300)


def assert_read_as(formula, meant):
    """It is read as what is meant, and its own spelling reads as the same."""
    assert_same(formula, meant)
    surface = from_formula(formula, DOMAIN)
    assert surface.formula.isascii()
    assert surface.latex == from_formula(surface.formula, DOMAIN).latex
    for spelling in (surface.formula, surface.formula.replace(" ", "")):
        assert from_formula(spelling, DOMAIN) == surface


# What was admitted

ADMITTED = json.loads((Path(__file__).parent / "formulas.json").read_text("utf-8"))
"""Formulas of before functions were asked about, with value and gradient at (1.3, 0.7)."""

ASKED_SINCE = ("b(x)", "b(y)")


@pytest.mark.parametrize("formula", ADMITTED, ids=lambda formula: repr(formula)[:40])
def test_a_formula_that_was_admitted_keeps_its_meaning(formula):
    if any(call in formula for call in ASKED_SINCE):
        with pytest.raises(Refused, match="looks like a function"):
            from_formula(formula, DOMAIN)
        for call in ASKED_SINCE:
            formula = formula.replace(call, call.replace("b", "b*"))
    surface = from_formula(formula, DOMAIN)
    names = [p.name for p in surface.parameters]
    first, step = LETTER
    surface = surface.with_values(**{n: first + step * i for i, n in enumerate(names, 1)})
    value, *gradient = ADMITTED[ADMITTED_KEY.get(formula, formula)]
    assert surface.value((1.3, 0.7)) == pytest.approx(value, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(surface.gradient((1.3, 0.7)), gradient, rtol=1e-7, atol=1e-9)


ADMITTED_KEY = {
    formula.replace("b(x)", "b*(x)").replace("b(y)", "b*(y)"): formula for formula in ADMITTED
}


# Indices

ROSENBROCK = "100*({b}-{a}^2)^2+(1-{a})^2"
INDICES = {
    "x({})": (1, 2),
    "x ({})": (1, 2),
    "x[{}]": (0, 1),
    "x{{{}}}": (1, 2),
    "x_{}": (0, 1),
    "x_{{{}}}": (1, 2),
    "x{}": (0, 1),
    "x[:, {}]": (0, 1),
    "x[..., {}]": (0, 1),
    "x[{}, :]": (0, 1),
    "X[{}]": (0, 1),
    "theta[{}]": (0, 1),
    "p({})": (1, 2),
    "w[{}]": (0, 1),
    "y({})": (1, 2),
    "\\theta[{}]": (0, 1),
}
BOTH = [(spelling, first) for spelling in INDICES for first in (0, 1)]


@pytest.mark.parametrize(("spelling", "first"), BOTH, ids=str)
def test_an_index_0_anywhere_counts_from_0_and_a_2_anywhere_from_1(spelling, first):
    a, b = (spelling.format(first + i) for i in range(2))
    meant = ROSENBROCK.format(a="x", b="y")
    assert_read_as(ROSENBROCK.format(a=a, b=b), meant)
    assert_read_as(f"sin({a})*exp(-{b}^2) + max({a}, {b}, 1)", "sin(x)*exp(-y^2) + max(x, y, 1)")
    assert_read_as(f"2{a} {b}", "2x*y")


@pytest.mark.parametrize("sub", ["₀₁", "₁₂"])
def test_lowered_signs_are_indices_too(sub):
    a, b = (f"x{c}" for c in sub)
    assert_read_as(f"{a}² + 3{a}{b}²", "x^2 + 3x*y^2")


ALONE = {
    "x(1)^2": "x^2",
    "x1^2": "x^2",
    "x_1^2": "x^2",
    "x_{1}^2": "x^2",
    "x₁²": "x^2",
    "x(2)^2": "y^2",
    "x[2]^2": "y^2",
    "x_2": "y",
    "x2": "y",
    "x[0]^2": "x^2",
    "x_0": "x",
    "x0": "x",
    "x(1) + y": "x + y",
    "x(1) + x": "x + x",
    "x_1 + y": "x + y",
    "k_1 x + k_{2}y + λ₁": "k1*x + k2*y + lambda1",
    "x(3)": "3x",
    "p(2) + p": "2p + p",
    "a(1)x + a(2)y": "a*x + 2a*y",
    "exp(1)x + max(2, x)": "e*x + max(2, x)",
}


@pytest.mark.parametrize("formula", ALONE)
def test_one_index_alone_is_read_where_it_means_one_thing(formula):
    assert_read_as(formula, ALONE[formula])


# Pasted from code

HEADS = [
    *("f(x,y) = ", "f(x, y) =", "f(x,y)=", "F(X, Y) = ", "L(x, y) = ", "g(x) = ", "f(x, y, a) = "),
    *("f(x, y; a) = ", "f(x_1, x_2) = ", "f(x[0], x[1]) = ", "f(x,y) := ", "f[x_, y_] := "),
    *("z = ", "f = ", "loss = ", "z := ", "z ≔ ", "= ", "f(x,y) = z = ", "min f(x,y) = "),
    *("lambda x, y: ", "lambda x,y:", "f = lambda x, y: ", "@(x,y) ", "f = @(x,y) "),
    *("(x, y) => ", "const f = (x, y) => ", "(x,y) -> ", "f(x,y) -> ", "x, y -> "),
    *("return ", "def f(x, y): return ", "def f(x, y):\n    return "),
    "def f(x: float, y: float = 0.0) -> float:\n    return ",
    "def f(p):\n    x, y = p\n    return ",
    *("function(x, y) ", "f <- function(x, y) ", "minimize ", "double f = "),
    "f\N{NO-BREAK SPACE}(x,\N{THIN SPACE}y)\N{NO-BREAK SPACE}= ",
    *("f\\left(x, y\\right) = ", "(x, y) \\mapsto ", "\\mathcal{L}(x, y) = "),
]
OF_A_VECTOR = ["lambda p: ", "f(p) = ", "def f(p):\n    return ", "f = @(p) ", "f(p, a) = "]


@pytest.mark.parametrize("head", HEADS, ids=repr)
def test_what_stands_before_a_formula_is_left_out(head):
    assert_read_as(f"{head}x**2 + 3*y", "x^2 + 3y")


@pytest.mark.parametrize("head", OF_A_VECTOR, ids=repr)
def test_what_is_said_to_be_a_vector_is_one(head):
    assert_read_as(f"{head}p[0]**2 + 3*p[1]", "x^2 + 3y")
    assert_read_as(f"{head}p[0]**2 + 3", "x^2 + 3")


PREFIXES = """
np. numpy. math. cmath. torch. jnp. jax.numpy. Math. tf. tf.math. scipy.special. sympy. sp. cp.
cupy. mpmath. mp. nn. F. torch.nn.functional. onp. std:: Mathf.
"""


@pytest.mark.parametrize("prefix", PREFIXES.split())
def test_a_function_may_have_a_prefix(prefix):
    typed = f"{prefix}sin(x)*{prefix}exp(-y**2) + 2{prefix}tanh(x)"
    assert_read_as(typed, "sin(x)*exp(-y^2) + 2tanh(x)")


CODE = {
    "x.^2 + y.^2 .* x ./ 3": "x^2 + y^2*x/3",
    "2.*x.^2": "2x^2",
    "math.pi*x + np.e*y + math.tau": "pi*x + e*y + 2pi",
    "Math.PI * Math.pow(x, 2)": "pi*x^2",
    "np.power(x, 2) + np.abs(y) + np.absolute(x)": "x^2 + 2abs(x) - abs(x) + abs(y)",
    "np.maximum(x, 0) + torch.relu(y)": "max(x, 0) + max(y, 0)",
    "torch.pow(x,2)": "x^2",
    "pow(x + 1, y)*2": "(x + 1)^y*2",
    "np.arctan2(y, x)": "atan2(y, x)",
    "Sin[x] + Exp[-x^2] + ArcTan[y]": "sin(x) + exp(-x^2) + atan(y)",
    "Sqrt[x^2 + y^2] + E^x + Pi": "sqrt(x^2 + y^2) + e^x + pi",
    "[(x - 1)^2 + {y + 2}]*2": "((x - 1)^2 + (y + 2))*2",
    "x^2 + y^2;": "x^2 + y^2",
    "x**2 + y**2  # the sphere": "x^2 + y^2",
    "x^2 + y^2; % the sphere": "x^2 + y^2",
    '"x**2 + y**2"': "x^2 + y^2",
    "'x**2'": "x^2",
    "`x**2`": "x^2",
    "“x**2”": "x^2",
    "```x**2```": "x^2",
    "z = x**2 + y**2,": "x^2 + y^2",
    "log_2(x^2 + 1) + log_{10}(y + 2) + log₁₀(9)": "log2(x^2 + 1) + log10(y + 2) + log10(9)",
    "function f(x, y) { return x*x + y*y; }": "x^2 + y^2",
    "double f(double x, const double y) {\n  return x*x + y*y;\n}": "x^2 + y^2",
    "const f = (x, y) => { return x**2 + y**2; };": "x^2 + y^2",
    "x(:,1).^2 + x(:, 2)": "x^2 + y",
    "lg(x + 3) + ln(y + 3) + ld(8)": "log10(x + 3) + log(y + 3) + 3",
}


@pytest.mark.parametrize("formula", CODE)
def test_code_is_read_as_it_runs(formula):
    assert_read_as(formula, CODE[formula])


# LaTeX

TEX = {
    r"\frac{1}{2}x^2": "x^2/2",
    r"\frac12x^2": "x^2/2",
    r"\dfrac{x}{y} + \tfrac{x + 1}{2}": "x/y + (x + 1)/2",
    r"\frac{\frac{x}{2}}{y + 3}": "x/2/(y + 3)",
    r"2\frac{x}{3}^2": "2(x/3)^2",
    r"x^{2} + y^{10}": "x^2 + y^10",
    r"x^2y + x^\alpha": "x^2*y + x^alpha",
    r"x^{-2}": "x^-2",
    r"\sqrt{x^2 + 1} + \sqrt[3]{y} + \sqrt[4]{x^4} + \sqrt 2": (
        "sqrt(x^2 + 1) + cbrt(y) + (x^4)^.25 + sqrt(2)"
    ),
    r"\left( x + y \right)^2 + \left[x - y\right]^2": "(x + y)^2 + (x - y)^2",
    r"\big(x + \Big(y\Big)\big)^2 + \bigl|x\bigr|": "(x + y)^2 + |x|",
    r"x \cdot y \times 2 \ast 3 \div 4": "x*y*2*3/4",
    r"\sin x + \cos(y)": "sin(x) + cos(y)",
    r"\sin 2x \cos 3y": "sin(2x)*cos(3y)",
    r"\sin 2\pi x + 1": "sin(2pi*x) + 1",
    r"\sin^{2} 3\pi x + \cos^2 3y": "sin(3pi*x)^2 + cos(3y)^2",
    r"\sin x^2 - \sin^2 x": "sin(x^2) - sin(x)^2",
    r"\sin(x)^2 + \sin^{2}(x)": "2sin(x)^2",
    r"\sin x \cdot y": "sin(x)*y",
    r"\sin\frac{x}{2} + \sin{x} + \sin\left(x\right)": "sin(x/2) + 2sin(x)",
    r"\sin xy": "sin(x*y)",
    r"\exp -x^2 + \exp\left(-y^2\right) + e^{-x^2}": "2exp(-x^2) + exp(-y^2)",
    r"\ln\left|x\right| + \ln|y| + \log\lvert x \rvert": "2log(abs(x)) + log(abs(y))",
    r"\log_{10}(y + 3) + \log_2 y^2": "log10(y + 3) + log2(y^2)",
    r"\lvert x \rvert + \left|x - \left|y\right|\right| + |x|": "2abs(x) + abs(x - abs(y))",
    r"\lfloor x \rfloor + \left\lceil y \right\rceil": "floor(x) + ceil(y)",
    r"\max\{x, y\} + \min(x, y)": "max(x, y) + min(x, y)",
    r"$x^2 + y^2$": "x^2 + y^2",
    r"$$x^2 + y^2$$": "x^2 + y^2",
    r"\(x^2 + y^2\)": "x^2 + y^2",
    r"\[x^2 + y^2\]": "x^2 + y^2",
    r"$f(x, y) = x^2 + y^2$.": "x^2 + y^2",
    r"x\,y\;+\:2\!x~y\ + \quad 1": "3x*y + 1",
    r"\mathrm{e}^{-x} + \operatorname{sin}(y) + \mathrm{sin}\,y": "exp(-x) + 2sin(y)",
    r"\operatorname{sign}(x)\text{sigmoid}(y)": "sign(x)*sigmoid(y)",
    r"f\left(x, y\right) = \lambda_1 x + \lambda_{2} y": "lambda1*x + lambda2*y",
    r"\mathcal{L}(\theta) = \theta[0]^2 + \theta[1]": "x^2 + y",
    r"f(\mathbf{x}) = x_1^2 + x_{2}^{3}": "x^2 + y^3",
    r"ab\,x": "a*b*x",
    r"2axy": "2a*x*y",
    r"\frac{1}{2}x1^2 + k1\,x2": "x^2/2 + k1*y",
    r"\pi2 + \frac12\pi": "2.5pi",
    r"\begin{equation} x^2 + y^2 \end{equation}": "x^2 + y^2",
    r"\begin{align*} f &= x^2 \\ &+ y^2 \end{align*}": "x^2 + y^2",
    r"x\_1 + x\_2\*3": "x + 3y",
    r"\arctan\frac{y}{x + 9} + \operatorname{arctan2}(y, x)": "atan(y/(x + 9)) + atan2(y, x)",
    r"-20e^{-0.2\sqrt{0.5(x^2+y^2)}} - e^{0.5(\cos 2\pi x + \cos 2\pi y)} + e + 20": (
        "-20exp(-0.2sqrt(0.5(x^2+y^2))) - exp(0.5(cos(2pi*x) + cos(2pi*y))) + e + 20"
    ),
    r"\left(1.5 - x + xy\right)^{2} + \left(2.25 - x + xy^{2}\right)^{2}": (
        "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2"
    ),
    r"\left(x+1\right)^{2}{\displaystyle +\left(y-1\right)^{2}}": "(x + 1)^2 + (y - 1)^2",
    r"\sin x{\displaystyle -y} + \sin(x){-y}": "2sin(x) - 2y",
    r"\pi{-x} + {\textstyle x}^{2} + 2\cdot{-x}": "pi - x + x^2 - 2x",
    r"{\displaystyle f(x,y)=x^{2}}{\displaystyle -y^{2}}": "x^2 - y^2",
    r"\frac{{\displaystyle x + 1}}{y + 3} + {\displaystyle {}-\pi}": "(x + 1)/(y + 3) - pi",
    r"{\rm sin}(x) + {\mathrm {cos} }y + \mathop{\mathrm{sign}}(x)": "sin(x) + cos(y) + sign(x)",
    r"{\mathbf {x}}_1^2 + {\rm e}^{-x_2}": "x^2 + e^-y",
}


@pytest.mark.parametrize("formula", TEX)
def test_latex_is_read_as_it_is_printed(formula):
    assert_read_as(formula, TEX[formula])


@pytest.mark.parametrize("name", [name for name, count in FUNCTIONS.items() if count == 1])
def test_every_function_is_read_in_latex_too(name):
    inside = "(x + 3.2)/9" if name != "acosh" else "x + 3.2"
    for spelled in (rf"\{name}", rf"\operatorname{{{name}}}", rf"\mathrm{{{name}}}"):
        if name.isalpha() or spelled[1] in "om":
            assert_read_as(rf"{spelled}\left({inside}\right) \cdot y", f"{name}({inside})*y")


@pytest.mark.parametrize("name", LETTERS)
def test_every_greek_letter_is_read_in_latex(name):
    plain = LETTERS[name]
    assert_read_as(rf"\{name} x + \{name}^2y + 2\{name}", f"{plain}*x + {plain}^2*y + 2{plain}")


@pytest.mark.parametrize("formula", ["x^2 + y^2", "a*x*sin(3x) - y/(1 + x^2)", "max(x, y, 1)^2"])
def test_what_is_shown_in_latex_is_read_as_the_formula_again(formula):
    assert_same(from_formula(formula, DOMAIN).latex, formula)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_so_is_every_function(name):
    inside = "(x + 3.2)/9" if name != "acosh" else "x + 3.2"
    values = inside if FUNCTIONS[name] == 1 else f"{inside}, y + 2"
    formula = f"2{name}({values}) + y"
    assert_same(from_formula(formula, DOMAIN).latex, formula)


# Look-alikes and what cannot be seen

LOOK_ALIKES = {
    "-": "−–—‒―‐‑⁃﹣－˗➖",
    "*": "×·⋅∙∗•●‧・⁎✕✖＊",
    "/": "÷∕⁄／⧸➗",
    "+": "＋﹢➕",
    "^": "ˆ＾⌃",
}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u2061\ufe0e\ufe0f\u180e"
SPACES = "\u00a0\u2009\u202f\u2002\u2003\u3000\u205f\u2800\t\n"


@pytest.mark.parametrize(("sign", "c"), [(s, c) for s, all_ in LOOK_ALIKES.items() for c in all_])
def test_a_look_alike_is_the_sign_that_it_looks_like(sign, c):
    assert_read_as(f"x {c} 2", f"x {sign} 2")
    assert_read_as(f"3y{c}2 + x", f"3y{sign}2 + x")


@pytest.mark.parametrize("c", INVISIBLE, ids=lambda c: f"U+{ord(c):04X}")
def test_what_cannot_be_seen_is_not_there(c):
    assert_read_as(f"{c}si{c}n({c}x)^{c}2{c} + 1{c}0y{c}", "sin(x)^2 + 10y")


@pytest.mark.parametrize("c", SPACES, ids=lambda c: f"U+{ord(c):04X}")
def test_any_space_is_a_space(c):
    assert_read_as(f"{c}2{c}x{c}+{c}y{c}", "2x + y")


RAISED = {
    "eˣ + y²": "e^x + y^2",
    "e⁻ˣ²": "e^(-x^2)",
    "x⁻¹⁰": "x^-10",
    "2ⁿx": "2^n*x",
    "(x + 9)⁽ʸ⁺¹⁾": "(x + 9)^(y + 1)",
    "½x + (x + 9)^½": "x/2 + sqrt(x + 9)",
    "(x + 4)^⅓": "(x + 4)^(1/3)",
    "x\N{INVISIBLE TIMES}y": "x*y",
    "max(x\N{INVISIBLE SEPARATOR}y)": "max(x, y)",
    "ﬂoor(x) + √(y + 2) + ∛(x)": "floor(x) + sqrt(y + 2) + cbrt(x)",
    "ｘ＾２＋ｓｉｎ（ｙ）": "x^2 + sin(y)",
    "∣x∣ + ｜y｜": "|x| + |y|",
    "Χ² + Υ²": "x^2 + y^2",
    "⌊x⌋ + 2⌈y⌉": "floor(x) + 2ceil(y)",
}


@pytest.mark.parametrize("formula", RAISED)
def test_other_signs_are_read_as_what_they_stand_for(formula):
    assert_read_as(formula, RAISED[formula])


# In a link

LINKED = {
    # a plus that was not escaped arrives as a space
    "x (2)": "x + 2",
    "x(2) x(1)": "y + x",
    "a (x)": "a + x",
    "f(x,y) = x^2 y": "x^2 + y",
    r"\sin x \cdot 2": "2sin(x)",
    r"\frac{1}{2}x^2": "x^2/2",
}


@pytest.mark.parametrize("formula", LINKED)
def test_in_a_link_a_space_is_a_plus_as_before(formula):
    assert_same(read(formula, lost_plus=True).text, LINKED[formula])


@pytest.mark.parametrize("formula", [r"\frac{1}{2}x^2 y", r"\pi x"])
def test_in_the_latex_of_a_link_a_space_is_asked_about(formula):
    with pytest.raises(Refused, match="after a space, which in a link can be a plus") as refusal:
        read(formula, lost_plus=True)
    plus, times = refusal.value.mended(formula)
    assert_same(read(plus, lost_plus=True).text, plus)
    assert_same(read(times, lost_plus=True).text, formula)


# Advice, followed

ADVICE = {
    # formula: what is meant
    "sinx": "sin(x)",
    "2 + sin2x": "2 + sin(2x)",
    "sin x + cos 2y": "sin(x) + cos(2y)",
    "sin x^2": "sin(x^2)",
    "√x²": "sqrt(x^2)",
    "xcos(y)": "x*cos(y)",
    "2xlog(x^2) + 1": "2x*log(x^2) + 1",
    "aexp(x)": "a*exp(x)",
    "xpi": "x*pi",
    "tan⁻¹(y/x)": "atan(y/x)",
    "2tan^-1(y/x)": "2atan(y/x)",
    "sin^(-1)(x/9)": "asin(x/9)",
    "\\tan^{-1}\\left(\\frac{y}{x}\\right)": "atan(y/x)",
    "\\sin^{-1} \\frac{x}{9}": "asin(x/9)",
    "cos^y(x/9)*2": "cos(x/9)^y*2",
    "sin^-2(x)": "sin(x)^-2",
    "x2 + y2": "x^2 + y^2",
    "x3 + y3": "x^3 + y^3",
    "xy2": "x*y^2",
    "x1 + y1": "x + y",
    "(x - x0)^2 + (y - y0)^2": "(x - a)^2 + (y - b)^2",
    "(x - x_1)^2": "(x - a)^2",
    "x[0] + y": "x + y",
    "x(2) + x": "y + x",
    "theta[0]*x": "a*x",
    "xa": "x*a",
    "ab": "a*b",
    "ab(x - 1)": "a*b*(x - 1)",
    "A x": "a*x",
    "a_x y": "a1*y",
    "A x + a y": "a1*x + a*y",
    "A x + A a1 axy": "a2*x + a2*a1*a*x*y",
    "A x + 2A y": "a*x + 2a*y",
    "(x - x0)^2 + (y - y0)^2 + x0 y0": "(x - a)^2 + (y - b)^2 + a*b",
    "theta[0]*x + theta[0]*y": "a*x + a*y",
    "a_n x + a1 y": "a2*x + a1*y",
    "y = x^2": "x^2",
    "f(u, v) = u^2 + 3v^2": "x^2 + 3y^2",
    "f(w) = w_1^2 + 3w_2": "x^2 + 3y",
    "(x - x0)^2*a*b*c*d*f": "(x - g)^2*a*b*c*d*f",
    "f(p, q) = sin(p)*q": "sin(x)*y",
    "foo.sin(x)": "sin(x)",
    "log(x + 3, 2)": "log2(x + 3)",
    "log_3(y + 2)*2": "2log(y + 2)/log(3)",
    "atan(y, x)": "atan2(y, x)",
    "hypot(x, y, 1)": "sqrt(x^2 + y^2 + 1)",
    "x % y": "mod(x, y)",
    "2x % 3 + y": "mod(2x, 3) + y",
    "x // 2": "floor(x/2)",
    "sin(30°)x": "0.5x",
    "2½x": "2.5x",
    "2^2½": "2^2.5",
    "x 2": "x*2",
    "(0,5)x": "0.5x",
    "x)": "x",
    "(x + 1]^2": "(x + 1)^2",
    "x'*y": "x*y",
    "x.pow(2) + y.square()": "x^2 + y^2",
    "\\frac{1}{2}x^10": "x^10/2",
    "sigma(2x + 1)": "sigmoid(2x + 1)",
    "e(x)": "e^x",
    "sinc(x)": "sin(x)/x",
    "heaviside(x)": "step(x)",
    "np.heaviside(x, 0.5)": "step(x)",
    "clip(x, 0, 1)": "min(max(x, 0), 1)",
    "np.clip(x*y, -1, 1)": "min(max(x*y, -1), 1)",
    "square(x + 1)": "(x + 1)^2",
    "arccot(x) + coth(y)": "atan(1/x) + cosh(y)/sinh(y)",
    "round(2x)": "floor(2x + 0.5)",
    "np.square(y) + torch.square(x)": "x^2 + y^2",
    "np.sin(np.square(x))": "sin(x^2)",
    "abs2(x) + sinpi(y)": "x^2 + sin(pi*y)",
    "rem(x, 2)": "sign(x)*mod(abs(x), 2)",
    "UnitStep[x] + Sech[y]": "step(x) + 1/cosh(y)",
    "Log[2, x + 3]": "log2(x + 3)",
    "Log[x + 3, y + 3]": "log(y + 3)/log(x + 3)",
    "log(10, x + 3)": "log10(x + 3)",
    "ArcTan[x, y]": "atan2(y, x)",
    "exp^(-x)": "exp(-x)",
    "exp^-x y": "exp(-x)*y",
    "exp^2 - x": "exp(2) - x",
    "√2x": "sqrt(2)*x",
    "PI()*x": "pi*x",
    "M_PI*x + M_E": "pi*x + e",
    "POWER(x;2)": "x^2",
    "1,000x": "1000x",
    "1,250x": "1.25x",
    "1,000,000x": "10^6*x",
    "1.250,5x": "1250.5x",
    "x(1,1)^2 + x(1,2)": "x^2 + y",
    "x(1,1)^2 + x(2,1)": "x^2 + y",
}


def followed(typed):
    """What comes of the likeliest advice, followed until nothing is refused."""
    for _ in range(8):
        try:
            from_formula(typed, DOMAIN)
        except Refused as refusal:
            (typed, *_) = refusal.mended(typed)
        else:
            return typed
    raise AssertionError(f"{typed!r} is refused still")


@pytest.mark.parametrize("formula", ADVICE)
def test_advice_that_is_typed_gives_what_was_meant(formula):
    with pytest.raises(Refused):
        from_formula(formula, DOMAIN)
    assert_same(followed(formula), ADVICE[formula])


@pytest.mark.parametrize("name", INVERSES)
def test_the_inverse_of_a_function_is_asked_about(name):
    for spelled in (f"{name}^-1(x/9 + 2)", f"{name}⁻¹(x/9 + 2)", rf"\{name}^{{-1}}(x/9 + 2)"):
        with pytest.raises(Refused) as refusal:
            from_formula(spelled, DOMAIN)
        inverse, other = refusal.value.mended(spelled)
        assert_equal_or_nowhere(inverse, f"{INVERSES[name]}(x/9 + 2)")
        assert_equal_or_nowhere(other, f"1/{name}(x/9 + 2)")


def assert_equal_or_nowhere(formula, meant):
    """The same values; asin(2) is a number for neither."""
    try:
        surface = from_formula(meant, DOMAIN)
    except ValueError:
        with pytest.raises(ValueError, match="is defined nowhere"):
            from_formula(formula, DOMAIN)
    else:
        np.testing.assert_allclose(from_formula(formula, DOMAIN).value(AT), surface.value(AT))


@pytest.mark.parametrize("name", INSTEAD)
def test_what_is_not_offered_is_told_in_terms_of_what_is(name):
    count = len({c for c in "012" if f"{{{c}}}" in INSTEAD[name]})
    inside = ["x/9 + 2", "y + 3", "7"][:count]
    typed = f"2{name}({', '.join(inside)})^2"
    with pytest.raises(Refused) as refusal:
        from_formula(typed, DOMAIN)
    mended = refusal.value.mended(typed)[0]
    meant = INSTEAD[name].format(*(f"({each})" for each in inside))
    assert_equal_or_nowhere(mended, f"2({meant})^2")


# What looks like a function

CALLED = """
f(x) g(y) h(x,y) f(X) k1(x) λ(x) lambda(y) gamma(x) gamma(x+1) zeta(2x) psi(x+y) Γ(x) ζ(x) e(x)
beta(x,y) β(x,y) eta(x) erf(x) erfc(x) J0(x) j0(2x) j1(x) H(x) W(x) sigma(x+2y) σ(x) f(x_1) f((x))
f(2,3) f[x] f{y} lgamma(x) rosenbrock(x,y) besselj(0,x) digamma(x) delta(x) theta(y) Li(x) Ei(x)
si(x) ack(x) fib(x) norm(x) sum(x) f(x)(y) 2f(x) x*f(y)
"""


@pytest.mark.parametrize("formula", CALLED.split())
def test_what_looks_like_a_function_is_never_multiplied_in_silence(formula):
    for typed in (formula, f"{formula} + y^2", f"3x*{formula}"):
        with pytest.raises(ValueError, match=r"^“.*” at character \d+.*\.$"):
            from_formula(typed, DOMAIN)


PRODUCTS = {
    "a(x-1)^2": "a*(x-1)^2",
    "b(y-x^2)^2": "b*(y-x^2)^2",
    "x(1-y)": "x*(1-y)",
    "x(y)": "x*y",
    "y(x)": "x*y",
    "2(x)": "2x",
    "2pi(x)": "2pi*x",
    "ax(y)": "a*x*y",
    "a(b + x)": "a*(b + x)",
    "f(2x)": "2f*x",
    "λ(x - y)^2": "lambda*(x - y)^2",
    "beta(y - x^2)^2": "beta*(y - x^2)^2",
    "e(x + 1)": "e*(x + 1)",
    "a*(x) + b·(y)": "a*x + b*y",
    "(x)(y)": "x*y",
    "k1(x + y)": "k1*(x + y)",
}


@pytest.mark.parametrize("formula", PRODUCTS)
def test_what_looks_like_a_product_is_one(formula):
    assert_read_as(formula, PRODUCTS[formula])


# What cannot be read

UNREAD = {
    r"\frac{x}{y": "The formula ends before a } that is missing: write it.",
    r"\frac{x}": "The formula ends where \\frac needs a value: write it in {}.",
    r"\left(x": "“\\left(” at character 1 is never closed: write ) after its part.",
    r"\left|x": "“\\left|” at character 1 is never closed",
    r"\foo x": "“\\foo” at character 1 is no command that is read here: write it in plain signs.",
    r"\sum_{i=1}^2 x_i^2": "“\\sum” at character 1 is no command that is read here",
    r"\sin": "The formula ends where sin needs a value: write it in brackets.",
    r"\sin x(1-y)": "write the whole value of sin in brackets.",
    r"f = \begin{cases} x \\ y \end{cases}": "cases is not read here; write the formula alone.",
    "f(x, y) =": "The formula is empty",
    "$$": "“$” at character 1 is not a sign",
    "lambda x: ": "The formula is empty",
    "x[1]": "“x[1]” at character 1 counts from 0 or from 1: write y or x.",
    "x[i]": "“x[i]” at character 1 has an index that is no number",
    "x[-1]": "“x[-1]” at character 1 has an index that is no number",
    "x[0][1]": "“x[0][1]” at character 1 has two indices",
    "x_1 + x_2 + x_3": "“x_3” at character 13 is a third coordinate: there are only x and y.",
    "x[0] + x[1] + x[2]": "“x[2]” at character 15 is a third coordinate",
    "x^2 + y^2 = 1": "“=” at character 11: write one side alone, or the square of the sides'",
    "f(u, v) = uv": "“f(u, v) =” at character 1 has other coordinates: write x for u and y for v.",
    "f(t) = t^2": "“f(t) =” at character 1 has other coordinates: write x for t.",
    "2(x + 1": "“(” at character 2 is never closed: write ) after its part.",
    "[x + 1": "“[” at character 1 is never closed: write ] after its part.",
    "2exp^": "The formula ends after “^” at character 5",
    "(sin^)": "“)” at character 6 closes too early",
    "li(x) + Ai(y)": "“li” at character 1 is unknown",
    "sinx(y)": "“sinx” at character 1 is unknown",
    "x; y": "“;” at character 2: write one formula alone.",
    "max x": "“max x” at character 1: write its values in brackets, as in max(x, y).",
    "x < y": "“<” at character 3: there are no conditions here",
    "\u202ex": "“U+202E” at character 1 is not a sign of a formula",
    "{" * 300 + "\\x": "nested too deeply: simplify it.",
    "\\sin" * 200 + " x": "nested too deeply: simplify it.",
    "\\left|" * 100 + "x": "nested too deeply: simplify it.",
    "\\sqrt{" * 100 + "x": "nested too deeply: simplify it.",
}


@pytest.mark.parametrize("formula", UNREAD, ids=lambda formula: repr(formula)[:40])
def test_what_cannot_be_read_is_refused_in_one_sentence(formula):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        from_formula(formula, DOMAIN)
    assert UNREAD[formula] in str(refusal.value)
    assert len(str(refusal.value)) <= 250
    assert "\n" not in str(refusal.value)
