from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    PENALIZED,
    Array,
    Optimizer,
    State,
    epsilon,
    hyperparameter,
    l2_penalty,
    learning_rate,
    norm,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class DoG(Optimizer):
    """DoG, distance over gradients. Ivgi, Hinder & Carmon 2023, https://arxiv.org/abs/2302.12022

    Computes what optax.contrib.dog computes with init_step=("heuristic", ...): the first distance
    is init_step times 1 + the length of the start, and weight decay is an L2 penalty, of which G
    takes notice.
    """

    name = "DoG"
    summary = "SGD whose rate is the distance travelled over the gradients met."
    plain = (
        "It walks downhill, and sets its step size by how far it has come and how steep that was."
    )
    family = "learning-rate free"
    parent = "sgd"
    year = 2023
    paper = Paper(
        ("Ivgi", "Hinder", "Carmon"),
        2023,
        "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule",
        "https://arxiv.org/abs/2302.12022",
    )
    rule = (
        r"\bar r_t = \max(\bar r_{t-1}, \|\theta_{t-1} - \theta_0\|), "
        r"\quad \bar r_0 = r_\epsilon\, (1 + \|\theta_0\|)",
        r"G_t = G_{t-1} + \|g_t\|^2",
        r"\eta_t = \bar r_t / \sqrt{G_t + \epsilon}",
        r"\theta_t = \theta_{t-1} - \alpha\, \eta_t\, g_t",
    )
    symbols = MappingProxyType({"r_max": r"\bar r_t"})
    words = MappingProxyType(
        {
            "r_max": ("Distance", "farthest from the start so far"),
            "G": ("Squares", "squared lengths of all gradients, added up"),
            "eta": ("Rate", "distance ÷ √G"),
            "step": ("Step", "against the gradient, times that rate"),
        }
    )
    reference = Function("optax.contrib", "dog")
    divides_by = "G"
    showcase = "surface=booth&steps=500&lane=dog&lane=sgd(lr=0.01)"
    see = (
        "DoG, with no rate to tune, first creeps, then reaches 0.01 after {first_below[0, "
        "0.01]:.0f} steps; SGD at a rate chosen for this bowl takes {first_below[1, 0.01]:.0f}."
    )

    lr: float = learning_rate(1.0)
    init_step: float = hyperparameter(
        1e-6,
        symbol=r"r_\epsilon",
        help="How far the first step goes, relative to 1 + the start's distance from the origin.",
        slider=(1e-8, 1.0),
        scale="log",
        suggestion=1e-3,
    )
    eps: float = epsilon(1e-8, help="Added to the sum of squared gradient lengths.")
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        return (PENALIZED, *self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        nothing = np.zeros(theta.shape[1:])
        r_max = self.init_step * (1 + norm(theta))
        return {"theta0": theta, "r_max": nothing + r_max, "G": nothing}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        r_max = np.maximum(state["r_max"], norm(theta - state["theta0"]))
        G = state["G"] + (g**2).sum(axis=0)
        eta = r_max / np.sqrt(G + self.eps)
        step = self.lr * eta * g
        return theta - step, state | {"r_max": r_max, "G": G, "eta": eta, "step": step}
