"""One lane's controls."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages.controls import choice, escape, number, slider
from app_pages.picker import best, found
from app_pages.rule_editor import HELP, rule_editor
from app_pages.session import Change, bound, change, initial
from app_pages.strips import striped
from experiment import MAX_LANES, MAX_STEPS, SCHEDULES, Experiment, Lane
from figures.style import axis_name, lane_style
from optimizers import FAMILIES, LEFT_OUT, OPTIMIZERS, Optimizer, Rule
from settings import Setting, Stated
from viewer import Tab, search_field

SWATCH_WIDTH = 30
DEFAULT_CLIP = 1.0
METHODS: Mapping[str, type[Optimizer]] = {Rule.key: Rule, **OPTIMIZERS}
"""What a lane can run."""


def lane_editor(experiment: Experiment, index: int) -> None:
    """The lane at an index: its look, name, method and learning rate; the rest one click away."""
    lane = experiment.lanes[index]
    name = f"lane {index + 1}"
    with st.container(border=True, gap="xsmall", key=f"sheet-lane{index}"):
        if lane.label:
            st.markdown(f"**{escape(lane.label)}**")
        first = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False)
        first.html(_swatch(index), width=SWATCH_WIDTH)
        if first.button(
            lane.optimizer.name,
            key=f"lane{index}-optimizer",
            icon=":material/unfold_more:",
            icon_position="right",
            width="stretch",
            help=f"{lane.optimizer.summary} Press to choose another.",
        ):
            choose_optimizer(index)
        first.button(
            f"Duplicate {name}, {lane.optimizer.name}",
            icon=":material/content_copy:",
            key=f"lane{index}-duplicate",
            help="Duplicate",
            disabled=len(experiment.lanes) >= MAX_LANES,
            on_click=change,
            args=(_duplicate, index),
        )
        more = first.popover(
            f"Settings of {name}, {lane.optimizer.name}",
            icon=":material/tune:",
            help="All settings",
            key=more_key(index),
            on_change="rerun",
        )
        if more.open:
            with more:
                _settings(experiment, index)

        if (rate := lane.learning_rate) is not None:
            how, sets, key = rated(index), f"{index}.lr", f"lane{index}-lr"
            strip = striped(rate[0], key, sets)
            words = "Learning rate"
            slider(rate[0], words, key, rate[1], how, name, sets=sets, strip=strip, drawn=True)
        for rule in lane.rules:
            rule_editor(index, lane, rule, _on_lane(index, _with_rule))


def lane_controls(experiment: Experiment) -> None:
    """Who races."""
    st.header("Lanes", anchor=False)
    for index in range(len(experiment.lanes)):
        lane_editor(experiment, index)
    full = len(experiment.lanes) >= MAX_LANES
    if st.button(
        "Add a lane",
        icon=":material/add:",
        key="add-lane",
        width="stretch",
        disabled=full,
        help=f"A race has at most {MAX_LANES} lanes." if full else None,
    ):
        choose_optimizer(len(experiment.lanes))


def rated(index: int) -> Change:
    """A change of a lane's learning rate."""
    return _on_lane(index, with_rate)


@st.dialog("Choose an optimizer", width="medium")
def choose_optimizer(index: int) -> None:
    """Every method under its family, with what it changes; a few letters narrow them down.

    One that is chosen races in the lane at the index, or in a new one behind the last.
    """
    typed, entered = search_field(key="search-optimizers", placeholder="adam, momentum, sign…")
    matching = optimizers_found(typed)
    if Rule in matching and st.button(
        f"**{Rule.name}** · {Rule.summary}",
        key=f"choose-{Rule.key}",
        icon=":material/edit:",
        on_click=change,
        args=(_choose(index), Rule.key),
    ):
        st.rerun()
    methods = [cls for cls in matching if cls is not Rule]
    for family in FAMILIES:
        members = sorted((c for c in methods if c.family == family), key=lambda cls: cls.year)
        if not members:
            continue
        st.markdown(f"**{family.capitalize()}**")
        with st.container(gap=None):
            for cls in members:
                if st.button(
                    f"**{cls.name}** · {escape(cls.summary)}",
                    key=f"choose-{cls.key}",
                    type="tertiary",
                    on_click=change,
                    args=(_choose(index), cls.key),
                ):
                    st.rerun()  # closes the dialog
    absent = [name for name in LEFT_OUT if typed and found(typed, name)]
    for name in absent:
        st.caption(
            f"{name} is left out on purpose: with only two parameters it becomes {LEFT_OUT[name]}."
        )
    if not (matching or absent):
        st.caption(f"No optimizer matches “{escape(typed)}”.")
    if entered and matching:
        change(_choose(index), matching[0].key)
        st.rerun()


