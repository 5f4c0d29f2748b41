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
    second_moment_decay,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class AdamW(Optimizer):
    """AdamW. Loshchilov & Hutter 2019, Algorithm 2, https://arxiv.org/abs/1711.05101

    Computes what torch.optim.AdamW computes: the decay is lr times weight_decay, where the paper
    multiplies the schedule alone. With amsgrad it divides by the largest v so far, corrected
    afterwards, as AMSGrad does.
    """

    name = "AdamW"
    summary = "Adam with the weight decay taken out of the gradient and applied to θ itself."
    plain = "It is Adam with a pull towards the origin that is the same however steep the ground."
    family = "adaptive"
    parent = "adam"
    year = 2017
    paper = Paper(
        ("Loshchilov", "Hutter"),
        2019,
        "Decoupled Weight Decay Regularization",
        "https://arxiv.org/abs/1711.05101",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\theta_t = (1 - \alpha\lambda)\, \theta_{t-1} "
        r"- \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
    )
    words = MappingProxyType({"step": ("Step", "against m̂ ÷ √v̂, times the learning rate")})
    reference = Function("torch.optim", "AdamW")
    divides_by = "v_hat"
    showcase = (
        "surface=logistic_regression&steps=400&lane=adam(lr=0.1,weight_decay=0.1)"
        "&lane=adamw(lr=0.1,weight_decay=0.1)"
    )
    see = (
        "With the same weight decay AdamW ends at {ending[1]:.3f} and Adam at {ending[0]:.3f} "
        "in the data's loss, which leaves the penalty out."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = decoupled_decay(0.01)
    amsgrad: bool = hyperparameter(
        False,
        symbol=r"\text{amsgrad}",
        help="Divide by the largest v so far, which never shrinks, instead of the latest.",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.amsgrad:
            return self.rule
        return (
            *self.rule[:2],
            r"v^{\max}_t = \max(v^{\max}_{t-1}, v_t)",
            self.rule[2].replace(r"\hat v_t = v_t", r"\hat v_t = v^{\max}_t"),
            self.rule[3],
        )

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero} | ({"v_max": zero} if self.amsgrad else {})

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_max = np.maximum(state["v_max"], v) if self.amsgrad else v
        v_hat = v_max / (1 - self.beta2**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        new = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "decay": decay, "step": step}
        return theta - step, new | ({"v_max": v_max} if self.amsgrad else {})
