"""Maps: what becomes of many runs at once, and the links that say which."""

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from experiment import PROBLEMS, Experiment, run, settle
from experiment.ends import settling
from experiment.maps import KINDS, MAX_GRID, Axis, Basins, Sweep, rate_limit, read_map, regions
from experiment.maps.axis import swept, usual_axis
from experiment.maps.base import cost, settled
from experiment.maps.theory import SOURCES, curvature
from figures.live_basins import live_basins
from kept import result
from optimizers import OPTIMIZERS
from surfaces import SURFACES

HIMMELBLAU = "kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=14&steps=300"


def made(a_map):
    return [result(a_map.steps(lane)) for lane in a_map.lanes()]


def same(ends, others):
    return all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for a, b in zip(ends, others, strict=True)
    )


def parts(ends):
    return [ends.theta, ends.loss, ends.kind, ends.step, ends.evaluations]


@pytest.mark.paths
def test_the_basins_of_himmelblaus_minima_are_where_each_start_alone_ends():
    basins = read_map(HIMMELBLAU)
    (ends,) = made(basins)
    found = regions(basins.surface, [ends])
    assert sorted((m.x, m.y) for m in found.minima) == sorted(basins.surface.minima)
    assert all(m.is_lowest and not m.wide for m in found.minima)
    starts, lane = basins.starts(14), basins.lanes()[0]
    reached = Counter()
    for row, column in product(range(14), range(14)):
        start = tuple(starts[:, row, column].tolist())
        alone = settle(lane.optimizer, basins.surface, start, 300)
        assert same(parts(alone), [each[..., row, column] for each in parts(ends)])
        (raced,) = run(Experiment.from_query(basins.race_from(start).to_query()))
        assert np.array_equal(raced.theta[-1], ends.theta[:, row, column])
        assert (raced.outcome.kind, raced.outcome.step) == (
            ends.kind[row, column],
            ends.step[row, column],
        )
        place = found.place[0][row, column]
        if raced.outcome.kind == "converged":
            minimum = found.minima[place]
            assert np.hypot(*(raced.theta[-1] - (minimum.x, minimum.y))) < 0.01
            reached[place] += 1
        else:
            assert place == -1
    assert set(reached) == {0, 1, 2, 3}


@pytest.mark.paths
def test_runs_end_alike_in_any_order_of_blocks_and_beside_any_others(monkeypatch):
    race = Experiment.from_query("surface=rosenbrock&lane=adam(lr=0.1)&steps=120&noise=0.5")
    starts = SURFACES["rosenbrock"].domain.grid(16).reshape(2, -1)
    lane = race.lanes[0]
    whole = result(settled(race, lane, lane.optimizer, starts))
    monkeypatch.setattr("experiment.maps.base.many_at_once", lambda: 37)
    monkeypatch.setattr("experiment.maps.base.FEWEST", 1)
    order = np.random.default_rng(0).permutation(starts.shape[1])
    mixed = result(settled(race, lane, lane.optimizer, starts[:, order]))
    assert same(parts(mixed), [each[..., order] for each in parts(whole)])


def test_who_settles_many_runs_lets_others_work_between_a_few_steps(monkeypatch):
    rosenbrock, adam = SURFACES["rosenbrock"], OPTIMIZERS["adam"](lr=0.1)
    starts, longest = rosenbrock.domain.grid(20).reshape(2, -1), 7
    whole = settle(adam, rosenbrock, starts, 40, clip=5.0)
    monkeypatch.setattr("experiment.ends.LONGEST", longest)
    told = []
    steps = settling(adam, rosenbrock, starts, 40, clip=5.0)
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            ends = end.value
            break
    assert told == [min(1.0, longest * (i + 1) / 40) for i in range(6)]
    assert same(parts(ends), parts(whole))


def test_where_no_run_starts_is_told_apart():
    basins = read_map("kind=basins&formula=log(x)%2Bx^2%2By^2&lane=sgd(lr=0.05)&grid=10&steps=50")
    (ends,) = made(basins)
    x, _ = basins.starts(10)
    assert ((ends.kind == "undefined") == (x <= 0)).all()
    assert (x > 0).any()
    assert (ends.step[x > 0] > 0).all()


def test_minima_on_one_line_are_one_and_others_are_their_own():
    valley = read_map("surface=min_norm&lane=sgd(lr=0.1)&lane=adam(lr=0.1)&shown=1,2&grid=20")
    assert isinstance(valley, Basins)
    found = regions(valley.surface, made(valley))
    assert len(found.minima) == 1
    assert found.minima[0].wide
    many = read_map("surface=rastrigin&lane=sgd(lr=0.001)&grid=40&steps=200")
    found = regions(many.surface, made(many))
    assert len(found.minima) == 121
    assert [m.is_lowest for m in found.minima] == [True] + 120 * [False]
    assert (found.minima[0].x, found.minima[0].y) == many.surface.minima[0]


