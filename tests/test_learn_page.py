"""The lessons' page, without a browser: what each card is given to show, and what changes it."""

import json
import re
from pathlib import Path

import pytest
from components import components
from components import send as report
from streamlit.testing.v1 import AppTest

from experiment import Experiment
from lessons import LESSONS, Choice, Flag
from lessons.lesson import measured_on
from lessons.playlist import Own, Playlist, Taken
from lessons.shown import lettered, prose, shown, sliders, why

PAGES = Path(__file__).parent.parent / "app_pages"
# The race's page beside it, to which an exercise leads.
SCRIPT = f"""
import streamlit as st
learn = st.Page({str(PAGES / "learn.py")!r}, default=True)
from app_pages.session import session
session().lessons = learn
st.navigation([learn, st.Page({str(PAGES / "race.py")!r}, url_path="race")]).run()
"""
CARDS = [(lesson, card) for lesson in LESSONS.values() for card in lesson.cards]
IDS = [f"{lesson.key}-{card.key}" for lesson, card in CARDS]


def visit(**query):
    page = AppTest.from_string(SCRIPT, default_timeout=60)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    return page


def component(page):
    (found,) = components(page, "lesson").values()
    return found


def head(page):
    """What the player is given, without the pictures."""
    data = component(page).bytes
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def card(page):
    return head(page)["card"]


def send(page, event, value):
    """What the player reports."""
    report(page, component(page), event, value)


def slide(page, value, of=0):
    serial = card(page)["sliders"][of]["answered"] + 1
    send(page, "move", {"serial": serial, "value": value, "passing": False, "of": of})


def turn(page, to, guess="", reason=None):
    send(page, "turn", {"to": to, "guess": guess, "reason": reason})


def text(pieces):
    return "".join(piece[0] for piece in pieces)


def plain(markdown):
    return markdown.replace("\\", "").strip("*")


def example(wanted):
    """Some card for which that holds."""
    return next((lesson, card) for lesson, card in CARDS if wanted(card))


def test_a_lesson_is_offered_as_a_page_and_as_a_courses_package():
    page = visit()
    offered = {button.key: button.label for button in page.download_button}
    assert offered == {"take-lesson": "Download", "take-package": "SCORM package"}


def test_the_page_lists_every_lesson():
    page = visit()
    opens = [plain(each.label) for each in page.button if each.key.startswith("open-")]
    assert opens == [x.title for x in LESSONS.values()]
    said = [each.value for each in page.caption]
    assert said == [f"{len(lesson.cards)} cards" for lesson in LESSONS.values()]
    assert "&embed=true" in page.code[0].value


@pytest.mark.parametrize("key", LESSONS)
def test_a_lesson_begins_with_its_first_card_on_its_race(key):
    lesson = LESSONS[key]
    its = lesson.cards[0]
    page = visit(lesson=key)
    given, measured = card(page), measured_on(its.race)
    assert given == json.loads(json.dumps(shown(lesson, its, measured, measured))) | {
        "sliders": given["sliders"],
        "teaching": False,
    }
    assert [lane["name"] for lane in head(page)["lanes"]] == [
        lane.name for lane in its.experiment.lanes
    ]
    assert not page.warning


@pytest.mark.parametrize(
    ("query", "word"),
    [({"lesson": "adm"}, "adm"), ({"lesson": "adam", "card": "nonsense"}, "nonsense")],
)
def test_what_is_not_there_is_named_and_something_else_is_shown(query, word):
    page = visit(**query)
    assert word in page.warning[0].value
    assert page.button or card(page)["place"] == 0


def test_one_turns_from_card_to_card_by_the_address():
    page = visit(lesson="adam", teach="1", guess="2")
    second = LESSONS["adam"].cards[1].key
    assert card(page)["guessed"] == "2"
    turn(page, second)
    assert page.query_params == {"lesson": "adam", "card": second, "teach": "1"}
    assert (card(page)["place"], card(page)["guessed"], card(page)["teaching"]) == (1, "", True)
    turn(page, "")
    assert page.query_params == {}
    page.button(key="open-adam").click().run()
    assert card(page)["place"] == 0
    assert page.query_params["lesson"] == "adam"


def test_a_variation_is_shown_with_what_it_shows_and_taken_back():
    lesson, its = example(lambda each: each.tries)
    page = visit(lesson=lesson.key, card=its.key)
    send(page, "try", 0)
    tried, own = its.tries[0], card(page)["result"]
    assert (card(page)["tried"], card(page)["changed"]) == (0, True)
    assert text(card(page)["see"]) == text(prose(measured_on(tried.race).told(tried.see)))
    names = [lane.name for lane in Experiment.from_query(tried.race).lanes]
    assert [lane["name"] for lane in head(page)["lanes"]] == names
    assert card(page)["result"] == own
    send(page, "try", -1)
    assert (card(page)["tried"], card(page)["changed"]) == (None, False)


