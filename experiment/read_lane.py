"""Who a link says takes part: lanes, with the optimizer and the schedule of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from experiment import mended
from experiment.arguments import (
    FIRST,
    OPTIMIZER_NAMES,
    Link,
    admitted,
    call_of,
    known_of,
    switch,
    word_of,
)
from experiment.budget import MAX_LANES
from experiment.calls import QUOTES, shorten, split
from experiment.lane import Lane
from experiment.schedule import SCHEDULES, Schedule
from experiment.written import value_text
from formulas.rule import read_rule
from optimizers import OPTIMIZERS, Optimizer, Rule
from optimizers.sources import Function
from settings import Refusal, Setting, statements

SCHEDULE_NAMES = {
    key: (key, cls.name, cls.__name__, *([cls.torch] if cls.torch else []))
    for key, cls in SCHEDULES.items()
}
VARIANTS = {
    (of, setting): key
    for key, cls in OPTIMIZERS.items()
    if isinstance(cls.reference, Function) and cls.reference.module == "torch.optim"
    for of, other in OPTIMIZERS.items()
    if other.reference == replace(cls.reference, arguments={})
    for setting in cls.reference.arguments
}
"""Which optimizer torch has as a switch or a setting of another: SGD's nesterov and momentum."""
S = TypeVar("S", Optimizer, Schedule)


def lanes_of(texts: Sequence[str], link: Link) -> tuple[Lane, ...]:
    """Those that can be read; none where no one can."""
    texts = [lane for text in texts for lane in split(text) or [text]]
    if len(texts) > MAX_LANES:
        link.say(Refusal(f"The link has {len(texts)} lanes"), FIRST.format(MAX_LANES))
    lanes = []
    for text in texts[:MAX_LANES]:
        try:
            lanes.append(_lane(text, link))
        except Refusal as refusal:
            link.say(refusal, "the lane was left out")
    if not lanes:
        link.say(Refusal("No lane could be read"), "those of the opening race were used instead")
    return tuple(lanes)


def _lane(text: str, link: Link) -> Lane:
    name, arguments = call_of(text, OPTIMIZER_NAMES, link)
    readers: dict[str, Callable[[str], Any]] = {
        "schedule": lambda text: _schedule(text, link),
        **{key: partial(admitted, row) for key, row in statements(Lane).items()},
        "label": lambda text: text.strip(QUOTES),
    }
    run = {}
    for key in list(arguments):
        if (meant := word_of(key, list(readers))) in readers:
            run[meant] = arguments.pop(key)
    lane = Lane(_optimizer(name, arguments, link))
    for key in readers:
        if key in run:
            try:
                lane = replace(lane, **{key: readers[key](run[key])})
            except Refusal as refusal:
                link.use("none", refusal)
    return lane


def _optimizer(name: str, arguments: dict[str, str], link: Link) -> Optimizer:
    if name == Rule.key:
        return _rule(arguments, link)
    if name not in OPTIMIZERS:
        raise Refusal(f"There is no optimizer “{shorten(name)}”")
    for (base, setting), variant in sorted(VARIANTS.items(), reverse=True):
        if (
            name == base
            and setting in arguments
            and setting not in OPTIMIZERS[base].hyperparameters()
        ):
            if setting not in OPTIMIZERS[variant].hyperparameters():  # a switch
                name = variant if switch(arguments.pop(setting), False) else name
            else:
                name = variant
    return _stated(OPTIMIZERS[name], arguments, link)


def _schedule(text: str, link: Link) -> Schedule:
    name, arguments = call_of(text, SCHEDULE_NAMES, link)
    if name not in SCHEDULES:
        raise Refusal(f"There is no schedule “{shorten(name)}”")
    return _stated(SCHEDULES[name], arguments, link)


def _rule(arguments: dict[str, str], link: Link) -> Rule:
    """The next of the rules that a person wrote, with numbers for its letters."""
    if not link.rules:
        raise Refusal("lane=rule", "needs a rule, such as rule=x=x-lr*g")
    text = link.rules.pop(0)
    try:
        rule = Rule(read_rule(text, lost_plus=True).text)
    except Refusal as refusal:
        try:
            rule = Rule(read_rule(mended.formula(text)[0], lost_plus=True).text)
        except Refusal:
            raise refusal from None
    return rule.with_values(**_values_of(rule, arguments, link))


def _stated(cls: type[S], arguments: dict[str, str], link: Link) -> S:
    """An optimizer or a schedule from its arguments."""
    return cls(**_values_of(cls, arguments, link))


def _values_of(
    cls: type[Optimizer] | type[Schedule] | Rule, arguments: dict[str, str], link: Link
) -> dict[str, Any]:
    """The values that a call sets, each checked by itself."""
    statements = cls.hyperparameters()
    values = {}
    for key, text in known_of(_listed(arguments, statements), statements, cls.name, cls.key, link):
        statement = statements[key]
        try:
            value = _value(statement, text, link)
        except Refusal as refusal:  # the optimizer in a wrapper
            link.use(value_text(statement.default), refusal)
            continue
        if value is not None and statement.admits(value):
            values[key] = value
        else:
            link.use(
                value_text(statement.default),
                Refusal(f"{cls.name}'s {key}", f"must be {statement.range}, not “{shorten(text)}”"),
            )
    return values


def _listed(arguments: Mapping[str, str], statements: Mapping[str, object]) -> dict[str, str]:
    """The arguments, with each of a list, as torch's betas=(0.9,0.999), under its own name."""
    out: dict[str, str] = {}
    for key, text in arguments.items():
        values = mended.values(text)
        for stem in (key, key.removesuffix("s")):
            names = [f"{stem}{i}" for i in range(1, len(values) + 1)]
            if len(names) > 1 and all(name in statements for name in names):
                out |= dict(zip(names, values, strict=True))
                break
        else:
            out[key] = text
    return out


def _value(statement: Setting, text: str, link: Link) -> Any:
    """A hyperparameter's value from its text; None where it cannot be read as one.

    Refusal: a wrapper's optimizer cannot be read, and why.
    """
    match statement.kind:
        case "switch":
            return switch(text, None)
        case "choice":
            return word_of(text, statement.choices)
        case "optimizer":
            return _optimizer(*call_of(text, OPTIMIZER_NAMES, link), link)
        case "whole":
            return mended.whole(text)
    return mended.number(text)
