"""Two matrices whose product is to be a third: what methods for matrices are for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from experiment.problems.base import Array, Drawn
from matrices import product
from settings import setting
from surfaces.domain import Domain

TARGET = (4.0, 1.0)  # singular values
SMALL = 0.05


@dataclass(frozen=True)
class MatrixFactorization(Drawn):
    """½‖U Vᵀ - A‖² in the eight entries of two 2 × 2 matrices, from U = V = 0.05 I.

    A is symmetric with the eigenvalues 4 and 1, its axes turned by an angle. theta holds U's rows,
    then V's.
    """

    name = "Two matrices"
    teaches = (
        "Gradient descent finds the largest singular value first; Muon, Shampoo and SOAP raise "
        "both at one rate."
    )
    source = "The setting of Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/"
    latex = r"\tfrac{1}{2} \| U V^\top - A \|^2"
    coordinates = tuple(f"{matrix}{i}{j}" for matrix in "uv" for i in (1, 2) for j in (1, 2))
    steps = 600
    keywords = "Muon, Shampoo, SOAP, matrix, singular values, spectrum"
    showcase = (
        "problem=matrix_factorization(angle=45)&lane=sgd(lr=0.02)"
        "&lane=muon(lr=0.01,beta=0.9,nesterov=false)&lane=adam(lr=0.01)"
    )
    see = (
        "Muon raises both singular values together; SGD and, in these axes, Adam raise the larger "
        "first. At angle 0 Adam goes as Muon does."
    )
    axes = ("larger singular value of UVᵀ", "smaller singular value of UVᵀ")
    domain = Domain(0.0, 4.5, 0.0, 1.5)
    shows = "The singular values of UVᵀ; those of A are 4 and 1."

    shapes = ((2, 2), (2, 2))
    start = (SMALL, 0.0, 0.0, SMALL) * 2

    angle: float = setting(
        0.0, low=0.0, high=90.0, symbol=r"\varphi", help="How far A's axes are turned, in degrees."
    )

    @property
    def lowest(self) -> float:
        return 0.0

    def _parts(self, theta: ArrayLike) -> tuple[Array, Array, Array]:
        """U, V and U Vᵀ - A, each (2, 2, ...)."""
        theta = np.asarray(theta, np.float64)
        U, V = theta.reshape(2, 2, 2, *theta.shape[1:])
        turn = math.radians(self.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        a, b = TARGET
        A = np.array(
            [
                [a * cos * cos + b * sin * sin, (a - b) * sin * cos],
                [(a - b) * sin * cos, a * sin * sin + b * cos * cos],
            ]
        )
        return U, V, product(U, V.swapaxes(0, 1)) - A.reshape(2, 2, *(1,) * (theta.ndim - 1))

    def value(self, theta: ArrayLike) -> Array:
        *_, R = self._parts(theta)
        loss: Array = (R**2).sum(axis=(0, 1)) / 2
        return loss

    def gradient(self, theta: ArrayLike) -> Array:
        U, V, R = self._parts(theta)
        both = np.concatenate([product(R, V), product(R.swapaxes(0, 1), U)])
        return both.reshape(np.shape(theta))

    def singular_values(self, theta: ArrayLike) -> Array:
        """Of U Vᵀ, the larger first, (2, ...)."""
        theta = np.asarray(theta, np.float64)
        U, V = theta.reshape(2, 2, 2, *theta.shape[1:])
        (a, b), (c, d) = product(U, V.swapaxes(0, 1))
        one, other = np.hypot(a + d, c - b), np.hypot(a - d, b + c)
        return np.stack([one + other, np.abs(one - other)]) / 2

    def drawn(self, path: Array) -> Array:
        return self.singular_values(path.T).T


PROBLEM = MatrixFactorization()
