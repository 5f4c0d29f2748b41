"""Rotated, shifted and scaled surfaces, and what methods make of them."""

import math
from dataclasses import fields

import numpy as np
import pytest
from bad_values import is_refused_in_a_sentence
from derivatives import points

from experiment import descend
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula
from surfaces.transform import IDENTITY, TRANSFORMS, Transform

pytestmark = pytest.mark.paths

CHANGES = [
    {"rotate": 30.0},
    {"rotate": -90.0},
    {"shift_x": 1.5, "shift_y": -0.5},
    {"scale_x": 2.0, "scale_y": 0.25},
    {"scale_loss": 1000.0},
    {"rotate": 130.0, "shift_x": -2.0, "shift_y": 3.0, "scale_x": 3.0, "scale_loss": 0.1},
]
EVERY = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
CHANGED = pytest.mark.parametrize("changes", CHANGES, ids=str)


def there(changes):
    """T and c, worked out from the words: stretch, turn counter-clockwise, then shift."""
    turn = math.radians(changes.get("rotate", 0))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = rotation @ np.diag([changes.get("scale_x", 1), changes.get("scale_y", 1)])
    shift = np.array([changes.get("shift_x", 0), changes.get("shift_y", 0)])
    return matrix, shift, changes.get("scale_loss", 1)


@CHANGED
@EVERY
def test_the_loss_is_c_times_the_loss_where_the_point_came_from(surface, changes):
    matrix, shift, c = there(changes)
    theta = points(surface, 20)
    moved = surface.transformed(**changes)
    mapped = matrix @ theta + shift[:, None]
    back = np.linalg.inv(matrix)
    scale = np.abs(surface.gradient(theta)).max() * np.abs(theta).max()
    np.testing.assert_allclose(
        moved.value(mapped), c * surface.value(theta), rtol=1e-11, atol=1e-13 * c * scale
    )
    gradient = c * back.T @ surface.gradient(theta)
    np.testing.assert_allclose(
        moved.gradient(mapped), gradient, rtol=1e-9, atol=1e-11 * np.abs(gradient).max()
    )
    hessian = c * np.einsum("ki,kln,lj->ijn", back, surface.hessian(theta), back)
    np.testing.assert_allclose(
        moved.hessian(mapped), hessian, rtol=1e-9, atol=1e-9 * np.abs(hessian).max()
    )


@CHANGED
@EVERY
def test_start_minima_known_value_and_domain_go_with_it(surface, changes):
    matrix, shift, c = there(changes)
    moved = surface.transformed(**changes)
    x0, x1, y0, y1 = surface.domain
    corners = matrix @ np.array([[x0, x0, x1, x1], [y0, y1, y0, y1]]) + shift[:, None]
    box = np.array(moved.domain).reshape(2, 2)
    width = np.ptp(corners, axis=1)
    np.testing.assert_allclose(box[:, 0], corners.min(axis=1), atol=0.02 * width.max())
    np.testing.assert_allclose(box[:, 1], corners.max(axis=1), atol=0.02 * width.max())
    assert (box[:, 0] <= corners.min(axis=1) + 1e-5 * width).all()
    assert (box[:, 1] >= corners.max(axis=1) - 1e-5 * width).all()
    np.testing.assert_allclose(moved.start, matrix @ surface.start + shift, atol=1e-12)
    assert len(moved.minima) == len(surface.minima)
    for minimum, before in zip(moved.minima, surface.minima, strict=True):
        np.testing.assert_allclose(minimum, matrix @ before + shift, atol=1e-12)
    if surface.known:
        point, value = moved.known
        assert value == pytest.approx(c * surface.known[1])
        assert moved.value(point) == pytest.approx(value, rel=1e-9)


def test_no_transformation_is_the_surface_itself():
    for surface in SURFACES.values():
        assert surface.transformed() is surface
        assert surface.transformed(rotate=20.0).transformed(rotate=0.0) is surface
        assert surface.transform is IDENTITY


def test_a_transformation_is_set_anew_not_added():
    beale = SURFACES["beale"]
    assert beale.transformed(rotate=20.0).transformed(rotate=30.0) == beale.transformed(rotate=30.0)
    both = beale.transformed(rotate=20.0, scale_loss=2.0)
    assert beale.transformed(rotate=20.0).transformed(scale_loss=2.0) == both


