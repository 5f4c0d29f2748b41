"""The surface's controls: which one, its parameters, what of it is drawn, and a typed formula."""

from __future__ import annotations

import functools
from typing import Any

import streamlit as st

from app_pages.controls import choice, escape, log_slider, number
from app_pages.session import (
    Change,
    bound,
    change,
    initial,
    own_data,
    unread,
)
from app_pages.upload_editor import is_own, upload_editor
from experiment import Experiment
from figures.style import axis_name
from figures.thumbnail import data_url, thumbnail
from formulas.advice import Refused
from formulas.functions import FUNCTIONS
from settings import Value, shorten
from surfaces import (
    FAMILIES,
    SURFACES,
    TRANSFORMS,
    TYPED,
    DataSurface,
    Parameter,
    Surface,
    from_formula,
)
from surfaces.critical import on_lines
from surfaces.surface import MAX_LETTER
from viewer import exact_slider

FIRST_FORMULA = "x^2 + a*y^2 + sin(3x)"
COLUMNS = 6  # in pairs, which stay side by side on a phone
SHAPE = (("rotate", "scale_loss"), ("shift_x", "shift_y"), ("scale_x", "scale_y"))
LETTER_SPAN = 10.0
LETTER_STOPS = 200


def surface_editor(experiment: Experiment) -> None:
    """Which surface, its parameters, and one click away what is drawn and how it is turned."""
    surface = experiment.surface
    first = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    if first.button(
        surface.name,
        key="surface",
        icon=":material/unfold_more:",
        icon_position="right",
        width="stretch",
        help="Press to choose another surface, or to type a formula of your own.",
    ):
        choose_surface()
    more = first.popover(
        "",
        icon=":material/tune:",
        help="What is drawn of the surface, and how it is turned, shifted and scaled",
        key="surface-more",
        on_change="rerun",
    )
    if more.open:
        with more:
            _domain(surface)
            _shape(surface)
    for parameter, value in zip(surface.parameters, surface.values, strict=True):
        if surface.key == TYPED:
            _letter(parameter.name, parameter.symbol, float(value))
        else:
            # Another on a person's data: a browser that is behind would switch the other.
            own = isinstance(surface, DataSurface) and is_own(surface)
            key = f"{surface.key}-own" if own else surface.key
            _parameter(f"{key}-{parameter.name}", parameter, value)
    if isinstance(surface, DataSurface):
        upload_editor(surface)


