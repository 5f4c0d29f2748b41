"""Records what pytorch_optimizer does, step for step, into references/pytorch_optimizer.json.

recording.py says how. To record anew, or with --check to compare:

    python -m venv /tmp/po && /tmp/po/bin/pip install torch==2.13.0 numpy
    /tmp/po/bin/pip install --no-deps pytorch_optimizer==4.1.0
    /tmp/po/bin/python tests/record_pytorch_optimizer.py

Gradients and Hessians come from torch's autograd. All is float64: where pytorch_optimizer casts to
float32 in its code whatever its parameters are (QHAdam's weights, SAM's norm, SOAP's
orthogonalization), it is made to cast to float64 instead. foreach=False, since some of its batched
paths round scalars to float32.
"""

import importlib
import inspect
import math
import warnings
from importlib.metadata import version

import pytorch_optimizer as po
import torch
from record_references import made, scheduler
from recording import ANY, BANANA, BOWL, FAR, FORMULAS, SHAPES, SMALL, jitter_of, method, record

torch.set_default_dtype(torch.float64)


class Wide:
    """The torch module, in which float32 is float64."""

    float32 = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)


def widen():
    for module in ("qhadam", "soap"):
        importlib.import_module(f"pytorch_optimizer.optimizer.{module}").torch = Wide()
    sam = importlib.import_module("pytorch_optimizer.optimizer.sam")
    sam.get_global_gradient_norm = lambda groups, **_: sum(
        (p.grad * (p.abs() if group["adaptive"] else 1)).square().sum().reshape(1)
        for group in groups
        for p in group["params"]
    )


class CautiousAdamW(po.AdEMAMix):
    """AdEMAMix without its slow average, which is Adam; cautious, then the decay."""

    def __init__(self, params, weight_decay=0.0, **h):
        super().__init__(params, alpha=0.0, cautious=True, **h)
        self.decay = weight_decay

    def step(self, closure=None):
        loss = super().step(closure)
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    p.mul_(1 - group["lr"] * self.decay)
        return loss


def grouped(cls, **tuples):
    """A maker of cls, whose tuples such as betas=("beta1", "beta2") are split in the cases."""

    def make(theta, **h):
        split = [name for names in tuples.values() for name in names]
        for argument, names in tuples.items():
            defaults = inspect.signature(cls).parameters[argument].default
            h[argument] = tuple(h.get(n, d) for n, d in zip(names, defaults, strict=True))
        return cls(theta, **{k: v for k, v in h.items() if k not in split}, foreach=False)

    return make


def with_two_betas(cls, **fixed):
    make = grouped(cls, betas=("beta1", "beta2"))
    return lambda theta, **h: make(theta, **h, **fixed)


def base_of(h):
    """The maker of the wrapped optimizer, recorded as {key: hyperparameters}."""
    key, inner = next(iter(h.pop("base", {"adam": {}}).items()))
    if key in OPTIMIZERS:
        return lambda theta, **_: OPTIMIZERS[key](theta, **inner)
    return lambda theta, **_: made(theta, key, inner)


def lookahead(theta, **h):
    base = base_of(h)
    return po.Lookahead(base(theta), **h)


def adabelief(theta, **h):
    """With one eps for both, as the reference has it."""
    assert h.pop("eps_root", 1e-16) == h.get("eps", 1e-16)
    return with_two_betas(po.AdaBelief)(theta, **h)


def adopt(theta, use_clipping=True, **h):
    """With the paper's clip, which the reference counts one step too far."""
    clip = (lambda step: (step - 1) ** 0.25) if use_clipping else None
    return with_two_betas(po.ADOPT, clip_lambda=clip)(theta, **h)


def sam(theta, **h):
    return po.SAM(theta, base_of(h), **h)


BETAS3 = ("beta1", "beta2", "beta3")

