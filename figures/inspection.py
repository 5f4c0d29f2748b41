"""One lane's steps in numbers: its rule with the values of each step put in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import Lane, Trajectory
from figures.mathml import Node, mathml, parse
from figures.mathml import math as math_element
from optimizers import WORDS, Optimizer, Words

Array = NDArray[np.float64]

MOST_STEPS = 10_000  # into which one can look
NAMED = ("step", "position", "gradient", "loss")  # series that every method has
MOST_COORDINATES = 3  # of which the numbers are shown
BACK = 3  # how many steps back a rule looks, at most
FOLLOWED = ("m_hat", "m_bar", "m")  # what an adaptive method scales, where not the gradient
AVERAGES = (*FOLLOWED, "b")  # of gradients, in the order in which they are looked for
MOMENTUM = WORDS["m"][0]
ADAPTIVE = ("adaptive", "sign", "learning-rate free")  # families that treat coordinates apart
ROOTS = {"v": "√v", "v_hat": "√v̂", "s_hat": "√ŝ", "G": "√G"}
"""Of what a rule divides by, in symbols."""


@dataclass(frozen=True, eq=False)
class Series:
    """What changes from step to step, and what the rule calls it.

    Attributes:
        name: of an entry of the state, its key; for people. Empty for what is not worth a line.
        symbol: in LaTeX, at the row of step t; empty if the rule has no name for it.
        rows: (T+1, ...), row t is what holds after step t; nan where there is none.
        told: "before" or "after" where it belongs to one step, and stands there; else of both.
    """

    name: str
    symbol: str
    rows: Array
    told: str = ""

    @cached_property
    def names(self) -> dict[str, int]:
        """Every symbol that the rule can have for a row of it, with that row's distance from t."""
        name = _only(parse(self.symbol))
        base, _, index = name.rpartition("_")
        ahead = {"t+1": 1, "t": 0, "t−1": -1}.get(index)
        if ahead is None or not base:
            return {name: 0} if name else {}
        return {f"{base}_{_index(ahead - back)}": -back for back in range(BACK)}


def _index(ahead: int) -> str:
    return "t" + (f"+{ahead}" if ahead > 0 else f"−{-ahead}" if ahead else "")


@dataclass(frozen=True)
class Card:
    """A part of a step in words.

    Attributes:
        name, line: what it is called, and what it is.
        series: the places of those that it shows.
        along: the place of the one along which its arrow on the map goes; None where it has none.
    """

    name: str
    line: str
    series: tuple[int, ...]
    along: int | None = None


@dataclass(frozen=True, eq=False)
class Inspection:
    """What the player shows of one lane's steps.

    Attributes:
        coordinates: what those that are shown are called, which come first.
        lines: of the rule: in symbols and in numbers, as MathML. In numbers an element with the
            attribute data-at="i o k" stands for the k-th number of the i-th series, o rows away.
        series: first the step, the position, the gradient and the loss; last the effective
            learning rate.
        cards: first the gradient, where there is one, then what the method keeps, last the step.
        averaged: which of the series is its momentum; None where the method keeps none.
        adaptive: whether it gives each coordinate a learning rate of its own.
        scaling: what divides each coordinate by its own size, in symbols; empty for none.
        put_back: the steps that led to where a point is not allowed to be.
    """

    coordinates: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    series: tuple[Series, ...]
    cards: tuple[Card, ...]
    averaged: int | None
    adaptive: bool
    scaling: str
    put_back: Array

    def packed(self) -> dict[str, Any]:
        """As part of the head that `figures.wire.pack` takes."""
        size, places = self.series[0].rows.shape[1], _places(self.series)
        return {
            "axes": list(self.coordinates),
            "isWhole": size == len(self.coordinates),
            "lines": [list(line) for line in self.lines],
            "series": [
                {
                    "name": each.name,
                    "symbol": math_element(parse(each.symbol)) if each.symbol else "",
                    "shape": list(rows.shape[1:]),
                    "rows": rows.reshape(-1),
                    "told": each.told,
                }
                for each in self.series
                for rows in [self._shown(each.rows, size)]
            ],
            "places": {name: places[name] for name in NAMED},
            "most": MOST_STEPS,
            "cards": [asdict(card) for card in self.cards],
            "averaged": self.averaged,
            "adaptive": self.adaptive,
            "scaling": self.scaling,
            "putBack": self.put_back,
        }

    def _shown(self, rows: Array, size: int) -> Array:
        """What crosses the wire of rows (T+1, ...): of long runs the first steps."""
        rows = rows[: MOST_STEPS + 1]
        return rows[:, : len(self.coordinates)] if rows.shape[1:] == (size,) else rows


