"""Steep at every third step: Adam goes to the wrong end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from experiment.problems.lines import Lines
from settings import setting


@dataclass(frozen=True)
class ReddiDeterministic(Lines):
    """f_t(x) = C x if t mod 3 = 1, else -x, on [-1, 1]. Theorem 1's own problem."""

    name = "Every third step"
    teaches = "One steep slope after two gentle ones: divided by its size, it counts too little."
    source = "Reddi, Kale & Kumar 2018, Theorem 1, https://arxiv.org/abs/1904.09237"
    latex = r"f_t(x) = C x \text{ where } t \text{ mod } 3 = 1, \quad -x \text{ else}"
    keywords = "Reddi, AMSGrad, convergence, online, non-convergence, counterexample"
    showcase = (
        "problem=reddi_deterministic"
        "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)"
        "&lane=amsgrad(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)"
    )
    see = (
        "Adam ends at {end_x[0]:.2f}, the worst end: it divides the one steep slope by its size. "
        "AMSGrad, whose divisor never falls, ends at {end_x[1]:.2f}."
    )
    shows = "Position against step; the best point is -1."

    C: float = setting(3.0, low=2.0, high=100.0, symbol="C", help="How steep every third step is.")

    def slopes(self, seed: int) -> Iterator[float]:
        return cycle((self.C, -1.0, -1.0))

    @property
    def mean(self) -> float:
        return (self.C - 2) / 3


PROBLEM = ReddiDeterministic()
