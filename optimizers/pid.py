from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    hyperparameter,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class PID(Optimizer):
    """The PID controller as an optimizer. An et al. 2018, "A PID Controller Approach for Stochastic
    Optimization of Deep Networks", CVPR, https://github.com/tensorboy/PIDOptimizer

    Computes what pytorch_optimizer.PID computes, as the authors' code does: the gradient itself is
    added to its integral I and its derivative D, where the paper has I and D alone. Without
    momentum, the default, neither is used. The first derivative is 0.
    """

    name = "PID"
    summary = "Momentum braked by how the gradient changes, as a controller does."
    plain = (
        "It rolls like a heavy ball with a brake: when the slope changes from one step to the "
        "next, it leans against the change."
    )
    family = "first order"
    parent = "momentum"
    year = 2018
    paper = Paper(
        ("An", OTHERS),
        2018,
        "A PID Controller Approach for Stochastic Optimization of Deep Networks",
        "https://github.com/tensorboy/PIDOptimizer",
    )
    rule = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}",
        r"I_t = \mu\, I_{t-1} + (1 - \tau)\, g_t",
        r"D_t = \mu\, D_{t-1} + (1 - \mu)\, (g_t - g_{t-1}), \quad g_0 = g_1",
        r"\theta_t = \theta_{t-1} - \alpha\, (g_t + K_I I_t + K_D D_t)",
    )
    words = MappingProxyType(
        {
            "I": ("Integral", "sum of gradients, of which each step keeps a share"),
            "D": ("Derivative", "average of recent changes of the gradient"),
            "step": ("Step", "against gradient, integral and derivative"),
        }
    )
    reference = Function("pytorch_optimizer", "PID")
    showcase = (
        "surface=quadratic&steps=300&lane=pid(lr=0.002,momentum=0.9)"
        "&lane=momentum(lr=0.01,momentum=0.9)"
    )
    see = (
        "At rates that speed both alike along the valley, PID, braked by the gradient's change,"
        " swings less across: below 0.0001 after {first_below[0, 0.0001]:.0f} steps, Momentum "
        "after {first_below[1, 0.0001]:.0f}."
    )

    lr: float = learning_rate(0.001, suggestion=0.0002)
    momentum: float = decay_rate(
        0.0,
        r"\mu",
        "How slowly I and D forget. 0 is plain gradient descent, without either.",
        suggestion=0.9,
    )
    dampening: float = hyperparameter(
        0.0,
        symbol=r"\tau",
        help="How much of each new gradient the integral leaves out.",
        high=1.0,
        slider=(0.0, 1.0),
    )
    derivative: float = hyperparameter(
        10.0,
        symbol="K_D",
        help="The weight of the gradient's change, which brakes.",
        slider=(0.0, 100.0),
    )
    integral: float = hyperparameter(
        5.0,
        symbol="K_I",
        help="The weight of the accumulated gradients, which is momentum.",
        slider=(0.0, 100.0),
    )
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        if np.any(self.momentum):
            return self.rule
        return (self.rule[0], r"\theta_t = \theta_{t-1} - \alpha\, g_t")

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"I": zero, "D": zero, "g": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        change = g - state["g"] if t > 1 else np.zeros_like(g)
        I = self.momentum * state["I"] + (1 - self.dampening) * g  # noqa: E741
        D = self.momentum * state["D"] + (1 - self.momentum) * change
        controlled = g + self.integral * I + self.derivative * D
        step = self.lr * np.where(np.greater(self.momentum, 0), controlled, g)
        return theta - step, {"I": I, "D": D, "g": g, "step": step}
