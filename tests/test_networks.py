"""The networks: what is true of them beyond what every surface promises."""

import hashlib
import itertools
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from derivatives import grid, points

from experiment import Experiment, descend
from exports.forms import FORMS
from figures.relief import preparation
from kept import result
from optimizers import OPTIMIZERS
from surfaces import SURFACES, Data, network
from surfaces.critical import hollows, newton_minima
from surfaces.mini_batches import mini_batches

pytestmark = pytest.mark.paths

UNIT, SLICE = SURFACES["one_hidden_unit"], SURFACES["network_slice"]
UNITS = [
    UNIT.with_values(activation=activation, loss=loss, l2=l2)
    for activation, loss, l2 in itertools.product(
        ("tanh", "sine"), ("squared", "huber"), (0.0, 0.3)
    )
]
SLICES = [
    SLICE.with_values(layers=layers, skip=skip, seed=seed)
    for layers, skip, seed in (
        (1, False, 0),
        (2, False, 0),
        (2, True, 5),
        (3, False, 1),
        (6, True, 2),
    )
]


def named(surface):
    return f"{surface.key}{surface.values}".replace(" ", "")


EVERY_UNIT = pytest.mark.parametrize("surface", UNITS, ids=named)
EVERY_SLICE = pytest.mark.parametrize("surface", SLICES, ids=named)
BOTH = pytest.mark.parametrize("surface", [UNIT, SLICE], ids=named)


# One hidden unit


def textbook(surface):
    """The loss in mpmath, row by row."""
    columns = [[mpmath.mpf(float(v)) for v in column] for column in surface.data.columns]
    n = len(columns[0])
    means = [sum(c) / n for c in columns]
    spreads = [
        mpmath.sqrt(sum((v - m) ** 2 for v in c) / n) for c, m in zip(columns, means, strict=True)
    ]
    x, y = ([(v - m) / s for v in c] for c, m, s in zip(columns, means, spreads, strict=True))
    s = {"tanh": mpmath.tanh, "sine": mpmath.sin}[surface["activation"]]

    def loss(r):
        squared = surface["loss"] == "squared" or abs(r) <= 1
        return r**2 / 2 if squared else abs(r) - mpmath.mpf(1) / 2

    def f(w1, w2):
        rows = sum(loss(w2 * s(w1 * u) - v) for u, v in zip(x, y, strict=True))
        return rows / n + surface["l2"] / mpmath.mpf(2) * (w1**2 + w2**2)

    return f


@EVERY_UNIT
def test_one_hidden_unit_has_the_derivatives_of_the_textbook(surface):
    theta = points(surface, 3, seed=1)
    with mpmath.workdps(40):
        f = textbook(surface)
        at = [(mpmath.mpf(x), mpmath.mpf(y)) for x, y in theta.T]
        value = [float(f(*point)) for point in at]
        first = [[float(mpmath.diff(f, p, order)) for p in at] for order in ((1, 0), (0, 1))]
        second = [
            [float(mpmath.diff(f, p, order)) for p in at] for order in ((2, 0), (1, 1), (0, 2))
        ]
    np.testing.assert_allclose(surface.value(theta), value, rtol=1e-12)
    np.testing.assert_allclose(surface.gradient(theta), first, rtol=1e-11, atol=1e-12)
    hessian = surface.hessian(theta)
    np.testing.assert_allclose(hessian[[0, 0, 1], [0, 1, 1]], second, rtol=1e-9, atol=1e-10)
    np.testing.assert_array_equal(hessian[0, 1], hessian[1, 0])


@EVERY_UNIT
def test_with_both_signs_turned_it_is_the_same_network(surface):
    theta = points(surface, 50)
    np.testing.assert_allclose(surface.value(-theta), surface.value(theta), rtol=1e-13)
    one, other = surface.minima
    assert one == pytest.approx(-np.array(other), abs=1e-9)
    x = np.linspace(*surface.data.columns[0][[0, -1]], 9)
    np.testing.assert_allclose(
        surface.curve(np.array(one), x), surface.curve(-np.array(one), x), rtol=1e-13
    )


