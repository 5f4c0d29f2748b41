"""Small matrices: the parameters of a problem, and products whose last bits depend on no processor,
since no BLAS sums them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Shapes = tuple[tuple[int, ...], ...]

ROW = ((1, 2),)
"""The shapes of a point of the plane: to a method that works on matrices, one row."""


def product(left: Array, right: Array) -> Array:
    """The products of matrices (r, k, ...) and (k, c, ...); (r, c, ...)."""
    if left.shape[:2] == (1, 1):
        products: Array = left * right
    else:
        products = (left[:, :, None] * right[None]).sum(axis=1)
    return products


def transposed(matrix: Array) -> Array:
    """(r, c, ...) as (c, r, ...)."""
    return matrix.swapaxes(0, 1)


def split(theta: Array, shapes: Shapes) -> Iterator[Array]:
    """The parameters that theta (d, ...) holds, each (r, c, ...); a vector is a row."""
    first = 0
    for *before, columns in shapes:
        rows = before[0] if before else 1
        part = theta[first : first + rows * columns]
        yield part.reshape(rows, columns, *theta.shape[1:])
        first += rows * columns


def joined(parts: Sequence[Array]) -> Array:
    """theta (d, ...) from what `split` made of it."""
    flat = [part.reshape(part.shape[0] * part.shape[1], *part.shape[2:]) for part in parts]
    return flat[0] if len(flat) == 1 else np.concatenate(flat)


def diagonal(size: int, one: Array) -> Array:
    """The identity times a number (...); (size, size, ...)."""
    zero = np.zeros_like(one)
    return np.stack([np.stack([one if i == k else zero for k in range(size)]) for i in range(size)])


def dot(left: Array, right: Array) -> np.float64:
    """The inner product of two vectors (k,)."""
    return np.float64((left * right).sum())
