from dataclasses import dataclass
from types import MappingProxyType

from optimizers.base import Array, Optimizer, State, l2_penalty, learning_rate
from optimizers.sources import Function, Paper


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent, called SGD when its gradients are stochastic.

    Robbins & Monro 1951, https://doi.org/10.1214/aoms/1177729586. Computes what torch.optim.SGD
    computes without momentum.
    """

    name = "SGD"
    summary = "Straight down the gradient."
    plain = "At every step it walks straight downhill, and further where the ground is steeper."
    family = "first order"
    year = 1951
    paper = Paper(
        ("Robbins", "Monro"),
        1951,
        "A Stochastic Approximation Method",
        "https://doi.org/10.1214/aoms/1177729586",
    )
    rule = (r"\theta_t = \theta_{t-1} - \alpha\, g_t",)
    words = MappingProxyType({"step": ("Step", "against the gradient, times the learning rate")})
    reference = Function("torch.optim", "SGD")
    showcase = "surface=quadratic&steps=200&lane=sgd(lr=0.02)&lane=sgd(lr=0.078)"
    see = (
        "SGD at 0.02 glides along the valley, SGD at 0.078, near the limit, swings across it, "
        "yet ends lower: {ending[1]:.2g} against {ending[0]:.2g}."
    )

    lr: float = learning_rate(0.001)
    weight_decay: float = l2_penalty()

    def init(self, theta: Array) -> State:
        return {}

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        g = g + self.weight_decay * theta
        step = self.lr * g
        return theta - step, {"step": step}
