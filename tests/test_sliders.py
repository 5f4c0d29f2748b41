"""Where sliders can stand, for whatever the registries hold."""

import pytest

from experiment import SCHEDULES
from optimizers import OPTIMIZERS
from settings import Setting
from surfaces import SURFACES

STATED = {
    f"{owner}-{name}": statement
    for registry in (OPTIMIZERS, SCHEDULES)
    for owner, cls in registry.items()
    for name, statement in cls.hyperparameters().items()
} | {
    f"{key}-{parameter.name}": parameter
    for key, surface in SURFACES.items()
    for parameter in surface.parameters
}
NUMBERS = {key: s for key, s in STATED.items() if s.kind in ("number", "whole")}
PAST = {key: s for key, s in NUMBERS.items() if s.scale == "complement"}


@pytest.mark.parametrize("statement", NUMBERS.values(), ids=NUMBERS)
def test_a_slider_stands_at_short_decimals_and_where_it_began(statement):
    stops, low_high = statement.stops, statement.slider or (statement.low, statement.high)
    assert list(stops) == sorted(set(stops))
    assert (stops[0], stops[-1]) == low_high
    assert {statement.default, statement.suggestion} <= set(stops)
    for stop in stops:
        assert statement.checked(stop) == stop
        assert type(statement.checked(stop)) is type(stop)
        digits = repr(stop).partition("e")[0].replace(".", "").strip("-0")
        assert stop in (statement.default, statement.suggestion) or len(digits) <= 6


@pytest.mark.parametrize("statement", NUMBERS.values(), ids=NUMBERS)
def test_a_slider_goes_from_end_to_end_in_a_few_hundred_steps(statement):
    assert 2 <= len(statement.stops) <= 400


@pytest.mark.parametrize("statement", PAST.values(), ids=PAST)
def test_a_weight_of_the_past_can_be_set_finely_where_it_is_close_to_one(statement):
    assert {0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999} <= set(statement.stops)
    assert sum(stop > 0.99 for stop in statement.stops) >= 40


def test_every_weight_of_the_past_is_one():
    names = {key.rpartition("-")[2] for key in PAST}
    assert {"beta1", "beta2", "beta3", "beta", "momentum", "rho", "alpha", "gamma"} <= names
    kept = {key for key in NUMBERS if key.endswith(("-beta2", "-beta3", "-momentum"))}
    assert kept <= PAST.keys()


def test_a_setting_says_where_its_slider_stands():
    assert Setting("n", 3, 1, 6).stops == (1, 2, 3, 4, 5, 6)
    assert Setting("a", 0.125, 0.0, 1.0).stops[11:15] == (0.11, 0.12, 0.125, 0.13)
    assert Setting("a", 0.0, -10.0, 10.0, steps=200).stops[100:103] == (0.0, 0.1, 0.2)
    assert Setting("r", 0.02, 0.01, 1.0, "log").stops[:4] == (0.01, 0.011, 0.013, 0.014)
    past = Setting("m", 0.9, 0.0, 0.99, "complement").stops
    assert (past[:3], past[-3:]) == ((0.0, 0.11, 0.21), (0.987, 0.989, 0.99))
