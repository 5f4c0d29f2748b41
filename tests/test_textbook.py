"""Methods that no package has step for step: steps by hand, and what the textbooks promise."""

import numpy as np
import pytest

from experiment import descend
from optimizers import OPTIMIZERS
from optimizers.trust_region import SETTLED
from surfaces import SURFACES, from_callable, from_formula

pytestmark = pytest.mark.paths

BANANA = (-1.5, 1.5)
BOWLS = [
    (SURFACES["quadratic"], (-2.0, 1.0)),
    (SURFACES["quadratic"].with_values(condition=900.0, angle=30.0), (-2.0, 1.0)),
    (SURFACES["booth"], (-6.0, 4.0)),
]
ON_BOWLS = pytest.mark.parametrize(("bowl", "start"), BOWLS)


def run(key, surface, start, steps, **hyperparameters):
    return descend(OPTIMIZERS[key](**hyperparameters), surface, start, steps)


def replayed(start, steps, following):
    """The points of a rule written anew: (theta, t) -> the next."""
    points = [np.array(start, float)]
    for t in range(steps):
        points.append(following(points[-1], t))
    return np.array(points)


# Newton


@ON_BOWLS
def test_newton_solves_a_bowl_in_one_step(bowl, start):
    end = run("newton", bowl, start, 1).theta[1]
    np.testing.assert_allclose(end, bowl.minima[0], atol=1e-12)


def test_newtons_first_step_by_hand():
    """x⁴ + y² at (1, 1): the gradient is (4, 2), the Hessian diag(12, 2)."""
    surface = from_formula("x**4 + y**2", domain=(-2, 2, -2, 2))
    np.testing.assert_allclose(run("newton", surface, (1, 1), 1).theta[1], (2 / 3, 0))
    damped = run("newton", surface, (1, 1), 1, damping=2.0, lr=0.5).theta[1]
    np.testing.assert_allclose(damped, (1 - 0.5 * 4 / 14, 1 - 0.5 * 2 / 4))


@pytest.mark.parametrize("damping", [0.0, 3.0])
def test_newton_solves_with_the_hessian(damping):
    surface = SURFACES["rosenbrock"]

    def following(theta, t):
        H = surface.hessian(theta) + damping * np.eye(2)
        return theta - np.linalg.solve(H, surface.gradient(theta))

    ours = run("newton", surface, BANANA, 12, damping=damping).theta
    np.testing.assert_allclose(ours, replayed(BANANA, 12, following), rtol=1e-10)


def test_newton_goes_to_a_saddle_and_says_where_it_cannot_go():
    assert np.abs(run("newton", SURFACES["saddle"], (1.0, 0.5), 1).theta[1]).max() < 1e-15
    flat = from_formula("x**2 + y", domain=(-2, 2, -2, 2))
    stopped = run("newton", flat, (1, 1), 5)
    assert len(stopped.theta) == 1
    assert stopped.outcome.reason.startswith("At (1, 1) the Hessian is singular")
    assert len(run("newton", flat, (1, 1), 5, damping=1.0).theta) == 6


# Barzilai & Borwein


def test_barzilai_and_borweins_first_steps_by_hand():
    """(x² + 4y²)/2 from (1, 1): the second rate is s·s/s·y = 17/65, or s·y/y·y = 65/257."""
    bowl = SURFACES["quadratic"].with_values(condition=4.0)
    for variant, rate in [("bb1", 17 / 65), ("bb2", 65 / 257)]:
        path = run("barzilai_borwein", bowl, (1, 1), 2, lr=0.1, variant=variant)
        np.testing.assert_allclose(path.theta[1], (0.9, 0.6))
        np.testing.assert_allclose(path.state["alpha"], (0.1, rate))
        np.testing.assert_allclose(path.theta[2], (0.9 - rate * 0.9, 0.6 - rate * 2.4))


