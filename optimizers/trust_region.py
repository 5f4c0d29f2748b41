from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matrices import dot, product
from optimizers.base import Array, Loss, Optimizer, State, hyperparameter
from optimizers.sources import NUMERICAL_OPTIMIZATION, Function

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
    plain = (
        "It relies on its picture of how the ground curves only within a circle, which grows when "
        "the picture proves right."
    )
    family = "line search and direct"
    parent = "newton"
    year = 1970
    paper = NUMERICAL_OPTIMIZATION
    vectorized = False
    sketches = "circle"
    rule = (
        r"p_U = -\frac{g_t^\top g_t}{g_t^\top H_t g_t}\, g_t, \quad p_N = -H_t^{-1} g_t, \quad"
        r" H_t = \nabla^2 f(\theta_{t-1})",
        r"c_t = p_U \text{ if } g_t^\top H_t g_t > 0 \text{ and } \|p_U\| < \Delta_{t-1},"
        r" \text{ else } -\Delta_{t-1}\, g_t / \|g_t\|",
        r"p_t = p_N \text{ if } H_t \succ 0 \text{ and } \|p_N\| < \Delta_{t-1},"
        r" \text{ else } c_t + \tau_t (p_N - c_t)",
        r"\|p_t\| = \Delta_{t-1} \text{ if } \tau_t > 0",
        r"\rho_t = \frac{f(\theta_{t-1}) - f(\theta_{t-1} + p_t)}"
        r"{-g_t^\top p_t - \frac{1}{2} p_t^\top H_t p_t}",
        r"\Delta_t = \Delta_{t-1} / 4 \text{ if } \rho_t < \tfrac{1}{4}, \quad"
        r" 2 \Delta_{t-1} \text{ if } \rho_t > \tfrac{3}{4} \text{ and } \|p_t\| = \Delta_{t-1},"
        r" \text{ else } \Delta_{t-1}, \quad \Delta_0 = \Delta",
        r"\theta_t = \theta_{t-1} + p_t \text{ if } \rho_t > \eta, \text{ else } \theta_{t-1}",
    )
    symbols = MappingProxyType({"radius": r"\Delta_t"})
    words = MappingProxyType(
        {
            "radius": ("Radius", "how far the next step may go"),
            "rho": ("Promise", "the share of the predicted fall that came true"),
            "p": ("Trial", "the step that was tried"),
            "tau": ("Turn", "how far on towards Newton’s step; 0 for not at all"),
            "step": ("Step", "the trial where the loss fell enough, else none"),
        }
    )
    reference = Function("scipy.optimize", "minimize", {"method": "dogleg"})
    planar = True
    showcase = "surface=himmelblau&start=0.5,0.5&steps=30&lane=trust_region(radius=0.5)&lane=newton"
    see = (
        "Trust region goes downhill to a minimum in {first_below[0, 0.001]:.0f} steps; Newton, "
        "which seeks any level point, ends on the hill at a loss of {ending[1]:.3g}."
    )

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
        nothing = np.zeros(())
        radius = np.array(self.radius)
        return {"radius": radius, "rho": nothing, "p": np.zeros_like(theta), "tau": nothing}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        g, radius = loss.gradient(theta), float(state["radius"])
        stay = state | {"step": np.zeros_like(theta)}
        if np.hypot(*g) < SETTLED:
            return theta, stay
        H = loss.hessian(theta)
        p, tau, at_the_edge = dogleg(g, H, radius)
        predicted = -(dot(g, p) + 0.5 * bend(H, p))
        if not predicted > 0:
            return theta, stay
        rho = (loss.value(theta) - loss.value(theta + p)) / predicted
        if not rho >= 0.25:
            radius *= 0.25
        elif rho > 0.75 and at_the_edge:
            radius = min(2 * radius, LARGEST_RADIUS)
        step = -p if rho > self.eta else np.zeros_like(theta)
        new = {"radius": np.array(radius), "rho": np.array(rho), "p": p, "tau": np.array(tau)}
        return theta - step, new | {"step": step}

    def sketch(self, before: Array, after: Array, state: State) -> Array:
        x, y = after
        return np.array([[x, x + state["radius"]], [y, y]])


def bend(H: Array, p: Array) -> np.float64:
    """The second derivative along p, times its length squared."""
    return dot(p, product(H, p[:, None])[:, 0])


def _near_one(array: Array) -> tuple[Array, np.float64]:
    """An array over a power of two, so that no product of its numbers overflows, and that power."""
    power = np.ldexp(1.0, np.frexp(np.abs(array).max())[1] - 1)
    return array / power, power


def dogleg(g: Array, H: Array, radius: float) -> tuple[Array, float, bool]:
    """The step within the radius, its τ, and whether it ends on the circle.

    τ is how far it goes on from Cauchy's point to Newton's; 0 where it does not turn there.
    """
    (g, one), (H, other) = _near_one(g), _near_one(H)
    scale = one / other
    determinant = H[0, 0] * H[1, 1] - H[0, 1] ** 2
    definite = H[0, 0] > 0 and determinant > 0
    steepest, curvature = np.hypot(*g), bend(H, g)
    if definite:
        across = np.array([H[1, 1] * g[0] - H[0, 1] * g[1], H[0, 0] * g[1] - H[0, 1] * g[0]])
        newton: Array = -across / determinant * scale
        if np.hypot(*newton) < radius:
            return newton, 0.0, False
    cauchy = -dot(g, g) / curvature * g * scale if curvature > 0 else -np.inf * g
    if not np.hypot(*cauchy) < radius:
        return -radius / steepest * g, 0.0, True
    if not definite:
        return cauchy, 0.0, False
    # The larger root of |cauchy + τ (newton - cauchy)| = radius.
    d = newton - cauchy
    a, b, c = dot(d, d), 2 * dot(cauchy, d), dot(cauchy, cauchy) - radius**2
    q = b + np.copysign(np.sqrt(b**2 - 4 * a * c), b)
    tau = max(-q / (2 * a), -2 * c / q)
    return cauchy + tau * d, float(tau), True
