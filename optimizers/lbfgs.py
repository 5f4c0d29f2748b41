from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from matrices import dot
from optimizers.base import Array, Loss, Optimizer, State, hyperparameter, learning_rate
from optimizers.sources import Function, Paper

C1, C2 = 1e-4, 0.9
LEAST_CURVATURE = 1e-10

Number = Any  # a float, or what NumPy makes of one
Evaluate = Callable[[Number], tuple[Number, Array]]

REPEATED = r"\text{up to } n \text{ times a step:}"


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """L-BFGS. Liu & Nocedal 1989, Algorithm 2.1, https://doi.org/10.1007/BF01589116

    Computes what torch.optim.LBFGS computes. One step is one call of its step(), which is up to
    max_iter iterations. With strong_wolfe and max_iter=1, torch's own max_eval of 1 leaves the line
    search no trial: give more. B, of the last k steps and changes of the gradient, is never made:
    two loops over them multiply g by it, Algorithm 7.4 of Nocedal & Wright 2006.
    """

    name = "L-BFGS"
    summary = "BFGS that keeps the last steps and gradient changes instead of a matrix."
    plain = (
        "It remembers its last few steps and how each changed the slope, and works out from them "
        "how the ground curves."
    )
    family = "matrix and curvature"
    parent = "bfgs"
    year = 1989
    paper = Paper(
        ("Liu", "Nocedal"),
        1989,
        "On the Limited Memory BFGS Method for Large Scale Optimization",
        "https://doi.org/10.1007/BF01589116",
    )
    vectorized = False
    rule = (
        REPEATED,
        r"s_k = \theta_{t-1} - \theta_{t-2}, \quad y_k = g_t - g_{t-1}, \quad"
        r" \rho_i = 1 / y_i^\top s_i",
        r"B_0 = \frac{s_k^\top y_k}{y_k^\top y_k}\, I, \quad"
        r" B_i = (I - \rho_i s_i y_i^\top)\, B_{i-1}\, (I - \rho_i y_i s_i^\top)"
        r" + \rho_i s_i s_i^\top",
        r"r_t = -B_k\, g_t, \quad r_1 = -g_1",
        r"\alpha_t = \alpha, \quad \alpha_1 = \alpha \min(1, 1 / \|g_1\|_1)",
        r"\theta_t = \theta_{t-1} + \alpha_t\, r_t",
    )
    symbols = MappingProxyType({"d": "r_t"})
    words = MappingProxyType(
        {
            "d": ("Direction", "downhill, bent by the curvature learnt"),
            "g_prev": ("Last gradient", "where the last move began"),
            "alpha": ("Length", "how many times the direction it goes"),
            "scale": ("Scale", "of the inverse curvature, to begin with"),
            "iterations": ("Counts", "directions so far, and pairs remembered"),
            "kept": ("Counts", "directions so far, and pairs remembered"),
            "S": ("Memory", "last moves, and how the gradient changed in each"),
            "Y": ("Memory", "last moves, and how the gradient changed in each"),
            "step": ("Step", "what the moves of this step add up to"),
        }
    )
    reference = Function("torch.optim", "LBFGS")
    planar = True
    showcase = (
        "surface=rosenbrock&steps=60"
        "&lane=lbfgs(max_iter=1,max_eval=25,line_search_fn=strong_wolfe)&lane=bfgs"
    )
    see = (
        "L-BFGS keeps a few past steps, not a matrix, and nearly ties: below 0.0001 after "
        "{first_below[0, 0.0001]:.0f} steps, BFGS after {first_below[1, 0.0001]:.0f}, though "
        "with more evaluations."
    )

    lr: float = learning_rate(1.0)
    max_iter: int = hyperparameter(
        20,
        symbol="n",
        help="How many iterations one step makes.",
        low=1,
        slider=(1, 20),
        suggestion=1,
    )
    max_eval: int = hyperparameter(
        0,
        symbol="n_f",
        help="How many gradients one step may ask for; 0 stands for 5/4 of max_iter.",
        slider=(0, 50),
        suggestion=25,
    )
    tolerance_grad: float = hyperparameter(
        1e-7,
        symbol=r"\epsilon_g",
        help="It stays where no component of the gradient is larger.",
        slider=(1e-12, 1e-2),
        scale="log",
    )
    tolerance_change: float = hyperparameter(
        1e-9,
        symbol=r"\epsilon_f",
        help="A step ends early where loss or point change by less.",
        slider=(1e-12, 1e-2),
        scale="log",
    )
    history_size: int = hyperparameter(
        100,
        symbol="m",
        help="How many steps and gradient changes are kept.",
        low=1,
        high=100,
        slider=(1, 100),
        suggestion=10,
    )
    line_search_fn: str = hyperparameter(
        "none",
        symbol=r"\text{line search}",
        help="Without one, every iteration goes lr times the direction.",
        choices=("none", "strong_wolfe"),
        suggestion="strong_wolfe",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        searched = (r"\alpha_t \text{ by line search}",)
        length = searched if self.line_search_fn == "strong_wolfe" else self.rule[4:5]
        return (*self.rule[self.max_iter == 1 : 4], *length, self.rule[5])

    @property
    def work_of_an_answer(self) -> float:
        """See `Optimizer`: the two loops over the memory."""
        return 10.0 + 2.8 * self.history_size

    def init(self, theta: Array) -> State:
        zero, nothing = np.zeros_like(theta), np.zeros(())
        memory = np.zeros((self.history_size, 2))
        return {
            "d": zero,
            "g_prev": zero,
            "alpha": nothing,
            "scale": np.ones(()),
            "iterations": nothing,
            "kept": nothing,
            "S": memory,
            "Y": memory,
        }

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        start = theta
        d, g_prev, alpha = state["d"], state["g_prev"], float(state["alpha"])
        scale, iterations, kept = state["scale"], int(state["iterations"]), int(state["kept"])
        steps, changes = list(state["S"][:kept]), list(state["Y"][:kept])
        max_eval = self.max_eval or self.max_iter * 5 // 4

        f, g = loss.value(theta), loss.gradient(theta)
        evaluations = 1
        for iteration in range(1, self.max_iter + 1):
            if iteration == 1 and np.abs(g).max() <= self.tolerance_grad:
                break
            iterations += 1
            if iterations == 1:
                d = -g
            else:
                y, s = g - g_prev, d * alpha
                if dot(y, s) > LEAST_CURVATURE:
                    steps, changes = [*steps, s], [*changes, y]
                    steps, changes = steps[-self.history_size :], changes[-self.history_size :]
                    scale = np.asarray(dot(y, s) / dot(y, y))
                d = two_loops(g, steps, changes, scale)

            g_prev, f_prev = g, f
            alpha = self.lr * float(min(1.0, 1 / np.abs(g).sum()) if iterations == 1 else 1.0)
            slope = dot(g, d)
            if slope > -self.tolerance_change:
                break
            if self.line_search_fn == "strong_wolfe":

                def evaluate(
                    length: Number, x: Array = theta, d: Array = d
                ) -> tuple[Number, Array]:
                    at = x + length * d
                    return loss.value(at), loss.gradient(at)

                room = max_eval - evaluations
                f, g, alpha, asked = strong_wolfe(
                    evaluate, alpha, d, f, g, slope, self.tolerance_change, room
                )
                theta = theta + alpha * d
            else:
                theta = theta + alpha * d
                asked = 0
                if iteration != self.max_iter:
                    f, g, asked = loss.value(theta), loss.gradient(theta), 1
            evaluations += asked

            if evaluations >= max_eval or np.abs(g).max() <= self.tolerance_grad:
                break
            if np.abs(d * alpha).max() <= self.tolerance_change:
                break
            if abs(f - f_prev) < self.tolerance_change:
                break

        memory = np.zeros((2, self.history_size, 2))
        memory[:, : len(steps)] = np.reshape([steps, changes], (2, -1, 2))
        return theta, {
            "d": d,
            "g_prev": g_prev,
            "alpha": np.array(alpha),
            "scale": np.array(scale),
            "iterations": np.array(float(iterations)),
            "kept": np.array(float(len(steps))),
            "S": memory[0],
            "Y": memory[1],
            "step": start - theta,
        }


def two_loops(g: Array, steps: list[Array], changes: list[Array], scale: Array) -> Array:
    """The direction: minus the gradient, times the inverse Hessian that the memory implies."""
    q, a = -g, []
    for s, y in zip(reversed(steps), reversed(changes), strict=True):
        a.append(dot(s, q) / dot(y, s))
        q = q - a[-1] * y
    r: Array = q * scale
    for s, y in zip(steps, changes, strict=True):
        r = r + (a.pop() - dot(y, r) / dot(y, s)) * s
    return r


def strong_wolfe(
    evaluate: Evaluate,
    t: Number,
    d: Array,
    f: Number,
    g: Array,
    slope: Number,
    tolerance_change: Number,
    most: int,
) -> tuple[Number, Array, Number, int]:
    """torch's line search: a bracket of a step that meets Wolfe's conditions, then its zoom.

    Returns:
        the loss and gradient after the step, its length, and how many trials were made.
    """
    f_new, g_new = evaluate(t)
    evaluations, tries = 1, 0
    t_prev, f_prev, g_prev, slope_prev = 0.0, f, g, slope
    bracket: list[tuple[Number, Number, Array, Number]] = []
    done = False
    while tries < most:
        slope_new = dot(g_new, d)
        before, trial = (t_prev, f_prev, g_prev, slope_prev), (t, f_new, g_new, slope_new)
        if f_new > f + C1 * t * slope or (tries > 1 and f_new >= f_prev):
            bracket = [before, trial]
            break
        if abs(slope_new) <= -C2 * slope:
            bracket, done = [trial], True
            break
        if slope_new >= 0:
            bracket = [before, trial]
            break
        bounds = (t + 0.01 * (t - t_prev), t * 10)
        following = cubic_minimum(t_prev, f_prev, slope_prev, t, f_new, slope_new, bounds)
        t_prev, f_prev, g_prev, slope_prev = trial
        t = following
        f_new, g_new = evaluate(t)
        evaluations, tries = evaluations + 1, tries + 1
    if tries == most:
        bracket = [(0.0, f, g, slope), (t, f_new, g_new, dot(g_new, d))]

    low, high = (0, -1) if bracket[0][1] <= bracket[-1][1] else (-1, 0)
    stuck = False
    while not done and tries < most:
        (a, fa, _, slope_a), (b, fb, _, slope_b) = bracket
        if abs(b - a) * np.abs(d).max() < tolerance_change:
            break
        t = cubic_minimum(a, fa, slope_a, b, fb, slope_b, (min(a, b), max(a, b)))
        margin = 0.1 * abs(b - a)
        if min(max(a, b) - t, t - min(a, b)) < margin:
            if stuck or t >= max(a, b) or t <= min(a, b):
                nearer_top = abs(t - max(a, b)) < abs(t - min(a, b))
                t = max(a, b) - margin if nearer_top else min(a, b) + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False

        f_new, g_new = evaluate(t)
        evaluations, tries = evaluations + 1, tries + 1
        slope_new = dot(g_new, d)
        trial = (t, f_new, g_new, slope_new)
        if f_new > f + C1 * t * slope or f_new >= bracket[low][1]:
            bracket[high] = trial
            low, high = (0, -1) if bracket[0][1] <= bracket[-1][1] else (-1, 0)
        else:
            if abs(slope_new) <= -C2 * slope:
                done = True
            elif slope_new * (bracket[high][0] - bracket[low][0]) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = trial
    t, f_new, g_new, _ = bracket[low]
    return f_new, g_new, t, evaluations


def cubic_minimum(
    x1: Number,
    f1: Number,
    slope1: Number,
    x2: Number,
    f2: Number,
    slope2: Number,
    bounds: tuple[Number, Number],
) -> Number:
    """Where the cubic through two points with their slopes is lowest, within the bounds."""
    low, high = bounds
    d1 = slope1 + slope2 - 3 * (f1 - f2) / np.float64(x1 - x2)
    squared = d1**2 - slope1 * slope2
    if not squared >= 0:
        return (low + high) / 2
    d2 = np.sqrt(squared)
    if x1 <= x2:
        lowest = x2 - (x2 - x1) * ((slope2 + d2 - d1) / (slope2 - slope1 + 2 * d2))
    else:
        lowest = x1 - (x1 - x2) * ((slope1 + d2 - d1) / (slope1 - slope2 + 2 * d2))
    return float(min(max(lowest, low), high))
