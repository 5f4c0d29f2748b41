"""A plane through all the weights of a trained network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kept import NETWORKS, Kept, Steps, result
from surfaces.cost import Costs, of_rows
from surfaces.critical import hollows, newton_minima
from surfaces.data_surface import BLOCK, CurveSurface, built_in, in_blocks
from surfaces.domain import Domain
from surfaces.network import WEIGHT_DECAY, WIDTH, Network, squash, training
from surfaces.surface import Array, Parameter

LINES = 61  # of the grid in which minima are looked for
COUNTS = (1, 3, 6)  # of a value with its derivatives up to order 0, 1, 2

_networks: Kept[str, Network] = Kept(NETWORKS)


@dataclass(frozen=True, kw_only=True)
class NetworkSlice(CurveSurface):
    """f(a, b) = L(W + a D + b E) around a trained network W, along two random directions.

    Li, Xu, Taylor, Studer & Goldstein 2018, section 4, https://arxiv.org/abs/1712.09913: the
    directions are Gaussian and filter-normalized, so that in each of them what leads into a unit is
    as long as in the network; as in the authors' code, biases stay as they are
    (https://github.com/tomgoldstein/loss-landscape, net_plotter.py, ignore="biasbn"). L is what the
    network is trained on, with its weight decay, which the paper leaves out of its pictures.

    The derivatives are exact: they are carried forward through the layers beside the values.
    """

    weights = ("a", "b")

    def _home(self) -> tuple[Domain, tuple[float, float]]:
        return Domain(-1.0, 1.0, -1.0, 1.0), (-0.7, 0.7)

    def is_defined(self, point: tuple[float, float]) -> bool:
        """A network is defined wherever its weights are: to say so, none has to be trained."""
        return bool(np.isfinite(point).all())

    def preparation(self) -> Iterator[float]:
        """Trains the network."""
        yield from self._training()

    def _training(self) -> Steps[Network]:
        layers, skip = int(self["layers"]), bool(self["skip"])
        key = f"{self.data.digest}/{layers}/{skip}"
        return _networks.steps(key, lambda: training(*self._design, layers, skip))

    @cached_property
    def network(self) -> Network:
        """W; it is trained when it is first asked for."""
        return result(self._training())

    def sample(self, rows: NDArray[np.int_]) -> Self:
        """The loss on some of the rows of the network that was trained on all."""
        network = self.network
        part = super().sample(rows)
        part.__dict__["network"] = network
        return part

    @cached_property
    def directions(self) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """D and E: for each layer (out, in), as the network's weights."""
        rng = np.random.Generator(np.random.PCG64(int(self["seed"])))

        def direction() -> tuple[Array, ...]:
            drawn = [rng.standard_normal(w.shape) for w in self.network.weights]
            return tuple(
                d * (_lengths(w) / _lengths(d))
                for d, w in zip(drawn, self.network.weights, strict=True)
            )

        return direction(), direction()

    def _predicted(self, theta: Array, x: Array) -> Array:
        out = self._over_rows(theta, 0, lambda r: r[0].T, (x, np.zeros_like(x)))
        return np.moveaxis(out, 0, -1)

    def _lowest(self) -> tuple[tuple[float, float], ...]:
        return newton_minima(self, hollows(self, LINES))

    # The loss

    def _value(self, theta: Array) -> Array:
        (mean,) = self._over_rows(theta, 0, lambda r: (r**2).mean(axis=2) / 2)
        value: Array = mean + self._decay(theta)[0]
        return value

    def _gradient(self, theta: Array) -> Array:
        def of(r: Array) -> Array:
            slopes: Array = (r[0] * r[1:]).mean(axis=2)
            return slopes

        return self._over_rows(theta, 1, of) + np.stack(self._decay(theta)[1:3])

    def _hessian(self, theta: Array) -> Array:
        def of(r: Array) -> Array:
            bends = r[0] * r[3:]
            bends += np.stack([r[1] ** 2, r[1] * r[2], r[2] ** 2])
            means: Array = bends.mean(axis=2)
            return means

        xx, xy, yy = self._over_rows(theta, 2, of)
        (dd, de), (_, ee) = WEIGHT_DECAY * self._products[1:, 1:]
        return np.stack([np.stack([xx + dd, xy + de]), np.stack([xy + de, yy + ee])])

    def _cost(self, points: int, rows: int) -> Costs:
        layers = int(self["layers"])
        numbers = WIDTH * layers
        return of_rows(
            (35.0 + 10 * layers, 60.0 + 45 * layers, 80.0 + 40 * layers),
            (0.012 * numbers, 0.045 * numbers, 0.13 * numbers),
            points * rows,
        )

    @cached_property
    def _products(self) -> Array:
        """W·W, W·D and so on, (3, 3); W with its biases, which the directions leave alone."""
        biases = np.concatenate([b.ravel() for b in self.network.biases])
        rows = [
            np.concatenate([part.ravel() for part in parts])
            for parts in (self.network.weights, *self.directions)
        ]
        products: Array = np.array([[u @ v for v in rows] for u in rows])
        products[0, 0] += biases @ biases
        return products

    def _decay(self, theta: Array) -> tuple[Array, Array, Array]:
        """The weight decay, and its gradient."""
        (ww, wd, we), (_, dd, de), (_, _, ee) = WEIGHT_DECAY * self._products
        a, b = theta
        to_a, to_b = wd + a * dd + b * de, we + a * de + b * ee
        return (ww + a * (wd + to_a) + b * (we + to_b)) / 2, to_a, to_b

    def _over_rows(
        self,
        theta: Array,
        order: int,
        summarize: Callable[[Array], Array],
        design: tuple[Array, Array] | None = None,
    ) -> Array:
        """What residuals at k points, (1, 3 or 6, k, n), become, (m, k), at all: (m, ...).

        Of order 0, 1 or 2: the residuals; their two first derivatives; their three second.
        """
        x, y = design or self._design

        def of(points: Array) -> Array:
            jets = self._jets(points, order, x)
            jets[0] -= y
            return summarize(jets)

        return in_blocks(theta, BLOCK // (WIDTH * len(x) * COUNTS[order]), of)

    def _jets(self, theta: Array, order: int, x: Array) -> Array:
        """What the networks at points (2, k) make of x (n,), with derivatives, (1, 3 or 6, k, n).

        Derivatives by a and b are carried through each layer by the chain rule (Griewank & Walther
        2008, chapters 3 and 13). All are columns of one matrix, so that a layer is one product.
        """
        (a, b), n = theta[:, :, None, None], len(x)
        count = COUNTS[order]
        h = np.zeros((theta.shape[1], 1, count * n))
        h[:, 0, :n] = x
        last = len(self.network.weights) - 1
        layers = zip(self.network.weights, self.network.biases, *self.directions, strict=True)
        for layer, (w, bias, d, e) in enumerate(layers):
            z = (w + a * d + b * e) @ h
            part = z.reshape(*z.shape[:2], count, n)  # the same memory
            part[:, :, 0] += bias
            if order:
                moved = h[:, :, : 3 * n if order == 2 else n]
                along = (np.stack([d, e])[:, None] @ moved).reshape(
                    2, *part.shape[:2], COUNTS[order - 1], n
                )
                part[:, :, 1] += along[0, :, :, 0]
                part[:, :, 2] += along[1, :, :, 0]
            if order == 2:
                part[:, :, 3] += 2 * along[0, :, :, 1]
                part[:, :, 4] += along[0, :, :, 2] + along[1, :, :, 1]
                part[:, :, 5] += 2 * along[1, :, :, 2]
            if layer < last:
                _through_squash(part, order)
                if self.network.skips(layer):
                    z += h
            h = z
        return np.ascontiguousarray(np.moveaxis(h.reshape(len(h), count, n), 1, 0))

    def _written(self, x: str, y: str) -> tuple[str, tuple[str, str], tuple[str, str, str]]:
        at = rf"\left(W + {x} D + {y} E\right)"
        mean = self._mean_latex(r"\tfrac{1}{2}\left(N_W(\hat x_i) - \hat y_i\right)^2")
        loss = rf"{mean} + \tfrac{{{WEIGHT_DECAY:g}}}{{2}} \|W\|^2"
        return (
            rf"L{at}, \quad L(W) = {loss}",
            (rf"D \cdot \nabla L{at}", rf"E \cdot \nabla L{at}"),
            (
                rf"D^T \nabla^2 L{at} D",
                rf"D^T \nabla^2 L{at} E",
                rf"E^T \nabla^2 L{at} E",
            ),
        )


def _lengths(weights: Array) -> Array:
    """Of what leads into each unit, (out, 1)."""
    lengths: Array = np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return lengths


def _through_squash(part: Array, order: int) -> None:
    """Values and derivatives (k, out, count, n) before a layer's `squash` to those after it."""
    part[:, :, 0], shrink = squash(part[:, :, 0])
    if not order:
        return
    slope = shrink * shrink * shrink
    if order == 2:
        bend = -3 * part[:, :, 0] * slope * shrink
        to_a, to_b = part[:, :, 1], part[:, :, 2]
        part[:, :, 3:] *= slope[:, :, None]
        part[:, :, 3] += bend * to_a**2
        part[:, :, 4] += bend * to_a * to_b
        part[:, :, 5] += bend * to_b**2
    part[:, :, 1:3] *= slope[:, :, None]


SURFACE = NetworkSlice(
    name="Slice of a network",
    data=built_in("practice.csv", "hours of practice", "mark"),
    known=((0.3, -0.8), 1.1597735528952777),
    source="Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the Loss Landscape of Neural "
    "Nets, https://arxiv.org/abs/1712.09913; the data of the linear regression.",
    teaches="A network is trained to (0, 0); around it, all its weights move along two random "
    "directions. Six layers fit half the wrong marks, and the plane around them is rugged.",
    showcase="surface=network_slice&steps=150&lane=sgd(lr=0.03)&lane=momentum(lr=0.01)"
    "&lane=adam(lr=0.1)",
    see="SGD, Momentum and Adam slide back to the trained network at (0, 0), to losses near "
    "{ending[0]:.2g}; with six layers Adam stops on the way.",
    keywords="neural network, deep learning, loss landscape, random directions, csv, table, "
    "machine learning, mini-batch, non-convex",
    parameters=(
        Parameter(
            "seed",
            0,
            0,
            99,
            help="Draws the two directions; the network stays the same.",
            waits=True,
        ),
        Parameter(
            "layers",
            2,
            1,
            6,
            help=f"Hidden layers, each of {WIDTH} units; the network is trained anew.",
            waits=True,
        ),
        Parameter(
            "skip",
            False,
            help="Skip connections: each hidden layer after the first adds to what it was given.",
        ),
    ),
)
