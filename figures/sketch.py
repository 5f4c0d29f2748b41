"""What some methods show besides their path: a simplex, a region, points that were tried."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiment import Trajectory
from optimizers import Optimizer

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shape:
    """One shape for each step at which it changes.

    Attributes:
        kind: "polygon", "circle" or "points", as `Optimizer.sketches` has it.
        step: (k,), the step from which each vertex is shown, until that of the next ones.
        x, y: (k,), the vertices.
    """

    kind: str
    step: Array
    x: Array
    y: Array


def step_shapes(optimizer: Optimizer, trajectory: Trajectory) -> Shape | None:
    """The shapes of a single run; None for a method that shows its path only."""
    if not optimizer.sketches:
        return None
    sketches: list[Array] = []
    steps: list[Array] = []
    last = np.empty((2, 0))
    for t in range(1, len(trajectory.theta)):
        state = {key: history[t - 1] for key, history in trajectory.state.items()}
        sketch = optimizer.sketch(trajectory.theta[t - 1], trajectory.theta[t], state)
        if not np.array_equal(sketch, last):
            sketches.append(sketch)
            steps.append(np.full(sketch.shape[1], float(t)))
            last = sketch
    x, y = np.concatenate([*sketches, np.empty((2, 0))], axis=1)
    return Shape(optimizer.sketches, np.concatenate([*steps, np.empty(0)]), x, y)
