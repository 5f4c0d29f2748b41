"""A race as an Optax script: optax's own methods, in JAX, on the same surface."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from experiment import Experiment, Lane
from exports.framework import Framework
from exports.own_rule import optax_rule, rule_name, rule_settings
from exports.references import ASKS_LOSS, OPTAX, takes_a_matrix
from optimizers import Optimizer, Rule, Unsuited
from optimizers.base import Array

RUN = '''\
@jax.jit
def exact(point):
    """The loss and its gradient at a point; where only the loss is a number, the gradient is 0."""
    loss, gradient = jax.value_and_grad(f)(jnp.asarray(point))
    return loss, jnp.where(jnp.isnan(gradient) & jnp.isfinite(loss), 0.0, gradient)


def run(
    make,
    rates=None,
    clip=np.inf,
    eps="",
    shape=(2,),
    ahead=False,
    asks=(),
    least=-np.inf,
    too_low="",
    start=STARTS[0],
):
    """The points of a lane, (steps + 1, 2), and why it ends before its last step; empty if not.

    make: the optimizer, given what multiplies its learning rate. rates: that number for each step.
    clip: the norm to which longer gradients are scaled down. shape: as which it takes the point.
    ahead: whether it is a Lookahead. asks: what else it is told at each step. least: the loss
    below which it cannot go on, which `too_low` then says. eps: see `ending`.
    """

    @jax.jit
    def step(rate, noise, theta, state):
        def gradient(point, _=None):
            g = exact(point.ravel())[1] + noise
            norm = jnp.linalg.norm(g)
            return jnp.where(norm > clip, g * (clip / norm), g).reshape(shape)

        point = theta.fast if ahead else theta
        optimizer = optax.with_extra_args_support(make(rate))
        known = {"value": f(point.ravel()), "grad_fn": gradient}
        asked = {name: known[name] for name in asks}
        updates, state = optimizer.update(gradient(point), state, theta, **asked)
        return optax.apply_updates(theta, updates), state

    theta = jnp.array(start).reshape(shape)
    theta = optax.LookaheadParams.init_synced(theta) if ahead else theta
    state = make(1.0).init(theta)
    point = np.array(start)

    def move(t):
        nonlocal theta, state, point
        if least > -np.inf and f(point) < least:
            return too_low
        rate = 1.0 if rates is None else rates[t - 1]
        noise = np.zeros(2) if NOISE is None else NOISE[t - 1]
        theta, state = step(rate, noise, theta, state)
        point = np.ravel(theta.fast if ahead else theta)
        return point

    return steps(move, point, exact, eps)
'''


ASKS = dict.fromkeys(ASKS_LOSS, ("value",)) | {"sam": ("grad_fn",)}
"""What methods are told beside the gradient."""


def optax_script(experiment: Experiment) -> str:
    """The script; what optax does not have is named in it.

    Raises:
        ValueError: it has none of the lanes.
    """
    return JAX.script(experiment)


def _call(lane: Lane, met: Collection[str]) -> tuple[str, list[str]]:
    optimizer = lane.optimizer
    keys = {part.key for part in (optimizer, *optimizer.wrapped)}
    how = ['"shape": (1, 2)'] if any(map(takes_a_matrix, keys)) else []
    how += ['"ahead": True'] if optimizer.key == "lookahead" else []
    how += [f'"asks": {ASKS[optimizer.key]!r}'] if optimizer.key in ASKS else []
    if too_low := _said_of_too_low(optimizer):
        how += [f'"least": {optimizer.values()["f_min"]!r}', f'"too_low": {too_low!r}']
    return f"lambda rate: {_code(optimizer, met)}", how


def _said_of_too_low(optimizer: Optimizer) -> str:
    """Why a method that knows the lowest loss cannot go on below it; empty for others."""
    if "f_min" in optimizer.values():
        try:
            optimizer.step(1, np.zeros(2), _Abyss(), optimizer.init(np.zeros(2)))
        except Unsuited as error:
            return str(error)
    return ""


class _Abyss:
    """A loss below any."""

    def value(self, theta: Array) -> Array:
        return np.full(theta.shape[1:], -np.inf)

    def gradient(self, theta: Array) -> Array:
        return np.ones_like(theta)

    def hessian(self, theta: Array) -> Array:
        return np.zeros((2, *theta.shape))


def _code(optimizer: Optimizer, met: Collection[str]) -> str:
    """What makes an optimizer, `rate` times its learning rate."""
    values = optimizer.values()
    if isinstance(optimizer, Rule):
        numbers = {key: repr(value) for key, value in rule_settings(optimizer).items()}
        numbers |= {"lr": f"{numbers['lr']} * rate"} if "lr" in numbers else {}
        return f"{rule_name(optimizer)}({', '.join(f'{k}={v}' for k, v in numbers.items())})"
    first = f"{values['lr']!r} * rate" if "lr" in values else ""
    if optimizer.wrapped:
        (base,) = optimizer.wrapped
        first = _code(base, met)
    if optimizer.key == "sam":
        uphill = "optax.normalize_by_update_norm(eps=1e-12)"
        first += f", optax.chain({uphill}, optax.sgd({values['rho']!r}))"
    call = OPTAX.call(optimizer.key, values, met)
    arguments = "".join(f", {key}={value!r}" for key, value in call.arguments.items())
    code = f"{call.function}({first}{arguments})"
    return f"optax.chain(optax.add_decayed_weights({call.l2!r}), {code})" if call.l2 else code


JAX = Framework(
    name="optax",
    functions="jnp",
    setup="import jax\nimport jax.numpy as jnp\nimport numpy as np\nimport optax\n\n"
    'jax.config.update("jax_enable_x64", True)\n',
    run=RUN,
    own=optax_rule,
    call=_call,
)
