"""Rotated, shifted and scaled surfaces: methods differ in what they are invariant to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from settings import setting, statements
from surfaces.domain import Domain

Array = NDArray[np.float64]
Factors = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Transform:
    """The map T of the plane and the factor c that make g(p) = c f(T⁻¹ p) of a loss f.

    T stretches, then turns about the origin, then shifts.

    Raises:
        ValueError: a value is out of range.
    """

    rotate: float = setting(
        0.0,
        low=-180.0,
        high=180.0,
        help="How far the surface is turned about the origin, in degrees, counter-clockwise.",
    )
    shift_x: float = setting(0.0, low=-100.0, high=100.0, help="How far it is then moved along x.")
    shift_y: float = setting(0.0, low=-100.0, high=100.0, help="How far it is then moved along y.")
    scale_x: float = setting(
        1.0, low=0.01, high=100.0, scale="log", help="How far it is first stretched along x."
    )
    scale_y: float = setting(
        1.0, low=0.01, high=100.0, scale="log", help="How far it is first stretched along y."
    )
    scale_loss: float = setting(
        1.0, low=0.001, high=1000.0, scale="log", help="What its loss is multiplied by."
    )

    def __post_init__(self) -> None:
        for key, statement in statements(Transform).items():
            object.__setattr__(self, key, statement.checked(getattr(self, key)) + 0.0)  # no -0.0

    @property
    def changed(self) -> dict[str, float]:
        """What is not at its default."""
        return {f.name: getattr(self, f.name) for f in fields(self) if self._sets(f.name)}

    def _sets(self, name: str) -> bool:
        return bool(getattr(self, name) != getattr(Transform, name))

    @cached_property
    def moves(self) -> bool:
        """Whether the plane is changed, not only the loss."""
        return bool(self.changed.keys() - {"scale_loss"})

    @cached_property
    def turn(self) -> tuple[float, float]:
        """Cosine and sine of the angle, exact at right angles."""
        quarters, rest = divmod(self.rotate, 90)
        if rest == 0:
            return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
        return math.cos(math.radians(self.rotate)), math.sin(math.radians(self.rotate))

    # Points

    def forth(self, theta: Array) -> Array:
        """T theta, for theta of shape (2, ...)."""
        cos, sin = self.turn
        x, y = self.scale_x * theta[0], self.scale_y * theta[1]
        return np.stack([cos * x - sin * y + self.shift_x, sin * x + cos * y + self.shift_y])

    def reach(self, bound: float) -> float:
        """How large a coordinate before the transformation can be if none after it is beyond."""
        shifted = bound + max(abs(self.shift_x), abs(self.shift_y))
        return 2 * shifted / min(self.scale_x, self.scale_y)

    def back(self, theta: Array) -> Array:
        """T⁻¹ theta, for theta of shape (2, ...)."""
        if not self.moves:
            return theta
        cos, sin = self.turn
        x, y = theta[0] - self.shift_x, theta[1] - self.shift_y
        return np.stack([(cos * x + sin * y) / self.scale_x, (cos * y - sin * x) / self.scale_y])

    def point(self, point: tuple[float, float]) -> tuple[float, float]:
        """T of one point."""
        x, y = self.forth(np.array(point, np.float64))
        return float(x), float(y)

    def box(self, domain: Domain) -> Domain:
        """The rectangle around T's image of a domain, rounded outward to a thousandth of it."""
        return _around(self.forth, domain)

    def box_back(self, domain: Domain) -> Domain:
        """The same for T⁻¹."""
        return _around(self.back, domain)

    # Losses

    @cached_property
    def jacobian(self) -> tuple[float, float, float, float]:
        """Of T⁻¹, row by row."""
        cos, sin = self.turn
        sx, sy = self.scale_x, self.scale_y
        return cos / sx, sin / sx, -sin / sy, cos / sy

    @cached_property
    def slopes(self) -> Factors:
        """What (fx, fy) are multiplied by in each part of g's gradient."""
        (a, b, c, d), k = self.jacobian, self.scale_loss
        return (k * a, k * c), (k * b, k * d)

    @cached_property
    def bends(self) -> Factors:
        """What (fxx, fxy, fyy) are multiplied by in g's xx, xy and yy."""
        (a, b, c, d), k = self.jacobian, self.scale_loss
        return (
            (k * a * a, 2 * k * a * c, k * c * c),
            (k * a * b, k * (a * d + b * c), k * c * d),
            (k * b * b, 2 * k * b * d, k * d * d),
        )

    def value(self, value: Array) -> Array:
        """g from f at T⁻¹ p; shape (...)."""
        return self.scale_loss * value

    def gradient(self, gradient: Array) -> Array:
        """The gradient of g from that of f at T⁻¹ p; shape (2, ...)."""
        return np.stack([_sum(factors, gradient) for factors in self.slopes])

    def hessian(self, hessian: Array) -> Array:
        """The Hessian of g from that of f at T⁻¹ p; shape (2, 2, ...)."""
        (fxx, fxy), (_, fyy) = hessian
        gxx, gxy, gyy = (_sum(factors, (fxx, fxy, fyy)) for factors in self.bends)
        return np.stack([np.stack([gxx, gxy]), np.stack([gxy, gyy])])


TRANSFORMS = tuple(statements(Transform).values())
"""What a transformation is made of, in the order in which it is written."""

IDENTITY = Transform()


def _around(there: Callable[[Array], Array], domain: Domain) -> Domain:
    x0, x1, y0, y1 = domain
    x, y = there(np.array([[x0, x0, x1, x1], [y0, y1, y0, y1]], np.float64))
    ends = []
    for low, high in ((x.min(), x.max()), (y.min(), y.max())):
        decimals = 3 - math.ceil(math.log10(high - low))
        step = 10.0 ** min(decimals, 300)
        # A tenth of a thousandth of a step is rounding, not a part of the image.
        ends += [math.floor(low * step + 1e-4) / step, math.ceil(high * step - 1e-4) / step]
    return Domain(*ends)


def _sum(factors: Iterable[float], parts: Iterable[Array]) -> Array:
    """The sum of factor times part; where the factor is 0 nothing is added, not even 0·∞."""
    pairs = list(zip(factors, parts, strict=True))
    products = [factor * part for factor, part in pairs if factor]
    total: Array = sum(products[1:], start=products[0]) if products else 0.0 * pairs[0][1]
    return total
