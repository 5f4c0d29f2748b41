from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decoupled_decay,
    epsilon,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    norm,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class MARS(Optimizer):
    """MARS, AdamW with variance reduction. Yuan et al. 2024, Algorithm 2,
    https://arxiv.org/abs/2411.10438

    Computes what pytorch_optimizer.MARS(optimize_1d=True) computes, as the authors' code does: the
    approximate form, in which the change of gradients from one step to the next stands for the
    change between two points on one batch. Gradients longer than 1 are scaled to 1, which on most
    surfaces here means nearly always. The gradient before the first is 0, eps is bias-corrected
    with the root, and 1e-15 stands inside it.
    """

    name = "MARS"
    summary = "AdamW on gradients extrapolated by their last change and cut to length 1."
    plain = (
        "It corrects each slope by how much it has just changed, shortens those that are too long,"
        " and then steps as AdamW does."
    )
    family = "adaptive"
    parent = "adamw"
    year = 2024
    paper = Paper(
        ("Yuan", OTHERS),
        2024,
        "MARS: Unleashing the Power of Variance Reduction for Training Large Models",
        "https://arxiv.org/abs/2411.10438",
    )
    rule = (
        r"c_t = g_t + \gamma\, \frac{\beta_1}{1 - \beta_1}\, (g_t - g_{t-1})",
        r"\tilde c_t = c_t / \max(\|c_t\|, 1)",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, \tilde c_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, \tilde c_t^2",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1}"
        r" - \alpha\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}\,"
        r" \frac{m_t}{\sqrt{v_t + 10^{-15}} + \epsilon}",
    )
    symbols = MappingProxyType({"c": r"\tilde c_t"})
    words = MappingProxyType(
        {
            "c": ("Corrected gradient", "with more of its last change, at most 1 long"),
            "m": ("Momentum", "average of recent corrected gradients"),
            "v": ("Squares", "average of their squares"),
            "step": ("Step", "against m ÷ √v, corrected, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "MARS")
    divides_by = "v"
    showcase = "surface=rosenbrock&steps=1000&lane=mars(lr=0.05)&lane=adamw(lr=0.05,weight_decay=0)"
    see = (
        "MARS uses the change of gradients and is below 0.1 after {first_below[0, 0.1]:.0f} "
        "steps, AdamW after {first_below[1, 0.1]:.0f}; MARS then swings and stays at "
        "{ending[0]:.2g}."
    )

    lr: float = learning_rate(0.003, suggestion=0.01)
    beta1: float = first_moment_decay(0.95)
    beta2: float = second_moment_decay(0.99)
    gamma: float = hyperparameter(
        0.025,
        symbol=r"\gamma",
        help="How strongly the gradient is corrected by its change. 0 is clipped AdamW.",
        slider=(0.0, 1.0),
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "g": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        c = g + self.gamma * self.beta1 / (1 - self.beta1) * (g - state["g"])
        c = c / np.maximum(norm(c), 1)
        m = self.beta1 * state["m"] + (1 - self.beta1) * c
        v = self.beta2 * state["v"] + (1 - self.beta2) * c**2
        lr = self.lr * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + lr * m / (np.sqrt(v + 1e-15) + self.eps)
        return theta - step, {"m": m, "v": v, "g": g, "c": c, "decay": decay, "step": step}
