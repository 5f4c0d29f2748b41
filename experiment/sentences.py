"""What stands beside the pictures in one sentence: the race to come, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from experiment.experiment import Experiment
from experiment.problems import Drawn
from experiment.trajectory import Trajectory
from experiment.verdict import Verdict, loss_after, outcome_words
from surfaces import Surface

WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
EPS = float(np.finfo(float).eps)
MOST_TOLD = 3  # lanes, by name
MOST_TIMES = 1000  # as high; beyond that the loss itself says more


def short(value: float) -> str:
    """A number as the player writes it (number.js): three places, or two beside a power of ten."""
    size = abs(value)
    if not math.isfinite(value):
        return ""
    if size and not 1e-3 <= size < 1e5:
        mantissa, _, power = f"{value:.1e}".partition("e")
        text = f"{mantissa}e{int(power)}"
    else:
        text = f"{float(f'{value:.3g}'):g}" if size < 1e5 else f"{value:.3g}"
    return text.replace("-", "−")


def counted(number: int) -> str:
    """A small number as a word, a larger one in digits."""
    return WORDS[number] if number < len(WORDS) else str(number)


def race_title(experiment: Experiment) -> str:
    """Who races where: "Adam, Momentum and SGD on Rosenbrock"."""
    names = list(dict.fromkeys(lane.optimizer.name for lane in experiment.lanes))
    if len(names) > MOST_TOLD:
        names = [*names[:2], f"{len(names) - 2} more"]
    *first, last = names
    who = f"{', '.join(first)} and {last}".removeprefix(" and ")
    return f"{who} on {experiment.surface.called}"


def called(experiment: Experiment) -> list[str]:
    """Each lane by no more words than tell it from the others: its label, its method, or both."""
    shorts = [lane.label or lane.optimizer.name for lane in experiment.lanes]
    pairs = zip(shorts, experiment.lanes, strict=True)
    return [short if shorts.count(short) == 1 else lane.name for short, lane in pairs]


def opening_words(experiment: Experiment) -> str:
    """What is about to happen, for who is about to see it."""
    lanes, places = experiment.lanes, len(experiment.swarm) + 1
    where = f"on {experiment.surface.called}: press play."
    if places > 1:
        where = f"from each of {places} places {where}"
    if len(lanes) == 1:
        return f"{called(experiment)[0]} starts {where}"
    alike = len({type(lane.optimizer) for lane in lanes}) < len(lanes)
    return (
        f"{WORDS[len(lanes)].capitalize()} {'lanes' if alike else 'methods'} start together {where}"
    )


def end_words(experiment: Experiment, trajectories: Sequence[Trajectory], judged: Verdict) -> str:
    """Which lane is lowest and how far the next are, where that can be said; else why not.

    Args:
        judged: what `verdict` says of the same.
    """
    surface, best = experiment.surface, judged.best
    steps = f"{experiment.steps:,} {'step' if experiment.steps == 1 else 'steps'}"
    names = called(experiment)
    ends = [outcome_words(surface, t) for t in trajectories]
    if len(names) == 1:
        (run,) = trajectories
        return f"After {steps} {names[0]} has a loss of {short(run.loss[-1])} ({ends[0]})."
    if best is None:
        return judged.sentence
    losses = [
        float(t.loss[-1]) if judged.budget is None else loss_after(t, judged.budget)
        for t in trajectories
    ]
    after = steps if judged.budget is None else f"{judged.budget:,} evaluations"
    least = _least_told(surface)
    early = [t.outcome.kind == "diverged" or bool(t.outcome.cause) for t in trajectories]
    order = sorted(set(range(len(names))) - {best}, key=lambda i: (early[i], losses[i]))
    parts = [f"After {after} {names[best]} is lowest (loss {short(losses[best])})"]
    for i in order[: MOST_TOLD - 1]:
        how = ends[i] if early[i] else _beside(losses[i], losses[best], least)
        parts.append(f"{names[i]} {how}")
    if left := len(order[MOST_TOLD - 1 :]):
        parts.append(f"{WORDS[left]} more {'is' if left == 1 else 'are'} no lower")
    return f"{'; '.join(parts)}."


def _least_told(surface: Surface | Drawn) -> float:
    """The loss next to a lowest minimum, where coordinates are as near as floats tell them apart.

    What is lower differs by rounding; -inf where no minimum is known.
    """
    if not isinstance(surface, Surface) or not surface.minima:
        return -math.inf
    minima = np.array(surface.minima).T
    apart = EPS * np.maximum(np.abs(minima), surface.domain.width[:, None])
    return max(
        float(surface.value(minima + np.array([[x], [y]]) * apart).max())
        for x in (-1, 0, 1)
        for y in (-1, 0, 1)
    )


def _beside(loss: float, lowest: float, least: float) -> str:
    """How far a loss is from the lowest one; least: what is lower differs by rounding."""
    if loss <= least:
        return "is as low, but for rounding"
    if lowest > 0 and 1.05 * lowest <= loss < MOST_TIMES * lowest:
        times = f"{loss / lowest:.2g}" if loss < 10 * lowest else f"{loss / lowest:.0f}"
        return f"is {times} times as high"
    return f"is at {short(loss)}"
