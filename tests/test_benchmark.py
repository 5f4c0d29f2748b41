"""Benchmarks: every number of one is that of a run that can be opened."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from experiment import Experiment, run
from experiment.maps import Benchmark, benched, read_map
from exports.map_forms import MAP_FORMS, map_name
from figures.benchmark import behind, benchmark_figure
from kept import result

LITTLE = (
    "kind=benchmark&surfaces=booth,beale&instances=2&starts=3&rates=4&targets=3"
    "&steps=80&lane=adam(lr=0.1)&lane=sgd&lane=bfgs"
)


def made(benchmark):
    return [result(benchmark.steps(lane)) for lane in benchmark.race.lanes]


@pytest.fixture(scope="module")
def little():
    benchmark = read_map(LITTLE)
    assert not benchmark.problems
    return benchmark, made(benchmark)


def counted(race, lane, goal):
    """After how many evaluations a race's lane is as low as a goal, run by itself."""
    (raced,) = run(replace(race, lanes=(race.lanes[lane],)))
    low = np.flatnonzero(raced.loss <= goal)
    return raced.evaluations[low[0]] if low.size else np.inf


def test_its_numbers_come_out_the_same_from_its_link(little):
    benchmark, scores = little
    again = read_map(benchmark.to_query())
    assert again == benchmark
    for one, other in zip(scores, made(again), strict=True):
        for name, array in one.arrays().items():
            assert np.array_equal(array, getattr(other, name), equal_nan=name == "rate")


def test_behind_every_number_is_a_race_that_takes_as_many_evaluations(little):
    benchmark, scores = little
    shape = scores[0].reached.shape
    assert shape == (3, 2, 2, 3)
    seen = 0
    for place in range(0, scores[0].reached.size, 5):
        _, race = benchmark.race_of(scores, place)
        assert Experiment.from_query(race.to_query()) == race
        target, which, *_ = np.unravel_index(place, shape)
        goal = benchmark.goals(benchmark.on[which])[target]
        for lane, each in enumerate(scores):
            took = each.reached.reshape(-1)[place]
            assert took == counted(race, lane, goal)
            seen += np.isfinite(took)
    assert seen > 5


def test_under_noise_the_race_has_the_runs_own_seed():
    benchmark = read_map(f"{LITTLE}&noise=0.5&seed=7&rates=0")
    scores = made(benchmark)
    for place in (0, 4, 11):
        _, race = benchmark.race_of(scores, place)
        _, which, *_ = np.unravel_index(place, scores[0].reached.shape)
        for lane, each in enumerate(scores):
            took = each.reached.reshape(-1)[place]
            assert took == counted(race, lane, benchmark.goals(benchmark.on[which])[0])


def test_instances_are_turned_and_moved_and_those_to_train_on_are_others():
    benchmark = read_map("kind=benchmark&instances=9&lane=adam")
    for surface in benchmark.on:
        raced = [benchmark.instance(surface, n).transform for n in range(9)]
        trained = [benchmark.instance(surface, n, training=True).transform for n in range(9)]
        assert len({repr(each) for each in raced + trained}) == 18
        assert all(each.changed.keys() == {"rotate", "shift_x", "shift_y"} for each in raced)
        other = replace(benchmark, race=replace(benchmark.race, seed=1))
        assert other.instance(surface, 0) != benchmark.instance(surface, 0)
        low = benchmark.goals(surface).min()
        for n in range(3):
            moved = benchmark.instance(surface, n)
            assert float(moved.value(np.array(moved.minima).T).min()) <= low


def test_the_chosen_rate_is_the_one_that_reaches_most_targets_beforehand(little):
    benchmark, scores = little
    lane = benchmark.race.lanes[1]
    rates = benchmark.rates_of(lane)
    for surface, chosen in zip(benchmark.on, scores[1].rate, strict=True):
        counts = []
        for rate in rates:
            tried = benchmark.tuned(lane, rate)
            count = 0
            for number in range(2):
                race = replace(
                    Experiment(lanes=(tried,), steps=80),
                    surface=benchmark.instance(surface, number, training=True),
                    swarm=(),
                )
                for start in benchmark.starts_on(surface, number, training=True).T:
                    here = replace(race, start=tuple(start.tolist()))
                    for goal in benchmark.goals(surface):
                        count += np.isfinite(counted(here, 0, goal))
            counts.append(count)
        assert counts[list(rates).index(chosen)] == max(counts)
    one = replace(benchmark, tune="all")
    assert len(set(result(one.steps(lane)).rate.tolist())) == 1
    assert np.isnan(scores[2].rate).all()
    assert benchmark.untuned == ("BFGS",)


