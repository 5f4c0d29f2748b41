from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    PENALIZED,
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
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class ADOPT(Optimizer):
    """ADOPT. Taniguchi et al. 2024, https://arxiv.org/abs/2411.02853

    Computes what optax.contrib.adopt computes: the first gradient only starts v, and the clip at
    step t is (t - 1)^(1/4). optax has no weight decay here; it is the L2 penalty that
    pytorch_optimizer.ADOPT and the authors' code have by default.
    """

    name = "ADOPT"
    summary = "Adam that divides each gradient by the v before it, and averages afterwards."
    plain = (
        "It divides each slope by the usual size of those before it, so that no slope counts in "
        "its own measure."
    )
    family = "adaptive"
    parent = "adam"
    year = 2024
    paper = Paper(
        ("Taniguchi", OTHERS),
        2024,
        "ADOPT: Modified Adam Can Converge with Any β2 with the Optimal Rate",
        "https://arxiv.org/abs/2411.02853",
    )
    rule = (
        r"u_t = \mathrm{clip}(g_t / \max(\sqrt{v_{t-1}}, \epsilon),\, -(t - 1)^{1/4},\,"
        r" (t - 1)^{1/4})",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, u_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\theta_t = \theta_{t-1} - \alpha\, m_t",
        r"u_1 = m_1 = 0, \quad v_1 = g_1^2",
    )
    words = MappingProxyType(
        {
            "u": ("Scaled gradient", "gradient divided by the √v before it"),
            "m": ("Momentum", "average of recent scaled gradients"),
            "step": ("Step", "against m, times the learning rate"),
        }
    )
    reference = Function("optax.contrib", "adopt")
    showcase = "surface=rosenbrock&start=-0.5,1&steps=1500&lane=adopt(lr=1)&lane=adam(lr=1)"
    see = (
        "At a rate of 1 Adam reaches the minimum, then jumps back to {relapse[1, 0.001]:.2g}; "
        "ADOPT is slower, but never jumps and ends at {ending[0]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay(0.9999)
    eps: float = epsilon(1e-6, help="The least that a gradient is divided by.")
    use_clipping: bool = hyperparameter(
        True,
        symbol=r"\text{clip}",
        help="Clip each divided gradient at the fourth root of the step before.",
    )
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        plain = r"u_t = g_t / \max(\sqrt{v_{t-1}}, \epsilon)"
        rule = self.rule if self.use_clipping else (plain, *self.rule[1:])
        return (PENALIZED, *rule) if np.any(self.weight_decay) else rule

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        if t == 1:
            zero = np.zeros_like(theta)
            return theta, {"m": zero, "v": g**2, "u": zero, "step": zero}
        u = g / np.maximum(np.sqrt(state["v"]), self.eps)
        if self.use_clipping:
            clip = (t - 1) ** 0.25
            u = np.clip(u, -clip, clip)
        m = self.beta1 * state["m"] + (1 - self.beta1) * u
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        step = self.lr * m
        return theta - step, {"m": m, "v": v, "u": u, "step": step}
