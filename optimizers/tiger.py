from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, decay_rate, decoupled_decay, learning_rate
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Tiger(Optimizer):
    """Tiger, the tight-fisted optimizer. Su 2023, https://github.com/bojone/tiger

    Computes what pytorch_optimizer.Tiger computes: Lion with one β for the step and the memory.
    """

    name = "Tiger"
    summary = "Lion with a single average: the step is the sign of the momentum it keeps."
    plain = (
        "It keeps a single running average of slopes, and in each coordinate takes a step of fixed"
        " length against its sign."
    )
    family = "sign"
    parent = "lion"
    year = 2023
    paper = Paper(
        ("Su",), 2023, "Tiger: A Tight-fisted Optimizer", "https://github.com/bojone/tiger"
    )
    rule = (
        r"m_t = \beta\, m_{t-1} + (1 - \beta)\, g_t",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1} - \alpha\, \mathrm{sign}(m_t)",
    )
    words = MappingProxyType({"step": ("Step", "one learning rate against each sign of m")})
    reference = Function("pytorch_optimizer", "Tiger")
    showcase = "surface=himmelblau&steps=400&lane=tiger(lr=0.02)&lane=lion(lr=0.02)"
    see = (
        "Tiger, with one average, is below 3 after {first_below[0, 3]:.0f} steps, Lion after "
        "{first_below[1, 3]:.0f}; then both swing by their fixed step, a tie."
    )

    lr: float = learning_rate(0.001, suggestion=0.01)
    beta: float = decay_rate(0.965, r"\beta", "How slowly the average of gradients, m, forgets.")
    weight_decay: float = decoupled_decay(0.01)

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta * state["m"] + (1 - self.beta) * g
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * np.sign(m)
        return theta - step, {"m": m, "decay": decay, "step": step}
