"""Golf on the page of lessons: links of races are pasted, run again, and ranked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from app_pages.controls import warn
from app_pages.map_parts import open_race
from app_pages.results import word_table
from app_pages.session import remembered, tied
from experiment import Experiment
from lessons.golf import HOLES, Hole, Shot, ranked, read_links, shots

MAX_TEXT = 400_000  # characters that can be pasted
MOST_RACED = 3


@dataclass
class Pasting:
    """What a visitor has pasted."""

    text: str = ""


def golf_asked() -> Hole | None:
    """The hole that the address names; of a name that is none, a sentence and the first."""
    key = st.query_params.get("golf")
    if key is None:
        return None
    if key not in HOLES:
        first = next(iter(HOLES.values()))
        warn([f"There is no golf “{key[:40]}”; {first.title} is shown instead."])
        return first
    return HOLES[key]


def play(key: str) -> None:
    """Go to a hole."""
    st.query_params.from_dict({"golf": key})


def golf(hole: Hole) -> None:
    """A hole: its task, the way to try, and the ranking of what is pasted."""
    pasting = remembered(Pasting)
    with st.container(width=860):
        st.button("All lessons", type="tertiary", on_click=st.query_params.clear, key="leave-golf")
        st.title(f"Golf: {hole.title}", anchor=False)
        st.markdown(
            f"{hole.task} Losses, gradients and Hessians count one each. Par is {hole.par}."
        )
        with st.container(key="open-race", horizontal=True, vertical_alignment="center"):
            open_race(replace(hole.race, lanes=Experiment().lanes), "Try it in the race")
            for other in HOLES.values():
                if other is not hole:
                    st.button(
                        other.title, key=f"golf-{other.key}", on_click=play, args=(other.key,)
                    )
        st.markdown(
            "A solution is a race’s link, of which only the lanes count. Paste as many as you "
            "like, with whatever stands around them: every lane is run again here, and nothing is "
            "stored."
        )
        st.text_area(
            "Links",
            height=140,
            max_chars=MAX_TEXT,
            placeholder="https://…/?surface=beale&lane=adam(lr=0.1)",
            **tied("golf-links", pasting.text, lambda text: setattr(pasting, "text", text)),
        )
        pasted = read_links(pasting.text)
        warn(pasted.refused)
        played: list[Shot] = []
        if pasted.lanes:
            bar = st.empty()
            for shot in shots(hole, pasted):
                played.append(shot)
                if len(played) % 10 == 0:
                    bar.progress(len(played) / len(pasted.lanes), "Running the lanes again…")
            bar.empty()
        for words, is_own in (("Ranking", False), ("Rules of one’s own", True)):
            some = [shot for shot in played if shot.is_own == is_own]
            if some:
                _ranking(hole, words, some)


def _ranking(hole: Hole, words: str, played: list[Shot]) -> None:
    st.subheader(words, anchor=False)
    rows = ranked(played)
    word_table(
        ["Rank", "Lane", "Evaluations", "In links"],
        [
            [
                str(rank) if rank else "–",
                shot.lane.name,
                f"{shot.evaluations:.0f}" if rank else "does not get there",
                str(shot.times),
            ]
            for rank, shot in rows
        ],
    )
    if best := tuple(shot.lane for rank, shot in rows[:MOST_RACED] if rank):
        open_race(replace(hole.race, lanes=best), "Race the best")
