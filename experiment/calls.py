"""The call grammar of a link, name(key=value,…), whose values may be calls themselves.

It knows no experiment: names and values are text, and whoever reads a call says what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from settings import Refusal

MAX_CALL = 1000
WRAPPED = ""
"""Stands for the name of an argument that is written without one."""

QUOTES = " \t\"'`“”„‟‘’‚«»‹›<"
"""What stands before a link in a text, and is nothing of it."""
ENDS = QUOTES + ">.,;:"
"""What stands behind one, and may stand behind a formula."""
AROUND = ENDS + "!?*_\\"
"""What stands behind any other part."""

_CALL = re.compile(r"\s*([^()=,;<>]*\w[^()=,;<>]*?)\s*(?:\((.*)\))?\s*", re.DOTALL)
_NEXT = re.compile(r"(?<=[^\s=])\s+(?=\w+\s*=)")
_DIGITS = re.compile(r"\d+(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?(\d+)")


@dataclass(frozen=True)
class Call:
    """What was read.

    Attributes:
        name: before the bracket.
        arguments: name and value of each, in order; `WRAPPED` for the name of one without.
    """

    name: str
    arguments: tuple[tuple[str, str], ...] = ()


def write_call(name: str, arguments: Mapping[str, str]) -> str:
    """A call as a link spells it; without brackets where nothing stands in them."""
    inside = ",".join(
        value if key == WRAPPED else f"{key}={value}" for key, value in arguments.items()
    )
    return f"{name}({inside})" if inside else name


def read_call(text: str) -> Call:
    """Split name(key=value,…) into the name and its arguments.

    Brackets that are missing at the end, or there are too many of, are mended.

    Raises:
        Refusal: the text is no such call.
    """
    for spelled in (text, closed(text)):
        if (call := _read(spelled)) is not None:
            return call
    raise unreadable(text)


def unreadable(text: str) -> Refusal:
    """The refusal of what is no call."""
    return Refusal(f"“{shorten(text)}”", "cannot be read as name(key=value,…)")


def closed(text: str, ends: str = AROUND) -> str:
    """The text with as many brackets closed as it opens, and without what mails put behind it.

    A bracket that is opened last and empty is left: what stood in it is lost.
    """
    opened = text.count("(") - text.count(")")
    if opened > 0:
        return text if text.rstrip().endswith(("(", "=", ",")) else text + ")" * opened
    text = text.rstrip(ends)
    while opened < 0 and text.endswith(")"):
        text, opened = text[:-1].rstrip(ends), opened + 1
    return text


def split(inside: str) -> list[str]:
    """Split at the commas and semicolons that no bracket encloses, but not within a number.

    After a whole number, digits that have no name are what stands behind its decimal comma.
    """
    parts, depth = [""], 0
    for character in inside:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character in ",;" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    whole: list[str] = []
    for part in filter(str.strip, parts):
        if whole and _DIGITS.fullmatch(part.strip()) and _takes_decimals(whole[-1]):
            whole[-1] = f"{whole[-1].rstrip()},{part.strip()}"
        else:
            whole.append(part)
    return whole


def shorten(text: str, length: int = 40) -> str:
    """At most so many characters of a text that is quoted."""
    return text if len(text) <= length else text[: length - 1] + "…"


def repeated(names: Sequence[str]) -> list[str]:
    """The names that come more than once, each as often as it comes again."""
    return [name for i, name in enumerate(names) if name in names[:i]]


def _spaced(part: str) -> list[str]:
    """Arguments that spaces separate: a second name in one is another's."""
    return _NEXT.split(part) if "(" not in part and part.count("=") > 1 else [part]


def _takes_decimals(argument: str) -> bool:
    _, equals, value = argument.partition("=")
    return bool(equals and _WHOLE.fullmatch(value.strip()))


def _read(text: str) -> Call | None:
    match = _CALL.fullmatch(text)
    if len(text) > MAX_CALL or not match:
        return None
    name, inside = match.groups()
    arguments = []
    for part in chain.from_iterable(map(_spaced, split(inside or ""))):
        key, equals, value = part.partition("=" if "=" in part else ":")
        if "(" in key or not equals:
            key, value = WRAPPED, part
        if value.count("(") != value.count(")"):
            return None
        arguments.append((key.strip(), value.strip()))
    return Call(name, tuple(arguments))
