"""A formula cut into tokens, in which x(1), x[0], x_1 and x₁ are x or y."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import NoReturn

from formulas.advice import (
    CONDITIONS,
    CONSTANTS_ELSEWHERE,
    NAMES_HERE,
    Text,
    brackets,
    instead,
    joined,
)
from formulas.functions import ALIASES, FUNCTIONS
from formulas.signs import GREEK, WORDS

CONSTANTS = ("pi", "e")

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_](?:\w|(?<=_)\(\d+\)|(?<=_)\{\d+\})*)"
    r"|(?P<sign>\*\*|//|[-+*/^(),|%{}\[\]])",
    re.ASCII,
)
_INDEX = r"(?:_?\d+|_\(\d+\)|_\{\d+\})"
_LETTER = rf"(?:{'|'.join(GREEK.values())}|[a-df-w])"
PRODUCT = re.compile(rf"((?:pi|e|{_LETTER})\d*)?([xy]*)")
"""A name and x's and y's."""
_INDEXED = re.compile(rf"(pi|e|{_LETTER}{_INDEX}?)?((?:[xy]{_INDEX}?)*)")
_SQUARE = re.compile(
    r"\[\s*(?:(?::|\.\.\.)\s*,\s*)?(\d+)\s*(?:,\s*(?::|\.\.\.)\s*)?\]"  # also x[:, 0]
)
_COLUMN = re.compile(r"\(\s*:\s*,\s*(\d+)\s*\)")  # x(:, 1)
_NO_NUMBER = re.compile(r"\[\s*(?:-\s*\d+|[a-w]\s*(?:[+-]\s*\d+)?)\s*\]")
_LOG = re.compile(r"(?:log|ln)_(?:(\d+|e)(?!\w)|\((\d+|e)\)|\{(\d+|e)\})", re.IGNORECASE)
_LOGS = {"10": "log10", "2": "log2", "e": "log"}


@dataclass(frozen=True)
class Token:
    """A piece of a formula.

    Attributes:
        kind: "number", "name", "function", "sign" or "end".
        text: its plain spelling.
        start, end: where it stands in the formula's plain text.
        word: tokens of one word share this number.
        spaced: whether a space stands before it.
        index: of a name, as it is written: "0", "1", …; empty for none.
        style: how the index is written: "run" for x1, "low" for x_1, "square", "round".
    """

    kind: str
    text: str
    start: int
    end: int
    word: int
    spaced: bool
    index: str = ""
    style: str = ""


def cut(
    text: Text, names: tuple[str, ...] | None, vector: str, lost_plus: bool = False
) -> list[Token]:
    """The formula's tokens; the last is an end.

    Args:
        text: the formula alone.
        names: the parameters there are; None for any single letters.
        vector: the name whose parts x and y are.
        lost_plus: whether a space can be a plus, so that x (2) has no index.

    Raises:
        Refused: a sign or a word has no meaning, or an index can mean two things.
    """
    return _indices_read(text, Cutter(text, names).tokens(), vector, lost_plus)


class Cutter:
    """Cuts a text into tokens; of indices it only notes them."""

    def __init__(self, text: Text, names: tuple[str, ...] | None) -> None:
        self.text = text
        self.plain = text.plain
        self.names = names
        self.found: list[Token] = []
        self.words = 0

    def tokens(self) -> list[Token]:
        at, plain = 0, self.plain
        while plain[at:].strip():
            start = at + len(plain[at:]) - len(plain[at:].lstrip())
            self.words += 1
            at = self.token(start, start > at)
        end = len(plain)
        return [*self.found, Token("end", "", end, end, self.words + 1, False)]

    def add(self, kind: str, text: str, start: int, end: int, spaced: bool) -> int:
        self.found.append(Token(kind, text, start, end, self.words, spaced))
        return end

    def token(self, start: int, spaced: bool) -> int:
        """Read what starts here; where it ends."""
        c = self.plain[start]
        if c in GREEK:
            index = re.compile(_INDEX, re.ASCII).match(self.plain, start + 1)
            end = index.end() if index else start + 1
            return self.word(GREEK[c] + self.plain[start + 1 : end], start, end, spaced)
        if c in WORDS:
            kind = "name" if WORDS[c] in CONSTANTS else "function"
            return self.add(kind, WORDS[c], start, start + 1, spaced)
        if c == "." and self.plain[start + 1 : start + 2] in ("*", "/", "^"):
            return start + 1  # elementwise, as all is here
        if c == "[" and not spaced and self.found and self.found[-1].kind == "name":
            last = self.found[-1]
            square = _SQUARE.match(self.plain, start)
            if letter := _NO_NUMBER.match(self.plain, start):
                why = " has an index that is no number: write x, y or a number in its place"
                self.text.refuse(last.start, letter.end(), why)
            if square and last.index:
                self.text.refuse(last.start, square.end(), " has two indices: write x or y")
            if square:
                self.found[-1] = replace(last, end=square.end(), index=square[1], style="square")
                return square.end()
        column = _COLUMN.match(self.plain, start)
        if column and not spaced and self.found and self.found[-1].kind == "name":
            last = self.found[-1]
            self.found[-1] = replace(last, end=column.end(), index=column[1], style="low")
            return column.end()
        log = _LOG.match(self.plain, start)
        if log and (name := _LOGS.get(log[1] or log[2] or log[3], "")):
            return self.add("function", name, start, log.end(), spaced)
        match = _TOKEN.match(self.plain, start)
        if match is None:
            self.stranger(start, c)
        kind = str(match.lastgroup)
        if kind == "word":
            return self.word(match["word"], start, match.end(), spaced)
        return self.add(kind, match[kind], start, match.end(), spaced)

    def stranger(self, at: int, c: str) -> NoReturn:
        if c == ".":
            self.method(at)
        if c == ";" and self.plain[:at].count("(") > self.plain[:at].count(")"):
            self.text.refuse(at, at + 1, ": write a comma between two values", ",")
        advice = {
            "=": ": write one side alone, or the square of the sides' difference",
            ";": ": write one formula alone",
            "!": ": there are no factorials here; write the number itself",
            "'": ": there are no derivatives, transposes or quotes here; delete it",
            ".": ": write a digit before or after the point",
            "<": ": there are no conditions here; write max, min, abs, sign or step",
            ">": ": there are no conditions here; write max, min, abs, sign or step",
        }.get(c, " is not a sign of a formula: use letters, digits, + - * / ^ and brackets")
        self.text.refuse(at, at + 1, advice, *([""] if c == "'" else []))

    def method(self, at: int) -> None:
        """x.pow(2) is x^2."""
        called = re.compile(r"\.(pow|power|square)\(\s*(\d*)\s*\)").match(self.plain, at)
        if called:
            power = f"^{called[2] or 2}"
            self.text.refuse(at, called.end(), f": write {power}", power)

    def word(self, word: str, start: int, end: int, spaced: bool) -> int:
        """A word's tokens: one, or a name and the x's and y's after it, each with its index."""
        small = word.lower()
        function = ALIASES.get(small, small)
        if function in FUNCTIONS:
            return self.add("function", function, start, end, spaced)
        parts = [(word, "")] if word in (self.names or ()) else self.split(small)
        # A capital may start a sentence, but A is not a: only known words may have capitals.
        strange = {name for name, _ in parts} - {"x", "y", *CONSTANTS, word}
        if not parts or (word != small and strange):
            self.unknown(word, start, end)
        begin, until = start, end - sum(len(name + index) for name, index in parts[1:])
        for at, (name, index) in enumerate(parts):
            if at:
                begin, until = until, until + len(name + index)
            self.add("name", name, begin, until, spaced and at == 0)
            if index:
                style = "run" if index.isdigit() else "low"
                self.found[-1] = replace(self.found[-1], index=index.strip("_(){}"), style=style)
        return end

    def split(self, word: str) -> list[tuple[str, str]]:
        """One name and the x's and y's after it, with their indices; empty if it is not that."""
        match = PRODUCT.fullmatch(word)
        if match:
            head, rest = match[1] or "", match[2]
        elif match := _INDEXED.fullmatch(word):
            # A parameter's index is part of its name.
            head, rest = re.sub(r"[_(){}]", "", match[1] or ""), match[2]
        else:
            return []
        if head and head not in CONSTANTS and self.names is not None and head not in self.names:
            return []
        found = [(each[0], each[1:]) for each in re.findall(rf"[xy]{_INDEX}?", rest)]
        return ([(head, "")] if head else []) + found

    def unknown(self, word: str, start: int, end: int) -> NoReturn:
        low, text = word.lower(), self.text
        if self.plain[end : end + 1] == "." and self.plain[end + 1 : end + 2].isalpha():
            text.refuse(start, end + 1, ": delete it, as functions have no prefix here", "")
        if low in CONDITIONS:
            text.refuse(
                start, end, ": there are no conditions here; write max, min, abs, sign or step"
            )
        until, values = brackets(self.plain, end)
        called = len(values) > 1 or (values and values[0].lower() in ("x", "y"))
        if base := re.fullmatch(r"(?:log|ln)_?[({]?(\d+)[)}]?", low):
            if len(values) == 1:
                text.advise(start, until, f"(log({values[0]})/log({base[1]}))")
        elif write := instead(low, values):
            text.advise(start, until, *write)
        elif write := joined(low, PRODUCT, bool(values)):
            text.advise(start, end, *write)
        if len(word) == 1 and low != word and self.split(low):
            if called:
                text.refuse(start, until, " is no function here: write the formula it stands for")
            other = low if self.is_free(low) else self.with_digits(low)
            text.advise_all(self.places(word), other, why=" is a capital letter")
        if low in CONSTANTS_ELSEWHERE:
            text.advise_all(self.places(word), CONSTANTS_ELSEWHERE[low])
        if "_" in low:
            if low[0] != "_" and len(low.partition("_")[0]) == 1 and low[0] not in "xyz":
                other = self.with_digits(low[0])
                text.advise_all(self.places(word), other, why=" is no letter with digits")
        elif re.fullmatch("[a-y]{2}", low) and self.names is None and not called:
            text.advise(start, end, "*".join(low))
        if self.names is not None:
            known = ", ".join(["x", "y", *CONSTANTS, *self.names])
            text.refuse(start, end, f" is unknown: the names here are {known}")
        text.refuse(
            start, end, f" is unknown: {NAMES_HERE}; functions sin, exp, sqrt, log, max and others"
        )

    def places(self, word: str) -> list[tuple[int, int]]:
        """Where a word stands in the formula."""
        found = re.finditer(rf"(?<![A-Za-z_]){re.escape(word)}(?!\w)", self.plain, re.ASCII)
        return [match.span() for match in found]

    def is_free(self, name: str) -> bool:
        """Whether no parameter of the formula has this name."""
        return not re.search(rf"(?<![A-Za-z]){name}(?:(?![A-Za-z\d])|(?=[xy]))", self.plain)

    def with_digits(self, letter: str) -> str:
        """A name for another parameter with the same letter."""
        return next(name for n in count(1) if self.is_free(name := f"{letter}{n}"))


