"""Maps: where every start ends, and which settings work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any, cast
from urllib.parse import parse_qs

import streamlit as st

from app_pages.controls import batch_field, escape, noise_fields, steps_field, warn
from app_pages.formula_editor import formula_field
from app_pages.lane_editor import choose_optimizer, lane_controls, lane_tabs
from app_pages.map_benchmark import benchmark, benchmark_controls
from app_pages.map_parts import (
    Addressed,
    chosen,
    look_table,
    map_choice,
    map_number,
    map_segments,
    open_race,
    percent,
)
from app_pages.map_swarm import follow, paths_of
from app_pages.map_work import Shown, go_on, kept_ends, worked_out
from app_pages.session import STREAMLITS, own_data, remembered, session, show
from app_pages.surface_editor import surface_editor
from experiment import MAX_LANES, Ends, Experiment, short
from experiment.maps import (
    KINDS,
    MAX_GRID,
    MEASURES,
    MIN_GRID,
    SCALES,
    Axis,
    Basins,
    Benchmark,
    Map,
    Scores,
    Sweep,
    read_map,
    swept,
    usual_axis,
)
from experiment.maps.axis import MAX_POINTS, MIN_POINTS
from experiment.maps.theory import SOURCES, curvature
from exports.map_forms import MAP_FORMS, MapForm, map_name
from figures.basins import basins_figure, is_difference, shares
from figures.live_basins import live_basins
from figures.sweep import height, legend, limits, measure_words, sweep_figure
from settings import Refusal
from surfaces import TYPED, Surface
from viewer import Place, Tab, address_bar, atlas, sheet_tabs, titled

NAMES = {"basins": "Basins", "sweep": "Sweep", "benchmark": "Benchmark"}
SAYS = {
    "basins": "Where does every start end, and how soon?",
    "sweep": "Which settings work, and how far is the best from the usual one?",
    "benchmark": "Which method comes how low, and how soon, on many turned and moved surfaces?",
}
COARSE = 40  # starts along each side while a slider is being dragged
BASINS_HEIGHT = 560
SEEDS = 20
NONE = "none"


def page() -> None:
    """The map, what it says, and the controls: its own above it, the race's at the side."""
    a_map = current()
    about = "Benchmark" if isinstance(a_map, Benchmark) else a_map.surface.name
    st.set_page_config(page_title=titled(about, "Maps"))
    head = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    head.markdown(f"## {about}", width="content")
    with head:
        map_segments(
            "Kind of map",
            "map-kind",
            a_map.kind,
            {kind: NAMES[kind] for kind in KINDS},
            lambda now, kind: KINDS[kind](now.race),
        )
        address_bar(remembered(Addressed).written, key="map-address", on_open=_opened)
    st.caption(SAYS[a_map.kind])
    if about == a_map.surface.name and (a_map.surface.key == TYPED or session().unread):
        formula_field(a_map.surface)
    warn((*a_map.problems, *a_map.notes()))
    with st.container(key="map-controls"):
        if isinstance(a_map, Basins):
            basins_controls(a_map)
        elif isinstance(a_map, Sweep):
            sweep_controls(a_map)
        elif isinstance(a_map, Benchmark):
            benchmark_controls(a_map)
    sidebar(a_map)
    drawn = coarse(a_map)
    ends = worked_out(drawn)
    if ends is None:
        st.info("This map was stopped before it was finished.")
        st.button("Work it out", key="go-on", on_click=go_on)
        return
    if isinstance(drawn, Basins):
        basins(drawn, ends)
    elif isinstance(drawn, Sweep):
        sweep(drawn, ends)
    elif isinstance(drawn, Benchmark):
        benchmark(drawn, cast(Sequence[Scores], ends))
    take_away(drawn)
    if any("numba" in each.by for each in ends):
        st.caption("Computed by numba: to the last digit the numbers of NumPy.")


def current() -> Map:
    """The map to show, of which the address bar becomes the link; its race is the session's.

    A link is read where a person comes to the page, or has gone back or forth to it, which the
    browser reports: what it says with every other run may be older than what was written since.
    """
    here, now, address = session(), remembered(Shown), remembered(Addressed)
    query: Any = {k: st.query_params.get_all(k) for k in st.query_params if k not in STREAMLITS}
    entered, here.entered = here.entered or now.map is None, False
    if address.opened is not None:
        query, address.opened, entered = _own(address.opened), None, True
    if entered and query:
        a_map = read_map(query, own_data())
        show(a_map.race)
        now.place, here.passing = None, False
    else:
        a_map = _of_race(now.map or Basins(here.experiment), here.experiment)
    now.map = replace(a_map, problems=())
    link = a_map.to_query()
    if not entered and link != address.written and not here.passing:
        st.query_params.from_dict(parse_qs(link))
    if entered or not here.passing:
        address.written = link
    return a_map