@pytest.mark.parametrize("variant", ["bb1", "bb2"])
@ON_BOWLS
def test_barzilai_and_borweins_rates_are_inverse_curvatures(bowl, start, variant):
    path = run("barzilai_borwein", bowl, start, 100, lr=1e-4, variant=variant)
    low, high = 1 / np.linalg.eigvalsh(bowl.hessian(start))[::-1]
    rates = path.state["alpha"][1 : path.outcome.step]  # after it, rounding has a say
    assert (rates >= low * (1 - 1e-6)).all()
    assert (rates <= high * (1 + 1e-6)).all()
    assert path.outcome.kind == "converged"


def test_barzilai_and_borwein_keep_their_rate_over_negative_curvature():
    path = run("barzilai_borwein", SURFACES["saddle"], (0.0, 0.5), 10, lr=0.02)
    np.testing.assert_array_equal(path.state["alpha"], 0.02)


# Backtracking


def test_backtrackings_first_step_by_hand():
    """(x² + 25y²)/2 from (0, 1): 1 - 25α must lie above -1 + a little, so α is 1/16."""
    path = run("line_search_gd", SURFACES["quadratic"], (0, 1), 1)
    assert path.state["alpha"][0] == 1 / 16
    assert path.state["tries"][0] == 5
    np.testing.assert_allclose(path.theta[1], (0, 1 - 25 / 16))


@pytest.mark.parametrize("key", ["rosenbrock", "beale", "himmelblau", "rastrigin"])
@pytest.mark.parametrize("c1", [1e-4, 0.3])
def test_backtracking_always_lowers_the_loss_enough(key, c1):
    surface = SURFACES[key]
    path = run("line_search_gd", surface, surface.start, 200, c1=c1, shrink=0.7, max_lr=2.0)
    alpha, squared = path.state["alpha"], (path.gradient[:-1] ** 2).sum(axis=1)
    assert (path.loss[1:] <= path.loss[:-1] - c1 * alpha * squared).all()
    rest = np.log(alpha[alpha > 0] / 2) / np.log(0.7)
    np.testing.assert_allclose(rest, np.round(rest), atol=1e-6)


# Conjugate gradients and quasi-Newton


@pytest.mark.parametrize("beta_rule", ["PR+", "FR", "HS"])
@ON_BOWLS
def test_conjugate_gradients_solve_a_bowl_in_two_steps(bowl, start, beta_rule):
    path = run("conjugate_gradient", bowl, start, 3, beta_rule=beta_rule)
    np.testing.assert_allclose(path.theta[2], bowl.minima[0], atol=1e-6)
    assert path.outcome.kind == "converged"
    first, second = np.diff(path.theta, axis=0)[:2]
    conjugate = first @ bowl.hessian(start) @ second
    scale = np.linalg.norm(first) * np.linalg.norm(second) * bowl.hessian(start).max()
    assert abs(conjugate) < 1e-6 * scale, "the two directions are conjugate"


@pytest.mark.parametrize("beta_rule", ["PR+", "FR", "HS"])
@pytest.mark.parametrize("key", ["rosenbrock", "beale", "himmelblau"])
def test_conjugate_gradients_converge_and_never_climb(key, beta_rule):
    surface = SURFACES[key]
    path = run("conjugate_gradient", surface, surface.start, 150, beta_rule=beta_rule)
    assert path.outcome.kind == "converged"
    assert (np.diff(path.loss) <= 0).all()


@ON_BOWLS
def test_bfgs_learns_the_inverse_hessian_of_a_bowl(bowl, start):
    path = run("bfgs", bowl, start, 60)
    assert path.outcome.kind == "converged"
    moved = np.flatnonzero(np.abs(path.state["step"]).max(axis=1))
    B = path.state["B"][moved[-1]]
    np.testing.assert_allclose(B @ bowl.hessian(start), np.eye(2), atol=0.02)


