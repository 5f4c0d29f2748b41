"""Who won, if that can be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from experiment.experiment import Experiment
from experiment.lane import Lane
from experiment.outcome import Outcome
from experiment.problems import Drawn
from experiment.ribbon import BESIDE, Ribbon
from experiment.trajectory import Array, Trajectory
from experiment.variation import varied
from surfaces import Surface
from surfaces.ground import rises

WORDS: Mapping[str, str] = {
    "lowest": "lowest minimum",
    "local": "local minimum",
    "minimum": "minimum",
    "level": "level ground",
    "slope": "at rest on a slope",
    "still": "did not move",
    "swinging": "swinging",
    "moving": "still moving",
    "diverged": "diverged",
    "stopped": "stopped",
    "undefined": "undefined",
    "spent": "budget spent",
}
"""What is said of how a run ended."""
MOST_SEEDS = 0.95  # of the seeds: who is best under so many is called so
FIRST = 2  # starts beside a lane's own, after which it may be plain that the others change nothing
PLAINLY = 1000  # times what they move the losses is less than what lies between two lanes


class Variation(Protocol):
    """Computes what `varied` does."""

    def __call__(
        self,
        experiment: Experiment,
        lane: Lane,
        steps: int,
        first: int = 0,
        last: int | None = None,
    ) -> Array: ...


@dataclass(frozen=True)
class Verdict:
    """The lane with the lowest loss, or why none is named.

    Attributes:
        best: its index, or None.
        sentence: for the person who compares.
        budget: the evaluations after which the lanes are compared; None for the end.
    """

    best: int | None
    sentence: str
    budget: int | None = None


def verdict(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    variation: Variation | None = varied,
    ribbons: Sequence[Ribbon] = (),
) -> Verdict:
    """Compare the lanes that went to the end, if they had the same start, steps and evaluations.

    Per evaluation, they are compared where the first of them has used up its evaluations. With
    noise a lane is named only if it is best under nearly every seed, and without only if it is from
    the next floating-point numbers beside the start as well. Where there are ribbons, none is named
    whose losses overlap with another's because one of both has frayed.

    Args:
        variation: what `varied` computes, from wherever it is kept; None for no doubt.
        ribbons: of each lane, or none.
    """
    lanes = experiment.lanes
    if len(lanes) < 2:
        return Verdict(None, "Add a second lane to compare.")
    whole = [i for i, t in enumerate(trajectories) if _went_to_the_end(t.outcome)]
    if not whole:
        return Verdict(None, _nobody(lanes, trajectories))
    spent = {i: int(trajectories[i].evaluations[-1]) for i in whole}
    most, least = max(whole, key=spent.__getitem__), min(whole, key=spent.__getitem__)
    who = "The lanes" if len(whole) == len(lanes) else "The lanes that went to the end"
    if experiment.per == "evaluation":
        budget = spent[least]
        after, same = f"loss after {_counted(budget, 'evaluation')}", "the same start"
    elif spent[most] == spent[least]:
        budget = None
        after = "final loss"
        steps = _counted(experiment.steps, "step")
        same = f"the same start, {steps} and {_counted(spent[most], 'evaluation')} each"
    else:
        return Verdict(
            None,
            f"No lane is marked as best, because their evaluations differ: "
            f"{lanes[most].name} took {spent[most]}, {lanes[least].name} {spent[least]}. "
            f"Compare per evaluation instead.",
        )
    rows = {
        i: len(trajectories[i].loss) - 1 if budget is None else row_after(trajectories[i], budget)
        for i in whole
    }
    reached = {i: float(trajectories[i].loss[rows[i]]) for i in whole}
    best = min(whole, key=reached.__getitem__)
    equals = [lanes[i].name for i in whole if reached[i] == reached[best]]
    if len(equals) > 1:
        return Verdict(None, f"These share the lowest {after}: {', '.join(equals)}.", budget)
    seeds = ""
    if len(whole) > 1 and variation is not None:
        doubt = _chaos(lanes, ribbons, rows, best) if ribbons else ""
        if not doubt:
            doubt, seeds = _doubt(experiment, rows, reached, best, after, variation)
        if doubt:
            return Verdict(None, doubt, budget)
    sentence = f"Lowest {after} at these settings: {lanes[best].name}{seeds}. {who} had {same}."
    return Verdict(best, f"{sentence}{_tuning([lanes[i] for i in whole])}", budget)


def _chaos(
    lanes: Sequence[Lane], ribbons: Sequence[Ribbon], rows: Mapping[int, int], best: int
) -> str:
    """Why it cannot be said who is ahead: the best lane's ribbon or another's has frayed so far.

    Empty where it can; rows as in `_doubt`.
    """
    lost = [i for i in rows if ribbons[i].is_frayed(rows[i])]
    _, highest = ribbons[best].losses_at(rows[best])
    rivals = [
        i
        for i, row in rows.items()
        if i != best and (best in lost or i in lost) and ribbons[i].losses_at(row)[0] < highest
    ]
    if not rivals:
        return ""
    within = [i for i in lost if i in (best, *rivals)]
    first, *more = within
    frays = [f"the ribbon of {lanes[first].name} frays at step {ribbons[first].frays}"]
    frays += [f"that of {lanes[i].name} at step {ribbons[i].frays}" for i in more]
    low, high = ribbons[first].losses_at(rows[first])
    others = _listed([lanes[i].name for i in (best, *rivals) if i != first])
    return (
        f"Undecidable here: {_listed(frays)}. Moved by {BESIDE:g} at the start, "
        f"{lanes[first].name} comes to a loss from {low:.3g} to {high:.3g}, ahead of {others} or "
        "behind."
    )


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _doubt(
    experiment: Experiment,
    rows: Mapping[int, int],
    reached: Mapping[int, float],
    best: int,
    after: str,
    variation: Variation,
) -> tuple[str, str]:
    """Why the best lane is not to be called so; empty if it is. And with how many seeds it is.

    Args:
        rows: of the lanes that are compared, the row at which they are, and
        reached: their losses there.
    """
    lanes = experiment.lanes
    lowest = f"{lanes[best].name} has the lowest {after}"
    if experiment.surface.draws:
        return f"{lowest} with what this seed draws; others may name another: try some.", ""
    if experiment.batch:
        return f"{lowest} with this seed's mini-batches; others may name another: try some.", ""
    if experiment.noise and not all(lanes[i].optimizer.vectorized for i in rows):
        return f"{lowest} under this seed's noise; others may name another: try some.", ""
    if min(rows.values()) < 1:
        return "", ""
    if experiment.noise:
        others = [variation(experiment, lanes[i], row) for i, row in rows.items()]
        return _vote(lanes, Counter(_winners(rows, others)), best, after)
    others = [variation(experiment, lanes[i], row, 0, FIRST) for i, row in rows.items()]
    if _is_plain(reached, others, best):
        return "", ""
    more = [variation(experiment, lanes[i], row, FIRST) for i, row in rows.items()]
    others = [np.concatenate(each) for each in zip(others, more, strict=True)]
    if set(_winners(rows, others)) == {best}:
        return "", ""
    return (
        "Undecidable here: from the floating-point numbers next to the start another lane is "
        "lowest, so rounding decides, which differs between processors.",
        "",
    )


def _winners(rows: Mapping[int, int], losses: Sequence[Array]) -> list[int]:
    """The best lane of each of the runs that all lanes have."""
    tried = min(map(len, losses))
    best = np.argmin([each[:tried] for each in losses], axis=0)
    return np.array(list(rows))[best].tolist()  # type: ignore[no-any-return]


def _is_plain(reached: Mapping[int, float], others: Sequence[Array], best: int) -> bool:
    """Whether the best lane is so far below all others that no start beside changes that.

    Args:
        reached: the losses of the lanes from their own start, and
        others: from some beside it.
    """
    with np.errstate(over="ignore"):
        reaches = {
            i: PLAINLY * float(np.abs(beside - reached[i]).max())
            for i, beside in zip(reached, others, strict=True)
        }
    above = reached[best] + reaches[best]
    return all(above < reached[i] - reaches[i] for i in reached if i != best)


def _vote(lanes: Sequence[Lane], votes: Counter[int], best: int, after: str) -> tuple[str, str]:
    """What seeds make of it; as `_doubt`."""
    if votes[best] >= MOST_SEEDS * votes.total():
        return "", f" (with {votes[best]} of {votes.total()} seeds)"
    (first, most), *others = votes.most_common()
    shares = [
        f"{lanes[first].name} has the lowest {after} with {most} of {votes.total()} seeds",
        *(f"{lanes[i].name} with {count}" for i, count in others),
    ]
    return f"One seed decides nothing under this noise: {', '.join(shares)}.", ""


def _tuning(lanes: Sequence[Lane]) -> str:
    """What a comparison of untuned learning rates does not say."""
    if not any(map(_rated, lanes)):
        return ""
    heavy = {lane.name: lane.optimizer.gain for lane in lanes}
    gains = [
        f"{name} goes up to {gain:.3g} times its rate a step"
        for name, gain in heavy.items()
        if gain > 1
    ]
    because = f" ({'; '.join(gains)})" if gains else ""
    return f" Their learning rates are as set, not tuned{because}; with others another may win."


def _nobody(lanes: Sequence[Lane], trajectories: Sequence[Trajectory]) -> str:
    """That no lane went to the end; a lower rate is for those that diverged and have one."""
    pairs = list(zip(lanes, trajectories, strict=True))
    diverged = [lane for lane, t in pairs if t.outcome.kind == "diverged"]
    too_fast = [lane.name for lane in diverged if _rated(lane)]
    if len(too_fast) == len(lanes):
        return "Every lane diverged: lower their learning rates."
    advice = f": lower the learning rate of {', '.join(too_fast)}" if too_fast else ""
    return f"No lane went to the end{advice}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rated(lane: Lane) -> bool:
    optimizers = (lane.optimizer, *lane.optimizer.wrapped)
    return any("lr" in optimizer.values() for optimizer in optimizers)


def _went_to_the_end(outcome: Outcome) -> bool:
    return outcome.kind != "diverged" and not outcome.cause


def row_after(trajectory: Trajectory, evaluations: int) -> int:
    """The last row that a run reached within so many evaluations."""
    return int(np.searchsorted(trajectory.evaluations, evaluations, side="right")) - 1


def loss_after(trajectory: Trajectory, evaluations: int) -> float:
    """The loss at the last point that a run reached within so many evaluations."""
    return float(trajectory.loss[row_after(trajectory, evaluations)])


def outcome_words(surface: Surface | Drawn, trajectory: Trajectory) -> str:
    """How a run ended: "lowest minimum at 412", "diverged at 13", "undefined at 5"…"""
    outcome = trajectory.outcome
    if outcome.kind == "stopped" and not outcome.cause and not outcome.step:
        return WORDS["still"]
    words = place_words(surface, trajectory)
    return words if outcome.kind in ("moving", "swinging") else f"{words} at {outcome.step}"


def place_words(surface: Surface | Drawn, trajectory: Trajectory) -> str:
    """The same without the step, so that runs can be counted by it."""
    outcome = trajectory.outcome
    if outcome.kind == "converged":
        return minimum_words(surface, trajectory)
    if outcome.kind == "stopped" and not outcome.cause:
        return WORDS["slope"]
    return WORDS.get(outcome.cause) or WORDS[outcome.kind]


def minimum_words(surface: Surface | Drawn, trajectory: Trajectory) -> str:
    """Which minimum a run reached: the lowest, where these are known, or another."""
    if not isinstance(surface, Surface) or not surface.minima:
        return WORDS["minimum"]
    lowest = surface.value(np.array(surface.minima).T).min()
    above = trajectory.loss[-1] - lowest
    if above > rises(surface, trajectory.theta[-1][:, None])[0]:
        return WORDS["local"]
    return WORDS["lowest"]


def result_words(surface: Surface | Drawn, trajectory: Trajectory) -> str:
    """How a run ended, for those who do not see it: where a sentence goes on."""
    point = trajectory.theta[-1][: len(surface.coordinates)]
    numbers = ", ".join(f"{each:.3g}" for each in point)
    at = f"({numbers})" if len(point) > 1 else numbers
    outcome, steps = trajectory.outcome, _counted(len(trajectory.loss) - 1, "step")
    since, minimum = f"at step {outcome.step}", minimum_words(surface, trajectory)
    how = {
        "converged": f"reached {'the' if minimum == WORDS['lowest'] else 'a'} {minimum} {since}",
        "level": f"came to rest on level ground {since}",
        "swinging": f"was swinging to and fro after {steps}",
        "moving": f"was still moving after {steps}",
        "diverged": f"diverged {since}",
        "stopped": f"stopped {since}",
    }[outcome.kind]
    put_back = int(trajectory.projected.sum())
    edge = f", having been put back to the edge by {_counted(put_back, 'step')}" if put_back else ""
    return f"{how}, with a loss of {trajectory.loss[-1]:.3g} at {at}{edge}"


def distance_to_minimum(experiment: Experiment, trajectory: Trajectory) -> float | None:
    """From the last point to the nearest of the lowest minima.

    None where none is known, or where they form lines, of which only some points are.
    """
    surface = experiment.surface
    if not surface.minima or not surface.minima_are_points:
        return None
    minima = np.array(surface.minima)
    return float(np.hypot(*(minima - trajectory.theta[-1]).T).min())
