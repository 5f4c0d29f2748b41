"""What every optimizer in the registry promises."""

import dataclasses
import math
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import strategies
from bad_values import is_refused_in_a_sentence
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from experiment import Experiment, descend, descend_all, run
from experiment.outcome import DIVERGED_WIDTHS, REACH
from optimizers import FAMILIES, OPTIMIZERS, Optimizer, Unsuited
from surfaces import SURFACES

pytestmark = pytest.mark.paths

ALL = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)

FIELDS = pytest.mark.parametrize(
    ("cls", "key"),
    [(cls, key) for cls in OPTIMIZERS.values() for key in cls.hyperparameters()],
    ids=lambda part: part if isinstance(part, str) else part.key,
)

RATED = pytest.mark.parametrize(
    "cls",
    [cls for cls in OPTIMIZERS.values() if "lr" in cls.hyperparameters()],
    ids=[key for key, cls in OPTIMIZERS.items() if "lr" in cls.hyperparameters()],
)

VECTORIZED = pytest.mark.parametrize(
    "cls",
    [cls for cls in OPTIMIZERS.values() if cls.vectorized],
    ids=[key for key, cls in OPTIMIZERS.items() if cls.vectorized],
)

POINTS = np.array([[1.0, -0.5, 2.0], [1.0, 0.25, -1.5]])


def spread(statement, n):
    """n values over the slider, or n times the default where one run has one value."""
    if statement.kind != "number":
        return [statement.default] * n
    low, high = statement.slider
    space = np.geomspace if statement.scale == "log" else np.linspace
    return space(low, high, n + 2)[1:-1].tolist()


# The statement of a hyperparameter


@ALL
def test_an_optimizer_is_known_by_its_file_and_says_what_it_is(cls):
    folder = Path(__file__).parent.parent / "optimizers"
    assert (folder / f"{cls.key}.py").is_file()
    assert OPTIMIZERS[cls.key] is cls
    assert cls.name
    assert cls.summary.endswith(".")
    assert "https://" in cls.__doc__, "the docstring names the source"


@ALL
def test_an_optimizer_says_in_plain_words_what_it_does(cls):
    """In one sentence without a sign, a number or a hyperparameter's name."""
    words = cls.plain.split()
    assert 8 <= len(words) <= 26
    assert re.fullmatch(r"[A-Z][A-Za-z ,:'-]+\.", cls.plain)
    known = ("learning", "rate", "momentum", "Adam", "AdamW")  # which the parent's name may be
    for field in cls.hyperparameters():
        assert field in known or field not in words
    assert cls.plain != cls.summary


def test_no_two_optimizers_share_a_name_or_a_sentence():
    assert len({cls.plain for cls in OPTIMIZERS.values()}) == len(OPTIMIZERS)
    assert len({cls.name for cls in OPTIMIZERS.values()}) == len(OPTIMIZERS)


@ALL
def test_an_optimizer_has_its_place_among_the_others(cls):
    assert cls.family in FAMILIES
    assert 1600 < cls.year < 2100
    assert cls.reference
    assert 0 < cls.agreement < 1e-3
    assert cls.rule
    assert all(line.count("{") == line.count("}") and "$" not in line for line in cls.rule)
    assert not cls.parent or cls.parent in OPTIMIZERS
    younger = [cls]
    while younger[-1].parent:
        parent = OPTIMIZERS[younger[-1].parent]
        assert parent not in younger
        assert parent.year <= younger[-1].year
        younger.append(parent)


@ALL
def test_its_showcase_is_a_race_against_its_parent_in_which_they_differ(cls):
    experiment = Experiment.from_query(cls.showcase)
    assert experiment.problems == ()
    keys = [lane.optimizer.key for lane in experiment.lanes]
    assert cls.key in keys
    assert not cls.parent or cls.parent in keys
    paths = [trajectory.theta for trajectory in run(experiment)]
    assert all(len(path) > 3 for path in paths)
    if len(paths) > 1:
        rows = min(map(len, paths))
        widest = max(experiment.surface.domain[1] - experiment.surface.domain[0], 1)
        apart = np.abs(paths[0][:rows] - paths[1][:rows]).max()
        assert apart > 0.01 * widest, "the difference shows"


