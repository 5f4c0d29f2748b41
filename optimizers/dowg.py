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
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class DoWG(Optimizer):
    """DoWG. Khaled, Mishchenko & Jin 2023, Algorithm 1, https://arxiv.org/abs/2305.16284

    Computes what optax.contrib.dowg computes; eps, which the paper has not, is also where the
    squared distance starts unless it is given, and weight decay is an L2 penalty, of which v takes
    notice.
    """

    name = "DoWG"
    summary = (
        "DoG that weighs each gradient by the distance at its time, and so takes longer steps."
    )
    plain = (
        "It sets its step size by how far it has come, and slopes met further from the start count"
        " for more."
    )
    family = "learning-rate free"
    parent = "dog"
    year = 2023
    paper = Paper(
        ("Khaled", "Mishchenko", "Jin"),
        2023,
        "DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method",
        "https://arxiv.org/abs/2305.16284",
    )
    rule = (
        r"\bar r_t^2 = \max(\bar r_{t-1}^2, \|\theta_{t-1} - \theta_0\|^2)",
        r"v_t = v_{t-1} + \bar r_t^2\, \|g_t\|^2",
        r"\eta_t = \bar r_t^2 / (\sqrt{v_t} + \epsilon)",
        r"\theta_t = \theta_{t-1} - \alpha\, \eta_t\, g_t",
    )
    symbols = MappingProxyType({"r_max_squared": r"\bar r_t^2"})
    words = MappingProxyType(
        {
            "r_max_squared": ("Distance", "farthest from the start so far, squared"),
            "v": ("Squares", "squared gradient lengths times that, added up"),
            "eta": ("Rate", "squared distance ÷ √v"),
            "step": ("Step", "against the gradient, times that rate"),
        }
    )
    reference = Function("optax.contrib", "dowg")
    divides_by = "v"
    showcase = "surface=booth&steps=500&lane=dowg&lane=dog"
    see = (
        "DoWG's longer steps bring it below 0.01 after {first_below[0, 0.01]:.0f} steps, DoG "
        "after {first_below[1, 0.01]:.0f}."
    )

    lr: float = learning_rate(1.0)
    init_estim_sq_dist: float = hyperparameter(
        0.0,
        symbol=r"\bar r_0^2",
        help="The first guess of the squared distance to go; 0 stands for ε.",
        slider=(0.0, 1.0),
    )
    eps: float = epsilon(1e-4)
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        return (PENALIZED, *self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        nothing = np.zeros(theta.shape[1:])
        given = np.greater(self.init_estim_sq_dist, 0)
        squared = np.where(given, self.init_estim_sq_dist, self.eps)
        return {"theta0": theta, "r_max_squared": nothing + squared, "v": nothing}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        distance = ((theta - state["theta0"]) ** 2).sum(axis=0)
        squared = np.maximum(state["r_max_squared"], distance)
        v = state["v"] + squared * (g**2).sum(axis=0)
        eta = squared / (np.sqrt(v) + self.eps)
        step = self.lr * eta * g
        return theta - step, state | {"r_max_squared": squared, "v": v, "eta": eta, "step": step}
