"""A teacher's own lesson: cards of the lessons and cards of their own, in their order.

It is kept by whoever has it, as a link or as a file, and by no server. The file is read by people:

    {"playlist": "Momentum on Monday",
     "cards": ["momentum/two-speeds",
               {"race": "surface=beale&lane=adam(lr=0.1)", "claim": "Adam goes round the bend.",
                "question": "Who is first?", "answers": ["Adam", "SGD"], "right": 1}]}

A link has the same, packed. What is typed in a card is shown as it is typed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any

import lessons
from experiment import Experiment, race_title
from experiment.calls import shorten
from figures.mathml import parse
from lessons.lesson import Answer, Card, Choice, Lesson
from settings import Refusal

MAX_CARDS = 40
MAX_RACE = 4000  # characters, as of all that follows
MAX_LINK = 8000
MAX_BYTES = 400_000
LONGEST = {"title": 80, "claim": 200, "words": 400, "question": 200, "result": 400, "answer": 60}
MAX_ANSWERS = 3
MAX_MATH = (2, 300)  # lines, and characters of each
TURNS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"  # the letters after them about
LISTS = ("answers", "math")
MAX_NAMED = 5  # parts that cannot be used
UNREAD = "The link’s playlist cannot be read: copy the whole link again, or open its file"
NO_FILE = "The file is no playlist: take one away from the playlist’s editor"


@dataclass(frozen=True)
class Taken:
    """A card of a lesson.

    Attributes:
        lesson: the key of the lesson.
        card: its key there.
    """

    lesson: str
    card: str

    def __post_init__(self) -> None:
        self.found()

    def found(self) -> tuple[Lesson, Card]:
        """The lesson and the card. ValueError: there is none; one sentence."""
        told = lessons.LESSONS.get(self.lesson)
        for card in told.cards if told else ():
            if told and card.key == self.card:
                return told, card
        raise Refusal(f"There is no card “{shorten(f'{self.lesson}/{self.card}')}” in the lessons")


@dataclass(frozen=True)
class Own:
    """A card that a teacher has written, of which only the race is needed.

    Attributes:
        race: the query of a link.
        claim: what the card says, in a line.
        words: what is said beside the picture.
        math: at most two lines of LaTeX.
        question: what is asked before the race is shown.
        answers: at most three, of which one may be guessed.
        right: which of them is right, from 1; 0 where that is not said.
        result: what is said after the race.
    """

    race: str
    claim: str = ""
    words: str = ""
    math: tuple[str, ...] = ()
    question: str = ""
    answers: tuple[str, ...] = ()
    right: int = 0
    result: str = ""

    def __post_init__(self) -> None:
        for name in ("claim", "words", "question", "result"):
            object.__setattr__(self, name, _text(name, getattr(self, name)))
        answers = tuple(_text("answer", each) for each in self.answers)
        lines = tuple(filter(None, (_text("line", each) for each in self.math)))
        object.__setattr__(self, "math", lines)
        if len(answers) > MAX_ANSWERS:
            raise Refusal(f"A card has {len(answers)} answers, and can have {MAX_ANSWERS}")
        if not (isinstance(self.right, int) and 0 <= self.right <= len(answers)):
            raise Refusal("The right answer of a card must be one of its answers")
        given = [i for i, each in enumerate(answers, 1) if each]
        right = given.index(self.right) + 1 if self.right in given else 0
        object.__setattr__(self, "answers", tuple(filter(None, answers)))
        object.__setattr__(self, "right", right)
        most, longest = MAX_MATH
        if len(lines) > most or any(len(line) > longest for line in lines):
            raise Refusal(
                f"A card’s mathematics can have {most} lines of at most {longest} characters"
            )
        for line in lines:
            try:
                parse(line)
            except (ValueError, IndexError, RecursionError):
                raise Refusal(f"The mathematics “{shorten(line)}” cannot be read") from None
        if not (isinstance(self.race, str) and 0 < len(self.race.strip()) <= MAX_RACE):
            raise Refusal(
                f"The race of a card must be a link to a race, of at most {MAX_RACE} characters"
            )
        race = Experiment.from_query(self.race)
        if not race.usable:
            raise Refusal(
                f"The race of a card must be a link to a race, which “{shorten(self.race)}” is not"
            )
        object.__setattr__(self, "race", race.to_query())

    @property
    def card(self) -> Card:
        """As the lessons have it."""
        answers = tuple(
            Answer(text, partial(_is, i == self.right), label=text)
            for i, text in enumerate(self.answers, 1)
        )
        told = f"The answer: {self.answers[self.right - 1]}." if self.right else ""
        return Card(
            key="",
            claim=_literal(self.claim or race_title(Experiment.from_query(self.race))),
            words=self.words,
            math=self.math,
            race=self.race,
            result=_literal(" ".join(filter(None, (told, self.result)))),
            guess=Choice(self.question, answers) if self.question else None,
            is_own=True,
        )


@dataclass(frozen=True)
class Playlist:
    """Cards in an order.

    Attributes:
        title: what it is called.
        cards: of lessons, or the teacher's own.
    """

    title: str = ""
    cards: tuple[Taken | Own, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", _text("title", self.title))
        if len(self.cards) > MAX_CARDS:
            raise Refusal(f"A playlist can have {MAX_CARDS} cards, and this has {len(self.cards)}")

    @property
    def lesson(self) -> Lesson:
        """As the player takes it; the n-th card's key is n."""
        cards, of = [], []
        for n, each in enumerate(self.cards, 1):
            if isinstance(each, Taken):
                told, card = each.found()
                of.append(told)
            else:
                card = each.card
            cards.append(replace(card, key=str(n)))
        digest = hashlib.blake2b(write_file(self).encode(), digest_size=6).hexdigest()
        return Lesson(
            key=f"playlist-{digest}",
            place=0,
            title=self.title or "Playlist",
            about="",
            cards=tuple(cards),
            sources=tuple(dict.fromkeys(source for told in of for source in told.sources)),
            not_shown=" ".join(dict.fromkeys(told.not_shown for told in of)),
        )


