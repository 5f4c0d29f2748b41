"""A reader of the LaTeX of rules: it works out every equation from what a run recorded.

A rule is a list of lines, a line one or more statements that quads set apart. A statement is a
chain of equal sides, `a = b = c`, or an inequality. A side may have cases, as in `u if C, v if D,
else w`, and `where` is another `if`. What stands side by side is multiplied, and a slash divides by
all that follows side by side. Points and gradients are columns: two of them multiplied are
multiplied coordinate by coordinate, a transposed one makes a number or a matrix of it.

A symbol with an index t, t - 1, … is what it was after that step: recorded in the run or, if it was
not, worked out by the statement that has it on its left. Statements about a numbered step, such as
`m_1 = g_1`, go before those about step t.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from experiment import Lane
from figures.inspection import inspection
from figures.mathml import EMPTY, Node, parse

COMPARED = {
    "<": np.less,
    ">": np.greater,
    "≤": np.less_equal,
    "≥": np.greater_equal,
    "=": lambda a, b: np.all(np.isclose(a, b, rtol=1e-9)),
    "≻": lambda matrix, least: np.linalg.eigvalsh(matrix).min() > least,
    "∣": lambda divisor, number: number % divisor == 0,
}
INDEX = re.compile(r"(t|i|n|k|\d+)(?:([+−])(\d+))?")
CASE, ELSE, AND = ("if", "where"), "else", "and"


class Unreadable(Exception):
    """The reader does not know what stands there."""


class Unknown(Unreadable):
    """The reader knows what stands there, but not what it comes to."""


# Statements


@dataclass(frozen=True)
class Statement:
    """One statement of a rule: its sides, which are rows of nodes, and what stands between them."""

    line: str
    sides: tuple[tuple[Node, ...], ...]
    signs: tuple[str, ...]

    @property
    def text(self) -> str:
        first, *others = (" ".join(node.flat for node in side) for side in self.sides)
        return " ".join(
            [first] + [f"{s} {o}" for s, o in zip(self.signs, others, strict=True)]
        ).strip()

    @property
    def claim(self) -> tuple[Node, ...]:
        """All of it in one row."""
        parts = list(self.sides[0])
        for sign, side in zip(self.signs, self.sides[1:], strict=True):
            parts += [Node("sign", sign), *side]
        return tuple(parts)

    @property
    def equation(self) -> bool:
        return bool(self.signs) and set(self.signs) == {"="}

    @cached_property
    def lefts(self) -> tuple[Left, ...]:
        """The symbols that it says the value of."""
        if not self.equation:
            return ()
        found = (left_of(side) for side in self.sides[:-1])
        return tuple(left for left in found if left)

    @property
    def counts(self) -> tuple[str, range] | None:
        """Of `i = 1, 2, 3`, the letter and its values."""
        if self.equation and len(self.sides) == 2 and len(self.sides[0]) == 1:
            numbers = [node.flat for node in self.sides[1][::2]]
            if len(numbers) > 1 and all(n.isdigit() for n in numbers):
                return self.sides[0][0].flat, range(int(numbers[0]), int(numbers[-1]) + 1)
        return None


@dataclass(frozen=True)
class Left:
    """A symbol on the left: its name, its index as it stands there, and its power."""

    name: str
    index: str
    power: float = 1.0


def statements(line: str) -> list[Statement]:
    """The statements of a line."""
    pieces: list[list[Node]] = [[]]
    for node in parse(line).parts:
        if node.kind == "space":
            if node.text == "1.0" and pieces[-1]:
                pieces.append([])
        else:
            pieces[-1].append(node)
    joined: list[list[Node]] = []
    for piece in filter(None, pieces):
        if joined and not relation_of(piece) and any(n.text.strip() in CASE for n in joined[-1]):
            joined[-1] += piece  # one more case of the statement before
        else:
            joined.append(piece)
    found = []
    for piece in joined:
        if piece[-1].flat == ",":
            piece = piece[:-1]
        sides: list[list[Node]] = [[]]
        signs = []
        for node, inside in zip(piece, nested(piece), strict=True):
            if (
                not inside
                and node.flat in COMPARED
                and not any(n.kind == "text" for n in sides[-1])
            ):
                signs.append(node.flat)
                sides.append([])
            else:
                sides[-1].append(node)
        found.append(Statement(line, tuple(map(tuple, sides)), tuple(signs)))
    return found


def nested(nodes) -> list[bool]:
    """Whether each node stands inside brackets."""
    depth, found = 0, []
    for node in nodes:
        depth += (node.flat in ("(", "[", "{", "⟨")) - (closes(node) in (")", "]", "}", "⟩"))
        found.append(depth > 0)
    return found


def closes(node: Node) -> str:
    """The sign, without what is raised or lowered at it."""
    return node.parts[0].flat if node.kind == "scripts" else node.flat


def relation_of(nodes) -> str:
    """The first relation outside brackets, before any word; empty if there is none."""
    for node, inside in zip(nodes, nested(nodes), strict=True):
        if node.kind == "text":
            return ""
        if not inside and node.flat in COMPARED:
            return node.flat
    return ""


def left_of(side: tuple[Node, ...]) -> Left | None:
    if len(side) != 1:
        return None
    node, power = side[0], 1.0
    if node.kind == "scripts" and node.parts[2].flat.isdigit():
        power = float(node.parts[2].flat)
        node = replace(node, parts=(*node.parts[:2], EMPTY))
        node = node if node.parts[1].parts else node.parts[0]
    named = named_of(node)
    return Left(*named, power) if named else None


def named_of(node: Node) -> tuple[str, str] | None:
    """A symbol's name and its index, as in ("m^", "t−1"); None if it is no symbol.

    An index is t, i, n, k or a number, and perhaps a number more; any other belongs to the name, as
    that of `α_∞` does. The last of several counts: that of `β_{3,t}` is t.
    """
    if node.kind == "scripts":
        base, below, above = node.parts
        mark = above.flat
        if mark and not (mark in ("max", "′") or re.fullmatch(r"\(\w\)", mark)):
            return None
        inner = named_of(base)
        if inner is None or inner[1]:
            return None
        first, comma, last = below.flat.rpartition(",")
        name = inner[0] + mark + (f"_{first}" if comma else "")
        if not last or INDEX.fullmatch(last):
            return name, last
        return f"{name}_{last}", ""
    if node.symbol:
        return node.symbol, ""
    return None


def steps_after(sign: str | None, number: str | None) -> int:
    """What is added to an index."""
    return int(f"{'-' if sign == '−' else ''}{number or 0}")


# Statements that say something else

TURNED = {"+": "−", "<": ">", "≤": "≥", "max": "min"}
TURNED |= {other: sign for sign, other in TURNED.items()}
ELSEWHERE = {"t": "t−1", "t−1": "t", "t+1": "t", "i": "i−1", "i−1": "i"}
"""Signs and indices, and what is planted in their places."""


def planted(statement: Statement, factor: str) -> Iterator[Statement]:
    """A statement with one thing in what it says made another.

    A sign is turned round, a number one more, a symbol has a factor, an index is of another step,
    or a root is left out.
    """
    if statement.counts:
        return
    said = range(len(statement.sides))
    if len(statement.lefts) == len(said) - 1:
        said = said[-1:]
    else:
        for i, sign in enumerate(statement.signs):
            if sign in TURNED:
                signs = (*statement.signs[:i], TURNED[sign], *statement.signs[i + 1 :])
                yield replace(statement, signs=signs)
    for i in said:
        for side in alterations(statement.sides[i], factor):
            sides = (*statement.sides[:i], side, *statement.sides[i + 1 :])
            yield replace(statement, sides=sides)


def alterations(nodes: tuple[Node, ...], factor: str) -> Iterator[tuple[Node, ...]]:
    """A row with one thing made another."""
    for i, node in enumerate(nodes):
        calls = node.flat == "f" and nodes[i + 1 : i + 2] and nodes[i + 1].flat == "("
        for other in () if calls else altered(node, factor):
            yield (*nodes[:i], other, *nodes[i + 1 :])


def altered(node: Node, factor: str) -> Iterator[Node]:
    if node.text in TURNED and node.kind in ("sign", "word"):
        yield replace(node, text=TURNED[node.text])
    elif node.kind == "number":
        yield replace(node, text=f"{float(node.text) + 1:g}")
    elif node.kind == "scripts":
        base, below, above = node.parts
        if base.symbol or base.kind == "scripts":
            yield Node("row", parts=(Node("number", factor), node))
        elif base.kind != "word":
            yield from (
                replace(node, parts=(other, below, above)) for other in altered(base, factor)
            )
        if below.flat in ELSEWHERE and base.kind != "sign":
            yield replace(node, parts=(base, parse(ELSEWHERE[below.flat].replace("−", "-")), above))
        if above.flat != "max":
            for (other,) in alterations((above,), factor):
                yield replace(node, parts=(base, below, other))
    elif node.symbol and node.kind != "word":
        yield Node("row", parts=(Node("number", factor), node))
    elif node.kind in ("row", "fraction", "root"):
        if node.kind == "root":
            yield node.parts[0]
        yield from (replace(node, parts=parts) for parts in alterations(node.parts, factor))


# Values


class Row:
    """A transposed column."""

    def __init__(self, column):
        self.column = column


def times(a, b):
    """The product: of numbers, columns, rows and matrices."""
    if isinstance(a, Row):
        if isinstance(b, Row):
            raise Unreadable("two rows")
        if np.ndim(b) == 0:
            return Row(a.column * b)
        return a.column @ b if np.ndim(b) == 1 else Row(a.column @ b)
    if isinstance(b, Row):
        return Row(a * b.column) if np.ndim(a) == 0 else np.outer(a, b.column)
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        raise Unreadable("a column times a matrix")
    return a @ b if np.ndim(a) == 2 and np.ndim(b) > 0 else a * b


def power(value, exponent):
    if np.ndim(value) < 2:
        return value**exponent
    if exponent == int(exponent):
        return np.linalg.matrix_power(value, int(exponent))
    sizes, axes = np.linalg.eigh(value)
    return axes @ np.diag(sizes**exponent) @ axes.T


def eigenvectors(matrix):
    """Those of the largest eigenvalue first; its larger component is positive."""
    sizes, axes = np.linalg.eigh(matrix)
    axis = axes[:, sizes.argmax()]
    return turned(axis * np.sign(axis[np.abs(axis).argmax()]))


def orthogonal(matrix):
    """The first factor of the decomposition whose second begins with a positive number."""
    q, r = np.linalg.qr(matrix)
    return turned(q[:, 0] * np.sign(r[0, 0]))


def turned(axis):
    """An axis, and beside it the same turned by a right angle."""
    return np.array([[axis[0], -axis[1]], [axis[1], axis[0]]])


def sorting(sizes):
    """The permutation of columns that puts the largest first."""
    return np.eye(len(sizes))[:, np.argsort(-sizes, kind="stable")]


FUNCTIONS = {
    "max": lambda *a: a[0].max() if len(a) == 1 else np.maximum(*a),
    "min": lambda *a: np.minimum(*a),
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "sign": np.sign,
    "mean": np.mean,
    "RMS": lambda x: np.sqrt(np.mean(x**2)),
    "ln": np.log,
    "diag": np.diag,
    "eigenvectors": eigenvectors,
    "QR": orthogonal,
    "sorting": sorting,
}


class Run:
    """One run of a method, and what its rule says about it."""

    def __init__(self, optimizer, surface, trajectory) -> None:
        self.optimizer, self.surface, self.trajectory = optimizer, surface, trajectory
        self.last = len(trajectory.theta) - 1
        self.statements = [s for line in optimizer.rule_as_set() for s in statements(line)]
        self.counts = dict(s.counts for s in self.statements if s.counts)
        self.memo: dict = {}
        self.settings = {
            parse(h.symbol).parts[0].symbol: optimizer.values()[key]
            for key, h in optimizer.hyperparameters().items()
            if h.kind in ("number", "whole")
        }
        self._record()

    power = staticmethod(power)

    def saying(self, number: int, statement: Statement) -> Run:
        """The same run, of whose rule a statement says something else."""
        other = copy(self)
        other.statements = [*self.statements]
        other.statements[number] = statement
        other.memo = {}
        return other

    def _record(self) -> None:
        """What was recorded: name -> {step: value}, and what merely stood there at first."""
        self.recorded: dict[str, dict[int, object]] = {}
        self.initial: dict[str, dict[int, object]] = {}
        series = list(inspection(Lane(self.optimizer), self.trajectory, self.last).series)
        made = {"position", "gradient", "loss"}
        for each in series:
            left = left_of(parse(each.symbol).parts) if each.symbol else None
            index = INDEX.fullmatch(left.index) if left else None
            if not left or not index or index[1] != "t":
                continue
            ahead = steps_after(index[2], index[3])
            for row, value in enumerate(each.rows ** (1 / left.power)):
                if not np.isfinite(value).all():
                    continue
                first = row == 0 and each.name not in made
                where = self.initial if first else self.recorded
                where.setdefault(left.name, {})[row + ahead] = value
        state = self.trajectory.state
        before = self.optimizer.init(self.trajectory.theta[0])
        for key in {key[:-2] for key in state if key.endswith("_x") and key[:-1] + "y" in state}:
            rows = np.stack([state[f"{key}_x"], state[f"{key}_y"]], axis=1)
            self.recorded[key] = dict(enumerate(rows, 1))
            self.initial[key] = {0: np.stack([before[f"{key}_x"], before[f"{key}_y"]])}
        if "axis" in state:  # SOAP's first axis; the other stands across it
            axes = [np.array([[x, -y], [y, x]]) for x, y in (before["axis"], *state["axis"])]
            self.recorded["Q"] = dict(enumerate(axes))
        for statement in self.statements:  # `θ_t = y_t = …` gives θ another name
            names = [left.name for left in statement.lefts]
            kept = next((n for n in names if n in self.recorded), None)
            for name in names if kept and {left.index for left in statement.lefts} == {"t"} else ():
                self.recorded.setdefault(name, self.recorded[kept])

    def value(self, name: str, step: int | None, t: int):
        """What a symbol is worth: after a step or, where it has no index, as it is in step t."""
        key = (name, step, t)
        if key not in self.memo:
            self.memo[key] = None  # while it is worked out: a circle comes to nothing
            self.memo[key] = self._value(name, step, t)
        if self.memo[key] is None:
            raise Unknown(f"{name} of step {step}")
        return self.memo[key]

    def _value(self, name: str, step: int | None, t: int):
        recorded = self.recorded.get(name, {})
        if step in recorded:
            return recorded[step]
        kept = self.kept(name, step, t)
        if kept is not None:
            return kept
        said = self.said(name)
        for number, left in said:
            if left.index == ("" if step is None else str(step)):
                at = max(step, 1) if any(other.index[:1] == "t" for _, other in said) else t
                return self.side(number, -1, at) ** (1 / left.power)
        if step in self.initial.get(name, {}):
            return self.initial[name][step]
        for number, left in said:
            index = INDEX.fullmatch(left.index)
            if index is None or step is None:
                continue
            at = step - steps_after(index[2], index[3])
            if index[1] == "i":
                return self.side(number, -1, t, {"i": at}) ** (1 / left.power)
            if index[1] == "t" and at >= 1:
                return self.side(number, -1, at) ** (1 / left.power)
        raise Unknown(f"{name} of step {step}")

    def kept(self, name: str, number: int | None, t: int):
        """One of several points or gradients that a method holds in step t; None if it is none.

        Of Nelder and Mead's simplex before the step the corner x_1 is the lowest; L-BFGS keeps the
        steps s_i and the changes of the gradient y_i.
        """
        state = self.trajectory.state
        if name == "x" and "simplex" in state and number:
            first = self.optimizer.init(self.trajectory.theta[0])["simplex"]
            corners = first if t == 1 else state["simplex"][t - 2]
            return corners[:, np.argsort(self.surface.value(corners))[number - 1]]
        if name in ("s", "y") and "kept" in state and number:
            return state[name.upper()][t - 1][number - 1]
        return None

    def said(self, name: str) -> list[tuple[int, Left]]:
        """The statements that have a symbol on their left, by their numbers."""
        return [
            (number, left)
            for number, statement in enumerate(self.statements)
            for left in statement.lefts
            if left.name == name
        ]

    def side(self, number: int, which: int, t: int, bound=None):
        """What a side of a statement comes to at step t."""
        return Reader(self.statements[number].sides[which], self, t, bound or {}).whole()

    def side_by_itself(self, number: int, left: Left, step: int | None, t: int, bound):
        """What a statement says of a symbol, without what is known of it otherwise.

        So nothing is true for the reason that it says of a number that it is that number.
        """
        key = (left.name, step, t)
        self.memo, memo = {key: None}, self.memo
        try:
            return self.side(number, -1, t, bound)
        finally:
            self.memo = memo

    def holds(self, number: int, t: int) -> bool | None:
        """Whether a statement holds at step t; None where it says nothing that was recorded.

        Raises:
            Unreadable: it could not be read.
        """
        statement = self.statements[number]
        if statement.counts:
            return None
        if not statement.signs:
            raise Unreadable(statement.text)
        if len(statement.lefts) < len(statement.sides) - 1:
            return Reader(statement.claim, self, t, {}).claim()
        said = False
        for left in statement.lefts:
            for bound in self.bindings(statement, left):
                if not left.index:
                    continue
                step = Reader((), self, t, bound).step_of(left.index)
                if left.index.isdigit() and max(step, 1) != t:
                    continue
                if not left.index.isdigit() and self.said_apart(left, step):
                    continue
                name = left.name.replace("(i)", f"({bound.get('i')})")
                right = self.side_by_itself(number, left, step, t, bound)
                stated = self.recorded.get(name, {}).get(step, self.kept(name, step, t))
                if stated is None and step == 0 and np.any(self.initial.get(name, {}).get(0)):
                    stated = self.initial[name][0]
                if stated is None:
                    continue
                said = True
                if np.shape(right) not in ((), np.shape(stated)):
                    return False
                if not np.allclose(right, stated**left.power, rtol=1e-7, atol=1e-12):
                    return False
        return True if said else None

    def bindings(self, statement: Statement, left: Left):
        """Where a statement holds for i = 1, 2, 3: each of them."""
        free = "i" in left.index or "(i)" in left.name
        return [{"i": i} for i in self.counts.get("i", range(0))] if free else [{}]

    def said_apart(self, left: Left, step: int | None) -> bool:
        """Whether another statement is about that very step."""
        return any(other.index == str(step) for _, other in self.said(left.name))


class Reader:
    """Works out one row of nodes, at one step."""

    def __init__(self, nodes, run: Run, t: int, bound) -> None:
        self.nodes = [n for n in nodes if n.kind != "space"]
        self.run, self.t, self.bound = run, t, bound
        self.at = 0
        self.bars = 0  # open ones, which the next closes

    def part(self, row: Node):
        return Reader(
            row.parts if row.kind == "row" else (row,), self.run, self.t, self.bound
        ).whole()

    @property
    def node(self) -> Node:
        return self.nodes[self.at] if self.at < len(self.nodes) else EMPTY

    @property
    def here(self) -> str:
        return self.node.flat

    @property
    def word(self) -> str:
        return self.node.text.strip(" ,:") if self.node.kind == "text" else ""

    @property
    def ends(self) -> bool:
        return (
            not self.here
            or closes(self.node) in (")", "]", "}", "⟩", ",", ":")
            or self.here in COMPARED
            or self.node.kind == "text"
            or (self.bars > 0 and closes(self.node) in ("|", "‖"))
        )

    def take(self, sign: str) -> Node:
        if closes(self.node) != sign:
            raise Unreadable(f"{self.here} for {sign}")
        self.at += 1
        return self.nodes[self.at - 1]

    def whole(self):
        """All of it: a sum, or cases of sums."""
        cases = []
        while True:
            if self.word == ELSE:
                self.at += 1
                return self._chosen(cases, self._to_the_end())
            value = self.sum()
            if self.word not in CASE:
                if cases:
                    raise Unreadable("a case without its condition")
                return self._at_the_end(value)
            self.at += 1
            cases.append((value, self.condition()))
            if self.here != ",":
                raise Unreadable("cases without an else")
            self.at += 1

    def _to_the_end(self):
        return self._at_the_end(self.sum())

    def _at_the_end(self, value):
        if self.at < len(self.nodes):
            raise Unreadable(self.here)
        return value

    @staticmethod
    def _chosen(cases, otherwise):
        for value, condition in reversed(cases):
            if np.ndim(condition) == 0:
                otherwise = value if condition else otherwise
            else:
                otherwise = np.where(condition, value, otherwise)
        return otherwise

    def condition(self):
        first = self.sum()
        if self.here not in COMPARED:
            raise Unreadable("a condition")
        true = np.True_
        while self.here in COMPARED:
            compared = COMPARED[self.here]
            self.at += 1
            second = self.sum()
            true, first = true & compared(first, second), second
        if self.word == AND:
            self.at += 1
            return true & self.condition()
        return true

    def claim(self) -> bool:
        """Whether a relation holds, or need not: `a < b if C`."""
        true = self.condition()
        if self.word in CASE:
            self.at += 1
            true = true | ~self.condition()
        self._at_the_end(None)
        return bool(np.all(true))

    def sum(self):
        total = None
        while total is None or self.here in ("+", "−"):
            sign = self.here
            self.at += sign in ("+", "−")
            term = self.product()
            if sign == "−":
                term = Row(-term.column) if isinstance(term, Row) else -term
            total = term if total is None else total + term
        if not self.ends:
            raise Unreadable(self.here)
        return total

    def product(self):
        """Groups of what stands side by side, multiplied and divided from left to right."""
        total = self.group()
        while self.here in ("/", "·"):
            sign = self.here
            self.at += 1
            total = total / self.group() if sign == "/" else times(total, self.group())
        return total

    def group(self):
        total = self.factor()
        while not self.ends and self.here not in ("+", "−", "/", "·"):
            total = times(total, self.factor())
        return total

    def bracketed(self, opening: str, closing: str):
        """The sums inside brackets, and the bracket that closes them."""
        self.take(opening)
        bars, self.bars = self.bars, 0
        found = [self.sum()]
        while self.here == ",":
            self.at += 1
            found.append(self.sum())
        self.bars = bars
        return found, self.take(closing)

    def factor(self):
        if self.ends:
            raise Unreadable("the end")
        node = self.node
        sign = closes(node)
        if sign == "∇":
            return self.derivative()
        if sign in ("∑", "∏") or (node.kind == "scripts" and sign == "max" and node.parts[1].parts):
            return self.over_steps(sign)
        if sign == "(":
            (inside,), closing = self.bracketed("(", ")")
            if closing.kind == "scripts" and closing.parts[1].flat == "+":
                inside = np.maximum(inside, 0)
            return self.raised(inside, closing)
        if sign == "⟨":
            (a, b), closing = self.bracketed("⟨", "⟩")
            return self.raised(a @ b, closing)
        if sign in ("|", "‖"):
            return self.norm(sign)
        if node.kind == "word" and node.text == "1":
            return self.indicator()
        following = self.nodes[self.at + 1].flat if self.at + 1 < len(self.nodes) else ""
        if node.kind == "letter" and node.text == "f" and following == "(":
            self.at += 1
            (point,), closing = self.bracketed("(", ")")
            return self.raised(self.run.surface.value(point), closing)
        if node.kind == "word" and node.text == "lowest":
            self.at += 1
            found, _ = self.bracketed("(", ")")
            return min(found, key=self.run.surface.value)
        if node.kind == "word" and node.text == "base":
            self.at += 1
            found, _ = self.bracketed("(", ")")
            return self.base(*found)
        if node.kind == "word" and node.text in FUNCTIONS:
            self.at += 1
            if following != "(":
                return FUNCTIONS[node.text](self.factor())
            found, closing = self.bracketed("(", ")")
            return self.raised(FUNCTIONS[node.text](*found), closing)
        self.at += 1
        return self.plain(node)

    def derivative(self):
        """∇f(x), or the Hessian as ∇²f(x)."""
        second = self.node.kind == "scripts" and self.node.parts[2].flat == "2"
        self.at += 1
        self.take("f")
        (point,), closing = self.bracketed("(", ")")
        surface = self.run.surface
        found = surface.hessian(point) if second else surface.gradient(point)
        return self.raised(found, closing)

    def over_steps(self, sign: str):
        """∑, ∏ or max over i, of what stands side by side after it."""
        _, below, above = self.node.parts
        letter, low, high = below.flat[0], 1, self.t
        self.at += 1
        if above.parts:
            low = int(below.flat.partition("=")[2])
            high = int(self.part(above))
        elif "≤" in below.flat:
            high = int(self.part(Node("row", parts=below.parts[2:])))
        elif below.flat in self.run.counts:
            steps = self.run.counts[below.flat]
            low, high = steps[0], steps[-1]
        else:
            raise Unreadable(below.flat)
        begun, found = self.at, []
        outer = self.bound
        for i in range(low, max(low, high) + 1):
            self.at, self.bound = begun, {**outer, letter: i}
            found.append(self.group())
        found = found[: max(0, high - low + 1)]
        self.bound = outer
        return {"∑": np.sum, "∏": np.prod, "max": np.max}[sign](found, axis=0)

    def norm(self, sign: str):
        self.at += 1
        bars, self.bars = self.bars, 1
        inside = self.sum()
        self.bars = bars
        closing = self.take(sign)
        kind = closing.parts[1].flat if closing.kind == "scripts" else ""
        if sign == "|":
            size = np.abs(inside)
        elif kind == "1":
            size = np.abs(inside).sum()
        else:
            size = np.linalg.norm(inside)
        return self.raised(size, closing)

    def indicator(self):
        self.at += 1
        self.take("[")
        true = self.condition()
        self.take("]")
        return np.where(true, 1.0, 0.0)

    def base(self, theta, g=None):
        """A step of the method that this one wraps, from what it held."""
        run, inner = self.run, self.run.optimizer.base
        state = inner.init(run.trajectory.theta[0])
        if self.t > 1:
            state = {key: run.trajectory.state[key][self.t - 2] for key in state}
        if g is None:
            return inner.step(self.t, theta, run.surface, state)[0]
        return inner.update(self.t, theta, g, state)[0]

    def raised(self, value, node: Node):
        """With the power, or transposed, as the scripts of a node say."""
        if node.kind != "scripts" or not node.parts[2].parts:
            return value
        if node.parts[2].flat == "⊤":
            return Row(value) if np.ndim(value) == 1 else np.transpose(value)
        return self.run.power(value, self.part(node.parts[2]))

    def plain(self, node: Node):
        if node.kind == "number":
            return np.float64(node.text)
        if node.kind == "row":
            return self.part(node)
        if node.kind == "fraction":
            return self.part(node.parts[0]) / self.part(node.parts[1])
        if node.kind == "root":
            under, degree = node.parts
            return self.part(under) ** (1 / (self.part(degree) if degree.parts else 2.0))
        named = named_of(node)
        if named:
            return self.symbol(*named)
        if node.kind == "scripts":
            base, below, _ = node.parts
            inner = replace(node, parts=(base, below, EMPTY)) if below.parts else base
            return self.raised(self.plain(inner), node)
        raise Unreadable(node.flat)

    def step_of(self, index: str) -> int:
        """The number that an index comes to."""
        start, sign, more = INDEX.fullmatch(index).groups()
        state = self.run.trajectory.state
        kept = int(state["kept"][self.t - 1]) if "kept" in state else None
        known = {"t": self.t, "n": self.run.settings.get("n"), "k": kept} | self.bound
        first = known.get(start) if start.isalpha() else int(start)
        if first is None:
            raise Unreadable(index)
        return first + steps_after(sign, more)

    def symbol(self, name: str, index: str):
        for letter, i in self.bound.items():
            name = name.replace(f"({letter})", f"({i})")
        step = self.step_of(index) if index else None
        setting = name if step is None else f"{name}_{step}"
        said = any(
            left.index == ("" if step is None else str(step)) for _, left in self.run.said(name)
        )
        if setting in self.run.settings and not index.startswith("t") and not said:
            return self.run.settings[setting]
        own = {"t": np.float64(self.t), "I": np.eye(2), "e": np.e} | self.bound
        if not index and name in own:
            return own[name]
        return self.run.value(name, step, self.t)