def optimizers_found(typed: str) -> list[type[Optimizer]]:
    """What words find by name, or by what methods change; the best first, then as they are shown.

    A name's parts are words, too: "grad" finds AdaGrad.
    """
    shown = sorted(OPTIMIZERS.values(), key=lambda cls: (FAMILIES.index(cls.family), cls.year))
    shown.append(Rule)

    def said(cls: type[Optimizer]) -> tuple[str, ...]:
        parts = re.sub("(?<=[a-z])(?=[A-Z])", " ", cls.name)
        return cls.name, parts, cls.key, getattr(cls, "family", ""), cls.summary

    return best(typed, shown, said)


def _settings(experiment: Experiment, index: int) -> None:
    lane = experiment.lanes[index]
    says = HELP if isinstance(lane.optimizer, Rule) else type(lane.optimizer).__doc__
    st.markdown(f"**{lane.optimizer.name}**", help=says)
    st.caption(type(lane.optimizer).summary)
    _fields(
        lane.optimizer,
        f"lane{index}-{lane.optimizer.key}",
        lambda key: _on_optimizer(index, key),
        f"{index}.",
    )

    choice(
        "Schedule",
        f"lane{index}-schedule",
        lane.schedule.key,
        {key: schedule.name for key, schedule in SCHEDULES.items()},
        _on_lane(index, _reschedule),
        help="What becomes of the learning rate during the run.",
    )
    _fields(lane.schedule, f"lane{index}-{lane.schedule.key}", lambda key: _on_schedule(index, key))
    number(
        "Warm-up steps",
        f"lane{index}-warmup",
        lane.warmup,
        0,
        MAX_STEPS,
        _on_lane(index, lambda lane, value: replace(lane, warmup=int(value))),
        step=1,
        help="The learning rate first rises linearly over this many steps.",
    )
    st.toggle(
        "Clip gradients",
        value=initial(f"lane{index}-clips", lane.clip is not None),
        help="Scale a longer gradient down to this norm. Off unless asked for.",
        **bound(
            f"lane{index}-clips",
            lane.clip is not None,
            _on_lane(index, lambda lane, on: replace(lane, clip=DEFAULT_CLIP if on else None)),
        ),
    )
    if lane.clip is not None:
        number(
            "Largest norm",
            f"lane{index}-clip",
            lane.clip,
            1e-6,
            math.inf,
            _on_lane(index, lambda lane, value: replace(lane, clip=value)),
            step=0.1,
        )
    st.text_input(
        "Label",
        value=initial(f"lane{index}-label", lane.label),
        placeholder=replace(lane, label="").name,
        help="What to call this lane; empty for its settings.",
        **bound(
            f"lane{index}-label",
            lane.label,
            _on_lane(index, lambda lane, text: replace(lane, label=text.strip())),
        ),
    )
    st.button(
        "Remove",
        icon=":material/delete:",
        key=f"lane{index}-remove",
        width="stretch",
        disabled=len(experiment.lanes) == 1,
        on_click=_remove_lane,
        args=(index,),
    )


def _fields(stated: Stated, key: str, how: Callable[[str], Change], sets: str = "") -> None:
    """A widget for each hyperparameter that the lane's card does not show already.

    It has the learning rate, and all of a rule that a person writes.

    Args:
        sets: what `viewer.exact_slider` takes, before each one's name; empty for nothing.
    """
    statements = stated.hyperparameters()
    for name, value in () if isinstance(stated, Rule) else stated.values().items():
        if name != "lr":
            _field(statements[name], name, f"{key}-{name}", value, how(name), sets and sets + name)


def _field(
    statement: Setting, name: str, key: str, value: Any, how: Change, sets: str = ""
) -> None:
    words = name.replace("_", " ")
    if statement.kind == "switch":
        st.toggle(
            words.capitalize(),
            value=initial(key, value),
            help=statement.help,
            **bound(key, value, how),
        )
    elif statement.kind == "choice":
        names = {option: option for option in statement.choices}
        choice(words.capitalize(), key, value, names, how, help=statement.help)
    elif statement.kind == "optimizer":
        _wrapped(statement, words, key, value, how, sets)
    else:
        label, strip = f"{words} {axis_name(statement.symbol)}", striped(statement, key, sets)
        slider(statement, label, key, value, how, sets=sets, strip=strip)


