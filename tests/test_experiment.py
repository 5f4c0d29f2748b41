"""Running an optimizer: trajectories, noise, clipping, schedules, and the experiment value."""

import dataclasses

import numpy as np
import pytest

from experiment import MAX_LANES, MAX_STEPS, SCHEDULES, Experiment, Lane, descend, descend_all, run
from experiment.schedule import factors
from optimizers import OPTIMIZERS
from surfaces import SURFACES, from_formula

pytestmark = pytest.mark.paths

ADAM, MOMENTUM, SGD = (OPTIMIZERS[key] for key in ("adam", "momentum", "sgd"))
ROSENBROCK, BOWL = SURFACES["rosenbrock"], SURFACES["quadratic"]
FLAT = from_formula("3", (-1, 1, -1, 1), start=(0.0, 0.0))


@pytest.mark.parametrize(
    ("optimizer", "steps"),
    [
        (MOMENTUM(lr=0.001), 571),
        (ADAM(lr=0.1), 1076),
        (ADAM(lr=0.01), 4327),
        (SGD(lr=0.001), 6852),
    ],
    ids=["momentum .001", "adam .1", "adam .01", "sgd .001"],
)
def test_who_is_first_down_the_banana_depends_on_the_learning_rate(optimizer, steps):
    loss = descend(optimizer, ROSENBROCK, (-1.5, 1.5), steps).loss
    assert (loss[:-1] >= 1e-3).all()
    assert loss[-1] < 1e-3


# Trajectories


def test_the_rows_are_the_start_and_every_point_after_it():
    trajectory = descend(ADAM(), ROSENBROCK, (-1.5, 1.5), 30)
    np.testing.assert_array_equal(trajectory.theta[0], (-1.5, 1.5))
    np.testing.assert_array_equal(trajectory.loss, ROSENBROCK.value(trajectory.theta.T))
    np.testing.assert_array_equal(trajectory.gradient.T, ROSENBROCK.gradient(trajectory.theta.T))
    np.testing.assert_array_equal(trajectory.evaluations, np.arange(31))
    moves = trajectory.theta[:-1] - trajectory.state["step"]
    np.testing.assert_allclose(moves, trajectory.theta[1:], rtol=1e-15)


def test_a_run_that_goes_too_far_ends_on_its_last_finite_row():
    trajectory = descend(SGD(lr=0.0018), ROSENBROCK, (2.0, -1.0), 100)
    assert trajectory.outcome.kind == "diverged"
    assert len(trajectory.theta) in (trajectory.outcome.step, trajectory.outcome.step + 1)
    assert np.isfinite(trajectory.theta).all()
    assert np.isfinite(trajectory.loss).all()


def test_a_run_that_diverges_at_once_still_has_its_start_and_its_states_names():
    trajectory = descend(ADAM(lr=1e300), ROSENBROCK, (-1.5, 1.5), 10)
    np.testing.assert_array_equal(trajectory.theta, [(-1.5, 1.5)])
    assert (trajectory.outcome.kind, trajectory.outcome.step) == ("diverged", 1)
    assert trajectory.state.keys() == {"m", "v", "m_hat", "v_hat", "step"}
    assert all(array.shape == (0, 2) for array in trajectory.state.values())


def test_one_diverging_run_leaves_those_beside_it_alone():
    starts = np.array([[-1.5, 2.0, 0.0], [1.5, -1.0, 0.0]])
    runs = descend_all(SGD(lr=0.0018), ROSENBROCK, starts, 60)
    assert [run.outcome.kind for run in runs] == ["moving", "diverged", "moving"]
    for member, start in zip(runs, starts.T, strict=True):
        single = descend(SGD(lr=0.0018), ROSENBROCK, start, 60)
        np.testing.assert_array_equal(member.theta, single.theta)
        np.testing.assert_array_equal(member.loss, single.loss)
        np.testing.assert_array_equal(member.asked, single.asked)
        assert member.outcome == single.outcome


@pytest.mark.parametrize(
    ("surface", "start"),
    [
        (ROSENBROCK, (np.nan, 0.0)),
        (ROSENBROCK, (np.inf, 0.0)),
        (ROSENBROCK, (1.0,)),
        (ROSENBROCK, 1.0),
        (ROSENBROCK, (1.0, 2.0, 3.0)),
        (from_formula("log(x)", (-1, 1, -1, 1)), (-0.5, 0.0)),
        (from_formula("1/x", (-1, 1, -1, 1)), (0.0, 0.0)),
        (from_formula("sqrt(x)", (0, 1, 0, 1)), (0.0, 0.5)),  # whose gradient is infinite
    ],
)
def test_a_start_that_cannot_be_left_is_refused(surface, start):
    with pytest.raises(ValueError, match=r"(?s)start .*\.$"):
        descend(SGD(), surface, start, 5)


