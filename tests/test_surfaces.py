"""What every surface in the registry promises."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bad_values import is_refused_in_a_sentence
from derivatives import assert_derivatives_are_true, grid, points

from experiment import Experiment
from surfaces import FAMILIES, SURFACES, DataSurface, from_formula, typed_parameters

pytestmark = pytest.mark.paths


def ends(parameter):
    """What a parameter can be set to at most, of each kind."""
    kinds = {"switch": (False, True), "choice": parameter.choices}
    return kinds.get(parameter.kind, (parameter.low, parameter.high))


def middle(parameter):
    if parameter.kind not in ("number", "whole"):
        return parameter.default
    between = parameter.low + 0.37 * (parameter.high - parameter.low)
    return between if parameter.kind == "number" else round(between)


def variants():
    """Every surface as it is, and with its parameters at the ends and in the middle of a range."""
    for key, surface in SURFACES.items():
        yield key, surface
        if surface.parameters:
            corners = itertools.product(*map(ends, surface.parameters))
            for values in [*corners, tuple(map(middle, surface.parameters))]:
                moved = {p.name: v for p, v in zip(surface.parameters, values, strict=True)}
                text = ",".join(f"{name}={value}" for name, value in moved.items())
                yield f"{key}({text})", surface.with_values(**moved)


VARIANTS = dict(variants())
EVERY = pytest.mark.parametrize("surface", VARIANTS.values(), ids=VARIANTS)
# Losses on data have no formula: tests/test_data.py and tests/test_networks.py have more on them.
FORMULAS = {key: s for key, s in VARIANTS.items() if not isinstance(s, DataSurface)}
FORMULA = pytest.mark.parametrize("surface", FORMULAS.values(), ids=FORMULAS)
REGISTERED = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


# Derivatives


@FORMULA
def test_the_derivatives_are_those_of_the_formula(surface):
    assert_derivatives_are_true(surface, points(surface, 12))


# What is written beside the formula


@REGISTERED
def test_a_surface_says_what_it_is(surface):
    folder = Path(__file__).parent.parent / "surfaces"
    assert (folder / f"{surface.key}.py").is_file()
    assert SURFACES[surface.key] is surface
    assert surface.name
    assert surface.source
    assert surface.teaches.endswith(".")
    assert surface.scale in ("linear", "log")
    assert surface.family in FAMILIES
    for parameter in surface.parameters:
        assert parameter.admits(parameter.default)
        assert len(ends(parameter)) > 1
        assert parameter.kind not in ("number", "whole") or parameter.low < parameter.high
        assert parameter.scale == "linear" or parameter.low > 0
        assert parameter.help.endswith(".")


def test_the_registry_is_in_the_order_of_a_picker():
    shelves = [(FAMILIES.index(s.family), s.name) for s in SURFACES.values()]
    assert shelves == sorted(shelves)
    assert {s.family for s in SURFACES.values()} <= set(FAMILIES)


@REGISTERED
def test_the_known_value_holds(surface):
    point, value = surface.known
    assert surface.value(point) == pytest.approx(value, rel=1e-12)
    assert all(np.hypot(*np.subtract(point, minimum)) > 0.5 for minimum in surface.minima)


@FORMULA
def test_what_is_said_to_be_a_curvature_is_one_at_the_minimum(surface):
    if not surface.curvatures:
        return
    values = dict(zip((p.name for p in surface.parameters), surface.values, strict=True))
    stated = sorted(values[name] for name in surface.curvatures)
    assert np.linalg.eigvalsh(surface.hessian(np.array(surface.minima[0]))).tolist() == stated


def test_the_quadratic_bowl_turns_against_the_clock():
    bowl = SURFACES["quadratic"]
    assert bowl.with_values(angle=90.0).value((1.0, 2.0)) == pytest.approx((25 * 1 + 4) / 2)
    assert bowl.with_values(angle=45.0).value((1.0, 2.0)) == pytest.approx((3**2 + 25) / 4)


@EVERY
def test_the_start_lies_inside_the_domain_and_can_be_left(surface):
    x0, x1, y0, y1 = surface.domain
    x, y = surface.start
    assert x0 < x < x1
    assert y0 < y < y1
    assert np.hypot(*surface.gradient(surface.start)) > 1e-3


@FORMULA
def test_the_minima_are_minima(surface):
    x0, x1, y0, y1 = surface.domain
    lowest = surface.value(grid(surface, 401)).min()
    steepest = np.abs(surface.gradient(grid(surface, 101))).max()
    for x, y in surface.minima:
        assert x0 <= x <= x1
        assert y0 <= y <= y1
        gradient, hessian = surface.gradient((x, y)), surface.hessian((x, y))
        assert np.abs(gradient).max() <= 1e-12 * steepest
        exact = np.linalg.lstsq(hessian, gradient, rcond=1e-9)[0]
        assert np.abs(exact).max() <= 1e-9
        assert surface.value((x, y)) <= lowest + 1e-12
        around = np.array([x, y])[:, None] + 1e-3 * np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
        assert (surface.value(around) > surface.value((x, y))).all()
        angle = np.linspace(0, 2 * np.pi, 64)
        for radius in (1e-2, 1e-5, 1e-8):
            ring = np.array([x + radius * np.cos(angle), y + radius * np.sin(angle)])
            assert (surface.value(ring) >= surface.value((x, y)) - 1e-15 * steepest).all()


@EVERY
def test_no_minimum_is_left_out(surface):
    """Newton's method from every hollow of a grid finds none as low that is not stated."""
    if not surface.minima:
        return
    if any(h.any() and np.linalg.cond(h) > 1e9 for h in map(surface.hessian, surface.minima)):
        return  # the minima are a line, of which one point is stated
    theta = grid(surface, 201)
    values = surface.value(theta)
    middle = values[1:-1, 1:-1]
    hollow = np.ones_like(middle, bool)
    for i, j in itertools.product((0, 1, 2), repeat=2):
        hollow &= middle <= values[i : i + 199, j : j + 199]
    found = theta[:, 1:-1, 1:-1][:, hollow].T
    for _ in range(20):
        steps = zip(surface.hessian(found.T).T, surface.gradient(found.T).T, strict=True)
        found = found - [np.linalg.lstsq(h, g, rcond=1e-12)[0] for h, g in steps]
    x0, x1, y0, y1 = surface.domain
    inside = ((x0, y0) <= found).all(axis=1) & (found <= (x1, y1)).all(axis=1)
    floor = surface.value(np.transpose(surface.minima)).min()
    for point in found[inside]:
        if surface.value(point) <= floor + 1e-9 * (1 + abs(floor)):
            assert np.hypot(*(point - surface.minima).T).min() < 1e-3


