"""A whole lesson as people go through it: with a mouse, with a finger, and by the keyboard."""

import re

from driver import AT_REST, LITTLE, PATIENCE, PHONE
from playwright.sync_api import expect
from test_access import violations

from lessons import LESSONS, Choice, Flag
from lessons.lesson import measured_on
from lessons.result import Did, Result, checked, read_codes, write_code
from lessons.shown import prose

LESSON = LESSONS["saddle"]  # asks for a place, for words and for a goal, on short races


def plain(text):
    return "".join(piece[0] for piece in prose(text))


class Pupil:
    """Someone who goes through a lesson; `press` is how they press what has a name."""

    def __init__(self, page, press):
        self.page = page
        self.press = press

    def button(self, name):
        return self.page.locator(".lesson").get_by_role("button", name=name, exact=True)

    def go_through(self, lesson):
        self.page.get_by_role("link", name="Learn", exact=True).locator("visible=true").click()
        self.page.get_by_role("button", name=lesson.title, exact=True).click()
        for place, card in enumerate(lesson.cards, 1):
            expect(self.page.locator(".lesson-place")).to_have_text(
                f"{place} of {len(lesson.cards)}"
            )
            self.page.wait_for_selector(".lesson .race.is-ready")
            if card.goal:
                self.solve()
            else:
                self.guess(card)
            self.press("Next" if place < len(lesson.cards) else "Done")
        self.hand_in(lesson)

    def code(self):
        """What stands at the end."""
        code = self.page.locator("[data-testid=stCode]")
        code.wait_for()
        return code.inner_text()

    def hand_in(self, lesson):
        """The code at the end, as a teacher reads it."""
        (found,), refused = read_codes(self.code())
        assert not refused
        told = checked(lesson, found, lambda race: measured_on(race.to_query()))
        assert all(each.guess for each in told if each.card.guess)
        assert all(each.solved for each in told if each.card.goal)
        self.page.get_by_role("button", name="All lessons", exact=True).click()
        self.page.get_by_role("heading", name="Learn", exact=True).wait_for()

    def guess(self, card):
        """A guess, which may be wrong, the answer, its reason, and what changes it."""
        page, result = self.page, plain(measured_on(card.race).told(card.result))
        answer = page.locator(".lesson-answer")
        if card.guess:
            expect(page.locator(".race-play")).to_have_attribute("aria-label", "Guess first")
            page.locator(".race-play").click()
            expect(page.locator(".race-step")).to_have_text(re.compile(r"^0 / "))
            assert not page.locator(".race-contour figcaption").inner_text()
        if isinstance(card.guess, Choice):
            said = "You said "
            self.press(card.guess.answers[0].label)
            page.wait_for_function("() => location.search.endsWith('&guess=1')")
        elif isinstance(card.guess, Flag):
            said = "Your flag was "
            self.put_flag()
        else:
            said = ""
            self.press("Show me")
        self.press("To the end")
        expect(answer).to_have_text(re.compile(f"^{said}.*{re.escape(result)}$"))
        assert page.locator(".lesson-said").inner_text() == answer.inner_text()
        expect(page.locator(".race-contour figcaption")).not_to_be_empty()
        if card.why:
            for reason in card.why.reasons:
                self.press(reason.text)
                expect(page.locator(".lesson-against")).to_have_text(
                    reason.against or "That is why."
                )
        if card.tries:
            tried = card.tries[0]
            if card.why:
                self.press("Try it")
            self.press(tried.label)
            page.evaluate(AT_REST, PATIENCE)  # or the race before it would be sent to its end
            self.press("To the end")
            see = plain(measured_on(tried.race).told(tried.see))
            expect(page.locator(".lesson-below")).to_contain_text(see)
            self.press("As it was")
            expect(self.button("As it was")).to_be_hidden()

    def put_flag(self):
        self.press("use the arrow keys")
        self.page.keyboard.press("ArrowUp")
        self.page.keyboard.press("Enter")

    def solve(self):
        for hint in ("A hint", "Another hint", "Another hint"):
            self.press(hint)
        self.press("Show a solution")
        expect(self.page.locator(".lesson-answer")).to_have_text("Reached.")


def test_a_lesson_with_the_mouse_never_scrolls_at_1366_by_650(open_race):
    race = open_race(LITTLE, at_end=False, viewport={"width": 1366, "height": 650})
    page = race.page
    main = "document.querySelector('[data-testid=stMain]')"

    def press(name):
        pupil.button(name).click()
        assert page.evaluate(f"{main}.scrollHeight <= {main}.clientHeight"), name

    pupil = Pupil(page, press)
    pupil.go_through(LESSON)
    page.go_back()
    page.locator("[data-testid=stCode]").wait_for()
    page.go_back()
    page.wait_for_selector(".lesson .race.is-ready")
    expect(page.locator(".lesson-place")).to_have_text(re.compile(rf"^{len(LESSON.cards)} of "))


