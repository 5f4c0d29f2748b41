"""A race as an Optax script: optax's own methods, in JAX, on the same surface."""

from __future__ import annotations

from experiment import Experiment
from exports.expression import loss_function
from exports.framework import Framework, framework_script
from exports.references import optax_call, takes_a_matrix
from optimizers import Optimizer

RUN = '''\
def path(make, rates=None, clip=np.inf, shape=(2,), start=STARTS[0]):
    """The points of a lane, (steps + 1, 2), or fewer where it diverges.

    make: the optimizer, given what multiplies its learning rate. rates: that number for each step.
    clip: the norm to which longer gradients are scaled down. shape: as which it takes the point.
    """

    @jax.jit
    def step(rate, noise, theta, state):
        loss, gradient = jax.value_and_grad(lambda theta: f(theta.ravel()))(theta)
        gradient = gradient + noise.reshape(shape)
        norm = jnp.linalg.norm(gradient)
        gradient = jnp.where(norm > clip, gradient * (clip / norm), gradient)
        optimizer = optax.with_extra_args_support(make(rate))
        updates, state = optimizer.update(gradient, state, theta, value=loss)
        return optax.apply_updates(theta, updates), state

    theta = jnp.array(start).reshape(shape)
    state = make(1.0).init(theta)
    points = [np.ravel(theta)]
    for t in range(1, STEPS + 1):
        rate = 1.0 if rates is None else rates[t - 1]
        noise = np.zeros(2) if NOISE is None else NOISE[t - 1]
        theta, state = step(rate, noise, theta, state)
        if not np.isfinite(theta).all():
            break
        points.append(np.ravel(theta))
        if not (np.abs(theta) < FAR).all():
            break
    return np.array(points)
'''


def optax_script(experiment: Experiment) -> str:
    """The script; what optax does not have is named in it."""
    return framework_script(
        experiment,
        Framework(
            name="optax",
            setup="import jax\nimport jax.numpy as jnp\nimport numpy as np\nimport optax\n\n"
            'jax.config.update("jax_enable_x64", True)\n',
            loss=loss_function(experiment.surface, "jnp"),
            run=RUN,
            call=_call,
        ),
    )


def _call(optimizer: Optimizer) -> tuple[str, list[str]] | None:
    call = optax_call(optimizer.key, optimizer.values())
    if call is None:
        return None
    lr = optimizer.values()["lr"]
    arguments = "".join(f", {key}={value!r}" for key, value in call.arguments.items())
    how = ['"shape": (1, 2)'] if takes_a_matrix(optimizer.key) else []
    return f"lambda rate: {call.function}({lr!r} * rate{arguments})", how
