"""A single run's steps by its rule's kernel: over plain floats, to the last bit those of the loop.

A step that the kernel cannot take, because the method refuses or the budget is spent, is left to
the loop, which says why.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiment.budget import GRADIENT, HESSIAN, LOSS
from experiment.loop import Array, Descent
from experiment.problems.lines import Line
from kernels import Untraceable, traced
from kernels.graph import Graph
from kernels.last import last
from kernels.losses import arguments, traced_loss
from kernels.python import answering, hypot
from kernels.runs import Steps, steps
from kernels.tracing import settings
from surfaces import Problem, Surface

AMPLE = 1 + 1e-9  # more than what the sum of many costs is off by rounding
AT_ONCE = 2048  # steps, whose numbers are then put into an array

Answering = Callable[..., Any]
"""What a loss answers at a step t and a point's floats; see `kernels.python.answering`."""

COLUMNS = {"value": LOSS, "gradient": GRADIENT, "hessian": HESSIAN}
"""Where each kind of question is counted."""


@dataclass(frozen=True)
class Taken:
    """Steps that were taken, with everything that is recorded of them.

    Attributes:
        theta: (n, d, ...), the points after them.
        state: name -> (n, ...), what the optimizer held then.
        given: (n, d, ...), the gradient that was given at the point before each; nan for none.
        asked: (n, 3), how many losses, gradients and Hessians the run had asked for then.
        projected: (n, ...), where the step led to a point that is not allowed; empty where all are.
    """

    theta: Array
    state: Mapping[str, Array]
    given: Array
    asked: NDArray[np.int_]
    projected: NDArray[np.bool_]


def by_kernel(descent: Descent) -> Iterator[Taken]:
    """Takes the steps of a descent as far as its kernel goes, and leaves the others to it.

    There is one for single runs in the plane on a loss that stays the same from step to step, and
    on a line, whatever each step meets there.
    """
    run = _kernel(descent)
    if run is None:
        return
    while descent.t < descent.steps:
        first, last = descent.t + 1, min(descent.t + AT_ONCE, descent.steps)
        rows = _rows(descent, run, first, last)
        if len(rows):
            yield _taken(descent, run, rows)
        if len(rows) <= last - first or not descent.goes_on():
            return


def path_by_kernel(descent: Descent) -> tuple[Array, int] | None:
    """Takes all steps of a descent; None if its kernel does not take it so far.

    Returns:
        The points (steps + 1, d), and how much it asked for.
    """
    run = _kernel(descent, brief=True)
    if run is None:
        return None
    start, graph, size = descent.theta, run.graph, len(descent.theta)
    rows = _rows(descent, run, 1, descent.steps)
    if len(rows) < descent.steps:
        return None
    always = sum(graph.nodes[question.when].text == "True" for question in graph.questions)
    asked = always * len(rows) + int(rows[:, size:].sum())
    return np.concatenate([start[None], rows[:, :size]]), asked


def end_by_kernel(descent: Descent) -> Array | None:
    """The point (2,) after all steps of a descent in the plane; None if it may not come so far.

    Then nothing is said of why: it diverges, or may cost too much, or has no such kernel.
    """
    surface, budget = descent.surface, descent.budget
    if descent.refusal or surface.projects or descent.stream is not None:
        return None
    if descent.theta.shape != (2,) or descent.noise is not None or descent.loss.clip is not None:
        return None
    if not isinstance(surface, Surface) or not surface.is_finite_within(descent.bound):
        return None
    try:
        graph = traced(descent.optimizer)
        kinds = [question.kind for question in graph.questions]
        losses = {kind: traced_loss(surface, kind) for kind in dict.fromkeys(kinds)}
        run = last(graph, losses, descent.factors is not None)
    except Untraceable:
        return None
    if budget is not None:
        step = budget.step + sum(budget.answers[COLUMNS[kind]] for kind in kinds)
        if descent.steps * step * AMPLE > budget.left:
            return None
    numbers, of_surface = dict(settings(descent.optimizer)), arguments(surface)
    end = run.function(
        descent.steps,
        *descent.theta.tolist(),
        descent.bound,
        run.table.lists(numbers, descent.steps, descent.factors),
        None if descent.factors is None else descent.factors.tolist(),
        *(float(n) for key in graph.initial for n in np.ravel(descent.state[key])),
        *(float(numbers[name]) for name in graph.settings),
        *(
            of_surface[name]
            for name in dict.fromkeys(chain(*(g.settings for g in losses.values())))
        ),
    )
    return None if end is None else np.array(end)


def _kernel(descent: Descent, brief: bool = False) -> Steps | None:
    """The run of a descent's rule, if there is one."""
    surface, shape = descent.surface, descent.theta.shape
    if descent.refusal or (surface.projects and surface.interval is None):
        return None
    if shape == (1,):
        if descent.noise is not None or descent.loss.clip is not None:
            return None
    elif shape != (2,) or descent.stream is not None:
        return None
    try:
        graph = traced(descent.optimizer)
    except Untraceable:
        return None
    return steps(graph, descent.factors is not None, brief, surface.projects)


