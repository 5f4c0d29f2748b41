"""How fast the core is: `python benchmarks/core.py`. Prints two tables, and checks nothing.

A step is one gradient and one update, with everything that `descend` records. Times are medians of
several runs in one process; compare them on one machine only.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from experiment import descend
from optimizers import OPTIMIZERS
from surfaces import SURFACES

STEPS = 500
RUNS = 7
BATCH = 40_000
BATCH_STEPS = 20
POINTS = 8_000
GRID = 101
CALLS = 50


def seconds(work, runs):
    """The median time of a call, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def points(surface, n):
    x0, x1, y0, y1 = surface.domain
    return np.random.default_rng(0).uniform((x0, y0), (x1, y1), (n, 2)).T


def optimizers():
    rosenbrock = SURFACES["rosenbrock"]
    batch = points(rosenbrock, BATCH)
    one, many = {}, {}
    for key, cls in OPTIMIZERS.items():
        optimizer = cls(lr=1e-4)  # no run may end early
        one[key] = seconds(lambda o=optimizer: descend(o, rosenbrock, (-1.5, 1.5), STEPS), RUNS)
        many[key] = seconds(lambda o=optimizer: descend(o, rosenbrock, batch, BATCH_STEPS), 3)

    print(
        f"Rosenbrock: one lane of {STEPS} steps; a batch of {BATCH:,} points, {BATCH_STEPS} steps"
    )
    print(f"{'optimizer':16} {'µs a step':>10} {'of Adam':>8} {'M point-steps a second':>23}")
    for key in OPTIMIZERS:
        rate = BATCH * BATCH_STEPS / many[key] / 1e6
        print(f"{key:16} {one[key] / STEPS * 1e6:10.1f} {one[key] / one['adam']:8.2f} {rate:23.1f}")


def surfaces():
    print(f"\nGradients of {POINTS:,} points at once; the values of a {GRID} x {GRID} grid")
    print(f"{'surface':20} {'ns a point':>10} {'ms a grid':>10}")
    for key, surface in SURFACES.items():
        theta = points(surface, POINTS)
        slope = seconds(lambda s=surface, p=theta: [s.gradient(p) for _ in range(CALLS)], RUNS)
        theta = points(surface, GRID * GRID).reshape(2, GRID, GRID)
        grid = seconds(lambda s=surface, p=theta: [s.value(p) for _ in range(CALLS)], RUNS)
        print(f"{key:20} {slope / CALLS / POINTS * 1e9:10.2f} {grid / CALLS * 1e3:10.3f}")


if __name__ == "__main__":
    optimizers()
    surfaces()