@REGISTERED
def test_a_surface_without_minima_has_none_to_state(surface):
    """One with minima states them: its lowest grid point lies inside, not on the border."""
    values = surface.value(grid(surface, 401))
    border = np.concatenate([values[[0, -1]], values[:, [0, -1]].T])
    inside = values[1:-1, 1:-1].min() <= border.min() + 1e-12
    assert bool(surface.minima) == inside


def test_where_the_minima_are_a_line_the_point_nearest_to_the_origin_is_stated():
    x = np.geomspace(0.3, 4, 50)
    product = SURFACES["product"]
    assert np.abs(product.value([x, 1 / x])).max() < 1e-30
    sharpness = np.linalg.eigvalsh(product.hessian([x, 1 / x]).T)[:, -1]
    np.testing.assert_allclose(sharpness, x**2 + x**-2, rtol=1e-12)
    assert np.linalg.eigvalsh(product.hessian((1, 1)))[-1] == pytest.approx(2)
    assert (np.hypot(x, 1 / x) >= np.hypot(1, 1)).all()

    line = SURFACES["min_norm"].with_values(a1=1.5, a2=0.4)
    (least,) = line.minima
    along = np.array([-0.4, 1.5])
    assert np.dot(least, along) == pytest.approx(0, abs=1e-15)
    fits = np.transpose(least) + np.linspace(-1, 1, 50)[:, None] * along
    assert np.abs(line.value(fits.T)).max() < 1e-30


def test_a_surface_without_bound_falls_on_beyond_its_domain():
    eggholder = SURFACES["eggholder"]
    assert not eggholder.minima
    corner = (512.0, 404.23180511375781)
    assert eggholder.value(corner) == pytest.approx(-959.64066272085080, rel=1e-14)
    assert eggholder.value(corner) <= eggholder.value(grid(eggholder, 401)).min()
    assert eggholder.value((513.0, 405.0)) < -959.7
    assert eggholder.gradient(corner)[0] < -0.1

    mccormick = SURFACES["mccormick"]
    (minimum,) = mccormick.minima
    assert mccormick.value(minimum) == pytest.approx(-np.sqrt(3) / 2 - np.pi / 3, rel=1e-14)
    next_hollow = np.subtract(minimum, np.pi)
    assert np.abs(mccormick.gradient(next_hollow)).max() < 1e-12
    assert mccormick.value(next_hollow) == pytest.approx(mccormick.value(minimum) - np.pi)


@FORMULA
def test_the_formula_is_shown_in_latex(surface):
    depths = np.cumsum([(c == "{") - (c == "}") for c in surface.latex])
    assert depths.min() == depths[-1] == 0
    assert surface.latex.count(r"\left") == surface.latex.count(r"\right")
    for leftover in ("**", r"\left(-1\right)", "Piecewise", "Derivative", "Sign", "Abs", "text"):
        assert leftover not in surface.latex
    for parameter in surface.parameters:
        assert (parameter.symbol or parameter.name) in surface.latex


