from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    epsilon,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class MADGRAD(Optimizer):
    """MADGRAD. Defazio & Jelassi 2022, Algorithm 1, https://arxiv.org/abs/2101.11075

    Computes what pytorch_optimizer.MADGRAD computes, as the authors' code does: momentum is 1 - c
    of the paper, eps is added to lr as well (but to no lr of 0), and weight_decay is an L2 penalty.
    """

    name = "MADGRAD"
    summary = "Adagrad by dual averaging: always from the start, with a cube root and momentum."
    plain = (
        "It adds up all slopes since the start and works out from there where they lead, with "
        "shorter moves where it has been steep."
    )
    family = "adaptive"
    parent = "adagrad"
    year = 2021
    paper = Paper(
        ("Defazio", "Jelassi"),
        2022,
        (
            "Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient "
            "Method for Stochastic Optimization"
        ),
        "https://arxiv.org/abs/2101.11075",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}, \quad"
        r" \alpha_t = (\alpha + \epsilon) \sqrt{t}",
        r"s_t = s_{t-1} + \alpha_t g_t, \quad v_t = v_{t-1} + \alpha_t g_t^2",
        r"z_t = \theta_0 - s_t / (\sqrt[3]{v_t} + \epsilon)",
        r"\theta_t = \mu\, \theta_{t-1} + (1 - \mu)\, z_t",
    )
    words = MappingProxyType(
        {
            "s": ("Sum", "of all gradients, the later the heavier"),
            "v": ("Squares", "of all gradients, added up, the later the heavier"),
            "z": ("Target", "the start, minus s divided by the cube root of v"),
            "step": ("Step", "a share of the way to z"),
        }
    )
    reference = Function("pytorch_optimizer", "MADGRAD")
    showcase = "surface=rosenbrock&steps=400&lane=madgrad(lr=0.05)&lane=adagrad(lr=0.5)"
    see = (
        "MADGRAD is below 0.1 after {first_below[0, 0.1]:.0f} steps; Adagrad, even at ten times"
        " the rate, slows down and ends at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.01)
    momentum: float = decay_rate(
        0.9,
        r"\mu",
        "How much of the previous point is kept at each step.",
    )
    eps: float = epsilon(1e-6)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"s": zero, "v": zero, "theta_0": theta, "z": theta}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        lr = np.where(np.equal(self.lr, 0), 0, self.lr + self.eps) * np.sqrt(t)
        s = state["s"] + lr * g
        v = state["v"] + lr * g**2
        root = np.cbrt(v) + self.eps
        z = state["theta_0"] - s / np.where(root == 0, np.inf, root)
        step = (1 - self.momentum) * (theta - z)
        return theta - step, {"s": s, "v": v, "theta_0": state["theta_0"], "z": z, "step": step}
