from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    UNCORRECTED,
    Array,
    Optimizer,
    State,
    Words,
    epsilon,
    first_moment_decay,
    hyperparameter,
    l2_penalty,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam. Kingma & Ba 2015, Algorithm 1, https://arxiv.org/abs/1412.6980

    Computes what torch.optim.Adam computes; weight_decay is an L2 penalty on the gradient. eps_root
    is optax.adam's, added to v inside the root, which torch has not. The switch bias_correction is
    ours: without it m and v are used as they are.
    """

    name = "Adam"
    summary = "RMSprop with momentum, both averages corrected for their start at zero."
    plain = (
        "It averages recent slopes and divides them by their usual size, so that steep and gentle "
        "directions move at a similar pace."
    )
    family = "adaptive"
    parent = "rmsprop"
    year = 2014
    paper = Paper(
        ("Kingma", "Ba"),
        2015,
        "Adam: A Method for Stochastic Optimization",
        "https://arxiv.org/abs/1412.6980",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\theta_t = \theta_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
    )
    words = MappingProxyType({"step": ("Step", "against m̂ ÷ √v̂, times the learning rate")})
    reference = Function("torch.optim", "Adam")
    divides_by = "v_hat"
    showcase = "surface=beale&steps=300&lane=adam(lr=0.1)&lane=rmsprop(lr=0.1)"
    see = (
        "RMSprop is near the minimum sooner (below 0.1 after {first_below[1, 0.1]:.0f} steps, "
        "Adam {first_below[0, 0.1]:.0f}) but swings there, {ending[1]:.2g} at the end; Adam "
        "settles at {ending[0]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = l2_penalty()
    bias_correction: bool = hyperparameter(
        True,
        symbol=r"\text{bias correction}",
        help="Undo the start at zero of m and v. Without it the first steps are too large.",
    )
    eps_root: float = epsilon(
        0.0, r"\epsilon_v", "Added to v inside the root, where eps is added outside."
    )

    def rule_as_set(self) -> tuple[str, ...]:
        m, v = (r"\hat m_t", r"\hat v_t") if self.bias_correction else ("m_t", "v_t")
        under = rf"{v} + \epsilon_v" if np.any(self.eps_root) else v
        step = rf"\theta_t = \theta_{{t-1}} - \alpha\, {m} / (\sqrt{{{under}}} + \epsilon)"
        return (*self.rule[: 3 if self.bias_correction else 2], step)

    def divides_by_as_set(self) -> str:
        return self.divides_by if self.bias_correction else "v"

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if self.bias_correction:
            return told
        step = ("Step", "against m ÷ √v, times the learning rate")
        return told | {"m_hat": UNCORRECTED, "v_hat": UNCORRECTED, "step": step}

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t) if self.bias_correction else m
        v_hat = v / (1 - self.beta2**t) if self.bias_correction else v
        step = self.lr * m_hat / (np.sqrt(v_hat + self.eps_root) + self.eps)
        return theta - step, {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "step": step}
