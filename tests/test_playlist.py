"""A teacher's own lesson: as a link, as a file, in its editor and in the player."""

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from test_learn_page import card, send, text, turn, visit

from experiment import Experiment
from lessons import LESSONS
from lessons.lesson import measured_on
from lessons.playlist import (
    MAX_ANSWERS,
    MAX_BYTES,
    MAX_CARDS,
    MAX_LINK,
    Own,
    Playlist,
    Taken,
    read_file,
    read_link,
    write_file,
    write_link,
)
from lessons.shown import shown
from settings import Refusal

RACES = ("surface=beale&lane=adam(lr=0.1)&steps=3", "surface=booth&lane=sgd(lr=0.01)&steps=2")
LINK = f"https://example.org/lab/?{RACES[0]}"
TAKEN = [Taken(key, each.key) for key, lesson in LESSONS.items() for each in lesson.cards]
answers = some.lists(some.text(max_size=60), max_size=MAX_ANSWERS).map(tuple)
own = some.builds(
    Own,
    race=some.sampled_from(RACES),
    claim=some.text(max_size=100),
    words=some.text(max_size=100),
    math=some.lists(some.sampled_from((r"\frac{1}{2}", "x_t < 3")), max_size=2).map(tuple),
    question=some.text(max_size=100),
    answers=answers,
    result=some.text(max_size=100),
)
lists = some.builds(
    Playlist,
    title=some.text(max_size=80),
    cards=some.lists(own | some.sampled_from(TAKEN), max_size=5).map(tuple),
)
HOSTILE = (
    '<img src=x onerror=alert(1)> {0} {ending[0]} [x](²) [y](javascript:alert(1)) \x00\ud800 "&'
)


@given(lists)
@settings(max_examples=60, deadline=None)
def test_a_playlist_survives_its_link_and_its_file(playlist):
    assert read_file(write_file(playlist).encode()) == (playlist, ())
    assert read_link(write_link(playlist)) == (playlist, ())


