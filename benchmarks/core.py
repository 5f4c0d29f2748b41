"""How fast the core is: `python benchmarks/core.py`. Prints tables, and checks nothing.

A step is one gradient and one update; of a single run with everything that `descend` records. Times
are medians of several runs, of the processor alone; compare them on one machine only.
"""

import statistics
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import sympy

sys.path.insert(0, str(Path(__file__).parent.parent))

from experiment import descend, trajectory
from experiment.loop import Descent, bound
from exports.camera import chromium
from formulas.formula import forget
from kernels import Untraceable, javascript, python, runs, traced, tracing
from kernels.losses import arguments
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula
from surfaces.critical import critical_points

STEPS = 500
LANES = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw", "nadam", "lion")
LANE_STEPS = 10_000
RUNS = 7
MANY = 40_000
MANY_STEPS = 20
POINTS = 8_000
GRID = 101
CALLS = 50


def seconds(work, runs):
    """The median time of a call on the processor, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def seconds_a_step(optimizer, surface):
    """Of a single run, which may end before its last step by itself."""
    taken = len(descend(optimizer, surface, (-1.5, 1.5), STEPS).theta) - 1
    return seconds(lambda: descend(optimizer, surface, (-1.5, 1.5), STEPS), RUNS) / max(taken, 1)


@contextmanager
def by_the_loop():
    """Without kernels, as runs were before there were any."""
    kernel, trajectory.by_kernel = trajectory.by_kernel, lambda descent: ()
    try:
        yield
    finally:
        trajectory.by_kernel = kernel


def traceable():
    """Each optimizer that has a kernel: its key, itself and its graph."""
    for key, cls in OPTIMIZERS.items():
        optimizer = cls(**({"lr": 1e-4} if "lr" in cls.hyperparameters() else {}))
        try:
            graph = traced(optimizer)
        except Untraceable:
            continue
        yield key, optimizer, graph


def kernels():
    """Of a single run, everything recorded, and until a rule that nobody ran has a kernel."""
    rosenbrock = SURFACES["rosenbrock"]
    print(f"Rosenbrock, one lane of {STEPS} steps: µs a step by the kernel and by the loop, and ms")
    print("to trace a rule and to print it, with nothing kept")
    print(f"{'optimizer':20} {'kernel':>8} {'loop':>8} {'traced':>8} {'printed':>8}")
    for key, optimizer, graph in traceable():
        kernel = seconds_a_step(optimizer, rosenbrock)
        with by_the_loop():
            loop = seconds_a_step(optimizer, rosenbrock)

        def anew(optimizer=optimizer):
            tracing.forget()
            return traced(optimizer)

        def printed(graph=graph):
            python.forget()
            runs.forget()
            return runs.steps(graph)

        times = (kernel * 1e6, loop * 1e6, seconds(anew, RUNS) * 1e3, seconds(printed, RUNS) * 1e3)
        print(f"{key:20}" + "".join(f" {time:8.2f}" for time in times))

    lanes = [OPTIMIZERS[key](lr=1e-4) for key in LANES]

    def race():
        for lane in lanes:
            descend(lane, rosenbrock, (-1.5, 1.5), LANE_STEPS)

    with by_the_loop():
        before = seconds(race, 1)
    taken = f"{seconds(race, 3) * 1e3:.0f} ms by kernels, {before * 1e3:.0f} by the loop"
    print(f"{LANE_STEPS:,} steps of eight lanes: {taken}\n")


IN_BROWSER = """async ([rule, loss, numbers, surface, bound, start, steps]) => {
  const at = text => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  const [{ run, shapes, tabled }, met] = await Promise.all([at(rule), at(loss)]);
  const row = () => new Float64Array(steps + 1);
  const sizes = Object.values(shapes).map(shape => shape.reduce((a, b) => a * b, 1));
  const state = Array.from({ length: sizes.reduce((a, b) => a + b, 0) }, row);
  const out = { x: row(), y: row(), gx: row(), gy: row(), asking: row(), state };
  const known = { value: met.value(surface), gradient: met.gradient(surface),
                  hessian: met.hessian(surface) };
  const table = tabled(steps, numbers, null), times = [];
  for (let i = 0; i < 40; i++) {
    const before = performance.now();
    let taken = 0;
    for (let j = 0; j < 20; j++)
      taken += run(steps, ...start, bound, known, numbers, null, out, table);
    times.push((performance.now() - before) / taken);
  }
  return 1e3 * Math.min(...times);
}"""
"""µs a step of a rule's module, once it is warm."""


def in_browser():
    """Of a single run, everything noted but the loss, by the kernels that a page has."""
    rosenbrock = SURFACES["rosenbrock"]
    loss, place = javascript.loss_module(rosenbrock), list(arguments(rosenbrock).values())
    print(f"Rosenbrock, one lane of {STEPS} steps in Chromium: µs a step, and ms to print a module")
    print(f"{'optimizer':20} {'step':>8} {'printed':>8}")
    with chromium() as browser:
        page = browser.new_page()
        for key, optimizer, graph in traceable():

            def printed(graph=graph):
                javascript.forget()
                return javascript.rule_module(graph)

            given = dict(tracing.settings(optimizer))
            numbers = [float(given[name]) for name in graph.settings]
            start = [-1.5, 1.5]
            told = [printed(), loss, numbers, place, bound(rosenbrock), start, STEPS]
            step, print_time = page.evaluate(IN_BROWSER, told), seconds(printed, RUNS)
            print(f"{key:20} {step:8.3f} {print_time * 1e3:8.2f}")
    print()


