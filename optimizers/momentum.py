from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    hyperparameter,
    l2_penalty,
    learning_rate,
    momentum_factor,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Heavy-ball momentum. Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5

    Computes what torch.optim.SGD(momentum=...) computes: the learning rate stays outside the
    buffer b, and the first buffer is the whole gradient, undamped. Without momentum nothing is
    damped.
    """

    name = "Momentum"
    summary = "SGD with a heavy ball: past steps keep pushing."
    plain = (
        "Like a heavy ball it keeps part of its speed: steps in one direction add up, steps to and"
        " fro partly cancel."
    )
    family = "first order"
    parent = "sgd"
    year = 1964
    paper = Paper(
        ("Polyak",),
        1964,
        "Some Methods of Speeding Up the Convergence of Iteration Methods",
        "https://doi.org/10.1016/0041-5553(64)90137-5",
    )
    rule = (
        r"b_t = \mu\, b_{t-1} + (1 - \tau)\, g_t, \quad b_1 = g_1",
        r"\theta_t = \theta_{t-1} - \alpha\, b_t",
    )
    words = MappingProxyType({"step": ("Step", "against b, times the learning rate")})
    reference = Function("torch.optim", "SGD", {"momentum": ...})
    showcase = "surface=quadratic(condition=100)&steps=200&lane=momentum(lr=0.01)&lane=sgd(lr=0.01)"
    see = (
        "Momentum gathers speed along the valley and ends at {ending[0]:.2g}, SGD at "
        "{ending[1]:.2g}; the price is its swinging at first."
    )
    momentum_buffer = "b"

    lr: float = learning_rate(0.001)
    momentum: float = momentum_factor()
    dampening: float = hyperparameter(
        0.0,
        symbol=r"\tau",
        help="How much of each new gradient is held back, after the first.",
        high=1.0,
        slider=(0.0, 1.0),
    )
    weight_decay: float = l2_penalty()

    @property
    def gain(self) -> float:
        return (1 - self.dampening) / (1 - self.momentum) if self.momentum < 1 else np.inf

    def rule_as_set(self) -> tuple[str, ...]:
        return self.rule if np.any(self.momentum) else (r"b_t = g_t", self.rule[1])

    def init(self, theta: Array) -> State:
        return {"b": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        dampening = self.dampening * (self.momentum != 0)
        b = g if t == 1 else self.momentum * state["b"] + (1 - dampening) * g
        step = self.lr * b
        return theta - step, {"b": b, "step": step}