@given(some.binary(max_size=200) | some.text(max_size=200).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_what_is_no_playlist_is_refused_in_a_sentence(content):
    text_ = content.decode("latin-1")
    for read, what in ((read_link, text_), (read_file, content)):
        with pytest.raises(ValueError, match=r"\.$"):
            read(what)


def packed(content):
    return base64.urlsafe_b64encode(zlib.compress(content)).decode()


@pytest.mark.parametrize(
    "file",
    [
        [],
        {},
        {"playlist": 1, "cards": []},
        {"playlist": "", "cards": {}},
    ],
)
def test_a_file_of_another_form_is_refused(file):
    content = json.dumps(file).encode()
    for read, what in ((read_file, content), (read_link, packed(content))):
        with pytest.raises(ValueError, match="playlist"):
            read(what)


@pytest.mark.parametrize(
    "part",
    [
        7,
        "adam/nonsense",
        "nonsense",
        {},
        {"race": 3},
        {"race": ""},
        {"race": "x" * 5000},
        {"race": "hello"},
        {"race": "https://example.org/"},
        {"race": "?surface=nobody&lane=nobody"},
        {"race": RACES[0], "claim": 4},
        {"race": RACES[0], "claim": "x" * 201},
        {"race": RACES[0], "answers": "abc"},
        {"race": RACES[0], "answers": ["a"] * 4},
        {"race": RACES[0], "answers": [1]},
        {"race": RACES[0], "right": 1},
        {"race": RACES[0], "right": True},
        {"race": RACES[0], "right": "1"},
        {"race": RACES[0], "math": ["{" * 300]},
        {"race": RACES[0], "math": [r"\input{x}"]},
        {"race": RACES[0], "math": ["x^"]},
        {"race": RACES[0], "math": ["x", "y", "z"]},
    ],
)
def test_a_card_that_cannot_be_used_is_left_out_and_named(part):
    file = {"playlist": "Mine", "cards": ["adam/momentum", part]}
    found, (said,) = read_file(json.dumps(file).encode())
    assert found == Playlist("Mine", (Taken("adam", "momentum"),))
    assert said.endswith("card 2 was left out.")


def test_sizes_are_bounded():
    many = {"playlist": "", "cards": ["adam/momentum"] * (MAX_CARDS + 5)}
    found, (said,) = read_file(json.dumps(many).encode())
    assert len(found.cards) == MAX_CARDS
    assert str(MAX_CARDS) in said
    with pytest.raises(ValueError, match="MB"):
        read_file(b" " * (MAX_BYTES + 1))
    with pytest.raises(ValueError, match="whole link"):
        read_link(packed(b" " * (50 * MAX_BYTES)))  # small as it is packed
    varied = [Own(RACES[0], words="".join(chr(i * 397 + j) for j in range(300))) for i in range(30)]
    with pytest.raises(ValueError, match=str(MAX_LINK)):
        write_link(Playlist("", tuple(varied)))


def test_text_is_text():
    each = Own(
        RACES[0],
        claim=HOSTILE,
        words=HOSTILE,
        question=HOSTILE,
        result=HOSTILE,
        answers=("<b>", "{x}"),
        right=2,
        math=(r"\mathit{<script>} + \mathrm{<b>} + \text{<i>}", r"x < y"),
    )
    lesson = Playlist(HOSTILE[:80], (each,)).lesson
    measured = measured_on(RACES[0])
    told = shown(lesson, lesson.cards[0], measured, measured)
    assert text(told["claim"]) == each.claim
    assert text(told["words"]) == each.words
    assert text(told["result"]) == f"The answer: {{x}}. {each.result}"
    assert "\x00" not in each.claim
    assert "<script" not in "".join(told["math"])
    assert "<b>" not in "".join(told["math"])
    json.dumps(told, ensure_ascii=False).encode()


def test_an_own_card_needs_only_a_race():
    (its,) = Playlist("", (Own(LINK),)).lesson.cards
    assert its.race == Experiment.from_query(RACES[0]).to_query()
    assert its.claim == "Adam on Beale"


def test_cards_of_lessons_bring_their_sources_and_keep_their_claims():
    taken = (
        Taken("saddle", "noise-helps"),
        Taken("adam", "momentum"),
        Taken("saddle", "your-turn"),
    )
    lesson = Playlist("Mixed", taken).lesson
    assert [each.key for each in lesson.cards] == ["1", "2", "3"]
    assert set(LESSONS["saddle"].sources) <= set(lesson.sources)
    assert LESSONS["adam"].not_shown in lesson.not_shown
    assert lesson.cards[1].holds is LESSONS["adam"].cards[1].holds


def test_a_teacher_makes_a_playlist_and_it_is_played():
    page = visit()
    page.button(key="make-list").click().run()
    page.text_input(key="list-title").set_value("Monday <b>").run()
    page.text_input(key="list-paste").set_value(LINK).run()
    page.button(key="list-add-race").click().run()
    assert page.text_input(key="list-paste").value == ""
    page.text_input(key="list-1-question").set_value("Who?").run()
    page.text_input(key="list-1-answers-0").set_value("Adam").run()
    page.text_input(key="list-1-answers-2").set_value("SGD").run()
    page.selectbox(key="list-1-right").set_value(3).run()
    page.text_input(key="list-1-math-0").set_value(r"\nonsense").run()
    assert "left out" in page.warning[0].value
    assert page.text_input(key="list-1-math-0").value == r"\nonsense"
    page.text_input(key="list-1-math-0").set_value("x^2").run()
    page.text_input(key="list-paste").set_value("/learn?lesson=saddle&card=your-turn").run()
    page.button(key="list-add-race").click().run()
    page.selectbox(key="list-pick").set_value(("adam", "momentum")).run()
    page.button(key="list-up-3").click().run()
    page.button(key="list-remove-2").click().run()
    page.button(key="list-undo").click().run()
    wanted = Playlist(
        "Monday <b>",
        (
            Own(LINK, question="Who?", answers=("Adam", "SGD"), right=2, math=("x^2",)),
            Taken("adam", "momentum"),
            Taken("saddle", "your-turn"),
        ),
    )
    code = write_link(wanted)
    assert page.query_params == {"playlist": code, "edit": "1"}
    assert page.code[0].value.endswith(f"?playlist={code}")
    offered = [button.label for button in page.download_button]
    assert offered == ["Download the file", "Download it as a page", "SCORM package"]
    page.button(key="list-play").click().run()
    assert not page.exception
    assert page.query_params == {"playlist": code, "card": "1"}
    given = card(page)
    assert given["lesson"] == "Monday <b>"
    assert given["cards"] == ["1", "2", "3"]
    assert given["home"] == "Back to the editor"
    assert [answer for answer, _ in given["guess"]["answers"]] == ["Adam", "SGD"]


def test_a_playlist_from_a_link_is_played_and_its_goal_pursued_on_the_races_page():
    code = write_link(Playlist("", (Own(RACES[0]), Taken("saddle", "your-turn"))))
    page = visit(playlist=code, card="2", teach="1")
    assert card(page)["home"] == "All lessons"
    assert card(page)["address"] == {"playlist": code, "card": "2"}
    send(page, "leave", True)
    assert "Not yet" in " ".join(each.value for each in page.markdown)
    page.button(key="back-to-card").click().run()
    assert card(page)["place"] == 1
    turn(page, "1")
    assert page.query_params["playlist"] == code
    turn(page, "")
    assert page.query_params == {}


def test_a_link_is_a_race_whatever_else_stands_in_it():
    opening = Experiment().to_query()
    assert Own(race=f"{opening}&utm=1&foo=2").race == opening
    with pytest.raises(Refusal, match="is not"):
        Own(race="steps=400&lane=nobody")


def test_what_cannot_be_opened_is_named_and_loses_nothing():
    page = visit(playlist="nonsense")
    assert "cannot be read" in page.warning[0].value
    assert page.button
    page.button(key="make-list").click().run()
    page.text_input(key="list-paste").set_value("/learn?lesson=saddle").run()
    page.button(key="list-add-race").click().run()
    before = page.query_params["playlist"]
    page.text_input(key="list-paste").set_value("/learn?lesson=nonsense").run()
    page.button(key="list-add-race").click().run()
    assert "nonsense" in page.warning[0].value
    assert page.text_input(key="list-paste").value == "/learn?lesson=nonsense"
    page.text_input(key="list-paste").set_value("<b>no link</b>").run()
    page.button(key="list-add-race").click().run()
    assert "must be a link to a race" in page.warning[0].value
    assert page.query_params["playlist"] == before
    page.file_uploader(key="list-open").upload("x.json", b"{}", "application/json").run()
    assert "stay as they were" in page.warning[0].value
    assert page.query_params["playlist"] == before
    other = Playlist("Other", (Own(RACES[1]),))
    file = write_file(other).encode()
    page.file_uploader(key="list-open").upload("y.json", file, "application/json").run()
    assert page.query_params["playlist"] == write_link(other)
    page.button(key="list-undo").click().run()
    assert page.query_params["playlist"] == before


def test_the_editor_opens_from_a_link():
    code = write_link(Playlist("Mine", (Own(RACES[0]), Taken("adam", "momentum"))))
    page = visit(playlist=code, edit="1")
    assert page.text_input(key="list-title").value == "Mine"
    assert page.code[0].value.endswith(code)
