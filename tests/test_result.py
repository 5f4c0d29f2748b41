"""Results: a code that is handed in says what its races say when they are run again."""

import base64
import random
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from test_learn_page import SCRIPT, send, turn, visit

from app_pages.exercise import Learning
from experiment import Experiment
from experiment.told import Measured
from lessons import LESSONS, Choice, Flag
from lessons.lesson import measured_on
from lessons.result import Did, Result, checked, read_codes, rows, write_code
from lessons.shown import reasons

ADAM = LESSONS["saddle"]
texts = st.text(max_size=30)
dids = st.builds(
    Did,
    guess=st.text(alphabet="0123456789,.-e", max_size=20),
    reason=st.integers(0, 5),
    tried=st.lists(st.integers(0, 9), unique=True).map(lambda each: tuple(sorted(each))),
    solved=st.sampled_from(["", *(c.goal.solution for c in ADAM.cards if c.goal)]),
    helped=st.booleans(),
)


def measure(experiment):
    return measured_on(experiment.to_query())


def everything_right(lesson, **other):
    """What one does who guesses everything and solves everything."""
    cards = {}
    for card in lesson.cards:
        measured = measured_on(card.race)
        guess = ""
        if isinstance(card.guess, Choice):
            guess = str(card.guess.right(measured) + 1)
        elif isinstance(card.guess, Flag):
            guess = "{:.4g},{:.4g}".format(*card.guess.place(measured))
        given = card.why.reasons if card.why else ()
        reason = next((i for i, each in enumerate(given, 1) if not each.against), 0)
        solved = card.goal.solution if card.goal else ""
        cards[card.key] = Did(guess, reason, tuple(range(len(card.tries))), solved)
    return Result(lesson.key, cards | other)


def packed(text):
    body = base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")
    return f"DL1:{body}:{zlib.crc32(body.encode()):08x}"


@given(st.dictionaries(st.sampled_from([c.key for c in ADAM.cards]), dids), texts)
def test_a_code_says_what_was_done(cards, name):
    (found,), refused = read_codes(write_code(Result("saddle", cards, name)))
    assert not refused
    assert (found.lesson, found.cards) == ("saddle", cards)
    again = write_code(found)
    assert read_codes(again)[0] == (found,)


def test_a_code_is_found_in_a_mail_that_quotes_and_breaks_it():
    code = write_code(everything_right(ADAM))
    lines = [code[i : i + 40] for i in range(0, len(code), 40)]
    for between in ("\n", "\r\n> ", "=\n", " ", "\u200b", "\n| ", "\u202e"):
        mail = f"Hello,\n“{between.join(lines)}” is mine: DL1\nYours; A"
        assert read_codes(mail) == read_codes(code)
    twice, refused = read_codes(code + "\n" + code)
    assert (len(twice), refused) == (1, ())
    other = write_code(replace(everything_right(ADAM), sign="B"))
    assert len(read_codes(code + other)[0]) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (write_code(Result("saddle", {}))[:-3], "is not whole: ask for it again"),
        (write_code(Result("saddle", {})).replace(":", ":A", 2), "is not whole"),
        (packed('["a","b",{"c":["",1e400,[],"",0]},""]'), "is no result of a lesson"),
        (packed("[[[["), "is no result of a lesson"),
        ("D\nL1:abc:00000000", "is not whole"),
        ("nothing at all", "There is no code in this text"),
        (" ", ""),
    ],
)
def test_what_is_no_code_is_said_and_the_others_are_read(text, words):
    results, refused = read_codes(text)
    assert words in " ".join(refused)
    assert bool(refused) == bool(words)
    good = write_code(Result("adam", {}, "B"))
    results, _ = read_codes(f"{good}\n{text}\n{good}")
    assert [each.name for each in results if each.name == "B"] == ["B"]


def test_of_many_that_are_broken_the_first_are_named_by_their_places():
    codes = [write_code(Result("saddle", {}, f"Pupil {n}")) for n in range(30)]
    results, refused = read_codes(
        "\n".join(code if n % 3 else f"{code[:-9]}:!" for n, code in enumerate(codes))
    )
    assert len(results) == 20
    assert [said.split(",")[0] for said in refused[:3]] == [
        "Code 1 of 30",
        "Code 4 of 30",
        "Code 7 of 30",
    ]
    results, refused = read_codes("DL1: " * 100)
    assert not results
    assert len(refused) == 11
    assert refused[-1] == "90 more codes cannot be used."


