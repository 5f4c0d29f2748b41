"""The optimizer value: frozen hyperparameters and two pure functions.

An optimizer is a frozen dataclass. Its fields are its hyperparameters, each stated once by
`hyperparameter` (default, bounds, slider, symbol, help); sliders, links and documentation read
that statement. It holds nothing else: `init` makes the state, `update` maps one state to the next.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from matrices import ROW, Shapes
from optimizers.sources import Function, Paper, Passage
from settings import Stated, setting

FAMILIES = (
    "first order",
    "sign",
    "adaptive",
    "learning-rate free",
    "matrix and curvature",
    "line search and direct",
    "wrapper",
)

_KEY = re.compile(
    r"(?P<letter>[a-zA-Z]|alpha|beta|gamma|delta|eta|theta|mu|rho|tau)"
    r"(?:_(?P<hat>hat|bar)|_(?P<max>max)|_prev|_?(?P<index>\d))?"
)

Array = NDArray[np.float64]
State = dict[str, Array]
Words = tuple[str, str]
"""What an entry of the state is called, and in one plain line what it is."""


class Loss(Protocol):
    """What a rule may ask of the function it minimizes, each call counted."""

    def value(self, theta: Array) -> Array: ...
    def gradient(self, theta: Array) -> Array: ...
    def hessian(self, theta: Array) -> Array: ...


def hyperparameter(
    default: Any,
    *,
    symbol: str,
    help: str,
    low: float = 0.0,
    high: float = math.inf,
    high_open: bool = False,
    slider: tuple[float, float] | None = None,
    scale: str = "linear",
    suggestion: Any = None,
    choices: tuple[str, ...] = (),
    decay: str = "",
) -> Any:
    """A dataclass field that states a hyperparameter; see `settings.Setting`.

    The default is the value of the reference named in the optimizer's docstring; low and high are
    what the method is defined for.
    """
    return setting(
        default,
        low=low,
        high=high,
        high_open=high_open,
        slider=slider,
        scale=scale,
        symbol=symbol,
        help=help,
        suggestion=suggestion,
        choices=choices,
        arrays=isinstance(default, float),
        of=Optimizer if isinstance(default, Optimizer) else None,
        decay=decay,
    )


def learning_rate(default: float, suggestion: float | None = None, symbol: str = r"\alpha") -> Any:
    """The field `lr` (γ in torch's documentation, α in Adam's paper)."""
    return hyperparameter(
        default,
        symbol=symbol,
        help="Learning rate: scales every step. Too small crawls, too big overshoots.",
        slider=(1e-5, 10.0),
        scale="log",
        suggestion=suggestion,
    )


PAST = (0.0, 0.9999)
"""Of weights of the past, what a slider spans."""


def decay_rate(default: float, symbol: str, help: str, suggestion: float | None = None) -> Any:
    """The weight of the past in a moving average, in [0, 1)."""
    return hyperparameter(
        default,
        symbol=symbol,
        help=help,
        high=1.0,
        high_open=True,
        slider=PAST,
        scale="complement",
        suggestion=suggestion,
    )


def first_moment_decay(default: float = 0.9) -> Any:
    """The field `beta1`."""
    return decay_rate(default, r"\beta_1", "How slowly the average of gradients, m, forgets.")


def second_moment_decay(default: float = 0.999) -> Any:
    """The field `beta2`."""
    return decay_rate(
        default, r"\beta_2", "How slowly the average of squared gradients, v, forgets."
    )


def momentum_factor(
    default: float = 0.9, help: str | None = None, suggestion: float | None = None
) -> Any:
    """The field `momentum` (μ in torch's documentation)."""
    return hyperparameter(
        default,
        symbol=r"\mu",
        help=help or "How much of the previous step is kept. 0 is plain gradient descent.",
        high=1.0,
        slider=PAST,
        scale="complement",
        suggestion=suggestion,
    )


def epsilon(default: float, symbol: str = r"\epsilon", help: str | None = None) -> Any:
    """The field `eps`, added outside the root unless the help says otherwise."""
    return hyperparameter(
        default,
        symbol=symbol,
        help=help
        or "Added to the denominator, so that a vanishing gradient does not divide by zero.",
        slider=(min(default, 1e-12), 1.0) if default else (0.0, 1.0),
        scale="log" if default else "linear",
    )


DECAYS = MappingProxyType(
    {
        "gradient": "L2 penalty: adds λθ to the gradient, which pulls towards the origin.",
        "point": "Decoupled decay: shrinks θ by lr times this at each step, whatever the gradient.",
        "rate": "Decoupled decay: shrinks θ at each step by this times the rule's own rate, which "
        "need not be lr.",
        "proximal": "Proximal decay: divides θ by 1 + lr times this at each step.",
        "direction": "Adds λθ to the scaled gradient, and goes through the averages with it.",
        "ratio": "Adds λθ to the direction of the step, whose length stays lr times that of θ.",
    }
)
"""What a weight decay does, by what it acts on: the help of each kind."""


DECOUPLING = ("weight_decouple", "decoupled_weight_decay")
"""The switches that make a weight decay act on the point instead."""


def decay_on(
    kind: str, default: float = 0.0, suggestion: float | None = None, switch: str = ""
) -> Any:
    """The field `weight_decay`, of a kind that is a key of DECAYS.

    switch: which of DECOUPLING the method has.
    """
    help = DECAYS[kind]
    return hyperparameter(
        default,
        symbol=r"\lambda",
        help=f"{help[:-1]}; decoupled if {switch} is on." if switch else help,
        slider=(0.0, 1.0),
        suggestion=suggestion,
        decay=kind,
    )


def l2_penalty() -> Any:
    """The field `weight_decay` where it is added to the gradient."""
    return decay_on("gradient")


def decoupled_decay(default: float = 0.0, suggestion: float | None = None) -> Any:
    """The field `weight_decay` where it shrinks θ itself."""
    return decay_on("point", default, suggestion)


def decoupling(default: bool) -> Any:
    """The switch from an L2 penalty to decoupled decay."""
    return hyperparameter(
        default,
        symbol=r"\text{decoupled}",
        help="Shrink θ by lr times λ at each step, rather than add λθ to the gradient.",
    )


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "m": ("Momentum", "average of recent gradients"),
        "b": ("Momentum", "sum of gradients, of which each step keeps a share"),
        "v": ("Squares", "average of recent squared gradients"),
        "v_max": ("Largest squares", "the largest v so far"),
        "m_hat": ("Correction", "makes up for the start at zero"),
        "v_hat": ("Correction", "makes up for the start at zero"),
        "g": ("Last gradient", "kept for the next step to compare"),
        "g_prev": ("Last gradient", "kept for the next step to compare"),
        "f": ("Losses", "at the point reached, and at the one before"),
        "f_before": ("Losses", "at the point reached, and at the one before"),
        "theta0": ("Start", "where the run began"),
        "theta_0": ("Start", "where the run began"),
        "mask": ("Agreement", "1 where the gradient has the same sign, else 0"),
        "decay": ("Weight decay", "the part of the step that shrinks θ"),
    }
)
"""Of what most methods keep under these names; one that means another thing says so."""

