"""A lesson's package in a course, for which course.js stands in, in a browser without a server."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from driver import DESKTOP, POLICY
from playwright.sync_api import Page, expect

from exports.lesson_package import lesson_package
from lessons import LESSONS, Choice
from lessons.lesson import measured_on as measured_race
from lessons.result import read_codes

COURSE = "http://course.test"
OTHER = "http://other.test"
API = (Path(__file__).parent / "course.js").read_text(encoding="utf-8")

FRAME = '<iframe name="{name}" src="{url}" style="width: 100%; height: 850px; border: 0"></iframe>'


def shell(inside: str, script: str = "") -> str:
    return f"<!doctype html><title>Course</title><script>{script}</script>{inside}"


@pytest.fixture(scope="module")
def lesson():
    """Two cards that ask, and one with a goal."""
    whole = LESSONS["saddle"]
    asking = [card for card in whole.cards if isinstance(card.guess, Choice) and card.why]
    (goal,) = (card for card in whole.cards if card.goal)
    return replace(whole, cards=(*asking[:2], goal))


@pytest.fixture(scope="module")
def package(lesson):
    with zipfile.ZipFile(io.BytesIO(lesson_package(lesson))) as files:
        return {f"/{name}": files.read(name).decode() for name in files.namelist()}


@pytest.fixture
def course(open_tab, package) -> Callable[..., Page]:
    """Opens a course's pages, by their addresses; nothing else may be asked for."""
    strange = []

    def open_(pages: dict[str, str]) -> Page:
        tab = open_tab(anew=True, viewport=DESKTOP, reduced_motion="reduce")

        def answer(route):
            url = route.request.url
            inside = package.get(urlsplit(url).path)
            if url in pages:
                route.fulfill(body=pages[url], content_type="text/html")
            elif inside and url.startswith(COURSE):
                route.fulfill(
                    body=inside,
                    content_type="text/html",
                    headers={"Content-Security-Policy": POLICY},
                )
            else:
                strange.append(url)
                route.abort()

        tab.context.route(re.compile("^http"), answer)
        tab.goto(next(iter(pages)))
        return tab

    yield open_
    assert not strange, strange


HOME = f"{COURSE}/course"
NESTED = {
    HOME: shell(FRAME.format(name="outer", url=f"{COURSE}/outer"), API),
    f"{COURSE}/outer": shell(FRAME.format(name="lesson", url=f"{COURSE}/index.html")),
}


def had(tab, name):
    return tab.evaluate("name => API.had[name]", f"cmi.{name}")


def expect_had(tab, name, value):
    tab.wait_for_function("([name, value]) => API.had[name] === value", arg=[f"cmi.{name}", value])


def answer(frame, card, place=0):
    frame.get_by_role("button", name=card.guess.answers[place].text, exact=True).click()
    expect(frame.locator(".lesson-answer")).to_contain_text("You said ")


def wrong(tab):
    return tab.evaluate("() => API.wrong")


def test_a_course_is_told_what_is_done_and_has_it_again(course, lesson):
    one, two, goal = lesson.cards
    tab = course(NESTED)
    frame = tab.frame_locator("[name=outer]").frame_locator("[name=lesson]")
    expect(frame.locator(".lesson-place")).to_have_text("1 of 3")
    expect_had(tab, "core.lesson_status", "incomplete")
    expect_had(tab, "core.score.raw", "0")
    wrong_place = next(
        i for i in range(len(one.guess.answers)) if i != one.guess.right(measured(one))
    )
    answer(frame, one, wrong_place)
    expect_had(tab, "core.score.raw", "33")  # a guess that is wrong counts as any
    frame.get_by_role("button", name="Why?", exact=True).click()
    frame.get_by_role("button", name=one.why.reasons[1].text, exact=True).click()
    frame.get_by_role("button", name="Try it", exact=True).click()
    frame.get_by_role("button", name=one.tries[0].label, exact=True).click()
    frame.get_by_role("button", name="Next", exact=True).click()
    expect(frame.locator(".lesson-place")).to_have_text("2 of 3")
    expect_had(tab, "core.lesson_location", two.key)

    # The person goes, and comes back.
    tab.frame("outer").evaluate("() => document.querySelector('iframe').remove()")
    tab.wait_for_function("() => API.state === 'ended'")
    assert had(tab, "core.exit") == "suspend"
    assert re.fullmatch(r"0000:\d\d:\d\d", had(tab, "core.session_time"))
    tab.frame("outer").evaluate(
        "url => document.body.append(Object.assign(document.createElement('iframe'),"
        " { name: 'lesson', src: url, style: 'width: 100%; height: 850px; border: 0' }))",
        f"{COURSE}/index.html",
    )
    expect(frame.locator(".lesson-place")).to_have_text("2 of 3")
    expect_had(tab, "core.score.raw", "33")
    frame.get_by_role("button", name="Just show me").click()
    frame.get_by_role("button", name="Next", exact=True).click()
    for _ in goal.goal.hints:
        frame.get_by_role("button", name=re.compile("hint")).click()
    frame.get_by_role("button", name="Show a solution").click()
    expect(frame.locator(".lesson-answer")).to_have_text("Reached.")
    frame.get_by_role("button", name="Done", exact=True).click()
    expect(frame.locator(".over-sum")).to_have_text("You have done 1 of 3 cards.")
    expect(frame.locator(".over-taken")).to_have_text("The course has your result: 33 of 100.")
    expect_had(tab, "core.lesson_status", "completed")

    # What is kept is what a person hands in.
    code = frame.get_by_label("To hand it in").input_value()
    expect_had(tab, "suspend_data", code)
    (result,), refused = read_codes(code)
    assert refused == ()
    assert result.lesson == lesson.key
    did = result.cards
    assert list(did) == [one.key, two.key, goal.key]
    assert (did[one.key].guess, did[one.key].reason) == (str(wrong_place + 1), 2)
    assert did[one.key].tried == (0,)
    assert did[two.key].guess == ""
    assert did[goal.key].helped
    assert goal.solved(measured_race(did[goal.key].solved))
    assert wrong(tab) == []


