"""What an evaluation costs, counted and not timed, so that it is the same on every machine.

Costs are microseconds of one core as `benchmarks/budget.py` measures them, where the counts are
held against the clock. They are for a value, a gradient and a Hessian of some points at once.
"""

from __future__ import annotations

Costs = tuple[float, float, float]

# Of a formula: a call of one point or of several, for each operation in it, and each of each point.
CALL = (6.0, 4.0, 4.0)
SINGULAR = 5.0  # what looks for 0/0
OPERATION = 0.05
OF_ARRAYS = 0.2
OF_EACH = 0.006
TRANSFORMED = 10.0


def of_formula(operations: tuple[int, int, int], singular: bool, points: int) -> Costs:
    """Of a compiled formula; see `formulas.formula.Compiled` for its operations."""
    an_operation = OPERATION if points == 1 else OF_ARRAYS + OF_EACH * points
    value, gradient, hessian = (
        call + an_operation * count for call, count in zip(CALL, operations, strict=True)
    )
    extra = SINGULAR * singular
    return value, gradient + extra, hessian + extra


def of_rows(call: Costs, a_row: Costs, rows: int) -> Costs:
    """Of a mean over rows, counted over all points."""
    value, gradient, hessian = (c + r * rows for c, r in zip(call, a_row, strict=True))
    return value, gradient, hessian
