"""What a call in a link sets: names and values as people write them, each checked by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from experiment import mended, versions
from experiment.calls import AROUND, WRAPPED, read_call, repeated, shorten, unreadable
from experiment.written import value_text
from optimizers import OPTIMIZERS, Rule
from optimizers.sources import Function
from settings import Refusal, Setting, Stated, Value

LEFT_OUT = "it was left out"
FIRST = "the first {} were used instead"
MAX_PROBLEMS = 8
MAX_NAMED = 5  # of those beyond


# Other spellings of names, by key
OPTIMIZER_NAMES = {
    key: (
        *(key, cls.name, cls.__name__),
        *([cls.reference.name] if isinstance(cls.reference, Function) else []),
    )
    for key, cls in OPTIMIZERS.items()
} | {Rule.key: (Rule.key, Rule.name)}
SETTING_NAMES = {
    "lr": ("learning_rate", "step_size"),
    "beta1": ("b1",),
    "beta2": ("b2",),
    "beta3": ("b3",),
    "eps": ("epsilon",),
    "weight_decay": ("wd",),
    "d0": ("estim_lr0",),
    "d_coef": ("estim_lr_coef",),
}
"""As optax, papers and people call them."""
SWITCHED = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
CHOICE_NAMES = {"linear": ("lin",), "log": ("logarithmic",)}
NEAREST = ("steps", "grid", "points", "seeds", "instances", "starts", "targets", "rates")
"""Of which a number out of range means the nearest in it."""
T = TypeVar("T")


@dataclass
class Link:
    """What is known of a link while it is read.

    Attributes:
        version: of the defaults that it means.
        rules: those that a person wrote and no lane has taken yet.
        problems: what could not be used of it, and what was done instead.
    """

    version: int = versions.FIRST
    rules: list[str] = field(default_factory=list)
    problems: list[tuple[Refusal, str]] = field(default_factory=list)

    def say(self, refusal: Refusal, done: str) -> None:
        self.problems.append((refusal, done))

    def use(self, used: str, refusal: Refusal) -> None:
        self.say(refusal, f"{used} was used instead")


def call_of(
    text: str, names: Mapping[str, Iterable[str]], link: Link
) -> tuple[str, dict[str, str]]:
    """The key that a call names and its arguments, of those that are repeated the first.

    What has no name is what a wrapper wraps.
    """
    call = read_call(text)
    name = mended.meant(call.name, names)
    if name not in names:  # torch.optim.Adam
        name = mended.meant(call.name.rpartition(".")[2], names)
    wrapped = wrapped_key(OPTIMIZERS[name]) if name in OPTIMIZERS else ""
    arguments: dict[str, str] = {}
    given = [(key or wrapped or value, value) for key, value in call.arguments]
    for key, value in call.arguments:
        if key != WRAPPED or wrapped or "(" in value:
            continue
        if mended.meant(value, OPTIMIZER_NAMES) not in OPTIMIZERS:
            raise unreadable(text)
    for key in repeated([key for key, _ in given]):
        link.say(Refusal(f"“{shorten(text)}” repeats {shorten(key)}"), "the first was used")
    for key, value in given:
        arguments.setdefault(key, value)
    return name, arguments


def wrapped_key(cls: type[Stated]) -> str:
    """The name of the field that holds an optimizer; empty where none does."""
    return next((key for key, h in cls.hyperparameters().items() if h.kind == "optimizer"), "")


def known_of(
    arguments: Mapping[str, str],
    statements: Mapping[str, Setting],
    owner: str,
    key: str,
    link: Link,
) -> Iterator[tuple[str, str]]:
    """The arguments that the owner has, and what an older link leaves out.

    A sentence for each that the owner has not, and for each that comes again by another name.
    """
    spellings = {
        name: (name, statement.symbol, *SETTING_NAMES.get(name, ()))
        for name, statement in statements.items()
    }
    seen = set()
    for name, value in arguments.items():
        meant = mended.meant(name, spellings)
        if meant not in statements:
            link.say(Refusal(f"{owner} has no “{shorten(name or value)}”"), LEFT_OUT)
        elif meant in seen:
            again = Refusal(f"{owner}'s {meant}", f"is given again as {shorten(name)}")
            link.say(again, "the first was used")
        else:
            seen.add(meant)
            yield meant, value
    for name, value in versions.left_out(link.version, key).items():
        if name in statements and name not in seen:
            yield name, value


def set_of(
    parameters: Iterable[Setting], arguments: Mapping[str, str], owner: str, key: str, link: Link
) -> dict[str, Value]:
    """What a call sets of a surface or a problem, each checked by itself."""
    statements = {p.name: p for p in parameters}
    values: dict[str, Value] = {}
    for name, value in known_of(arguments, statements, owner, key, link):
        try:
            nearest = name in NEAREST
            values[name] = (
                set_to(statements[name], value, link)
                if nearest
                else admitted(statements[name], value, owner)
            )
        except Refusal as refusal:
            link.use(value_text(statements[name].default), refusal)
    return values


def admitted(statement: Setting, text: str, owner: str = "") -> Value:
    """What a text sets. Refusal: it is nothing that is admitted."""
    value: Value = text
    if (word := word_of(text, statement.instead)) in statement.instead:
        return word
    if statement.kind == "number":
        value = number_of(text, statement.name)
    elif statement.kind == "whole":
        value = whole_of(text, statement.name)
    elif statement.kind == "switch":
        value = switch(text, text)
    elif statement.kind == "choice":
        value = word_of(
            text, {word: (word, *CHOICE_NAMES.get(word, ())) for word in statement.choices}
        )
    admitted: Value = statement.checked(value, owner)
    return admitted


def set_to(statement: Setting, text: str, link: Link, around: str = "") -> Value:
    """What is set of a race; of a number of steps that is out of range, the nearest.

    Args:
        around: signs that can stand around what is meant.
    """
    text = text.strip(around) if around else text
    if statement.name not in NEAREST:
        return admitted(statement, text)
    value = whole_of(text, statement.name)
    try:
        statement.checked(value)
    except Refusal as refusal:
        value = int(min(max(value, statement.low), statement.high))
        link.use(str(value), refusal)
    return value


def switch(text: str, otherwise: T) -> bool | T:
    """True or false; of any other text `otherwise`."""
    return SWITCHED.get(text.strip(AROUND).lower(), otherwise)


def word_of(text: str, known: Iterable[str] | Mapping[str, Iterable[str]]) -> str:
    """One of some words, however it is written; any other as it is."""
    spellings = known if isinstance(known, Mapping) else {word: (word,) for word in known}
    return mended.meant(text.strip(AROUND), spellings)


def number_of(text: str, key: str) -> float:
    """A finite number. Refusal: the text is none, which is said of the key."""
    value = mended.number(text)
    if value is None or not math.isfinite(value):
        raise Refusal(key, f"must be a finite number, not “{shorten(text)}”")
    return value


def whole_of(text: str, key: str) -> int:
    """A whole number, likewise."""
    value = mended.whole(text)
    value = number_of(text, key) if value is None or not math.isfinite(value) else value
    if not value.is_integer():
        raise Refusal(key, f"must be a whole number, not “{shorten(text)}”")
    if abs(value) >= 1e15:
        raise Refusal(key, f"must have at most 15 digits, not “{shorten(text)}”")
    return int(value)


def few(problems: list[tuple[Refusal, str]]) -> list[str]:
    """The first problems, and the next in a few words: a hostile link must not fill the page."""
    sentences = [refusal.instead(done) for refusal, done in problems]
    if len(problems) <= MAX_PROBLEMS:
        return sentences
    rest = problems[MAX_PROBLEMS - 1 :]
    named = [shorten(refusal.subject, 32) for refusal, _ in rest[:MAX_NAMED]]
    others = f" and {len(rest) - MAX_NAMED} more" if len(rest) > MAX_NAMED else ""
    parts = f"{len(rest)} more parts of the link could not be used"
    return [*sentences[: MAX_PROBLEMS - 1], f"{parts}: {', '.join(named)}{others}."]


def read_call_of(
    text: str,
    names: Mapping[str, Iterable[str]],
    stated: Callable[[str], Iterable[Setting]],
    owner: str,
) -> tuple[str, dict[str, Value], tuple[str, ...]]:
    """One call by itself: its key, what it sets, and what could not be used of it.

    Args:
        names: the keys that it may have, each with its other spellings.
        stated: what can be set of each.
        owner: what the sentences call it.

    Raises:
        ValueError: it is no call, or has no such key.
    """
    link = Link(versions.present())
    key, arguments = call_of(text, names, link)
    if key not in names:
        raise Refusal(f"{owner} cannot be of “{shorten(key)}”: take one of {', '.join(names)}")
    values = set_of(stated(key), arguments, owner, key, link)
    return key, values, tuple(few(link.problems))
