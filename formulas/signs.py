"""What a formula's characters stand for: look-alikes, raised and lowered signs, invisible ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from formulas.advice import Text

GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ν": "nu",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
}
"""Without ι, ο and υ, which look like other letters, ξ, which would be read as x*i, and π."""

WORDS = {"π": "pi", "√": "sqrt", "∛": "cbrt", **GREEK}

_LOOK_ALIKES = {
    "-": "−–—‒―‐‑⁃˗➖",
    "+": "➕",
    "*": "×·⋅∙∗•●◦‧・⋆⁎✕✖⨯✱⦁\N{INVISIBLE TIMES}",
    "/": "÷∕⁄⧸➗",
    "^": "ˆ⌃∧↑",
    "|": "∣│❘ǀ",
    "'": "′’‘ʹ´",
    '"': "“”„″",
    ",": "‚\N{INVISIBLE SEPARATOR}",
    "=": "≔",
    "x": "хΧ",
    "y": "уΥ",
    "X": "Х",
    "Y": "У",
    "e": "еℯⅇ",
    "E": "ЕΕ",
    "a": "аɑ",
    "o": "оο",
    "c": "с",
    "p": "р",
}
_BRACKETS = {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}
PLAIN = _BRACKETS | {c: plain for plain, look_alikes in _LOOK_ALIKES.items() for c in look_alikes}
BLANK = "\N{BRAILLE PATTERN BLANK}\N{HANGUL FILLER}"
SELECTORS = range(0xFE00, 0xFE10)
OVERRIDES = "\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}"
"""These change the order in which a formula is seen."""

LIGATURES = range(0xFB00, 0xFB05)
_SCRIPT = "0123456789+-()xyabcdefghijklmnopqrstuvwαβγδεζηθκλμνρστφχψωπ"


def plain(typed: str, more: Mapping[str, str] = MappingProxyType({})) -> Text:
    """What was typed in ASCII, with Greek letters and roots as `WORDS` has them.

    Args:
        more: signs that stand for something besides, and what.

    Raises:
        Refused: a character stands for nothing in a formula.
    """
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(text: str, start: int, end: int) -> None:
        chars.extend(text)
        starts.extend([start] * len(text))
        ends.extend([end] * len(text))

    at = 0
    while at < len(typed):
        end = at + 1
        script = _script(typed[at])
        while script and end < len(typed) and _script(typed[end]) == script:
            end += 1
        run = "".join(unicodedata.normalize("NFKC", c) for c in typed[at:end]).replace("−", "-")
        if script and any(map(str.isalnum, run)):
            put(_moved(script, run, typed[end : end + 1]), at, end)
        elif typed[at] in more:
            end = at + 1
            put(more[typed[at]], at, end)
        elif typed[at].isascii() or typed[at] in WORDS:
            put(typed[at], at, end)
        else:
            end = at + 1
            put(_character(typed, at), at, end)
        at = end
    return Text(typed, "".join(chars), tuple(starts), tuple(ends))


def _script(c: str) -> str:
    """ "super" or "sub" for a sign that is raised or lowered."""
    kind = unicodedata.decomposition(c).partition(">")[0].removeprefix("<")
    signs = unicodedata.normalize("NFKC", c).replace("−", "-")
    return kind if kind in ("super", "sub") and signs in _SCRIPT and c not in "ªº" else ""


def _moved(script: str, run: str, after: str) -> str:
    """A run of raised or lowered signs on the line."""
    if script == "sub":
        return f"_({run})"
    run = re.sub(r"(?<=[^\W\d])(?=\d)", "^", run)  # e⁻ˣ²
    # No digits may run on after it.
    alone = run.removeprefix("-").isdigit() and after not in tuple("0123456789.eE")
    return f"^{run}" if alone else f"^({run})"


def _character(typed: str, at: int) -> str:
    c = typed[at]
    if c in PLAIN:
        return PLAIN[c]
    if c.isspace() or c in BLANK or unicodedata.category(c) == "Zs":
        return " "
    if (unicodedata.category(c) == "Cf" and c not in OVERRIDES) or ord(c) in SELECTORS:
        return ""
    folded = unicodedata.normalize("NFKC", c)
    here = Text(typed, typed, tuple(range(len(typed))), tuple(range(1, len(typed) + 1)))
    if "⁄" in folded:
        fraction = folded.replace("⁄", "/")
        whole = at
        while whole and typed[whole - 1].isdigit():
            whole -= 1
        if whole < at:
            here.advise(whole, at + 1, f"({typed[whole:at]}+{fraction})")
        return f"({fraction})"
    if c == "°":
        here.advise(at, at + 1, "*pi/180", why=" stands for degrees")
    if len(folded) == 1 and not _script(c):
        if folded.isascii() or folded in WORDS:
            return folded
        if folded in PLAIN:
            return PLAIN[folded]
    if ord(c) in LIGATURES or c in "㏑㏒":
        return folded
    here.refuse(at, at + 1, " is not a sign of a formula: use letters, digits, + - * / ^")