UNCORRECTED: Words = ("Correction", "switched off: m and v as they are")

PENALIZED = r"g_t = \nabla f(\theta_{t-1}) + \lambda \theta_{t-1}"


def decayed(rule: tuple[str, ...], rate: str = r"\alpha") -> tuple[str, ...]:
    """A rule whose step starts from θ shrunk by decoupled decay."""
    shrunk = rf"\theta_t = (1 - {rate}\lambda)\, \theta_{{t-1}}"
    return tuple(line.replace(r"\theta_t = \theta_{t-1}", shrunk) for line in rule)


def norm(vectors: Array) -> Array:
    """The Euclidean lengths of vectors (d, ...); (...)."""
    if len(vectors) == 2:
        length: Array = np.hypot(vectors[0], vectors[1])
    else:
        length = np.sqrt((vectors * vectors).sum(axis=0))
    return length


class Unsuited(ValueError):
    """A method cannot go on with this loss; the message is one sentence that says why."""


def suited(values: Array, where: NDArray[np.bool_], sentence: Callable[[], str]) -> Array:
    """What a rule needs of the loss, where it can go on with it.

    In a batch the members that cannot go on become nan, so that the others can.

    Args:
        values: (...), one number a point.
        where: (...), whether the method can go on.
        sentence: says why a single run cannot.

    Raises:
        Unsuited: the run is a single one, and cannot go on.
    """
    if np.ndim(where) == 0 and not where:
        raise Unsuited(sentence())
    return np.where(where, values, np.nan)


