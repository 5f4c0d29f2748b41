"""A formula's grammar: text in; a tree out, or a sentence that names the place and what to do.

The text is cut into tokens and read by rules; nothing of it is ever evaluated as Python.

    sum     = [+ -] product ((+ -) product)*
    product = factor ((* / or nothing) factor)*        from left to right
    factor  = (+ -) factor  |  atom [(^ **) factor]
    atom    = number | name | function(sum, …) | (sum) | |sum|

- A missing sign is a `*` like any other, so 1/2x is x/2. It is read before a name, a function or a
  bracket; before a number it is refused.
- A word is a name or a function as a whole, in small or capital letters, or else one name followed
  by x's and y's: axy is a*x*y, 2pix is 2*pi*x. Any other word is refused.
- A single small letter other than x, y, z and e, or a Greek one by its sign or its name, is a
  parameter, digits allowed after it: k, k1, λ, lambda1.
- A function has its value in brackets; sin^2(x) is sin(x)^2.
- Look-alikes and signs that ASCII lacks are read as what they stand for: −, ×, ·, ÷, π, √, x², x⁻²,
  х; of what is raised, digits only.
- In a link, a space where two values meet is a plus sign that was not escaped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NoReturn

from settings import shorten

CONSTANTS = ("pi", "e")
FUNCTIONS = {
    "sin": 1,
    "cos": 1,
    "tan": 1,
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "abs": 1,
    "tanh": 1,
    "sinh": 1,
    "cosh": 1,
    "atan": 1,
    "min": 2,
    "max": 2,
    "sign": 1,
}
"""How many values each function takes; 2 stands for two or more."""

ALIASES = {"ln": "log", "sgn": "sign", "arctan": "atan", "arctg": "atan", "tg": "tan"}
ALIASES |= {"sh": "sinh", "ch": "cosh", "th": "tanh"}
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

MAX_LENGTH = 1000
MAX_TOKENS = 400
MAX_DEPTH = 40
MAX_LETTERS = 8

SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/", "⁄": "/"}
WORDS = {"π": "pi", "√": "sqrt", **GREEK}
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
RAISED_MINUS = "⁻"
INDEXED = {"x₁": "x", "x₂": "y", "x_1": "x", "x_2": "y"}
CONDITIONS = ("if", "else", "and", "or", "not", "where")
CYRILLIC = dict(zip("хуеаосрХУЕ", "xyeaocpXYE", strict=True))

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/^(),|])",
    re.ASCII,
)
_RAISED = re.compile(r"(?P<minus>⁻?)(?P<digits>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_NAMES = re.compile(rf"(pi|e|(?:{'|'.join(GREEK.values())}|[a-df-w])\d*)?([xy]*)")
_ASSIGNED = re.compile(r"\s*\w+\s*(\([^()=]*\)\s*)?=(?!=)")


@dataclass(frozen=True)
class Number:
    """A number as it was written, in ASCII."""

    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Name:
    """x, y, a constant or a parameter."""

    name: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Sum:
    """Terms, each with + or - before it; also a single one with its sign."""

    terms: tuple[tuple[str, Tree], ...]
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Product:
    """Factors from left to right, each with * or / before it; the first has *."""

    factors: tuple[tuple[str, Tree], ...]
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Power:
    """A base and its exponent."""

    base: Tree
    exponent: Tree
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Call:
    """A function of the allow-list and what stands in its brackets."""

    name: str
    arguments: tuple[Tree, ...]
    place: str = field(default="", compare=False)


Tree = Number | Name | Sum | Product | Power | Call
"""A formula as it was written. Each part has its place in the text, in words, for refusals."""


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        tree: the formula.
        text: its canonical spelling: plain ASCII, which reads as the same tree with and without
            its spaces.
        letters: the parameters in it, sorted.
    """

    tree: Tree
    text: str
    letters: tuple[str, ...]


