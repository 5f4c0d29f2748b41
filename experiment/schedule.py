"""Learning-rate schedules: what multiplies a lane's learning rate at each step.

Step k = 0, 1, … counts from the end of the warm-up, as torch.optim.lr_scheduler counts epochs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers import hyperparameter
from registry import Registry
from settings import Stated

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Schedule(Stated):
    """Base of the schedules; `factor` is a pure function of the step.

    Class attributes:
        torch: its name in torch.optim.lr_scheduler; empty if it is not there.
    """

    key: ClassVar[str]
    torch: ClassVar[str] = ""

    def factor(self, k: Array, steps: int) -> Array:
        """What multiplies the learning rate at steps k of `steps`; same shape as k."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Schedule):
    """No schedule."""

    key = "constant"
    name = "Constant"
    summary = "The learning rate stays as it is."

    def factor(self, k: Array, steps: int) -> Array:
        return np.ones_like(k)


@dataclass(frozen=True)
class Step(Schedule):
    """torch.optim.lr_scheduler.StepLR."""

    key = "step"
    torch = "StepLR"
    name = "Step"
    summary = "Multiplied by γ after every so many steps."

    step_size: int = hyperparameter(
        100,
        symbol="s",
        help="How many steps lie between two drops.",
        low=1.0,
        slider=(1.0, 10_000.0),
        scale="log",
    )
    gamma: float = hyperparameter(
        0.5, symbol=r"\gamma", help="The factor at each drop.", high=1.0, slider=(0.0, 1.0)
    )

    def factor(self, k: Array, steps: int) -> Array:
        return self.gamma ** (k // self.step_size)


@dataclass(frozen=True)
class Exponential(Schedule):
    """torch.optim.lr_scheduler.ExponentialLR."""

    key = "exponential"
    torch = "ExponentialLR"
    name = "Exponential"
    summary = "Multiplied by γ at every step."

    gamma: float = hyperparameter(
        0.995,
        symbol=r"\gamma",
        help="The factor at each step.",
        high=1.0,
        slider=(0.9, 0.9999),
        scale="complement",
    )

    def factor(self, k: Array, steps: int) -> Array:
        return self.gamma**k


@dataclass(frozen=True)
class Cosine(Schedule):
    """torch.optim.lr_scheduler.CosineAnnealingLR with T_max the run and eta_min 0.

    Loshchilov & Hutter 2017, equation 5, https://arxiv.org/abs/1608.03983
    """

    key = "cosine"
    torch = "CosineAnnealingLR"
    name = "Cosine"
    summary = "Falls along half a cosine towards zero as the run ends."

    def factor(self, k: Array, steps: int) -> Array:
        return (1 + np.cos(np.pi * k / steps)) / 2


@dataclass(frozen=True)
class InverseSqrt(Schedule):
    """The rate of the convergence proofs of Adam and AMSGrad, α/√t."""

    key = "inverse_sqrt"
    name = "1/√t"
    summary = "Divided by √t, t from the warm-up's end."

    def factor(self, k: Array, steps: int) -> Array:
        return 1 / np.sqrt(k + 1)


SCHEDULES: Registry[type[Schedule]] = Registry(
    "schedule", {cls.key: cls for cls in (Constant, Step, Exponential, Cosine, InverseSqrt)}
)
"""Every schedule class under its key."""


def factors(schedule: Schedule, warmup: int, steps: int) -> Array:
    """What multiplies the learning rate at steps t = 1 … steps; shape (steps,).

    A linear warm-up over `warmup` steps, t/warmup, comes first; the schedule has the rest.
    """
    t = np.arange(1.0, steps + 1)
    ramp = t[:warmup] / warmup if warmup else t[:0]
    rest = schedule.factor(t[warmup:] - warmup - 1, max(steps - warmup, 1))
    return np.concatenate([ramp, rest])
