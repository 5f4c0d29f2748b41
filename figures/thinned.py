"""A long run as it is drawn: so few of its rows that no eye tells the difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST = 10_000  # rows that are drawn as they are
BUCKETS = 2000  # of a longer run, as many as a picture has columns of pixels


def thinned(columns: NDArray[np.float64]) -> NDArray[np.int_]:
    """The rows (k,) of (T, c) that are drawn: all, or of each bucket the ends of every column.

    So whatever a column reaches within a bucket is still reached, and at its own step.
    """
    rows = len(columns)
    if rows <= MOST:
        return np.arange(rows)
    kept = [np.array([0, rows - 1])]
    for bucket in np.array_split(np.arange(rows), BUCKETS):
        part = columns[bucket]
        finite = np.isfinite(part)
        kept += [
            bucket[[0, -1]],
            bucket[np.where(finite, part, np.inf).argmin(axis=0)],
            bucket[np.where(finite, part, -np.inf).argmax(axis=0)],
        ]
    return np.unique(np.concatenate(kept))
