"""Dates as people write them, and what they are as numbers: days, months or years since the first.

Read are ISO 8601 with or without a time of day, days and months in either order, names of months
in seven languages, months of a year, quarters, weeks and seasons such as 2019/20.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ORDERS = ("day", "month")
"""What stands first where both are numbers and the year comes last: 31/12/2020 or 12/31/2020."""

CENTURY = 69  # the years from which two digits are of the last century, as in POSIX's strptime
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar jänner janvier janv enero ene gennaio gen janeiro januari",
            "feb february februar fév févr février fevrier febrero febbraio fev fevereiro februari",
            "mar march mär märz mrz mars marzo março maart mrt",
            "apr april avr avril abr abril aprile",
            "may mai mayo maggio mag maio mei",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juil juillet julio luglio lug julho",
            "aug august août aout aoû agosto ago augustus",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october okt oktober octobre octubre ottobre ott out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}

WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
MONTH = r"(?P<month>[^\W\d_]{3,10})\.?"
NTH = r"(?:st|nd|rd|th|er|[.ºª°])?"
OF = r"(?:del?\s|of\s|d['’])?"
TIME = (
    r"(?:[T\s,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d+)?))?"
    r"\s*(?P<half>[ap]m)?\s*(?:Z|UTC|GMT|(?P<zone>[+-]\d{2}:?\d{2}))?)?"
)
DAYS = [
    r"(?P<y>\d{4})(?P<by>[-/.])\s?(?P<m>\d{1,2})(?P=by)\s?(?P<d>\d{1,2})\.?" + TIME,
    r"(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]" + TIME,
    r"(?P<y>\d{4})-(?P<ordinal>\d{3})",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})Z?)?",
    WEEKDAY
    + r"(?P<first>\d{1,2})(?P<by>[-/.])\s?(?P<next>\d{1,2})(?P=by)\s?(?P<y>\d{4}|\d{2})"
    + TIME,
    WEEKDAY
    + rf"(?P<d>\d{{1,2}}){NTH}[-/\s]?\s?{OF}{MONTH}[-/,\s]?\s?{OF}(?P<y>\d{{4}}|\d{{2}})"
    + TIME,
    WEEKDAY + rf"{MONTH}[-/\s]\s?(?P<d>\d{{1,2}}){NTH}(?:,\s?|[-/\s])(?P<y>\d{{4}})" + TIME,
    rf"(?P<y>\d{{4}})[-/\s]{MONTH}[-/\s](?P<d>\d{{1,2}})" + TIME,
]
BY_ORDER = next(i for i, form in enumerate(DAYS) if "first" in form)
WHOLE_MONTHS = [
    r"(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]",
    r"(?P<y>\d{4})[-/:M](?P<m>\d{1,2})",
    r"(?P<m>\d{1,2})[-/](?P<y>\d{4})",
    rf"{MONTH}(?:,?\s(?:del?\s)?|[-/'’])\s?['’]?(?P<y>\d{{4}}|\d{{2}})",
    rf"(?P<y>\d{{4}})[-/\s]\s?{MONTH}",
]
QUARTERS = [
    r"(?P<y>\d{4})[-/:\s]?[QT](?P<quarter>[1-4])",
    r"[QT](?P<quarter>[1-4])[-/\s]?(?P<y>\d{4})",
    r"(?P<quarter>[1-4])\.?[QT][-/\s]?(?P<y>\d{4})",
]
WEEKS = [r"(?P<y>\d{4})-?W(?P<week>\d{2})(?:-?(?P<weekday>[1-7]))?"]
SEASONS = [r"(?P<y>\d{4})[-/–](?P<until>\d{4}|\d{2})"]

# Seasons come before months: 2011-12 is either, and among 2009-10, 2010-11 the first.
GRAINS = (("year", SEASONS), ("month", WHOLE_MONTHS + QUARTERS), ("day", DAYS + WEEKS))
FORMS = {grain: [re.compile(form, re.IGNORECASE) for form in forms] for grain, forms in GRAINS}
COMPACT = re.compile(r"(1[89]|20|21)\d{6}", re.ASCII)  # 20201231, which could be a number
DAY = 86_400  # seconds
YEARS = range(1000, 3000)  # 9999-12-31 says never
LONGEST = 40  # characters


@dataclass(frozen=True)
class Dates:
    """A column of dates as numbers.

    Attributes:
        numbers: (n,), of the unit since the first; nan for what is no date.
        since: "days since 2020-01-01", for the column's name.
        order: which of `ORDERS` the dates were read in; empty where they have none.
    """

    numbers: Array
    since: str
    order: str


def is_date(text: str) -> bool:
    """Whether a cell, stripped, is a date in any form."""
    return any(_read(text, grain, order) is not None for grain in FORMS for order in ORDERS)


def dates(cells: Sequence[str], order: str = "", day_first: bool = False) -> Dates | None:
    """The dates in a column's cells, stripped; None if more of them are none.

    Args:
        cells: with "" for gaps.
        order: that of day and month, where it is known.
        day_first: which order to take where the cells do not tell.
    """
    filled = [cell for cell in cells if cell]
    for grain in FORMS:
        orders = [order] if order else _orders(filled, day_first)
        for each in orders if grain == "day" else orders[:1]:
            places = [_read(cell, grain, each) if cell else None for cell in cells]
            found = [place for place in places if place is not None]
            if 2 * len(found) > len(filled) and (grain == "day" or len(found) == len(filled)):
                scale, since = _since(grain, found)
                numbers = [np.nan if place is None else scale(place) for place in places]
                told = each if grain == "day" and any(map(_has_order, filled)) else ""
                return Dates(np.array(numbers), since, told)
    return None


def _has_order(text: str) -> bool:
    """Whether day and month are both numbers, and the year comes last."""
    found = FORMS["day"][BY_ORDER].fullmatch(text)
    return bool(found and found["by"] != ".")


def _orders(cells: Sequence[str], day_first: bool) -> list[str]:
    """The orders of day and month, the likelier first: more cells are dates in it, or they rise."""

    def fit(order: str) -> tuple[int, bool, bool]:
        places = [_read(cell, "day", order) for cell in cells]
        found = [place for place in places if place is not None]
        steps = [a <= b for a, b in pairwise(found)]
        return len(found), all(steps) or not any(steps), (order == "day") == day_first

    return sorted(ORDERS, key=fit, reverse=True)


def _read(text: str, grain: str, order: str) -> float | None:
    """Where a date lies: seconds since the year 1, months or years; None for what is none."""
    if len(text) > LONGEST or not any(c.isdigit() for c in text):
        return None
    for form in FORMS[grain]:
        if found := form.fullmatch(text):
            try:
                return _place(found.groupdict(), grain, order)
            except (ValueError, OverflowError):  # such as a 13th month
                continue
    return None


def _place(parts: dict[str, str | None], grain: str, order: str) -> float | None:
    year = _year(parts["y"] or "")
    if grain == "year":
        until = parts["until"] or ""
        return year if str(year + 1).endswith(until) else None
    if quarter := parts.get("quarter"):
        return 12 * year + 3 * (int(quarter) - 1)
    if week := parts.get("week"):
        return date.fromisocalendar(year, int(week), int(parts["weekday"] or 1)).toordinal() * DAY
    if days := parts.get("ordinal"):
        place = date(year, 1, 1).toordinal() + int(days) - 1
        if date.fromordinal(place).year != year:
            raise ValueError
        return DAY * place
    if first := parts.get("first"):
        both = int(first), int(parts["next"] or 0)
        # Points between them are Europe's, where the day is first.
        day, month = both if order == "day" or parts["by"] == "." else both[::-1]
    else:
        name = parts.get("month")
        month = MONTHS.get(name.lower(), 0) if name else int(parts["m"] or 0)
        day = int(parts.get("d") or 1)
    ordinal = date(year, month, day).toordinal()  # ValueError where there is no such day
    return 12 * year + month - 1 if grain == "month" else DAY * ordinal + _time(parts)


def _year(digits: str) -> int:
    year = int(digits)
    year += 0 if len(digits) > 2 else 1900 if year >= CENTURY else 2000
    if year not in YEARS:
        raise ValueError
    return year


def _time(parts: dict[str, str | None]) -> float:
    """The seconds of the day that have gone, in Greenwich where a zone is given."""
    if not parts.get("hour"):
        return 0.0
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    second = float((parts["second"] or "0").replace(",", "."))
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    if hour > 24 or minute > 59 or second >= 61:
        raise ValueError
    zone = parts.get("zone") or "+00:00"
    ahead = (60 * int(zone[1:3]) + int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    return 60 * (60 * hour + minute - ahead) + second


def _since(grain: str, places: Sequence[float]) -> tuple[Callable[[float], float], str]:
    """What turns a place into a number, and its unit: the largest in which all are whole."""
    first = min(places)
    if grain == "year":
        return lambda place: place - first, f"years since {first:.0f}"
    if grain == "month":
        year, month = divmod(int(first), 12)
        return lambda place: place - first, f"months since {year}-{month + 1:02}"
    start = _date(first)
    if all(place % DAY == 0 for place in places) and len(set(places)) > 1:
        days = [_date(place) for place in places]
        ends = [(day + timedelta(1)).day for day in days]
        if _same(day.day for day in days) or set(ends) == {1}:
            if _same(day.month for day in days):
                return lambda place: _date(place).year - start.year, f"years since {start}"
            return lambda place: _months(place) - _months(first), f"months since {start}"
    return lambda place: (place - DAY * start.toordinal()) / DAY, f"days since {start}"


def _date(place: float) -> date:
    return date.fromordinal(int(place // DAY))


def _months(place: float) -> int:
    return 12 * _date(place).year + _date(place).month


def _same(numbers: Iterable[int]) -> bool:
    return len(set(numbers)) == 1
