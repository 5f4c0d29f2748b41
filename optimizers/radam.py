from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    PENALIZED,
    Array,
    Optimizer,
    State,
    decay_on,
    decayed,
    decoupling,
    epsilon,
    first_moment_decay,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class RAdam(Optimizer):
    """RAdam. Liu et al. 2019, Algorithm 2, https://arxiv.org/abs/1908.03265

    Computes what torch.optim.RAdam computes: it divides by v where rho is above 5 (the paper: 4),
    and eps is added to the root of the uncorrected v. Before, it goes along m̂ alone. Weight decay
    is an L2 penalty unless decoupled_weight_decay shrinks θ before the step.
    """

    name = "RAdam"
    summary = "Adam that trusts v only once it has seen enough gradients to know it."
    plain = (
        "It is Adam that moves by averaged slopes alone until it has met enough of them to know "
        "their usual size."
    )
    family = "adaptive"
    parent = "adam"
    year = 2019
    paper = Paper(
        ("Liu", OTHERS),
        2019,
        "On the Variance of the Adaptive Learning Rate and Beyond",
        "https://arxiv.org/abs/1908.03265",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\rho_\infty = 2 / (1 - \beta_2) - 1",
        r"\rho_t = \rho_\infty - 2 t \beta_2^t / (1 - \beta_2^t)",
        r"r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\rho_\infty}"
        r"{(\rho_\infty - 4)(\rho_\infty - 2)\rho_t}}"
        r" \text{ if } \rho_t > 5, \text{ else } 0",
        r"s_t = r_t \sqrt{1 - \beta_2^t} / (\sqrt{v_t} + \epsilon) "
        r"\text{ if } \rho_t > 5, \text{ else } 1",
        r"\theta_t = \theta_{t-1} - \alpha\, s_t\, m_t / (1 - \beta_1^t)",
    )
    words = MappingProxyType(
        {
            "rho": ("Memory", "how many gradients v rests on, in effect"),
            "r": ("Trust", "in v; 0 until it rests on enough gradients"),
            "step": ("Step", "against m̂, ÷ √v once that is trusted"),
        }
    )
    reference = Function("torch.optim", "RAdam")
    divides_by = "v"
    showcase = "surface=booth&steps=300&lane=radam(lr=0.02)&lane=adam(lr=0.02)"
    see = (
        "RAdam's first steps are not divided by v, so a steep start carries it far: "
        "{ending[0]:.3g} at the end, Adam {ending[1]:.3g}; then both creep alike."
    )

    lr: float = learning_rate(0.001, suggestion=0.003)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = decay_on("gradient", switch="decoupled_weight_decay")
    decoupled_weight_decay: bool = decoupling(False)

    def rule_as_set(self) -> tuple[str, ...]:
        if self.decoupled_weight_decay:
            return decayed(self.rule)
        return (PENALIZED, *self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        if not self.decoupled_weight_decay:
            g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        rho_inf = np.zeros(theta.shape[1:]) + 2 / (1 - self.beta2) - 1
        rho = rho_inf - 2 * t * self.beta2**t / (1 - self.beta2**t)
        r = np.sqrt(((rho - 4) * (rho - 2) * rho_inf) / ((rho_inf - 4) * (rho_inf - 2) * rho))
        adaptive = r * np.sqrt(1 - self.beta2**t) / (np.sqrt(v) + self.eps)
        step = self.lr * m_hat * np.where(rho > 5, adaptive, 1.0)
        r = np.where(rho > 5, r, 0.0)
        new = {"m": m, "v": v, "m_hat": m_hat, "rho": rho, "r": r}
        if self.decoupled_weight_decay:
            new["decay"] = self.lr * self.weight_decay * theta
            step = new["decay"] + step
        return theta - step, new | {"step": step}
