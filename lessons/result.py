"""A result: what a person guessed, tried and solved in a lesson, as a code that they can hand in.

Nobody signs it and no server keeps it: whoever is given it runs the races again. A code is found in
any text, such as a mail in which it is quoted and broken into lines:

    DL1:eJyrVkpUsoqu…:1a2b3c4d
"""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiment import Experiment
from experiment.told import Measured
from lessons.lesson import Card, Choice, Flag, Lesson

MAX_CODES = 200
MAX_NAMED = 10  # codes that cannot be used
MAX_BYTES = 100_000  # of what it is when it is unpacked
MAX_NAME, MAX_RACE, MAX_CARDS = 60, 4000, 100
BEGINS = "DL1:"

_BROKEN = re.compile(r"[\s>|=\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
"""What a mail puts into a code that it quotes or breaks: none of it is a code's own."""
_CODE = re.compile(r"DL1:([A-Za-z0-9_-]{0,12000}):([0-9a-fA-F]{8})")


@dataclass(frozen=True)
class Did:
    """What a person did on a card.

    Attributes:
        guess: as a link has it: the number of an answer, or a place as "x,y"; empty for none.
        reason: the first that they gave for why, from 1 in the card's order; 0 for none.
        tried: the places of the variations that they looked at.
        solved: the query of the race with which they reached the goal; empty if they did not.
        helped: whether they had opened the solution before.
    """

    guess: str = ""
    reason: int = 0
    tried: tuple[int, ...] = ()
    solved: str = ""
    helped: bool = False


@dataclass(frozen=True)
class Result:
    """What a person did in a lesson.

    Attributes:
        lesson: its key.
        cards: by the cards' keys.
        name: as they write it; may be empty.
        sign: letters that tell it from another in which the same was done.
    """

    lesson: str
    cards: Mapping[str, Did]
    name: str = ""
    sign: str = ""


def write_code(result: Result) -> str:
    """The code of a result."""
    cards = {
        key: [did.guess, did.reason, list(did.tried), did.solved, int(did.helped)]
        for key, did in result.cards.items()
    }
    said = [_named(result.name), result.lesson, cards, result.sign]
    text = json.dumps(said, separators=(",", ":"))
    body = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    return f"{BEGINS}{body}:{_sum(body)}"


def read_codes(text: str) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """The results of all codes in a text, each once, and a sentence for each that is none."""
    results: dict[str, Result] = {}
    refused: list[str] = []
    whole = _BROKEN.sub("", text)
    starts = [found.start() for found in re.finditer(re.escape(BEGINS), whole)]
    for n, start in enumerate(starts[:MAX_CODES], 1):
        found = _CODE.match(whole, start)
        which = f"Code {n} of {len(starts)}, which begins with “{whole[start : start + 16]}”,"
        if found is None or found[2].lower() != _sum(found[1]):
            refused.append(f"{which} is not whole: ask for it again.")
            continue
        try:
            results.setdefault(found[1], _unpacked(found[1]))
        except ValueError:
            refused.append(f"{which} is no result of a lesson.")
    if len(refused) > MAX_NAMED:
        refused[MAX_NAMED:] = [f"{len(refused) - MAX_NAMED} more codes cannot be used."]
    if len(starts) > MAX_CODES:
        refused.append(f"There are {len(starts)} codes; the first {MAX_CODES} are read.")
    if not starts and whole:
        refused.append(f"There is no code in this text: a code begins with “{BEGINS}”.")
    return tuple(results.values()), tuple(refused)


def _unpacked(body: str) -> Result:
    """What a code's body says. ValueError: it says nothing that is a result."""
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), MAX_BYTES)
        name, lesson, cards, sign = json.loads(text)
        if not reader.eof or not all(isinstance(each, str) for each in (name, lesson, sign)):
            raise TypeError
        did = {str(key)[:MAX_NAME]: _did(*each) for key, each in list(cards.items())[:MAX_CARDS]}
    except (TypeError, AttributeError, OverflowError, RecursionError, zlib.error) as error:
        raise ValueError from error
    return Result(lesson[:MAX_NAME], did, _named(name), sign[:MAX_NAME])


