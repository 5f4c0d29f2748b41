"""Lessons: what is claimed is guessed, then seen on its race, and then varied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st

from app_pages.controls import escape, warn
from app_pages.exercise import Changed, Exercise, Learning
from app_pages.golf import golf, golf_asked, play
from app_pages.lesson_files import lesson_files
from app_pages.pictures import prepare, run_lanes, run_ribbons
from app_pages.playlist import edit, editor, is_drafted, is_edited
from app_pages.results import check, check_results, is_checked, result
from app_pages.session import as_it_was, remembered
from experiment import Experiment
from experiment.told import Measured
from figures.race import race_figures
from figures.slider import lane_slider
from lessons import LESSONS, Card, Lesson
from lessons.golf import HOLES
from lessons.playlist import read_link
from lessons.result import Did
from lessons.shown import reasons, shown, sliders
from surfaces import Surface
from viewer import inspected, lesson_card, titled

PLAYER = "lesson"
RACE_PAGE = Path(__file__).with_name("race.py")
SNIPPET = """<iframe src="https://…/learn?lesson={key}&embed=true"
  width="100%" height="720" style="border: 0" allow="fullscreen; clipboard-write"
  title="{title}, a lesson of Descent Lab"></iframe>"""


def page() -> None:
    """The card that the address names, or the list of lessons."""
    if is_edited():
        st.set_page_config(page_title=titled("A lesson of your own", "Learn"))
        editor(lambda code, n: _turn({"playlist": code}, str(n)))
        return
    hole = golf_asked()
    if hole is not None:
        st.set_page_config(page_title=titled(f"Golf: {hole.title}", "Learn"))
        golf(hole)
        return
    if is_checked():
        st.set_page_config(page_title=titled("Results", "Learn"))
        check_results()
        return
    asked = _asked()
    if asked is not None and st.query_params.get("done"):
        st.set_page_config(page_title=titled(asked.lesson.title, "Learn"))
        result(asked.lesson, lambda: _turn(asked.where, asked.lesson.cards[0].key))
        return
    if asked is None:
        st.set_page_config(page_title=titled("Learn"))
        listing()
    else:
        st.set_page_config(page_title=titled(asked.lesson.title, "Learn"))
        card_on_its_race(asked)


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
                    args=({"lesson": lesson.key}, lesson.cards[0].key),
                )
                st.markdown(escape(lesson.about))
                st.caption(f"{len(lesson.cards)} cards")
        with st.container(horizontal=True):
            st.button(
                "Make a lesson of your own",
                key="make-list",
                icon=":material/playlist_add:",
                on_click=edit,
            )
            st.button(
                "Golf: the fewest evaluations",
                key="play-golf",
                icon=":material/golf_course:",
                on_click=play,
                args=(next(iter(HOLES)),),
            )
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
        st.markdown(
            "At a lesson's end there is a code of what was guessed, tried and solved. Pupils hand "
            "it in, and you paste all of them."
        )
        st.button("Check results", key="check-results", on_click=check)
        st.markdown("On a page of your own, with this app's address in place of the dots:")
        st.code(SNIPPET.format(key=first.key, title=first.title), language="html")
        st.markdown("As a file, which plays without this app and without a connection:")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = st.selectbox(
                "Lesson",
                list(LESSONS),
                format_func=lambda key: LESSONS[key].title,
                key="take-which",
            )
            lesson_files(partial(LESSONS.__getitem__, key), key, "take")


def card_on_its_race(asked: Asked) -> None:
    """A card and the player, which shows its race or what a person has made of it.

    Who won is not said beside it: the card tells what its race shows.
    """
    lesson, card = asked.lesson, asked.card
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
    ribbons = run_ribbons(experiment, trajectories)
    now = Measured(experiment, trajectories)
    before = now if experiment == own else Measured(own, run_lanes(own))
    did = learning.did.get(of)
    if card.goal is not None and not (did and did.solved) and card.solved(now):
        learning.note(of, solved=experiment.to_query())
    settings = sliders(card)
    lesson_card(
        race_figures(
            experiment,
            trajectories,
            inspected=inspected(PLAYER),
            ribbons=ribbons,
        ),
        shown(
            lesson,
            card,
            before,
            now,
            tried=changed.tried,
            guessed=st.query_params.get("guess", ""),
            address={**asked.where, "card": card.key},
            home="Back to the editor" if asked.is_drafted else "All lessons",
        ),
        [lane_slider(experiment, *each) for each in settings],
        teaching=bool(st.query_params.get("teach")),
        key=PLAYER,
        on_turn=lambda key, guess, reason: _turn_from(asked, key, guess, reason),
        on_try=lambda place: _try(of, card, place),
        on_slide=lambda place, value: _slide(of, experiment, *settings[place], value),
        on_solve=lambda: _solve(of, card),
        on_leave=lambda: _leave(asked),
    )
    leaving, learning.leaving = learning.leaving, False
    if leaving:
        st.switch_page(RACE_PAGE, query_params=parse_qs(experiment.to_query()))


@dataclass(frozen=True)
class Asked:
    """What an address names.

    Attributes:
        lesson: of the app, or a playlist's.
        card: of that.
        where: the part of the query that leads to the lesson.
    """

    lesson: Lesson
    card: Card
    where: Mapping[str, str]

    @property
    def is_drafted(self) -> bool:
        """Whether it is the playlist in the visitor's editor."""
        return "playlist" in self.where and is_drafted(self.where["playlist"])


