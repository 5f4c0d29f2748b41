"""The library answers a name that is not there with the nearest one."""

import pytest

from experiment import PROBLEMS, SCHEDULES, Experiment, Lane, descend, settle
from optimizers import OPTIMIZERS
from registry import Unknown
from surfaces import SURFACES

SGD = OPTIMIZERS["sgd"]()
REGISTRIES = {"optimizer": OPTIMIZERS, "surface": SURFACES, "schedule": SCHEDULES}


@pytest.mark.parametrize(
    ("kind", "name", "nearest"),
    [
        ("optimizer", "Adam", "adam"),
        ("optimizer", "adamW", "adamw"),
        ("optimizer", "RMSProp", "rmsprop"),
        ("optimizer", "nelder-mead", "nelder_mead"),
        ("optimizer", "nestrov", "nesterov"),
        ("surface", "Rosenbrock", "rosenbrock"),
        ("surface", "Rosenbrok", "rosenbrock"),
        ("surface", "Six-hump camel", "six_hump_camel"),
        ("schedule", "Cosine", "cosine"),
        ("schedule", "inverse sqrt", "inverse_sqrt"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_the_nearest(kind, name, nearest):
    with pytest.raises(Unknown) as refusal:
        REGISTRIES[kind][name]
    assert str(refusal.value) == f"There is no {kind} {name!r}: did you mean {nearest!r}?"


@pytest.mark.parametrize("kind", REGISTRIES)
@pytest.mark.parametrize("name", ["xyzzy", "", "?", 3, None, ["adam"]], ids=str)
def test_a_name_that_is_near_to_none_is_said_to_be_none(kind, name):
    with pytest.raises(KeyError) as refusal:
        REGISTRIES[kind][name]
    assert str(refusal.value) == f"There is no {kind} {name!r}."
    assert REGISTRIES[kind].get("xyzzy") is None


@pytest.mark.parametrize("kind", REGISTRIES)
def test_a_registry_is_a_mapping_that_nobody_changes(kind):
    registry = REGISTRIES[kind]
    assert list(registry) == list(registry.keys())
    assert all(registry[key].key == key for key in registry)
    with pytest.raises(TypeError):
        registry["new"] = None


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Experiment(surface="rosenbrock"), "not by name, but as SURFACES['rosenbrock']."),
        (lambda: Experiment(surface="Rosenbrok"), "did you mean 'rosenbrock'?"),
        (lambda: Experiment(surface=None), "A race's surface is one of SURFACES"),
        (lambda: Experiment(lanes=Lane(OPTIMIZERS["sgd"]())), "put the only one into (lane,)"),
        (lambda: Experiment(lanes=OPTIMIZERS["sgd"]()), "A race has a tuple of lanes"),
        (lambda: Experiment(lanes=[OPTIMIZERS["sgd"]()]), "Lane(OPTIMIZERS["),
        (lambda: Experiment(lanes=["adam"]), "Lane(OPTIMIZERS["),
        (lambda: Lane("adam"), "as OPTIMIZERS['adam']()."),
        (lambda: Lane(OPTIMIZERS["adam"]), "with its settings"),
        (lambda: Lane(SGD, schedule="cosine"), "as SCHEDULES['cosine']()."),
        (lambda: Lane(SGD, schedule="cosin"), "did you mean 'cosine'?"),
        (lambda: OPTIMIZERS["sgd"](rate=1), "SGD has no “rate”: there is lr"),
        (lambda: SCHEDULES["cosine"](ends=1), "Cosine has no “ends”"),
        (lambda: SURFACES["saddle"].with_values(c=1), "Saddle has no “c”: there is a, b."),
        (lambda: PROBLEMS["matrix_factorization"].with_values(K=1), "has no “K”: there is angle."),
        (lambda: descend("adam", SURFACES["beale"], (1, 1), 5), "as OPTIMIZERS['adam']()."),
        (lambda: descend(OPTIMIZERS["adam"], SURFACES["beale"], (1, 1), 5), "with its settings"),
        (lambda: descend(SGD, "beal", (1, 1), 5), "did you mean 'beale'?"),
        (lambda: settle("Adamm", SURFACES["beale"], (1, 1), 5), "did you mean 'adam'?"),
        (lambda: settle(SGD, "beale", (1, 1), 5), "as SURFACES['beale']."),
    ],
)
def test_what_is_given_in_place_of_a_value_is_answered_with_the_way_to_it(make, sentence):
    with pytest.raises(ValueError, match=r"[.?]$") as refusal:
        make()
    assert sentence in str(refusal.value)
