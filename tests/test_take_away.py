"""The menu that gives the race away."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from test_race_file import OWN, RACE
from test_race_page import shown, visit

from app_pages.take_away import embedded, shown_address
from experiment import Experiment
from experiment.race_file import write_race
from exports.forms import FORMS


def test_nothing_is_offered_before_it_is_asked_for():
    assert not visit().download_button


def test_every_form_is_offered():
    page = visit("surface=booth&lane=sgd&steps=20")
    page.button(key="take-away").click().run()
    assert not page.exception
    assert [button.key for button in page.download_button] == [f"take-away{e}" for e in FORMS]
    assert [button.label for button in page.download_button] == [f.name for f in FORMS.values()]
    assert not any(button.disabled for button in page.download_button)


def test_a_form_that_there_is_not_says_why():
    page = visit("surface=linear_regression&lane=sgd&steps=20")
    page.button(key="take-away").click().run()
    disabled = [button.label for button in page.download_button if button.disabled]
    assert disabled == ["NumPy script", "PyTorch script", "Optax script"]
    said = [caption.value for caption in page.caption]
    assert "NumPy scripts are made of formulas only, not of losses on data." in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://lab.streamlit.app/~/+/", "https://lab.streamlit.app/"),
        ("https://lab.streamlit.app/~/+", "https://lab.streamlit.app/"),
        ("https://lab.streamlit.app/~/+/?embed=true&steps=9", "https://lab.streamlit.app/"),
        ("https://lab.streamlit.app/~/+?steps=9#results", "https://lab.streamlit.app/"),
        ("https://lab.streamlit.app/~/+/race", "https://lab.streamlit.app/race"),
        ("https://lab.example:8501/lab/?steps=9", "https://lab.example:8501/lab/"),
        ("https://lab.example/~/+x", "https://lab.example/~/+x"),
        ("http://localhost:8501", "http://localhost:8501/"),
        ("", "/"),
    ],
)
def test_the_address_that_is_handed_on_is_the_one_that_people_see(url, shown):
    assert shown_address(url) == shown


def bring_back(page, text):
    page.session_state["bring-back"] = True
    page.run()
    page.file_uploader(key="race-file").set_value(
        ("mine.race.json", text.encode(), "application/json")
    ).run()
    return page


def test_a_race_file_opens_with_its_data_in_another_session():
    page = bring_back(visit("surface=booth&lane=adam(lr=0.1)"), write_race(RACE))
    assert not page.exception
    assert not page.warning
    assert shown(page) == RACE
    assert [page.selectbox(key=k.key).value for k in page.selectbox if "column" in (k.key or "")]
    page.segmented_control(key=f"own-data-{OWN.digest}").set_value(True).run()
    assert shown(page).surface.data == OWN


def test_a_file_that_is_no_race_says_so_and_the_race_stays():
    page = bring_back(visit("surface=booth&lane=adam(lr=0.1)"), "x,y\n1,2\n")
    assert not page.exception
    (warning,) = page.warning
    assert warning.value.startswith("The file is no race file")
    assert shown(page).surface.key == "booth"


def test_the_embedded_frame_opens_the_same_race():
    link = "formula=x^2+y^2&lane=adam(label=a b,lr=0.1)&lane=sgd&step=3&panels=map"
    race = Experiment.from_query(link)
    seen = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: seen.append((tag, dict(attributes)))
    parser.feed(embedded(race, "https://lab.example/race"))
    ((tag, attributes),) = seen
    assert tag == "iframe"
    address = urlsplit(attributes["src"])
    assert (address.netloc, address.path) == ("lab.example", "/race")
    assert address.query.endswith("&embed=true")
    opened = Experiment.from_query(address.query.removesuffix("&embed=true"))
    assert (opened, opened.view) == (race, race.view)
    assert race.view.panels == "map"
    assert attributes["allow"] == "fullscreen; clipboard-write"
