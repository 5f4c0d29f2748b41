"""A lesson as one HTML file: its cards, their races and variations, without the app.

What a slider changes the page computes by itself. What is done in the lesson is a code at its end,
and is told to the course in which it stands, where it does (`exports/lesson_package.py`).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Any

from experiment import Experiment, ribbons
from experiment.told import Measured
from exports.page import base64_text, filled, head, json_text, kernels_text, plotly_script, static
from figures.live import Live
from figures.race import RaceFigures, race_figures
from figures.slider import lane_slider
from lessons import Card, Lesson
from lessons.lesson import measured_on
from lessons.marks import marks
from lessons.shown import reasons, shown, sliders
from player import bundle

PARTS = ("player", "slider", "lesson")  # whose HTML and CSS a card is made of


def lesson_page(lesson: Lesson, *, offline: bool = True) -> str:
    """The whole file, in light and dark as the reader's system is.

    Args:
        offline: whether Plotly.js is inside, five megabytes, or comes from its CDN.
    """
    kernels: dict[str, bytes] = {}
    cards = "\n".join(
        f'<script type="application/base64" id="{id_}">{base64_text(data)}</script>'
        for card in lesson.cards
        for id_, data in _races(lesson, card, kernels)
    )
    styles = [*(static(f"{part}.css") for part in PARTS), filled("lesson_page.css", {})]
    return filled(
        "lesson_page.html",
        {
            "head": head(lesson.title, *styles),
            "name": escape(lesson.title),
            "lesson": "".join(static(f"{part}.html") for part in PARTS),
            "what": json_text({"key": lesson.key, "cards": _asked(lesson)}),
            "cards": cards,
            "kernels": kernels_text(kernels),
            "swept": json_text(bundle("swept")),
            "plotly": plotly_script(offline),
            "code": bundle("within", "alone"),
        },
    )


def _asked(lesson: Lesson) -> dict[str, dict[str, Any]]:
    """What player/static/alone.js knows of the cards, by their keys."""
    return {
        card.key: {
            "asks": _asks(card),
            "reasons": [card.why.reasons.index(each) + 1 for each in reasons(card.why)]
            if card.why
            else [],
        }
        for card in lesson.cards
    }


def _asks(card: Card) -> str:
    if card.goal and marks(card.goal, measured_on(card.race)):
        return "goal"
    return "guess" if card.guess else ""


def _races(lesson: Lesson, card: Card, kernels: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """All that a card can show, by its id in the file; what its sliders need is put in kernels."""
    own = measured_on(card.race)
    races: list[tuple[str, Measured, int | None]] = [("", own, None)]
    races += [(f"-try-{i}", measured_on(each.race), i) for i, each in enumerate(card.tries)]
    if card.goal:
        races.append(("-solved", measured_on(card.goal.solution), None))
    for ending, now, tried in races:
        figures = _figures(now)
        set_ = _sliders(card, now.experiment, figures)
        if set_:
            kernels |= figures.live.files
        else:
            figures = replace(figures, live=Live(None))
        told = shown(lesson, card, own, now, tried=tried, home="From the beginning")
        if card.goal:
            told["goal"] |= {"marks": marks(card.goal, own)}
        alone: dict[str, Any] = {"address": None, "sliders": set_, "teaching": False}
        data = figures.packed(read=("",), card={**told, **alone})
        yield f"card-{card.key}{ending}", gzip.compress(data, mtime=0)


def _sliders(
    card: Card, experiment: Experiment, figures: RaceFigures
) -> list[dict[str, Any] | None]:
    """The card's sliders, None for one of which the page cannot compute what it does."""
    found = [lane_slider(experiment, *each) for each in sliders(card)]
    packed = [each.packed() if each and figures.live.knows(each.sets) else None for each in found]
    return packed if any(packed) else []


def _figures(now: Measured) -> RaceFigures:
    return race_figures(
        now.experiment,
        now.trajectories,
        inspected=range(len(now.trajectories)),
        ribbons=ribbons(now.experiment, now.trajectories),
    )
