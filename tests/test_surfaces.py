"""What every surface in the registry promises."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from derivatives import assert_derivatives_are_true, grid, points

from surfaces import FAMILIES, SURFACES


def variants():
    """Every surface as it is, and with its parameters at the ends and in the middle of a range."""
    for key, surface in SURFACES.items():
        yield key, surface
        if surface.parameters:
            ends = [(p.low, p.high) for p in surface.parameters]
            middle = tuple(low + 0.37 * (high - low) for low, high in ends)
            for values in [*itertools.product(*ends), middle]:
                moved = {p.name: v for p, v in zip(surface.parameters, values, strict=True)}
                text = ",".join(f"{name}={value:g}" for name, value in moved.items())
                yield f"{key}({text})", surface.with_values(**moved)


VARIANTS = dict(variants())
EVERY = pytest.mark.parametrize("surface", VARIANTS.values(), ids=VARIANTS)
REGISTERED = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


# Derivatives


@EVERY
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
        assert parameter.low < parameter.high
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


@EVERY
def test_the_start_lies_inside_the_domain_and_can_be_left(surface):
    x0, x1, y0, y1 = surface.domain
    x, y = surface.start
    assert x0 < x < x1
    assert y0 < y < y1
    assert np.hypot(*surface.gradient(surface.start)) > 1e-3


@EVERY
def test_the_minima_are_minima(surface):
    x0, x1, y0, y1 = surface.domain
    lowest = surface.value(grid(surface, 401)).min()
    steepest = np.abs(surface.gradient(grid(surface, 101))).max()
    for x, y in surface.minima:
        assert x0 <= x <= x1
        assert y0 <= y <= y1
        assert np.abs(surface.gradient((x, y))).max() <= 1e-12 * steepest
        assert surface.value((x, y)) <= lowest + 1e-12
        around = np.array([x, y])[:, None] + 1e-3 * np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
        assert (surface.value(around) > surface.value((x, y))).all()


@REGISTERED
def test_a_surface_without_minima_has_none_to_state(surface):
    """One with minima states them: its lowest grid point lies inside, not on the border."""
    values = surface.value(grid(surface, 401))
    inside = (
        values[1:-1, 1:-1].min() < np.concatenate([values[[0, -1]], values[:, [0, -1]].T]).min()
    )
    assert bool(surface.minima) == inside


@EVERY
def test_the_formula_is_shown_in_latex(surface):
    assert surface.latex.count("{") == surface.latex.count("}") > 0
    assert "**" not in surface.latex
    for parameter in surface.parameters:
        assert (parameter.symbol or parameter.name) in surface.latex


@REGISTERED
def test_a_parameter_out_of_range_or_unknown_is_refused_in_a_sentence(surface):
    with pytest.raises(ValueError, match=f"{surface.name} has no parameter 'nonsense'."):
        surface.with_values(nonsense=1.0)
    for parameter in surface.parameters:
        for value in (parameter.low - 0.01, parameter.high + 0.01, np.nan, np.inf):
            with pytest.raises(ValueError, match=r"\.$") as refusal:
                surface.with_values(**{parameter.name: value})
            assert str(refusal.value) == (
                f"{surface.name}'s {parameter.name} must be {parameter.range}, not {value:g}."
            )


# Batches


@REGISTERED
@pytest.mark.parametrize("shape", [(2,), (2, 5), (2, 3, 4), (2, 0)])
def test_a_batch_of_any_shape_is_its_points(surface, shape):
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
