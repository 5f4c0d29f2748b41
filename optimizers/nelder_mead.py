from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Loss, Optimizer, State, hyperparameter
from optimizers.sources import Function, Paper

SETTLED = 1e-4


@dataclass(frozen=True)
class NelderMead(Optimizer):
    """The simplex of Nelder & Mead 1965, https://doi.org/10.1093/comjnl/7.4.308

    Computes what scipy.optimize.minimize(method="Nelder-Mead") computes: a first simplex that adds
    to each coordinate a share of itself (of 0.005 where it is zero), and contraction inside or
    outside. It asks for no gradient. The point is the best vertex, the state holds all three,
    best first. It stays where vertices and losses lie within 1e-4 of each other.
    """

    name = "Nelder-Mead"
    summary = "A triangle that tumbles downhill by losses alone, without any gradient."
    plain = (
        "A triangle tumbles downhill: its highest corner is flipped over, stretched or drawn in, "
        "and no slope is ever asked for."
    )
    family = "line search and direct"
    year = 1965
    paper = Paper(
        ("Nelder", "Mead"),
        1965,
        "A Simplex Method for Function Minimization",
        "https://doi.org/10.1093/comjnl/7.4.308",
    )
    vectorized = False
    sketches = "polygon"
    rule = (
        r"\bar x = \tfrac{1}{2}(x_1 + x_2), \quad f(x_1) \le f(x_2) \le f(x_3)",
        r"x_r = 2 \bar x - x_3, \quad x_e = 3 \bar x - 2 x_3, \quad"
        r" x_o = \tfrac{3}{2} \bar x - \tfrac{1}{2} x_3, \quad"
        r" x_c = \tfrac{1}{2} \bar x + \tfrac{1}{2} x_3",
        r"x'_3 = x_e \text{ if } f(x_e) < f(x_r) < f(x_1), \quad"
        r" x_r \text{ if } f(x_r) < f(x_2), \quad"
        r" x_o \text{ if } f(x_o) \le f(x_r) < f(x_3), \quad"
        r" x_c \text{ if } f(x_c) < f(x_3) \le f(x_r), \text{ else } \tfrac{1}{2}(x_1 + x_3)",
        r"x'_2 = \tfrac{1}{2}(x_1 + x_2) \text{ if } x'_3 = \tfrac{1}{2}(x_1 + x_3),"
        r" \text{ else } x_2",
        r"\theta_t = \mathrm{lowest}(x_1, x'_2, x'_3)",
    )
    words = MappingProxyType(
        {
            "simplex": ("Triangle", "its three corners, the lowest first"),
            "losses": ("Losses", "at the three corners"),
            "step": ("Step", "from the lowest corner before to the lowest now"),
        }
    )
    reference = Function("scipy.optimize", "minimize", {"method": "Nelder-Mead"})
    planar = True
    showcase = "surface=himmelblau&start=-1,-1&steps=60&lane=nelder_mead&lane=sgd(lr=0.01)"
    see = (
        "Nelder-Mead finds the minimum from losses alone, below 0.01 after "
        "{evaluations_below[0, 0.01]:.0f} evaluations; SGD, which has gradients, takes "
        "{evaluations_below[1, 0.01]:.0f}."
    )

    simplex_size: float = hyperparameter(
        0.05,
        symbol="s",
        help="The share of itself that is added to each coordinate for the first simplex.",
        low=1e-6,
        slider=(0.01, 2.0),
        scale="log",
        suggestion=0.5,
    )

    def init(self, theta: Array) -> State:
        moved = np.where(theta != 0, theta * (1 + self.simplex_size), self.simplex_size / 200)
        x, y = theta
        return {"simplex": np.array([[x, moved[0], x], [y, y, moved[1]]]), "losses": np.zeros(3)}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        simplex, losses = state["simplex"], state["losses"]
        if t == 1:
            simplex, losses = ordered(simplex, loss.value(simplex))
        best, second, worst = simplex.T
        across = np.abs(simplex[:, 1:] - simplex[:, :1]).max()
        if across <= SETTLED and np.abs(losses[1:] - losses[0]).max() <= SETTLED:
            return best, {"simplex": simplex, "losses": losses, "step": theta - best}

        centre = (best + second) / 2
        reflected = 2 * centre - worst
        f_reflected = loss.value(reflected)
        following = None
        if f_reflected < losses[0]:
            expanded = 3 * centre - 2 * worst
            f_expanded = loss.value(expanded)
            following = (
                (expanded, f_expanded) if f_expanded < f_reflected else (reflected, f_reflected)
            )
        elif f_reflected < losses[1]:
            following = reflected, f_reflected
        elif f_reflected < losses[2]:
            outside = 1.5 * centre - 0.5 * worst
            f_outside = loss.value(outside)
            if f_outside <= f_reflected:
                following = outside, f_outside
        else:
            inside = 0.5 * centre + 0.5 * worst
            f_inside = loss.value(inside)
            if f_inside < losses[2]:
                following = inside, f_inside

        if following:
            simplex = np.column_stack([best, second, following[0]])
            losses = np.array([*losses[:2], following[1]])
        else:
            shrunk = best[:, None] + 0.5 * (simplex[:, 1:] - best[:, None])
            simplex = np.column_stack([best, shrunk])
            losses = np.array([losses[0], *loss.value(shrunk)])
        simplex, losses = ordered(simplex, losses)
        moved = simplex[:, 0]
        return moved, {"simplex": simplex, "losses": losses, "step": theta - moved}

    def sketch(self, before: Array, after: Array, state: State) -> Array:
        return state["simplex"]


def ordered(simplex: Array, losses: Array) -> tuple[Array, Array]:
    """Vertices (2, 3) and their losses, the lowest first."""
    order = np.argsort(losses)
    return simplex[:, order], losses[order]
