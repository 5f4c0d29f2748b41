"""The surface value: a formula in x and y, and what one has to know to look at it."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from formulas.formula import Compiled, Formula, compile_formula, read_typed
from formulas.magnitude import logarithm, magnitude
from formulas.typeset import symbol_of
from settings import Refusal, Setting, Value, check_names, shorten
from surfaces.cost import TRANSFORMED, Costs, of_formula
from surfaces.critical import CriticalPoint, critical_points
from surfaces.domain import Domain as Domain
from surfaces.ground import ground, on_line
from surfaces.lowest import surely_lowest
from surfaces.problem import Problem
from surfaces.transform import IDENTITY, TRANSFORMS, Transform

Array = NDArray[np.float64]

Parameter = Setting
"""What a person may set in a formula, in its transformation, or in a loss on data."""

TINY = 1e-150
SURELY_FINITE = 200.0  # decimal digits: far from overflow in a derivative's parts, too
CONSTANTS = {"pi": math.pi, "e": math.e}
MAX_END = 1e9
MIN_WIDTH = 1e-6
START = 0.25, 0.75  # of a domain, from where most of a descent is usually seen
PARTS = (40, 200, 1000)  # of a domain, in which a start is looked for
MARGINS = (4, 1, 0)  # of such parts, from a start to where the loss is not defined
AT_ONCE = 256  # steps for which is drawn
DIGITS = 9  # behind the first of a domain's width

TYPED = "formula"
"""The key of a formula that a person typed."""

STEP, RANDOM = "step", "random"
DRIVERS = {STEP: 1.0, RANDOM: 0.5}
"""What a typed formula's letter may follow: the number of the step, or a number from 0 to 1 that is
drawn at each step; and what it is on the map, and in the losses that are recorded."""

TYPED_DOMAIN = Domain(-5.0, 5.0, -5.0, 5.0)
MAX_LETTER = 1e6
"""What a typed formula's parameters may be set to, and its negative."""

FAMILIES = (
    "bowls and valleys",
    "saddles and plateaus",
    "a few minima",
    "many minima",
    "made to teach",
    "losses on data",
)
"""The kinds of surfaces, from the simple to the special."""


