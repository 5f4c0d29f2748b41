"""Data that a person brings: a CSV in any of its dialects, and the rows that are chosen from it.

Nothing here can take long or much: a file is at most `MAX_BYTES`, is read line by line, and of a
long one only evenly spaced rows are kept.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from settings import shorten

Array = NDArray[np.float64]

MAX_BYTES = 4_000_000
MAX_ROWS = 500  # that are kept, with the names: each is looked at for every point of a picture
MAX_COLUMNS = 50
MAX_LINE = 65_536  # characters
MAX_NAME = 40  # characters; so is a number's length
MAX_ABOVE = 50  # rows of words
MIN_ROWS = 3

SAMPLE = 50  # lines that tell the dialect
DIALECTS = ((",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), (",", ","))
"""Separator and decimal sign; where two read a file equally well, the first."""

MISSING = {"", "-", "--", "?", ".", "na", "n/a", "nan", "null", "#n/a"}
GAPS = MISSING | {"none"}  # which among words is one
NO_COLUMNS = np.empty((0, 0))
WORD = np.inf  # stands in a row for what is neither a number nor a gap, which is nan

MINUS = str.maketrans("−–", "--")
SEPARATOR = re.compile(r'"?sep=([^\w"])"?', re.IGNORECASE)
UNITS = "%$€£¥ \t\u00a0\u202f"  # before or after a number
NUMBER = {  # by its decimal sign
    sign: re.compile(rf"[+-]?(\d+({end})?|[{sign}]\d+)([eE][+-]?\d+)?", re.ASCII)
    for sign, end in ((".", r"\.\d*"), (",", r",\d+"))
}
THOUSANDS = {  # in groups of three digits
    sign: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}(?P<by>[{other} '’\u00a0\u202f])\d{{3}}((?P=by)\d{{3}})*"
        rf"(?P<rest>[{sign}]\d+)?",
        re.ASCII,
    )
    for sign, other in ((".", ","), (",", "."))
}
YEARS = range(1500, 2200)


@dataclass(frozen=True)
class Data:
    """The rows that a loss is taken over.

    Two are equal if their names and numbers are.

    Attributes:
        names: one a column.
        columns: (k, n), finite, read-only; n is at least `MIN_ROWS`.
        note: a sentence on the rows that were left out; empty if none were.

    Raises:
        ValueError: there are too few rows, or a column's numbers are all the same or too large.
    """

    names: tuple[str, ...]
    columns: Array = field(compare=False, repr=False)
    note: str = field(default="", compare=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        columns = np.array(self.columns, np.float64)
        columns.flags.writeable = False
        if columns.shape[1] < MIN_ROWS:
            raise ValueError(
                f"{MIN_ROWS} rows with numbers in {_listed(self.names)} are needed, not "
                f"{columns.shape[1]}: fill their gaps or choose other columns."
            )
        with np.errstate(all="ignore"):
            spread, size = columns.std(axis=1), np.abs(columns).max(axis=1)
        for name, s, most in zip(self.names, spread, size, strict=True):
            if not np.isfinite(s):
                raise ValueError(f"The numbers of “{name}” are too large: choose another column.")
            if s <= 1e-12 * most or s < 1e-100:
                raise ValueError(
                    f"“{name}” has the same number in every row: choose another column."
                )
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "digest", digest(self.names, columns))

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.columns.shape[1])

    @cached_property
    def means(self) -> Array:
        """Of each column, (k,)."""
        means: Array = self.columns.mean(axis=1)
        return means

    @cached_property
    def spreads(self) -> Array:
        """The standard deviation of each column, (k,), over n and not n - 1."""
        spreads: Array = self.columns.std(axis=1)
        return spreads


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of numbers in a file.

    Attributes:
        names: one a column, all different.
        columns: (k, n) with k of at least 2; nan where a row has a gap.
        note: a sentence on the rows that were left out; empty if none were.
        words: what stands in each column and is no number, for one; empty if all are or are gaps.
    """

    names: tuple[str, ...]
    columns: Array
    note: str = ""
    words: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """12 digits that tell it from others."""
        return digest(self.names, self.columns)

    def take(self, names: Sequence[str]) -> Data:
        """The rows that have a number in each of the named columns.

        Raises:
            ValueError: there is no such column, or `Data` refuses the numbers.
        """
        for name in names:
            if name not in self.names:
                raise ValueError(f"The file has no column of numbers “{name}”.")
        indices = [self.names.index(name) for name in names]
        chosen = self.columns[indices]
        whole = np.isfinite(chosen).all(axis=0)
        gaps = int((~whole).sum())
        notes = [self.note] if self.note else []
        if gaps:
            rows, are = ("1 row has", "is") if gaps == 1 else (f"{gaps} rows have", "are")
            word = next((self.words[i] for i in indices if self.words and self.words[i]), "")
            what = f"a gap or what is no number, such as “{word}”," if word else "a gap"
            notes.append(f"{rows} {what} and {are} left out.")
        return Data(tuple(names), chosen[:, whole], " ".join(notes))


