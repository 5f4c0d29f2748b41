from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class StableAdamW(Optimizer):
    """StableAdamW. Wortsman et al. 2023, Algorithm 2, https://arxiv.org/abs/2304.13013

    Computes what pytorch_optimizer.StableAdamW computes: the averages are corrected through their
    decay rates, and the update clipping of Adafactor shortens the decay too.
    """

    name = "StableAdamW"
    summary = "AdamW whose learning rate drops where a gradient is out of proportion to v."
    plain = "It is AdamW that takes shorter steps when a slope is suddenly far larger than usual."
    family = "adaptive"
    parent = "adamw"
    year = 2023
    paper = Paper(
        ("Wortsman", OTHERS),
        2023,
        "Stable and Low-precision Training for Large-scale Vision-language Models",
        "https://arxiv.org/abs/2304.13013",
    )
    rule = (
        r"\hat\beta_i = \beta_i (1 - \beta_i^{t-1}) / (1 - \beta_i^t)",
        r"m_t = \hat\beta_1 m_{t-1} + (1 - \hat\beta_1)\, g_t, \quad"
        r" v_t = \hat\beta_2 v_{t-1} + (1 - \hat\beta_2)\, g_t^2",
        r"\mathrm{RMS}_t = \sqrt{\mathrm{mean}(g_t^2 / \max(v_t, \epsilon^2))}",
        r"\alpha_t = \alpha / \max(\mathrm{RMS}_t, 1)",
        r"\theta_t = (1 - \alpha_t \lambda)\, \theta_{t-1}"
        r" - \alpha_t m_t / (\sqrt{v_t} + \epsilon)",
    )
    symbols = MappingProxyType({"rate": r"\alpha_t"})
    words = MappingProxyType(
        {
            "rate": ("Rate", "falls where the gradient is large beside √v"),
            "step": ("Step", "against m ÷ √v, times that rate"),
        }
    )
    reference = Function("pytorch_optimizer", "StableAdamW")
    divides_by = "v"
    showcase = (
        "surface=plateau&steps=600&lane=stable_adamw(lr=0.01,beta2=0.999,weight_decay=0)"
        "&lane=adamw(lr=0.01,weight_decay=0)"
    )
    see = (
        "Off the shelf the gradient suddenly grows: AdamW's longest step is "
        "{longest_step[1]:.3f}; StableAdamW cuts its rate, so its longest is "
        "{longest_step[0]:.3f}, but it arrives later."
    )

    lr: float = learning_rate(0.001, suggestion=0.01)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay(0.99)
    eps: float = hyperparameter(
        1e-8,
        symbol=r"\epsilon",
        help="Added to the denominator, so that a vanishing gradient does not divide by zero.",
        low=1e-100,
        slider=(1e-12, 1.0),
        scale="log",
    )
    weight_decay: float = decay_on("rate", 0.01)

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        beta1 = self.beta1 * (1 - self.beta1 ** (t - 1)) / (1 - self.beta1**t)
        beta2 = self.beta2 * (1 - self.beta2 ** (t - 1)) / (1 - self.beta2**t)
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        rms = np.sqrt((g**2 / np.maximum(v, np.square(self.eps))).mean(axis=0))
        rate = self.lr / np.maximum(rms, 1) * np.ones_like(theta)
        decay = rate * self.weight_decay * theta
        step = decay + rate * m / (np.sqrt(v) + self.eps)
        return theta - step, {"m": m, "v": v, "rate": rate, "decay": decay, "step": step}