def _asked() -> Asked | None:
    """What the address names; of a lesson without a card its first."""
    code, key = st.query_params.get("playlist"), st.query_params.get("lesson")
    if code is not None:
        try:
            found, left_out = read_link(code)
        except ValueError as error:
            warn([f"{error} These are the lessons."])
            return None
        warn(left_out)
        if not found.cards:
            warn(["The playlist has no cards; these are the lessons."])
            return None
        lesson, where = found.lesson, {"playlist": code}
    elif key is None:
        return None
    elif key not in LESSONS:
        warn([f"There is no lesson “{key[:40]}”; these are the lessons."])
        return None
    else:
        lesson, where = LESSONS[key], {"lesson": key}
    asked = st.query_params.get("card", lesson.cards[0].key)
    for card in lesson.cards:
        if card.key == asked:
            return Asked(lesson, card, where)
    warn([f"The lesson has no card “{asked[:40]}”; its first is shown instead."])
    return Asked(lesson, lesson.cards[0], where)


def _turn_from(asked: Asked, key: str | None, guess: str, reason: int | None) -> None:
    """From a card to another of its lesson, to its end, or to where that was chosen or made."""
    learning, of, card = remembered(Learning), (asked.lesson.key, asked.card.key), asked.card
    if guess:
        learning.note(of, guess=guess)
    if card.why is not None and reason is not None:
        given = reasons(card.why)[reason]
        learning.note(of, reason=card.why.reasons.index(given) + 1)
    if not key and asked.is_drafted:
        edit(asked.where["playlist"])
    elif key is None:
        st.query_params.from_dict({**asked.where, "done": "1"})
        learning.changed = None
    else:
        _turn(asked.where, key)


def _turn(where: Mapping[str, str], key: str) -> None:
    """Go to a card of the lesson to which a query leads, or to the list."""
    teach = {"teach": "1"} if key and st.query_params.get("teach") else {}
    st.query_params.from_dict({**where, "card": key, **teach} if key else {})
    remembered(Learning).changed = None


def _try(of: tuple[str, str], card: Card, place: int | None) -> None:
    learning = remembered(Learning)
    if place is not None:
        before = learning.did.get(of, Did()).tried
        learning.note(of, tried=tuple(sorted({*before, place})))
    race = card.race if place is None else card.tries[place].race
    learning.changed = Changed(of, Experiment.from_query(race), tried=place)


def _solve(of: tuple[str, str], card: Card) -> None:
    if card.goal is not None:
        solved = Experiment.from_query(card.goal.solution)
        if not remembered(Learning).did.get(of, Did()).solved:
            remembered(Learning).note(of, helped=True)
        remembered(Learning).changed = Changed(of, replace(solved, view=card.experiment.view))


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


def _leave(asked: Asked) -> None:
    """To the race's page, from which one comes back."""
    learning, card = remembered(Learning), asked.card
    address = {**asked.where, "card": card.key}
    learning.exercise = Exercise((asked.lesson.key, card.key), card, address)
    learning.leaving = True


page()
