"""The surface value: a formula in x and y, and what one has to know to look at it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surfaces.formula import Compiled, compile_formula, latex

Array = NDArray[np.float64]
TINY = 1e-150
Domain = tuple[float, float, float, float]

FAMILIES = (
    "bowls and valleys",
    "saddles and plateaus",
    "a few minima",
    "many minima",
    "made to teach",
)
"""The kinds of surfaces, from the simple to the special."""


@dataclass(frozen=True)
class Parameter:
    """A number in a surface's formula that a person may set.

    Attributes:
        name: as in the formula.
        low, high: the admitted values, and what a slider spans.
        scale: "log" or "linear", how the slider spreads them.
        symbol: LaTeX, without dollar signs.
        help: one line for the person who sets it.
    """

    name: str
    default: float
    low: float
    high: float
    scale: str = "linear"
    symbol: str = ""
    help: str = ""

    @property
    def range(self) -> str:
        return f"at least {self.low:g} and at most {self.high:g}"

    def admits(self, value: float) -> bool:
        return math.isfinite(value) and self.low <= value <= self.high


@dataclass(frozen=True)
class Surface:
    """A loss over the plane, with exact derivatives.

    Attributes:
        name: for people.
        formula: in x, y and the parameters' names.
        domain: (x low, x high, y low, y high), the part that is drawn.
        start: where a run begins unless told otherwise.
        minimizers: the global minima, each coordinate a formula in the parameters or a number.
        known: ((x, y), value): one value away from the minima, at the default parameters.
        source: where the formula comes from.
        teaches: one sentence on what it shows.
        scale: "linear" or "log": the height that shows it best.
        parameters: what a person may set in the formula.
        values: the parameters' present values, in the same order; empty for the defaults.
        family: one of FAMILIES; empty for a typed formula.
        key: its name in links; set by the registry, empty for a typed formula.

    Raises:
        ValueError: the formula is refused, or a parameter is out of range.
    """

    name: str
    formula: str
    domain: Domain
    start: tuple[float, float]
    minimizers: tuple[tuple[str | float, str | float], ...] = ()
    known: tuple[tuple[float, float], float] | None = None
    source: str = ""
    teaches: str = ""
    scale: str = "linear"
    parameters: tuple[Parameter, ...] = ()
    values: tuple[float, ...] = ()
    family: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        x0, x1, y0, y1 = map(float, self.domain)
        if not (all(map(math.isfinite, self.domain)) and x0 < x1 and y0 < y1):
            raise ValueError(
                f"The domain must be x low, x high, y low, y high with low below high, "
                f"not {self.domain}."
            )
        object.__setattr__(self, "domain", (x0, x1, y0, y1))
        values = self.values or tuple(p.default for p in self.parameters)
        object.__setattr__(self, "values", tuple(map(float, values)))
        for parameter, value in zip(self.parameters, self.values, strict=True):
            if not parameter.admits(value):
                raise ValueError(
                    f"{self.name}'s {parameter.name} must be {parameter.range}, not {value:g}."
                )

    def with_values(self, **values: float) -> Surface:
        """The same surface with some parameters set.

        Raises:
            ValueError: a parameter is unknown or out of range.
        """
        unknown = set(values) - {p.name for p in self.parameters}
        if unknown:
            raise ValueError(f"{self.name} has no parameter {sorted(unknown)[0]!r}.")
        present = dict(zip((p.name for p in self.parameters), self.values, strict=True))
        return replace(self, values=tuple((present | values).values()))

    @cached_property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """The global minima as points (x, y) at the present parameters."""
        names = tuple(p.name for p in self.parameters)

        def number(coordinate: str | float) -> float:
            if isinstance(coordinate, str):
                return float(compile_formula(coordinate, names).value(0.0, 0.0, *self.values))
            return float(coordinate)

        return tuple((number(x), number(y)) for x, y in self.minimizers)

    @cached_property
    def latex(self) -> str:
        """The formula in LaTeX, with the parameters' symbols."""
        return latex(self.formula, tuple((p.name, p.symbol or p.name) for p in self.parameters))

    @cached_property
    def _compiled(self) -> Compiled:
        return compile_formula(self.formula, tuple(p.name for p in self.parameters))

    def value(self, theta: ArrayLike) -> Array:
        """The loss at theta of shape (2, ...); shape (...). Undefined points are nan or inf."""
        x, y = np.asarray(theta, np.float64)
        with np.errstate(all="ignore"):
            value = self._compiled.value(x, y, *self.values)
        return np.broadcast_to(np.asarray(value, np.float64), np.shape(x))

    def gradient(self, theta: ArrayLike) -> Array:
        """The exact gradient at theta of shape (2, ...); same shape.

        Where the loss is finite but its derivative is not defined (the tip of Ackley), 0, as
        torch's norm has it.
        """
        theta = self._representable(theta)
        out = np.empty_like(theta)
        with np.errstate(all="ignore"):
            out[0], out[1] = self._compiled.gradient(*theta, *self.values)
        return self._settle(theta, out)

    def hessian(self, theta: ArrayLike) -> Array:
        """The exact Hessian at theta of shape (2, ...); shape (2, 2, ...). Undefined entries: 0."""
        theta = self._representable(theta)
        out = np.empty((2, *theta.shape))
        with np.errstate(all="ignore"):
            out[0, 0], out[0, 1], out[1, 1] = self._compiled.hessian(*theta, *self.values)
        out[1, 0] = out[0, 1]
        return self._settle(theta, out)

    def _representable(self, theta: ArrayLike) -> Array:
        """Theta; next to a singular point without what is so small that its square is 0."""
        theta = np.asarray(theta, np.float64)
        if self._compiled.singular:
            theta = np.where(np.abs(theta) < TINY, 0.0, theta)
        return theta

    def _settle(self, theta: Array, derivative: Array) -> Array:
        if self._compiled.singular and np.isnan(derivative).any():
            derivative[np.isnan(derivative) & np.isfinite(self.value(theta))] = 0.0
        return derivative


def from_formula(formula: str, domain: Domain, start: tuple[float, float] | None = None) -> Surface:
    """A surface from a formula in x and y that a person typed.

    Raises:
        ValueError: the formula or the domain is refused; the message is one sentence for the
            person who typed it.
    """
    x0, x1, y0, y1 = domain
    center = (0.75 * x0 + 0.25 * x1, 0.25 * y0 + 0.75 * y1)
    surface = Surface(name="Your formula", formula=formula, domain=domain, start=start or center)
    surface._compiled  # noqa: B018 - refuse now, not at the first look
    return surface
