"""Which known method computes what a person's rule does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment.lane import Lane
from formulas.tree import names
from kept import TEXTS, remember
from optimizers import OPTIMIZERS, Optimizer, Rule, Unsuited
from settings import Setting

Array = NDArray[np.float64]

STEPS, FIRST, LONG = 60, 2, 1000
NEAR = 1e-10  # in parts of how far a path goes
_RANDOM = np.random.Generator(np.random.PCG64(0))
GRADIENTS = _RANDOM.standard_normal((STEPS, 2)) * np.exp(_RANDOM.standard_normal((STEPS, 1)))
START = 0.7, -1.3
LATE = tuple(t for first in (100, 1000, 10**4, 10**5) for t in range(first, first + 5))
STEEP, FLAT = 1e6, 1e-6
MOST_SWITCHED = 3


@dataclass(frozen=True)
class Trial:
    """What two methods are given alike.

    Attributes:
        times: the numbers of the steps.
        scale: of the gradients.
        start: where both begin.
    """

    times: Sequence[int] = range(1, STEPS + 1)
    scale: float = 1.0
    start: tuple[float, float] = START


NAMES: Mapping[str, tuple[str, ...]] = {
    "lr": ("lr", "alpha", "eta", "gamma"),
    "momentum": ("momentum", "mu", "beta", "beta1"),
    "beta1": ("beta1", "beta"),
    "beta": ("beta", "beta1"),
    "alpha": ("rho", "alpha", "beta", "beta2"),
    "weight_decay": ("lambda",),
}
"""What a method's setting can be called in a rule."""


def alike(lane: Lane) -> str:
    """That a known method at the same settings computes a lane's rule, in a sentence; or nothing.

    Both are given the same gradients, so that no surface magnifies a rounding: some, very steep and
    very flat ones, and late steps. Settings that the rule has no letter for are at their defaults,
    or a weight decay at 0 and switches either way.
    """
    rule = lane.optimizer
    if not isinstance(rule, Rule):
        return ""
    return _alike(rule.text, rule.numbers, lane.factors(STEPS) is not None)


@remember(TEXTS)
def _alike(text: str, numbers: tuple[Any, ...], scheduled: bool) -> str:
    rule = Rule(text, numbers)
    likely = list(_candidates(rule.values()))
    found: list[tuple[Optimizer, float]] = []
    for trial in (Trial(range(1, FIRST + 1)), Trial()):
        if not likely:
            return ""
        ours = _path(rule, trial, scheduled)
        found = [(m, _apart(ours, m, trial, scheduled)) for m in likely]
        found = [(method, apart) for method, apart in found if apart < np.inf]
        likely = [method for method, _ in found]
    found.sort(key=lambda pair: _strangeness(pair[0]))
    others = [(trial, _path(rule, trial, scheduled)) for trial in _others(rule) if found]
    for method, apart in found:
        if all(_apart(path, method, trial, scheduled) < np.inf for trial, path in others):
            return _sentence(method, apart)
    return ""


def _others(rule: Rule) -> Iterator[Trial]:
    """Where a rule that goes like a method for some steps can go otherwise."""
    small = Trial(scale=FLAT, start=(START[0] * FLAT, START[1] * FLAT))
    yield from (Trial(scale=STEEP), small)
    if _has_clock(rule):
        yield Trial(range(1, LONG + 1))
    elif any("t" in names(line.tree) for line in rule.equations.lines):
        yield Trial(LATE)


def _has_clock(rule: Rule) -> bool:
    """Whether a rule keeps what goes on by itself, whatever the gradients are."""
    moved = {"x", "g"}
    lines = [line for line in rule.equations.lines if line.name != "x"]
    for _ in lines:
        moved |= {line.name for line in lines if names(line.tree) & moved}
    kept = rule.equations.kept
    return any(line.name not in moved and names(line.tree) & {*kept} for line in lines)


