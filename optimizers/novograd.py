from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    decay_rate,
    epsilon,
    first_moment_decay,
    learning_rate,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class NovoGrad(Optimizer):
    """NovoGrad. Ginsburg et al. 2019, Algorithm 1, https://arxiv.org/abs/1905.11286

    Computes what optax.novograd computes, with the point as the one layer: v is one number, the
    first v is the whole squared length, nothing is bias-corrected, and weight decay enters m.
    """

    name = "NovoGrad"
    summary = "Adam with one v for the whole point, dividing before the momentum, not after."
    plain = (
        "It has one usual size of slopes for all directions, divides each slope by it, and gathers"
        " speed from what comes out."
    )
    family = "adaptive"
    parent = "adam"
    year = 2019
    paper = Paper(
        ("Ginsburg", OTHERS),
        2019,
        (
            "Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep "
            "Networks"
        ),
        "https://arxiv.org/abs/1905.11286",
    )
    rule = (
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, \|g_t\|^2, \quad v_1 = \|g_1\|^2",
        r"m_t = \beta_1 m_{t-1} + g_t / (\sqrt{v_t} + \epsilon) + \lambda\, \theta_{t-1}",
        r"\theta_t = \theta_{t-1} - \alpha\, m_t",
    )
    words = MappingProxyType(
        {
            "v": ("Squares", "average of recent squared gradient lengths"),
            "m": ("Momentum", "sum of scaled gradients, of which each step keeps a share"),
            "step": ("Step", "against m, times the learning rate"),
        }
    )
    reference = Function("optax", "novograd")
    divides_by = "v"
    showcase = "surface=rosenbrock&steps=500&lane=novograd(lr=0.01)&lane=adam(lr=0.01)"
    see = (
        "At the same rate NovoGrad's steps are longer: below 0.1 after {first_below[0, "
        "0.1]:.0f} steps, while Adam is at {ending[1]:.2g} at the end; NovoGrad then swings."
    )

    lr: float = learning_rate(0.001, suggestion=0.01)
    beta1: float = first_moment_decay()
    beta2: float = decay_rate(
        0.25, r"\beta_2", "How slowly the average of squared gradient lengths, v, forgets."
    )
    eps: float = epsilon(1e-6)
    weight_decay: float = decay_on("direction")

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta), "v": np.zeros(theta.shape[1:])}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        squared = (g**2).sum(axis=0)
        v = squared if t == 1 else self.beta2 * state["v"] + (1 - self.beta2) * squared
        m = self.beta1 * state["m"] + g / (np.sqrt(v) + self.eps) + self.weight_decay * theta
        step = self.lr * m
        return theta - step, {"m": m, "v": v, "step": step}
