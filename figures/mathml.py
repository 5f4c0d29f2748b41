"""The LaTeX of rules and formulas as MathML, which browsers draw by themselves.

So the numbers of a rule can change with every frame, and a file needs no typesetter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import chain

from kept import TEXTS, remember

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "eta": "η",
    "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "tau": "τ",
    "phi": "ϕ", "psi": "ψ", "Delta": "Δ", "kappa": "κ", "varphi": "φ", "pi": "π",
    "zeta": "ζ", "sigma": "σ", "chi": "χ", "omega": "ω",
}  # fmt: skip
SIGNS = {
    "nabla": "∇", "top": "⊤", "infty": "∞", "cdot": "·", "le": "≤", "ge": "≥", "to": "→",
    "pm": "±", "sum": "∑", "prod": "∏", "mid": "∣", "succ": "≻",
    "langle": "⟨", "rangle": "⟩", "|": "‖", "circ": "°",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
}  # fmt: skip
WORDS = (
    *("max", "min", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan"),
    *("arcsin", "arccos", "sec", "csc", "cot", "log"),
)
MARKS = ("max", "′")  # superscripts that belong to a name
ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~"}
SPACES = {",": 0.17, ";": 0.28, "!": 0.0, "quad": 1.0}  # em
OPENING, CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"
NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING = ("textstyle", "left", "right", "big")

FLAT = '<mo stretchy="false">'
HIGH = re.compile("<m(frac|sqrt|root)")

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.")


@dataclass(frozen=True)
class Node:
    """A piece of a rule.

    Attributes:
        kind: "letter", "number", "sign", "word", "text", "space", "row", "fraction", "root",
            "accent" or "scripts".
        text: of what has no parts; the sign above an accented letter; a space's width in em.
        parts: above and below a fraction's line; under a root, and its degree; base, subscript and
            superscript, of which either may be an empty row.
    """

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()

    @property
    def symbol(self) -> str:
        """Its name, equal for equal symbols however they are typed; empty for what is none.

        A superscript that is not among the marks is a power, and not part of the name.
        """
        if self.kind == "letter":
            return self.text
        if self.kind == "accent":
            inner = self.parts[0].symbol
            return f"{inner}{self.text}" if inner else ""
        if self.kind == "row" and len(self.parts) == 1:
            return self.parts[0].symbol
        if self.kind == "word" and self.text.isupper():  # such as RMS
            return self.text
        if self.kind == "scripts":
            base, below, above = self.parts
            name = base.symbol
            if not name or (above.parts and above.flat not in MARKS):
                return ""
            return name + above.flat + (f"_{below.flat}" if below.parts else "")
        return ""

    @property
    def flat(self) -> str:
        """All its text in one line, without spaces."""
        return self.text * (self.kind != "space") + "".join(part.flat for part in self.parts)


EMPTY = Node("row")


@remember(TEXTS)
def parse(latex: str) -> Node:
    """The row that a piece of LaTeX says.

    Raises:
        ValueError: it uses a command that is not among those above.
    """
    reader = _Reader(latex)
    row = reader.row()
    if reader.here:
        raise ValueError(f"{latex!r} has a bracket too many.")
    return row


class _Reader:
    def __init__(self, latex: str) -> None:
        self.tokens = _TOKEN.findall(latex)
        self.at = 0

    @property
    def here(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.here
        self.at += 1
        return token

    def row(self, end: str = "}") -> Node:
        items = []
        while self.here not in ("", end):
            if self.here[1:] in NOTHING and self.here[0] == "\\":
                self.take()
            else:
                items.append(self.item())
        return Node("row", parts=tuple(items))

    def item(self) -> Node:
        base, below, above = self.atom(), EMPTY, EMPTY
        while self.here in ("_", "^", "'"):
            sign = self.take()
            if sign == "_":
                below = self.argument()
                continue
            if above is not EMPTY:  # a power of what has a prime
                base, below = Node("scripts", parts=(base, below, above)), EMPTY
            above = Node("row", parts=(Node("sign", "′"),)) if sign == "'" else self.argument()
        return Node("scripts", parts=(base, below, above)) if below.parts + above.parts else base

    def argument(self) -> Node:
        if self.here[:1].isdigit():  # one digit, as TeX takes it: \tfrac12 is a half
            self.tokens[self.at : self.at + 1] = list(self.tokens[self.at])
        node = self.atom()
        return node if node.kind == "row" else Node("row", parts=(node,))

    def atom(self) -> Node:
        token = self.take()
        if token == "{":
            row = self.row()
            if self.take() != "}":
                raise ValueError("A brace is not closed.")
            return row
        if token[0] != "\\":
            if token[0].isdigit():
                return Node("number", token)
            return Node("letter" if token.isalpha() else "sign", token.replace("-", "−"))
        name = token[1:]
        if name in LETTERS:
            return Node("letter", LETTERS[name])
        if name in SIGNS:
            return Node("sign", SIGNS[name])
        if name in SPACES:
            return Node("space", str(SPACES[name]))
        if name in WORDS:
            return Node("word", name)
        if name == "mathit":
            return Node("letter", self.raw())
        if name in ("text", "mathrm", "mathbb", "operatorname"):
            return Node("text" if name == "text" else "word", self.raw())
        if name in ACCENTS:
            return Node("accent", ACCENTS[name], (_only(self.argument()),))
        if name in ("frac", "tfrac"):
            return Node("fraction", parts=(self.argument(), self.argument()))
        if name == "sqrt":
            degree = EMPTY
            if self.here == "[":
                self.take()
                degree = self.row("]")
                self.take()
            return Node("root", parts=(self.argument(), degree))
        raise ValueError(f"{token} is not known here.")

    def raw(self) -> str:
        self.take()
        end = self.tokens.index("}", self.at)
        text, self.at = "".join(self.tokens[self.at : end]), end + 1
        return text


def _only(row: Node) -> Node:
    return row.parts[0] if len(row.parts) == 1 else row


def math(node: Node, *, display: bool = False) -> str:
    """A whole <math> element; as on a line of its own, fractions are as large as their parts."""
    style = ' displaystyle="true"' if display else ""
    return f"<math{style}>{mathml(node)}</math>"


def mathml(node: Node, replaced: Callable[[Node], str | None] = lambda node: None) -> str:
    """A node as MathML.

    Args:
        replaced: what stands for a node in place of itself, if anything does.
    """
    instead = replaced(node)
    if instead is not None:
        return instead

    def write(part: Node) -> str:
        return mathml(part, replaced)

    match node.kind:
        case "letter":
            return f"<mi>{escape(node.text)}</mi>"
        case "number":
            return f"<mn>{node.text}</mn>"
        case "sign":
            return f"{FLAT}{escape(node.text)}</mo>"
        case "word":
            return f'<mi mathvariant="normal">{escape(node.text)}</mi>'
        case "text":
            return f"<mtext>{escape(node.text).replace(' ', NO_BREAK)}</mtext>"
        case "space":
            return f'<mspace width="{node.text}em"></mspace>'
        case "fraction":
            return f"<mfrac>{write(node.parts[0])}{write(node.parts[1])}</mfrac>"
        case "root":
            under, degree = node.parts
            if degree.parts:
                return f"<mroot>{write(under)}{write(degree)}</mroot>"
            return f"<msqrt>{write(under)}</msqrt>"
        case "accent":
            return f'<mover accent="true">{write(node.parts[0])}<mo>{node.text}</mo></mover>'
        case "scripts":
            base, below, above = node.parts
            if above.flat == "°":  # is raised as it is
                return f"<mrow>{write(base)}<mi>°</mi></mrow>"
            if above.parts and (instead := replaced(_powered(node))) is not None:
                return f"<msup>{instead}{write(above)}</msup>"
            if not below.parts:
                return _scripted(write(base), below, above, write)
            return _scripted(mathml(base), below, above, mathml)
    return _bracketed(_with_dots(node.parts, replaced, write), write)


def _scripted(base: str, below: Node, above: Node, write: Callable[[Node], str]) -> str:
    """A base with its index and its superscript; an index belongs to the name, and is set tight."""
    index = mathml(below).replace("<mo ", '<mo lspace="0" rspace="0" ')
    if not below.parts:
        return f"<msup>{base}{write(above)}</msup>"
    if not above.parts:
        return f"<msub>{base}{index}</msub>"
    return f"<msubsup>{base}{index}{write(above)}</msubsup>"


def _bracketed(pieces: Iterator[tuple[Node, str]], write: Callable[[Node], str]) -> str:
    """A row in which brackets are as high as the fractions and roots between them."""
    rows: list[list[str]] = [[]]
    for part, text in pieces:
        end = part.parts[0] if part.kind == "scripts" else part
        if part.kind == "sign" and part.text in OPENING:
            rows.append([part.text])
        elif end.kind == "sign" and end.text in CLOSING and len(rows) > 1:
            begin, *inside = rows.pop()
            within = "".join(inside)
            mo = "<mo>" if HIGH.search(within) else FLAT
            closed = f"<mrow>{mo}{begin}</mo>{within}{mo}{end.text}</mo></mrow>"
            if part.kind == "scripts":
                closed = _scripted(closed, part.parts[1], part.parts[2], write)
            rows[-1].append(closed)
        else:
            rows[-1].append(text)
    return "<mrow>" + "".join(chain(rows[0], *(_unclosed(row) for row in rows[1:]))) + "</mrow>"


def _unclosed(row: list[str]) -> list[str]:
    return [f"{FLAT}{row[0]}</mo>", *row[1:]]


def _with_dots(
    parts: tuple[Node, ...],
    replaced: Callable[[Node], str | None],
    write: Callable[[Node], str],
) -> Iterator[tuple[Node, str]]:
    """Each part with its text; numbers that are multiplied need a dot between them."""
    after_number = False
    for part in parts:
        if part.kind == "space" and part.text != str(SPACES["quad"]):
            yield part, write(part)
            continue
        name = _powered(part) if part.kind == "scripts" else part
        number = name.kind == "number" or any(replaced(node) is not None for node in (part, name))
        yield part, "<mo>·</mo>" * (number and after_number) + write(part)
        after_number = number


def _powered(node: Node) -> Node:
    """What the superscript of a node is a power of; the node, where that belongs to the name."""
    base, below, above = node.parts
    if above.flat in MARKS:
        return node
    return Node("scripts", parts=(base, below, EMPTY)) if below.parts else base
