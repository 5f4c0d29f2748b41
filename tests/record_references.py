"""Records what torch.optim does, step for step, into references/torch_optim.json.

The tests replay the file and need no torch; only this script does. To record anew:

    python -m venv /tmp/torch && /tmp/torch/bin/pip install torch==2.13.0 numpy
    /tmp/torch/bin/python tests/record_references.py

With --check it writes nothing and shows, case for case, how far a fresh recording lies from the
committed one; it fails where that is more than the case's tolerance. It also shows how far a
relative jitter of 1e-13 of every gradient moves the path: a case whose path moves by more than
1e-8 amplifies rounding too much for the default tolerance and has to state one of its own, with
the reason.

Gradients come from torch's autograd of the formulas below, written apart from surfaces/. All is
float64. The file holds one row [t, x, y] a line: every row up to 50, then every tenth and the last
one; a diverging run has every row until a coordinate exceeds 1e7. Python's shortest repr of a float
reads back exactly, so nothing is lost and a changed row is a changed line.
"""

import argparse
import json
import math
import platform
import sys
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch

FILE = Path(__file__).parent / "references" / "torch_optim.json"
DEFAULT_TOLERANCE = 1e-10
JITTER = 1e-13
FAR = 1e7  # farther out than any run that descend still follows

optim, lr_scheduler = torch.optim, torch.optim.lr_scheduler
torch.set_default_dtype(torch.float64)


def quadratic(x, y, condition=25.0, angle=0.0):
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return 0.5 * (c * x + s * y) ** 2 + 0.5 * condition * (c * y - s * x) ** 2


FORMULAS = {
    "rosenbrock": lambda x, y, a=1.0, b=100.0: (a - x) ** 2 + b * (y - x**2) ** 2,
    "beale": lambda x, y: (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    ),
    "quadratic": quadratic,
    "saddle": lambda x, y, a=1.0, b=1.0: a * x**2 - b * y**2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "three_hump_camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
}

OPTIMIZERS = {
    "sgd": lambda theta, **h: optim.SGD(theta, **h),
    "momentum": lambda theta, **h: optim.SGD(theta, **{"momentum": 0.9} | h),
    "nesterov": lambda theta, **h: optim.SGD(theta, **{"momentum": 0.9} | h, nesterov=True),
    "adagrad": lambda theta, **h: optim.Adagrad(theta, **h),
    "rmsprop": lambda theta, **h: optim.RMSprop(theta, **h),
    "adam": lambda theta, **h: optim.Adam(theta, **betas(h)),
    "amsgrad": lambda theta, **h: optim.Adam(theta, **betas(h), amsgrad=True),
    "adamw": lambda theta, **h: optim.AdamW(theta, **betas(h)),
}


def betas(hyperparameters):
    h = dict(hyperparameters)
    return h | {"betas": (h.pop("beta1", 0.9), h.pop("beta2", 0.999))}


def scheduler(optimizer, case):
    k_max = case.steps - case.warmup
    name, h = next(iter(case.schedule.items()), ("constant", {}))
    schedule = {
        "constant": lambda: lr_scheduler.LambdaLR(optimizer, lambda k: 1.0),
        "step": lambda: lr_scheduler.StepLR(optimizer, int(h["step_size"]), h["gamma"]),
        "exponential": lambda: lr_scheduler.ExponentialLR(optimizer, h["gamma"]),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, T_max=k_max),
        "inverse_sqrt": lambda: lr_scheduler.LambdaLR(optimizer, lambda k: (k + 1) ** -0.5),
    }[name]
    if not case.warmup:
        return schedule()
    ramp = lr_scheduler.LinearLR(optimizer, 1 / case.warmup, total_iters=case.warmup - 1)
    return lr_scheduler.SequentialLR(optimizer, [ramp, schedule()], milestones=[case.warmup])


@dataclass(frozen=True)
class Case:
    name: str
    optimizer: str
    surface: str
    start: tuple[float, float]
    hyperparameters: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    steps: int = 300
    schedule: dict = field(default_factory=dict)
    warmup: int = 0
    diverges: bool = False
    tolerance: float = DEFAULT_TOLERANCE
    reason: str = ""


def method(optimizer, *cases):
    """The cases of one optimizer, each as (name, surface, start, hyperparameters, the rest)."""
    return [
        Case(f"{optimizer}, {name}", optimizer, surface, start, hyperparameters, **rest)
        for name, surface, start, hyperparameters, rest in cases
    ]


BANANA, BOWL = (-1.5, 1.5), (-2.0, 1.0)

