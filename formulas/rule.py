r"""The language of rules: the equations of an optimizer's step, as in a paper.

    m = beta*m + (1-beta)*g
    v = 0.999v + 0.001g^2
    x = x - lr*m/(sqrt(v) + eps)

Equations stand one a line, or have semicolons between them. What stands right of an equals sign is
a formula, read by the grammar of formulas (`formulas.syntax`), in these names:

- g is the gradient, x (or θ) the point and t the number of the step, from 1; each equation holds
  in every coordinate. ∇f(x) is g, and lines that say so, or that t goes up by 1, are left out.
- A name that stands left of an equals sign is kept from step to step. It starts at 0, or at what a
  line such as m0 = 1 says, in numbers, hyperparameters and x, the point where a run starts.
- lr, eps and single letters, Greek ones by sign or name, with digits or without, are
  hyperparameters; small and capital letters are two.
- Lines run from top to bottom, and a name is its newest value. A paper's m_t and m_{t-1}, or
  x_{t+1} and x_t, are read where they say the same; so are indices k, n, i and j.
- x -= u is x = x - (u); :=, <- and ← are equals signs.
- m = ? is left for others to write: until then m stays what it is.
- norm(u), which is ‖u‖, and sum(u) run over the coordinates; all other functions are those of
  formulas.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from string import ascii_letters
from typing import Any, ClassVar, NoReturn
from unicodedata import normalize

import numpy as np

from formulas import signs
from formulas.advice import CONDITIONS, Refused, Text, brackets, instead
from formulas.functions import ALIASES, FUNCTIONS
from formulas.pasted import bare, without_prefixes
from formulas.signs import GREEK
from formulas.symbolic import NUMPY
from formulas.syntax import Parser
from formulas.tex import read_tex
from formulas.tokens import CONSTANTS, Cutter, Token
from formulas.tree import Call, Name, Number, Power, Product, Sum, Tree, names, parts, walk

MAX_LENGTH = 1000
MAX_LINES = 16
MAX_LETTERS = 8
BLANK = "?"
MOST_FACTORS = 3  # in a word that is refused, for it to be a product

OVER_COORDINATES = {"norm": 1, "sum": 1}
"""The functions that make one number of all coordinates, and how many values each takes."""

GIVEN = {"g": "the gradient", "t": "the number of the step", "lr": "what a slider sets"}
GIVEN |= {"pi": "a number", "e": "a number", "eps": "what a slider sets"}
"""What no line can set."""

_HERE = {"dot": "sum(({0})*({1}))", "inner": "sum(({0})*({1}))"}
"""Functions that are not offered here, in terms of those that are."""

_ALIASES = {"theta": "x", "epsilon": "eps", "grad": "g", "gradient": "g", "learning_rate": "lr"}
_MEANT = {"momentum": "mu", "weight_decay": "lambda", "wd": "lambda", "decay": "lambda"}
_MEANT |= dict.fromkeys(("step_size", "stepsize", "rate", "learningrate"), "lr")
_MEANT |= dict.fromkeys(("params", "param", "weights"), "x")
_MEANT |= dict.fromkeys(("grads", "gradients", "dx", "dw", "dtheta", "gx", "gy", "g_x", "g_y"), "g")
_MEANT |= dict.fromkeys(("iter", "iteration", "epoch"), "t")
"""What people call what has another name here."""

_DRAWN = ("noise", "xi", "randn", "rand", "random", "normal", "gauss")

_ACCENTS = {"\N{COMBINING CIRCUMFLEX ACCENT}": "_hat", "\N{COMBINING TILDE}": "_tilde"}
_ACCENTS |= dict.fromkeys(("\N{COMBINING MACRON}", "\N{COMBINING OVERLINE}"), "_bar")
_SIGNS = {"←": "<-", "⟵": "<-", "∇": "∇", "‖": "||", "∥": "||", "⊙": "*", "⊘": "/", "ξ": "xi"}
_SIGNS |= {"…": "?", "□": "?"}
_SIGNS |= _ACCENTS
_SIGNS |= {
    whole: letter + word
    for letter, (accent, word) in product(ascii_letters, _ACCENTS.items())
    if len(whole := normalize("NFC", letter + accent)) == 1
}
"""What is read in rules besides what formulas have."""

_LETTER = re.compile(rf"(?:{'|'.join(GREEK.values())}|lr|eps|[A-Za-z])\d*")
_INDEX = r"_(?:\{[^{}]*\}|\([^()]*\)|[A-Za-z\d]+)"
_WORD = re.compile(rf"(?P<stem>[{''.join(GREEK)}]\d*|[A-Za-z][A-Za-z\d]*)(?P<tail>(?:{_INDEX})*)")
_TIME = re.compile(r"(?P<of>[tknij]|ii)\s*(?P<by>[+-]\s*\d+)?")
_AFTER_TIME = re.compile(r"[+-]1(?![\d.])")
_MARK = re.compile(r"\s*(?:\(?\d+[.):]|[-*]|step\s+\d+\s*[:.])\s+(?=[^\W\d]|[\\$])", re.IGNORECASE)
_HEAD = re.compile(r"(?P<head>[^=]*?)(?P<sign>:=|==|[-+*/]=|<-|=)")
_RAISED = re.compile(r"([^\W\d_]+)\^[({]*([tkn]\s*(?:[+-]\s*1)?)[)}]*")
_NABLA = re.compile(rf"∇(?:{_INDEX}|_[{''.join(GREEK)}])?\s*(?:[A-Za-z]+(?:{_INDEX})*)?\s*")
_ACCENT = re.compile(r"\\(?:wide)?(hat|bar|tilde)\s*(\{[^{}]*\}|\\?[A-Za-z]+)")
_LINE = re.compile(r"[\n\r;]|\\\\(?![A-Za-z])")
_TEX_SIGNS = {"leftarrow": "<-", "gets": "<-", "nabla": "∇", "odot": r"\cdot", "circ": r"\cdot"}
_TEX_SIGNS |= {"oslash": "/", "State": "", "STATE": ""}
_TEX_SIGN = re.compile(rf"\\({'|'.join(_TEX_SIGNS)})(?![A-Za-z])")
_TEX_BARS = re.compile(r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?(?:\\\||\\[lr]?Vert(?![A-Za-z]))")
_NORM = re.compile(r"\|\|(?P<inside>[^|]+)\|\|")
_OF_TWO = re.compile(r"\s*_(?:2|\{2\}|\(2\))")
_RATE = re.compile(r"(?<![A-Za-z\\{])lr(?![A-Za-z}])")


@dataclass(frozen=True)
class Equation:
    """One line: what is set, and to what."""

    name: str
    tree: Tree


@dataclass(frozen=True)
class Equations:
    """A rule that was read.

    Attributes:
        starts: where what is kept starts, if not at 0.
        lines: of a step, from top to bottom.
        text: the canonical spelling: plain ASCII, which reads as the same rule with and without
            its spaces.
        letters: the hyperparameters, in the order in which they come.
    """

    starts: tuple[Equation, ...]
    lines: tuple[Equation, ...]
    text: str
    letters: tuple[str, ...]

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """The names of what is kept from step to step."""
        every = (line.name for line in (*self.starts, *self.lines) if line.name != "x")
        return tuple(dict.fromkeys(every))

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The names whose lines are left blank."""
        spelled = (line.partition(" = ") for line in self.text.split("; "))
        return tuple(name for name, _, formula in spelled if formula == BLANK)

    @cached_property
    def vectors(self) -> frozenset[str]:
        """The names of what has a value for each coordinate; all else has one a point."""
        found, before = {"x", "g"}, 0
        while len(found) > before:
            before = len(found)
            found |= {e.name for e in (*self.starts, *self.lines) if self._varies(e.tree, found)}
        return frozenset(found)

    def is_vector(self, tree: Tree) -> bool:
        """Whether an expression has a value for each coordinate."""
        return self._varies(tree, self.vectors)

    def follows_run(self, tree: Tree) -> bool:
        """Whether an expression has a value of its own for each of several runs in any case."""
        return bool(names(tree) & {"x", "g", *self.kept})

    def _varies(self, tree: Tree, vectors: Collection[str]) -> bool:
        match tree:
            case Name(name):
                return name in vectors
            case Call(name) if name in OVER_COORDINATES:
                return False
        return any(self._varies(part, vectors) for part in parts(tree))


