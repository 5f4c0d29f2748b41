"""The line search of Moré & Thuente 1994, https://doi.org/10.1145/192115.192132

As MINPACK-2's dcsrch has it, which scipy.optimize uses for BFGS and CG. No optimizer of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SHORTEST, LONGEST = 1e-100, 1e100
RELATIVE_WIDTH = 1e-14
TRIES = 100

Number = Any
"""A float, or what NumPy makes of one."""

Trial = tuple[Number, Number, Number]
"""A step, the loss after it, and its slope there."""


def first_trial(f: Number, f_before: Number, slope: Number) -> float:
    """The step that would lower the loss by as much as the last one did, at most 1."""
    step = np.float64(1.01 * 2) * (f - f_before) / slope
    return float(min(1.0, step)) if step > 0 else 1.0


def wolfe_step(
    phi: Callable[[float], tuple[Number, Number]],
    f0: Number,
    slope0: Number,
    alpha: Number,
    c1: Number,
    c2: Number,
) -> float | None:
    """A step after which the loss is lower and flatter: both Wolfe conditions, strong form.

    Where none is found within 100 trials or to rounding, it is the best that lowers the loss, and
    None where none does.

    Args:
        phi: the loss and its slope after a step; both are asked for once a trial.
        f0, slope0: those after no step; the slope is negative.
        alpha: the first trial.
        c1, c2: how much of the first slope the loss must fall by, and may remain.
    """
    best: Trial = (0.0, f0, slope0)
    other = best
    bracketed, falling_enough = False, False
    width, width_before = LONGEST - SHORTEST, 2 * (LONGEST - SHORTEST)
    low, high = 0.0, 5 * alpha
    for _ in range(TRIES):
        f, slope = phi(alpha)
        line = f0 + c1 * alpha * slope0
        falling_enough = falling_enough or bool(f <= line and slope >= 0)
        if f <= line and abs(slope) <= -c2 * slope0:
            return float(alpha)
        if bracketed and (alpha <= low or alpha >= high or high - low <= RELATIVE_WIDTH * high):
            break
        if alpha == LONGEST and f <= line and slope <= c1 * slope0:
            break
        if alpha == SHORTEST and (f > line or slope >= c1 * slope0):
            break

        trial = (alpha, f, slope)
        # Until a step falls enough, what is searched is the loss above the line.
        tilt = c1 * slope0 if not falling_enough and line < f <= best[1] else 0.0
        best, other, alpha, bracketed = _interpolate(
            _tilted(best, -tilt), _tilted(other, -tilt), _tilted(trial, -tilt), bracketed, low, high
        )
        best, other = _tilted(best, tilt), _tilted(other, tilt)

        if bracketed:
            if abs(other[0] - best[0]) >= 0.66 * width_before:
                alpha = best[0] + 0.5 * (other[0] - best[0])
            width_before, width = width, abs(other[0] - best[0])
            low, high = min(best[0], other[0]), max(best[0], other[0])
        else:
            low, high = alpha + 1.1 * (alpha - best[0]), alpha + 4 * (alpha - best[0])
        alpha = min(max(alpha, SHORTEST), LONGEST)
        if not np.isfinite(alpha):
            break
        if bracketed and (alpha <= low or alpha >= high or high - low <= RELATIVE_WIDTH * high):
            alpha = best[0]
    return float(best[0]) if best[0] > 0 and best[1] < f0 else None


def _tilted(trial: Trial, tilt: Number) -> Trial:
    """The trial on the loss with a line of this slope added."""
    alpha, f, slope = trial
    return (alpha, f + alpha * tilt, slope + tilt)


def _interpolate(
    best: Trial, other: Trial, trial: Trial, bracketed: bool, low: Number, high: Number
) -> tuple[Trial, Trial, float, bool]:
    """The next interval and trial; dcstep, the four cases of section 4 of the paper."""
    (x, fx, dx), (y, fy, dy), (p, fp, dp) = (map(np.float64, part) for part in (best, other, trial))
    opposite = np.sign(dp) * np.sign(dx) < 0

    if fp > fx:  # 1: higher, so a minimum is between
        cubic = _cubic(x, fx, dx, p, fp, dp)
        quadratic = x + dx / ((fx - fp) / (p - x) + dx) / 2 * (p - x)
        nearer = abs(cubic - x) <= abs(quadratic - x)
        following = cubic if nearer else cubic + (quadratic - cubic) / 2
        bracketed = True
    elif opposite:  # 2: lower, and the slope turned
        cubic = _cubic(p, fp, dp, x, fx, dx)
        secant = p + dp / (dp - dx) * (x - p)
        following = cubic if abs(cubic - p) > abs(secant - p) else secant
        bracketed = True
    elif abs(dp) < abs(dx):  # 3: lower, and flatter
        cubic = _cubic_ahead(x, fx, dx, p, fp, dp, low, high)
        secant = p + dp / (dp - dx) * (x - p)
        if bracketed:
            following = cubic if abs(cubic - p) < abs(secant - p) else secant
            limit = p + 0.66 * (y - p)
            following = min(limit, following) if p > x else max(limit, following)
        else:
            following = cubic if abs(cubic - p) > abs(secant - p) else secant
            following = min(max(following, low), high)
    elif bracketed:  # 4: lower, and no flatter
        following = _cubic(p, fp, dp, y, fy, dy)
    else:
        following = high if p > x else low

    if fp > fx:
        other = trial
    else:
        other = best if opposite else other
        best = trial
    return best, other, float(following), bracketed


def _cubic(a: Number, fa: Number, da: Number, b: Number, fb: Number, db: Number) -> float:
    """Where the cubic through two points with their slopes is lowest, seen from a."""
    theta = 3 * (fa - fb) / (b - a) + da + db
    s = max(abs(theta), abs(da), abs(db))
    gamma = s * np.sqrt((theta / s) ** 2 - da / s * (db / s))
    gamma = -gamma if b < a else gamma
    r = (gamma - da + theta) / (gamma - da + gamma + db)
    return float(a + r * (b - a))


def _cubic_ahead(
    x: Number, fx: Number, dx: Number, p: Number, fp: Number, dp: Number, low: Number, high: Number
) -> Number:
    """As `_cubic` from p, but the end of the interval where the cubic falls without end."""
    theta = 3 * (fx - fp) / (p - x) + dx + dp
    s = max(abs(theta), abs(dx), abs(dp))
    gamma = s * np.sqrt(max(0.0, (theta / s) ** 2 - dx / s * (dp / s)))
    gamma = -gamma if p > x else gamma
    r = (gamma - dp + theta) / (gamma + (dx - dp) + gamma)
    if r < 0 and gamma != 0:
        return float(p + r * (x - p))
    return high if p > x else low
