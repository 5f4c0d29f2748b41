"""A network of tanh layers from one number to one, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from surfaces.kept import Steps

Array = NDArray[np.float64]

WIDTH = 16
WEIGHT_DECAY = 1e-3
STEPS = 2000
LEARNING_RATE = 0.01
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
DIGITS = 7
EVERY = 20  # steps between two reports


@dataclass(frozen=True, eq=False)
class Network:
    """The weights of a network.

    Every layer but the last is followed by tanh; with skip connections, every one between the
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
    along a cosine. The weights start Gaussian with variance 1/in (LeCun et al. 1998, section 4.6).
    They are rounded in the end, so that rounding errors on other machines do not show in a link.
    """
    sizes = [1, *[WIDTH] * layers, 1]
    rng = np.random.Generator(np.random.PCG64(0))
    shapes = [(b, a) for a, b in pairwise(sizes)]
    flat = np.concatenate(
        [part for b, a in shapes for part in (rng.standard_normal(a * b) / np.sqrt(a), np.zeros(b))]
    )
    m, v = np.zeros_like(flat), np.zeros_like(flat)
    for t in range(1, STEPS + 1):
        g = _gradient(_shaped(flat, shapes, skip), x, y) + WEIGHT_DECAY * flat
        # As optimizers/adam.py, which surfaces know nothing of; a test holds the two together.
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        m_hat, v_hat = m / (1 - BETA1**t), v / (1 - BETA2**t)
        flat = flat - learning_rate(t) * m_hat / (np.sqrt(v_hat) + EPS)
        if t % EVERY == 0:
            yield t / STEPS
    return _shaped(np.round(flat, DIGITS), shapes, skip)


def learning_rate(t: int) -> float:
    """Of step t, counted from 1."""
    return LEARNING_RATE * (1 + float(np.cos(np.pi * t / STEPS))) / 2


def _shaped(flat: Array, shapes: list[tuple[int, int]], skip: bool) -> Network:
    weights, biases, at = [], [], 0
    for b, a in shapes:
        weights.append(flat[at : at + a * b].reshape(b, a))
        biases.append(flat[at + a * b : at + a * b + b].reshape(b, 1))
        at += a * b + b
    return Network(tuple(weights), tuple(biases), skip)


def _gradient(network: Network, x: Array, y: Array) -> Array:
    """Of the mean of half the squared residual over all weights, by back-propagation; flat."""
    h, given, units = x[None], [], []
    last = len(network.weights) - 1
    for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        given.append(h)
        z = w @ h + b
        if layer < last:
            units.append(np.tanh(z))
            z = units[layer] + h if network.skips(layer) else units[layer]
        h = z
    back = (h - y) / len(y)
    parts: list[Array] = []
    for layer in range(last, -1, -1):
        slope = back if layer == last else back * (1 - units[layer] ** 2)
        parts += [slope.sum(axis=1), (slope @ given[layer].T).ravel()]
        through = network.weights[layer].T @ slope
        back = back + through if network.skips(layer) else through
    return cast(Array, np.concatenate(parts[::-1]))
