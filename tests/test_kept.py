"""What is kept is bounded by its bytes, and computed once for all who ask at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_pages import pictures
from experiment import Experiment, Run, run
from figures.relief import relief
from kept import FORMULAS, GRIDS, MEBIBYTE, NETWORKS, RUNS, TEXTS, Kept, result, size_of
from surfaces import SURFACES, Data

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds


def zeros(n):
    return np.zeros(n // 8)


# In bytes


def test_all_that_is_kept_fits_a_small_machine():
    """Community Cloud gives an app 690 MB at least."""
    kinds_of_text = 3
    assert RUNS + GRIDS + NETWORKS + FORMULAS + kinds_of_text * TEXTS <= 512 * MEBIBYTE


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3000)), max_size=40))
def test_it_never_holds_more_than_it_may_and_drops_what_was_asked_for_longest_ago(asked):
    kept, recent = Kept(10_000), {}
    for name, size in asked:
        key = (name, size)
        kept.get(key, lambda size=size: zeros(size))
        recent = {k: recent[k] for k in recent if k != key} | {key: size}
        assert kept.bytes <= 10_000
        here = [k for k in recent if k in kept]
        assert here == list(recent)[len(recent) - len(here) :], "the latest are here"
        held = sum(size_of(k) + size_of(zeros(k[1])) for k in here)
        assert kept.bytes == held
        recent = {k: recent[k] for k in here}


def test_what_is_asked_for_stays():
    kept, made = Kept(3000), []

    def make(key):
        made.append(key)
        return zeros(1000)

    for key in "abacaba":
        kept.get(key, lambda key=key: make(key))
    assert made == list("abcb")


def test_a_few_results_may_be_large_where_many_may_not():
    kept = Kept(20_000, of_many=6_000, few=3)
    for key in range(3):
        kept.get(f"large {key}", lambda: zeros(5_000))
    assert [key for key in range(3) if f"large {key}" in kept] == [0, 1, 2]
    for key in range(20):
        kept.get(f"small {key}", lambda: zeros(500))
        assert kept.bytes <= 6_000 or len(kept) <= 3
    assert 3 < len(kept) < 20


def test_what_is_larger_than_all_the_room_is_given_and_not_kept():
    kept = Kept(1000)
    kept.get("small", lambda: zeros(80))
    assert kept.get("large", lambda: zeros(8000)).nbytes == 8000
    assert "large" not in kept
    assert "small" in kept


@dataclass(frozen=True)
class Held:
    whole: np.ndarray
    part: np.ndarray
    more: dict


def test_a_thing_counts_once_and_a_view_as_what_it_keeps_alive():
    whole = zeros(80_000)
    alone = size_of(whole[:3])
    assert alone >= 80_000
    held = Held(whole, whole[::2].reshape(2, -1), {"again": (whole, whole[5:])})
    assert alone <= size_of(held) < 1.1 * 80_000
    assert size_of({i: zeros(8000) for i in range(10)}) > 80_000


@pytest.mark.parametrize("lane", ["adam", "lbfgs", "soap", "nelder_mead"])
def test_a_run_weighs_at_least_its_arrays(lane):
    (trajectory,) = run(Experiment.from_query(f"surface=booth&steps=300&lane={lane}"))
    arrays = [trajectory.theta, trajectory.loss, trajectory.gradient, trajectory.given]
    held = sum(a.nbytes for a in [*arrays, trajectory.asked, *trajectory.state.values()])
    assert held <= size_of(trajectory) <= 1.5 * held + 10_000


@pytest.mark.parametrize("word", ["lru_cache", "cache_data", "cache_resource"])
def test_nothing_else_is_kept_by_count(word):
    """What is kept for ever, by functools.cache, is as much as there are files."""
    for source in ROOT.rglob("*.py"):
        parts = source.relative_to(ROOT).parts
        ours = not any(part.startswith(".") or part == "site-packages" for part in parts)
        if ours and parts[0] not in ("tests", "benchmarks"):
            assert word not in source.read_text(), source


# Once for all


def at_once(jobs):
    """Run jobs in a thread each, begun together; what each gives or raises."""
    gate = threading.Barrier(len(jobs))

    def go(job):
        gate.wait(PATIENCE)
        try:
            return job()
        except ValueError as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [each.result(PATIENCE) for each in [pool.submit(go, job) for job in jobs]]


def test_those_who_ask_at_once_wait_for_one():
    kept, made = Kept(10_000), []

    def make():
        made.append(1)
        time.sleep(0.2)
        return zeros(800)

    found = at_once([lambda: kept.get("a", make)] * 8)
    assert len(made) == 1
    assert len({id(each) for each in found}) == 1


def test_one_does_not_wait_for_another_thing():
    kept, begun = Kept(10_000), threading.Barrier(2)

    def make():
        begun.wait(PATIENCE)  # breaks unless both are at it at once
        return zeros(8)

    at_once([lambda key=key: kept.get(key, make) for key in "ab"])
    assert len(kept) == 2


def test_each_who_waits_sees_how_far_it_is_and_each_step_is_taken_once():
    kept, taken = Kept(10_000), []

    def steps():
        for i in range(1, 11):
            taken.append(i)
            time.sleep(0.01)
            yield i / 10
        return "done"

    def watch():
        parts = []
        going = kept.steps("a", steps)
        while True:
            try:
                parts.append(next(going))
            except StopIteration as end:
                return parts, end.value

    found = at_once([watch] * 4)
    assert taken == list(range(1, 11))
    for parts, value in found:
        assert value == "done"
        assert parts == sorted(parts)


def test_another_goes_on_where_the_first_left():
    kept, taken = Kept(10_000), []

    def steps():
        for i in range(4):
            taken.append(i)
            yield i / 4
        return "done"

    first, second = kept.steps("a", steps), kept.steps("a", steps)
    next(first), next(second)
    first.close()
    assert result(second) == "done"
    assert taken == [0, 1, 2, 3]


def test_what_all_have_left_is_begun_anew():
    kept, begun = Kept(10_000), []

    def steps():
        begun.append(1)
        yield 0.5
        return "done"

    left = kept.steps("a", steps)
    next(left)
    left.close()
    assert result(kept.steps("a", steps)) == "done"
    assert len(begun) == 2


def test_all_who_wait_learn_that_it_failed_and_it_is_not_kept():
    kept = Kept(10_000)

    def fail():
        time.sleep(0.1)
        raise ValueError("It failed.")

    assert [str(each) for each in at_once([lambda: kept.get("a", fail)] * 4)] == ["It failed."] * 4
    assert kept.get("a", lambda: "now it works") == "now it works"


# What the app keeps


def test_two_visitors_who_ask_for_the_same_training_wait_for_one(monkeypatch):
    begun = []
    training = SURFACES["network_slice"].preparation.__globals__["training"]
    monkeypatch.setattr(
        "surfaces.network_slice.training", lambda *a: begun.append(1) or training(*a)
    )
    data = Data(("weight", "fuel"), [np.linspace(900, 2100, 30), np.cos(np.arange(30)) + 7])

    def fresh():
        return SURFACES["network_slice"].with_data(data).with_values(layers=1)

    def train():
        surface = fresh()
        for _ in surface.preparation():
            pass
        return surface.network

    networks = at_once([train] * 3)
    assert len(begun) == 1
    assert len({id(network) for network in networks}) == 1


def test_two_visitors_who_open_the_same_race_wait_for_one_run(monkeypatch):
    begun, go = [], Run.trajectories
    monkeypatch.setattr(Run, "trajectories", lambda run: begun.append(run) or go(run))
    race = Experiment.from_query("surface=booth&steps=4321&lane=adam(lr=0.0123)")
    (first,), (second,) = at_once([lambda: pictures.run_lanes(race)] * 2)
    assert len(begun) == 1
    assert first is second


def test_what_a_persons_data_make_is_found_under_these_data_only():
    """Two files that differ in one number are two things wherever something is kept."""
    x = np.arange(20.0)
    surfaces = [
        SURFACES["linear_regression"].with_data(Data(("x", "y"), [x, np.sin(x) + bump]))
        for bump in (0.0, 1e-12)
    ]
    ours, theirs = (Experiment(surface=s, steps=5, lanes=Experiment().lanes[:1]) for s in surfaces)
    assert pictures.run_lanes(ours)[0] is pictures.run_lanes(ours)[0]
    assert pictures.run_lanes(ours)[0] is not pictures.run_lanes(theirs)[0]
    assert relief(surfaces[0], "log").loss is relief(surfaces[0], "log").loss
    assert relief(surfaces[0], "log").loss is not relief(surfaces[1], "log").loss
