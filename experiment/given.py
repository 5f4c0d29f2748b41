"""What is given in place of an optimizer or a problem, answered with what to give instead."""

from __future__ import annotations

from typing import Any

from experiment.problems import PROBLEMS
from experiment.schedule import SCHEDULES
from optimizers import OPTIMIZERS, Optimizer
from registry import Registry
from settings import shown
from surfaces import SURFACES, Problem


def check_given(optimizer: Any, surface: Any) -> None:
    """Refuse what cannot be run.

    Raises:
        ValueError: it is no optimizer, or no surface or problem.
    """
    if not isinstance(optimizer, Optimizer):
        raise ValueError(no_optimizer(optimizer))
    if not isinstance(surface, Problem):
        raise ValueError(no_surface(surface))


def no_optimizer(value: Any) -> str:
    """What to give in place of a value that is no optimizer."""
    return _not_made(value, "An optimizer", "OPTIMIZERS", OPTIMIZERS)


def no_schedule(value: Any) -> str:
    """What to give in place of a value that is no schedule."""
    return _not_made(value, "A schedule", "SCHEDULES", SCHEDULES)


def _not_made(value: Any, what: str, name: str, registry: Registry[Any]) -> str:
    if isinstance(value, str) and value in registry:
        return f"{what} is given not by name, but as {name}[{value!r}]()."
    if value in registry.values():
        return f"{what} is given with its settings, as {name}[{value.key!r}]()."
    return f"{what} is one of {name} with its settings, not {shown(value)}{registry.nearest(value)}"


def no_surface(value: Any) -> str:
    """What to give in place of a value that is neither surface nor problem."""
    if isinstance(value, str) and value in PROBLEMS:
        return f"A race's problem is given not by name, but as PROBLEMS[{value!r}]."
    if isinstance(value, str) and value in SURFACES:
        return f"A race's surface is given not by name, but as SURFACES[{value!r}]."
    nearest = SURFACES.nearest(value)
    return (
        f"A race's surface is one of SURFACES or PROBLEMS, or from_formula(…), not "
        f"{shown(value)}{nearest}"
    )
