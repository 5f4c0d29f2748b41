"""The optimizers: their family tree, and each one explained from the file that defines it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from app_pages.controls import ADDRESS, escape
from app_pages.pictures import run_lanes, show_race, varied_lane
from app_pages.showcase import what_to_see
from experiment import Experiment, Lane, verdict
from figures.tree import tree_figure
from optimizers import FAMILIES, LEFT_OUT, OPTIMIZERS, Optimizer
from optimizers.sources import Function
from settings import Setting
from viewer import titled

DEFAULT = "adam"
AGAINST = "against"  # the part of the link that says which method is raced against
# Plotly takes a touch for a drag: no finger scrolls past, and a tap selects what was tapped before.
# Unheard, it becomes the browser's own scroll or click. Another method shows from its top. The tree
# scrolls inside its column, which the keyboard must reach for that.
SCRIPT = """<script>
window.passTouch ??= event => {
  if (event.target.closest('[class*="st-key-family-tree"]')) event.stopPropagation();
};
document.addEventListener('touchstart', window.passTouch, {capture: true, passive: true});
if (window.explained !== 'METHOD') document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0);
window.explained = 'METHOD';
for (const column of document.querySelectorAll('.stColumn:has(.st-key-family-tree)')) {
  Object.assign(column, {tabIndex: 0, role: 'region', ariaLabel: 'Family tree'});
}
</script>"""


def page() -> None:
    """The chosen method, and beside it the tree from which another is chosen."""
    method, tree = st.columns([0.6, 0.4], gap="large")
    chosen = OPTIMIZERS[_chosen()]
    st.set_page_config(page_title=titled(chosen.name, "Optimizers"))
    with method:
        choose(chosen)
        with st.container(key="to-tree"):  # shown on a narrow page, in place of the tree
            if st.button("Family tree", icon=":material/account_tree:"):
                tree_dialog(chosen)
        explanation(chosen)
    with tree:
        family_tree(chosen, "tree")
    st.html(SCRIPT.replace("METHOD", chosen.key), unsafe_allow_javascript=True)


def choose(chosen: type[Optimizer]) -> None:
    """Another method, by name."""
    keys = _by_family()
    if st.session_state.get("method") != chosen.key:
        st.session_state.method = chosen.key
    st.selectbox(
        "Optimizer",
        keys,
        index=keys.index(chosen.key),
        format_func=lambda k: f"{OPTIMIZERS[k].name} · {OPTIMIZERS[k].family}",
        key="method",
        on_change=lambda: _choose(st.session_state.method),
    )


@st.dialog("Family tree", icon=":material/account_tree:")
def tree_dialog(chosen: type[Optimizer]) -> None:
    """The tree over the page, which a click uncovers."""
    if family_tree(chosen, "tree-over"):
        st.rerun()


def family_tree(chosen: type[Optimizer], key: str) -> bool:
    """Every method by family and year; a click on one explains it. Whether one was clicked."""
    st.caption(
        "Who grew out of whom. Click one to see it explained. Left out on purpose, because two "
        f"parameters make other methods of them: {', '.join(LEFT_OUT)}."
    )
    with st.container(key=f"family-{key}"):
        st.plotly_chart(
            tree_figure(OPTIMIZERS, chosen.key),
            key=key,
            on_select=lambda: _clicked(key),
            selection_mode="points",
            config={"displayModeBar": False},
        )
    return bool(st.session_state[key].selection.points)


def explanation(cls: type[Optimizer]) -> None:
    """What a method does and changes, its rule, settings, code, and a race against another."""
    parent = OPTIMIZERS.get(cls.parent)
    grew = f" · grew out of {parent.name}" if parent else ""
    st.markdown(f"## {cls.name}")
    st.caption(f"{cls.family.capitalize()} · {cls.year}{grew}")
    st.markdown(f":material/article: [{escape(cls.paper.title)}](<{cls.paper.url}>)")
    st.markdown(f"**{escape(cls.plain)}**")
    st.markdown(escape(cls.summary))
    _rules(cls)
    st.markdown(_linked(inspect.cleandoc(cls.__doc__ or "")))
    st.markdown(f":material/verified: {_agreement(cls)}")
    if not cls.vectorized:
        st.caption("It decides by its point, so it runs one point at a time.")
    _race(cls)
    st.markdown("### Settings")
    st.markdown(_settings(cls))
    st.markdown("### Code")
    st.code(inspect.getsource(cls.update if "update" in vars(cls) else cls.step))


def _rules(cls: type[Optimizer]) -> None:
    """The rule of a lane that a person adds, and what other settings make of it."""
    (_, first), *others = rules_by_setting(cls).items()
    st.latex(_aligned(first))
    if cls().rule_as_set() != first:
        st.caption("As a lane that you add starts. At the defaults it is one of those below.")
    if others:
        with st.expander("With other settings"):
            for setting, rule in others:
                st.markdown(f"`{setting}`")
                st.latex(_aligned(rule))


def rules_by_setting(cls: type[Optimizer]) -> dict[str, tuple[str, ...]]:
    """The rule as suggested under "", each other one under a setting that leads to it."""
    found = {"": cls.suggested().rule_as_set()}
    for key, statement in cls.hyperparameters().items():
        for value in _others(statement):
            rule = replace(cls.suggested(), **{key: value}).rule_as_set()
            if rule not in found.values():
                written = f"{value:g}" if statement.kind == "number" else f"{value}".lower()
                found[f"{key}={written}"] = rule
    if (rule := cls().rule_as_set()) not in found.values():
        found["all at the defaults"] = rule
    return found


def _others(statement: Setting) -> Iterator[Any]:
    """The positions of a switch and a choice; of a number such as can change a rule."""
    if statement.kind == "switch":
        yield from (False, True)
    elif statement.slider is None:
        yield from statement.choices
    else:
        yield from (statement.default, *statement.slider)


def _agreement(cls: type[Optimizer]) -> str:
    if isinstance(cls.reference, Function):
        return f"Held step for step against `{cls.reference}`, to {cls.agreement:g} of the point."
    return f"Held against steps worked out apart from it, after {cls.reference}."


def _race(cls: type[Optimizer]) -> None:
    """The showcase; against another than there, on the same surface from the same start."""
    shown = Experiment.from_query(cls.showcase)
    rival = _rival(cls, shown)
    other = _against(cls, rival)
    experiment = shown if other == rival else compared(cls, shown, OPTIMIZERS[other])
    names = " and ".join(lane.name for lane in experiment.lanes)
    st.markdown(f"### {experiment.surface.name}: {escape(names)}")
    _compare_with(cls, rival, other)
    trajectories = run_lanes(experiment)
    if experiment is shown:
        what_to_see(cls.see, experiment, trajectories)
    else:
        judged = verdict(experiment, trajectories, varied_lane)
        st.markdown(f"**What came of it.** {escape(judged.sentence)}")
    x0, x1, y0, y1 = experiment.surface.domain
    st.html(f"<style>.st-key-duel {{ --map: {(x1 - x0) / (y1 - y0):.4g} }}</style>")
    with st.container(key="duel"):
        show_race(experiment, trajectories, key=f"duel-{cls.key}")
    with st.container(key="open-race"):
        st.page_link(
            Path(__file__).with_name("race.py"),
            label="Open this race",
            icon=":material/sports_score:",
            query_params=parse_qs(experiment.to_query()),
        )


def compared(cls: type[Optimizer], shown: Experiment, other: type[Optimizer]) -> Experiment:
    """A method's showcase with another method beside it, as a person would add that."""
    own = next(lane for lane in shown.lanes if lane.optimizer.key == cls.key)
    return replace(shown, lanes=(own, Lane(other.suggested())))