def read_rule(text: str, lost_plus: bool = False) -> Equations:
    """Read the equations of a rule.

    Args:
        lost_plus: the text comes from a link, where a plus sign that was not escaped arrives as a
            space.

    Raises:
        Refused: a ValueError; the message is one sentence that names the line and the place.
    """
    if not text.strip():
        raise Refused("The rule is empty: write an equation a line, such as x = x - lr*g")
    if len(text) > MAX_LENGTH:
        raise Refused(f"The rule is longer than {MAX_LENGTH} characters: shorten it")
    lines = [_Line(number, start, part) for number, start, part in _split(text)]
    lines = [line for line in lines if not line.is_empty]
    if not lines:
        raise Refused("The rule has no line that sets anything: write one such as x = x - lr*g")
    if len(lines) > MAX_LINES:
        raise Refused(f"The rule has {len(lines)} lines: use at most {MAX_LINES}")
    heads = _Heads(lines)
    equations, spelled = [], []
    for line in lines:
        tree, text_of_line = line.read(heads, lost_plus)
        equations.append(Equation(line.name, tree))
        spelled.append(f"{line.name}{'0' * line.is_start} = {text_of_line}")
    starts = tuple(e for line, e in zip(lines, equations, strict=True) if line.is_start)
    steps = tuple(e for line, e in zip(lines, equations, strict=True) if not line.is_start)
    if not any(step.name == "x" for step in steps):
        _refuse_without_x(lines, equations, len(text))
    if len(heads.letters) > MAX_LETTERS:
        many = len(heads.letters)
        raise Refused(f"The rule has {many} hyperparameters: use at most {MAX_LETTERS}")
    read = Equations(starts, steps, "; ".join(spelled), tuple(heads.letters))
    for line, equation in zip(lines, equations, strict=True):
        line.check(equation.tree, read)
    return read


