"""What all scripts have in common."""

from __future__ import annotations

from experiment import CONSTANT, Experiment, Lane
from experiment.loop import bound
from experiment.outcome import zero_eps
from exports.own_rule import rule_name, rule_settings
from optimizers import Optimizer, Rule
from settings import Stated

STATED = '''\
Array = np.ndarray


class Stated:
    """Settings by name."""

    shapes = ((1, 2),)  # of a point, to a method that works on matrices

    def __init__(self, **settings):
        self.__dict__.update(settings)
'''

MAIN = '''\
def path(*lane, **how):
    """The points of a lane, (steps + 1, 2), or fewer where it ends before; see `run`."""
    return run(*lane, **how)[0]


def main():
    for name, optimizer, how in LANES:
        for start in STARTS:
            points, why = run(optimizer, start=start, **how)
            x, y = points[-1]
            print(f"{name}: ({x:g}, {y:g}) after {len(points) - 1} steps{why and f'. {why}'}")


if __name__ == "__main__":
    main()
'''

ENDS = '''\
def ending(gradient, point, loss, eps):
    """Why a lane ends before a point that is not finite, or where the loss or its gradient is not.

    gradient: that at the point before. eps: what is 0 and would keep the method from dividing by 0.
    """
    (x, y), (x0, x1, y0, y1) = point, DOMAIN
    nowhere = np.isnan(point)
    if nowhere.any():
        flat = nowhere & (np.array(gradient) == 0)
        names = " and ".join(np.array(["x", "y"])[flat if flat.any() else nowhere])
        if flat.any():
            advice = f": set {eps} above 0" if eps else ""
            return f"It divides 0 by 0 in {names}, where the gradient is 0{advice}."
        return f"Its rule gives no number for {names}."
    beside = abs(2 * x - x0 - x1) <= 3 * (x1 - x0) and abs(2 * y - y0 - y1) <= 3 * (y1 - y0)
    if beside and np.isnan(loss):
        return f"It stepped to ({x:.3g}, {y:.3g}), where the loss is not defined."
    return DIVERGED


def steps(move, point, exact, eps):
    """The points of a lane, (steps + 1, 2), and why it ends before its last step; empty if not.

    move: t -> the point after step t, or a sentence if there is none. exact: a point -> the loss
    and its gradient there. eps: see `ending`.
    """
    points, (_, gradient) = [point], exact(point)
    for t in range(1, STEPS + 1):
        point, before = move(t), gradient
        if isinstance(point, str):
            return np.array(points), point
        loss, gradient = exact(point)
        if not np.isfinite([*point, loss, *gradient]).all():
            return np.array(points), ending(before, point, loss, eps)
        points.append(point)
        if not (np.abs(point) < FAR).all():
            return np.array(points), DIVERGED
    return np.array(points), ""
'''


def constants(experiment: Experiment) -> str:
    """Where and how long the lanes run, and the noise they meet, the same numbers everywhere."""
    lines = [
        f"STARTS = {[experiment.start, *experiment.swarm]!r}",
        f"STEPS = {experiment.steps}",
        f"DOMAIN = {experiment.surface.domain!r}",
        f"FAR = {bound(experiment.surface)!r}  # as far out, a run has diverged",
        'DIVERGED = "It diverged."',
        "NOISE = None",
    ]
    if experiment.noise:
        lines[-1:] = [
            f"RANDOM = np.random.Generator(np.random.PCG64({experiment.seed}))",
            f"NOISE = {experiment.noise!r} * RANDOM.standard_normal((STEPS, 2))",
        ]
    return "\n".join([*lines, ""])


def call(stated: Stated) -> str:
    """An optimizer or a schedule as a Python call that names every setting."""
    name, values = type(stated).__name__, stated.values()
    if isinstance(stated, Rule):
        name, values = rule_name(stated), rule_settings(stated)
    settings = (
        f"{key}={call(value) if isinstance(value, Optimizer) else repr(value)}"
        for key, value in values.items()
    )
    return f"{name}({', '.join(settings)})"


def schedule_of(lane: Lane) -> str | None:
    """What multiplies a lane's learning rate, (steps,), as an expression; None for nothing."""
    if lane.schedule == CONSTANT and not lane.warmup:
        return None
    return f"factors({call(lane.schedule)}, {lane.warmup}, STEPS)"


def lane_row(lane: Lane, optimizer: str, how: list[str], name: str = "") -> str:
    """A lane in the script's list: its name, its optimizer, and further arguments of `path`.

    It is called by another name where one is given.
    """
    schedule = schedule_of(lane)
    how = [*how, *([f'"rates": {schedule}'] if schedule else [])]
    how += [f'"clip": {lane.clip!r}'] if lane.clip is not None else []
    eps = zero_eps(lane.optimizer)
    how += [f'"eps": {eps!r}'] if eps else []
    return f"    ({(name or lane.name)!r}, {optimizer}, {{{', '.join(how)}}}),"
