"""A race as a PyTorch script: torch.optim's own methods on the same surface."""

from __future__ import annotations

from experiment import Experiment
from exports.expression import loss_function
from exports.framework import Framework, framework_script
from exports.references import torch_call
from optimizers import Optimizer

RUN = '''\
def path(make, rates=None, clip=None, start=STARTS[0]):
    """The points of a lane, (steps + 1, 2), or fewer where it diverges.

    rates: what multiplies the learning rate at each step. clip: the norm to which longer gradients
    are scaled down.
    """
    theta = torch.tensor(start, requires_grad=True)
    optimizer = make([theta])
    if rates is not None:
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rates[min(k, STEPS - 1)])

    def closure():
        optimizer.zero_grad()
        loss = f(theta)
        loss.backward()
        if NOISE is not None:
            theta.grad += torch.tensor(NOISE[t - 1])
        if clip is not None and theta.grad.norm() > clip:
            theta.grad *= clip / theta.grad.norm()
        return loss

    points = [theta.tolist()]
    for t in range(1, STEPS + 1):
        optimizer.step(closure)
        if rates is not None:
            schedule.step()
        if not theta.isfinite().all():
            break
        points.append(theta.tolist())
        if not (theta.abs() < FAR).all():
            break
    return np.array(points)
'''


def torch_script(experiment: Experiment) -> str:
    """The script; what torch.optim does not have is named in it."""
    return framework_script(
        experiment,
        Framework(
            name="torch.optim",
            setup="import numpy as np\nimport torch\n\ntorch.set_default_dtype(torch.float64)\n",
            loss=loss_function(experiment.surface, "torch"),
            run=RUN,
            call=_call,
        ),
    )


def _call(optimizer: Optimizer) -> tuple[str, list[str]] | None:
    call = torch_call(optimizer.key, optimizer.values())
    if call is None:
        return None
    arguments = "".join(f", {key}={value!r}" for key, value in call.arguments.items())
    return f"lambda theta: {call.function}(theta{arguments})", []
