"""Losses on data: what is true of them beyond what every surface promises."""

import itertools
import runpy
from pathlib import Path

import mpmath
import numpy as np
import pytest
from derivatives import grid, points

import surfaces
from experiment import Experiment, Lane, descend, run
from optimizers import OPTIMIZERS
from surfaces import SURFACES, Data, DataSurface
from surfaces.mini_batches import mini_batches

pytestmark = pytest.mark.paths

LINEAR, LOGISTIC = SURFACES["linear_regression"], SURFACES["logistic_regression"]
SGD = OPTIMIZERS["sgd"]


def variants():
    for surface in (LINEAR, LOGISTIC):
        losses = ("squared", "absolute", "huber") if surface is LINEAR else (None,)
        for loss, (l1, l2), standardize in itertools.product(
            losses, [(0.0, 0.0), (0.3, 0.0), (0.0, 0.7), (0.1, 0.2)], (False, True)
        ):
            values = {"l1": l1, "l2": l2, "standardize": standardize}
            values |= {"loss": loss} if loss else {}
            yield surface.with_values(**values)


VARIANTS = list(variants())
EVERY = pytest.mark.parametrize(
    "surface", VARIANTS, ids=lambda s: f"{s.key}{s.values}".replace(" ", "")
)


def plain(surface):
    """The loss in mpmath, row by row, as it stands in a textbook."""
    columns = [[mpmath.mpf(float(v)) for v in column] for column in surface.data.columns]
    n = len(columns[0])
    means = [sum(c) / n for c in columns]
    spreads = [
        mpmath.sqrt(sum((v - m) ** 2 for v in c) / n) for c, m in zip(columns, means, strict=True)
    ]
    l1, l2 = surface["l1"], surface["l2"]

    def z(k, i):
        return (columns[k][i] - means[k]) / spreads[k]

    def linear(w, b):
        def row(i):
            x, y = (z(0, i), z(1, i)) if surface["standardize"] else (columns[0][i], columns[1][i])
            r = w * x + b - y
            huber = r**2 / 2 if abs(r) <= 1 else abs(r) - mpmath.mpf(1) / 2
            return {"squared": r**2 / 2, "absolute": abs(r), "huber": huber}[surface["loss"]]

        return sum(map(row, range(n))) / n + l1 * abs(w) + l2 / mpmath.mpf(2) * w**2

    def logistic(u, v):
        def row(i):
            scale = (1, 1) if surface["standardize"] else spreads[:2]
            score = u * z(0, i) * scale[0] + v * z(1, i) * scale[1]
            p = 1 / (1 + mpmath.exp(-score))
            return -mpmath.log(p if columns[2][i] == max(columns[2]) else 1 - p)

        penalty = l1 * (abs(u) + abs(v)) + l2 / mpmath.mpf(2) * (u**2 + v**2)
        return sum(map(row, range(n))) / n + penalty

    return linear if surface.key == "linear_regression" else logistic


@EVERY
def test_value_and_derivatives_are_those_of_the_textbook(surface):
    theta = points(surface, 3, seed=1)
    with mpmath.workdps(60):
        f = plain(surface)
        value = [float(f(mpmath.mpf(x), mpmath.mpf(y))) for x, y in theta.T]
        first = [
            [float(mpmath.diff(f, (x, y), order)) for x, y in theta.T] for order in ((1, 0), (0, 1))
        ]
        second = [
            [float(mpmath.diff(f, (x, y), order)) for x, y in theta.T]
            for order in ((2, 0), (1, 1), (0, 2))
        ]
    np.testing.assert_allclose(surface.value(theta), value, rtol=1e-12)
    np.testing.assert_allclose(surface.gradient(theta), first, rtol=1e-11, atol=1e-12)
    hessian = surface.hessian(theta)
    np.testing.assert_allclose(hessian[[0, 0, 1], [0, 1, 1]], second, rtol=1e-9, atol=1e-10)
    np.testing.assert_array_equal(hessian[0, 1], hessian[1, 0])


# The minimum


@EVERY
def test_nothing_is_lower_than_the_minimum(surface):
    (minimum,) = surface.minima
    lowest = surface.value(minimum)
    rounding = 1e-14 * abs(lowest)
    assert lowest <= surface.value(grid(surface, 201)).min() + rounding
    turn = np.linspace(0, 2 * np.pi, 90)
    for radius in (1.0, 1e-2, 1e-4, 1e-6, 1e-9):
        ring = np.array(minimum)[:, None] + radius * np.array([np.cos(turn), np.sin(turn)])
        assert surface.value(ring).min() >= lowest - rounding