# Indices


def _indices_read(text: Text, tokens: list[Token], vector: str, lost_plus: bool) -> list[Token]:
    """The tokens with x or y for each part of the vector."""
    rounds = _rounds(tokens, lost_plus)
    vector = _vector(tokens, rounds, vector)
    tokens = _with_rounds(tokens, rounds.get(vector, {}), vector)
    indexed = [token for token in tokens if token.index]
    of_vector = [token for token in indexed if token.text == vector]
    numbers = {int(token.index) for token in of_vector}
    first = _first(text, of_vector, numbers)
    plain = {token.text for token in tokens if token.kind == "name" and not token.index}
    loose = numbers == {1} and {token.style for token in of_vector} == {"round"}
    letters = {token.text for token in tokens if token.kind == "name"}
    for token in of_vector:
        if not loose and (vector in plain or (numbers != {1} and plain & {"x", "y"})):
            _refuse_beside(text, token, first, plain, _places(tokens, token), letters)
    for token in indexed:
        if token.text != vector:
            _refuse_other(text, token, _places(tokens, token), letters)
    return [
        replace(token, text="xy"[int(token.index) - first], index="", style="")
        if token.index
        else token
        for token in tokens
    ]


def _places(tokens: list[Token], token: Token) -> list[tuple[int, int]]:
    """Where the same index of the same name stands."""
    same = [t for t in tokens if (t.text, t.index) == (token.text, token.index)]
    return [(t.start, t.end) for t in same]


