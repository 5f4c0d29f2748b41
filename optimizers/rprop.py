from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Optimizer, State, hyperparameter, learning_rate
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class Rprop(Optimizer):
    """Rprop. Riedmiller & Braun 1993, https://doi.org/10.1109/ICNN.1993.298623

    Computes what torch.optim.Rprop computes, the variant iRprop- of Igel & Hüsken 2000: where a
    gradient changes its sign, the coordinate waits for one step, and none is taken back. The
    learning rate is the size of the first step alone, so a schedule changes nothing after it.
    """

    name = "Rprop"
    summary = "Keeps only the gradient's signs; each coordinate's step grows until its sign flips."
    plain = (
        "Each coordinate has a step of its own, which grows while the slope keeps its sign and "
        "shrinks when the sign flips."
    )
    family = "sign"
    parent = "sgd"
    year = 1993
    paper = Paper(
        ("Riedmiller", "Braun"),
        1993,
        "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm",
        "https://doi.org/10.1109/ICNN.1993.298623",
    )
    rule = (
        r"\eta_t = \eta_+ \text{ where } g_t\, \tilde g_{t-1} > 0, "
        r"\quad \eta_- \text{ where } g_t\, \tilde g_{t-1} < 0, \quad \text{else } 1",
        r"\Delta_t = \mathrm{clip}(\eta_t\, \Delta_{t-1},\, \Delta_{\min},\, \Delta_{\max}), \quad"
        r" \Delta_0 = \alpha",
        r"\tilde g_t = 0 \text{ where } g_t\, \tilde g_{t-1} < 0, \text{ else } g_t",
        r"\theta_t = \theta_{t-1} - \Delta_t\, \mathrm{sign}(\tilde g_t)",
    )
    symbols = MappingProxyType({"delta": r"\Delta_t", "g_prev": r"\tilde g_t"})
    words = MappingProxyType(
        {
            "delta": ("Step sizes", "grow while the gradient’s sign stays, else shrink"),
            "g_prev": ("Gradient kept", "0 where its sign has just changed"),
            "step": ("Step", "these sizes, against the signs of the gradient kept"),
        }
    )
    reference = Function("torch.optim", "Rprop")
    showcase = "surface=beale&steps=60&lane=rprop(lr=0.01)&lane=sgd(lr=0.01)"
    see = (
        "Rprop's steps grow while the gradient keeps its sign: it ends at {ending[0]:.2g}, SGD "
        "at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.01)
    eta_minus: float = hyperparameter(
        0.5,
        symbol=r"\eta_-",
        help="What a coordinate's step is multiplied by where its gradient changed sign.",
        high=1.0,
        high_open=True,
        slider=(0.0, 0.99),
    )
    eta_plus: float = hyperparameter(
        1.2,
        symbol=r"\eta_+",
        help="What a coordinate's step is multiplied by where its gradient kept its sign.",
        low=1.0,
        slider=(1.0, 3.0),
    )
    step_min: float = hyperparameter(
        1e-6,
        symbol=r"\Delta_{\min}",
        help="No step is smaller.",
        slider=(1e-12, 1.0),
        scale="log",
    )
    step_max: float = hyperparameter(
        50.0,
        symbol=r"\Delta_{\max}",
        help="No step is larger.",
        slider=(1e-3, 50.0),
        scale="log",
    )

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"delta": zero + self.lr, "g_prev": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        delta = np.zeros_like(theta) + self.lr if t == 1 else state["delta"]
        agree = g * state["g_prev"]
        factor = np.where(agree > 0, self.eta_plus, np.where(agree < 0, self.eta_minus, 1.0))
        delta = np.minimum(np.maximum(delta * factor, self.step_min), self.step_max)
        g = np.where(agree < 0, 0.0, g)
        step = delta * np.sign(g)
        return theta - step, {"delta": delta, "g_prev": g, "step": step}
