"""The noise in gradients, drawn as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWN = 256  # steps at a time


def gaussian(sigma: float, seed: ArrayLike, size: int = 2) -> Iterator[NDArray[np.float64]]:
    """What is added to the gradient at each step, without end.

    Args:
        sigma: the standard deviation of each coordinate.
        seed: of noise that all runs meet, (size,) a step; or (n,), one for each run, (size, n) a
            step. A run meets the same whether it runs alone or with others, and a longer one
            repeats a shorter one; PCG64 is the same everywhere.
        size: how many coordinates there are.
    """
    seeds = np.asarray(seed)
    different, place = np.unique(seeds, return_inverse=True)
    streams = [np.random.Generator(np.random.PCG64(int(s))) for s in different]
    while True:
        drawn = np.stack([stream.standard_normal((DRAWN, size)) for stream in streams], axis=-1)
        for step in sigma * drawn:
            yield step[:, place.reshape(seeds.shape)]
