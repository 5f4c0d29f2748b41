from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    decay_rate,
    decayed,
    decoupling,
    epsilon,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class AdEMAMix(Optimizer):
    """AdEMAMix. Pagliardini, Ablin & Grangier 2024, Algorithm 1, https://arxiv.org/abs/2409.03137

    Computes what pytorch_optimizer.AdEMAMix computes: weight decay is an L2 penalty unless
    weight_decouple decouples it, as the paper does, and one t_alpha_beta3 warms up both α and β₃
    (0, the reference's None: neither). The slow average is not bias-corrected.
    """

    name = "AdEMAMix"
    summary = "Adam with a second, far slower average of gradients added to the first."
    plain = (
        "It is Adam with two memories of slopes, a short one and a very long one, added together."
    )
    family = "adaptive"
    parent = "adam"
    year = 2024
    paper = Paper(
        ("Pagliardini", "Ablin", "Grangier"),
        2024,
        "The AdEMAMix Optimizer: Better, Faster, Older",
        "https://arxiv.org/abs/2409.03137",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"s_t = \beta_{3,t}\, s_{t-1} + (1 - \beta_{3,t})\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"\theta_t = \theta_{t-1}"
        r" - \eta\, (\hat m_t + \alpha_t s_t) / (\sqrt{\hat v_t} + \epsilon)",
        r"\alpha_t = \alpha \min(t / T, 1), \quad \beta_{3,t} = \min(e^{b_t}, \beta_3), \quad"
        r" b_t = \left(\frac{1 - t / T}{\ln \beta_1} + \frac{t / T}{\ln \beta_3}\right)^{-1}",
    )
    words = MappingProxyType(
        {
            "s": ("Slow momentum", "average of gradients with a longer memory"),
            "step": ("Step", "against m̂ plus a multiple of s, ÷ √v̂"),
        }
    )
    reference = Function("pytorch_optimizer", "AdEMAMix")
    divides_by = "v_hat"
    showcase = "surface=rosenbrock&steps=1000&lane=ademamix(lr=0.01,beta3=0.99)&lane=adam(lr=0.01)"
    see = (
        "AdEMAMix's slow average keeps pushing along the valley: it ends at {ending[0]:.2g}, "
        "Adam at the same rate at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.001, suggestion=0.02, symbol=r"\eta")
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    beta3: float = decay_rate(
        0.9999, r"\beta_3", "How slowly the second average of gradients, s, forgets."
    )
    alpha: float = hyperparameter(
        5.0,
        symbol=r"\alpha",
        help="The weight of the slow average. 0 is Adam.",
        slider=(0.0, 20.0),
    )
    t_alpha_beta3: int = hyperparameter(
        0,
        symbol="T",
        help="Over how many steps the slow average's weight and memory grow; 0 for full at once.",
        slider=(0.0, 10_000.0),
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = decay_on("gradient", switch="weight_decouple")
    weight_decouple: bool = decoupling(False)

    def rule_as_set(self) -> tuple[str, ...]:
        rule = decayed(self.rule[1:], r"\eta") if self.weight_decouple else self.rule
        if self.t_alpha_beta3:
            return rule
        settled = (line.replace(r"\beta_{3,t}", r"\beta_3") for line in rule[:-1])
        return tuple(line.replace(r"\alpha_t", r"\alpha") for line in settled)

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "s": zero, "v": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        if not self.weight_decouple:
            g = g + self.weight_decay * theta
        alpha, beta3 = self.alpha, self.beta3
        if self.t_alpha_beta3:
            grown = t / self.t_alpha_beta3
            alpha = np.minimum(grown, 1) * self.alpha
            log_beta3 = 1 / ((1 - grown) / np.log(self.beta1) + grown / np.log(self.beta3))
            beta3 = np.minimum(np.exp(log_beta3), self.beta3)
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        s = beta3 * state["s"] + (1 - beta3) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        step = self.lr * (m_hat + alpha * s) / (np.sqrt(v_hat) + self.eps)
        new = {"m": m, "s": s, "v": v, "m_hat": m_hat, "v_hat": v_hat}
        if self.weight_decouple:
            new["decay"] = self.lr * self.weight_decay * theta
            step = new["decay"] + step
        return theta - step, new | {"step": step}
