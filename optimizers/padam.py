from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    epsilon,
    first_moment_decay,
    hyperparameter,
    l2_penalty,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class PAdam(Optimizer):
    """Partially adaptive Adam. Chen et al. 2020, Algorithm 1, https://arxiv.org/abs/1806.06763

    Computes what pytorch_optimizer.PAdam computes: Adam's v where the paper has AMSGrad's maximum,
    with bias correction, whose root keeps the exponent 1/2, and eps under the power.
    """

    name = "PAdam"
    summary = "Adam that divides by a smaller power of v: a quarter instead of a half."
    plain = "It evens out steep and gentle directions as Adam does, but only part of the way."
    family = "adaptive"
    parent = "adam"
    year = 2018
    paper = Paper(
        ("Chen", OTHERS),
        2020,
        (
            "Closing the Generalization Gap of Adaptive Gradient Methods in Training Deep Neural "
            "Networks"
        ),
        "https://arxiv.org/abs/1806.06763",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\theta_t = \theta_{t-1} - \alpha\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}\,"
        r" \frac{m_t}{(\sqrt{v_t} + \epsilon)^{2p}}",
    )
    words = MappingProxyType({"step": ("Step", "against m ÷ a power of v, corrected")})
    reference = Function("pytorch_optimizer", "PAdam")
    divides_by = "v"
    showcase = "surface=rosenbrock&steps=1000&lane=padam(lr=0.05)&lane=adam(lr=0.05)"
    see = (
        "Between Adam and SGD, PAdam ends at {ending[0]:.2g}, Adam at the same rate at "
        "{ending[1]:.2g}."
    )

    lr: float = learning_rate(0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    partial: float = hyperparameter(
        0.25,
        symbol="p",
        help="The power of v that divides: 1/2 is Adam, 0 is momentum.",
        high=1.0,
        slider=(0.0, 1.0),
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        lr = self.lr * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        step = lr * m / (np.sqrt(v) + self.eps) ** (2 * self.partial)
        return theta - step, {"m": m, "v": v, "step": step}
