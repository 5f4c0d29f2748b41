"""A lesson as one HTML file: its cards, their races and variations, without the app.

What is asked of a race anew, as a slider does, is not in it. What is done in it is a code at its
end, and is told to the course in which it stands, where it does (`exports/lesson_package.py`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from html import escape
from typing import Any

from experiment import Experiment, ribbons, run, verdict
from experiment.told import Measured
from exports.page import base64_text, filled, plotly_script, static, style
from exports.words import MADE_BY
from figures.race import race_figures
from lessons import Card, Lesson
from lessons.shown import reasons, shown
from player import ICON, bundle

PARTS = ("player", "slider", "lesson")  # whose HTML and CSS a card is made of


def lesson_page(lesson: Lesson, *, offline: bool = True) -> str:
    """The whole file, in light and dark as the reader's system is.

    Args:
        offline: whether Plotly.js is inside, five megabytes, or comes from its CDN.
    """
    cards = "\n".join(
        f'<script type="application/base64" id="{id_}">{base64_text(data)}</script>'
        for card in lesson.cards
        for id_, data in _races(lesson, card)
    )
    return filled(
        "lesson_page.html",
        {
            "title": f"{escape(lesson.title)} · Descent Lab",
            "icon": base64_text(ICON.read_bytes()),
            "style": style() + "".join(static(f"{part}.css") for part in PARTS),
            "made_by": MADE_BY,
            "name": escape(lesson.title),
            "lesson": "".join(static(f"{part}.html") for part in PARTS),
            "what": json.dumps({"key": lesson.key, "cards": _asked(lesson)}),
            "cards": cards,
            "plotly": plotly_script(offline),
            "code": bundle("alone"),
        },
    )


def _asked(lesson: Lesson) -> dict[str, dict[str, Any]]:
    """What player/static/alone.js knows of the cards, by their keys."""
    return {
        card.key: {
            "asks": "goal" if card.goal else "guess" if card.guess else "",
            "reasons": [card.why.reasons.index(each) + 1 for each in reasons(card.why)]
            if card.why
            else [],
        }
        for card in lesson.cards
    }


def _races(lesson: Lesson, card: Card) -> Iterator[tuple[str, bytes]]:
    """All that a card can show, by its id in the file."""
    own = _measured(card.experiment)
    yield f"card-{card.key}", _packed(lesson, card, own, own)
    for i, tried in enumerate(card.tries):
        now = _measured(Experiment.from_query(tried.race))
        yield f"card-{card.key}-try-{i}", _packed(lesson, card, own, now, tried=i)
    if card.goal:
        now = _measured(Experiment.from_query(card.goal.solution))
        yield f"card-{card.key}-solved", _packed(lesson, card, own, now)


def _measured(experiment: Experiment) -> Measured:
    return Measured(experiment, run(experiment))


def _packed(
    lesson: Lesson, card: Card, own: Measured, now: Measured, tried: int | None = None
) -> bytes:
    told = shown(lesson, card, own, now, tried=tried, home="From the beginning")
    beside = ribbons(now.experiment, now.trajectories)
    figures = race_figures(
        now.experiment,
        now.trajectories,
        inspected=range(len(now.trajectories)),
        judged=verdict(now.experiment, now.trajectories, ribbons=beside),
        ribbons=beside,
    )
    alone: dict[str, Any] = {"address": None, "sliders": [], "teaching": False}
    return gzip.compress(figures.packed(read=("",), card={**told, **alone}), mtime=0)
