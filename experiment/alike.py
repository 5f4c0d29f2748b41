"""Which known method computes what a person's rule does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment.lane import Lane
from kept import TEXTS, remember
from optimizers import OPTIMIZERS, Optimizer, Rule, Unsuited
from settings import Setting

Array = NDArray[np.float64]

STEPS, FIRST = 60, 2
NEAR = 1e-10  # in parts of how far a path goes
_RANDOM = np.random.Generator(np.random.PCG64(0))
GRADIENTS = _RANDOM.standard_normal((STEPS, 2)) * np.exp(_RANDOM.standard_normal((STEPS, 1)))
START = np.array([0.7, -1.3])
MOST_SWITCHED = 3

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

    Both are given the same gradients, so that no surface magnifies a rounding. Settings that the
    rule has no letter for are at their defaults, or a weight decay at 0 and switches either way.
    """
    rule = lane.optimizer
    if not isinstance(rule, Rule):
        return ""
    return _alike(rule.text, rule.numbers, lane.factors(STEPS) is not None)


@remember(TEXTS)
def _alike(text: str, numbers: tuple[Any, ...], scheduled: bool) -> str:
    rule = Rule(text, numbers)
    begun = _path(rule, FIRST, scheduled)
    likely = [m for m in _candidates(rule.values()) if _apart(begun, m, scheduled) < np.inf]
    ours = _path(rule, STEPS, scheduled) if likely else begun
    found = [(m, apart) for m in likely if (apart := _apart(ours, m, scheduled)) < np.inf]
    if not found:
        return ""
    method, apart = min(found, key=lambda pair: _strangeness(pair[0]))
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
        given = {key: _letter(key, letters) for key in rows}
        given = {k: v for k, v in given.items() if v is not None and rows[k].admits(v)}
        options = [
            [{key: value} for value in _options(key, row)]
            for key, row in rows.items()
            if key not in given and len(_options(key, row)) > 1
        ]
        for chosen in islice(product(*options), 2**MOST_SWITCHED):
            changed: dict[str, Any] = dict(given)
            for each in chosen:
                changed |= each
            yield plain.with_values(**changed)


def _letter(key: str, letters: Mapping[str, Any]) -> Any:
    """What a rule's letters say of a method's setting; None for nothing."""
    return next((letters[name] for name in NAMES.get(key, (key,)) if name in letters), None)


def _options(key: str, row: Setting) -> tuple[Any, ...]:
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
    return [k for k, v in values.items() if v in _options(k, rows[k])[1:]]


def _told(key: str, value: Any) -> str:
    said = ("on" if value else "off") if isinstance(value, bool) else f"{value:g}"
    return f"{key.replace('_', ' ')} {said}"


def _path(optimizer: Optimizer, steps: int, scheduled: bool) -> Array:
    """The points (steps + 1, 2) under gradients that are the same for all."""
    points = np.full((steps + 1, 2), np.nan)
    points[0] = theta = START
    with np.errstate(all="ignore"):
        state = optimizer.init(theta)
        for t in range(1, steps + 1):
            now = optimizer.scheduled(1 / (1 + t)) if scheduled else optimizer
            theta, state = now.update(t, theta, GRADIENTS[t - 1], state)
            points[t] = theta
    return points


def _apart(ours: Array, other: Optimizer, scheduled: bool) -> float:
    """How far another's path is from ours, in parts of the largest coordinate.

    Infinite where it is another path.
    """
    try:
        theirs = _path(other, len(ours) - 1, scheduled)
    except (Unsuited, NotImplementedError):
        return np.inf
    went = np.abs(ours - START).max()
    apart = np.abs(theirs - ours).max()
    return float(apart / np.abs(ours).max()) if apart < NEAR * went else np.inf
