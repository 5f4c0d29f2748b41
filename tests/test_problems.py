"""Problems that are no f(x, y): the claims of the papers that they come from, run."""

from dataclasses import replace

import numpy as np
import pytest

from experiment import PROBLEMS, Experiment, descend, result_words, settle
from experiment.noise import gaussian
from figures.inspection import inspection
from optimizers import OPTIMIZERS
from surfaces import SURFACES, Problem

pytestmark = pytest.mark.paths

EVERY = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
ADAM, AMSGRAD = OPTIMIZERS["adam"], OPTIMIZERS["amsgrad"]


def first(where):
    """The first step at which something holds."""
    assert where.any()
    return int(where.argmax())


@EVERY
def test_a_problem_is_registered_with_its_source_and_starts_where_it_may(problem):
    start = np.array(problem.start)
    assert PROBLEMS[problem.key] is problem
    assert "https://" in problem.source
    assert start.shape == (problem.size,)
    np.testing.assert_array_equal(problem.project(start), start)
    assert problem.shows.endswith(".")


@EVERY
def test_its_gradient_is_that_of_its_loss_for_any_batch(problem):
    rng = np.random.default_rng(3)
    theta = 0.3 * rng.standard_normal((problem.size, 4))
    g = problem.gradient(theta)
    assert g.shape == theta.shape
    for i in range(problem.size):
        step = np.zeros((problem.size, 1))
        step[i] = 1e-6
        slope = (problem.value(theta + step) - problem.value(theta - step)) / 2e-6
        np.testing.assert_allclose(slope, g[i], atol=1e-8)
    np.testing.assert_array_equal(problem.gradient(theta[:, 1]), g[:, 1])


@pytest.mark.parametrize("key", ["reddi_deterministic", "reddi_online", "alternating_gradients"])
def test_its_loss_is_the_mean_of_what_the_steps_meet(key):
    problem, theta = PROBLEMS[key], np.full((PROBLEMS[key].size, 1), 0.4)
    cycle, stream = 101 if key == "reddi_online" else 6, problem.stream()
    values = [next(stream).value(theta) for _ in range(cycle)]
    np.testing.assert_allclose(np.mean(values, axis=0), problem.value(theta), atol=1e-12)


@EVERY
def test_its_path_can_be_drawn(problem):
    run = descend(OPTIMIZERS["sgd"](lr=0.01), problem, problem.start, 20)
    drawn = problem.drawn(run.theta)
    assert drawn.shape == (len(run.theta), 2)
    assert np.isfinite(drawn).all()


@EVERY
def test_settle_ends_where_descend_does(problem):
    starts = np.array(problem.start)[:, None] + np.array([0.0, -0.01, -0.02])
    ends = settle(OPTIMIZERS["momentum"](lr=0.01), problem, starts, 30)
    for i, start in enumerate(starts.T):
        run = descend(OPTIMIZERS["momentum"](lr=0.01), problem, start, 30)
        np.testing.assert_array_equal(ends.theta[:, i], run.theta[-1])
        assert (ends.kind[i], ends.step[i]) == (run.outcome.kind, run.outcome.step)


# The loop on any number of coordinates


class Bowl(Problem):
    """Three coordinates, of which the last is a twin of the first."""

    name, shapes, start = "Bowl", ((3,),), (1.0, -2.0, 1.0)

    def _curvatures(self, theta):
        return np.array([1.0, 5.0, 1.0]).reshape(3, *(1,) * (np.ndim(theta) - 1))

    def value(self, theta):
        return (self._curvatures(theta) * np.asarray(theta) ** 2).sum(axis=0) / 2

    def gradient(self, theta):
        return self._curvatures(theta) * theta

    def ground(self, theta):
        return np.where(self.value(theta) < 1e-9, "minimum", "slope")


BOWL = Bowl()


