"""Records what torch.optim does, step for step, into references/torch_optim.json.

recording.py says how. To record anew, or with --check to compare:

    python -m venv /tmp/torch && /tmp/torch/bin/pip install torch==2.13.0 numpy
    /tmp/torch/bin/python tests/record_references.py

Gradients come from torch's autograd. All is float64.
"""

import sys
import warnings
from pathlib import Path

import torch
from recording import BANANA, BOWL, FAR, FORMULAS, jitter_of, method, record

sys.path.insert(0, str(Path(__file__).parents[1]))

from exports.references import TORCH

optim, lr_scheduler = torch.optim, torch.optim.lr_scheduler
torch.set_default_dtype(torch.float64)


def made(theta, key, hyperparameters):
    """The optimizer as exports/references.py says it is called."""
    call = TORCH.call(key, hyperparameters)
    return getattr(optim, call.function.rpartition(".")[2])(theta, **call.arguments)


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
            "amsgrad",
            "rosenbrock",
            BANANA,
            {"lr": 0.1, "beta2": 0.9, "amsgrad": True, "weight_decay": 0.05},
            {},
        ),
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
    *method(
        "asgd",
        ("defaults", "beale", (1.0, 1.0), {}, {}),
        ("averaging", "rosenbrock", BANANA, {"lr": 0.001, "t0": 50}, {}),
        ("a falling rate", "quadratic", BOWL, {"lr": 0.07, "lambd": 0.3, "alpha": 0.5}, {}),
        ("weight decay", "himmelblau", (0.0, -4.0), {"lr": 0.004, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (-2.0, 0.0), {"lr": 0.03}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.09}, {"diverges": True}),
        (
            "step schedule",
            "booth",
            (-7.0, -5.0),
            {"lr": 0.05},
            {"schedule": {"step": {"step_size": 40.0, "gamma": 0.3}}},
        ),
    ),
    *method(
        "rprop",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("large steps", "booth", (-7.0, -5.0), {"lr": 0.5, "step_max": 0.7}, {}),
        ("odd factors", "beale", (1.0, 1.0), {"eta_minus": 0.3, "eta_plus": 1.5}, {}),
        ("a least step", "himmelblau", (0.0, -4.0), {"lr": 0.1, "step_min": 0.02}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        (
            "diverging",
            "saddle",
            (1.0, 0.001),
            {"lr": 1e5, "eta_plus": 1.3, "step_max": 1e6},
            {"diverges": True},
        ),
        (
            "cosine schedule",
            "three_hump_camel",
            (-2.2, 2.0),
            {"lr": 0.05},
            {"schedule": {"cosine": {}}, "warmup": 5},
        ),
    ),
    *method(
        "adadelta",
        ("defaults", "booth", (-7.0, -5.0), {}, {}),
        ("a large rate", "booth", (-7.0, -5.0), {"lr": 5.0}, {"steps": 200}),
        ("odd rho and eps", "himmelblau", (0.0, -4.0), {"rho": 0.5, "eps": 1e-3}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 5.0, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 2.0}, {}),
        ("diverging", "saddle", (1.0, 0.001), {"lr": 1e8}, {"diverges": True}),
        (
            "exponential schedule",
            "booth",
            (-7.0, -5.0),
            {"lr": 20.0},
            {"schedule": {"exponential": {"gamma": 0.99}}},
        ),
    ),
    *method(
        "adamax",
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
            "warm-up and cosine schedule",
            "rosenbrock",
            BANANA,
            {"lr": 0.1},
            {"schedule": {"cosine": {}}, "warmup": 50},
        ),
    ),
    *method(
        "nadam",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", (1.0, 1.0), {"lr": 0.1}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            (0.0, -4.0),
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0},
            {},
        ),
        ("a fast schedule of momentum", "booth", (-7.0, -5.0), {"momentum_decay": 0.5}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 0.05, "weight_decay": 0.5}, {}),
        (
            "decoupled weight decay",
            "quadratic",
            BOWL,
            {"lr": 0.05, "weight_decay": 0.5, "decoupled_weight_decay": True},
            {},
        ),
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
        "radam",
        ("defaults", "beale", (1.0, 1.0), {}, {}),
        ("a larger rate", "quadratic", BOWL, {"lr": 0.05}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            (0.0, -4.0),
            {"lr": 0.002, "beta1": 0.5, "beta2": 0.9, "eps": 1.0},
            {},
        ),
        ("never rectified", "booth", (-7.0, -5.0), {"lr": 0.02, "beta2": 0.6}, {}),
        ("weight decay", "three_hump_camel", (-2.2, 2.0), {"weight_decay": 0.5}, {}),
        (
            "decoupled weight decay",
            "three_hump_camel",
            (-2.2, 2.0),
            {"lr": 0.01, "weight_decay": 0.5, "decoupled_weight_decay": True},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.02}, {}),
        ("diverging", "rosenbrock", BANANA, {"lr": 0.1}, {"diverges": True}),
        (
            "step schedule",
            "beale",
            (1.0, 1.0),
            {"lr": 0.01},
            {"schedule": {"step": {"step_size": 100.0, "gamma": 0.1}}},
        ),
    ),
    *method(
        "adafactor",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", (1.0, 1.0), {"lr": 0.5}, {}),
        ("a long memory", "booth", (-7.0, -5.0), {"lr": 0.1, "beta2_decay": -1.2}, {}),
        ("loose clip and eps", "himmelblau", (0.0, -4.0), {"d": 2.0, "eps1": 5.0}, {}),
        ("near the origin", "saddle", (0.01, 0.001), {"eps2": 0.1}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 0.05, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        (
            "diverging",
            "saddle",
            (1.0, 0.001),
            {"lr": 1.0, "weight_decay": 3.0},
            {"diverges": True},
        ),
        (
            "inverse square root schedule",
            "beale",
            (1.0, 1.0),
            {"lr": 0.1},
            {"schedule": {"inverse_sqrt": {}}},
        ),
    ),
    *method(
        "lbfgs",
        ("defaults", "rosenbrock", (0.8, 0.9), {}, {"steps": 12}),
        (
            "one iteration a step",
            "rosenbrock",
            BANANA,
            {"max_iter": 1, "max_eval": 30, "line_search_fn": "strong_wolfe"},
            {"steps": 60},
        ),
        (
            "a short memory",
            "beale",
            (1.0, 1.0),
            {"max_iter": 1, "max_eval": 30, "line_search_fn": "strong_wolfe", "history_size": 1},
            {"steps": 60},
        ),
        (
            "few iterations and gradients a step",
            "himmelblau",
            (0.0, -4.0),
            {"max_iter": 3, "max_eval": 5, "line_search_fn": "strong_wolfe"},
            {"steps": 20},
        ),
        (
            "no line search, a small rate",
            "quadratic",
            BOWL,
            {"lr": 0.2, "max_iter": 2, "history_size": 5},
            {"steps": 60},
        ),
        (
            "loose tolerances",
            "three_hump_camel",
            (-2.2, 2.0),
            {"lr": 0.5, "max_iter": 2, "tolerance_grad": 0.1, "tolerance_change": 0.01},
            {"steps": 40},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.5, "max_iter": 1}, {"steps": 40}),
        ("diverging", "saddle", (1.0, 0.5), {"max_iter": 4}, {"diverges": True}),
        (
            "exponential schedule",
            "booth",
            (-7.0, -5.0),
            {"lr": 0.5, "max_iter": 1},
            {"schedule": {"exponential": {"gamma": 0.9}}, "steps": 60},
        ),
    ),
]


def path(case, jitter):
    """The rows [t, x, y] that torch computes; the last may be the first one far out."""
    jittered = jitter_of(jitter)
    theta = torch.tensor(case.start, requires_grad=True)
    optimizer = made([theta], case.optimizer, case.hyperparameters)
    schedule = scheduler(optimizer, case)

    def closure():
        optimizer.zero_grad()
        loss = FORMULAS[case.surface](*theta, **case.values)
        loss.backward()
        theta.grad *= torch.tensor(jittered())
        return loss

    rows = [[0, *theta.tolist()]]
    for t in range(1, case.steps + 1):
        optimizer.step(closure)
        schedule.step()
        rows.append([t, *theta.tolist()])
        if not (theta.abs() < FAR).all():
            break
    return rows


if __name__ == "__main__":
    warnings.filterwarnings("ignore", module="torch.optim.lr_scheduler")
    record("torch_optim", CASES, path, torch=torch.__version__)
