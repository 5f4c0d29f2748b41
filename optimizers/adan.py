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
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class Adan(Optimizer):
    """Adan, adaptive Nesterov momentum. Xie et al. 2022, Algorithm 1, https://arxiv.org/abs/2208.06677

    Computes what pytorch_optimizer.Adan computes, like the authors' code: the averages are
    bias-corrected, and the βs are one minus those of the paper. Weight decay is the paper's
    proximal one unless weight_decouple shrinks θ before the step, as in AdamW.
    """

    name = "Adan"
    summary = "Adam that looks ahead by the change of its gradients."
    plain = (
        "It is Adam that also follows how slopes change from step to step, and looks ahead by that"
        " change."
    )
    family = "adaptive"
    parent = "adam"
    year = 2022
    paper = Paper(
        ("Xie", OTHERS),
        2022,
        "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models",
        "https://arxiv.org/abs/2208.06677",
    )
    rule = (
        r"d_t = g_t - g_{t-1}, \quad d_1 = 0",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"n_t = \beta_2 n_{t-1} + (1 - \beta_2)\, d_t",
        r"v_t = \beta_3 v_{t-1} + (1 - \beta_3)\, (g_t + \beta_2 d_t)^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat n_t = n_t / (1 - \beta_2^t), \quad"
        r" \hat v_t = v_t / (1 - \beta_3^t)",
        r"\theta_t = \frac{1}{1 + \alpha \lambda} \left(\theta_{t-1} - \alpha\,"
        r" \frac{\hat m_t + \beta_2 \hat n_t}{\sqrt{\hat v_t} + \epsilon}\right)",
    )
    words = MappingProxyType(
        {
            "n": ("Change", "average of recent changes of the gradient"),
            "v": ("Squares", "average of squared gradients that look ahead"),
            "step": ("Step", "against m and n, corrected, ÷ √v"),
        }
    )
    reference = Function("pytorch_optimizer", "Adan")
    divides_by = "v_hat"
    showcase = "surface=rosenbrock&steps=600&lane=adan(lr=0.05)&lane=adam(lr=0.05)"
    see = (
        "At the same rate Adan, which uses the change of gradients, ends at {ending[0]:.2g} and"
        " Adam at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.02)
    beta1: float = first_moment_decay(0.98)
    beta2: float = decay_rate(
        0.92, r"\beta_2", "How slowly the average of gradient changes, n, forgets; and its weight."
    )
    beta3: float = decay_rate(
        0.99, r"\beta_3", "How slowly the average of squared gradients, v, forgets."
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = decay_on("proximal", switch="weight_decouple")
    weight_decouple: bool = hyperparameter(
        False,
        symbol=r"\text{decoupled}",
        help="Shrink θ by lr times λ before each step, rather than divide it by 1 + lr λ after.",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.weight_decouple:
            return self.rule
        push = r"\alpha\, \frac{\hat m_t + \beta_2 \hat n_t}{\sqrt{\hat v_t} + \epsilon}"
        return (*self.rule[:-1], rf"\theta_t = (1 - \alpha\lambda)\, \theta_{{t-1}} - {push}")

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "n": zero, "v": zero, "g": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        d = g - state["g"] if t > 1 else np.zeros_like(g)
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        n = self.beta2 * state["n"] + (1 - self.beta2) * d
        v = self.beta3 * state["v"] + (1 - self.beta3) * (g + self.beta2 * d) ** 2
        m_hat = m / (1 - self.beta1**t)
        n_hat = n / (1 - self.beta2**t)
        v_hat = v / (1 - self.beta3**t)
        push = self.lr * (m_hat + self.beta2 * n_hat) / (np.sqrt(v_hat) + self.eps)
        decay = self.lr * self.weight_decay
        new = {"m": m, "n": n, "v": v, "g": g}
        if self.weight_decouple:
            new["decay"] = decay * theta
            step = new["decay"] + push
        else:
            step = (push + decay * theta) / (1 + decay)
        return theta - step, new | {"step": step}
