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
class ScheduleFreeSGD(Optimizer):
    """Schedule-free SGD. Defazio et al. 2024, https://arxiv.org/abs/2405.15682

    Computes what pytorch_optimizer.ScheduleFreeSGD computes. θ is the training point y, at which
    gradients are taken and weight decay acts; the state also holds z, which steps as SGD does, and
    x, the average that one would use in the end.
    """

    name = "Schedule-free SGD"
    summary = "SGD that averages its points as it goes, in place of a schedule."
    plain = (
        "It walks downhill and averages the places it has been, in place of a learning rate that "
        "falls."
    )
    family = "learning-rate free"
    parent = "sgd"
    year = 2024
    paper = Paper(
        ("Defazio", OTHERS), 2024, "The Road Less Scheduled", "https://arxiv.org/abs/2405.15682"
    )
    rule = (
        r"g_t = \nabla f(y_{t-1}) + \lambda y_{t-1}",
        r"\alpha_t = \alpha \min(t / T, 1)",
        r"w_t = t^r (\max_{i \le t} \alpha_i)^p, \quad W_t = W_{t-1} + w_t, \quad c_t = w_t / W_t",
        r"z_t = z_{t-1} - \alpha_t g_t",
        r"y_t = (1 - c_t)\, y_{t-1} + c_t z_{t-1} - \alpha_t (1 - \mu (1 - c_t))\, g_t",
        r"x_t = (1 - c_t)\, x_{t-1} + c_t z_t, \quad \theta_t = y_t = (1 - \mu)\, z_t + \mu x_t",
    )
    symbols = MappingProxyType({"weight_sum": "W_t"})
    words = MappingProxyType(
        {
            "z": ("Base point", "where the steps alone lead"),
            "x": ("Average", "of the base points so far: the answer"),
            "lr_max": ("Largest rate", "so far"),
            "weight_sum": ("Weights", "of all base points, added up"),
            "c": ("Weight", "of the newest base point in the average"),
            "step": ("Step", "to a point between z and x"),
        }
    )
    reference = Function("pytorch_optimizer", "ScheduleFreeSGD")
    showcase = "surface=quadratic&steps=150&lane=schedule_free_sgd(lr=0.08)&lane=sgd(lr=0.08)"
    see = (
        "At this rate SGD swings across the valley for ever ({ending[1]:.2g}); Schedule-free "
        "SGD averages the swings away and ends at {ending[0]:.2g}."
    )

    lr: float = learning_rate(1.0, suggestion=0.002)
    momentum: float = decay_rate(
        0.9,
        r"\mu",
        "Where gradients are taken: at z for 0, at the average x towards 1.",
    )
    r: float = hyperparameter(
        0.0,
        symbol="r",
        help="Weighs late points more: step t counts as t to this power.",
        slider=(0.0, 10.0),
    )
    weight_lr_power: float = hyperparameter(
        2.0,
        symbol="p",
        help="Weighs points by the largest learning rate so far to this power.",
        slider=(0.0, 10.0),
    )
    warmup_steps: int = hyperparameter(
        0,
        symbol="T",
        help="Over how many steps the learning rate first rises; 0 for none.",
        slider=(0.0, 10_000.0),
    )
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"z": theta, "x": theta, "lr_max": zero[0], "weight_sum": zero[0]}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        z = state["z"]
        g = g + self.weight_decay * theta
        lr = self.lr * (t / self.warmup_steps if t < self.warmup_steps else 1.0)
        lr_max = np.maximum(lr, state["lr_max"])
        weight = np.power(t, self.r) * np.power(lr_max, self.weight_lr_power)
        weight_sum = state["weight_sum"] + weight
        c = np.where(weight_sum == 0, 0, weight / weight_sum)
        step = c * (theta - z) + lr * (1 - self.momentum * (1 - c)) * g
        z = z - lr * g
        x = (1 - c) * state["x"] + c * z
        new = {"z": z, "x": x, "lr_max": lr_max, "weight_sum": weight_sum, "c": c, "step": step}
        return theta - step, new
