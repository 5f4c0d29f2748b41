from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decoupled_decay,
    epsilon,
    first_moment_decay,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class DiffGrad(Optimizer):
    """diffGrad. Dubey et al. 2020, https://arxiv.org/abs/1909.11015

    Computes what pytorch_optimizer.DiffGrad computes, with decoupled weight decay and 1e-15 inside
    the root. The gradient before the first is 0.
    """

    name = "diffGrad"
    summary = "Adam that slows down where the gradient hardly changes."
    plain = "It is Adam that goes slower where the slope has hardly changed since the last step."
    family = "adaptive"
    parent = "adam"
    year = 2019
    paper = Paper(
        ("Dubey", OTHERS),
        2020,
        "diffGrad: An Optimization Method for Convolutional Neural Networks",
        "https://arxiv.org/abs/1909.11015",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\xi_t = 1 / (1 + e^{-|g_{t-1} - g_t|})",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1}"
        r" - \alpha\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}\,"
        r" \frac{\xi_t m_t}{\sqrt{v_t + 10^{-15}} + \epsilon}",
    )
    symbols = MappingProxyType({"friction": r"\xi_t"})
    words = MappingProxyType(
        {
            "friction": ("Friction", "½ where the gradient has not changed, else up to 1"),
            "step": ("Step", "against m ÷ √v, corrected, times the friction"),
        }
    )
    reference = Function("pytorch_optimizer", "DiffGrad")
    divides_by = "v"
    showcase = "surface=rosenbrock&steps=600&lane=diffgrad(lr=0.1)&lane=adam(lr=0.1)"
    see = (
        "diffGrad slows where the gradient hardly changes, as along this valley, which only "
        "costs here: it ends at {ending[0]:.2g}, Adam at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "g": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        friction = 1 / (1 + np.exp(-np.abs(state["g"] - g)))
        lr = self.lr * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + lr * friction * m / (np.sqrt(v + 1e-15) + self.eps)
        new = {"m": m, "v": v, "g": g, "friction": friction, "decay": decay, "step": step}
        return theta - step, new
