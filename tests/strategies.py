"""Hypothesis strategies for whatever the registries hold."""

import math

from hypothesis import strategies as st

from experiment import MAX_LANES, MAX_STEPS, SCHEDULES, Experiment, Lane
from experiment.experiment import MAX_LABEL, MAX_NOISE, MAX_SEED
from optimizers import OPTIMIZERS
from surfaces import SURFACES


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


@st.composite
def surfaces(draw):
    surface = SURFACES[draw(st.sampled_from(sorted(SURFACES)))]
    drawn = {p.name: st.just(p.default) | st.floats(p.low, p.high) for p in surface.parameters}
    return surface.with_values(**draw(st.fixed_dictionaries(drawn)))


@st.composite
def experiments(draw):
    surface = draw(surfaces())
    x0, x1, y0, y1 = surface.domain
    return Experiment(
        surface=surface,
        lanes=draw(st.lists(lanes, min_size=1, max_size=MAX_LANES)),
        start=draw(st.just(surface.start) | st.tuples(st.floats(x0, x1), st.floats(y0, y1))),
        steps=draw(st.integers(1, MAX_STEPS)),
        noise=draw(st.just(0.0) | st.floats(0, MAX_NOISE)),
        seed=draw(st.integers(0, MAX_SEED)),
        scale=draw(st.sampled_from(["", "linear", "log"])),
        per=draw(st.sampled_from(["step", "evaluation"])),
    )