def _refuse_without_x(lines: list[_Line], equations: list[Equation], end: int) -> NoReturn:
    """Refuse a rule that moves nothing, or what is called otherwise than x."""
    for line, equation in zip(lines, equations, strict=True):
        match equation.tree:
            case Sum((("+", Name(name)), ("-", _))) if name == equation.name:
                with _Placed(line):
                    line.text.refuse(*line.head, f": the point is x here; write x for {name}")
    last = equations[-1]
    write = f"x = {last.name}" if "x" in names(last.tree) else f"x = x - lr*{last.name}"
    what = f"No line of the rule sets x: write one such as {write}"
    raise Refused(what, end, end, (f"\n{write}",))


def _split(text: str) -> Iterator[tuple[int, int, str]]:
    """The lines with their numbers and where they start, without comments."""
    number, start = 1, 0
    for found in [*_LINE.finditer(text), None]:
        end = found.start() if found else len(text)
        yield number, start, text[start:end].partition("#")[0]
        number, start = number + 1, found.end() if found else end


class _Line:
    """A line on its way: its head is read at once, its formula once all heads are known.

    Attributes:
        number: of the line, from 1.
        name: what it sets.
        is_start: whether it says where that starts.
        is_blank: whether what it becomes is left for others to write.
        step: how the head is indexed: 0 for m_t and for m, 1 for m_{t+1}.
    """

    def __init__(self, number: int, start: int, typed: str) -> None:
        self.number, self.start = number, start
        with _Placed(self):
            whole = signs.plain(typed, _SIGNS)
            mark = _MARK.match(whole.plain)
            whole = whole.part(mark.end()) if mark else whole
            self.in_tex = "\\" in whole.plain
            whole = _with_norms(_without_tex(whole) if self.in_tex else whole)
            for sign in reversed([*re.finditer("[&$]", whole.plain)]):
                whole = whole.replaced(*sign.span(), " ")
            self.text = without_prefixes(bare(whole))
            self.is_empty = not self.text.plain.strip() or self._says_what_is_so()
            if not self.is_empty:
                self._read_head()

    def _says_what_is_so(self) -> bool:
        """Whether a line only says that g is the gradient, or that t goes up by 1."""
        plain = self.text.plain
        found = _HEAD.match(plain)
        word = _WORD.fullmatch(found["head"].strip()) if found else None
        if not found or not word:
            return False
        name = _named(self.text, word)[0]
        if name == "g" and plain[found.end() :].lstrip().startswith("∇"):
            start = plain.index("∇", found.end())
            return not plain[_gradient(self.text, start)[0] :].strip()
        return name == "t" and bool(re.fullmatch(r"t\s*\+\s*1\s*", plain[found.end() :].lstrip()))

    def _read_head(self) -> None:
        text, found = self.text, _HEAD.match(self.text.plain)
        if not found:
            text.refuse(0, len(text.plain), " is no equation: write it as m = and what m becomes")
        begin = len(found["head"]) - len(found["head"].lstrip())
        end = begin + len(found["head"].strip())
        word = _WORD.fullmatch(text.plain, begin, end)
        if not word:
            raised = _RAISED.fullmatch(text.plain, begin, end)
            if raised:
                text.advise(begin, end, f"{raised[1]}_{{{raised[2]}}}")
            what = " stands left of the equals sign: write one name there, such as m"
            text.refuse(begin, max(end, begin + 1), what)
        self.head = begin, end
        name, step = _named(text, word)
        self.name = name.removesuffix("0")
        self.is_start = self.name != name
        self.step, self.is_indexed = step or 0, step is not None
        if self.name == "x" and self.is_start:
            text.refuse(begin, end, " is where the run starts, which is set on the map: delete it")
        if self.name in GIVEN:
            what = f" is {GIVEN[self.name]}: choose another name, such as a"
            text.refuse(begin, end, what)
        low = self.name.lower()
        if low in FUNCTIONS or low in ALIASES or low in OVER_COORDINATES:
            text.refuse(begin, end, " is a function: choose another name")
        if self.name == "X":
            text.refuse(begin, end, " is a capital letter: write x", "x")
        if self.step not in (0, 1):
            text.refuse(begin, end, f" is of another step: write {self.name}", self.name)
        self.formula = text.part(found.end())
        if not self.formula.plain.strip():
            text.refuse(begin, found.end(), " has nothing after it: write what it becomes")
        if found["sign"][0] in "+-*/":
            self._read_change(found)
        self.is_blank = self.formula.plain.strip() == BLANK and not self.is_start

    def _read_change(self, found: re.Match[str]) -> None:
        """x -= u as x = x - (u)."""
        sign, end = found["sign"][0], len(self.text.plain.rstrip())
        rest = self.text.plain[found.end() : end].strip()
        alone = not re.search({"+": "^$", "-": "[-+]"}.get(sign, "[-+*/ ]"), rest)
        opening, closing = ("", "") if alone else ("(", ")")
        text = self.text.part(found.start("sign"), end)
        last = text.plain[-1]
        text = text.replaced(len(text.plain) - 1, len(text.plain), last + closing)
        self.formula = text.replaced(0, len(found["sign"]), f"{self.name} {sign} {opening}")

    def read(self, heads: _Heads, lost_plus: bool) -> tuple[Tree, str]:
        if self.is_blank:
            return Name(self.name, self.formula.place(0, len(self.formula.plain))), BLANK
        with _Placed(self):
            tokens = _RuleCutter(self, heads).tokens()
            parser = _RuleParser(self.formula, tokens, lost_plus, self.in_tex)
            tree, spelled = parser.whole()
            for token in tokens:
                if self.is_start and token.kind == "name" and token.text in heads.not_at_start:
                    what = " is not there yet at the start: use x, numbers and hyperparameters"
                    self.formula.refuse(token.start, token.end, what)
            heads.meet(tokens)
        return tree, spelled

    def check(self, tree: Tree, rule: Equations) -> None:
        """Refuse constants that are no numbers, and norms of what has no coordinates."""
        with _Placed(self):
            _folded(tree)
            others = [e for e in (*rule.starts, *rule.lines) if e.name == self.name]
            stays = len(others) == 1 and _is_multiple(tree, self.name)
            if stays and self.name != "x" and not self.is_blank:
                what = f" starts at 0 and stays there: add a line such as {self.name}0 = 1, or "
                self.text.refuse(*self.head, f"{what}choose another name, such as a")
            for each in walk(tree):
                if isinstance(each, Call) and each.name in OVER_COORDINATES:
                    (inside,) = each.arguments
                    if not rule.is_vector(inside):
                        raise Refused(
                            f"{each.place} is of one number: {each.name} runs over the "
                            "coordinates of what depends on g or x; write the number itself"
                        )


