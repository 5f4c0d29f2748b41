r"""LaTeX as people paste it, in the plain spelling of formulas.

Only what has one meaning is read: \frac{1}{2}x^2 is ((1)/(2))x^2. A function without brackets takes
the factors that follow it, up to a sign, another function or a bracket.
"""

from __future__ import annotations

import re
from typing import NoReturn

from formulas.advice import Refused, Text
from formulas.functions import ALIASES, FUNCTIONS
from formulas.signs import GREEK

MAX_NESTED = 40

SPACES = [",", ";", ":", "!", " ", "quad", "qquad", "enspace", "thinspace", "displaystyle", "\\"]
SPACES += [
    "textstyle",
    "scriptstyle",
    "limits",
    "nolimits",
    "nonumber",
    "notag",
    "mathstrut",
    "rm",
    "it",
    "bf",
]
STYLES = ("\\displaystyle", "\\textstyle", "\\scriptstyle")
SIGNS = {"cdot": "*", "times": "*", "ast": "*", "star": "*", "*": "*", "bullet": "*", "div": "/"}
SIGNS |= {"^": "^", "_": "_", "$": "", "lbrace": "(", "rbrace": ")", "{": "(", "}": ")"}
SIGNS |= {"lparen": "(", "rparen": ")", "lbrack": "[", "rbrack": "]", "mapsto": "=>", "to": "=>"}
SIGNS |= {"colon": ":", "coloneqq": "=", "mid": "|", "vert": "|", "bmod": "%"}
BARS = {"lvert": "abs", "lfloor": "floor", "lceil": "ceil"}
CLOSING = {"lvert": "rvert", "lfloor": "rfloor", "lceil": "rceil"}
FONTS = ["mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "boldsymbol", "bm"]
FONTS += ["text", "textrm", "textit", "operatorname", "mathop", "pmb", "vec", "textbf"]
SIZES = re.compile(r"[bB]igg?[lrm]?|middle")
FRACTIONS = ["frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"]
LETTERS = {**{name: name for name in GREEK.values()}, "pi": "pi", "ell": "l"}
LETTERS |= {f"var{name}": name for name in ("epsilon", "theta", "rho", "sigma", "phi", "kappa")}
ENVIRONMENTS = ["equation", "align", "aligned", "gather", "gathered", "math", "displaymath"]
ENVIRONMENTS += ["split", "multline", "eqnarray", "flalign"]

_TOKEN = re.compile(
    r"\\[A-Za-z]+\*?|\\.|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z]+|\s+|.", re.DOTALL
)
_IN_FONT = re.compile(
    rf"\s*\\(?:{'|'.join(FONTS)}|rm|it|bf|sf|tt)(?![A-Za-z])\s*(\{{)?\s*([A-Za-z]+)\s*(?(1)\}})\s*\}}"
)
_ENDS = ("+", "-", "*", "/", "=", ",", ")", "]", "}", "&", "<", ">", ":", ";")


def read_tex(text: Text) -> Text:
    """The same without LaTeX.

    Raises:
        Refused: a command that is not read here, or that can be read in two ways.
    """
    return _Reader(text).whole()


Piece = list[tuple[str, int, int]]
"""Plain characters, each with the part of the text that it comes from."""


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        found = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text.plain)]
        self.tokens = [*found, ("", len(text.plain), len(text.plain))]
        self.at = 0
        self.depth = 0

    def whole(self) -> Text:
        out = self.until("")
        if self.now[0]:
            self.refuse(*self.now[1:], " closes what was never opened: delete it")
        text = self.text
        spans = [text.span(start, end) for _, start, end in out]
        starts, ends = tuple(a for a, _ in spans), tuple(b for _, b in spans)
        return Text(text.typed, "".join(c for c, _, _ in out), starts, ends)

    @property
    def now(self) -> tuple[str, int, int]:
        return self.tokens[self.at]

    def take(self) -> tuple[str, int, int]:
        token = self.now
        if token[0]:
            self.at += 1
        return token

    def spaces(self) -> None:
        while self.now[0].isspace() or self.now[0].removeprefix("\\") in (*SPACES[:5], "~"):
            self.at += 1

    def refuse(self, start: int, end: int, what: str, *write: str) -> NoReturn:
        if start >= len(self.text.plain):
            what = what.removeprefix(" comes")
            raise Refused(f"The formula ends{what}", *self.text.span(start, end), write)
        self.text.refuse(start, end, what, *write)

    def until(self, closing: str) -> Piece:
        """What stands before a closing brace or the end; the closing stays."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            self.refuse(*self.now[1:], " is nested too deeply: simplify it")
        out: Piece = []
        while self.now[0] and self.now[0] != "}":
            self.join(out, self.part())
        if closing and self.now[0] != closing:
            self.refuse(*self.now[1:], f" comes before a {closing} that is missing: write it")
        self.depth -= 1
        return out

    def join(self, out: Piece, part: Piece) -> None:
        """Add a part; names that would run together get a * between them."""
        if out and part and _is_word(out[-1][0]) and _is_word(part[0][0]):
            (before, start, _), (after, at, _) = out[-1], part[0]
            index = after.isdigit() and self.text.plain[start] != "\\"  # k1, but not \pi 2
            if not before.isdigit() and not index:
                out.append(("*", at, at + 1))
        out += part

    def part(self) -> Piece:
        word, start, end = self.take()
        if word.isspace():
            return [(" ", start, end)]
        if word in ("~", "&"):
            return [(" ", start, end)]
        if word == "{":
            if name := self.word_in_font():
                return self.word(name, start)
            unseen = self.prints_no_bracket()
            inside = self.group()
            if unseen and self.now[0] != "^":
                return inside
            return self.bracketed(inside, start, self.tokens[self.at - 1][2])
        if word in ("^", "_"):
            return self.script(word, start, end)
        if word.startswith("\\"):
            return self.command(word[1:].removesuffix("*") or "*", start, end)
        if word.isalpha() and word.isascii():
            return self.letters(word, start, end)
        return _piece(word, start, end)

    def prints_no_bracket(self) -> bool:
        r"""Whether a brace that was just taken only sets a style or goes on with a sum.

        Braces are not printed, so x^2{\displaystyle +y^2} is a sum.
        """
        words = (word for word, _, _ in self.tokens[self.at :] if not word.isspace())
        first = next(words, "")
        before = [word for word, _, _ in self.tokens[: self.at - 1] if not word.isspace()]
        last = before[-1] if before else ""
        letter = last.removeprefix("\\") in LETTERS or last in ("\\rvert", "\\rfloor", "\\rceil")
        value = letter if last.startswith("\\") else last[-1:].isalnum() or last in (*")]}|",)
        if first in STYLES:
            return last not in ("+", "-", "*", "/") and SIGNS.get(last[1:], "") not in ("*", "/")
        return first in ("+", "-") and value

    def group(self) -> Piece:
        """What a brace that was just taken encloses."""
        inside = self.until("}")
        self.take()
        return inside

    def bracketed(self, inside: Piece, start: int, end: int) -> Piece:
        text = "".join(c for c, _, _ in inside)
        if not text.strip():
            return []
        alone = re.fullmatch(r"\s*(\d+\.?\d*|\w|pi|alpha|beta|gamma|theta|lambda|mu)\s*", text)
        return inside if alone else [("(", start, start + 1), *inside, (")", end - 1, end)]

    def argument(self, of: str) -> Piece:
        """One argument, as TeX takes it: a group, a command or a single sign."""
        self.spaces()
        word, start, end = self.now
        if word == "{":
            self.take()
            return self.group()
        if not word or word == "}":
            self.refuse(start, end, f" comes where \\{of} needs a value: write it in {{}}")
        if len(word) > 1 and not word.startswith("\\"):
            self.tokens[self.at : self.at + 1] = [
                (word[0], start, start + 1),
                (word[1:], start + 1, end),
            ]
        return self.part()

    def script(self, sign: str, start: int, end: int) -> Piece:
        """A power or an index."""
        self.spaces()
        word, a, b = self.now
        if sign == "^" and len(word) > 1 and word[0] in ".0123456789":
            self.refuse(start, b, f": write ^{{{word}}}", f"^{{{word}}}")
        if sign == "^" and word.startswith("\\prime"):
            self.refuse(a, b, ": there are no derivatives here; write what it is")
        known = word.lower() in (*FUNCTIONS, *ALIASES, *LETTERS)
        if sign == "^" and (word in ("-", "+", "(") or known):
            return [("^", start, end)]
        if word == "{":
            self.take()
            inside = self.group()
        elif len(word) > 1 and not word.startswith("\\"):
            inside = self.argument(sign)
        else:
            inside = self.part()
        until = self.tokens[self.at - 1][2]
        if sign == "_":
            return [("_", start, end), ("{", a, b), *inside, ("}", until - 1, until)]
        text = "".join(c for c, _, _ in inside).strip()
        # No digits may run on after it.
        if re.fullmatch(r"\d+|\w", text) and not self.now[0][:1].isdigit():
            return [("^", start, end), *inside]
        return [("^", start, end), ("(", a, b), *inside, (")", until - 1, until)]

    def letters(self, word: str, start: int, end: int) -> Piece:
        """Two letters are two factors; longer words are read, or refused, as in a plain formula."""
        known = word.lower() in (*FUNCTIONS, *ALIASES, *LETTERS)
        if len(word) != 2 or known or re.fullmatch(r"[a-zA-Z]?[xy]*", word):
            return _piece(word, start, end)
        return [(word[0], start, end - 1), ("*", start, end), (word[1], end - 1, end)]

    def command(self, name: str, start: int, end: int) -> Piece:
        if name in SPACES:
            return [(" ", start, end)]
        if name in SIGNS:
            return _piece(SIGNS[name], start, end)
        if name in LETTERS:
            return _piece(LETTERS[name], start, end)
        if name in FRACTIONS:
            above, below = self.argument(name), self.argument(name)
            until = self.tokens[self.at - 1][2]
            line: Piece = [("/", start, end)]
            upper, lower = (self.bracketed(each, start, until) for each in (above, below))
            return [("(", start, end), *upper, *line, *lower, (")", until - 1, until)]
        if name == "sqrt":
            return self.root(start, end)
        if name in ("left", "right") or SIZES.fullmatch(name):
            return self.delimiter(name, start, end)
        if name in BARS:
            return self.bars(name, CLOSING[name], start, end)
        if name in FONTS:
            return self.font(name, start, end)
        if name in ("begin", "end"):
            inside = "".join(c for c, _, _ in self.argument(name)).replace("*", "")
            if inside not in ENVIRONMENTS:
                self.refuse(start, end, f": {inside} is not read here; write the formula alone")
            return [(" ", start, end)]
        if name in ("label", "tag", "hspace", "phantom"):
            self.argument(name)
            return []
        low = name.lower()
        if low in FUNCTIONS or low in ALIASES:
            return self.function(low, start, end)
        self.refuse(start, end, " is no command that is read here: write it in plain signs")

    def root(self, start: int, end: int) -> Piece:
        self.spaces()
        degree: Piece = []
        if self.now[0] == "[":
            self.take()
            while self.now[0] not in ("]", ""):
                degree += self.part()
            self.take()
        n = "".join(c for c, _, _ in degree).strip()
        word = "cbrt" if n == "3" else "sqrt"
        self.spaces()
        if n in ("", "2", "3") and self.now[0] in ("(", "\\left"):
            return _piece(word, start, end)
        inside = self.argument("sqrt")
        until = self.tokens[self.at - 1][2]
        if n in ("", "2", "3"):
            return [*_piece(f"{word}(", start, end), *inside, (")", until - 1, until)]
        before, after = _piece("((", start, end), _piece(")^(1/(", start, end)
        return [*before, *inside, *after, *degree, *_piece(")))", start, end)]

    def delimiter(self, size: str, start: int, end: int) -> Piece:
        r"""What \left, \right or \big stands before."""
        self.spaces()
        word, a, b = self.take()
        if word == ".":
            return []
        bar = word in ("|", "\\vert", "\\lvert")
        if size == "left" and bar:
            return self.bars("lvert", "right", start, b)
        if size == "left" and word[1:] in BARS:
            return self.bars(word[1:], "right", start, b)
        if size == "right" and (bar or word in ("\\rvert", "\\rfloor", "\\rceil")):
            self.refuse(start, b, " closes what was never opened: delete it")
        plain = {"\\{": "(", "\\}": ")", "\\lbrace": "(", "\\rbrace": ")", "\\vert": "|"}
        plain |= {"[": "(", "]": ")", "\\lbrack": "(", "\\rbrack": ")", "/": "/"}
        sign = plain.get(word, word)
        if word in ("\\lvert", "\\rvert"):
            sign = "|"
        if sign not in ("(", ")", "|", "/"):
            self.refuse(a, b, " is no bracket that is read here: write ( or )")
        return [(sign, start, b)]

    def bars(self, opening: str, closing: str, start: int, end: int) -> Piece:
        """What stands between bars that know which of them opens."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            self.refuse(start, end, " is nested too deeply: simplify it")
        inside: Piece = []
        while self.now[0] != f"\\{closing}" or (closing == "right" and not self.closes_bars()):
            if self.now[0] in ("", "}"):
                self.refuse(start, end, f" is never closed: write \\{closing} after its part")
            self.join(inside, self.part())
        self.depth -= 1
        self.take()
        if closing == "right":
            self.spaces()
            self.take()
        until = self.tokens[self.at - 1][2]
        return [*_piece(f"{BARS[opening]}(", start, end), *inside, (")", until - 1, until)]

    def closes_bars(self) -> bool:
        rest = self.text.plain[self.now[2] :].lstrip()
        return rest.startswith(("|", "\\vert", "\\rvert", "\\rfloor", "\\rceil"))

    def font(self, name: str, start: int, end: int) -> Piece:
        """A word in another font: a function's name is one."""
        self.spaces()
        if self.now[0] != "{":
            return self.argument(name)
        self.take()
        begin = self.at
        if word := self.word_in_font():
            return self.word(word, start)
        inside = self.group()
        raw = "".join(word for word, _, _ in self.tokens[begin : self.at - 1]).strip()
        if re.fullmatch(r"[A-Za-z]+", raw) or raw.lower() in (*FUNCTIONS, *ALIASES):
            return self.word(raw, start)
        return self.bracketed(inside, start, self.tokens[self.at - 1][2])

    def word_in_font(self) -> str:
        r"""The word that is all that a brace which was just taken encloses, as in {\rm sign}.

        It and the closing brace are taken; nothing is where there is more.
        """
        found = _IN_FONT.match(self.text.plain, self.now[1])
        if not found:
            return ""
        while self.now[1] < found.end():
            self.take()
        return found[2]

    def word(self, word: str, start: int) -> Piece:
        """A word that stands as one, up to here."""
        end = self.tokens[self.at - 1][2]
        if word.lower() in (*FUNCTIONS, *ALIASES):
            return self.function(word.lower(), start, end)
        return _piece(word, start, end)

    def function(self, name: str, start: int, end: int) -> Piece:
        """A function, its index and power if it has them, and its value."""
        out = _piece(name, start, end)
        self.spaces()
        power: Piece = []
        while self.now[0] in ("^", "_"):
            sign, a, b = self.take()
            part = self.script(sign, a, b)
            if sign == "_":
                out += part
            else:
                power = part
                if re.fullmatch(r"\^\(\d+\)", "".join(c for c, _, _ in part)):
                    power = [part[0], *part[2:-1]]  # a bracket follows anyway
            self.spaces()
        word, a, b = self.now
        out += power
        if word in ("(", "[") or word == "\\left" or SIZES.fullmatch(word[1:] or "-"):
            following = self.tokens[self.at + 1][0] if word.startswith("\\") else word
            if following in ("(", "[", "\\{", "\\lbrace"):
                return out
        if word == "{":
            self.take()
            inside = self.group()
            until = self.tokens[self.at - 1][2]
            return [*out, ("(", a, b), *inside, (")", until - 1, until)]
        if word in ("\\{", "\\lbrace"):
            return out
        value = self.value(name)
        until = self.tokens[max(self.at - 1, 0)][2]
        return [*out, ("(", start, end), *value, (")", until - 1, until)]

    def value(self, name: str) -> Piece:
        """The factors that a function without brackets takes."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            self.refuse(*self.now[1:], " is nested too deeply: simplify it")
        out: Piece = []
        first = self.at
        if self.now[0] in ("+", "-"):
            out += self.part()
            self.spaces()
        empty = True
        while True:
            self.spaces()
            word, start, end = self.now
            if not word or word[0] in _ENDS or word in ("\\right", "\\rvert", "\\rfloor"):
                break
            if word in ("\\rceil", "\\}", "\\rbrace", "\\end", "\\quad", "\\\\", "\\mapsto"):
                break
            if SIGNS.get(word[1:], "") in ("*", "/", "%") and word.startswith("\\"):
                break
            command = word[1:].lower()
            if word == "{" and not empty and self.goes_on():
                break
            if not empty and self.starts_function(command, word):
                break
            if word == "|" and not empty:
                break
            if not empty and (word in ("(", "[", "\\left") or SIZES.fullmatch(command)):
                begin = self.tokens[first][1]
                self.refuse(begin, end, f": write the whole value of {name} in brackets")
            if word == "|":
                self.take()
                out += _piece("abs(", start, end)
                while self.now[0] not in ("|", "", "}"):
                    self.join(out, self.part())
                self.take()
                out.append((")", start, end))
            else:
                self.join(out, self.part())
            empty = False
        self.depth -= 1
        if empty:
            self.refuse(*self.now[1:], f" comes where {name} needs a value: write it in brackets")
        return out

    def goes_on(self) -> bool:
        """Whether the brace that opens here encloses more of a sum."""
        words = (word for word, _, _ in self.tokens[self.at + 1 :] if not word.isspace())
        return next((word for word in words if word not in STYLES), "") in ("+", "-")

    @staticmethod
    def starts_function(command: str, word: str) -> bool:
        names = {*FUNCTIONS, *ALIASES} - {"sqrt", "cbrt"}
        return (word.startswith("\\") and command in (*names, "operatorname")) or word in names


def _piece(text: str, start: int, end: int) -> Piece:
    """Characters that all come from one part; of the same length, each from its own."""
    if len(text) == end - start:
        return [(c, at, at + 1) for at, c in enumerate(text, start)]
    return [(c, start, end) for c in text]


def _is_word(c: str) -> bool:
    return c.isalnum() or c in GREEK
