"""Records what optax does, step for step, into references/optax.json.

recording.py says how. To record anew, or with --check to compare:

    python -m venv /tmp/optax && /tmp/optax/bin/pip install optax==0.2.8 jax==0.10.2 numpy
    /tmp/optax/bin/python tests/record_optax.py

Gradients come from jax. All is float64. The learning rate of a scheduled case goes into the
optimizer anew at every step, times what optax's schedule says, so that methods whose rate is no
schedule in optax are recorded too.
"""

import operator
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from recording import BANANA, BOWL, FAR, FORMULAS, jitter_of, method, record

sys.path.insert(0, str(Path(__file__).parents[1]))

from exports.references import OPTAX, takes_a_matrix

jax.config.update("jax_enable_x64", True)


def maker(case):
    """Learning rate -> the optimizer, as exports/references.py says it is called."""
    call = OPTAX.call(case.optimizer, case.hyperparameters)
    function = operator.attrgetter(call.function.partition(".")[2])(optax)
    return lambda lr: function(lr, **call.arguments)


DEFAULT_LR = {"lion": 1e-4} | dict.fromkeys(
    ("prodigy", "dadapt_adamw", "dog", "dowg", "cocob", "polyak_sgd", "momo"), 1.0
)
"""Of the others it is 0.001: optax has no default for them."""


def schedule_of(case):
    k_max = case.steps - case.warmup
    name, h = next(iter(case.schedule.items()), ("constant", {}))
    schedule = {
        "constant": lambda: optax.constant_schedule(1.0),
        "step": lambda: optax.exponential_decay(1.0, h["step_size"], h["gamma"], staircase=True),
        "exponential": lambda: optax.exponential_decay(1.0, 1, h["gamma"]),
        "cosine": lambda: optax.cosine_decay_schedule(1.0, k_max),
        "inverse_sqrt": lambda: lambda k: (k + 1) ** -0.5,
    }[name]()
    if not case.warmup:
        return schedule
    ramp = optax.linear_schedule(1 / case.warmup, 1.0, case.warmup - 1)
    return optax.join_schedules([ramp, schedule], [case.warmup])


def path(case, jitter):
    """The rows [t, x, y] that optax computes; the last may be the first one far out."""
    jittered, schedule = jitter_of(jitter), schedule_of(case)
    lr = case.hyperparameters.get("lr", DEFAULT_LR.get(case.optimizer, 0.001))
    make = maker(case)

    def loss(theta):
        return FORMULAS[case.surface](*theta.ravel(), **case.values)

    @jax.jit
    def step(rate, scale, theta, state):
        optimizer = optax.with_extra_args_support(make(rate))
        value, gradient = jax.value_and_grad(loss)(theta)
        updates, state = optimizer.update(
            gradient * scale.reshape(theta.shape), state, theta, value=value
        )
        return optax.apply_updates(theta, updates), state

    theta = jnp.array(case.start, jnp.float64)
    theta = theta[None] if takes_a_matrix(case.optimizer) else theta
    state = make(lr).init(theta)
    rows = [[0, *np.ravel(theta).tolist()]]
    for t in range(1, case.steps + 1):
        factor = float(schedule(jnp.asarray(t - 1.0)))
        theta, state = step(lr * factor, jnp.asarray(jittered()), theta, state)
        rows.append([t, *np.ravel(theta).tolist()])
        if not (np.abs(theta) < FAR).all():
            break
    return rows


BEALE, BOOTH, HIMMELBLAU = (1.0, 1.0), (-7.0, -5.0), (0.0, -4.0)
CAMEL, SADDLE = (-2.2, 2.0), (1.0, 0.001)
DIVERGES = {"diverges": True}
STEP = {"schedule": {"step": {"step_size": 100.0, "gamma": 0.1}}}
EXPONENTIAL = {"schedule": {"exponential": {"gamma": 0.99}}}
INVERSE = {"schedule": {"inverse_sqrt": {}}}
WARM_COSINE = {"schedule": {"cosine": {}}, "warmup": 50}

