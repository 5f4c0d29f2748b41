"""What a lesson says, its races do."""

import operator
import re
from dataclasses import replace
from pathlib import Path

import pytest
from showcases import at_nearly_its_rates, beside, measured

import lessons
from experiment import Experiment
from figures.mathml import math, parse
from lessons import LESSONS, Choice, Flag, lesson
from lessons.marks import marks
from lessons.shown import sliders
from settings import statements
from surfaces import Surface

pytestmark = pytest.mark.paths

FOLDER = Path(lessons.__file__).parent
SHORT, LONG = 25, 45  # words, on a phone and where there is room
CARDS = {f"{key}-{card.key}": card for key, told in LESSONS.items() for card in told.cards}
TRIES = {f"{key}-{i}": (c, t) for key, c in CARDS.items() for i, t in enumerate(c.tries, 1)}
GOALS = {key: card for key, card in CARDS.items() if card.goal}


def is_plane(card):
    return isinstance(card.experiment.surface, Surface)


ON_THE_EDGE = {"momentum-best-of-both", "step_size_limit-two-over-l"}
"""Cards that claim where a limit lies, or what the best rate does; those are false beside it."""
COMPARES = {"<": operator.lt, "<=": operator.le}
RUN = {}
run_anew = lesson.measured_on


def measured_on(race):
    """What a link's race gives, which is run once for all tests."""
    if race not in RUN:
        RUN[race] = run_anew(race)
    return RUN[race]


@pytest.fixture(autouse=True)
def _run_once(monkeypatch):
    monkeypatch.setattr(lesson, "measured_on", measured_on)


def each(of):
    return pytest.mark.parametrize("key", of)


