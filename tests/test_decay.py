"""What a method's weight decay does is measured, and is what its help says."""

import numpy as np
import pytest

from optimizers import OPTIMIZERS
from optimizers.base import DECAYS, DECOUPLING

DECAYED = {key: cls for key, cls in OPTIMIZERS.items() if "weight_decay" in cls.hyperparameters()}
WITH_DECAY = pytest.mark.parametrize("cls", DECAYED.values(), ids=DECAYED)
LAMBDA, LR = 0.5, 0.01
THETA = np.array([1.5, -0.8])
GRADIENTS = np.array([[1.0, -2.0], [0.7, 1.1], [-1.3, 0.4], [0.9, 0.6], [1.2, -0.5]])


class Given:
    """A loss that answers with a gradient of ours."""

    def __init__(self, gradient):
        self.slope = np.asarray(gradient)

    def value(self, theta):
        return np.float64(4.0)

    def gradient(self, theta):
        return self.slope

    def hessian(self, theta):
        return np.array([[2.0, 0.3], [0.3, 1.0]])


def made(cls, weight_decay, **settings):
    settings = {"lr": LR, **settings}
    return cls(**settings, weight_decay=weight_decay)


def last_step(cls, weight_decay, gradient, before=GRADIENTS, **settings):
    """(θ, state) after a step with a decay, the steps before which have none."""
    state = cls.init(made(cls, 0.0, **settings), THETA)
    for t, g in enumerate(before, 1):
        with np.errstate(all="ignore"):
            _, state = made(cls, 0.0, **settings).step(t, THETA, Given(g), state)
    optimizer = made(cls, weight_decay, **settings)
    with np.errstate(all="ignore"):
        return optimizer.step(len(before) + 1, THETA, Given(gradient), state)


def same(one, other):
    return np.allclose(one, other, rtol=1e-12, atol=1e-15)


def lasting(state):
    """What the next step sees of this one."""
    return {key: value for key, value in state.items() if key not in ("step", "decay")}


def alike(one, other):
    """Whether two states lead to the same next step."""
    return all(same(one[key], value) for key, value in lasting(other).items())


def measured(cls, **settings):
    """The kind of decay, told from steps alone; empty if it is none that we know."""
    g = np.array([0.8, -1.7])
    plain, kept = last_step(cls, 0.0, g, **settings)
    decayed, held = last_step(cls, LAMBDA, g, **settings)
    shifted, pulled = last_step(cls, 0.0, g + LAMBDA * THETA, **settings)
    push = THETA - plain
    if same(decayed, shifted) and alike(held, pulled):  # SGDW's differs in what it remembers
        return "gradient"
    if same(np.hypot(*(THETA - decayed)), LR * np.hypot(*THETA)):
        return "ratio"
    if not alike(held, kept):
        resting, _ = last_step(cls, LAMBDA, np.zeros(2), before=(), **settings)
        return "proximal" if same(resting, THETA / (1 + LR * LAMBDA)) else "direction"
    if same(decayed, plain / (1 + LR * LAMBDA)) or same(decayed, THETA / (1 + LR * LAMBDA) - push):
        return "proximal"
    if same(decayed, (1 - LR * LAMBDA) * THETA - push) or same(decayed, (1 - LR * LAMBDA) * plain):
        return "point"
    rate = (plain - decayed) / (LAMBDA * THETA)
    half, _ = last_step(cls, LAMBDA / 2, g, **settings)
    if same(rate[0], rate[1]) and same(half, (plain + decayed) / 2):
        return "rate"
    return ""


@WITH_DECAY
def test_the_decay_does_what_its_help_says(cls):
    statements = cls.hyperparameters()
    decay, said = statements["weight_decay"], DECAYS[statements["weight_decay"].decay]
    switch = next((key for key in DECOUPLING if key in statements), None)
    if switch is None:
        assert measured(cls) == cls().decay_kind == decay.decay
        assert decay.help == said
        return
    for on in (False, True):
        assert measured(cls, **{switch: on}) == cls(**{switch: on}).decay_kind
    assert decay.help == f"{said[:-1]}; decoupled if {switch} is on."


def test_no_kind_of_decay_goes_unused():
    kinds = {cls.hyperparameters()["weight_decay"].decay for cls in DECAYED.values()}
    assert kinds == set(DECAYS)


def test_what_is_no_decay_is_of_no_kind():
    for cls in OPTIMIZERS.values():
        for key, statement in cls.hyperparameters().items():
            assert bool(statement.decay) == (key == "weight_decay")
