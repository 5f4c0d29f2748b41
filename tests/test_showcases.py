"""What each showcase is said to show, a method's and a surface's, it shows."""

import re
from dataclasses import replace

import method_claims
import method_words
import pytest
import surface_claims
from showcases import how_often, is_seen, measured, nearly, sentence

from experiment import Experiment, is_showcase, run
from experiment.told import told
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula

pytestmark = pytest.mark.paths

OF = {"method": OPTIMIZERS, "surface": SURFACES}
CLAIMS = {"method": method_claims.CLAIMS, "surface": surface_claims.CLAIMS}
ALL = [(kind, key) for kind, catalogue in OF.items() for key in catalogue]
every = pytest.mark.parametrize(("kind", "key"), ALL)


def race_of(kind, key):
    return Experiment.from_query(OF[kind][key].showcase)


@every
def test_a_showcase_shows_what_is_said_of_it(kind, key):
    m = measured(race_of(kind, key))
    assert not m.experiment.problems
    own = {lane.optimizer.key for lane in m.experiment.lanes}
    assert key in (own if kind == "method" else {m.experiment.surface.key})
    assert CLAIMS[kind][key](m)
    said = sentence(OF[kind][key].see, m)
    assert said != OF[kind][key].see
    for lane in m.experiment.lanes:
        assert lane.optimizer.name in said


@every
def test_what_is_said_is_so_from_right_beside_the_start_and_at_nearly_these_rates(kind, key):
    assert all(CLAIMS[kind][key](measured(race)) for race in nearly(race_of(kind, key)))


@every
def test_in_a_showcase_there_is_something_to_see(kind, key):
    assert is_seen(measured(race_of(kind, key)))


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_method_does_what_its_words_say(key):
    assert method_words.SAID[key]()


@pytest.mark.parametrize("key", surface_claims.TAUGHT)
def test_what_a_surface_is_said_to_teach_is_so(key):
    assert surface_claims.TAUGHT[key]()


def test_a_claim_under_noise_holds_whatever_the_seed():
    noisy = [(kind, key) for kind, key in ALL if race_of(kind, key).noise]
    assert {kind for kind, _ in noisy} == {"method", "surface"}
    for kind, key in noisy:
        assert how_often(CLAIMS[kind][key], race_of(kind, key)) >= 19


def test_a_number_in_a_sentence_is_written_as_a_person_writes_it():
    race = Experiment.from_query("surface=booth&steps=3&lane=sgd(lr=0.01)")
    text = told("{ending[0]:.1e} {first_below[0, 1e-9]:.0f}", race, run(race))
    assert re.fullmatch(r"\d\.\de\d inf", text)


def test_a_race_is_the_showcase_however_it_is_drawn_and_until_a_path_is_another():
    race = race_of("surface", "himmelblau")
    first, second = race.lanes
    for same in (
        race,
        replace(race, scale="log", per="evaluation"),
        replace(race, lanes=(replace(first, label="slow"), second)),
    ):
        assert is_showcase(same)
    for another in (
        replace(race, steps=31),
        replace(race, lanes=(second, first)),
        replace(race, swarm=((1, 1),)),
        race.on(race.surface.transformed(rotate=10)),
        Experiment(),
        Experiment(surface=from_formula("x^2 + y^2")),
    ):
        assert not is_showcase(another)
