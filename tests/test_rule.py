"""The rule that stands on the screen is the one that runs, in symbols and in numbers.

What runs is the rule's graph, on a loss that is made up, so that it meets what no path leads to; of
a method that searches, which has none, it is the method itself, on surfaces.
"""

import zlib
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from rules import Run, Unknown, left_of, planted, power, statements

from experiment import PROBLEMS, descend
from figures.mathml import parse
from kernels import Untraceable, traced
from matrices import split
from optimizers import OPTIMIZERS
from surfaces import SURFACES
from surfaces.problem import Problem

pytestmark = pytest.mark.paths

STEPS = 16
DRAWS = 10
RARE = {"adopt": 40, "momo": 40}  # draws of methods with cases that hardly ever come to pass
ALL = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)

UNCHECKED = {
    ("bfgs", r"\alpha_t \text{ by line search}"),
    ("conjugate_gradient", r"\alpha_t \text{ by line search}"),
    ("lbfgs", r"\alpha_t \text{ by line search}"),
    ("lbfgs", r"\text{up to } n \text{ times a step:}"),
}
"""Lines of which no test would find anything wrong. There may only be fewer."""

LEFT = {"dadapt_adamw": 3, "momo": 3, "prodigy": 2}
"""How many changes of a rule nothing finds wrong: most change no number, as that of ‖s‖ > 0 to
‖2s‖ > 0, and MoMo's a bound that is hardly ever met. There may only be fewer."""


class MadeUp(Problem):
    """A loss whose value, gradient and Hessian are drawn anew at each point, and tell nothing else.

    Gradients have both signs and many sizes, and some are 0; of every second loss they are
    small, so that what is added to them counts.
    """

    name, start = "made up", (0.7, -1.3)
    extent = np.full(2, 1e30)  # no run diverges

    def __init__(self, seed):
        self.seed = seed

    def value(self, theta):
        above = np.abs if self.seed % 4 == 0 else np.positive  # Polyak's step asks for no less
        return self._drawn(theta, lambda rng: above(rng.normal(0, 3)))

    def gradient(self, theta):
        low, high = (-9, -2) if self.seed % 2 else (-2, 1)
        return self._drawn(
            theta,
            lambda rng: rng.choice([-1, 0, 1], 2, p=[0.4, 0.2, 0.4]) * 10 ** rng.uniform(low, high),
        )

    def hessian(self, theta):
        return self._drawn(theta, lambda rng: rng.normal(0, 2, 3)[[[0, 1], [1, 2]]])

    def ground(self, theta):
        return np.full(theta.shape[1:], "slope")

    def _drawn(self, theta, draw):
        points = np.round(np.reshape(theta, (2, -1)).T, 5) + 0.0  # equal but for rounding
        seeds = (zlib.crc32(point.tobytes()) for point in points)
        found = np.array([draw(np.random.default_rng([self.seed, seed])) for seed in seeds])
        return np.moveaxis(found, 0, -1).reshape((*found.shape[1:], *np.shape(theta)[1:]))


LOSSES = tuple(MadeUp(seed) for seed in range(max(DRAWS, *RARE.values())))
PLACES = (
    (SURFACES["beale"], (1.0, 0.8)),
    (SURFACES["rosenbrock"], (-1.1, 1.2)),
    (SURFACES["matyas"], (-0.9, 0.4)),  # whose gradient is shorter than 1
)
ARRIVED = 1e-2  # where the gradient is smaller, searches stay where they are


def positions(cls):
    """Every combination of what its switches and choices may be, its weight decays at work."""
    statements = cls.hyperparameters()
    options = {
        key: (False, True) if h.kind == "switch" else h.choices
        for key, h in statements.items()
        if h.kind in ("switch", "choice")
    }
    rest = {key: 0.2 for key in ("weight_decay", "eps_root") if key in statements}
    if "base" in statements:
        rest["base"] = OPTIMIZERS["momentum"].suggested()
    for values in product(*options.values()):
        yield replace(cls.suggested(), **dict(zip(options, values, strict=True)), **rest)


def drawn(optimizer, rng):
    """With numbers of its sliders; of what counts steps low ones, so that they come to pass."""
    statements = optimizer.hyperparameters().items()
    whole = {k: int(h.low + rng.integers(5)) for k, h in statements if h.kind == "whole"}
    numbers = {k: float(rng.choice(h.stops)) for k, h in statements if h.kind == "number"}
    if "matrix_eps" in numbers:
        numbers["matrix_eps"] = 0.1  # of the inverse root of less, rounding is a part
    return replace(optimizer, **whole, **numbers)


@cache
def has_graph(cls):
    try:
        traced(cls())
    except Untraceable:
        return False
    return True