@dataclass(frozen=True)
class Optimizer(Stated):
    """Base of every optimizer.

    A subclass states its hyperparameters as fields and defines `init` and `update`. A rule that
    needs more than one gradient a step overrides `step` instead of `update`.

    Shapes: theta and g are (d, ...), of the plane (2, ...): axis 0 is the coordinate, the axes
    after it are runs. A hyperparameter is a number or an array over these runs.

    Class attributes:
        key: its name in links, which is the name of its file.
        name, summary: for people; the summary says what it changes in its parent.
        plain: one sentence on what it does for someone who knows no other method.
        family: one of FAMILIES.
        parent: the key of the method that it changes; empty for a root.
        year: of its first publication.
        paper: the work that it is taken from, which its docstring cites.
        rule: the update in LaTeX, line by line, as `update` computes it.
        symbols: what the rule calls an entry of the state after step t, in LaTeX, where the key
            does not say it: `m_hat` is \\hat m_t, `v_max` is v^{\\max}_t, `g_prev` is g_t.
        words: what an entry of the state is called, and in one line what it is, for those of WORDS
            of which that is not true and those that are not there; of "step" how it comes about.
        reference: the function that it agrees with, step for step, or else the passage from which
            its steps are worked out by hand, and
        agreement: to what relative accuracy the tests hold it to that.
        divides_by: the name of what the rule takes the root of, to divide each coordinate by it: an
            entry of the state; empty for none.
        showcase: the link of a race against its parent in which it shows what the method is for.
        see: one sentence on what to see there, with its numbers as `experiment.told` measures them.
        vectorized: whether theta may be of several runs; a method that branches on its point takes
            one, and so does one that wraps it.
        planar: whether it is worked out for two coordinates only.
        sides: how many rows or columns a parameter may have at most.
        shapes: of the parameters that theta holds one after the other, for a method that works on
            matrices; see `on`. What it keeps of the i-th is under a key that ends in `_of_i`.
        momentum_buffer: the entry of the state that torch or pytorch_optimizer keep under this
            name, which Lookahead can pull back; empty where there is none.
        sketches: the kind of shape that `sketch` gives; empty where there is only the path.
        work: microseconds of a step beside its evaluations, as `benchmarks/budget.py` measures
            them, where they are many.
        work_on_a_matrix: how many more for each matrix, where a problem has any.
    """

    key: ClassVar[str]
    plain: ClassVar[str]
    family: ClassVar[str]
    parent: ClassVar[str] = ""
    year: ClassVar[int]
    paper: ClassVar[Paper]
    rule: ClassVar[tuple[str, ...]]
    symbols: ClassVar[Mapping[str, str]] = MappingProxyType({})
    words: ClassVar[Mapping[str, Words]] = MappingProxyType({})
    reference: ClassVar[Function | Passage]
    agreement: ClassVar[float] = 1e-10
    divides_by: ClassVar[str] = ""
    showcase: ClassVar[str]
    see: ClassVar[str]
    vectorized: ClassVar[bool] = True
    planar: ClassVar[bool] = False
    sides: ClassVar[float] = math.inf
    shapes: ClassVar[Shapes] = ROW
    momentum_buffer: ClassVar[str] = ""
    sketches: ClassVar[str] = ""
    work: ClassVar[float] = 20.0
    work_on_a_matrix: ClassVar[float] = 0.0

    def __init_subclass__(cls) -> None:
        cls.key = cls.__module__.rpartition(".")[2]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not all(inner.vectorized for inner in self.wrapped):
            object.__setattr__(self, "vectorized", False)

    @property
    def work_of_an_answer(self) -> float:
        """Microseconds that it works over each value, gradient or Hessian that it asked for."""
        return max((each.work_of_an_answer for each in self.wrapped), default=3.0)

    @property
    def l2(self) -> Any:
        """The λ of the λθ that it adds to the gradient; 0 if it adds none."""
        return self.values()["weight_decay"] if self.decay_kind == "gradient" else 0.0

    @property
    def decay_kind(self) -> str:
        """What its weight decay acts on as it is set, a key of DECAYS; empty if it has none."""
        values, statement = self.values(), self.hyperparameters().get("weight_decay")
        if statement is None:
            return ""
        return "point" if any(values.get(switch) for switch in DECOUPLING) else statement.decay

    @property
    def gain(self) -> float:
        """How many times its learning rate it goes, once up to speed, for a constant gradient.

        1 unless its steps add up, as a heavy ball's do.
        """
        return 1.0

    def rule_as_set(self) -> tuple[str, ...]:
        """The rule with its switches where they are."""
        return self.rule

    def divides_by_as_set(self) -> str:
        """What the rule divides by with its switches where they are; see `divides_by`."""
        return self.divides_by

    def words_as_set(self) -> dict[str, Words]:
        """Of every entry of the state, with its switches where they are; see `words`."""
        told = dict(WORDS)
        for inner in self.wrapped:
            told |= inner.words_as_set()
        told |= self.words
        for place in range(1, len(self.shapes) + 1):
            told |= {f"{key}_of_{place}": words for key, words in self.words.items()}
        return told

    @classmethod
    def symbol(cls, key: str) -> str:
        """What the rule calls an entry of the state after step t; empty if it has no name there."""
        key, _, place = key.partition("_of_")
        if place:
            letter, _, index = cls.symbol(key).partition("_")
            return rf"{letter}^{{({place})}}_{index}"
        if key in cls.symbols:
            return cls.symbols[key]
        named = _KEY.fullmatch(key)
        if not named:
            return ""
        letter = named["letter"] if len(named["letter"]) == 1 else f"\\{named['letter']}"
        if named["hat"]:
            letter = rf"\{named['hat']} {letter}"
        if named["index"]:
            return f"{letter}_{named['index']}"
        return letter + (r"^{\max}_t" if named["max"] else "_t")

    @property
    def wrapped(self) -> tuple[Optimizer, ...]:
        """The optimizers among its hyperparameters."""
        return tuple(v for v in self.values().values() if isinstance(v, Optimizer))

    def unchecked(self, **values: Any) -> Self:
        """The same optimizer with other values, which may be no numbers, such as symbols."""
        other = copy.copy(self)
        other.__dict__.update(values)
        return other

    @property
    def written(self) -> str:
        """The equations of a rule that a person wrote; empty where the class is the rule."""
        return ""

    def scheduled(self, factor: float) -> Self:
        """The same optimizer with its learning rate times factor; unchecked, for every step.

        So is one that it wraps. One without a learning rate stays as it is.
        """
        other = copy.copy(self)
        for key, value in vars(self).items():
            if key == "lr":
                other.__dict__[key] = value * factor
            elif isinstance(value, Optimizer):
                other.__dict__[key] = value.scheduled(factor)
        return other

    def on(self, shapes: Shapes) -> Self:
        """The same optimizer for parameters of these shapes; it is told once, before `init`."""
        if shapes == self.shapes:
            return self
        other = copy.copy(self)
        other.__dict__["shapes"] = shapes
        for key, value in vars(self).items():
            if isinstance(value, Optimizer):
                other.__dict__[key] = value.on(shapes)
        return other

    def init(self, theta: Array) -> State:
        """The state before the first step, named as in the paper.

        Arrays shaped like theta or, where it is one number a point, like theta[0]; of a method that
        takes one point at a time, of any shape that stays the same from step to step.
        """
        raise NotImplementedError

    def update(self, t: int, theta: Array, g: Array, state: State) -> tuple[Array, State]:
        """The point and the state after step t = 1, 2, …, given the gradient g at theta."""
        raise NotImplementedError

    def step(self, t: int, theta: Array, loss: Loss, state: State) -> tuple[Array, State]:
        """One step that may ask the loss more than one question."""
        return self.update(t, theta, loss.gradient(theta), state)

    def sketch(self, before: Array, after: Array, state: State) -> Array:
        """What a map shows of one step besides the path, from the points and the state after it.

        Shape (2, k): the corners of a "polygon", the "points" that were tried, or of a "circle"
        the centre and a point on it, as `sketches` says.
        """
        return np.empty((2, 0))
