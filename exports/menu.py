"""The menu of pictures and films as data: its own form is where the fields are stated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import MappingProxyType

from player import STATIC


@dataclass
class Field:
    """A field of player/static/media.html.

    Attributes:
        name: as the form has it.
        of: what it is for, "png" or "film".
        low, high: the ends of its range, where it is a number.
        whole: whether only whole numbers are in it.
        default: as it is written there.
        choices: what it offers, where it is no number.
    """

    name: str
    of: str
    low: float = math.nan
    high: float = math.nan
    whole: bool = False
    default: str = ""
    choices: list[str] = field(default_factory=list)

    @property
    def range(self) -> str:
        """What it takes, in words."""
        if self.choices:
            return one_of(self.choices)
        return f"a {'whole ' * self.whole}number from {self.low:g} to {self.high:g}"

    def read(self, text: str) -> str:
        """The value as the form takes it. ValueError: it is out of range; the message says which.

        Python's own spellings are read, so that 1.0 is the choice 1.
        """
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if self.choices:
            said = next((choice for choice in self.choices if float(choice) == value), None)
        else:
            fits = self.low <= value <= self.high and (value.is_integer() or not self.whole)
            said = f"{value:.15g}" if fits else None
        if said is None:
            raise ValueError(self.range)
        return said


def one_of(choices: list[str]) -> str:
    """`a, b or c`."""
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


class _Reader(HTMLParser):
    """Reads the fields of the form, but for those that are for everything."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self.most_frames = 0
        self.of = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.most_frames = int(said["data-most-frames"])
        elif tag == "label":
            self.of = said.get("data-for", "")
        elif tag in ("input", "select") and self.of:
            each = self.fields[said["name"]] = Field(said["name"], self.of)
            if tag == "input":
                each.low, each.high = float(said["min"]), float(said["max"])
                each.whole, each.default = said["step"] == "1", said["value"]
        elif tag == "option" and self.of:
            each = self.fields[next(reversed(self.fields))]
            if said["value"] != "0":  # which stands for no choice
                each.choices.append(said["value"])
            if "selected" in said:
                each.default = said["value"]


_reader = _Reader()
_reader.feed((STATIC / "media.html").read_text(encoding="utf-8"))

FIELDS: Mapping[str, Field] = MappingProxyType(_reader.fields)
"""What can be set of a picture or a film, by name."""

MOST_FRAMES = _reader.most_frames
"""Of a film, with those at its end."""