def _own(query: str) -> dict[str, list[str]]:
    """What a link says beside what Streamlit reads of it."""
    parts = parse_qs(query.removeprefix("?"), keep_blank_values=True)
    return {key: values for key, values in parts.items() if key not in STREAMLITS}


def _opened(query: str) -> None:
    remembered(Addressed).opened = query


def _of_race(a_map: Map, race: Experiment) -> Map:
    """The map of the session's race; of another, with a sentence, where there is none of that."""
    try:
        return a_map.of_race(race)
    except Refusal as refusal:
        there = Experiment()
        usable = isinstance(race.surface, Surface)
        other = replace(race, lanes=there.lanes) if usable else race.with_surface(there.surface)
        show(other)
        what = "the opening lanes were" if usable else f"{there.surface.name} was"
        return replace(a_map.of_race(other), problems=(refusal.instead(f"{what} used instead"),))


def coarse(a_map: Map) -> Map:
    """A coarse map while a slider is being dragged."""
    if isinstance(a_map, Basins) and session().passing:
        return replace(a_map, grid=min(a_map.grid, COARSE))
    return a_map


# The controls


def basins_controls(basins: Basins) -> None:
    """The grid, and which lanes are mapped."""
    lanes = {str(i): lane.name for i, lane in enumerate(basins.race.lanes, start=1)}
    first, *rest = basins.shown.split(",")
    second = rest[0] if rest else NONE
    a, b, c, d = st.columns([2, 2, 1, 2], vertical_alignment="bottom")
    with a:
        map_choice("Lane", f"map-first-{len(lanes)}", first, lanes, _show_first)
    with b:
        others = {NONE: "none"} | {key: name for key, name in lanes.items() if key != first}
        map_choice(
            "Second lane",
            f"map-second-{len(lanes)}-{first}",
            second,
            others,
            lambda now, key: replace(
                now, shown=now.shown.split(",")[0] + (f",{key}" if key != NONE else "")
            ),
        )
    with c:
        map_number(
            "Grid",
            "map-grid",
            basins.grid,
            MIN_GRID,
            MAX_GRID,
            lambda now, v: replace(now, grid=int(v)),
            step=50,
            help="How many starts along each side.",
        )
    if rest:
        with d:
            names = {"beside": "Side by side", "difference": "Difference"}
            map_segments(
                "Two lanes",
                "map-compare",
                basins.compare,
                names,
                lambda now, v: replace(now, compare=v),
            )


def _show_first(now: Basins, key: str) -> Basins:
    others = [each for each in now.shown.split(",")[1:] if each != key]
    return replace(now, shown=",".join([key, *others]))


def sweep_controls(sweep: Sweep) -> None:
    """What is on the axes, and what is measured."""
    rows = swept(sweep.race.lanes)
    names = {key: key.replace("_", " ") for key in rows}
    _axis("x", "Horizontal axis", sweep, sweep.x, names)
    others = {NONE: "none"} | {k: name for k, name in names.items() if k != sweep.x.key}
    _axis("y", "Vertical axis", sweep, sweep.y, others)
    first, *free = st.columns([4, 2, 2], vertical_alignment="bottom")
    beside = iter(free)
    with first:
        said = {
            "loss": "Final loss",
            "evaluations": "Evaluations to a target",
            "outcome": "Outcome",
        }
        map_segments(
            "Measure",
            "map-measure",
            sweep.measure,
            {key: said[key] for key in MEASURES},
            lambda now, v: replace(now, measure=v),
        )
    if sweep.measure == "evaluations":
        with next(beside):
            map_number(
                "Target loss",
                f"map-target-{sweep.surface.key}",
                sweep.goal,
                -inf,
                inf,
                lambda now, v: replace(now, target=float(v)),
                help="How low a run has to come.",
            )
    if Sweep.stated(sweep.race)["seeds"].high > 1:
        with next(beside):
            map_number(
                "Seeds",
                "map-seeds",
                sweep.seeds,
                1,
                SEEDS,
                lambda now, v: replace(now, seeds=int(v)),
                help="How many runs with other noise there are at each place.",
            )


