from dataclasses import dataclass

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    decoupled_decay,
    learning_rate,
)


@dataclass(frozen=True)
class Lion(Optimizer):
    """Lion. Chen et al. 2023, Algorithm 2, https://arxiv.org/abs/2302.06675

    Computes what optax.lion computes.
    """

    name = "Lion"
    summary = "Signum that weighs the newest gradient more in its step than in its memory."
    family = "sign"
    parent = "signum"
    year = 2023
    paper = "Symbolic Discovery of Optimization Algorithms"
    rule = (
        r"c_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"\theta_t = (1 - \alpha\lambda)\, \theta_{t-1} - \alpha\, \mathrm{sign}(c_t)",
        r"m_t = \beta_2 m_{t-1} + (1 - \beta_2)\, g_t",
    )
    reference = "optax.lion"
    showcase = "surface=rosenbrock&steps=500&lane=lion(lr=0.02)&lane=signum(lr=0.02)"

    lr: float = learning_rate(1e-4, suggestion=0.01)
    beta1: float = decay_rate(0.9, r"\beta_1", "How much of the step's direction is memory.")
    beta2: float = decay_rate(0.99, r"\beta_2", "How slowly the memory, m, forgets.")
    weight_decay: float = decoupled_decay(1e-3)

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        c = self.beta1 * state["m"] + (1 - self.beta1) * g
        m = self.beta2 * state["m"] + (1 - self.beta2) * g
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * np.sign(c)
        return theta - step, {"m": m, "c": c, "decay": decay, "step": step}
