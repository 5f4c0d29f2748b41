from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    epsilon,
    hyperparameter,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """Adagrad. Duchi, Hazan & Singer 2011, https://jmlr.org/papers/v12/duchi11a.html

    Computes what torch.optim.Adagrad computes: the sum starts at initial_accumulator_value, and
    eps stands outside the root.
    """

    name = "Adagrad"
    summary = "SGD whose step shrinks where gradients have been large."
    plain = (
        "Each coordinate has a step of its own, which gets shorter the more slope it has met so "
        "far."
    )
    family = "adaptive"
    parent = "sgd"
    year = 2011
    paper = Paper(
        ("Duchi", "Hazan", "Singer"),
        2011,
        "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
        "https://jmlr.org/papers/v12/duchi11a.html",
    )
    rule = (
        r"G_t = G_{t-1} + g_t^2",
        r"\alpha_t = \alpha / (1 + (t - 1)\, \eta)",
        r"\theta_t = \theta_{t-1} - \alpha_t\, g_t / (\sqrt{G_t} + \epsilon)",
    )
    words = MappingProxyType(
        {
            "G": ("Squares", "sum of all squared gradients so far"),
            "step": ("Step", "against the gradient ÷ √G, times the learning rate"),
        }
    )
    reference = Function("torch.optim", "Adagrad")
    divides_by = "G"
    showcase = "surface=quadratic(condition=100)&steps=200&lane=adagrad(lr=0.5)&lane=sgd(lr=0.01)"
    see = (
        "Adagrad shortens its steps across the valley only and is below 0.01 after "
        "{first_below[0, 0.01]:.0f} steps; SGD, held back by the steep side, ends at "
        "{ending[1]:.2g}."
    )

    lr: float = learning_rate(0.01, suggestion=0.5)
    lr_decay: float = hyperparameter(
        0.0,
        symbol=r"\eta",
        help="Shrinks the learning rate as 1/(1 + (t-1) times this).",
        slider=(0.0, 1.0),
    )
    initial_accumulator_value: float = hyperparameter(
        0.0,
        symbol="G_0",
        help="What the sum of squared gradients starts from; more makes the first steps shorter.",
        slider=(0.0, 10.0),
    )
    eps: float = epsilon(1e-10)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        return {"G": np.zeros_like(theta) + self.initial_accumulator_value}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        G = state["G"] + g**2
        lr = self.lr / (1 + (t - 1) * self.lr_decay)
        step = lr * g / (np.sqrt(G) + self.eps)
        return theta - step, {"G": G, "step": step}
