from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import ROW, diagonal, joined, product, split, transposed
from optimizers.base import (
    Array,
    Optimizer,
    State,
    decoupled_decay,
    first_moment_decay,
    hyperparameter,
    learning_rate,
    second_moment_decay,
)
from optimizers.shampoo import principal_axis
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class SOAP(Optimizer):
    """SOAP. Vyas et al. 2024, Algorithm 3, https://arxiv.org/abs/2409.11321

    Computes what pytorch_optimizer.SOAP computes: the first step only measures and moves nothing,
    and the axes are refreshed by one power iteration with an orthogonalization, which the reference
    rounds to float32 and which is exact here. A vector is turned with precondition_1d alone;
    without it, the default, SOAP is Adam a step late. The first statistic has rank one: along the
    second axis the gradient is then rounding, which moves the point unless eps is far above it.

    Before the axes are refreshed they change places so that the strongest is the first, as in the
    reference: in the rule, sorting(d) is the permutation that brings the numbers of d into
    descending order.

    A matrix is always turned, from both sides, by the eigenvectors of averages of G Gᵀ and Gᵀ G; a
    parameter of one row is a vector to it. Which way an axis points changes no step, so that the
    signs of eigenvectors, which libraries choose otherwise, are free; where two eigenvalues are
    equal the axes themselves are, too.
    """

    name = "SOAP"
    summary = "Adam in the eigenbasis of Shampoo's preconditioner, once precondition_1d is on."
    plain = (
        "If asked, it turns to the directions in which the ground is steepest and gentlest, and "
        "does there what Adam does along the axes."
    )
    family = "matrix and curvature"
    parent = "shampoo"
    year = 2024
    paper = Paper(
        ("Vyas", OTHERS),
        2024,
        "SOAP: Improving and Stabilizing Shampoo using Adam",
        "https://arxiv.org/abs/2409.11321",
    )
    rule = (
        r"g'_t = Q_{t-1}^\top g_t",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad"
        r" v_t = P_t^\top (\beta_2 v_{t-1} + (1 - \beta_2)\, g_t'^2), \quad m_1 = v_1 = 0",
        r"\alpha_t = \alpha \sqrt{1 - \beta_2^{t-1}} / (1 - \beta_1^{t-1})",
        r"\theta_t = (1 - \alpha \lambda) \left(\theta_{t-1} - \alpha_t\, Q_{t-1}"
        r" \frac{Q_{t-1}^\top m_t}{P_t \sqrt{v_t} + \epsilon}\right), \quad \theta_1 = \theta_0",
        r"L_t = \beta_2 L_{t-1} + (1 - \beta_2)\, g_t g_t^\top",
        r"P_t = \mathrm{sorting}(\mathrm{diag}(Q_{t-1}^\top L_t Q_{t-1}))"
        r" \text{ if } f \mid t - 1, \text{ else } I",
        r"Q_1 = \mathrm{eigenvectors}(L_1), \quad"
        r" Q_t = \mathrm{QR}(L_t Q_{t-1} P_t) \text{ if } f \mid t - 1, \text{ else } Q_{t-1}",
    )
    words = MappingProxyType(
        {
            "v": ("Squares", "average of squared gradients, along turned axes"),
            "L_x": ("Products", "average of gradient times gradient: a matrix"),
            "L_y": ("Products", "average of gradient times gradient: a matrix"),
            "axis": ("Axis", "the first of the two turned axes"),
            "L": ("Row products", "products of the gradient's rows, averaged"),
            "R": ("Column products", "products of the gradient's columns, averaged"),
            "Q_L": ("Left axes", "those of L, the strongest first, as columns"),
            "Q_R": ("Right axes", "those of R, the strongest first, as columns"),
            "step": ("Step", "Adam’s step, along the turned axes"),
        }
    )
    symbols = MappingProxyType({"Q_L": "Q_{L,t}", "Q_R": "Q_{R,t}"})
    reference = Function("pytorch_optimizer", "SOAP")
    divides_by = "v"
    work = 34.0
    work_on_a_matrix = 80.0
    sides = 2
    showcase = (
        "surface=rosenbrock&steps=1000&lane=soap(lr=0.02,precondition_1d=true,eps=0.01)"
        "&lane=shampoo(lr=0.5)"
    )
    see = (
        "SOAP, which forgets as Adam does, ends at {ending[0]:.2g}; Shampoo, which sums all "
        "gradients, slows down and ends at {ending[1]:.2g}."
    )

    lr: float = learning_rate(0.003, suggestion=0.02)
    beta1: float = first_moment_decay(0.95)
    beta2: float = second_moment_decay(0.95)
    eps: float = hyperparameter(
        1e-8,
        symbol=r"\epsilon",
        help="Added to the denominator, so that a vanishing gradient does not divide by zero.",
        slider=(1e-12, 1.0),
        scale="log",
        suggestion=0.01,
    )
    precondition_1d: bool = hyperparameter(
        False,
        symbol=r"\text{turn vectors}",
        help="Turn the axes to those of the preconditioner; without it SOAP is Adam, a step late.",
        suggestion=True,
    )
    precondition_frequency: int = hyperparameter(
        10,
        symbol="f",
        help="The axes are refreshed every so many steps.",
        low=1.0,
        slider=(1.0, 100.0),
    )
    weight_decay: float = decoupled_decay(0.01)

    def rule_as_set(self) -> tuple[str, ...]:
        if self.shapes != ROW:
            return (
                r"\text{of each matrix, with squares, roots and quotients of entries: }",
                r"g'_t = Q_{L,t-1}^\top g_t\, Q_{R,t-1}",
                r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad m'_t = Q_{L,t-1}^\top m_t\,"
                r" Q_{R,t-1}",
                r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t'^2, \quad m_1 = v_1 = 0",
                self.rule[2],
                r"\theta_t = (1 - \alpha \lambda) \left(\theta_{t-1} - \alpha_t\, Q_{L,t-1}"
                r" \frac{m'_t}{\sqrt{v_t} + \epsilon} Q_{R,t-1}^\top\right), \quad"
                r" \theta_1 = \theta_0",
                r"L_t = \beta_2 L_{t-1} + (1 - \beta_2)\, g_t g_t^\top, \quad"
                r" R_t = \beta_2 R_{t-1} + (1 - \beta_2)\, g_t^\top g_t",
                r"Q_{L,1} = \mathrm{eigenvectors}(L_1), \quad Q_{L,t} = \mathrm{QR}(L_t Q_{L,t-1})"
                r" \text{ if } f \mid t - 1, \text{ else } Q_{L,t-1}",
                r"Q_{R,1} = \mathrm{eigenvectors}(R_1), \quad Q_{R,t} = \mathrm{QR}(R_t Q_{R,t-1})"
                r" \text{ if } f \mid t - 1, \text{ else } Q_{R,t-1}",
            )
        if self.precondition_1d:
            return self.rule
        return (
            r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad"
            r" v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2, \quad m_1 = v_1 = 0",
            self.rule[2],
            r"\theta_t = (1 - \alpha \lambda) \left(\theta_{t-1} - \alpha_t\,"
            r" \frac{m_t}{\sqrt{v_t} + \epsilon}\right), \quad \theta_1 = \theta_0",
        )

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        one = np.ones_like(theta[0])
        state = {"m": zero, "v": zero}
        if self.shapes == ROW:
            return state | {"L_x": zero, "L_y": zero, "axis": np.stack([one, zero[0]])}
        for i, G in enumerate(split(zero, self.shapes), 1):
            for key, products in self._sides(G):
                state[f"{key}_of_{i}"] = products
                state[f"Q_{key}_of_{i}"] = diagonal(len(products), one)
        return state

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        update = self._of_a_row if self.shapes == ROW else self._of_each
        push, new = update(t, g, state)
        step = np.zeros_like(theta)
        if t > 1:
            step = push + self.lr * self.weight_decay * (theta - push)
        return theta - step, {**new, "step": step}

    def _rate(self, t: int) -> Array:
        rate: Array = self.lr * np.sqrt(1 - self.beta2 ** (t - 1)) / (1 - self.beta1 ** (t - 1))
        return rate

    def _of_a_row(self, t: int, g: Array, state: State) -> tuple[Array, State]:
        m, v, axis = state["m"], state["v"], state["axis"]
        push = np.zeros_like(g)
        if t > 1:
            m = self.beta1 * m + (1 - self.beta1) * g
            v = self.beta2 * v + (1 - self.beta2) * _project(g, axis) ** 2
            adam = _project(m, axis) / (np.sqrt(v) + self.eps)
            push = self._rate(t) * _project_back(adam, axis)

        L_x = self.beta2 * state["L_x"] + (1 - self.beta2) * g[0] * g
        L_y = self.beta2 * state["L_y"] + (1 - self.beta2) * g[1] * g
        if self.precondition_1d and t == 1:
            axis = principal_axis(L_x, L_y)
        elif self.precondition_1d and (t - 1) % self.precondition_frequency == 0:
            axis, v = _refresh(L_x, L_y, axis, v)
        return push, {"m": m, "v": v, "L_x": L_x, "L_y": L_y, "axis": axis}

    def _sides(self, G: Array) -> Iterator[tuple[str, Array]]:
        """Which sides of a matrix are turned, and the products of each."""
        if len(G) > 1:
            yield "L", product(G, transposed(G))
        if len(G) > 1 or self.precondition_1d:
            yield "R", product(transposed(G), G)

    def _of_each(self, t: int, g: Array, state: State) -> tuple[Array, State]:
        m = self.beta1 * state["m"] + (1 - self.beta1) * g if t > 1 else state["m"]
        new: State = {}
        pushes, squares = [], []
        both = (split(each, self.shapes) for each in (g, m, state["v"]))
        for i, (G, M, v) in enumerate(zip(*both, strict=True), 1):
            left, right = (state.get(f"Q_{key}_of_{i}") for key in "LR")
            push = np.zeros_like(G)
            if t > 1:
                v = self.beta2 * v + (1 - self.beta2) * _turned(G, left, right) ** 2
                adam = _turned(M, left, right) / (np.sqrt(v) + self.eps)
                push = self._rate(t) * _turned(adam, _back(left), _back(right))
            for key, products in self._sides(G):
                L = self.beta2 * state[f"{key}_of_{i}"] + (1 - self.beta2) * products
                Q = state[f"Q_{key}_of_{i}"]
                if len(L) > 1 and t == 1:
                    Q = _columns(principal_axis(L[0], L[1]))
                elif len(L) > 1 and (t - 1) % self.precondition_frequency == 0:
                    v = transposed(v) if key == "R" else v
                    axis, v = _refresh(L[0], L[1], Q[:, 0], v)
                    v = transposed(v) if key == "R" else v
                    Q = _columns(axis)
                new |= {f"{key}_of_{i}": L, f"Q_{key}_of_{i}": Q}
            pushes.append(push)
            squares.append(v)
        return joined(pushes), {"m": m, "v": joined(squares), **new}