def _wrapped(
    statement: Setting, words: str, key: str, base: Optimizer, how: Change, sets: str
) -> None:
    """Which optimizer a wrapper takes, and its settings."""
    choice(
        words.capitalize(),
        key,
        base.key,
        {k: cls.name for k, cls in METHODS.items() if statement.admits(cls())},
        lambda experiment, k: how(experiment, METHODS[k].suggested()),
        help=statement.help,
    )

    def of_base(name: str) -> Change:
        return lambda experiment, value: how(experiment, base.with_values(**{name: value}))

    with st.container(border=True):
        _fields(base, f"{key}-{base.key}", of_base, f"{sets}.")


def _on_lane(index: int, how: Any) -> Change:
    """A change of one lane as a change of the experiment."""

    def on_experiment(experiment: Experiment, value: Any) -> Experiment:
        lanes = list(experiment.lanes)
        lanes[index] = how(lanes[index], value)
        return replace(experiment, lanes=tuple(lanes))

    return on_experiment


def _on_optimizer(index: int, key: str) -> Change:
    def set_field(lane: Lane, value: Any) -> Lane:
        return replace(lane, optimizer=lane.optimizer.with_values(**{key: value}))

    return _on_lane(index, set_field)


def with_rate(lane: Lane, lr: float | str) -> Lane:
    """With another learning rate of its optimizer, or of the one that it wraps."""

    def set_lr(optimizer: Optimizer) -> Optimizer:
        values = optimizer.values()
        bases = {key: set_lr(base) for key, base in values.items() if isinstance(base, Optimizer)}
        return optimizer.with_values(**({"lr": lr} if "lr" in values else bases))

    return replace(lane, optimizer=set_lr(lane.optimizer))


def _with_rule(lane: Lane, rule: Rule) -> Lane:
    """With another rule of its own, or in the method that wraps one."""
    wraps = {k: rule for k, v in lane.optimizer.values().items() if isinstance(v, Rule)}
    return replace(lane, optimizer=lane.optimizer.with_values(**wraps) if wraps else rule)


def _on_schedule(index: int, key: str) -> Change:
    def set_field(lane: Lane, value: Any) -> Lane:
        return replace(lane, schedule=lane.schedule.with_values(**{key: value}))

    return _on_lane(index, set_field)


def _choose(index: int) -> Change:
    """An optimizer as it likes to start, for a lane or for a new one behind the last."""

    def on_experiment(experiment: Experiment, key: str) -> Experiment:
        optimizer, lanes = METHODS[key].suggested(), list(experiment.lanes)
        if index < len(lanes):
            lanes[index] = replace(lanes[index], optimizer=optimizer)
        else:
            lanes.append(Lane(optimizer))
        return replace(experiment, lanes=tuple(lanes))

    return on_experiment


def _reschedule(lane: Lane, key: str) -> Lane:
    return replace(lane, schedule=SCHEDULES[key]())


def _duplicate(experiment: Experiment, index: int) -> Experiment:
    lanes = experiment.lanes
    return replace(experiment, lanes=(*lanes[: index + 1], lanes[index], *lanes[index + 1 :]))


def more_key(index: int) -> str:
    """The key of what opens a lane's other settings; its state is whether they are open."""
    return f"lane{index}-more"


def _remove_lane(index: int) -> None:
    st.session_state[more_key(index)] = False  # or it would stay open over the lane that moves up
    change(_remove, index)


def _remove(experiment: Experiment, index: int) -> Experiment:
    lanes = experiment.lanes
    return replace(experiment, lanes=(*lanes[:index], *lanes[index + 1 :]))


def lane_tabs(experiment: Experiment) -> list[Tab]:
    """The lanes as tabs of the sheet that the controls are on a phone."""
    return [
        Tab(f"lane{index}", lane.label or lane.optimizer.name, lane_style(index).background)
        for index, lane in enumerate(experiment.lanes)
    ]


def _swatch(index: int) -> str:
    """The lane's line as the pictures draw it."""
    return (
        f'<div role="img" aria-label="Lane {index + 1}" style="width: {SWATCH_WIDTH}px; '
        f'height: 4px; background: {lane_style(index).background}"></div>'
    )
