"""A printed link keeps its race: the links that tests/record_links.py recorded, and versions."""

import json
from pathlib import Path

import pytest

from experiment import Experiment, run, versions
from experiment.versions import Change
from optimizers import OPTIMIZERS

FROZEN = json.loads((Path(__file__).parent / "links" / "links.json").read_text())
from_query = Experiment.from_query


def test_there_are_enough_links_of_every_kind():
    queries = [each["query"] for each in FROZEN]
    assert len(set(queries)) >= 100
    assert sum(each["exact"] for each in FROZEN) >= 10
    assert sum(any(f"lane={key}" in q for q in queries) for key in OPTIMIZERS) >= 60


@pytest.mark.parametrize("frozen", FROZEN, ids=[each["link"] for each in FROZEN])
def test_a_printed_link_keeps_its_race(frozen):
    experiment = from_query(frozen["link"])
    assert experiment.problems == ()
    assert experiment == from_query(frozen["query"])
    assert experiment.to_query() == frozen["query"]
    for trajectory, (rows, *numbers) in zip(run(experiment), frozen["lanes"], strict=True):
        assert len(trajectory.loss) == rows
        kept = [*range(1, min(rows, 4)), rows - 1]
        now = [*trajectory.theta[kept].ravel().tolist(), float(trajectory.loss[-1])]
        assert now == (numbers if frozen["exact"] else pytest.approx(numbers, rel=1e-9, abs=1e-9))


# A default that changes

LATER = (
    Change(2, "adam", "lr", "0.5"),
    Change(2, "booth", "start", "3,-4"),
    Change(2, "lookahead", "base", "sgd(lr=0.25)"),
    Change(2, "step", "gamma", "0.25"),
    Change(2, "rosenbrock", "b", "10"),
    Change(2, "", "steps", "300"),
    Change(3, "adam", "lr", "0.25"),
    Change(3, "", "noise", "0.5"),
    Change(3, "matyas", "domain", "-3,3,-3,3"),
    Change(3, "matyas", "scale", "linear"),
)


@pytest.fixture
def later(monkeypatch):
    """As if these defaults had been others in the past."""
    monkeypatch.setattr(versions, "CHANGES", LATER)


def test_no_default_has_changed_yet_and_links_say_no_version():
    assert versions.CHANGES == ()
    assert "v=" not in Experiment().to_query()
    read = from_query("surface=booth&lane=adam&v=1")
    assert read.problems == ()
    assert read == from_query("surface=booth&lane=adam")


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("lane=adam", "v=3&lane=adam(lr=0.5)&steps=300&noise=0.5&surface=rosenbrock(b=10)"),
        ("v=1&lane=adam", "v=3&lane=adam(lr=0.5)&steps=300&noise=0.5&surface=rosenbrock(b=10)"),
        ("v=2&lane=adam", "v=3&lane=adam(lr=0.25)&noise=0.5"),
        ("v=3&lane=adam", "v=3&surface=rosenbrock&lane=adam(lr=0.001)"),
        ("steps=7&noise=0&surface=booth&lane=sgd", "v=3&steps=7&surface=booth&start=3,-4&lane=sgd"),
        ("v=2&noise=0&surface=booth&start=1,2&lane=sgd", "v=3&surface=booth&start=1,2&lane=sgd"),
        (
            "steps=7&noise=0&surface=ackley&lane=lookahead&lane=lookahead(adam)",
            "v=3&steps=7&surface=ackley&lane=lookahead(sgd(lr=0.25))&lane=lookahead(adam(lr=0.5))",
        ),
        (
            "v=2&noise=0&surface=matyas&lane=sgd",
            "v=3&surface=matyas&domain=-3,3,-3,3&scale=linear&lane=sgd",
        ),
        (
            "steps=7&noise=0&surface=ackley&lane=sgd(schedule=step)",
            "v=3&steps=7&surface=ackley&lane=sgd(schedule=step(gamma=0.25))",
        ),
    ],
)
def test_an_older_link_means_the_defaults_of_its_time(printed, meant):
    read = from_query(printed)
    assert read.problems == ()
    assert read == from_query(meant)
    written = read.to_query()
    assert written.endswith("&v=3")
    assert from_query(written) == read


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("version", ["4", "0", "-1", "x", "1.5"])
def test_a_version_that_there_is_not_is_named(version):
    read = from_query(f"v={version}&lane=adam(lr=0.1)")
    (sentence,) = read.problems
    assert sentence.startswith("v must be")
    assert sentence.endswith("version 1 was used instead.")
    assert read == from_query("lane=adam(lr=0.1)")