def test_a_run_has_at_least_one_step():
    with pytest.raises(ValueError, match="at least 1, not 0"):
        descend(SGD(), ROSENBROCK, (0.0, 0.0), 0)


@pytest.mark.parametrize("formula", ["1/x", "log(x)", "sqrt(x)", "x**y", "abs(log(x))", "exp(1/x)"])
def test_a_run_on_a_singular_formula_never_raises(formula):
    surface = from_formula(formula, (-2, 2, -2, 2))
    for cls in OPTIMIZERS.values():
        for lr in (0.1, 3.0):
            optimizer = cls(lr=lr) if "lr" in cls.hyperparameters() else cls()
            trajectory = descend(optimizer, surface, (0.3, 0.5), 40)
            assert np.isfinite(trajectory.theta).all()
            assert np.isfinite(trajectory.loss).all()
            assert np.isfinite(trajectory.gradient).all()


def test_a_trajectory_cannot_be_written_to_and_does_not_share_the_start():
    start = np.array([-1.5, 1.5])
    trajectory = descend(ADAM(), ROSENBROCK, start, 5)
    for array in (trajectory.theta, trajectory.loss, trajectory.gradient, trajectory.asked):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        trajectory.state["m"][0] = 7
    with pytest.raises(TypeError):
        trajectory.state["m"] = trajectory.theta
    with pytest.raises(dataclasses.FrozenInstanceError):
        trajectory.loss = None
    with pytest.raises(dataclasses.FrozenInstanceError):
        trajectory.outcome.kind = "converged"
    start[0] = 9.0
    assert trajectory.theta[0, 0] == -1.5


# Noise and clipping


def noise_of(trajectory):
    """What a run with learning rate 1 on a flat surface adds up."""
    return -np.diff(trajectory.theta, axis=0)


def flat_race(**changes):
    fields = {"surface": FLAT, "lanes": (Lane(SGD(lr=1.0)),) * 2, "steps": 40, "noise": 1.0}
    return Experiment(**fields | changes)


def test_the_noise_is_this_noise():
    """A golden value, so that a NumPy that draws other numbers is noticed."""
    first = [(0.12573022, -0.13210486), (0.64042265, 0.10490012), (-0.53566937, 0.36159505)]
    trajectory, _ = run(flat_race())
    np.testing.assert_allclose(noise_of(trajectory)[:3], first, atol=5e-9)


def test_a_seed_decides_the_path():
    assert_same_path = np.testing.assert_array_equal
    (one, _), (again, _), (other, _) = run(flat_race()), run(flat_race()), run(flat_race(seed=1))
    assert_same_path(one.theta, again.theta)
    assert not np.isclose(one.theta[1:], other.theta[1:]).any()


def test_every_lane_meets_the_same_noise():
    sgd, momentum = run(flat_race(lanes=(Lane(SGD(lr=1.0)), Lane(MOMENTUM(lr=1.0)))))
    buffer = momentum.state["b"]
    met = buffer - np.vstack([np.zeros(2), 0.9 * buffer[:-1]])
    np.testing.assert_allclose(met, noise_of(sgd), atol=1e-13)


def test_a_longer_run_repeats_the_shorter_one():
    short, long = run(flat_race(steps=40))[0], run(flat_race(steps=80))[0]
    np.testing.assert_array_equal(long.theta[:41], short.theta)


def test_noise_is_a_standard_deviation_and_none_is_none():
    half, full = run(flat_race(noise=0.5))[0], run(flat_race())[0]
    np.testing.assert_allclose(noise_of(half), 0.5 * noise_of(full), atol=1e-13)
    assert np.std(noise_of(run(flat_race(steps=5000))[0])) == pytest.approx(1, abs=0.03)
    assert not noise_of(run(flat_race(noise=0.0))[0]).any()


def test_the_recorded_gradient_is_free_of_noise_and_clipping():
    lanes = (Lane(SGD(), clip=0.5),)
    (trajectory,) = run(Experiment(surface=BOWL, lanes=lanes, steps=20, noise=2.0))
    np.testing.assert_array_equal(trajectory.gradient.T, BOWL.gradient(trajectory.theta.T))


def test_all_members_of_a_batch_meet_the_same_noise():
    noise = np.random.default_rng(0).standard_normal((10, 2))
    for member in descend_all(SGD(lr=1.0), FLAT, np.zeros((2, 3)), 10, noise=noise):
        np.testing.assert_allclose(noise_of(member), noise, atol=1e-14)