@pytest.mark.parametrize("method", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_method_runs_on_any_number_of_coordinates_or_says_that_it_does_not(method):
    optimizer = method.suggested()
    parts = (optimizer, *optimizer.wrapped)
    if any(part.planar or part.sides < 3 for part in parts):
        run = descend(optimizer, BOWL, BOWL.start, 5)
        ends = settle(optimizer, BOWL, np.array([BOWL.start]).T, 5)
        assert len(run.theta) == 1
        assert run.outcome.kind == ends.kind[0] == "stopped"
        limit = "two coordinates, and Bowl has 3"
        if not any(part.planar for part in parts):
            limit = "parameters of at most 2 rows or columns, and Bowl has one of 3"
        assert f"worked out here for {limit}: choose another" in run.outcome.reason
        return
    run = descend(optimizer, BOWL, BOWL.start, 40)
    assert run.theta.shape == (len(run.theta), 3)
    np.testing.assert_allclose(run.theta[:, 0], run.theta[:, 2], rtol=1e-9, atol=1e-12)
    assert run.loss[-1] <= run.loss[0]


def test_noise_and_clipping_know_any_number_of_coordinates():
    sgd = OPTIMIZERS["sgd"](lr=0.1)
    run = descend(sgd, BOWL, BOWL.start, 30, clip=0.5, noise=gaussian(0.1, 1, 3))
    assert np.sqrt((run.given**2).sum(axis=1)).max() == pytest.approx(0.5)
    ends = settle(sgd, BOWL, np.array([BOWL.start] * 2).T, 30, noise=0.1)
    assert ends.theta.shape == (3, 2)


def test_a_run_of_many_steps_comes_to_rest_as_on_the_plane():
    sgd = OPTIMIZERS["sgd"](lr=0.1)
    run = descend(sgd, BOWL, BOWL.start, 2000)
    ends = settle(sgd, BOWL, np.array([BOWL.start]).T, 2000)
    assert run.outcome.kind == ends.kind[0] == "converged"
    assert 0 < run.outcome.step == ends.step[0] < 200


# Adam need not converge (Reddi, Kale & Kumar 2018)


def deterministic(method, bias_correction):
    problem = PROBLEMS["reddi_deterministic"]
    optimizer = method(lr=0.5, beta1=0, beta2=0.1, bias_correction=bias_correction)
    rates = 1 / np.sqrt(np.arange(1.0, 201.0))
    return descend(optimizer, problem, problem.start, 200, factors=rates)


@pytest.mark.parametrize(("corrected", "adams", "amsgrads"), [(False, 42, 31), (True, 39, 34)])
def test_adam_goes_to_the_wrong_end_and_amsgrad_to_the_right_one(corrected, adams, amsgrads):
    adam, amsgrad = (deterministic(method, corrected) for method in (ADAM, AMSGRAD))
    assert first(adam.theta[:, 0] > 0.9) == adams
    assert adam.theta[-1, 0] == pytest.approx(1, abs=0.1)
    assert first(amsgrad.theta[:, 0] < -0.9) == amsgrads


def test_where_the_path_was_put_back_is_recorded():
    adam = deterministic(ADAM, False)
    assert adam.projected.shape == (200,)
    assert adam.projected.any()
    assert not adam.projected.all()
    assert (np.abs(adam.theta[1:, 0])[adam.projected] == 1).all()
    assert np.abs(adam.theta).max() == 1


def test_where_the_path_was_put_back_is_told():
    adam = deterministic(ADAM, False)
    problem, times = PROBLEMS["reddi_deterministic"], int(adam.projected.sum())
    assert f"put back to the edge by {times} steps" in result_words(problem, adam)
    (lane,) = Experiment.from_query("lane=adam").lanes
    told = inspection(lane, adam, 200, ("x",)).packed()["putBack"]
    assert told.tolist() == [t for t in range(1, 201) if adam.projected[t - 1]]
    free = descend(ADAM(), SURFACES["booth"], (1.0, 1.0), 5)
    assert "put back" not in result_words(SURFACES["booth"], free)


def test_online_adam_ends_at_the_wrong_end():
    problem = PROBLEMS["reddi_online"]
    run = descend(ADAM(lr=0.01, beta2=0.99), problem, problem.start, 20_000)
    assert run.theta[-1000:, 0].mean() > 0.9


def test_what_is_drawn_by_chance_is_drawn_by_the_seed_and_repeats():
    problem = PROBLEMS["reddi_stochastic"]

    def drawn(seed, steps):
        stream = problem.stream(0, seed)
        return [next(stream).slope for _ in range(steps)]

    assert drawn(1, 3000)[:50] == drawn(1, 50)
    assert drawn(1, 3000) != drawn(2, 3000)
    assert sum(slope > 0 for slope in drawn(1, 20_000)) == pytest.approx(200, abs=60)


# Decay, margins, matrices


def test_decoupled_decay_goes_straight_and_an_l2_penalty_bends():
    problem, ends = PROBLEMS["alternating_gradients"], {}
    for key in ("adamw", "adam"):
        optimizer = OPTIMIZERS[key](lr=0.001, weight_decay=1.0)
        run = descend(optimizer, problem, problem.start, 2000)
        ends[key] = run.theta[-1]
    np.testing.assert_allclose(ends["adamw"], [0.135, 0.135], atol=1e-3)
    np.testing.assert_allclose(ends["adam"], [0.818, 0.023], atol=1e-3)


@pytest.mark.parametrize(
    ("key", "lr", "error"),
    [
        ("sgd", 0.5, 0),
        ("momentum", 0.1, 0),
        ("adam", 0.01, 0.3),
        ("rmsprop", 0.001, 0.3),
        ("adagrad", 0.1, 0.3),
    ],
)
def test_of_two_solutions_that_fit_only_that_of_least_norm_knows_new_examples(key, lr, error):
    problem = PROBLEMS["classification"]
    run = descend(OPTIMIZERS[key](lr=lr), problem, problem.start, 3000)
    assert run.loss[-1] < 1e-3
    assert problem.error(run.theta[-1]) == pytest.approx(error)


def singular_values(optimizer, angle):
    problem = replace(PROBLEMS["matrix_factorization"], angle=float(angle))
    return problem.drawn(descend(optimizer, problem, problem.start, 600).theta)


@pytest.mark.parametrize("angle", [0, 15, 45])
def test_gradient_descent_finds_the_largest_first_in_any_basis(angle):
    values = singular_values(OPTIMIZERS["sgd"](lr=0.02), angle)
    np.testing.assert_allclose(values[20], [0.0537, 0.0055], atol=1e-4)
    assert (first(values[:, 0] > 3.6), first(values[:, 1] > 0.9)) == (61, 205)


@pytest.mark.parametrize("angle", [0, 15, 45])
def test_muon_raises_both_at_one_rate_in_any_basis(angle):
    muon = OPTIMIZERS["muon"](lr=0.01, beta=0.9, nesterov=False)
    values = singular_values(muon, angle)
    assert (first(values[:, 0] > 3.6), first(values[:, 1] > 0.9)) == (261, 125)
    assert values[20, 1] > 0.9 * values[20, 0]


@pytest.mark.parametrize("angle", [0, 15, 45])
@pytest.mark.parametrize(
    ("key", "settings", "reached"),
    [
        ("shampoo", {"lr": 0.05}, (329, 86)),
        ("soap", {"lr": 0.01, "eps": 1e-3, "precondition_frequency": 1}, (193, 95)),
    ],
)
def test_shampoo_and_soap_raise_both_at_one_rate_in_any_basis(key, settings, reached, angle):
    values = singular_values(OPTIMIZERS[key](**settings), angle)
    assert (first(values[:, 0] > 3.6), first(values[:, 1] > 0.9)) == reached
    assert values[20, 1] > 0.9 * values[20, 0]


# Methods for matrices

ANY = np.array([0.3, -0.2, 0.1, 0.4, 0.5, 0.1, -0.3, 0.2])
"""Two matrices that have no axes in common, with A or with each other."""

ON_MATRICES = {
    "muon": {"lr": 0.01},
    "shampoo": {"lr": 0.1, "momentum": 0.3},
    "soap": {"lr": 0.02, "eps": 0.01, "precondition_frequency": 3},
}


@pytest.mark.parametrize("key", ON_MATRICES)
def test_a_method_for_matrices_turns_with_them_and_adam_does_not(key):
    """U, V and A turned to other axes turn the path: the singular values stay what they were."""
    problem = PROBLEMS["matrix_factorization"]
    c, s = np.sqrt(0.75), 0.5
    turn = np.array([[c, -s], [s, c]])
    turned = np.concatenate(
        [(turn @ each.reshape(2, 2) @ turn.T).ravel() for each in np.split(ANY, 2)]
    )
    for optimizer, turns in ((OPTIMIZERS[key](**ON_MATRICES[key]), True), (ADAM(lr=0.02), False)):
        straight = problem.drawn(descend(optimizer, problem, ANY, 60).theta)
        askew = replace(problem, angle=30.0)
        there = askew.drawn(descend(optimizer, askew, turned, 60).theta)
        assert np.allclose(there, straight, rtol=1e-6) == turns


@pytest.mark.parametrize("key", ON_MATRICES)
def test_many_runs_on_matrices_end_where_each_alone_does(key):
    """At rates of their own, of which one soon is far out, so that the others go on without it."""
    problem = PROBLEMS["matrix_factorization"]
    lr = ON_MATRICES[key]["lr"] * np.array([1.0, 1e9, 0.5])
    optimizer = OPTIMIZERS[key](**ON_MATRICES[key] | {"lr": lr})
    ends = settle(optimizer, problem, np.tile(ANY[:, None], 3), 50)
    assert ends.kind[1] == "diverged"
    for i, rate in enumerate(lr):
        run = descend(replace(optimizer, lr=rate), problem, ANY, 50)
        np.testing.assert_allclose(ends.theta[:, i], run.theta[-1], rtol=1e-9)


@pytest.mark.parametrize("key", ["shampoo", "soap"])
def test_a_parameter_of_one_row_is_a_vector_beside_matrices_too(key):
    """A row of two beside a column of two and a number: the row goes as it does alone."""
    settings = {"lr": 0.1} | ({"precondition_1d": True, "eps": 0.1} if key == "soap" else {})
    optimizer, surface = OPTIMIZERS[key](**settings), SURFACES["rosenbrock"]
    together = optimizer.on(((1, 2), (2, 1), (1,)))
    alone = theta = np.array(surface.start)
    mixed = np.array([*theta, 1.0, -2.0, 3.0])
    state, other = optimizer.init(theta), together.init(mixed)
    for t in range(1, 30):
        g = surface.gradient(alone)
        alone, state = optimizer.update(t, alone, g, state)
        mixed, other = together.update(t, mixed, np.array([*g, *mixed[2:]]), other)
        np.testing.assert_allclose(mixed[:2], alone, rtol=1e-9)
    assert (np.abs(mixed[2:]) < [1.0, 2.0, 3.0]).all()


@pytest.mark.parametrize(
    ("angle", "at_20", "reached"),
    [
        (0, (0.0681, 0.0680), (158, 80)),
        (15, (0.220, 0.0027), (112, 220)),
        (45, (0.2212, 0.0026), (81, 360)),
    ],
)
def test_adam_is_as_muon_in_one_basis_and_the_opposite_in_another(angle, at_20, reached):
    values = singular_values(ADAM(lr=0.01), angle)
    np.testing.assert_allclose(values[20], at_20, atol=2e-4)
    assert (first(values[:, 0] > 3.6), first(values[:, 1] > 0.9)) == reached