def test_two_lanes_share_their_minima():
    both = read_map(f"{HIMMELBLAU}&lane=sgd(lr=0.01)&shown=1,2&compare=difference")
    first, second = made(both)
    together = regions(both.surface, [first, second])
    for ends, place in zip((first, second), together.place, strict=True):
        for i, minimum in enumerate(together.minima):
            there = ends.theta[:, place == i].T
            assert (np.hypot(*(there - (minimum.x, minimum.y)).T) < 0.01).all()
    assert (together.place[0] != together.place[1]).any()


@pytest.mark.parametrize("key", SOURCES)
def test_the_sweeps_limit_on_a_quadratic_lies_at_the_theorys_to_a_cell(key):
    sweep = read_map(
        f"kind=sweep&surface=quadratic&start=1,1&lane={key}&steps=3000"
        "&x=lr(low=0.001,high=10,points=200)"
    )
    (ends,) = made(sweep)
    rates, last = sweep.x.values, ends.loss[0, :, 0]
    largest = curvature(sweep.surface)
    limit = float(rate_limit(sweep.lanes()[0], largest))
    beta = sweep.lanes()[0].optimizer.values().get("momentum", 0.0)
    assert limit == pytest.approx(
        {"sgd": 2, "momentum": 2 * (1 + beta), "nesterov": 2 * (1 + beta) / (1 + 2 * beta)}[key]
        / largest
    )
    beyond = int(np.searchsorted(rates, limit))
    assert 1 < beyond < len(rates) - 1
    grows = (ends.kind[0, :, 0] == "diverged") | (last > sweep.surface.value((1.0, 1.0)))
    assert not grows[: beyond - 1].any()
    assert grows[beyond + 1 :].all()


def test_there_is_a_limit_on_convex_quadratics_only_and_for_what_theory_knows():
    assert curvature(SURFACES["rosenbrock"]) is None
    assert curvature(SURFACES["saddle"]) is None
    ravine = SURFACES["ravine"]
    largest = curvature(ravine)
    assert largest == pytest.approx(np.linalg.eigvalsh(ravine.hessian((0.3, 0.2)))[1])
    lanes = Experiment.from_query(
        "lane=adam&lane=sgd(schedule=cosine)&lane=sgd(clip=1)&lane=momentum(dampening=0.5)"
    ).lanes
    assert [rate_limit(lane, largest) for lane in lanes] == [None] * 4
    decayed = Experiment.from_query("lane=sgd(weight_decay=1)").lanes[0]
    assert rate_limit(decayed, largest) == pytest.approx(2 / (largest + 1))


@pytest.mark.paths
def test_each_place_of_a_sweep_is_the_race_that_it_opens():
    sweep = read_map(
        "kind=sweep&surface=beale&start=1,1&start=0.5,-2&noise=0.1&seeds=2&steps=60&lane=adam"
        "&lane=lookahead(momentum)&x=lr(low=0.001,high=0.1,points=12)"
        "&y=momentum(low=0.5,high=0.9,points=10,scale=linear)"
    )
    assert not sweep.problems
    assert "Adam has no momentum" in sweep.notes()[0]
    for lane, ends in zip(sweep.lanes(), made(sweep), strict=True):
        assert ends.loss.shape == (10, 12, 4)
        for cell in ((0, 0), (7, 3), (9, 11)):
            race = sweep.race_at(cell)
            index = sweep.lanes().index(lane)
            for seed in (0, 1):
                (raced,) = run(replace(race, lanes=(race.lanes[index],), seed=seed))
                assert raced.loss[-1] == ends.loss[*cell, seed]
        assert (ends.loss[:, :, 0] != ends.loss[:, :, 2]).any()


def test_evaluations_to_a_target_are_when_a_run_was_first_as_low():
    sweep = read_map(
        "kind=sweep&surface=booth&start=-8,6&steps=200&measure=evaluations&target=0.5"
        "&lane=sgd&x=lr(low=0.001,high=0.3,points=10)"
    )
    (ends,) = made(sweep)
    found = sweep.measured(ends)[0, :, 0]
    for i, evaluations in enumerate(found):
        (raced,) = run(sweep.race_at((0, i)))
        low = np.flatnonzero(raced.loss <= 0.5)
        assert evaluations == (raced.evaluations[low[0]] if low.size else np.inf)
    assert np.isinf(found).any()
    best = sweep.best(ends)
    assert found[best[1]] == found.min()