def digest(names: Iterable[str], columns: Array = NO_COLUMNS) -> str:
    """12 digits that tell names and numbers from others."""
    text = "\n".join(names).encode() + columns.astype("<f8").tobytes()
    return hashlib.blake2b(text, digest_size=6).hexdigest()


def read_csv(content: bytes) -> Table:
    """Read a file of numbers in columns.

    Separated by commas, semicolons or tabs, or as a line such as `sep=|` says; with a decimal point
    or comma, in thousands or not, with signs of currencies and percent; in UTF-8, UTF-16 or
    Windows' Latin; with names in a row above the numbers, in the last of the comments before them,
    or none. A column of two words is one of 0 and 1, in alphabetical order; others of words are not
    offered, and what is no number in a column of numbers is a gap.

    Raises:
        ValueError: the file cannot be read as at least two columns of numbers; one sentence.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"The file has {len(content) / 1e6:.1f} MB, and at most {MAX_BYTES / 1e6:g} MB are "
            f"read: leave some of its rows out."
        )
    if not content.strip():
        raise ValueError("The file is empty: choose one with numbers in columns.")
    encoding = _encoding(content)
    stated, comment, lines = _opened(_lines(content, encoding))
    dialects = ((stated, "."), (stated, ",")) if stated else DIALECTS
    separator, decimal = _dialect(list(islice(lines, SAMPLE)), dialects)
    *_, lines = _opened(_lines(content, encoding))
    sample = _sampled(_rows(lines, separator), decimal)
    longest = max(map(len, sample.rows), default=0)
    rows = [row + [""] * (longest - len(row)) for row in sample.rows]
    table = np.reshape([_numbers(row, decimal) for row in rows], (len(rows), longest))
    total = sample.total
    names = _named(sample.above, int((~np.isnan(table)).any(axis=0).sum()))
    if not names and len(rows) > 1 and _are_names(table):
        names, rows, table, total = sample.rows[0], rows[1:], table[1:], total - 1
    names = names or _names_in(comment, separator, table.shape[1])
    if len(names) == sample.width - 1 and (~np.isnan(table[:, -1])).all():
        names = ["", *names]  # R names no column of row names
    names += [""] * (table.shape[1] - len(names))
    words = [
        next((shorten(row[i]) for row, n in zip(rows, column, strict=True) if n == WORD), "")
        for i, column in enumerate(table.T)
    ]
    offered: list[int] = np.flatnonzero(_of_numbers(table)).tolist()
    for i, classes in _classes(rows, table).items() if offered else ():
        table[:, i] = [classes.index(row[i]) if row[i] in classes else np.nan for row in rows]
        names[i], words[i] = f"{names[i]}: {classes[1]}".removeprefix(": "), ""
        offered.append(i)
    if len(offered) < 2:
        word = next((word for i, word in enumerate(words) if word and i not in offered), "")
        for_one = f", as “{word}” is none" if word else ""
        raise ValueError(
            f"The file has no two columns of numbers{for_one}: it should look like a table with "
            f"one row a line, separated by commas, semicolons or tabs."
        )
    if len(table) < MIN_ROWS:
        several = "1 row" if len(table) == 1 else f"{len(table)} rows"
        raise ValueError(f"The file has {several} of numbers, and at least {MIN_ROWS} are needed.")
    columns = table.T[offered]
    return Table(
        tuple(_names(names, offered)),
        np.where(columns == WORD, np.nan, columns),
        f"Of {total:,} rows, one in {sample.every} is used." if sample.every > 1 else "",
        tuple(words[i] for i in offered),
    )


@dataclass(frozen=True)
class _Sample:
    """Evenly spaced rows of a file, of their cells the first and of these the beginnings.

    Attributes:
        above: the last rows of words above the numbers, whole.
        rows: those that are kept.
        width: how many cells the longest has in the file.
        total: how many rows there are from the first number on.
        every: of how many rows one is kept.
    """

    above: list[list[str]]
    rows: list[list[str]]
    width: int
    total: int
    every: int


def _sampled(rows: Iterable[list[str]], decimal: str) -> _Sample:
    above: deque[list[str]] = deque(maxlen=MAX_ABOVE)
    kept: list[list[str]] = []
    width, total, every = 0, 0, 1
    for row in rows:
        if not kept and _are_words(_numbers(row, decimal)):
            above.append(row)
            continue
        width = max(width, len(row))
        if total % every == 0:
            kept.append([cell.strip()[: MAX_NAME + 1] for cell in row[:MAX_COLUMNS]])
            if len(kept) > MAX_ROWS:
                kept, every = kept[::2], 2 * every
        total += 1
    return _Sample(list(above), kept, width, total, every)


def _classes(rows: Sequence[Sequence[str]], table: Array) -> dict[int, list[str]]:
    """The columns of two different words and nothing else, with these."""
    found = {}
    for i, column in enumerate(table.T):
        words = {row[i] for row in rows if row[i].lower() not in MISSING}
        if len(words) == 2 and not np.isfinite(column).any() and max(map(len, words)) <= MAX_NAME:
            found[i] = sorted(words)
    return found


def _are_words(row: Array) -> bool:
    """Whether there are words and gaps in a row, and no number."""
    return bool((row == WORD).any()) and not np.isfinite(row).any()


def _are_names(table: Array) -> bool:
    """Whether the first row of a table (n, k) names its columns: by a word, or years in order."""
    first, *others = table[:, _of_numbers(table[1:])]
    years = _are_years(first) and not any(map(_are_years, others))
    return years or bool((first == WORD).any())


def _are_years(row: Array) -> bool:
    """Whether a row holds years, one after the other."""
    in_order = len(row) > 1 and np.array_equal(row, row[0] + np.arange(len(row)))
    return in_order and row[0] in YEARS


def _of_numbers(table: Array) -> NDArray[np.bool_]:
    """Which columns of a table (n, k) hold more numbers than words."""
    more: NDArray[np.bool_] = np.isfinite(table).sum(axis=0) > (table == WORD).sum(axis=0)
    return more


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    opening = content[:1000]
    if 0 in opening:  # plain letters in UTF-16, whose other byte is 0
        return "utf-16-le" if opening[1::2].count(0) >= opening[::2].count(0) else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), MAX_LINE):
            decoder.decode(content[start : start + MAX_LINE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise ValueError(
                f"A line of the file is longer than {MAX_LINE:,} characters: it is no table."
            )
        yield line


def _opened(lines: Iterator[str]) -> tuple[str, str, Iterator[str]]:
    """The separator that a first line states for Excel, the last comment, and the table's lines."""
    stated = comment = ""
    for line in lines:
        if found := SEPARATOR.fullmatch(line.strip("\r\n ")):
            stated = found[1]
        elif line.startswith("#"):
            comment = line
        elif line.strip("\r\n"):
            return stated, comment, chain([line], lines)
    return stated, comment, lines


