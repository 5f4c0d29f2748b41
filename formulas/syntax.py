"""A formula's grammar: text in; a tree out, or a sentence that names the place and what to do.

The text is cut into tokens and read by rules; nothing of it is ever evaluated as Python.

    sum     = [+ -] product ((+ -) product)*
    product = factor ((* / or nothing) factor)*        from left to right
    factor  = (+ -) factor  |  atom [(^ **) factor]
    atom    = number | name | function(sum, …) | (sum) | |sum|

- A missing sign is a `*` like any other, so 1/2x is x/2. It is read before a name, a function or a
  bracket; before a number it is refused. f(x) and gamma(x + 1) look like functions and are asked
  about.
- A word is a name or a function as a whole, in small or capital letters, or else one name followed
  by x's and y's: axy is a*x*y, 2pix is 2*pi*x. Any other word is refused.
- A single small letter other than x, y, z and e, or a Greek one by its sign or its name, is a
  parameter, digits allowed after it: k, k1, k_1, λ, lambda1.
- A function has its value in brackets; sin^2(x) is sin(x)^2. [ ] and { } are brackets, too.
- x(1), x[0], x_1, x1 and x₁ are x or y (`formulas.tokens`): an index 0 anywhere means counting from
  0, a 2 anywhere from 1.
- .^ .* ./ are ^ * /.
- What stands around a formula in code and papers is left out (`formulas.pasted`), LaTeX is read
  (`formulas.tex`), and look-alikes and signs that ASCII lacks are read as what they stand for
  (`formulas.signs`): −, ×, ·, ÷, π, √, x², x⁻²; of what cannot be seen, nothing.
- In a link, a space where two values meet is a plus sign that was not escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from formulas import signs
from formulas.advice import Refused, Text
from formulas.pasted import undressed
from formulas.refusals import CLOSING, Reader
from formulas.signs import GREEK as GREEK
from formulas.tokens import CONSTANTS, Token, cut
from formulas.tree import Call, Name, Number, Power, Product, Sum, Tree

MAX_LENGTH = 1000
MAX_TOKENS = 400
MAX_DEPTH = 40
MAX_LETTERS = 8


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
        Refused: a ValueError; the message is one sentence for the person who typed it.
    """
    if not text.strip():
        raise Refused("The formula is empty: write one in x and y, such as x^2 + 3y^2")
    if len(text) > MAX_LENGTH:
        raise Refused(f"The formula is longer than {MAX_LENGTH} characters: shorten it")
    whole = signs.plain(text)
    alone, vector = undressed(whole)
    tokens = cut(alone, names, vector, lost_plus)
    if len(tokens) == 1:
        raise Refused("The formula is empty: write one in x and y, such as x^2 + 3y^2")
    parser = Parser(alone, tokens, lost_plus, in_tex="\\" in whole.plain)
    tree, spelled = parser.whole()
    letters = () if names is not None else parser.found - {"x", "y", *CONSTANTS}
    if len(letters) > MAX_LETTERS:
        raise Refused(f"The formula has {len(letters)} parameters: use at most {MAX_LETTERS}")
    return Reading(tree, spelled, tuple(sorted(letters)))


