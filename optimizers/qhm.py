from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    hyperparameter,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class QHM(Optimizer):
    """Quasi-hyperbolic momentum. Ma & Yarats 2019, https://arxiv.org/abs/1810.06801

    Computes what pytorch_optimizer.QHM computes; its defaults, momentum 0 and nu 1, are plain SGD.
    The average m damps each gradient by 1 - momentum, unlike torch's heavy ball.
    """

    name = "QHM"
    summary = "Momentum mixed with the plain gradient, a share of each."
    plain = "Each step is a mixture of the slope underfoot and the speed gathered so far."
    family = "first order"
    parent = "momentum"
    year = 2018
    paper = Paper(
        ("Ma", "Yarats"),
        2019,
        "Quasi-hyperbolic Momentum and Adam for Deep Learning",
        "https://arxiv.org/abs/1810.06801",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}",
        r"m_t = \mu\, m_{t-1} + (1 - \mu)\, g_t",
        r"\theta_t = \theta_{t-1} - \alpha\, (\nu\, m_t + (1 - \nu)\, g_t)",
    )
    words = MappingProxyType(
        {
            "step": ("Step", "against m with some gradient, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "QHM")
    showcase = (
        "surface=quadratic&steps=300&lane=qhm(lr=0.06,momentum=0.99,nu=0.7)"
        "&lane=momentum(lr=0.06,momentum=0.99,dampening=0.99)"
    )
    see = (
        "With so long a memory Momentum swings out of the picture; QHM's share of plain "
        "gradient damps it: {ending[0]:.2g} at the end against {ending[1]:.2g}."
    )
    momentum_buffer = "m"

    lr: float = learning_rate(0.001, suggestion=0.005)
    momentum: float = decay_rate(
        0.0,
        r"\mu",
        "How slowly the average of gradients forgets. 0 is plain gradient descent.",
        suggestion=0.99,
    )
    nu: float = hyperparameter(
        1.0,
        symbol=r"\nu",
        help="The share of the average in each step; the rest is the plain gradient.",
        high=1.0,
        slider=(0.0, 1.0),
        suggestion=0.7,
    )
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        m = self.momentum * state["m"] + (1 - self.momentum) * g
        step = self.lr * (self.nu * m + (1 - self.nu) * g)
        return theta - step, {"m": m, "step": step}
