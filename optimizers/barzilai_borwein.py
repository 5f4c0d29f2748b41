from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, hyperparameter, learning_rate
from optimizers.sources import Paper, Passage

BB1, BB2 = r"s^\top s / s^\top y", r"s^\top y / y^\top y"


@dataclass(frozen=True)
class BarzilaiBorwein(Optimizer):
    """The gradient method of Barzilai & Borwein 1988, https://doi.org/10.1093/imanum/8.1.141

    The loss need not fall at every step. Where the curvature along the last step
    is not positive, the formula has no rate; the last one is kept. The learning rate is that of the
    first step alone.
    """

    name = "Barzilai-Borwein"
    summary = "SGD whose rate is the inverse of the curvature that its last step met."
    plain = (
        "It looks at how much the slope changed over its last step, and sets the length of the "
        "next step by that."
    )
    family = "matrix and curvature"
    parent = "sgd"
    year = 1988
    paper = Paper(
        ("Barzilai", "Borwein"),
        1988,
        "Two-Point Step Size Gradient Methods",
        "https://doi.org/10.1093/imanum/8.1.141",
    )
    rule = (
        r"s = \theta_{t-1} - \theta_{t-2}, \quad y = g_t - g_{t-1}",
        r"\alpha_t = s^\top s / s^\top y \text{ if } s^\top y > 0, \text{ else } \alpha_{t-1},"
        r" \quad \alpha_1 = \alpha",
        r"\theta_t = \theta_{t-1} - \alpha_t\, g_t",
    )
    symbols = MappingProxyType({"theta_prev": r"\theta_{t-1}"})
    words = MappingProxyType(
        {
            "alpha": ("Rate", "from the curvature along the last step"),
            "theta_prev": ("Last point", "where this step began"),
            "step": ("Step", "against the gradient, times that rate"),
        }
    )
    reference = Passage(paper)
    showcase = "surface=quadratic&steps=60&lane=barzilai_borwein(lr=0.01)&lane=sgd(lr=0.01)"
    see = (
        "Barzilai-Borwein sets its own rate and is below 1e-6 after {first_below[0, 1e-06]:.0f}"
        " steps; SGD at the fixed first rate ends at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001)
    variant: str = hyperparameter(
        "bb1",
        symbol=r"\text{variant}",
        help="bb1 takes the longer rate, bb2 the shorter one.",
        choices=("bb1", "bb2"),
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if self.variant == "bb1":
            return self.rule
        return (self.rule[0], self.rule[1].replace(BB1, BB2), self.rule[2])

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"alpha": self.lr + np.zeros(theta.shape[1:]), "theta_prev": zero, "g_prev": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        s, y = theta - state["theta_prev"], g - state["g_prev"]
        ss, sy, yy = (s * s).sum(axis=0), (s * y).sum(axis=0), (y * y).sum(axis=0)
        if t == 1:
            alpha = self.lr + np.zeros(theta.shape[1:])
        else:
            rate = ss / sy if self.variant == "bb1" else sy / yy
            alpha = np.where(sy > 0, rate, state["alpha"])
        step = alpha * g
        return theta - step, {"alpha": alpha, "theta_prev": theta, "g_prev": g, "step": step}
