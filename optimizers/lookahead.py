from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizers.adam import Adam
from optimizers.base import Array, Loss, Optimizer, State, hyperparameter
from optimizers.sources import OTHERS, Function, Paper


@dataclass(frozen=True)
class Lookahead(Optimizer):
    """Lookahead. Zhang et al. 2019, Algorithm 1, https://arxiv.org/abs/1907.08610

    Computes what pytorch_optimizer.Lookahead computes: θ is the fast iterate. pullback_momentum is
    what becomes of the base's momentum buffer when θ is pulled back: it is left as it is (none),
    set to zero (reset), or pulled back too, to a slow buffer of its own (pullback). It concerns
    Momentum, Nesterov, SGDW, RMSprop, QHM, Signum, LARS, Muon and Shampoo; other averages, such as
    Adam's, are left as they are, as the reference leaves them. The state is the base's, with the
    slow iterate added; step is the whole move. A base that keeps its points to itself, such as
    Nelder-Mead, takes no notice of being pulled back.
    """

    name = "Lookahead"
    summary = "Lets any optimizer run ahead k steps, then goes part of the way."
    plain = (
        "It lets another method run ahead for a few steps, and then goes only part of the way to "
        "where that has come."
    )
    family = "wrapper"
    year = 2019
    paper = Paper(
        ("Zhang", OTHERS),
        2019,
        "Lookahead Optimizer: k Steps Forward, 1 Step Back",
        "https://arxiv.org/abs/1907.08610",
    )
    rule = (
        r"\tilde\theta_t = \mathrm{base}(\theta_{t-1})",
        r"\phi_t = \phi_{t-1} + \alpha\, (\tilde\theta_t - \phi_{t-1}) \text{ if } k \mid t,"
        r" \text{ else } \phi_{t-1}, \quad \phi_0 = \theta_0",
        r"\theta_t = \phi_t \text{ if } k \mid t, \text{ else } \tilde\theta_t",
    )
    symbols = MappingProxyType(
        {"slow": r"\phi_t", "slow_buffer": r"\psi_t", "fast_buffer": r"\tilde\psi_t"}
    )
    words = MappingProxyType(
        {
            "slow": ("Slow point", "goes part of the way every k steps"),
            "slow_buffer": ("Momenta", "at the last return to the slow point, and now"),
            "fast_buffer": ("Momenta", "at the last return to the slow point, and now"),
            "step": ("Step", "the base’s; every k steps to the slow point"),
        }
    )
    reference = Function("pytorch_optimizer", "Lookahead")
    showcase = "surface=quadratic&steps=200&lane=lookahead(sgd(lr=0.079))&lane=sgd(lr=0.079)"
    see = (
        "SGD swings across the valley; Lookahead's pull back cuts the swings: below 0.1 after "
        "{first_below[0, 0.1]:.0f} steps, SGD after {first_below[1, 0.1]:.0f}."
    )

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
    pullback_momentum: str = hyperparameter(
        "none",
        symbol=r"\text{buffer}",
        help="What becomes of the base's momentum buffer, if it has one, when θ is pulled back.",
        choices=("none", "reset", "pullback"),
    )

    @property
    def buffer(self) -> str:
        """The key of the momentum that is pulled back with θ; empty if none is."""
        return "" if self.pullback_momentum == "none" else self.base.momentum_buffer

    def rule_as_set(self) -> tuple[str, ...]:
        if not self.buffer:
            return self.rule
        back = "0" if self.pullback_momentum == "reset" else r"\psi_t"
        last = (
            rf"{self.base.symbol(self.buffer)} = {back} \text{{ if }} k \mid t,"
            r" \text{ else } \tilde\psi_t"
        )
        if self.pullback_momentum == "reset":
            return (*self.rule, last)
        slow = (
            r"\psi_t = \psi_{t-1} + \alpha\, (\tilde\psi_t - \psi_{t-1}) \text{ if } k \mid t,"
            r" \text{ else } \psi_{t-1}, \quad \psi_0 = 0"
        )
        return (*self.rule, slow, last)

    def init(self, theta: Array) -> State:
        state = self.base.init(theta) | {"slow": theta}
        if self.buffer and self.pullback_momentum == "pullback":
            state["slow_buffer"] = np.zeros_like(theta)
        return state

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        slow = {key: state[key] for key in ("slow", "slow_buffer") if key in state}
        fast, state = self.base.step(t, theta, loss, state)
        state = state | slow
        if self.buffer:
            state["fast_buffer"] = state[self.buffer]
        if t % self.k == 0:
            fast = slow["slow"] + self.alpha * (fast - slow["slow"])
            state = state | {"slow": fast} | self._pulled_back(state)
        return fast, state | {"step": theta - fast}

    def _pulled_back(self, state: State) -> State:
        """The momentum once θ is pulled back."""
        if not self.buffer:
            return {}
        fast = state[self.buffer]
        if self.pullback_momentum == "reset":
            return {self.buffer: np.zeros_like(fast)}
        slow = state["slow_buffer"] + self.alpha * (fast - state["slow_buffer"])
        return {self.buffer: slow, "slow_buffer": slow}