@dataclass(frozen=True)
class Surface(Problem):
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
        showcase: the link of a race in which it shows that; empty where there is none.
        see: one sentence on what to see there, with its numbers as `experiment.told` measures them.
        keywords: what people search for it by, beside its name, its family and what it teaches.
        scale: "linear" or "log": the height that shows it best.
        parameters: what a person may set in the formula.
        curvatures: those parameters that are the curvatures at the minimum, if there are such.
        values: the parameters' present values, in the same order; empty for the defaults.
        family: one of FAMILIES; empty for a typed formula.
        key: its name in links; set by the registry, or `TYPED`.
        transform: how it is rotated, shifted and scaled; domain, start and known value are those
            of the transformed surface, formula and minimizers those from before.
        original: the surface before it was transformed.

    Two surfaces are equal if they are the same loss over the same domain, wherever they start.

    Raises:
        ValueError: the formula is refused, or a parameter is out of range.
    """

    name: str
    formula: str
    domain: Domain
    start: tuple[float, float] = field(compare=False)
    minimizers: tuple[tuple[str | float, str | float], ...] = ()
    known: tuple[tuple[float, float], float] | None = None
    source: str = ""
    teaches: str = ""
    showcase: str = field(default="", compare=False, repr=False)
    see: str = field(default="", compare=False, repr=False)
    keywords: str = field(default="", compare=False, repr=False)
    scale: str = "linear"
    parameters: tuple[Parameter, ...] = ()
    curvatures: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    family: str = ""
    key: str = ""
    transform: Transform = IDENTITY
    original: Surface | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain", checked_domain(self.domain))
        values = self.values or tuple(p.default for p in self.parameters)
        if len(values) != len(self.parameters):
            raise ValueError(
                f"{self.name} has {len(self.parameters)} parameters, and {len(values)} values are "
                f"given."
            )
        pairs = zip(self.parameters, values, strict=True)
        object.__setattr__(self, "values", tuple(p.checked(v, self.name) for p, v in pairs))

    def with_values(self, **values: Value) -> Self:
        """The same surface with some parameters set.

        Raises:
            ValueError: a parameter is unknown or out of range.
        """
        check_names(self.name, values, [p.name for p in self.parameters])
        present = dict(zip((p.name for p in self.parameters), self.values, strict=True))
        original = self.original and self.original.with_values(**values)
        return replace(
            self, values=tuple((present | values).values()), original=original
        )._at_defined_start()

    def transformed(self, **changes: float) -> Surface:
        """The same surface with its transformation changed; see `Transform`.

        Domain, start, minima and known value follow the surface as it was first; a domain that was
        chosen for the transformed surface is forgotten.

        Raises:
            ValueError: there is no such transformation, or it is out of range.
        """
        check_names("A surface's transformation", changes, [each.name for each in TRANSFORMS])
        transform = replace(self.transform, **changes)
        original = self.original or self
        if transform == IDENTITY:
            return original
        known = original.known
        return replace(
            original,
            domain=transform.box(original.domain) if transform.moves else original.domain,
            start=transform.point(original.start) if transform.moves else original.start,
            known=known and (transform.point(known[0]), transform.scale_loss * known[1]),
            transform=transform,
            original=original,
        )

    def with_domain(self, domain: Sequence[float]) -> Surface:
        """The same surface over another domain; its start moves if it lies outside.

        Raises:
            ValueError: the domain is no rectangle, or the surface is defined nowhere in it.
        """
        moved = replace(self, domain=checked_domain(domain))._at_defined_start()
        if not moved.is_defined(moved.start):
            raise Refusal(f"{self.name} is defined nowhere in {moved.domain.words}")
        return moved

    def _at_defined_start(self) -> Self:
        """With a start inside the domain where the surface is defined, if there is one."""
        if self.domain.contains(self.start) and self.is_defined(self.start):
            return self
        for parts in PARTS:
            places, far = _places(self.domain, parts)
            finite = np.isfinite(self.value(places))
            if not finite.any():
                continue
            finite[finite] = np.isfinite(self.gradient(places[:, finite])).all(axis=0)
            for margin in MARGINS:
                size = 2 * margin + 1
                padded = np.pad(finite, margin, constant_values=True)
                inside = sliding_window_view(padded, (size, size)).all(axis=(2, 3))
                if inside.any():
                    x, y = places[:, inside][:, far[inside].argmin()]
                    return replace(self, start=(float(x), float(y)))
        return self

    def is_defined(self, point: tuple[float, float]) -> bool:
        """Whether the loss and its gradient are finite at a point (x, y)."""
        return bool(np.isfinite(self.value(point)) and np.isfinite(self.gradient(point)).all())

    def check_start(self, point: Sequence[float]) -> None:
        """Raise ValueError, with one sentence, where no run can start from a point (x, y)."""
        x, y = point
        if not self.domain.contains(point):
            place = f"{self.called}'s domain, {self.domain.words}"
            raise Refusal("start", f"must lie in {place}, not at {x:g},{y:g}")
        if not self.is_defined((x, y)):
            raise Refusal("start", f"must lie where {self.called} is defined, not at {x:g},{y:g}")

    def is_finite_within(self, bound: float) -> bool:
        if not self.formula:
            return False
        if STEP in self.driven.values():
            return False
        numbers = (1.0 if v == RANDOM else float(v) for v in self.values)
        values = dict(zip(self._names, numbers, strict=True)) | CONSTANTS
        values |= dict.fromkeys(("x", "y"), self.transform.reach(bound))
        sizes = {name: logarithm(value) for name, value in values.items()}
        return magnitude(self.expression.tree, sizes) < SURELY_FINITE

    @property
    def extent(self) -> Array:
        """(2,), the domain's width and height."""
        return self.domain.width

    @property
    def middle(self) -> Array:
        """(2,), the domain's."""
        return self.domain.middle

    def ground(self, theta: Array) -> NDArray[np.str_]:
        return ground(self, theta)

    @property
    def axes(self) -> tuple[str, str]:
        """What the two coordinates are called, in LaTeX."""
        return "x", "y"

    @cached_property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """The global minima (x, y) at the present parameters that lie in the domain.

        Of a typed formula, the lowest that were found, if the search has earned to say so: see
        `surfaces.lowest`.
        """
        if self.key == TYPED:
            return surely_lowest(self, self.critical)

        def number(coordinate: str | float) -> float:
            if isinstance(coordinate, str):
                formula = compile_formula(coordinate, self._names).compiled
                return float(formula.value(0.0, 0.0, *self.numbers)[0])
            return float(coordinate)

        points = [(number(x), number(y)) for x, y in self.minimizers]
        if self.transform.moves:
            points = [self.transform.point(point) for point in points]
        return tuple(point for point in points if self.domain.contains(point))

    @cached_property
    def minima_are_points(self) -> bool:
        """Whether the lowest minima are single points: not some of a line's."""
        return not on_line(self, np.array(self.minima).reshape(-1, 2).T).any()

    @cached_property
    def critical(self) -> tuple[CriticalPoint, ...]:
        """The minima, saddles and maxima that are found inside the domain, by value."""
        return critical_points(self)

    @cached_property
    def latex(self) -> str:
        """The formula in LaTeX, with the parameters' symbols, as it is transformed."""
        return self.expression.latex(self._symbols, self.transform)

    @cached_property
    def gradient_latex(self) -> tuple[str, str]:
        """∂f/∂x and ∂f/∂y in LaTeX; in x̃ and ỹ, as `latex` has them, if the plane is transformed.

        Moderately simplified; what is too long for a page is replaced by words that say so.
        """
        fx, fy, *_ = self.expression.derivatives_latex(self._symbols, self.transform)
        return fx, fy

    @cached_property
    def hessian_latex(self) -> tuple[str, str, str]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y² in LaTeX; see `gradient_latex`."""
        _, _, fxx, fxy, fyy = self.expression.derivatives_latex(self._symbols, self.transform)
        return fxx, fxy, fyy

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.parameters)

    @property
    def _symbols(self) -> dict[str, str]:
        return {p.name: p.symbol or p.name for p in self.parameters}

    @cached_property
    def numbers(self) -> tuple[np.float64, ...]:
        """The parameters' values; unlike Python's floats, NumPy's overflow without raising."""
        return tuple(np.float64(DRIVERS.get(v, v)) for v in self.values)  # type: ignore[arg-type]

    @property
    def driven(self) -> dict[str, str]:
        """What each letter follows that changes from step to step."""
        if self.key != TYPED:
            return {}
        pairs = zip(self._names, self.values, strict=True)
        return {name: value for name, value in pairs if isinstance(value, str)}

    @property
    def draws(self) -> bool:  # type: ignore[override]
        return RANDOM in self.driven.values()

    def stream(self, batch: int = 0, seed: int = 0) -> Iterator[Self] | None:
        """The loss with each step's own letters; the letters are drawn beside noise and batches."""
        return self._as_driven(seed) if self.driven else None

    def _as_driven(self, seed: int) -> Iterator[Self]:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(3,))))
        drawn = list(self.values).count(RANDOM)
        for t in itertools.count(1):
            if (t - 1) % AT_ONCE == 0:
                ahead = iter(rng.random(AT_ONCE * drawn))
            met = copy.copy(self)
            met.__dict__["numbers"] = tuple(
                np.float64(t) if value == STEP else next(ahead) if value == RANDOM else number
                for value, number in zip(self.values, self.numbers, strict=True)
            )
            yield met

    @cached_property
    def expression(self) -> Formula:
        """The formula, read, derived and compiled; all surfaces of one formula share it."""
        return compile_formula(self.formula, self._names)

    @property
    def _compiled(self) -> Compiled:
        return self.expression.compiled

    def value(self, theta: ArrayLike) -> Array:
        """The loss at theta of shape (2, ...); shape (...). Undefined points are nan or inf."""
        theta = np.asarray(theta, np.float64)
        with np.errstate(all="ignore"):
            if self.transform is IDENTITY:
                return self._value(theta)
            return self.transform.value(self._value(self.transform.back(theta)))

    def gradient(self, theta: ArrayLike) -> Array:
        """The exact gradient at theta of shape (2, ...); same shape.

        Where the loss is finite but its derivative is not defined (the tip of Ackley), 0, as
        torch's norm has it.
        """
        theta = np.asarray(theta, np.float64)
        with np.errstate(all="ignore"):
            if self.transform is IDENTITY:
                return self._gradient(theta)
            return self.transform.gradient(self._gradient(self.transform.back(theta)))

    def hessian(self, theta: ArrayLike) -> Array:
        """The exact Hessian at theta of shape (2, ...); shape (2, 2, ...). Undefined entries: 0."""
        theta = np.asarray(theta, np.float64)
        with np.errstate(all="ignore"):
            if self.transform is IDENTITY:
                return self._hessian(theta)
            return self.transform.hessian(self._hessian(self.transform.back(theta)))

    def sharpness(self, theta: ArrayLike) -> Array:
        """The largest curvature at theta (2, ...), the Hessian's larger eigenvalue; shape (...)."""
        (a, b), (_, c) = self.hessian(theta)
        larger: Array = (a + c) / 2 + np.hypot((a - c) / 2, b)
        return larger

    def cost(self, points: int = 1, rows: int = 0) -> Costs:
        value, gradient, hessian = self._cost(points, rows or self.rows)
        extra = 0.0 if self.transform is IDENTITY else TRANSFORMED
        return value + extra, gradient + extra, hessian + extra

    def _cost(self, points: int, rows: int) -> Costs:
        return of_formula(self._compiled.operations, self._compiled.singular, points)

    def preparation(self) -> Iterator[float]:
        """Computes what takes a while and is kept; yields how much of it is done, up to 1.

        Yields nothing if there is nothing to compute. Whoever asks for the loss without it waits.
        """
        return iter(())

    # The same before it is transformed

    def _value(self, theta: Array) -> Array:
        x, y = theta
        (value,) = self._compiled.value(x, y, *self.numbers)
        return np.broadcast_to(np.asarray(value, np.float64), np.shape(x))

    def _gradient(self, theta: Array) -> Array:
        theta = self.representable(theta)
        out = np.empty(theta.shape)
        out[0], out[1] = self._compiled.gradient(*theta, *self.numbers)
        return self._settle(theta, out)

    def _hessian(self, theta: Array) -> Array:
        theta = self.representable(theta)
        out = np.empty((2, *theta.shape))
        out[0, 0], out[0, 1], out[1, 1] = self._compiled.hessian(*theta, *self.numbers)
        out[1, 0] = out[0, 1]
        return self._settle(theta, out)

    def representable(self, theta: Array) -> Array:
        """Theta; next to a singular point without what is so small that its square is 0."""
        return np.where(np.abs(theta) < TINY, 0.0, theta) if self._compiled.singular else theta

    def _settle(self, theta: Array, derivative: Array) -> Array:
        if self._compiled.singular and np.isnan(derivative).any():
            derivative[np.isnan(derivative) & np.isfinite(self._value(theta))] = 0.0
        return derivative


