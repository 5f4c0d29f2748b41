"""A configured rule, run once on symbols."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from kept import GRAPHS, Kept
from kernels.graph import ANSWER, POINT, SETTING, STATE, STEP, Entry, Graph, Question, Untraceable
from kernels.symbols import Structural, Symbol, Tracing
from optimizers import Optimizer, Unsuited

ANSWERS: dict[str, tuple[int, ...]] = {"value": (), "gradient": (2,), "hessian": (3,)}
"""The shape of what is answered in the plane: of a Hessian xx, xy and yy."""
ON_A_LINE: dict[str, tuple[int, ...]] = {"value": (), "gradient": (1,)}
"""The same of a loss of one number."""

Key = tuple[Any, ...]
Asked = tuple[str, tuple[int, ...], int]
"""What is asked, at which point, and how often the same was asked for before in the step."""


def traced(optimizer: Optimizer) -> Graph:
    """One step of a rule in the plane as a graph; kept by rule and switches.

    Raises:
        Untraceable: there is none; the sentence says why.
    """
    key, numbers = _switches(optimizer), dict(settings(optimizer))
    found = _kept.get(key, partial(_attempt, optimizer, ()))
    while isinstance(found, tuple):
        fixed = tuple((name, numbers[name]) for name in found)
        found = _kept.get((key, fixed), partial(_attempt, optimizer, found))
    if isinstance(found, str):
        raise Untraceable(found)
    return found


def forget() -> None:
    """Drop all graphs that are kept."""
    _kept.clear()


def settings(optimizer: Optimizer, before: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers among a rule's settings, by their places: "lr", "base.lr"."""
    for name, value in optimizer.values().items():
        if isinstance(value, Optimizer):
            yield from settings(value, f"{before}{name}.")
        elif _is_number(value):
            yield before + name, value


_kept: Kept[Key, Graph | tuple[str, ...] | str] = Kept(GRAPHS)
"""By rule and switches the graph; or the numbers that are no arguments, under which it is then
kept; or the sentence that says why there is none."""


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str | None)


def _switches(optimizer: Optimizer) -> Key:
    """What decides the graph: the rule and all of its settings that are no numbers."""
    values = optimizer.values().values()
    return (
        type(optimizer),
        optimizer.written,
        optimizer.shapes,
        *(
            _switches(value) if isinstance(value, Optimizer) else value
            for value in values
            if isinstance(value, Optimizer) or not _is_number(value)
        ),
    )


def _attempt(optimizer: Optimizer, structural: tuple[str, ...]) -> Graph | tuple[str, ...] | str:
    """What is kept, if these numbers are no arguments."""
    try:
        return _traced(optimizer, structural)
    except Structural as setting:
        return (*structural, str(setting))
    except Untraceable as error:
        return str(error)


def _traced(optimizer: Optimizer, structural: tuple[str, ...]) -> Graph:
    if not optimizer.vectorized:
        raise Untraceable(
            f"{optimizer.name} searches from point to point, so that its steps have no one graph."
        )
    size = sum(map(math.prod, optimizer.shapes))
    if size not in (1, 2):
        raise Untraceable(f"{optimizer.name} is told of more than the two numbers of a graph.")
    tracing = Tracing()
    rule = _with_symbols(tracing, optimizer, structural)
    theta = tracing.inputs(POINT, POINT, (size,))
    try:
        initial = {
            key: tracing.entry(value)
            for key, value in rule.init(theta).items()  # type: ignore[arg-type]
        }
        state = {key: tracing.inputs(STATE, key, each.shape) for key, each in initial.items()}
        step = tracing.inputs(STEP, STEP)
        asking = _Asking(tracing, theta)

        def run() -> _Step:
            asking.asked = {}
            try:
                after, new = rule.step(step, theta, asking, dict(state))  # type: ignore[arg-type]
            except Unsuited:
                return _Step(None, {}, asking.asked, tracing.constant(value=True))
            entries = {key: tracing.entry(value) for key, value in new.items()}
            return _Step(tracing.entry(after), entries, asking.asked, tracing.constant(value=False))

        rates = _rates(tracing, rule)
        done = tracing.explore(run, partial(_joined, tracing))
    except Structural:
        raise
    except Untraceable as error:
        raise Untraceable(f"{optimizer.name} {error}.") from None
    except Exception as error:
        raise Untraceable(f"{optimizer.name} does what has no graph: {error}.") from error
    if done.theta is None:
        raise Untraceable(f"{optimizer.name} goes on with no loss.")
    begun = {key: done.state[key].shape for key in initial if key in done.state}
    if begun != {key: entry.shape for key, entry in initial.items()}:
        raise Untraceable(f"{optimizer.name} does not keep what it began with.")
    never = tracing.constant(value=False)
    questions = []
    for key, number in asking.numbers.items():
        kind, point, _ = key
        answer = tracing.inputs(ANSWER, f"{kind}{number}", _answers(size)[kind])
        questions.append(Question(kind, point, done.asked.get(key, never), tracing.entry(answer)))
    names = tuple(name for name, _ in settings(optimizer) if name not in structural)
    return _in_order(
        Graph(
            tuple(tracing.nodes),
            names,
            MappingProxyType(initial),
            done.theta,
            MappingProxyType(done.state),
            tuple(questions),
            done.refuses,
            rates,
        )
    )