def test_tuning_takes_each_lanes_best_and_says_how():
    sweep = read_map("kind=sweep&surface=ravine&steps=150&lane=sgd&lane=adam&x=lr(points=25)")
    ends = tuple(made(sweep))
    tuned = sweep.tuned(ends)
    assert [lane.optimizer.key for lane in tuned.race.lanes] == ["sgd", "adam"]
    for raced, ran, said in zip(run(tuned.race), ends, tuned.said, strict=True):
        finite = ran.loss[ran.kind != "diverged"]
        assert raced.loss[-1] == finite.min()
        assert "25 runs" in said
        assert str(int(ran.evaluations.sum())) in said
    assert replace(tuned.race, lanes=sweep.race.lanes) == sweep.race


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_number_of_every_method_can_be_on_an_axis(key):
    cls = OPTIMIZERS[key]
    race = Experiment.from_query(f"surface=booth&steps=3&lane={key}")
    for name in swept(race.lanes):
        axis = replace(usual_axis(race.lanes, name), points=10)
        sweep = Sweep(race, axis)
        assert read_map(sweep.to_query()) == sweep
        values = axis.values
        assert (np.diff(values) > 0).all()
        assert len(values) == 10
        (ends,) = made(sweep)
        assert ends.kind.shape == (1, 10, 1)
    if not swept(race.lanes):
        with pytest.raises(ValueError, match="needs a lane with a number"):
            Sweep(race)
        assert "No lane has a number" in " ".join(read_map(f"kind=sweep&lane={cls.key}").problems)


LINKS = {
    HIMMELBLAU: (),
    "kind=basins&surface=beale&shown=2,1&compare=difference": (),
    "kind=sweep&surface=formula(a=2)&formula=ax^2%2B3y^2&x=momentum&lane=nesterov": (),
    "kind=sweep&lane=adam&y=beta2(points=20)&measure=evaluations&target=-3": (),
    "kind=sweep&lane=adam&noise=1&seeds=7&start=1,1&start=0,1": (),
    "surface=booth&view=1&step=5&grid=44": ("“view” is no part of a map",),
    "kind=zap": ("kind must be one of basins, sweep, benchmark, not “zap”; basins was used",),
    "grid=1e6": ("grid must be a whole number from 10 to 400, not 1000000; 400 was used",),
    "grid=nine&shown=1": ("grid must be a finite number, not “nine”; 100",),
    "kind=basins&x=lr": ("“x” is no part of a map",),
    "kind=sweep&lane=adam&x=speed": ("The axis cannot be of “speed”: take one of lr,",),
    "kind=sweep&lane=adam&x=lr(low=1,high=0.1)": ("must rise, not go from 1 to 0.1; 1e-05 to 10",),
    "kind=sweep&lane=adam&x=lr(low=0)": ("cannot be logarithmic from 0 to 10",),
    "kind=sweep&lane=adam&x=lr(points=7)": ("points must be", "10 was used"),
    "kind=sweep&lane=adam&x=lr(points=5e3,speed=1)": ("200 was used", "has no “speed”"),
    "kind=sweep&lane=adam&x=lr&y=lr": ("must differ, not both be lr; y was left out",),
    "kind=sweep&lane=adam&seeds=5": ("must be 1 where there is no noise; 1 was used",),
    "kind=sweep&lane=adam&target=low": ("target must be a finite number",),
    "kind=basins&problem=reddi_deterministic": ("is no f(x, y); Rosenbrock was used",),
}


@pytest.mark.parametrize("query", LINKS)
def test_a_map_comes_back_from_its_link_and_says_what_could_not_be_used(query):
    a_map = read_map(query)
    for part in LINKS[query]:
        assert part in " ".join(a_map.problems)
    assert bool(a_map.problems) == bool(LINKS[query])
    again = read_map(a_map.to_query())
    assert (again, again.problems) == (a_map, ())
    assert again.to_query() == a_map.to_query()


@pytest.mark.parametrize("kind", KINDS)
def test_any_races_link_is_a_maps_and_how_the_race_is_drawn_is_none_of_it(kind):
    race = "surface=ackley(rotate=20)&start=1,1&noise=0.1&seed=3&lane=adam(lr=0.1,label=A)"
    a_map = read_map(f"kind={kind}&{race}&scale=log&per=evaluation&curve=gap&step=9&future=0")
    assert not a_map.problems
    assert a_map == read_map(f"kind={kind}&{race}")
    assert a_map.race == Experiment.from_query(race)


