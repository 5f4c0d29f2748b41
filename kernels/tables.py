"""What settings and t alone decide, powers among it: worked out once for all steps, then read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kept import TEXTS, Kept
from kernels.graph import INPUT, SETTING, STEP, Nodes
from kernels.printer import made_once
from kernels.python import PythonPrinter, made

Array = NDArray[np.float64]
Numbers = Mapping[str, float | Array]
"""Of settings; (steps,) of one that differs from step to step."""


@dataclass(frozen=True, eq=False)
class Table:
    """A row for each step, of numbers that each of its columns names.

    Attributes:
        nodes: of a graph.
        columns: the nodes whose numbers they are.
        rates: the settings that factors multiply, if there are any.
    """

    nodes: Nodes
    columns: tuple[int, ...]
    rates: frozenset[str] = frozenset()

    @cached_property
    def decided(self) -> tuple[str, ...]:
        """The settings on which it depends."""
        needed = [self.nodes.nodes[place] for place in self.nodes.needed(self.columns)]
        read = {node.text for node in needed if node.kind == SETTING}
        return tuple(name for name in self.nodes.settings if name in read)

    @cached_property
    def text(self) -> str:
        """Of the function that gives a row, of t and of what decides it."""
        return str(_RowPrinter(self))

    def rows(
        self, numbers: Numbers, steps: int, factors: Array | None = None
    ) -> list[tuple[float, ...]]:
        """Its rows.

        Args:
            factors: (steps,), what multiplies the rates.
        """
        row = made(self.text, "row")
        given = []
        for name in self.decided:
            number = np.broadcast_to(numbers[name], steps)
            by_factor = factors is not None and name in self.rates
            given.append((number * factors if by_factor else number).tolist())
        with np.errstate(all="ignore"):
            each_step = zip(np.arange(1.0, steps + 1).tolist(), *given, strict=True)
            return [row(*inputs) for inputs in each_step]

    def array(self, numbers: Numbers, steps: int, factors: Array | None = None) -> Array:
        """The same, (steps, columns)."""
        if not self.columns:
            return np.empty((steps, 0))
        return np.array(self.rows(numbers, steps, factors), np.float64)

    def lists(
        self, numbers: Mapping[str, float], steps: int, factors: Array | None = None
    ) -> tuple[list[float], ...]:
        """Its columns as Python's floats; kept, and not to be changed."""
        if not self.columns:
            return ()
        rated = factors is not None and not self.rates.isdisjoint(self.decided)
        key = (
            self,
            *(float(numbers[name]) for name in self.decided),
            steps,
            factors.tobytes() if rated and factors is not None else b"",
        )
        return _kept.get(
            key, lambda: tuple(map(list, zip(*self.rows(numbers, steps, factors), strict=True)))
        )


def step_by_step(nodes: Nodes, results: Iterable[int], rates: Collection[str] = ()) -> Table:
    """The table of all that settings and t alone decide and that changes from step to step.

    Args:
        results: the nodes that are wanted.
        rates: the settings that factors multiply.
    """
    alone = [kinds <= {SETTING, STEP} for kinds in nodes.kinds]
    once = made_once(nodes, rates)
    read = (p for p in nodes.read(results, alone) if nodes.nodes[p].operation != INPUT)
    return Table(nodes, tuple(p for p in read if p not in once), frozenset(rates))


_kept: Kept[tuple[object, ...], tuple[list[float], ...]] = Kept(
    TEXTS, lambda columns: 32 * sum(map(len, columns))
)


class _RowPrinter(PythonPrinter):
    def __init__(self, table: Table) -> None:
        super().__init__(table.nodes, table.columns)
        self.decided = [table.nodes.settings.index(name) for name in table.decided]

    def __str__(self) -> str:
        names = ", ".join(["t0", *(f"s{i}" for i in self.decided)])
        row = "".join(f"{self.text(place)}, " for place in self.results)
        lines = [f"def row({names}):", *self.lines(self.statements, "    "), f"    return ({row})"]
        return "\n".join(lines) + "\n"
