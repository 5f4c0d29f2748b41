"""Sentences about a race whose numbers are measured on it, and so are never typed.

    "Adam is below 0.1 after {first_below[0, 0.1]:.0f} steps and ends at {ending[0]:.2g}."

In braces stand a measurement of `Measured` with its arguments, the first of them the lane's place
from 0, and how the number is written, as Python formats it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiment.ends import settle
from experiment.experiment import MAX_SEED, Experiment
from experiment.trajectory import Trajectory
from kept import NUMBERS, Kept

NEVER = float("inf")

_ENDS: Kept[tuple[str, int], Any] = Kept(NUMBERS)  # points (d, seeds), by run and seeds
_FIELD = re.compile(r"(\w+)\[(.+)\]")


@dataclass(frozen=True, eq=False)
class Measured:
    """What can be measured of a race; i is a lane's place, from 0, and axis a coordinate's.

    Attributes:
        experiment: the race.
        trajectories: one a lane.
    """

    experiment: Experiment
    trajectories: Sequence[Trajectory]

    def ending(self, i: int) -> float:
        """The loss at the end."""
        return float(self.trajectories[i].loss[-1])

    def loss_at(self, i: int, step: int) -> float:
        """The loss after a step, or at the end if that comes before."""
        loss = self.trajectories[i].loss
        return float(loss[min(step, len(loss) - 1)])

    def first_below(self, i: int, level: float) -> float:
        """The first step at which the loss is below a level; infinite if it never is."""
        below = np.flatnonzero(self.trajectories[i].loss < level)
        return float(below[0]) if len(below) else NEVER

    def evaluations(self, i: int) -> float:
        """What the whole run asked for."""
        return float(self.trajectories[i].evaluations[-1])

    def evaluations_below(self, i: int, level: float) -> float:
        """What it had asked for when its loss was first below a level."""
        step = self.first_below(i, level)
        return float(self.trajectories[i].evaluations[int(step)]) if step < NEVER else NEVER

    def loss_after_evaluations(self, i: int, n: int) -> float:
        """The loss of the last step that had asked for no more than n."""
        t = self.trajectories[i]
        return float(t.loss[np.searchsorted(t.evaluations, n, side="right") - 1])

    def largest(self, i: int) -> float:
        """The highest loss of the run."""
        return float(self.trajectories[i].loss.max())

    def relapse(self, i: int, level: float) -> float:
        """The highest loss after it was first below a level."""
        step = self.first_below(i, level)
        return float(self.trajectories[i].loss[int(step) :].max()) if step < NEVER else NEVER

    def mean_of_last(self, i: int, n: int) -> float:
        """The mean loss of the last n steps."""
        return float(self.trajectories[i].loss[-n:].mean())

    def highest_of_last(self, i: int, n: int) -> float:
        """The highest loss of the last n steps."""
        return float(self.trajectories[i].loss[-n:].max())

    def lowest(self) -> float:
        """The loss at the lowest minimum."""
        surface = self.experiment.surface
        return float(surface.value(np.array(surface.minima).T).min())

    def excess(self, i: int) -> float:
        """How far the loss at the end is above the lowest minimum's."""
        return self.ending(i) - self.lowest()

    def diverged_at(self, i: int) -> float:
        """The step at which it diverged; infinite if it did not."""
        outcome = self.trajectories[i].outcome
        return float(outcome.step) if outcome.kind == "diverged" else NEVER

    def distance(self, i: int) -> float:
        """From its end to the nearest of the lowest minima."""
        return float(self._from_minima(i)[-1])

    def settles(self, i: int, near: float) -> float:
        """The step from which on it stays so near to a lowest minimum; infinite if it does not."""
        beyond = np.flatnonzero(self._from_minima(i) >= near)
        first = int(beyond[-1]) + 1 if len(beyond) else 0
        return float(first) if first < len(self.trajectories[i].theta) else NEVER

    def end_x(self, i: int) -> float:
        """Where it ends, across."""
        return float(self.trajectories[i].theta[-1, 0])

    def end_y(self, i: int) -> float:
        """Where it ends, up."""
        return float(self.trajectories[i].theta[-1, 1])

    def at(self, i: int, axis: int, step: int) -> float:
        """A coordinate after a step, or at the end if that comes before."""
        return float(self._at(i, step)[axis])

    def moved(self, i: int, axis: int, step: int) -> float:
        """How far a step, counted from 1, moves a coordinate, either way."""
        return float(abs(np.diff(self.trajectories[i].theta[:, axis])[step - 1]))

    def slope(self, i: int, axis: int, step: int) -> float:
        """How steep the loss is along a coordinate after a step, up or down."""
        return float(abs(self.trajectories[i].gradient[step, axis]))

    def held(self, i: int, name: str, axis: int, step: int) -> float:
        """What the method held for a coordinate after a step, counted from 1."""
        return float(self.trajectories[i].state[name][step - 1, axis])

    def first_beyond(self, i: int, axis: int, level: float) -> float:
        """The first step at which a coordinate is above a level, or below a negative one."""
        beyond = np.flatnonzero(_beyond(self.trajectories[i].theta[:, axis], level))
        return float(beyond[0]) if len(beyond) else NEVER

    def mean_at_last(self, i: int, axis: int, n: int) -> float:
        """The mean of a coordinate over the last n points."""
        return float(self.trajectories[i].theta[-n:, axis].mean())

    def share_beyond(self, i: int, axis: int, level: float, seeds: int) -> float:
        """Of so many seeds, from the race's on, the part whose runs end beyond a level."""
        return float(_beyond(self._ends(i, seeds)[axis], level).mean())

    def median_excess(self, i: int, seeds: int) -> float:
        """The median over so many seeds, from the race's on, of `excess`."""
        losses = self.experiment.surface.value(self._ends(i, seeds))
        return float(np.median(losses)) - self.lowest()

    def drawn_y(self, i: int) -> float:
        """Where its end is drawn, up."""
        return float(self._drawn(i, 1)[-1])

    def drawn_at(self, i: int, axis: int, step: int) -> float:
        """Where it is drawn after a step, or at the end if that comes before."""
        return float(self._drawn(i, axis)[: step + 1][-1])

    def first_drawn_above(self, i: int, axis: int, level: float) -> float:
        """The first step at which it is drawn above a level; infinite if it never is."""
        above = np.flatnonzero(self._drawn(i, axis) > level)
        return float(above[0]) if len(above) else NEVER

    def travelled(self, i: int) -> float:
        """From its start to its end, as the crow flies."""
        theta = self.trajectories[i].theta
        return float(np.hypot(*(theta[-1] - theta[0])))

    def apart(self, i: int, j: int) -> float:
        """How far two lanes are ever apart at the same step."""
        one, other = (self.trajectories[k].theta for k in (i, j))
        steps = min(len(one), len(other))
        return float(np.hypot(*(one[:steps] - other[:steps]).T).max())

    def shortest_step(self, i: int) -> float:
        """The length of its shortest step."""
        return float(self._steps(i).min())

    def step_length(self, i: int, step: int) -> float:
        """The length of a step, counted from 1."""
        return float(self._steps(i)[step - 1])

    def times_as_long(self, i: int, j: int, step: int) -> float:
        """The length of a step of one lane in parts of the other's."""
        return self.step_length(i, step) / self.step_length(j, step)

    def longest_step(self, i: int) -> float:
        """The length of its longest step."""
        return float(self._steps(i).max())

    def sharpness_at(self, i: int, step: int) -> float:
        """The largest curvature after a step."""
        return float(self.experiment.plane.sharpness(self._at(i, step)))

    def method(self, i: int) -> str:
        """The key of its method."""
        return self.experiment.lanes[i].optimizer.key

    def largest_state(self, i: int, name: str) -> float:
        """The largest size of what the method held under a name."""
        return float(np.abs(self.trajectories[i].state[name]).max())

    def told(self, sentence: str) -> str:
        """A sentence with its numbers."""
        return _Teller(self).format(sentence)

    def _at(self, i: int, step: int) -> Any:
        theta = self.trajectories[i].theta
        return theta[min(step, len(theta) - 1)]

    def _drawn(self, i: int, axis: int) -> Any:
        """(T+1,), where it is drawn, across or up."""
        return self.experiment.surface.drawn(self.trajectories[i].theta)[:, axis]

    def _ends(self, i: int, seeds: int) -> Any:
        """(d, seeds), where the runs with so many seeds end."""
        run = self.experiment.run_of(self.experiment.lanes[i])

        def ends() -> Any:
            start = np.repeat(np.array(run.starts).T, seeds, axis=1)
            return settle(
                run.lane.optimizer,
                run.surface,
                start,
                run.steps,
                factors=run.lane.factors(run.steps),
                noise=run.noise,
                seed=(run.seed + np.arange(seeds)) % (MAX_SEED + 1),
                batch=run.batch,
                clip=run.lane.clip,
            ).theta

        return _ENDS.get((run.key, seeds), ends)

    def _steps(self, i: int) -> Any:
        return np.hypot(*np.diff(self.trajectories[i].theta, axis=0).T)

    def _from_minima(self, i: int) -> Any:
        """(T+1,), from each point to the nearest of the lowest minima."""
        minima = np.array(self.experiment.surface.minima)[:, None]
        return np.hypot(*np.moveaxis(minima - self.trajectories[i].theta, -1, 0)).min(axis=0)


def _beyond(positions: Any, level: float) -> Any:
    """Which positions are above a level, or below a negative one."""
    return positions < level if level < 0 else positions > level


class _Teller(string.Formatter):
    def __init__(self, measured: Measured) -> None:
        self.measured = measured

    def get_field(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        found = _FIELD.fullmatch(name)
        assert found, f"{name} is no measurement with arguments."
        arguments = (_argument(text.strip()) for text in found[2].split(","))
        return getattr(self.measured, found[1])(*arguments), name

    def format_field(self, value: Any, spec: str) -> str:
        text = re.sub(r"e([+-])0?(\d)", r"e\1\2", format(value, spec)).replace("e+", "e")
        return text.replace("-", "−")


def _argument(text: str) -> Any:
    if re.fullmatch(r"\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[\d.e-]*\d[\d.e-]*", text) else text


def told(sentence: str, experiment: Experiment, trajectories: Sequence[Trajectory]) -> str:
    """A sentence with its numbers, measured on a race."""
    return Measured(experiment, trajectories).told(sentence)
