from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.adam import Adam
from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    epsilon,
    first_moment_decay,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import Function


@dataclass(frozen=True)
class Adamax(Optimizer):
    """Adamax. Kingma & Ba 2015, Algorithm 2, https://arxiv.org/abs/1412.6980

    Computes what torch.optim.Adamax computes: eps is added to abs(g) before the maximum, where the
    paper has none.
    """

    name = "Adamax"
    summary = "Adam that divides by the largest recent gradient instead of the root mean square."
    plain = (
        "It averages recent slopes, and divides them by the largest of late where Adam divides by "
        "their usual size."
    )
    family = "adaptive"
    parent = "adam"
    year = 2014
    paper = Adam.paper
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon)",
        r"\hat m_t = m_t / (1 - \beta_1^t)",
        r"\theta_t = \theta_{t-1} - \alpha\, \hat m_t / u_t",
    )
    words = MappingProxyType(
        {
            "u": ("Largest", "size of the largest recent gradient, slowly fading"),
            "step": ("Step", "against m̂ ÷ u, times the learning rate"),
        }
    )
    reference = Function("torch.optim", "Adamax")
    showcase = "surface=rosenbrock&start=-0.5,1&steps=3000&lane=adamax(lr=0.5)&lane=adam(lr=0.5)"
    see = (
        "Adamax remembers the largest gradient and is slow: below 0.0001 after {first_below[0, "
        "0.0001]:.0f} steps, Adam {first_below[1, 0.0001]:.0f}. Both then jump: Adam back to "
        "{relapse[1, 0.0001]:.2g}, Adamax to {relapse[0, 0.0001]:.2g} only."
    )

    lr: float = learning_rate(0.002, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = decay_rate(0.999, r"\beta_2", "How slowly the largest gradient, u, forgets.")
    eps: float = epsilon(1e-8)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "u": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        u = np.maximum(self.beta2 * state["u"], np.abs(g) + self.eps)
        m_hat = m / (1 - self.beta1**t)
        step = self.lr * m_hat / u
        return theta - step, {"m": m, "u": u, "m_hat": m_hat, "step": step}
