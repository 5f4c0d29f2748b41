"""What the words of a search find."""

import numpy as np
import pytest
from derivatives import grid

from app_pages.lane_editor import optimizers_found
from app_pages.picker import found, words
from app_pages.surface_picker import surfaces_found
from optimizers import OPTIMIZERS, Rule
from surfaces import SURFACES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("minimum", "Minima"),
        ("valley", "valleys"),
        ("Class", "classes"),
        ("boundary", "boundaries"),
        ("Lévy", "levy"),
        ("NON-CONVEX", "nonconvex"),
        ("six_hump", "six-hump"),
        ("pass", "pass"),
    ],
)
def test_a_word_is_the_same_in_either_number_case_and_spelling(one, other):
    assert words(one) == words(other)


def test_a_name_is_found_before_what_only_speaks_of_it():
    assert found("saddle", "Saddle") > found("saddle", "Monkey saddle") > found("saddle", "x", "a")
    assert found("saddles", "Plateau", "no saddle") > found("saddles", "Plateau", "none") == 0
    assert found("con", "Booth", "convex")
    assert not found("convex", "Booth", "non-convex")
    assert not found("local valley", "Booth", "local minima")


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("neural", {"network_slice", "one_hidden_unit", "product", "plateau"}),
        ("csv", {"linear_regression", "logistic_regression"}),
        ("convex", {"booth", "quadratic"}),
        ("simple", {"booth", "quadratic", "matyas"}),
        ("local minima", {"rastrigin", "ackley", "styblinski_tang"}),
        ("Flat", {"plateau", "sharp_and_flat", "easom"}),
        ("saddles", {"saddle", "monkey_saddle"}),
        ("vanishing gradient", {"plateau", "easom"}),
        ("many minima", {"rastrigin", "griewank"}),
        ("banana", {"rosenbrock"}),
    ],
)
def test_surfaces_are_found_by_what_they_teach_and_what_people_call_them(typed, keys):
    assert keys <= {surface.key for surface in surfaces_found(typed)}


@pytest.mark.parametrize("key", SURFACES)
def test_a_surface_is_first_of_what_its_name_finds(key):
    for typed in (SURFACES[key].name, SURFACES[key].name.lower()):
        assert surfaces_found(typed)[0].key == key


def test_without_words_everything_is_there_and_with_strange_ones_nothing():
    assert surfaces_found("") == list(SURFACES.values())
    assert surfaces_found("no such thing") == []


@pytest.mark.parametrize("key", SURFACES)
def test_a_surface_is_called_convex_if_it_is(key):
    surface = SURFACES[key]
    (xx, xy), (_, yy) = surface.hessian(grid(surface, 41))
    determinant = xx * yy - xy**2
    curved = (xx >= -1e-9) & (yy >= -1e-9) & (determinant >= -1e-9 * (1 + np.abs(xx * yy)))
    assert (surface in surfaces_found("convex")) == curved.all()


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_method_is_first_of_what_its_name_finds(key):
    for typed in (OPTIMIZERS[key].name, OPTIMIZERS[key].name.upper()):
        assert optimizers_found(typed)[0].key == key


@pytest.mark.parametrize(
    ("typed", "keys"),
    [("grad", {"adagrad", "diffgrad"}), ("sign", {"signsgd", "signum", "lion"})],
)
def test_methods_are_found_by_the_parts_of_their_names_and_their_families(typed, keys):
    assert keys <= {cls.key for cls in optimizers_found(typed)}
    assert optimizers_found("your own") == [Rule]
    assert {*optimizers_found("")} == {*OPTIMIZERS.values(), Rule}
