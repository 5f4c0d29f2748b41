"""A card as the player's page shows it: its words, questions and answers, for the browser.

All of it crosses the wire at once, so that a guess is answered there; what is asked for anew is a
race that a person has changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from experiment import Experiment
from experiment.told import Measured
from figures.inspection import AVERAGES
from figures.mathml import math, parse
from figures.style import lane_style
from lessons.lesson import Card, Choice, Flag, Goal, Lesson, Reason, Why
from optimizers.sources import Paper, Passage

ARROWS = {"g": "gradient", "step": "step"} | dict.fromkeys(AVERAGES, "momentum")
"""The arrows of Inside, by the names that prose has for what goes along them."""
GOAL_SLIDERS = 3
Pieces = list[list[str]]
Say = Callable[[str], Pieces]

_LETTERS = re.compile("(?<![A-Za-z])((?:[α-ω]+L?|xy|[xyvmtL])(?:\u0302|[₀-₉])*)(?![A-Za-z0-9])")
"""The letters of mathematics in the lessons' prose."""
_TERM = re.compile(r"\[([^][]*)\]\(([1-9]|[A-Za-z_]{1,8})\)")


def shown(
    lesson: Lesson,
    card: Card,
    own: Measured,
    now: Measured,
    *,
    tried: int | None = None,
    guessed: str = "",
    address: Mapping[str, str] | None = None,
    home: str = "All lessons",
) -> dict[str, Any]:
    """What static/lesson.js shows of a card.

    Args:
        own: what is measured of the card's own race, which answers the guess.
        now: of the race that is shown, which a person may have changed.
        tried: which of the variations that is.
        guessed: what a link says was guessed: the number of an answer from 1, or a place as "x,y".
        address: the query that leads to the card, if it is not the lesson's own.
        home: what is called up by leaving the lesson.
    """
    place = lesson.cards.index(card)
    others = [each.key for each in lesson.cards]
    said = prose if card.is_own else lettered
    return {
        "id": f"{lesson.key}/{card.key}",
        "address": dict(address or {"lesson": lesson.key, "card": card.key}),
        "home": home,
        "race": now.experiment.to_query(),
        "lesson": lesson.title,
        "cards": others,
        "place": place,
        "claim": said(own.told(card.claim) if card.claim else card.goal.task if card.goal else ""),
        "words": said(card.words),
        "more": said(card.more),
        "math": [math(parse(line), display=True) for line in card.math],
        "guess": _guess(card, own, said),
        "guessed": guessed,
        "result": said(own.told(card.result)),
        "after": list(_source(card.after)) if card.after else None,
        "why": why(card, said),
        "tries": [each.label for each in card.tries],
        "tried": tried,
        "see": said(now.told(card.tries[tried].see)) if tried is not None else [],
        "changed": now.experiment != own.experiment,
        "goal": _goal(card, card.goal, now, said) if card.goal else None,
        "sources": [list(_source(each)) for each in lesson.sources],
        "notShown": lesson.not_shown,
    }


def prose(text: str) -> Pieces:
    """A sentence in pieces: each a text, and of a term what its colour is that of.

    That is "lane" with the lane's colour, "arrow" with the arrow's name, which is empty where it
    has none.
    """
    pieces: Pieces = []
    at = 0
    for term in _TERM.finditer(text):
        pieces.append([text[at : term.start()]])
        of = term[2]
        if of.isdigit():
            pieces.append([term[1], "lane", lane_style(int(of) - 1).color])
        else:
            pieces.append([term[1], "arrow", ARROWS.get(of, "")])
        at = term.end()
    pieces.append([text[at:]])
    return [piece for piece in pieces if piece[0]]


def lettered(text: str) -> Pieces:
    """The same, in which letters that stand for numbers are pieces, too: "letter"."""
    pieces: Pieces = []
    for piece in prose(text):
        parts = _LETTERS.split(piece[0]) if len(piece) == 1 else []
        pieces += [[part, "letter"] if i % 2 else [part] for i, part in enumerate(parts)] or [piece]
    return [piece for piece in pieces if piece[0]]


def in_a_line(card: Card) -> str:
    """A card as lists name it: its question, or else its claim or its task, numbers left out."""
    text = card.guess.text if card.guess else card.claim or (card.goal.task if card.goal else "")
    return "".join(piece[0] for piece in prose(re.sub(r"\{[^}]*\}", "…", text)))


def sliders(card: Card) -> tuple[tuple[int, str], ...]:
    """What a person can set beside the race: lanes, from 0, and names of hyperparameters.

    Of a goal, numbers of the lanes that its solution changes, the ones that it changes among them;
    none where it changes more than numbers.
    """
    if card.slide is not None:
        return ((card.slide.lane, card.slide.name),)
    if card.goal is None:
        return ()
    lanes, solved = card.experiment.lanes, Experiment.from_query(card.goal.solution).lanes
    found: list[tuple[int, str]] = []
    needed: list[tuple[int, str]] = []
    for i, (lane, other) in enumerate(zip(lanes, solved, strict=False)):
        if lane == other or lane.optimizer.key != other.optimizer.key:
            continue
        before, after = lane.optimizer.values(), other.optimizer.values()
        for name, statement in lane.optimizer.hyperparameters().items():
            if statement.kind == "number" and not statement.optional:
                found.append((i, name))
                if before[name] != after[name]:
                    needed.append((i, name))
    rest = [each for each in found if each not in needed][: max(0, GOAL_SLIDERS - len(needed))]
    return tuple(each for each in found if each in needed or each in rest) if needed else ()


def _guess(card: Card, own: Measured, said: Say) -> dict[str, Any] | None:
    if isinstance(card.guess, Choice):
        answers = [[answer.label, answer.text] for answer in card.guess.answers]
        return {"text": said(card.guess.text), "answers": answers}
    if isinstance(card.guess, Flag):
        return {"text": said(card.guess.text), "place": list(card.guess.place(own))}
    return None


def reasons(why: Why) -> list[Reason]:
    """The reasons, in an order that tells nothing of which is right."""

    def digest(text: str) -> bytes:
        return hashlib.blake2b(text.encode(), digest_size=8).digest()

    return sorted(why.reasons, key=lambda reason: digest(reason.text))


def why(card: Card, said: Say) -> dict[str, Any] | None:
    """What is asked after the race, with every reason and what speaks against it."""
    if card.why is None:
        return None
    told = [[reason.text, reason.against] for reason in reasons(card.why)]
    return {"text": said(card.why.text), "reasons": told}


def _goal(card: Card, goal: Goal, now: Measured, said: Say) -> Mapping[str, Any]:
    return {"task": said(goal.task), "hints": list(goal.hints), "reached": card.solved(now)}


def _source(source: Paper | Passage) -> tuple[str, str, str]:
    """As it is cited, its title, and where it is."""
    paper = source.paper if isinstance(source, Passage) else source
    return str(source), paper.title, paper.url
