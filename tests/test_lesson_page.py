"""A lesson as one HTML file."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser

import pytest

from exports.lesson_page import lesson_page
from lessons import LESSONS
from lessons.playlist import Own, Playlist

LESSON = LESSONS["saddle"]


class Reader(HTMLParser):
    """What stands in the file's scripts by their ids, and what it would load."""

    def __init__(self):
        super().__init__()
        self.found, self.loads, self.id = {}, [], None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.id = said.get("id") if tag == "script" else None
        self.loads += [said[key] for key in ("src", "href") if key in said]

    def handle_data(self, data):
        if self.id:
            self.found[self.id] = data
            self.id = None


def cards(text):
    reader = Reader()
    reader.feed(text)
    heads = {}
    for key, packed in reader.found.items():
        if not key.startswith("card-"):
            continue
        data = gzip.decompress(base64.b64decode(packed))
        heads[key] = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])["card"]
    return heads, [each for each in reader.loads if not each.startswith("data:")]


@pytest.fixture(scope="module")
def text():
    return lesson_page(LESSON)


def test_the_file_has_every_card_and_all_that_a_card_can_become(text):
    found, loads = cards(text)
    wanted = []
    for card in LESSON.cards:
        its = f"card-{card.key}"
        wanted += [its, *(f"{its}-try-{i}" for i in range(len(card.tries)))]
        wanted += [f"{its}-solved"] * bool(card.goal)
    assert list(found) == wanted
    assert loads == []
    assert found["card-slow-way-out-try-1"]["tried"] == 1
    assert found["card-slow-way-out-try-1"]["see"]
    assert found["card-your-turn-solved"]["goal"]["reached"]
    assert all(each["address"] is None for each in found.values())
    (slider,) = found["card-slow-way-out"]["sliders"]
    assert slider["value"] == LESSON.cards[0].experiment.lanes[0].learning_rate[1]
    assert found["card-your-turn"]["goal"]["marks"] == [["first_below", [0, -0.1], "<=", 30]]
    assert len(text) < 8e6


def test_a_slider_is_there_where_the_page_can_compute_what_it_does():
    found = cards(lesson_page(LESSONS["batch_size"], offline=False))[0]
    assert all(each["sliders"] == [] for each in found.values())


def test_the_small_file_loads_plotly_only():
    (source,) = cards(lesson_page(LESSON, offline=False))[1]
    assert re.fullmatch(r"https://cdn\.plot\.ly/plotly-[\d.]+\.min\.js", source)


def test_a_playlist_is_such_a_file_whatever_is_typed_in_it():
    typed = "</script><script>alert(1)</script>"
    own = Own("surface=booth&lane=sgd&steps=2", claim=typed, question=typed, result=typed)
    text = lesson_page(Playlist(typed, (own,)).lesson, offline=False)
    assert "alert(1)</script>" not in text
    assert cards(text)[0]["card-1"]["claim"] == [[typed]]
