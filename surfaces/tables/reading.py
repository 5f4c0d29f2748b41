"""Data that a person brings: a file of columns in any of its dialects becomes a `Table`.

Nothing here can take long or much: a file is at most `MAX_BYTES`, is read line by line, and of a
long one only some rows are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

import numpy as np

from surfaces.tables.cells import GAPS, MAX_NAME, bare, decimals
from surfaces.tables.columns import Column, column, names
from surfaces.tables.dialect import Dialect, comment, dialect, quoted, refuse_foreign, rows
from surfaces.tables.head import Head, head
from surfaces.tables.sample import Survey, cut, sample, survey
from surfaces.tables.table import MIN_ROWS, ROW_NUMBER, Reading, Seen, Table

MAX_BYTES = 4_000_000
OPENING = 100  # rows among which the names are looked for
MAX_TITLE = 200  # characters of a name that are read, before it is shortened
SEEN = 12  # rows that a person is shown

PROOF = re.compile(rb"\d[.,]\d{2,3}[.,]\d")  # what proves a decimal sign looks like this
TOTALS = re.compile(
    r"(grand |sub)?totals?|(gesamt)?summe|gesamt|insgesamt|sum|totaux|total général|totale|totaal|"
    r"averages?|mean|mittelwert|durchschnitt|moyenne|media",
    re.IGNORECASE,
)
AS_IT_LOOKS = Reading()


def look(content: bytes, reading: Reading = AS_IT_LOOKS) -> Seen:
    """What a file is taken for, whether it can be used or not.

    Raises:
        ValueError: it is no text in rows; one sentence.
    """
    seen, _, _ = _opened(content, reading)
    return seen


def read_csv(content: bytes, reading: Reading = AS_IT_LOOKS) -> Table:
    """Read a file of numbers in columns.

    Separated by commas, semicolons, tabs, bars or spaces, or as a line such as `sep=:` says; also
    Markdown's tables. With a decimal point or comma, of each column the one that its cells prove;
    in thousands or not, with signs of currencies and percent, or in one unit throughout; in UTF-8,
    UTF-16 or Windows' Latin; with names in a row above the numbers, in the last of the comments
    before them, or none. Dates are days, months or years since the first. A column of two words is
    one of 0 and 1, in alphabetical order; others of words are not offered, and what is no number in
    a column of numbers is a gap. Beside a single column of numbers stands the row's number.

    Args:
        reading: what a person knows better.

    Raises:
        ValueError: the file cannot be read as columns of numbers; one sentence.
    """
    seen, how, above = _opened(content, reading)
    prove = reading.decimal is None and bool(PROOF.search(content.replace(b"\0", b"")))
    found = survey(islice(rows(content, how), above.start, None), prove)
    places, kept = sample(islice(rows(content, how), above.start, None), found)
    notes = []
    if found.total > len(kept):
        notes.append(f"Of {found.total:,} rows, {len(kept)} are used, from all parts of the file.")
    for total in reversed(_totals(kept)):
        notes.append(f"The row “{next(filter(None, kept[total]))}” is left out.")
        del places[total], kept[total]

    width = max(map(len, kept), default=0)
    columns = [[row[i] if i < len(row) else "" for row in kept] for i in range(width)]
    signs = [how.decimal] * width
    if reading.decimal is None:
        signs = decimals(_with_proofs(columns, found), how.decimal)
    read = [
        column(
            i,
            above.names[i] if i < len(above.names) else "",
            cells,
            signs[i],
            None if reading.gaps is None else {"", *reading.gaps},
            reading.order or "",
            how.separator == ";" or how.decimal == ",",
        )
        for i, cells in enumerate(columns)
    ]
    row_numbers = np.array(places, np.float64) + 1
    usable = [each for each in read if isinstance(each, Column)]
    offered = [each for each in usable if not each.one]
    offered += [each for each in usable if each.one] if offered else []
    if len(offered) == 1 and not offered[0].since and len(kept) >= MIN_ROWS:
        offered = [Column(0, ROW_NUMBER, row_numbers), *offered]
    if len(offered) < 2:
        word = next((each for each in read if isinstance(each, str) and each), "")
        for_one = f", as “{word}” is none" if word else ""
        raise ValueError(
            f"The file has no two columns of numbers{for_one}: it should look like a table with "
            f"one row a line, separated by commas, semicolons or tabs."
        )
    if len(kept) < MIN_ROWS:
        several = "1 row" if len(kept) == 1 else f"{len(kept)} rows"
        raise ValueError(f"The file has {several} of numbers, and at least {MIN_ROWS} are needed.")
    of_numbers = Counter(signs[each.place] for each in offered if not (each.one or each.since))
    taken = replace(
        seen.reading,
        decimal=max(of_numbers, key=of_numbers.__getitem__, default=how.decimal),
        gaps=_gaps(columns) if reading.gaps is None else reading.gaps,
        order=next((each.order for each in offered if each.order), None),
    )
    called = names(offered)
    return Table(
        tuple(called),
        np.array([each.numbers for each in offered]),
        " ".join(notes),
        tuple(each.word for each in offered),
        row_numbers,
        replace(seen, reading=taken),
        _preview(columns, above.names, dict(zip(called, offered, strict=True))),
    )


def _opened(content: bytes, reading: Reading) -> tuple[Seen, Dialect, Head]:
    """What a file is taken for, how its rows are cut and what stands above its numbers."""
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"The file has {len(content) / 1e6:.1f} MB, and at most {MAX_BYTES / 1e6:g} MB are "
            f"read: leave some of its rows out."
        )
    if not content.strip():
        raise ValueError("The file is empty: choose one with numbers in columns.")
    refuse_foreign(content)
    how = dialect(content, reading.separator or "", reading.decimal or "")
    first, widths = [], []
    for row in islice(rows(content, how), OPENING):
        first.append(cut(row, MAX_TITLE))
        widths.append(len(row))
    said = [" ".join(cell.split()) for cell in comment(content, how)]
    above = head(first, quoted(content, how, OPENING), widths, said, reading.names)
    taken = Reading(how.separator, how.decimal, above.row, reading.gaps or (), reading.order)
    return Seen(taken, tuple(tuple(cut(row)) for row in first[:SEEN]), tuple(said)), how, above


def _totals(kept: Sequence[Sequence[str]]) -> list[int]:
    """Which rows at the ends call themselves sums or means of the others."""
    filled = [i for i, row in enumerate(kept) if any(row)]
    first = [next(filter(None, kept[i])).strip(" :.*") for i in filled]
    summed = [bool(TOTALS.fullmatch(text)) and first.count(text) == 1 for text in first]
    ends = list(takewhile(summed.__getitem__, range(len(first))))
    ends += list(takewhile(summed.__getitem__, range(len(first) - 1, len(ends) - 1, -1)))[::-1]
    return [filled[i] for i in ends] if len(filled) - len(ends) >= MIN_ROWS else []


def _with_proofs(columns: Sequence[Sequence[str]], found: Survey) -> list[list[str]]:
    """The cells of columns, with those elsewhere in the file that prove a decimal sign."""
    return [
        [*cells, *(cell for (place, _), cell in found.proofs.items() if place == i)]
        for i, cells in enumerate(columns)
    ]


def _preview(
    columns: Sequence[Sequence[str]], plain: Sequence[str], offered: Mapping[str, Column]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """See `Table`; what is only words stands as it does in the file."""
    read = {each.place: (name, each) for name, each in offered.items() if name != ROW_NUMBER}
    shown: dict[str, tuple[str, ...]] = {}
    for i, cells in enumerate(columns):
        name = " ".join(plain[i].split())[:MAX_NAME] if i < len(plain) else ""
        first = tuple(cells[:SEEN])
        if i in read:
            name, column = read[i]
            first = tuple("–" if np.isnan(n) else f"{n:.10g}" for n in column.numbers[:SEEN])
        name = name or f"Column {i + 1}"
        while name in shown or (i not in read and name in offered):
            name += " (words)"
        shown[name] = first
    return tuple(shown.items())


def _gaps(columns: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The words among cells that are taken for gaps."""
    said = {bare(cell).lower() for cells in columns for cell in cells}
    return tuple(sorted(said & GAPS - {""}))