def read(text: str, names: tuple[str, ...] | None = None, lost_plus: bool = False) -> Reading:
    """Read a formula in x, y and parameters.

    Args:
        names: the parameters there are; None for any single letters.
        lost_plus: the text comes from a link, where a plus sign that was not escaped arrives as a
            space.

    Raises:
        ValueError: the formula is refused; the message is one sentence for the person who typed it.
    """
    return _Parser(text, names, lost_plus).reading()


@dataclass(frozen=True)
class _Token:
    kind: str  # "number", "name", "function", "sign" or "end"
    text: str
    start: int
    end: int
    word: int  # tokens of one word share this number
    spaced: bool  # whether a space stands before it


class _Parser:
    def __init__(self, text: str, names: tuple[str, ...] | None, lost_plus: bool) -> None:
        self.typed = text
        self.names = names
        self.lost_plus = lost_plus
        self.letters: set[str] = set()
        self.spelled: list[str] = []
        self.in_bars = False
        self.depth = 0
        self.at = 0

    def reading(self) -> Reading:
        if not self.typed.strip():
            raise ValueError("The formula is empty: write one in x and y, such as x^2 + 3y^2.")
        if len(self.typed) > MAX_LENGTH:
            raise ValueError(f"The formula is longer than {MAX_LENGTH} characters: shorten it.")
        if assigned := _ASSIGNED.match(self.typed):
            self.stranger(assigned.end() - 1, "=")
        self.tokens = self.cut(self.ascii())
        if len(self.tokens) > MAX_TOKENS:
            raise ValueError(f"The formula has more than {MAX_TOKENS} parts: simplify it.")
        tree = self.sum()
        if self.token.kind != "end":
            self.misplaced(complete=True)
        if len(self.letters) > MAX_LETTERS:
            raise ValueError(
                f"The formula has {len(self.letters)} parameters: use at most {MAX_LETTERS}."
            )
        return Reading(tree, "".join(self.spelled), tuple(sorted(self.letters)))

    # Refusals

    def place(self, start: int, end: int) -> str:
        quoted = shorten(self.typed[start:end].strip())
        return f"“{quoted}” at character {start + 1}"

    def refuse(self, start: int, end: int, what: str) -> NoReturn:
        raise ValueError(f"{self.place(start, end)}{what}.")

    def misplaced(self, complete: bool = False) -> NoReturn:
        """The present token cannot stand where it does; complete: after a whole formula."""
        t = self.token
        before = self.tokens[self.at - 1] if self.at else None
        if t.kind == "end":
            assert before is not None
            after = self.place(before.start, before.end)
            raise ValueError(f"The formula ends after {after}: write what is missing after it.")
        if t.text == ",":
            self.comma(t, before)
        if t.text == ")" and complete:
            self.refuse(t.start, t.end, " closes what was never opened: delete it")
        if t.text == ")":
            self.refuse(t.start, t.end, " closes too early: complete what is before it")
        if t.kind == "number":
            self.refuse(t.start, t.end, ": write a sign such as * or + before it")
        self.refuse(t.start, t.end, " has nothing to join: write a number, x or y before it")

    def comma(self, comma: _Token, before: _Token | None) -> NoReturn:
        after = self.tokens[self.at + 1]
        if before is None or (before.kind in ("function", "sign") and before.text not in ")|"):
            self.refuse(comma.start, comma.end, " has no value before it: write one, or delete it")
        if before.kind == after.kind == "number" and not (comma.spaced or after.spaced):
            self.refuse(comma.start, comma.end, ": write a decimal point, as in 0.5")
        self.refuse(comma.start, comma.end, ": only min and max take several values; delete it")

    # Tokens

    def ascii(self) -> str:
        """The text with one ASCII character for each of its own; π and √ stay, as words."""
        out = []
        for at, c in enumerate(self.typed):
            if c.isascii() or c in SUPERSCRIPTS or c in WORDS or c == RAISED_MINUS:
                out.append(c)
                continue
            plain = SIGNS.get(c) or CYRILLIC.get(c) or unicodedata.normalize("NFKC", c)
            if "⁄" in plain:  # ½
                self.refuse(at, at + 1, f": write {plain.replace('⁄', '/')}")
            if unicodedata.decomposition(c).startswith("<super>"):
                self.refuse(at, at + 1, f": write ^{plain}")
            if len(plain) != 1 or not (plain.isascii() or plain in WORDS):
                self.refuse(
                    at, at + 1, " is not a sign of a formula: use letters, digits, + - * / ^"
                )
            out.append(plain)
        return "".join(out)

    def cut(self, text: str) -> list[_Token]:
        tokens: list[_Token] = []
        at, word = 0, 0
        while text[at:].strip():
            start = at + len(text[at:]) - len(text[at:].lstrip())
            spaced, c, word = start > at, text[start], word + 1
            if c in GREEK:
                index = re.match(r"\d*", text[start + 1 :], re.ASCII)
                at = start + 1 + len(index[0] if index else "")
                tokens += self.word(GREEK[c] + text[start + 1 : at], start, at, word, spaced)
            elif c in WORDS:
                kind = "name" if WORDS[c] in CONSTANTS else "function"
                tokens.append(_Token(kind, WORDS[c], start, start + 1, word, spaced))
                at = start + 1
            elif raised := _RAISED.match(text, start):
                at = raised.end()
                digits = "".join(SUPERSCRIPTS[c] for c in raised["digits"])
                tokens.append(_Token("sign", "^", start, at, word, spaced))
                if raised["minus"]:
                    tokens.append(_Token("sign", "-", start, at, word, False))
                tokens.append(_Token("number", digits, start, at, word, False))
            else:
                match = _TOKEN.match(text, start)
                if match is None:
                    self.stranger(start, c)
                at = match.end()
                kind = str(match.lastgroup)
                if kind == "word":
                    tokens += self.word(match["word"], start, at, word, spaced)
                else:
                    tokens.append(_Token(kind, match[kind], start, at, word, spaced))
        return [*tokens, _Token("end", "", len(text), len(text), word + 1, False)]

    def stranger(self, at: int, c: str) -> NoReturn:
        advice = {
            "=": ": write only what stands right of it",
            "[": ": write a round bracket",
            "]": ": write a round bracket",
            "{": ": write a round bracket",
            "}": ": write a round bracket",
            "!": ": there are no factorials here; write the number itself",
            ".": ": write a digit before or after the point",
        }.get(c, " is not a sign of a formula: use letters, digits, + - * / ^ and brackets")
        self.refuse(at, at + 1, advice)

    def word(self, text: str, start: int, end: int, word: int, spaced: bool) -> list[_Token]:
        """A word's tokens: one, or a name and the x's and y's after it."""
        small = text.lower()
        function = ALIASES.get(small, small)
        if function in FUNCTIONS:
            return [_Token("function", function, start, end, word, spaced)]
        parts = [text] if text in (self.names or ()) else self.split(small)
        # A capital may start a sentence, but A is not a: only known words may have capitals.
        if not parts or (text != small and set(parts) - {"x", "y", *CONSTANTS, text}):
            self.unknown(text, start, end)
        tokens = []
        for at, part in enumerate(parts, 1):
            until = end - len(parts) + at  # all but the first are single letters
            tokens.append(_Token("name", part, start, until, word, spaced))
            start, spaced = until, False
        if self.names is None:
            self.letters.update(set(parts) - {"x", "y", *CONSTANTS})
        return tokens

    def split(self, word: str) -> list[str]:
        """One name and the x's and y's after it; empty if the word is not that."""
        match = _NAMES.fullmatch(word)
        if not match:
            return []
        head, rest = match.groups()
        if head and head not in CONSTANTS and self.names is not None and head not in self.names:
            return []
        return ([head] if head else []) + list(rest)

    def unknown(self, word: str, start: int, end: int) -> NoReturn:
        low = word.lower()
        if self.typed[end : end + 1] == "." and self.typed[end + 1 : end + 2].isalpha():
            self.refuse(start, end + 1, ": delete it, as functions have no prefix here")
        indexed = INDEXED.get(self.typed[start:end].lower())
        if indexed:
            self.refuse(start, end, f": write {indexed}")
        if low in CONDITIONS:
            self.refuse(start, end, ": there are no conditions here; write max, min, abs or sign")
        for function in sorted({*FUNCTIONS, *ALIASES}, key=len, reverse=True):
            rest = low.removeprefix(function)
            if rest != low and self.split(rest.lstrip("0123456789")):
                self.refuse(start, end, f": write {function}({rest})")
        for known in sorted({*FUNCTIONS, *ALIASES, "pi"}, key=len, reverse=True):
            rest = low.removesuffix(known)
            if rest != low and rest in ("a", "arc", "ar") and known not in CONSTANTS:
                inverse = f" is not offered: functions are {', '.join(FUNCTIONS)}"
                product = f"; a*{known} is a product" if rest == "a" else ""
                self.refuse(start, end, inverse + product)
            if rest != low and self.split(rest):
                bracket = "" if known in CONSTANTS else self.bracket_after(end)
                self.refuse(start, end, f": write {rest}*{known}{bracket}")
        if re.fullmatch(r"[xy]+\d+", low):
            head = low.rstrip("0123456789")
            digits = low[len(head) :]
            self.refuse(start, end, f": write {head}^{digits} or {head}*{digits}")
        if len(word) == 1 and low != word and self.split(low):
            self.refuse(start, end, f" is a capital letter: write {low}")
        if "_" in low and self.split(low.replace("_", "")):
            self.refuse(start, end, f": write {low.replace('_', '')}")
        if len(low) == 2 and low.isalpha() and "z" not in low and self.names is None:
            begun = next((f", or {f}(x)" for f in FUNCTIONS if f.startswith(low)), "")
            self.refuse(start, end, f": write {'*'.join(low)}{begun}")
        if self.names is not None:
            known = ", ".join(["x", "y", *CONSTANTS, *self.names])
            self.refuse(start, end, f" is unknown: the names here are {known}")
        self.refuse(
            start,
            end,
            " is unknown: names are x, y, pi, e, single letters but z, alpha to omega; functions "
            + ", ".join(FUNCTIONS),
        )

    def bracket_after(self, at: int) -> str:
        """The round bracket that a function has, or should have had, if it is short."""
        found = re.match(r"\s*(\([^()]{1,12}\))", self.typed[at:])
        return found[1] if found else "(x)"

    # Grammar

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, spelling: str | None = None) -> _Token:
        token = self.token
        self.spelled.append(token.text if spelling is None else spelling)
        self.at += 1
        return token

    def since(self, start: int) -> str:
        return self.place(start, self.tokens[self.at - 1].end)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(self.token.start, self.token.end, " is nested too deeply: simplify it")

    def sum(self) -> Tree:
        self.deeper()
        start = self.token.start
        sign = self.take().text if self.token.text in ("+", "-") else "+"
        terms = [(sign, self.product())]
        while self.token.text in ("+", "-") or self.plus_was_lost():
            if self.token.text in ("+", "-"):
                sign = self.take(f" {self.token.text} ").text
            else:
                self.spelled.append(" + ")
                sign = "+"
            terms.append((sign, self.product()))
        self.depth -= 1
        if len(terms) == 1 and sign == "+":
            return terms[0][1]
        return Sum(tuple(terms), self.since(start))

    def plus_was_lost(self) -> bool:
        """Whether a value follows a space: links are written without."""
        token = self.token
        if not (self.lost_plus and token.spaced and (token.kind == "number" or self.juxtaposed())):
            return False
        two, one = self.tokens[max(self.at - 2, 0) : self.at][-2:] if self.at > 1 else (None, None)
        exponent = two and one and two.kind == "number" and one.text == "e" and not one.spaced
        # 2e 3 can have been 2e+3 or 2*e + 3.
        return not (exponent and token.kind == "number")

    def product(self) -> Tree:
        start = self.token.start
        factors = [("*", self.factor())]
        while True:
            if self.token.text in ("*", "/"):
                sign = self.take().text
                factors.append((sign, self.factor()))
            elif self.juxtaposed() and not self.plus_was_lost():
                self.juxtapose()
                factors.append(("*", self.power()))
            else:
                break
        return Product(tuple(factors), self.since(start)) if len(factors) > 1 else factors[0][1]

    def juxtaposed(self) -> bool:
        """Whether what stands here is a factor, if a sign is missing before it."""
        return self.token.kind in ("name", "function") or self.opens()

    def opens(self) -> bool:
        return self.token.text == "(" or (self.token.text == "|" and not self.in_bars)

    def juxtapose(self) -> None:
        """Spell a missing sign, with a * where the two would run together."""
        before, token = self.tokens[self.at - 1], self.token
        words = before.kind == "name" and token.kind != "sign" and before.word != token.word
        exponent = before.kind == "number" and token.text[:1] == "e"
        if words or exponent:
            self.spelled.append("*")

    def factor(self) -> Tree:
        if self.token.text not in ("+", "-"):
            return self.power()
        self.deeper()
        start = self.token.start
        sign = self.take().text
        operand = self.factor()
        self.depth -= 1
        return Sum(((sign, operand),), self.since(start)) if sign == "-" else operand

    def power(self) -> Tree:
        start = self.token.start
        base = self.atom()
        if self.token.text not in ("^", "**"):
            return base
        self.take()
        self.deeper()
        exponent = self.factor()
        self.depth -= 1
        return Power(base, exponent, self.since(start))

    def atom(self) -> Tree:
        token = self.token
        if token.kind == "function":
            return self.call()
        if token.kind == "number":
            self.take()
            if not float(token.text) < 1e100:
                self.refuse(token.start, token.end, " is too large: write it below 1e100")
            return Number(token.text, self.since(token.start))
        if token.kind == "name":
            self.take()
            return Name(token.text, self.since(token.start))
        if token.text == "(":
            (inside,) = self.brackets()
            return inside
        if token.text == "|":
            self.take()
            outer, self.in_bars = self.in_bars, True
            inside = self.sum()
            self.in_bars = outer
            if self.token.text != "|":
                self.unclosed(token)
            self.take()
            return Call("abs", (inside,), self.since(token.start))
        self.misplaced()

    def brackets(self, separator: str = "") -> list[Tree]:
        """What stands in the round brackets that open here, and their closing."""
        bracket = self.take()
        outer, self.in_bars = self.in_bars, False
        inside = [self.sum()]
        while separator and self.token.text == separator:
            self.take(", ")
            inside.append(self.sum())
        self.in_bars = outer
        if self.token.text != ")":
            self.unclosed(bracket)
        self.take()
        return inside

    def unclosed(self, bracket: _Token) -> NoReturn:
        if self.token.kind != "end":
            self.misplaced()
        closing = ")" if bracket.text == "(" else "|"
        self.refuse(bracket.start, bracket.end, f" is never closed: write {closing} after its part")

    def call(self) -> Tree:
        function = self.take()
        name = function.text
        exponent = None
        if self.token.text in ("^", "**"):
            self.take()
            exponent = self.token
            if exponent.kind != "number" or not exponent.text.isdigit() or int(exponent.text) < 2:
                self.refuse(function.start, exponent.end, f": write {name}(x)^2 or 1/{name}(x)")
            self.take()
        if self.token.text != "(":
            value, end = "x", function.end
            if self.token.kind in ("name", "number"):
                last = self.at
                while self.tokens[last + 1].kind == "name" and not self.tokens[last + 1].spaced:
                    last += 1
                end = self.tokens[last].end
                value = self.typed[self.token.start : end]
            raised = "" if exponent is None else f"^{exponent.text}"
            self.refuse(function.start, end, f": write {name}{raised}({value}), with brackets")
        if self.tokens[self.at + 1].text == ")":
            arguments = []
            self.take(), self.take()
        else:
            arguments = self.brackets(",")
        place = self.since(function.start)
        several = FUNCTIONS[name] > 1
        if (len(arguments) < 2) if several else (len(arguments) != 1):
            wants = "two or more values" if several else "one value"
            raise ValueError(f"{place}: {name} takes {wants} in its brackets.")
        called = Call(name, tuple(arguments), place)
        return called if exponent is None else Power(called, Number(exponent.text), place)
