"""What scripts for PyTorch and Optax have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiment import Experiment
from experiment.schedule import factors
from exports.script import MAIN, STATED, constants, lane_row, schedule_of
from exports.source import extract
from exports.words import race_words
from optimizers import Optimizer


@dataclass(frozen=True)
class Framework:
    """A library that differentiates and has methods of its own.

    Attributes:
        name: where its methods are, for people.
        setup: its imports, and the switch to float64.
        loss: the source of f(theta).
        run: the source of path(make, …).
        call: an optimizer -> a function that makes it there, and further arguments of `path`; None
            where it is not available.
    """

    name: str
    setup: str
    loss: str
    run: str
    call: Callable[[Optimizer], tuple[str, list[str]] | None]


def framework_script(experiment: Experiment, framework: Framework) -> str:
    """The script. In it `LANES` holds the lanes that the library has, `path` gives their points."""
    rows, schedules, absent = [], [], []
    for lane in experiment.lanes:
        made = framework.call(lane.optimizer)
        if made is None:
            absent.append(f"{lane.name} (its reference is {lane.optimizer.reference})")
            continue
        rows.append(lane_row(lane, *made))
        if schedule_of(lane):
            schedules.append(type(lane.schedule))
    says = (
        f"Every path is computed by {framework.name}, and is the one that was drawn but for "
        "rounding,\nwhich some methods magnify."
    )
    if absent:
        says += f"\n\nLeft out, because {framework.name} does not have it: {'; '.join(absent)}."
    parts = [f'"""{race_words(experiment)}\n\n{says}\n"""\n\n{framework.setup}']
    parts += [constants(experiment), framework.loss]
    if schedules:
        wanted = [*schedules, factors]
        parts += [STATED, extract(wanted, given=("Array", "Stated")).text + "\n"]
    parts += ["\n".join(["LANES = [", *rows, "]", ""]), framework.run, MAIN]
    return "\n\n".join(parts)
