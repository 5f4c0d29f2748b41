from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decoupled_decay,
    hyperparameter,
    learning_rate,
)
from optimizers.sources import Function, Paper


def root_mean_square(x: Array) -> Array:
    """Over the coordinates: (2, ...) -> (...)."""
    rms: Array = np.sqrt((x**2).sum(axis=0) / 2)
    return rms


@dataclass(frozen=True)
class Adafactor(Optimizer):
    """Adafactor. Shazeer & Stern 2018, Algorithm 5, https://arxiv.org/abs/1804.04235

    Computes what torch.optim.Adafactor computes on a vector, where v has nothing to be factored
    into: what is left is a step relative to the size of θ, a memory that lengthens, and a clip.
    The paper adds eps1 to g²; torch keeps v from falling below its square.
    """

    name = "Adafactor"
    summary = "Adam without momentum, with steps relative to θ's own size and clipped."
    plain = (
        "It divides each slope by its usual size, and takes longer steps the further the point is "
        "from the origin."
    )
    family = "adaptive"
    parent = "adam"
    year = 2018
    paper = Paper(
        ("Shazeer", "Stern"),
        2018,
        "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
        "https://arxiv.org/abs/1804.04235",
    )
    rule = (
        r"\alpha_t = \max(\epsilon_2, \mathrm{RMS}(\theta_{t-1}))\, \min(\alpha, 1/\sqrt t)",
        r"v_t = (1 - t^\tau)\, v_{t-1} + t^\tau g_t^2",
        r"u_t = g_t / \sqrt{\max(v_t, \epsilon_1^2)}",
        r"\theta_t = (1 - \alpha\lambda)\, \theta_{t-1} "
        r"- \alpha_t\, u_t / \max(1, \mathrm{RMS}(u_t) / d)",
    )
    words = MappingProxyType(
        {
            "v": ("Squares", "average of squared gradients, with a growing memory"),
            "u": ("Scaled gradient", "gradient ÷ √v"),
            "alpha": ("Rate", "relative to the size of θ"),
            "step": ("Step", "against u, times the rate, and clipped"),
        }
    )
    reference = Function("torch.optim", "Adafactor")
    showcase = "surface=booth&steps=200&lane=adafactor(lr=0.05)&lane=adam(lr=0.05)"
    see = (
        "Far from the origin Adafactor's steps are long, as they go by θ's size: it ends at "
        "{ending[0]:.2g}, Adam at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.01, suggestion=0.1)
    beta2_decay: float = hyperparameter(
        -0.8,
        symbol=r"\tau",
        help="The power of t that each new g² weighs in v: the memory lengthens with every step.",
        low=-np.inf,
        high=0.0,
        slider=(-2.0, 0.0),
    )
    d: float = hyperparameter(
        1.0,
        symbol="d",
        help="Steps whose root mean square exceeds this are scaled down to it.",
        low=1.0,
        slider=(1.0, 10.0),
    )
    eps1: float = hyperparameter(
        float(np.finfo(np.float64).eps),
        symbol=r"\epsilon_1",
        help="The least that a gradient is divided by.",
        slider=(1e-16, 1.0),
        scale="log",
    )
    eps2: float = hyperparameter(
        1e-3,
        symbol=r"\epsilon_2",
        help="The least size of θ that steps are relative to, so that the origin can be left.",
        slider=(1e-6, 1.0),
        scale="log",
    )
    weight_decay: float = decoupled_decay()

    def init(self, theta: Array) -> State:
        return {"v": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        size = np.maximum(self.eps2, root_mean_square(theta))
        alpha = size * np.minimum(self.lr, 1 / np.sqrt(t))
        weight = np.power(t, self.beta2_decay)
        v = state["v"] + weight * (g**2 - state["v"])
        u = g / np.sqrt(np.maximum(v, np.square(self.eps1)))
        clip = np.maximum(1.0, root_mean_square(u) / self.d)
        decay = self.lr * self.weight_decay * theta
        step = decay + alpha * u / clip
        return theta - step, {"v": v, "u": u, "alpha": alpha, "decay": decay, "step": step}
