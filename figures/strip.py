"""A strip under a slider: how a lane ends at each of its places, and how dark that is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment import Experiment
from experiment.strip import Strip
from figures.relief import relief
from surfaces import Surface

Array = NDArray[np.float64]


def strip_shown(race: Experiment, strip: Strip) -> dict[str, Any]:
    """What static/strip.js shows of a strip that the server ran, as static/ends.js has it."""
    ends = zip(strip.loss, strip.diverged, strip.stopped, _shares(race, strip.loss), strict=True)
    return {
        "stops": list(strip.values),
        "ends": [
            {
                "loss": _number(loss),
                "diverged": bool(diverged),
                "stopped": bool(stopped),
                "share": _number(share),
            }
            for loss, diverged, stopped, share in ends
        ],
        "limit": strip.limit and list(strip.limit),
        "theory": None,
        "runs": strip.runs,
    }


def _shares(race: Experiment, loss: Array) -> Array:
    """Where losses lie between the lowest height of the picture and the greatest, 0 to 1.

    A problem that is drawn otherwise has no heights: from the lowest reached to the start's.
    """
    if isinstance(race.surface, Surface):
        seen = relief(race.surface, race.scale)
        height, low, high = seen.height(loss), seen.low, seen.high
    else:
        height, high = loss, float(race.surface.value(np.array(race.start)))
        low = float(np.nanmin(loss))
        if high <= low:  # none ends below the start
            high = float(np.max(loss[np.isfinite(loss)], initial=low))
    share: Array = (height - low) / ((high - low) or 1.0)
    return share


def _number(value: float) -> float | None:
    """As JSON has it, which knows finite numbers only."""
    return float(value) if np.isfinite(value) else None
