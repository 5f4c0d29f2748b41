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
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Grams(Optimizer):
    """Grams. Cao, Li & Song 2024, Algorithm 1, https://arxiv.org/abs/2412.17107

    Computes what pytorch_optimizer.Grams computes: weight decay acts on θ before the step.
    """

    name = "Grams"
    summary = "AdamW's step lengths, each in the direction of the present gradient's sign."
    plain = (
        "It takes steps as long as AdamW's, but always to the side on which the slope underfoot "
        "goes down."
    )
    family = "adaptive"
    parent = "adamw"
    year = 2024
    paper = Paper(
        ("Cao", "Li", "Song"),
        2024,
        "Grams: Gradient Descent with Adaptive Momentum Scaling",
        "https://arxiv.org/abs/2412.17107",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad"
        r" v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"u_t = \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1} - \alpha\, |u_t|\, \mathrm{sign}(g_t)",
    )
    words = MappingProxyType(
        {
            "step": ("Step", "as long as AdamW’s, against the signs of the gradient"),
        }
    )
    reference = Function("pytorch_optimizer", "Grams")
    divides_by = "v_hat"
    showcase = "surface=himmelblau&steps=200&lane=grams(lr=0.3)&lane=adamw(lr=0.3,weight_decay=0)"
    see = (
        "AdamW swings past the minimum; Grams always follows the present gradient's sign and is"
        " below 0.01 after {first_below[0, 0.01]:.0f} steps, AdamW after {first_below[1, "
        "0.01]:.0f}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-6)
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        u = m_hat / (np.sqrt(v_hat) + self.eps)
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * np.abs(u) * np.sign(g)
        new = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "decay": decay, "step": step}
        return theta - step, new
