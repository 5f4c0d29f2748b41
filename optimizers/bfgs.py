from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import dot, product
from optimizers.base import Array, Loss, Optimizer, State, Unsuited, norm
from optimizers.sources import NUMERICAL_OPTIMIZATION, Function
from optimizers.wolfe import Number, first_trial, wolfe_step

C1, C2 = 1e-4, 0.9
SETTLED = 1e-5


@dataclass(frozen=True)
class BFGS(Optimizer):
    """BFGS. Broyden, Fletcher, Goldfarb and Shanno, all 1970.

    Nocedal & Wright 2006, Algorithm 6.1, https://doi.org/10.1007/978-0-387-40065-5. Computes what
    scipy.optimize.minimize(method="BFGS") computes, with the line search of Moré & Thuente. Where
    that search ends at rounding, scipy tries another; here the best step it met is taken. It stays
    where no component of the gradient is above 1e-5.
    """

    name = "BFGS"
    summary = "Newton's method with a curvature learnt from how the gradient changes."
    plain = (
        "It learns how the ground curves from how the slope changes, and steps to where such "
        "ground would be lowest."
    )
    family = "matrix and curvature"
    parent = "newton"
    year = 1970
    paper = NUMERICAL_OPTIMIZATION
    vectorized = False
    rule = (
        r"p_t = -B_{t-1}\, g_t",
        r"\theta_t = \theta_{t-1} + \alpha_t\, p_t",
        r"\alpha_t \text{ by line search}",
        r"s = \theta_t - \theta_{t-1}, \quad y = g_{t+1} - g_t, \quad \rho = 1 / y^\top s",
        r"B_t = (I - \rho\, s y^\top)\, B_{t-1}\, (I - \rho\, y s^\top) + \rho\, s s^\top",
    )
    symbols = MappingProxyType({"g": "g_{t+1}"})
    words = MappingProxyType(
        {
            "B": ("Inverse curvature", "learnt from how the gradient changes"),
            "g": ("Next gradient", "at the point that the step reached"),
            "alpha": ("Length", "how far along its direction, by line search"),
            "step": ("Step", "against B before times the gradient, as far as it falls"),
        }
    )
    reference = Function("scipy.optimize", "minimize", {"method": "BFGS"})
    planar = True
    showcase = "surface=himmelblau&start=0.5,0.5&steps=30&lane=bfgs&lane=newton"
    see = (
        "BFGS goes downhill to a minimum in {first_below[0, 0.001]:.0f} steps; Newton, which "
        "seeks any level point, ends on the hill at a loss of {ending[1]:.3g}."
    )

    def init(self, theta: Array) -> State:
        zero, nothing = np.zeros_like(theta), np.zeros(())
        return {"B": np.eye(2), "g": zero, "f": nothing, "f_before": nothing, "alpha": nothing}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g, f, f_before = state["g"], state["f"], state["f_before"]
        if t == 1:
            g, f = loss.gradient(theta), loss.value(theta)
            f_before = f + norm(g) / 2
        here = {"g": g, "f": f, "f_before": f_before}
        if np.abs(g).max() <= SETTLED:
            return theta, state | here | {"step": np.zeros_like(theta)}

        p = -product(state["B"], g[:, None])[:, 0]
        trials = {}

        def phi(alpha: float) -> tuple[Number, Number]:
            at = theta + alpha * p
            trials[alpha] = loss.value(at), loss.gradient(at)
            return trials[alpha][0], dot(trials[alpha][1], p)

        slope: Number = dot(g, p)
        alpha = wolfe_step(phi, f, slope, first_trial(f, f_before, slope), C1, C2)
        if alpha is None:
            raise Unsuited(f"{self.name} found no lower loss along its direction.")
        f_new, g_new = trials[alpha]
        s, y = alpha * p, g_new - g
        curvature = dot(y, s)
        rho = 1 / curvature if curvature != 0 else 1000.0
        left = np.eye(2) - rho * np.outer(s, y)
        B = product(left, product(state["B"], left.T)) + rho * np.outer(s, s)
        new = {"B": B, "g": g_new, "f": f_new, "f_before": f, "alpha": np.array(alpha), "step": -s}
        return theta + s, new
