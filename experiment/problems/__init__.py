"""Problems that are no f(x, y), one a file: a module with a PROBLEM is found and registered."""

from __future__ import annotations

import importlib
import pkgutil

from experiment.problems.base import Drawn
from registry import Registry

__all__ = ["PROBLEMS", "Drawn"]


def _discover() -> dict[str, Drawn]:
    modules = (
        importlib.import_module(f"{__name__}.{module_info.name}")
        for module_info in pkgutil.iter_modules(__path__)
    )
    found = (getattr(module, "PROBLEM", None) for module in modules)
    return {problem.key: problem for problem in found if isinstance(problem, Drawn)}


PROBLEMS: Registry[Drawn] = Registry("problem", _discover())
"""Every such problem under its key, which is the name of its file."""
