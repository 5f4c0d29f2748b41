from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from formulas.functions import FUNCTIONS
from formulas.rule import OVER_COORDINATES, Equation, Equations, read_rule
from formulas.rule_printer import letter_latex, name_latex, rule_latex, source
from formulas.symbolic import HELPERS
from formulas.tree import Call, Name, Power, Product, Sum, Tree, names, parts, walk
from kept import FORMULAS, Kept
from optimizers.base import (
    WORDS,
    Array,
    Optimizer,
    State,
    Words,
    decay_rate,
    epsilon,
    hyperparameter,
    learning_rate,
    norm,
)
from settings import Setting, check_names, shorten

LR, BETA, BETA2, EPS, OTHER = 0.01, 0.9, 0.999, 1e-8, 1.0
"""Where hyperparameters start, by their names."""

EXAMPLE = "m = beta*m + g; x = x - lr*m"
"""With what a person begins."""

# In microseconds, of a step, as `benchmarks/budget.py` measures them.
WORK, WORK_OF_PART = 10.0, 1.0
MOST_TOLD = 60


@dataclass(frozen=True)
class Compiled:
    """A rule that was read and compiled.

    Attributes:
        equations: as they were read.
        init, update: what `formulas.rule_printer.source` says of them, in NumPy.
        statements: of the hyperparameters, by their names.
        rule: in LaTeX.
        words: of what is kept, and of the step.
        parts: how many operations a step has.
        adaptive: whether it treats each coordinate by its own size.
    """

    equations: Equations
    init: Callable[..., State]
    update: Callable[..., tuple[Array, State]]
    statements: dict[str, Setting]
    rule: tuple[str, ...]
    words: dict[str, Words]
    parts: int
    adaptive: bool


@dataclass(frozen=True)
class Rule(Optimizer):
    """Your own rule: the equations of a step, one a line, as a paper writes them.

    The functions that run are printed from what was read; nothing of the text is evaluated.

    Attributes:
        text: the equations; once it is made, in their canonical spelling.
        numbers: the hyperparameters, in the order in which they come in the text.

    Raises:
        Refusal: the text is refused, or a number is none.
    """

    name = "Your own"
    summary = "The equations that you write, one a line."
    plain = "It takes the step that its own lines say."
    year = 0

    text: str = EXAMPLE
    numbers: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        compiled, set_ = compiled_rule(self.text), object.__setattr__
        rows = compiled.statements
        numbers = self.numbers or tuple(row.default for row in rows.values())
        pairs = zip(rows.values(), numbers, strict=True)
        set_(self, "text", compiled.equations.text)
        set_(self, "numbers", tuple(row.checked(number, self.name) for row, number in pairs))
        set_(self, "compiled", compiled)
        set_(self, "rule", compiled.rule)
        set_(self, "words", MappingProxyType(compiled.words))
        set_(self, "work", WORK + WORK_OF_PART * compiled.parts)
        set_(self, "family", "adaptive" if compiled.adaptive else "first order")

    @property
    def equations(self) -> Equations:
        """What was read."""
        compiled: Compiled = self.__dict__["compiled"]
        return compiled.equations

    def hyperparameters(self) -> dict[str, Setting]:  # type: ignore[override]
        """The statements of its letters, in the order in which they come."""
        compiled: Compiled = self.__dict__["compiled"]
        return dict(compiled.statements)

    def values(self) -> dict[str, Any]:
        """The present value of every letter."""
        return dict(zip(self.equations.letters, self.numbers, strict=True))

    @classmethod
    def suggested(cls) -> Self:
        """The one with which a person begins."""
        return cls()

    def with_values(self, **values: Any) -> Self:
        """The same rule with other numbers for some of its letters."""
        numbers = self.values() | values
        return replace(self, numbers=tuple(numbers[letter] for letter in self.equations.letters))

    def unchecked(self, **values: Any) -> Self:
        other = super().unchecked()
        other.__dict__["numbers"] = tuple((self.values() | values).values())
        return other

    @property
    def written(self) -> str:
        return self.text

    def called(self, name: str) -> Self:
        """The same rule under another name, for where there are several."""
        other = super().unchecked()
        other.__dict__["name"] = name
        return other

    def scheduled(self, factor: float) -> Self:
        """The same rule with its learning rate times factor; see `Optimizer.scheduled`."""
        return self.unchecked(**{k: v * factor for k, v in self.values().items() if k == "lr"})

    def symbol(self, key: str) -> str:  # type: ignore[override]
        """What the rule calls an entry of the state after step t, in LaTeX."""
        return name_latex(key) if key in self.equations.kept else ""

    def init(self, theta: Array) -> State:
        compiled: Compiled = self.__dict__["compiled"]
        return compiled.init(theta, *self.numbers)

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        compiled: Compiled = self.__dict__["compiled"]
        return compiled.update(t, theta, g, state, *self.numbers)


