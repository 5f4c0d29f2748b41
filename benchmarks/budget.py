"""What is counted, held against the clock: `python benchmarks/budget.py`. Prints tables.

The counted costs (`surfaces/cost.py`, `Optimizer.work`, `experiment/budget.py`) are microseconds of
the core on which they were measured. Where a ratio is below 1, a link may take longer than its
budget says. Time is the process's own, so other programs disturb it little.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from experiment import PROBLEMS, Experiment, descend, descend_all, run, run_swarm, varied
from experiment.budget import RACE, Budget
from figures.race import race_figures
from optimizers import OPTIMIZERS
from surfaces import SURFACES, Data, from_formula
from surfaces.critical import critical_points

STEPS = 300
MANY = 19
RUNS = 3

STARTS = "&".join(f"start={-0.95 + 0.1 * i:.2f},{0.9 - 0.09 * i:.2f}" for i in range(20))
LONG = "*".join(f"exp(sin({n}x + y))" for n in range(1, 12))
EIGHT = "&".join(f"lane=adam(lr=0.{i}1)" for i in range(8))

# The dearest of each kind.
LINKS = {
    "many steps, lanes and starts": f"surface=rosenbrock&steps=10000&{STARTS}&{EIGHT}",
    "the same with noise": f"surface=rosenbrock&steps=10000&noise=0.1&{STARTS}&{EIGHT}",
    "one by one": f"surface=rosenbrock&steps=10000&{STARTS}" + "&lane=nelder_mead" * 8,
    "a deep network": "surface=network_slice(layers=6)&steps=10000&lane=line_search_gd",
    "its Hessians, from all starts": f"surface=network_slice(layers=6)&steps=10000&{STARTS}"
    + "&lane=newton" * 8,
    "a long formula": f"formula={LONG.replace('+', '%2B')}&steps=10000&{STARTS}"
    + "&lane=line_search_gd" * 8,
    "a long memory": "surface=rosenbrock&steps=10000"
    + "&lane=lbfgs(lr=1e-5,tolerance_change=0)" * 8,
    "endless trials": "surface=rosenbrock&steps=10000&lane=line_search_gd(shrink=0.999999999)",
    "endless iterations": "surface=rosenbrock&lane=lbfgs(max_iter=1000000,max_eval=9999999,"
    "lr=1e-9,tolerance_grad=0,tolerance_change=0)",
    "regions": f"surface=eggholder&steps=10000&{STARTS}" + "&lane=trust_region" * 8,
}


def seconds(work):
    begin = time.process_time()
    made = work()
    return time.process_time() - begin, made


def least(work):
    return min((seconds(work) for _ in range(RUNS)), key=lambda found: found[0])


def line(what, taken, counted, note=""):
    print(f"{what:34} {taken:10.1f} {counted:10.1f} {counted / taken:6.2f}  {note}", flush=True)


def a_step(what, optimizer, surface):
    """One run, and as many at once as a swarm has."""
    budget = Budget.of(optimizer, surface, np.inf)
    taken, made = least(lambda: descend(optimizer, surface, surface.start, STEPS, budget=budget))
    counted = budget.spent / (RUNS * max(len(made.loss) - 1, 1))
    line(what, taken / max(len(made.loss) - 1, 1) * 1e6, counted)
    if not optimizer.vectorized:
        return
    starts = np.outer(surface.start, np.linspace(0.9, 1, MANY))
    budget = Budget.of(optimizer, surface, np.inf, MANY)
    taken, _ = least(lambda: descend_all(optimizer, surface, starts, STEPS, budget=budget))
    line(f"  {MANY} at once", taken / STEPS * 1e6, budget.spent / (RUNS * STEPS))


def methods():
    print(f"A step on Rosenbrock: microseconds taken, counted, and their ratio ({STEPS} steps)")
    for key, cls in OPTIMIZERS.items():
        slow = {"lr": 1e-5} if "lr" in cls.hyperparameters() else {}  # no run may end early
        a_step(key, cls(**slow), SURFACES["rosenbrock"])
    print("\nA step of a method for matrices on two of them: the same")
    often = {"soap": {"precondition_frequency": 1}}
    for key in ("muon", "shampoo", "soap"):
        optimizer = OPTIMIZERS[key](lr=1e-5, **often.get(key, {}))
        a_step(key, optimizer, PROBLEMS["matrix_factorization"])


def surfaces():
    print("\nA step of Adam, of Newton and of a line search on each surface: the same")
    x = np.linspace(-2, 2, 500)
    rows = Data(("a", "b"), [x, np.sin(3 * x) + np.cos(99 * x) / 9])
    found = dict(SURFACES) | {"a long formula": from_formula(LONG)}
    found |= {f"{n} layers": SURFACES["network_slice"].with_values(layers=n) for n in (1, 6)}
    found |= {"500 rows": SURFACES["linear_regression"].with_data(rows)}
    for name, surface in found.items():
        surface.value(surface.start)  # trains a network
        for key in ("adam", "newton", "line_search_gd"):
            a_step(f"{name}: {key}", OPTIMIZERS[key](), surface)


def links():
    print(f"\nThe dearest links: seconds taken by all runs of a race, counted (of {RACE / 1e6:g})")
    for what, query in LINKS.items():
        experiment = Experiment.from_query(query)
        assert not experiment.problems, experiment.problems
        taken, runs = seconds(lambda e=experiment: run(e))
        counted = sum(each.cost for each in runs)
        ends = sum(each.outcome.cause == "spent" for each in runs)
        for lane, first in zip(experiment.lanes, runs, strict=True):
            more, swarm = seconds(lambda e=experiment, lane=lane: run_swarm(e, lane))
            shared = swarm[:1] if lane.optimizer.vectorized else swarm
            counted += sum(each.cost for each in shared)
            taken += more
            steps = len(first.loss) - 1
            if len(runs) > 1 and steps and first.outcome.cause != "spent":
                more, _ = seconds(lambda e=experiment, a=lane, n=steps: varied(e, a, n))
                taken, counted = taken + more, counted + experiment.shares(lane)["variation"]
        line(what, taken, counted / 1e6, f"{ends} of {len(runs)} lanes spent their part")


def beside():
    print("\nWhat a link costs beside its runs: seconds to its critical points, to its pictures")
    for name, surface in {"a long formula": from_formula(LONG), **SURFACES}.items():
        experiment = Experiment(surface=surface, steps=1)
        found, _ = seconds(lambda s=surface: critical_points(s))
        drawn, _ = seconds(lambda e=experiment: race_figures(e, run(e)).packed())
        print(f"{name:34} {found:10.2f} {drawn:10.2f}", flush=True)


if __name__ == "__main__":
    methods()
    surfaces()
    links()
    beside()