def inspection(
    lane: Lane, trajectory: Trajectory, steps: int, coordinates: Sequence[str] = ("x", "y")
) -> Inspection:
    """Lay out a run for inspection that was to have so many steps, and may have ended before.

    Args:
        coordinates: what they are called; of many, those worth a look, which come first.
    """
    optimizer = lane.optimizer
    series = tuple(_series(lane, trajectory, steps))
    names = {name: (i, back) for i, s in enumerate(series) for name, back in s.names.items()}
    rule = optimizer.rule_as_set()
    averages = _averages(optimizer, trajectory, series)
    return Inspection(
        coordinates=tuple(coordinates[:MOST_COORDINATES]),
        lines=tuple(
            (math_element(parse(line)), _in_numbers(line, optimizer, series, names))
            for line in rule
        ),
        series=series,
        cards=tuple(_cards(lane, trajectory, series, averages)),
        averaged=next(iter(averages), None),
        adaptive=optimizer.family in ADAPTIVE,
        scaling=ROOTS.get(optimizer.divides_by_as_set(), ""),
        put_back=(np.flatnonzero(trajectory.projected[:MOST_STEPS]) + 1).astype(np.float64),
    )


def _averages(
    optimizer: Optimizer, trajectory: Trajectory, series: tuple[Series, ...]
) -> tuple[int, ...]:
    """The places of its momentum, corrected first; none where it has none as it is set."""
    words, places = optimizer.words_as_set(), _places(series)
    found = [k for k in AVERAGES if k in trajectory.state and k in places]
    moving = any(words[key][0] == MOMENTUM for key in found)
    return tuple(places[key] for key in found) if moving else ()


def _cards(
    lane: Lane,
    trajectory: Trajectory,
    series: tuple[Series, ...],
    averages: tuple[int, ...],
) -> Iterator[Card]:
    """The gradient, what is kept, with entries of the same words together, and the step."""
    words, places = lane.optimizer.words_as_set(), _places(series)
    step, gradient = places["step"], places["gradient"]
    if np.isfinite(series[gradient].rows).any():
        yield Card("Gradient", _of_the_gradient(lane, trajectory), (gradient,), gradient)
    parts: dict[Words, list[int]] = {}
    for key, values in trajectory.state.items():
        if key in places and key != "step" and (key != "decay" or np.any(values)):
            parts.setdefault(words[key], []).append(places[key])
    for (name, line), shown in parts.items():
        along = next((place for place in averages if place in shown), None)
        yield Card(name, line, tuple(shown), along)
    yield Card(*words["step"], (step,), step)


def _of_the_gradient(lane: Lane, trajectory: Trajectory) -> str:
    line = "how steep the loss is where the step begins"
    given, true = trajectory.given, trajectory.gradient[:-1]
    if lane.clip:
        line += ", clipped"
    elif not np.isclose(given, true)[np.isfinite(given)].all():
        line += ", with noise"
    return f"{line}, plus λθ" if np.any(lane.optimizer.l2) else line


def _places(series: tuple[Series, ...]) -> dict[str, int]:
    return {each.name: i for i, each in enumerate(series) if each.name}


def effective_rate(optimizer: Optimizer, trajectory: Trajectory) -> Array:
    """How far each coordinate goes for each unit of what it follows: the learning rate it gets.

    What it follows is the averaged gradient where the method keeps one, else the gradient; what
    decoupled weight decay does is not counted.

    Returns:
        (T+1, d); row 0 is nan, as is where there is nothing to follow.
    """
    state = trajectory.state
    keys = FOLLOWED if "v" in state else AVERAGES
    two = trajectory.given.shape
    averages = [state[k] for k in keys if k in state and state[k].shape == two]
    followed = averages[0] if averages else met(optimizer, trajectory)
    with np.errstate(all="ignore"):
        went = np.abs(state["step"] - state.get("decay", 0.0)) if "step" in state else np.zeros(two)
        rate = np.where(followed != 0, went / np.abs(followed), np.nan)
    return np.concatenate([np.full((1, two[1]), np.nan), rate])


def met(optimizer: Optimizer, trajectory: Trajectory) -> Array:
    """The gradient that each step worked with, (T, d): with noise, clipping and L2 penalty."""
    with np.errstate(all="ignore"):
        g: Array = trajectory.given + optimizer.l2 * trajectory.theta[:-1]
    return g