def _rounds(tokens: list[Token], lost_plus: bool) -> dict[str, dict[int, str]]:
    """The places of each name that stands before a whole number in a bracket, x(1)."""
    found: dict[str, dict[int, str]] = {}
    for at in range(len(tokens) - 3):
        token, opening, number, closing = tokens[at : at + 4]
        if token.kind == "name" and not token.index and token.text not in CONSTANTS:
            inside = (opening.text, closing.text) in (("(", ")"), ("{", "}"))
            inside = inside and not (lost_plus and opening.spaced)
            if inside and number.text.isdigit() and len(number.text) < 3:
                found.setdefault(token.text, {})[at] = number.text
    return found


def _vector(tokens: list[Token], rounds: Mapping[str, Mapping[int, str]], stated: str) -> str:
    """The name whose parts x and y are: another than x where all that varies is its parts."""
    names = {token.text for token in tokens if token.kind == "name"}
    if stated != "x" or "x" in names:
        return stated
    alone = {token.text for token in tokens if token.kind == "name" and not token.index}
    for name in sorted(names):
        square = {token.index for token in tokens if token.text == name and token.style == "square"}
        numbers = {*square, *rounds.get(name, {}).values()}
        times = sum(token.text == name and not token.index for token in tokens)
        whole = times == len(rounds.get(name, {}))
        only = name == "y" or "y" not in alone
        if whole and only and (square or (len(numbers) > 1 and numbers <= {"0", "1", "2"})):
            return name
    return stated