def _rival(cls: type[Optimizer], shown: Experiment) -> str:
    """The key of what a showcase races a method against: its parent, or itself at another rate."""
    keys = [lane.optimizer.key for lane in shown.lanes]
    return next((key for key in keys if key != cls.key), cls.key)


def _compare_with(cls: type[Optimizer], rival: str, other: str) -> None:
    """Another method to race against: its rival first, then the best known, then all."""
    others = (key for key in (cls.parent, DEFAULT, *_by_family()) if key in _others_of(cls))
    keys = list(dict.fromkeys((rival, *others)))
    own = f"against-{cls.key}"
    if st.session_state.get(own) != other:
        st.session_state[own] = other

    def chosen() -> None:
        key = st.session_state[own]
        st.query_params.from_dict({"method": cls.key} | ({} if key == rival else {AGAINST: key}))

    def name(key: str) -> str:
        if key == cls.key:
            return f"{cls.name} · at another rate"
        return OPTIMIZERS[key].name + (" · its parent" if key == cls.parent else "")

    st.selectbox(
        "Compare with",
        keys,
        index=keys.index(other),
        format_func=name,
        key=own,
        on_change=chosen,
    )


def _settings(cls: type[Optimizer]) -> str:
    rows = ["| Symbol | Field | Default | Range | Meaning |", "|---|---|---|---|---|"]
    for key, h in cls.hyperparameters().items():
        default = h.default.name if isinstance(h.default, Optimizer) else f"{h.default}"
        rows.append(f"| ${h.symbol}$ | `{key}` | {default} | {h.range} | {h.help} |")
    return "\n".join(rows) if len(rows) > 2 else "It has none."


def _aligned(rule: tuple[str, ...]) -> str:
    lines = r" \\ ".join(line.replace("=", "&=", 1) for line in rule)
    return rf"\begin{{aligned}}{lines}\end{{aligned}}"


def _linked(text: str) -> str:
    """A docstring as Markdown: its addresses are links, all else stands as it is."""
    parts = re.split(f"({ADDRESS})", text)
    return "".join(f"<{part}>" if i % 2 else escape(part) for i, part in enumerate(parts))


def _chosen() -> str:
    key = st.query_params.get("method", DEFAULT)
    if key in OPTIMIZERS:
        return key
    st.warning(escape(f"There is no optimizer “{key[:40]}”; {DEFAULT} is shown instead."))
    return DEFAULT


def _against(cls: type[Optimizer], rival: str) -> str:
    key = st.query_params.get(AGAINST, rival)
    if key == rival or key in _others_of(cls):
        return key
    st.warning(escape(f"{cls.name} cannot be compared with “{key[:40]}”; its showcase is shown."))
    return rival


def _by_family() -> list[str]:
    return sorted(OPTIMIZERS, key=lambda k: (FAMILIES.index(OPTIMIZERS[k].family), k))


def _others_of(cls: type[Optimizer]) -> list[str]:
    return [key for key in OPTIMIZERS if key != cls.key]


def _choose(key: str) -> None:
    st.query_params.from_dict({"method": key})


def _clicked(key: str) -> None:
    for point in st.session_state[key].selection.points:
        if "customdata" in point:
            method = point["customdata"]
            _choose(method[0] if isinstance(method, list) else method)


page()
