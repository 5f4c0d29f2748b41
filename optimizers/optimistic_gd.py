from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, hyperparameter, learning_rate
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class OptimisticGD(Optimizer):
    """Optimistic gradient descent.

    Popov 1980; in this form Mokhtari et al. 2019, https://arxiv.org/abs/1901.08511.
    Computes what optax.optimistic_gradient_descent computes.
    """

    name = "Optimistic GD"
    summary = "SGD that expects the next gradient to change as the last one did."
    plain = (
        "It walks downhill, but adds the last change of the slope, as if the slope were about to "
        "change that way again."
    )
    family = "first order"
    parent = "sgd"
    year = 1980
    paper = Paper(
        ("Mokhtari", OTHERS),
        2019,
        (
            "A Unified Analysis of Extra-gradient and Optimistic Gradient Methods for Saddle Point "
            "Problems: Proximal Point Approach"
        ),
        "https://arxiv.org/abs/1901.08511",
    )
    rule = (
        r"\theta_t = \theta_{t-1} - \eta\, ((\alpha + \beta)\, g_t - \beta\, g_{t-1}), "
        r"\quad g_0 = g_1",
    )
    words = MappingProxyType({"step": ("Step", "against the gradient and its last change")})
    reference = Function("optax", "optimistic_gradient_descent")
    showcase = "surface=quadratic&steps=60&lane=optimistic_gd(lr=0.025)&lane=sgd(lr=0.025)"
    see = (
        "Made for games between two players, Optimistic GD gains nothing downhill: it ends at "
        "{ending[0]:.2g}, SGD at {ending[1]:.2g}, almost a tie."
    )

    lr: float = learning_rate(0.001, suggestion=0.0005, symbol=r"\eta")
    alpha: float = hyperparameter(
        1.0, symbol=r"\alpha", help="The weight of the gradient itself.", slider=(0.0, 2.0)
    )
    beta: float = hyperparameter(
        1.0,
        symbol=r"\beta",
        help="The weight of the gradient's change, the optimism.",
        slider=(0.0, 2.0),
    )

    def init(self, theta: Array) -> State:
        return {"g_prev": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g_prev = g if t == 1 else state["g_prev"]
        step = self.lr * ((self.alpha + self.beta) * g - self.beta * g_prev)
        return theta - step, {"g_prev": g, "step": step}
