from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_on,
    decay_rate,
    epsilon,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.schedule_free_sgd import ScheduleFreeSGD
from optimizers.sources import Function


@dataclass(frozen=True)
class ScheduleFreeAdamW(Optimizer):
    """Schedule-free AdamW. Defazio et al. 2024, Algorithm 1, https://arxiv.org/abs/2405.15682

    Computes what pytorch_optimizer.ScheduleFreeAdamW computes, with 1e-15 inside the root. θ is the
    training point y, at which gradients are taken and weight decay acts; the state also holds z,
    which steps as Adam without momentum does, and x, the average that one would use in the end.
    """

    name = "Schedule-free AdamW"
    summary = "AdamW that averages its points as it goes, in place of momentum and a schedule."
    plain = (
        "It steps as AdamW does and averages the places it has been, in place of a learning rate "
        "that falls."
    )
    family = "learning-rate free"
    parent = "adamw"
    year = 2024
    paper = ScheduleFreeSGD.paper
    rule = (
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2, \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"d_t = g_t / (\sqrt{\hat v_t + 10^{-15}} + \epsilon) + \lambda y_{t-1}",
        r"\alpha_t = \alpha \min(t / T, 1)",
        r"w_t = t^r (\max_{i \le t} \alpha_i)^p, \quad W_t = W_{t-1} + w_t, \quad c_t = w_t / W_t",
        r"z_t = z_{t-1} - \alpha_t d_t",
        r"y_t = (1 - c_t)\, y_{t-1} + c_t z_{t-1} - \alpha_t (1 - \beta_1 (1 - c_t))\, d_t",
        r"x_t = (1 - c_t)\, x_{t-1} + c_t z_t, \quad"
        r" \theta_t = y_t = (1 - \beta_1)\, z_t + \beta_1 x_t",
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
    reference = Function("pytorch_optimizer", "ScheduleFreeAdamW")
    divides_by = "v_hat"
    showcase = (
        "surface=quadratic&steps=600&noise=2&lane=schedule_free_adamw(lr=0.1)"
        "&lane=adamw(lr=0.1,weight_decay=0)"
    )
    see = (
        "With noise, averaging steadies Schedule-free AdamW: a mean loss of {mean_of_last[0, "
        "300]:.2g} over the second half, AdamW {mean_of_last[1, 300]:.2g} at the same rate."
    )

    lr: float = learning_rate(0.0025, suggestion=0.1)
    beta1: float = decay_rate(
        0.9, r"\beta_1", "Where gradients are taken: at z for 0, at the average x towards 1."
    )
    beta2: float = second_moment_decay()
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
    eps: float = epsilon(1e-8)
    weight_decay: float = decay_on("direction")

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return {"v": zero, "z": theta, "x": theta, "lr_max": zero[0], "weight_sum": zero[0]}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        z = state["z"]
        v = self.beta2 * state["v"] + (1 - self.beta2) * g**2
        v_hat = v / (1 - self.beta2**t)
        d = g / (np.sqrt(v_hat + 1e-15) + self.eps) + self.weight_decay * theta
        lr = self.lr * (t / self.warmup_steps if t < self.warmup_steps else 1.0)
        lr_max = np.maximum(lr, state["lr_max"])
        weight = np.power(t, self.r) * np.power(lr_max, self.weight_lr_power)
        weight_sum = state["weight_sum"] + weight
        c = np.where(weight_sum == 0, 0, weight / weight_sum)
        step = c * (theta - z) + lr * (1 - self.beta1 * (1 - c)) * d
        z = z - lr * d
        x = (1 - c) * state["x"] + c * z
        new = {"v": v, "z": z, "x": x, "lr_max": lr_max, "weight_sum": weight_sum, "c": c}
        return theta - step, new | {"step": step}
