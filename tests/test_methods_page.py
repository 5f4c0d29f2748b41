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
PAGE = str(Path(__file__).parent.parent / "app_pages" / "methods.py")


def visit(method=None):
    page = AppTest.from_file(PAGE, default_timeout=60)
    if method:
        page.query_params["method"] = method
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_is_explained_from_its_own_file(key):
    page, cls = visit(key), OPTIMIZERS[key]
    text = "\n".join(m.value for m in page.markdown)
    assert cls.name in text
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
    at = {cls.year: place[key] for key, cls in OPTIMIZERS.items()}
    assert [at[cls.year] for cls in OPTIMIZERS.values()] == [place[key] for key in OPTIMIZERS]
    assert [at[year] for year in sorted(at)] == sorted(at.values())
    axis = figure.layout.xaxis
    for x, year in zip(axis.tickvals, axis.ticktext, strict=True):
        assert x == at.get(int(year), x)
        assert max(p for y, p in at.items() if y <= int(year)) <= x


def test_the_tree_marks_the_chosen_method_and_has_its_years_on_top():
    figure = tree_figure(OPTIMIZERS, "lion")
    bold = [name for trace in figure.data[1:] for name in trace.text if "<b>" in name]
    assert bold == ["<b>Lion</b>"]
    (row,) = (
        y
        for trace in figure.data[1:]
        for key, y in zip(trace.customdata, trace.y, strict=True)
        if key == "lion"
    )
    (band,) = figure.layout.shapes
    assert (band.y0, band.y1) == (row - 0.5, row + 0.5)
    assert figure.layout.xaxis.side == "top"
    assert not tree_figure(OPTIMIZERS).layout.shapes


def test_the_tree_joins_each_child_to_its_parent():
    lines = tree_figure(OPTIMIZERS).data[0]
    children = [cls for cls in OPTIMIZERS.values() if cls.parent]
    assert sum(x is None for x in lines.x) == len(children)


def test_the_tree_gives_each_family_a_colour():
    figure = tree_figure(OPTIMIZERS)
    families = [trace for trace in figure.data if trace.customdata is not None]
    assert [trace.name for trace in families] == list(FAMILIES)
    assert len({trace.marker.color for trace in families}) == len(FAMILIES)