def from_formula(
    formula: str,
    domain: Sequence[float] = TYPED_DOMAIN,
    start: tuple[float, float] | None = None,
    **values: float | str,
) -> Surface:
    """A surface from a formula in x, y and parameters that a person typed.

    Args:
        formula: see `formulas.syntax` for what can be written.
        domain: (x low, x high, y low, y high).
        start: by default a point inside the domain where the formula is defined.
        values: of the parameters, from -1e6 to 1e6, or one of `DRIVERS`; the others are 1.

    Raises:
        ValueError: the formula, the domain, the start or a value is refused; the message is one
            sentence for the person who typed it.
    """
    if not isinstance(formula, str):
        raise Refusal(f"A formula is text such as “x^2 + 3y^2”, not {shorten(repr(formula))}")
    reading = read_typed(formula)
    domain = checked_domain(domain)
    try:
        x, y = map(float, default_start(domain) if start is None else start)
    except (TypeError, ValueError, OverflowError):
        shown = shorten(repr(start))
        raise Refusal("The start", f"must be two numbers such as (1, -0.5), not {shown}") from None
    surface = Surface(
        name="Your formula",
        formula=reading.text,
        domain=domain,
        start=(x, y),
        parameters=typed_parameters(formula),
        key=TYPED,
    ).with_values(**values)
    if start is not None and surface.start != (x, y):
        raise Refusal(
            f"The start {x:g},{y:g} lies outside the domain, or where the formula is "
            f"not defined: choose another"
        )
    if not surface.is_defined(surface.start):
        raise Refusal(f"“{shorten(reading.text)}” is defined nowhere in {domain.words}")
    return surface


