"""Lessons: what is claimed is guessed, then seen on its race, and then varied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from app_pages.controls import escape, warn
from app_pages.exercise import Changed, Learning
from app_pages.pictures import prepare, run_lanes, varied_lane
from app_pages.session import as_it_was, remembered
from experiment import Experiment, verdict
from experiment.told import Measured
from figures.race import race_figures
from figures.style import axis_name
from lessons import LESSONS, Card, Lesson
from lessons.shown import shown, sliders
from settings import Setting
from surfaces import Surface
from viewer import inspected, lesson_card, titled

PLAYER = "lesson"
RACE_PAGE = Path(__file__).with_name("race.py")
SNIPPET = """<iframe src="https://…/learn?lesson={key}&embed=true"
  width="100%" height="720" style="border: 0" allow="fullscreen; clipboard-write"
  title="{title}, a lesson of Descent Lab"></iframe>"""


def page() -> None:
    """The card that the address names, or the list of lessons."""
    lesson, card = _asked()
    if lesson is None or card is None:
        st.set_page_config(page_title=titled("Learn"))
        listing()
    else:
        st.set_page_config(page_title=titled(lesson.title, "Learn"))
        card_on_its_race(lesson, card)


def listing() -> None:
    """Every lesson, with what it is about."""
    with st.container(width=1040):
        st.title("Learn", anchor=False)
        st.markdown(
            "Each card makes one claim. Guess what will happen, then watch the race that decides "
            "it; every number is measured on the race that you see."
        )
        for i, lesson in enumerate(LESSONS.values()):
            if i % 2 == 0:  # row by row, which is how they are read, by the keyboard and on a phone
                columns = st.columns(2)
            with (
                columns[i % 2],
                st.container(border=True, key=f"card-lesson-{lesson.key}", gap="xxsmall"),
            ):
                st.button(
                    f"**{escape(lesson.title)}**",
                    key=f"open-{lesson.key}",
                    type="tertiary",
                    on_click=_turn,
                    args=(lesson, lesson.cards[0].key),
                )
                st.markdown(escape(lesson.about))
                st.caption(f"{len(lesson.cards)} cards")
        for_a_class()


def for_a_class() -> None:
    """How a teacher shows a lesson, and puts it on a page of a course."""
    with st.expander("For a class, or on the page of a course"):
        first = next(iter(LESSONS.values()))
        st.markdown(
            f"Add `&teach=1` to a lesson's address, as in `/learn?lesson={first.key}&teach=1`: "
            "type is larger, F fills the screen, Page Down goes from the question to the race, its "
            "answer and the next card, 1, 2 and 3 mark what the room says, and B or . blacks the "
            "screen out. A card's address leads to that card; after a guess it holds the guess."
        )
        st.markdown("On a page of your own, with this app's address in place of the dots:")
        st.code(SNIPPET.format(key=first.key, title=first.title), language="html")


def card_on_its_race(lesson: Lesson, card: Card) -> None:
    """A card and the player, which shows its race or what a person has made of it."""
    of = lesson.key, card.key
    own = card.experiment
    learning = remembered(Learning)
    changed = learning.changed
    if changed is None or changed.of != of:
        changed = Changed(of, own)
    refused, learning.refused = learning.refused, ""
    warn([refused] if refused else [])
    experiment = changed.experiment
    if isinstance(experiment.surface, Surface):
        prepare(experiment.surface)
    trajectories = run_lanes(experiment)
    now = Measured(experiment, trajectories)
    before = now if experiment == own else Measured(own, run_lanes(own))
    settings = sliders(card)
    lesson_card(
        race_figures(
            experiment,
            trajectories,
            inspected=inspected(PLAYER),
            judged=verdict(experiment, trajectories, varied_lane),
        ),
        shown(
            lesson,
            card,
            before,
            now,
            tried=changed.tried,
            guessed=st.query_params.get("guess", ""),
        ),
        [_slider(experiment, *each) for each in settings],
        teaching=bool(st.query_params.get("teach")),
        key=PLAYER,
        on_turn=lambda key: _turn(lesson, key),
        on_try=lambda place: _try(lesson, card, place),
        on_slide=lambda place, value: _slide(of, experiment, *settings[place], value),
        on_solve=lambda: _solve(lesson, card),
        on_leave=lambda: _leave(of),
    )
    leaving, learning.leaving = learning.leaving, False
    if leaving:
        st.switch_page(RACE_PAGE, query_params=parse_qs(experiment.to_query()))


def _asked() -> tuple[Lesson | None, Card | None]:
    """What the address names; of a lesson without a card its first."""
    key = st.query_params.get("lesson")
    if key is None:
        return None, None
    if key not in LESSONS:
        warn([f"There is no lesson “{key[:40]}”; these are the lessons."])
        return None, None
    lesson = LESSONS[key]
    asked = st.query_params.get("card", lesson.cards[0].key)
    for card in lesson.cards:
        if card.key == asked:
            return lesson, card
    warn([f"The lesson has no card “{asked[:40]}”; its first is shown instead."])
    return lesson, lesson.cards[0]


def _slider(experiment: Experiment, lane: int, name: str) -> tuple[Setting, str, str, float]:
    """What a slider of a lane sets, what it is called, whose it is, and where it stands."""
    optimizer = experiment.lanes[lane].optimizer
    setting = optimizer.hyperparameters()[name]
    words = {"lr": "Learning rate"}.get(name, name.replace("_", " "))
    of = experiment.lanes[lane].optimizer.name
    if len(experiment.lanes) > 1:
        of = f"lane {lane + 1}, {of}"
    return setting, f"{words} {axis_name(setting.symbol)}", of, optimizer.values()[name]


def _turn(lesson: Lesson, key: str) -> None:
    """Go to another card, or to the list."""
    asked: Mapping[str, Any] = {"lesson": lesson.key, "card": key} if key else {}
    teach = {"teach": "1"} if key and st.query_params.get("teach") else {}
    st.query_params.from_dict({**asked, **teach})
    remembered(Learning).changed = None


def _try(lesson: Lesson, card: Card, place: int | None) -> None:
    race = card.race if place is None else card.tries[place].race
    remembered(Learning).changed = Changed(
        (lesson.key, card.key), Experiment.from_query(race), tried=place
    )


def _solve(lesson: Lesson, card: Card) -> None:
    if card.goal is not None:
        solved = Experiment.from_query(card.goal.solution)
        remembered(Learning).changed = Changed(
            (lesson.key, card.key), replace(solved, view=card.experiment.view)
        )


def _slide(
    of: tuple[str, str], experiment: Experiment, lane: int, name: str, value: float | str
) -> None:
    try:
        changed = experiment.lanes[lane]
        changed = replace(changed, optimizer=replace(changed.optimizer, **{name: value}))
    except ValueError as error:
        remembered(Learning).refused = as_it_was(error)
        return
    lanes = tuple(changed if i == lane else each for i, each in enumerate(experiment.lanes))
    remembered(Learning).changed = Changed(of, replace(experiment, lanes=lanes))


def _leave(of: tuple[str, str]) -> None:
    """To the race's page, from which one comes back."""
    learning = remembered(Learning)
    learning.exercise, learning.leaving = of, True


page()
