"""The text of a formula, as each script has it, evaluated is the loss."""

import types

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import LETTERS, expressions

from exports.expression import loss_function
from exports.numpy_surface import numpy_surface
from formulas.functions import FUNCTIONS, LISTS
from surfaces import SURFACES, Surface, from_formula

LIBRARIES = {
    "jnp": types.SimpleNamespace(**vars(np) | {"array": np.asarray}),
    "torch": types.SimpleNamespace(**vars(np) | {"tensor": np.asarray, "as_tensor": np.asarray}),
}
"""NumPy has the functions that the texts call by the names that the libraries give them."""


def evaluated(surface, library):
    """f(theta) as a library's script has it, with NumPy in the library's place."""
    scope = {"np": np, library: LIBRARIES[library]}
    exec(compile(loss_function(surface, library), library, "exec"), scope)
    return scope["f"]


def in_numpy(surface):
    """value(theta) as the NumPy script has it."""
    scope = {"np": np}
    source, imports = numpy_surface(surface, hessian=True)
    exec(compile("\n".join([*imports, source]), "numpy", "exec"), scope)
    return scope["value"]


def assert_printed_as_it_is(surface, points):
    """Where the loss is a number that rounding leaves alone."""
    texts = {library: evaluated(surface, library) for library in LIBRARIES}
    value = in_numpy(surface)
    for theta in points:
        with np.errstate(all="ignore"):
            expected, precisely = surface.value(theta), theta.astype(np.longdouble)
            np.testing.assert_array_equal(value(theta), expected, err_msg=surface.formula)
            for library, f in texts.items():
                found, finer = f(theta), f(precisely)
                if np.isfinite(expected) and np.isclose(float(finer), float(found), rtol=1e-12):
                    np.testing.assert_allclose(
                        found, expected, 1e-9, err_msg=f"{library}: {surface.formula}"
                    )


@st.composite
def typed(draw):
    """A typed formula with its parameters set, sometimes on a plane that is moved."""
    try:
        surface: Surface = from_formula(draw(expressions))
    except ValueError:
        assume(False)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    surface = surface.with_values(**{p.name: random.uniform(-3, 3) for p in surface.parameters})
    if draw(st.booleans()):
        surface = surface.transformed(rotate=30, shift_x=0.5, scale_y=2, scale_loss=3)
    return surface, random.uniform(-2, 2, (3, 2))


@given(typed())
@settings(max_examples=300)
def test_the_text_of_every_script_is_the_formula_that_was_typed(drawn):
    assert_printed_as_it_is(*drawn)


@pytest.mark.parametrize(
    "formula",
    [
        "exp(-(x^2+y^2))",
        "x-(y-(x-2))-(-(x+y))",
        "x/(y/(x/2))/(x y)",
        "2^-(x+y)+2^-x^2",
        "(-x)^2-(-y)^3",
        "-x^2-(-x^2)^3",
        "x^(y^2)+(x^2)^y+(2^x)^2",
        "-(-(x-y))(-(x+y))",
        "max(x-1,-(y+x),-(x-y),1)-min(-(x+y),2,y)",
        "|-(x+y)|-|x-(y-1)|^-(x+1)",
        "-(x+y)/-(x-y)",
        "sin(-(x-(y+1)))^2",
        "9007199254740991*9007199254740991*9007199254740991*x",
        "2^100 x - 3^-30 y",
    ],
)
def test_no_bracket_is_lost(formula):
    points = np.random.default_rng(0).uniform(0.1, 2, (5, 2))
    assert_printed_as_it_is(from_formula(formula), points)


@pytest.mark.parametrize("key", [key for key, s in SURFACES.items() if s.formula])
def test_every_surface_with_a_formula_is_printed_as_it_is(key):
    surface, random = SURFACES[key], np.random.default_rng(0)
    x0, x1, y0, y1 = surface.domain
    assert_printed_as_it_is(surface, random.uniform([x0, y0], [x1, y1], (5, 2)))
    assert_printed_as_it_is(surface.transformed(rotate=-20, scale_loss=0.5), random.random((5, 2)))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_printed_as_it_is(name):
    arguments = ", ".join(["0.5x", "y-(2-x)", "-(x+y)"][: 3 if name in LISTS else FUNCTIONS[name]])
    points = np.random.default_rng(0).uniform(0.1, 1.9, (5, 2))
    assert_printed_as_it_is(from_formula(f"{name}({arguments})+y^2"), points)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_parameter_may_have_any_name_that_a_formula_gives_it(letter):
    surface = from_formula(f"{letter}*x^2+(y-{letter})^2/2").with_values(**{letter: 1.25})
    assert_printed_as_it_is(surface, np.random.default_rng(0).uniform(-2, 2, (3, 2)))


def test_a_parameter_is_called_by_its_own_name_wherever_a_script_can():
    surface = from_formula("lambda*x^2+mu*y^2+f*x+theta*y")
    source, _ = numpy_surface(surface, hessian=False)
    assert "def formulas_value(x, y, f_, lambda_, mu, theta_):" in source
