"""Optimizers, one a file: a module dropped into this folder is found and registered here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from optimizers.base import (
    FAMILIES,
    WORDS,
    Loss,
    Optimizer,
    State,
    Unsuited,
    Words,
    hyperparameter,
    norm,
)
from optimizers.rule import Rule, from_rule
from registry import Registry

__all__ = [
    "FAMILIES",
    "LEFT_OUT",
    "OPTIMIZERS",
    "WORDS",
    "Loss",
    "Optimizer",
    "Rule",
    "State",
    "Unsuited",
    "Words",
    "from_rule",
    "hyperparameter",
    "norm",
]


def _discover() -> dict[str, type[Optimizer]]:
    found = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for member in vars(module).values():
            own = isinstance(member, type) and member.__module__ == module.__name__
            if own and issubclass(member, Optimizer) and member not in (Optimizer, Rule):
                found[member.key] = member
    return found


OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer", _discover())
"""Every published method's class under its key, which is the name of its file."""

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {"AdamP": "Adam", "SM3": "Adagrad with momentum"}
    | dict.fromkeys(("CAME", "GaLore", "Kron", "Adam-mini"), "another method")
)
"""Methods left out on purpose, and what two parameters instead of large matrices make of each."""
