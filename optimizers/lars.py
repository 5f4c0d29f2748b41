from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    Words,
    epsilon,
    hyperparameter,
    l2_penalty,
    learning_rate,
    momentum_factor,
    norm,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class LARS(Optimizer):
    """LARS. You, Gitman & Ginsburg 2017, Algorithm 1, https://arxiv.org/abs/1708.03888

    Computes what optax.lars computes, with the point as the one layer: the learning rate goes into
    the buffer b, and where θ or the gradient is zero, the trust ratio is 1. With weight decay that
    ratio divides by the length of g + λθ, where the paper adds those of g and λθ.
    """

    name = "LARS"
    summary = "Momentum whose gradient is scaled to a fixed share of θ's length."
    plain = (
        "It gathers speed as a ball does, but each push is a fixed share of the point's distance "
        "from the origin, however steep the ground."
    )
    family = "first order"
    parent = "momentum"
    year = 2017
    paper = Paper(
        ("You", "Gitman", "Ginsburg"),
        2017,
        "Large Batch Training of Convolutional Networks",
        "https://arxiv.org/abs/1708.03888",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda\, \theta_{t-1}",
        r"r_t = \eta\, \|\theta_{t-1}\| / (\|g_t\| + \epsilon)",
        r"b_t = \mu\, b_{t-1} + \alpha\, r_t\, g_t",
        r"\theta_t = \theta_{t-1} - b_t",
    )
    words = MappingProxyType(
        {
            "b": ("Momentum", "sum of scaled gradients, of which each step keeps a share"),
            "trust_ratio": ("Trust ratio", "length of θ divided by that of the gradient, times η"),
            "step": ("Step", "against b"),
        }
    )
    reference = Function("optax", "lars")
    showcase = "surface=beale&steps=300&lane=lars(lr=5)&lane=momentum(lr=0.001)"
    see = (
        "LARS, whose gradients are scaled to θ's length, is below 0.1 after {first_below[0, "
        "0.1]:.0f} steps, Momentum after {first_below[1, 0.1]:.0f}; near the minimum LARS keeps"
        " swinging."
    )
    momentum_buffer = "b"

    lr: float = learning_rate(0.001, suggestion=1.0)
    momentum: float = momentum_factor(0.9)
    nesterov: bool = hyperparameter(
        False, symbol=r"\text{nesterov}", help="Look one step ahead, as Nesterov's method does."
    )
    trust_coefficient: float = hyperparameter(
        0.001,
        symbol=r"\eta",
        help="The share of θ's length that a step takes, before the learning rate.",
        slider=(1e-4, 1.0),
        scale="log",
    )
    eps: float = epsilon(0.0)
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.nesterov:
            return self.rule
        return (*self.rule[:3], r"\theta_t = \theta_{t-1} - \alpha\, r_t\, g_t - \mu\, b_t")

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if self.nesterov:
            told["step"] = ("Step", "against the scaled gradient and a share of b")
        return told

    def init(self, theta: Array) -> State:
        return {"b": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        theta_norm, g_norm = norm(theta), norm(g)
        ratio = self.trust_coefficient * theta_norm / (g_norm + self.eps)
        ratio = np.where((theta_norm == 0) | (g_norm == 0), 1.0, ratio)
        scaled = self.lr * ratio * g
        b = self.momentum * state["b"] + scaled
        step = scaled + self.momentum * b if self.nesterov else b
        return theta - step, {"b": b, "trust_ratio": ratio, "step": step}
