from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    epsilon,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Adadelta(Optimizer):
    """Adadelta. Zeiler 2012, Algorithm 1, https://arxiv.org/abs/1212.5701

    Computes what torch.optim.Adadelta computes. The paper has no learning rate; here it multiplies
    the step, while the average of squared steps, D, is fed without it.
    """

    name = "Adadelta"
    summary = "Adagrad that forgets, with steps as long as its recent ones instead of a set rate."
    plain = (
        "It steps about as far as it has lately been stepping, more where slopes have been gentle "
        "and less where they were steep."
    )
    family = "adaptive"
    parent = "adagrad"
    year = 2012
    paper = Paper(
        ("Zeiler",),
        2012,
        "ADADELTA: An Adaptive Learning Rate Method",
        "https://arxiv.org/abs/1212.5701",
    )
    rule = (
        r"v_t = \rho\, v_{t-1} + (1 - \rho)\, g_t^2",
        r"\Delta_t = \sqrt{D_{t-1} + \epsilon} \big/ \sqrt{v_t + \epsilon} \cdot g_t",
        r"D_t = \rho\, D_{t-1} + (1 - \rho)\, \Delta_t^2",
        r"\theta_t = \theta_{t-1} - \alpha\, \Delta_t",
    )
    words = MappingProxyType(
        {
            "D": ("Squared steps", "average of recent squared steps, without the rate"),
            "step": ("Step", "against the gradient ÷ √v, times the √D before"),
        }
    )
    reference = Function("torch.optim", "Adadelta")
    divides_by = "v"
    showcase = "surface=beale&steps=500&lane=adadelta(lr=10)&lane=adagrad(lr=0.1)"
    see = (
        "Adadelta is below 0.1 after {first_below[0, 0.1]:.0f} steps, Adagrad, which only slows"
        " down, after {first_below[1, 0.1]:.0f}; later Adadelta's steps stay long and it "
        "swings, {ending[0]:.2g} at the end."
    )

    lr: float = learning_rate(1.0)
    rho: float = decay_rate(0.9, r"\rho", "How slowly both averages of squares forget.")
    eps: float = epsilon(
        1e-6, help="Added inside both roots; the first steps are as long as its root."
    )
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"v": zero, "D": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        v = self.rho * state["v"] + (1 - self.rho) * g**2
        delta = np.sqrt(state["D"] + self.eps) / np.sqrt(v + self.eps) * g
        D = self.rho * state["D"] + (1 - self.rho) * delta**2
        step = self.lr * delta
        return theta - step, {"v": v, "D": D, "step": step}