CASES = [
    *method(
        "sgd",
        ("defaults", "rosenbrock", BANANA, {}, {"steps": 1000}),
        ("a large rate", "quadratic", BOWL, {"lr": 0.079}, {}),
        ("another surface", "beale", (1.0, 1.0), {"lr": 0.01}, {}),
        ("weight decay", "himmelblau", (0.0, -4.0), {"lr": 0.004, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (-2.0, 0.0), {"lr": 0.03}, {}),
        ("a turned bowl", "quadratic", BOWL, {"lr": 0.01}, {"values": {"angle": 30.0}}),
        ("diverging slowly", "quadratic", BOWL, {"lr": 0.09}, {"diverges": True}),
        ("diverging at once", "rosenbrock", (2.0, -1.0), {"lr": 0.0018}, {"diverges": True}),
        (
            "step schedule",
            "booth",
            (-7.0, -5.0),
            {"lr": 0.05},
            {"schedule": {"step": {"step_size": 40.0, "gamma": 0.3}}},
        ),
        (
            "warm-up",
            "rosenbrock",
            (2.0, -1.0),
            {"lr": 0.0018},
            {"warmup": 20, "steps": 400},
        ),
    ),
    *method(
        "momentum",
        ("defaults", "rosenbrock", BANANA, {}, {"steps": 600}),
        ("little momentum", "beale", (1.0, 1.0), {"lr": 0.01, "momentum": 0.3}, {}),
        ("no momentum", "booth", (-7.0, -5.0), {"lr": 0.02, "momentum": 0.0}, {}),
        ("dampening", "quadratic", BOWL, {"lr": 0.05, "dampening": 0.6}, {}),
        ("full dampening", "quadratic", BOWL, {"lr": 0.05, "dampening": 1.0}, {}),
        (
            "weight decay and dampening",
            "three_hump_camel",
            (-2.2, 2.0),
            {"lr": 0.01, "momentum": 0.95, "dampening": 0.2, "weight_decay": 0.1},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.02}, {}),
        ("diverging slowly", "saddle", (1.0, 0.001), {"lr": 0.05}, {"diverges": True}),
        ("diverging at once", "beale", (4.0, 4.0), {"lr": 0.1}, {"diverges": True}),
        (
            "exponential schedule",
            "rosenbrock",
            BANANA,
            {"lr": 0.0005},
            {"schedule": {"exponential": {"gamma": 0.99}}},
        ),
    ),
    *method(
        "nesterov",
        ("defaults", "rosenbrock", BANANA, {}, {"steps": 600}),
        ("much momentum", "beale", (1.0, 1.0), {"lr": 0.003, "momentum": 0.99}, {}),
        ("little momentum", "booth", (-7.0, -5.0), {"lr": 0.03, "momentum": 0.1}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 0.01, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.01}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.06}, {"diverges": True}),
        (
            "cosine schedule",
            "himmelblau",
            (0.0, -4.0),
            {"lr": 0.002},
            {"schedule": {"cosine": {}}},
        ),
    ),
    *method(
        "adagrad",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", (1.0, 1.0), {"lr": 0.5}, {}),
        ("learning-rate decay", "quadratic", BOWL, {"lr": 0.8, "lr_decay": 0.02}, {}),
        (
            "an initial accumulator",
            "booth",
            (-7.0, -5.0),
            {"lr": 1.0, "initial_accumulator_value": 10.0},
            {},
        ),
        ("weight decay", "himmelblau", (0.0, -4.0), {"lr": 0.3, "weight_decay": 1.5}, {}),
        ("a large eps", "three_hump_camel", (-2.2, 2.0), {"lr": 0.3, "eps": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("diverging", "saddle", (1.0, 0.001), {"lr": 1e6}, {"diverges": True}),
        (
            "inverse square root schedule",
            "rosenbrock",
            BANANA,
            {"lr": 0.5},
            {"schedule": {"inverse_sqrt": {}}},
        ),
    ),
    *method(
        "rmsprop",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a short memory", "beale", (1.0, 1.0), {"lr": 0.005, "alpha": 0.7}, {}),
        ("momentum", "himmelblau", (0.0, -4.0), {"lr": 0.002, "momentum": 0.9}, {}),
        ("centered", "rosenbrock", BANANA, {"lr": 0.002, "centered": True}, {}),
        (
            "centered with momentum and weight decay",
            "three_hump_camel",
            (-2.2, 2.0),
            {
                "lr": 0.0005,
                "alpha": 0.95,
                "momentum": 0.8,
                "centered": True,
                "weight_decay": 0.05,
            },
            {},
        ),
        ("a large eps", "booth", (-7.0, -5.0), {"lr": 0.3, "eps": 5.0}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.001, "centered": True}, {}),
        ("diverging", "saddle", (1.0, 0.001), {"lr": 3e4}, {"diverges": True}),
        (
            "step schedule",
            "quadratic",
            BOWL,
            {"lr": 0.01},
            {"schedule": {"step": {"step_size": 100.0, "gamma": 0.1}}},
        ),
    ),
    *method(
        "adam",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", (1.0, 1.0), {"lr": 0.1}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            (0.0, -4.0),
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0},
            {},
        ),
        ("no memory", "booth", (-7.0, -5.0), {"lr": 0.01, "beta1": 0.0, "beta2": 0.0}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 0.05, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("diverging", "saddle", (1.0, 0.001), {"lr": 1e5}, {"diverges": True}),
        (
            "warm-up and cosine schedule",
            "rosenbrock",
            BANANA,
            {"lr": 0.1},
            {"schedule": {"cosine": {}}, "warmup": 50},
        ),
    ),
    *method(
        "amsgrad",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", (1.0, 1.0), {"lr": 0.1}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            (0.0, -4.0),
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0},
            {},
        ),
        ("weight decay", "quadratic", BOWL, {"lr": 0.05, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("diverging", "saddle", (1.0, 0.001), {"lr": 1e5}, {"diverges": True}),
        (
            "exponential schedule",
            "rosenbrock",
            BANANA,
            {"lr": 0.1},
            {"schedule": {"exponential": {"gamma": 0.99}}},
        ),
    ),
    *method(
        "adamw",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", (1.0, 1.0), {"lr": 0.1}, {}),
        ("strong decay", "quadratic", BOWL, {"lr": 0.05, "weight_decay": 1.0}, {}),
        (
            "no decay, odd betas and eps",
            "himmelblau",
            (0.0, -4.0),
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0, "weight_decay": 0.0},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        (
            "diverging",
            "saddle",
            (1.0, 0.001),
            {"lr": 1e5, "weight_decay": 1e-7},
            {"diverges": True},
        ),
        (
            "step schedule",
            "three_hump_camel",
            (-2.2, 2.0),
            {"lr": 0.1, "weight_decay": 0.2},
            {"schedule": {"step": {"step_size": 50.0, "gamma": 0.5}}},
        ),
    ),
]


