from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.base import Array, Loss, Optimizer, State, hyperparameter

LARGEST_RADIUS = 1000.0
SETTLED = 1e-4


@dataclass(frozen=True)
class TrustRegion(Optimizer):
    """Trust region with Powell's dogleg, 1970.

    Nocedal & Wright 2006, Algorithm 4.1 and section 4.1, https://doi.org/10.1007/978-0-387-40065-5
    Computes what scipy.optimize.minimize(method="dogleg") computes. Where the Hessian is not
    positive definite, where scipy stops, it takes the Cauchy point, equation 4.11. It stays where
    the gradient is shorter than 1e-4.
    """

    name = "Trust region"
    summary = "Newton's method within a circle that grows where its parabola predicts well."
    family = "line search and direct"
    parent = "newton"
    year = 1970
    paper = "Numerical Optimization"
    batches = False
    sketches = "circle"
    rule = (
        r"p_U = -\frac{g^\top g}{g^\top H g}\, g, \quad p_N = -H^{-1} g",
        r"p = p_N \text{ if } \|p_N\| < \Delta, \text{ else where the path "
        r"} 0 \to p_U \to p_N \text{ leaves the circle}",
        r"\rho = \frac{f(\theta) - f(\theta + p)}{-g^\top p - \frac{1}{2} p^\top H p}",
        r"\Delta = \Delta / 4 \text{ if } \rho < \tfrac{1}{4}, \quad "
        r"2 \Delta \text{ if } \rho > \tfrac{3}{4} \text{ and } \|p\| = \Delta",
        r"\theta = \theta + p \text{ if } \rho > \eta",
    )
    symbols = MappingProxyType({"rho": "", "radius": ""})
    reference = 'scipy.optimize.minimize(method="dogleg")'
    showcase = "surface=rosenbrock&steps=40&lane=trust_region(radius=0.5)&lane=newton"

    radius: float = hyperparameter(
        1.0,
        symbol=r"\Delta",
        help="How far the first step may go.",
        high=LARGEST_RADIUS,
        slider=(0.01, 10.0),
        scale="log",
    )
    eta: float = hyperparameter(
        0.15,
        symbol=r"\eta",
        help="The share of the predicted fall that a step must reach to be taken.",
        high=0.25,
        high_open=True,
        slider=(0.0, 0.24),
    )

    def init(self, theta: Array) -> State:
        return {"radius": np.array(self.radius), "rho": np.zeros(())}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g, radius = loss.gradient(theta), float(state["radius"])
        stay = state | {"step": np.zeros_like(theta)}
        if np.hypot(*g) < SETTLED:
            return theta, stay
        H = loss.hessian(theta)
        p, at_the_edge = dogleg(g, H, radius)
        predicted = -(g @ p + 0.5 * p @ H @ p)
        if not predicted > 0:
            return theta, stay
        rho = (loss.value(theta) - loss.value(theta + p)) / predicted
        if not rho >= 0.25:
            radius *= 0.25
        elif rho > 0.75 and at_the_edge:
            radius = min(2 * radius, LARGEST_RADIUS)
        step = -p if rho > self.eta else np.zeros_like(theta)
        return theta - step, {"radius": np.array(radius), "rho": np.array(rho), "step": step}

    def sketch(self, before: Array, after: Array, state: State) -> Array:
        x, y = after
        return np.array([[x, x + state["radius"]], [y, y]])


def dogleg(g: Array, H: Array, radius: float) -> tuple[Array, bool]:
    """The step within the radius, and whether it ends on the circle."""
    determinant = H[0, 0] * H[1, 1] - H[0, 1] ** 2
    definite = H[0, 0] > 0 and determinant > 0
    steepest, curvature = np.hypot(*g), g @ H @ g
    if definite:
        newton: Array = -np.linalg.solve(H, g).astype(np.float64)
        if np.hypot(*newton) < radius:
            return newton, False
    cauchy = -(g @ g) / curvature * g if curvature > 0 else -np.inf * g
    if not np.hypot(*cauchy) < radius:
        return -radius / steepest * g, True
    if not definite:
        return cauchy, False
    # The larger root of |cauchy + τ (newton - cauchy)| = radius.
    d = newton - cauchy
    a, b, c = d @ d, 2 * cauchy @ d, cauchy @ cauchy - radius**2
    q = b + np.copysign(np.sqrt(b**2 - 4 * a * c), b)
    tau = max(-q / (2 * a), -2 * c / q)
    return cauchy + tau * d, True
