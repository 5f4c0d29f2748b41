"""A surface from Python functions, for what no formula says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from surfaces.cost import Costs, of_formula
from surfaces.surface import Array, Surface, checked_domain, default_start

Function = Callable[[Array], ArrayLike]

ASSUMED = 100
"""How many operations a function is taken to have, which nobody can count."""

WIDTH = float(np.cbrt(np.finfo(np.float64).eps))
"""Of a central difference, in shares of a coordinate or of 1: truncation and rounding balance."""


@dataclass(frozen=True, kw_only=True)
class CallableSurface(Surface):
    """A loss that functions give; a surface in all else, but that no link can hold it.

    Attributes:
        loss, slope, curvature: see `from_callable`.
        batches: whether the functions take arrays of points.
    """

    formula: str = ""
    loss: Function
    slope: Function
    curvature: Function | None = None
    batches: bool = True

    @cached_property
    def latex(self) -> str:
        return rf"\text{{{self.name}}}"

    @cached_property
    def gradient_latex(self) -> tuple[str, str]:
        return r"\partial f / \partial x", r"\partial f / \partial y"

    @cached_property
    def hessian_latex(self) -> tuple[str, str, str]:
        return (
            r"\partial^2 f / \partial x^2",
            r"\partial^2 f / \partial x\, \partial y",
            r"\partial^2 f / \partial y^2",
        )

    def _cost(self, points: int, rows: int) -> Costs:
        calls, each = (1, points) if self.batches else (points, 1)
        value, gradient, hessian = of_formula((ASSUMED, ASSUMED, ASSUMED), False, each)
        if self.curvature is None:
            hessian = 4 * gradient
        return calls * value, calls * gradient, calls * hessian

    def _value(self, theta: Array) -> Array:
        return self._of(self.loss, theta, ())

    def _gradient(self, theta: Array) -> Array:
        return self._of(self.slope, theta, (2,))

    def _hessian(self, theta: Array) -> Array:
        if self.curvature is not None:
            return self._of(self.curvature, theta, (2, 2))
        columns = []
        for axis in range(2):
            low, high = theta.copy(), theta.copy()
            width = WIDTH * np.maximum(np.abs(theta[axis]), 1.0)
            low[axis] -= width
            high[axis] += width
            between = high[axis] - low[axis]  # as rounded
            columns.append((self._gradient(high) - self._gradient(low)) / between)
        hessian: Array = np.stack(columns, axis=1)
        hessian = (hessian + hessian.swapaxes(0, 1)) / 2
        return hessian

    def _of(self, function: Function, theta: Array, shape: tuple[int, ...]) -> Array:
        """What a function gives at theta (2, ...), of the shape (*shape, ...).

        Raises:
            ValueError: it gives another shape.
        """
        if not self.batches and theta.ndim > 1:
            out = np.empty((*shape, *theta.shape[1:]))
            for index in np.ndindex(theta.shape[1:]):
                out[..., *index] = self._of(function, theta[:, *index], shape)
            return out
        made = np.asarray(function(theta), np.float64)
        wanted = (*shape, *theta.shape[1:])
        if made.shape != wanted:
            raise ValueError(
                f"{self.name} gives {made.shape} at points of shape {theta.shape}, not {wanted}; "
                f"if it takes one point at a time, say batches=False."
            )
        return made


def from_callable(
    value: Function,
    gradient: Function,
    domain: Sequence[float],
    *,
    hessian: Function | None = None,
    batches: bool = True,
    start: tuple[float, float] | None = None,
    minima: Iterable[tuple[float, float]] = (),
    name: str = "Your function",
) -> Surface:
    """A surface from Python functions of points theta, whose axis 0 is the coordinate.

    It can be run and drawn like any other; a link, and so a file, cannot hold it.

    Args:
        value: theta (2, ...) -> (...).
        gradient: theta (2, ...) -> (2, ...). Nobody checks that it is the value's.
        domain: (x low, x high, y low, y high).
        hessian: theta (2, ...) -> (2, 2, ...). Without one, central differences of the gradient
            stand for it, which a smooth gradient of order 1 brings to about 1e-10.
        batches: whether the functions take many points at once; if not, each is called with one
            point (2,) at a time, which is slower.
        start: by default a point inside the domain where the function is defined.
        minima: the global minima (x, y), where they are known.
        name: for people.

    Raises:
        ValueError: the domain is refused, the function is defined nowhere in it or not at the
            start, or gives another shape.
    """
    domain = checked_domain(domain)
    surface = CallableSurface(
        name=name,
        domain=domain,
        start=default_start(domain) if start is None else start,
        minimizers=tuple((float(x), float(y)) for x, y in minima),
        loss=value,
        slope=gradient,
        curvature=hessian,
        batches=batches,
    )
    if start is None:
        return surface.with_domain(domain)
    surface.check_start(start)
    return surface
