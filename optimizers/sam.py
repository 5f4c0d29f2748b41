from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.adam import Adam
from optimizers.base import Array, Loss, Optimizer, State, hyperparameter, norm
from optimizers.sources import OTHERS, Function, Paper


class _Uphill:
    """The loss as seen ρ up the gradient: what `base` asks at θ is answered there.

    adaptive: whether each coordinate climbs by its own size.
    """

    def __init__(self, loss: Loss, rho: float, adaptive: bool, theta: Array) -> None:
        self.loss = loss
        self.rho = rho
        self.adaptive = adaptive
        self.climb = self.g = np.zeros_like(theta)  # at the last point that was asked for

    def _up(self, theta: Array) -> Array:
        g = self.loss.gradient(theta)
        if self.adaptive:
            climb = self.rho * theta**2 * g / (norm(theta * g) + 1e-12)
        else:
            climb = self.rho * g / (norm(g) + 1e-12)
        if theta.shape == self.climb.shape:  # and not several points at once
            self.climb = climb
        up: Array = theta + climb
        return up

    def value(self, theta: Array) -> Array:
        return self.loss.value(self._up(theta))

    def gradient(self, theta: Array) -> Array:
        g = self.loss.gradient(self._up(theta))
        if theta.shape == self.g.shape:
            self.g = g
        return g

    def hessian(self, theta: Array) -> Array:
        return self.loss.hessian(self._up(theta))


@dataclass(frozen=True)
class SAM(Optimizer):
    """Sharpness-aware minimization. Foret et al. 2021, Algorithm 1, https://arxiv.org/abs/2010.01412

    Computes what pytorch_optimizer.SAM computes, but for the gradient's norm, which it rounds to
    float32 and which is exact here. Whatever else the base asks for, a value or a Hessian, is
    answered uphill too. Each gradient costs two evaluations. The state is the base's, with the
    climb from the last single point that it asked for. With adaptive it is ASAM (Kwon et al. 2021,
    https://arxiv.org/abs/2102.11600, Algorithm 1 with T = |θ| and η = 0), whose neighbourhood grows
    with θ.
    """

    name = "SAM"
    summary = (
        "Hands any optimizer the gradient from a little uphill, which can lead it to flatter "
        "minima."
    )
    plain = (
        "It asks for the slope a little uphill of where it stands, which can lead it to flatter "
        "ground."
    )
    family = "wrapper"
    year = 2020
    paper = Paper(
        ("Foret", OTHERS),
        2021,
        "Sharpness-Aware Minimization for Efficiently Improving Generalization",
        "https://arxiv.org/abs/2010.01412",
    )
    rule = (
        r"\hat\epsilon_t = \rho\, \nabla f(\theta_{t-1}) / (\|\nabla f(\theta_{t-1})\| + 10^{-12})",
        r"g_t = \nabla f(\theta_{t-1} + \hat\epsilon_t)",
        r"\theta_t = \mathrm{base}(\theta_{t-1}, g_t)",
    )
    symbols = MappingProxyType({"climb": r"\hat\epsilon_t"})
    words = MappingProxyType(
        {
            "climb": ("Climb", "a little uphill, to where the gradient is taken"),
            "g": ("Gradient there", "at the end of the climb; the base works with it"),
        }
    )
    reference = Function("pytorch_optimizer", "SAM")
    showcase = "surface=product&steps=1000&lane=sam(sgd(lr=0.02),rho=0.3)&lane=sgd(lr=0.02)"
    see = (
        "SGD stops at the nearest, sharp minimum, {distance[1]:.2g} from the flattest; SAM "
        "slides along the minima to {distance[0]:.2g} from it, at two evaluations a step."
    )

    base: Optimizer = hyperparameter(  # noqa: RUF009
        Adam(),
        symbol=r"\text{base}",
        help="The optimizer that is handed the gradient.",
        suggestion=Adam.suggested(),
    )
    rho: float = hyperparameter(
        0.05,
        symbol=r"\rho",
        help="How far uphill the gradient is taken. 0 is the base itself.",
        slider=(1e-3, 10.0),
        scale="log",
    )
    adaptive: bool = hyperparameter(
        False,
        symbol=r"\text{adaptive}",
        help="Climb each coordinate in proportion to its size, so that scaling θ changes nothing.",
    )

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.adaptive:
            return self.rule
        climb = (
            r"\hat\epsilon_t = \rho\, \theta_{t-1}^2\, \nabla f(\theta_{t-1})"
            r" / (\|\theta_{t-1}\, \nabla f(\theta_{t-1})\| + 10^{-12})"
        )
        return (climb, *self.rule[1:])

    def init(self, theta: Array) -> State:
        zero = np.zeros_like(theta)
        return self.base.init(theta) | {"climb": zero, "g": zero}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        uphill = _Uphill(loss, self.rho, self.adaptive, theta)
        theta, state = self.base.step(t, theta, uphill, state)
        return theta, state | {"climb": uphill.climb, "g": uphill.g}