def words(*texts):
    """How many there are, links and formulas counted as what they show."""
    return len(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", " ".join(texts)).split())


def is_told(text):
    return bool(text) and not re.search(r"\b(inf|nan)\b|[{}]", text)


def test_figures_of_five_papers_are_cards():
    repeated = {
        str(card.after.paper): key for key, card in CARDS.items() if card.after and card.holds
    }
    assert set(repeated) == {
        "Goh 2017",
        "Reddi, Kale & Kumar 2018",
        "Lessard, Recht & Packard 2016",
        "Wilson et al. 2017",
        "Cohen et al. 2021",
    }
    for told in LESSONS.values():
        assert all(card.after in (None, *told.sources) for card in told.cards)


@each(LESSONS)
def test_a_lesson_says_what_it_rests_on_and_what_it_does_not_show(key):
    told = LESSONS[key]
    assert told.key == key
    assert (FOLDER / f"{key}.py").is_file()
    assert told.title
    assert told.about.endswith(".")
    assert told.not_shown.endswith(".")
    assert told.sources
    assert len(told.cards) >= 3
    assert len({card.key for card in told.cards}) == len(told.cards)
    assert [bool(card.goal) for card in told.cards] == [False] * (len(told.cards) - 1) + [True]


def test_lessons_are_told_in_an_order():
    assert len({each.place for each in LESSONS.values()}) == len(LESSONS)


@each(CARDS)
def test_a_card_claims_what_its_race_does(key):
    card = CARDS[key]
    assert Experiment.from_query(card.link).problems == ()
    assert (card.holds is not None) == bool(card.claim) == bool(card.result)
    assert card.claim or card.goal
    card.check()
    measured = measured_on(card.link)
    assert not card.claim or is_told(measured.told(card.claim))
    assert not card.result or is_told(measured.told(card.result))


@each([key for key, card in CARDS.items() if card.holds and key not in ON_THE_EDGE])
def test_a_claim_holds_from_right_beside_the_start_and_at_nearly_these_rates(key):
    card = CARDS[key]
    m = measured(at_nearly_its_rates(beside(card.experiment)))
    assert card.holds(m), m.told(card.result)


@each([key for key, card in CARDS.items() if card.holds])
def test_a_false_claim_is_told_with_what_was_measured(key):
    card = CARDS[key]
    false = replace(card, holds=lambda m: False)
    with pytest.raises(AssertionError) as told:
        false.check()
    assert measured_on(card.link).told(card.result) in str(told.value)


@each(CARDS)
def test_a_card_is_read_in_half_a_minute(key):
    card = CARDS[key]
    assert 0 < words(card.words) <= SHORT
    assert words(card.words, card.more) <= LONG
    assert len(card.math) <= 2
    assert all(math(parse(line)) for line in card.math)
    assert len(card.claim.split()) <= 20


@each([key for key, card in CARDS.items() if card.claim])
def test_a_claim_is_guessed_explained_and_varied(key):
    card = CARDS[key]
    assert card.guess
    assert card.why
    assert card.slide
    assert len(card.tries) in (2, 3)


@each([key for key, card in CARDS.items() if card.guess or card.why])
def test_a_question_has_one_answer(key):
    card = CARDS[key]
    measured = measured_on(card.link)
    if isinstance(card.guess, Choice):
        assert len(card.guess.answers) == 3
        assert card.guess.right(measured) in range(3)
        for answer in card.guess.answers:  # said within a sentence, and by itself on a button
            names = "".join(lane.name for lane in card.experiment.lanes)
            assert answer.text[0].islower() or answer.text.split("'")[0].split()[0] in names
            assert answer.label[0].isupper()
    if isinstance(card.guess, Flag):
        assert card.experiment.surface.domain.contains(card.guess.place(measured))
    if card.why:
        (right,) = [reason for reason in card.why.reasons if not reason.against]
        assert right.text
        assert len(card.why.reasons) == 3


@each(TRIES)
def test_a_variation_flips_the_outcome(key):
    card, tried = TRIES[key]
    assert Experiment.from_query(tried.race).problems == ()
    measured = measured_on(tried.race)
    assert tried.holds(measured), measured.told(tried.see)
    assert not tried.holds(measured_on(card.link))
    assert is_told(measured.told(tried.see))


@each([key for key, card in CARDS.items() if card.slide])
def test_what_can_be_dragged_is_there(key):
    card = CARDS[key]
    lane = card.experiment.lanes[card.slide.lane]
    assert card.slide.name in statements(type(lane.optimizer))


@each({key: card for key, card in GOALS.items() if sliders(card) and is_plane(card)})
def test_a_goal_that_sliders_reach_is_reached_where_its_marks_are(key):
    card = CARDS[key]
    found = marks(card.goal, measured_on(card.race))
    assert found
    races = [card.race, card.goal.solution]
    for lane, name in sliders(card):
        setting = card.experiment.lanes[lane].optimizer.hyperparameters()[name]
        races += [with_number(card.experiment, lane, name, at) for at in setting.stops[::12]]
    for race in races:
        measured = measured_on(race)
        reached = all(
            COMPARES[sign](getattr(measured, measure)(*arguments), level)
            for measure, arguments, sign, level in found
        )
        assert reached == card.goal.reached(measured), race


def with_number(experiment, lane, name, value):
    lanes = list(experiment.lanes)
    optimizer = lanes[lane].optimizer.with_values(**{name: value})
    lanes[lane] = replace(lanes[lane], optimizer=optimizer)
    return replace(experiment, lanes=tuple(lanes)).to_query()


@each(GOALS)
def test_a_goal_is_reached_by_its_solution_and_not_before(key):
    card = GOALS[key]
    solved = Experiment.from_query(card.goal.solution)
    assert solved.problems == ()
    assert replace(solved, lanes=card.experiment.lanes, view=card.experiment.view) == (
        card.experiment
    )
    assert not card.goal.reached(measured_on(card.link))
    measured = measured_on(card.goal.solution)
    assert card.goal.reached(measured)
    assert card.solved(measured)
    longer = replace(solved, steps=solved.steps + 1)
    assert not card.solved(replace(measured, experiment=longer))
    assert card.solved(replace(measured, experiment=replace(solved, curve="step_length")))
    assert len(card.goal.hints) == 3
