"""Refusals of a formula: the place, what to do, and what to write there instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from formulas.functions import ALIASES, FUNCTIONS
from settings import Refusal, shorten


class Refused(Refusal):
    """A formula that is refused, in one sentence for the person who typed it.

    Attributes:
        start, end: which part of what was typed has to change.
        write: what can stand there instead, the likeliest first; empty where only its writer knows.
    """

    def __init__(
        self, clause: str, start: int = 0, end: int = 0, write: tuple[str, ...] = ()
    ) -> None:
        super().__init__(clause)
        self.start, self.end, self.write = start, end, write

    def mended(self, typed: str) -> tuple[str, ...]:
        """What was typed with each of the advised texts in its place."""
        return tuple(f"{typed[: self.start]}{text}{typed[self.end :]}" for text in self.write)


@dataclass(frozen=True)
class Text:
    """A formula's characters, each with the part of what was typed that it stands for.

    Attributes:
        typed: by the person.
        plain: how it is read.
        starts, ends: of the part in `typed`, for each character of `plain`.
    """

    typed: str
    plain: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of what was typed that plain[start:end] stands for."""
        if start >= len(self.plain):
            return len(self.typed), len(self.typed)
        return self.starts[start], max(self.ends[start : max(end, start + 1)])

    def place(self, start: int, end: int) -> str:
        """The same in words."""
        start, end = self.span(start, end)
        return f"“{shorten(self.typed[start:end].strip())}” at character {start + 1}"

    def part(self, start: int, end: int | None = None) -> Text:
        """Only plain[start:end]."""
        s = slice(start, end)
        return Text(self.typed, self.plain[s], self.starts[s], self.ends[s])

    def replaced(self, start: int, end: int, plain: str) -> Text:
        """With other characters for plain[start:end]; each stands for all that that stood for."""
        a, b = self.span(start, end)
        return Text(
            self.typed,
            self.plain[:start] + plain + self.plain[end:],
            (*self.starts[:start], *[a] * len(plain), *self.starts[end:]),
            (*self.ends[:start], *[b] * len(plain), *self.ends[end:]),
        )

    def refuse(self, start: int, end: int, what: str, *write: str) -> NoReturn:
        """Refuse plain[start:end]; write: what can stand there instead."""
        raise Refused(f"{self.place(start, end)}{what}", *self.span(start, end), write)

    def advise(self, start: int, end: int, *write: str, why: str = "") -> NoReturn:
        """Refuse plain[start:end] and say what to write there; the last with what is said of it."""
        shown = " or ".join(shorten(text, 60) for text in write)
        self.refuse(start, end, f"{why}: write {shown}", *write)

    def advise_all(self, places: list[tuple[int, int]], *write: str, why: str = "") -> NoReturn:
        """Refuse the first of some places and say what to write there and in all the others."""
        spans = [self.span(*place) for place in places]
        begins, ends = [a for a, _ in spans], [b for _, b in spans]
        between = [self.typed[a:b] for a, b in zip([0, *ends], [*begins, None], strict=True)]
        clause = f"{self.place(*places[0])}{why}: write {' or '.join(write)}"
        whole = tuple(text.join(between) for text in write)
        raise Refused(clause, 0, len(self.typed), whole)


# Functions that are not offered, in terms of those that are