OPTIMIZERS = {
    "sgdw": lambda theta, **h: po.SGDW(theta, **h, foreach=False),
    "qhm": lambda theta, **h: po.QHM(theta, **h, foreach=False),
    "aggmo": grouped(po.AggMo, betas=BETAS3),
    "pid": lambda theta, **h: po.PID(theta, **h, foreach=False),
    "signum": lambda theta, beta=0.9, **h: po.SignSGD(theta, momentum=beta, **h, foreach=False),
    "lion": with_two_betas(po.Lion),
    "tiger": lambda theta, **h: po.Tiger(theta, **h, foreach=False),
    "yogi": with_two_betas(po.Yogi),
    "adabelief": adabelief,
    "adopt": adopt,
    "adabound": with_two_betas(po.AdaBound),
    "padam": with_two_betas(po.PAdam),
    "qhadam": grouped(po.QHAdam, betas=("beta1", "beta2"), nus=("nu1", "nu2")),
    "diffgrad": with_two_betas(po.DiffGrad),
    "laprop": with_two_betas(po.LaProp),
    "adan": grouped(po.Adan, betas=BETAS3),
    "ademamix": grouped(po.AdEMAMix, betas=BETAS3),
    "mars": with_two_betas(po.MARS, optimize_1d=True),
    "adai": with_two_betas(po.Adai),
    "madgrad": lambda theta, **h: po.MADGRAD(theta, **h, foreach=False),
    "stable_adamw": with_two_betas(po.StableAdamW),
    "grams": with_two_betas(po.Grams),
    "cautious_adamw": lambda theta, **h: CautiousAdamW(
        theta,
        betas=(h.pop("beta1", 0.9), h.pop("beta2", 0.999), 0.9999),
        **h,
        foreach=False,
    ),
    "grokfast_adamw": with_two_betas(po.GrokFastAdamW),
    "schedule_free_sgd": lambda theta, **h: po.ScheduleFreeSGD(theta, **h, foreach=False),
    "schedule_free_adamw": with_two_betas(po.ScheduleFreeAdamW),
    "shampoo": lambda theta, **h: po.Shampoo(theta, **h),
    "soap": with_two_betas(po.SOAP),
    "sophia": with_two_betas(po.SophiaH),
    "adahessian": with_two_betas(po.AdaHessian),
    "lookahead": lookahead,
    "sam": sam,
}

HESSIAN_EVERY = {"sophia": 10, "adahessian": 1}
"""The default update_period of what is handed the exact diagonal of the Hessian."""

SADDLE = ("saddle", (1.0, 0.001))
HILLS = ("himmelblau", (0.0, -4.0))
CAMEL = ("three_hump_camel", (-2.2, 2.0))
BEALE = ("beale", (1.0, 1.0))
BOOTH = ("booth", (-7.0, -5.0))
MATRICES, ASKEW = "matrix_factorization", {"values": {"angle": 30.0}}
DIVERGES = {"diverges": True}
SCHEDULES = [
    {"schedule": {"cosine": {}}, "warmup": 50},
    {"schedule": {"exponential": {"gamma": 0.99}}},
    {"schedule": {"inverse_sqrt": {}}},
    {"schedule": {"step": {"step_size": 60.0, "gamma": 0.4}}},
]