def test_a_long_gradient_is_shortened_to_the_clip_and_keeps_its_direction():
    trajectory = descend(SGD(lr=0.1), BOWL, (-2.0, 1.0), 60, clip=0.5)
    step, gradient = trajectory.state["step"], trajectory.gradient[:-1]
    norm = np.hypot(*gradient.T)
    assert (norm > 0.5).any()
    assert (norm < 0.5).any()
    shortened = gradient * np.minimum(1, 0.5 / norm)[:, None]
    np.testing.assert_allclose(step, 0.1 * shortened, rtol=1e-13)


def test_the_noise_is_clipped_with_the_gradient():
    (trajectory,) = run(flat_race(lanes=(Lane(SGD(lr=1.0), clip=0.3),), noise=100.0))
    np.testing.assert_allclose(np.hypot(*noise_of(trajectory).T), 0.3, rtol=1e-12)


def test_a_gradient_whose_square_overflows_is_clipped_like_any_other():
    steep = from_formula("x**100", (-2000, 2000, -1, 1))
    trajectory = descend(SGD(lr=0.5), steep, (1000.0, 0.0), 1, clip=1.0)
    assert trajectory.theta[1].tolist() == [999.5, 0.0]


# Schedules


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_starts_at_one_and_never_rises(schedule):
    multiplied = factors(schedule(), 0, 500)
    assert multiplied.shape == (500,)
    assert multiplied[0] == 1
    assert (np.diff(multiplied) <= 0).all()
    assert (multiplied >= 0).all()


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_warm_up_rises_to_the_whole_rate_and_the_schedule_has_the_rest(schedule):
    warmed = factors(schedule(), 20, 500)
    np.testing.assert_allclose(warmed[:20], np.arange(1, 21) / 20, rtol=1e-15)
    np.testing.assert_array_equal(warmed[20:], factors(schedule(), 0, 480))
    np.testing.assert_allclose(factors(schedule(), 50, 20), np.arange(1, 21) / 50, rtol=1e-15)


def test_a_schedules_hyperparameters_are_checked_like_an_optimizers():
    with pytest.raises(
        ValueError, match=r"^Step's gamma must be at least 0 and at most 1, not 2.$"
    ):
        SCHEDULES["step"](gamma=2)


def test_a_lanes_schedule_multiplies_its_learning_rate():
    lanes = (Lane(SGD(lr=1.0), SCHEDULES["inverse_sqrt"](), warmup=4), Lane(SGD(lr=1.0)))
    scheduled, constant = (noise_of(t) for t in run(flat_race(lanes=lanes)))
    expected = np.r_[np.arange(1, 5) / 4, 1 / np.sqrt(np.arange(1, 37))]
    np.testing.assert_allclose(scheduled, expected[:, None] * constant, atol=1e-13)


def test_warm_up_saves_a_run_that_diverges_without_it():
    cold = descend(SGD(lr=0.0018), ROSENBROCK, (2.0, -1.0), 4)
    assert cold.outcome.kind == "diverged"
    ramp = factors(SCHEDULES["constant"](), 20, 20_000)
    warm = descend(SGD(lr=0.0018), ROSENBROCK, (2.0, -1.0), 20_000, factors=ramp)
    assert warm.outcome.kind == "converged"
    assert warm.loss[-1] == pytest.approx(2.7e-14, rel=0.02)


# The experiment


def test_run_is_one_trajectory_a_lane_in_order():
    lanes = (Lane(ADAM(lr=0.1)), Lane(SGD()), Lane(MOMENTUM(), clip=1.0), Lane(ADAM(lr=0.1)))
    experiment = Experiment(lanes=lanes, steps=25)
    trajectories = run(experiment)
    assert len(trajectories) == 4
    for lane, trajectory in zip(lanes, trajectories, strict=True):
        alone = descend(lane.optimizer, ROSENBROCK, (-1.5, 1.5), 25, clip=lane.clip)
        np.testing.assert_array_equal(trajectory.theta, alone.theta)


def test_an_experiment_is_a_frozen_hashable_value():
    one, same = (
        Experiment(steps=7, lanes=[Lane(ADAM())]),
        Experiment(steps=7, lanes=(Lane(ADAM()),)),
    )
    assert one == same
    assert hash(one) == hash(same)
    assert one != Experiment(steps=8, lanes=(Lane(ADAM()),))
    assert one == dataclasses.replace(one, problems=("a sentence",))
    for value, name in ((one, "steps"), (one.lanes[0], "clip"), (one.surface, "key")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)


