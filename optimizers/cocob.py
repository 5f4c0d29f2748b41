from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
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
class COCOB(Optimizer):
    """COCOB-Backprop. Orabona & Tommasi 2017, Algorithm 2, https://arxiv.org/abs/1705.07795

    Computes what optax.contrib.cocob computes. The learning rate, which the paper has not,
    multiplies the gradient.
    """

    name = "COCOB"
    summary = "Bets on the direction of each coordinate, and stakes more the more it has won."
    plain = (
        "It bets on a direction in each coordinate, and stakes more the more its earlier bets have"
        " won."
    )
    family = "learning-rate free"
    parent = "sgd"
    year = 2017
    paper = Paper(
        ("Orabona", "Tommasi"),
        2017,
        "Training Deep Networks without Learning Rates Through Coin Betting",
        "https://arxiv.org/abs/1705.07795",
    )
    rule = (
        r"g_t = \alpha_r\, (\nabla f(\theta_{t-1}) + \lambda\, \theta_{t-1})",
        r"L_t = \max(L_{t-1}, |g_t|), \quad L_0 = \epsilon",
        r"G_t = G_{t-1} + |g_t|",
        r"R_t = \max(R_{t-1} - g_t\, (\theta_{t-1} - \theta_0), 0)",
        r"C_t = C_{t-1} - g_t",
        r"\theta_t = \theta_0 + \frac{C_t}{L_t \max(G_t + L_t, \alpha L_t)}\, (L_t + R_t)",
    )
    words = MappingProxyType(
        {
            "C": ("Sum", "minus all gradients so far, added up"),
            "L": ("Largest", "size of the largest gradient so far"),
            "G": ("Sizes", "of all gradients so far, added up"),
            "R": ("Reward", "what the bets have won so far"),
            "g": ("Scaled gradient", "gradient times the learning rate"),
            "step": ("Step", "from the bet before to the new one"),
        }
    )
    reference = Function("optax.contrib", "cocob")
    showcase = "surface=booth&steps=300&lane=cocob&lane=sgd(lr=0.005)"
    see = (
        "COCOB, with no rate to tune, is below 0.01 after {first_below[0, 0.01]:.0f} steps; SGD"
        " at a rate chosen for this bowl takes {first_below[1, 0.01]:.0f}."
    )

    lr: float = learning_rate(1.0, symbol=r"\alpha_r")
    alpha: float = hyperparameter(
        100.0,
        symbol=r"\alpha",
        help="How cautious the first bets are: the larger, the shorter the first steps.",
        slider=(1.0, 1000.0),
        scale="log",
    )
    eps: float = epsilon(1e-8, help="Where the largest gradient so far, L, starts.")
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"theta0": theta, "C": zero, "L": zero + self.eps, "G": zero, "R": zero, "g": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        theta0 = state["theta0"]
        g = self.lr * (g + self.weight_decay * theta)
        L = np.maximum(state["L"], np.abs(g))
        G = state["G"] + np.abs(g)
        R = np.maximum(state["R"] - g * (theta - theta0), 0)
        C = state["C"] - g
        moved = theta0 + C / (L * np.maximum(G + L, self.alpha * L)) * (L + R)
        new = {"theta0": theta0, "C": C, "L": L, "G": G, "R": R, "g": g, "step": theta - moved}
        return moved, new
