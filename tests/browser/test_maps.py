"""The page of maps in a browser: a start is looked at, chosen and raced, by pointer and by keys."""

import re

from driver import FLAT, eventually
from playwright.sync_api import expect
from test_access import violations

from experiment import Experiment
from experiment.maps import read_map


def test_a_map_says_where_a_start_ends_and_opens_its_race(open_race):
    race = open_race(f"{FLAT}&surface=himmelblau&steps=200&lane=adam(lr=0.1)", color_scheme="dark")
    page = race.page
    page.get_by_role("link", name="Maps").locator("visible=true").click()
    plot, said = page.locator(".atlas-plot"), page.locator(".atlas-said")
    page.locator(".atlas-plot .main-svg").first.wait_for()
    race.expect_query("kind=basins")
    basins = read_map(race.query)
    assert basins.race.lanes == Experiment.from_query("lane=adam(lr=0.1)").lanes
    assert race.colours(".atlas-plot") > 20
    race.settle()
    assert violations(page) == []
    plot.focus()
    page.keyboard.press("ArrowUp")
    expect(said).to_have_text(re.compile(r"^start x .*: reaches minimum \d at"))
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Open in the race")
    link.wait_for()
    chosen = link.get_attribute("href")
    box = plot.bounding_box()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.8 * box["height"])
    eventually(lambda: link.get_attribute("href") != chosen)
    with page.expect_download() as taken:
        page.get_by_role("button", name="SVG").click()
    assert taken.value.suggested_filename == "basins-himmelblau-adam.svg"
    page.get_by_text("Sweep", exact=True).click()
    race.expect_query("kind=sweep")
    page.get_by_role("link", name="Race the tuned lanes").click()
    page.wait_for_selector(".race.is-clickable")
    race.expect_query("lane=adam(lr=")
    page.go_back()
    race.expect_query("kind=sweep")