def _columns(axis: Array) -> Array:
    """The matrix (2, 2, ...) of an axis and the one across it, as its columns."""
    return transposed(np.stack([axis, _across(axis)]))


def _back(Q: Array | None) -> Array | None:
    return None if Q is None else transposed(Q)


def _turned(G: Array, left: Array | None, right: Array | None) -> Array:
    """leftᵀ G right, without those that are None."""
    G = G if left is None else product(transposed(left), G)
    return G if right is None else product(G, right)


def _across(axis: Array) -> Array:
    """The axis turned by a right angle."""
    return np.stack([-axis[1], axis[0]])


def _project(g: Array, axis: Array) -> Array:
    """The components of g along the axis and across it."""
    return np.stack([(axis * g).sum(axis=0), (_across(axis) * g).sum(axis=0)])


def _project_back(g: Array, axis: Array) -> Array:
    back: Array = g[0] * axis + g[1] * _across(axis)
    return back


def _refresh(L_x: Array, L_y: Array, axis: Array, v: Array) -> tuple[Array, Array]:
    """One power iteration of both axes, the stronger first, and v in their order."""

    def applied(q: Array) -> Array:
        return np.stack([(L_x * q).sum(axis=0), (L_y * q).sum(axis=0)])

    along, across = applied(axis), applied(_across(axis))
    swapped = (across * _across(axis)).sum(axis=0) > (along * axis).sum(axis=0)
    strongest = np.where(swapped, across, along)
    length = np.hypot(*strongest)
    refreshed: Array = np.where(length > 0, strongest / length, axis)
    return refreshed, np.where(swapped, v[::-1], v)
