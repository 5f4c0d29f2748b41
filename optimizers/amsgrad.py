from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    UNCORRECTED,
    Array,
    Optimizer,
    State,
    Words,
    epsilon,
    first_moment_decay,
    hyperparameter,
    l2_penalty,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class AMSGrad(Optimizer):
    """AMSGrad. Reddi, Kale & Kumar 2018, Algorithm 2, https://openreview.net/forum?id=ryQu7f-RZ

    Computes what torch.optim.Adam(amsgrad=True) computes: the maximum is taken of the raw v and
    bias-corrected afterwards, so that v̂ still falls while the correction fades. Without
    bias_correction it is the paper's Algorithm 2, which corrects nothing, with eps added to the
    root: optax.amsgrad(bias_correction_mu=False, bias_correction_nu=False). With it, optax takes
    the maximum of the corrected v̂.
    """

    name = "AMSGrad"
    summary = "Adam that divides by the largest v so far, which never shrinks."
    plain = (
        "It is Adam that divides by the largest usual size of slopes so far, so that a calm "
        "stretch does not lengthen its steps."
    )
    family = "adaptive"
    parent = "adam"
    year = 2018
    paper = Paper(
        ("Reddi", "Kale", "Kumar"),
        2018,
        "On the Convergence of Adam and Beyond",
        "https://openreview.net/forum?id=ryQu7f-RZ",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"v^{\max}_t = \max(v^{\max}_{t-1}, v_t)",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v^{\max}_t / (1 - \beta_2^t)",
        r"\theta_t = \theta_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
    )
    words = MappingProxyType({"step": ("Step", "against m̂ ÷ √v̂, times the learning rate")})
    reference = Function("torch.optim", "Adam", {"amsgrad": True})
    divides_by = "v_hat"
    showcase = "surface=rosenbrock&start=-0.5,1&steps=1500&lane=adam(lr=0.3)&lane=amsgrad(lr=0.3)"
    see = (
        "Both reach the minimum; then Adam's v has shrunk and Adam jumps back to a loss of "
        "{relapse[0, 0.0001]:.2g}, while AMSGrad's cannot shrink and it ends at "
        "{ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = l2_penalty()
    bias_correction: bool = hyperparameter(
        True,
        symbol=r"\text{bias correction}",
        help="Undo the start at zero of m and v, as torch does. The paper's algorithm does not.",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if self.bias_correction:
            return self.rule
        last = r"\theta_t = \theta_{t-1} - \alpha\, m_t / (\sqrt{v^{\max}_t} + \epsilon)"
        return (*self.rule[:3], last)

    def divides_by_as_set(self) -> str:
        return self.divides_by if self.bias_correction else "v_max"

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if self.bias_correction:
            return told
        step = ("Step", "against m ÷ root of the largest v, times the learning rate")
        return told | {"m_hat": UNCORRECTED, "v_hat": UNCORRECTED, "step": step}

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "v_max": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        v_max = np.maximum(state["v_max"], v)
        m_hat = m / (1 - self.beta1**t) if self.bias_correction else m
        v_hat = v_max / (1 - self.beta2**t) if self.bias_correction else v_max
        step = self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        new = {"m": m, "v": v, "v_max": v_max, "m_hat": m_hat, "v_hat": v_hat, "step": step}
        return theta - step, new