def test_nothing_is_lower_than_the_minimum_on_data_of_any_shape():
    """Few rows, repeated ones, columns of very different sizes far from 0."""
    rng = np.random.default_rng(0)
    for trial in range(60):
        n, size = int(rng.integers(3, 40)), 10 ** rng.uniform(-4, 5, (2, 1))
        columns = rng.normal(size=(2, n)) + rng.choice([0, 20])
        columns = size * (np.round(columns) if trial % 3 == 0 else columns)
        values = {"l1": rng.choice([0.0, 0.1, 1.0]), "l2": rng.choice([0.01, 0.3])}
        values |= {"standardize": bool(trial % 2)}
        try:
            if trial % 4 < 2:
                loss = str(rng.choice(["squared", "absolute", "huber"]))
                surface = LINEAR.with_values(**values, loss=loss)
                surface = surface.with_data(Data(("a", "b"), columns))
            else:
                classes = rng.permutation(np.arange(n) % 2)
                surface = LOGISTIC.with_values(**values)
                surface = surface.with_data(Data(("a", "b", "c"), [*columns, classes]))
        except ValueError:
            continue  # a rounded column that is constant
        (minimum,) = surface.minima
        smooth = surface if trial % 4 > 1 else surface.with_values(loss="squared")
        curvature = np.linalg.eigh(smooth.hessian(minimum))[1]
        far = surface.domain[1] * np.geomspace(1e-12, 1, 200)
        directions = np.concatenate([curvature, rng.normal(size=(2, 6))], axis=1)
        around = np.concatenate([-far, far])[:, None] * directions[:, None]
        lowest = surface.value(minimum)
        assert surface.value(np.array(minimum)[:, None, None] + around).min() >= lowest * (
            1 - 1e-13
        )


@pytest.mark.parametrize("standardize", [False, True])
def test_the_squared_losses_minimum_is_the_normal_equations(standardize):
    x, y = LINEAR.data.columns
    if standardize:
        x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    fit = np.linalg.lstsq(np.column_stack([x, np.ones_like(x)]), y, rcond=None)[0]
    (minimum,) = LINEAR.with_values(standardize=standardize).minima
    np.testing.assert_allclose(minimum, fit, rtol=1e-13, atol=1e-15)


def test_the_absolute_losses_line_goes_through_two_points_and_no_other_such_line_is_lower():
    x, y = LINEAR.data.columns
    surface = LINEAR.with_values(loss="absolute")
    (minimum,) = surface.minima
    residual = minimum[0] * x + minimum[1] - y
    assert (np.abs(residual) < 1e-14).sum() >= 2
    i, j = np.triu_indices(len(x), 1)
    i, j = i[x[i] != x[j]], j[x[i] != x[j]]
    slope = (y[i] - y[j]) / (x[i] - x[j])
    through = surface.value(np.stack([slope, y[i] - slope * x[i]]))
    assert surface.value(minimum) == pytest.approx(through.min(), rel=1e-14)


@EVERY
def test_the_minimum_is_the_only_critical_point(surface):
    (point,) = surface.critical
    assert ((point.x, point.y), point.kind) == (*surface.minima, "minimum")
    if point.regular:
        steepest = np.abs(surface.gradient(grid(surface, 101))).max()
        assert np.abs(surface.gradient((point.x, point.y))).max() <= 1e-12 * max(steepest, 1)
        assert np.linalg.eigvalsh(surface.hessian((point.x, point.y))).min() > 0


def test_classes_that_a_line_separates_have_no_minimum_until_there_is_a_penalty():
    z = np.random.default_rng(3).normal(size=(2, 30))
    apart = LOGISTIC.with_data(Data(("a", "b", "class"), [*z, np.sign(z[0] - z[0].mean())]))
    assert apart.minima == ()
    assert len(apart.with_values(l2=0.01).minima) == 1


# What it is good for: claims that a person can check by hand in the app


def steps_to_converge(surface):
    """Of plain gradient descent at the best constant learning rate for a quadratic, 2/(λ1 + λ2).

    Until the gradient is at most 0.001 long, for good.
    """
    curvatures = np.linalg.eigvalsh(surface.hessian(surface.minima[0]))
    descent = descend(SGD(lr=2 / curvatures.sum()), surface, surface.start, 10_000)
    assert descent.outcome.kind == "converged"
    return int(np.flatnonzero(np.hypot(*descent.gradient.T) > 1e-3)[-1]) + 1


