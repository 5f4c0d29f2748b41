"""Each optimizer computes what its reference computes; the recorders wrote the recordings."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiment import PROBLEMS, SCHEDULES, Constant, descend
from experiment.schedule import factors
from optimizers import OPTIMIZERS
from surfaces import SURFACES

pytestmark = pytest.mark.paths

FILES = sorted((Path(__file__).parent / "references").glob("*.json"))
CASES = [case for file in FILES for case in json.loads(file.read_text())["cases"]]
RECORDED = sorted({case["optimizer"] for case in CASES})

SETTLES = {"bfgs", "conjugate_gradient", "lbfgs", "nelder_mead", "trust_region"}
"""They search for a lower loss, so that no rate makes them diverge, and none is scheduled."""

OWN = {
    ("adam", "bias_correction"),
    ("conjugate_gradient", "beta_rule"),
}
"""Settings that the reference has not; they have tests of their own."""


def made(key, hyperparameters):
    """The optimizer; one that another wraps is recorded as {key: hyperparameters}."""
    values = {
        name: made(*next(iter(value.items()))) if isinstance(value, dict) else value
        for name, value in hyperparameters.items()
    }
    return OPTIMIZERS[key](**values)


def trajectory(case):
    optimizer = made(case["optimizer"], case["hyperparameters"])
    found = PROBLEMS if case["surface"] in PROBLEMS else SURFACES
    surface = found[case["surface"]].with_values(**case["values"])
    schedule = Constant()
    for key, hyperparameters in case["schedule"].items():
        schedule = SCHEDULES[key](**hyperparameters)
    return descend(
        optimizer,
        surface,
        case["start"],
        case["steps"],
        factors=factors(schedule, case["warmup"], case["steps"]),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_path_is_the_one_its_reference_computes(case):
    ours = trajectory(case)
    reference = np.array(case["rows"])
    t, theta = reference[:, 0].astype(int), reference[:, 1:]
    followed = t < len(ours.theta)

    # Relative to the point, not to each coordinate: one that passes through zero has no digits. Nor
    # has a point near zero more of them than those of which it is the difference.
    apart = np.abs(ours.theta[t[followed]] - theta[followed]).max(axis=1)
    size = np.abs(theta[followed]).max(axis=1)
    rounding = 4 * np.finfo(float).eps * np.maximum.accumulate(size)
    assert (apart <= case["tolerance"] * size + rounding).all()

    if case["diverges"]:
        assert ours.outcome.kind == "diverged"
        assert ours.outcome.step <= t[-1], "the run must end no later than the recording"
        assert followed.sum() == len(ours.theta), "every row up to the divergence is compared"
    else:
        assert ours.outcome.kind != "diverged"
        assert followed.all()
        assert t[-1] == case["steps"]


def test_no_two_cases_share_a_name():
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_case_is_held_to_the_default_tolerance_or_says_why_not():
    for case in CASES:
        assert case["tolerance"] == 1e-10 or case["reason"], case["name"]


def test_the_recordings_are_small():
    assert sum(file.stat().st_size for file in FILES) < 3e6


@pytest.mark.parametrize("key", RECORDED)
def test_a_method_is_recorded_under_every_kind_of_trouble(key):
    cases = [case for case in CASES if case["optimizer"] == key]
    moved = {(key, name) for case in cases for name in case["hyperparameters"]}
    settings = {(key, name) for name in OPTIMIZERS[key].hyperparameters()}
    assert settings - OWN <= moved, "every hyperparameter is moved from its default somewhere"
    assert any(not case["hyperparameters"] for case in cases), "and left there somewhere"
    assert any(0.0 in case["start"] for case in cases)
    assert any(case["diverges"] for case in cases) or key in SETTLES
    assert any(case["schedule"] for case in cases) or key in SETTLES
    assert len(cases) >= 5
    assert all(case["steps"] >= 200 for case in cases) or key in SETTLES