def from_rule(text: str, **values: Any) -> Rule:
    """The optimizer of equations that a person wrote, with numbers for some of its letters.

    Raises:
        Refusal: the text is refused, it has no such letter, or a number is none.
    """
    rule = Rule(text)
    check_names(rule.name, values, rule.values())
    return rule.with_values(**values)


_kept: Kept[Hashable, Compiled] = Kept(FORMULAS)
"""Rules that were compiled, under their text."""


def compiled_rule(text: str) -> Compiled:
    """Read and compile a rule; kept.

    Raises:
        Refusal: it is refused; the message is one sentence for the person who typed it.
    """
    return _kept.get(text, partial(_compiled, text))


def _compiled(text: str) -> Compiled:
    rule = read_rule(text)
    written = source(rule, "np", steps=True)
    scope: dict[str, Any] = {"np": np, "norm": norm, **HELPERS}
    exec(compile(written.init + written.update, "<rule>", "exec"), scope)
    trees = [part for line in rule.lines for part in walk(line.tree)]
    return Compiled(
        rule,
        scope["init"],
        scope["update"],
        {letter: _statement(letter) for letter in rule.letters},
        rule_latex(rule),
        _words(rule),
        sum(max(len(parts(tree)) - 1, isinstance(tree, Call)) for tree in trees),
        any(_treats_apart(tree, rule) for tree in trees),
    )


def _statement(letter: str) -> Setting:
    """What a person may set a letter to, and where its slider goes."""
    symbol, help = letter_latex(letter), f"{letter} in your rule."
    family = letter.rstrip("0123456789")
    if family == "lr":
        field = learning_rate(LR, symbol=symbol)
    elif family == "beta":
        field = decay_rate(BETA2 if letter == "beta2" else BETA, symbol, help)
    elif family == "eps":
        field = epsilon(EPS, symbol, help)
    else:
        field = hyperparameter(OTHER, symbol=symbol, help=help, slider=(1e-4, 100.0), scale="log")
    row: Setting = field.metadata["setting"]
    return replace(row, name=letter, low=-np.inf, high=np.inf, high_open=False)


def _words(rule: Equations) -> dict[str, Words]:
    """Of what is kept: its name, and the line that says it; one that averages is so called."""
    spelled = dict(line.split(" = ", 1) for line in rule.text.split("; "))
    told = {}
    for line in (*rule.starts, *rule.lines):
        text = spelled.get(line.name, f"where it started, {spelled.get(f'{line.name}0', '')}")
        name = WORDS["m"][0] if _averages(line, rule) else line.name
        told[line.name] = name, shorten(text, MOST_TOLD)
    step = told.pop("x")
    return told | {"step": ("Step", f"to {step[1]}")}


def _averages(line: Equation, rule: Equations) -> bool:
    """Whether a line is a sum of what it sets and the gradient, each times what is the same."""
    if not isinstance(line.tree, Sum) or len(line.tree.terms) != 2:
        return False
    vectors = [names(term) & rule.vectors for _, term in line.tree.terms]
    plain = all(isinstance(term, Name | Product) for _, term in line.tree.terms)
    linear = all(
        isinstance(factor, Name) or not names(factor) & rule.vectors
        for _, term in line.tree.terms
        for factor in parts(term)
    )
    return (
        plain and linear and {*map(frozenset, vectors)} == {frozenset({line.name}), frozenset("g")}
    )


def _treats_apart(tree: Tree, rule: Equations) -> bool:
    """Whether a part does with each coordinate what is not the same for all."""
    match tree:
        case Call(name):
            one_by_one = name in FUNCTIONS and name not in OVER_COORDINATES
            return one_by_one and any(map(rule.is_vector, tree.arguments))
        case Product(factors):
            return any(sign == "/" and rule.is_vector(factor) for sign, factor in factors)
        case Power(base, exponent):
            return rule.is_vector(base) or rule.is_vector(exponent)
    return False