def test_standardizing_saves_plain_descent_nearly_all_of_its_steps():
    assert steps_to_converge(LINEAR) == 751
    assert steps_to_converge(LINEAR.with_values(standardize=True)) == 1


def test_standardizing_takes_the_ravine_out_of_a_logistic_regression_too():
    raw, standardized = (LOGISTIC.with_values(l2=0.01, standardize=on) for on in (False, True))
    curvatures = [np.linalg.eigvalsh(s.hessian(s.minima[0])) for s in (raw, standardized)]
    condition = [high / low for low, high in curvatures]
    assert condition[0] > 10 * condition[1]
    assert steps_to_converge(raw) > 10 * steps_to_converge(standardized)


def test_the_absolute_loss_ignores_the_wrong_marks_that_bend_the_squared_fit():
    x, y = LINEAR.data.columns
    right = np.abs(1 + x / 2 - y) < 2
    assert (~right).sum() == 4
    true = np.polyfit(x[right], y[right], 1)
    slopes = {loss: LINEAR.with_values(loss=loss).minima[0][0] for loss in ("squared", "absolute")}
    assert true[0] == pytest.approx(0.5, abs=0.01)
    assert slopes["absolute"] == pytest.approx(true[0], abs=0.02)
    assert slopes["squared"] < 0.65 * true[0]


def test_l1_sets_the_weak_weight_to_zero_and_l2_does_not():
    standardized = LOGISTIC.with_values(standardize=True)
    (l1,), (l2,) = standardized.with_values(l1=0.1).minima, standardized.with_values(l2=0.1).minima
    assert l1[0] == 0
    assert l1[1] > 1
    assert l2[0] > 0.2
    descent = descend(SGD(lr=1.0), standardized.with_values(l2=0.1), (2.0, 2.0), 500)
    np.testing.assert_allclose(descent.theta[-1], l2, atol=1e-6)


# Mini-batches


