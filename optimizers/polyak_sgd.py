from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Loss,
    Optimizer,
    State,
    epsilon,
    hyperparameter,
    learning_rate,
    suited,
)
from optimizers.sources import OTHERS, Function, Paper

ZERO = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class PolyakSGD(Optimizer):
    """SGD with Polyak's step. Polyak 1969; Loizou et al. 2021, https://arxiv.org/abs/2002.10542

    Computes what optax.polyak_sgd computes. It scales the gradient first and measures the scaled
    one, so a scaling of s divides Polyak's step by s, where its documentation multiplies by it; the
    largest rate it does multiply. Below a squared length of 2.2e-16 it takes no step. Where a run
    meets a loss below f_min, from which optax would climb, it stops and says so.
    """

    name = "Polyak SGD"
    summary = "SGD whose rate comes from how far the loss still is above its known minimum."
    plain = (
        "It is told how low the loss can get, and chooses its step by how far above that it still "
        "is."
    )
    family = "learning-rate free"
    parent = "sgd"
    year = 1969
    paper = Paper(
        ("Loizou", OTHERS),
        2021,
        "Stochastic Polyak Step-size for SGD: An Adaptive Learning Rate for Fast Convergence",
        "https://arxiv.org/abs/2002.10542",
    )
    rule = (
        r"\tilde g_t = s\, g_t",
        r"\eta_t = \min\!\left(\frac{f(\theta_{t-1}) - f_{\min}}{\|\tilde g_t\|^2 + \epsilon}, "
        r"\alpha\right)",
        r"\theta_t = \theta_{t-1} - \eta_t\, \tilde g_t",
    )
    words = MappingProxyType(
        {
            "eta": ("Rate", "from how far the loss is above f_min, at most lr"),
            "step": ("Step", "against the gradient, times that rate"),
        }
    )
    reference = Function("optax", "polyak_sgd")
    showcase = "surface=rosenbrock&steps=500&lane=polyak_sgd&lane=sgd(lr=0.001)"
    see = (
        "Told the lowest loss, Polyak SGD finds its own rates and ends at {ending[0]:.2g}, SGD "
        "at {ending[1]:.2g}; its first jumps go up to {largest[0]:.0f}."
    )

    lr: float = learning_rate(1.0)
    scaling: float = hyperparameter(
        1.0, symbol="s", help="Multiplies the gradient before it is measured.", slider=(0.1, 10.0)
    )
    f_min: float = hyperparameter(
        0.0,
        symbol=r"f_{\min}",
        help="The lowest loss there is, or a guess of it.",
        low=-np.inf,
        slider=(-10.0, 10.0),
    )
    eps: float = epsilon(0.0, help="Added to the gradient's squared length.")
    variant: str = hyperparameter(
        "sps",
        symbol=r"\text{variant}",
        help="At a loss below f_min, sps+ takes no step, and sps cannot go on.",
        choices=("sps", "sps+"),
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if self.variant == "sps":
            return self.rule
        gap = r"f(\theta_{t-1}) - f_{\min}"
        return (self.rule[0], self.rule[1].replace(gap, rf"\max({gap}, 0)"), self.rule[2])

    def init(self, theta: Array) -> State:
        return {}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g = self.scaling * loss.gradient(theta)
        gap = loss.value(theta) - self.f_min
        below = (gap < 0) & (self.variant == "sps")
        squared = (g**2).sum(axis=0) + self.eps
        rate = np.minimum(np.maximum(gap, 0) / squared, self.lr)
        eta = suited(
            np.where(squared <= ZERO, 0.0, rate),
            ~below,
            lambda: (
                f"The loss is below f_min, {self.f_min:g}, which it takes for the lowest there "
                "is; set f_min to that, or choose sps+."
            ),
        )
        step = eta * g
        return theta - step, {"eta": eta, "step": step}
