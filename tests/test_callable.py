"""A surface from Python functions."""

import math

import numpy as np
import pytest

from experiment import Experiment, Lane, descend, run, settle
from figures.race import race_figures
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_callable

ROSENBROCK = SURFACES["rosenbrock"]
ADAM = OPTIMIZERS["adam"](lr=0.05)


def value(theta):
    x, y = theta
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def gradient(theta):
    x, y = theta
    return np.stack([2 * (x - 1) - 400 * x * (y - x**2), 200 * (y - x**2)])


def hessian(theta):
    x, y = theta
    mixed, last = -400 * x, np.full_like(x, 200.0)
    return np.stack([np.stack([2 - 400 * (y - 3 * x**2), mixed]), np.stack([mixed, last])])


def one_value(point):
    x, y = map(float, point)
    return math.pow(1 - x, 2) + 100 * math.pow(y - x * x, 2)


def one_gradient(point):
    x, y = map(float, point)
    return [2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)]


BY_HAND = from_callable(
    value, gradient, ROSENBROCK.domain, hessian=hessian, start=ROSENBROCK.start, minima=[(1, 1)]
)
ONE_BY_ONE = from_callable(one_value, one_gradient, ROSENBROCK.domain, batches=False)
POINTS = np.random.default_rng(0).uniform(-1.5, 1.5, (2, 4, 5))


@pytest.mark.parametrize("surface", [BY_HAND, ONE_BY_ONE], ids=["batches", "one by one"])
@pytest.mark.parametrize("points", [POINTS, POINTS[:, 0, 0], POINTS[:, :0]], ids=str)
def test_rosenbrock_by_hand_is_the_catalogues(surface, points):
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(surface.value(points), ROSENBROCK.value(points), **close)
    np.testing.assert_allclose(surface.gradient(points), ROSENBROCK.gradient(points), **close)


def test_a_hessian_is_the_functions_or_else_differences_of_gradients():
    exact = ROSENBROCK.hessian(POINTS)
    np.testing.assert_allclose(BY_HAND.hessian(POINTS), exact, rtol=1e-12)
    differences = ONE_BY_ONE.hessian(POINTS)
    np.testing.assert_allclose(differences, exact, atol=1e-6)
    np.testing.assert_array_equal(differences, differences.swapaxes(0, 1))


def test_it_is_transformed_as_the_catalogues_is():
    turned, other = (s.transformed(rotate=30, shift_x=2) for s in (BY_HAND, ROSENBROCK))
    np.testing.assert_allclose(turned.value(POINTS), other.value(POINTS), rtol=1e-12)
    np.testing.assert_allclose(turned.minima, other.minima)


def test_it_is_run_settled_and_drawn_like_any_other():
    there = descend(ADAM, ROSENBROCK, (-1.0, 1.0), 300)
    here = descend(ADAM, BY_HAND, (-1.0, 1.0), 300)
    np.testing.assert_allclose(here.theta, there.theta, atol=1e-8)
    assert here.outcome == there.outcome
    ends = settle(ADAM, ONE_BY_ONE, POINTS[:, 0], 20)
    assert ends.theta.shape == (2, 5)
    race = Experiment(surface=BY_HAND, lanes=(Lane(ADAM),), steps=20)
    assert race_figures(race, run(race))


def test_no_link_can_hold_it_and_that_is_said_in_a_sentence():
    with pytest.raises(ValueError, match=r"^Your function .* no link can hold it\.$"):
        Experiment(surface=BY_HAND, lanes=(Lane(ADAM),)).to_query()


def test_what_gives_another_shape_is_refused_with_what_to_say():
    with pytest.raises(ValueError, match="batches=False"):
        from_callable(lambda theta: 0.0, gradient, (-1, 1, -1, 1)).value(POINTS)


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.formula])
def test_a_gradient_that_is_not_the_values_is_refused_in_a_sentence_and_no_other(key):
    exact = SURFACES[key]

    def made(slope, bends=exact.hessian, **more):
        return from_callable(
            exact.value, slope, exact.domain, hessian=bends, start=exact.start, name="Mine", **more
        )

    made(exact.gradient)
    for wrong in (lambda p: 1.1 * exact.gradient(p), lambda p: exact.gradient(p)[::-1]):
        with pytest.raises(
            ValueError, match=r"^Mine has another gradient than was given: at .*\.$"
        ):
            made(wrong)
    with pytest.raises(ValueError, match=r"^Mine has another Hessian than was given: at .*\.$"):
        made(exact.gradient, lambda p: -exact.hessian(p))
    made(lambda p: -exact.gradient(p), checks=False)


def test_at_a_kink_and_where_a_function_is_not_defined_no_gradient_is_doubted():
    def folded(theta):
        return np.abs(theta).sum(axis=0) + np.sqrt(theta[0])

    def slope(theta):
        return np.stack([np.sign(theta[0]) + 0.5 / np.sqrt(theta[0]), np.sign(theta[1])])

    places = (np.arange(4) + np.sqrt(0.5)) / 4  # among those that are looked at are kinks
    from_callable(folded, slope, (-places[0], 1 - places[0], -places[1], 1 - places[1]))
    with pytest.raises(ValueError, match="another gradient"):
        from_callable(folded, lambda theta: -slope(theta), (-1, 1, -1, 1))


def test_a_start_where_it_is_not_defined_is_refused_and_one_is_found_where_it_is():
    def root(theta):
        return np.sqrt(theta[0] - 0.5) + theta[1] ** 2

    def slope(theta):
        return np.stack([0.5 / np.sqrt(theta[0] - 0.5), 2 * theta[1]])

    assert from_callable(root, slope, (-1, 1, -1, 1)).start[0] > 0.5
    with pytest.raises(ValueError, match="defined"):
        from_callable(root, slope, (-1, 1, -1, 1), start=(0.0, 0.0))
    with pytest.raises(ValueError, match="defined nowhere"):
        from_callable(root, slope, (-1, 0, -1, 1))
