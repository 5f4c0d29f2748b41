from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, hyperparameter, l2_penalty, learning_rate
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class ASGD(Optimizer):
    """Averaged SGD. Polyak & Juditsky 1992, https://doi.org/10.1137/0330046

    Computes what torch.optim.ASGD computes, which has its falling rate and its pull towards the
    origin from Bottou's code. The path is that of the iterates; the state's `average` is the
    answer. The rate of a step is the one that the step before left, so a schedule acts a step late.
    """

    name = "ASGD"
    summary = "SGD with a falling rate, which from step t0 on keeps the average of its iterates."
    plain = (
        "It walks downhill in steps that get shorter, and from a set step on keeps the average of "
        "the places it has been."
    )
    family = "first order"
    parent = "sgd"
    year = 1992
    paper = Paper(
        ("Polyak", "Juditsky"),
        1992,
        "Acceleration of Stochastic Approximation by Averaging",
        "https://doi.org/10.1137/0330046",
    )
    rule = (
        r"\theta_t = (1 - \lambda_d\, \eta_t)\, \theta_{t-1} - \eta_t\, g_t",
        r"\bar\theta_t = \bar\theta_{t-1} + \mu_t\, (\theta_t - \bar\theta_{t-1})",
        r"\eta_{t+1} = \alpha / (1 + \lambda_d\, \alpha\, t)^p, \quad \eta_1 = \alpha",
        r"\mu_{t+1} = 1 / \max(1, t - t_0), \quad \mu_1 = 1",
    )
    symbols = MappingProxyType(
        {"average": r"\bar\theta_t", "eta": r"\eta_{t+1}", "mu": r"\mu_{t+1}"}
    )
    words = MappingProxyType(
        {
            "average": ("Average", "of the points from t₀ on; before that, the last point"),
            "eta": ("Next rate", "the learning rate of the next step"),
            "mu": ("Next weight", "of the next point in the average"),
            "step": ("Step", "against the gradient, times its rate"),
        }
    )
    reference = Function("torch.optim", "ASGD")
    showcase = "surface=quadratic&steps=150&lane=asgd(lr=0.08,lambd=0.01)&lane=sgd(lr=0.08)"
    see = (
        "At this rate SGD swings across the valley for ever ({ending[1]:.2g}); ASGD's rate "
        "falls, so it settles at {ending[0]:.2g}."
    )

    lr: float = learning_rate(0.01, suggestion=0.001)
    lambd: float = hyperparameter(
        1e-4,
        symbol=r"\lambda_d",
        help="Makes the rate fall, and pulls towards the origin as weight decay does.",
        slider=(0.0, 1.0),
    )
    alpha: float = hyperparameter(
        0.75, symbol="p", help="The power with which the rate falls.", slider=(0.0, 2.0)
    )
    t0: int = hyperparameter(
        1_000_000,
        symbol="t_0",
        help="The step after which iterates are averaged; before, the average is the iterate.",
        slider=(1, 1_000_000),
        scale="log",
        suggestion=100,
    )
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        one = np.ones(theta.shape[1:])
        return {"average": np.zeros_like(theta), "eta": self.lr * one, "mu": one}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        one = np.ones(theta.shape[1:])
        eta = self.lr * one if t == 1 else state["eta"]
        mu = state["mu"]
        step = eta * (g + self.weight_decay * theta + self.lambd * theta)
        moved = theta - step
        average = np.where(mu == 1, moved, state["average"] + mu * (moved - state["average"]))
        eta = self.lr / np.power(one + self.lambd * self.lr * t, self.alpha)
        return moved, {
            "average": average,
            "eta": eta,
            "mu": one / max(1, t - self.t0),
            "step": step,
        }
