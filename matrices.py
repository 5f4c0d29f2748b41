"""Products of small matrices whose last bits depend on no processor: no BLAS sums them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def product(left: Array, right: Array) -> Array:
    """The products of matrices (r, k, ...) and (k, c, ...); (r, c, ...)."""
    if left.shape[:2] == (1, 1):
        products: Array = left * right
    else:
        products = (left[:, :, None] * right[None]).sum(axis=1)
    return products
