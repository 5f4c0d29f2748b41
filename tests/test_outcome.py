"""What a run is said to have done is true: whatever the loss's scale, and whichever row is last."""

import numpy as np
import pytest

from experiment import Experiment, descend, run, settle
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula

pytestmark = pytest.mark.paths

SGD, LION, ADAM = (OPTIMIZERS[key] for key in ("sgd", "lion", "adam"))
SWINGING_LION = LION(lr=0.05, beta1=0.9, beta2=0.99, weight_decay=0.0)


def outcomes(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    return [trajectory.outcome for trajectory in run(experiment)]


def kinds(query):
    return [outcome.kind for outcome in outcomes(query)]


@pytest.mark.parametrize("steps", range(290, 311))
def test_who_swings_past_the_minimum_has_not_converged_whichever_row_is_last(steps):
    (kind,) = kinds(f"surface=quadratic&start=-2,1&steps={steps}&lane=lion(lr=0.05,weight_decay=0)")
    assert kind == "swinging"


@pytest.mark.parametrize(
    "lane", ["signsgd(lr=0.03)", "signum(lr=0.03)", "lion(lr=0.02)", "tiger(lr=0.02)"]
)
@pytest.mark.parametrize(
    ("surface", "start"), [("quadratic", "-2,1"), ("booth", "1.5,2.4"), ("himmelblau", "3.5,2.5")]
)
@pytest.mark.parametrize("steps", [997, 1000])
def test_a_sign_without_a_schedule_swings_for_ever(lane, surface, start, steps):
    assert kinds(f"surface={surface}&start={start}&steps={steps}&lane={lane}") == ["swinging"]


@pytest.mark.parametrize("growth", [0.5, 0.9, 1.0, 1.1, 2.0, 10.0])
@pytest.mark.parametrize("steps", [*range(1, 9), 15, 16])
def test_who_goes_one_way_does_not_swing_however_few_and_uneven_the_steps(steps, growth):
    slope, lengths = from_formula("x", start=(0.0, 0.0)), growth ** np.arange(steps)
    rate = 4 / lengths.sum()
    path = descend(SGD(lr=rate), slope, (0.0, 0.0), steps, factors=lengths)
    assert path.outcome.kind in ("moving", "stopped")
    assert (
        settle(SGD(lr=rate), slope, np.zeros((2, 2)), steps, factors=lengths).kind.tolist()
        == [path.outcome.kind] * 2
    )


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("lane", ["sgd(lr=0.1)", "adam(lr=0.1)", "lion(lr=0.5)", "newton"])
def test_too_few_steps_show_no_swing(lane, steps):
    assert kinds(f"formula=exp(-(x^2%2By^2))&start=1,0.5&steps={steps}&lane={lane}") != ["swinging"]


def test_a_learning_rate_just_below_the_limit_dies_out_and_at_the_limit_does_not():
    bowl = from_formula("12.5x^2 + 12.5y^2", (-2, 2, -2, 2), (1.0, 0.5))
    assert descend(SGD(lr=0.0792), bowl, bowl.start, 1000).outcome.kind == "converged"
    assert descend(SGD(lr=0.08), bowl, bowl.start, 1000).outcome.kind == "swinging"


@pytest.mark.parametrize(
    "query",
    [
        "surface=plateau(steepness=2)&start=4,2&steps=500&lane=sgd(lr=0.1)",
        "surface=easom&domain=-100,100,-100,100&start=-60,-60&steps=500&lane=sgd(lr=0.1)",
        "surface=saddle&start=1,0&steps=500&lane=sgd(lr=0.1)",
        "surface=himmelblau&start=-0.5,-1&steps=50&lane=newton",
        "formula=2&lane=sgd(lr=0.1)&steps=50",
        "formula=-tanh(x)&domain=-20,5,-5,5&start=-19,0&lane=momentum(lr=0.1)&steps=500",
        "formula=-(x^2%2By^2)&start=0,0&lane=adam&steps=50",
    ],
)
def test_level_ground_that_is_no_minimum_is_called_so(query):
    assert kinds(query) == ["level"]


@pytest.mark.parametrize("slope", ["0.0001", "1e-6", "1", "1000"])
@pytest.mark.parametrize("rate", [0.1, 0.001])
def test_who_goes_down_a_slope_is_moving_however_slowly(slope, rate):
    surface = from_formula(f"{slope}x".replace("e-6", "*10^-6*"), start=(1.0, 1.0))
    assert descend(SGD(lr=rate), surface, (1.0, 1.0), 500).outcome.kind == "moving"


@pytest.mark.parametrize("scale", [0.001, 0.05, 1.0, 1000.0])
@pytest.mark.parametrize(
    ("key", "start", "rate", "kind"),
    [
        ("quadratic", (-2.0, 1.0), 0.02, "converged"),
        ("quadratic", (-2.0, 1.0), 1e-4, "moving"),
        ("saddle", (1.0, 0.0), 0.1, "level"),
        ("rosenbrock", (-1.5, 1.5), 0.001, "moving"),
        ("himmelblau", (-1.0, 1.0), 0.01, "converged"),
    ],
)
def test_the_losss_scale_is_no_part_of_the_outcome(key, start, rate, kind, scale):
    """With the rate divided by what the loss is multiplied by, the path is the same."""
    scaled = SURFACES[key].transformed(scale_loss=scale)
    assert descend(SGD(lr=rate / scale), scaled, start, 400).outcome.kind == kind


def test_a_number_added_to_the_loss_is_no_part_of_the_outcome():
    for constant in ("0", "1", "1000", "-500"):
        bowl = from_formula(f"x^2 + y^2 + {constant}", start=(1.0, 1.0))
        assert descend(SGD(lr=0.1), bowl, (1.0, 1.0), 300).outcome.kind == "converged"
        shelf = from_formula(f"tanh(2x)^2 + y^2/2 + {constant}", (-2, 6, -3, 3), (4.0, 2.0))
        assert descend(SGD(lr=0.1), shelf, (4.0, 2.0), 500).outcome.kind == "level"


def test_a_run_converges_since_it_stays_within_a_thousandth_of_the_picture():
    bowl = from_formula("x**2", (-2, 2, -2, 2))
    path = 0.9 ** np.arange(101)  # from x = 1, each step a tenth nearer
    outcome = descend(SGD(lr=0.05), bowl, (1.0, 0.0), 100).outcome
    assert outcome.kind == "converged"
    assert path[outcome.step] <= 2 * 0.001 * 4
    assert descend(SGD(lr=0.05), bowl, (1.0, 0.0), 20).outcome.kind == "moving"
    assert descend(SGD(lr=0.05), bowl, (0.0, 0.0), 5).outcome.step == 0


def test_passing_through_a_flat_place_is_neither_rest_nor_convergence():
    saddle = SURFACES["saddle"]
    for steps in range(60, 101, 8):
        assert descend(SGD(lr=0.1), saddle, (1.0, 1e-9), steps).outcome.kind == "moving"


@pytest.mark.parametrize(
    "formula",
    [
        "abs(x) + abs(y)",
        "max(abs(x), abs(y))",
        "x^2*y^2",
        "(1-x*y)^2",
        "abs(x*y - 1)",
        "x^2",
    ],
)
def test_kinks_lines_and_flat_floors_of_minima_are_minima(formula):
    surface = from_formula(formula, (-2, 2, -2, 2), (1.0, 0.5))
    optimizer, ramp = SGD(lr=0.1), np.linspace(1, 0, 3000) ** 3
    assert descend(optimizer, surface, (1.0, 0.5), 3000, factors=ramp).outcome.kind == "converged"


def test_a_rate_that_runs_out_on_a_slope_is_a_stop_there():
    (outcome,) = outcomes("steps=500&lane=sgd(lr=0.001,schedule=cosine)")
    assert (outcome.kind, outcome.cause) == ("stopped", "")
    (outcome,) = outcomes("steps=50&lane=sgd(lr=0)")
    assert (outcome.kind, outcome.step) == ("stopped", 0)


@pytest.mark.parametrize(
    ("query", "step"),
    [
        ("formula=log(x)%2By&start=0.3,0.2&steps=40&lane=sgd(lr=0.5)", 1),
        ("formula=x*log(x)%2By^2&domain=0.1,2,-1,1&start=1,0&steps=20&lane=sgd(lr=2)", 1),
        ("formula=sqrt(1-x^2-y^2)&start=0.5,0&steps=50&lane=sgd(lr=0.1)", None),
    ],
)
def test_who_steps_to_where_the_loss_is_not_defined_has_stopped_and_says_where(query, step):
    (outcome,) = outcomes(query)
    assert (outcome.kind, outcome.cause) == ("stopped", "undefined")
    assert step in (outcome.step, None)
    assert outcome.reason.endswith("where the loss is not defined.")


@pytest.mark.parametrize(
    "lane",
    [
        "adam(lr=0.1,eps=0)",
        "rmsprop(lr=0.1,eps=0)",
        "adagrad(eps=0)",
        "lookahead(adam(eps=0))",
        "lamb(eps=0)",
    ],
)
def test_0_divided_by_0_is_no_divergence_and_is_named(lane):
    (outcome,) = outcomes(f"formula=x^2&start=1,1&steps=50&lane={lane}")
    assert (outcome.kind, outcome.step, outcome.cause) == ("stopped", 1, "undetermined")
    assert outcome.reason == "It divides 0 by 0 in y, where the gradient is 0: set eps above 0."


def test_noise_makes_a_run_swing_about_the_minimum():
    assert kinds("surface=booth&steps=2000&noise=2&lane=sgd(lr=0.02)") == ["swinging"]


# Only the ends

RUNS = {
    "adam": ADAM(lr=0.1),
    "lion": SWINGING_LION,
    "sgd": SGD(lr=0.0018),
    "momentum": OPTIMIZERS["momentum"](lr=0.01),
    "newton": OPTIMIZERS["newton"](),
    "nelder_mead": OPTIMIZERS["nelder_mead"](),
    "lookahead": OPTIMIZERS["lookahead"](ADAM(lr=0.1)),
}
SURFACE_KEYS = ("rosenbrock", "himmelblau", "easom", "ackley", "saddle", "linear_regression")


def spread(surface, count, seed=0):
    x0, x1, y0, y1 = surface.domain
    return np.random.default_rng(seed).uniform((x0, y0), (x1, y1), (count, 2)).T


def assert_ends_are(ends, runs):
    for i, trajectory in enumerate(runs):
        assert (ends.kind[i], ends.step[i]) == (trajectory.outcome.kind, trajectory.outcome.step)
        assert ends.evaluations[i] >= trajectory.evaluations[-1]
        np.testing.assert_allclose(ends.theta[:, i], trajectory.theta[-1], rtol=1e-11)
        np.testing.assert_allclose(ends.loss[i], trajectory.loss[-1], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("key", SURFACE_KEYS)
def test_ends_are_those_of_the_runs_that_are_recorded(key, name):
    surface, optimizer = SURFACES[key], RUNS[name]
    starts = spread(surface, 12 if optimizer.vectorized else 3)
    ends = settle(optimizer, surface, starts, 120)
    assert_ends_are(ends, [descend(optimizer, surface, start, 120) for start in starts.T])


def test_ends_where_the_loss_is_not_everywhere_defined_are_those_of_the_runs():
    surface = from_formula("log(x) + y^2 + exp(x)", (0.1, 3, -2, 2))
    starts = spread(surface, 30)
    optimizer = SGD(lr=0.4)
    ends = settle(optimizer, surface, starts, 50)
    assert {"stopped"} < set(ends.kind)
    assert_ends_are(ends, [descend(optimizer, surface, start, 50) for start in starts.T])


def test_a_run_ends_alike_alone_and_in_any_batch():
    surface = SURFACES["rosenbrock"]
    starts = spread(surface, 5000)
    together = settle(ADAM(lr=0.5), surface, starts, 60)
    assert len(set(together.kind)) > 1
    for some in (slice(0, 1), slice(2040, 2060), slice(4999, None), slice(None, None, -7)):
        alone = settle(ADAM(lr=0.5), surface, starts[:, some], 60)
        for name in ("theta", "loss", "kind", "step", "whole", "evaluations"):
            np.testing.assert_array_equal(
                getattr(alone, name), getattr(together, name)[..., some], err_msg=name
            )


def test_ends_keep_the_batchs_axes_and_sweep_hyperparameters_over_them():
    rates, starts = np.geomspace(1e-4, 1, 20), np.full((2, 3, 20), 1.5)
    ends = settle(SGD(lr=rates), SURFACES["booth"], starts, 200)
    assert ends.theta.shape == (2, 3, 20)
    assert (
        ends.loss.shape == ends.kind.shape == ends.step.shape == ends.evaluations.shape == (3, 20)
    )
    # 2/L of Booth's Hessian [[10, 8], [8, 10]], whose larger eigenvalue is 18
    assert (ends.kind[:, rates > 2 / 18] == "diverged").all()
    assert not (ends.kind[:, rates < 2 / 18] == "diverged").any()
    for array in ends.arrays().values():
        assert not array.flags.writeable


def test_each_run_can_have_noise_of_its_own_or_all_the_same():
    surface, optimizer = SURFACES["booth"], SGD(lr=0.02)
    starts = np.full((2, 30), 1.0)
    same = settle(optimizer, surface, starts, 300, noise=1.0, seed=5)
    assert np.ptp(same.theta, axis=1).tolist() == [0.0, 0.0]
    seeds = np.arange(30)
    own = settle(optimizer, surface, starts, 300, noise=1.0, seed=seeds)
    np.testing.assert_array_equal(own.theta[:, 5], same.theta[:, 5])
    assert len(np.unique(own.theta[0])) == 30
    backwards = settle(optimizer, surface, starts, 300, noise=1.0, seed=seeds[::-1])
    np.testing.assert_array_equal(backwards.theta, own.theta[:, ::-1])
    (raced,) = run(
        Experiment.from_query("surface=booth&start=1,1&steps=300&noise=1&seed=7&lane=sgd(lr=0.02)")
    )
    np.testing.assert_array_equal(raced.theta[-1], own.theta[:, 7])


def test_runs_that_have_ended_cost_nothing_any_more():
    """Of those that diverge at once nothing more is asked."""
    surface = SURFACES["rosenbrock"]
    starts = np.array([[0.0, 2.0], [0.0, 3.0]])
    ends = settle(SGD(lr=np.array([1e-4, 1.0])), surface, starts, 500)
    assert ends.evaluations[0] == 500
    assert ends.evaluations[1] < 10


class Copying(SGD):
    """Passes on an equal copy of its point."""

    def step(self, t, theta, loss, state):
        return self.update(t, theta, loss.gradient(theta.copy()), state)


def test_the_gradient_at_the_point_is_known_by_the_point_and_not_by_the_array():
    ours, theirs = (
        descend(cls(lr=0.001), SURFACES["beale"], (1.0, 1.0), 5) for cls in (Copying, SGD)
    )
    np.testing.assert_array_equal(ours.given, theirs.given)
    assert np.isfinite(ours.given).all()


FEW_MEET = [{}, {"noise": 0.3}, {"noise": 0.1, "clip": 0.5, "factors": np.linspace(1, 0.1, 40)}]


@pytest.mark.parametrize("met", FEW_MEET, ids=lambda met: " ".join(met) or "nothing")
@pytest.mark.parametrize("surface", ["rosenbrock", "ackley"])
@pytest.mark.parametrize("key", ["sgd", "adam", "rprop", "nelder_mead", "line_search_gd", "lion"])
@pytest.mark.parametrize("rate", [None, 3.0])
def test_a_few_runs_end_as_among_many(key, surface, met, rate):
    """The first are taken by their kernel, one after the other, the second at once."""
    optimizer = OPTIMIZERS[key]()
    if rate is not None and "lr" in optimizer.values():
        optimizer = optimizer.with_values(lr=rate)
    x, y = SURFACES[surface].start
    starts = np.array([[x + 0.01 * i, y - 0.02 * i] for i in range(12)]).T
    many = settle(optimizer, SURFACES[surface], starts, 40, **met)
    few = settle(optimizer, SURFACES[surface], starts[:, :3], 40, **met)
    for name, array in few.arrays().items():
        assert np.array_equal(array, getattr(many, name)[..., :3]), name
