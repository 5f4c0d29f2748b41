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
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class NAdam(Optimizer):
    """NAdam. Dozat 2016, Algorithm 2, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ

    Computes what torch.optim.NAdam computes, with the momentum schedule of Sutskever et al. that
    the paper mentions; optax keeps the momentum constant. Weight decay is an L2 penalty unless
    decoupled_weight_decay shrinks θ before the step, as in AdamW.
    """

    name = "NAdam"
    summary = "Adam with Nesterov's momentum: the step looks one update of m ahead."
    plain = (
        "It is Adam in which the newest slope counts a little more, as though the averages were "
        "already one step further."
    )
    family = "adaptive"
    parent = "adam"
    year = 2016
    paper = Paper(
        ("Dozat",),
        2016,
        "Incorporating Nesterov Momentum into Adam",
        "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
    )
    rule = (
        r"\mu_t = \beta_1\, (1 - \tfrac{1}{2}\, 0.96^{t \psi})",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\bar m_t = \frac{\mu_{t+1}\, m_t}{1 - \prod_{i=1}^{t+1} \mu_i}"
        r" + \frac{(1 - \mu_t)\, g_t}{1 - \prod_{i=1}^{t} \mu_i}",
        r"\hat v_t = v_t / (1 - \beta_2^t)",
        r"\theta_t = \theta_{t-1} - \alpha\, \bar m_t / (\sqrt{\hat v_t} + \epsilon)",
    )
    words = MappingProxyType(
        {
            "mu_product": ("Product of μ", "what is left of the start at zero"),
            "m_bar": ("Look-ahead", "m one update on, corrected"),
            "step": ("Step", "against m̄ ÷ √v̂, times the learning rate"),
        }
    )
    reference = Function("torch.optim", "NAdam")
    divides_by = "v_hat"
    showcase = "surface=rosenbrock&steps=500&lane=nadam(lr=0.05)&lane=adam(lr=0.05)"
    see = (
        "Looking one update ahead gives NAdam a small lead along the valley: {ending[0]:.2g} at"
        " the end, Adam {ending[1]:.2g} at the same rate."
    )

    lr: float = learning_rate(0.002, suggestion=0.1)
    beta1: float = first_moment_decay()
    beta2: float = second_moment_decay()
    eps: float = epsilon(1e-8)
    momentum_decay: float = hyperparameter(
        0.004,
        symbol=r"\psi",
        help="How fast the momentum rises from half of β₁ to the whole of it.",
        slider=(0.0, 1.0),
    )
    weight_decay: float = decay_on("gradient", switch="decoupled_weight_decay")
    decoupled_weight_decay: bool = decoupling(False)

    def rule_as_set(self) -> tuple[str, ...]:
        if self.decoupled_weight_decay:
            return decayed(self.rule)
        return (PENALIZED, *self.rule) if np.any(self.weight_decay) else self.rule

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"m": zero, "v": zero, "mu_product": np.ones(theta.shape[1:])}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        if not self.decoupled_weight_decay:
            g = g + self.weight_decay * theta
        mu = self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        mu_next = self.beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.momentum_decay))
        mu_product = state["mu_product"] * mu
        m = self.beta1 * state["m"] + (1 - self.beta1) * g
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        m_bar = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
        v_hat = v / (1 - self.beta2**t)
        step = self.lr * m_bar / (np.sqrt(v_hat) + self.eps)
        new = {"m": m, "v": v, "mu_product": mu_product, "m_bar": m_bar, "v_hat": v_hat}
        if self.decoupled_weight_decay:
            new["decay"] = self.lr * self.weight_decay * theta
            step = new["decay"] + step
        return theta - step, new | {"step": step}