def _series(lane: Lane, trajectory: Trajectory, steps: int) -> Iterator[Series]:
    optimizer, theta = lane.optimizer, trajectory.theta
    rows = len(theta)
    none = np.full((1, theta.shape[1]), np.nan)
    g = met(optimizer, trajectory)
    for key, after in trajectory.state.items():
        if optimizer.symbol(key) == "g_{t+1}":  # what a line search has met, and is not asked again
            g[1:] = np.where(np.isnan(g[1:]), after[:-1], g[1:])
    moves = np.concatenate([none, np.diff(theta, axis=0)])
    yield Series("step", r"\theta_t - \theta_{t-1}", moves, "after")
    yield Series("position", r"\theta_t", theta)
    yield Series("gradient", "g_t", np.concatenate([none, g]), "before")
    yield Series("loss", r"f(\theta_t)", trajectory.loss)
    yield Series("", "t", np.arange(rows, dtype=np.float64))
    lr, factors = optimizer.hyperparameters().get("lr"), lane.factors(steps)
    if lr is not None and factors is not None:
        scheduled = optimizer.values()["lr"] * factors[: rows - 1]
        rates = np.concatenate([[np.nan], scheduled])
        yield Series("scheduled lr", lr.symbol, rates, "before")
    with np.errstate(all="ignore"):
        before = optimizer.init(theta[0])
    for key, after in trajectory.state.items():
        if key == "step":
            continue  # the difference of two positions
        first = before.get(key, np.full(after.shape[1:], np.nan))
        symbol = optimizer.symbol(key)
        again = symbol == "g_t" and np.array_equal(after, g, equal_nan=True)
        history = np.concatenate([np.asarray(first, np.float64)[None], after])
        yield Series("" if again else key, symbol, history)
    rates = effective_rate(optimizer, trajectory)
    yield Series("effective learning rate", "", rates, "after")


def _in_numbers(
    line: str,
    optimizer: Optimizer,
    series: tuple[Series, ...],
    names: dict[str, tuple[int, int]],
) -> str:
    """A line with the values of a step in place of its symbols; empty if they say nothing."""
    constants = {
        _only(parse(statement.symbol)): optimizer.values()[key]
        for key, statement in optimizer.hyperparameters().items()
        if statement.kind in ("number", "whole")
    }

    def value(node: Node) -> str | None:
        name = node.symbol
        if not name:
            return None
        if name in names:
            i, back = names[name]
            return _slots(i, back, series[i].rows.shape[1:])
        if name in constants:
            return _number(constants[name])
        return None

    told = []
    for statement in statements(parse(line)):
        left, right = statement
        if any(node.kind == "text" for node in walk(right)) or _is_initial(left):
            continue  # holds at some steps only
        substituted = mathml(right, value)
        if substituted == mathml(right):
            continue
        result = value(left)
        parts = [f"{mathml(left)}{EQUALS}{substituted}"]
        if result and substituted != result:
            parts.append(f"{EQUALS}{result}")  # apart, so that a line can break before it
        told.append("".join(f"<math><mrow>{part}</mrow></math>" for part in parts))
    return "".join(f"<span>{each}</span>" for each in told)


def statements(line: Node) -> list[tuple[Node, Node]]:
    """The equations of a line, which quads set apart: a symbol, and what it is."""
    found, begun = [], 0
    for i, part in enumerate([*line.parts, Node("space", "1.0")]):
        if part.kind == "space" and part.text == "1.0":
            parts = line.parts[begun:i]
            if parts and parts[-1].flat == ",":
                parts = parts[:-1]
            begun = i + 1
            if len(parts) > 2 and parts[0].symbol and parts[1].flat == "=":
                found.append((parts[0], Node("row", parts=parts[2:])))
    return found


def walk(node: Node) -> Iterator[Node]:
    """A node and all its parts."""
    yield node
    for part in node.parts:
        yield from walk(part)


EQUALS = "<mo>=</mo>"


def _is_initial(symbol: Node) -> bool:
    return symbol.kind == "scripts" and symbol.parts[1].flat.isdigit()


def _only(row: Node) -> str:
    """The name of the one symbol that a row is; empty if it is more."""
    return row.parts[0].symbol if len(row.parts) == 1 else ""


def _number(number: float) -> str:
    digits, _, power = f"{number:.6g}".partition("e")
    written = f"{digits}e{int(power)}" if power else digits  # as static/number.js writes them
    return f"<mn>{written.replace('-', '−')}</mn>"


def _slots(i: int, back: int, shape: tuple[int, ...]) -> str | None:
    """Where the player puts the numbers: one, a short column, or a square of four."""
    if shape != (2, 2) and (len(shape) > 1 or sum(shape) > MOST_COORDINATES):
        return None

    def slot(k: int) -> str:
        return f'<mn data-at="{i} {back} {k}">0</mn>'

    if math.prod(shape) == 1:
        return slot(0)
    wide = 1 if len(shape) == 1 else shape[1]
    cells = [[slot(row * wide + k) for k in range(wide)] for row in range(shape[0])]
    rows = "".join(f"<mtr>{''.join(f'<mtd>{c}</mtd>' for c in row)}</mtr>" for row in cells)
    return f"<mrow><mo>[</mo><mtable>{rows}</mtable><mo>]</mo></mrow>"
