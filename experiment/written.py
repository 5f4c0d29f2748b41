"""What is set, as a link spells it: values, and the calls of lanes."""

from __future__ import annotations

import re
from typing import Any

from experiment.calls import WRAPPED, write_call
from experiment.lane import CONSTANT, Lane
from optimizers import Optimizer
from settings import Stated, statements


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number: 1, 0.001, 1e-5."""
    return re.sub(r"\.0$", "", repr(value)).replace("e-0", "e-").replace("e+", "e")


def value_text(value: Any) -> str:
    """What is set, as a link spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Optimizer):
        return write_call(value.key, changed(value))
    return value if isinstance(value, str) else number_text(value)


def changed(stated: Stated) -> dict[str, str]:
    """What is not at its default; a wrapped optimizer stands first, without its name."""
    texts = {}
    statements = stated.hyperparameters()
    for key, value in stated.values().items():
        if isinstance(value, Optimizer):
            texts[WRAPPED] = value_text(value)
        elif value != statements[key].default:
            texts[key] = value_text(value)
    return texts


def numbers_text(numbers: tuple[float, ...]) -> str:
    """Numbers in a row, as those of a start."""
    return ",".join(map(number_text, numbers))


def lane_text(lane: Lane) -> str:
    """One lane in the link's call syntax."""
    arguments = changed(lane.optimizer)
    if lane.schedule != CONSTANT:
        arguments["schedule"] = write_call(lane.schedule.key, changed(lane.schedule))
    for key, statement in statements(Lane).items():
        if (value := getattr(lane, key)) != statement.default:
            arguments[key] = value_text(value)
    return write_call(lane.optimizer.key, arguments)
