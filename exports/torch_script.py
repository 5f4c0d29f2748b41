"""A race as a PyTorch script: torch.optim's own methods on the same surface."""

from __future__ import annotations

from collections.abc import Collection

from experiment import Experiment, Lane
from exports.framework import Framework
from exports.own_rule import rule_name, rule_settings, torch_rule
from exports.references import TORCH
from optimizers import Rule

RUN = '''\
def exact(point):
    """The loss and its gradient at a point; where only the loss is a number, the gradient is 0."""
    theta = torch.tensor(point, requires_grad=True)
    loss = f(theta)
    loss.backward()
    gradient = theta.grad
    if loss.isfinite():
        gradient[gradient.isnan()] = 0
    return loss.item(), gradient.numpy()


def run(make, rates=None, clip=None, eps="", start=STARTS[0]):
    """The points of a lane, (steps + 1, 2), and why it ends before its last step; empty if not.

    rates: what multiplies the learning rate at each step. clip: the norm to which longer gradients
    are scaled down. eps: see `ending`.
    """
    theta = torch.tensor(start, requires_grad=True)
    optimizer = make([theta])
    if rates is not None:
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rates[min(k, STEPS - 1)])

    def move(t):
        def closure():
            loss, gradient = exact(theta.tolist())
            gradient = torch.from_numpy(gradient)
            if NOISE is not None:
                gradient += torch.tensor(NOISE[t - 1])
            if clip is not None and gradient.norm() > clip:
                gradient *= clip / gradient.norm()
            theta.grad = gradient
            return loss

        optimizer.step(closure)
        if rates is not None:
            schedule.step()
        return theta.tolist()

    return steps(move, theta.tolist(), exact, eps)
'''


def torch_script(experiment: Experiment) -> str:
    """The script; what torch.optim does not have is named in it.

    Raises:
        ValueError: it has none of the lanes.
    """
    return PYTORCH.script(experiment)


def _call(lane: Lane, met: Collection[str]) -> tuple[str, list[str]]:
    optimizer = lane.optimizer
    if isinstance(optimizer, Rule):
        arguments = "".join(f", {key}={value!r}" for key, value in rule_settings(optimizer).items())
        return f"lambda theta: {rule_name(optimizer)}(theta{arguments})", []
    call = TORCH.call(optimizer.key, optimizer.values(), met)
    arguments = "".join(f", {key}={value!r}" for key, value in call.arguments.items())
    return f"lambda theta: {call.function}(theta{arguments})", []


PYTORCH = Framework(
    name="torch.optim",
    functions="torch",
    setup="import numpy as np\nimport torch\n\ntorch.set_default_dtype(torch.float64)\n",
    run=RUN,
    own=torch_rule,
    call=_call,
)