def _is_multiple(tree: Tree, name: str) -> bool:
    """Whether an expression is a multiple of what a name is, and so 0 where that is."""
    match tree:
        case Name(found):
            return found == name
        case Sum(((_, term),)):
            return _is_multiple(term, name)
        case Product(factors):
            return any(sign == "*" and _is_multiple(factor, name) for sign, factor in factors)
    return False


class _Placed:
    """Refusals within it say of which line they are, and count from the rule's first character."""

    def __init__(self, line: _Line) -> None:
        self.line = line

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused):
            start, end = self.line.start + error.start, self.line.start + error.end
            clause = f"Line {self.line.number}: {error.clause}"
            raise Refused(clause, start, end, error.write) from None


class _Heads:
    """What stands left of equals signs, and the letters that were met on the right."""

    def __init__(self, lines: list[_Line]) -> None:
        self.steps = {line.name: line.step for line in lines if not line.is_start}
        self.set_in: dict[str, list[int]] = {}
        for line in lines:
            if not line.is_start:
                self.set_in.setdefault(line.name, []).append(line.number)
        starting = {line.name for line in lines if line.is_start}
        self.known = {"x", *self.steps, *starting}
        self.not_at_start = {"g", "t", *self.known} - {"x"}
        self.letters: dict[str, None] = {}
        self.step_of_g = self._step_of_g(lines)

    def _step_of_g(self, lines: list[_Line]) -> int:
        """The index that g has throughout: of the step, or of the point where it is taken."""
        indices = set()
        for line in lines:
            for word in _WORD.finditer(line.formula.plain):
                if word["stem"].lower() in ("g", "grad", "gradient"):
                    indices.add(_named(line.formula, word)[1])
        sets_x = [line.step for line in lines if line.name == "x" and line.is_indexed]
        return -1 if indices == {-1} and {*sets_x} == {0} else 0

    def meet(self, tokens: list[Token]) -> None:
        given = self.known | {"g", "t", *CONSTANTS}
        met = (token.text for token in tokens if token.kind == "name")
        self.letters |= dict.fromkeys(name for name in met if name not in given)


