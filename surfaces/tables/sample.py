"""The rows of a long table that are kept: everything that the whole has, and no beat with it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from surfaces.tables.cells import MAX_NAME, proof
from surfaces.tables.dialect import MAX_COLUMNS

MAX_ROWS = 500  # that are kept: each is looked at for every point of a picture
PARTS = 20  # of a table, of each of which as many rows are kept
FEW = 8  # different words or numbers in a column make classes
SEED = 0


@dataclass
class Survey:
    """What is to be known of all the rows before some are chosen.

    Attributes:
        total: how many there are.
        width: how many cells the longest has.
        classes: of each column that has at most `FEW` different cells, these.
        proofs: of each column, cells that prove its decimal sign: at most one for either.
        first: the first rows, as they are kept.
    """

    total: int = 0
    width: int = 0
    classes: dict[int, set[str]] = field(default_factory=dict)
    proofs: dict[tuple[int, str], str] = field(default_factory=dict)
    first: list[list[str]] = field(default_factory=list)


def cut(row: Sequence[str], length: int = MAX_NAME + 1) -> list[str]:
    """A row as it is kept: the first cells, and of these the beginnings."""
    return [cell.strip()[:length] for cell in row[:MAX_COLUMNS]]


def survey(rows: Iterable[Sequence[str]], prove: bool) -> Survey:
    """Go through all rows once.

    Args:
        prove: whether to look for cells that prove a decimal sign.
    """
    found = Survey()
    classes = found.classes
    for row in rows:
        found.total += 1
        if len(row) > found.width:
            classes |= {i: set() for i in range(found.width, min(len(row), MAX_COLUMNS))}
            found.width = len(row)
        if found.total <= MAX_ROWS:
            found.first.append(cut(row))
        if len(row) < found.width:
            row = [*row, *[""] * (found.width - len(row))]
        new = [i for i in classes if row[i] not in classes[i]]
        for i in new:
            classes[i].add(row[i])
            if len(classes[i]) > FEW:
                del classes[i]
        if prove:
            for i, cell in enumerate(islice(row, MAX_COLUMNS)):
                if (cell.count(".") > 1 or cell.count(",") > 1) and (sign := proof(cell)):
                    found.proofs.setdefault((i, sign), cell)
    found.classes = {i: cells for i, cells in classes.items() if len(cells) > 1}
    return found


def chosen(total: int) -> list[int]:
    """Which of so many rows are kept, in turn: the ends, and as many at random from each part.

    The same on every machine: of Python's random numbers only `random()` is used, which promises
    that, https://docs.python.org/3/library/random.html#notes-on-reproducibility.
    """
    if total <= MAX_ROWS:
        return list(range(total))
    uniform = random.Random(SEED).random
    each, taken = MAX_ROWS // PARTS, set()
    for part in range(PARTS):
        start, end = part * total // PARTS, (part + 1) * total // PARTS
        forced = {0} if part == 0 else {total - 1} if part == PARTS - 1 else set()
        picked = set(forced)
        # Floyd's algorithm: Bentley & Floyd 1987, https://doi.org/10.1145/30401.315746
        size, many = end - start - len(forced), each - len(forced)
        first = start + (part == 0)
        for last in range(size - many, size):
            place = first + int(uniform() * (last + 1))
            picked.add(place if place not in picked else first + last)
        taken |= picked
    return sorted(taken)


def sample(rows: Iterable[Sequence[str]], found: Survey) -> tuple[list[int], list[list[str]]]:
    """The rows that are kept and their places: `chosen`, of which some make room for classes that
    would be missing.
    """
    if found.total <= MAX_ROWS:
        return list(range(found.total)), found.first
    places = chosen(found.total)
    wanted, kept = set(places), {}
    seen: dict[tuple[int, str], int] = {}  # how often a class is kept
    spare: dict[int, list[tuple[int, str]]] = {}  # rows that hold a class for the first time
    rows_kept: dict[int, list[tuple[int, str]]] = {}
    for place, row in enumerate(rows):
        of_classes = [(i, row[i]) for i in found.classes if i < len(row)]
        if place in wanted:
            kept[place] = cut(row)
            rows_kept[place] = of_classes
            for each in of_classes:
                seen[each] = seen.get(each, 0) + 1
        elif new := [each for each in of_classes if each not in seen]:
            spare[place] = new
            kept[place] = cut(row)
            for each in new:
                seen.setdefault(each, 0)
    for place, new in spare.items():
        if all(seen[each] for each in new):
            del kept[place]
            continue
        for each in new:
            seen[each] += 1
        _make_room(place, rows_kept, kept, seen, (places[0], places[-1]))
    order = sorted(kept)
    return order, [kept[place] for place in order]


def _make_room(
    place: int,
    rows_kept: dict[int, list[tuple[int, str]]],
    kept: dict[int, list[str]],
    seen: dict[tuple[int, str], int],
    ends: tuple[int, int],
) -> None:
    """Let go of the row nearest to a place whose classes others have too."""
    for near in sorted(rows_kept, key=lambda other: abs(other - place)):
        if near not in ends and all(seen[each] > 1 for each in rows_kept[near]):
            for each in rows_kept.pop(near):
                seen[each] -= 1
            del kept[near]
            return
