from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decayed,
    decoupled_decay,
    epsilon,
    first_moment_decay,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper

INITIAL = 1e-6


@dataclass(frozen=True)
class Yogi(Optimizer):
    """Yogi. Zaheer et al. 2018, Algorithm 2.

    https://proceedings.neurips.cc/paper/2018/file/90365351ccc7437a1309dc64e4db32a3-Paper.pdf
    Computes what optax.yogi computes: m and v both start at 1e-6, so that even a zero gradient
    moves the point at first, and both are corrected as if they had started at zero. optax has no
    weight decay here; it is the decoupled one of pytorch_optimizer.Yogi.
    """

    name = "Yogi"
    summary = "Adam whose v moves by a fixed share of g², so that it cannot collapse at once."
    plain = (
        "It is Adam whose idea of the usual slope may change only a little at each step, and so "
        "cannot collapse at once."
    )
    family = "adaptive"
    parent = "adam"
    year = 2018
    paper = Paper(
        ("Zaheer", OTHERS),
        2018,
        "Adaptive Methods for Nonconvex Optimization",
        "https://proceedings.neurips.cc/paper/2018/file/90365351ccc7437a1309dc64e4db32a3-Paper.pdf",
    )
    rule = (
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = v_{t-1} - (1 - \beta_2)\, \mathrm{sign}(v_{t-1} - g_t^2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\theta_t = \theta_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
        r"m_0 = v_0 = 10^{-6}",
    )
    words = MappingProxyType(
        {
            "v": ("Squares", "moves towards each g² by a share of g²"),
            "m_hat": ("Correction", "as if both had started at zero"),
            "v_hat": ("Correction", "as if both had started at zero"),
            "step": ("Step", "against m̂ ÷ √v̂, times the learning rate"),
        }
    )
    reference = Function("optax", "yogi")
    divides_by = "v_hat"
    showcase = "surface=rosenbrock&start=-0.5,1&steps=1500&lane=yogi(lr=0.3)&lane=adam(lr=0.3)"
    see = (
        "Both reach the minimum; then Adam's v has collapsed and Adam jumps back to a loss of "
        "{relapse[1, 0.0001]:.2g}, while Yogi's shrinks slowly and it ends at {ending[0]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-3)
    weight_decay: float = decoupled_decay()

    def rule_as_set(self) -> tuple[str, ...]:
        return decayed(self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        initial = np.full_like(theta, INITIAL)
        return {"m": initial, "v": initial}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = state["v"] - (1 - self.beta2) * np.sign(state["v"] - g**2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        new = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "decay": decay, "step": step}
        return theta - step, new
