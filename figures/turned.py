"""Steps to a goal against the angle at which a surface lies, as static/dial.js draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from experiment import Experiment, called, short
from experiment.turned import Turns, turned_words
from figures.style import lane_style

ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def turned_chart(experiment: Experiment, found: Sequence[Turns]) -> dict[str, Any]:
    """The chart of all lanes, one of `found` each.

    "angles": of a quarter turn, in degrees; "most": steps at the chart's top; "words": the same in
    a sentence; "lanes": the "color", the "pattern" and the "steps" of each, None where it does not
    arrive.
    """
    steps = [each.steps for each in found]
    most = max((float(s[np.isfinite(s)].max(initial=0)) for s in steps), default=0.0)
    told = "; ".join(
        f"{name} {turned_words(each)}" for name, each in zip(called(experiment), found, strict=True)
    )
    lanes = [
        {
            "color": lane_style(i).color,
            "pattern": list(lane_style(i).pattern),
            "steps": [int(n) if math.isfinite(n) else None for n in each],
        }
        for i, each in enumerate(steps)
    ]
    return {
        "angles": found[0].angles.tolist(),
        "most": _above(most),
        "words": f"Steps to a loss of {short(found[0].goal)}, turned any way: {told}.",
        "lanes": lanes,
    }


def _above(most: float) -> int:
    """A round number that is no less."""
    power = 10.0 ** math.floor(math.log10(max(most, 1.0)))
    return math.ceil(next(part * power for part in ROUND if part * power >= max(most, 1.0)))
