"""A surface's formula as a graph: what its compiled functions do, run once on symbols."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from kept import GRAPHS, Kept
from kernels.graph import INPUT, POINT, SETTING, Entry, Node, Nodes, Untraceable
from kernels.symbols import Symbol, Tracing
from surfaces import Problem, Surface
from surfaces.transform import IDENTITY, Transform


@dataclass(frozen=True, eq=False)
class LossGraph(Nodes):
    """What a surface answers at a point.

    Attributes:
        answer: of a value one number, of a gradient two, of a Hessian xx, xy and yy.
    """

    answer: Entry


NOISE = ("noise.x", "noise.y")
"""Arguments of a noisy gradient, which differ from step to step."""


def traced_loss(surface: Problem, kind: str, *, noisy: bool = False) -> LossGraph:
    """The "value", "gradient" or "hessian" of a surface as a graph; its numbers are arguments.

    Kept by the formula, and by which derivatives a transformation leaves out.

    Args:
        noisy: whether noise is added to a gradient: the arguments `NOISE`.

    Raises:
        Untraceable: the surface is no formula; the sentence says so.
    """
    if not isinstance(surface, Surface) or not surface.formula:
        raise Untraceable(f"{surface.name} is no formula in x and y.")
    turn = surface.transform
    parts = () if turn == IDENTITY else (turn.moves, *_leaves_out(turn))
    names = tuple(parameter.name for parameter in surface.parameters)
    key = (surface.formula, names, parts, kind, noisy)
    if noisy and kind == "gradient":
        return _kept.get(key, lambda: _with_noise(traced_loss(surface, kind)))
    return _kept.get(key, partial(_traced, surface, kind))


_kept: Kept[tuple[Any, ...], LossGraph] = Kept(GRAPHS)


def arguments(surface: Surface) -> dict[str, float]:
    """The numbers that a surface's graph takes, in order: of its formula, and of what moves it."""
    names = (parameter.name for parameter in surface.parameters)
    numbers = dict(zip(names, map(float, surface.numbers), strict=True))
    turn = surface.transform
    if turn == IDENTITY:
        return numbers
    moved = dict(zip(("cos", "sin"), turn.turn, strict=True))
    moved |= {name: getattr(turn, name) for name in MOVES}
    return numbers | {f"transform.{name}": float(value) for name, value in moved.items()}


MOVES = ("scale_x", "scale_y", "shift_x", "shift_y", "scale_loss")


class _Tracing(Tracing):
    """A factor that is a symbol is not 0: those that are 0 are none."""

    def decide(self, place: int) -> bool:
        return True


def _traced(surface: Surface, kind: str) -> LossGraph:
    tracing = _Tracing()
    names = tuple(arguments(surface))
    given = {name: tracing.inputs(SETTING, name) for name in names}
    turn = _moved(surface.transform, given)
    numbers = list(given.values())[: len(surface.parameters)]
    compiled = surface.expression.compiled
    theta = tracing.inputs(POINT, POINT, (2,))
    at: Any = turn.back(theta) if turn else theta  # type: ignore[arg-type]

    def numbers_of(function: Callable[..., Any], point: Any) -> Symbol:
        parts = function(*point, *numbers)
        return tracing.stacked([tracing.lift(part) for part in parts])

    if kind == "value":
        (value,) = numbers_of(compiled.value, at)
        found: Any = turn.value(value) if turn else value  # type: ignore[arg-type]
    else:
        function = compiled.gradient if kind == "gradient" else compiled.hessian
        at = surface.representable(at)
        found = numbers_of(function, at)
        if compiled.singular:
            (loss,) = numbers_of(compiled.value, at)
            settled = np.where(np.isfinite(loss), 0.0, found)
            found = np.where(np.isnan(found), settled, found)
        if kind == "gradient" and turn:
            found = turn.gradient(found)
        elif turn:
            xx, xy, yy = found
            (xx, xy), (_, yy) = turn.hessian([[xx, xy], [xy, yy]])  # type: ignore[arg-type]
            found = np.stack([xx, xy, yy])
    return LossGraph(tuple(tracing.nodes), names, tracing.entry(found))


def _with_noise(gradient: LossGraph) -> LossGraph:
    nodes, answers = list(gradient.nodes), []
    for place, name in zip(gradient.answer.nodes, NOISE, strict=True):
        nodes.append(Node(INPUT, text=name, kind=SETTING))
        answers.append(len(nodes))
        nodes.append(Node("add", (place, len(nodes) - 1)))
    answer = replace(gradient.answer, nodes=tuple(answers))
    return LossGraph(tuple(nodes), (*gradient.settings, *NOISE), answer)


def _moved(transform: Transform, given: dict[str, Symbol]) -> Transform | None:
    """The transformation with symbols for its numbers; None if there is none."""
    if transform == IDENTITY:
        return None
    other = copy.copy(transform)
    moved = {name: given[f"transform.{name}"] for name in MOVES}
    turn = given["transform.cos"], given["transform.sin"]
    for name in ("jacobian", "slopes", "bends"):
        other.__dict__.pop(name, None)
    other.__dict__.update(moved, turn=turn, moves=transform.moves)
    for name in ("slopes", "bends"):
        rows = zip(getattr(other, name), getattr(transform, name), strict=True)
        other.__dict__[name] = tuple(
            tuple(new if number else 0.0 for new, number in zip(*row, strict=True)) for row in rows
        )
    return other


def _leaves_out(transform: Transform) -> tuple[bool, ...]:
    """Which derivatives have no part in others."""
    return tuple(each == 0 for row in (*transform.slopes, *transform.bends) for each in row)
