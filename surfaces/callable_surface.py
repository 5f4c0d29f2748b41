"""A surface from Python functions, for what no formula says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
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
        hessian = np.moveaxis(differences(self._gradient, theta), 0, 1)
        hessian = (hessian + hessian.swapaxes(0, 1)) / 2
        return hessian

    def check_slopes(self) -> None:
        """Check that the gradient is the value's, and a Hessian the gradient's, at some points.

        Raises:
            ValueError: one is not; the sentence says where, and what differences give there.
        """
        shares = (np.arange(4) + np.sqrt(0.5)) / 4  # no middle, where kinks often are
        x, y = (
            low + shares * width
            for low, width in zip(self.domain.low, self.domain.width, strict=True)
        )
        points = np.stack(np.broadcast_arrays(x[:, None], y)).reshape(2, -1)
        with np.errstate(all="ignore"):
            self._check("gradient", self._value, self._gradient, points)
            if self.curvature is not None:
                self._check("Hessian", self._gradient, self._hessian, points)

    def _check(
        self,
        name: str,
        function: Callable[[Array], Array],
        derivative: Callable[[Array], Array],
        points: Array,
    ) -> None:
        given, near = derivative(points), differences(function, points)
        far = differences(function, points, 8.0)
        scale = np.abs(function(points)).reshape(-1, points.shape[1]).max(axis=0)
        if name == "Hessian":
            near, far = np.moveaxis(near, 0, 1), np.moveaxis(far, 0, 1)
        size = np.maximum(np.abs(near), np.abs(given)) + 1000 * WIDTH**2 * scale
        # At a kink, and where rounding hides them, differences over two widths are not the same.
        wrong = (np.abs(given - near) > 0.01 * size) & (np.abs(far - near) < 0.001 * size)
        if wrong.any():
            i = np.argmax(wrong.reshape(-1, points.shape[1]).any(axis=0))
            at, gives, are = (
                ", ".join(f"{number:.4g}" for number in np.ravel(array[..., i]))
                for array in (points, given, near)
            )
            raise ValueError(
                f"{self.name} has another {name} than was given: at ({at}) that is ({gives}), and "
                f"differences are ({are}); correct it, or say checks=False if it is meant so."
            )

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


def differences(function: Callable[[Array], Array], theta: Array, widths: float = 1.0) -> Array:
    """Central differences of a function along x and y, (2, ...): over so many times `WIDTH`."""
    slopes = []
    for axis in range(2):
        low, high = theta.copy(), theta.copy()
        width = widths * WIDTH * np.maximum(np.abs(theta[axis]), 1.0)
        low[axis] -= width
        high[axis] += width
        between = high[axis] - low[axis]  # as rounded
        slopes.append((function(high) - function(low)) / between)
    return np.stack(slopes)


def from_callable(
    value: Function,
    gradient: Function,
    domain: Sequence[float],
    *,
    hessian: Function | None = None,
    batches: bool = True,
    checks: bool = True,
    start: tuple[float, float] | None = None,
    minima: Iterable[tuple[float, float]] = (),
    name: str = "Your function",
) -> Surface:
    """A surface from Python functions of points theta, whose axis 0 is the coordinate.

    It can be run and drawn like any other; a link, and so a file, cannot hold it.

    Args:
        value: theta (2, ...) -> (...).
        gradient: theta (2, ...) -> (2, ...).
        domain: (x low, x high, y low, y high).
        hessian: theta (2, ...) -> (2, 2, ...). Without one, central differences of the gradient
            stand for it, which a smooth gradient of order 1 brings to about 1e-10.
        batches: whether the functions take many points at once; if not, each is called with one
            point (2,) at a time, which is slower.
        checks: whether the gradient is compared with differences of the value at some points, and
            a Hessian with those of the gradient.
        start: by default a point inside the domain where the function is defined.
        minima: the global minima (x, y), where they are known.
        name: for people.

    Raises:
        ValueError: the domain is refused, the function is defined nowhere in it or not at the
            start, gives another shape, or has another gradient or Hessian.
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
        surface = replace(surface, start=surface.with_domain(domain).start)
    surface.check_start(surface.start)
    if checks:
        surface.check_slopes()
    return surface