def _axis(
    which: str, label: str, sweep: Sweep, axis: Axis | None, names: Mapping[str, str]
) -> None:
    """A hyperparameter, from where to where, in how many steps and how these are spread."""

    def put(now: Sweep, key: str) -> Sweep:
        made = None if key == NONE else usual_axis(now.race.lanes, key)
        if which == "x" and now.y is not None and now.y.key == key:
            return replace(now, x=made, y=None)  # type: ignore[arg-type]
        changed: dict[str, Any] = {which: made}
        return replace(now, **changed)

    key = axis.key if axis else NONE
    first, a, b, c, d = st.columns([4, 3, 3, 3, 3], vertical_alignment="bottom")
    with first:
        map_choice(label, f"map-{which}-{'-'.join(names)}", key, names, put)
    if axis is None:
        return

    def set_(**values: Any) -> Callable[[Sweep], Sweep]:
        return lambda now: replace(now, **{which: replace(getattr(now, which), **values)})

    own = f"map-{which}-{axis.key}"
    with a:
        map_number(
            "From", f"{own}-low", axis.low, -inf, inf, lambda now, v: set_(low=float(v))(now)
        )
    with b:
        map_number(
            "To", f"{own}-high", axis.high, -inf, inf, lambda now, v: set_(high=float(v))(now)
        )
    with c:
        map_number(
            "Points",
            f"{own}-points",
            axis.points,
            MIN_POINTS,
            MAX_POINTS,
            lambda now, v: set_(points=int(v))(now),
            step=10,
        )
    with d:
        spread = {"linear": "Linear", "log": "Log", "complement": "1 − log"}
        map_choice(
            "Spread",
            f"{own}-scale",
            axis.scale,
            {scale: spread[scale] for scale in SCALES},
            lambda now, v: set_(scale=v)(now),
        )


def sidebar(a_map: Map) -> None:
    """What the map is of: surface, lanes and run, which the race page shares."""
    race, has_own = a_map.race, isinstance(a_map, Benchmark)
    with st.sidebar:
        of_surface = [] if has_own else [Tab("surface", "Surface")]
        tabs = [*lane_tabs(race), *of_surface, Tab("run", "Run")]
        full = len(race.lanes) >= MAX_LANES
        if sheet_tabs(tabs, full=full):
            choose_optimizer(len(race.lanes))
        if of_surface:
            with st.container(key="sheet-surface"):
                st.header("Surface", anchor=False)
                surface_editor(race)
        lane_controls(race)
        with st.container(key="sheet-run"):
            st.header("Run", anchor=False)
            steps_field(race)
            if not has_own:
                batch_field(race)
            noise_fields(race)


# The maps


def basins(drawn: Basins, ends: Sequence[Ends]) -> None:
    """The map, what became of how many starts, and the start that a person has chosen."""
    figure = basins_figure(drawn, ends)
    count = 1 if is_difference(drawn, ends) else len(ends)
    starts = [drawn.starts(len(each.kind)) for each in ends]
    left, right = st.columns([3, 2]) if count == 1 else (st.container(), st.container())
    with left:
        place = atlas(
            figure,
            height=BASINS_HEIGHT,
            label=f"Map of where each start on {drawn.surface.called} ends",
            hint="Point at a start to see where it ends; click it to open its race.",
            name=map_name(drawn),
            key=f"atlas-basins-{count}",
            live=live_basins(drawn),
            paths=paths_of(drawn),
            steps=0 if is_difference(drawn, ends) else drawn.race.steps,
            on_follow=partial(follow, drawn),
        )
        chosen(place, lambda at: _start_of(drawn, starts, at))
    with right:
        _shares_table(drawn, ends, shares(drawn, ends))


def _start_of(drawn: Basins, starts: Sequence[Any], at: Place) -> tuple[str, Experiment] | None:
    here = starts[min(at.lane, len(starts) - 1)]
    if at.row >= here.shape[1] or at.column >= here.shape[2]:
        return None
    x, y = here[:, at.row, at.column].tolist()
    try:
        return f"Start ({x:g}, {y:g})", drawn.race_from((x, y))
    except ValueError:  # where the loss is not defined
        return None


