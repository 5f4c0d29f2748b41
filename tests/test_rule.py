"""The rule that stands on the screen is the one that runs, in symbols and in numbers."""

from dataclasses import replace

import numpy as np
import pytest

from experiment import Lane, descend
from figures.inspection import inspection, statements, walk
from figures.mathml import Node, parse
from optimizers import OPTIMIZERS
from surfaces import SURFACES

pytestmark = pytest.mark.paths

STEPS = 40
BEALE = SURFACES["beale"]
ALL = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)


class Unreadable(Exception):
    """This small reader of rules does not know what stands there."""


def evaluate(node, values):
    """What a row comes to; vectors are pairs, and * is elementwise as it is in NumPy."""
    return Reader(node, values).sum()


class Reader:
    def __init__(self, row, values):
        self.items = [p for p in row.parts if p.kind != "space"]
        self.values = values
        self.at = 0
        self.open = False  # a bar, which the next one closes

    @property
    def here(self):
        return self.items[self.at].flat if self.at < len(self.items) else ""

    @property
    def ends(self):
        return self.here in ("", ")", ",") or (self.open and self.here[0] in "|‖")

    def take(self, sign):
        if self.here != sign:
            raise Unreadable(sign)
        self.at += 1

    def sum(self):
        total = -self.after_sign() if self.here == "−" else self.product()
        while self.here in ("+", "−"):
            total = total + (self.after_sign(1) if self.here == "+" else -self.after_sign())
        if not self.ends:
            raise Unreadable(self.here)
        return total

    def after_sign(self, sign=1):
        self.at += 1
        return sign * self.product()

    def product(self):
        total = self.factor()
        while not self.ends and self.here not in ("+", "−"):
            if self.here in ("/", "·"):
                self.at += 1
                before = self.items[self.at - 1].flat
                total = total / self.factor() if before == "/" else total * self.factor()
            else:
                total = total * self.factor()
        return total

    def arguments(self):
        self.take("(")
        found = [self.sum()]
        while self.here == ",":
            self.at += 1
            found.append(self.sum())
        closing = self.items[self.at] if self.at < len(self.items) else Node("row")
        self.at += 1
        return found, closing

    def factor(self):
        if self.at >= len(self.items):
            raise Unreadable("the end")
        node = self.items[self.at]
        if node.flat == "(":
            (inside,), closing = self.arguments()
            return self.powered(inside, closing)
        if node.flat in ("|", "‖"):
            self.at, self.open = self.at + 1, True
            inside, self.open = self.sum(), False
            closing = self.items[self.at]
            if closing.kind == "scripts" and closing.parts[1].parts:
                raise Unreadable("a norm of another kind")
            self.at += 1
            size = np.abs(inside) if node.flat == "|" else np.hypot(*inside)
            return self.powered(size, closing)
        self.at += 1
        if node.kind == "word" and not node.symbol:
            return self.function(node.text)
        return self.value(node)

    def function(self, name):
        if name not in ("max", "min", "clip", "sign", "mean", "RMS"):
            raise Unreadable(name)
        found, _ = self.arguments()
        return {
            "max": lambda *a: np.maximum(*a),
            "min": lambda *a: np.minimum(*a),
            "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
            "sign": np.sign,
            "mean": np.mean,
        }[name](*found)

    def value(self, node):
        if node.symbol:
            if node.symbol not in self.values:
                raise Unreadable(node.symbol)
            return self.values[node.symbol]
        match node.kind:
            case "number":
                return float(node.text)
            case "row":
                return evaluate(node, self.values)
            case "fraction":
                above, below = node.parts
                return evaluate(above, self.values) / evaluate(below, self.values)
            case "root":
                under, degree = node.parts
                power = 1 / float(degree.flat) if degree.parts else 0.5
                return evaluate(under, self.values) ** power
            case "scripts":
                base, below, above = node.parts
                if not above.parts:
                    raise Unreadable(node.flat)
                name = Node("scripts", parts=(base, below, Node("row"))) if below.parts else base
                return self.powered(self.value(name), node)
        raise Unreadable(node.flat)

    def powered(self, value, node):
        if node.kind != "scripts" or not node.parts[2].parts:
            return value
        if np.ndim(value) > 1:
            raise Unreadable("a power of a matrix")
        return value ** evaluate(node.parts[2], self.values)