def others(cls):
    """As it is suggested, with every number another, one at a time."""
    plain = cls.suggested()
    for key, h in cls.hyperparameters().items():
        value = getattr(plain, key)
        if h.kind == "whole":
            yield replace(plain, **{key: int(h.low) + 3})
        if h.kind == "number":
            changed = (0.8 * value or 0.01, h.slider[1])
            yield from (replace(plain, **{key: o}) for o in changed if h.admits(o))


@cache
def runs(cls):
    """Of the method as it comes and as it is suggested, and of all its switches.

    Each with other numbers, too. A step that repeats the rule is left out: it does not hold from
    one to the next.
    """
    plain = tuple(dict.fromkeys((cls.suggested(), cls(), *positions(cls))))
    if not has_graph(cls):
        return [r for o in (*plain, *others(cls)) if not repeats(o) for r in searched(o)]
    rng = np.random.default_rng(0)
    return [
        made(drawn(each, rng) if i else each, loss)
        for i, loss in enumerate(LOSSES[: RARE.get(cls.key, DRAWS)])
        for each in plain
    ]


def made(optimizer, loss):
    return Run(optimizer, loss, descend(optimizer, loss, loss.start, STEPS))


def searched(optimizer):
    """Runs until they arrive."""
    for surface, start in PLACES:
        trajectory = descend(optimizer, surface, start, STEPS)
        arrived = np.abs(trajectory.gradient[1:]).max(axis=1) <= ARRIVED
        still = (np.diff(trajectory.theta[1:], axis=0) == 0).all(axis=1)
        arrived[1:] |= np.logical_and.accumulate(still[::-1])[::-1]
        if arrived.any():
            trajectory = descend(optimizer, surface, start, max(1, int(arrived.argmax())))
        yield Run(optimizer, surface, trajectory)


def answers(run, number):
    """What each step says of a statement: True, False, None where it says nothing, "unknown"."""
    with np.errstate(all="ignore"):
        for t in range(1, run.last + 1):
            try:
                yield run.holds(number, t)
            except Unknown:
                yield "unknown"


def repeats(optimizer):
    """Whether a step repeats the rule, so that it does not hold from step to step."""
    return optimizer.key == "lbfgs" and optimizer.max_iter > 1


def noticed(run, number, statement):
    """Whether a run shows it if one of its statements says something else."""
    run = run.saying(number, statement)
    others = (n for n, s in reversed([*enumerate(run.statements)]) if n != number and s.signs)
    return any(
        each is False or (each == "unknown" and t > 1)
        for n in (number, *others)
        for t, each in enumerate(answers(run, n), 1)
    )


@ALL
def test_every_statement_of_a_rule_holds_at_every_step(cls):
    for run in runs(cls):
        for number, statement in enumerate(run.statements):
            if (cls.key, statement.line) not in UNCHECKED:
                found = list(answers(run, number))
                assert False not in found, (statement.line, found.index(False) + 1, run.optimizer)
                assert "unknown" not in found[1:], (statement.line, run.optimizer)


@ALL
def test_a_statement_that_says_anything_else_is_found_wrong(cls):
    """So nothing that stands in a rule, as it is or as it is set, goes unread."""
    shown, said = set(cls.rule), {}
    for run in runs(cls):
        shown |= set(run.optimizer.rule_as_set())
        for number, statement in enumerate(run.statements):
            if (cls.key, statement.line) not in UNCHECKED and not statement.counts:
                said.setdefault(statement, []).append((run, number))
    factor = "-2" if has_graph(cls) else "2"  # of a search much is compared alone
    left = 0
    for statement, where in said.items():
        found = [
            any(noticed(run, number, each) for run, number in where)
            for each in planted(statement, factor)
        ]
        assert any(found), statement.text
        left += found.count(False)
    assert not has_graph(cls) or left <= LEFT.get(cls.key, 0)
    unread = {
        line for line in shown if any(s not in said and not s.counts for s in statements(line))
    }
    assert unread == {line for key, line in UNCHECKED if key == cls.key}


@ALL
def test_the_point_that_a_step_leads_to_is_stated_and_read(cls):
    run = runs(cls)[0]
    stated = [
        number
        for number, statement in enumerate(run.statements)
        if any((left.name, left.index) == ("θ", "t") for left in statement.lefts)
    ]
    assert stated
    for number in stated:
        said = [run.holds(number, t) for t in range(2, run.last + 1)]
        assert said
        assert all(said)


def test_the_list_of_what_is_not_read_is_about_methods_that_there_are():
    assert {key for key, _ in UNCHECKED} <= set(OPTIMIZERS)