@EVERY_UNIT
def test_a_network_without_weights_stays_on_its_saddle(surface):
    np.testing.assert_array_equal(surface.gradient((0.0, 0.0)), (0.0, 0.0))
    saddles = [(p.x, p.y) for p in surface.critical if p.kind == "saddle"]
    assert np.hypot(*np.transpose(saddles)).min() < 1e-9
    stays = descend(OPTIMIZERS["sgd"](lr=0.1), surface, (0.0, 0.0), 100)
    assert not stays.theta.any()


def test_both_minima_are_reached_from_their_own_side():
    ends = [
        descend(OPTIMIZERS["sgd"](lr=0.1), UNIT, start, 3000).theta[-1]
        for start in ((1.0, 0.5), (-1.0, -0.5))
    ]
    np.testing.assert_allclose(sorted(map(tuple, ends)), UNIT.minima, atol=1e-3)


@EVERY_UNIT
def test_nothing_is_lower_than_one_hidden_units_minima(surface):
    lowest = surface.value(np.transpose(surface.minima))
    assert lowest.max() <= surface.value(grid(surface, 301)).min()
    np.testing.assert_allclose(lowest, lowest[0], rtol=1e-14)


# The slice


def standardized(surface):
    return ((c - c.mean()) / c.std() for c in surface.data.columns)


