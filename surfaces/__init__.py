"""Surfaces, one a file: a module dropped into this folder is found and registered here."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

from registry import Registry
from surfaces.callable_surface import from_callable
from surfaces.data_surface import CurveSurface, DataSurface
from surfaces.domain import Domain
from surfaces.problem import Problem
from surfaces.regression import Regression
from surfaces.surface import (
    FAMILIES,
    TYPED,
    TYPED_DOMAIN,
    Parameter,
    Surface,
    from_formula,
    typed_parameters,
)
from surfaces.tables.reading import look, read_csv
from surfaces.tables.table import ROW_NUMBER, Data, Reading, Seen, Table
from surfaces.transform import TRANSFORMS, Transform

__all__ = [
    "FAMILIES",
    "ROW_NUMBER",
    "SURFACES",
    "TRANSFORMS",
    "TYPED",
    "TYPED_DOMAIN",
    "CurveSurface",
    "Data",
    "DataSurface",
    "Domain",
    "Parameter",
    "Problem",
    "Reading",
    "Regression",
    "Seen",
    "Surface",
    "Table",
    "Transform",
    "from_callable",
    "from_formula",
    "look",
    "read_csv",
    "typed_parameters",
]


def _discover() -> dict[str, Surface]:
    found = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        surface = getattr(module, "SURFACE", None)
        if isinstance(surface, Surface):
            found[module_info.name] = replace(surface, key=module_info.name)

    def shelf(item: tuple[str, Surface]) -> tuple[int, str]:
        return (*FAMILIES, "").index(item[1].family), item[1].name

    return dict(sorted(found.items(), key=shelf))


SURFACES: Registry[Surface] = Registry("surface", _discover())
"""Every built-in surface under its key, which is the name of its file; by family, then by name."""
