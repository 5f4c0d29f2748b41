"""The rule that stands on the screen is the one that runs, in symbols and in numbers."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from rules import Run, Unreadable, left_of, power, statements

from experiment import PROBLEMS, descend
from figures.mathml import parse
from matrices import split
from optimizers import OPTIMIZERS
from surfaces import SURFACES

pytestmark = pytest.mark.paths

PLACES = (
    (SURFACES["beale"], (1.0, 0.8)),
    (SURFACES["rosenbrock"], (-1.1, 1.2)),
    (SURFACES["matyas"], (-0.9, 0.4)),  # whose gradient is shorter than 1
)
STEPS = 16
ARRIVED = 1e-2  # where the gradient is smaller, methods that settle stay where they are
ALL = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)

UNCHECKED = {
    ("bfgs", r"\alpha_t \text{ by line search}"),
    ("conjugate_gradient", r"\alpha_t \text{ by line search}"),
    ("lbfgs", r"\alpha_t \text{ by line search}"),
    ("lbfgs", r"\text{up to } n \text{ times a step:}"),
}
"""What no test would find wrong. It may only become shorter."""


def variants(cls):
    """The method as it comes and as it is suggested, with every setting another, one at a time.

    And with every position of all its switches and choices, its weight decays at work, around a
    base that has momentum.
    """
    plain = cls.suggested()
    yield from dict.fromkeys((plain, cls(), *positions(cls)))
    for key, statement in cls.hyperparameters().items():
        value = getattr(plain, key)
        others = {
            "switch": (not statement.default,),
            "choice": statement.choices,
            "whole": (statement.default + 3,) if statement.kind == "whole" else (),
            "number": (0.8 * value or 0.01, statement.slider[1])
            if statement.kind == "number"
            else (),
        }.get(statement.kind, ())
        yield from (replace(plain, **{key: o}) for o in others if statement.admits(o))


def positions(cls):
    """Every combination of what its switches and choices may be."""
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


@cache
def ran(optimizer, surface, start):
    """A run until it arrives, to be read with Run(*…)."""
    trajectory = descend(optimizer, surface, start, STEPS)
    arrived = np.abs(trajectory.gradient[1:]).max(axis=1) <= ARRIVED
    still = (np.diff(trajectory.theta[1:], axis=0) == 0).all(axis=1)
    arrived[1:] |= np.logical_and.accumulate(still[::-1])[::-1]
    if arrived.any():
        trajectory = descend(optimizer, surface, start, max(1, int(arrived.argmax())))
    return optimizer, surface, trajectory


def runs(optimizer):
    """One on each surface as it is suggested; of a variant, on the first alone."""
    places = PLACES if optimizer == type(optimizer).suggested() else PLACES[:1]
    return [Run(*ran(optimizer, *place)) for place in places]


def answers(run, number):
    """What each step says of a statement: True, False, None where it says nothing, "unread"."""
    with np.errstate(all="ignore"):
        for t in range(1, run.last + 1):
            try:
                yield run.holds(number, t)
            except Unreadable:
                yield "unread"


def repeats(optimizer):
    """Whether a step repeats the rule, so that it does not hold from step to step."""
    return optimizer.key == "lbfgs" and optimizer.max_iter > 1


def noticed(optimizer, number):
    """Whether some run shows it if a statement is wrong."""
    for place in PLACES:
        wrong = Run(*ran(optimizer, *place), wrong=number)
        others = [n for n in range(len(wrong.statements)) if n != number]
        if any(False in answers(wrong, n) for n in [number, *reversed(others)]):
            return True
    return False


@ALL
def test_every_statement_of_a_rule_holds_at_every_step(cls):
    for optimizer in filter(lambda o: not repeats(o), variants(cls)):
        for run in runs(optimizer):
            for number, statement in enumerate(run.statements):
                found = list(answers(run, number))
                assert False not in found, (statement.line, found.index(False) + 1, optimizer)
                listed = (cls.key, statement.line) in UNCHECKED
                assert "unread" not in found[1:] or listed, (statement.line, optimizer)


@ALL
def test_a_statement_that_says_twice_as_much_is_found_wrong(cls):
    """So nothing that stands in a rule, as it is or as it is set, goes unread."""
    shown, checked = set(cls.rule), set()
    for optimizer in variants(cls):
        shown |= set(optimizer.rule_as_set())
        if repeats(optimizer):
            continue
        run = runs(optimizer)[0]
        for number, statement in enumerate(run.statements):
            key = (statement.line, statement.text)
            if key not in checked and (statement.counts or noticed(optimizer, number)):
                checked.add(key)
    unchecked = {
        (cls.key, line)
        for line in shown
        if any((line, statement.text) not in checked for statement in statements(line))
    }
    print(*sorted(unchecked), sep="\n")
    assert unchecked == {(key, line) for key, line in UNCHECKED if key == cls.key}


@ALL
def test_the_point_that_a_step_leads_to_is_stated_and_read(cls):
    optimizer = cls.suggested()
    run = runs(optimizer)[0]
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
        for run in runs(optimizer) if not repeats(optimizer) else ():
            assert not any(False in answers(run, n) for n in range(len(run.statements)))


# On matrices

MATRICES = PROBLEMS["matrix_factorization"]
ANY = (0.3, -0.2, 0.1, 0.4, 0.5, 0.1, -0.3, 0.2)
OF_MATRICES = {
    "muon": OPTIMIZERS["muon"](lr=0.01, weight_decay=0.2),
    "shampoo": OPTIMIZERS["shampoo"](
        lr=0.1, momentum=0.3, weight_decay=0.2, matrix_eps=0.01, preconditioning_compute_steps=3
    ),
    "soap": OPTIMIZERS["soap"](lr=0.02, eps=0.01, weight_decay=0.2, precondition_frequency=3),
}


class OnMatrix(Run):
    """What a rule says of one of the matrices that its method works on, the place-th."""

    def __init__(self, optimizer, trajectory, place, wrong=None):
        self.part = lambda theta: [*split(theta, MATRICES.shapes)][place - 1]
        self.place = str(place)
        super().__init__(optimizer.on(MATRICES.shapes), self, trajectory, wrong)

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
        at = (t for t, there in self.recorded["θ"].items() if np.array_equal(there, point))
        return self.recorded["g"][next(at) + 1]

    def power(self, value, exponent):
        of_entries = "of entries" in self.optimizer.rule_as_set()[0]
        return value**exponent if of_entries else power(value, exponent)


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("optimizer", OF_MATRICES.values(), ids=OF_MATRICES)
def test_a_rule_for_matrices_holds_of_each_and_is_found_wrong_if_it_says_twice_as_much(
    optimizer, place
):
    trajectory = descend(optimizer, MATRICES, ANY, STEPS)
    run = OnMatrix(optimizer, trajectory, place)
    read = [n for n, statement in enumerate(run.statements) if statement.signs]
    words = [s.text for n, s in enumerate(run.statements) if n not in read]
    assert len(words) <= 1
    for number in read:
        found = list(answers(run, number))
        assert "unread" not in found[1:], run.statements[number].text
        assert False not in found, (run.statements[number].text, found.index(False) + 1)
    for wrong in read:
        other = OnMatrix(optimizer, trajectory, place, wrong)
        assert any(False in answers(other, n) for n in read), run.statements[wrong].text