def path(case, jitter=0.0):
    """The rows [t, x, y] that torch computes; the last may be the first one far out."""
    rng = np.random.default_rng(0)
    theta = torch.tensor(case.start, requires_grad=True)
    optimizer = OPTIMIZERS[case.optimizer]([theta], **case.hyperparameters, foreach=False)
    schedule = scheduler(optimizer, case)
    rows = [[0, *theta.tolist()]]
    for t in range(1, case.steps + 1):
        optimizer.zero_grad()
        FORMULAS[case.surface](*theta, **case.values).backward()
        theta.grad *= torch.tensor(1 + jitter * rng.standard_normal(2))
        optimizer.step()
        schedule.step()
        rows.append([t, *theta.tolist()])
        if not (theta.abs() < FAR).all():
            break
    return rows


def kept(case, rows):
    """Every row up to 50, then every tenth, and the last."""
    return [r for r in rows if case.diverges or r[0] <= 50 or r[0] % 10 == 0 or r is rows[-1]]


def difference(rows, others):
    """The largest distance between equal rows, relative to the point's; the shorter decides."""
    pairs = zip(np.array(rows)[:, 1:], np.array(others)[:, 1:], strict=False)
    return max(np.abs(a - b).max() / max(np.abs(b).max(), 1e-300) for a, b in pairs)


def text(recording):
    """JSON with one row a line."""
    blocks = []
    for case in recording["cases"]:
        head = "".join(f' "{k}": {json.dumps(v)},\n' for k, v in case.items() if k != "rows")
        rows = ",\n".join(map(json.dumps, case["rows"]))
        blocks.append(f'{{\n{head} "rows": [\n{rows}\n]}}')
    head = json.dumps(recording["recorded_with"])
    return f'{{"recorded_with": {head},\n"cases": [\n' + ",\n".join(blocks) + "\n]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    check = parser.parse_args().check
    warnings.filterwarnings("ignore", module="torch.optim.lr_scheduler")

    committed = json.loads(FILE.read_text()) if FILE.exists() else {"cases": []}
    before = {case["name"]: case for case in committed["cases"]}
    cases, failed = [], sorted(set(before) - {case.name for case in CASES})
    print(f"{'case':58} {'rows':>5} {'jittered':>9} {'committed':>9}")
    for case in CASES:
        rows = kept(case, path(case))
        record = asdict(case) | {"rows": rows}
        record = json.loads(json.dumps(record))
        cases.append(record)
        moved = difference(kept(case, path(case, JITTER)), rows)
        old = before.get(case.name)
        apart = difference(old["rows"], rows) if old else math.nan
        same = old and record | {"rows": 0} == old | {"rows": 0} and len(rows) == len(old["rows"])
        if not (same and apart <= case.tolerance):
            failed.append(case.name)
        print(f"{case.name:58} {len(rows):5} {moved:9.1e} {apart:9.1e}")
        if moved > 1e-8 and case.tolerance == DEFAULT_TOLERANCE:
            sys.exit(f"{case.name}: amplifies rounding; state a tolerance and the reason.")

    if check:
        sys.exit("Differs: " + "; ".join(failed) if failed else None)
    versions = {"torch": torch.__version__, "python": platform.python_version()}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text({"recorded_with": versions, "cases": cases}))


if __name__ == "__main__":
    main()