def _without_tex(text: Text) -> Text:
    r"""Without LaTeX, of which \hat m is m_hat here."""
    for bars in reversed([*_TEX_BARS.finditer(text.plain)]):
        text = text.replaced(*bars.span(), "||")
    for sign in reversed([*_TEX_SIGN.finditer(text.plain)]):
        text = text.replaced(*sign.span(), _TEX_SIGNS[sign[1]])
    for accent in reversed([*_ACCENT.finditer(text.plain)]):
        word = accent[2].strip("{} ")
        text = text.replaced(accent.start(), accent.end(), f"{{{word}}}_{{\\text{{{accent[1]}}}}}")
    for rate in reversed([*_RATE.finditer(text.plain)]):
        text = text.replaced(rate.start(), rate.end(), r"\mathrm{lr}")
    return read_tex(text)


def _with_norms(text: Text) -> Text:
    """||u|| as norm(u), where the first two bars close nothing."""
    at = 0
    while found := _NORM.search(text.plain, at):
        at = found.start() + 1
        if text.plain.count("|", 0, found.start()) % 2 == 0:
            two = _OF_TWO.match(text.plain, found.end())
            text = text.replaced(found.end() - 2, two.end() if two else found.end(), ")")
            text = text.replaced(found.start(), found.start() + 2, " norm(")
    return text