def _did(guess: Any, reason: Any, tried: Any, solved: Any, helped: Any) -> Did:
    places = tuple(sorted({int(place) for place in tried if 0 <= place < MAX_CARDS}))
    if not isinstance(guess, str) or not isinstance(solved, str) or len(solved) > MAX_RACE:
        raise TypeError
    return Did(guess[:MAX_NAME], int(reason), places, solved, bool(helped))


def _sum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def _named(name: str) -> str:
    """A name in one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:MAX_NAME]


@dataclass(frozen=True)
class Checked:
    """What a card's race, run again, says of what a person did there.

    Attributes:
        card: the card.
        guess: what was guessed, in words; empty where nothing was, or nothing was asked.
        right: whether it was; None of a flag, where nothing was guessed, and where no answer is
            said to be right.
        far: of a flag, how far it was from the place; nan for none.
        reason: whether the first reason that they gave was right; None for none.
        tried: how many of its variations they looked at.
        solved: whether they reached its goal, by a race that does; None where it has none.
        helped: whether they had opened the solution before.
    """

    card: Card
    guess: str
    right: bool | None
    far: float
    reason: bool | None
    tried: int
    solved: bool | None
    helped: bool


Measure = Callable[[Experiment], Measured]
"""Runs a race and says what can be measured of it."""


def checked(lesson: Lesson, result: Result, measure: Measure) -> tuple[Checked, ...]:
    """Of each card of the lesson, what the races that are run again say."""
    return tuple(
        _checked(card, result.cards.get(card.key, Did()), measure) for card in lesson.cards
    )


def _checked(card: Card, did: Did, measure: Measure) -> Checked:
    guess, right, far = "", None, math.nan
    if isinstance(card.guess, Choice) and did.guess.isascii() and did.guess.isdigit():
        place = int(did.guess) - 1
        if 0 <= place < len(card.guess.answers):
            guess = card.guess.answers[place].label
            measured = measure(card.experiment)
            holds = [answer.holds(measured) for answer in card.guess.answers]
            right = holds[place] if any(holds) else None  # a teacher's need not say which is
    elif isinstance(card.guess, Flag):
        try:
            x, y = (float(part) for part in did.guess.split(","))
        except ValueError:
            x = y = math.nan
        if math.isfinite(x) and math.isfinite(y):
            guess = f"({x:g}, {y:g})"
            there = card.guess.place(measure(card.experiment))
            far = math.hypot(x - there[0], y - there[1])
    reason = None
    if card.why is not None and 1 <= did.reason <= len(card.why.reasons):
        reason = not card.why.reasons[did.reason - 1].against
    solved = None
    if card.goal is not None:
        solved = bool(did.solved) and _solves(card, did.solved, measure)
    tried = sum(place < len(card.tries) for place in did.tried)
    return Checked(card, guess, right, far, reason, tried, solved, did.helped)


def _solves(card: Card, race: str, measure: Measure) -> bool:
    experiment = Experiment.from_query(race)
    return card.is_on(experiment) and not experiment.problems and card.solved(measure(experiment))


def rows(lesson: Lesson, results: Sequence[tuple[Result, Sequence[Checked]]]) -> list[list[str]]:
    """A table with a head: of each person what they did on each card, for a spreadsheet."""
    head = ["name", "lesson"]
    for n, card in enumerate(lesson.cards, 1):
        head += [f"{n} guess", f"{n} right", f"{n} reason", f"{n} tried"]
        head += [f"{n} solved"] if card.goal else []
    table = [head]
    for result, checks in results:
        line = [result.name, lesson.title]
        for each in checks:
            far = "" if math.isnan(each.far) else f"{each.far:.3g} away"
            line += [each.guess, _yes(each.right) or far, _yes(each.reason), str(each.tried)]
            if each.card.goal:
                line.append(_yes(each.solved) + (" with the solution" if each.helped else ""))
        table.append([_text(cell) for cell in line])
    return table


def _text(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _yes(is_so: bool | None) -> str:
    return "" if is_so is None else "yes" if is_so else "no"
