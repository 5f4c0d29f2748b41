"""Settings in which one method is another, and first steps worked out by hand."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiment import descend
from optimizers import OPTIMIZERS
from surfaces import SURFACES

pytestmark = pytest.mark.paths


def made(key, **hyperparameters):
    return OPTIMIZERS[key](**hyperparameters)


RATE = {"lr": 0.02}
DECAYED = RATE | {"weight_decay": 0.3}
ADAM, ADAMW, SGD = made("adam", **RATE), made("adamw", **DECAYED), made("sgd", **DECAYED)
MOMENTUM = made("momentum", lr=0.002)
START = (-0.5, 0.25)
THREE_EQUAL = {"beta1": 0.9, "beta2": 0.9, "beta3": 0.9}

SAME = {
    "momentum without momentum, dampened": (
        made("momentum", **DECAYED, momentum=0.0, dampening=0.6),
        SGD,
    ),
    "QHM without momentum": (made("qhm", **DECAYED), SGD),
    "QHM without its average": (made("qhm", **DECAYED, momentum=0.9, nu=0.0), SGD),
    "SGDW without momentum": (made("sgdw", **DECAYED), SGD),
    "SGDW without decay": (made("sgdw", lr=0.002, momentum=0.9), MOMENTUM),
    "Nesterov's SGDW without decay": (
        made("sgdw", lr=0.002, momentum=0.9, nesterov=True),
        made("nesterov", lr=0.002),
    ),
    "AggMo without memory": (made("aggmo", **DECAYED, beta1=0.0, beta2=0.0, beta3=0.0), SGD),
    "AggMo with equal memories": (made("aggmo", lr=0.002, **THREE_EQUAL), MOMENTUM),
    "PID without momentum": (made("pid", **DECAYED), SGD),
    "PAdam with Adam's power": (
        made("padam", **RATE, partial=0.5, eps=0.0),
        made("adam", **RATE, eps=0.0),
    ),
    "QHAdam with averages alone": (made("qhadam", **RATE), ADAM),
    "LaProp without memory": (
        made("laprop", **RATE, beta1=0.0, eps=0.0),
        made("adam", **RATE, beta1=0.0, eps=0.0),
    ),
    "AdamW with the largest v, without decay": (
        made("adamw", **RATE, weight_decay=0.0, amsgrad=True),
        made("amsgrad", **RATE),
    ),
    "Adam with a zero under its root": (made("adam", **RATE, eps_root=0.0), ADAM),
    "NAdam's and AdamW's decay, where there is no momentum": (
        made("nadam", **DECAYED, beta1=0.0, decoupled_weight_decay=True),
        made("adamw", **DECAYED, beta1=0.0),
    ),
    "AdEMAMix decoupled, without its slow average": (
        made("ademamix", **DECAYED, alpha=0.0, weight_decouple=True),
        ADAMW,
    ),
    "AdEMAMix without its slow average": (made("ademamix", **RATE, alpha=0.0), ADAM),
    "GrokFast without its filter": (
        made("grokfast_adamw", **DECAYED, beta2=0.999, grokfast_lamb=0.0, eps=1e-300),
        made("adamw", **DECAYED, eps=0.0),
    ),
    "schedule-free SGD at z": (
        made("schedule_free_sgd", **RATE, momentum=0.0),
        made("sgd", **RATE),
    ),
    "Lookahead that goes all the way": (made("lookahead", base=ADAMW, alpha=1.0), ADAMW),
    "Lookahead that goes all the way with its momentum": (
        made("lookahead", base=MOMENTUM, alpha=1.0, pullback_momentum="pullback"),
        MOMENTUM,
    ),
    "adaptive SAM that does not climb": (made("sam", base=ADAMW, rho=0.0, adaptive=True), ADAMW),
    "SAM that does not climb": (made("sam", base=ADAMW, rho=0.0), ADAMW),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_methods_are_one(one, other):
    ours, theirs = (descend(o, SURFACES["beale"], START, 200).theta for o in (one, other))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_soap_on_the_axes_is_adam_a_step_late():
    h = {"lr": 0.02, "beta1": 0.95, "beta2": 0.95}
    soap = descend(made("soap", **h, weight_decay=0.0), SURFACES["beale"], START, 101)
    adam = descend(made("adam", **h, eps=0.0), SURFACES["beale"], START, 100)
    np.testing.assert_array_equal(soap.theta[0], soap.theta[1])
    np.testing.assert_allclose(soap.theta[1:], adam.theta, rtol=1e-5)


def test_shampoo_turns_with_the_bowl():
    """Turning surface and start by 30 degrees turns the path of Shampoo, not of Adagrad."""
    c, s = np.sqrt(0.75), 0.5
    turn = np.array([[c, -s], [s, c]])
    start = np.array([-1.0, 0.5])
    for key, turns in (("shampoo", True), ("adagrad", False)):
        optimizer = made(key, lr=0.3)
        straight = descend(optimizer, SURFACES["quadratic"], start, 30).theta
        bowl = SURFACES["quadratic"].with_values(angle=30.0)
        turned = descend(optimizer, bowl, turn @ start, 30).theta
        assert np.allclose(turned, straight @ turn.T, atol=1e-6) == turns


def inverse_root(matrix):
    """What Shampoo multiplies by once its preconditioner is this, as rows."""
    state = made("shampoo").init(np.zeros(2)) | {"L_x": matrix[0], "L_y": matrix[1]}
    _, state = made("shampoo").update(1, np.zeros(2), np.zeros(2), state)
    return np.array([state["root_x"], state["root_y"]])


def test_shampoos_root_has_the_digits_of_an_eigenvalue_far_below_the_other():
    assert inverse_root(np.diag([1e10, 0.01])) == pytest.approx(np.diag([1e-5, 10.0]), rel=1e-15)
    assert inverse_root(np.diag([0.01, 1e15])) == pytest.approx(
        np.diag([10.0, 1e-15**0.5]), rel=1e-15
    )


@settings(max_examples=200, deadline=None)
@given(a=st.floats(1e-6, 1e12), c=st.floats(1e-6, 1e12), lean=st.floats(-0.99, 0.99))
def test_shampoos_root_is_as_exact_as_its_matrix_allows(a, c, lean):
    """Against 60 digits: a digit is lost where the determinant loses one, and none besides."""
    b = lean * np.sqrt(a * c)
    found = inverse_root(np.array([[a, b], [b, c]]))
    with mpmath.workdps(60):
        values, turn = mpmath.eigsy(mpmath.matrix([[a, b], [b, c]]))
        root = turn * mpmath.diag([value**-0.5 for value in values]) * turn.T
        exact = np.array([[float(root[i, j]) for j in range(2)] for i in range(2)])
    lost = (a * c + b * b) / (a * c - b * b)
    np.testing.assert_allclose(found, exact, rtol=0, atol=4e-16 * (4 + lost) * np.abs(exact).max())


def test_newtons_step_on_a_quadratic_is_what_the_curvatures_ask_for():
    """At once, m is (1 - β1) g and h (1 - β2) D: Sophia's ratio is that of both; AdaHessian's 1."""
    start = np.array([-2.0, 1.0])
    sophia = made("sophia", lr=1.0, beta1=0.5, beta2=0.75, p=10.0)
    adahessian = made("adahessian", lr=1.0)
    for optimizer, ratio in ((sophia, 2.0), (adahessian, 1.0)):
        theta = descend(optimizer, SURFACES["quadratic"], start, 1).theta[1]
        np.testing.assert_allclose(theta, start - ratio * start, atol=1e-12)


def test_cautious_adamws_first_steps_are_scaled_by_two_over_those_that_agree_and_one():
    """Worked out for two gradients; Algorithm 1 of Liang et al. 2024 would scale by 1 and by 2.

    With β1 = β2 = 1/2 the corrected averages are (m̂, v̂) = (g₁, g₁²) and then
    ((g₁ + 2g₂)/3, (g₁² + 2g₂²)/3).
    """
    optimizer = made("cautious_adamw", lr=0.3, beta1=0.5, beta2=0.5, eps=0.0, weight_decay=0.1)
    theta = np.array([1.0, -2.0])
    state = optimizer.init(theta)

    # Both coordinates agree with u = sign(g): the scale is 2/(2 + 1), the decay 1 - 0.3 · 0.1.
    theta, state = optimizer.update(1, theta, np.array([4.0, -3.0]), state)
    np.testing.assert_allclose(theta, [0.97 * (1 - 0.2), 0.97 * (-2 + 0.2)], rtol=1e-14)

    # m̂ = (2, -1/3), but the second gradient is +1: that coordinate rests, the scale is 2/(1 + 1).
    before = theta
    theta, state = optimizer.update(2, theta, np.array([1.0, 1.0]), state)
    np.testing.assert_array_equal(state["mask"], [1.0, 0.0])
    push = 0.3 * 2 / np.sqrt((16 + 2) / 3)
    np.testing.assert_allclose(theta, 0.97 * (before - [push, 0.0]), rtol=1e-14)


def test_amsgrads_correction_lets_its_steps_grow_back():
    """The largest v stays, what corrects it fades: at g = (10, 0.1, 0.1, …) v̂ falls from 100."""
    optimizer = made("amsgrad")
    theta, v_hat, v_max = np.ones(2), [], []
    state = optimizer.init(theta)
    for t in range(1, 300):
        _, state = optimizer.update(t, theta, np.full(2, 10.0 if t == 1 else 0.1), state)
        v_hat.append(state["v_hat"][0])
        v_max.append(state["v_max"][0])
    assert v_hat[0] == pytest.approx(100)
    assert v_hat[-1] < 1
    assert (np.diff(v_max) >= 0).all()


@pytest.mark.parametrize(
    ("key", "corrected", "arrives", "at"),
    [
        ("amsgrad", False, -1, 31),
        ("amsgrad", True, -1, 34),
        ("adam", False, 1, 42),
        ("adam", True, 1, 39),
    ],
)
def test_adam_need_not_converge_and_amsgrad_does(key, corrected, arrives, at):
    """Reddi, Kale & Kumar 2018, Theorem 1, with C = 3: the lowest point of [-1, 1] is -1.

    The gradient is C at every third step and else -1. After `at` steps x is within .1 of the end
    where it arrives, and after six more it stays there.
    """
    optimizer = made(key, lr=0.5, beta1=0.0, beta2=0.1, eps=0.0, bias_correction=corrected)
    theta = np.zeros(2)
    state, path = optimizer.init(theta), [0.0]
    for t in range(1, 1001):
        g = np.full(2, 3.0 if t % 3 == 1 else -1.0)
        theta, state = optimizer.scheduled(t**-0.5).update(t, theta, g, state)
        theta = np.clip(theta, -1, 1)
        path.append(theta[0])
    there = np.array(path) * arrives > 0.9
    assert np.flatnonzero(there)[0] == at
    assert there[at + 6 :].all()


def test_cautious_lion_goes_with_its_present_gradient_or_not_at_all():
    run = descend(
        made("lion", lr=0.05, weight_decay=0.0, cautious=True), SURFACES["himmelblau"], START, 200
    )
    with_it = run.state["step"] * run.gradient[:-1]
    assert (with_it >= 0).all()
    assert (with_it == 0).any()
    moved = (with_it > 0).sum(axis=1)
    length = np.abs(run.state["step"]).max(axis=1)
    np.testing.assert_allclose(length, 0.05 * np.array([0, 1, 2 / 3])[moved], rtol=1e-12)


def test_adaptive_sams_climb_follows_the_units_of_theta():
    """In other units, θ' = c θ and g' = g / c, the climb is c times as long; SAM's is not."""
    c = np.array([100.0, 0.25])
    bowl = SURFACES["quadratic"]

    class Rescaled:
        def gradient(self, theta):
            return bowl.gradient(theta / c) / c

    theta = np.array([-1.3, 0.4])
    for adaptive in (True, False):
        sam = made("sam", base=SGD, rho=0.3, adaptive=adaptive)
        climb, other = (
            sam.step(1, point, loss, sam.init(point))[1]["climb"]
            for point, loss in ((theta, bowl), (c * theta, Rescaled()))
        )
        assert np.allclose(other, c * climb) == adaptive


