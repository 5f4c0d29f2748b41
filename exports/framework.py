"""What scripts for PyTorch and Optax have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from experiment import Experiment, Lane
from experiment.schedule import factors
from exports.expression import loss_function
from exports.own_rule import rules_of
from exports.references import FLAT, SCHEDULE, STANDSTILL, Unavailable
from exports.script import ENDS, MAIN, STATED, constants, lane_row, schedule_of
from exports.source import extract
from exports.words import race_words
from optimizers import Rule


@dataclass(frozen=True)
class Framework:
    """A library that differentiates and has methods of its own.

    Attributes:
        name: where its methods are, for people.
        functions: what its functions of numbers are called with, "torch" or "jnp".
        setup: its imports, and the switch to float64.
        run: the source of run(make, …).
        own: the source of a rule that a person wrote.
        call: a lane and what it meets -> a function that makes its optimizer there, and further
            arguments of `run`. Raises Unavailable where there is none.
    """

    name: str
    functions: str
    setup: str
    run: str
    own: Callable[[Rule], str]
    call: Callable[[Lane, Collection[str]], tuple[str, list[str]]]

    def rows(self, experiment: Experiment) -> tuple[list[tuple[Lane, str]], list[str]]:
        """The lanes that it has, each with its row in the script, and why it lacks the others."""
        rows, absent = [], []
        for lane in experiment.lanes:
            try:
                rows.append((lane, lane_row(lane, *self.call(lane, _met(experiment, lane)))))
            except Unavailable as error:
                absent.append(f"{lane.name}: {error}")
        return rows, absent

    def refusal(self, experiment: Experiment) -> str:
        """That it has none of the lanes, in a sentence; empty if it has one."""
        rows, absent = self.rows(experiment)
        return "" if rows else f"The script would have no lanes. {'; '.join(absent)}."

    def script(self, experiment: Experiment) -> str:
        """The script. In it `LANES` holds the lanes that the library has; `path` gives points.

        Raises:
            ValueError: it has none of the lanes.
        """
        rows, absent = self.rows(experiment)
        if not rows:
            raise ValueError(self.refusal(experiment))
        says = (
            f"Every path is computed by {self.name}, and is the one that was drawn but for "
            "rounding,\nwhich some methods magnify."
        )
        if absent:
            says += "\n\nLeft out:\n" + "\n".join(f"- {sentence}." for sentence in absent)
        parts = [f'"""{race_words(experiment)}\n\n{says}\n"""\n\n{self.setup}']
        parts += [constants(experiment), loss_function(experiment.plane, self.functions)]
        schedules = [type(lane.schedule) for lane, _ in rows if schedule_of(lane)]
        if schedules:
            wanted = [*schedules, factors]
            parts += [STATED, extract(wanted, given=("Array", "Stated")).text + "\n"]
        parts += [self.own(rule) for rule in rules_of(lane for lane, _ in rows)]
        lanes = "\n".join(["LANES = [", *(row for _, row in rows), "]", ""])
        return "\n\n".join([*parts, lanes, ENDS, self.run, MAIN])


def _met(experiment: Experiment, lane: Lane) -> set[str]:
    """What a lane meets that a library may not bear."""
    starts = np.array([experiment.start, *experiment.swarm]).T
    zero = (experiment.surface.gradient(starts) == 0) & (not experiment.noise)
    met = {
        SCHEDULE: schedule_of(lane) is not None,
        STANDSTILL: zero.all(axis=0).any(),
        FLAT: zero.any(),
    }
    return {name for name, is_met in met.items() if is_met}