def test_parameters_and_transformation_are_set_in_any_order():
    rosenbrock = SURFACES["rosenbrock"]
    one = rosenbrock.with_values(a=1.2).transformed(rotate=30.0)
    other = rosenbrock.transformed(rotate=30.0).with_values(a=1.2)
    assert one == other
    assert other.transformed(rotate=0.0) == rosenbrock.with_values(a=1.2)
    assert one != rosenbrock.transformed(rotate=30.0)


def test_a_right_angle_is_exact():
    saddle = SURFACES["saddle"].transformed(rotate=90.0)
    np.testing.assert_array_equal(saddle.gradient((0.0, 0.5)), (0.0, 1.0))
    assert saddle.domain == (-1.5, 1.5, -1.5, 1.5)


def test_what_cannot_be_done_is_refused_in_a_sentence():
    beale = SURFACES["beale"]
    with pytest.raises(ValueError, match=r"has no “mirror”: there is rotate, "):
        beale.transformed(mirror=1.0)
    for statement in TRANSFORMS:

        def make(value, name=statement.name):
            return beale.transformed(**{name: value})

        is_refused_in_a_sentence(make, statement)


def test_every_transformation_is_stated_and_no_parameter_bears_its_name():
    names = [statement.name for statement in TRANSFORMS]
    assert names == [field.name for field in fields(Transform)]
    for statement in TRANSFORMS:
        assert getattr(IDENTITY, statement.name) == statement.default
    for surface in SURFACES.values():
        assert not {p.name for p in surface.parameters} & set(names)


def test_the_latex_is_that_of_the_transformed_surface():
    bowl = from_formula("x^2 + 3y^2", (-2, 2, -2, 2))
    assert bowl.transformed(scale_loss=10.0).latex == r"10 \left[x^{2} + 3 y^{2}\right]"
    assert bowl.transformed(shift_x=1.0).latex == (
        r"\tilde{x}^{2} + 3 \tilde{y}^{2}, \quad \tilde{x} = x - 1, \quad \tilde{y} = y"
    )
    assert bowl.transformed(rotate=90.0, scale_x=2.0).latex == (
        r"\tilde{x}^{2} + 3 \tilde{y}^{2}, \quad \tilde{x} = \frac{y}{2}, \quad \tilde{y} = - x"
    )
    turned = bowl.transformed(rotate=30.0)
    assert turned.latex.endswith(
        r"\tilde{x} = \cos\left(30^{\circ}\right) x + \sin\left(30^{\circ}\right) y, \quad "
        r"\tilde{y} = \cos\left(30^{\circ}\right) y - \sin\left(30^{\circ}\right) x"
    )
    assert turned.gradient_latex[0] == (
        r"2 \cos\left(30^{\circ}\right) \tilde{x} - 6 \sin\left(30^{\circ}\right) \tilde{y}"
    )
    assert bowl.transformed(scale_loss=10.0).hessian_latex == ("20", "0", "60")


# What methods are invariant to; the numbers are steps to a loss below 1e-3

BOWL = SURFACES["quadratic"].with_values(condition=100.0, angle=0.0)


def steps_to(optimizer, surface, loss=1e-3):
    run = descend(optimizer, surface, surface.start, 2000)
    return int(np.argmax(run.loss < loss))


def test_adam_and_adagrad_are_not_rotation_invariant_and_sgd_is():
    adam, adagrad = OPTIMIZERS["adam"](lr=0.05), OPTIMIZERS["adagrad"](lr=0.5)
    sgd = OPTIMIZERS["sgd"](lr=2 / 101)  # 2/(λ₁ + λ₂), the best there is
    turned = {angle: BOWL.transformed(rotate=float(angle)) for angle in (0, 15, 45)}
    assert [steps_to(adam, turned[angle]) for angle in (0, 15, 45)] == [82, 384, 654]
    assert [steps_to(adagrad, turned[angle]) for angle in (0, 45)] == [22, 569]
    assert {steps_to(sgd, turned[angle]) for angle in (0, 15, 45)} == {272}


def test_adams_path_does_not_depend_on_the_losss_scale():
    adam = OPTIMIZERS["adam"](lr=0.05)
    small = descend(adam, BOWL, BOWL.start, 100).theta
    large = descend(adam, BOWL.transformed(scale_loss=1000.0), BOWL.start, 100).theta
    assert np.abs(small - large).max() == pytest.approx(8e-9, rel=0.05)