@FIELDS
def test_a_hyperparameter_is_stated_in_full(cls, key):
    statement = cls.hyperparameters()[key]
    assert statement.admits(statement.default)
    assert statement.admits(statement.suggestion)
    assert statement.symbol.strip()
    assert statement.help.endswith(".")
    assert "\n" not in statement.help

    if statement.kind in ("number", "whole"):
        assert math.isfinite(statement.default)
        low, high = statement.slider
        assert low < high
        assert statement.admits(low)
        assert statement.admits(high)
        assert statement.scale in ("linear", "log", "complement")
        assert statement.scale != "log" or low > 0
        assert statement.scale != "complement" or high < 1
        assert low <= statement.suggestion <= high, "a new lane's slider can show its value"
    else:
        assert statement.slider is None
        assert type(statement.checked(statement.suggestion)) is type(statement.suggestion)
        assert statement.kind != "choice" or len(set(statement.choices)) >= 2


@ALL
def test_what_is_left_out_is_at_its_default(cls):
    defaults = {key: h.default for key, h in cls.hyperparameters().items()}
    suggestions = {key: h.suggestion for key, h in cls.hyperparameters().items()}
    assert cls() == cls(**defaults)
    assert cls.suggested() == cls(**suggestions)


@FIELDS
def test_a_value_out_of_range_is_refused_in_a_sentence(cls, key):
    statement = cls.hyperparameters()[key]
    is_refused_in_a_sentence(lambda value: cls(**{key: value}), statement, cls.name)
    if statement.kind == "optimizer":
        with pytest.raises(ValueError, match="must be an optimizer that is no wrapper"):
            cls(**{key: cls()})


def test_the_ranges_read_like_this():
    sentences = {
        "lr": "a finite number of at least 0",
        "beta1": "at least 0 and below 1",
        "bias_correction": "true or false",
    }
    adam = OPTIMIZERS["adam"].hyperparameters()
    assert {key: adam[key].range for key in sentences} == sentences
    assert OPTIMIZERS["momentum"].hyperparameters()["momentum"].range == "at least 0 and at most 1"


@RATED
def test_one_number_has_one_form(cls):
    whole = cls(lr=1)
    assert whole == cls(lr=1.0) == cls(lr=np.float32(1))
    assert hash(whole) == hash(cls(lr=1.0))
    assert type(whole.lr) is float


@ALL
def test_an_optimizer_is_frozen(cls):
    with pytest.raises(dataclasses.FrozenInstanceError):
        cls().lr = 2.0


# The rule


def points(cls):
    """Three points for a method that runs several at once, one for another."""
    return POINTS if cls.vectorized else POINTS[:, 1]


class ReadOnly:
    """A loss whose answers cannot be written to."""

    def __init__(self, surface):
        self.surface = surface

    def value(self, theta):
        return frozen(self.surface.value(theta))

    def gradient(self, theta):
        return frozen(self.surface.gradient(theta))

    def hessian(self, theta):
        return frozen(self.surface.hessian(theta))


def frozen(array):
    array = np.array(array)
    array.flags.writeable = False
    return array


@ALL
def test_a_step_changes_nothing_that_it_is_given(cls):
    optimizer = cls(**{key: spread(h, 1)[0] for key, h in cls.hyperparameters().items()})
    loss = ReadOnly(SURFACES["beale"])
    theta = frozen(points(cls))
    state = {key: frozen(value) for key, value in optimizer.init(theta).items()}
    for t in range(1, 6):
        with np.errstate(all="ignore"):  # writing to any of these would raise
            moved, new = optimizer.step(t, theta, loss, state)
            again, same = optimizer.step(t, theta, loss, state)
        np.testing.assert_array_equal(moved, again)
        assert new.keys() == same.keys()
        for key in new:
            np.testing.assert_array_equal(new[key], same[key])
        theta, state = frozen(moved), {key: frozen(value) for key, value in new.items()}


@ALL
def test_the_state_names_the_step_and_keeps_its_shapes(cls):
    """So that histories stack; of several runs the last axes are the runs."""
    optimizer = cls.suggested()
    for shape in [(2,), (2, 3), (2, 3, 4)] if cls.vectorized else [(2,)]:
        theta = np.full(shape, 0.5)
        state, shapes = optimizer.init(theta), {}
        for t in range(1, 4):
            before = state
            with np.errstate(all="ignore"):
                moved, state = optimizer.step(t, theta, SURFACES["beale"], state)
            assert before.keys() <= state.keys()
            assert moved.shape == shape
            np.testing.assert_allclose(theta - state["step"], moved, rtol=1e-12, atol=1e-15)
            theta = moved
            for key, array in [*before.items(), *state.items()]:
                assert np.shape(array) == shapes.setdefault(key, np.shape(array)), key
                assert np.asarray(array).dtype == np.float64, key
                assert np.shape(array)[len(np.shape(array)) - len(shape) + 1 :] == shape[1:], key
        assert state["step"].shape == shape


