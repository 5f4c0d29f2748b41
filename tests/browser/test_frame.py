"""The app as Streamlit Community Cloud shows it: in a frame at /~/+/, under a page of its own."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from driver import eventually, serve
from playwright.sync_api import expect

from app_pages.take_away import embedded
from experiment import Experiment

HEAD = '<!doctype html><title>around</title><link rel="icon" href="data:,">'
# Does with a frame's messages what the page around the app does, and keeps them.
AROUND = """
<iframe src="{address}/?{query}" allow="clipboard-write" width="1400" height="850"></iframe>
<script>
  const heard = [];
  addEventListener("message", ({{ data }}) => {{
    if (data.stCommVersion !== 1 || data.type !== "SET_QUERY_PARAM") return;
    heard.push(data.queryParams);
    history.replaceState(null, "", location.pathname + data.queryParams);
  }});
</script>"""
QUERY = "surface=saddle(a=6,b=3)&steps=150&lane=sgd(lr=0.01)"


@pytest.fixture(scope="module")
def framed_server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("framed"), path="~/+") as (address, *_):
        yield address


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def outside(framed_server, tmp_path_factory):
    """The address of the page around the app, which is another site than the app's."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "index.html").write_text(HEAD + AROUND.format(address=framed_server, query=QUERY))
    embedded_race = embedded(Experiment.from_query(QUERY), f"{framed_server}/")
    (folder / "embedded.html").write_text(HEAD + embedded_race)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def around(open_tab, outside):
    """The page around the app, and the app in its frame."""
    page = open_tab()
    page.goto(outside)
    frame = page.frame_locator("iframe")
    frame.locator(".race.is-ready").wait_for()
    return page, frame


def test_an_embedded_race_can_fill_the_screen_and_be_opened_in_the_app(open_tab, outside):
    page = open_tab()
    page.goto(f"{outside}embedded.html")
    frame = page.frame_locator("iframe")
    frame.locator(".race.is-ready").wait_for()
    frame.get_by_role("button", name="Full screen").click()
    frame.locator(".race:fullscreen").wait_for()
    page.keyboard.press("Escape")
    href = frame.get_by_role("link", name="Open in Descent Lab").get_attribute("href")
    assert "embed" not in href
    assert Experiment.from_query(href.partition("?")[2]) == Experiment.from_query(QUERY)


def shown(page):
    """The query of the page around, as it is spelled."""
    return page.evaluate("() => decodeURI(location.search.slice(1))")


def test_the_address_around_reads_as_the_link_is_spelled_and_follows_every_change(around):
    page, frame = around
    eventually(lambda: shown(page) == QUERY)
    frame.get_by_label("Steps").fill("90")
    frame.get_by_label("Steps").press("Enter")
    eventually(lambda: shown(page) == QUERY.replace("150", "90"))
    heard = page.evaluate("() => heard")
    assert all(each.startswith("?") for each in heard)
    assert Experiment.from_query(heard[-1]) == Experiment.from_query(shown(page))


def test_going_back_around_shows_the_earlier_race(around):
    page, frame = around
    eventually(lambda: shown(page) == QUERY)
    back = "?surface=booth&steps=40&lane=sgd(lr=0.01)"
    page.evaluate(
        "query => frames[0].postMessage("
        "{ stCommVersion: 1, type: 'UPDATE_FROM_QUERY_PARAMS', queryParams: query }, '*')",
        back,
    )
    expect(frame.get_by_role("heading", name="Booth")).to_be_visible()
    eventually(lambda: shown(page) == back[1:])


def test_a_frame_offers_what_it_may_and_what_is_taken_away_skips_its_own_path(
    around, framed_server
):
    page, frame = around
    expect(frame.get_by_role("button", name="Copy link")).to_be_visible()
    expect(frame.get_by_role("button", name="Full screen")).to_be_hidden()
    expect(frame.get_by_text("Open in Descent Lab")).to_be_hidden()
    host = framed_server.removesuffix("/~/+")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    frame.get_by_role("button", name="Copy link").click()
    frame.get_by_role("button", name="Copied").wait_for()
    page.evaluate("() => focus()")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    address, _, query = copied.partition("?")
    assert address == f"{host}/"
    assert query == "surface=saddle(a=6,b=3)&steps=150&lane=sgd%28lr=0.01%29"
    assert parse_qs(query) == parse_qs(QUERY)
    frame.get_by_role("button", name="Take it away").click()
    codes = frame.get_by_role("dialog").locator("code")
    expect(codes.first).to_have_text(copied)
    expect(codes.last).to_contain_text(f'src="{host}/?surface=saddle(a=6,b=3)&amp;steps=150')
