"""What every showcase promises, a method's and a surface's."""

from dataclasses import replace

import numpy as np

from experiment import run
from experiment.told import Measured, told
from optimizers import Optimizer

SHORTEST = 0.2  # of the view, which a lane crosses
WORDS = 30


def measured(experiment):
    return Measured(experiment, run(experiment))


def sentence(see, m):
    """What is said of a race, which is short and has no number that is none."""
    text = told(see, m.experiment, m.trajectories)
    assert text.endswith(".")
    assert len(text.split()) <= WORDS
    assert "inf" not in text
    assert "nan" not in text
    return text


def nearly(race):
    """The race from right beside its start, and at nearly its learning rates."""
    yield beside(race)
    yield at_nearly_its_rates(race)


def beside(race):
    """The race from a millionth beside its start, on a side from which it can be run."""
    for off in (1e-6, -1e-6):
        start = tuple(x + off * (-1) ** i for i, x in enumerate(race.start))
        try:
            return replace(race, start=start)
        except ValueError:
            continue
    raise AssertionError(f"{race.to_query()} starts in a corner of its own.")


def at_nearly_its_rates(race):
    """The race with every learning rate one per cent higher."""
    lanes = tuple(replace(lane, optimizer=_scaled(lane.optimizer, 1.01)) for lane in race.lanes)
    return replace(race, lanes=lanes)


def _scaled(optimizer, factor):
    """With its learning rate, or that of the one it wraps, a little other."""
    values = {
        name: _scaled(value, factor) if isinstance(value, Optimizer) else value * factor
        for name, value in optimizer.values().items()
        if name == "lr" or isinstance(value, Optimizer)
    }
    return replace(optimizer, **values)


def is_seen(m):
    """Whether a lane moves across a part of the view, and stays in it."""
    x0, x1, y0, y1 = m.experiment.surface.domain
    low, high = np.array([x0, y0]), np.array([x1, y1])

    def is_seen(theta):
        crossed = (np.ptp(theta, axis=0) / (high - low)).max()
        return crossed >= SHORTEST and ((theta >= low) & (theta <= high)).all()

    return any(is_seen(t.theta) for t in m.trajectories)


def how_often(claim, race, seeds=20):
    """Of so many seeds, for how many a claim holds."""
    return sum(bool(claim(measured(replace(race, seed=seed)))) for seed in range(seeds))