INSTEAD = {
    "square": "(({0})^2)",
    "sqr": "(({0})^2)",
    "sq": "(({0})^2)",
    "cube": "(({0})^3)",
    "exp2": "(2^({0}))",
    "exp10": "(10^({0}))",
    "sech": "(1/cosh({0}))",
    "csch": "(1/sinh({0}))",
    "coth": "(cosh({0})/sinh({0}))",
    "acot": "atan(1/({0}))",
    "asec": "acos(1/({0}))",
    "acsc": "asin(1/({0}))",
    "acoth": "atanh(1/({0}))",
    "asech": "acosh(1/({0}))",
    "acsch": "asinh(1/({0}))",
    "heaviside": "step({0})",
    "unitstep": "step({0})",
    "round": "floor({0} + 0.5)",
    "rint": "floor({0} + 0.5)",
    "trunc": "(sign({0})*floor(abs({0})))",
    "fix": "(sign({0})*floor(abs({0})))",
    "frac": "mod({0}, 1)",
    "fract": "mod({0}, 1)",
    "silu": "(({0})*sigmoid({0}))",
    "swish": "(({0})*sigmoid({0}))",
    "sind": "sin(pi/180*({0}))",
    "cosd": "cos(pi/180*({0}))",
    "tand": "tan(pi/180*({0}))",
    "radians": "(pi/180*({0}))",
    "degrees": "(180/pi*({0}))",
    "fmod": "(sign({0})*mod(abs({0}), abs({1})))",
    "logaddexp": "log(exp({0}) + exp({1}))",
    "rem": "(sign({0})*mod(abs({0}), abs({1})))",
    "abs2": "(({0})^2)",
    "sinpi": "sin(pi*({0}))",
    "cospi": "cos(pi*({0}))",
    "tanpi": "tan(pi*({0}))",
    "powf": "pow({0}, {1})",
    "nthroot": "(({0})^(1/({1})))",
    "clip": "min(max({0}, {1}), {2})",
    "clamp": "min(max({0}, {1}), {2})",
}
INSTEAD |= {f"arc{name[1:]}": INSTEAD[name] for name in ("acot", "asec", "acsc", "acoth")}
INSTEAD |= {"heavisidetheta": INSTEAD["heaviside"], "fractionalpart": INSTEAD["frac"]}
INSTEAD |= {"integerpart": INSTEAD["trunc"]}
INSTEAD |= {"deg2rad": INSTEAD["radians"], "rad2deg": INSTEAD["degrees"]}
SINC = "(sin({0})/({0}))", "(sin(pi*({0}))/(pi*({0})))"

KNOWN_ELSEWHERE = {"gamma": "", "zeta": "", "psi": "", "sigma": "sigmoid", "j0": "", "j1": ""}
"""Parameters' names that people also know as functions, and as what these are called here."""

CONSTANTS_ELSEWHERE = {"m_pi": "pi", "m_e": "e", "m_tau": "(2pi)"}

CONDITIONS = ("if", "else", "and", "or", "not", "where")
NAMES_HERE = "names are x, y, pi, e, single letters but z, alpha to omega"


def brackets(plain: str, at: int) -> tuple[int, list[str]]:
    """Where the bracket that opens at a place ends, and its parts between commas.

    (at, []) if none opens there, or it is never closed.
    """
    depth, begin = 0, at + 1
    parts: list[str] = []
    for end in range(at, len(plain)):
        depth += (plain[end] in "([{") - (plain[end] in ")]}")
        if depth == 0:
            if end == at:
                break
            return end + 1, [*parts, plain[begin:end].strip()]
        if depth == 1 and plain[end] == ",":
            parts.append(plain[begin:end].strip())
            begin = end + 1
    return at, []


def instead(name: str, values: list[str]) -> tuple[str, ...]:
    """What a call of a function that is not offered can be written as; empty if nothing is."""
    if name == "sinc" and len(values) == 1:
        return tuple(text.format(*values) for text in SINC)
    if name == "heaviside" and len(values) == 2:
        values = values[:1]  # NumPy's; the second is only its value at 0
    text = INSTEAD.get(name, "")
    wanted = len(set(re.findall(r"\{(\d)\}", text)))
    return (text.format(*values),) if text and wanted == len(values) else ()


def joined(word: str, is_product: re.Pattern[str], called: bool) -> tuple[str, ...]:
    """What a function that runs into what stands beside it can be written as: sinx, xsin.

    Args:
        called: a bracket follows; of sinx(y) no one can say where the value of sin ends.
    """
    write = []
    known = sorted({*FUNCTIONS, *ALIASES}, key=len, reverse=True)
    one = [name for name in known if FUNCTIONS[ALIASES.get(name, name)] == 1]
    for name in () if called else one:
        rest = word.removeprefix(name)
        if rest not in (word, "") and is_product.fullmatch(rest.lstrip("0123456789")):
            write.append(f"{name}({rest})")
    if not write:
        for name in [*known, "pi"]:
            rest = word.removesuffix(name)
            if rest not in (word, "") and is_product.fullmatch(rest):
                return (f"{rest}*{name}",)
    return tuple(write[:2])