def _answers(
    descent: Descent, graph: Graph, met: list[Problem] | None, first: int
) -> Mapping[str, Answering]:
    """What is answered to each kind of question, from step `first` on by what is then met."""
    kinds = {question.kind for question in graph.questions}
    if met is None:
        return {kind: _answering(descent.surface, kind) for kind in kinds}
    each = {problem: {kind: _answering(problem, kind) for kind in kinds} for problem in set(met)}

    def answer(kind: str) -> Answering:
        answering = [each[problem][kind] for problem in met]
        return lambda t, *point: answering[t - first](t, *point)

    return {kind: answer(kind) for kind in kinds}


def _answering(surface: Problem, kind: str) -> Answering:
    """The kernel's own function of a loss, or else one that calls it."""
    if isinstance(surface, Line):
        return surface.answering(kind)
    try:
        return answering(surface, kind)
    except Untraceable:
        calls: dict[str, Answering] = {
            "value": lambda t, *point: float(surface.value(np.array(point))),
            "gradient": lambda t, *point: surface.gradient(np.array(point)).tolist(),
            "hessian": lambda t, x, y: (
                surface.hessian(np.array([x, y])).ravel()[[0, 1, 3]].tolist()
            ),
        }
        return calls[kind]


def _rows(
    descent: Descent,
    run: Steps,
    first: int,
    last: int,
) -> Array:
    """What the kernel notes of steps first to last, as far as it takes them; (n, width)."""
    rows = bytearray()
    noise = _noise(descent, last - first + 1)
    if noise is not None:
        last = first + len(noise) - 1
    met = None if descent.stream is None else list(islice(descent.stream, last - first + 1))
    answers = _answers(descent, run.graph, met, first)
    gradient = answers.get("gradient")
    if gradient and (noise is not None or descent.loss.clip is not None):
        gradient = _as_met(gradient, noise, first, descent.loss.clip)
    budget, numbers = descent.budget, dict(settings(descent.optimizer))
    costs = (0.0, 0.0, 0.0, 0.0) if budget is None else (budget.step, *budget.answers)
    taken, spent, *_ = run.function(
        first,
        last,
        *descent.theta.tolist(),
        descent.bound,
        *(descent.surface.interval or (-math.inf, math.inf)),
        answers.get("value"),
        gradient,
        answers.get("hessian"),
        rows.extend,
        struct.Struct(f"{run.width}d").pack,
        [
            column[first - 1 : last]
            for column in run.table.lists(numbers, descent.steps, descent.factors)
        ],
        None if descent.factors is None else descent.factors[first - 1 : last].tolist(),
        math.inf if budget is None else budget.left,
        0.0 if budget is None else budget.spent,
        *costs,
        *(float(n) for key in run.graph.initial for n in np.ravel(descent.state[key])),
        *(float(numbers[name]) for name in run.graph.settings),
    )
    if budget is not None:
        budget.spent = spent
    if noise is not None and descent.noise is not None:
        descent.noise = chain(map(np.array, noise[taken - first + 1 :]), descent.noise)
    if met is not None and descent.stream is not None:
        descent.stream = chain(met[taken - first + 1 :], descent.stream)
    return np.frombuffer(rows).reshape(-1, run.width)


def _noise(descent: Descent, most: int) -> list[list[float]] | None:
    """The noise of the next steps; None for none."""
    if descent.noise is None:
        return None
    return [np.asarray(each).tolist() for each in islice(descent.noise, most)]


def _as_met(
    gradient: Answering, noise: list[list[float]] | None, first: int, clip: float | None
) -> Callable[..., tuple[float, float]]:
    """The gradient with each step's noise, clipped, as `experiment.loop.Loss` has it."""

    def met(t: int, x: float, y: float) -> tuple[float, float]:
        u, v = gradient(t, x, y)
        if noise is not None:
            a, b = noise[t - first]
            u, v = u + a, v + b
        if clip is not None:
            length = hypot(u, v)
            if length > clip:
                shrink = clip / length
                u, v = u * shrink, v * shrink
        return u, v

    return met


def _taken(descent: Descent, run: Steps, rows: Array) -> Taken:
    """What the rows of a kernel say; the descent then stands where they end."""
    graph, n, size = run.graph, len(rows), len(descent.theta)
    state, column = {}, 2 * size
    for key, entry in graph.state.items():
        size = len(entry.nodes)
        state[key] = rows[:, column : column + size].reshape(n, *entry.shape)
        column += size
    asked = np.zeros((n, 3), np.int_)
    sometimes = iter(range(column, run.width))
    for question in graph.questions:
        always = graph.nodes[question.when].text == "True"
        asked[:, COLUMNS[question.kind]] += 1 if always else rows[:, next(sometimes)].astype(int)
    asked = np.cumsum(asked, axis=0) + descent.loss.asked
    descent.t += n
    descent.theta = rows[-1, :size].copy()
    descent.state = {key: array[-1].copy() for key, array in state.items()}
    descent.loss.asked = asked[-1].tolist()
    projected = rows[:, -1] != 0 if descent.surface.projects else np.empty(0, np.bool_)
    return Taken(rows[:, :size], state, rows[:, size : 2 * size], asked, projected)
