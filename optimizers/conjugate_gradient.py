from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import dot
from optimizers.base import Array, Loss, Optimizer, State, Unsuited, hyperparameter, norm
from optimizers.sources import Function, Paper
from optimizers.wolfe import Number, first_trial, wolfe_step

SETTLED = 1e-5
DESCENT = 0.01
BETAS = {
    "PR+": r"\beta_t = \max\left(0, \frac{g_{t+1}^\top (g_{t+1} - g_t)}{g_t^\top g_t}\right)",
    "FR": r"\beta_t = \frac{g_{t+1}^\top g_{t+1}}{g_t^\top g_t}",
    "HS": r"\beta_t = \frac{g_{t+1}^\top (g_{t+1} - g_t)}{p_t^\top (g_{t+1} - g_t)}",
}


@dataclass(frozen=True)
class ConjugateGradient(Optimizer):
    """Nonlinear conjugate gradients. Fletcher & Reeves 1964, https://doi.org/10.1093/comjnl/7.2.149

    Nocedal & Wright 2006, Algorithm 5.4, https://doi.org/10.1007/978-0-387-40065-5. The line search
    is that of Moré & Thuente; c2 is 1e-6, which makes it exact, so that two steps solve a quadratic
    bowl. With PR+ and the same c2 the steps are those of scipy.optimize.minimize(method="CG"),
    whose own c2 is 0.4, up to the first direction that hardly descends: there scipy searches on for
    another length, and here the gradient's direction is taken. At 0.4 that parts about one run in
    four from scipy's. It stays where no component of the gradient is above 1e-5.
    """

    name = "Conjugate gradient"
    summary = "Gradient descent along directions that do not undo each other, as far as it falls."
    plain = (
        "It goes as far down as it can in one direction, then in another that does not spoil what "
        "the first has gained."
    )
    family = "matrix and curvature"
    parent = "sgd"
    year = 1964
    paper = Paper(
        ("Fletcher", "Reeves"),
        1964,
        "Function Minimization by Conjugate Gradients",
        "https://doi.org/10.1093/comjnl/7.2.149",
    )
    vectorized = False
    rule = (
        r"\theta_t = \theta_{t-1} + \alpha_t\, p_t",
        r"\alpha_t \text{ by line search}",
        BETAS["PR+"],
        r"\tilde p_{t+1} = -g_{t+1} + \beta_t\, p_t",
        r"p_{t+1} = \tilde p_{t+1} \text{ if }"
        r" \tilde p_{t+1}^\top g_{t+1} \le -0.01\, \|g_{t+1}\|^2, \text{ else } -g_{t+1}, \quad"
        r" p_1 = -g_1",
    )
    symbols = MappingProxyType({"g": "g_{t+1}", "p": "p_{t+1}"})
    words = MappingProxyType(
        {
            "p": ("Next direction", "downhill, and partly the direction before"),
            "g": ("Next gradient", "at the point that the step reached"),
            "alpha": ("Length", "how far along its direction, by line search"),
            "step": ("Step", "along the direction before, as far as it falls"),
        }
    )
    reference = Function(
        "scipy.optimize", "minimize", {"method": "CG", "options": {"c1": 1e-7, "c2": 1e-6}}
    )
    showcase = "surface=quadratic(angle=30)&steps=20&lane=conjugate_gradient&lane=sgd(lr=0.07)"
    see = (
        "Conjugate gradient solves the bowl in {first_below[0, 1e-09]:.0f} steps "
        "({evaluations_below[0, 1e-09]:.0f} evaluations); SGD is still at {ending[1]:.2g} after"
        " twenty."
    )

    beta_rule: str = hyperparameter(
        "PR+",
        symbol=r"\beta",
        help="How much of the last direction is kept: Polak & Ribière's, Fletcher & Reeves', or "
        "Hestenes & Stiefel's formula.",
        choices=("PR+", "FR", "HS"),
    )
    c2: float = hyperparameter(
        1e-6,
        symbol="c_2",
        help="The share of the slope that may remain where the line search ends; scipy's is 0.4.",
        low=1e-12,
        high=1.0,
        high_open=True,
        slider=(1e-9, 0.9),
        scale="log",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        return (*self.rule[:2], BETAS[self.beta_rule], *self.rule[3:])

    def init(self, theta: Array) -> State:
        zero, nothing = np.zeros_like(theta), np.zeros(())
        return {"p": zero, "g": zero, "f": nothing, "f_before": nothing, "alpha": nothing}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g, p, f, f_before = state["g"], state["p"], state["f"], state["f_before"]
        if t == 1:
            g, f = loss.gradient(theta), loss.value(theta)
            p, f_before = -g, f + norm(g) / 2
        here = {"p": p, "g": g, "f": f, "f_before": f_before}
        if np.abs(g).max() <= SETTLED:
            return theta, state | here | {"step": np.zeros_like(theta)}

        trials = {}

        def phi(alpha: float) -> tuple[Number, Number]:
            at = theta + alpha * p
            trials[alpha] = loss.value(at), loss.gradient(at)
            return trials[alpha][0], dot(trials[alpha][1], p)

        c1 = min(1e-4, self.c2 / 10)
        slope: Number = dot(g, p)
        alpha = wolfe_step(phi, f, slope, first_trial(f, f_before, slope), c1, self.c2)
        if alpha is None:
            raise Unsuited(f"{self.name} found no lower loss along its direction.")
        f_new, g_new = trials[alpha]
        p_new = -g_new + self.beta(g, g_new, p) * p
        if not dot(p_new, g_new) <= -DESCENT * dot(g_new, g_new):
            p_new = -g_new
        new = {"p": p_new, "g": g_new, "f": f_new, "f_before": f, "alpha": np.array(alpha)}
        return theta + alpha * p, new | {"step": -alpha * p}

    def beta(self, g: Array, g_new: Array, p: Array) -> float:
        """The weight of the last direction p in the next."""
        y = g_new - g
        if self.beta_rule == "FR":
            return float(dot(g_new, g_new) / dot(g, g))
        if self.beta_rule == "HS":
            return float(dot(g_new, y) / dot(p, y))
        return max(0.0, float(dot(g_new, y) / dot(g, g)))