def adam_like(key, odd, *more, rate=0.1, zero=None, decayed=0.05, far=None, schedule=0):
    """The usual cases of a method whose steps are about as long as its rate."""
    return method(
        key,
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", *BEALE, {"lr": rate}, {}),
        ("odd settings", *HILLS, {"lr": 0.02} | odd, {}),
        ("weight decay", *CAMEL, {"lr": decayed, "weight_decay": 0.3}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": zero or rate}, {}),
        ("diverging", *SADDLE, {"lr": 1e6, "weight_decay": 0.0} | (far or {}), DIVERGES),
        ("scheduled", "rosenbrock", BANANA, {"lr": rate}, SCHEDULES[schedule]),
        *more,
    )


ODD = {"beta1": 0.5, "beta2": 0.8, "eps": 1.0}
COUPLED, DECOUPLED = {"weight_decouple": False}, {"weight_decouple": True}

CASES = [
    *method(
        "sgdw",
        ("defaults", *BEALE, {}, {}),
        ("momentum", "rosenbrock", BANANA, {"lr": 0.001, "momentum": 0.9}, {}),
        ("weight decay", *HILLS, {"lr": 0.01, "weight_decay": 0.7}, {}),
        (
            "weight decay and momentum",
            *CAMEL,
            {"lr": 0.01, "momentum": 0.95, "weight_decay": 0.7},
            {},
        ),
        (
            "nesterov",
            *BOOTH,
            {"lr": 0.01, "momentum": 0.8, "nesterov": True, "weight_decay": 0.3},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.02, "momentum": 0.9}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.2, "momentum": 0.5}, DIVERGES),
        (
            "scheduled",
            "rosenbrock",
            BANANA,
            {"lr": 0.001, "momentum": 0.9, "weight_decay": 0.5},
            SCHEDULES[0],
        ),
    ),
    *method("signum", ("weight decay", *HILLS, {"lr": 0.02, "weight_decay": 0.7}, {})),
    *method(
        "lion",
        ("weight decay as a penalty", *HILLS, {"lr": 0.02, "weight_decay": 0.7} | COUPLED, {}),
        ("cautious", *BEALE, {"lr": 0.02, "weight_decay": 0.3, "cautious": True}, {}),
        (
            "cautious, weight decay as a penalty",
            *CAMEL,
            {"lr": 0.02, "beta1": 0.8, "weight_decay": 0.7, "cautious": True} | COUPLED,
            {},
        ),
    ),
    *method("yogi", ("weight decay", *CAMEL, {"lr": 0.05, "weight_decay": 0.3}, {})),
    *method(
        "adabelief",
        (
            "weight decay",
            *HILLS,
            {"lr": 0.05, "weight_decay": 0.3, "eps": 1e-8, "eps_root": 1e-8},
            {},
        ),
    ),
    *method(
        "adopt",
        ("weight decay", *CAMEL, {"lr": 0.05, "weight_decay": 0.3}, {}),
        (
            "weight decay without the clip",
            *BOOTH,
            {"lr": 0.05, "weight_decay": 0.3, "use_clipping": False},
            {},
        ),
    ),
    *method(
        "qhm",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("recommended", *BEALE, {"lr": 0.02, "momentum": 0.99, "nu": 0.7}, {}),
        ("the average alone", *BOOTH, {"lr": 0.05, "momentum": 0.9}, {}),
        ("weight decay", *HILLS, {"lr": 0.01, "momentum": 0.8, "nu": 0.4, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.02, "momentum": 0.9}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.2, "momentum": 0.5, "nu": 0.5}, DIVERGES),
        ("scheduled", "rosenbrock", BANANA, {"momentum": 0.95, "nu": 0.7}, SCHEDULES[0]),
    ),
    *method(
        "aggmo",
        ("defaults", *CAMEL, {}, {}),
        ("a small rate", "rosenbrock", BANANA, {"lr": 0.0003}, {}),
        ("odd memories", *BOOTH, {"lr": 0.01, "beta1": 0.3, "beta2": 0.6, "beta3": 0.8}, {}),
        ("weight decay", *HILLS, {"lr": 0.001, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.01}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.3}, DIVERGES),
        ("scheduled", *BEALE, {"lr": 0.002}, SCHEDULES[1]),
    ),
    *method(
        "pid",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a controller", *BEALE, {"lr": 0.001, "momentum": 0.9}, {}),
        (
            "odd gains",
            *BOOTH,
            {"lr": 0.002, "momentum": 0.7, "dampening": 0.4, "derivative": 3.0, "integral": 2.0},
            {},
        ),
        ("weight decay", *HILLS, {"lr": 0.0003, "momentum": 0.9, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.001, "momentum": 0.9}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.05, "momentum": 0.9}, DIVERGES),
        ("scheduled", *CAMEL, {"lr": 0.001, "momentum": 0.8}, SCHEDULES[2]),
    ),
    *method(
        "tiger",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", *BEALE, {"lr": 0.02, "weight_decay": 0.0}, {}),
        ("a short memory", *BOOTH, {"lr": 0.05, "beta": 0.3}, {}),
        ("weight decay", *HILLS, {"lr": 0.03, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.01}, {}),
        ("diverging", *SADDLE, {"lr": 1e6, "weight_decay": 0.0}, DIVERGES),
        ("scheduled", *CAMEL, {"lr": 0.1}, SCHEDULES[1]),
    ),
    *adam_like(
        "adabound",
        ODD | {"final_lr": 0.01, "gamma": 0.05},
        ("weight decay as a penalty", *CAMEL, {"lr": 0.05, "weight_decay": 0.3} | COUPLED, {}),
        ("closing fast", "quadratic", BOWL, {"lr": 0.1, "final_lr": 0.05, "gamma": 0.1}, {}),
        far={"final_lr": 1e5},
    ),
    *adam_like("padam", ODD | {"partial": 0.4}, rate=0.02, far={"partial": 0.5}, schedule=1),
    *adam_like(
        "qhadam",
        ODD | {"nu1": 0.3, "nu2": 0.9},
        ("recommended", "rosenbrock", BANANA, {"lr": 0.1, "beta1": 0.995, "nu1": 0.7}, {}),
        schedule=2,
    ),
    *adam_like("diffgrad", ODD, schedule=3),
    *adam_like("laprop", ODD),
    *adam_like(
        "adan",
        ODD | {"beta3": 0.7},
        ("decoupled weight decay", *CAMEL, {"lr": 0.05, "weight_decay": 0.3} | DECOUPLED, {}),
        rate=0.05,
        schedule=1,
    ),
    *adam_like(
        "ademamix",
        ODD | {"beta3": 0.95, "alpha": 2.0},
        ("decoupled weight decay", *CAMEL, {"lr": 0.05, "weight_decay": 0.3} | DECOUPLED, {}),
        ("warmed up", "quadratic", BOWL, {"lr": 0.01, "t_alpha_beta3": 200, "beta3": 0.99}, {}),
        rate=0.02,
        schedule=2,
    ),
    *adam_like("mars", ODD | {"gamma": 0.3}, rate=0.05, schedule=1),
    *method(
        "adai",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", *BEALE, {"lr": 0.02}, {}),
        (
            "odd settings",
            *BOOTH,
            {"lr": 0.01, "beta1": 0.3, "beta2": 0.8, "dampening": 0.6, "eps": 0.01},
            {},
        ),
        ("weight decay", *HILLS, {"lr": 0.005, "weight_decay": 0.7}, {}),
        (
            "stable weight decay",
            *HILLS,
            {"lr": 0.005, "weight_decay": 0.7, "stable_weight_decay": True},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.02}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 2.0}, DIVERGES),
        ("scheduled", "rosenbrock", BANANA, {"lr": 0.003}, SCHEDULES[0]),
    ),
    *adam_like(
        "madgrad",
        {"momentum": 0.5, "eps": 0.01},
        ("little momentum", *BOOTH, {"lr": 0.01, "momentum": 0.1}, {}),
        rate=0.03,
        zero=0.001,
        schedule=1,
    ),
    *adam_like("stable_adamw", ODD, schedule=2),
    *adam_like("grams", ODD, zero=0.002, schedule=3),
    *adam_like("cautious_adamw", ODD, zero=0.002, decayed=0.005),
    *adam_like(
        "grokfast_adamw",
        ODD | {"grokfast_alpha": 0.9, "grokfast_lamb": 0.5, "grokfast_after_step": 30},
        ("at its own rate", *BOOTH, {"lr": 0.1, "normalize_lr": False}, {}),
        schedule=1,
    ),
    *method(
        "schedule_free_sgd",
        ("defaults, which diverge", "quadratic", BOWL, {}, DIVERGES),
        ("a small rate", "rosenbrock", BANANA, {"lr": 0.001}, {}),
        (
            "odd settings",
            *BOOTH,
            {"lr": 0.05, "momentum": 0.6, "r": 1.5, "weight_lr_power": 1.0, "warmup_steps": 40},
            {},
        ),
        ("weight decay", *HILLS, {"lr": 0.01, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.05}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 3.0}, DIVERGES),
        ("scheduled", *BEALE, {"lr": 0.01}, SCHEDULES[0]),
    ),
    *adam_like(
        "schedule_free_adamw",
        ODD | {"r": 1.5, "weight_lr_power": 1.0, "warmup_steps": 40},
        schedule=3,
    ),
    *method(
        "shampoo",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", *BEALE, {"lr": 0.3}, {}),
        ("a turned bowl", "quadratic", BOWL, {"lr": 0.5}, {"values": {"angle": 30.0}}),
        ("momentum", *CAMEL, {"lr": 0.3, "momentum": 0.5}, {}),
        (
            "odd settings",
            *BOOTH,
            {"lr": 0.2, "matrix_eps": 100.0, "preconditioning_compute_steps": 3},
            {},
        ),
        ("weight decay", *HILLS, {"lr": 0.3, "weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("diverging", *SADDLE, {"lr": 1e7}, DIVERGES),
        ("scheduled", "rosenbrock", BANANA, {"lr": 0.5}, SCHEDULES[2]),
        ("matrices", MATRICES, SMALL, {"lr": 0.05}, ASKEW),
        ("matrices without a common axis", MATRICES, ANY, {"lr": 0.1}, ASKEW),
        (
            "matrices, odd settings",
            MATRICES,
            ANY,
            {
                "lr": 0.1,
                "momentum": 0.5,
                "weight_decay": 0.1,
                "matrix_eps": 0.01,
                "preconditioning_compute_steps": 3,
            },
            {},
        ),
    ),
    *adam_like(
        "soap",
        {"beta1": 0.5, "beta2": 0.8, "eps": 1.0, "precondition_1d": True},
        (
            "a turned bowl",
            "quadratic",
            BOWL,
            {"lr": 0.05, "precondition_1d": True, "eps": 0.1},
            {"values": {"angle": 30.0}},
        ),
        (
            "seldom turned",
            *BEALE,
            {"lr": 0.02, "precondition_1d": True, "precondition_frequency": 25, "eps": 0.1},
            {},
        ),
        (
            "turned at every step",
            *CAMEL,
            {"lr": 0.02, "precondition_1d": True, "precondition_frequency": 1, "eps": 0.1},
            {},
        ),
        ("matrices", MATRICES, SMALL, {"lr": 0.02, "eps": 0.1}, ASKEW),
        ("matrices without a common axis", MATRICES, ANY, {"lr": 0.01, "eps": 1e-3}, ASKEW),
        (
            "matrices, turned at every step",
            MATRICES,
            ANY,
            {"lr": 0.02, "beta1": 0.9, "beta2": 0.99, "precondition_frequency": 1, "eps": 0.01},
            {},
        ),
        (
            "matrices, weight decay",
            MATRICES,
            ANY,
            {"lr": 0.02, "weight_decay": 0.3, "eps": 0.01, "precondition_frequency": 3},
            ASKEW,
        ),
        rate=0.03,
    ),
    *method(
        "sophia",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", *BEALE, {"lr": 1.0}, {}),
        (
            "odd settings",
            *BOOTH,
            {"lr": 0.5, "beta1": 0.5, "beta2": 0.7, "p": 1.0, "update_period": 3, "eps": 0.1},
            {},
        ),
        ("weight decay", *HILLS, {"lr": 0.5, "p": 0.05, "weight_decay": 0.3}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 1.0}, {}),
        ("diverging", *SADDLE, {"lr": 1e8}, DIVERGES),
        ("scheduled", *CAMEL, {"lr": 1.0, "p": 0.03}, SCHEDULES[0]),
    ),
    *method(
        "adahessian",
        ("defaults", "quadratic", BOWL, {}, {}),
        ("a small rate", *BEALE, {"lr": 0.01}, {}),
        (
            "odd settings",
            *BOOTH,
            {"beta1": 0.5, "beta2": 0.7, "hessian_power": 0.6, "update_period": 4, "eps": 0.5},
            {},
        ),
        ("weight decay", *CAMEL, {"lr": 0.02, "weight_decay": 0.3}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 100.0}, DIVERGES),
        ("scheduled", *HILLS, {"lr": 0.02}, SCHEDULES[1]),
    ),
    *method(
        "lookahead",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("around momentum", *BEALE, {"base": {"momentum": {"lr": 0.005}}}, {}),
        (
            "far ahead",
            *CAMEL,
            {"base": {"adam": {"lr": 0.1}}, "k": 12, "alpha": 0.2},
            {},
        ),
        (
            "weight decay",
            *HILLS,
            {"base": {"adamw": {"lr": 0.1, "weight_decay": 0.5}}, "alpha": 0.8},
            {},
        ),
        *(
            (
                f"{kind} around {name}",
                *surface,
                {"base": base, "k": 4, "alpha": 0.3, "pullback_momentum": kind},
                {"steps": 200},
            )
            for kind in ("reset", "pullback")
            for name, surface, base in (
                ("momentum", BEALE, {"momentum": {"lr": 0.005, "dampening": 0.1}}),
                ("Nesterov", CAMEL, {"nesterov": {"lr": 0.005}}),
                ("SGDW", HILLS, {"sgdw": {"lr": 0.005, "momentum": 0.9, "weight_decay": 0.3}}),
                ("RMSprop", HILLS, {"rmsprop": {"lr": 0.005, "momentum": 0.9}}),
                ("QHM", BOOTH, {"qhm": {"lr": 0.05, "momentum": 0.9, "nu": 0.7}}),
                ("Signum", BOOTH, {"signum": {"lr": 0.05, "weight_decay": 0.1}}),
                ("Shampoo", BEALE, {"shampoo": {"lr": 0.3, "momentum": 0.5}}),
                ("Adam", BEALE, {"adam": {"lr": 0.05}}),
            )
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"base": {"sgd": {"lr": 0.03}}}, {}),
        ("diverging", "quadratic", BOWL, {"base": {"sgd": {"lr": 0.3}}, "k": 3}, DIVERGES),
        ("scheduled", "rosenbrock", BANANA, {"base": {"rmsprop": {"lr": 0.01}}}, SCHEDULES[0]),
    ),
    *method(
        "sam",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("around momentum", *CAMEL, {"base": {"momentum": {"lr": 0.005}}, "rho": 0.2}, {}),
        ("around Adam", *BEALE, {"base": {"adam": {"lr": 0.05}}, "rho": 0.01}, {}),
        (
            "adaptive",
            *BOOTH,
            {"base": {"momentum": {"lr": 0.01, "momentum": 0.5}}, "rho": 0.2, "adaptive": True},
            {},
        ),
        (
            "adaptive around AdamW",
            *BEALE,
            {"base": {"adamw": {"lr": 0.02, "eps": 0.1}}, "rho": 0.05, "adaptive": True},
            {},
        ),
        (
            "weight decay",
            *HILLS,
            {"base": {"adamw": {"lr": 0.05, "weight_decay": 0.5}}, "rho": 0.5},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"base": {"sgd": {"lr": 0.01}}}, {}),
        ("diverging", "quadratic", BOWL, {"base": {"sgd": {"lr": 0.3}}}, DIVERGES),
        ("scheduled", "rosenbrock", BANANA, {"base": {"adam": {"lr": 0.05}}}, SCHEDULES[1]),
    ),
]


