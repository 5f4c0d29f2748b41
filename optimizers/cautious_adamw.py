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
class CautiousAdamW(Optimizer):
    """Cautious AdamW. Liang et al. 2024, https://arxiv.org/abs/2411.16085

    Computes what pytorch_optimizer computes where an optimizer of its is `cautious`: the step is
    scaled by d/(agreeing + 1), which is 2/3 in the plane where both coordinates agree and 1 where
    one does. Algorithm 1 of the paper (in its fourth version) divides by the mask's mean plus eps
    instead, a scale of 1 and 2. Weight decay acts on the moved point.
    """

    name = "Cautious AdamW"
    summary = "AdamW that does not move a coordinate against its present gradient."
    plain = (
        "It is AdamW that leaves out any part of a step that would go against the slope underfoot."
    )
    family = "adaptive"
    parent = "adamw"
    year = 2024
    paper = Paper(
        ("Liang", OTHERS),
        2024,
        "Cautious Optimizers: Improving Training with One Line of Code",
        "https://arxiv.org/abs/2411.16085",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad"
        r" v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"u_t = \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
        r"\phi_t = \mathbb{1}[u_t g_t > 0], \quad \bar\alpha_t = 2 \alpha / (\|\phi_t\|_1 + 1)",
        r"\theta_t = (1 - \alpha \lambda)\, (\theta_{t-1} - \bar\alpha_t\, \phi_t u_t)",
    )
    symbols = MappingProxyType({"mask": r"\phi_t"})
    words = MappingProxyType(
        {
            "step": ("Step", "against m̂ ÷ √v̂, only where the gradient agrees"),
        }
    )
    reference = Function("pytorch_optimizer", "AdEMAMix", {"alpha": 0, "cautious": True})
    divides_by = "v_hat"
    showcase = (
        "surface=himmelblau&steps=200&lane=cautious_adamw(lr=0.3)&lane=adamw(lr=0.3,weight_decay=0)"
    )
    see = (
        "AdamW swings past the minimum; Cautious AdamW skips moves against the present gradient"
        " and is below 0.01 after {first_below[0, 0.01]:.0f} steps, AdamW after {first_below[1,"
        " 0.01]:.0f}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
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
        mask = np.where(u * g > 0, 1.0, 0.0)
        push = self.lr * 2 / (mask.sum(axis=0) + 1) * mask * u
        decay = self.lr * self.weight_decay * (theta - push)
        step = push + decay
        new = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "mask": mask, "decay": decay}
        return theta - step, new | {"step": step}
