"""The menu that gives the race away."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from test_race_page import visit

from app_pages.take_away import embedded
from experiment import Experiment
from exports.forms import FORMS


def test_a_closed_menu_holds_nothing():
    assert not visit().download_button


def test_an_open_menu_offers_every_form_under_the_races_name():
    page = visit("surface=booth&lane=sgd&steps=20")
    page.session_state["take-away"] = True
    page.run()
    assert not page.exception
    assert [button.key for button in page.download_button] == [f"take-away{e}" for e in FORMS]
    assert all(
        form.name in button.label
        for form, button in zip(FORMS.values(), page.download_button, strict=True)
    )


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