def _gradient(text: Text, start: int) -> tuple[int, re.Match[str] | None]:
    """Where a gradient such as ∇f(x) ends, and the point that it is said to be at.

    Raises:
        Refused: it is at another point than x.
    """
    plain = text.plain
    found = _NABLA.match(plain, start)
    assert found is not None
    end, values = brackets(plain, found.end())
    if not values:
        return len(found[0].rstrip()) + start, None
    word = _WORD.match(plain, end - len(plain[found.end() + 1 : end].lstrip()))
    if not word or not re.match(r"\s*[),|]", plain[word.end() :]) or _named(text, word)[0] != "x":
        text.refuse(start, end, " is at another point than x: a rule knows the gradient at x, g")
    return end, word


def _named(text: Text, word: re.Match[str]) -> tuple[str, int | None]:
    """The name that a word is, and of which step: 0 for m_t, -1 for m_{t-1}; None for m."""
    stem, step = word["stem"], None
    stem = GREEK[stem[0]] + stem[1:] if stem[0] in GREEK else stem
    base = stem.rstrip("0123456789")
    low, number = base.lower(), stem[len(base) :]
    base = low if low in (*GREEK.values(), *_ALIASES, "lr", "eps") else base
    name = _ALIASES.get(base, base) + number
    for index in re.findall(_INDEX, word["tail"]):
        for part in index[1:].strip("{}()").split(","):
            part = part.strip()
            if time := _TIME.fullmatch(part):
                if time["by"] or time["of"] in "tkn":
                    step = int("".join((time["by"] or str(step or 0)).split()))
            elif part == "0" or (part.isdigit() and not name[-1].isdigit()):
                name += part
            elif re.fullmatch(r"[A-Za-z\d]+", part):
                name += f"_{part}"
            else:
                text.refuse(
                    word.start(), word.end(), " has an index that is not read here: omit it"
                )
    return _ALIASES.get(name, name), step