@pytest.mark.parametrize("surface", [LINEAR, LOGISTIC.with_values(l1=0.1, l2=0.2)])
def test_the_batches_of_an_epoch_average_to_the_gradient_of_all_the_data(surface):
    theta = points(surface, 5)
    size = 12
    epoch = list(itertools.islice(mini_batches(surface.rows, size, seed=3), surface.rows // size))
    samples = [surface.sample(rows) for rows in epoch]
    for of in ("value", "gradient", "hessian"):
        mean = np.mean([getattr(sample, of)(theta) for sample in samples], axis=0)
        np.testing.assert_allclose(mean, getattr(surface, of)(theta), rtol=1e-13, atol=1e-13)
    assert np.ptp([sample.value(theta) for sample in samples], axis=0).min() > 0.01


def test_a_batch_of_all_rows_has_the_gradient_of_all_the_data():
    theta = points(LINEAR, 5)
    sample = LINEAR.sample(next(mini_batches(LINEAR.rows, LINEAR.rows, seed=0)))
    np.testing.assert_allclose(sample.gradient(theta), LINEAR.gradient(theta), rtol=1e-13)


@pytest.mark.parametrize("size", [1, 5, 7, 48])
def test_every_epoch_takes_every_row_once_in_an_order_of_its_own(size):
    taken = np.concatenate(list(itertools.islice(mini_batches(48, size, 0), 7 * 48)))
    epochs = taken[: len(taken) // 48 * 48].reshape(-1, 48)
    assert (np.sort(epochs, axis=1) == np.arange(48)).all()
    assert len(np.unique(epochs, axis=0)) == len(epochs)


def test_the_batches_are_these():
    """A golden value, so that a NumPy that shuffles otherwise is noticed."""
    first = itertools.islice(mini_batches(10, 4, seed=0), 3)
    assert [rows.tolist() for rows in first] == [[3, 8, 9, 4], [6, 7, 2, 0], [1, 5, 6, 0]]


def raced(**changes):
    lanes = (Lane(SGD(lr=0.01)), Lane(SGD(lr=0.01)), Lane(OPTIMIZERS["momentum"](lr=0.001)))
    fields = {"surface": LINEAR, "lanes": lanes, "steps": 60, "batch": 8}
    return Experiment(**fields | changes)


def test_a_run_in_batches_is_stochastic_gradient_descent():
    x, y = LINEAR.data.columns
    w, b = LINEAR.start
    (trajectory, same, _) = run(raced())
    for t, rows in enumerate(itertools.islice(mini_batches(48, 8, seed=0), 60)):
        r = w * x[rows] + b - y[rows]
        w, b = w - 0.01 * np.mean(r * x[rows]), b - 0.01 * np.mean(r)
        np.testing.assert_allclose(trajectory.theta[t + 1], (w, b), rtol=1e-12)
    np.testing.assert_array_equal(same.theta, trajectory.theta)


def test_what_is_recorded_is_the_loss_over_all_the_data():
    trajectory, *_ = run(raced())
    np.testing.assert_array_equal(trajectory.loss, LINEAR.value(trajectory.theta.T))
    np.testing.assert_array_equal(trajectory.gradient.T, LINEAR.gradient(trajectory.theta.T))
    assert (np.diff(trajectory.loss) > 0).any()
    full, *_ = run(raced(batch=0))
    assert (np.diff(full.loss) < 0).all()


def test_a_longer_run_repeats_a_shorter_one_and_a_seed_decides():
    short, long, other = (
        run(raced(**changes))[0].theta for changes in ({}, {"steps": 90}, {"seed": 1})
    )
    np.testing.assert_array_equal(long[:61], short)
    assert not np.isclose(other[1:], short[1:]).all(axis=1).any()


def test_all_that_a_method_asks_in_a_step_is_asked_of_one_batch():
    """A line search that compared two batches would accept steps that raise the loss of both."""
    lane = Lane(OPTIMIZERS["line_search_gd"]())
    (trajectory,) = run(raced(lanes=(lane,), steps=30))
    for t, rows in enumerate(itertools.islice(mini_batches(48, 8, seed=0), 30)):
        sample = LINEAR.sample(rows)
        before, after = (sample.value(trajectory.theta[i]) for i in (t, t + 1))
        assert after < before


def test_batches_leave_the_noise_as_it_is():
    with_noise, without = (run(raced(noise=noise))[0] for noise in (0.5, 0.0))
    first = with_noise.theta[1] - without.theta[1]
    draw = np.random.Generator(np.random.PCG64(0)).standard_normal(2)
    np.testing.assert_allclose(first, -0.01 * 0.5 * draw, rtol=1e-10)


def test_epochs_are_counted():
    assert raced(steps=60, batch=8).epochs == 10
    assert raced(steps=60, batch=0).epochs == 60
    assert Experiment().epochs == 0


@pytest.mark.parametrize("batch", [-1, 49, 2.5])
def test_a_batch_that_the_data_cannot_fill_is_refused(batch):
    with pytest.raises(ValueError, match=r"^batch must be a whole number from 1 to 48, or 0 .*\.$"):
        raced(batch=batch)


def test_a_formula_has_no_batches():
    with pytest.raises(ValueError, match="batch is for a loss on data, and Beale has none"):
        Experiment(surface=SURFACES["beale"], batch=4)


# The surface value


def test_data_are_equal_by_what_they_hold():
    one, same = (Data(("a", "b"), [[1, 2, 3], [3, 1, 2]]) for _ in range(2))
    others = [
        Data(("a", "c"), [[1, 2, 3], [3, 1, 2]]),
        Data(("a", "b"), [[1, 2, 3], [3, 1, 2.5]]),
        Data(("a", "b"), [[1, 3, 2], [3, 2, 1]]),
    ]
    assert one == same
    assert LINEAR.with_data(one) == LINEAR.with_data(same)
    assert hash(LINEAR.with_data(one)) == hash(LINEAR.with_data(same))
    assert len({one.digest, *(other.digest for other in others)}) == 4
    for other in others:
        assert LINEAR.with_data(other) != LINEAR.with_data(one)
    with pytest.raises(ValueError, match="read-only"):
        one.columns[0] = 7


def test_the_domain_follows_the_data_and_a_chosen_one_stays():
    big = LINEAR.with_data(Data(("a", "b"), [[1, 2, 3, 4], [3e5, 1e5, 2e5, 5e5]]))
    for surface in (big, big.with_values(standardize=True)):
        x0, x1, y0, y1 = surface.domain
        assert (x1 - x0, y1 - y0) == pytest.approx((2 * x1, 2 * x1))
        assert len(surface.minima) == 1
        assert (np.abs(surface.start) < x1).all()
    chosen = LINEAR.with_domain((-1, 1, 0, 2))
    assert chosen.with_values(l2=0.5).domain == (-1, 1, 0, 2)
    assert chosen.with_values(standardize=True).domain == (-2, 2, -2, 2)


def test_the_built_in_data_are_drawn_where_links_expect_them():
    assert LINEAR.domain == (-5, 5, -5, 5)
    assert LINEAR.with_values(standardize=True).domain == (-2, 2, -2, 2)
    assert LOGISTIC.domain == (-6, 6, -6, 6)
    assert LOGISTIC.with_values(standardize=True).domain == (-4, 4, -4, 4)


def correlated(rng, n):
    """Two features as people's are: of any sizes, far from 0 or not, and often nearly the same."""
    a, b = rng.normal(size=(2, n))
    alike = rng.choice([0.0, 0.5, 0.9, 0.99])
    sizes = 10 ** rng.uniform(-2, 3, 2)
    return a, sizes[0] * a, sizes[1] * (alike * a + np.sqrt(1 - alike**2) * b) + rng.choice([0, 9])


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_a_domain_holds_the_minimum_of_every_loss_under_every_penalty(seed, standardize):
    rng = np.random.default_rng(seed)
    z, x, y = correlated(rng, int(rng.integers(5, 80)))
    tails = rng.choice([0, 1]) * np.ptp(y) * rng.standard_cauchy(len(y))
    linear = LINEAR.with_values(standardize=standardize).with_data(Data(("a", "b"), [x, y + tails]))
    odds = rng.choice([0.01, 0.3, 1.0, 3.0]) * z + rng.normal()
    classes = rng.random(len(z)) < 1 / (1 + np.exp(-odds))
    classes[:2] = 0, 1
    logistic = LOGISTIC.with_values(standardize=standardize)
    logistic = logistic.with_data(Data(("a", "b", "c"), [x, y, classes]))
    for l1, l2 in itertools.product((0.0, 0.1, 1.0), (0.0, 0.3)):
        for loss in ("squared", "absolute", "huber"):
            assert len(linear.with_values(loss=loss, l1=l1, l2=l2).minima) == 1
        penalized = logistic.with_values(l1=l1, l2=l2)
        if len(penalized.minima) != 1:  # of classes that a line separates: it falls for ever
            assert penalized.minima == ()
            assert (l1, l2) == (0, 0)
            values = penalized.value(grid(penalized, 51))
            assert values[1:-1, 1:-1].min() > values.min()


def test_a_domain_is_the_same_whatever_was_chosen_before_the_data():
    rng = np.random.default_rng(0)
    data = Data(("a", "b"), [rng.normal(size=40), rng.standard_cauchy(40)])
    first = LINEAR.with_values(standardize=True, loss="huber", l1=0.5, l2=0.2).with_data(data)
    assert first.domain == LINEAR.with_values(standardize=True).with_data(data).domain


def test_a_transformed_loss_keeps_its_transformation_with_other_data_and_weights():
    turned = LINEAR.transformed(rotate=90.0)
    for surface in (turned.with_values(standardize=True), turned.with_data(LINEAR.data)):
        assert surface.transform.rotate == 90
        assert surface.original.transform.rotate == 0
    (before,), (after,) = LINEAR.minima, turned.minima
    assert after == pytest.approx((-before[1], before[0]))


@pytest.mark.parametrize("changes", [{}, {"rotate": 30.0, "shift_x": 1.0}])
@pytest.mark.parametrize("standardize", [False, True])
def test_the_line_is_where_the_prediction_is(standardize, changes):
    theta = np.array([[0.7, -1.2], [0.4, 2.0]])
    linear = LINEAR.with_values(standardize=standardize).transformed(**changes)
    slope, intercept = linear.transform.back(theta)
    x, y = linear.data.columns
    a, b, c = linear.line(theta)
    for k in (0, 1):
        if standardize:
            z = (x - x.mean()) / x.std()
            predicted = y.mean() + y.std() * (slope[k] * z + intercept[k])
        else:
            predicted = slope[k] * x + intercept[k]
        np.testing.assert_allclose(a[k] * x + b[k] * predicted + c[k], 0, atol=1e-12)

    logistic = LOGISTIC.with_values(standardize=standardize).transformed(**changes)
    u, v, _ = logistic.data.columns
    a, b, c = logistic.line(theta)
    wu, wv = logistic.transform.back(theta)
    scale = (u.std(), v.std()) if standardize else (1, 1)
    for k in (0, 1):
        score = wu[k] * (u - u.mean()) / scale[0] + wv[k] * (v - v.mean()) / scale[1]
        np.testing.assert_allclose(a[k] * u + b[k] * v + c[k], score, atol=1e-12)


@EVERY
def test_the_latex_says_what_is_summed_and_what_is_penalized(surface):
    for text in (surface.latex, *surface.gradient_latex, *surface.hessian_latex):
        depths = np.cumsum([(c == "{") - (c == "}") for c in text])
        assert depths.min() == depths[-1] == 0
        assert text.count(r"\left") == text.count(r"\right")
        assert "R" not in text
    assert rf"\frac{{1}}{{{surface.rows}}} \sum_{{i=1}}^{{{surface.rows}}}" in surface.latex
    weight = surface.weights[0]
    assert (rf"{surface['l1']:g} \left|{weight}\right|" in surface.latex) == bool(surface["l1"])
    assert (rf"\tfrac{{{surface['l2']:g}}}{{2}} {weight}^2" in surface.latex) == bool(surface["l2"])
    assert r"\left|b\right|" not in surface.latex
    assert (r"\hat x" in surface.latex) == surface["standardize"]


def test_a_transformed_loss_says_so_in_latex():
    turned = LINEAR.transformed(rotate=90.0).gradient_latex
    before = [
        text.replace("w x_i + b", r"\tilde w x_i + \tilde b") for text in LINEAR.gradient_latex
    ]
    assert turned == (rf"-1 \left[{before[1]}\right]", before[0])
    moved = LINEAR.transformed(rotate=30.0, scale_loss=2.0)
    assert moved.latex.startswith(r"2 \left[\frac")
    assert r"\tilde w x_i" in moved.latex
    assert moved.latex.endswith(
        r"\tilde w = \cos\left(30^{\circ}\right) w + \sin\left(30^{\circ}\right) b, \quad "
        r"\tilde b = \cos\left(30^{\circ}\right) b - \sin\left(30^{\circ}\right) w"
    )


REFUSED = [
    (LINEAR, [[1, 2], [3, 4]], r"3 rows with numbers in “a” and “b” are needed, not 2"),
    (LINEAR, [[1, 1, 1], [3, 4, 5]], r"“a” has the same number in every row: choose another"),
    (LINEAR, [[1, 2, 4], [7, 7, 7]], r"“b” has the same number in every row"),
    (LINEAR, [[1, 2, 1e200], [3, 4, 5]], r"The numbers of “a” are too large"),
    (LINEAR, [[1, 2, 3], [1e12, 3e12, 2e12]], r"too small or too large to be drawn: standardize"),
    (LINEAR, [[1, 2, 3], [4, 6, 5], [0, 1, 0]], r"Linear regression takes 2 columns of numbers"),
    (LOGISTIC, [[1, 2, 3], [4, 6, 5]], r"Logistic regression takes 3 columns of numbers"),
    (LOGISTIC, [[1, 2, 3], [4, 6, 5], [0, 1, 2]], r"“c” has 3 different values, and a class has"),
]


@pytest.mark.parametrize(("surface", "columns", "sentence"), REFUSED)
def test_data_that_do_not_suit_are_refused_in_a_sentence(surface, columns, sentence):
    with pytest.raises(ValueError, match=rf"{sentence}.*\.$"):
        surface.with_data(Data(("a", "b", "c")[: len(columns)], columns))


def test_what_is_too_large_to_draw_can_be_standardized():
    huge = Data(("a", "b"), [[1e-30, 2e-30, 3e-30], [1e60, 3e60, 2e60]])
    surface = LINEAR.with_values(standardize=True).with_data(huge)
    assert surface.minima[0] == pytest.approx((0.5, 0), abs=1e-12)
    with pytest.raises(ValueError, match="standardize"):
        surface.with_values(standardize=False)


def test_only_losses_on_data_have_rows():
    on_data = {key for key, surface in SURFACES.items() if isinstance(surface, DataSurface)}
    assert on_data == {
        "linear_regression",
        "logistic_regression",
        "network_slice",
        "one_hidden_unit",
    }
    assert {key for key, surface in SURFACES.items() if surface.rows} == on_data
    assert {surface.family for key, surface in SURFACES.items() if key in on_data} == {
        "losses on data"
    }


def test_the_projects_data_are_what_their_script_makes():
    folder = Path(surfaces.__file__).parent / "data"
    made = runpy.run_path(str(folder / "make.py"))["tables"]()
    assert set(made) == {file.name for file in folder.glob("*.csv")}
    for name, text in made.items():
        assert (folder / name).read_bytes() == text.encode()
