"""Each optimizer computes what torch.optim computes; record_references.py wrote the recording."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiment import SCHEDULES, Constant, descend
from experiment.schedule import factors
from optimizers import OPTIMIZERS
from surfaces import SURFACES

RECORDING = json.loads((Path(__file__).parent / "references" / "torch_optim.json").read_text())
CASES = RECORDING["cases"]


def trajectory(case):
    optimizer = OPTIMIZERS[case["optimizer"]](**case["hyperparameters"])
    surface = SURFACES[case["surface"]].with_values(**case["values"])
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
def test_the_path_is_the_one_torch_computes(case):
    ours = trajectory(case)
    reference = np.array(case["rows"])
    t, theta = reference[:, 0].astype(int), reference[:, 1:]
    followed = t < len(ours.theta)

    # Relative to the point, not to each coordinate: one that passes through zero has no digits.
    apart = np.abs(ours.theta[t[followed]] - theta[followed]).max(axis=1)
    assert (apart <= case["tolerance"] * np.abs(theta[followed]).max(axis=1)).all()

    if case["diverges"]:
        assert ours.outcome.kind == "diverged"
        assert ours.outcome.step <= t[-1], "the run must end no later than the recording"
        assert followed.sum() == len(ours.theta), "every row up to the divergence is compared"
    else:
        assert ours.outcome.kind != "diverged"
        assert followed.all()
        assert t[-1] == case["steps"]


def test_every_case_is_held_to_the_default_tolerance_or_says_why_not():
    for case in CASES:
        assert case["tolerance"] == 1e-10 or case["reason"], case["name"]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_method_is_recorded_under_every_kind_of_trouble(key):
    cases = [case for case in CASES if case["optimizer"] == key]
    settings = {name for case in cases for name in case["hyperparameters"]}
    numbers = {
        name
        for name, statement in OPTIMIZERS[key].hyperparameters().items()
        if name != "bias_correction"  # our own switch, which torch has not
    }
    assert numbers <= settings, "every hyperparameter is moved from its default somewhere"
    assert any(not case["hyperparameters"] for case in cases), "and left there somewhere"
    assert any(case["diverges"] for case in cases)
    assert any(0.0 in case["start"] for case in cases)
    assert any(case["schedule"] for case in cases)
    assert len(cases) >= 5
    assert all(case["steps"] >= 200 for case in cases)
