import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.adamw import AdamW
from optimizers.base import (
    Array,
    Optimizer,
    State,
    Words,
    decoupled_decay,
    hyperparameter,
    learning_rate,
    momentum_factor,
)
from optimizers.sources import Function


@dataclass(frozen=True)
class SGDW(Optimizer):
    """SGDW. Loshchilov & Hutter 2019, Algorithm 1, https://arxiv.org/abs/1711.05101

    Computes what pytorch_optimizer.SGDW computes: the decay is lr times weight_decay, where the
    paper multiplies the schedule alone, and the learning rate stays outside the buffer b. Without
    momentum decay and L2 penalty are the same.
    """

    name = "SGDW"
    summary = "Momentum with the weight decay taken out of the gradient and applied to θ itself."
    plain = (
        "It rolls like a heavy ball and is pulled towards the origin as well, by a pull that its "
        "speed does not amplify."
    )
    family = "first order"
    parent = "momentum"
    year = 2017
    paper = AdamW.paper
    rule = (
        r"b_t = \mu\, b_{t-1} + g_t",
        r"\theta_t = (1 - \alpha\lambda)\, \theta_{t-1} - \alpha\, b_t",
    )
    words = MappingProxyType({"step": ("Step", "against b, times the learning rate")})
    reference = Function("pytorch_optimizer", "SGDW")
    showcase = (
        "surface=beale&steps=400&lane=sgdw(lr=0.01,momentum=0.9,weight_decay=0.5)"
        "&lane=momentum(lr=0.01,weight_decay=0.5)"
    )
    see = (
        "The same weight decay pulls Momentum to a loss of {ending[1]:.2g}, SGDW only to "
        "{ending[0]:.2g}: the ball's push does not multiply SGDW's decay."
    )
    momentum_buffer = "b"

    lr: float = learning_rate(1e-4, suggestion=0.001)
    momentum: float = momentum_factor(0.0, suggestion=0.9)
    nesterov: bool = hyperparameter(
        False, symbol=r"\text{nesterov}", help="Look one step ahead, as Nesterov's method does."
    )
    weight_decay: float = decoupled_decay(suggestion=0.01)

    @property
    def gain(self) -> float:
        return 1 / (1 - self.momentum) if self.momentum < 1 else math.inf

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.nesterov:
            return self.rule
        return (self.rule[0], self.rule[1].replace(r"b_t", r"(g_t + \mu\, b_t)"))

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if self.nesterov:
            told["step"] = ("Step", "against the gradient plus a share of b")
        return told

    def init(self, theta: Array) -> State:
        return {"b": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        b = self.momentum * state["b"] + g
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * (g + self.momentum * b if self.nesterov else b)
        return theta - step, {"b": b, "decay": decay, "step": step}