def test_the_slider_moves_its_lane_and_a_refusal_leaves_it():
    lesson, its = example(lambda each: each.slide)
    page = visit(lesson=lesson.key, card=its.key)
    stop = card(page)["sliders"][0]["stops"][0]
    slide(page, stop)
    assert card(page)["sliders"][0]["value"] == stop
    assert card(page)["changed"]
    slide(page, "much")
    assert "It stays as it was\\." in page.warning[0].value
    assert card(page)["sliders"][0]["value"] == stop


def test_a_slider_goes_where_a_variation_has_no_such_setting_and_comes_back():
    def lacks(its, tried):
        lane = Experiment.from_query(tried.race).lanes[its.slide.lane]
        return its.slide.name not in lane.optimizer.hyperparameters()

    lesson, its = example(lambda each: each.slide and any(lacks(each, t) for t in each.tries))
    page = visit(lesson=lesson.key, card=its.key)
    send(page, "try", next(i for i, tried in enumerate(its.tries) if lacks(its, tried)))
    assert card(page)["sliders"] == [None]
    send(page, "try", -1)
    assert card(page)["sliders"][0]["label"]


def test_a_goal_is_checked_on_the_race_as_it_is_set_and_its_solution_opens():
    lesson, its = example(lambda each: each.goal and sliders(each))
    solved = Experiment.from_query(its.goal.solution)
    page = visit(lesson=lesson.key, card=its.key)
    assert not card(page)["goal"]["reached"]
    for of, (lane, name) in enumerate(sliders(its)):
        slide(page, solved.lanes[lane].optimizer.values()[name], of)
    assert card(page)["goal"]["reached"]
    send(page, "try", -1)
    assert not card(page)["goal"]["reached"]
    send(page, "solve", True)
    assert card(page)["goal"]["reached"]


def test_an_exercise_goes_on_on_the_races_page_and_comes_back():
    lesson, its = example(lambda each: each.goal)
    page = visit(lesson=lesson.key, card=its.key)
    send(page, "leave", True)
    assert page.session_state.session.experiment == its.experiment
    assert "Not yet" in " ".join(each.value for each in page.markdown)
    page.session_state.session.experiment = Experiment.from_query(its.goal.solution)
    page.run()
    assert "Reached" in " ".join(each.value for each in page.markdown)
    page.button(key="back-to-card").click().run()
    assert not page.exception
    assert card(page)["goal"]["reached"]
    assert card(page)["place"] == lesson.cards.index(its)


def test_terms_have_the_colours_of_lanes_and_arrows():
    assert prose("With [Adam](1), [m](m) and [v](v) grow.") == [
        ["With "],
        ["Adam", "lane", "#D55E00"],
        [", "],
        ["m", "arrow", "momentum"],
        [" and "],
        ["v", "arrow", ""],
        [" grow."],
    ]


def test_letters_that_stand_for_numbers_are_set_apart_but_not_in_a_persons_own_words():
    said = lettered("[v](v) of x + 0.1y, 2/L, αL and β₂: at L2 a slope, by 25x.")
    assert [piece[0] for piece in said if piece[1:] == ["letter"]] == [
        "x",
        "y",
        "L",
        "αL",
        "β₂",
        "x",
    ]
    assert said[0] == ["v", "arrow", ""]
    own = Playlist("", (Own("lane=sgd", words="x y z"), Taken("edge_of_stability", "slides-on")))
    measured = measured_on("lane=sgd")
    mine, other = (shown(own.lesson, its, measured, measured) for its in own.lesson.cards)
    assert mine["words"] == [["x y z"]]
    assert ["xy", "letter"] in other["words"]


def test_the_right_reason_is_not_told_by_its_place():
    places = [
        [against for _, against in why(its, prose)["reasons"]].index("")
        for _, its in CARDS
        if its.why
    ]
    assert len(places) < 6 or len(set(places)) == 3


@pytest.mark.parametrize(("lesson", "its"), CARDS, ids=IDS)
def test_all_that_a_card_says_is_told_in_whole_sentences(lesson, its):
    measured = measured_on(its.race)
    given = shown(lesson, its, measured, measured)
    for part in ("claim", "words", "more", "result"):
        assert not re.search(r"[][{}]", text(given[part])), part
    assert text(given["result"]) == text(prose(measured.told(its.result)))
    assert its.why is None or sorted(given["why"]["reasons"]) == sorted(
        [reason.text, reason.against] for reason in its.why.reasons
    )
    if isinstance(its.guess, Choice):
        assert given["guess"]["answers"] == [[each.label, each.text] for each in its.guess.answers]
    elif isinstance(its.guess, Flag):
        assert given["guess"]["place"] == list(its.guess.place(measured))
    else:
        assert given["guess"] is None
