"""What is given in place of an optimizer or a problem, answered with what to give instead."""

from __future__ import annotations

from typing import Any

from experiment.problems import PROBLEMS
from optimizers import OPTIMIZERS, Optimizer
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
    if isinstance(value, str) and value in OPTIMIZERS:
        return f"An optimizer is given not by name, but as OPTIMIZERS[{value!r}]()."
    if isinstance(value, type) and issubclass(value, Optimizer):
        return f"An optimizer is given with its settings, as OPTIMIZERS[{value.key!r}]()."
    nearest = OPTIMIZERS.nearest(value)
    return f"An optimizer is one of OPTIMIZERS with its settings, not {shown(value)}{nearest}"


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
