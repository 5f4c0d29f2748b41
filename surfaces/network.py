"""A network from one number to one, and how it is trained: the same on every machine.

Training a deep network is chaotic: a last digit that differs grows into another network. So it is
made of what IEEE 754 rounds correctly, sums, products, quotients and square roots, in an order of
its own; the order of BLAS and the last digit of tanh depend on the processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kept import Steps
from matrices import product

Array = NDArray[np.float64]

WIDTH = 16
WEIGHT_DECAY = 1e-3
STEPS = 2000
LEARNING_RATE = 0.01
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
EVERY = 20  # steps between two reports


@dataclass(frozen=True, eq=False)
class Network:
    """The weights of a network.

    Every layer but the last is followed by `squash`; with skip connections, every one between the
    first and the last also passes on what it was given (He et al. 2016,
    https://arxiv.org/abs/1512.03385).

    Attributes:
        weights: of each layer, (out, in).
        biases: of each layer, (out, 1).
        skip: whether there are skip connections.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    skip: bool

    @property
    def size(self) -> int:
        """How many weights there are, with biases."""
        return sum(w.size for w in (*self.weights, *self.biases))

    def skips(self, layer: int) -> bool:
        """Whether a layer passes on what it was given."""
        return self.skip and 0 < layer < len(self.weights) - 1


def training(x: Array, y: Array, layers: int, skip: bool) -> Steps[Network]:
    """Fit y (n,) at x (n,), both standardized; the same data always give the same network.

    Minimizes 1/n Σ ½ (network(x_i) - y_i)² + λ/2 |w|² over all weights w, with λ `WEIGHT_DECAY`, by
    `STEPS` steps of Adam (Kingma & Ba 2015, Algorithm 1) on all rows. The learning rate falls to 0
    linearly. The weights start uniform with variance 1/in (LeCun et al. 1998, section 4.6).
    """
    sizes = [1, *[WIDTH] * layers, 1]
    rng = np.random.Generator(np.random.PCG64(0))
    shapes = [(b, a) for a, b in pairwise(sizes)]
    flat = np.concatenate(
        [part for b, a in shapes for part in (_uniform(rng, a * b, 1 / a), np.zeros(b))]
    )
    m, v = np.zeros_like(flat), np.zeros_like(flat)
    power1 = power2 = 1.0  # β1^t and β2^t
    for t in range(1, STEPS + 1):
        g = _gradient(_shaped(flat, shapes, skip), x, y) + WEIGHT_DECAY * flat
        # As optimizers/adam.py, which surfaces know nothing of; a test holds the two together.
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        power1, power2 = power1 * BETA1, power2 * BETA2
        m_hat, v_hat = m / (1 - power1), v / (1 - power2)
        flat = flat - learning_rate(t) * m_hat / (np.sqrt(v_hat) + EPS)
        if t % EVERY == 0:
            yield t / STEPS
    return _shaped(flat, shapes, skip)


def learning_rate(t: int) -> float:
    """Of step t, counted from 1."""
    return LEARNING_RATE * (1 - t / STEPS)


def squash(z: Array) -> tuple[Array, Array]:
    """z/√(1 + z²), and 1/√(1 + z²), whose third power is its slope."""
    shrink = 1 / np.sqrt(1 + z * z)
    return z * shrink, shrink


def _uniform(rng: np.random.Generator, size: int, variance: float) -> Array:
    drawn: Array = (rng.random(size) - 0.5) * np.sqrt(12 * variance)
    return drawn


def _shaped(flat: Array, shapes: list[tuple[int, int]], skip: bool) -> Network:
    weights, biases, at = [], [], 0
    for b, a in shapes:
        weights.append(flat[at : at + a * b].reshape(b, a))
        biases.append(flat[at + a * b : at + a * b + b].reshape(b, 1))
        at += a * b + b
    return Network(tuple(weights), tuple(biases), skip)


def _gradient(network: Network, x: Array, y: Array) -> Array:
    """Of the mean of half the squared residual over all weights, by back-propagation; flat."""
    h, given, shrinks = x[None], [], []
    last = len(network.weights) - 1
    for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        given.append(h)
        z = product(w, h) + b
        if layer < last:
            z, shrink = squash(z)
            shrinks.append(shrink)
        h = z + h if network.skips(layer) else z
    back = (h - y) / len(y)
    parts: list[Array] = []
    for layer in range(last, -1, -1):
        slope = back if layer == last else back * shrinks[layer] * shrinks[layer] * shrinks[layer]
        parts += [slope.sum(axis=1), product(slope, given[layer].T).ravel()]
        through = product(network.weights[layer].T, slope)
        back = back + through if network.skips(layer) else through
    return cast(Array, np.concatenate(parts[::-1]))
