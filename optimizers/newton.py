from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Loss,
    Optimizer,
    State,
    hyperparameter,
    learning_rate,
    suited,
)
from optimizers.sources import NUMERICAL_OPTIMIZATION, Passage


@dataclass(frozen=True)
class Newton(Optimizer):
    """Newton's method for minima, which Simpson wrote down in 1740.

    Nocedal & Wright 2006, section 3.3, https://doi.org/10.1007/978-0-387-40065-5. It makes
    for a point where the gradient vanishes, be it a minimum, a saddle or a maximum. With damping,
    a multiple of the identity is added to the Hessian, as Levenberg does in least squares. Where
    the Hessian is singular, it stops and says so.
    """

    name = "Newton"
    summary = "Steps to where the parabola through the point, with its curvature, is flat."
    plain = (
        "It works out from the slope and how the ground curves where the ground would be flat, and"
        " steps there at once."
    )
    family = "matrix and curvature"
    year = 1740
    paper = NUMERICAL_OPTIMIZATION
    rule = (
        r"H_t = \nabla^2 f(\theta_{t-1}) + \delta I",
        r"\theta_t = \theta_{t-1} - \alpha\, H_t^{-1} g_t",
    )
    symbols = MappingProxyType({"hessian": "H_t"})
    words = MappingProxyType(
        {
            "hessian": ("Curvature", "how the slope changes: the Hessian, plus the damping"),
            "step": ("Step", "to where the parabola is flat, times the learning rate"),
        }
    )
    reference = Passage(paper, "section 3.3")
    planar = True
    showcase = "surface=quadratic(condition=100,angle=30)&steps=200&lane=newton&lane=sgd(lr=0.01)"
    see = (
        "Newton knows the curvature and is below 0.1 in this bowl after {first_below[0, "
        "0.1]:.0f} step of two evaluations; SGD takes {first_below[1, 0.1]:.0f} steps."
    )

    lr: float = learning_rate(1.0)
    damping: float = hyperparameter(
        0.0,
        symbol=r"\delta",
        help="Added to the Hessian's eigenvalues: the more, the shorter and steeper the step.",
        slider=(0.0, 100.0),
    )

    def init(self, theta: Array) -> State:
        return {}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g, hessian = loss.gradient(theta), loss.hessian(theta)
        (a, b), (_, c) = hessian
        a, c = a + self.damping, c + self.damping
        determinant = a * c - b * b
        determinant = suited(
            determinant,
            determinant != 0,
            lambda: (
                f"At ({theta[0]:.4g}, {theta[1]:.4g}) the Hessian is singular, so that "
                "Newton's step does not exist; damping changes that."
            ),
        )
        direction = np.stack([c * g[0] - b * g[1], a * g[1] - b * g[0]]) / determinant
        step = self.lr * direction
        damped = np.stack([np.stack([a, b]), np.stack([b, c])])
        return theta - step, {"hessian": damped, "step": step}