@pytest.mark.parametrize("cls", [cls for cls in OPTIMIZERS.values() if not cls.vectorized])
def test_a_method_that_takes_one_point_says_so(cls):
    with pytest.raises(ValueError, match=f"^{re.escape(cls.name)} .* one point at a time"):
        descend_all(cls(), SURFACES["beale"], POINTS, 5)


@pytest.mark.parametrize("lr", [np.array([0.1, 0.2]), np.ones((2, 3)), np.array([0.1])])
@pytest.mark.parametrize("start", [(1.0, 1.0), np.ones((2, 5))], ids=["one", "five"])
def test_an_array_that_does_not_fit_the_starts_is_named(start, lr):
    adam = OPTIMIZERS["adam"](lr=lr)
    runs = descend if np.ndim(start) == 1 else descend_all
    for optimizer in (adam, OPTIMIZERS["lookahead"](adam)):
        if np.ndim(start) == 2 and lr.shape == (1,):
            descend_all(optimizer, SURFACES["beale"], start, 2)
        else:
            with pytest.raises(
                ValueError, match=r"^Adam's lr has shape .* does not fit the starts"
            ):
                runs(optimizer, SURFACES["beale"], start, 2)


@VECTORIZED
def test_a_batch_is_a_loop_of_single_runs(cls):
    together = descend_all(cls.suggested(), SURFACES["beale"], POINTS, 40)
    for member, start in zip(together, POINTS.T, strict=True):
        assert_same_run(member, descend(cls.suggested(), SURFACES["beale"], start, 40))


@VECTORIZED
def test_a_sweep_is_a_loop_of_single_runs(cls):
    """Every number an array over the runs, and a schedule on top."""
    n = POINTS.shape[1]
    statements = cls.hyperparameters()
    columns = {key: spread(h, n) for key, h in statements.items() if h.kind == "number"}
    arrays = {key: np.array(column) for key, column in columns.items()}
    factors = np.linspace(1, 0.5, 40)

    sweep = descend_all(cls(**arrays), SURFACES["beale"], POINTS, 40, factors=factors)
    for i, (member, start) in enumerate(zip(sweep, POINTS.T, strict=True)):
        values = {key: column[i] for key, column in columns.items()}
        single = descend(cls(**values), SURFACES["beale"], start, 40, factors=factors)
        assert_same_run(member, single)
    for key, column in arrays.items():
        np.testing.assert_array_equal(column, columns[key], err_msg=f"{key} was changed")


def assert_same_run(member, single):
    # NumPy's loops over arrays may round powers differently than those over single numbers.
    np.testing.assert_allclose(member.theta, single.theta, rtol=1e-11)
    np.testing.assert_allclose(member.loss, single.loss, rtol=1e-9, atol=1e-15)
    for key in single.state:
        np.testing.assert_allclose(member.state[key], single.state[key], rtol=1e-9, atol=1e-15)
    assert member.outcome == single.outcome


@RATED
def test_a_scheduled_optimizer_differs_in_its_learning_rates_alone(cls):
    for lr in (0.5, np.array([0.5, 1.5])):
        optimizer = cls(lr=lr)
        half = optimizer.scheduled(0.5)
        np.testing.assert_array_equal(half.lr, np.multiply(lr, 0.5))
        np.testing.assert_array_equal(optimizer.lr, lr)
        rest = set(cls.hyperparameters()) - {"lr", "final_lr"}
        assert all(getattr(half, key) == getattr(optimizer, key) for key in rest)


@ALL
def test_a_schedule_reaches_a_wrapped_optimizer_and_leaves_what_has_no_rate(cls):
    half = cls().scheduled(0.5)
    for key, value in cls().values().items():
        if isinstance(value, Optimizer):
            assert getattr(half, key).lr == 0.5 * value.lr
    if "lr" not in cls.hyperparameters() and not cls().wraps:
        assert half == cls()


# The outcome


