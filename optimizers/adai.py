from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    hyperparameter,
    l2_penalty,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class Adai(Optimizer):
    """Adai, adaptive inertia. Xie et al. 2022, Algorithm 2, https://arxiv.org/abs/2006.15815

    Computes what pytorch_optimizer.Adai computes, dampening and eps included. weight_decay is an L2
    penalty; with stable_weight_decay (AdaiS) it is left out of v.
    """

    name = "Adai"
    summary = "Momentum that is adapted coordinate by coordinate, at one learning rate for all."
    plain = (
        "It rolls like a heavy ball that keeps less of its speed in steep directions than in "
        "gentle ones."
    )
    family = "adaptive"
    parent = "momentum"
    year = 2020
    paper = Paper(
        ("Xie", OTHERS),
        2022,
        "Adaptive Inertia: Disentangling the Effects of Adaptive Learning Rate and Momentum",
        "https://arxiv.org/abs/2006.15815",
    )
    rule = (
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2, \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\bar v_t = \max(\mathrm{mean}(\hat v_t), \epsilon)",
        r"\mu_t = \mathrm{clip}(1 - \beta_1 (\hat v_t / \bar v_t)^{1 / (3 - 2\tau)},\,"
        r" 0,\, 1 - \epsilon)",
        r"m_t = \mu_t m_{t-1} + (1 - \mu_t)^\tau g_t",
        r"\theta_t = \theta_{t-1}"
        r" - \alpha\, \beta_1^{1 - \tau}\, m_t / (1 - \textstyle\prod_{i \le t} \mu_i)",
    )
    words = MappingProxyType(
        {
            "m": ("Momentum", "gradients; each coordinate keeps a share of its own"),
            "mu": ("Inertia", "the share of m that each coordinate keeps"),
            "mu_product": ("Product", "of all inertias: what is left of the start at zero"),
            "step": ("Step", "against m̂, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "Adai")
    work = 30.0
    showcase = (
        "surface=quadratic(condition=100)&steps=200&lane=adai(lr=0.01)"
        "&lane=momentum(lr=0.01,dampening=0.9)"
    )
    see = (
        "Momentum is thrown to a loss of {largest[1]:.3g}; Adai, with less inertia on the steep"
        " side, never rises above {largest[0]:.2g}; both end near the same loss."
    )

    lr: float = learning_rate(0.001, suggestion=0.002)
    beta1: float = hyperparameter(
        0.1,
        symbol=r"\beta_1",
        help="How much of each gradient enters where v is average; less is more inertia.",
        high=1.0,
        high_open=True,
        slider=(0.0, 0.99),
    )
    beta2: float = second_moment_decay(0.99)
    stable_weight_decay: bool = hyperparameter(
        False,
        symbol=r"\text{stable decay}",
        help="Keep the weight decay out of v, so that it does not change the inertia.",
    )
    dampening: float = hyperparameter(
        1.0,
        symbol=r"\tau",
        help="1 averages gradients as Adam does; 0 accumulates them as a heavy ball does.",
        high=1.0,
        slider=(0.0, 1.0),
    )
    eps: float = hyperparameter(
        1e-3,
        symbol=r"\epsilon",
        help="Keeps the inertia this far below 1 and the average of v from vanishing.",
        high=1.0,
        slider=(1e-12, 1.0),
        scale="log",
    )
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.stable_weight_decay:
            return self.rule
        return (self.rule[0].replace("g_t^2", r"(\nabla f(\theta_{t-1}))^2"), *self.rule[1:])

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "mu_product": np.ones_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        decayed = g + self.weight_decay * theta
        measured = g if self.stable_weight_decay else decayed
        v = self.beta2 * state["v"] + (1 - self.beta2) * measured**2
        v_hat = v / (1 - self.beta2**t)
        v_mean = np.maximum(v_hat.mean(axis=0), self.eps)
        inertia = 1 - self.beta1 * (v_hat / v_mean) ** (1 / (3 - 2 * self.dampening))
        mu = np.clip(inertia, 0, 1 - self.eps)
        m = mu * state["m"] + (1 - mu) ** self.dampening * decayed
        mu_product = state["mu_product"] * mu
        m_hat = m / (1 - mu_product) * self.beta1 ** (1 - self.dampening)
        step = self.lr * m_hat
        new = {
            "m": m,
            "v": v,
            "v_hat": v_hat,
            "mu_product": mu_product,
            "mu": mu,
            "m_hat": m_hat,
            "step": step,
        }
        return theta - step, new