class _RuleCutter(Cutter):
    """Cuts a line's formula; a name is a word as a whole."""

    def __init__(self, line: _Line, heads: _Heads) -> None:
        super().__init__(line.formula, None)
        self.line, self.heads = line, heads

    def token(self, start: int, spaced: bool) -> int:
        plain = self.plain
        after_name = not spaced and self.found and self.found[-1].kind == "name"
        if after_name and (index := re.compile(r"\[[^\]]*\]|\(\s*:[^)]*\)").match(plain, start)):
            last = self.found[-1]
            what = ": a rule is the same for every coordinate, and a name is its newest value"
            self.text.refuse(last.start, index.end(), f"{what}; write {last.text}", last.text)
        if plain[start] == "∇":
            return self.gradient(start, spaced)
        word = _WORD.match(plain, start)
        if word is None or plain.startswith(("log_", "ln_"), start):
            return super().token(start, spaced)
        if word["tail"].endswith(("_t", "_k")) and _AFTER_TIME.match(plain, word.end()):
            meant = f"{word[0][:-1]}{{{word[0][-1]}{plain[word.end() : word.end() + 2]}}}"
            self.text.advise(start, word.end() + 2, meant)
        low = word[0].lower()
        function = ALIASES.get(low, low)
        if function in FUNCTIONS or function in OVER_COORDINATES:
            return self.add("function", function, start, word.end(), spaced)
        name, step = _named(self.text, word)
        if name == "x0" and self.line.is_start:
            name = "x"
        self.check(name, word)
        if step is not None:
            self.check_step(name, step, word)
        return self.add("name", name, start, word.end(), spaced)

    def gradient(self, start: int, spaced: bool) -> int:
        """∇f(x), which is g where no line above has set x."""
        end, point = _gradient(self.text, start)
        above = [n for n in self.heads.set_in.get("x", []) if n < self.line.number]
        if above:
            what = f" comes after line {above[-1]}, which sets x: g is from before that"
            self.text.refuse(start, end, f"{what}, so write it above, or write g", "g")
        if point and (step := _named(self.text, point)[1]) is not None:
            self.check_step("x", step, point)
        return self.add("name", "g", start, end, spaced)

    def check(self, name: str, word: re.Match[str]) -> None:
        """Refuse a word that is no name here."""
        start, end = word.span()
        if name in self.heads.known or name in GIVEN:
            return
        base, advise = name.rstrip("0123456789"), self.text.advise
        if base == "X":
            self.text.refuse(start, end, " is a capital letter: write x", "x")
        if base in ("x", "g", "t", "pi") and base != name:
            index = name[len(base) :]
            if index in ("0", "1"):
                advise(start, end, base, why=f": {base} has no index here")
            advise(start, end, f"{base}^{index}", f"{base}*{index}")
        if name.endswith("0") and name[:-1] in self.heads.known:
            advise(start, end, name[:-1], why=f" is only where {name[:-1]} starts")
        if _LETTER.fullmatch(name):
            return
        low = name.lower()
        if low in _MEANT:
            product = ("g*x",) if low == "gx" else ()
            advise(start, end, _MEANT[low], *product)
        if low in _DRAWN:
            why = " is drawn at random: a rule draws nothing; noise is set for all lanes"
            self.text.refuse(start, end, why)
        if (factors := _factors(name, self.heads.known)) and low not in CONDITIONS:
            advise(start, end, "*".join(factors), why=" is no name here")
        self.unknown(name, start, end)

    def unknown(self, word: str, start: int, end: int) -> NoReturn:
        low, refuse = word.lower(), self.text.refuse
        until, values = brackets(self.plain, end)
        if low in CONDITIONS:
            what = ": there are no conditions here; write max, min, abs, sign or step"
            refuse(start, end, what)
        if low in _HERE and len(values) == 2:
            self.text.advise(start, until, _HERE[low].format(*values))
        if write := instead(low, values):
            self.text.advise(start, until, *write)
        if values:
            refuse(
                start, end, " is no function here: there are sqrt, norm, sum, max, sign and more"
            )
        refuse(
            start,
            end,
            " is unknown: names are g, x, t, lr, eps, single letters, alpha to omega and what "
            "stands left of an equals sign",
        )

    def check_step(self, name: str, step: int, word: re.Match[str]) -> None:
        """Refuse a name of a step whose value is not the newest that there is in this line."""
        heads, (start, end) = self.heads, word.span()
        if name == "g" and step == heads.step_of_g:
            return
        if name in ("g", "t") and step < 0:
            what = f" is of the step before: keep it in a name, as in a last line p = {name}"
            self.text.refuse(start, end, what)
        if name not in heads.steps or self.line.is_start:
            return
        back = heads.steps[name] - step
        above = [number for number in heads.set_in[name] if number < self.line.number]
        if back == 0 and not above:
            below = heads.set_in[name][0]
            what = f" is worked out in line {below}: move that line above this one"
            if below == self.line.number:
                what = f" is what this line works out: write {name} for the value before"
            self.text.refuse(start, end, what, *[name] * (below == self.line.number))
        if back == 1 and above:
            what = f" is no longer known, as line {above[-1]} has set {name} anew: keep it in "
            self.text.refuse(start, end, f"{what}another name above that line")
        if back < 0:
            self.text.refuse(start, end, f" is not known yet: write {name}", name)
        if back > 1:
            lines = "p0 = x, d = x - p and p = x" if name == "x" else f"q = p and p = {name}"
            what = f" is older than the last value: keep that in a name, as by {lines} above this"
            self.text.refuse(start, end, f"{what} line")

    def stranger(self, at: int, c: str) -> NoReturn:
        if c == "=":
            what = " is a second equals sign: write each equation on a line of its own"
            self.text.refuse(at, at + 1, what)
        after_name = self.found and self.found[-1].kind == "name" and self.found[-1].end == at
        if after_name and (word := re.compile(r"(?:\.[A-Za-z_]\w*)+").match(self.plain, at)):
            name = self.plain[self.found[-1].start : at]
            self.text.advise(self.found[-1].start, word.end(), "g" if ".grad" in word[0] else name)
        super().stranger(at, c)


