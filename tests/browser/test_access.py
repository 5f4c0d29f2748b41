"""What holds for people who do not see the pictures, and where the browser or the line fails."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from driver import DESKTOP, PATIENCE
from playwright.sync_api import Page, expect

from experiment import Experiment, run
from exports.page import page

LINK = "surface=booth&steps=100&lane=adam(lr=0.5)&lane=sgd(lr=0.01)"
EIGHT = "&".join(
    f"lane={key}" for key in ("adam", "sgd", "momentum", "nesterov", "rmsprop", "adagrad", "lion")
)

# Streamlit's own: formulas and code that scroll sideways, which Chromium and Firefox let the
# keyboard reach, but axe does not know; and a page's author cannot give them a tabindex.
STREAMLITS = [[".katex-display"], ["pre"]]


def violations(tab: Page) -> list[str]:
    """What axe-core holds to be serious."""
    tab.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    results = Axe().run(tab, {"exclude": STREAMLITS})
    return [
        f"{violation['id']}: {node['target']} {node['html'][:80]} {node['any']}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation(open_race, tmp_path, scheme):
    race = open_race(f"steps=100&{EIGHT}&lane=adamw", color_scheme=scheme)
    race.page.locator(".race-legend button").nth(1).click()
    race.page.get_by_role("button", name="Inside").click()
    race.page.get_by_role("region", name="Inside one step").wait_for()
    race.press("?")
    race.page.get_by_text("as a presenter’s remote").wait_for()
    race.settle()
    assert violations(race.page) == []
    race.press("?")
    dialog = race.page.get_by_role("dialog")
    race.page.get_by_role("button", name="Take it away").click()
    dialog.get_by_role("button", name="Make it").wait_for()
    race.settle()
    assert violations(race.page) == []
    race.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    race.page.get_by_role("button", name="Rosenbrock").click()
    dialog.get_by_alt_text("Map of Himmelblau").wait_for()
    race.settle()
    assert violations(race.page) == []
    race.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    race.page.get_by_role("link", name="Optimizers").click()
    race.page.get_by_role("heading", name="Code").wait_for()
    race.page.wait_for_selector(".race.is-ready")
    race.settle()
    assert violations(race.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_file_has_no_serious_violation_and_says_the_results(browser, tmp_path, scheme):
    file, experiment = tmp_path / "race.html", Experiment.from_query(LINK)
    file.write_text(page(experiment, run(experiment)), encoding="utf-8")
    with browser.new_context(viewport=DESKTOP, color_scheme=scheme) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".race.is-ready", timeout=PATIENCE)
        assert violations(tab) == []
        expect(tab.locator(".race-scene figcaption")).to_contain_text("Adam · lr 0.5 ")


def test_each_picture_says_in_words_how_the_lanes_ended(open_race):
    race = open_race("surface=booth&steps=600&lane=adam(lr=0.5)&lane=sgd(lr=0.5)&lane=lion")
    scene, contour, _, loss = race.page.locator("figcaption").all_text_contents()
    adam, sgd, lion = run(Experiment.from_query(race.query))
    told = (
        f"Adam · lr 0.5 converged at step {adam.outcome.step}, with a loss of "
        f"{adam.loss[-1]:.3g} at (1, 3). "
        f"SGD · lr 0.5 diverged at step {sgd.outcome.step}, with a loss of "
    )
    assert scene == contour
    assert scene.startswith(told)
    assert f"Lion · lr 0.0001 was still moving after {lion.outcome.step} steps" in scene
    assert loss.startswith("The loss of each lane: Adam · lr 0.5 ends at ")
    race.page.locator(".race-legend button").first.click()
    expect(race.page.locator(".race-scene figcaption")).not_to_contain_text("Adam")