def _sentence(method: Optimizer, apart: float) -> str:
    set_ = [_told(key, method.values()[key]) for key in _changed(method)]
    name = f"{method.name} ({', '.join(set_)})" if set_ else method.name
    exact = "to the last bit" if apart == 0 else f"to {10.0 ** np.ceil(np.log10(apart)):.0e}"
    return f"Computes what {name} computes here, {exact}."


def _candidates(letters: Mapping[str, Any]) -> Iterator[Optimizer]:
    """Methods whose settings are the rule's letters, and defaults."""
    for cls in OPTIMIZERS.values():
        rows = cls.hyperparameters()
        plain = cls()
        if plain.wraps or not cls.vectorized or cls.step is not Optimizer.step:
            continue
        named = {key: _letter(key, letters) for key in rows}
        named = {k: v for k, v in named.items() if v and rows[k].admits(letters[v])}
        shared = [key for key, name in named.items() if [*named.values()].count(name) > 1]
        given = {key: letters[name] for key, name in named.items()}
        options = [
            [{key: value} for value in values]
            for key, row in rows.items()
            if len(values := _options(key, row, given, key in shared)) > 1
        ]
        for chosen in islice(product(*options), 2**MOST_SWITCHED):
            changed: dict[str, Any] = dict(given)
            for each in chosen:
                changed |= each
            yield plain.unchecked(**changed)


def _letter(key: str, letters: Mapping[str, Any]) -> str:
    """Which of a rule's letters is a method's setting; empty for none."""
    return next((name for name in NAMES.get(key, (key,)) if name in letters), "")


def _options(key: str, row: Setting, given: Mapping[str, Any], is_shared: bool) -> tuple[Any, ...]:
    """What a setting is tried at; one that shares its letter with another, at its default, too."""
    if key in given:
        return (given[key], row.default) if is_shared else (given[key],)
    return _free(key, row)


def _free(key: str, row: Setting) -> tuple[Any, ...]:
    if row.kind == "switch":
        return row.default, not row.default
    if key == "weight_decay" and row.default:
        return row.default, 0.0
    return (row.default,)


def _strangeness(method: Optimizer) -> tuple[int, int, int]:
    """How far a method is from the plainest that computes the same."""
    changed = _changed(method)
    weights = sum(1 if key == "weight_decay" else 2 for key in changed)
    return weights, len(method.values()), method.year


def _changed(method: Optimizer) -> list[str]:
    """The settings of a candidate that are neither a rule's letters nor at their defaults."""
    rows, values = method.hyperparameters(), method.values()
    return [k for k, v in values.items() if v in _free(k, rows[k])[1:]]


def _told(key: str, value: Any) -> str:
    said = ("on" if value else "off") if isinstance(value, bool) else f"{value:g}"
    return f"{key.replace('_', ' ')} {said}"


def _path(optimizer: Optimizer, trial: Trial, scheduled: bool) -> Array:
    """The points (steps + 1, 2) under gradients that are the same for all."""
    points = np.full((len(trial.times) + 1, 2), np.nan)
    points[0] = theta = np.array(trial.start)
    with np.errstate(all="ignore"):
        state = optimizer.init(theta)
        for i, t in enumerate(trial.times):
            now = optimizer.scheduled(1 / (1 + t)) if scheduled else optimizer
            g = trial.scale * GRADIENTS[i % STEPS]
            theta, state = now.update(t, theta, g, state)
            points[i + 1] = theta
    return points


def _apart(ours: Array, other: Optimizer, trial: Trial, scheduled: bool) -> float:
    """How far another's path is from ours, in parts of the largest coordinate.

    Infinite where it is another path.
    """
    try:
        theirs = _path(other, trial, scheduled)
    except (Unsuited, NotImplementedError):
        return np.inf
    went = np.abs(ours - ours[0]).max()
    apart = np.abs(theirs - ours).max()
    return float(apart / np.abs(ours).max()) if apart < NEAR * went else np.inf
