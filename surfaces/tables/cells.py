"""What a cell of a table says: a number in any of its spellings, a date, a gap or a word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

from surfaces.tables.dates import MONTHS, is_date

Array = NDArray[np.float64]

MAX_NAME = 40  # characters; so is a number's length
WORD = np.inf  # stands in a row for what is neither a number nor a gap, which is nan

MISSING = {"", "-", "--", "?", ".", "na", "n/a", "nan", "null", "#n/a"}
GAPS = MISSING | {"none"}  # which among words is one

SIGNS: dict[int, str] = dict(zip(map(ord, "−–—－．，％"), "----.,%", strict=True))
SIGNS |= {  # digits that are not ASCII's: full-width ones, those of Arabic, Persian and Hindi
    zero + digit: str(digit) for zero in (0xFF10, 0x660, 0x6F0, 0x966) for digit in range(10)
}
SPACES = " \t\u00a0\u2009\u202f"
NUMBER = {  # by its decimal sign
    sign: re.compile(rf"[+-]?(\d+({end})?|[{sign}]\d+)([eEdD][+-]?\d+)?", re.ASCII)
    for sign, end in ((".", r"\.\d*"), (",", r",\d+"))
}
THOUSANDS = {  # in groups of three digits; of two in India, but for the last
    sign: re.compile(
        rf"[+-]?([1-9]\d{{0,2}}(?P<by>[{other}'’`´\u02bc{SPACES}])\d{{3}}"
        rf"(?P<more>((?P=by)\d{{3}})*)"
        rf"|(?P<india>[1-9]\d?({other}\d\d)+{other}\d{{3}}))(?P<rest>[{sign}]\d+)?",
        re.ASCII,
    )
    for sign, other in ((".", ","), (",", r"\."))
}

MONEY = """
usd eur chf gbp jpy cny inr aud cad nzd sek nok dkk pln czk huf ron bgn try rub uah brl mxn ars
clp cop zar krw sgd hkd twd thb idr myr php vnd ils aed sar egp ngn kes pkr bdt lkr us$ r$ a$ c$
au$ ca$ nz$ hk$ s$ nt$ mx$ rs rs. re fr fr. sfr sfr. kr kr. zł kč ft lei лв rp rm tl dm
"""
CURRENCIES = frozenset(MONEY.split())
SIGNED = r"[+-]?[\d.,][\d.,'’`´\u02bc" + SPACES + r"]*(?:(?<=\d)[eEdD][+-]?\d+)?"
AMOUNT = re.compile(
    rf"(?P<sign>[+-]?)\s*(?P<before>[^\d\s+\-.,()'’%]{{1,3}}\.?)?\s*(?P<core>{SIGNED})"
    r"(?P<minus>-?)\s*(?P<after>[^\d\s+\-.,():;|\"'/=_#&*][^\s,;|\"()]{0,9})?"
)
NO_CENTS = re.compile(r"(?<=\d)[.,]-{1,2}(?=\s|$)")  # as in “12.-”
TENS = re.compile(r"(?<=\d)\s*[×x*·]\s*10(?:\^|\*\*)?\s*(?:\(([+-]?\d+)\)|([+-]?\d+))")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
FACTORS = {"k": 1e3, "K": 1e3, "Tsd.": 1e3, "M": 1e6, "mn": 1e6, "Mio": 1e6, "Mio.": 1e6}
FACTORS |= {"B": 1e9, "bn": 1e9, "Bn": 1e9, "Mrd": 1e9, "Mrd.": 1e9, "T": 1e12, "tn": 1e12}
NO_UNITS = {"am", "pm", "st", "nd", "rd", "th", "bc", "ad"}
MOSTLY = 0.9  # of a column's cells are to have one unit


def bare(cell: str) -> str:
    """A cell with a hyphen for every minus, and nothing around it; of ="5", which Excel takes for
    text, what is in it."""
    text = cell.strip().translate(SIGNS)
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text


def number(text: str, decimal: str) -> float | None:
    """A bare cell as a number; None if it is none. An infinite one is a gap, nan."""
    if len(text) > MAX_NAME:
        return None
    if "10" in text:  # 1.5 × 10^3
        text = TENS.sub(lambda found: "e" + (found[1] or found[2]), text.translate(RAISED))
    if (plain := _plain(text, decimal)) is not None:
        return plain
    amount, unit = _amount(text)
    return _plain(amount, decimal) if amount and not unit else None


def unit(text: str, decimal: str) -> str:
    """What a bare cell counts in, as in “170 cm”; empty if it is no such number."""
    amount, unit = _amount(text) if len(text) <= MAX_NAME else ("", "")
    return unit if amount and _plain(amount, decimal) is not None else ""


def says(cell: str, decimal: str) -> float:
    """1 for what is a number, in a unit or not, or a date; nan for a gap; else `WORD`."""
    text = bare(cell)
    if text.lower() in GAPS:
        return np.nan
    either = number(text, decimal) is not None or unit(text, decimal) or is_date(text)
    return 1.0 if either else WORD


def _plain(text: str, decimal: str) -> float | None:
    if NUMBER[decimal].fullmatch(text):
        value = float(text.replace(",", ".").lower().replace("d", "e"))
        return value if np.isfinite(value) else np.nan
    if found := THOUSANDS[decimal].fullmatch(text):
        by = found["by"] or {".": ",", ",": "."}[decimal]
        return float(text.replace(by, "").replace(",", "."))
    return None


def _amount(text: str) -> tuple[str, str]:
    """The number in what is an amount, such as “(CHF 1'234.50)”, and its unit if that is no money.

    Brackets and a minus at its end are accountants' and make it negative.
    """
    inside = text[1:-1].strip() if text[:1] == "(" and text[-1:] == ")" else text
    found = AMOUNT.fullmatch(NO_CENTS.sub("", inside))
    if not found:
        return "", ""
    before, after, core = found["before"] or "", found["after"] or "", found["core"].strip()
    if found["minus"] and found["core"] != core:  # “5 -”, which stands for two cells
        return "", ""
    signs = [found["sign"], found["minus"], "-" if inside != text else ""]
    signs += [core[0]] if core[0] in "+-" else []
    if sum(map(bool, signs)) > 1 or (before and not _is_money(before)):
        return "", ""
    if inside != text and not any(c.isdigit() for c in inside):
        return "", ""
    counted = "" if not after or _is_money(after) or after in "%‰" else after
    if counted.lower() in NO_UNITS | MONTHS.keys() | GAPS - {""}:
        return "", ""
    if counted and found["minus"]:  # “5-star”, “02-Jan-20”
        return "", ""
    return ("-" if "-" in signs else "") + core.lstrip("+-"), counted


def _is_money(text: str) -> bool:
    return text.lower() in CURRENCIES or all(unicodedata.category(c) == "Sc" for c in text)


def proof(cell: str) -> str:
    """The decimal sign that a number must have been written with; empty if it may be either.

    1.234 may be thousands; 1.234.567 and 1,234.5 are, and 0.5 and 1.23 are none.
    """
    text = bare(cell)
    if len(text) > MAX_NAME or not any(c in ".," for c in text):
        return ""
    if not _is_a_number(text):
        text, _ = _amount(text)
    for sign, other in ((".", ","), (",", ".")):
        found = THOUSANDS[sign].fullmatch(text)
        if found and ((found["more"] and found["by"] == other) or found["india"] or found["rest"]):
            return sign
        if sign in text and NUMBER[sign].fullmatch(text) and not THOUSANDS[other].fullmatch(text):
            return sign
    return ""


def _is_a_number(text: str) -> bool:
    return any(_plain(text, decimal) is not None for decimal in ".,")


def decimals(columns: Sequence[Sequence[str]], decimal: str) -> list[str]:
    """The decimal sign of each column: the one that its cells prove; else the table's.

    A table's is the given one, unless more of its columns prove the other.
    """
    proven = []
    for cells in columns:
        proofs = Counter(filter(None, map(proof, cells)))
        numbers = sum(_is_a_number(bare(cell)) for cell in cells)
        words = sum(bare(cell).lower() not in GAPS for cell in cells) - numbers
        ahead = proofs["."] - proofs[","]
        proven.append("" if words > numbers or not ahead else "." if ahead > 0 else ",")
    of_columns = Counter(filter(None, proven))
    other = {".": ",", ",": "."}[decimal]
    table = other if of_columns[other] > of_columns[decimal] else decimal
    return [sign or table for sign in proven]


def numbers(cells: Sequence[str], decimal: str, gaps: Set[str] = GAPS) -> Array:
    """A column's cells as numbers (n,); nan for a gap, `WORD` for anything else.

    Numbers with a unit are some where nearly all cells have the same one. Thousands and millions
    that are said by a letter, as in 1.5k, count where they stand beside others.
    """
    texts = [bare(cell) for cell in cells]
    filled = [text for text in texts if text.lower() not in gaps]
    values = {text: number(text, decimal) for text in filled}
    of_numbers = sum(values[text] is not None for text in filled)
    units = Counter(unit(text, decimal) for text in filled if values[text] is None)
    units.pop("", 0)
    common = max(units, key=units.__getitem__, default="")
    counted = common if common and units[common] + of_numbers >= MOSTLY * len(filled) else ""
    scaled = units.keys() <= FACTORS.keys() and len(units) + (of_numbers > 0) > 1

    def read(text: str) -> float:
        if text.lower() in gaps:
            return np.nan
        value, its = values[text], unit(text, decimal)
        if value is None and its and (scaled or its == counted):
            value = _plain(_amount(text)[0], decimal)
            value = value and value * (FACTORS[its] if scaled else 1)
        return WORD if value is None else value

    return np.array([read(text) for text in texts], np.float64)
