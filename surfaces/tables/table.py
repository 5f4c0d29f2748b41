"""The data of a loss, and the columns of a person's file from which they are chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from settings import Refusal

Array = NDArray[np.float64]

MIN_ROWS = 3
ROW_NUMBER = "Row number"
NO_COLUMNS = np.empty((0, 0))


@dataclass(frozen=True)
class Reading:
    """How a file is read; what is None, as it looks best.

    Attributes:
        separator: the sign between two cells.
        decimal: "." or ",".
        names: which row of the file names the columns, from 1; 0 if none does, -1 if the last of
            the comments above the table does.
        gaps: the words that stand for a missing number, in small letters.
        order: "day" or "month", which of them stands first in dates.
    """

    separator: str | None = None
    decimal: str | None = None
    names: int | None = None
    gaps: tuple[str, ...] | None = None
    order: str | None = None


@dataclass(frozen=True)
class Seen:
    """What a file was taken for.

    Attributes:
        reading: with nothing left open but `order`, where no date asks for it.
        rows: the first, as they stand in the file, of their cells the first and of these the
            beginnings.
        comment: the cells of the last comment above them.
    """

    reading: Reading = Reading()
    rows: tuple[tuple[str, ...], ...] = ()
    comment: tuple[str, ...] = ()


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
            raise Refusal(
                f"{MIN_ROWS} rows with numbers in {_listed(self.names)} are needed, not "
                f"{columns.shape[1]}: fill their gaps or choose other columns"
            )
        with np.errstate(all="ignore"):
            spread, size = columns.std(axis=1), np.abs(columns).max(axis=1)
        for name, s, most in zip(self.names, spread, size, strict=True):
            if not np.isfinite(s):
                raise Refusal(f"The numbers of “{name}” are too large: choose another column")
            if s <= 1e-12 * most or s < 1e-100:
                raise Refusal(f"“{name}” has the same number in every row: choose another column")
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
        places: (n,), which of the file's rows of data these are, from 1.
        seen: what the file was taken for.
        preview: every column of the file with its name and its first cells, numbers as they were
            read.
    """

    names: tuple[str, ...]
    columns: Array
    note: str = ""
    words: tuple[str, ...] = ()
    places: Array | None = None
    seen: Seen = Seen()
    preview: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def digest(self) -> str:
        """12 digits that tell it from others."""
        return digest(self.names, self.columns)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be taken: its columns and the row's number."""
        return tuple(dict.fromkeys((*self.names, ROW_NUMBER)))

    def take(self, names: Sequence[str]) -> Data:
        """The rows that have a number in each of the named columns, of which one may be
        `ROW_NUMBER`.

        Raises:
            ValueError: there is no such column, or `Data` refuses the numbers.
        """
        for name in names:
            if name not in self.choices:
                raise Refusal(f"The file has no column of numbers “{name}”")
        indices = [self.names.index(name) for name in names if name in self.names]
        chosen = np.array([self._column(name) for name in names])
        whole = np.isfinite(chosen).all(axis=0)
        gaps = int((~whole).sum())
        notes = [self.note] if self.note else []
        if gaps:
            rows, are = ("1 row has", "is") if gaps == 1 else (f"{gaps} rows have", "are")
            word = next((self.words[i] for i in indices if self.words and self.words[i]), "")
            what = f"a gap or what is no number, such as “{word}”," if word else "a gap"
            notes.append(f"{rows} {what} and {are} left out.")
        return Data(tuple(names), chosen[:, whole], " ".join(notes))

    def _column(self, name: str) -> Array:
        if name in self.names:
            column: Array = self.columns[self.names.index(name)]
            return column
        return np.arange(1.0, self.columns.shape[1] + 1) if self.places is None else self.places


def digest(names: Iterable[str], columns: Array = NO_COLUMNS) -> str:
    """12 digits that tell names and numbers from others."""
    text = "\n".join(names).encode() + columns.astype("<f8").tobytes()
    return hashlib.blake2b(text, digest_size=6).hexdigest()


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
