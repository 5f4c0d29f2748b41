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
    learning_rate,
    norm,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class LAMB(Optimizer):
    """LAMB. You et al. 2019, Algorithm 2, https://arxiv.org/abs/1904.00962

    Computes what optax.lamb computes, with the point as the one layer: m and v are corrected, the
    length of θ is not clamped, and where θ or the direction is zero, the trust ratio is 1.
    """

    name = "LAMB"
    summary = "Adam whose step is scaled to a fixed share of θ's length."
    plain = (
        "It takes Adam's direction, and makes each step as long as a fixed share of the point's "
        "distance from the origin."
    )
    family = "adaptive"
    parent = "adam"
    year = 2019
    paper = Paper(
        ("You", OTHERS),
        2019,
        "Large Batch Optimization for Deep Learning: Training BERT in 76 Minutes",
        "https://arxiv.org/abs/1904.00962",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"u_t = \hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\, \theta_{t-1}",
        r"\theta_t = \theta_{t-1} - \alpha\, \|\theta_{t-1}\| / \|u_t\| \cdot u_t",
    )
    words = MappingProxyType(
        {
            "u": ("Direction", "m̂ ÷ √v̂, plus λθ"),
            "trust_ratio": ("Trust ratio", "length of θ divided by that of u"),
            "step": ("Step", "against u, times learning rate and trust ratio"),
        }
    )
    reference = Function("optax", "lamb")
    divides_by = "v_hat"
    showcase = "surface=matyas&steps=300&lane=lamb(lr=0.05)&lane=adam(lr=0.05)"
    see = (
        "LAMB's steps are a twentieth of θ's length: long at first, short near this minimum at "
        "the origin. It ends at {ending[0]:.2g}, Adam at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.01)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-6)
    weight_decay: float = decay_on("ratio")

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        u = m_hat / (np.sqrt(v_hat) + self.eps) + self.weight_decay * theta
        theta_norm, u_norm = norm(theta), norm(u)
        ratio = np.where((theta_norm == 0) | (u_norm == 0), 1.0, theta_norm / u_norm)
        step = self.lr * ratio * u
        new = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "u": u, "trust_ratio": ratio}
        return theta - step, new | {"step": step}