def test_an_experiment_takes_its_surfaces_start_and_scale_unless_told():
    beale = Experiment(surface=SURFACES["beale"], start=(2.0, 2.0), scale="linear")
    assert (beale.start, beale.scale) == ((2.0, 2.0), "linear")
    saddle = beale.with_surface(SURFACES["saddle"])
    assert (saddle.start, saddle.scale) == (SURFACES["saddle"].start, SURFACES["saddle"].scale)
    assert saddle.lanes == beale.lanes


@pytest.mark.parametrize(
    ("fields", "essentials"),
    [
        ({"start": (9.0, 0.0)}, "start must lie in Rosenbrock's domain"),
        ({"start": (np.nan, 0.0)}, "start must lie in Rosenbrock's domain"),
        (
            {"surface": from_formula("sqrt(x)", (0, 1, 0, 1)), "start": (0.0, 0.5)},
            "start must lie where your formula is defined, not at 0,0.5",
        ),
        ({"steps": 0}, "steps must be a whole number from 1 to 200000, not 0"),
        ({"steps": MAX_STEPS + 1}, "not 200001"),
        ({"steps": 2.5}, "not 2.5"),
        ({"noise": -1}, "noise must be a number from 0 to 1000, not -1"),
        ({"noise": np.nan}, "not nan"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": 2**32}, "not 4294967296"),
        ({"seed": True}, "seed must be a whole number from 0 to 4294967295, not “True”"),
        ({"steps": True}, "steps must be a whole number from 1 to 200000, not “True”"),
        ({"noise": True}, "noise must be a number from 0 to 1000, not “True”"),
        ({"noise": "much"}, "not “much”"),
        ({"noise": 10**400}, "not a number beyond all that a float holds"),
        ({"scale": "cubic"}, "scale must be linear or log, not “cubic”"),
        ({"lanes": ()}, "1 to 8 lanes, not 0"),
        ({"lanes": (Lane(SGD()),) * (MAX_LANES + 1)}, "1 to 8 lanes, not 9"),
    ],
)
def test_an_experiment_out_of_range_is_refused_in_a_sentence(fields, essentials):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        Experiment(**fields)
    assert essentials in str(refusal.value)


@pytest.mark.parametrize(
    ("fields", "essentials"),
    [
        ({"optimizer": SGD(lr=np.array([0.1, 0.2]))}, "its lr must be one number"),
        ({"warmup": -1}, "warmup must be 0 to 200000 steps, not -1"),
        (
            {"optimizer": OPTIMIZERS["lookahead"](ADAM(lr=np.array([0.1, 0.2])))},
            "its lr must be one number",
        ),
        ({"warmup": 1.5}, "not 1.5"),
        ({"warmup": True}, "not “True”"),
        ({"clip": True}, "not “True”"),
        ({"clip": "short"}, "not “short”"),
        ({"clip": 0.0}, "clip must be a finite number above 0, not 0"),
        ({"clip": np.inf}, "not inf"),
        ({"clip": np.nan}, "not nan"),
        ({"label": "<b>"}, "label must be at most 32 letters, digits, spaces"),
        ({"label": "a" * 33}, "label must be at most 32"),
    ],
)
def test_a_lane_that_cannot_run_is_refused_in_a_sentence(fields, essentials):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        Lane(**{"optimizer": SGD()} | fields)
    assert essentials in str(refusal.value)


def test_a_lane_is_called_by_its_label_or_by_what_sets_it_apart():
    lanes = [
        Lane(ADAM()),
        Lane(ADAM(lr=0.1)),
        Lane(ADAM(beta1=0.5)),
        Lane(ADAM(bias_correction=False)),
        Lane(ADAM(), SCHEDULES["cosine"]()),
        Lane(ADAM(), warmup=5),
        Lane(ADAM(), clip=1.0),
    ]
    assert len({lane.name for lane in lanes}) == len(lanes)
    assert Lane(ADAM(), label=" The first ").name == "The first"


def test_a_label_does_not_hide_that_gradients_are_clipped():
    assert Lane(ADAM(), clip=1, label="mine").name == "mine · clip 1"
    assert Lane(ADAM(), clip=0.5).name == "Adam · lr 0.001 · clip 0.5"


def test_numbers_of_any_type_become_the_one_that_a_link_can_write():
    lane = Lane(ADAM(), warmup=np.int64(3), clip=np.float64(2))
    given = Experiment(lanes=[lane], steps=np.int64(20), seed=np.uint32(7), noise=np.float32(0.5))
    assert [type(v) for v in (lane.warmup, lane.clip)] == [int, float]
    assert [type(v) for v in (given.steps, given.seed, given.noise)] == [int, int, float]
    link = "surface=rosenbrock&steps=20&noise=0.5&seed=7&lane=adam(warmup=3,clip=2)"
    assert given.to_query() == link
    assert Experiment.from_query(link) == given
