"""What the grammar refuses: the place, why, and what can be written there instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, NoReturn

from formulas.advice import KNOWN_ELSEWHERE, Refused, Text, brackets
from formulas.functions import FUNCTIONS, INVERSES, LISTS
from formulas.tokens import CONSTANTS, Token

CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|"}
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+,\d+)(?![\d.,])", re.ASCII)


class Reader:
    """Where the reading of a formula stands, and why it cannot go on.

    Attributes:
        text: the formula.
        tokens: what it was cut into, the last of which is its end.
        at: which of them comes next.

    Class attributes:
        noun: what is read, as a sentence begins with it.
        variables: two names that everything depends on.
        functions: how many values each function takes.
    """

    noun: ClassVar[str] = "The formula"
    variables: ClassVar[tuple[str, str]] = ("x", "y")
    functions: ClassVar[Mapping[str, int]] = FUNCTIONS

    text: Text
    tokens: list[Token]
    at: int

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def misplaced(self, complete: bool = False) -> NoReturn:
        """The present token cannot stand where it does; complete: after a whole formula."""
        t, refuse = self.token, self.text.refuse
        before = self.tokens[self.at - 1] if self.at else None
        if t.kind == "end":
            assert before is not None
            after = self.text.place(before.start, before.end)
            raise Refused(f"{self.noun} ends after {after}: write what is missing after it")
        if t.text == ",":
            self.comma(t, before)
        if t.text in (")", "]", "}") and complete:
            refuse(t.start, t.end, " closes what was never opened: delete it", "")
        if t.text in (")", "]", "}"):
            refuse(t.start, t.end, " closes too early: complete what is before it")
        if t.kind == "number":
            refuse(t.start, t.end, ": write a sign such as * or + before it", f"*{t.text}")
        named = " or ".join(self.variables)
        refuse(t.start, t.end, f" has nothing to join: write a number, {named} before it")

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
        if before.kind != "name" or name in (*self.variables, "pi"):
            return
        inside, end = self.enclosed()
        several = "," in inside
        if not (several or set(inside) in [{v} for v in self.variables] or name in KNOWN_ELSEWHERE):
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

    def no_power(self, function: Token) -> NoReturn:
        """Refuse what stands where a function's power does: sin^-1(x), sin^a(x)."""
        exponent = self.token
        name, plain = function.text, self.text.plain
        begin = exponent.start
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
        if self.token.kind in ("name", "number"):
            end = self.tokens[self.last_of_value()].end
            value = self.text.plain[self.token.start : end]
            self.ambiguous_root(function, end)
        write = f"{function.text}{raised}({value})"
        if function.text == "exp" and raised and self.token.kind not in ("name", "number"):
            write = f"exp({raised[1:]})"
        if self.functions[function.text] > 1:
            values = ", ".join(self.variables)
            what = f": write its values in brackets, as in {function.text}({values})"
            self.text.refuse(function.start, end, what)
        self.text.refuse(function.start, end, f": write {write}, with brackets", write)

    def last_of_value(self) -> int:
        """Which token ends the value that begins here: 2xy, x^2."""
        last = self.at
        while self.tokens[last + 1].kind == "name" and not self.tokens[last + 1].spaced:
            last += 1
        raised = self.tokens[last + 1].text in ("^", "**")
        return last + 2 if raised and self.tokens[last + 2].kind in ("number", "name") else last

    def ambiguous_root(self, function: Token, end: int) -> None:
        """Refuse √2x, in which no one can say where the root ends."""
        plain, number = self.text.plain, self.token
        rest = plain[number.end : end]
        if plain[function.start] not in "√∛" or number.kind != "number" or not rest:
            return
        if rest[0] not in "^*":
            root = f"{function.text}({number.text})"
            whole = f"{function.text}({plain[number.start : end]})"
            self.text.advise(function.start, end, f"{root}*{rest}", whole)

    def check_count(self, function: Token, count: int) -> None:
        """Refuse a call with more or fewer values than its function takes."""
        name, wanted = function.text, self.functions[function.text]
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
