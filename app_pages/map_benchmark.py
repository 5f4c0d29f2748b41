"""The benchmark on the page of maps: what it is run on, its curves, and its table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from app_pages.controls import escape
from app_pages.map_parts import (
    change_map,
    chosen,
    map_choice,
    map_number,
    map_segments,
    open_race,
    percent,
)
from app_pages.session import bound, initial
from app_pages.tables import html_table
from experiment import Experiment, called, short
from experiment.maps import MOST_SURFACES, Benchmark, Scores, benched
from exports.map_forms import map_name
from figures.benchmark import BENCHMARK_HEIGHT, behind, benchmark_figure, is_ratio
from viewer import Place, atlas

COUNTS = {
    "instances": ("Instances", "How many times each surface is turned and moved anew."),
    "starts": ("Starts", "How many in each instance."),
    "targets": (
        "Targets",
        "How many losses each run is to reach, from a tenth of the way down to the last.",
    ),
    "rates": (
        "Rates tried",
        "Learning rates that are tried for each lane beforehand, on instances that are not raced "
        "on. 0 leaves every lane as it is set.",
    ),
}
PRECISIONS = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10)


def benchmark_controls(now: Benchmark) -> None:
    """What is run on what, from how many starts, and how rates are chosen beforehand."""
    key = "map-surfaces"
    st.multiselect(
        "Surfaces",
        list(benched()),
        default=initial(key, list(now.surfaces.split(","))),
        format_func=lambda each: benched()[each].name,
        max_selections=MOST_SURFACES,
        **bound(key, now.surfaces.split(","), _on, through=change_map),
    )
    *columns, last = st.columns(4, vertical_alignment="bottom")
    for column, name in zip(columns, ("instances", "starts", "targets"), strict=True):
        with column:
            _count(now, name)
    with last:
        ends = sorted({*PRECISIONS, now.precision}, reverse=True)
        map_choice(
            "Last target",
            f"map-precision-{now.precision:g}",
            now.precision,
            {part: f"{short(part)} of the way left" for part in ends},
            lambda m, v: replace(m, precision=float(v)),
        )
    a, b, c = st.columns([1, 2, 2], vertical_alignment="bottom")
    with a:
        _count(now, "rates")
    if now.rates > 1:
        with b:
            names = {"surface": "For each surface", "all": "One for all"}
            map_segments(
                "Rate chosen", "map-tune", now.tune, names, lambda m, v: replace(m, tune=v)
            )
    if now.pair is not None:
        with c:
            names = {"share": "All lanes", "ratio": "Two lanes’ ratio"}
            map_segments(
                "Picture", "map-picture", now.picture, names, lambda m, v: replace(m, picture=v)
            )
    if is_ratio(now):
        _pair(now)


def _count(now: Benchmark, name: str) -> None:
    """A field for how many there are of something."""
    row, (label, help_) = Benchmark.stated(now.race)[name], COUNTS[name]
    map_number(
        label,
        f"map-{name}",
        getattr(now, name),
        int(row.low),
        int(row.high),
        lambda m, v: replace(m, **{name: int(v)}),
        help=help_,
    )


def _on(now: Benchmark, keys: Sequence[str]) -> Benchmark:
    return replace(now, surfaces=",".join(keys)) if keys else now


def _pair(now: Benchmark) -> None:
    """Which two lanes are compared."""
    lanes = dict(enumerate(called(now.race), start=1))
    first, second = (int(each) for each in now.shown.split(","))
    a, b = st.columns(2)
    with a:
        map_choice(
            "Lane",
            f"map-one-{len(lanes)}",
            first,
            lanes,
            lambda m, v: replace(m, shown=f"{v},{second if v != second else first}"),
        )
    with b:
        others = {lane: name for lane, name in lanes.items() if lane != first}
        map_choice(
            "Other lane",
            f"map-other-{len(lanes)}-{first}",
            second,
            others,
            lambda m, v: replace(m, shown=f"{first},{v}"),
        )


def benchmark(drawn: Benchmark, scores: Sequence[Scores]) -> None:
    """The curves, the run behind the chosen point, the table, and what all this is."""
    place = atlas(
        benchmark_figure(drawn, scores),
        height=BENCHMARK_HEIGHT,
        label="Share of targets that each lane has reached, over evaluations",
        hint="Point at a curve to see its number; click it to open the run behind it.",
        name=map_name(drawn),
        key=f"atlas-benchmark-{len(scores)}-{drawn.picture}",
    )
    chosen(place, lambda at: _behind(drawn, scores, at))
    st.html(table(drawn, scores))
    st.caption(escape(told(drawn, scores)))
    with st.container(key="open-tuned", horizontal=True, vertical_alignment="center"):
        for i, surface in enumerate(drawn.on):
            _, race = drawn.race_of(scores, _first_run(scores, i))
            open_race(race, f"Race on {surface.called}")


def _first_run(scores: Sequence[Scores], surface: int) -> int:
    """The first start on the first instance of a surface, among `Scores.reached`."""
    return int(np.ravel_multi_index((0, surface, 0, 0), scores[0].reached.shape))


def _behind(drawn: Benchmark, scores: Sequence[Scores], at: Place) -> tuple[str, Experiment] | None:
    place = behind(drawn, scores, at.lane, at.column)
    return None if place is None else drawn.race_of(scores, place)


def table(drawn: Benchmark, scores: Sequence[Scores]) -> str:
    """Of each lane, the best first: its targets, on all surfaces and on each, and its rates."""
    names = called(drawn.race)
    order = sorted(range(len(scores)), key=lambda i: -np.isfinite(scores[i].reached).mean())
    tuned = any(not np.isnan(each.rate).all() for each in scores)
    heads = ["Targets reached", *(surface.name for surface in drawn.on)]
    heads += ["Evaluations to tune"] if tuned else []
    rows = []
    for i in order:
        there = np.isfinite(scores[i].reached)
        cells = [percent(float(there.mean()))]
        for part, rate in zip(there.mean(axis=(0, 2, 3)), scores[i].rate, strict=True):
            at = "" if math.isnan(rate) else f" at lr {short(float(rate))}"
            cells.append(f"{percent(float(part))}{at}")
        cells += [str(scores[i].spent.sum())] if tuned else []
        rows.append([names[i], *cells])
    return html_table(["", *heads], rows, caption="Targets reached within the steps of a run")


def told(drawn: Benchmark, scores: Sequence[Scores]) -> str:
    """What a point is, and how rates were chosen."""
    instances, starts = drawn.counts
    size = scores[0].reached.size
    said = [
        f"Each lane runs {drawn.race.steps} steps from {starts} starts on {instances} instances of "
        f"{len(drawn.on)} surfaces, each turned and moved by seed {drawn.race.seed}, so that no "
        "method profits from axes or from a minimum at 0.",
        f"A target is a part of the way from the surface’s middle loss down to its lowest: "
        f"{drawn.targets} from each run, {size} in all, down to "
        f"{short(drawn.precision)} of the way.",
    ]
    if drawn.rates > 1:
        whom = "each surface" if drawn.tune == "surface" else "all surfaces"
        said.append(
            f"Of {drawn.rates} learning rates the one that reached most targets on other instances "
            f"was taken for {whom}; what that cost stands beside it and is no part of the curves."
        )
        if untuned := drawn.untuned:
            said.append(f"Raced as set, for want of a learning rate: {', '.join(untuned)}.")
    if is_ratio(drawn):
        said.append(
            "A curve’s height at 1 is how often its lane was the sooner of the two (Dolan and Moré "
            "2002), at r how often it took at most r times as much; two only, because with more it "
            "depends on who else takes part (Gould and Scott 2016)."
        )
    else:
        said.append(
            "The curves are the empirical distribution of evaluations to target (Hansen et al. "
            "2021, COCO)."
        )
    return " ".join(said)
