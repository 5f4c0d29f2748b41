"""The menu that gives the race away."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from test_race_page import visit

from app_pages.take_away import embedded
from experiment import Experiment
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


def test_the_embedded_frame_opens_the_same_race():
    race = Experiment.from_query("formula=x^2+y^2&lane=adam(label=a b,lr=0.1)&lane=sgd")
    seen = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: seen.append((tag, dict(attributes)))
    parser.feed(embedded(race, "https://lab.example/race"))
    ((tag, attributes),) = seen
    assert tag == "iframe"
    address = urlsplit(attributes["src"])
    assert (address.netloc, address.path) == ("lab.example", "/race")
    assert address.query.endswith("&embed=true")
    assert Experiment.from_query(address.query.removesuffix("&embed=true")) == race
