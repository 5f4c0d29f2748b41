from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import ROW, diagonal, joined, product, split, transposed
from optimizers.base import (
    Array,
    Optimizer,
    State,
    decay_rate,
    hyperparameter,
    l2_penalty,
    learning_rate,
)
from optimizers.sources import Function, Paper


def principal_axis(L_x: Array, L_y: Array) -> Array:
    """The unit eigenvector (2, ...) to the larger eigenvalue of the symmetric [L_x, L_y]."""
    (a, b), c = L_x, L_y[1]
    r = np.hypot((a - c) / 2, b)
    tall = np.greater(c, a)
    x = np.where(tall, b, r + (a - c) / 2)
    y = np.where(tall, r + (c - a) / 2, b)
    length = np.hypot(x, y)
    flat = length == 0
    return np.stack([np.where(flat, 1.0, x), np.where(flat, 0.0, y)]) / np.where(flat, 1.0, length)


def inverse_root(rows: Sequence[Array], degree: int) -> tuple[Array, ...]:
    """The rows of a symmetric matrix of one or two, to the power -1/degree, which is 2 or 4."""

    def lowered(value: Array) -> Array:
        size = np.where(value > 0, np.abs(value), np.inf)
        return size**-0.5 if degree == 2 else 1 / np.sqrt(np.sqrt(size))

    if len(rows) == 1:
        return (lowered(rows[0]),)
    (a, b), c = rows[0], rows[1][1]
    larger = (a + c) / 2 + np.hypot((a - c) / 2, b)
    # By their product, since (a + c)/2 - r loses the digits of one far below the other.
    divisor = np.where(larger > 0, larger, 1.0)
    smaller = a * (c / divisor) - b * (b / divisor)
    powers = lowered(larger), lowered(smaller)
    x, y = principal_axis(rows[0], rows[1])
    off = (powers[0] - powers[1]) * x * y
    root_x = np.stack([powers[0] * (x * x) + powers[1] * (y * y), off])
    root_y = np.stack([off, powers[0] * (y * y) + powers[1] * (x * x)])
    return root_x, root_y


def _sides(W: Array) -> Iterator[tuple[str, str, Array]]:
    """What is kept of each side of a matrix and of its root, and the products; a row has one."""
    if len(W) > 1:
        yield "L", "P", product(W, transposed(W))
    yield "R", "Q", product(transposed(W), W)


