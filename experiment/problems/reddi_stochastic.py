"""Steep at one step in a hundred, by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiment.problems.lines import Lines

DRAWN = 1024  # steps at a time


@dataclass(frozen=True)
class ReddiStochastic(Lines):
    """f_t(x) = 1010 x with probability 0.01, else -10 x, on [-1, 1]; drawn by the seed."""

    name = "One step in a hundred, by chance"
    teaches = "The same by chance: on the mean the loss rises."
    source = "Reddi, Kale & Kumar 2018, section 5, https://arxiv.org/abs/1904.09237"
    latex = r"f_t(x) = 1010\,x \text{ with probability } 0.01, \quad -10\,x \text{ else}"
    steps = 30_000
    draws = True
    keywords = "Reddi, AMSGrad, convergence, stochastic, random, counterexample"
    showcase = (
        "problem=reddi_stochastic&lane=adam(lr=0.01,beta2=0.99)&lane=amsgrad(lr=0.01,beta2=0.99)"
    )
    see = (
        "With this seed Adam ends at {end_x[0]:.2f}, near the worst end, and AMSGrad at "
        "{end_x[1]:.2f}; other seeds lead AMSGrad elsewhere."
    )
    shows = "Position against step; the best point is -1."

    def slopes(self, seed: int) -> Iterator[float]:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(2,))))
        while True:
            for steep in (rng.random(DRAWN) < 0.01).tolist():
                yield 1010.0 if steep else -10.0

    @property
    def mean(self) -> float:
        return 0.01 * 1010 - 0.99 * 10


PROBLEM = ReddiStochastic()