@pytest.mark.parametrize(
    "optimizer",
    [
        made("sgd"),
        made("momentum", dampening=0.3),
        made("nesterov", momentum=0.8),
        made("sgdw", momentum=0.9),
        made("sgdw", momentum=0.5, nesterov=True),
    ],
    ids=lambda optimizer: optimizer.key,
)
def test_a_heavy_ball_goes_as_many_times_its_rate_as_it_says(optimizer):
    theta, g = np.zeros(2), np.array([3.0, -0.5])
    state = optimizer.init(theta)
    for t in range(1, 400):
        theta, state = optimizer.update(t, theta, g, state)
    np.testing.assert_allclose(state["step"], optimizer.gain * optimizer.lr * g, rtol=1e-9)


def test_aggmos_equal_memories_are_three():
    """The reference keys them by β and would move one memory three times a step."""
    optimizer = made("aggmo", **THREE_EQUAL)
    _, state = optimizer.update(1, np.ones(2), np.ones(2), optimizer.init(np.ones(2)))
    np.testing.assert_array_equal(state["v1"], [1.0, 1.0])
    np.testing.assert_array_equal(state["v1"], state["v3"])


def test_schedule_frees_point_lies_between_z_and_x():
    for key, beta in (("schedule_free_sgd", 0.7), ("schedule_free_adamw", 0.7)):
        name = "momentum" if key == "schedule_free_sgd" else "beta1"
        optimizer = made(key, lr=0.002, warmup_steps=7, r=1.0, **{name: beta})
        run = descend(optimizer, SURFACES["beale"], (1.0, 1.0), 50)
        between = (1 - beta) * run.state["z"] + beta * run.state["x"]
        np.testing.assert_allclose(run.theta[1:], between, rtol=1e-12)