def write_file(playlist: Playlist) -> str:
    """The text of its file."""
    cards = [
        f"{each.lesson}/{each.card}"
        if isinstance(each, Taken)
        else {key: value for key, value in asdict(each).items() if value}
        for each in playlist.cards
    ]
    return json.dumps({"playlist": playlist.title, "cards": cards}, ensure_ascii=False, indent=1)


def read_file(content: bytes) -> tuple[Playlist, tuple[str, ...]]:
    """The playlist of a file, and a sentence for each part that cannot be used.

    Raises:
        ValueError: it is no such file; one sentence.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(
            f"The file has {len(content) / 1e6:.1f} MB, and a playlist at most "
            f"{MAX_BYTES / 1e6:g} MB"
        )
    return _read(content, NO_FILE)


def write_link(playlist: Playlist) -> str:
    """It as a part of a link.

    Raises:
        ValueError: it is too long for one; a file has room for it.
    """
    packed = zlib.compress(json.dumps(json.loads(write_file(playlist))).encode(), 9)
    link = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(link) > MAX_LINK:
        raise Refusal(
            f"The playlist is too long for a link of {MAX_LINK} characters: hand it on as its file"
        )
    return link


def read_link(text: str) -> tuple[Playlist, tuple[str, ...]]:
    """The playlist of a link, and a sentence for each part that cannot be used.

    Raises:
        ValueError: it cannot be read; one sentence.
    """
    letters = re.sub(r"\s", "", text)
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
        reader = zlib.decompressobj()
        content = reader.decompress(packed, MAX_BYTES)  # however much more it would become
    except (ValueError, zlib.error):
        raise Refusal(UNREAD) from None
    if not reader.eof:
        raise Refusal(UNREAD)
    return _read(content, UNREAD)


def _read(content: bytes, refusal: str) -> tuple[Playlist, tuple[str, ...]]:
    try:
        file = json.loads(content)
        title, parts = file["playlist"], file["cards"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise Refusal(refusal) from None
    if not isinstance(title, str) or not isinstance(parts, list):
        raise Refusal(refusal)
    cards: list[Taken | Own] = []
    left_out: list[str] = []
    for n, part in enumerate(parts[:MAX_CARDS], 1):
        try:
            cards.append(_card(part))
            if isinstance(part, Mapping):
                left_out += Experiment.from_query(part["race"]).problems
        except Refusal as error:
            left_out.append(error.instead(f"card {n} was left out"))
    if len(left_out) > MAX_NAMED:
        left_out[MAX_NAMED:] = [f"{len(left_out) - MAX_NAMED} more parts cannot be used."]
    if len(parts) > MAX_CARDS:
        left_out.append(f"A playlist can have {MAX_CARDS} cards; the first {MAX_CARDS} are used.")
    try:
        return Playlist(title, tuple(cards)), tuple(left_out)
    except Refusal as error:
        return Playlist("", tuple(cards)), (error.instead("it was left out"), *left_out)


def _card(part: Any) -> Taken | Own:
    if isinstance(part, str):
        lesson, _, card = part.partition("/")
        return Taken(lesson, card)
    known = {each.name for each in fields(Own)}
    if not isinstance(part, Mapping):
        raise Refusal("A card must be a lesson’s, as in adam/momentum, or have a race")
    said = {key: part[key] for key in known if key in part}
    for name in LISTS:
        listed = said.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise Refusal(f"A card’s {name} must be a list of texts")
        said[name] = tuple(listed)
    if not isinstance(said.setdefault("right", 0), int) or isinstance(said["right"], bool):
        raise Refusal("The right answer of a card must be its number")
    if not all(isinstance(said.get(name, ""), str) for name in known - {*LISTS, "right"}):
        raise Refusal("What a card says must be text")
    return Own(**{"race": "", **said})


def _text(name: str, text: str) -> str:
    """A text in one line, without signs that are none."""
    line = " ".join("".join(map(_sign, text)).split())
    longest, whose = LONGEST.get(name), "playlist" if name == "title" else "card"
    if longest and len(line) > longest:
        raise Refusal(f"A {whose}’s {name} can have {longest} characters, and this has {len(line)}")
    return line


def _sign(character: str) -> str:
    """A sign, a space for what breaks a line, or nothing for what is none or turns a text about."""
    if character.isspace():
        return " "
    is_none = unicodedata.category(character) in ("Cc", "Cs", "Cn") or character in TURNS
    return "" if is_none else character


def _literal(text: str) -> str:
    """A text as `Measured.told` gives it unchanged."""
    return text.replace("{", "{{").replace("}", "}}")


def _is(holds: bool, measured: object) -> bool:
    return holds
