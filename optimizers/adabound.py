from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    PENALIZED,
    Array,
    Optimizer,
    State,
    decay_on,
    decoupling,
    epsilon,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class AdaBound(Optimizer):
    """AdaBound. Luo et al. 2019, Algorithm 2, https://openreview.net/forum?id=Bkg3g2R9FX

    Computes what pytorch_optimizer.AdaBound computes: with bias correction, which the paper leaves
    out, decoupled weight decay (an L2 penalty without weight_decouple), and 1e-15 inside the root.
    A schedule scales final_lr too, as the reference does. Where lr is 0 nothing moves.
    """

    name = "AdaBound"
    summary = "Adam whose step sizes are squeezed between bounds that close in on SGD's."
    plain = (
        "It begins as Adam, and its step sizes are squeezed more and more towards one that is the "
        "same for all directions."
    )
    family = "adaptive"
    parent = "adam"
    year = 2019
    paper = Paper(
        ("Luo", OTHERS),
        2019,
        "Adaptive Gradient Methods with Dynamic Bound of Learning Rate",
        "https://openreview.net/forum?id=Bkg3g2R9FX",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\alpha_t = \alpha \sqrt{1 - \beta_2^t} / (1 - \beta_1^t)",
        r"\eta_l = \alpha_\infty \left(1 - \frac{1}{\gamma t + 1}\right), \quad"
        r" \eta_u = \alpha_\infty \left(1 + \frac{1}{\gamma t}\right)",
        r"\eta_t = \mathrm{clip}\left("
        r"\alpha_t / (\sqrt{v_t + 10^{-15}} + \epsilon),\, \eta_l,\, \eta_u\right)",
        r"\theta_t = (1 - \alpha \lambda)\, \theta_{t-1} - \eta_t m_t",
    )
    symbols = MappingProxyType({"rate": r"\eta_t"})
    words = MappingProxyType(
        {
            "rate": ("Rates", "one for each coordinate, kept between two bounds"),
            "step": ("Step", "against m, times these rates"),
        }
    )
    reference = Function("pytorch_optimizer", "AdaBound")
    divides_by = "v"
    showcase = (
        "surface=booth&steps=300&lane=adabound(lr=0.05,final_lr=0.01,gamma=0.01)&lane=adam(lr=0.05)"
    )
    see = (
        "AdaBound's bounds close in on SGD's step, which suits a bowl: it ends at "
        "{ending[0]:.2g}, Adam, whose steps stay short, at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    final_lr: float = hyperparameter(
        0.1,
        symbol=r"\alpha_\infty",
        help="The learning rate of SGD on which both bounds close in.",
        slider=(1e-5, 10.0),
        scale="log",
        suggestion=0.001,
    )
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    gamma: float = hyperparameter(
        0.001,
        symbol=r"\gamma",
        help="How fast the bounds close in.",
        low=1e-6,
        slider=(1e-6, 1.0),
        scale="log",
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = decay_on("gradient", switch="weight_decouple")
    weight_decouple: bool = decoupling(True)

    def rule_as_set(self) -> tuple[str, ...]:
        if self.weight_decouple:
            return self.rule
        return (PENALIZED, *self.rule[:-1], r"\theta_t = \theta_{t-1} - \eta_t m_t")

    def scheduled(self, factor: float) -> "AdaBound":
        other = super().scheduled(factor)
        other.__dict__["final_lr"] = self.final_lr * factor
        return other

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        if not self.weight_decouple:
            g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        lr = self.lr * np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        final_lr = np.where(np.equal(self.lr, 0), 0, self.final_lr)
        lower = final_lr * (1 - 1 / (self.gamma * t + 1))
        upper = final_lr * (1 + 1 / (self.gamma * t))
        rate = np.clip(lr / (np.sqrt(v + 1e-15) + self.eps), lower, upper)
        new, step = {"m": m, "v": v, "rate": rate}, rate * m
        if self.weight_decouple:
            new["decay"] = self.lr * self.weight_decay * theta
            step = new["decay"] + step
        return theta - step, new | {"step": step}