def test_a_course_whose_window_opened_the_lesson_is_found(course, lesson):
    tab = course({HOME: shell("", API)})
    with tab.context.expect_page() as opened:
        tab.evaluate("url => void window.open(url)", f"{COURSE}/index.html")
    expect(opened.value.locator(".lesson-place")).to_have_text("1 of 3")
    expect_had(tab, "core.lesson_location", lesson.cards[0].key)
    opened.value.close(run_before_unload=True)
    tab.wait_for_function("() => API.state === 'ended'")
    assert wrong(tab) == []


def test_a_frame_of_another_origin_does_not_hide_the_course(course):
    tab = course(
        {
            HOME: shell(FRAME.format(name="outer", url=f"{OTHER}/outer"), API),
            f"{OTHER}/outer": shell(FRAME.format(name="lesson", url=f"{COURSE}/index.html")),
        }
    )
    expect_had(tab, "core.lesson_status", "incomplete")
    assert wrong(tab) == []


def test_a_judgement_of_the_courses_own_stays(course, lesson):
    judged = API + 'API.had["cmi.core.lesson_status"] = "passed";'
    tab = course({**NESTED, HOME: NESTED[HOME].replace(API, judged)})
    expect_had(tab, "core.lesson_location", lesson.cards[0].key)
    frame = tab.frame_locator("[name=outer]").frame_locator("[name=lesson]")
    answer(frame, lesson.cards[0])
    expect_had(tab, "core.score.raw", "33")
    assert had(tab, "core.lesson_status") == "passed"


def test_a_course_that_takes_nothing_is_said_to(course, lesson):
    refusing = API + "API.LMSInitialize = () => 'false';"
    tab = course({**NESTED, HOME: NESTED[HOME].replace(API, refusing)})
    frame = tab.frame_locator("[name=outer]").frame_locator("[name=lesson]")
    for n in range(len(lesson.cards)):
        expect(frame.locator(".lesson-place")).to_have_text(f"{n + 1} of 3")
        frame.get_by_role("button", name=re.compile("^(Next|Done)$")).click()
    expect(frame.locator(".over-taken")).to_have_text(
        "The course has not taken your result: hand in the code."
    )
    assert tab.evaluate("() => API.said") == []


def test_a_course_in_which_it_is_only_looked_at_is_told_nothing(course, lesson):
    looking = API + 'API.had["cmi.core.lesson_mode"] = "review";'
    tab = course({**NESTED, HOME: NESTED[HOME].replace(API, looking)})
    frame = tab.frame_locator("[name=outer]").frame_locator("[name=lesson]")
    answer(frame, lesson.cards[0])
    for n in range(len(lesson.cards)):
        expect(frame.locator(".lesson-place")).to_have_text(f"{n + 1} of 3")
        frame.get_by_role("button", name=re.compile("^(Next|Done)$")).click()
    expect(frame.locator(".over-sum")).to_have_text("You have done 1 of 3 cards.")
    expect(frame.locator(".over-taken")).to_be_empty()
    asked = tab.evaluate("() => API.said.map(([name]) => name)")
    assert set(asked) == {"LMSInitialize", "LMSGetValue"}


@pytest.mark.parametrize("around", ["", "window.API = 'of something else'"], ids=["none", "other"])
def test_without_a_course_the_lesson_works_and_says_nothing_of_one(course, lesson, around):
    tab = course({HOME: shell(FRAME.format(name="lesson", url=f"{COURSE}/index.html"), around)})
    frame = tab.frame_locator("[name=lesson]")
    answer(frame, lesson.cards[0])
    frame.get_by_role("button", name="Next", exact=True).click()
    frame.get_by_role("button", name="Next", exact=True).click()
    frame.get_by_role("button", name="Done", exact=True).click()
    expect(frame.locator(".over-sum")).to_have_text("You have done 1 of 3 cards.")
    expect(frame.locator(".over-taken")).to_be_empty()


def measured(card):
    return measured_race(card.race)
