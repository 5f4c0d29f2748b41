from dataclasses import dataclass
from types import MappingProxyType

from optimizers.adam import Adam
from optimizers.base import Array, Loss, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class Lookahead(Optimizer):
    """Lookahead. Zhang et al. 2019, Algorithm 1, https://arxiv.org/abs/1907.08610

    Computes what pytorch_optimizer.Lookahead(pullback_momentum="none") computes: θ is the fast
    iterate, and the base's own averages are left as they are when it is pulled back. The state is
    the base's, with the slow iterate added; step is the whole move. A base that keeps its points to
    itself, such as Nelder-Mead, takes no notice of being pulled back.
    """

    name = "Lookahead"
    summary = "Lets any optimizer run ahead k steps, then goes part of the way."
    family = "wrapper"
    year = 2019
    paper = "Lookahead Optimizer: k Steps Forward, 1 Step Back"
    rule = (
        r"\tilde\theta_t = \mathrm{base}(\theta_{t-1})",
        r"\phi_t = \phi_{t-1} + \alpha\, (\tilde\theta_t - \phi_{t-1}) \text{ if } k \mid t,"
        r" \text{ else } \phi_{t-1}, \quad \phi_0 = \theta_0",
        r"\theta_t = \phi_t \text{ if } k \mid t, \text{ else } \tilde\theta_t",
    )
    symbols = MappingProxyType({"slow": r"\phi_t"})
    reference = "pytorch_optimizer.Lookahead"
    showcase = "surface=quadratic&steps=200&lane=lookahead(sgd(lr=0.079))&lane=sgd(lr=0.079)"

    base: Optimizer = hyperparameter(  # noqa: RUF009
        Adam(),
        symbol=r"\text{base}",
        help="The optimizer that runs ahead.",
        suggestion=Adam.suggested(),
    )
    k: int = hyperparameter(
        5,
        symbol="k",
        help="How many steps the base runs ahead.",
        low=1.0,
        slider=(1.0, 100.0),
    )
    alpha: float = hyperparameter(
        0.5,
        symbol=r"\alpha",
        help="How much of the way the slow iterate then goes. 1 is the base itself.",
        high=1.0,
        slider=(0.0, 1.0),
    )

    def init(self, theta: Array) -> State:
        return self.base.init(theta) | {"slow": theta}

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        slow = state["slow"]
        fast, state = self.base.step(t, theta, loss, state)
        if t % self.k == 0:
            fast = slow = slow + self.alpha * (fast - slow)
        return fast, state | {"slow": slow, "step": theta - fast}
