from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import dot
from optimizers.base import Array, Loss, Optimizer, State, hyperparameter
from optimizers.sources import NUMERICAL_OPTIMIZATION, Passage

TRIES = 1000


@dataclass(frozen=True)
class LineSearchGD(Optimizer):
    """Gradient descent with Armijo's backtracking. 1966, https://doi.org/10.2140/pjm.1966.16.1

    Nocedal & Wright 2006, Algorithm 3.1, https://doi.org/10.1007/978-0-387-40065-5. Where no rate
    lowers the loss enough, which is a matter of rounding, it stays.
    """

    name = "Line search GD"
    summary = "SGD that tries a long step first and shortens it until the loss falls enough."
    plain = "It tries a long step downhill first, and shortens it until the loss falls enough."
    family = "line search and direct"
    parent = "sgd"
    year = 1966
    paper = NUMERICAL_OPTIMIZATION
    vectorized = False
    sketches = "points"
    rule = (
        r"\alpha_t = \alpha_{\max}\, \rho^{k_t - 1}",
        r"f(\theta_{t-1} - \alpha_t\, g_t) \le f(\theta_{t-1}) - c_1\, \alpha_t\, \|g_t\|^2",
        r"f(\theta_{t-1} - \tfrac{\alpha_t}{\rho} g_t) >"
        r" f(\theta_{t-1}) - c_1\, \tfrac{\alpha_t}{\rho} \|g_t\|^2 \text{ if } k_t > 1",
        r"\theta_t = \theta_{t-1} - \alpha_t\, g_t",
    )
    symbols = MappingProxyType({"tries": "k_t"})
    words = MappingProxyType(
        {
            "alpha": ("Rate", "the first tried that lowers the loss enough"),
            "tries": ("Tries", "how many rates were tried"),
            "step": ("Step", "against the gradient, times that rate"),
        }
    )
    reference = Passage(paper, "Algorithm 3.1")
    showcase = "surface=rosenbrock&steps=1500&per=evaluation&lane=line_search_gd&lane=sgd(lr=0.001)"
    see = (
        "After 1,500 evaluations Line search GD is at {loss_after_evaluations[0, 1500]:.2g} and"
        " SGD at {loss_after_evaluations[1, 1500]:.2g}: each search costs about ten evaluations"
        " and is worth it here."
    )

    c1: float = hyperparameter(
        1e-4,
        symbol="c_1",
        help="The share of the slope that the loss must fall by.",
        high=1.0,
        high_open=True,
        slider=(1e-6, 0.9),
        scale="log",
    )
    shrink: float = hyperparameter(
        0.5,
        symbol=r"\rho",
        help="What a rate that was too long is multiplied by.",
        high=1.0,
        high_open=True,
        slider=(0.1, 0.95),
    )
    max_lr: float = hyperparameter(
        1.0,
        symbol=r"\alpha_{\max}",
        help="The rate that is tried first in every step.",
        slider=(1e-3, 10.0),
        scale="log",
    )

    def init(self, theta: Array) -> State:
        return {}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        f, g = loss.value(theta), loss.gradient(theta)
        alpha, tries = self.max_lr, 1
        while not loss.value(theta - alpha * g) <= f - self.c1 * alpha * dot(g, g):
            if tries == TRIES:
                alpha = 0.0
                break
            alpha, tries = alpha * self.shrink, tries + 1
        step = alpha * g
        return theta - step, {
            "alpha": np.array(alpha),
            "tries": np.array(float(tries)),
            "step": step,
        }

    def sketch(self, before: Array, after: Array, state: State) -> Array:
        if not state["alpha"]:
            return np.empty((2, 0))
        g = state["step"] / state["alpha"]
        tried = self.max_lr * np.float64(self.shrink) ** np.arange(int(state["tries"]))
        return np.asarray(before[:, None] - tried * g[:, None], np.float64)