def test_the_curves_are_the_distribution_and_their_points_are_runs(little):
    benchmark, scores = little
    figure = benchmark_figure(benchmark, scores)
    type(figure)(figure.to_dict())  # validates
    for trace in figure.data:
        lane = trace.meta["lane"]
        reached = scores[lane].reached
        for x, y in zip(trace.x[:-1], trace.y[:-1], strict=True):
            assert y <= 100 * np.mean(np.maximum(reached, 1) <= x) + 1e-9
        assert trace.y[-1] == pytest.approx(100 * np.isfinite(reached).mean())
        for point, x in enumerate(trace.x[:-1]):
            place = behind(benchmark, scores, lane, point)
            assert max(reached.reshape(-1)[place], 1) == x
        assert behind(benchmark, scores, lane, len(trace.x) - 1) is None


def test_of_two_lanes_the_ratio_says_how_often_each_was_the_sooner(little):
    benchmark, scores = little
    pair = replace(benchmark, picture="ratio", shown="3,1")
    bfgs, adam = (np.maximum(scores[i].reached.reshape(-1), 1) for i in (2, 0))
    (first, _), (second, _) = pair.ratios(scores)
    assert np.sum(first == 1) == np.sum((bfgs <= adam) & np.isfinite(bfgs))
    assert np.sum(second == 1) == np.sum((adam <= bfgs) & np.isfinite(adam))
    assert len(second) == np.isfinite(adam).sum()
    assert [trace.meta["lane"] for trace in benchmark_figure(pair, scores).data] == [2, 0]
    alone = read_map("kind=benchmark&lane=adam&picture=ratio&instances=1&starts=1&steps=9&rates=0")
    assert len(benchmark_figure(alone, made(alone)).data) == 1


def test_the_table_has_a_row_a_run(little):
    benchmark, scores = little
    (table,) = (form for form in MAP_FORMS if form.ending == ".csv")
    rows = list(csv.DictReader(io.StringIO(table.make(benchmark, scores))))
    assert len(rows) == 3 * 2 * 2 * 3
    reached = np.moveaxis(scores[0].reached, 0, -1).reshape(-1, 3)
    for row, took in zip(rows, reached, strict=False):
        told = [row[f"to_{part:g}"] for part in benchmark.parts_of_the_way()]
        assert [float(each) if each else np.inf for each in told] == took.tolist()
    assert {row["surface"] for row in rows} == {"booth", "beale"}
    assert map_name(benchmark) == "benchmark-adam-sgd-bfgs"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("surfaces=beal,booth", "“beal”: did you mean beale; it was left out"),
        ("surfaces=saddle", "cannot be run on “saddle”"),
        ("surfaces=!", "surfaces must be surfaces of the catalogue"),
        ("surfaces=" + ",".join(list(benched())[:10]), "at most 8 surfaces, not 10; the first 8"),
        ("instances=99", "instances must be a whole number from 1 to 25, not 99; 25 was used"),
        ("precision=0", "precision must be at least 1e-10"),
        ("shown=9", "shown must be the numbers of two lanes"),
        ("tune=each", "tune must be one of surface, all"),
    ],
)
def test_what_cannot_be_used_of_its_link_is_said(query, words):
    benchmark = read_map(f"kind=benchmark&lane=adam&{query}")
    assert words in " ".join(benchmark.problems)
    again = read_map(benchmark.to_query())
    assert (again, again.problems) == (benchmark, ())


def test_one_that_costs_too_much_is_reduced_and_says_to_what():
    lanes = "&lane=bfgs" * 4
    benchmark = read_map(f"kind=benchmark&instances=25&starts=20&steps=9000{lanes}")
    instances, starts = benchmark.counts
    assert instances * starts < 500
    assert f"not {benchmark.instances}" in " ".join(benchmark.notes())


def test_a_benchmark_of_no_known_surface_is_refused():
    with pytest.raises(ValueError, match="cannot be run on “nowhere”"):
        Benchmark(Experiment(), surfaces="nowhere")


def test_of_a_benchmark_that_costs_too_much_instances_and_starts_are_fewer_alike():
    asked = "kind=benchmark&lane=adam&instances=25&starts=20&rates=60&steps=10000"
    instances, starts = read_map(asked).counts
    assert 1 < instances < 25
    assert 1 < starts < 20
    assert max(instances, starts) <= 2 * min(instances, starts)
    said = read_map(asked).notes()
    assert [note.split(",")[0] for note in said] == [
        f"There are {instances} instances",
        f"There are {starts} starts",
    ]
    dearer = read_map(asked.replace("10000", "200000"))
    assert dearer.counts == (1, 1)
    assert [note.split(",")[0] for note in dearer.notes()] == [
        "There is 1 instance",
        "There is 1 start",
    ]
    assert read_map(asked.replace("10000", "100")).notes() == ()