def typed_parameters(formula: str) -> tuple[Parameter, ...]:
    """The parameters of a formula that a person typed: its letters, all alike.

    Raises:
        ValueError: the formula is refused.
    """
    return tuple(
        Parameter(
            letter,
            1.0,
            -MAX_LETTER,
            MAX_LETTER,
            symbol=symbol_of(letter).latex(),
            help=f"{letter} in the formula.",
            instead=tuple(DRIVERS),
        )
        for letter in read_typed(formula).letters
    )


def checked_domain(domain: Sequence[float]) -> Domain:
    """The domain in floats.

    Raises:
        ValueError: it is no rectangle that can be drawn.
    """
    try:
        checked = Domain(*map(float, domain))
    except (TypeError, ValueError, OverflowError):
        raise Refusal(
            "The domain",
            f"must be four numbers, x low, x high, y low, y high, not {shorten(repr(domain))}",
        ) from None
    ends = np.array(checked)
    shown = ", ".join(f"{end:g}" for end in ends)
    # Both written so that nan fails, too.
    if not (np.abs(ends) <= MAX_END).all():
        raise Refusal(
            "The domain", f"must be four numbers from {-MAX_END:g} to {MAX_END:g}, not {shown}"
        )
    if not (np.diff(ends)[::2] >= MIN_WIDTH * np.abs(ends).max()).all():
        raise Refusal(
            "The domain",
            f"must be x low, x high, y low, y high with low clearly below high, not {shown}",
        )
    return checked


def default_start(domain: Domain) -> tuple[float, float]:
    """Where a run begins in a domain of which nothing else is known."""
    (x0, x1, y0, y1), (u, v) = domain, START
    x, y = _plain(np.array([(1 - u) * x0 + u * x1, (1 - v) * y0 + v * y1]), domain)
    return float(x), float(y)


def _places(domain: Domain, parts: int) -> tuple[Array, Array]:
    """A grid of points in a domain (2, n, n), and how far each is from `default_start`.

    The first of `PARTS` leaves out the border.
    """
    x0, x1, y0, y1 = domain
    inner = int(parts == PARTS[0])
    along = np.arange(inner, parts + 1 - inner) / parts
    u, v = np.meshgrid(along, along)
    places = np.stack([(1 - u) * x0 + u * x1, (1 - v) * y0 + v * y1])
    return _plain(places, domain), np.hypot(u - START[0], v - START[1])


def _plain(points: Array, domain: Domain) -> Array:
    """Points (2, ...) as one would write them: without what rounding leaves behind."""
    return np.array(
        [
            np.round(each, DIGITS - math.floor(math.log10(width)))
            for each, width in zip(points, domain.width, strict=True)
        ]
    )