def test_a_code_that_is_changed_anywhere_is_no_code():
    rng = random.Random(1)
    code = write_code(everything_right(ADAM))
    for _ in range(300):
        at = rng.randrange(4, len(code) - 1)
        other = code[:at] + rng.choice("ABCxyz0189:;<") + code[at + 1 :]
        results, refused = read_codes(other)
        same = other.lower()[-8:] == code[-8:] and other[:-8] == code[:-8]
        assert same or (refused and not results)


@pytest.mark.parametrize("key", LESSONS)
def test_who_guesses_and_solves_all_is_told_so_by_the_races(key):
    lesson = LESSONS[key]
    (found,), _ = read_codes(write_code(everything_right(lesson)))
    for each in checked(lesson, found, measure):
        assert each.right is (True if isinstance(each.card.guess, Choice) else None)
        assert (each.far < 0.01) == isinstance(each.card.guess, Flag)
        assert each.reason is (True if each.card.why else None)
        assert each.solved is (True if each.card.goal else None)
        assert each.tried == len(each.card.tries)


def test_what_is_not_so_is_not_believed():
    card = next(c for c in ADAM.cards if c.goal)
    choice = next(c for c in ADAM.cards if isinstance(c.guess, Choice))
    wrong = (choice.guess.right(measured_on(choice.race)) + 1) % len(choice.guess.answers) + 1
    claimed = Result(
        "saddle",
        {
            card.key: Did(solved=card.race),
            choice.key: Did(guess=str(wrong), reason=99, tried=(77,)),
            "no-such-card": Did(guess="1"),
        },
    )
    told = {each.card.key: each for each in checked(ADAM, claimed, measure)}
    assert told[card.key].solved is False
    assert told[choice.key].right is False
    assert (told[choice.key].reason, told[choice.key].tried) == (None, 0)
    other = card.goal.solution.replace("steps=", "steps=9")
    elsewhere = Result("saddle", {card.key: Did(solved=other)})
    assert not any(each.solved for each in checked(ADAM, elsewhere, measure))


def test_the_table_keeps_a_name_from_being_a_formula():
    result = Result("saddle", {}, "=1+1")
    table = rows(ADAM, [(result, checked(ADAM, result, measure))])
    assert table[1][0] == "'=1+1"
    assert {len(line) for line in table} == {len(table[0])}


def learning(page):
    return page.session_state.session.remembered[Learning]


def shown(page):
    return " ".join(each.proto.body for each in page.get("html"))


def test_at_the_end_of_a_lesson_there_is_what_was_done_and_its_code():
    page = visit(lesson="saddle")
    first, second, *_ = ADAM.cards
    reason = next(i for i, each in enumerate(reasons(first.why)) if not each.against)
    send(page, "try", 0)
    turn(page, second.key, "0.5,0.5", reason)
    turn(page, None, "3", None)
    assert page.query_params["done"] == ["1"] or page.query_params["done"] == "1"
    page.text_input(key="result-name").set_value("Ada").run()
    (code,) = (each.value for each in page.code)
    (found,), refused = read_codes(code)
    assert not refused
    assert found.name == "Ada"
    assert found.cards[first.key].guess == "0.5,0.5"
    assert found.cards[first.key].tried == (0,)
    assert not first.why.reasons[found.cards[first.key].reason - 1].against
    assert found.cards[second.key].guess == "3"
    assert "Who leaves the saddle first?" in shown(page)


def test_a_solved_goal_is_noted_and_one_whose_solution_was_opened_says_so():
    card = next(c for c in ADAM.cards if c.goal)
    page = visit(lesson="saddle", card=card.key)
    send(page, "solve", True)
    noted = learning(page).did["saddle", card.key]
    assert noted.helped
    solved = Measured(Experiment.from_query(noted.solved), measured_on(noted.solved).trajectories)
    assert card.solved(solved)


def test_a_class_is_told_from_its_codes():
    page = AppTest.from_string(SCRIPT, default_timeout=60)
    page.query_params["check"] = "1"
    page.run()
    whole = everything_right(ADAM)
    codes = [write_code(Result("saddle", whole.cards, f"P{n}")) for n in range(3)]
    page.text_area(key="handed-in").set_value(
        "\n".join([*codes, "DL1:broken", write_code(Result("nowhere", {}))])
    ).run()
    assert not page.exception
    assert "3 handed in" in page.subheader[0].value
    assert "is not whole" in page.warning[0].value
    assert "One code is of a lesson that is not known here" in page.warning[0].value.replace(
        "\\", ""
    )
    assert all(f"P{n}" in shown(page) for n in range(3))
    assert "★ 3" in shown(page)