@st.dialog("Choose a surface", width="large")
def choose_surface() -> None:
    """Every surface under its family, as a small map; a few letters narrow them down."""
    words = st.text_input(
        "Search", key="search-surfaces", placeholder="valley, saddle, many minima…", live=True
    )
    if st.button(
        "**Your own formula** · type one in x and y",
        key="choose-formula",
        icon=":material/function:",
        width="stretch",
        on_click=change,
        args=(_swap, from_formula(FIRST_FORMULA)),
    ):
        st.rerun()  # closes the dialog
    found = [surface for surface in SURFACES.values() if _matches(surface, words or "")]
    for family in FAMILIES:
        members = [surface for surface in found if surface.family == family]
        if not members:
            continue
        st.markdown(f"**{family.capitalize()}**")
        for i, surface in enumerate(members):
            if i % COLUMNS == 0:
                pairs = [pair.columns(2, wrap=False) for pair in st.columns(COLUMNS // 2)]
            with pairs[i % COLUMNS // 2][i % 2], st.container(gap="xsmall"):
                st.image(_thumbnail(surface.key), width="stretch", alt=f"Map of {surface.name}")
                if st.button(
                    surface.name,
                    key=f"choose-{surface.key}",
                    width="stretch",
                    help=escape(surface.teaches),
                    on_click=change,
                    args=(_swap, surface),
                ):
                    st.rerun()
    if not found:
        st.caption(f"No surface matches “{escape(words or '')}”.")


def formula_field(surface: Surface) -> None:
    """The formula as a person types it, and below it how it was read, where that looks otherwise.

    One that is refused stays, with the reason, and what to write instead at a press.
    """
    session = st.session_state
    shown = unread()["formula"][0] if unread() else surface.formula
    # From a link, by going back, or after another page.
    if session.get("formula-of") != shown or "formula-text" not in session:
        session["formula-of"], session["formula-text"] = shown, shown
        session.pop("formula-refused", None)
        if unread():
            try:
                from_formula(shown)
            except ValueError as error:
                _refused(error, shown)
    st.text_input(
        "f(x, y) =",
        key="formula-text",
        live=True,
        on_change=_typed,
        help="In x and y. Any other letter, or a Greek one's name, becomes a slider. Functions: "
        f"{' '.join(FUNCTIONS)}; constants pi and e; 2xy and x^2 are understood, and so are LaTeX "
        "and formulas from code.",
    )
    refused = session.get("formula-refused", "")
    if refused and not any(refused[:-1] in problem for problem in session.experiment.problems):
        st.warning(escape(refused), icon=":material/info:")
    if refused:
        for i, text in enumerate(session.get("formula-advice", ())):
            words = f"Write {escape(shorten(text, 60))}"
            st.button(words, key=f"formula-advice{i}", on_click=_follow, args=(text,))
    elif surface.key == TYPED and _bare(session["formula-text"]) != _bare(surface.formula):
        st.caption(f"Read as ${(surface.original or surface).latex}$")


def _bare(formula: str) -> str:
    return "".join(formula.split())


def _refused(error: ValueError, text: str) -> None:
    """Keep why a formula is refused, and what to write instead, for the page to show."""
    st.session_state["formula-refused"] = str(error)
    advice = error.mended(text) if isinstance(error, Refused) else ()
    st.session_state["formula-advice"] = advice


def _follow(text: str) -> None:
    st.session_state["formula-text"] = text
    _typed()


def found_words(surface: Surface) -> str:
    """What was found in the domain, as the map marks it: "2 minima ★, 1 saddle ◇"."""
    found = []
    for one, many, mark in (("minimum", "minima", "★"), ("saddle", "saddles", "◇")):
        points = [point for point in surface.critical if point.kind == one]
        if on_lines(surface, points):
            found.append(f"lines of {many} {mark}")
        elif points:
            found.append(f"{len(points)} {one if len(points) == 1 else many} {mark}")
    if not found:
        return "No minimum or saddle was found in the domain."
    words = f"Found in the domain: {', '.join(found)}."
    minima = [point.value for point in surface.critical if point.kind == "minimum"]
    if minima and not surface.minima:
        words += f" The lowest minimum found is {min(minima):.4g}; there may be lower places."
    return words


def derivatives(surface: Surface) -> None:
    """The gradient, the Hessian and the source: when asked for; at once for a typed formula."""
    typed = surface.key == TYPED
    shown = st.expander(
        "Gradient and Hessian" if typed else "Gradient, Hessian and source",
        expanded=typed,
        key=f"derivatives-{'typed' if typed else 'stated'}",
        on_change="rerun",
    )
    if shown.open:
        with shown:
            x, y = surface.axes
            fx, fy = surface.gradient_latex
            fxx, fxy, fyy = surface.hessian_latex
            for symbol, entry in (
                (rf"\partial_{{{x}}} f", fx),
                (rf"\partial_{{{y}}} f", fy),
                (rf"\partial_{{{x} {x}}} f", fxx),
                (rf"\partial_{{{x} {y}}} f", fxy),
                (rf"\partial_{{{y} {y}}} f", fyy),
            ):
                st.markdown(f"${symbol} = {entry}$")
            if surface.source:
                st.caption(f"Source: {surface.source}")


def _typed() -> None:
    session = st.session_state
    surface: Surface = session.experiment.surface
    if unread():
        return _mended()
    try:
        typed = from_formula(session["formula-text"], (surface.original or surface).domain)
        same = {p.name for p in typed.parameters} & {p.name for p in surface.parameters}
        before = zip(surface.parameters, surface.values, strict=True)
        typed = typed.with_values(**{p.name: value for p, value in before if p.name in same})
        typed = typed.transformed(**surface.transform.changed)
    except ValueError as error:
        return _refused(error, session["formula-text"])
    session.pop("formula-refused", None)
    session["formula-of"] = typed.formula
    change(lambda experiment, value: experiment.on(value), typed, spell="formula")


def _mended() -> None:
    """The link whose formula was refused, with what is typed in its place."""
    session = st.session_state
    try:
        formula = from_formula(session["formula-text"]).formula
    except ValueError as error:
        return _refused(error, session["formula-text"])
    session.pop("formula-refused", None)
    session["formula-of"] = formula
    link = {**unread(), "formula": [formula]}
    change(lambda _, query: Experiment.from_query(query, own_data()), link, spell="formula")


def _parameter(key: str, parameter: Parameter, value: Value) -> None:
    """A slider, a switch or a choice."""
    name, low, high = parameter.name, parameter.low, parameter.high
    symbol = parameter.symbol
    is_word = symbol.startswith("\\") or (not symbol and len(name) > 1)
    words = name.capitalize() if is_word else name
    label = words if symbol in ("", name) else f"{words} {axis_name(symbol)}"
    how = _on_parameter(name)
    if isinstance(value, str):
        names = {word: word.capitalize() for word in parameter.choices}
        choice(label, key, value, names, how, help=parameter.help)
    elif isinstance(value, bool):
        st.toggle(
            label,
            value=initial(key, value),
            help=parameter.help,
            **bound(key, value, how),
        )
    elif parameter.scale == "log":
        log_slider(label, key, value, low, high, how, help=parameter.help)
    else:
        whole = isinstance(value, int)
        st.slider(
            label,
            low,
            high,
            value=initial(key, value),
            step=1 if whole else (high - low) / 100,
            help=parameter.help,
            **bound(key, value, how),
        )


def _letter(name: str, symbol: str, value: float) -> None:
    """A typed formula's parameter: a slider, and exact beside it."""
    how = _on_parameter(name)
    spans: dict[str, float] = st.session_state.setdefault("spans", {})
    span = spans.get(name, LETTER_SPAN)
    # Wider once a person reaches its end; never narrower, or the knob would run from the pointer.
    if abs(value) >= span and not st.session_state.get("passing"):
        span = spans[name] = _span(abs(value))
    stops = [span * (2 * i / LETTER_STOPS - 1) for i in range(LETTER_STOPS + 1)]
    exact_slider(
        axis_name(symbol),
        key=f"formula-{name}",
        value=value,
        stops=[float(f"{stop:.6g}") for stop in stops],
        on_change=lambda number, passing: change(how, number, passing=passing),
    )


def _span(value: float) -> float:
    """The next of 10, 20, 50, 100, … beyond a number."""
    ends = (float(f"{digit}e{zeros}") for zeros in range(1, 7) for digit in (1, 2, 5))
    return min(next(end for end in ends if end > value or end >= MAX_LETTER), MAX_LETTER)


def _domain(surface: Surface) -> None:
    st.markdown("**What is drawn**")
    for row in (("x from", "x to"), ("y from", "y to")):
        first = 0 if row[0].startswith("x") else 2
        width = surface.domain[first + 1] - surface.domain[first]
        for i, (column, words) in enumerate(
            zip(st.columns(2, wrap=False), row, strict=True), first
        ):
            with column:
                number(
                    words,
                    f"{surface.key}-domain{i}",
                    surface.domain[i],
                    -1e9,
                    1e9,
                    _on_end(i),
                    step=width / 20,
                )


def _shape(surface: Surface) -> None:
    st.markdown("**Turned, shifted, scaled**")
    statements = {statement.name: statement for statement in TRANSFORMS}
    for row in SHAPE:
        for column, name in zip(st.columns(len(row), wrap=False), row, strict=True):
            statement = statements[name]
            with column:
                number(
                    name.replace("_", " ").capitalize(),
                    f"{surface.key}-{name}",
                    getattr(surface.transform, name),
                    statement.low,
                    statement.high,
                    _on_shape(name),
                    step=15.0 if name == "rotate" else 0.5,
                    help=statement.help,
                )
    st.button(
        "As it was",
        icon=":material/undo:",
        key="surface-original",
        width="stretch",
        disabled=surface.original is None and surface.key == TYPED,
        on_click=change,
        args=(_original,),
    )


def _on_end(index: int) -> Change:
    def set_end(experiment: Experiment, value: float) -> Experiment:
        ends = list(experiment.surface.domain)
        ends[index] = value
        return experiment.on(experiment.surface.with_domain((ends[0], ends[1], ends[2], ends[3])))

    return set_end


def _on_shape(name: str) -> Change:
    return lambda experiment, value: experiment.on(experiment.surface.transformed(**{name: value}))


def _on_parameter(name: str) -> Change:
    return lambda experiment, value: experiment.on(experiment.surface.with_values(**{name: value}))


def _original(experiment: Experiment, _: Any) -> Experiment:
    surface = experiment.surface
    plain = SURFACES.get(surface.key, surface.original or surface)
    if isinstance(plain, DataSurface) and isinstance(surface, DataSurface):
        plain = plain if surface.data == plain.data else plain.with_data(surface.data)
    names = (parameter.name for parameter in surface.parameters)
    return experiment.on(plain.with_values(**dict(zip(names, surface.values, strict=True))))


def _swap(experiment: Experiment, surface: Surface) -> Experiment:
    return experiment.with_surface(surface)


def _matches(surface: Surface, words: str) -> bool:
    text = f"{surface.key} {surface.name} {surface.teaches} {surface.family}".lower()
    return all(word in text for word in words.lower().split())


@functools.cache
def _thumbnail(key: str) -> str:
    return data_url(thumbnail(SURFACES[key]))