def replay(optimizer, surface, start, steps):
    """The points up to the one that is not finite, or farther out than a run may go; and which.

    A method that cannot go on ends there; the third is whether it did. The last is that point.
    """
    x0, x1, y0, y1 = surface.domain
    bound = DIVERGED_WIDTHS * max(x1 - x0, y1 - y0)
    theta = np.array(start)
    state, points = optimizer.init(theta), []
    for t in range(steps + 1):
        if t:
            try:
                theta, state = optimizer.step(t, theta, surface, state)
            except Unsuited:
                return points, None, True, None
        loss, gradient = surface.value(theta), surface.gradient(theta)
        if not (np.isfinite(theta).all() and np.isfinite(loss) and np.isfinite(gradient).all()):
            return points, t, False, theta
        points.append(theta)
        if np.abs(theta).max() >= bound:
            return points, t, False, theta
    return points, None, False, None


finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=300)
@given(
    optimizer=strategies.optimizers,
    surface=strategies.surfaces(),
    start=st.tuples(finite, finite) | st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
    steps=st.integers(1, 25),
)
def test_the_outcome_is_true_whatever_the_settings(optimizer, surface, start, steps):
    assume(np.isfinite(surface.value(start)) and np.isfinite(surface.gradient(start)).all())
    trajectory = descend(optimizer, surface, start, steps)
    with np.errstate(all="ignore"):
        points, ended_at, refused, last = replay(optimizer, surface, start, steps)

    np.testing.assert_array_equal(trajectory.theta, points)
    rows = len(points)
    shapes = {"theta": (rows, 2), "loss": (rows,), "gradient": (rows, 2), "asked": (rows, 3)}
    arrays = {name: getattr(trajectory, name) for name in shapes}
    assert {name: array.shape for name, array in arrays.items()} == shapes
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert rows == 1 or trajectory.state["step"].shape == (rows - 1, 2)
    assert all(len(array) == rows - 1 for array in trajectory.state.values())
    assert not any(a.flags.writeable for a in [*arrays.values(), *trajectory.state.values()])

    outcome = trajectory.outcome
    assert type(outcome.step) is int
    assert bool(outcome.reason) == bool(outcome.cause)
    if ended_at is not None:
        assert outcome.step == ended_at
        assert outcome.kind == ("stopped" if outcome.cause else "diverged")
        assert (outcome.cause == "undetermined") == np.isnan(last).any()
    elif refused:
        assert outcome.step == rows - 1
        assert (outcome.kind, outcome.cause) in (("stopped", "unsuited"), ("converged", ""))
    else:
        assert rows - 1 == steps
        assert outcome.cause == ""
        if outcome.kind in ("moving", "swinging"):
            assert outcome.step == steps
        else:
            assert outcome.kind in ("converged", "level", "stopped")
            x0, x1, y0, y1 = surface.domain
            stayed = np.hypot(
                *(trajectory.theta[outcome.step :] - trajectory.theta[outcome.step]).T
            )
            assert (stayed <= REACH * min(x1 - x0, y1 - y0)).all()


# Bias correction


def test_without_bias_correction_adams_first_steps_are_too_large():
    """(1 - β1^t)/√(1 - β2^t) times the corrected step: 3.16 at first, at most 6.57 at t = 12."""
    with_it, without = (OPTIMIZERS["adam"](eps=0.0, bias_correction=on) for on in (True, False))
    theta, g = np.zeros(2), np.array([3.0, -0.02])
    state, ratio = with_it.init(theta), {}
    for t in range(1, 1001):
        _, plain = without.update(t, theta, g, state)
        _, state = with_it.update(t, theta, g, state)
        ratio[t] = plain["step"] / state["step"]
        formula = (1 - 0.9**t) / math.sqrt(1 - 0.999**t)
        np.testing.assert_allclose(ratio[t], formula, rtol=1e-12)

    assert ratio[1][0] == pytest.approx(3.16, abs=0.005)
    assert max(ratio, key=lambda t: ratio[t][0]) == 12
    assert ratio[12][0] == pytest.approx(6.57, abs=0.005)
    assert all((r > 1).all() for r in ratio.values())


@ALL
def test_what_a_rule_is_said_to_divide_by_stands_in_it_under_a_root(cls):
    """In every position of its switches; and none that stands there is left unsaid."""
    switches = [key for key, h in cls.hyperparameters().items() if h.kind == "switch"]
    for on in product((False, True), repeat=len(switches)):
        optimizer = dataclasses.replace(cls(), **dict(zip(switches, on, strict=True)))
        rule = " ".join(optimizer.rule_as_set())
        named = optimizer.divides_by_as_set()
        assert not named or rf"\sqrt{{{optimizer.symbol(named)}" in rule
        roots = {r"\sqrt{v_t": "v", r"\sqrt{\hat v_t": "v_hat", r"\sqrt{G_t": "G"}
        assert named or not any(root in rule for root in roots)
