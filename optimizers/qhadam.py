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
from optimizers.qhm import QHM
from optimizers.sources import Function


@dataclass(frozen=True)
class QHAdam(Optimizer):
    """Quasi-hyperbolic Adam. Ma & Yarats 2019, https://arxiv.org/abs/1810.06801

    Computes what pytorch_optimizer.QHAdam computes, but for its bias correction, which it rounds to
    float32 and which is exact here.
    """

    name = "QHAdam"
    summary = "Adam with the plain gradient mixed into m and its square into v."
    plain = (
        "It is Adam in which the newest slope counts directly as well, and not only through the "
        "averages."
    )
    family = "adaptive"
    parent = "adam"
    year = 2018
    paper = QHM.paper
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}",
        r"\hat m_t = \hat m_{t-1} + \frac{1 - \beta_1}{1 - \beta_1^t} (g_t - \hat m_{t-1})",
        r"\hat v_t = \hat v_{t-1} + \frac{1 - \beta_2}{1 - \beta_2^t} (g_t^2 - \hat v_{t-1})",
        r"\theta_t = \theta_{t-1} - \alpha\, \frac{\nu_1 \hat m_t + (1 - \nu_1)\, g_t}"
        r"{\sqrt{\nu_2 \hat v_t + (1 - \nu_2)\, g_t^2} + \epsilon}",
    )
    words = MappingProxyType(
        {
            "m_hat": ("Momentum", "average of recent gradients"),
            "v_hat": ("Squares", "average of recent squared gradients"),
            "step": ("Step", "against m̂ with some g, ÷ root of v̂ with some g²"),
        }
    )
    reference = Function("pytorch_optimizer", "QHAdam")
    showcase = (
        "surface=beale&steps=300&lane=qhadam(lr=0.1,beta1=0.95,nu1=0.5)"
        "&lane=adam(lr=0.1,beta1=0.95)"
    )
    see = (
        "Mixing in the plain gradient damps a long memory: QHAdam ends at {ending[0]:.2g}, Adam"
        " at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.05)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    nu1: float = hyperparameter(
        1.0,
        symbol=r"\nu_1",
        help="The share of the average m in the numerator; the rest is the plain gradient.",
        high=1.0,
        slider=(0.0, 1.0),
        suggestion=0.7,
    )
    nu2: float = hyperparameter(
        1.0,
        symbol=r"\nu_2",
        help="The share of the average v under the root; the rest is the plain square.",
        high=1.0,
        slider=(0.0, 1.0),
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m_hat": zero, "v_hat": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        weight1 = (1 - self.beta1) / (1 - self.beta1**t)
        weight2 = (1 - self.beta2) / (1 - self.beta2**t)
        m_hat = state["m_hat"] + weight1 * (g - state["m_hat"])
        v_hat = state["v_hat"] + weight2 * (g**2 - state["v_hat"])
        numerator = self.nu1 * m_hat + (1 - self.nu1) * g
        denominator = np.sqrt(self.nu2 * v_hat + (1 - self.nu2) * g**2) + self.eps
        step = self.lr * numerator / denominator
        return theta - step, {"m_hat": m_hat, "v_hat": v_hat, "step": step}