WRAPPERS = [cls for cls in OPTIMIZERS.values() if cls().wraps]


@pytest.mark.parametrize("cls", WRAPPERS, ids=lambda cls: cls.key)
def test_a_wrapper_passes_the_schedule_on(cls):
    assert cls(base=made("momentum", lr=0.5)).scheduled(0.5) == cls(base=made("momentum", lr=0.25))


@pytest.mark.parametrize("cls", WRAPPERS, ids=lambda cls: cls.key)
@pytest.mark.parametrize("key", [key for key, cls in OPTIMIZERS.items() if not cls().wraps])
def test_a_wrapper_runs_any_other(cls, key):
    """Also where Nelder-Mead shrinks its simplex and so asks about two points at once."""
    optimizer = cls(base=OPTIMIZERS[key].suggested())
    named = descend(optimizer.base, SURFACES["beale"], (1.0, 1.0), 2).state
    for surface in (SURFACES[name] for name in ("booth", "rosenbrock", "plateau")):
        run = descend(optimizer, surface, surface.start, 300)
        assert np.isfinite(run.theta).all()
        assert run.state.keys() >= named.keys()
        assert run.state["step"].shape == (len(run.theta) - 1, 2)
        for name, before in optimizer.init(np.array(surface.start)).items():
            assert run.state[name].shape == (len(run.theta) - 1, *np.shape(before)), name


