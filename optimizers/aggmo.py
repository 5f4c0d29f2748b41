from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, decay_rate, l2_penalty, learning_rate
from optimizers.sources import OTHERS, Function, Paper


def _decay(number: int, default: float) -> float:
    """The field of one velocity's damping."""
    rate: float = decay_rate(
        default,
        rf"\beta_{number}",
        f"How slowly velocity {number} forgets; the three are averaged.",
    )
    return rate


@dataclass(frozen=True)
class AggMo(Optimizer):
    """Aggregated momentum. Lucas et al. 2019, https://arxiv.org/abs/1804.00325

    Computes what pytorch_optimizer.AggMo computes with three velocities. The reference keys its
    velocities by β, so that equal βs share one and move it twice a step; here, as in the paper,
    each is its own.
    """

    name = "AggMo"
    summary = "Momentum with three memories of different length, averaged: one damps the other."
    plain = (
        "It keeps three speeds, one quick to forget, one slower and one slowest, and moves by "
        "their average, which damps swinging."
    )
    family = "first order"
    parent = "momentum"
    year = 2018
    paper = Paper(
        ("Lucas", OTHERS),
        2019,
        "Aggregated Momentum: Stability Through Passive Damping",
        "https://arxiv.org/abs/1804.00325",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}",
        r"v^{(i)}_t = \beta_i\, v^{(i)}_{t-1} + g_t, \quad i = 1, 2, 3",
        r"\theta_t = \theta_{t-1} - \frac{\alpha}{3} \sum_i v^{(i)}_t",
    )
    symbols = MappingProxyType({f"v{i}": f"v^{{({i})}}_t" for i in (1, 2, 3)})
    words = MappingProxyType(
        {
            "v1": ("Momentum", "sums of gradients; each keeps a share of its own"),
            "v2": ("Momentum", "sums of gradients; each keeps a share of its own"),
            "v3": ("Momentum", "sums of gradients; each keeps a share of its own"),
            "step": ("Step", "against the mean of the three, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "AggMo")
    showcase = (
        "surface=quadratic&steps=400&lane=aggmo(lr=0.01)&lane=momentum(lr=0.01,momentum=0.99)"
    )
    see = (
        "Momentum with its long memory alone still swings, {ending[1]:.2g} at the end; AggMo, "
        "which averages three memories, has settled at {ending[0]:.2g}."
    )

    lr: float = learning_rate(0.001)
    beta1: float = _decay(1, 0.0)
    beta2: float = _decay(2, 0.9)
    beta3: float = _decay(3, 0.99)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"v1": zero, "v2": zero, "v3": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        v1 = self.beta1 * state["v1"] + g
        v2 = self.beta2 * state["v2"] + g
        v3 = self.beta3 * state["v3"] + g
        step = self.lr / 3 * (v1 + v2 + v3)
        return theta - step, {"v1": v1, "v2": v2, "v3": v3, "step": step}
