"""What came of a lesson: a code to hand in at its end, and the page on which codes are checked."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

import streamlit as st

from app_pages.controls import escape, warn
from app_pages.exercise import Learning
from app_pages.pictures import prepare, run_lanes
from app_pages.session import remembered, tied
from app_pages.tables import html_table
from experiment import Experiment, short
from experiment.told import Measured
from lessons import LESSONS, Card, Flag, Lesson
from lessons.playlist import read_link
from lessons.result import MAX_NAME, Checked, Result, checked, read_codes, rows, write_code
from lessons.shown import in_a_line
from surfaces import Surface

MAX_TEXT = 400_000  # characters that can be pasted
YES, NO = "right", "not so"
Handed = Sequence[tuple[Result, Sequence[Checked]]]


def is_checked() -> bool:
    """Whether the address asks for the page on which codes are checked."""
    return bool(st.query_params.get("check"))


def check(playlist: str = "") -> None:
    """Go to that page, for the lessons, and one of a teacher's own."""
    st.query_params.from_dict({"check": "1", **({"playlist": playlist} if playlist else {})})


def result(lesson: Lesson, again: Callable[[], None]) -> None:
    """The end of a lesson: what was done in it, and the code to hand in."""
    learning = remembered(Learning)
    cards = {
        card.key: learning.did[lesson.key, card.key]
        for card in lesson.cards
        if (lesson.key, card.key) in learning.did
    }
    done = Result(lesson.key, cards, learning.name, learning.sign)
    with st.container(width=860):
        st.title(lesson.title, anchor=False)
        if not cards:
            st.markdown(
                "Nothing was guessed in this lesson yet. Its cards ask, and this page tells."
            )
        else:
            st.markdown("This is what you did, beside what the races say.")
            word_table(
                ["Card", "Your guess", "Your first reason", "Variations", "Goal"],
                [[in_a_line(each.card), *_did(each)] for each in checked(lesson, done, _measured)],
            )
            st.markdown("**To hand it in**, copy this code. It is kept nowhere else.")
            st.text_input(
                "Your name, if it is asked for",
                max_chars=MAX_NAME,
                **tied("result-name", learning.name, lambda name: setattr(learning, "name", name)),
            )
            st.code(write_code(done), language=None, wrap_lines=True)
        with st.container(horizontal=True):
            st.button("All lessons", key="leave-result", on_click=st.query_params.clear)
            st.button("Once more from the start", key="again", on_click=again)


def check_results() -> None:
    """Codes are pasted, their races run again, and a class is told in tables."""
    learning = remembered(Learning)
    known, refused = _known()
    with st.container(width=1040):
        st.button("All lessons", type="tertiary", on_click=st.query_params.clear, key="leave-check")
        st.title("Check results", anchor=False)
        st.markdown(
            "Paste the codes that were handed in, as many as you like, with whatever stands around "
            "them. Every race in them is run again here; nothing is stored."
        )
        st.text_area(
            "Codes",
            height=160,
            max_chars=MAX_TEXT,
            placeholder="DL1:…",
            **tied("handed-in", learning.handed_in, lambda v: setattr(learning, "handed_in", v)),
        )
        results, sentences = read_codes(learning.handed_in)
        strangers = sorted({each.lesson for each in results if each.lesson not in known})
        if strangers:
            sentences += (
                f"{_counted(results, strangers)} of a lesson that is not known here: of a "
                "playlist, check them from its editor.",
            )
        warn([*refused, *sentences])
        for lesson in known.values():
            mine = [each for each in results if each.lesson == lesson.key]
            if mine:
                _class(lesson, [(each, checked(lesson, each, _measured)) for each in mine])


def _counted(results: Sequence[Result], strangers: Sequence[str]) -> str:
    n = sum(each.lesson in strangers for each in results)
    return "One code is" if n == 1 else f"{n} codes are"


