"""The race as one HTML file: what is in it, and what cannot get into it."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from plotly.offline import get_plotlyjs, get_plotlyjs_version
from strategies import experiments

from experiment import Experiment, run
from exports.page import formula_mathml, page
from player import bundle
from surfaces import SURFACES, from_formula

MATHML = {"mrow", "mi", "mn", "mo", "msup", "msub", "msubsup", "mover", "mfrac", "msqrt", "mspace"}
VOID = {"meta", "link", "br", "input", "path", "rect", "circle"}


class Elements(HTMLParser):
    """The elements of a page, and whether each is closed where it should be."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def shape(text):
    """Which elements a page is made of."""
    return [tag for tag, _ in Elements(text).seen]


def small(experiment, address=""):
    return page(experiment, run(experiment), address, offline=False)


RACE = Experiment.from_query("surface=booth&steps=20&lane=adam(lr=0.1)&lane=sgd")


def test_the_small_page_loads_the_installed_plotly_and_no_other():
    scripts = [attributes for tag, attributes in Elements(small(RACE)).seen if tag == "script"]
    (plotly,) = (attributes for attributes in scripts if "src" in attributes)
    assert plotly["src"] == f"https://cdn.plot.ly/plotly-{get_plotlyjs_version()}.min.js"
    digest = hashlib.sha384(get_plotlyjs().encode()).digest()
    assert plotly["integrity"] == f"sha384-{base64.b64encode(digest).decode()}"
    assert plotly["crossorigin"] == "anonymous"


def test_the_whole_page_holds_plotly_and_loads_nothing():
    text = page(RACE, run(RACE))
    assert get_plotlyjs() in text
    seen = Elements(text).seen
    assert not [a for tag, a in seen if tag == "script" and "src" in a]
    assert [a["href"][:5] for tag, a in seen if tag == "link"] == ["data:"]


def test_the_page_packs_every_lane():
    text = small(RACE)
    packed = base64.b64decode(re.search(r'id="race">([^<]+)<', text)[1])
    head = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    assert [lane["name"] for lane in head["lanes"]] == [lane.name for lane in RACE.lanes]
    assert (head["steps"], head["link"], head["clickable"]) == (20, None, False)


@given(experiments())
@settings(max_examples=20)
def test_nothing_that_a_person_types_becomes_markup(experiment):
    experiment = replace(experiment, steps=min(experiment.steps, 5))
    lanes = RACE.lanes[:1] * len(experiment.lanes)
    text, plain = small(experiment), small(replace(RACE, lanes=lanes))
    where = r'(?s)<p class="soft alive">.*(?=<template id="slider">)'

    def own(tags):  # all but the formula and the table's cells, of which the surface decides
        return [tag for tag in tags if not tag.startswith("m") and tag not in ("th", "td")]

    (can,) = re.findall(where, text)  # what can be set, as the methods have it
    assert set(shape(can)) <= {"p", "button", "section", "h2", "div", "fieldset", "legend", "i"}
    assert own(shape(re.sub(where, "", text))) == own(shape(re.sub(where, "", plain)))


def test_an_address_becomes_a_link_that_opens_the_race():
    (link,) = (
        a["href"]
        for tag, a in Elements(small(RACE, "https://lab.example/")).seen
        if tag == "a" and "href" in a
    )
    assert link.startswith("https://lab.example/?")
    assert Experiment.from_query(link.partition("?")[2]) == RACE


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_every_formula_stands_in_the_page_as_mathml(surface):
    for seen in (surface, surface.transformed(rotate=20.0, scale_loss=3.0)):
        text = formula_mathml(seen)
        assert set(shape(text)) - {"math"} <= MATHML
        assert not re.search(r"[\\{}]", text)


def test_the_formula_in_the_page_is_the_transformed_one():
    turned = SURFACES["himmelblau"].transformed(rotate=20.0, scale_loss=2.0)
    words = re.sub(r"<[^>]+>", "", formula_mathml(turned))
    assert words.startswith("f(x,y)=2[(x~2+y~−11)2+(x~+y~2−7)2],")
    assert "cos(20°)" in words


def test_the_formula_in_the_page_is_the_typed_one():
    surface = from_formula("1/2x + |y|^2 - exp(-x)", (-1, 1, -1, 1))
    text = re.sub(r"<mo [^>]+>", "<mo>", formula_mathml(surface))
    half = "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"
    assert half + "<mi>x</mi>" in text.replace("<mrow>" + half + "</mrow>", half)
    assert "<mo>−</mo><msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>" in text


def test_a_bundle_defines_each_module_once_after_what_it_imports():
    defined = re.findall(r"^const (\w+) = \(\(\) => \{$", bundle("player"), re.MULTILINE)
    assert len(set(defined)) == len(defined)
    assert defined[-1] == "player"
    assert defined.index("scene") < defined.index("plane")


def test_a_module_that_cannot_be_bundled_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odd.js").write_text('import * as all from "./wire.js";\n')
    monkeypatch.setattr("player.modules.STATIC", tmp_path)
    with pytest.raises(ValueError, match=r"odd\.js cannot be bundled"):
        bundle("odd")


def test_the_file_has_a_slider_for_every_number_of_every_lane_and_says_so():
    text = small(Experiment.from_query("surface=booth&steps=3&lane=adam&lane=lookahead"))
    sliders = json.loads(re.search(r'id="sliders">(.*?)</script>', text)[1])
    inner = ["base.beta1", "base.beta2", "base.eps", "base.weight_decay", "base.eps_root"]
    wanted = ["beta1", "beta2", "eps", "weight_decay", "eps_root", *inner, "k", "alpha"]
    assert [each["sets"].split(".", 1)[1] for each in sliders] == wanted
    assert text.count('<div class="setting"></div>') == len(wanted)
    assert "Drag the start, a learning rate or a setting: this page computes every path" in text


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("surface=booth&steps=3&lane=bfgs", "BFGS searches from point to point"),
        ("problem=reddi_online&steps=3&lane=adam", "changes from step to step"),
    ],
    ids=["search", "problem"],
)
def test_a_file_that_computes_nothing_says_why(query, reason):
    text = small(Experiment.from_query(query))
    found = re.search(r'<p class="soft alive">(.*?)</p>', text)[1]
    assert found.startswith("This page plays the paths as they were computed, and computes none")
    assert reason in found
    assert "<h2>Settings</h2>" not in text
    assert "the server" not in text.split("<script", 1)[0]


def test_a_file_of_several_starts_is_dragged_by_its_start_only():
    text = small(Experiment.from_query("surface=booth&steps=3&start=1,1&start=2,2&lane=adam"))
    assert "Drag the start: this page computes every path" in text
    assert "<h2>Settings</h2>" not in text
