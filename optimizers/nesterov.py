import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, l2_penalty, learning_rate, momentum_factor
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Nesterov's accelerated gradient.

    Nesterov 1983; in this form Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13
    Computes what torch.optim.SGD(momentum=..., nesterov=True) computes.
    """

    name = "Nesterov"
    summary = "Momentum that looks one step ahead."
    plain = "It rolls like a heavy ball that looks one step ahead, and so begins to turn sooner."
    family = "first order"
    parent = "momentum"
    year = 1983
    paper = Paper(
        ("Sutskever", OTHERS),
        2013,
        "On the Importance of Initialization and Momentum in Deep Learning",
        "https://proceedings.mlr.press/v28/sutskever13",
    )
    rule = (
        r"b_t = \mu\, b_{t-1} + g_t",
        r"\theta_t = \theta_{t-1} - \alpha\, (g_t + \mu\, b_t)",
    )
    words = MappingProxyType({"step": ("Step", "against the gradient plus a share of b")})
    reference = Function("torch.optim", "SGD", {"nesterov": True})
    showcase = (
        "surface=quadratic(condition=100)&steps=200&lane=nesterov(lr=0.01)&lane=momentum(lr=0.01)"
    )
    see = (
        "Looking ahead damps the swinging: after 20 steps Nesterov is at {loss_at[0, 20]:.2g}, "
        "Momentum at {loss_at[1, 20]:.2g}; in the end both are near the minimum."
    )
    momentum_buffer = "b"

    lr: float = learning_rate(0.001)
    momentum: float = momentum_factor()
    weight_decay: float = l2_penalty()

    @property
    def gain(self) -> float:
        return 1 / (1 - self.momentum) if self.momentum < 1 else math.inf

    def init(self, theta: Array) -> State:
        return {"b": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        b = self.momentum * state["b"] + g
        step = self.lr * (g + self.momentum * b)
        return theta - step, {"b": b, "step": step}