@pytest.mark.parametrize("key", ["bfgs", "lbfgs"])
def test_quasi_newton_meets_wolfes_conditions(key):
    optimizer = OPTIMIZERS[key].suggested()
    path = descend(optimizer, SURFACES["rosenbrock"], BANANA, 40)
    moved = np.abs(path.state["step"]).max(axis=1) > 0
    step, before, after = -path.state["step"], path.gradient[:-1], path.gradient[1:]
    slope, slope_after = (step * before).sum(axis=1), (step * after).sum(axis=1)
    falls = path.loss[1:] <= path.loss[:-1] + 1e-4 * slope
    flatter = np.abs(slope_after) <= -0.9 * slope
    assert (falls & flatter)[moved].all()
    assert path.outcome.kind == "converged"


def test_on_a_saddle_a_line_search_runs_away_and_that_is_divergence():
    for key in ("bfgs", "conjugate_gradient"):
        assert run(key, SURFACES["saddle"], (1.0, 0.5), 50).outcome.kind == "diverged"


# Trust region and simplex


def test_the_circle_holds_the_step_and_grows_and_shrinks():
    path = run("trust_region", SURFACES["rosenbrock"], BANANA, 40, radius=0.1)
    allowed = np.array([0.1, *path.state["radius"][:-1]])
    assert (np.hypot(*path.state["step"].T) <= allowed * (1 + 1e-12)).all()
    ratios = path.state["radius"] / allowed
    assert set(ratios) <= {0.25, 1.0, 2.0}
    assert len(set(ratios)) > 1
    assert (np.diff(path.loss) <= 0).all()
    assert path.outcome.kind == "converged"


def test_where_the_hessian_is_not_positive_definite_it_still_descends():
    path = run("trust_region", SURFACES["saddle"], (1.0, 0.001), 20)
    assert (np.diff(path.loss) < 0).all()
    assert abs(path.theta[-1][1]) > 10


@pytest.mark.parametrize("key", ["rosenbrock", "himmelblau", "beale", "saddle"])
def test_no_loss_is_too_large_for_a_trust_region(key):
    """Its path is the same, whatever the loss is multiplied by."""
    plain = SURFACES[key]
    path = run("trust_region", plain, plain.start, 30, radius=0.3)
    arrived = np.hypot(*path.gradient.T) < SETTLED
    steps = int(arrived.argmax()) if arrived.any() else 30
    huge = from_callable(
        lambda theta: 2.0**900 * plain.value(theta),
        lambda theta: 2.0**900 * plain.gradient(theta),
        plain.domain,
        hessian=lambda theta: 2.0**900 * plain.hessian(theta),
    )
    other = run("trust_region", huge, plain.start, 30, radius=0.3)
    np.testing.assert_array_equal(other.theta[: steps + 1], path.theta[: steps + 1])


def test_the_first_simplex_by_hand():
    """x + y from (1, 2): its best vertex is the start, the worst (1, 2.1) is reflected."""
    plane = from_formula("x + y", domain=(-5, 5, -5, 5))
    path = run("nelder_mead", plane, (1, 2), 1)
    # Centre (1.025, 2); reflected (1.05, 1.9) is the best, so expanded (1.075, 1.8).
    np.testing.assert_allclose(path.theta[1], (1.075, 1.8))
    np.testing.assert_allclose(path.state["simplex"][0], [[1.075, 1, 1.05], [1.8, 2, 2]])
    np.testing.assert_allclose(path.state["losses"][0], (2.875, 3, 3.05))


def test_the_simplex_asks_for_no_gradient():
    path = run("nelder_mead", SURFACES["himmelblau"], (0.0, -4.0), 100, simplex_size=0.5)
    losses, gradients, hessians = path.asked[-1]
    assert losses > 100
    assert gradients == hessians == 0
    assert np.abs(path.theta[-1] - SURFACES["himmelblau"].minima).max(axis=1).min() < 1e-4
    assert (np.diff(path.loss) <= 0).all()
    np.testing.assert_array_equal(path.state["simplex"][:, :, 0], path.theta[1:])
