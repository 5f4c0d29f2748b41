"""What losses on data share, whatever model they belong to."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from formulas import typeset
from settings import Refusal, Value
from surfaces.domain import Domain
from surfaces.mini_batches import mini_batches
from surfaces.surface import Array, Parameter, Surface
from surfaces.tables.reading import read_csv
from surfaces.tables.table import ROW_NUMBER, Data, Reading, Table
from surfaces.transform import IDENTITY

L1 = Parameter(
    "l1", 0.0, symbol=r"\lambda_1", help="L1 penalty: this times |weight| is added to the loss."
)
L2 = Parameter(
    "l2",
    0.0,
    symbol=r"\lambda_2",
    help="L2 penalty: half of this times weight² is added to the loss.",
)
STANDARDIZE = Parameter(
    "standardize",
    False,
    help="Shift and scale the columns to mean 0 and standard deviation 1 before fitting.",
)

DATA = Path(__file__).parent / "data"

BLOCK = 16_384  # numbers of an array at a time: they stay in the processor's cache


@cache
def _file(name: str) -> Table:
    return read_csv((DATA / name).read_bytes(), Reading(separator=",", decimal="."))


def built_in(name: str, *columns: str) -> Data:
    """Columns of a file in surfaces/data/, whose cells stand between commas."""
    return _file(name).take(columns)


@dataclass(frozen=True, kw_only=True)
class DataSurface(Surface, ABC):
    """A loss on the rows of a data set, over two weights of a model; a surface in all else.

    Attributes:
        data: the rows.
        domain, start: by default what the data ask for.

    Class attributes:
        weights: the two weights in LaTeX.
        columns: what the columns of the data are, in words.

    Raises:
        ValueError: the data do not suit, or the weights that suit them cannot be drawn.
    """

    formula: str = ""
    domain: Domain = None  # type: ignore[assignment]  # set when it is made
    start: tuple[float, float] = field(default=None, compare=False)  # type: ignore[assignment]
    scale: str = "log"
    family: str = "losses on data"
    data: Data

    weights: ClassVar[tuple[str, str]]
    columns: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        if len(self.data.names) != len(self.columns):
            raise Refusal(f"{self.name} takes {len(self.columns)} columns of numbers")
        at_home = self.domain is None
        if at_home:
            object.__setattr__(self, "domain", (-1, 1, -1, 1))
        super().__post_init__()
        if at_home:
            domain, start = self._home()
            object.__setattr__(self, "domain", domain)
            object.__setattr__(self, "start", start)

    def __getitem__(self, name: str) -> Value:
        """The present value of a parameter."""
        return dict(zip((p.name for p in self.parameters), self.values, strict=True))[name]

    @property
    def rows(self) -> int:
        return self.data.rows

    def with_data(self, data: Data) -> Self:
        """The same loss on other rows, over the domain that suits them.

        Raises:
            ValueError: they do not suit; one sentence.
        """
        names = ", ".join(f"“{name}”" for name in data.names)
        return replace(
            self,
            data=data,
            known=None,
            source="Uploaded.",
            teaches=f"{data.rows} rows of {names}.",
            showcase="",
            see="",
        )._at_home()

    def _at_home(self) -> Self:
        """Over the domain that the data ask for, transformed as it is."""
        plain = replace(
            self,
            domain=None,  # type: ignore[arg-type]
            start=None,  # type: ignore[arg-type]
            transform=IDENTITY,
            original=None,
        )
        return cast(Self, plain.transformed(**self.transform.changed))

    def standardized(self) -> Self:
        """With its columns standardized, where that is a choice; then any units can be drawn."""
        chosen = any(parameter.name == STANDARDIZE.name for parameter in self.parameters)
        return self.with_values(standardize=True) if chosen else self

    def suggested(self, table: Table) -> tuple[str, ...]:
        """The columns of a table to begin with.

        Raises:
            ValueError: it has too few.
        """
        names = table.names
        if len(names) == len(self.columns) - 1 and ROW_NUMBER not in names:
            names = (ROW_NUMBER, *names)
        if len(names) < len(self.columns):
            raise Refusal(
                f"The file has {len(names)} columns of numbers, and {self.called} takes "
                f"{len(self.columns)}"
            )
        return names[: len(self.columns)]

    def sample(self, rows: NDArray[np.int_]) -> Self:
        """The loss on some of the rows, standardized as all are: what a mini-batch shows of it.

        Its value, gradient and Hessian are those of the rows; it is no other surface's equal.
        """
        part = copy.copy(self)
        inputs, targets = self._design
        part.__dict__["_design"] = inputs[..., rows], targets[rows]
        return part

    def stream(self, batch: int = 0, seed: int = 0) -> Iterator[Self] | None:
        """The loss on a mini-batch a step; see `surfaces.mini_batches`."""
        return map(self.sample, mini_batches(self.rows, batch, seed)) if batch else None

    # What a subclass says

    @abstractmethod
    def _home(self) -> tuple[Domain, tuple[float, float]]:
        """The domain and the start that suit the data."""

    @cached_property
    @abstractmethod
    def _design(self) -> tuple[Array, Array]:
        """The rows as the loss meets them: what goes in (..., n), and what is to come out (n,)."""

    @abstractmethod
    def _written(self, x: str, y: str) -> tuple[str, tuple[str, str], tuple[str, str, str]]:
        """The loss of weights named x and y in LaTeX, its gradient and its Hessian (xx, xy, yy)."""

    # How it is written

    @property
    def axes(self) -> tuple[str, str]:
        return self.weights

    @cached_property
    def latex(self) -> str:
        """The loss in LaTeX; its penalties where they are not 0."""
        text, *_ = self._written(*self._weights)
        return typeset.transformed(text, self.transform, self.weights, self._weights)

    @cached_property
    def gradient_latex(self) -> tuple[str, str]:
        """The two parts of the gradient in LaTeX; see `latex` for its letters."""
        _, before, _ = self._written(*self._weights)
        a, b, c, d = self.transform.jacobian
        return self._combined((a, c), before), self._combined((b, d), before)

    @cached_property
    def hessian_latex(self) -> tuple[str, str, str]:
        """The three parts of the Hessian in LaTeX; see `latex` for its letters."""
        *_, before = self._written(*self._weights)
        a, b, c, d = self.transform.jacobian
        return (
            self._combined((a * a, 2 * a * c, c * c), before),
            self._combined((a * b, a * d + b * c, c * d), before),
            self._combined((b * b, 2 * b * d, d * d), before),
        )

    def _combined(self, factors: Iterable[float], texts: Sequence[str]) -> str:
        """A sum of texts times factors and what the loss is scaled by."""
        terms = []
        for factor, text in zip(factors, texts, strict=True):
            factor *= self.transform.scale_loss
            if factor:
                terms.append(text if factor == 1 else rf"{factor:.4g} \left[{text}\right]")
        return " + ".join(terms).replace("+ -", "- ")

    @property
    def _weights(self) -> tuple[str, str]:
        x, y = self.weights
        return (rf"\tilde {x}", rf"\tilde {y}") if self.transform.moves else (x, y)

    def _mean_latex(self, inside: str) -> str:
        return rf"\frac{{1}}{{{self.rows}}} \sum_{{i=1}}^{{{self.rows}}} {inside}"

    def _term(self, penalty: str, on: int, text: str) -> str:
        factor = float(self[penalty])
        shown = "" if factor == 1 and text else f"{factor:g} "
        return f" + {shown}{text}".rstrip() if on and factor else ""

    def _half(self, penalty: str, on: int, text: str) -> str:
        factor = float(self[penalty])
        return rf" + \tfrac{{{factor:g}}}{{2}} {text}" if on and factor else ""


@dataclass(frozen=True, kw_only=True)
class CurveSurface(DataSurface):
    """A loss of a model that draws a curve through the data; both columns are standardized."""

    columns = ("x", "y")

    @cached_property
    def _design(self) -> tuple[Array, Array]:
        x, y = (self.data.columns - self.data.means[:, None]) / self.data.spreads[:, None]
        return x, y

    def curve(self, theta: Array, x: Array) -> Array:
        """What weights (2, ...) make of x (k,), in the data's units: (..., k)."""
        (x_mean, y_mean), (x_spread, y_spread) = self.data.means, self.data.spreads
        weights = self.transform.back(np.asarray(theta, np.float64))
        with np.errstate(all="ignore"):
            y: Array = y_mean + y_spread * self._predicted(weights, (x - x_mean) / x_spread)
        return y

    @cached_property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """The global minima (x, y) that were found in the domain, unless it is lower on its border.

        Where only the domain's corners have gone with a transformation, so have the minima.
        """
        before = self.original
        if before is None or self.domain != before.transformed(**self.transform.changed).domain:
            return tuple(sorted(self._lowest()))
        points = map(self.transform.point, before.minima)
        return tuple(point for point in points if self.domain.contains(point))

    @abstractmethod
    def _lowest(self) -> Iterable[tuple[float, float]]:
        """The lowest minima in the domain, in any order."""

    @abstractmethod
    def _predicted(self, theta: Array, x: Array) -> Array:
        """The same without units, of weights before they are transformed."""


def in_blocks(theta: Array, width: int, of: Callable[[Array], Array]) -> Array:
    """What points (2, k) become, (m, k), at all points (2, ...), so many at a time: (m, ...)."""
    flat = theta.reshape(2, -1)
    firsts = range(0, max(flat.shape[1], 1), max(width, 1))
    parts = [of(flat[:, first : first + max(width, 1)]) for first in firsts]
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    return whole.reshape(len(whole), *theta.shape[1:])
