"""Steep at one step in 101: Adam's average forgets it in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from experiment.problems.lines import Lines


@dataclass(frozen=True)
class ReddiOnline(Lines):
    """f_t(x) = 1010 x if t mod 101 = 1, else -10 x, on [-1, 1]."""

    name = "One step in 101"
    teaches = "A hundred gentle steps down, then one so steep that the mean still rises."
    source = "Reddi, Kale & Kumar 2018, section 5, https://arxiv.org/abs/1904.09237"
    latex = r"f_t(x) = 1010\,x \text{ where } t \text{ mod } 101 = 1, \quad -10\,x \text{ else}"
    steps = 120_000
    keywords = "Reddi, AMSGrad, convergence, online, non-convergence, counterexample"
    showcase = "problem=reddi_online&lane=adam(lr=0.01,beta2=0.99)&lane=amsgrad(lr=0.01,beta2=0.99)"
    see = (
        "Adam stays near the worst end, at {end_x[0]:.2f} after 120,000 steps; AMSGrad turns round "
        "and is at {end_x[1]:.2f}, near the best."
    )
    shows = "Position against step; the best point is -1."

    def slopes(self, seed: int) -> Iterator[float]:
        return cycle((1010.0, *(-10.0,) * 100))

    @property
    def mean(self) -> float:
        return 10 / 101


PROBLEM = ReddiOnline()
