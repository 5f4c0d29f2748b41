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

import re
from dataclasses import dataclass, field
from typing import NoReturn

from formulas import signs
from formulas.advice import KNOWN_ELSEWHERE, Refused, brackets
from formulas.functions import FUNCTIONS as FUNCTIONS
from formulas.functions import INVERSES, LISTS
from formulas.pasted import undressed
from formulas.signs import GREEK as GREEK
from formulas.tokens import CONSTANTS, Token, cut

MAX_LENGTH = 1000
MAX_TOKENS = 400
MAX_DEPTH = 40
MAX_LETTERS = 8
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+,\d+)(?![\d.,])", re.ASCII)
CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|"}


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
        Refused: a ValueError; the message is one sentence for the person who typed it.
    """
    return _Parser(text, names, lost_plus).reading()


class _Parser:
    def __init__(self, typed: str, names: tuple[str, ...] | None, lost_plus: bool) -> None:
        if not typed.strip():
            raise Refused("The formula is empty: write one in x and y, such as x^2 + 3y^2.")
        if len(typed) > MAX_LENGTH:
            raise Refused(f"The formula is longer than {MAX_LENGTH} characters: shorten it.")
        whole = signs.plain(typed)
        self.text, vector = undressed(whole)
        self.tokens = cut(self.text, names, vector, lost_plus)
        if len(self.tokens) == 1:
            raise Refused("The formula is empty: write one in x and y, such as x^2 + 3y^2.")
        if len(self.tokens) > MAX_TOKENS:
            raise Refused(f"The formula has more than {MAX_TOKENS} parts: simplify it.")
        self.names = names
        self.lost_plus = lost_plus
        self.in_tex = "\\" in whole.plain  # where spaces mean nothing
        self.letters: set[str] = set()
        self.spelled: list[str] = []
        self.in_bars = False
        self.depth = 0
        self.at = 0

    def reading(self) -> Reading:
        tree = self.sum()
        if self.token.kind != "end":
            self.misplaced(complete=True)
        if len(self.letters) > MAX_LETTERS:
            raise Refused(
                f"The formula has {len(self.letters)} parameters: use at most {MAX_LETTERS}."
            )
        return Reading(tree, "".join(self.spelled), tuple(sorted(self.letters)))

    # Refusals

    def misplaced(self, complete: bool = False) -> NoReturn:
        """The present token cannot stand where it does; complete: after a whole formula."""
        t, refuse = self.token, self.text.refuse
        before = self.tokens[self.at - 1] if self.at else None
        if t.kind == "end":
            assert before is not None
            after = self.text.place(before.start, before.end)
            raise Refused(f"The formula ends after {after}: write what is missing after it.")
        if t.text == ",":
            self.comma(t, before)
        if t.text in (")", "]", "}") and complete:
            refuse(t.start, t.end, " closes what was never opened: delete it", "")
        if t.text in (")", "]", "}"):
            refuse(t.start, t.end, " closes too early: complete what is before it")
        if t.kind == "number":
            refuse(t.start, t.end, ": write a sign such as * or + before it", f"*{t.text}")
        refuse(t.start, t.end, " has nothing to join: write a number, x or y before it")

    def comma(self, comma: Token, before: Token | None) -> NoReturn:
        after, refuse = self.tokens[self.at + 1], self.text.refuse
        if before is None or (before.kind in ("function", "sign") and before.text not in ")]}|"):
            refuse(comma.start, comma.end, " has no value before it: write one, or delete it")
        if before.kind == after.kind == "number" and not (comma.spaced or after.spaced):
            self.in_number(comma, before, after)
        refuse(comma.start, comma.end, ": only functions take several values; delete it")

    def in_number(self, comma: Token, before: Token, after: Token) -> NoReturn:
        """Refuse a comma between two numbers: a decimal sign, one of thousands or of indices."""
        refuse = self.text.refuse
        opening = self.tokens[max(self.at - 3, 0) : self.at - 1]
        closing = self.tokens[self.at + 2]
        indices = {before.text, after.text}
        called = [t.kind for t in opening] == ["name", "sign"] and closing.text == ")"
        if called and "1" in indices and indices <= {"1", "2"}:
            part, name = "y" if "2" in indices else "x", opening[0]
            product = f"{name.text}*({before.text}.{after.text})"
            why = " can be an index or a number"
            self.text.advise(name.start, closing.end, part, product, why=why)
        whole = _THOUSANDS.match(self.text.plain, before.start)
        if whole and whole.end() > after.start and before.text[0] != "0":
            plain, digits = whole[0], re.sub(r"[.,](?=\d{3}(?!\d))", "", whole[0])
            sure = plain.count(",") > 1 or "." in plain
            number = digits.replace(",", ".")
            write = [number] if sure else [plain.replace(",", "."), digits]
            if after.text == "000":
                write.reverse()
            self.text.advise(before.start, whole.end(), *write)
        refuse(comma.start, comma.end, ": write a decimal point, as in 0.5", ".")

    def as_function(self) -> None:
        """Refuse a name and the bracket that opens here if they look like a function's call."""
        before = self.tokens[self.at - 1]
        name = before.text
        if name in CONSTANTS and self.tokens[self.at + 1].text == ")":
            self.text.advise(before.start, self.tokens[self.at + 1].end, name)
        if before.kind != "name" or name in ("x", "y", "pi"):
            return
        inside, end = self.enclosed()
        several = "," in inside
        if not (several or set(inside) in ({"x"}, {"y"}) or name in KNOWN_ELSEWHERE):
            return
        start, stop = before.start, self.tokens[end].end
        plain = self.text.plain
        called, value = plain[start : before.end], plain[self.token.start : stop]
        if several:
            what = f" looks like a function: {called} is none here; write the formula it stands for"
            self.text.refuse(start, stop, what)
        product = f"{called}*{value}"
        other = f"e^{value}" if name == "e" else f"{KNOWN_ELSEWHERE.get(name)}{value}"
        write = (other, product) if name == "e" or KNOWN_ELSEWHERE.get(name) else (product,)
        why = f" looks like a function, and {called} is none here"
        if len(write) == 1:
            why += "; for a product"
        self.text.advise(start, stop, *write, why=why)

    def enclosed(self) -> tuple[list[str], int]:
        """The tokens in the bracket that opens here, without round brackets, and where it closes.

        A comma counts where it is not in a bracket within.
        """
        depth = 0
        inside: list[str] = []
        for at in range(self.at, len(self.tokens)):
            text = self.tokens[at].text
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            if depth == 0:
                return inside, at
            if text not in ("(", ")", "[", "]", "{", "}") and (text != "," or depth == 1):
                inside.append(text)
        return inside, len(self.tokens) - 1

    # Grammar

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

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
                what = " is too large: write it below 1e100"
                self.text.refuse(token.start, token.end, what)
            return Number(token.text, self.since(token.start))
        if token.kind == "name":
            self.take()
            if self.names is None and token.text not in ("x", "y", *CONSTANTS):
                self.letters.add(token.text)
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

    def unclosed(self, bracket: Token) -> NoReturn:
        closing = CLOSING[bracket.text]
        if self.token.text in (")", "]", "}"):
            t = self.token
            what = f" closes a {bracket.text}: write {closing}"
            self.text.refuse(t.start, t.end, what, closing)
        if self.token.kind != "end":
            self.misplaced()
        what = f" is never closed: write {closing} after its part"
        self.text.refuse(bracket.start, bracket.end, what)

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
        name, plain = function.text, self.text.plain
        begin = end = exponent.start
        if exponent.text == "(":
            end = self.tokens[self.enclosed()[1]].end
        else:
            at = self.at
            while self.tokens[at].text in ("+", "-"):
                at += 1
            end = self.tokens[at].end
        power = plain[begin:end]
        opens = end + len(plain[end:]) - len(plain[end:].lstrip())
        until, values = brackets(plain, opens)
        value = ", ".join(values) if values else "x"
        until = until if values else end
        if name == "exp" and not values:  # as e^(-x)
            power = power[1:-1] if power[0] + power[-1] == "()" else power
            self.text.advise(function.start, end, f"exp({power})")
        call = f"{name}({value})"
        if power.strip("()").replace(" ", "") != "-1":
            self.text.advise(function.start, until, f"({call})^{power}")
        inverse = [f"{INVERSES[name]}({value})"] if name in INVERSES else []
        self.text.advise(function.start, until, *inverse, f"(1/{call})")

    def bare(self, function: Token, raised: str) -> NoReturn:
        """Refuse a function without brackets."""
        value, end = "x", self.tokens[self.at - 1].end
        last = self.at
        if self.token.kind in ("name", "number"):
            while self.tokens[last + 1].kind == "name" and not self.tokens[last + 1].spaced:
                last += 1
            if self.tokens[last + 1].text in ("^", "**") and (
                self.tokens[last + 2].kind in ("number", "name")
            ):
                last += 2
            end = self.tokens[last].end
            value = self.text.plain[self.token.start : end]
            number = self.token
            if (
                self.text.plain[function.start] in "√∛"
                and number.kind == "number"
                and last > self.at
            ):
                rest = self.text.plain[number.end : end]
                root = f"{function.text}({number.text})"
                if rest[0] not in "^*":
                    both = f"{root}*{rest}", f"{function.text}({value})"
                    self.text.advise(function.start, end, *both)
        write = f"{function.text}{raised}({value})"
        if function.text == "exp" and raised and self.token.kind not in ("name", "number"):
            write = f"exp({raised[1:]})"
        if FUNCTIONS[function.text] > 1:
            what = f": write its values in brackets, as in {function.text}(x, y)"
            self.text.refuse(function.start, end, what)
        self.text.refuse(function.start, end, f": write {write}, with brackets", write)

    def check_count(self, function: Token, count: int) -> None:
        """Refuse a call with more or fewer values than its function takes."""
        name, wanted = function.text, FUNCTIONS[function.text]
        if count == wanted or (name in LISTS and count > wanted):
            return
        start, end = function.start, self.tokens[self.at - 1].end
        bracket = re.compile(r"[(\[{]").search(self.text.plain, start, end)
        opening = bracket.start() if bracket else start
        _, values = brackets(self.text.plain, opening)
        square = self.text.plain[opening] == "["  # Mathematica's Log[b, x] and ArcTan[x, y]
        number = re.compile(r"\d+\.?\d*|e")
        fixed = [bool(number.fullmatch(value)) for value in values]
        base_first = fixed == [True, False] or (square and fixed != [False, True])
        other = {
            ("log", 2): "(log({1})/log({0}))" if base_first else "(log({0})/log({1}))",
            ("atan", 2): "atan2({1}, {0})" if square else "atan2({0}, {1})",
            ("mod", 1): "mod({0}, 1)",
            ("hypot", 1): "abs({0})",
            ("hypot", 3): "sqrt(({0})^2 + ({1})^2 + ({2})^2)",
            ("relu", 2): "max({0}, {1})",
        }.get((name, count))
        wants = "two or more values" if name in LISTS else ("one value", "two values")[wanted - 1]
        what = f": {name} takes {wants} in its brackets"
        if other and len(values) == count:
            self.text.advise(start, end, other.format(*values), why=what)
        self.text.refuse(start, end, what)