def loss(net, x, y):
    """Of a network that may be complex, with its weight decay, as it stands in a textbook."""
    h = x[None]
    for layer, (w, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        before, h = h, w @ h + bias
        if layer < len(net.weights) - 1:
            h = h / np.sqrt(1 + h * h)
            if net.skip and layer > 0:
                h = h + before
    decay = sum((w * w).sum() for w in (*net.weights, *net.biases))
    return ((h[0] - y) ** 2).mean() / 2 + network.WEIGHT_DECAY / 2 * decay


def plain(surface, theta):
    """The loss at one point of the plane, which may be complex."""
    (a, b), net = theta, surface.network
    directions = zip(net.weights, *surface.directions, strict=True)
    weights = tuple(w + a * d + b * e for w, d, e in directions)
    return loss(replace(net, weights=weights), *standardized(surface))


def complex_step(surface, theta):
    """The gradient to the last digits; Squire & Trapp 1998, https://doi.org/10.1137/S003614459631241X"""
    step = 1e-30j
    x, y = theta
    return np.array([plain(surface, (x + step, y)).imag, plain(surface, (x, y + step)).imag]) * 1e30


@EVERY_SLICE
def test_the_slice_has_the_derivatives_of_the_whole_network(surface):
    theta = points(surface, 4)
    value, gradient, hessian = surface.value(theta), surface.gradient(theta), surface.hessian(theta)
    for k, point in enumerate(theta.T):
        assert value[k] == pytest.approx(plain(surface, point), rel=1e-12)
        np.testing.assert_allclose(gradient[:, k], complex_step(surface, point), rtol=1e-10)
        for i, step in enumerate(1e-5 * np.eye(2)):
            ahead, behind = (complex_step(surface, point + s) for s in (step, -step))
            np.testing.assert_allclose(
                hessian[i, :, k], (ahead - behind) / 2e-5, rtol=1e-5, atol=1e-5
            )
    np.testing.assert_array_equal(hessian[0, 1], hessian[1, 0])


@EVERY_SLICE
def test_its_directions_are_as_long_as_the_network_unit_by_unit(surface):
    for along in surface.directions:
        for d, w in zip(along, surface.network.weights, strict=True):
            np.testing.assert_allclose(
                np.linalg.norm(d, axis=1), np.linalg.norm(w, axis=1), rtol=1e-12
            )


def test_a_seed_draws_other_directions_around_the_same_network():
    one, other = SLICE, SLICE.with_values(seed=1)
    assert one.network is other.network
    assert one.value((0.0, 0.0)) == other.value((0.0, 0.0))
    assert one.value((0.5, 0.5)) != other.value((0.5, 0.5))
    assert not np.isclose(one.directions[0][1], one.directions[1][1]).any()


@EVERY_SLICE
def test_the_network_lies_where_it_was_trained_to(surface):
    """Beside the minimum by as little as two thousand steps leave."""
    (minimum,) = surface.minima
    assert np.hypot(*minimum) < 0.01
    assert surface.value(minimum) <= surface.value(grid(surface, 61)).min()
    assert surface.value((0.0, 0.0)) < surface.value(minimum) * 1.001
    np.testing.assert_allclose(surface.gradient(minimum), 0, atol=1e-9)
    assert np.linalg.eigvalsh(surface.hessian(minimum)).min() > 0


def test_six_layers_fit_more_and_lie_in_a_more_rugged_plane():
    two, six = SLICE, SLICE.with_values(layers=6)
    assert six.value((0.0, 0.0)) < 0.65 * two.value((0.0, 0.0))
    count = [hollows(s, 121, most=1000).shape[1] for s in (two, six)]
    assert count[1] > 10 * count[0]


@pytest.mark.parametrize("skip", [False, True])
def test_it_is_trained_by_the_projects_own_adam_on_the_exact_gradient(monkeypatch, skip):
    monkeypatch.setattr(network, "STEPS", 5)
    x, y = standardized(SLICE)
    monkeypatch.setattr(network, "LEARNING_RATE", 0.0)
    net = result(network.training(x, y, 3, skip))
    monkeypatch.setattr(network, "LEARNING_RATE", 0.01)
    flat = flattened(net)
    each = 1e-30j * np.eye(len(flat))
    state = OPTIMIZERS["adam"]().init(flat)
    for t in range(1, 6):
        g = np.array([loss(like(net, flat + step), x, y).imag for step in each]) * 1e30
        adam = OPTIMIZERS["adam"](
            lr=network.learning_rate(t), beta1=network.BETA1, beta2=network.BETA2, eps=network.EPS
        )
        flat, state = adam.update(t, flat, g, state)
    trained = flattened(result(network.training(x, y, 3, skip)))
    np.testing.assert_allclose(trained, flat, rtol=1e-9, atol=1e-11)


def test_every_machine_trains_the_same_network():
    """To the last bit, because six layers make another network of a last bit that differs."""
    nets = [SLICE.with_values(layers=6, skip=skip).network for skip in (False, True)]
    by_layer = [itertools.chain.from_iterable(zip(n.weights, n.biases, strict=True)) for n in nets]
    digests = [hashlib.sha256(b"".join(p.astype("<f8").tobytes() for p in n)) for n in by_layer]
    assert [digest.hexdigest()[:16] for digest in digests] == [
        "ea687b9be34a3607",
        "a106e1107e47ce5f",
    ]


def flattened(net):
    return np.concatenate([part.ravel() for part in (*net.weights, *net.biases)])


def like(net, flat):
    """A network with other weights and biases, as `flattened` has them."""
    ends = np.cumsum([part.size for part in (*net.weights, *net.biases)])
    parts = np.split(flat, ends[:-1])
    shaped = [p.reshape(o.shape) for p, o in zip(parts, (*net.weights, *net.biases), strict=True)]
    half = len(net.weights)
    return replace(net, weights=tuple(shaped[:half]), biases=tuple(shaped[half:]))


# Computed once


OWN = Data(("weight", "fuel"), [np.linspace(900, 2100, 30), np.sin(np.arange(30)) + 7])


def test_what_is_computed_says_how_far_it_is_and_is_kept():
    fresh = SLICE.with_data(OWN).with_values(layers=1)
    parts = list(preparation(fresh))
    assert parts == sorted(parts)
    assert len(parts) > 20
    assert parts[-1] == 1
    assert list(preparation(SLICE.with_data(OWN).with_values(layers=1))) == []
    other = list(preparation(fresh.with_values(seed=3)))
    assert min(other) > 0.5, "only the grid is new, not the network"


def test_a_link_is_read_and_written_without_training(monkeypatch):
    begun = []
    monkeypatch.setattr("surfaces.network_slice.training", lambda *design: begun.append(design))
    race = Experiment.from_query("surface=network_slice(seed=3,layers=5,rotate=30)&start=0.5,-0.5")
    assert race.problems == ()
    assert race.to_query().startswith("surface=network_slice(seed=3,layers=5,rotate=30)&")
    changed = race.with_surface(race.surface.with_values(skip=True)).on(race.surface)
    for surface in (race.surface, changed.surface):
        assert "network" not in vars(surface)
    assert begun == []


def test_a_mini_batch_is_of_the_network_that_was_trained_on_all_the_data():
    """Even where nobody has asked for the network before."""
    data = Data(("weight", "fuel"), [np.linspace(900, 2100, 30), np.tan(np.arange(30) / 40)])
    surface = SLICE.with_data(data).with_values(layers=1)
    x, y = (data.columns - data.means[:, None]) / data.spreads[:, None]
    whole = result(network.training(x, y, 1, skip=False))
    for asked in (surface.sample(np.arange(5)), surface):
        np.testing.assert_array_equal(flattened(asked.network), flattened(whole))


@pytest.mark.parametrize("text", ["1.5", "-1", "100", "x", "nan"])
def test_a_seed_is_a_whole_number(text):
    race = Experiment.from_query(f"surface=network_slice(seed={text})")
    assert race.surface == SLICE
    assert "0 was used instead" in race.problems[0]


# As any loss on data


@BOTH
def test_the_batches_of_an_epoch_average_to_the_gradient_of_all_the_data(surface):
    theta = points(surface, 5)
    size = 12
    epoch = itertools.islice(mini_batches(surface.rows, size, seed=3), surface.rows // size)
    samples = [surface.sample(rows) for rows in epoch]
    for of in ("value", "gradient", "hessian"):
        mean = np.mean([getattr(sample, of)(theta) for sample in samples], axis=0)
        np.testing.assert_allclose(mean, getattr(surface, of)(theta), rtol=1e-12, atol=1e-12)
    assert np.ptp([sample.value(theta) for sample in samples], axis=0).min() > 1e-3


@BOTH
def test_data_in_any_units_are_the_same_loss(surface):
    x, y = surface.data.columns
    other = surface.with_data(Data(("mm", "%"), [1e6 + 25.4 * x, 100 * y - 3e4]))
    theta = points(surface, 5)
    np.testing.assert_allclose(other.value(theta), surface.value(theta), rtol=1e-4)
    assert other.known is None
    at = np.array([1.0, 2.0])
    np.testing.assert_allclose(
        other.curve(theta, 1e6 + 25.4 * at), 100 * surface.curve(theta, at) - 3e4, rtol=1e-4
    )


@BOTH
def test_the_curve_is_what_the_loss_compares_with_the_data(surface):
    turned = surface.transformed(rotate=30.0, shift_x=0.2)
    x, y = turned.data.columns
    theta = points(turned, 4)
    residual = (turned.curve(theta, x) - y) / y.std()
    loss = (residual**2).mean(axis=1) / 2
    decay = turned.value(theta) - loss
    if surface is UNIT:
        np.testing.assert_allclose(decay, 0, atol=1e-12)
    else:
        (a, b), found, along = turned.transform.back(theta), surface.network, surface.directions
        moved = [
            w[..., None] + a * d[..., None] + b * e[..., None]
            for w, d, e in zip(found.weights, *along, strict=True)
        ]
        size = sum((w**2).sum(axis=(0, 1)) for w in moved) + sum((v**2).sum() for v in found.biases)
        np.testing.assert_allclose(decay, network.WEIGHT_DECAY * size / 2, rtol=1e-10)


@BOTH
def test_the_latex_is_whole(surface):
    for each in (surface, surface.transformed(rotate=30.0, scale_loss=2.0)):
        for text in (each.latex, *each.gradient_latex, *each.hessian_latex):
            depths = np.cumsum([(c == "{") - (c == "}") for c in text])
            assert depths.min() == depths[-1] == 0
            assert text.count(r"\left") == text.count(r"\right")
            assert "R" not in text


@BOTH
def test_scripts_are_refused_and_tables_are_not(surface):
    race = Experiment(surface=surface)
    refused = {ending for ending, form in FORMS.items() if form.refusal(race)}
    assert {".py", "_torch.py", "_optax.py"} <= refused
    assert not {".html", ".csv", ".json", ".bib"} & refused


def test_a_loss_that_is_lowest_on_the_border_has_no_minimum_to_state():
    side = SLICE.with_domain((0.2, 1.0, -1.0, -0.2))
    assert newton_minima(side, hollows(side, 41)) == ()
    assert side.minima == ()
