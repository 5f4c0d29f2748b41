from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Loss,
    Optimizer,
    State,
    decay_rate,
    decoupled_decay,
    epsilon,
    first_moment_decay,
    hyperparameter,
    learning_rate,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class AdaHessian(Optimizer):
    """AdaHessian. Yao et al. 2021, Algorithm 1, https://arxiv.org/abs/2006.00719

    Computes what pytorch_optimizer.AdaHessian computes when it is handed the exact diagonal of the
    Hessian in place of Hutchinson's random estimate. The bias of v is corrected by the step,
    however seldom the Hessian is evaluated.
    """

    name = "AdaHessian"
    summary = "Adam that divides by the Hessian's diagonal in place of the gradient."
    plain = (
        "It takes shorter steps in directions where the ground curves strongly, and longer ones "
        "where it is nearly straight."
    )
    family = "matrix and curvature"
    parent = "adam"
    year = 2020
    paper = Paper(
        ("Yao", OTHERS),
        2021,
        "ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning",
        "https://arxiv.org/abs/2006.00719",
    )
    rule = (
        r"D_t = \mathrm{diag} \nabla^2 f(\theta_{t-1})",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, D_t^2"
        r" \text{ if } T \mid t - 1, \text{ else } v_{t-1}",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1}"
        r" - \alpha\, \hat m_t / (\hat v_t^{k/2} + \epsilon)",
    )
    words = MappingProxyType(
        {
            "v": ("Curvature", "average of the Hessian’s squared diagonal"),
            "step": ("Step", "against m̂ ÷ a power of v̂, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "AdaHessian")
    planar = True
    showcase = "surface=booth&steps=300&per=evaluation&lane=adahessian(lr=0.05)&lane=adam(lr=0.05)"
    see = (
        "AdaHessian is below 1 after {evaluations_below[0, 1]:.0f} evaluations (two a step), as"
        " curvature lets it take long steps; after Adam's {evaluations[1]:.0f} Adam is still at"
        " {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.1, suggestion=0.5)
    beta1: float = first_moment_decay()
    beta2: float = decay_rate(
        0.999, r"\beta_2", "How slowly the average of the squared Hessian diagonal, v, forgets."
    )
    hessian_power: float = hyperparameter(
        1.0,
        symbol="k",
        help="The power of the curvature that divides: 1 is a Newton step, 0 is momentum.",
        high=1.0,
        slider=(0.0, 1.0),
    )
    update_period: int = hyperparameter(
        1,
        symbol="T",
        help="The Hessian is evaluated every so many steps.",
        low=1.0,
        slider=(1.0, 100.0),
    )
    eps: float = epsilon(
        1e-16, help="Added to the denominator, so that no curvature does not divide by zero."
    )
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g = loss.gradient(theta)
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = state["v"]
        if (t - 1) % self.update_period == 0:
            (xx, _), (_, yy) = loss.hessian(theta)
            v = self.beta2 * v + (1 - self.beta2) * np.stack([xx, yy]) ** 2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * m_hat / (v_hat ** (self.hessian_power / 2) + self.eps)
        new = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "decay": decay, "step": step}
        return theta - step, new
