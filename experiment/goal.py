"""A loss that a race is to reach, where nobody has said one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surfaces import Surface


def usual_goal(surface: Surface, start: Sequence[float]) -> float:
    """A thousandth of the way from the start's loss down to the lowest known."""
    high = float(surface.value(start))
    stated = np.array(surface.minima).reshape(-1, 2).T
    low = float(surface.value(stated).min(initial=min(high, 0.0)))
    return float(f"{low + 1e-3 * (high - low):.3g}") if high > low else low
