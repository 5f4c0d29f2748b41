"""A lane's ribbon as it is drawn: on the map its strands, on the curve the band of their losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import Drawn, Ribbon
from figures.plane import Plane
from figures.relief import Relief
from surfaces import Surface

Array = NDArray[np.float64]

BEYOND = 1.0  # of the picture's width, on each side: further out a strand is not followed


def with_strands(
    plane: Plane, ribbons: Sequence[Ribbon], surface: Surface | Drawn, side: Relief | None = None
) -> Plane:
    """The map with the strands of the ribbons that fray, from there on.

    Args:
        side: the heights of a picture from the side, which stand in place of y.
    """
    found = [_strands(ribbon, surface, side) for ribbon in ribbons]
    return _with(plane, "ribbon", found)


def _strands(
    ribbon: Ribbon, surface: Surface | Drawn, side: Relief | None
) -> dict[str, Array] | None:
    """One strand's vertices after the other; numbers are for the eye only, as `wire` has them."""
    if not len(ribbon.points):
        return None
    # A problem may draw a point by its place on the path.
    before = 0 if isinstance(surface, Surface) else ribbon.first
    whole = (np.pad(s, ((before, 0), (0, 0))) for s in np.moveaxis(ribbon.points, 2, 0))
    at = np.stack([surface.drawn(strand)[before:] for strand in whole])
    low, wide = surface.domain.low, surface.domain.width
    with np.errstate(all="ignore"):
        at = np.clip(at, low - BEYOND * wide, low + (1 + BEYOND) * wide)
        x, y = np.moveaxis(at, 2, 0)  # (STRANDS, k)
        if side is not None:
            y = side.height(ribbon.losses.T)
    y = np.where(np.isfinite(x) & np.isfinite(y), y, np.nan)
    step = ribbon.first + np.arange(len(ribbon.points), dtype=np.float64)
    eye: Any = np.float32
    return {"x": x.astype(eye).ravel(), "y": y.astype(eye).ravel(), "step": step}


def with_bands(curve: Plane, ribbons: Sequence[Ribbon]) -> Plane:
    """The losses of each lane with the lowest and the highest of its ribbon, where it is frayed."""
    pairs = zip(curve.lanes, ribbons, strict=False)
    return _with(curve, "band", [_band(lane["step"], ribbon) for lane, ribbon in pairs])


def _band(steps: NDArray[np.int_], ribbon: Ribbon) -> dict[str, Array] | None:
    """ "low" and "high" (k,) at the steps of a curve; nan where the ribbon is whole, or ends."""
    if ribbon.frays is None:
        return None
    known = steps[steps < len(ribbon.frayed)]
    bounds = np.full((2, len(steps)), np.nan)
    bounds[:, : len(known)] = np.where(
        ribbon.frayed[known], np.stack([ribbon.low, ribbon.high])[:, known], np.nan
    )
    return {"low": bounds[0].copy(), "high": bounds[1].copy()}


def _with(plane: Plane, key: str, found: Sequence[dict[str, Array] | None]) -> Plane:
    if not any(found):
        return plane
    pairs = zip(plane.lanes, found, strict=True)
    return replace(plane, lanes=[{**lane, **({key: each} if each else {})} for lane, each in pairs])
