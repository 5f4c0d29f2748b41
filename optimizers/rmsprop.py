from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    Words,
    decay_rate,
    epsilon,
    hyperparameter,
    l2_penalty,
    learning_rate,
    momentum_factor,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """RMSprop. Hinton 2012, lecture 6e, https://www.cs.toronto.edu/~hinton/coursera/lecture6/lec6.pdf

    Computes what torch.optim.RMSprop computes, with eps outside the root. Centered, v - ḡ² can
    round to below zero, where torch's root is nan; here it is 0.
    """

    name = "RMSprop"
    summary = "Adagrad that forgets: divides by a moving average of g²."
    plain = (
        "It divides each slope by its usual size of late, so that steep and gentle directions move"
        " at a similar pace."
    )
    family = "adaptive"
    parent = "adagrad"
    year = 2012
    paper = Paper(
        ("Hinton",),
        2012,
        "Neural Networks for Machine Learning, Lecture 6",
        "https://www.cs.toronto.edu/~hinton/coursera/lecture6/lec6.pdf",
    )
    rule = (
        r"v_t = \rho\, v_{t-1} + (1 - \rho)\, g_t^2",
        r"b_t = \mu\, b_{t-1} + g_t / (\sqrt{v_t} + \epsilon)",
        r"\theta_t = \theta_{t-1} - \alpha\, b_t",
    )
    symbols = MappingProxyType({"g_avg": r"\bar g_t"})
    words = MappingProxyType(
        {
            "g_avg": ("Average", "of recent gradients; used where centred"),
            "b": ("Momentum", "sum of scaled gradients, of which each step keeps a share"),
            "step": ("Step", "against b, times the learning rate"),
        }
    )
    reference = Function("torch.optim", "RMSprop")
    divides_by = "v"
    showcase = "surface=rosenbrock&steps=500&lane=rmsprop(lr=0.01)&lane=adagrad(lr=0.01)"
    see = (
        "Adagrad's sum only grows and it stalls at {ending[1]:.2g}; RMSprop forgets the steep "
        "start and moves on, to {ending[0]:.2g}."
    )
    momentum_buffer = "b"

    lr: float = learning_rate(0.01)
    alpha: float = decay_rate(0.99, r"\rho", "How slowly the average of squared gradients forgets.")
    eps: float = epsilon(1e-8)
    momentum: float = momentum_factor(0.0)
    centered: bool = hyperparameter(
        False,
        symbol=r"\text{centered}",
        help="Divide by the gradient's standard deviation instead of its root mean square.",
    )
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.centered:
            return self.rule
        return (
            self.rule[0],
            r"\bar g_t = \rho\, \bar g_{t-1} + (1 - \rho)\, g_t",
            r"b_t = \mu\, b_{t-1} + g_t / (\sqrt{\max(v_t - \bar g_t^2, 0)} + \epsilon)",
            self.rule[2],
        )

    def divides_by_as_set(self) -> str:
        return "" if self.centered else self.divides_by

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if not np.any(self.momentum):
            told["b"] = ("Scaled gradient", "gradient divided by its recent size")
        return told

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"v": zero, "g_avg": zero, "b": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        v = self.alpha * state["v"] + (1 - self.alpha) * g**2
        g_avg = self.alpha * state["g_avg"] + (1 - self.alpha) * g
        variance = np.maximum(v - g_avg**2, 0) if self.centered else v
        b = self.momentum * state["b"] + g / (np.sqrt(variance) + self.eps)
        step = self.lr * b
        return theta - step, {"v": v, "g_avg": g_avg, "b": b, "step": step}