def test_an_answer_stands_where_it_was_asked_for_on_a_card_that_has_to_shrink(open_race):
    card = LESSONS["momentum"].cards[1]
    race = open_race(LITTLE, at_end=False, viewport={"width": 1366, "height": 650})
    page, turn = race.page, race.page.locator(".lesson-turn")
    page.goto(f"{race.address}/learn?lesson=momentum&card={card.key}")
    page.wait_for_selector(".lesson .race.is-ready")
    race.settle()
    asked = turn.bounding_box()["y"]
    pupil = Pupil(page, lambda name: pupil.button(name).click())
    pupil.guess(card)
    assert turn.evaluate("part => getComputedStyle(part).zoom") < "1"
    assert turn.bounding_box()["y"] == asked
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight")


def test_a_lesson_with_a_finger_has_room_for_it(open_race):
    page = open_race(LITTLE, at_end=False, **PHONE).page

    def press(name):
        if name == "To the end":  # a short transport has none
            page.keyboard.press("End")
            return
        button = pupil.button(name)
        assert button.bounding_box()["height"] >= (44 if name in answers else 20)
        button.tap()
        assert page.evaluate("document.documentElement.scrollWidth") == 390

    answers = {
        answer.label
        for card in LESSON.cards
        if isinstance(card.guess, Choice)
        for answer in card.guess.answers
    }
    pupil = Pupil(page, press)
    pupil.go_through(LESSON)


def test_a_lesson_by_the_keyboard_without_motion_violates_nothing(open_race):
    page = open_race(LITTLE, at_end=False, reduced_motion="reduce").page
    named = """name => {
      const { activeElement: e } = document;
      return (e.ariaLabel ?? e.textContent).trim() === name && Boolean(e.closest(".lesson"));
    }"""

    def press(name):
        if name == "To the end":
            page.keyboard.press("Escape")
            return  # without motion it is there already
        for _ in range(80):
            if page.evaluate(named, name):
                break
            page.keyboard.press("Tab")
        assert page.evaluate(named, name), name
        if name in ("As it was", "A hint", "Next"):
            found = violations(page)
            assert found == [], "\n".join([name, *found])
        page.keyboard.press("Enter")

    Pupil(page, press).go_through(LESSON)


def test_thirty_codes_of_a_class_become_its_tables(open_race):
    race = open_race(LITTLE, at_end=False, reduced_motion="reduce")
    page = race.page
    pupil = Pupil(page, lambda name: pupil.button(name).click())
    _, choice, other, goal = LESSON.cards
    page.goto(f"{race.address}/learn?lesson={LESSON.key}")
    page.wait_for_selector(".lesson .race.is-ready")
    pupil.put_flag()
    pupil.press("Next")
    for card, answer in ((choice, 2), (other, 0)):
        expect(pupil.button("Just show me")).to_be_visible()
        pupil.press(card.guess.answers[answer].label)
        pupil.press(card.why.reasons[0].text)
        pupil.press("Next")
    pupil.solve()
    pupil.press("Done")
    page.get_by_label("Your name, if it is asked for").fill("Ada")
    page.keyboard.press("Enter")
    race.settle()
    codes = [pupil.code()]
    for n in range(1, 30):
        cards = {choice.key: Did(guess="3" if n > 10 else "1", tried=(0,)), goal.key: Did()}
        codes.append(write_code(Result(LESSON.key, cards, f"Pupil {n}", sign=str(n))))

    page.goto(f"{race.address}/learn?check=1")
    page.get_by_label("Codes").fill("Dear teacher,\n> " + "\n\n".join(codes))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"{LESSON.title}: 30 handed in")).to_be_visible()
    people, cards = (each.locator("tbody tr") for each in page.locator(".table").all())
    assert people.count() == 30
    assert [each.split("\t") for each in people.all_inner_texts()][:2] == [
        ["Ada", "1 of 2, and 1 flag", "2 of 2", "0", "1 of 1, 1 with the solution"],
        ["Pupil 1", "0 of 1", "0 of 0", "1", "0 of 1"],
    ]
    told = [each.split("\t") for each in cards.all_inner_texts()]
    assert told[0][1].startswith("a flag, within ")
    assert told[1][1:] == ["Adam ★ 20, SGD 10", "1 of 1", ""]
    assert told[2][1:] == [f"{other.guess.answers[0].label} 1", "1 of 1", ""]
    assert told[3][1:] == ["", "", "1 of 30"]


