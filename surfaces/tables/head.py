"""Which row of a table names its columns, and where its numbers begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from surfaces.tables.cells import GAPS, bare, number, unit
from surfaces.tables.dates import is_date

YEARS = range(1500, 2200)
STEPS = {1, 2, 3, 4, 5, 10}  # from a year that names a column to the next, where there are but two
LABELS = """
name country state region city place station date time year month quarter period index id code
sex age group class series variable indicator category product item player team school land
staat stadt ort datum jahr monat quartal pays ville région annee année mois nom país ciudad año
mes nombre paese città anno mese nome
"""
FIRST_NAMES = frozenset(LABELS.split())
COMMENT = -1  # the row of names is the last comment above the table
GAP, WORD, NUMBER, DATE = "", "w", "n", "d"


@dataclass(frozen=True)
class Head:
    """What stands above the numbers.

    Attributes:
        names: one a column, from the left; empty where there are none.
        row: which row of the file they are, from 1; 0 for none, or `COMMENT`.
        start: how many rows of the file are no data.
    """

    names: list[str]
    row: int
    start: int


def head(
    opening: Sequence[Sequence[str]],
    quoted: Sequence[Sequence[bool]],
    widths: Sequence[int],
    comment: Sequence[str],
    row: int | None = None,
) -> Head:
    """Find the names in the first rows of a file.

    Args:
        opening: the cells of these rows, of the widest the first.
        widths: how many cells each of them has.
        quoted: which of them stand in quotes.
        comment: the cells of the last comment before them.
        row: which one it is, where a person says so; see `Head`.
    """
    kinds = [[_kind(cell) for cell in cells] for cells in opening]
    first = _next_of_numbers(kinds, 0)
    if row is not None and row <= len(opening):
        if row > 0:
            return _with_row_names(_at(opening, kinds, row - 1), widths, kinds)
        return Head(list(comment) if row == COMMENT else [], row, _start(kinds, 0))
    body = _body(kinds, first)
    below = kinds[body + 1 :]
    columns = _of_numbers(below)
    if body < len(opening) and _is_named(opening, quoted, kinds, body, columns):
        return _at(opening, kinds, body)
    width = max(widths[body:], default=0)
    if (named := _above(opening, quoted, kinds, body)) is not None:
        return _with_row_names(_at(opening, kinds, named), widths, kinds)
    if body < len(opening) and any(kinds[body][i] == WORD for i in columns if i < len(kinds[body])):
        return _at(opening, kinds, body)
    if len(comment) == width:
        return Head(list(comment), COMMENT, _start(kinds, 0))
    return Head([], 0, _start(kinds, 0))


def _with_row_names(found: Head, widths: Sequence[int], kinds: Sequence[Sequence[str]]) -> Head:
    """The names in a row, where R names no column of row names."""
    width = max(widths[found.start :], default=0)
    full = all(
        wide == width and cells[-1] != GAP
        for wide, cells in zip(widths[found.start :], kinds[found.start :], strict=True)
    )
    if full and widths[found.row - 1] == width - 1:
        return Head(["", *found.names], found.row, found.start)
    return found


def _kind(cell: str) -> str:
    text = bare(cell)
    if text.lower() in GAPS:
        return GAP
    if any(number(text, sign) is not None or unit(text, sign) for sign in ".,"):
        return NUMBER
    return DATE if is_date(text) else WORD


def _next_of_numbers(kinds: Sequence[Sequence[str]], start: int) -> int:
    """The first row from a place on with a number or a date in it; the last if there is none."""
    for i in range(start, len(kinds)):
        if NUMBER in kinds[i] or DATE in kinds[i]:
            return i
    return len(kinds)


def _start(kinds: Sequence[Sequence[str]], after: int) -> int:
    """The first row of numbers from a place on, or of the rows of gaps that stand before it."""
    start = _next_of_numbers(kinds, after)
    while start > after and WORD not in kinds[start - 1]:
        start -= 1
    return start


def _of_numbers(kinds: Sequence[Sequence[str]]) -> list[int]:
    """The columns in which there are more numbers and dates than words."""
    width = max(map(len, kinds), default=0)
    counts = [Counter(row[i] for row in kinds if i < len(row)) for i in range(width)]
    return [i for i, of in enumerate(counts) if of[NUMBER] + of[DATE] > of[WORD]]


def _body(kinds: Sequence[Sequence[str]], first: int) -> int:
    """The first row that is as long as the others and mostly numbers where they are.

    A title may hold a year.
    """
    columns = _of_numbers(kinds[first:])
    common = Counter(map(len, kinds[first:])).most_common(1)
    for i in range(first, len(kinds)):
        of = Counter(kinds[i][k] for k in columns if k < len(kinds[i]))
        if of[NUMBER] + of[DATE] > of[WORD] and len(kinds[i]) >= common[0][0]:
            return i
    return first


def _at(opening: Sequence[Sequence[str]], kinds: Sequence[Sequence[str]], row: int) -> Head:
    """The names in a row; where some are alike, with those of a second level of names."""
    names = [" ".join(cell.split()) for cell in opening[row]]
    start = _start(kinds, row + 1)
    filled = [name for name in names if name]
    if len(set(filled)) < len(filled) or (row and all(kind != WORD for kind in kinds[row])):
        for level in (row - 1, row + 1):
            if 0 <= level < start and len(opening[level]) == len(names) and WORD in kinds[level]:
                other = [" ".join(cell.split()) for cell in opening[level]]
                if level < row:  # cells of a spreadsheet that were merged
                    for i in range(1, len(other)):
                        other[i] = other[i] or other[i - 1]
                pairs = (
                    zip(other, names, strict=True)
                    if level < row
                    else zip(names, other, strict=True)
                )
                joined = [" ".join(filter(None, pair)) for pair in pairs]
                if len(set(joined)) > len(set(names)):
                    return Head(joined, row + 1, start)
    return Head(names, row + 1, start)


def _above(
    opening: Sequence[Sequence[str]],
    quoted: Sequence[Sequence[bool]],
    kinds: Sequence[Sequence[str]],
    body: int,
) -> int | None:
    """Which of the rows of words above the numbers names their columns, if one does.

    A title above the names has fewer cells or more, and units below them come later.
    """
    rows = kinds[body:]
    width = max(map(len, rows), default=0)
    columns = sum(any(i < len(row) and row[i] != GAP for row in rows) for i in range(width))

    def misfit(row: int) -> float:
        filled = sum(bool(cell.strip()) for cell in opening[row])
        return abs(filled - columns) + (0.5 if NUMBER in kinds[row] else 0)

    candidates = [i for i in range(body) if WORD in kinds[i]]
    if not candidates:
        return None
    best = min(candidates, key=misfit)
    filled = sum(bool(cell.strip()) for cell in opening[best])
    if filled == 1 < columns:
        # R names no column of row names, and puts both in quotes.
        of_r = columns == 2 and quoted[best][0] and all(row[0] for row in quoted[body:])
        # pandas names no index either, and leaves its cell empty; a title stands in the first.
        of_pandas = len(opening[best]) == columns == 2 and not opening[best][0].strip()
        return best if of_r or of_pandas else None
    return best if misfit(best) <= columns / 2 else None


def _is_named(
    opening: Sequence[Sequence[str]],
    quoted: Sequence[Sequence[bool]],
    kinds: Sequence[Sequence[str]],
    row: int,
    columns: Sequence[int],
) -> bool:
    """Whether a row names columns of numbers though it has numbers or dates there itself."""
    cells = [bare(cell) for cell in opening[row]]
    columns = [i for i in columns if not (i == 0 and cells and not cells[0])]
    if not columns or columns[-1] >= len(cells) or any(not kinds[row][i] for i in columns):
        return False
    below = kinds[row + 1 :]
    if not below:
        return False
    texts = [cells[i] for i in columns]
    if all(quoted[row][i] for i in columns) and not any(
        len(marks) > i and marks[i] for marks in quoted[row + 1 :] for i in columns
    ):
        return True
    others = [[bare(cells[i]) for i in columns if i < len(cells)] for cells in opening[row + 1 :]]
    if all(kinds[row][i] == DATE for i in columns):
        return all(other[i] == NUMBER for other in below[:1] for i in columns if i < len(other))
    whole = [int(text) if text.isdecimal() and len(text) < 9 else -1 for text in texts]
    if _are_years(whole):
        first_name = any(cell.lower() in FIRST_NAMES for cell in cells)
        certain = len(whole) > 2 or first_name
        near = len(whole) == 2 and abs(whole[1] - whole[0]) in STEPS
        rows = [[int(t) if t.isdecimal() and len(t) < 9 else -1 for t in other] for other in others]
        return (certain or near) and not any(map(_all_years, rows))
    counted = whole in (list(range(len(whole))), list(range(1, len(whole) + 1)))
    if counted and not cells[0] and any(row and row[0] for row in below):
        return True
    fractions = any("." in text or "," in text for other in others for text in other)
    return counted and whole[0] == 0 and len(whole) > 2 and fractions


def _all_years(row: Sequence[int]) -> bool:
    return bool(row) and all(year in YEARS for year in row)


def _are_years(row: Sequence[int]) -> bool:
    """Whether a row holds nothing but years, one after the other in either direction."""
    return _all_years(row) and (list(row) in (sorted(set(row)), sorted(set(row), reverse=True)))
