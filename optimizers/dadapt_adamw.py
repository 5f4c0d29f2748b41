from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    epsilon,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class DAdaptAdamW(Optimizer):
    """D-Adapt AdamW. Defazio & Mishchenko 2023, https://arxiv.org/abs/2301.07733

    Computes what optax.contrib.dadapt_adamw computes, which corrects the bias of m and v within the
    rate. Where no gradient has been seen yet, optax divides 0 by 0; here the estimate d stays.
    """

    name = "D-Adapt AdamW"
    summary = "AdamW that estimates its learning rate from how far its gradients have carried it."
    plain = (
        "It is AdamW that works out its own step size from how far the slopes have already carried"
        " it."
    )
    family = "learning-rate free"
    parent = "adamw"
    year = 2023
    paper = Paper(
        ("Defazio", "Mishchenko"),
        2023,
        "Learning-Rate-Free Learning by D-Adaptation",
        "https://arxiv.org/abs/2301.07733",
    )
    rule = (
        r"\alpha_t = d_t\, \alpha \sqrt{1 - \beta_2^t} / (1 - \beta_1^t)",
        r"\tilde r_t = \langle g_t, s_{t-1} / (\sqrt{v_{t-1}} + \epsilon) \rangle",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, \alpha_t\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"s_t = \sqrt{\beta_2}\, s_{t-1} + (1 - \sqrt{\beta_2})\, \alpha_t\, g_t",
        r"r_t = \sqrt{\beta_2}\, r_{t-1} + (1 - \sqrt{\beta_2})\, \alpha_t\, \tilde r_t",
        r"d_{t+1} = \max(d_t, r_t / ((1 - \sqrt{\beta_2})\, \|s_t\|_1))"
        r" \text{ if } \|s_t\|_1 > 0, \text{ else } d_t",
        r"\theta_t = (1 - \alpha_t \lambda)\, \theta_{t-1} - m_t / (\sqrt{v_t} + \epsilon)",
    )
    symbols = MappingProxyType({"d": "d_{t+1}"})
    words = MappingProxyType(
        {
            "m": ("Momentum", "average of recent gradients, each times its rate"),
            "s": ("Slow average", "of the same, with a longer memory"),
            "r": ("Agreement", "average of how far gradients point along s"),
            "d": ("Distance", "estimate of the way to go; it only grows"),
            "step": ("Step", "against m ÷ √v"),
        }
    )
    reference = Function("optax.contrib", "dadapt_adamw")
    divides_by = "v"
    work = 32.0
    showcase = "surface=beale&steps=500&lane=dadapt_adamw&lane=adamw"
    see = (
        "D-Adapt AdamW finds its rate and is below 0.01 after {first_below[0, 0.01]:.0f} steps;"
        " AdamW at its default rate ends at {ending[1]:.2g}."
    )

    lr: float = learning_rate(1.0)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    d0: float = hyperparameter(
        1e-6,
        symbol="d_0",
        help="The first estimate of the distance to go; it only grows.",
        slider=(1e-8, 1.0),
        scale="log",
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = decay_on("rate")

    def init(self, theta: Array) -> State:
        zero, nothing = np.zeros_like(theta), np.zeros(theta.shape[1:])
        return {"m": zero, "v": zero, "s": zero, "r": nothing, "d": nothing + self.d0}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        d, root = state["d"], np.sqrt(self.beta2)
        alpha = d * self.lr * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        aligned = (g * state["s"] / (np.sqrt(state["v"]) + self.eps)).sum(axis=0)
        m = self.beta1 * state["m"] + (1 - self.beta1) * alpha * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        s = root * state["s"] + (1 - root) * alpha * g
        r = root * state["r"] + (1 - root) * alpha * aligned
        seen = np.abs(s).sum(axis=0)
        d = np.where(seen == 0, d, np.maximum(d, r / ((1 - root) * seen)))
        step = self.weight_decay * alpha * theta + m / (np.sqrt(v) + self.eps)
        return theta - step, {"m": m, "v": v, "s": s, "r": r, "d": d, "step": step}
