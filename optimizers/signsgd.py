from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, learning_rate
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class SignSGD(Optimizer):
    """signSGD. Bernstein et al. 2018, Algorithm 1, https://arxiv.org/abs/1802.04434

    Computes what optax.sign_sgd computes.
    """

    name = "signSGD"
    summary = "SGD that keeps only the gradient's signs."
    plain = (
        "In each coordinate it asks only which way is down, and then takes a step of fixed length."
    )
    family = "sign"
    parent = "sgd"
    year = 2018
    paper = Paper(
        ("Bernstein", OTHERS),
        2018,
        "signSGD: Compressed Optimisation for Non-Convex Problems",
        "https://arxiv.org/abs/1802.04434",
    )
    rule = (r"\theta_t = \theta_{t-1} - \alpha\, \mathrm{sign}(g_t)",)
    words = MappingProxyType(
        {
            "step": ("Step", "one learning rate against each sign of the gradient"),
        }
    )
    reference = Function("optax", "sign_sgd")
    showcase = "surface=plateau&steps=500&lane=signsgd(lr=0.01)&lane=sgd(lr=0.01)"
    see = (
        "On the shelf SGD is stranded at {ending[1]:.3f}; signSGD's steps are as long as "
        "anywhere, and it is below 0.1 after {first_below[0, 0.1]:.0f} steps."
    )

    lr: float = learning_rate(0.001, suggestion=0.01)

    def init(self, theta: Array) -> State:
        return {}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        step = self.lr * np.sign(g)
        return theta - step, {"step": step}