def known(optimizer, series, t):
    """Every symbol that has a value at step t."""
    values = {
        parse(h.symbol).parts[0].symbol: getattr(optimizer, key)
        for key, h in optimizer.hyperparameters().items()
        if h.kind in ("number", "whole") and len(parse(h.symbol).parts) == 1
    }
    for each in series:
        for name, back in each.names.items():
            if t + back >= 0:
                values[name] = each.rows[t + back]
    values.pop("", None)
    return values


def checked(optimizer):
    """The statements of a rule that could be worked out, each as often as it was seen to hold."""
    trajectory = descend(optimizer, BEALE, (1.0, 0.8), STEPS)
    seen = inspection(Lane(optimizer), trajectory, STEPS)
    holding = {}
    with np.errstate(all="ignore"):
        for line in optimizer.rule_as_set():
            for left, right in statements(parse(line)):
                if any(node.kind == "text" for node in walk(parse(line))):
                    continue
                for t in range(3, len(trajectory.theta)):
                    values = known(optimizer, seen.series, t)
                    if left.symbol not in values:
                        continue
                    stated = values[left.symbol]
                    try:
                        found = evaluate(right, values)
                    except Unreadable:
                        continue
                    assert found == pytest.approx(stated, rel=1e-7, abs=1e-12, nan_ok=True), (
                        f"{line} at step {t}"
                    )
                    holding[left.flat] = holding.get(left.flat, 0) + 1
    return holding


def variants(cls):
    """The method as it comes, with decay, and with each switch and choice the other way."""
    plain = cls.suggested()
    yield plain
    for key, statement in cls.hyperparameters().items():
        others = {
            "switch": (not statement.default,),
            "choice": tuple(c for c in statement.choices if c != statement.default),
        }.get(statement.kind, (0.01,) if key == "weight_decay" else ())
        yield from (replace(plain, **{key: other}) for other in others)


@ALL
def test_every_equation_of_a_rule_that_can_be_worked_out_holds_at_every_step(cls):
    for optimizer in variants(cls):
        checked(optimizer)


def test_rprops_rule_says_which_steps_are_the_shortest_and_the_longest():
    shown = " ".join(OPTIMIZERS["rprop"].rule)
    for key in ("step_min", "step_max"):
        assert OPTIMIZERS["rprop"].hyperparameters()[key].symbol in shown


@ALL
def test_a_switch_changes_the_rule_that_is_shown(cls):
    for key, statement in cls.hyperparameters().items():
        if statement.kind == "switch":
            rules = {cls(**{key: on}).rule_as_set() for on in (True, False)}
            assert len(rules) == 2, key


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        (OPTIMIZERS["polyak_sgd"](), OPTIMIZERS["polyak_sgd"](variant="sps+")),
        (OPTIMIZERS["pid"](momentum=0.9), OPTIMIZERS["pid"](momentum=0.0)),
        (
            OPTIMIZERS["momentum"](dampening=0.6),
            OPTIMIZERS["momentum"](momentum=0.0, dampening=0.6),
        ),
    ],
    ids=["a cut gap", "no controller", "no heavy ball"],
)
def test_so_does_what_switches_without_being_a_switch(plain, other):
    assert plain.rule_as_set() != other.rule_as_set()
    checked(other)


def test_most_rules_can_be_worked_out():
    whole = [key for key, cls in OPTIMIZERS.items() if "θt" in checked(cls.suggested())]
    assert len(whole) >= 37, whole
    assert {"adam", "amsgrad", "adamw", "sgd", "momentum", "nesterov", "rmsprop"} <= set(whole)
