"""Hypothesis strategies for whatever the registries hold."""

import math

from hypothesis import strategies as st

from experiment import CURVES, MAX_LANES, MAX_STEPS, SCHEDULES, Experiment, Lane, View
from experiment.experiment import MAX_NOISE, MAX_SEED, SCALES
from experiment.lane import MAX_LABEL
from experiment.view import PANELS, SPEEDS
from formulas.functions import FUNCTIONS, LISTS
from formulas.signs import GREEK
from optimizers import OPTIMIZERS
from surfaces import SURFACES, TRANSFORMS, TYPED_DOMAIN, from_formula


def values(statement):
    """Any admitted value of a hyperparameter; often its default or one that a slider reaches."""
    if statement.kind == "switch":
        return st.booleans()
    if statement.kind == "choice":
        return st.sampled_from(statement.choices)
    if statement.kind == "optimizer":
        return any_of({key: cls for key, cls in OPTIMIZERS.items() if not cls().wraps})
    if statement.kind == "whole":
        low, high = (round(end) for end in statement.slider)
        return st.just(statement.default) | st.integers(low, high)
    low, high = (None if math.isinf(end) else end for end in (statement.low, statement.high))
    admitted = st.floats(
        low, high, exclude_max=statement.high_open, allow_nan=False, allow_infinity=False
    )
    return st.just(statement.default) | st.floats(*statement.slider) | admitted


def stated(cls):
    """Instances of an optimizer or a schedule."""
    return st.builds(cls, **{key: values(h) for key, h in cls.hyperparameters().items()})


def any_of(registry):
    return st.one_of([stated(cls) for cls in registry.values()])


optimizers = any_of(OPTIMIZERS)

labels = st.text(
    st.characters(categories=["L", "N"]) | st.sampled_from(" .+-_"), max_size=MAX_LABEL
)

lanes = st.builds(
    Lane,
    optimizers,
    schedule=any_of(SCHEDULES),
    warmup=st.just(0) | st.integers(0, MAX_STEPS),
    clip=st.none() | st.floats(0, 1e308, exclude_min=True),
    label=st.just("") | labels,
)


# Typed formulas, spelled in all ways; each is defined everywhere

operands = st.sampled_from(
    [
        "x",
        "y",
        "2",
        "0.5x",
        "xy",
        "x²",
        "a",
        "k1x",
        "2pi x",
        "1e-3",
        "tanh(a)",
        "|x|",
        "sin(y)",
        "−y",
        "atan2(y, x)",
        "hypot(x, y)",
        "pow(x, 2)",
        "cbrt(x)",
        "mod(y, 3)",
        r"\frac{x}{2}",
    ]
)
CALLED = ["sin", "cos ", "atan", "tanh", "b*", "2b*", "asinh", "sigmoid", "softplus", "relu"]
CALLED += ["step", "floor", "ceil", "cbrt", "arctan", r"\sin"]
formulas = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds("{}{}{}".format, inner, st.sampled_from([" + ", "+", " - ", "*", "·"]), inner),
        st.builds("{}({})".format, st.sampled_from(CALLED), inner),
        st.builds("({})^2".format, inner),
        st.builds("max({},{})".format, inner, inner),
    ),
    max_leaves=5,
)


# Formulas with every function and every sign, wherever they are defined

LETTERS = [*"abcdfghijklmnopqrstuvw", *GREEK.values(), "k1", "lambda2"]
"""Every name that a parameter can have, and two with an index."""


JUMPING = {"sign", "floor", "ceil", "mod", "step"}
"""Functions with jumps, which rounding can cross where their value is worked out."""


