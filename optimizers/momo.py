from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Loss,
    Optimizer,
    State,
    decay_on,
    decay_rate,
    hyperparameter,
    learning_rate,
)
from optimizers.sources import OTHERS, Function, Paper

ZERO = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class MoMo(Optimizer):
    """MoMo. Schaipp et al. 2023, Algorithm 1, https://arxiv.org/abs/2305.07583

    Computes what optax.contrib.momo computes, which takes no step where the squared length of the
    average gradient is at most 2⁻⁵², or 2.2e-16: the distance from 1 to the next float.
    """

    name = "MoMo"
    summary = "Momentum with Polyak's step: its rate comes from a model of the loss along its path."
    plain = (
        "It rolls like a heavy ball, and takes each step as far as the losses and slopes on its "
        "way suggest."
    )
    family = "learning-rate free"
    parent = "momentum"
    year = 2023
    paper = Paper(
        ("Schaipp", OTHERS),
        2023,
        "MoMo: Momentum Models for Adaptive Learning Rates",
        "https://arxiv.org/abs/2305.07583",
    )
    rule = (
        r"m_t = \beta m_{t-1} + (1 - \beta)\, g_t, \quad m_1 = g_1",
        r"\bar f_t = \beta \bar f_{t-1} + (1 - \beta)\, f(\theta_{t-1}), \quad"
        r" \bar f_1 = f(\theta_0)",
        r"\gamma_t = \beta \gamma_{t-1} + (1 - \beta)\, \langle g_t, \theta_{t-1} \rangle, \quad"
        r" \gamma_1 = \langle g_1, \theta_0 \rangle",
        r"\tau_t = \min\!\left(\alpha, \frac{((1 + \alpha\lambda)(\bar f_t - f_* - \gamma_t) "
        r"+ \langle m_t, \theta_{t-1} \rangle)_+}{\|m_t\|^2}\right)"
        r" \text{ if } \|m_t\|^2 > 2^{-52}, \text{ else } 0",
        r"\theta_t = \theta_{t-1} / (1 + \alpha\lambda) - \tau_t\, m_t",
    )
    symbols = MappingProxyType({"bound": "l_t"})
    words = MappingProxyType(
        {
            "f_bar": ("Average loss", "of recent steps"),
            "gamma": ("Average product", "of recent gradients with their points"),
            "bound": ("Bound", "below which the loss is taken not to go"),
            "tau": ("Rate", "to where the model meets the bound, at most lr"),
            "step": ("Step", "against m, times that rate"),
        }
    )
    reference = Function("optax.contrib", "momo")
    showcase = "surface=rosenbrock&steps=500&lane=momo&lane=momentum(lr=0.001)"
    see = (
        "MoMo sets its rate from the loss and ends at {ending[0]:.2g}, Momentum at a rate of "
        "0.001 at {ending[1]:.2g}."
    )

    lr: float = learning_rate(1.0)
    beta: float = decay_rate(0.9, r"\beta", "How slowly the averages forget.")
    lower_bound: float = hyperparameter(
        0.0,
        symbol="f_*",
        help="A bound that the loss does not fall below.",
        low=-np.inf,
        slider=(-10.0, 10.0),
    )
    weight_decay: float = decay_on("proximal")
    adapt_lower_bound: bool = hyperparameter(
        False,
        symbol=r"\text{adapt}",
        help="Estimate the bound along the path, never below the one given.",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.adapt_lower_bound:
            return self.rule
        return (
            *self.rule[:3],
            r"c_t = (1 + \alpha\lambda)(\bar f_t - \gamma_t) + \langle m_t, \theta_{t-1} \rangle",
            r"b_t = \max(f_*, \tfrac{1}{2} c_t / (1 + \alpha\lambda)) "
            r"\text{ if } c_t < (1 + \alpha\lambda)\, l_{t-1}, \text{ else } l_{t-1}",
            r"\tau_t = \min\!\left(\alpha, \frac{(c_t - (1 + \alpha\lambda)\, b_t)_+}"
            r"{\|m_t\|^2}\right) \text{ if } \|m_t\|^2 > 2^{-52}, \text{ else } 0",
            r"l_t = \max(f_*, \bar f_t + \langle m_t, \theta_{t-1} \rangle - \gamma_t"
            r" - \tfrac{1}{2} \tau_t \|m_t\|^2), \quad l_0 = f_*",
            self.rule[4],
        )

    def init(self, theta: Array) -> State:
        zero = np.zeros(theta.shape[1:])
        return {
            "m": np.zeros_like(theta),
            "f_bar": zero,
            "gamma": zero,
            "bound": zero + self.lower_bound,
        }

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        f, g = loss.value(theta), loss.gradient(theta)
        beta = 0.0 if t == 1 else self.beta
        shrink = 1 + self.lr * self.weight_decay
        f_bar = beta * state["f_bar"] + (1 - beta) * f
        m = beta * state["m"] + (1 - beta) * g
        gamma = beta * state["gamma"] + (1 - beta) * (g * theta).sum(axis=0)
        squared, along = (m**2).sum(axis=0), (m * theta).sum(axis=0)

        bound = state["bound"]
        if self.adapt_lower_bound:
            cap = shrink * (f_bar - gamma) + along
            lowered = np.maximum(cap / (2 * shrink), self.lower_bound)
            bound = np.where(cap < shrink * bound, lowered, bound)
        rate = np.maximum(shrink * (f_bar - bound - gamma) + along, 0) / squared
        tau = np.minimum(self.lr, np.where(squared <= ZERO, 0.0, rate))
        if self.adapt_lower_bound:
            model = f_bar + along - gamma - tau * squared / 2
            bound = np.maximum(model, self.lower_bound)
        step = self.lr * self.weight_decay / shrink * theta + tau * m
        new = {"m": m, "f_bar": f_bar, "gamma": gamma, "bound": bound, "tau": tau, "step": step}
        return theta - step, new
