from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    decay_rate,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class GrokFastAdamW(Optimizer):
    """AdamW on gradients filtered by Grokfast-EMA. Lee et al. 2024, Algorithm 2,
    https://arxiv.org/abs/2405.20233

    Computes what pytorch_optimizer.GrokFastAdamW computes: the slow average starts at the first
    gradient, the root is at least eps instead of having it added, and normalize_lr divides lr by
    1 + grokfast_lamb.
    """

    name = "GrokFast AdamW"
    summary = "AdamW on gradients whose slow part is amplified."
    plain = "It strengthens the part of the slopes that lasts, and then steps as AdamW does."
    family = "adaptive"
    parent = "adamw"
    year = 2024
    paper = Paper(
        ("Lee", OTHERS),
        2024,
        "Grokfast: Accelerated Grokking by Amplifying Slow Gradients",
        "https://arxiv.org/abs/2405.20233",
    )
    rule = (
        r"s_t = \alpha_s s_{t-1} + (1 - \alpha_s)\, g_t, \quad s_0 = g_1",
        r"\hat g_t = g_t + \lambda_s s_t",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, \hat g_t, \quad"
        r" v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, \hat g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\alpha' = \alpha / (1 + \lambda_s)",
        r"\theta_t = (1 - \alpha' \lambda)\, \theta_{t-1}"
        r" - \alpha'\, \hat m_t / \max(\sqrt{\hat v_t}, \epsilon)",
    )
    words = MappingProxyType(
        {
            "s": ("Slow average", "of gradients; what is amplified"),
            "m": ("Momentum", "average of gradients whose slow part is amplified"),
            "v": ("Squares", "average of the squares of the same"),
            "step": ("Step", "against m̂ ÷ √v̂, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "GrokFastAdamW")
    divides_by = "v_hat"
    showcase = (
        "surface=rosenbrock&steps=600&lane=grokfast_adamw(lr=0.1,normalize_lr=false)"
        "&lane=adamw(lr=0.1,beta2=0.99,weight_decay=0)"
    )
    see = (
        "GrokFast AdamW is below 0.1 after {first_below[0, 0.1]:.0f} steps, AdamW after "
        "{first_below[1, 0.1]:.0f}; the price is an overshoot to a loss of {largest[0]:.3g} at "
        "first."
    )

    lr: float = learning_rate(0.0001, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay(0.99)
    grokfast_alpha: float = decay_rate(
        0.98, r"\alpha_s", "How slowly the average of gradients that is amplified forgets."
    )
    grokfast_lamb: float = hyperparameter(
        2.0,
        symbol=r"\lambda_s",
        help="How strongly that average is amplified. 0 is AdamW.",
        slider=(0.0, 10.0),
    )
    grokfast_after_step: int = hyperparameter(
        0,
        symbol="t_s",
        help="After how many steps the amplification sets in.",
        slider=(0.0, 10_000.0),
    )
    normalize_lr: bool = hyperparameter(
        True,
        symbol=r"\text{normalize}",
        help="Divide the learning rate by 1 plus the amplification.",
    )
    eps: float = hyperparameter(
        1e-8,
        symbol=r"\epsilon",
        help="The least that the denominator may be.",
        low=1e-300,
        slider=(1e-12, 1.0),
        scale="log",
    )
    weight_decay: float = decay_on("rate")

    def rule_as_set(self) -> tuple[str, ...]:
        slow, shifted, *averages, rate, moved = self.rule
        if not self.normalize_lr:
            rate = r"\alpha' = \alpha"
        if self.grokfast_after_step:
            slow = slow.replace(r", \quad", r" \text{ if } t > t_s, \text{ else } s_{t-1}, \quad")
            shifted += r" \text{ if } t > t_s, \text{ else } g_t"
        return (slow, shifted, *averages, rate, moved)

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "s": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        s = np.where(t > 1, state["s"], g)
        if t > self.grokfast_after_step:
            s = self.grokfast_alpha * s + (1 - self.grokfast_alpha) * g
            g = g + self.grokfast_lamb * s
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        lr = self.lr / (1 + self.grokfast_lamb) if self.normalize_lr else self.lr
        decay = lr * self.weight_decay * theta
        step = decay + lr * m_hat / np.maximum(np.sqrt(v_hat), self.eps)
        new = {"m": m, "v": v, "s": s, "m_hat": m_hat, "v_hat": v_hat, "decay": decay}
        return theta - step, new | {"step": step}
