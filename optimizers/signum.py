from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    decayed,
    decoupled_decay,
    learning_rate,
)
from optimizers.signsgd import SignSGD
from optimizers.sources import Function


@dataclass(frozen=True)
class Signum(Optimizer):
    """Signum. Bernstein et al. 2018, Algorithm 2, https://arxiv.org/abs/1802.04434

    Computes what optax.signum computes. optax has no weight decay here; it is the decoupled one of
    pytorch_optimizer.SignSGD.
    """

    name = "Signum"
    summary = "signSGD with momentum: the signs of an average of gradients."
    plain = (
        "It averages recent slopes, and in each coordinate takes a step of fixed length down that "
        "average."
    )
    family = "sign"
    parent = "signsgd"
    year = 2018
    paper = SignSGD.paper
    rule = (
        r"m_t = \beta\, m_{t-1} + (1 - \beta)\, g_t",
        r"\theta_t = \theta_{t-1} - \alpha\, \mathrm{sign}(m_t)",
    )
    words = MappingProxyType({"step": ("Step", "one learning rate against each sign of m")})
    reference = Function("optax", "signum")
    showcase = "surface=rosenbrock&steps=500&lane=signum(lr=0.02)&lane=signsgd(lr=0.02)"
    see = (
        "signSGD hops to and fro across the valley at {ending[1]:.2g}; Signum's average cancels"
        " the hops and leads it along, {ending[0]:.2g} at the end."
    )
    momentum_buffer = "m"

    lr: float = learning_rate(0.001, suggestion=0.01)
    beta: float = decay_rate(0.9, r"\beta", "How slowly the average of gradients, m, forgets.")
    weight_decay: float = decoupled_decay()

    def rule_as_set(self) -> tuple[str, ...]:
        return decayed(self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta * state["m"] + (1 - self.beta) * g
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * np.sign(m)
        return theta - step, {"m": m, "decay": decay, "step": step}
