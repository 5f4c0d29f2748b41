"""Many runs at once by a function that numba has compiled: to the last bit those of the loop.

It is chosen by itself: where numba is installed, for a rule and a loss of arithmetic alone. Until
another process has compiled it, and for all else, the loop does the same.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import cast

import numpy as np
from numpy.typing import NDArray

from experiment.by_kernel import COLUMNS
from experiment.loop import Array, Descent, over_runs
from experiment.outcome import Motion
from kept import NUMBERS, Kept
from kernels import Untraceable, traced
from kernels.compiled import Function, compiler
from kernels.graph import Graph
from kernels.losses import NOISE, arguments, traced_loss
from kernels.many import BLOCK, ROWS, Many, many, of_loss
from kernels.tracing import settings
from surfaces import Surface

WORTH = 500_000  # steps of all runs together, from which on a rule is compiled for them
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Ran:
    """What became of runs.

    Attributes:
        members: which of them took all steps, and
        theta: (2, k), where these are then.
        gone: which of them went too far, and
        step: (m,), with which step,
        before, after: (2, m), from where to where.
        asked: what a step asks for.
    """

    members: NDArray[np.int_]
    theta: Array
    gone: NDArray[np.int_]
    step: NDArray[np.int_]
    before: Array
    after: Array
    asked: int


def by_numba(descent: Descent, motion: Motion) -> Ran | None:
    """Takes all steps of a descent from many starts; None if there is no function that does.

    The motion is then what became of that of `Ran.members`.
    """
    found = _found(descent)
    if found is None:
        return None
    runs, graph, function = found
    n = descent.theta.shape[1]
    w = np.zeros((len(runs.rows), n))
    w[:2], w[len(ROWS) - 1] = descent.theta, np.arange(n)
    w[4:6], w[6] = motion.place, motion.since
    w[7:15] = np.concatenate([part for box in motion.boxes for part in (box.low, box.high)])
    w[len(ROWS) :] = np.concatenate([np.empty((0, n)), *_held(descent, runs, graph)])
    ended, between = np.zeros(n, np.int64), np.empty((4, n))
    met = (descent.steps, *motion.quarters, descent.bound, motion.reach)
    table = _table(descent, runs)

    def take(part: Array) -> None:
        function(part, table, *met, ended, between)

    parts = min(CORES, n // BLOCK) or 1
    if parts == 1:
        take(w)
    else:
        with ThreadPoolExecutor(parts) as threads:
            split = np.array_split(np.arange(n), parts)
            pieces = [np.ascontiguousarray(w[:, each]) for each in split]
            list(threads.map(take, pieces))
            w = np.concatenate(pieces, axis=1)
    w = w[:, w[len(ROWS) - 1] >= 0]
    motion.place, motion.since = w[4:6], w[6].astype(np.int_)
    for i, box in enumerate(motion.boxes):
        box.low, box.high = w[7 + 4 * i : 9 + 4 * i], w[9 + 4 * i : 11 + 4 * i]
    gone = np.flatnonzero(ended)
    return Ran(
        w[len(ROWS) - 1].astype(np.int_),
        w[:2],
        gone,
        ended[gone],
        between[:2, gone],
        between[2:, gone],
        runs.asked,
    )


def _found(descent: Descent) -> tuple[Many, Graph, Function] | None:
    """What takes the steps of a descent."""
    theta, surface = descent.theta, descent.surface
    if descent.refusal or theta.ndim != 2 or not theta.shape[1]:
        return None
    # To clip takes a length, of which np.hypot's last digit is NumPy's own.
    met = descent.stream is not None or descent.loss.clip is not None
    if met or not isinstance(surface, Surface) or surface.projects:
        return None
    if descent.noise is not None:
        first = next(descent.noise)
        descent.noise = chain([first], descent.noise)
        if first.ndim > 1:  # each run meets its own
            return None
    if not surface.is_finite_within(descent.bound):  # so that each step is looked at
        return None
    own = [name for name, value in settings(descent.optimizer) if np.ndim(value)]
    try:
        graph = traced(over_runs(descent.optimizer, lambda array: cast(Array, array.flat[0])))
        if descent.factors is not None and graph.rates & {*own}:
            return None
        noisy = descent.noise is not None
        losses = {q.kind: traced_loss(surface, q.kind, noisy=noisy) for q in graph.questions}
        runs = many(graph, losses, own)
    except Untraceable:
        return None
    if not _may(descent, runs):
        return None
    function = compiler.function(runs.text, compile=theta.shape[1] * descent.steps >= WORTH)
    return None if function is None else (runs, graph, function)


def _may(descent: Descent, runs: Many) -> bool:
    """Whether the budget surely is enough for all steps."""
    budget = descent.budget
    if budget is None:
        return True
    step = budget.step + sum(budget.answers[COLUMNS[kind]] for kind in runs.kinds)
    return budget.spent + 1.001 * step * descent.steps <= budget.left


def _held(descent: Descent, runs: Many, graph: Graph) -> list[Array]:
    """The rows of the state and of the runs' own settings."""
    n, rows = descent.theta.shape[1], []
    for name in runs.state:
        shape, value = graph.initial[name].shape, np.asarray(descent.state[name], np.float64)
        if value.shape == shape:
            value = value[..., None]
        rows.append(np.broadcast_to(value, (*shape, n)).reshape(-1, n))
    numbers = dict(settings(descent.optimizer))
    rows += [np.broadcast_to(numbers[name], (1, n)) for name in runs.own]
    return rows


def _table(descent: Descent, runs: Many) -> Array:
    """What settings and the number of the step decide; kept from block to block."""
    assert isinstance(descent.surface, Surface)
    given: dict[str, float | Array] = {
        k: float(v) for k, v in settings(descent.optimizer) if not np.ndim(v)
    }
    given |= of_loss(arguments(descent.surface))
    noise = np.array([*islice(descent.noise or (), descent.steps)])
    factors = None if descent.factors is None else descent.factors[: descent.steps]
    key = (
        runs.table.text,  # which is not in the text
        runs.table.decided,
        runs.table.rates,
        tuple(given.items()),
        noise.tobytes(),
        descent.steps,
        None if factors is None else factors.tobytes(),
    )
    numbers = given | of_loss(dict(zip(NOISE, noise.T, strict=False)))
    return _tables.get(key, lambda: runs.table.array(numbers, descent.steps, factors))


_tables: Kept[object, Array] = Kept(NUMBERS)
