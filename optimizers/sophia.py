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
class Sophia(Optimizer):
    """Sophia. Liu et al. 2023, Algorithm 3, https://arxiv.org/abs/2305.14342

    Computes what pytorch_optimizer.SophiaH computes when it is handed the exact diagonal of the
    Hessian in place of Hutchinson's random estimate. A new h takes part in the step at which it is
    measured, m is not bias-corrected, and besides the decay no coordinate moves by more than lr
    times p.
    """

    name = "Sophia"
    summary = "Momentum divided by an average of the Hessian's diagonal, and clipped."
    plain = (
        "It divides averaged slopes by how strongly the ground curves, and cuts short a step that "
        "would be too long."
    )
    family = "matrix and curvature"
    parent = "momentum"
    year = 2023
    paper = Paper(
        ("Liu", OTHERS),
        2023,
        "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training",
        "https://arxiv.org/abs/2305.14342",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"h_t = \beta_2 h_{t-1} + (1 - \beta_2)\, \mathrm{diag} \nabla^2 f(\theta_{t-1})"
        r" \text{ if } k \mid t - 1, \text{ else } h_{t-1}",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1}"
        r" - \alpha\, \mathrm{clip}(m_t / \max(h_t, \epsilon),\, -p,\, p)",
    )
    words = MappingProxyType(
        {
            "h": ("Curvature", "average of the Hessian’s diagonal"),
            "step": ("Step", "against m ÷ h, cut to p, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "SophiaH")
    planar = True
    showcase = "surface=rosenbrock&steps=600&lane=sophia(lr=1,p=0.05)&lane=momentum(lr=0.001)"
    see = (
        "Sophia uses curvature and ends at {ending[0]:.2g}, Momentum at {ending[1]:.2g}; "
        "Sophia's clipped steps make it the slower one at first."
    )

    lr: float = learning_rate(0.06, suggestion=1.0)
    beta1: float = first_moment_decay(0.96)
    beta2: float = decay_rate(
        0.99, r"\beta_2", "How slowly the average of the Hessian's diagonal, h, forgets."
    )
    p: float = hyperparameter(
        0.01,
        symbol="p",
        help="The longest that a coordinate's step may be, times lr.",
        slider=(1e-4, 10.0),
        scale="log",
    )
    update_period: int = hyperparameter(
        10,
        symbol="k",
        help="The Hessian is evaluated every so many steps.",
        low=1.0,
        slider=(1.0, 100.0),
    )
    eps: float = epsilon(
        1e-12, help="The least curvature to divide by; below it, or negative, steps are clipped."
    )
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "h": zero}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g = loss.gradient(theta)
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        h = state["h"]
        if (t - 1) % self.update_period == 0:
            (xx, _), (_, yy) = loss.hessian(theta)
            h = self.beta2 * h + (1 - self.beta2) * np.stack([xx, yy])
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * np.clip(m / np.maximum(h, self.eps), -self.p, self.p)
        return theta - step, {"m": m, "h": h, "decay": decay, "step": step}