def _factors(word: str, known: Collection[str]) -> list[str]:
    """The names that run together in a word, at most three; empty where it is not made of any.

    One of them may be new, so that no other word falls apart into its letters.
    """
    whole = sorted({*known, *GREEK.values(), "lr", "eps", "g", "t"}, key=len, reverse=True)
    found: list[str] = []
    new = 0
    while word and word[0].isalpha() and len(found) < MOST_FACTORS:
        name = next((name for name in whole if word.startswith(name)), "")
        new += not name
        found.append(name or word[0])
        word = word[len(found[-1]) :]
    return [] if word or new > 1 else found


class _RuleParser(Parser):
    noun = "The line"
    variables = ("x", "g")
    functions: ClassVar[Mapping[str, int]] = FUNCTIONS | OVER_COORDINATES

    def as_function(self) -> None:
        """Refuse g(x) and m(t), which a paper means otherwise, and an equation's number."""
        before = self.tokens[self.at - 1]
        inside, end = self.enclosed()
        called = before.text == "g" and inside == ["x"]
        indexed = (
            before.text not in ("t", *CONSTANTS)
            and inside[:1] == ["t"]
            and (inside == ["t"] or (inside[1] in "+-" and inside[2:] == ["1"]))
        )
        if before.kind == "name" and (called or indexed):
            plain, stop = self.text.plain, self.tokens[end].end
            word, value = plain[before.start : before.end], plain[self.token.start : stop]
            index = f"_{{{''.join(inside)}}}" if indexed else ""
            why = " looks like a function"
            self.text.advise(before.start, stop, f"{word}{index}", f"{word}*{value}", why=why)
        number = self.tokens[self.at + 1]
        after = self.tokens[min(end + 1, len(self.tokens) - 1)]
        last = after.kind == "end" and self.token.spaced and inside == [number.text]
        if last and number.kind == "number" and number.text.isdigit():
            why = " can be the equation's number"
            self.text.advise(self.token.start, number.end + 1, "", f"*{number.text}", why=why)
        super().as_function()


def _folded(tree: Tree) -> np.float64 | None:
    """The number that an expression without names is; None for one with names.

    Raises:
        Refused: it is none, or too large.
    """
    values = [_folded(part) for part in parts(tree)]
    if isinstance(tree, Name) and tree.name not in CONSTANTS:
        return None
    known = [value for value in values if value is not None]
    if isinstance(tree, Product):
        for (sign, _), value in zip(tree.factors, values, strict=True):
            if sign == "/" and value == 0:
                raise Refused(f"{tree.place} divides by zero: change what is below the line")
    if len(known) < len(values) or (isinstance(tree, Call) and tree.name in OVER_COORDINATES):
        return None
    with np.errstate(all="ignore"):
        value = _value(tree, known)
    if not np.isfinite(value):
        raise Refused(f"{tree.place} is too large or undefined: write another number")
    return value


def _value(tree: Tree, values: Sequence[Any]) -> np.float64:
    match tree:
        case Number(text):
            return np.float64(text)
        case Name(name):
            return np.float64({"pi": np.pi, "e": np.e}[name])
        case Sum(terms):
            signed = (v if sign == "+" else -v for (sign, _), v in zip(terms, values, strict=True))
            return np.float64(sum(signed))
        case Product(factors):
            out = np.float64(1.0)
            for (sign, _), value in zip(factors, values, strict=True):
                out = out * value if sign == "*" else out / value
            return out
        case Power():
            return np.float64(np.power(*values))
        case Call("sqrt"):
            return np.float64(np.sqrt(*values))
        case Call("min"):
            return np.float64(min(values))
        case Call("max"):
            return np.float64(max(values))
        case Call(name):
            return np.float64(NUMPY[name](*values))