def _names_in(comment: str, separator: str, width: int) -> list[str]:
    """The names in a comment above a table that has none, if it holds as many."""
    names = next(_rows([comment.lstrip("# ") if comment[1:2] == " " else comment], separator), [])
    return names if len(names) == width else []


def _named(above: Sequence[list[str]], columns: int) -> list[str]:
    """Which of the rows of words above the numbers names so many columns.

    A title above the names has fewer cells or more, and units below them come later.
    """

    def misfit(row: Sequence[str]) -> int:
        return abs(sum(bool(cell.strip()) for cell in row) - columns)

    return min(above, key=misfit) if above else []


def _rows(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The rows that are not empty."""
    try:
        yield from filter(None, csv.reader(lines, delimiter=separator, skipinitialspace=True))
    except csv.Error:
        raise ValueError(
            "The file cannot be read as a table: perhaps a quotation mark is not closed."
        ) from None


def _dialect(sample: Sequence[str], dialects: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The separator and the decimal sign with which the first lines read best.

    They read well as far as their cells are numbers, not words, and their rows equally long. A cell
    with a tab in it counts as a word: it would rather be two. 1,234 is no sign of a decimal point.
    """

    def readable(dialect: tuple[str, str]) -> tuple[bool, float]:
        separator, decimal = dialect

        def evidence(cell: str) -> str:
            signs = {decimal, "."} if separator == "," else {decimal}
            if "\t" in cell:
                return "x"
            text = _bare(cell)
            found = [match for sign in signs if (match := THOUSANDS[sign].fullmatch(text))]
            either = any(match["by"] in ".," and not match["rest"] for match in found)
            return "" if either else cell

        rows = [_numbers(list(map(evidence, row)), decimal) for row in _rows(sample, separator)]
        several = sum(len(row) > 1 for row in rows)
        cells = np.concatenate([np.empty(0), *rows])
        more = int(np.isfinite(cells).sum()) - int((cells == WORD).sum())
        alike = int(np.bincount([len(row) for row in rows]).max()) if rows else 0
        return 2 * several > len(rows), more * alike / max(len(cells) * len(rows), 1)

    return max(dialects, key=readable)


def _numbers(row: list[str], decimal: str) -> Array:
    """The cells as numbers; nan for a gap, `WORD` for anything else."""
    out = np.full(min(len(row), MAX_COLUMNS), np.nan)
    for index, cell in enumerate(row[:MAX_COLUMNS]):
        text = _bare(cell)
        if len(text) > MAX_NAME:
            out[index] = WORD
        elif NUMBER[decimal].fullmatch(text):
            number = float(text.replace(",", "."))
            out[index] = number if np.isfinite(number) else np.nan
        elif found := THOUSANDS[decimal].fullmatch(text):
            out[index] = float(text.replace(found["by"], "").replace(",", "."))
        elif cell.strip().translate(MINUS).lower() not in GAPS:
            out[index] = WORD
    return out


def _bare(cell: str) -> str:
    """A number without what stands around it, such as the sign of a currency."""
    text = cell.strip().translate(MINUS).strip(UNITS)
    return text[:1] + text[1:].lstrip(UNITS) if text[:1] in ("-", "+") else text


def _names(first: Sequence[str], offered: Iterable[int]) -> list[str]:
    """The names of the offered columns, all different, from the first row or their places."""
    names: list[str] = []
    for index in offered:
        name = " ".join(first[index].split())[:MAX_NAME] if index < len(first) else ""
        name = plain = name or f"Column {index + 1}"
        again = 1
        while name in names:
            again += 1
            name = f"{plain} ({again})"
        names.append(name)
    return names


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