def test_sam_around_a_simplex_shows_the_climb_from_one_point():
    run = descend(made("sam", base=made("nelder_mead")), SURFACES["booth"], (-5.0, 5.0), 300)
    simplex = run.state["simplex"]
    edges = [np.delete(simplex, i, axis=2) for i in range(3)]
    areas = np.abs(np.linalg.det(edges[0] - simplex[:, :, [0]]))
    assert (areas[1:] < 0.3 * areas[:-1]).any(), "it shrinks: each side halves"
    climbs = np.hypot(*run.state["climb"].T)
    np.testing.assert_allclose(climbs[climbs > 0], 0.05, rtol=1e-6)
    assert (climbs > 0).any()


def test_lookahead_goes_part_of_the_way_every_k_steps():
    optimizer = made("lookahead", base=made("sgd", lr=0.01), k=4, alpha=0.25)
    run = descend(optimizer, SURFACES["beale"], (1.0, 1.0), 9)
    slow = run.state["slow"]
    np.testing.assert_array_equal(slow[:3], [[1.0, 1.0]] * 3)
    np.testing.assert_array_equal(run.theta[4], slow[3])
    np.testing.assert_array_equal(slow[3], slow[6])
    fast = run.theta[3] - 0.01 * run.gradient[3]
    np.testing.assert_allclose(run.theta[4], 0.75 * run.theta[0] + 0.25 * fast, rtol=1e-14)


@pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_lookahead_pulls_back_the_momentum_of_what_has_a_buffer(cls):
    """At the step at which θ is pulled back; before it all three go the same way."""
    if cls().wraps:
        with pytest.raises(ValueError, match="no wrapper itself"):
            made("lookahead", base=cls())
        return
    base = cls.suggested()
    runs = {
        kind: descend(
            made("lookahead", base=base, k=3, alpha=0.25, pullback_momentum=kind),
            SURFACES["beale"],
            (1.0, 0.8),
            9,
        )
        for kind in ("none", "reset", "pullback")
    }
    plain = runs["none"]
    np.testing.assert_array_equal(runs["reset"].theta[:4], plain.theta[:4])
    np.testing.assert_array_equal(runs["pullback"].theta[:4], plain.theta[:4])
    key = cls.momentum_buffer
    if not key:
        np.testing.assert_array_equal(runs["reset"].theta, plain.theta)
        np.testing.assert_array_equal(runs["pullback"].theta, plain.theta)
        return
    np.testing.assert_array_equal(runs["reset"].state[key][2], [0.0, 0.0])
    np.testing.assert_allclose(
        runs["pullback"].state[key][2], 0.25 * plain.state[key][2], rtol=1e-14
    )
    slow = runs["pullback"].state["slow_buffer"]
    np.testing.assert_array_equal(slow[2:5], [slow[2]] * 3)
    np.testing.assert_array_equal(slow[5], runs["pullback"].state[key][5])


def test_lookahead_names_the_bases_whose_momentum_it_pulls_back():
    named = [cls.name for cls in OPTIMIZERS.values() if cls.momentum_buffer]
    assert all(name in OPTIMIZERS["lookahead"].__doc__ for name in named)
    plain = made("lookahead").rule_as_set()
    for kind in ("reset", "pullback"):
        assert made("lookahead", pullback_momentum=kind).rule_as_set() == plain, "Adam has none"
        assert made("lookahead", base=MOMENTUM, pullback_momentum=kind).rule_as_set() != plain


def test_sam_asks_for_two_gradients_a_step_and_shows_where():
    run = descend(made("sam", base=SGD, rho=0.2), SURFACES["beale"], (1.0, 1.0), 10)
    np.testing.assert_array_equal(run.evaluations, np.arange(0, 21, 2))
    np.testing.assert_allclose(np.hypot(*run.state["climb"].T), 0.2, rtol=1e-9)
