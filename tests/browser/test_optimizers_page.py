"""What a person sees and does on the page that explains the optimizers, and on the way there."""

import re

from driver import PHONE
from playwright.sync_api import expect


def test_a_lanes_optimizer_is_chosen_by_a_few_letters(open_race):
    race = open_race("lane=sgd&lane=adam(lr=0.1)")
    race.page.get_by_role("button", name=re.compile("^SGD")).first.click()
    search = race.page.get_by_role("dialog").get_by_label("Search")
    search.wait_for()
    search.press_sequentially("adamp")
    race.page.get_by_text("AdamP is left out on purpose").wait_for()
    search.fill("")
    search.press_sequentially("never shrinks")
    rows = race.page.get_by_role("dialog").get_by_role("button", name=re.compile("·"))
    race.page.wait_for_function(
        "() => [...document.querySelectorAll('[role=dialog] button')]"
        ".filter(b => b.textContent.includes('·')).length === 1"
    )
    rows.first.click()
    race.expect_query("lane=amsgrad(lr=0.1)&lane=adam(lr=0.1)")
    race.page.get_by_role("dialog").wait_for(state="detached")


def test_a_click_in_the_tree_explains_a_method_and_its_race_opens(open_race):
    race = open_race()
    race.page.get_by_role("link", name="Optimizers").click()
    race.page.get_by_role("heading", name="Adam", exact=True).wait_for()
    node = race.page.locator(".js-plotly-plot .textpoint", has_text=re.compile("^Momentum$"))
    spot = node.bounding_box()
    race.page.mouse.click(spot["x"] - 6, spot["y"] + spot["height"] / 2)
    race.page.get_by_role("heading", name="Momentum", exact=True).wait_for()
    race.expect_query("method=momentum")
    race.page.wait_for_selector(".race.is-ready:not(.is-linked)")
    race.settle()
    assert race.colours(".race-scene") > 500
    expect(race.page.locator(".race-copy")).to_be_hidden()
    race.page.get_by_role("button", name="Open this race").click()
    race.expect_query("lane=momentum")
    race.page.wait_for_selector(".race.is-clickable")


def test_the_race_is_as_it_was_after_a_look_at_the_optimizers(open_race):
    race = open_race("surface=booth&steps=300&lane=nesterov(lr=0.01)")
    before = race.query
    race.page.get_by_role("link", name="Optimizers").click()
    race.page.get_by_role("heading", name="Adam", exact=True).wait_for()
    race.page.get_by_role("link", name="Race").click()
    race.expect_query("surface=booth")
    race.expect_query("steps=300")
    assert race.query == before
    expect(race.page.get_by_label("Steps")).to_have_value("300")


def test_the_chosen_method_is_marked_in_the_tree_and_read_from_its_top(open_race):
    page = open_race().page
    page.get_by_role("link", name="Optimizers").click()
    page.get_by_role("heading", name="Adam", exact=True).wait_for()
    chosen = page.locator(".js-plotly-plot .textpoint [style*=bold]")
    expect(chosen).to_have_text("Adam")
    main = page.get_by_test_id("stMain")
    page.wait_for_selector(".race.is-ready:not(.is-linked)")
    page.get_by_role("heading", name="Code").scroll_into_view_if_needed()
    page.wait_for_function("main => main.scrollTop > 500", arg=main.element_handle())
    lion = page.locator(".js-plotly-plot .textpoint", has_text=re.compile("^Lion$"))
    lion.scroll_into_view_if_needed()
    spot = lion.bounding_box()
    page.mouse.click(spot["x"] - 6, spot["y"] + spot["height"] / 2)
    expect(page.get_by_role("heading", name="Lion", exact=True)).to_be_in_viewport()
    expect(chosen).to_have_text("Lion")


def test_on_a_phone_a_tap_in_the_tree_shows_the_method_and_nothing_is_wider_than_the_page(
    open_race,
):
    page = open_race(has_touch=True).page
    page.get_by_role("link", name="Optimizers").click()
    page.set_viewport_size(PHONE["viewport"])
    for name in ("Adam", "L-BFGS", "Momentum"):
        if name != "Adam":
            page.get_by_role("button", name="Family tree").tap()
            tree = page.get_by_role("dialog")
            node = tree.locator(".textpoint", has_text=re.compile(f"^{name}$"))
            node.scroll_into_view_if_needed()
            spot = node.bounding_box()
            page.touchscreen.tap(spot["x"] - 6, spot["y"] + spot["height"] / 2)
            tree.wait_for(state="detached")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_in_viewport()
        page.locator(".katex-display").first.wait_for()
        page.wait_for_function(
            "() => { const main = document.querySelector('[data-testid=stMain]');"
            " return main.scrollWidth === main.clientWidth && !!document.querySelector("
            "'[data-testid=stMarkdown] table') }"
        )
