from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    PENALIZED,
    Array,
    Optimizer,
    State,
    Words,
    decay_on,
    decay_rate,
    decoupling,
    hyperparameter,
    learning_rate,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class Lion(Optimizer):
    """Lion. Chen et al. 2023, Algorithm 2, https://arxiv.org/abs/2302.06675

    Computes what optax.lion computes; its two switches are those of pytorch_optimizer.Lion. Without
    weight_decouple weight decay is an L2 penalty. A cautious Lion (Liang et al. 2024,
    https://arxiv.org/abs/2411.16085) leaves a coordinate that would go against its present gradient
    and scales the others by 2 / (their number + 1): 2/3 in the plane where both go, 1 where one
    does.
    """

    name = "Lion"
    summary = "Signum that weighs the newest gradient more in its step than in its memory."
    plain = (
        "It takes steps of fixed length, and picks their direction from a memory of slopes blended"
        " with the newest one."
    )
    family = "sign"
    parent = "signum"
    year = 2023
    paper = Paper(
        ("Chen", OTHERS),
        2023,
        "Symbolic Discovery of Optimization Algorithms",
        "https://arxiv.org/abs/2302.06675",
    )
    rule = (
        r"c_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"\theta_t = (1 - \alpha\lambda)\, \theta_{t-1} - \alpha\, \mathrm{sign}(c_t)",
        r"m_t = \beta_2 m_{t-1} + (1 - \beta_2)\, g_t",
    )
    symbols = MappingProxyType({"mask": r"\phi_t"})
    words = MappingProxyType(
        {
            "c": ("Mix", "of momentum before and gradient; its signs count"),
            "step": ("Step", "one learning rate against each sign of c"),
        }
    )
    reference = Function("optax", "lion")
    showcase = "surface=rosenbrock&steps=500&lane=lion(lr=0.02)&lane=signum(lr=0.02)"
    see = (
        "Lion, which weighs the newest gradient more, is below 0.5 after {first_below[0, "
        "0.5]:.0f} steps, Signum after {first_below[1, 0.5]:.0f}; both then swing by their "
        "fixed step."
    )

    lr: float = learning_rate(1e-4, suggestion=0.01)
    beta1: float = decay_rate(0.9, r"\beta_1", "How much of the step's direction is memory.")
    beta2: float = decay_rate(0.99, r"\beta_2", "How slowly the memory, m, forgets.")
    weight_decay: float = decay_on("gradient", 1e-3, switch="weight_decouple")
    weight_decouple: bool = decoupling(True)
    cautious: bool = hyperparameter(
        False,
        symbol=r"\text{cautious}",
        help="Move no coordinate against its present gradient.",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        before: tuple[str, ...] = () if self.weight_decouple else (PENALIZED,)
        masked: tuple[str, ...] = ()
        start = r"(1 - \alpha\lambda)\, \theta_{t-1}" if self.weight_decouple else r"\theta_{t-1}"
        step = r"\alpha\, \mathrm{sign}(c_t)"
        if self.cautious:
            masked = (
                r"\phi_t = \mathbb{1}[c_t g_t > 0], \quad"
                r" \bar\alpha_t = 2 \alpha / (\|\phi_t\|_1 + 1)",
            )
            step = r"\bar\alpha_t\, \phi_t\, \mathrm{sign}(c_t)"
        return (*before, self.rule[0], *masked, rf"\theta_t = {start} - {step}", self.rule[2])

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if self.cautious:
            told["step"] = ("Step", "against the signs of c, where the gradient has the same")
        return told

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        if not self.weight_decouple:
            g = g + self.weight_decay * theta
        c = self.beta1 * state["m"] + (1 - self.beta1) * g
        m = self.beta2 * state["m"] + (1 - self.beta2) * g
        new, step = {"m": m, "c": c}, self.lr * np.sign(c)
        if self.cautious:
            new["mask"] = np.where(c * g > 0, 1.0, 0.0)
            step = step * 2 / (new["mask"].sum(axis=0) + 1) * new["mask"]
        if self.weight_decouple:
            new["decay"] = self.lr * self.weight_decay * theta
            step = new["decay"] + step
        return theta - step, new | {"step": step}