@REGISTERED
def test_a_parameter_out_of_range_or_unknown_is_refused_in_a_sentence(surface):
    with pytest.raises(ValueError, match=f"{surface.name} has no “nonsense”"):
        surface.with_values(nonsense=1.0)
    for parameter in surface.parameters:

        def make(value, name=parameter.name):
            return surface.with_values(**{name: value})

        is_refused_in_a_sentence(make, parameter, surface.name)


def test_a_typed_formulas_letters_are_refused_as_all_parameters_are():
    (letter,) = typed_parameters("a x + y")
    is_refused_in_a_sentence(lambda v: from_formula("a x + y", a=v), letter, "Your formula")


@REGISTERED
def test_one_value_has_one_form(surface):
    for p in surface.parameters:
        if p.kind in ("number", "whole"):
            forms = [int(p.high), np.float32(int(p.high)), np.array(float(int(p.high)))]
            made = [surface.with_values(**{p.name: form}) for form in forms]
            assert len(set(made)) == 1
            assert {type(one) for one in made[0].values} <= {float, int, bool, str}


def test_a_domain_or_a_start_beyond_all_floats_is_refused():
    huge = 10**400
    for arguments in (((-huge, 1, 0, 1),), ((-1, 1, 0, 1), (huge, 0))):
        with pytest.raises(ValueError, match=r"\.$"):
            from_formula("x + y", *arguments)
    with pytest.raises(ValueError, match=r"^start must lie in .*\.$"):
        Experiment(start=(huge, 0))
    with pytest.raises(ValueError, match="has 2 parameters, and 1 values are given"):
        replace(SURFACES["rosenbrock"], values=(1.0,))


# Many points at once


@REGISTERED
@pytest.mark.parametrize("shape", [(2,), (2, 5), (2, 3, 4), (2, 0)])
def test_an_array_of_points_of_any_shape_is_its_points(surface, shape):
    theta = points(surface, int(np.prod(shape[1:]))).reshape(shape)
    before = theta.copy()
    value, gradient, hessian = (
        surface.value(theta),
        surface.gradient(theta),
        surface.hessian(theta),
    )
    assert (value.shape, gradient.shape, hessian.shape) == (shape[1:], shape, (2, *shape))
    for index in np.ndindex(*shape[1:]):
        point = theta[(slice(None), *index)]
        np.testing.assert_allclose(value[index], surface.value(point), rtol=1e-13)
        np.testing.assert_allclose(
            gradient[(slice(None), *index)], surface.gradient(point), rtol=1e-12, atol=1e-12
        )
        np.testing.assert_allclose(
            hessian[(slice(None), slice(None), *index)],
            surface.hessian(point),
            rtol=1e-12,
            atol=1e-12,
        )
    np.testing.assert_array_equal(theta, before)


# Where a derivative does not exist


def test_the_tip_of_ackley_is_flat_and_no_derivative_near_it_is_nan():
    ackley = SURFACES["ackley"]
    np.testing.assert_array_equal(ackley.gradient((0.0, 0.0)), (0.0, 0.0))
    tiny = np.array([0.0, 1e-320, 1e-200, 1e-160, 1e-150, 1e-100, 1e-17, 1e-8])
    near = np.array(np.meshgrid(np.r_[tiny, -tiny], tiny))
    assert not np.isnan(ackley.gradient(near)).any()
    assert not np.isnan(ackley.hessian(near)).any()
    assert ackley.value((0.0, 0.0)) == pytest.approx(0, abs=1e-14)


def test_the_middle_of_the_drop_wave_has_the_true_gradient_but_no_curvature():
    wave = SURFACES["drop_wave"]
    np.testing.assert_array_equal(wave.gradient((0.0, 0.0)), (0.0, 0.0))
    np.testing.assert_array_equal(wave.hessian((0.0, 0.0)), np.zeros((2, 2)))
    np.testing.assert_allclose(wave.hessian((1e-5, 0.0)), 72.5 * np.eye(2), rtol=1e-6, atol=1e-6)
    tiny = np.array([0.0, 1e-320, 1e-200, 1e-160, 1e-150, 1e-100, 1e-17, 1e-8])
    near = np.array(np.meshgrid(np.r_[tiny, -tiny], tiny))
    assert not np.isnan(wave.gradient(near)).any()
    assert not np.isnan(wave.hessian(near)).any()


def kinks(key):
    """Points on the lines where a surface is not smooth, met exactly in floating point."""
    if key == "bukin6":
        x = np.array([-15.0, -12.5, -10.0, -7.5, -5.0])
        return np.array([x, x * x / 100])
    x = np.arange(-500.0, 500.0, 25.0)
    return np.concatenate([[x, -47 - x / 2], [x, x - 47]], axis=1)