class Parser(Reader):
    """Reads what a formula was cut into.

    Attributes:
        lost_plus: see `read`.
        in_tex: whether it was LaTeX, where spaces mean nothing.
        found: the names in it, as far as it is read.
    """

    def __init__(self, text: Text, tokens: list[Token], lost_plus: bool, in_tex: bool) -> None:
        if len(tokens) > MAX_TOKENS:
            raise Refused(f"{self.noun} has more than {MAX_TOKENS} parts: simplify it")
        self.text, self.tokens = text, tokens
        self.lost_plus, self.in_tex = lost_plus, in_tex
        self.found: set[str] = set()
        self.spelled: list[str] = []
        self.in_bars = False
        self.depth = 0
        self.at = 0

    def whole(self) -> tuple[Tree, str]:
        """All of it as a tree, and how it is spelled."""
        tree = self.sum()
        if self.token.kind != "end":
            self.misplaced(complete=True)
        return tree, "".join(self.spelled)

    def take(self, spelling: str | None = None) -> Token:
        token = self.token
        plain = {"[": "(", "{": "(", "]": ")", "}": ")"}.get(token.text, token.text)
        self.spelled.append(plain if spelling is None else spelling)
        self.at += 1
        return token

    def since(self, start: int) -> str:
        return self.text.place(start, self.tokens[self.at - 1].end)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            t = self.token
            self.text.refuse(t.start, t.end, " is nested too deeply: simplify it")

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
        if exponent and token.kind == "number":
            return False
        if self.in_tex:  # where a space is no sign
            why = " stands after a space, which in a link can be a plus"
            plain = self.text.plain[token.start : token.end]
            self.text.advise(token.start, token.end, f"+{plain}", f"*{plain}", why=why)
        return True

    def product(self) -> Tree:
        start = self.token.start
        factors = [("*", self.factor())]
        while True:
            if self.token.text in ("*", "/"):
                sign = self.take().text
                factors.append((sign, self.factor()))
            elif self.token.text in ("%", "//"):
                self.whole_division(start)
            elif self.juxtaposed() and not self.plus_was_lost():
                self.juxtapose()
                factors.append(("*", self.power()))
            else:
                break
        return Product(tuple(factors), self.since(start)) if len(factors) > 1 else factors[0][1]

    def whole_division(self, start: int) -> NoReturn:
        """Python's x % y and x // y, as functions."""
        plain, sign = self.text.plain, self.take()
        left = plain[start : sign.start].strip()
        self.factor()
        end = self.tokens[self.at - 1].end
        right = plain[sign.end : end].strip()
        write = f"mod({left}, {right})" if sign.text == "%" else f"floor(({left})/({right}))"
        self.text.advise(start, end, write)

    def juxtaposed(self) -> bool:
        """Whether what stands here is a factor, if a sign is missing before it."""
        return self.token.kind in ("name", "function") or self.opens()

    def opens(self) -> bool:
        text = self.token.text
        return text in ("(", "[", "{") or (text == "|" and not self.in_bars)

    def juxtapose(self) -> None:
        """Spell a missing sign, with a * where the two would run together."""
        before, token = self.tokens[self.at - 1], self.token
        if token.text in ("(", "[", "{"):
            self.as_function()
            # An index that is none: x(3).
            if before.kind == "name" and token.spaced and self.tokens[self.at + 1].kind == "number":
                self.spelled.append("*")
        words = before.kind == "name" and token.kind != "sign" and before.word != token.word
        exponent = before.kind == "number" and token.text[:1] in ("e", "E")
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
                what = " is too large: write it below 1e100"
                self.text.refuse(token.start, token.end, what)
            return Number(token.text, self.since(token.start))
        if token.kind == "name":
            self.take()
            self.found.add(token.text)
            return Name(token.text, self.since(token.start))
        if token.text in ("(", "[", "{"):
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
        """What stands in the brackets that open here, and their closing."""
        bracket = self.take()
        outer, self.in_bars = self.in_bars, False
        inside = [self.sum()]
        while separator and self.token.text == separator:
            self.take(", ")
            inside.append(self.sum())
        self.in_bars = outer
        if self.token.text != CLOSING[bracket.text]:
            self.unclosed(bracket)
        self.take()
        return inside

    def call(self) -> Tree:
        function = self.take()
        name = function.text
        exponent = self.raised(function) if self.token.text in ("^", "**") else None
        if self.token.text not in ("(", "[", "{"):
            self.bare(function, "" if exponent is None else f"^{exponent.text}")
        if self.tokens[self.at + 1].text in (")", "]", "}"):
            arguments = []
            self.take(), self.take()
        else:
            arguments = self.brackets(",")
        self.check_count(function, len(arguments))
        place = self.since(function.start)
        called: Tree = Call(name, tuple(arguments), place)
        if name == "pow":
            base, power = arguments
            called = Power(base, power, place)
        return called if exponent is None else Power(called, Number(exponent.text), place)

    def raised(self, function: Token) -> Token:
        """The power of a function, as in sin^2(x): a whole number from 2."""
        self.take()
        exponent = self.token
        if exponent.kind == "number" and exponent.text.isdigit() and int(exponent.text) > 1:
            return self.take()
        if exponent.kind == "end" or exponent.text in (")", "]", "}", ","):
            self.misplaced()
        self.no_power(function)
