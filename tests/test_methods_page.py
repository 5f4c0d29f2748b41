"""The page that explains the optimizers, run without a browser."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.controls import ADDRESS, escape
from experiment import Experiment
from figures.tree import tree_figure
from optimizers import FAMILIES, OPTIMIZERS

LIBRARIES = ("torch.", "optax.", "pytorch_optimizer.", "scipy.")
PAGES = Path(__file__).parent.parent / "app_pages"
# The page as a visitor comes to it, beside the one to which it links.
SCRIPT = f"""
import streamlit as st
methods = st.Page({str(PAGES / "methods.py")!r}, default=True)
st.navigation([methods, st.Page({str(PAGES / "race.py")!r}, url_path="race")]).run()
"""


def visit(method=None, **parts):
    page = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in (parts | ({"method": method} if method else {})).items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_is_explained_from_its_own_file(key):
    page, cls = visit(key), OPTIMIZERS[key]
    text = "\n".join(m.value for m in page.markdown)
    assert cls.name in text
    assert f"**{escape(cls.plain)}**" in text
    assert escape(cls.summary) in text
    assert str(cls.reference) in text
    assert ("Held step for step against" in text) == str(cls.reference).startswith(LIBRARIES)
    for field in cls.hyperparameters():
        assert f"`{field}`" in text
    assert page.code[0].value.lstrip().startswith("def ")
    assert "theta" in page.code[0].value
    first = cls.suggested().rule_as_set()[0]
    assert first.split("=")[0].strip() in page.latex[0].value.replace("&=", "=")


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_that_its_settings_lead_to_is_shown(key):
    """First that of a lane which a person adds, as in the race below it."""
    cls, page = OPTIMIZERS[key], visit(key)
    shown = [block.value.replace("&=", "=") for block in page.latex]
    captions = " ".join(c.value for c in page.caption)

    def place(optimizer):
        lines = r" \\ ".join(optimizer.rule_as_set())
        whole = rf"\begin{{aligned}}{lines}\end{{aligned}}"
        return next(i for i, block in enumerate(shown) if whole in block)

    suggested = cls.suggested()
    assert place(suggested) == 0
    assert ("At the defaults it is" in captions) == (place(cls()) > 0)
    for name, h in cls.hyperparameters().items():
        for value in (False, True) if h.kind == "switch" else h.choices:
            place(replace(suggested, **{name: value}))
    raced = Experiment.from_query(cls.showcase).lanes
    for lane in raced:
        if lane.optimizer.key == key:
            place(lane.optimizer)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_methods_paper_is_named_and_its_links_are_whole(key):
    markdown = "\n".join(m.value for m in visit(key).markdown)
    work = OPTIMIZERS[key].paper
    assert f"](<{work.url}>)" in markdown
    assert escape(work.title) in markdown
    links = re.findall(r"<(https?://[^>]*)>", markdown)
    assert work.url in links[1:], "the docstring's own"
    for link in links:
        assert link.count("(") == link.count(")")
        assert link[-1].isalnum() or link[-1] in "/)"


def test_an_address_ends_before_the_sentence_does_and_keeps_its_brackets():
    text = "A (see https://a.org/b(1)c-5), https://c.org/d. And https://e.org/f; https://g.org/h."
    assert re.findall(ADDRESS, text) == [
        "https://a.org/b(1)c-5",
        "https://c.org/d",
        "https://e.org/f",
        "https://g.org/h",
    ]


def test_another_optimizer_can_be_chosen():
    page = visit("adam")
    page.selectbox(key="method").set_value("sgd").run()
    assert not page.exception
    assert page.query_params["method"] in ("sgd", ["sgd"])
    assert any("SGD" in m.value for m in page.markdown)


def raced(page):
    """What the race on the page is called, and the link that opens it."""
    (heading,) = (m.value for m in page.markdown if m.value.startswith("### ") and ": " in m.value)
    (link,) = page.get("page_link")
    return heading, Experiment.from_query(link.proto.query_string)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_methods_showcase_is_shown_and_opens_and_its_rival_is_named_first(key):
    page = visit(key)
    box = page.selectbox(key=f"against-{key}")
    cls, shown = OPTIMIZERS[key], Experiment.from_query(OPTIMIZERS[key].showcase)
    heading, linked = raced(page)
    assert linked == shown
    assert all(escape(lane.name) in heading for lane in shown.lanes)
    assert any("**What to see.**" in m.value for m in page.markdown)
    assert box.options[0] == box.format_func(box.value)
    assert ("its parent" in box.options[0]) == bool(cls.parent)
    assert len(set(box.options)) == len(box.options) >= len(OPTIMIZERS) - 1


def test_a_method_is_compared_with_any_other_on_its_showcases_surface():
    page = visit("lion")
    page.selectbox(key="against-lion").set_value("adam").run()
    assert not page.exception
    assert page.query_params["against"] in ("adam", ["adam"])
    shown = Experiment.from_query(OPTIMIZERS["lion"].showcase)
    heading, linked = raced(page)
    assert "Lion" in heading
    assert "Adam" in heading
    assert [lane.optimizer.key for lane in linked.lanes] == ["lion", "adam"]
    assert linked.lanes[0] == shown.lanes[0]
    assert linked.lanes[1].optimizer == OPTIMIZERS["adam"].suggested()
    assert replace(linked, lanes=shown.lanes) == shown
    assert any("**What came of it.** Lowest final loss" in m.value for m in page.markdown)
    page.selectbox(key="against-lion").set_value("signum").run()
    assert "against" not in page.query_params
    assert raced(page)[1] == shown


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_method_can_be_raced_against_one_that_is_not_in_its_showcase(key):
    """One that runs a point at a time and asks for losses only."""
    other = "adam" if key == "nelder_mead" else "nelder_mead"
    page = visit(key, against=other)
    assert not page.warning
    assert [lane.optimizer.key for lane in raced(page)[1].lanes] == [key, other]
    assert any("**What came of it.**" in m.value for m in page.markdown)


def test_a_comparison_comes_with_its_link_and_goes_with_the_method():
    page = visit("lion", against="sgd")
    assert [lane.optimizer.key for lane in raced(page)[1].lanes] == ["lion", "sgd"]
    page.selectbox(key="method").set_value("tiger").run()
    assert "against" not in page.query_params
    assert raced(page)[1] == Experiment.from_query(OPTIMIZERS["tiger"].showcase)


@pytest.mark.parametrize("other", ["<b>adm</b>", "lion"])
def test_a_comparison_that_cannot_be_says_so_and_the_showcase_is_shown(other):
    page = visit("lion", against=other)
    assert "cannot be compared with" in page.warning[0].value
    assert raced(page)[1] == Experiment.from_query(OPTIMIZERS["lion"].showcase)


def test_an_unknown_optimizer_says_so_and_shows_another():
    page = visit("<b>adm</b>")
    assert "There is no optimizer" in page.warning[0].value
    assert any("Adam" in m.value for m in page.markdown)


def test_the_tree_has_every_optimizer_once_later_ones_to_the_right():
    figure = tree_figure(OPTIMIZERS)
    place = {
        key: x
        for trace in figure.data
        if trace.customdata is not None
        for key, x in zip(trace.customdata, trace.x, strict=True)
    }
    assert place.keys() == OPTIMIZERS.keys()
    for key, cls in OPTIMIZERS.items():
        for other, later in OPTIMIZERS.items():
            assert cls.year >= later.year or place[key] < place[other]
    axis = figure.layout.xaxis
    assert "later, the wider" in axis.title.text
    for x, year in zip(axis.tickvals, axis.ticktext, strict=True):
        for key, cls in OPTIMIZERS.items():
            assert cls.year > int(year) or place[key] <= x or cls.year == int(year)
            assert cls.year < int(year) or place[key] >= x


def test_the_tree_marks_the_chosen_method_and_has_its_years_on_top():
    figure = tree_figure(OPTIMIZERS, "lion")
    bold = [name for trace in families(figure) for name in trace.text if "<b>" in name]
    assert bold == ["<b>Lion</b>"]
    row = places(figure)["lion"][1]
    (band,) = figure.layout.shapes
    assert (band.y0, band.y1) == (row - 0.5, row + 0.5)
    assert figure.layout.xaxis.side == "top"
    assert not tree_figure(OPTIMIZERS).layout.shapes


def families(figure):
    return [trace for trace in figure.data if trace.customdata is not None]


def places(figure):
    """Where each method stands."""
    return {
        key: (x, y)
        for trace in families(figure)
        for key, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }


def joined(trace):
    """The lines of a trace, each as where it begins, bends and ends."""
    corners = list(zip(trace.x, trace.y, strict=True))
    assert corners[3::4] == [(None, None)] * (len(corners) // 4)
    return list(zip(corners[::4], corners[1::4], corners[2::4], strict=True))


def test_the_tree_joins_each_child_to_its_parent():
    figure = tree_figure(OPTIMIZERS)
    at = places(figure)
    wanted = {(at[cls.parent], at[key]) for key, cls in OPTIMIZERS.items() if cls.parent}
    lines = joined(figure.data[0])
    assert {(begin, end) for begin, _, end in lines} == wanted
    assert all(bend == (begin[0], end[1]) for begin, bend, end in lines)


def test_no_branch_of_the_tree_crosses_a_trunk_or_passes_a_name():
    figure = tree_figure(OPTIMIZERS)
    lines = joined(figure.data[0])
    for (trunk, top), (_, bottom) in ((begin, bend) for begin, bend, _ in lines):
        for (left, row), (right, _) in ((bend, end) for _, bend, end in lines):
            assert not (left < trunk <= right and top < row < bottom)
        for x, row in places(figure).values():
            assert not (x <= trunk and top < row < bottom), "the name goes on to the right"


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_chosen_methods_descent_stands_out(key):
    figure = tree_figure(OPTIMIZERS, key)
    at, above = places(figure), []
    while OPTIMIZERS[(above or [key])[-1]].parent:
        above.append(OPTIMIZERS[(above or [key])[-1]].parent)
    every, thick = figure.data[:2]
    assert thick.line.width > 2 * every.line.width
    ends = [at[child] for child in [key, *above] if OPTIMIZERS[child].parent]
    assert sorted(end for _, _, end in joined(thick)) == sorted(ends)
    heavy = {
        method
        for trace in families(figure)
        for method, weight in zip(trace.customdata, trace.textfont.weight, strict=True)
        if weight > 400
    }
    assert heavy == set(above)


def test_a_click_in_the_tree_dims_nothing():
    for trace in families(tree_figure(OPTIMIZERS, "adam")):
        for seen in (trace.selected, trace.unselected):
            assert seen.marker.opacity == 1
            assert seen.textfont.color.startswith("#")


def test_the_tree_gives_each_family_a_colour():
    figure = tree_figure(OPTIMIZERS)
    assert [trace.name for trace in families(figure)] == list(FAMILIES)
    assert len({trace.marker.color for trace in families(figure)}) == len(FAMILIES)