@dataclass(frozen=True)
class Shampoo(Optimizer):
    """Shampoo. Gupta, Koren & Singer 2018, Algorithm 1, https://arxiv.org/abs/1802.09568

    Computes what pytorch_optimizer.Shampoo computes on a vector, whose one preconditioner is the
    full matrix L with power -1/2: full-matrix Adagrad. Momentum mixes the last preconditioned step
    into the gradient before L sees it, as the reference does; the first such step is the gradient.
    Before the first multiple of preconditioning_compute_steps nothing moves. Where L is singular,
    which takes a matrix_eps of 0, the flat direction is left alone.

    Of a matrix it multiplies the gradient from both sides, by L = Σ G Gᵀ and R = Σ Gᵀ G to the
    power -1/4 each, as the reference does of a matrix. A parameter of one row is a vector to it.
    """

    name = "Shampoo"
    summary = "Adagrad with the full matrix: it turns with the valley instead of along the axes."
    plain = (
        "It learns in which directions the ground is steep, slanting ones too, and takes shorter "
        "steps there."
    )
    family = "matrix and curvature"
    parent = "adagrad"
    year = 2018
    paper = Paper(
        ("Gupta", "Koren", "Singer"),
        2018,
        "Shampoo: Preconditioned Stochastic Tensor Optimization",
        "https://arxiv.org/abs/1802.09568",
    )
    rule = (
        r"G_t = (1 - \mu)\, \nabla f(\theta_{t-1}) + \mu\, u_{t-1} + \lambda \theta_{t-1}, \quad"
        r" u_0 = \nabla f(\theta_0)",
        r"L_t = L_{t-1} + G_t G_t^\top, \quad L_0 = \epsilon I",
        r"P_t = L_t^{-1/2} \text{ if } k \mid t, \text{ else } P_{t-1}, \quad P_0 = 0",
        r"u_t = P_t\, G_t",
        r"\theta_t = \theta_{t-1} - \alpha\, u_t",
    )
    words = MappingProxyType(
        {
            "L_x": ("Products", "gradient times gradient, added up: a matrix"),
            "L_y": ("Products", "gradient times gradient, added up: a matrix"),
            "root_x": ("Inverse root", "of that matrix"),
            "root_y": ("Inverse root", "of that matrix"),
            "L": ("Row products", "products of the gradient's rows, added up"),
            "R": ("Column products", "products of the gradient's columns, added up"),
            "P": ("Left root", "one over the fourth root of L"),
            "Q": ("Right root", "one over the fourth root of R"),
            "u": ("Direction", "the gradient, turned and scaled by it"),
            "step": ("Step", "against u, times the learning rate"),
        }
    )
    reference = Function("pytorch_optimizer", "Shampoo")
    work = 58.0
    work_on_a_matrix = 50.0
    sides = 2
    showcase = "surface=quadratic(angle=45)&steps=200&lane=shampoo(lr=0.5)&lane=adagrad(lr=0.5)"
    see = (
        "The valley lies across the axes: Shampoo turns with it and ends at {ending[0]:.2g}, "
        "Adagrad, which cannot, at {ending[1]:.2g}."
    )
    momentum_buffer = "u"

    lr: float = learning_rate(0.001, suggestion=1.0)
    momentum: float = decay_rate(
        0.0,
        r"\mu",
        "How much of the last preconditioned step is mixed into the gradient.",
    )
    matrix_eps: float = hyperparameter(
        1e-6,
        symbol=r"\epsilon",
        help="What the preconditioner starts from, times the identity.",
        slider=(1e-12, 1.0),
        scale="log",
    )
    preconditioning_compute_steps: int = hyperparameter(
        1,
        symbol="k",
        help="The root of the preconditioner is computed every so many steps.",
        low=1.0,
        slider=(1.0, 100.0),
    )
    weight_decay: float = l2_penalty()

    def rule_as_set(self) -> tuple[str, ...]:
        if self.shapes == ROW:
            return self.rule
        return (
            r"\text{of each matrix: }",
            self.rule[0],
            r"L_t = L_{t-1} + G_t G_t^\top, \quad R_t = R_{t-1} + G_t^\top G_t, \quad"
            r" L_0 = R_0 = \epsilon I",
            r"P_t = L_t^{-1/4} \text{ if } k \mid t, \text{ else } P_{t-1}, \quad P_0 = 0",
            r"Q_t = R_t^{-1/4} \text{ if } k \mid t, \text{ else } Q_{t-1}, \quad Q_0 = 0",
            r"u_t = P_t\, G_t\, Q_t",
            self.rule[4],
        )

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        one = np.ones_like(theta[0]) * self.matrix_eps
        if self.shapes != ROW:
            state = {"u": zero}
            for i, W in enumerate(split(zero, self.shapes), 1):
                for key, root, products in _sides(W):
                    state[f"{key}_of_{i}"] = diagonal(len(products), one)
                    state[f"{root}_of_{i}"] = products
            return state
        L_x, L_y = np.stack([one, zero[0]]), np.stack([zero[0], one])
        return {"L_x": L_x, "L_y": L_y, "root_x": zero, "root_y": zero, "u": zero}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        G = (1 - self.momentum) * g + self.momentum * np.where(t > 1, state["u"], g)
        G = G + self.weight_decay * theta
        new = self._of_a_row(t, G, state) if self.shapes == ROW else self._of_each(t, G, state)
        step = self.lr * new["u"]
        return theta - step, {**new, "step": step}

    def _of_a_row(self, t: int, G: Array, state: State) -> State:
        L_x, L_y = state["L_x"] + G[0] * G, state["L_y"] + G[1] * G
        root_x, root_y = state["root_x"], state["root_y"]
        if t % self.preconditioning_compute_steps == 0:
            root_x, root_y = inverse_root((L_x, L_y), 2)
        u = np.stack([(root_x * G).sum(axis=0), (root_y * G).sum(axis=0)])
        return {"L_x": L_x, "L_y": L_y, "root_x": root_x, "root_y": root_y, "u": u}

    def _of_each(self, t: int, G: Array, state: State) -> State:
        new: State = {}
        turned = []
        for i, W in enumerate(split(G, self.shapes), 1):
            for key, root, products in _sides(W):
                new[f"{key}_of_{i}"] = L = state[f"{key}_of_{i}"] + products
                P = state[f"{root}_of_{i}"]
                if t % self.preconditioning_compute_steps == 0:
                    P = np.stack(inverse_root(tuple(L), 4 if len(W) > 1 else 2))
                new[f"{root}_of_{i}"] = P
            U = product(new[f"P_of_{i}"], W) if len(W) > 1 else W
            turned.append(product(U, new[f"Q_of_{i}"]))
        return {"u": joined(turned), **new}