def _known() -> tuple[dict[str, Lesson], list[str]]:
    """The lessons, by their keys, and that of the address' playlist."""
    known, refused = dict(LESSONS), []
    code = st.query_params.get("playlist")
    if code:
        try:
            own = read_link(code)[0].lesson
            known[own.key] = own
        except ValueError as error:
            refused.append(str(error))
    return known, refused


def _class(lesson: Lesson, handed: Handed) -> None:
    """What a class did in a lesson: who, and card by card."""
    st.subheader(f"{escape(lesson.title)}: {len(handed)} handed in", anchor=False)
    goals = any(card.goal for card in lesson.cards)
    head = ["Name", "Guesses that were right", "Reasons that were right", "Variations"]
    word_table(
        head + (["Goals reached"] if goals else []),
        [[each.name or "(no name)", *_sums(checks, goals)] for each, checks in handed],
    )
    word_table(
        ["Card", "What was guessed", "First reason right", "Goal reached"],
        [
            [in_a_line(card), *_of_card(card, [checks[i] for _, checks in handed])]
            for i, card in enumerate(lesson.cards)
        ],
    )
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows(lesson, handed))
    st.download_button(
        "Table as CSV",
        out.getvalue(),
        file_name=f"results-{lesson.key}.csv",
        mime="text/csv",
        key=f"results-{lesson.key}",
        icon=":material/download:",
        on_click="ignore",
    )


def _sums(checks: Sequence[Checked], goals: bool) -> list[str]:
    """A person's line."""
    told = [each.right for each in checks if each.right is not None]
    flags = [each for each in checks if not math.isnan(each.far)]
    count = f", and {len(flags)} flag{'s' if len(flags) > 1 else ''}" if flags else ""
    guesses = f"{sum(told)} of {len(told)}{count}"
    given = [each.reason for each in checks if each.reason is not None]
    line = [guesses, f"{sum(given)} of {len(given)}", str(sum(each.tried for each in checks))]
    if goals:
        solved = [each for each in checks if each.solved]
        helped = sum(each.helped for each in solved)
        words = f"{len(solved)} of {sum(each.solved is not None for each in checks)}"
        line.append(words + (f", {helped} with the solution" if helped else ""))
    return line


def _of_card(card: Card, checks: Sequence[Checked]) -> list[str]:
    """A card's line: how many guessed what, the right answer starred."""
    far = [each.far for each in checks if not math.isnan(each.far)]
    if isinstance(card.guess, Flag):
        flags = f"{len(far)} flags, half" if len(far) > 1 else "a flag,"
        guessed = f"{flags} within {short(median(far))}" if far else ""
    else:
        counts = Counter((each.guess, bool(each.right)) for each in checks if each.guess)
        guessed = ", ".join(
            f"{words}{' ★' if right else ''} {n}" for (words, right), n in counts.most_common()
        )
    given = [each.reason for each in checks if each.reason is not None]
    solved = sum(bool(each.solved) for each in checks)
    return [
        guessed,
        f"{sum(given)} of {len(given)}" if given else "",
        f"{solved} of {len(checks)}" if card.goal else "",
    ]


def _did(each: Checked) -> list[str]:
    """What a person did on a card, in words."""
    if each.right is not None:
        guess = f"{each.guess}: {YES if each.right else NO}"
    elif not math.isnan(each.far):
        guess = f"{each.guess}: {short(each.far)} away"
    else:
        guess = each.guess
    reason = "" if each.reason is None else YES if each.reason else NO
    goal = "" if each.solved is None else "reached" if each.solved else "not yet"
    tries = len(each.card.tries)
    tried = f"{each.tried} of {tries}" if tries else ""
    return [guess, reason, tried, goal + (", with the solution" if each.helped else "")]


def word_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """A table of words, each line with what it is about first."""
    st.html(html_table(head, lines, words=range(len(head))))


def _measured(experiment: Experiment) -> Measured:
    if isinstance(experiment.surface, Surface):
        prepare(experiment.surface)
    return Measured(experiment, run_lanes(experiment))
