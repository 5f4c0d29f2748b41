"""The race: pick a surface, line up optimizers, press play."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from app_pages.controls import (
    batch_field,
    escape,
    noise_fields,
    number,
    segments,
    steps_field,
    warn,
)
from app_pages.drawn import differs_in_drawing, is_drawn_alone
from app_pages.exercise import exercise
from app_pages.formula_editor import formula_field
from app_pages.lane_editor import choose_optimizer, lane_controls, lane_tabs, rated
from app_pages.pictures import (
    prepare,
    run_lanes,
    run_ribbons,
    run_swarms,
    show_race,
)
from app_pages.session import bound, change, current, initial, open_link, session
from app_pages.showcase import lesson, what_to_see
from app_pages.surface_editor import surface_editor
from app_pages.surface_facts import derivatives, driven_words, found_words
from app_pages.tables import html_table
from app_pages.take_away import bring_back, take_away
from app_pages.turns import turn
from experiment import (
    MAX_LANES,
    MAX_STARTS,
    PER,
    SCALES,
    Experiment,
    Ribbon,
    Trajectory,
    Verdict,
    distance_to_minimum,
    is_showcase,
    loss_after,
    outcome_words,
    place_words,
    race_title,
    ribbon_words,
    short,
)
from experiment.budget import GRADIENT, HESSIAN, LOSS
from experiment.ribbon import BESIDE, STRANDS
from figures.curves import curve_names
from figures.race import rates
from figures.style import axis_name, lane_style
from surfaces import TYPED, Domain, Surface
from viewer import Start, Tab, sheet_tabs

PLASTIC = 1.32471795724474602596  # the real root of x³ = x + 1
PLAYER = "race"  # its key
NEAR = 0.025  # of the picture's width: a click so close to a start means it


def page() -> None:
    """The race, what came of it, and the controls at the side.

    The race comes first in the code because it then comes first over the wire.
    """
    experiment = current()
    st.set_page_config(page_title=f"{race_title(experiment)} · Descent Lab")
    heading(experiment)
    warn(experiment.problems)
    surface = experiment.surface
    session().shown = experiment
    if is_drawn_alone(experiment):
        session().teller = PLAYER
    race(experiment)
    with st.sidebar:
        tabs = [*lane_tabs(experiment), Tab("surface", "Surface"), Tab("run", "Run")]
        if sheet_tabs(tabs, full=len(experiment.lanes) >= MAX_LANES):
            choose_optimizer(len(experiment.lanes))
        with st.container(key="sheet-title", gap="xsmall"):
            st.markdown("**Descent Lab**")
            st.caption("Race optimizers down a surface and see why one wins.")
        with st.container(key="sheet-surface"):
            st.header("Surface", anchor=False)
            surface_editor(experiment)
        lane_controls(experiment)
        with st.container(key="sheet-run"):
            run_controls(experiment)
    if isinstance(surface, Surface):
        derivatives(surface)


@st.fragment
@turn()
def race(experiment: Experiment) -> None:
    """The pictures and what came of the race; what changes nothing else has only these drawn anew.

    So it is while a person drags the start, and where a slider was let go. Streamlit holds what it
    is given for as long as the visitor stays: so it is given no runs.

    Args:
        experiment: what the rest of the page shows.
    """
    held = session()
    now, passing = held.experiment, held.passing
    if now is not experiment and not passing:
        if now is not held.shown or not differs_in_drawing(experiment, now):
            st.rerun()  # the whole page
        current()  # its link
    planar = isinstance(now.surface, Surface)
    if planar:
        prepare(now.plane)
    trajectories = run_lanes(now)
    lanes = zip(now.lanes, trajectories, strict=True)
    ended = [f"{lane.name}: {t.outcome.reason}" for lane, t in lanes if t.outcome.reason]
    if now.curve not in curve_names(now, trajectories):
        ended.append(f"No lane here has a curve “{now.curve}”; the loss is drawn instead.")
    exercise(now, trajectories)
    warn(ended)
    if is_showcase(now):
        what_to_see(now.surface.see, now, trajectories)
    told = show_race(
        now,
        trajectories,
        key=PLAYER,
        judged=not passing,
        link=held.written,
        entry=held.entries,
        on_start=_moved_start if planar else None,
        on_domain=_cropped if planar else None,
        on_curve=lambda *chosen: change(_with_curve, chosen),
        on_open=open_link,
        rates=rates(now),
        on_rate=lambda lane, rate, passing: change(rated(lane), rate, passing=passing),
    )
    ribbons = [] if passing else run_ribbons(now, trajectories)
    results(now, trajectories, told, ribbons)
    with st.container(horizontal=True, gap="small"):
        take_away(now, trajectories)
        bring_back()


def run_controls(experiment: Experiment) -> None:
    """What is the same for every lane."""
    st.header("Run", anchor=False)
    surface = experiment.surface
    if isinstance(surface, Surface):
        start_controls(experiment, surface)
    steps_field(experiment)
    batch_field(experiment)
    noise_fields(experiment)
    ribbon_switch(experiment)
    per = PER if surface.rows else PER[:-1]  # there are epochs on data only
    segments(
        "Compare per",
        f"per-{len(per)}",
        experiment.per,
        {each: each.capitalize() for each in per},
        lambda e, v: replace(e, per=v),
        width="stretch",
        help="Some methods ask for more than one gradient a step, or for losses and Hessians too; "
        "each that is asked for counts as one evaluation.",
    )
    if isinstance(surface, Surface):
        scale_control(experiment)
        level_control(experiment)


def start_controls(experiment: Experiment, surface: Surface) -> None:
    """Where the lanes begin."""
    # A browser that is still behind sends what it shows: what depends on the surface is another
    # widget on another surface, so that it cannot be taken for a change there.
    own = f"{surface.key}-{surface.domain}"
    x0, x1, y0, y1 = surface.domain
    x, y = experiment.start
    x_axis, y_axis = surface.axes
    step = (x1 - x0) / 100
    with st.container(horizontal=True, gap="small", wrap=False):
        number(
            f"Start {axis_name(x_axis)}",
            f"start-x-{own}",
            x,
            x0,
            x1,
            lambda e, v: replace(e, start=(v, e.start[1])),
            step=step,
        )
        number(
            f"Start {axis_name(y_axis)}",
            f"start-y-{own}",
            y,
            y0,
            y1,
            lambda e, v: replace(e, start=(e.start[0], v)),
            step=step,
        )
    further = len(experiment.swarm)
    st.button(
        f"Only the first of {further + 1} starts" if further else f"Scatter {MAX_STARTS} starts",
        key="swarm",
        width="stretch",
        on_click=lambda: change(lambda e, _: replace(e, swarm=()) if further else _scattered(e)),
        help="Every lane runs from every start, all at once. On the map, a click with Shift adds a "
        "start or takes one away.",
    )


def ribbon_switch(experiment: Experiment) -> None:
    """Whether runs from right beside the start go with each lane."""
    st.toggle(
        "Ribbon",
        value=initial("ribbon", bool(experiment.view.ribbon)),
        help=f"{STRANDS} runs go with each lane, from starts moved by {BESIDE:g}. Where one is a "
        "thousandth of the picture away, the ribbon frays: from there on the path is chaos, "
        "and where losses overlap it is undecidable who is ahead.",
        **bound("ribbon", bool(experiment.view.ribbon), _with_ribbon),
    )


def scale_control(experiment: Experiment) -> None:
    """How heights are drawn."""
    segments(
        "Height and colour",
        f"scale-{experiment.surface.key}",
        experiment.scale,
        dict(zip(SCALES, ("Linear", "Logarithmic"), strict=True)),
        lambda e, v: replace(e, scale=v),
        width="stretch",
    )


def level_control(experiment: Experiment) -> None:
    """At which losses the map has its lines."""
    key, shown = f"levels-{experiment.surface.key}", experiment.levels.replace("/", ", ")
    st.text_input(
        "Contours at",
        value=initial(key, shown),
        placeholder="round losses; or your own: 1, 10, 100",
        **bound(key, shown, _with_levels),
    )


def heading(experiment: Experiment) -> None:
    """What one is looking at."""
    surface = experiment.surface
    if isinstance(surface, Surface):
        x, y = surface.axes
        formula = f"f({x}, {y}) = {surface.latex}"
    else:
        formula = surface.latex
    st.markdown(rf"## {surface.name} &emsp; :small[$\displaystyle {formula}$]")
    if isinstance(surface, Surface) and (surface.key == TYPED or session().unread):
        formula_field(surface)
    if isinstance(surface, Surface) and surface.key == TYPED:
        if surface.driven:
            st.caption(driven_words(surface))
        st.caption(found_words(surface))
    else:
        lesson(experiment)


def results(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    judged: Verdict,
    ribbons: Sequence[Ribbon],
) -> None:
    """What came of it, lane by lane."""
    last, at_the_end = "Final loss", [float(t.loss[-1]) for t in trajectories]
    if judged.budget is not None:
        last = f"Loss after {judged.budget} evaluations"
        at_the_end = [loss_after(t, judged.budget) for t in trajectories]
    far = "Distance to the lowest minimum"
    distances = [distance_to_minimum(experiment, t) for t in trajectories]
    known = [short(each) for each in distances if each is not None]
    asked = np.array([t.asked[-1] for t in trajectories])
    rarely = {"Loss evaluations": asked[:, LOSS], "Hessian evaluations": asked[:, HESSIAN]}
    swarms = run_swarms(experiment)
    st.subheader("Results", anchor=False)
    columns: dict[str, list[str]] = {
        "Lane": [lane.name for lane in experiment.lanes],
        "Best": ["★" if i == judged.best else "" for i in range(len(trajectories))],
        "Outcome": [outcome_words(experiment.surface, t) for t in trajectories],
    }
    numbers = (
        {last: [short(loss) for loss in at_the_end]}
        | ({far: known} if len(known) == len(distances) else {})
        | {"Gradient evaluations": list(map(str, asked[:, GRADIENT]))}
        | {name: list(map(str, counts)) for name, counts in rarely.items() if counts.any()}
    )
    frayed = {"Ribbon": [ribbon_words(each) for each in ribbons]} if ribbons else {}
    scattered = {"All starts": _counted(experiment, trajectories, swarms)} if swarms else {}
    told = columns | numbers | frayed | scattered
    st.html(
        html_table(
            list(told),
            list(zip(*told.values(), strict=True)),
            label="The results of each lane",
            words=[i for i, name in enumerate(told) if name not in numbers],
            looks=[lane_style(i).background for i in range(len(experiment.lanes))],
            swatch="line",
        )
    )
    st.caption(escape(judged.sentence))


def _counted(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    swarms: Sequence[Sequence[Trajectory]],
) -> list[str]:
    """What the runs of each lane from all starts came to, and how many did."""
    told = []
    for first, others in zip(trajectories, swarms, strict=True):
        counts = Counter(place_words(experiment.surface, run) for run in (first, *others))
        told.append(" · ".join(f"{count} × {words}" for words, count in counts.most_common()))
    return told


def _moved_start(start: Start) -> None:
    change(_start_at, start, passing=start.passing)


def _cropped(domain: Domain) -> None:
    change(_over, domain)


def _start_at(experiment: Experiment, start: Start) -> Experiment:
    """Start at a point of the map; or take it among the further starts, or from them."""
    domain = experiment.surface.domain
    across, up = domain.width
    x, y = _meant((start.x, start.y), max(across, up))
    point = domain.clip(x, y)
    if not start.further:
        return replace(experiment, start=point)
    near = [
        each
        for each in experiment.swarm
        if math.hypot((each[0] - x) / across, (each[1] - y) / up) < NEAR
    ]
    if near:
        return replace(experiment, swarm=tuple(s for s in experiment.swarm if s not in near))
    return replace(experiment, swarm=(*experiment.swarm, point))


def _scattered(experiment: Experiment) -> Experiment:
    """As many starts as there can be, spread evenly over the domain.

    Roberts' sequence R2, https://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/
    """
    surface = experiment.plane
    x0, x1, y0, y1 = surface.domain
    found: list[tuple[float, float]] = []
    for i in range(1, 4 * MAX_STARTS):
        across, up = (0.5 + i / PLASTIC) % 1, (0.5 + i / PLASTIC**2) % 1
        x, y = _meant((x0 + across * (x1 - x0), y0 + up * (y1 - y0)), max(x1 - x0, y1 - y0))
        point = surface.domain.clip(x, y)
        if np.isfinite(surface.value(point)) and np.isfinite(surface.gradient(point)).all():
            found.append(point)
    return replace(experiment, swarm=tuple(found[: MAX_STARTS - 1]))


def _with_ribbon(experiment: Experiment, shown: Any) -> Experiment:
    return replace(experiment, view=replace(experiment.view, ribbon=int(shown)))


def _with_curve(experiment: Experiment, chosen: tuple[str, str, str]) -> Experiment:
    """Draw another curve over time, or on other axes."""
    curve, scale, time = chosen
    return replace(experiment, curve=curve, curve_scale=scale, time_scale=time)


def _with_levels(experiment: Experiment, typed: str) -> Experiment:
    """Draw the map's lines at losses, which stand between spaces or commas."""
    losses = re.split(r"[\s,;/]+", typed.replace("−", "-").strip(" ,;/"))
    return replace(experiment, levels="/".join(losses))


def _over(experiment: Experiment, domain: Domain) -> Experiment:
    """Draw the surface over the part of the map that a person has zoomed to."""
    ends = _meant(domain, min(domain.width))
    return experiment.on(experiment.plane.with_domain(ends))


def _meant(pointed: Sequence[float], width: float) -> list[float]:
    """Coordinates as a person could have meant them: to a thousandth of the picture."""
    digits = 3 - math.floor(math.log10(width))
    return [round(coordinate, digits) for coordinate in pointed]


page()
