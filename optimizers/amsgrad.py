from dataclasses import dataclass

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    epsilon,
    first_moment_decay,
    l2_penalty,
    learning_rate,
    second_moment_decay,
)


@dataclass(frozen=True)
class AMSGrad(Optimizer):
    """AMSGrad. Reddi, Kale & Kumar 2018, Algorithm 2, https://openreview.net/forum?id=ryQu7f-RZ

    Computes what torch.optim.Adam(amsgrad=True) computes: the maximum is taken of the raw v and
    bias-corrected afterwards. The paper corrects nothing; optax takes the maximum of the corrected
    v̂.
    """

    name = "AMSGrad"
    summary = "Adam whose v never shrinks, so no step can grow back."

    lr: float = learning_rate(0.001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "v_max": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        v_max = np.maximum(state["v_max"], v)
        m_hat = m / (1 - self.beta1**t)
        v_hat = v_max / (1 - self.beta2**t)
        step = self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        new = {"m": m, "v": v, "v_max": v_max, "m_hat": m_hat, "v_hat": v_hat, "step": step}
        return theta - step, new
