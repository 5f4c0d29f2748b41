from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    decay_rate,
    epsilon,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import Function, Paper

FROM_BETA2 = r"\beta_3 = \sqrt{\beta_2}"
"""The line of the rule that tells β₃ where none is given."""


@dataclass(frozen=True)
class Prodigy(Optimizer):
    """Prodigy. Mishchenko & Defazio 2023, https://arxiv.org/abs/2306.06101

    Computes what optax.contrib.prodigy computes, which corrects the bias of m and v within the
    rate. Where no gradient has been seen yet, optax divides 0 by 0; here the estimate d stays.
    """

    name = "Prodigy"
    summary = "D-Adapt AdamW that weighs late gradients more in its estimate."
    plain = (
        "It works out its own step size from how far it has come, and late slopes count for more "
        "than early ones."
    )
    family = "learning-rate free"
    parent = "dadapt_adamw"
    year = 2023
    paper = Paper(
        ("Mishchenko", "Defazio"),
        2023,
        "Prodigy: An Expeditiously Adaptive Parameter-Free Learner",
        "https://arxiv.org/abs/2306.06101",
    )
    rule = (
        r"\alpha_t = d_t\, \alpha \sqrt{1 - \beta_2^t} / (1 - \beta_1^t)",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, d_t\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, d_t^2 g_t^2",
        r"r_t = \beta_3 r_{t-1} + \tfrac{d_t}{d_0}\, \alpha_t\, "
        r"\langle g_t, \theta_0 - \theta_{t-1} \rangle",
        r"s_t = \beta_3 s_{t-1} + \tfrac{d_t}{d_0}\, \alpha_t\, g_t",
        FROM_BETA2,
        r"d_{t+1} = \max(d_t, c\, r_t / \|s_t\|_1) \text{ if } \|s_t\|_1 > 0, \text{ else } d_t",
        r"\theta_t = (1 - \alpha_t \lambda)\, \theta_{t-1} "
        r"- \alpha_t\, m_t / (\sqrt{v_t} + d_{t+1}\, \epsilon)",
    )
    symbols = MappingProxyType({"d": "d_{t+1}"})
    words = MappingProxyType(
        {
            "m": ("Momentum", "average of recent gradients, each times d"),
            "v": ("Squares", "average of the squares of the same"),
            "s": ("Slow sum", "of gradients, each times its rate"),
            "r": ("Agreement", "how far the way went against the gradients"),
            "d": ("Distance", "estimate of the way to go; it only grows"),
            "step": ("Step", "against m ÷ √v, times its rate"),
        }
    )
    reference = Function("optax.contrib", "prodigy")
    divides_by = "v"
    work = 32.0
    showcase = "surface=beale&steps=500&lane=prodigy&lane=dadapt_adamw"
    see = (
        "Both find a rate by themselves: Prodigy's estimate settles at {largest_state[0, "
        "d]:.2g}, D-Adapt AdamW's at {largest_state[1, d]:.2g}; below 0.01 after "
        "{first_below[0, 0.01]:.0f} and {first_below[1, 0.01]:.0f} steps."
    )

    lr: float = learning_rate(1.0)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    beta3: float = decay_rate(
        0.0, r"\beta_3", "How slowly the estimate of the distance forgets; 0 stands for √β₂."
    )
    eps: float = epsilon(1e-8)
    d0: float = hyperparameter(
        1e-6,
        symbol="d_0",
        help="The first estimate of the distance to go; it only grows.",
        slider=(1e-8, 1.0),
        scale="log",
    )
    d_coef: float = hyperparameter(
        1.0, symbol="c", help="What every new estimate is multiplied by.", slider=(0.1, 10.0)
    )
    weight_decay: float = decay_on("rate")

    def rule_as_set(self) -> tuple[str, ...]:
        return tuple(line for line in self.rule if line != FROM_BETA2 or not np.any(self.beta3))

    def init(self, theta: Array) -> State:
        zero, nothing = np.zeros_like(theta), np.zeros(theta.shape[1:])
        return {
            "m": zero,
            "v": zero,
            "s": zero,
            "r": nothing,
            "d": nothing + self.d0,
            "theta0": theta,
        }

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        d = state["d"]
        beta3 = np.where(np.greater(self.beta3, 0), self.beta3, np.sqrt(self.beta2))
        alpha = d * self.lr * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        m = self.beta1 * state["m"] + (1 - self.beta1) * d * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * (d * g) ** 2
        s = beta3 * state["s"] + alpha * d * g / self.d0
        moved = (g * (state["theta0"] - theta)).sum(axis=0)
        r = beta3 * state["r"] + d / self.d0 * alpha * moved
        seen = np.abs(s).sum(axis=0)
        d = np.where(seen == 0, d, np.maximum(d, self.d_coef * r / seen))
        step = self.weight_decay * alpha * theta + alpha * m / (np.sqrt(v) + d * self.eps)
        new = {"m": m, "v": v, "s": s, "r": r, "d": d, "theta0": state["theta0"], "step": step}
        return theta - step, new
