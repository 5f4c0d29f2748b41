"""How a file of columns is written: its encoding, its separator and its decimal sign; its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from surfaces.tables.cells import THOUSANDS, WORD, bare, says

MAX_COLUMNS = 50
MAX_LINE = 65_536  # characters
SAMPLE = 100  # lines that tell the dialect
SURER = 1.5  # times better than another sign do spaces separate, or they do not
OPENING = 4_000  # characters of each: enough for the columns that are kept

SEPARATORS = {",": "Commas", ";": "Semicolons", "\t": "Tabs", "|": "Bars", " ": "Spaces"}
DIALECTS = (
    *((",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), (",", ",")),
    *(("|", "."), ("|", ","), (" ", "."), (" ", ",")),
)
"""Separator and decimal sign; where two read a file equally well, the first."""

FRAMED = 20  # lines that tell whether bars stand at both ends, as Markdown's do
STATED = re.compile(r'"?sep=([^\w"])"?', re.IGNORECASE)
COMMENTS = ("#", "%", "//")
RULED = set("-=:+| \t\r\n")  # what a line between the rows of a text's table is drawn with
_CELL = re.compile(r"\S+")
QUOTED = "\ue000"  # marks a cell that stood in quotes
FOREIGN = (
    (b"PK\x03\x04", "a workbook or an archive: open it in a spreadsheet and save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old workbook: open it in a spreadsheet and save it as CSV"),
    (b"%PDF", "a PDF: copy its table into a spreadsheet and save that as CSV"),
    (b"\x1f\x8b", "compressed: unpack it first"),
    (b"BZh", "compressed: unpack it first"),
    (b"\xfd7zXZ", "compressed: unpack it first"),
    (b"(\xb5/\xfd", "compressed: unpack it first"),
    (b"7z\xbc\xaf", "an archive: unpack it first"),
    (b"\x89PNG", "a picture: choose the table that it was drawn from"),
    (b"\xff\xd8\xff", "a picture: choose the table that it was drawn from"),
    (b"GIF8", "a picture: choose the table that it was drawn from"),
    (b"PAR1", "in Parquet: save it as CSV, as pandas' to_csv does"),
    (b"ARROW1", "in Arrow's format: save it as CSV, as pandas' to_csv does"),
    (b"\x93NUMPY", "NumPy's own: save it with numpy.savetxt"),
    (b"\x89HDF", "in HDF5: save the table in it as CSV"),
    (b"MATLAB 5.0", "MATLAB's own: save it with writematrix"),
    (b"SQLite", "a database: save one of its tables as CSV"),
    (b"{\\rtf", "a text with formats: save it as plain text"),
)
MARKUP = re.compile(
    rb"\s*(<(!doctype|html|\?xml|svg|table)\b|[{\[]\s*[\"{\[]|[{\[]\s*$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Dialect:
    """How the rows of a file are to be cut.

    Attributes:
        separator: one of `SEPARATORS`, or another that the file states.
        decimal: the sign that most of its numbers have.
    """

    encoding: str
    separator: str
    decimal: str


def refuse_foreign(content: bytes) -> None:
    """ValueError: the file is of a kind that is known and no table of text; a sentence."""
    opening = content[:200].removeprefix(codecs.BOM_UTF8)
    for start, what in FOREIGN:
        if opening.startswith(start):
            raise ValueError(f"The file is {what}.")
    if MARKUP.match(opening):
        raise ValueError(
            "The file is a web page or JSON, and no table of text: save its table as CSV."
        )


def dialect(content: bytes, separator: str = "", decimal: str = "") -> Dialect:
    """That in which a file reads best, of those with the given signs."""
    encoding = _encoding(content)
    stated, _, lines = _opened(_lines(content, encoding))
    sample = [_beginning(line) for line in islice(lines, SAMPLE)]
    separator = separator or stated
    candidates = [
        (separator or by, decimal or sign)
        for by, sign in DIALECTS
        if separator or any(by in line or (by == " " and "\t" in line) for line in sample)
    ]
    candidates = candidates or [(",", decimal or sign) for sign in ".,"]
    read = {each: _readable(sample, *each) for each in dict.fromkeys(candidates)}
    best = max(read, key=read.__getitem__)
    others = {each: how for each, how in read.items() if each[0] != " " and how[0]}
    if best[0] == " " and others:
        # Words and thousands have spaces in them too, and gaps leave nothing between two.
        other = max(others, key=others.__getitem__)
        best = best if read[best][1] > max(SURER * others[other][1], 0) else other
    return Dialect(encoding, *best)


def comment(content: bytes, how: Dialect) -> list[str]:
    """The cells of the last comment above the table."""
    _, text, _ = _opened(_lines(content, how.encoding))
    # A column of row numbers may be called #.
    text = text if text[1:2] in (",", ";", "\t", "|") else text.lstrip("#%/ ")
    return next(_cut([text], how.separator), []) if text else []


def rows(content: bytes, how: Dialect) -> Iterator[list[str]]:
    """The rows that are not empty, whole. ValueError: they cannot be told apart; a sentence."""
    *_, lines = _opened(_lines(content, how.encoding))
    return _cut(lines, how.separator)


def quoted(content: bytes, how: Dialect, many: int) -> list[list[bool]]:
    """Which cells of the first rows stand in quotes."""
    *_, lines = _opened(_lines(content, how.encoding))
    opening = re.compile(rf'(^|{re.escape(how.separator)})(\s{{0,3}})"(?!")')
    marked = (opening.sub(rf'\1\2"{QUOTED}', line) if '"' in line else line for line in lines)
    return [
        [cell.startswith(QUOTED) for cell in row[:MAX_COLUMNS]]
        for row in islice(_cut(marked, how.separator), many)
    ]


def _readable(lines: Sequence[str], separator: str, decimal: str) -> tuple[bool, float]:
    """How well lines read in a dialect: whether most have several cells, and how evenly.

    They read well as far as their cells are numbers, not words, and their rows equally long. A cell
    with a tab in it counts as a word: it would rather be two; and a word with semicolons, as one
    more for each. 1,234 is no sign of a decimal point.
    """

    def evidence(cell: str) -> float:
        signs = {decimal, "."} if separator == "," else {decimal}
        if "\t" in cell:
            return WORD
        text = bare(cell)
        found = [match for sign in signs if (match := THOUSANDS[sign].fullmatch(text))]
        either = any(
            (match["by"] or "") in ".," and not (match["rest"] or match["more"] or match["india"])
            for match in found
        )
        return np.nan if either else says(cell, decimal)

    cut = [row[:MAX_COLUMNS] for row in _cut(lines, separator, strict=False)]
    cells = np.array([evidence(cell) for row in cut for cell in row])
    glued = sum(
        cell.count(";")
        for cell, each in zip(chain.from_iterable(cut), cells, strict=True)
        if each == WORD
    )
    several = sum(len(row) > 1 for row in cut)
    more = int(np.isfinite(cells).sum()) - int((cells == WORD).sum()) - glued
    alike = max(Counter(map(len, cut)).values(), default=0) / max(len(cut), 1)
    weight = alike if more > 0 else 2 - alike  # ragged rows make few numbers no better
    return 2 * several > len(cut), more / max(len(cells), 1) * weight


def _cut(lines: Iterable[str], separator: str, strict: bool = True) -> Iterator[list[str]]:
    """Lines as rows of cells; where strict, ValueError for those that are none."""
    framed = False
    if separator == " ":
        lines = iter(lines)
        first = list(islice(lines, SAMPLE))
        lines = chain(first, lines)
        if spans := _spans(first):
            rows = (_in_spans(line, spans) for line in lines if line.strip())
            yield from (row for row in rows if not _is_rule(" ".join(row)))
            return
        lines = (line.replace("\t", " ").strip(" \r\n") + "\n" for line in lines)
    elif separator == "|":
        lines = iter(lines)
        first = list(islice(lines, FRAMED))
        inner = [text for line in first if (text := line.strip()) and not text.startswith("+")]
        framed = all(len(text) > 1 and text[0] == text[-1] == "|" for text in inner)
        lines = (line for line in chain(first, lines) if not _is_rule(line, framed))
    try:
        for row in csv.reader(lines, delimiter=separator, skipinitialspace=True):
            if framed and len(row) > 2 and not row[0].strip() and not row[-1].strip():
                row = row[1:-1]
            if row and not (separator == " " and _is_rule(" ".join(row))):
                yield row
    except csv.Error:
        if strict:
            raise ValueError(
                "The file cannot be read as a table: perhaps a quotation mark is not closed."
            ) from None


def _spans(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where the columns of a table in fixed widths stand, if its first lines have gaps in them.

    Nothing if no row has fewer cells than there are columns, which then need not be looked for.
    """
    texts = [line.rstrip() for line in lines if line.strip() and not _is_rule(line)]
    if any("\t" in text or '"' in text or len(text) > OPENING for text in texts):
        return []
    cells = [[match.span() for match in _CELL.finditer(text)] for text in texts]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(chain.from_iterable(cells)):
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    counts = Counter(map(len, cells))
    whole = counts[len(spans)]
    return spans if max(counts, default=0) == len(spans) and len(texts) > whole > 1 else []


def _in_spans(line: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """A line's cells, empty ones too; as they follow each other where they fit no columns."""
    found = [match.span() for match in _CELL.finditer(line)]
    row = [""] * len(spans)
    for start, end in found:
        over = [i for i, (a, b) in enumerate(spans) if start < b and a < end]
        if len(over) != 1 or row[over[0]]:
            return line.split()
        row[over[0]] = line[start:end]
    return row


def _is_rule(line: str, framed: bool = False) -> bool:
    """Whether a line is drawn between rows; in Markdown's tables a single hyphen is enough."""
    drawn = "--" in line or "==" in line or (framed and "-" in line)
    return drawn and RULED.issuperset(line)


def _beginning(line: str) -> str:
    """As much of a long line as tells its dialect, without a quotation that is cut off."""
    if len(line) <= OPENING:
        return line
    cut = line[:OPENING]
    return cut[: cut.rindex('"')] if cut.count('"') % 2 else cut


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
        if found := STATED.fullmatch(line.strip("\r\n ")):
            stated = found[1]
        elif line.startswith(COMMENTS):
            comment = line
        elif line.strip("\r\n"):
            return stated, comment, chain([line], lines)
    return stated, comment, lines