def test_what_decides_nothing_is_no_part_of_the_key():
    first = read_map("kind=basins&surface=booth&lane=adam(label=A)&lane=sgd&start=1,1&steps=50")
    other = read_map("kind=basins&surface=booth&lane=sgd&lane=adam&shown=2,1&steps=50")
    assert first.key(first.lanes()[0]) == other.key(other.lanes()[0])
    keys = {first.key(first.lanes()[0])}
    for change in ("grid=50", "noise=1", "steps=51", "surface=beale", "lane=adam(beta1=0.8)"):
        parts = [p for p in first.to_query().split("&") if p.split("=")[0] != change.split("=")[0]]
        changed = read_map("&".join([*parts, change]))
        keys.add(changed.key(changed.lanes()[0]))
    assert len(keys) == 6


def test_a_map_that_costs_too_much_is_reduced_and_says_to_what():
    large = read_map(f"lane=nelder_mead&lane=adam&shown=1,2&grid={MAX_GRID}&steps=2000")
    slow, fast = large.lanes()
    n = large.grid_of(slow)
    assert n < large.grid_of(fast) <= MAX_GRID
    assert f"from {n} x {n} starts, not 400 x 400, because it takes one point" in large.notes()[0]
    assert cost(large.race, slow, n * n, True) <= 10e6 < cost(large.race, slow, (n + 1) ** 2, True)
    long = read_map("kind=sweep&lane=adam&x=lr(points=200)&y=beta1(points=200)&steps=20000")
    x, y = long.axes
    assert x.points == y.points < 200
    assert f"The axis of lr has {x.points} points, not 200" in long.notes()[0]


def test_a_map_of_what_is_no_surface_is_refused():
    race = Experiment(surface=next(iter(PROBLEMS.values())))
    with pytest.raises(ValueError, match=r"A map is of a surface, and .* is no f\(x, y\)"):
        Basins(race)


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (("lr", 1.0, 0.5), "must rise"),
        (("lr", 0.0, 0.5, 20, "log"), "cannot be logarithmic"),
        (("momentum", 0.5, 1.0, 20, "complement"), "by what is missing to 1"),
        (("lr", 0.1, 0.5, 5), "points"),
        (("lr", 0.1, 0.5, 20, "cubic"), "scale"),
    ],
)
def test_an_axis_that_has_no_values_is_refused(axis, words):
    with pytest.raises(ValueError, match=words):
        Axis(*axis)


def test_followed_starts_are_some_of_the_map_and_end_where_it_says():
    for link in (
        "kind=basins&surface=logistic_regression&batch=5&lane=adam(lr=0.1)&grid=60&steps=30",
        "kind=basins&formula=log(x)%2By^2&lane=nelder_mead&grid=20&steps=20",
    ):
        basins = read_map(link)
        assert not basins.problems
        (lane,), (ends,) = basins.lanes(), made(basins)
        paths, every = basins.followed(lane), basins.every(lane)
        some = np.s_[..., every // 2 :: every, every // 2 :: every]
        starts = basins.starts(basins.grid_of(lane))[some].reshape(2, -1)
        assert paths.shape == (basins.race.steps + 1, *starts.shape)
        assert starts.shape[1] <= 2000
        defined = ends.kind[some].reshape(-1) != "undefined"
        assert (paths[0][:, defined] == starts[:, defined].astype(np.float32)).all()
        assert np.isnan(paths[:, :, ~defined]).all()
        far = ends.kind[some].reshape(-1) == "diverged"
        there = ends.theta[some].reshape(2, -1).astype(np.float32)
        assert (paths[-1] == there)[:, defined & ~far].all()


@pytest.mark.parametrize("kind", ["sweep&x=lr(points=10)", "benchmark&rates=3&surfaces=booth"])
@pytest.mark.parametrize("lane", ["rule(lr=0.01)", "lookahead(rule(lr=0.01))"])
def test_a_rule_of_ones_own_is_swept_and_tuned_as_any(kind, lane):
    drawn = read_map(f"kind={kind}&surface=booth&steps=5&lane={lane}&rule=x%3Dx-lr*g")
    assert drawn.problems == ()
    for each in drawn.lanes():
        assert result(drawn.steps(each)) is not None


def test_a_page_has_the_lanes_of_a_map_in_the_order_in_which_they_are_drawn():
    link = "kind=basins&surface=booth&steps=20&grid=20&lane=sgd&lane=adam&shown="
    for shown, order in (("1,2", ["0", "1"]), ("2,1", ["1", "0"]), ("2", ["1"])):
        head = live_basins(read_map(link + shown)).head
        assert head["order"] == order
        assert {*head["lanes"]} == {*order}
