"""Runs of the page take turns, and give them back however they end."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Event

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException
from streamlit.testing.v1 import AppTest

from app_pages import turns as module
from app_pages.session import Session
from app_pages.turns import Turns, turn, turns
from experiment.maps import Basins

PATIENCE = 60  # seconds; only a test that fails waits so long
PAGES = Path(__file__).parent.parent / "app_pages"
TURN = "from app_pages.turns import turn\nimport streamlit as st\nwith turn():\n    "


@pytest.fixture
def others():
    with ThreadPoolExecutor(4) as pool:
        yield pool


def until_waiting(line, many):
    end = time.monotonic() + PATIENCE
    while line.waiting < many:
        assert time.monotonic() < end, "nobody comes"
        time.sleep(0.001)


def is_free(line, others):
    def take():
        with line.take(line.draw()):
            return True

    return others.submit(take).result(PATIENCE)


def test_one_works_at_a_time_and_the_lowest_number_is_next(others):
    line, done = Turns(), []
    numbers = {name: line.draw() for name in ("first", "second", "third")}

    def take(name):
        with line.take(numbers[name]):
            done.append(name)

    with line.take(line.draw()):
        asked = []
        for i, name in enumerate(("third", "first", "second")):
            asked.append(others.submit(take, name))
            until_waiting(line, i + 1)
        assert not done
        with line.take(line.draw()):  # within it, as a fragment of the page does
            pass
        assert not done
    for each in asked:
        each.result(PATIENCE)
    assert done == ["first", "second", "third"]


ENDS = [ValueError(), StopException(), RerunException(RerunData())]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
@pytest.mark.parametrize("aside", [False, True], ids=["within", "aside"])
def test_it_is_given_back_whatever_ends_the_run(others, end, aside):
    line = Turns()
    with (
        pytest.raises(type(end)),
        line.take(line.draw()),
        line.aside() if aside else nullcontext(),
    ):
        raise end
    assert is_free(line, others)


def test_who_steps_aside_lets_others_work_and_has_a_turn_again(others):
    line = Turns()
    with line.take(line.draw()):
        with line.aside():
            assert is_free(line, others)
        asked = others.submit(is_free, line, others)
        until_waiting(line, 1)
    assert asked.result(PATIENCE)


@pytest.mark.parametrize("long", [0.0, float("inf")])
def test_only_who_has_worked_for_long_lets_others_go_first(others, long):
    line, done = Turns(long), []

    def take():
        with line.take(line.draw()):
            done.append("another")

    with line.take(line.draw()):
        asked = others.submit(take)
        until_waiting(line, 1)
        line.let_others()
        done.append("the first")
    asked.result(PATIENCE)
    assert done == (["another", "the first"] if long == 0 else ["the first", "another"])


def test_who_works_aside_waits_while_another_has_the_turn_but_not_for_ever(others):
    patient = Turns(long=PATIENCE)
    with patient.take(patient.draw()):
        asked = others.submit(patient.stay_aside)
        assert not asked.done()
    asked.result(PATIENCE)
    hasty = Turns(long=0)
    with hasty.take(hasty.draw()):
        hasty.stay_aside()


def test_who_stayed_aside_in_vain_works_for_a_while_before_the_next(monkeypatch):
    slept = []
    monkeypatch.setattr(module, "monotonic", lambda: sum(slept))
    monkeypatch.setattr(module, "sleep", slept.append)
    line = Turns(long=1.0)
    with line.take(line.draw()):
        line.stay_aside()
        waited = len(slept)
        assert sum(slept) >= 1.0
        line.stay_aside()
        assert len(slept) == waited
        slept.append(module.SHARE)
        line.stay_aside()
        assert sum(slept[waited + 1 :]) >= 1.0


def test_who_changes_something_while_waiting_starts_anew_in_his_old_place(monkeypatch, others):
    now, changed = Session(), []

    def session():
        if changed and now.number:
            raise changed.pop()
        return now

    monkeypatch.setattr(module, "session", session)
    now.number = number = turns.draw()
    changed.append(RerunException(RerunData()))
    with pytest.raises(RerunException), turn():
        raise AssertionError("the run that is out of date goes on")
    assert now.number == number
    assert is_free(turns, others)
    with turn():
        assert now.number == 0, "the next run draws another"


@pytest.mark.parametrize("end", ["st.stop()", "st.switch_page('x')", "1 / 0", "st.rerun()"])
def test_a_script_gives_its_turn_back(others, end):
    once = "if st.session_state.setdefault('runs', 0) == 0:\n        "
    AppTest.from_string(f"{TURN}{once}st.session_state.runs = 1; {end}").run(timeout=PATIENCE)
    assert is_free(turns, others)


def test_others_have_their_turns_while_a_map_is_worked_out(monkeypatch, others):
    began, may_end = Event(), Event()
    steps = Basins.steps

    def long_steps(a_map, lane):
        began.set()
        assert may_end.wait(PATIENCE)
        return (yield from steps(a_map, lane))

    monkeypatch.setattr(Basins, "steps", long_steps)
    script = TURN + f"st.navigation([st.Page({str(PAGES / 'maps.py')!r})]).run()"
    a_map = AppTest.from_string(script, default_timeout=PATIENCE)
    parts = {"surface": "beale", "lane": "adam(lr=0.1)", "grid": "12", "steps": "30"}
    for key, value in {"kind": "basins", **parts}.items():
        a_map.query_params[key] = value
    asked = others.submit(a_map.run)
    try:
        assert began.wait(PATIENCE)
        assert is_free(turns, others), "a race can be run"
        assert not asked.done()
    finally:
        may_end.set()
    assert not asked.result(PATIENCE).exception
