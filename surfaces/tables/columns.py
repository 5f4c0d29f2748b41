"""What the columns of a table are: numbers, dates, two classes or words; and their names."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from settings import shorten
from surfaces.tables.cells import GAPS, MAX_NAME, MISSING, WORD, bare, numbers
from surfaces.tables.dates import COMPACT, dates

Array = NDArray[np.float64]

ELLIPSIS = "…"
END = 24  # characters that are left of the end of a long name


@dataclass(frozen=True)
class Column:
    """A column that can be used.

    Attributes:
        place: from the left, from 0.
        name: as it stands in the file.
        numbers: (n,); nan for a gap.
        word: what stands in it and is no number, for one; empty if all are or are gaps.
        one: the class that is 1, of two.
        since: what its numbers are, if they are dates.
        order: of these, "day" or "month" first, where that can be asked.
    """

    place: int
    name: str
    numbers: Array
    word: str = ""
    one: str = ""
    since: str = ""
    order: str = ""


def column(
    place: int,
    name: str,
    cells: Sequence[str],
    decimal: str,
    gaps: Set[str] | None,
    order: str,
    day_first: bool,
) -> Column | str:
    """A column's cells as numbers, or a word that stands for why they are none."""
    texts = [bare(cell) for cell in cells]
    missing, absent = (MISSING, GAPS) if gaps is None else (gaps, gaps)
    words = {cell for cell, text in zip(cells, texts, strict=True) if text.lower() not in missing}
    read = numbers(cells, decimal, absent)
    if _is_compact(texts, absent) or not _mostly_numbers(read):
        filled = ["" if text.lower() in absent else text for text in texts]
        if found := dates(filled, order, day_first):
            no_date = np.isnan(found.numbers) & np.array([bool(text) for text in filled])
            word = next((c for c, none in zip(cells, no_date, strict=True) if none), "")
            return Column(
                place, name, found.numbers, shorten(word), since=found.since, order=found.order
            )
    word = shorten(next((c for c, n in zip(cells, read, strict=True) if n == WORD), ""))
    if _mostly_numbers(read):
        return Column(place, name, np.where(read == WORD, np.nan, read), word)
    if len(words) == 2 and not np.isfinite(read).any() and max(map(len, words)) <= MAX_NAME:
        classes = sorted(words)
        ones = [classes.index(cell) if cell in classes else np.nan for cell in cells]
        return Column(place, name, np.array(ones), one=classes[1])
    return word


def _mostly_numbers(read: Array) -> bool:
    return bool(np.isfinite(read).sum() > (read == WORD).sum())


def _is_compact(texts: Sequence[str], gaps: Set[str]) -> bool:
    """Whether all cells are dates such as 20201231, which are numbers too."""
    filled = [text for text in texts if text.lower() not in gaps]
    return len(filled) > 2 and all(map(COMPACT.fullmatch, filled)) and dates(filled) is not None


def names(columns: Sequence[Column]) -> list[str]:
    """The names of columns, short and all different."""
    plain = []
    for each in columns:
        name = " ".join(each.name.split())
        name = f"{name}: {each.one}".removeprefix(": ") if each.one else name
        plain.append(name if name or each.since else f"Column {each.place + 1}")
    found: list[str] = []
    rooms = [MAX_NAME - len(f": {each.since}" if each.since else "") for each in columns]
    for short, each in zip(_short(plain, rooms), columns, strict=True):
        name = whole = f"{short}: {each.since}".removeprefix(": ") if each.since else short
        again = 1
        while name in found:
            again += 1
            name = f"{whole[: MAX_NAME - len(f' ({again})')]} ({again})"
        found.append(name)
    return found


def _short(plain: Sequence[str], rooms: Sequence[int]) -> list[str]:
    """Names of at most so many characters, cut where those that differ still do."""
    out = [name[:room].strip() for name, room in zip(plain, rooms, strict=True)]
    for cut in set(out):
        alike = [i for i, name in enumerate(out) if name == cut]
        whole = [plain[i] for i in alike]
        if len(set(whole)) == 1:
            continue
        low, high = min(whole), max(whole)
        apart = next(
            (k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low)
        )
        ways = [
            [_with_end(plain[i], plain[i][-min(END, rooms[i] - 4) :], rooms[i]) for i in alike],
            [_with_end(plain[i], plain[i][max(apart - 4, 0) :], rooms[i]) for i in alike],
        ]
        for i, name in zip(alike, max(ways, key=lambda way: len(set(way))), strict=True):
            out[i] = name
    return out


def _with_end(name: str, end: str, room: int) -> str:
    if len(name) <= room:
        return name
    end = end[: min(END, room - 4)]
    return name[: room - len(end) - 1] + ELLIPSIS + end
