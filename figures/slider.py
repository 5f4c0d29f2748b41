"""A number on a slider, as the browser shows it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from experiment import Experiment
from figures.style import axis_name
from settings import Setting


class Slider(NamedTuple):
    """What static/slider.js shows.

    Attributes:
        setting: what the number sets.
        name: what the number is.
        of: whose, for those who hear the page; empty where there is one only.
        value: what it shows.
        sets: which number of the race it is, as static/live.js names it; empty for none of those.
    """

    setting: Setting
    name: str
    of: str
    value: float
    sets: str = ""

    def packed(self, answered: int = 0) -> dict[str, Any]:
        """For the browser; `answered` is how many moves of it the page has answered."""
        setting = self.setting
        low, high = (end if math.isfinite(end) else None for end in (setting.low, setting.high))
        return {
            "name": self.name,
            "label": f"{self.name} of {self.of}" if self.of else self.name,
            "help": setting.help,
            "complement": axis_name(setting.symbol) if setting.scale == "complement" else "",
            "value": self.value,
            "stops": setting.stops,
            "waits": setting.waits,
            "answered": answered,
            "sets": self.sets,
            "admits": {
                "low": low,
                "high": high,
                "open": setting.high_open,
                "whole": setting.kind == "whole",
                "words": setting.range,
            },
        }


def lane_slider(experiment: Experiment, lane: int, name: str) -> Slider | None:
    """A slider of a lane, from 0; None where the race has no such setting there.

    Args:
        name: of the setting; of a method within another, as in "base.lr".
    """
    lanes = experiment.lanes
    if lane >= len(lanes):
        return None
    optimizer: Any = lanes[lane].optimizer
    *within, last = name.split(".")
    for part in within:
        optimizer = getattr(optimizer, part)
    if last not in optimizer.hyperparameters():
        return None
    setting = optimizer.hyperparameters()[last]
    words = {"lr": "Learning rate"}.get(last, last.replace("_", " "))
    of = lanes[lane].optimizer.name
    if len(lanes) > 1:
        of = f"lane {lane + 1}, {of}"
    symbol = axis_name(setting.symbol)
    label = words if words == symbol else f"{words} {symbol}"
    return Slider(setting, label, of, optimizer.values()[last], f"{lane}.{name}")
