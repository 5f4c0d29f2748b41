from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decoupled_decay,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.shampoo import principal_axis
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class SOAP(Optimizer):
    """SOAP. Vyas et al. 2024, Algorithm 3, https://arxiv.org/abs/2409.11321

    Computes what pytorch_optimizer.SOAP computes: the first step only measures and moves nothing,
    and the axes are refreshed by one power iteration with an orthogonalization, which the reference
    rounds to float32 and which is exact here. A vector is turned with precondition_1d alone;
    without it, the default, SOAP is Adam a step late. The first statistic has rank one: along the
    second axis the gradient is then rounding, which moves the point unless eps is far above it.
    """

    name = "SOAP"
    summary = "Adam in the eigenbasis of Shampoo's preconditioner, once precondition_1d is on."
    plain = (
        "If asked, it turns to the directions in which the ground is steepest and gentlest, and "
        "does there what Adam does along the axes."
    )
    family = "matrix and curvature"
    parent = "shampoo"
    year = 2024
    paper = Paper(
        ("Vyas", OTHERS),
        2024,
        "SOAP: Improving and Stabilizing Shampoo using Adam",
        "https://arxiv.org/abs/2409.11321",
    )
    rule = (
        r"g'_t = Q_{t-1}^\top g_t",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad"
        r" v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t'^2, \quad m_1 = v_1 = 0",
        r"\alpha_t = \alpha \sqrt{1 - \beta_2^{t-1}} / (1 - \beta_1^{t-1})",
        r"\theta_t = (1 - \alpha \lambda) \left(\theta_{t-1} - \alpha_t\, Q_{t-1}"
        r" \frac{Q_{t-1}^\top m_t}{\sqrt{v_t} + \epsilon}\right), \quad \theta_1 = \theta_0",
        r"L_t = \beta_2 L_{t-1} + (1 - \beta_2)\, g_t g_t^\top",
        r"Q_1 = \mathrm{eigenvectors}(L_1), \quad"
        r" Q_t = \mathrm{QR}(L_t Q_{t-1}) \text{ if } f \mid t - 1, \text{ else } Q_{t-1}",
    )
    words = MappingProxyType(
        {
            "v": ("Squares", "average of squared gradients, along turned axes"),
            "L_x": ("Products", "average of gradient times gradient: a matrix"),
            "L_y": ("Products", "average of gradient times gradient: a matrix"),
            "axis": ("Axis", "the first of the two turned axes"),
            "step": ("Step", "Adam’s step, along the turned axes"),
        }
    )
    reference = Function("pytorch_optimizer", "SOAP")
    divides_by = "v"
    work = 34.0
    planar = True
    showcase = (
        "surface=rosenbrock&steps=1000&lane=soap(lr=0.02,precondition_1d=true,eps=0.01)"
        "&lane=shampoo(lr=0.5)"
    )
    see = (
        "SOAP, which forgets as Adam does, ends at {ending[0]:.2g}; Shampoo, which sums all "
        "gradients, slows down and ends at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.003, suggestion=0.02)
    beta1: float = first_moment_decay(0.95)
    beta2: float = second_moment_decay(0.95)
    eps: float = hyperparameter(
        1e-8,
        symbol=r"\epsilon",
        help="Added to the denominator, so that a vanishing gradient does not divide by zero.",
        slider=(1e-12, 1.0),
        scale="log",
        suggestion=0.01,
    )
    precondition_1d: bool = hyperparameter(
        False,
        symbol=r"\text{turn vectors}",
        help="Turn the axes to those of the preconditioner; without it SOAP is Adam, a step late.",
        suggestion=True,
    )
    precondition_frequency: int = hyperparameter(
        10,
        symbol="f",
        help="The axes are refreshed every so many steps.",
        low=1.0,
        slider=(1.0, 100.0),
    )
    weight_decay: float = decoupled_decay(0.01)

    def rule_as_set(self) -> tuple[str, ...]:
        if self.precondition_1d:
            return self.rule
        return (
            r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad"
            r" v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2, \quad m_1 = v_1 = 0",
            self.rule[2],
            r"\theta_t = (1 - \alpha \lambda) \left(\theta_{t-1} - \alpha_t\,"
            r" \frac{m_t}{\sqrt{v_t} + \epsilon}\right), \quad \theta_1 = \theta_0",
        )

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        one = np.ones_like(theta[0])
        axis = np.stack([one, zero[0]])
        return {"m": zero, "v": zero, "L_x": zero, "L_y": zero, "axis": axis}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m, v, axis = state["m"], state["v"], state["axis"]
        step = np.zeros_like(theta)
        if t > 1:
            m = self.beta1 * m + (1 - self.beta1) * g
            v = self.beta2 * v + (1 - self.beta2) * _project(g, axis) ** 2
            lr = self.lr * np.sqrt(1 - self.beta2 ** (t - 1)) / (1 - self.beta1 ** (t - 1))
            push = lr * _project_back(_project(m, axis) / (np.sqrt(v) + self.eps), axis)
            step = push + self.lr * self.weight_decay * (theta - push)

        L_x = self.beta2 * state["L_x"] + (1 - self.beta2) * g[0] * g
        L_y = self.beta2 * state["L_y"] + (1 - self.beta2) * g[1] * g
        if self.precondition_1d and t == 1:
            axis = principal_axis(L_x, L_y)
        elif self.precondition_1d and (t - 1) % self.precondition_frequency == 0:
            axis, v = _refresh(L_x, L_y, axis, v)
        return theta - step, {"m": m, "v": v, "L_x": L_x, "L_y": L_y, "axis": axis, "step": step}


def _across(axis: Array) -> Array:
    """The axis turned by a right angle."""
    return np.stack([-axis[1], axis[0]])


def _project(g: Array, axis: Array) -> Array:
    """The components of g along the axis and across it."""
    return np.stack([(axis * g).sum(axis=0), (_across(axis) * g).sum(axis=0)])


def _project_back(g: Array, axis: Array) -> Array:
    back: Array = g[0] * axis + g[1] * _across(axis)
    return back


def _refresh(L_x: Array, L_y: Array, axis: Array, v: Array) -> tuple[Array, Array]:
    """One power iteration of both axes, the stronger first, and v in their order."""

    def applied(q: Array) -> Array:
        return np.stack([(L_x * q).sum(axis=0), (L_y * q).sum(axis=0)])

    along, across = applied(axis), applied(_across(axis))
    swapped = (across * _across(axis)).sum(axis=0) > (along * axis).sum(axis=0)
    strongest = np.where(swapped, across, along)
    length = np.hypot(*strongest)
    refreshed: Array = np.where(length > 0, strongest / length, axis)
    return refreshed, np.where(swapped, v[::-1], v)