def _rates(tracing: Tracing, rule: Optimizer) -> frozenset[str]:
    """The settings that a schedule multiplies, of a rule with symbols for its numbers."""
    factor = tracing.inputs("factor", "factor")
    scheduled = dict(settings(rule.scheduled(factor)))  # type: ignore[arg-type]
    changed = {name: each for name, each in settings(rule) if scheduled[name] is not each}
    for name, each in changed.items():
        if tracing.entry(scheduled[name]) != tracing.entry(each * factor):
            raise Untraceable(f"takes a schedule in its own way, in {name}")
    return frozenset(changed)


def _in_order(graph: Graph) -> Graph:
    """The graph without what nothing needs, each answer after all that its question needs."""
    places: dict[int, int] = {}
    asked = {each: (*q.point, q.when) for q in graph.questions for each in q.answer.nodes}

    def visit(place: int) -> None:
        if place not in places:
            for operand in (*graph.nodes[place].operands, *asked.get(place, ())):
                visit(operand)
            places[place] = len(places)

    def moved(entry: Entry) -> Entry:
        return Entry(entry.shape, tuple(places[each] for each in entry.nodes))

    for question in graph.questions:
        for each in question.answer.nodes:
            visit(each)
    for entry in graph.initial.values():
        for each in entry.nodes:
            visit(each)
    for each in graph.results:
        visit(each)
    return Graph(
        tuple(graph.nodes[place].of(places) for place in places),
        graph.settings,
        MappingProxyType({key: moved(entry) for key, entry in graph.initial.items()}),
        moved(graph.theta),
        MappingProxyType({key: moved(entry) for key, entry in graph.state.items()}),
        tuple(
            Question(q.kind, tuple(places[p] for p in q.point), places[q.when], moved(q.answer))
            for q in graph.questions
        ),
        places[graph.refuses],
        graph.rates,
    )


def _with_symbols(
    tracing: Tracing, optimizer: Optimizer, structural: tuple[str, ...], before: str = ""
) -> Optimizer:
    """The rule with symbols for its numbers."""
    symbols: dict[str, Any] = {}
    for name, value in optimizer.values().items():
        place = before + name
        if isinstance(value, Optimizer):
            symbols[name] = _with_symbols(tracing, value, structural, f"{place}.")
        elif _is_number(value) and place not in structural:
            symbols[name] = tracing.inputs(SETTING, place)
    return optimizer.unchecked(**symbols)


@dataclass
class _Asking:
    """A loss that notes what it is asked; the same asked for again is another question."""

    tracing: Tracing
    theta: Symbol
    asked: dict[Asked, int] = field(default_factory=dict)
    numbers: dict[Asked, int] = field(default_factory=dict)

    def value(self, theta: Symbol) -> Symbol:
        return self._ask("value", theta)

    def gradient(self, theta: Symbol) -> Symbol:
        return self._ask("gradient", theta)

    def hessian(self, theta: Symbol) -> Symbol:
        xx, xy, yy = self._ask("hessian", theta)
        stack: Callable[[list[Symbol]], Symbol] = np.stack  # type: ignore[assignment]
        return stack([stack([xx, xy]), stack([xy, yy])])

    def _ask(self, kind: str, theta: Symbol) -> Symbol:
        if theta.shape != self.theta.shape:
            raise Untraceable("asks about several points at once")
        answers = _answers(len(self.theta.places))
        if kind not in answers:
            raise Untraceable("asks how a loss of one number is curved")
        point = tuple(theta.places)
        times = sum(other[:2] == (kind, point) for other in self.asked)
        key = (kind, point, times)
        number = self.numbers.setdefault(key, len(self.numbers))
        self.asked[key] = self.tracing.constant(value=True)
        return self.tracing.inputs(ANSWER, f"{kind}{number}", answers[kind])


def _answers(size: int) -> dict[str, tuple[int, ...]]:
    return ANSWERS if size == 2 else ON_A_LINE


@dataclass(frozen=True)
class _Step:
    """What a step gives on one path, or on several; theta is None where the method refuses."""

    theta: Entry | None
    state: dict[str, Entry]
    asked: dict[Asked, int]
    refuses: int


def _joined(tracing: Tracing, truth: int, there: _Step, elsewhere: _Step) -> _Step:
    never = tracing.constant(value=False)
    asked = {
        key: tracing.where(truth, there.asked.get(key, never), elsewhere.asked.get(key, never))
        for key in there.asked | elsewhere.asked
    }
    refuses = tracing.where(truth, there.refuses, elsewhere.refuses)
    if there.theta is None or elsewhere.theta is None:
        known = elsewhere if there.theta is None else there
        return _Step(known.theta, known.state, asked, refuses)
    if there.state.keys() != elsewhere.state.keys():
        raise Untraceable("keeps something else from one step to the next")
    join: Callable[[Entry, Entry], Entry] = partial(_entries, tracing, truth)
    state = {key: join(entry, elsewhere.state[key]) for key, entry in there.state.items()}
    return _Step(join(there.theta, elsewhere.theta), state, asked, refuses)


def _entries(tracing: Tracing, truth: int, there: Entry, elsewhere: Entry) -> Entry:
    if there.shape != elsewhere.shape:
        raise Untraceable("keeps arrays of another shape from one step to the next")
    pairs = zip(there.nodes, elsewhere.nodes, strict=True)
    return Entry(there.shape, tuple(tracing.where(truth, *pair) for pair in pairs))
