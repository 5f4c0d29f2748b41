from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import ROW, joined, product, split, transposed
from optimizers.base import (
    WORDS,
    Array,
    Optimizer,
    State,
    Words,
    decay_rate,
    decoupled_decay,
    epsilon,
    hyperparameter,
    learning_rate,
    norm,
)
from optimizers.sources import OTHERS, Function, Paper

A, B, C = 3.4445, -4.7750, 2.0315  # of Newton and Schulz's iteration, chosen for a steep start


@dataclass(frozen=True)
class Muon(Optimizer):
    """Muon. Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/

    Computes what optax.contrib.muon computes, on a point of the plane as on a 1 × 2 matrix. Such a
    matrix has one singular value, and five Newton-Schulz steps take it from 1 to 0.6964: in the
    plane Muon is a momentum step of the constant length 0.6964 √2 lr, whatever the gradient's
    length. What it does for a large matrix, raising its small singular values, a point cannot show.
    """

    name = "Muon"
    summary = "Momentum whose matrix is made orthogonal; of a point, only the direction is left."
    plain = (
        "It gathers speed as a ball does, but uses only the direction of it, so that all its steps"
        " are equally long."
    )
    family = "matrix and curvature"
    parent = "momentum"
    year = 2024
    paper = Paper(
        ("Jordan", OTHERS),
        2024,
        "Muon: An Optimizer for Hidden Layers in Neural Networks",
        "https://kellerjordan.github.io/posts/muon/",
    )
    rule = (
        r"m_t = \beta\, m_{t-1} + (1 - \beta)\, g_t",
        r"\bar m_t = \frac{\beta\, m_t}{1 - \beta^{t+1}} + \frac{(1 - \beta)\, g_t}{1 - \beta^t}",
        r"X_0 = \bar m_t / (\|\bar m_t\| + \epsilon)",
        r"a = 3.4445, \quad b = -4.775, \quad c = 2.0315",
        r"X_i = a X_{i-1} + (b\, X_{i-1} X_{i-1}^\top + c\, (X_{i-1} X_{i-1}^\top)^2)\, X_{i-1}",
        r"\theta_t = (1 - \alpha\lambda)\, \theta_{t-1} - \alpha\, \sqrt 2\, X_n",
    )
    symbols = MappingProxyType({"m_hat": r"\bar m_t"})
    words = MappingProxyType(
        {
            "m_hat": ("Correction", "makes up for the start at zero, and looks ahead"),
            "step": ("Step", "against m̄, whose size does not count"),
        }
    )
    reference = Function("optax.contrib", "muon")
    work = 32.0
    work_on_a_matrix = 40.0
    showcase = "surface=plateau&steps=500&lane=muon(lr=0.02)&lane=momentum(lr=0.02)"
    see = (
        "Muon's steps have one length however flat it is: it is over the shelf and below 0.1 "
        "after {first_below[0, 0.1]:.0f} steps, while Momentum is stranded at {ending[1]:.3f}."
    )
    momentum_buffer = "m"

    lr: float = learning_rate(0.001, suggestion=0.01)
    beta: float = decay_rate(0.95, r"\beta", "How slowly the average of gradients, m, forgets.")
    ns_steps: int = hyperparameter(
        5,
        symbol="n",
        help="How many Newton-Schulz steps bring the singular values near 1.",
        high=99,
        slider=(0, 10),
    )
    nesterov: bool = hyperparameter(
        True, symbol=r"\text{nesterov}", help="Look one step ahead, as Nesterov's method does."
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = decoupled_decay()

    def rule_as_set(self) -> tuple[str, ...]:
        rule = list(self.rule)
        if not self.nesterov:
            rule[1] = r"\bar m_t = m_t / (1 - \beta^t)"
        if self.shapes != ROW:
            square = all(len(shape) > 1 and shape[0] >= shape[1] for shape in self.shapes)
            scale = "" if square else r"\sqrt{\max(1, \text{columns}/\text{rows})}\, "
            rule[-1] = rule[-1].replace(r"\sqrt 2\, ", scale)
            rule.insert(0, r"\text{of each matrix: }")
        return tuple(rule)

    def words_as_set(self) -> dict[str, Words]:
        told = super().words_as_set()
        if not self.nesterov:
            told["m_hat"] = WORDS["m_hat"]
        return told

    def init(self, theta: Array) -> State:
        return {"m": np.zeros_like(theta)}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        beta = self.beta
        m = beta * state["m"] + (1 - beta) * g
        if self.nesterov:
            m_hat = beta * m / (1 - beta ** (t + 1)) + (1 - beta) * g / (1 - beta**t)
        else:
            m_hat = m / (1 - beta**t)
        decay = self.lr * self.weight_decay * theta
        step = decay + self.lr * self._orthogonal(m_hat)
        return theta - step, {"m": m, "m_hat": m_hat, "decay": decay, "step": step}

    def _orthogonal(self, m: Array) -> Array:
        """Each matrix among the parameters with its singular values near √(columns / rows), or 1.

        Of one with more rows than columns the transpose is taken, as the reference does.
        """
        parts = []
        for M in split(m, self.shapes):
            rows, columns = M.shape[:2]
            X = M / (norm(joined([M])) + self.eps)
            X = transposed(X) if rows > columns else X
            for _ in range(self.ns_steps):
                XX = product(X, transposed(X))
                X = A * X + product(B * XX + C * product(XX, XX), X)
            X = transposed(X) if rows > columns else X
            parts.append(np.sqrt(max(1.0, columns / rows)) * X)
        return joined(parts)