CASES = [
    *method(
        "optimistic_gd",
        ("defaults", "beale", BEALE, {}, {}),
        ("more optimism", "quadratic", BOWL, {"lr": 0.01, "beta": 2.5}, {}),
        ("a small gradient", "booth", BOOTH, {"lr": 0.03, "alpha": 0.4}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.02}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 0.06}, DIVERGES),
        ("exponential schedule", "himmelblau", HIMMELBLAU, {"lr": 0.004}, EXPONENTIAL),
    ),
    *method(
        "lars",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 1.0}, {}),
        ("nesterov", "himmelblau", HIMMELBLAU, {"lr": 1.0, "nesterov": True}, {}),
        (
            "weight decay and eps",
            "booth",
            BOOTH,
            {
                "lr": 0.5,
                "momentum": 0.5,
                "trust_coefficient": 0.02,
                "eps": 3.0,
                "weight_decay": 2.0,
            },
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.5}, {}),
        ("at the origin", "beale", (0.0, 0.0), {"lr": 0.001}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 500.0, "trust_coefficient": 0.01}, DIVERGES),
        ("step schedule", "booth", BOOTH, {"lr": 1.0}, STEP),
    ),
    *method(
        "signsgd",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.03}, {}),
        ("another surface", "himmelblau", HIMMELBLAU, {"lr": 0.02}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.007}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("warm-up and cosine schedule", "booth", BOOTH, {"lr": 0.07}, WARM_COSINE),
    ),
    *method(
        "signum",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a long memory", "beale", BEALE, {"lr": 0.03, "beta": 0.97}, {}),
        ("no memory", "himmelblau", HIMMELBLAU, {"lr": 0.02, "beta": 0.0}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.007}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("inverse square root schedule", "booth", BOOTH, {"lr": 0.5}, INVERSE),
    ),
    *method(
        "lion",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.02}, {}),
        ("odd betas", "himmelblau", HIMMELBLAU, {"lr": 0.02, "beta1": 0.5, "beta2": 0.8}, {}),
        ("strong decay", "booth", BOOTH, {"lr": 0.05, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.007}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5, "weight_decay": 1e-8}, DIVERGES),
        ("step schedule", "three_hump_camel", CAMEL, {"lr": 0.02}, STEP),
    ),
    *method(
        "adam",
        ("eps inside the root", "rosenbrock", BANANA, {"lr": 0.1, "eps_root": 0.01}, {}),
    ),
    *method(
        "amsgrad",
        (
            "without bias correction",
            "beale",
            BEALE,
            {"lr": 0.05, "beta2": 0.9, "bias_correction": False},
            {},
        ),
    ),
    *method(
        "yogi",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.1}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("nothing but the start's 1e-6", "beale", (0.0, 0.0), {}, {"steps": 200}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("warm-up and cosine schedule", "rosenbrock", BANANA, {"lr": 0.1}, WARM_COSINE),
    ),
    *method(
        "adabelief",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.05}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0, "eps_root": 0.01},
            {},
        ),
        ("no root of eps", "booth", BOOTH, {"lr": 0.1, "eps": 1e-3, "eps_root": 0.0}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("exponential schedule", "three_hump_camel", CAMEL, {"lr": 0.05}, EXPONENTIAL),
    ),
    *method(
        "novograd",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.02}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.8, "eps": 1.0},
            {},
        ),
        ("weight decay", "booth", BOOTH, {"lr": 0.003, "weight_decay": 0.2}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.01}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("step schedule", "three_hump_camel", CAMEL, {"lr": 0.01}, STEP),
    ),
    *method(
        "lamb",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a larger rate", "beale", BEALE, {"lr": 0.005}, {}),
        (
            "odd betas and eps",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.002, "beta1": 0.5, "beta2": 0.8, "eps": 1.0},
            {},
        ),
        ("weight decay", "booth", BOOTH, {"lr": 0.02, "weight_decay": 0.2}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.01}, {}),
        ("at the origin", "beale", (0.0, 0.0), {"lr": 0.01}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 2.0}, DIVERGES),
        ("exponential schedule", "three_hump_camel", CAMEL, {"lr": 0.005}, EXPONENTIAL),
    ),
    *method(
        "adopt",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.1}, {}),
        ("no clip", "himmelblau", HIMMELBLAU, {"lr": 0.02, "use_clipping": False}, {}),
        (
            "odd betas and eps",
            "booth",
            BOOTH,
            {"lr": 0.05, "beta1": 0.5, "beta2": 0.8, "eps": 5.0},
            {},
        ),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.1}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("warm-up and cosine schedule", "rosenbrock", BANANA, {"lr": 0.05}, WARM_COSINE),
    ),
    *method(
        "prodigy",
        ("defaults", "beale", BEALE, {}, {}),
        ("a cautious rate", "booth", BOOTH, {"lr": 0.3, "d0": 1e-3}, {}),
        (
            "odd betas",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.1, "beta1": 0.5, "beta2": 0.97, "beta3": 0.95, "eps": 1e-3},
            {"steps": 200},
        ),
        ("eager", "three_hump_camel", CAMEL, {"lr": 0.2, "d_coef": 2.0, "d0": 1e-4}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 0.5, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.5}, {}),
        ("diverging", "saddle", SADDLE, {"d0": 1e5}, DIVERGES),
        ("warm-up and cosine schedule", "beale", BEALE, {}, WARM_COSINE),
    ),
    *method(
        "dadapt_adamw",
        ("defaults", "beale", BEALE, {}, {}),
        ("a cautious rate", "booth", BOOTH, {"lr": 0.3, "d0": 1e-3}, {}),
        (
            "odd betas",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.1, "beta1": 0.5, "beta2": 0.8, "eps": 1e-3},
            {},
        ),
        ("weight decay", "quadratic", BOWL, {"lr": 0.5, "d0": 0.01, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.5, "d0": 0.01}, {}),
        ("diverging", "saddle", SADDLE, {"d0": 1e5}, DIVERGES),
        ("inverse square root schedule", "three_hump_camel", CAMEL, {"d0": 0.02}, INVERSE),
    ),
    *method(
        "dog",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a longer first step", "booth", BOOTH, {"init_step": 0.01}, {}),
        ("a large eps", "himmelblau", HIMMELBLAU, {"init_step": 1e-3, "eps": 100.0}, {}),
        ("half the rate", "beale", BEALE, {"lr": 0.5, "init_step": 0.01}, {}),
        ("weight decay", "booth", BOOTH, {"init_step": 0.01, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"init_step": 0.01}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 3.0, "init_step": 1.0}, DIVERGES),
        ("exponential schedule", "three_hump_camel", CAMEL, {"init_step": 0.01}, EXPONENTIAL),
    ),
    *method(
        "dowg",
        ("defaults", "himmelblau", HIMMELBLAU, {}, {}),
        ("a longer first step", "booth", BOOTH, {"init_estim_sq_dist": 0.5}, {}),
        ("a large eps", "himmelblau", HIMMELBLAU, {"eps": 0.01}, {}),
        ("half the rate", "quadratic", BOWL, {"lr": 0.5}, {}),
        ("weight decay", "himmelblau", HIMMELBLAU, {"weight_decay": 0.7}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 3.0}, DIVERGES),
        ("exponential schedule", "booth", BOOTH, {}, EXPONENTIAL),
    ),
    *method(
        "cocob",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("bold bets", "booth", BOOTH, {"alpha": 10.0}, {}),
        ("a large eps", "himmelblau", HIMMELBLAU, {"eps": 50.0}, {}),
        ("a smaller gradient", "beale", BEALE, {"lr": 0.1, "eps": 0.5}, {}),
        ("weight decay", "booth", BOOTH, {"weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"alpha": 1000.0}, {"steps": 200}),
        ("diverging", "saddle", SADDLE, {"alpha": 1.0}, DIVERGES),
        ("exponential schedule", "three_hump_camel", CAMEL, {}, EXPONENTIAL),
    ),
    *method(
        "polyak_sgd",
        ("defaults", "booth", BOOTH, {}, {}),
        ("scaled", "booth", BOOTH, {"scaling": 2.5, "lr": 0.01}, {}),
        ("a wrong minimum and eps", "beale", BEALE, {"f_min": -0.01, "eps": 10.0}, {}),
        ("a minimum too high", "beale", BEALE, {"f_min": 1.0, "variant": "sps+"}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {}, {}),
        ("diverging", "quadratic", BOWL, {"f_min": -1e20, "lr": 0.2}, DIVERGES),
        ("exponential schedule", "quadratic", BOWL, {"lr": 0.03}, EXPONENTIAL),
    ),
    *method(
        "momo",
        ("defaults", "booth", BOOTH, {}, {}),
        ("a long memory", "booth", BOOTH, {"lr": 0.02, "beta": 0.97}, {}),
        (
            "a bound that adapts",
            "himmelblau",
            HIMMELBLAU,
            {"lr": 0.02, "lower_bound": -20.0, "adapt_lower_bound": True},
            {},
        ),
        ("weight decay", "quadratic", BOWL, {"lr": 0.1, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {}, {}),
        ("diverging", "quadratic", BOWL, {"lr": 3.0, "lower_bound": -1e14}, DIVERGES),
        ("exponential schedule", "three_hump_camel", CAMEL, {"lr": 0.1}, EXPONENTIAL),
    ),
    *method(
        "muon",
        ("defaults", "rosenbrock", BANANA, {}, {}),
        ("a large rate", "beale", BEALE, {"lr": 0.05, "beta": 0.8}, {}),
        ("without nesterov", "himmelblau", HIMMELBLAU, {"lr": 0.02, "nesterov": False}, {}),
        ("few iterations and eps", "booth", BOOTH, {"lr": 0.05, "ns_steps": 2, "eps": 20.0}, {}),
        ("weight decay", "quadratic", BOWL, {"lr": 0.01, "weight_decay": 0.5}, {}),
        ("a zero component", "quadratic", (0.0, 1.0), {"lr": 0.01}, {}),
        ("diverging", "saddle", SADDLE, {"lr": 1e5}, DIVERGES),
        ("step schedule", "three_hump_camel", CAMEL, {"lr": 0.02}, STEP),
    ),
]


if __name__ == "__main__":
    record("optax", CASES, path, optax=optax.__version__, jax=jax.__version__)