def test_a_class_is_taught_by_the_keys_in_type_that_is_larger(open_race):
    race = open_race(LITTLE, at_end=False, viewport={"width": 1920, "height": 1080})
    page, card = race.page, LESSON.cards[1]
    sizes = """() => {
      const card = document.querySelector(".lesson-card"), fit = getComputedStyle(card).zoom;
      return [...card.querySelectorAll(".lesson-heading, .lesson-words, .lesson-answers button")]
        .map(e => parseFloat(getComputedStyle(e).fontSize) * fit);
    }"""
    black = "() => getComputedStyle(document.querySelector('.lesson'), '::after').backgroundColor"

    def open_card(rest=""):
        page.goto(f"{race.address}/learn?lesson={LESSON.key}&card={card.key}{rest}")
        page.wait_for_selector(".lesson .race.is-ready")
        race.settle()
        return page.evaluate(sizes)

    usual = open_card()
    taught = open_card("&teach=1")
    assert [round(large / small, 2) for large, small in zip(taught, usual, strict=True)] == [
        1.6
    ] * len(usual)
    for key in ("b", "."):
        page.keyboard.press(key)
        assert page.evaluate(black) == "rgb(0, 0, 0)"
        page.keyboard.press(key)
        assert page.evaluate(black) != "rgb(0, 0, 0)"
    third = page.locator(".lesson-answers button").nth(2)
    page.keyboard.press("3")
    expect(third).to_have_class(re.compile("is-marked"))
    page.keyboard.press("PageDown")
    expect(page.locator(".lesson-answer")).to_have_text("You said Adam.")
    page.keyboard.press("PageDown")
    result = plain(measured_on(card.race).told(card.result))
    expect(page.locator(".lesson-answer")).to_have_text(f"You said Adam. {result}")
    for name in ("Why?", "Try it"):
        button = page.locator(".lesson").get_by_role("button", name=name, exact=True)
        button.click()
        expect(page.locator(".lesson-claim")).to_be_hidden()
        for part in (".lesson-card", ".lesson-turn"):
            assert page.locator(part).evaluate("part => getComputedStyle(part).zoom") == "1"
        button.click()
        expect(page.locator(".lesson-claim")).to_be_visible()
    page.set_viewport_size({"width": 1366, "height": 768})
    race.settle()
    end = "() => document.querySelector('.race-inspect').getBoundingClientRect().right - innerWidth"
    assert page.evaluate(end) <= 0
    page.keyboard.press("PageDown")
    expect(page.locator(".lesson-place")).to_have_text(re.compile("^3 of "))
    page.keyboard.press("PageUp")
    expect(page.locator(".lesson-place")).to_have_text(re.compile("^2 of "))
    assert page.url.endswith("&teach=1")


def test_no_axis_loses_a_letter_of_its_title_in_large_type(open_race):
    race = open_race(LITTLE, at_end=False, viewport={"width": 1440, "height": 900})
    card = LESSONS["edge_of_stability"].cards[1]
    race.page.goto(f"{race.address}/learn?lesson=edge_of_stability&card={card.key}&teach=1")
    race.page.wait_for_selector(".lesson .race.is-ready")
    race.settle()
    title = race.page.locator(".race-loss .ytitle")
    expect(title).to_have_text("largest curvature")
    inner, outer = title.bounding_box(), race.page.locator(".race-loss").bounding_box()
    assert inner["y"] >= outer["y"]
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def test_a_teachers_playlist_makes_the_round_trip(open_race, tmp_path):
    page = open_race(LITTLE, at_end=False, color_scheme="dark").page

    def press(name):
        page.get_by_role("button", name=name, exact=True).click()

    def fill(label, text):
        field, was = page.get_by_label(label, exact=True), page.url
        field.fill(text)
        field.press("Enter")
        page.wait_for_function("was => location.href !== was", arg=was)  # it holds the text
        page.wait_for_function("() => !document.querySelector('[data-stale=true]')")

    page.get_by_role("link", name="Learn", exact=True).locator("visible=true").click()
    press("Make a lesson of your own")
    page.get_by_label("Paste the link of a race, or of a lesson’s card").fill(
        f"{page.url.split('/learn')[0]}/?{LITTLE}"
    )
    press("Add it")
    page.get_by_label("Question before the race", exact=True).wait_for()
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    fill("Title", "<b>Monday</b>")
    fill("Question before the race", "Does <i>it</i> move?")
    fill("Answer 1", "Yes")
    fill("Answer 2", "No")
    fill("What is said after the race", "It has moved.")
    page.get_by_text("Link, which has the whole list").wait_for()
    assert violations(page) == []
    with page.expect_download() as taken:
        press("Download the file")
    file = tmp_path / "playlist.json"
    taken.value.save_as(file)
    link = page.locator("code", has_text="playlist=").inner_text()
    press("Play it")
    page.wait_for_selector(".lesson .race.is-ready")
    expect(page.locator(".lesson-title")).to_have_text("<b>Monday</b>")
    expect(page.locator(".lesson-heading")).to_have_text("Does <i>it</i> move?")
    page.locator(".lesson").get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator(".lesson-answer")).to_have_text("You said Yes. It has moved.")
    assert page.url == f"{link}&card=1&guess=1"

    page.locator(".lesson").get_by_role("button", name="Back to the editor").click()
    press("Remove")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("code", has_text="playlist=")).to_have_text(link)
    expect(page.get_by_text("Does <i>it</i> move?")).to_be_visible()