def _shares_table(drawn: Basins, ends: Sequence[Ends], rows: Sequence[Any]) -> None:
    """What each look of a cell means, and of how many starts it came so."""
    if is_difference(drawn, ends):
        heads = ["Share of starts"]
    elif len(ends) == 1:
        heads = ["Share", "Median step"]
    else:
        heads = [f"{lane.name}: share, median step" for lane in drawn.lanes()]
    lines = []
    for row in rows:
        cells = [percent(part) for part in row.parts]
        steps = ["" if step is None else str(step) for step in row.steps]
        if len(row.parts) > 1:
            cells = [
                f"{part}, {step}" if step else part for part, step in zip(cells, steps, strict=True)
            ]
        elif len(heads) > 1:
            cells += steps
        lines.append((row.background, row.words, cells))
    look_table("What becomes of the starts", heads, lines)


def sweep(drawn: Sweep, ends: Sequence[Ends]) -> None:
    """The curves or maps, the place that a person has chosen, and the race of the best."""
    x, y = drawn.axes
    place = atlas(
        sweep_figure(drawn, ends),
        height=height(drawn),
        label=f"{measure_words(drawn).capitalize()} over {x.key}{f' and {y.key}' if y else ''}",
        hint="Point at a place to see its number; click it to open its race.",
        name=map_name(drawn),
        key=f"atlas-sweep-{len(drawn.race.lanes)}-{bool(y)}",
        along=(
            [f"{value:g}" for value in x.values],
            [f"{value:g}" for value in y.values] if y else [],
        ),
    )
    chosen(place, lambda at: _race_of(drawn, at))
    if drawn.runs > 1 and drawn.measure != "outcome":
        band = "; the band is from the lower to the upper quartile" if y is None else ""
        st.caption(f"Of {drawn.runs} runs at each place the median counts{band}.")
    if lines := legend(drawn, ends):
        look_table("What the colours mean", [], [(look, words, ()) for look, words in lines])
    theory(drawn)
    if drawn.measure != "outcome":
        tune(drawn, ends)


def _race_of(drawn: Sweep, at: Place) -> tuple[str, Experiment] | None:
    x, y = drawn.axes
    if at.column >= x.points or (y and at.row >= y.points):
        return None
    words = f"{x.key} {x.values[at.column]:g}"
    words += f", {y.key} {y.values[at.row]:g}" if y else ""
    return words, drawn.race_at((at.row, at.column))


def theory(drawn: Sweep) -> None:
    """What the dotted lines are, and where they come from."""
    largest = curvature(drawn.surface)
    axes = {axis.key for axis in drawn.axes if axis}
    lanes = [lane for lane in drawn.race.lanes if lane.optimizer.key in SOURCES]
    drawn_in = limits(drawn) or ("lr" in axes and drawn.y is not None)
    if largest is None or not lanes or not drawn_in:
        return
    sources = dict.fromkeys(SOURCES[lane.optimizer.key] for lane in lanes)
    st.caption(
        f"Dotted: the largest learning rate at which theory says that a method converges on this "
        f"quadratic, whose largest curvature is L = {short(largest)}. {'; '.join(sources)}."
    )


def tune(drawn: Sweep, ends: Sequence[Ends]) -> None:
    """The race of all lanes at their best, how these were found, and what that cost."""
    tuned = drawn.tuned(tuple(ends))
    st.subheader("Tuned", anchor=False)
    st.markdown(
        f"Of each lane the place with the least {escape(measure_words(drawn))}, the first if equal:"
    )
    st.markdown("\n".join(f"- {escape(said)}" for said in tuned.said))
    with st.container(key="open-tuned"):
        open_race(tuned.race, "Race the tuned lanes")


def _file(form: MapForm, drawn: Map) -> str:
    """Made when it is asked for: of what is kept, so that a page holds no map of its own."""
    return form.make(drawn, kept_ends(drawn))


def take_away(drawn: Map) -> None:
    """The map as files; pictures are made beside the map."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for form in MAP_FORMS:
            refusal = form.refuses(drawn)
            st.download_button(
                form.name,
                partial(_file, form, drawn),
                file_name=f"{map_name(drawn)}{form.ending}",
                mime=form.mime,
                key=f"map{form.ending}",
                icon=":material/download:",
                on_click="ignore",
                disabled=bool(refusal),
                help=refusal or form.summary,
            )


page()
