"""What a served page is called, before any of its scripts runs."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Match

from experiment import MAX_LANES
from optimizers import OPTIMIZERS
from player import STATIC
from viewer.front import (
    FRONT,
    NAME,
    PAGES,
    PLOTLY,
    PURPOSE,
    front,
    front_routes,
    introduced,
    titled,
)

RACE = "surface=rosenbrock&start=-1,1&lane=adam(lr=0.1)&lane=sgd"


class Head(HTMLParser):
    """The title and the meta elements of a page, and the names of all its elements."""

    def __init__(self, text):
        super().__init__()
        self.title, self.meta, self.tags, self.within = "", {}, [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.within = tag
        self.tags.append(tag)
        said = dict(attributes)
        if tag == "meta":
            self.meta[said.get("name") or said.get("property")] = said.get("content")

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within == "title":
            self.title += data


def heads(page, query):
    return Head(front(page, parse_qs(query, keep_blank_values=True)))


def test_a_race_is_called_by_its_methods_and_its_surface():
    head = heads("", RACE)
    assert head.title == head.meta["og:title"] == "Adam and SGD on Rosenbrock · Descent Lab"
    assert head.meta["description"] == head.meta["og:description"]
    assert head.meta["description"] == f"Adam and SGD on Rosenbrock, step by step. {PURPOSE}"


def test_a_page_below_the_first_says_where_the_app_stands():
    assert [page for page in PAGES if "BACKEND_BASE_URL" in front(page, {})] == list(
        filter(None, PAGES)
    )


@pytest.mark.parametrize(
    ("lanes", "who"),
    [
        ("lane=adam", "Adam"),
        ("lane=adam&lane=adam(lr=1)", "Adam"),
        ("lane=sgd&lane=lion&lane=adam", "SGD, Lion and Adam"),
        ("lane=lookahead(sgd(lr=0.1))&lane=sgd", "Lookahead and SGD"),
        ("lane=nonsense&lane=sgd", "SGD"),
    ],
)
def test_the_methods_are_listed_as_a_person_does(lanes, who):
    assert introduced("", parse_qs(f"surface=booth&{lanes}"))[0] == titled(f"{who} on Booth")


@pytest.mark.parametrize(
    "query", ["", "lane=adam", "surface=booth", "surface=f&lane=adam", "surface=booth&lane=()"]
)
def test_what_is_not_known_by_name_is_introduced_by_what_the_lab_is_for(query):
    assert introduced("", parse_qs(query)) == (NAME, PURPOSE)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_methods_page_is_introduced_by_its_plain_sentence(key):
    method = OPTIMIZERS[key]
    head = heads("optimizers", f"method={key}")
    assert head.title == f"{method.name} · Optimizers · Descent Lab"
    assert head.meta["description"] == method.plain


@pytest.mark.parametrize("page", PAGES)
def test_every_page_keeps_all_else_that_streamlit_serves(page):
    plain, head = Head(FRONT.read_text(encoding="utf-8")), heads(page, "")
    assert plain.tags.count("title") == head.tags.count("title") == 1
    own = {
        "link": front(page, {}).count('href="player/'),
        "script": bool(page) + front(page, {}).count(PLOTLY),
    }
    kept = Counter(t for t in head.tags if t != "meta") - Counter(own)
    assert kept == Counter(t for t in plain.tags if t != "meta")
    assert NAME in head.title
    assert head.meta["description"].endswith(".")


@given(
    st.sampled_from(PAGES),
    st.dictionaries(st.sampled_from(["surface", "lane", "method", "x"]), st.lists(st.text())),
)
def test_nothing_that_an_address_says_becomes_markup(page, query):
    query = {key: values or [""] for key, values in query.items()}
    assert Head(front(page, query)).tags == Head(front(page, {})).tags
    title, sentence = introduced(page, query)
    known = {NAME, PURPOSE} | {c.name for c in OPTIMIZERS.values()}
    assert len(title) < 60
    assert any(word in title for word in known)
    assert sentence.endswith(".")


def test_names_are_escaped(monkeypatch):
    monkeypatch.setattr(OPTIMIZERS["adam"], "name", '<b>"&')
    text = front("", parse_qs("surface=booth&lane=adam"))
    assert "<b>" not in text
    (title,) = re.findall("<title>(.*?)</title>", text)
    assert unescape(title) == titled('<b>"& on Booth')
    (sentence,) = re.findall(r'<meta name="description" content="([^"]*)" />', text)
    assert unescape(sentence).startswith('<b>"& on Booth')


def test_a_title_names_no_more_lanes_than_a_race_has():
    lanes = [key for key in OPTIMIZERS if key != "adam"] + ["adam"]
    title, _ = introduced("", {"surface": ["booth"], "lane": lanes})
    assert title.count(",") == MAX_LANES - 2


@pytest.mark.parametrize("prefix", ["", "/lab"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_served_where_the_app_stands(prefix, page):
    def scope(path):
        return {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": RACE.encode(),
            "headers": [(b"host", b"lab")],
        }

    def taking(path):
        return [r for r in front_routes(prefix) if r.matches(scope(path))[0] is Match.FULL]

    (route,) = taking(f"{prefix}/{page}")
    assert not taking(f"{prefix}/{page}x")
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    # Nothing in it waits, so it needs no loop: a browser test may have one running.
    with pytest.raises(StopIteration):
        route.handle(scope(f"{prefix}/{page}"), receive, send).send(None)
    start, body = sent
    said = dict(start["headers"])
    assert start["status"] == 200
    assert said[b"content-type"] == b"text/html; charset=utf-8"
    assert said[b"cache-control"] == b"no-cache"
    assert body["body"].decode() == front(page, parse_qs(RACE))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_begins_with_the_styles_of_its_components(page):
    links = re.findall(r'<link rel="stylesheet" href="player/(\w+).css" />', front(page, {}))
    assert set(links) | {"tabs"} == {style.stem for style in STATIC.glob("*.css")}
    assert ("tabs" in links) == (page == "")
    assert links.index("player") < links.index("lesson")
