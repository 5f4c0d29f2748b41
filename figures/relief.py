"""How a loss becomes a height and a colour: linearly, or logarithmically on both sides of zero."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from figures.style import number_text
from kept import GRIDS, Kept, Steps, result
from surfaces import Surface

Array = NDArray[np.float64]

# Plotly draws this grid as it is; it refines a coarser one, which costs more than the wire saves.
GRID_POINTS = 121
LEVELS = 18  # about so many lines
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
DECADE = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9))
FLOOR = 0.02  # of the picture, the valley floor that a logarithmic scale should open up
LIFT = 0.015  # of the heights, how far above the surface a path is drawn
STRIPS = 11  # of the grid, between which it is reported how far it is

_grids: Kept[Surface, Array] = Kept(GRIDS)


@dataclass(frozen=True, eq=False)
class Relief:
    """A surface's losses over its domain, and the scale on which they are drawn.

    Attributes:
        x, y: (n,), the grid's lines.
        loss: (n, n), rows along y; nan where the surface is not defined.
        threshold: the loss below which the logarithmic scale turns linear; None on a linear scale.
        own: losses for the map's level lines that a person chose; empty for none.
    """

    x: Array
    y: Array
    loss: Array
    threshold: float | None
    own: tuple[float, ...] = ()

    def height(self, loss: ArrayLike) -> Array:
        """The height at which a loss is drawn; sign(f) log10(1 + |f|/threshold), or the loss."""
        loss = np.asarray(loss, np.float64)
        if self.threshold is None:
            return loss
        return np.sign(loss) * np.log10(1 + np.abs(loss) / self.threshold)

    @cached_property
    def low(self) -> float:
        """The lowest height."""
        return float(np.nanmin(self.height(self.loss)))

    @cached_property
    def high(self) -> float:
        """The greatest height."""
        return float(np.nanmax(self.height(self.loss)))

    @property
    def lift(self) -> float:
        """How far above the surface a path is drawn, so that it is not hidden in it."""
        return LIFT * (self.high - self.low)

    def levels(self) -> Array:
        """Losses for the map's level lines, rising: round, and at nearly equal heights apart.

        Or a person's own, as far as there are such on the surface.
        """
        losses = self.loss[np.isfinite(self.loss)]
        low, high = float(losses.min()), float(losses.max())
        if own := [loss for loss in sorted({*self.own}) if low < loss < high]:
            return np.array(own)
        span = (self.high - self.low) / LEVELS
        if span < np.finfo(float).tiny:
            return np.array([])  # level ground
        if self.threshold is None:
            step = min(ROUND, key=lambda s: abs(np.log(10.0 ** _power(span) * s / span)))
            step *= 10.0 ** _power(span)
            first, last = math.floor(low / step) + 1, math.ceil(high / step) - 1
            return np.array([float(f"{i * step:.12g}") for i in range(first, last + 1)])
        top = math.ceil(math.log10(max(abs(low), abs(high), self.threshold)))
        bottom = math.floor(math.log10(self.threshold)) - 2
        for parts in DECADE:
            rising = [float(f"{m}e{k}") for k in range(bottom, top + 1) for m in parts]
            apart, found = 0.75 * span, [0.0]
            for v in rising:
                if self.height(v) - self.height(found[-1]) >= apart:
                    found.append(v)
            both = [*(-v for v in reversed(found[1:])), *found]
            inner = [v for v in both if low < v < high]
            if len(inner) >= 0.6 * LEVELS:
                break
        return np.array(inner)

    def ticks(self) -> tuple[list[float], list[str]]:
        """Heights to label on a logarithmic scale, and the losses to write there."""
        assert self.threshold is not None
        low, high = float(np.nanmin(self.loss)), float(np.nanmax(self.loss))
        first = int(np.ceil(np.log10(self.threshold)))
        last = int(np.floor(np.log10(max(abs(low), abs(high), self.threshold))))
        every = max(1, round((last - first) / 4))
        powers = [10.0**k for k in range(first, last + 1, every)]
        losses = [v for v in (*(-p for p in reversed(powers)), 0.0, *powers) if low <= v <= high]
        if len(losses) < 3:  # little more than a decade
            losses = [m * 10.0**k for k in range(first - 1, last + 1) for m in (1, 2, 5)]
            losses = [v for v in losses if low <= v <= high]
        apart, ticks = 0.09 * (self.high - self.low), list[float]()
        for v in sorted(losses, key=abs, reverse=True):  # the scale is widest far from 0
            if all(abs(self.height(v) - self.height(other)) >= apart for other in (*ticks, 0)):
                ticks.append(v)
        losses = sorted([*ticks, *(v for v in losses if v == 0)])
        return [float(self.height(v)) for v in losses], [number_text(v) for v in losses]


def preparation(surface: Surface) -> Iterator[float]:
    """Computes all of a surface that is kept; yields how much of it is done, up to 1.

    Yields nothing more than 1 if it is there, or soon will be.
    """
    for part in surface.preparation():
        yield part / 2
    for part in _losses(surface):
        yield (1 + part) / 2


def relief(surface: Surface, scale: str, levels: Sequence[float] = ()) -> Relief:
    """Look at a surface over its domain; scale is "linear" or "log", and levels are a person's own.

    Raises:
        ValueError: the surface is defined nowhere in its domain.
    """
    x, y = surface.domain.axes(GRID_POINTS)
    loss = result(_losses(surface))
    defined = np.abs(loss[np.isfinite(loss)])
    if not defined.size:
        raise ValueError(f"{surface.name} is not defined anywhere in its domain.")
    threshold = None
    if scale == "log":
        threshold = max(float(np.quantile(defined, FLOOR)), float(defined.max()) * 1e-9, 1e-300)
    return Relief(x, y, loss, threshold, tuple(levels))


def _losses(surface: Surface) -> Steps[Array]:
    """Over the grid, read-only; nan where the surface is not defined. Kept for the next look."""

    def compute() -> Steps[Array]:
        x, y = surface.domain.axes(GRID_POINTS)
        strips = []
        for part in np.array_split(y, STRIPS):
            strips.append(surface.value(np.stack(np.meshgrid(x, part))))
            yield len(strips) / STRIPS
        loss = np.concatenate(strips)
        loss[~np.isfinite(loss)] = np.nan
        loss.flags.writeable = False
        return loss

    # The key is the surface without all that it has worked out about itself.
    return _grids.steps(replace(surface, original=None), compute)


def _power(number: float) -> int:
    return math.floor(math.log10(number))