@pytest.mark.parametrize("key", ["bukin6", "eggholder"])
def test_on_a_kink_the_derivative_counts_as_flat_and_beside_it_none_is_nan(key):
    surface, theta = SURFACES[key], kinks(key)
    assert np.isfinite(surface.value(theta)).all()
    assert np.isfinite(surface.gradient(theta)).all()
    assert np.isfinite(surface.hessian(theta)).all()
    if key == "bukin6":
        np.testing.assert_array_equal(surface.gradient(theta), np.zeros_like(theta))
        np.testing.assert_array_equal(surface.gradient(surface.minima[0]), (0.0, 0.0))
    for beside in (np.nextafter(theta, np.inf), np.nextafter(theta, -np.inf), theta + 1e-9):
        assert not np.isnan(surface.gradient(beside)).any()
        assert not np.isnan(surface.hessian(beside)).any()
    assert not np.isnan(surface.gradient(grid(surface, 401))).any()


@pytest.mark.parametrize(
    ("formula", "domain"),
    [
        ("log(x)", (-50, 1, 0, 1)),
        ("log(x) + y", (-100_000, 1, 0, 1)),
        ("log(x)log(y)", (-70, 1, -70, 1)),
        ("sqrt(0.001 - x^2 - y^2)", (-2, 3, -2, 3)),
        ("log(y - 4.99)", (-5, 5, -5, 5)),
    ],
)
def test_a_start_is_found_in_the_smallest_part_where_a_formula_is_defined(formula, domain):
    surface = from_formula(formula, domain)
    x0, x1, y0, y1 = domain
    x, y = surface.start
    assert x0 <= x <= x1
    assert y0 <= y <= y1
    assert np.isfinite(surface.value(surface.start))


@pytest.mark.parametrize("formula", ["sqrt(1-x^2-y^2)", "log(x)", "log(x+y)", "x^2"])
@pytest.mark.parametrize("domain", [(-2, 2, -2, 2), (-0.3, 0.9, -0.1, 0.7), (-70, 30, -7, 3)])
def test_a_start_is_written_in_few_digits(formula, domain):
    for coordinate in from_formula(formula, domain).start:
        assert len(repr(coordinate)) <= 9


@pytest.mark.parametrize("surface", [*SURFACES.values()], ids=SURFACES)
def test_what_is_surely_finite_is_finite_as_far_out_as_a_run_may_go(surface):
    for each in (surface, surface.transformed(rotate=30.0, shift_x=50.0, scale_y=0.01)):
        reach = 1e6 * max(each.domain[1] - each.domain[0], each.domain[3] - each.domain[2])
        if each.is_finite_within(reach):
            corners = reach * np.array([[-1, -1, 1, 1, 0], [-1, 1, -1, 1, 0]])
            assert np.isfinite(each.value(corners)).all()
            assert np.isfinite(each.gradient(corners)).all()


@pytest.mark.parametrize(
    ("formula", "finite"),
    [
        ("x^2 + y^2", True),
        ("(1-x)^2 + 100(y-x^2)^2", True),
        ("x*cos(y) + abs(x) + max(x, y)", True),
        ("tanh(x)^2/3", True),
        ("x^40", False),  # overflows before a run has diverged
        ("exp(x)", False),
        ("log(x)", False),
        ("1/(1+x^2)", False),  # cannot be told from its parts
        ("x^0.5", False),
        ("sin(exp(x))", False),
        ("x^y", False),
    ],
)
def test_whether_a_formula_is_finite_everywhere_is_told_from_its_parts(formula, finite):
    assert from_formula(formula, start=(1.0, 1.0)).is_finite_within(1e7) == finite


@pytest.mark.parametrize(
    "text",
    ["|x|^y + x^(2*y)", "x^(a*y) + a^x", "(x^2 + 1)^(x*y)*(x^2 + 1)^(x*y + 1)", "y^(a/2) + x^a"],
)
def test_a_point_has_the_numbers_that_it_has_among_others(text):
    """NumPy takes to the power 2 otherwise than to an array of such."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-3, 3, (2, 600))
    for axis in range(2):
        points[axis, axis::3] = rng.choice([-1.0, 0.0, 0.5, 1.0, 2.0], 200)
    for a in (2.0, 0.3):
        surface = from_formula(text, domain=(-3, 3, -3, 3), **({"a": a} if "a" in text else {}))
        for kind in ("value", "gradient", "hessian"):
            together = getattr(surface, kind)(points)
            alone = np.stack([getattr(surface, kind)(point) for point in points.T], axis=-1)
            np.testing.assert_array_equal(together, alone)