@st.composite
def calls(draw, inner):
    """A function of the grammar and what stands in its brackets."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    if name in JUMPING:
        inner = st.sampled_from(["x", "y", "-x", "2y"])
    count = draw(st.integers(2, 4)) if name in LISTS else FUNCTIONS[name]
    return f"{name}({', '.join(draw(inner) for _ in range(count))})"


def _operation(inner):
    a = st.builds("({})".format, inner) | inner
    return st.one_of(
        st.builds("{}{}{}".format, a, st.sampled_from(["+", "-", "*", "/", " - ", "^", "--"]), a),
        st.builds("{}({})".format, st.sampled_from(["-", "2", "x*-", "2^-", "1/", "y-"]), inner),
        st.builds("{}^({})".format, a, inner),
        st.builds("|{}|".format, inner),
        calls(inner),
    )


expressions = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "3", "e", "pi", "xy"]) | st.sampled_from(LETTERS),
    _operation,
    max_leaves=8,
)


# Rules that a person writes


OPERANDS = ["x", "g", "t", "lr", "m", "v_hat", "avg", "eps", "beta1", "λ", "G", "2", "0.5", "e"]
_terms = st.recursive(
    st.sampled_from(OPERANDS),
    lambda inner: st.one_of(
        st.builds("{}{}{}".format, inner, st.sampled_from(["+", " - ", "*", " / ", "^"]), inner),
        st.builds("({})".format, inner),
        st.builds(
            "{}({})".format, st.sampled_from(["norm", "sum", "sqrt", "sign", "|", "-"]), inner
        ),
        calls(inner),
    ),
    max_leaves=6,
).map(lambda text: text.replace("|(", "abs("))


@st.composite
def _rules(draw):
    """Equations of a step, some of which say where what is kept starts."""
    heads = draw(st.lists(st.sampled_from(["m", "v_hat", "avg", "G", "m0", "x"]), max_size=4))
    lines = [f"{head} = {draw(_terms)}" for head in [*heads, "x"]]
    return draw(st.sampled_from(["\n", "; "])).join(lines)


rules = _rules()


def parameter(statement):
    """Any admitted value of a parameter."""
    if statement.kind == "switch":
        return st.booleans()
    if statement.kind == "choice":
        return st.sampled_from(statement.choices)
    if statement.kind == "whole":
        return st.integers(statement.low, statement.high)
    # A typed formula's may be a million, of which an exponential is no number.
    return st.floats(max(statement.low, -200.0), min(statement.high, 1000.0))


def parameters(statements):
    """Values for some parameters, as a mapping."""
    return st.fixed_dictionaries({}, optional={p.name: parameter(p) for p in statements})


@st.composite
def domains(draw):
    x0, y0 = draw(st.tuples(st.floats(-100, 100), st.floats(-100, 100)))
    return x0, x0 + draw(st.floats(0.1, 100)), y0, y0 + draw(st.floats(0.1, 100))


@st.composite
def surfaces(draw):
    """Any surface: built in or typed, often with parameters, a transformation, another domain."""
    if draw(st.booleans()):
        surface = SURFACES[draw(st.sampled_from(sorted(SURFACES)))]
    else:
        surface = from_formula(draw(formulas), draw(st.just(TYPED_DOMAIN) | domains()))
    surface = surface.with_values(**draw(parameters(surface.parameters)))
    surface = surface.transformed(**draw(st.just({}) | parameters(TRANSFORMS)))
    return surface.with_domain(draw(domains())) if draw(st.booleans()) else surface


numbers_of_lanes = st.lists(st.integers(1, MAX_LANES).map(str), unique=True).map(",".join)
views = st.builds(
    View,
    step=st.integers(0, MAX_STEPS),
    stop=st.integers(0, MAX_STEPS),
    inside=st.integers(0, MAX_LANES),
    future=st.integers(0, 1),
    ribbon=st.integers(0, 1),
    hide=numbers_of_lanes,
    speed=st.sampled_from(SPEEDS),
    panels=st.lists(st.sampled_from(PANELS), unique=True).map(",".join),
    camera=st.just("")
    | st.lists(st.decimals(-99, 99, places=2), min_size=3, max_size=3).map(
        lambda numbers: ",".join(map(str, numbers))
    ),
)


@st.composite
def experiments(draw):
    surface = draw(surfaces())
    x0, x1, y0, y1 = surface.domain
    points = st.just(surface.start) | st.tuples(st.floats(x0, x1), st.floats(y0, y1))
    return Experiment(
        surface=surface,
        lanes=draw(st.lists(lanes, min_size=1, max_size=MAX_LANES)),
        start=draw(points),
        swarm=tuple(draw(st.lists(points, max_size=3))),
        steps=draw(st.integers(1, MAX_STEPS)),
        batch=draw(st.integers(0, surface.rows)),
        noise=draw(st.just(0.0) | st.floats(0, MAX_NOISE)),
        seed=draw(st.integers(0, MAX_SEED)),
        scale=draw(st.sampled_from(["", "linear", "log"])),
        levels=draw(st.sampled_from(["", "1", "0.5/-2/1e-3"])),
        per=draw(st.sampled_from(["step", "evaluation"])),
        curve=draw(st.sampled_from([*CURVES, "lr.x", "m.y", "d"])),
        curve_scale=draw(st.sampled_from(("", *SCALES))),
        time_scale=draw(st.sampled_from(SCALES)),
        view=draw(views),
    )