def path(case, jitter):
    """The rows [t, x, y] that pytorch_optimizer computes; the last may be the first far out."""
    jittered = jitter_of(jitter)
    shapes = SHAPES.get(case.surface, ((2,),))
    entries = torch.tensor(case.start).split([math.prod(shape) for shape in shapes])
    theta = [each.reshape(shape).clone() for each, shape in zip(entries, shapes, strict=True)]
    for each in theta:
        each.requires_grad_()
    optimizer = OPTIMIZERS[case.optimizer](theta, **case.hyperparameters)
    inner = {"lookahead": "optimizer", "sam": "base_optimizer"}.get(case.optimizer)
    schedule = scheduler(getattr(optimizer, inner) if inner else optimizer, case)

    def value(*point):
        return FORMULAS[case.surface](*all_of(point), **case.values)

    def all_of(point):
        return torch.cat([each.reshape(-1) for each in point])

    def closure():
        optimizer.zero_grad()
        loss = value(*theta)
        loss.backward()
        for each in theta:
            each.grad *= torch.tensor(jittered(each.shape))
        return loss

    def step(t):
        if case.optimizer in HESSIAN_EVERY:
            every = case.hyperparameters.get("update_period", HESSIAN_EVERY[case.optimizer])
            hessian = torch.autograd.functional.hessian(value, theta[0].detach()).diagonal()
            closure()
            optimizer.step(hessian=[hessian] if (t - 1) % every == 0 else None)
        elif case.optimizer == "sam":
            closure()
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()

    rows = [[0, *all_of(theta).tolist()]]
    for t in range(1, case.steps + 1):
        step(t)
        schedule.step()
        rows.append([t, *all_of(theta).tolist()])
        if not (all_of(theta).abs() < FAR).all():
            break
    return rows


if __name__ == "__main__":
    warnings.filterwarnings("ignore", module="torch.optim.lr_scheduler")
    widen()
    versions = {name: version(name) for name in ("torch", "pytorch_optimizer")}
    record("pytorch_optimizer", CASES, path, **versions)
