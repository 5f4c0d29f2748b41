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
class LaProp(Optimizer):
    """LaProp. Liu et al. 2020, Algorithm 1, https://arxiv.org/abs/2002.04839

    Computes what pytorch_optimizer.LaProp computes: weight decay acts on the moved point, 1e-15
    stands inside the root, eps is bias-corrected with it, and the learning rate is averaged along
    with the steps, which matters under a schedule.
    """

    name = "LaProp"
    summary = "Adam the other way round: divides each gradient first and averages afterwards."
    plain = (
        "It divides each slope by its usual size first and averages afterwards, where Adam "
        "averages first."
    )
    family = "adaptive"
    parent = "adam"
    year = 2020
    paper = Paper(
        ("Liu", OTHERS),
        2020,
        "LaProp: Separating Momentum and Adaptivity in Adam",
        "https://arxiv.org/abs/2002.04839",
    )
    rule = (
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"n_t = \sqrt{1 - \beta_2^t}\; g_t / (\sqrt{v_t + 10^{-15}} + \epsilon)",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, \alpha\, n_t, \quad"
        r" a_t = \beta_1 a_{t-1} + (1 - \beta_1)\, \alpha",
        r"\theta_t = (1 - \alpha \lambda)\, (\theta_{t-1} - \alpha\, m_t / a_t)",
    )
    symbols = MappingProxyType({"lr_avg": "a_t"})
    words = MappingProxyType(
        {
            "n": ("Scaled gradient", "gradient ÷ √v, corrected"),
            "m": ("Momentum", "average of scaled gradients, each times its rate"),
            "lr_avg": ("Average rate", "average of recent rates, started at zero like m"),
            "step": ("Step", "against m ÷ average rate, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "LaProp")
    divides_by = "v"
    showcase = (
        "surface=rosenbrock&steps=500&lane=laprop(lr=0.01,beta2=0.5)&lane=adam(lr=0.01,beta2=0.5)"
    )
    see = (
        "With a short memory for v, LaProp keeps its pace and ends at {ending[0]:.2g}; Adam, "
        "whose m and v then disagree, ends at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.0004, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-15)
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "lr_avg": zero[0]}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        n = g * np.sqrt(1 - self.beta2**t) / (np.sqrt(v + 1e-15) + self.eps)
        m = self.beta1 * state["m"] + (1 - self.beta1) * self.lr * n
        lr_avg = self.beta1 * state["lr_avg"] + (1 - self.beta1) * self.lr
        correction = np.where(np.equal(self.lr, 0), 1, lr_avg / self.lr)
        moved = theta - m / correction
        decay = self.lr * self.weight_decay * moved
        step = m / correction + decay
        new = {"m": m, "v": v, "n": n, "lr_avg": lr_avg, "decay": decay, "step": step}
        return theta - step, new
