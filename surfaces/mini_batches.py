"""Which rows of the data each step sees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int_]


def mini_batches(rows: int, size: int, seed: int) -> Iterator[Rows]:
    """Row numbers, (size,) for each step, without end.

    Each epoch takes every row once, in an order of its own. A mini-batch that an epoch cannot fill
    goes on with the next, so all are of one size and epochs = steps · size / rows, exactly. Drawn
    as they are asked for, so that a longer run repeats a shorter one; by a stream of its own, so
    that the seed's noise is the same with them and without.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(1,))))
    left = np.empty(0, np.int_)
    while True:
        while len(left) < size:
            left = np.concatenate([left, rng.permutation(rows)])
        yield left[:size]
        left = left[size:]