def test_rprops_rule_says_which_steps_are_the_shortest_and_the_longest():
    shown = " ".join(OPTIMIZERS["rprop"].rule)
    for key in ("step_min", "step_max"):
        assert OPTIMIZERS["rprop"].hyperparameters()[key].symbol in shown


@ALL
def test_a_switch_changes_the_rule_that_is_shown(cls):
    for key, statement in cls.hyperparameters().items():
        if statement.kind in ("switch", "choice"):
            values = (True, False) if statement.kind == "switch" else statement.choices
            around = {"base": OPTIMIZERS["momentum"]()} if cls().wraps else {}
            rules = {cls(**around, **{key: value}).rule_as_set() for value in values}
            assert len(rules) == len(values), key


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        (OPTIMIZERS["pid"](momentum=0.9), OPTIMIZERS["pid"](momentum=0.0)),
        (
            OPTIMIZERS["momentum"](dampening=0.6),
            OPTIMIZERS["momentum"](momentum=0.0, dampening=0.6),
        ),
        (OPTIMIZERS["prodigy"](beta3=0.9), OPTIMIZERS["prodigy"]()),
        (OPTIMIZERS["ademamix"](t_alpha_beta3=9), OPTIMIZERS["ademamix"]()),
        (OPTIMIZERS["lbfgs"](max_iter=2), OPTIMIZERS["lbfgs"](max_iter=1)),
    ],
    ids=["no controller", "no heavy ball", "a third rate", "no ramp", "one iteration"],
)
def test_so_does_what_switches_without_being_a_switch(plain, other):
    assert plain.rule_as_set() != other.rule_as_set()
    for optimizer in (plain, other):
        for run in searched(optimizer) if not repeats(optimizer) else ():
            assert not any(False in answers(run, n) for n in range(len(run.statements)))


# On matrices

MATRICES = PROBLEMS["matrix_factorization"]
ANY = (0.3, -0.2, 0.1, 0.4, 0.5, 0.1, -0.3, 0.2)
OF_MATRICES = {
    "muon": OPTIMIZERS["muon"](lr=0.01, eps=0.1, weight_decay=0.2),
    "shampoo": OPTIMIZERS["shampoo"](
        lr=0.1, momentum=0.3, weight_decay=0.2, matrix_eps=0.01, preconditioning_compute_steps=4
    ),
    "soap": OPTIMIZERS["soap"](lr=0.02, eps=0.01, weight_decay=0.2, precondition_frequency=4),
}


class OnMatrix(Run):
    """What a rule says of one of the matrices that its method works on, the place-th."""

    def __init__(self, optimizer, trajectory, place):
        self.part = lambda theta: [*split(theta, MATRICES.shapes)][place - 1]
        self.place = str(place)
        super().__init__(optimizer.on(MATRICES.shapes), self, trajectory)

    def _record(self):
        t, before = self.trajectory, self.optimizer.init(self.trajectory.theta[0])
        self.recorded = {
            "θ": dict(enumerate(map(self.part, t.theta))),
            "g": dict(enumerate(map(self.part, t.given), 1)),
        }
        self.initial = {}
        for key in t.state.keys() - {"step", "decay"}:
            name, _, place = key.partition("_of_")
            if place in ("", self.place):
                of_it = (lambda entry: entry) if place else self.part
                symbol = left_of(parse(self.optimizer.symbol(name)).parts).name
                self.recorded[symbol] = dict(enumerate(map(of_it, t.state[key]), 1))
                if key in before:
                    self.initial[symbol] = {0: of_it(before[key])}

    def gradient(self, point):
        for t, there in self.recorded["θ"].items():
            if np.array_equal(there, point) and t + 1 in self.recorded["g"]:
                return self.recorded["g"][t + 1]
        return np.full_like(point, np.nan)  # it was not asked for there

    def power(self, value, exponent):
        of_entries = "of entries" in self.optimizer.rule_as_set()[0]
        return value**exponent if of_entries else power(value, exponent)


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("optimizer", OF_MATRICES.values(), ids=OF_MATRICES)
def test_a_rule_for_matrices_holds_of_each_and_is_found_wrong_if_it_says_anything_else(
    optimizer, place
):
    run = OnMatrix(optimizer, descend(optimizer, MATRICES, ANY, STEPS), place)
    read = {n: statement for n, statement in enumerate(run.statements) if statement.signs}
    assert len(run.statements) - len(read) <= 1  # words
    for number, statement in read.items():
        found = list(answers(run, number))
        assert "unknown" not in found[1:], statement.text
        assert False not in found, (statement.text, found.index(False) + 1)
        for each in planted(statement, "-2"):
            assert noticed(run, number, each), each.text