def points(surface, n):
    x0, x1, y0, y1 = surface.domain
    return np.random.default_rng(0).uniform((x0, y0), (x1, y1), (n, 2)).T


def run(optimizer, surface, starts):
    """Many at once, of which nothing is recorded."""
    for _ in Descent(optimizer, surface, starts, MANY_STEPS):
        pass


def optimizers():
    rosenbrock = SURFACES["rosenbrock"]
    starts = points(rosenbrock, MANY)
    one, many = {}, {}
    for key, cls in OPTIMIZERS.items():
        slow = {"lr": 1e-4} if "lr" in cls.hyperparameters() else {}  # no run may end early
        optimizer = cls(**slow)
        one[key] = seconds_a_step(optimizer, rosenbrock)
        if cls.vectorized and not optimizer.wraps:
            many[key] = seconds(lambda o=optimizer: run(o, rosenbrock, starts), 3)

    print(f"Rosenbrock: one lane of {STEPS} steps; {MANY:,} at once, {MANY_STEPS} steps")
    print(
        f"{'optimizer':20} {'µs a step':>10} {'of Adam':>8} {'M point-steps/s':>16} {'of Adam':>8}"
    )
    for key in OPTIMIZERS:
        line = f"{key:20} {one[key] * 1e6:10.1f} {one[key] / one['adam']:8.2f}"
        if key in many:
            rate = MANY * MANY_STEPS / many[key] / 1e6
            line += f" {rate:16.1f} {many['adam'] / many[key]:8.2f}"
        print(line)


def calls(function, theta):
    for _ in range(CALLS):
        function(theta)


def surfaces():
    print(f"\nGradients of {POINTS:,} points at once; the values of a {GRID} x {GRID} grid")
    print(f"{'surface':20} {'ns a point':>10} {'ms a grid':>10}")
    for key, surface in SURFACES.items():
        theta = points(surface, POINTS)
        slope = seconds(partial(calls, surface.gradient, theta), RUNS)
        theta = points(surface, GRID * GRID).reshape(2, GRID, GRID)
        grid = seconds(partial(calls, surface.value, theta), RUNS)
        print(f"{key:20} {slope / CALLS / POINTS * 1e9:10.2f} {grid / CALLS * 1e3:10.3f}")


def critical():
    """Not what is kept: the search itself."""
    print(f"\n{'surface':20} {'ms to its critical points':>26}")
    for key, surface in SURFACES.items():
        taken = seconds(lambda s=surface: critical_points(s), 3)
        print(f"{key:20} {taken * 1e3:26.1f}")


# From a bowl to formulas of nearly fifty operations
TYPED = (
    "x^2 + 3y^2",
    "(a - x)^2 + 100(y - x^2)^2",
    "sin(3x)cos(2y) + 0.1(x^2 + y^2)",
    "-20exp(-0.2sqrt((x^2 + y^2)/2)) - exp((cos(2pi x) + cos(2pi y))/2) + e + 20",
    "max(|x y - 1|, x^2 - y, sin(5x)) + log(1 + x^2 + y^2)^1.5",
    " + ".join(f"sin({n}x + {n}y)/{n}" for n in range(1, 8)),
    "*".join(f"(1 + ((x - {n})^2 + y^2)/{n})" for n in range(1, 8)),
    "sin(x*" * 5 + "y" + ")" * 5 + " + cos(y^2 - x" * 4 + ")" * 4,
    "(atan((9.8 + 2y)^2/4)^4 + exp(0.5 + max(6, 3) - x))^2*(pi + max(0.5, x))*(2 - (y^3 + x)/2)",
    "max(x, y*" * 10 + "x" + ")" * 10,
    "tan(x + " * 18 + "y" + ")" * 18,
)


def typed():
    """All that is computed before a typed formula is seen, with nothing kept from before."""
    print("\nA typed formula until it is seen: ms to read, derive and compile it; to print it and")
    print("its derivatives in LaTeX; to find its minima and saddles; for the values of a")
    print(f"{GRID} x {GRID} grid; all of it; and a second surface of the same text, in LaTeX, too")
    columns = ("compiled", "LaTeX", "critical", "grid", "all", "second")
    print(f"{'formula':30}" + "".join(f" {column:>9}" for column in columns))
    for text in TYPED:
        grid = points(SURFACES["booth"], GRID * GRID).reshape(2, GRID, GRID)

        def fresh(text=text):
            forget()
            sympy.core.cache.clear_cache()
            return from_formula(text)

        def shown(surface):
            return surface.latex, surface.gradient_latex, surface.hessian_latex

        made = seconds(fresh, RUNS)
        printed = seconds(lambda f=fresh: shown(f()), RUNS)
        second = seconds(lambda t=text: shown(from_formula(t)), RUNS)
        surface = from_formula(text)
        found = seconds(partial(critical_points, surface), RUNS)
        drawn = seconds(partial(surface.value, grid), RUNS)
        times = (made, printed - made, found, drawn, printed + found + drawn, second)
        print(f"{text[:29]:30}" + "".join(f" {t * 1e3:9.2f}" for t in times))


if __name__ == "__main__":
    kernels()
    in_browser()
    optimizers()
    surfaces()
    critical()
    typed()
