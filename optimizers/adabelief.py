from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    decayed,
    decoupled_decay,
    epsilon,
    first_moment_decay,
    learning_rate,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class AdaBelief(Optimizer):
    """AdaBelief. Zhuang et al. 2020, Algorithm 2, https://arxiv.org/abs/2010.07468

    Computes what optax.adabelief computes: eps_root is added to s at every step and stays in it,
    eps is added to the root. The paper has one eps for both, as has pytorch_optimizer.AdaBelief,
    whose decoupled weight decay this is; optax has none.
    """

    name = "AdaBelief"
    summary = "Adam that divides by how far gradients stray from their average, not by their size."
    plain = (
        "It takes long steps where slopes come as its average expects them, and short ones where "
        "they surprise it."
    )
    family = "adaptive"
    parent = "adam"
    year = 2020
    paper = Paper(
        ("Zhuang", OTHERS),
        2020,
        "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients",
        "https://arxiv.org/abs/2010.07468",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"s_t = \beta_2 s_{t-1} + (1 - \beta_2)\, (g_t - m_t)^2 + \epsilon_s",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat s_t = s_t / (1 - \beta_2^t)",
        r"\theta_t = \theta_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat s_t} + \epsilon)",
    )
    words = MappingProxyType(
        {
            "s": ("Surprise", "average of squared differences between gradient and m"),
            "s_hat": ("Correction", "makes up for the start at zero"),
            "step": ("Step", "against m̂ ÷ √ŝ, times the learning rate"),
        }
    )
    reference = Function("optax", "adabelief")
    divides_by = "s_hat"
    showcase = "surface=beale&steps=300&lane=adabelief(lr=0.02)&lane=adam(lr=0.02)"
    see = (
        "At the same rate AdaBelief ends at a loss of {ending[0]:.2g}, Adam at {ending[1]:.2g}:"
        " where gradients agree, AdaBelief takes longer steps."
    )

    lr: float = learning_rate(0.001, suggestion=0.05)
    beta1: float = first_moment_decay()
    beta2: float = decay_rate(
        0.999, r"\beta_2", "How slowly the average of squared surprises, s, forgets."
    )
    eps: float = epsilon(1e-16)
    eps_root: float = epsilon(
        1e-16, r"\epsilon_s", "Added to s at every step, so that no surprise is ever quite zero."
    )
    weight_decay: float = decoupled_decay()

    def rule_as_set(self) -> tuple[str, ...]:
        return decayed(self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "s": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        s = self.beta2 * state["s"] + (1 - self.beta2) * (g - m) ** 2 + self.eps_root
        m_hat = m / (1 - self.beta1**t)
        s_hat = s / (1 - self.beta2**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * m_hat / (np.sqrt(s_hat) + self.eps)
        new = {"m": m, "s": s, "m_hat": m_hat, "s_hat": s_hat, "decay": decay, "step": step}
        return theta - step, new