def _with_rounds(tokens: list[Token], places: Mapping[int, str], vector: str) -> list[Token]:
    """The vector's parts x(1) as one token each; x(3) alone is a product."""
    others = {token.index for token in tokens if token.text == vector and token.index}
    if not ({*places.values()} & {"0", "1", "2"} or len({*places.values(), *others}) > 1):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if at in places:
            end = tokens[at + 3].end
            out.append(replace(token, end=end, index=places[at], style="round"))
            at += 4
        else:
            out.append(token)
            at += 1
    return out


def _first(text: Text, indexed: list[Token], numbers: Collection[int]) -> int:
    """From what number indices count: an index 0 anywhere means 0, a 2 anywhere 1."""
    for token in indexed:
        number = int(token.index)
        if number > 2 or (number == 2 and 0 in numbers):
            if token.style == "run":
                _as_power(text, token)
            text.refuse(token.start, token.end, " is a third coordinate: there are only x and y")
    if 0 in numbers:
        return 0
    for token in indexed:
        if numbers == {1} and token.style == "square":
            text.advise(token.start, token.end, "y", "x", why=" counts from 0 or from 1")
    return 1


def _as_power(text: Text, token: Token) -> NoReturn:
    name, number = token.text, token.index
    text.advise(token.start, token.end, f"{name}^{number}", f"{name}*{number}")


def _refuse_beside(
    text: Text,
    token: Token,
    first: int,
    plain: Collection[str],
    places: list[tuple[int, int]],
    letters: Collection[str],
) -> NoReturn:
    """Refuse an index beside an x or y that has none."""
    number = int(token.index)
    meant = "xy"[number - first]
    beside = f" beside {'x' if 'x' in plain else 'y'}"
    why = f"{beside} can mean two things"
    if token.style == "round":
        text.advise_all(places, meant, f"{token.text}*({number})", why=why)
    if token.style == "square":
        text.advise_all(places, meant, why=why)
    if number > 1 and token.style == "run":
        text.advise_all(places, f"{token.text}^{number}", meant, why=beside)
    text.advise_all(places, _free(letters), meant, why=f"{beside} can be a number")


def _refuse_other(
    text: Text, token: Token, places: list[tuple[int, int]], letters: Collection[str]
) -> NoReturn:
    """Refuse an index of what is no vector here."""
    number = int(token.index)
    if token.text == "y" and number > 1 and token.style == "run":
        _as_power(text, token)
    if token.text == "y" and number == 1:
        text.advise_all(places, "y")
    text.advise_all(places, _free(letters), why=" can be a number")


def _free(letters: Collection[str]) -> str:
    """A letter for a number that is not in the formula yet."""
    names = chain("abcdfghjklmnpqrstuvw", (f"a{n}" for n in count(1)))
    return next(name for name in names if name not in letters)
