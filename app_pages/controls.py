"""Widgets that the pages share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages.session import Change, bound, change, initial, session
from experiment import MAX_STEPS, Experiment
from settings import Setting
from viewer import Striped, exact_slider

WORD_JOINER = "\u2060"
ADDRESS = r"https?://(?:[^\s,;()]|\([^\s,;()]*\))+(?<!\.)"
"""An address in a text: its brackets are in pairs, and a sentence's full stop is no part of it."""


def slider(
    setting: Setting,
    name: str,
    key: str,
    value: float,
    how: Change,
    of: str = "",
    sets: str = "",
    strip: Striped | None = None,
    drawn: bool = False,
) -> None:
    """A number on a slider; arguments as `exact_slider` takes them.

    Args:
        drawn: whether on the race's page nothing but what is drawn of the race depends on it.
    """

    def moved(number: float | str, passing: bool) -> None:
        change(how, number, passing=passing)
        if drawn:
            session().shown = session().experiment

    exact_slider(
        setting,
        name,
        of,
        key=key,
        value=value,
        on_change=moved,
        sets=sets,
        strip=strip,
        through=session().teller if drawn else "",
    )


def number(
    label: str,
    key: str,
    value: float,
    low: float,
    high: float,
    how: Callable[[Any, Any], Any],
    through: Callable[..., None] = change,
    **keywords: Any,
) -> None:
    """A number as exact as it is typed, whole if value is; an emptied field changes nothing.

    Of this and what follows, `through` is as `session.bound` takes it.
    """
    kind = type(value)
    st.number_input(
        label,
        min_value=kind(low) if math.isfinite(low) else None,
        max_value=kind(high) if math.isfinite(high) else None,
        value=initial(key, value),
        format="%d" if kind is int else "%g",
        **bound(key, value, lambda now, v: now if v is None else how(now, v), through),
        **keywords,
    )


def choice(
    label: str,
    key: str,
    value: Any,
    names: Mapping[Any, str],
    how: Callable[[Any, Any], Any],
    through: Callable[..., None] = change,
    **keywords: Any,
) -> None:
    """A choice between keys, shown by their names."""
    keys = list(names)
    st.selectbox(
        label,
        keys,
        index=keys.index(initial(key, value)),
        format_func=names.__getitem__,
        **bound(key, value, how, through),
        **keywords,
    )


def segments(
    label: str,
    key: str,
    value: Any,
    names: Mapping[Any, str],
    how: Callable[[Any, Any], Any],
    through: Callable[..., None] = change,
    **keywords: Any,
) -> None:
    """A choice between few keys, side by side."""
    st.segmented_control(
        label,
        list(names),
        format_func=names.__getitem__,
        default=initial(key, value),
        required=True,
        **bound(key, value, how, through),
        **keywords,
    )


def steps_field(race: Experiment) -> None:
    """How many steps each run takes."""
    number(
        "Steps",
        "steps",
        race.steps,
        1,
        MAX_STEPS,
        lambda e, v: replace(e, steps=int(v)),
        step=100,
    )


def batch_field(race: Experiment) -> None:
    """How many rows each step sees, where the loss is on data."""
    surface = race.surface
    if not surface.rows:
        return
    batch, key = race.batch or surface.rows, f"batch-{surface.key}-{surface.rows}"
    size = Setting(
        "batch",
        surface.rows,
        1,
        surface.rows,
        help=f"How many of the {surface.rows} rows each step sees, the same for every lane. "
        f"Every row is seen once in an epoch.",
    )
    slider(size, "Batch size", key, batch, _with_batch)
    steps = f"{surface.rows / batch:.3g} steps" if batch < surface.rows else "1 step"
    st.caption(f"{race.epochs:.5g} epochs: an epoch is {steps}.")


def _with_batch(experiment: Experiment, size: Any) -> Experiment:
    """See so many rows at each step; all of them are no batch."""
    return replace(experiment, batch=0 if size == experiment.surface.rows else size)


def noise_fields(race: Experiment) -> None:
    """The noise of the gradients, and which it is."""
    with st.container(horizontal=True, gap="small", wrap=False):
        number(
            "Gradient noise σ",
            "noise",
            race.noise,
            0.0,
            1000.0,
            lambda e, v: replace(e, noise=v),
            step=0.1,
            help="Standard deviation of the Gaussian noise added to every gradient, the same noise "
            "for every lane.",
        )
        number(
            "Seed", "seed", race.seed, 0, 2**32 - 1, lambda e, v: replace(e, seed=int(v)), step=1
        )


def escape(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is.

    Addresses would become links in spite of escapes; an invisible sign within them prevents it.
    """
    broken = re.sub(r"(?i)https?(?=:)|www(?=\.)|(?=@)", rf"\g<0>{WORD_JOINER}", text)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", broken)


def warn(sentences: Sequence[str]) -> None:
    """What a person should know, in one box."""
    if sentences:
        lines = [escape(sentence) for sentence in sentences]
        text = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
        st.warning(text, icon=":material/info:")
