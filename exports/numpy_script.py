"""A race as a Python script that needs NumPy alone and repeats every path bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiment import Experiment, Lane
from experiment.schedule import factors
from exports.numpy_surface import numpy_surface
from exports.own_rule import numpy_rule, rules_of
from exports.script import ENDS, MAIN, STATED, call, constants, lane_row, schedule_of
from exports.source import Extract, extract
from exports.words import race_words
from formulas.symbolic import HELPERS
from optimizers import Optimizer, Rule, norm

BASE = '''\
State = dict


class Optimizer(Stated):
    """A rule: init gives a state, step the next point and the next state."""

    momentum_buffer = ""

    def step(self, t, theta, loss, state):
        return self.update(t, theta, loss.gradient(theta), state)

    def scheduled(self, factor):
        """The same one with its learning rate times factor."""
        other = copy.copy(self)
        for key, value in vars(self).items():
            if key == "lr":
                other.__dict__[key] = value * factor
            elif isinstance(value, Optimizer):
                other.__dict__[key] = value.scheduled(factor)
        return other


class Unsuited(ValueError):
    """A method cannot go on with this loss."""


class Loss:
    """The surface as a lane meets it: with noise and clipping."""

    def __init__(self, clip):
        self.clip, self.t = clip, 1

    def value(self, theta):
        return value(theta)

    def gradient(self, theta):
        g = gradient(theta)
        if NOISE is not None:
            g = g + NOISE[self.t - 1]
        if self.clip is not None and np.hypot(*g) > self.clip:
            g = g * (self.clip / np.hypot(*g))
        return g

    def hessian(self, theta):
        return hessian(theta)
'''

RUN = '''\
def run(optimizer, rates=None, clip=None, eps="", start=STARTS[0]):
    """The points of a lane, (steps + 1, 2), and why it ends before its last step; empty if not.

    rates: what multiplies the learning rate at each step. clip: the norm to which longer gradients
    are scaled down. eps: see `ending`.
    """
    loss, theta = Loss(clip), np.array(start)
    state = optimizer.init(theta)

    def move(t):
        nonlocal theta, state
        loss.t = t
        now = optimizer if rates is None else optimizer.scheduled(rates[t - 1])
        try:
            theta, state = now.step(t, theta, loss, state)
        except Unsuited as error:
            return str(error)
        return theta

    return steps(move, theta, lambda theta: (value(theta), gradient(theta)), eps)
'''


def numpy_script(experiment: Experiment) -> str:
    """The script. In it `LANES` holds the lanes, and `path` gives the points of one.

    The methods are the project's own source, without what describes them to a page.
    """
    methods, own = methods_of(experiment.lanes)
    surface, imported = numpy_surface(experiment.plane, hessian=".hessian(" in methods.text)
    imports = sorted({"import copy", "import numpy as np"} | methods.imports | imported)
    says = (
        "Every path is the one that was drawn, bit for bit on a processor of the same kind: others "
        "may\ndiffer in the last place of exp, log, tanh and powers. The script needs NumPy alone."
    )
    quiet = 'np.seterr(all="ignore")  # a run that diverges overflows\n\n'
    rows = [lane_row(lane, call(lane.optimizer), []) for lane in experiment.lanes]
    parts = [
        f'"""{race_words(experiment)}\n\n{says}\n"""\n\n' + "\n".join(imports) + "\n",
        quiet + constants(experiment),
        surface,
        STATED,
        BASE,
        *([methods.text + "\n"] if methods.text else []),
        *own,
        "\n".join(["LANES = [", *rows, "]", ""]),
        ENDS,
        RUN,
        MAIN,
    ]
    return "\n\n".join(parts)


def methods_of(lanes: Sequence[Lane]) -> tuple[Extract, list[str]]:
    """The source of every optimizer and schedule, and of the rules that a person wrote."""
    optimizers = [lane.optimizer for lane in lanes]
    inner = [v for o in optimizers for v in o.values().values() if isinstance(v, Optimizer)]
    parts = (*inner, *optimizers)
    wanted: list[Any] = [type(part) for part in parts if not isinstance(part, Rule)]
    own = [numpy_rule(rule) for rule in rules_of(lanes)]
    wanted += [HELPERS[name] for _, written in own for name in written.called]
    wanted += [norm] * any("norm(" in text for text, _ in own)
    scheduled = [lane for lane in lanes if schedule_of(lane)]
    if scheduled:
        wanted += [factors, *(type(lane.schedule) for lane in scheduled)]
    given = ("Array", "State", "Stated", "Optimizer", "Unsuited", "Loss")
    return extract(wanted, given), [text for text, _ in own]
