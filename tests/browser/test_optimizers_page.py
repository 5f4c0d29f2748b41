"""What a person sees and does on the page that explains the optimizers, and on the way there."""

import re
import urllib.request

from driver import AT_REST, FLAT, LITTLE, PATIENCE, PHONE, eventually
from playwright.sync_api import expect


def test_a_lanes_optimizer_is_chosen_by_a_few_letters(open_race):
    race = open_race(f"{FLAT}&lane=sgd&lane=adam(lr=0.1)")
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


def visit(open_race, query, **settings):
    """The page of a method, come to from the race as by the browser's forward button.

    Opened at its own address it would ask first whether the app stands below it, as Streamlit does.
    """
    page = open_race(LITTLE, at_end=False, **settings).page
    go_to(page, query)
    return page


def go_to(page, query):
    page.evaluate(
        "address => { history.pushState({}, '', address);"
        " dispatchEvent(new PopStateEvent('popstate')) }",
        f"/optimizers?{query}",
    )
    page.get_by_role("link", name="Open this race").wait_for()


def test_a_click_in_the_tree_explains_a_method_and_its_race_opens(open_race):
    race = open_race(LITTLE, at_end=False)
    race.page.get_by_role("link", name="Optimizers").click()
    race.page.get_by_role("heading", name="Adam", exact=True).wait_for()
    node = race.page.locator(".stPlotlyChart .textpoint", has_text=re.compile("^Momentum$"))
    spot = node.bounding_box()
    race.page.mouse.click(spot["x"] - 6, spot["y"] + spot["height"] / 2)
    race.page.get_by_role("heading", name="Momentum", exact=True).wait_for()
    race.expect_query("method=momentum")
    race.page.wait_for_selector(".race.is-ready:not(.is-linked)")
    race.settle()
    assert race.colours(".race-scene") > 500
    expect(race.page.locator(".race-copy")).to_be_hidden()
    race.page.get_by_role("link", name="Open this race").click()
    race.expect_query("lane=momentum")
    race.page.wait_for_selector(".race.is-clickable")


def test_back_from_a_methods_race_is_that_method_and_no_empty_sidebar(open_race):
    page = visit(open_race, "method=lion")
    race = page.get_by_role("link", name="Open this race")
    sidebar = page.get_by_test_id("stSidebar")
    expect(page.get_by_role("heading", name="Lion", exact=True)).to_be_visible()
    expect(page).to_have_title("Lion · Optimizers · Descent Lab")
    for _ in range(3):  # it was there every other time
        race.click()
        page.wait_for_selector(".race.is-clickable")
        page.get_by_label("Steps").wait_for()
        page.go_back()
        expect(page.get_by_role("heading", name="Lion", exact=True)).to_be_visible()
        race.wait_for()
        assert page.evaluate("location.pathname + location.search") == "/optimizers?method=lion"
        expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()
        expect(sidebar).to_be_hidden()


def test_a_method_is_compared_with_another_in_the_page_its_link_and_its_race_in_another_tab(
    open_race,
):
    page = visit(open_race, "method=lion")
    page.get_by_role("heading", name="Rosenbrock: Lion · lr 0.02 and Signum · lr 0.02").wait_for()
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="Adam", exact=True).click()
    page.get_by_role("heading", name="Rosenbrock: Lion · lr 0.02 and Adam · lr 0.1").wait_for()
    page.locator(".race-legend").get_by_text("Adam · lr 0.1").wait_for()
    assert page.evaluate("location.search") == "?method=lion&against=adam"
    link = page.get_by_role("link", name="Open this race")
    page.wait_for_selector(".race.is-ready")
    with page.context.expect_page() as opened:
        link.click(button="middle")
    opened.value.wait_for_url("**/?surface=rosenbrock&*lane=lion*lane=adam*")
    opened.value.wait_for_selector(".race.is-clickable")
    opened.value.close()
    page.bring_to_front()
    page.go_back()
    page.get_by_role("heading", name="Rosenbrock: Lion · lr 0.02 and Signum · lr 0.02").wait_for()


def test_a_methods_map_fills_its_panel(open_race):
    """But for the axes' labels, whatever the shape of the domain."""
    page = visit(open_race, "method=lion")
    for method, name in (("lion", "Lion"), ("signsgd", "signSGD")):
        go_to(page, f"method={method}")
        page.locator(".race-legend").get_by_text(f"{name} · lr").wait_for()
        for width, height in ((1440, 900), (1366, 650), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_selector(".race.is-ready")
            page.wait_for_function(
                "() => { const plot = document.querySelector('.race-contour .race-plot');"
                " const size = plot?._fullLayout?._size, seen = plot?.getBoundingClientRect();"
                " if (!size || Math.abs(plot._fullLayout.width - seen.width) > 2) return false;"
                " return ['xaxis', 'yaxis'].every(axis => {"
                " const [low, high] = plot._fullLayout[axis].domain; return high - low > .97 }) }"
            )


def test_after_a_click_in_the_tree_every_name_is_as_dark_as_before(open_race):
    page = visit(open_race, "method=sgd")
    names = page.locator(".stPlotlyChart .textpoint text")
    inks = (
        "texts => [...new Set(texts.map(getComputedStyle).map(s =>"
        " `${s.fill} ${s.fillOpacity * s.opacity}`))]"
    )
    names.first.wait_for()
    colour = page.evaluate("getComputedStyle(document.querySelector('.stPlotlyChart')).color")
    full = [f"{colour} 1"]
    eventually(lambda: names.evaluate_all(inks) == full)
    lion = page.locator(".stPlotlyChart .textpoint", has_text=re.compile("^Momentum$"))
    spot = lion.bounding_box()
    page.mouse.click(spot["x"] - 6, spot["y"] + spot["height"] / 2)
    page.get_by_role("heading", name="Momentum", exact=True).wait_for()
    page.evaluate(AT_REST, PATIENCE)
    assert names.evaluate_all(inks) == full


def test_a_person_chooses_light_or_dark(open_race):
    page = open_race(LITTLE, at_end=False, color_scheme="light").page
    ground = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.get_by_test_id("stMainMenu").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.wait_for_function(f"() => ({ground})() !== 'rgb(255, 255, 255)'")


def test_the_about_page_is_in_the_navigation(open_race):
    page = open_race(LITTLE, at_end=False).page
    page.get_by_role("link", name="About").click()
    page.get_by_role("heading", name="About Descent Lab").wait_for()
    expect(page).to_have_title("About · Descent Lab")
    page.get_by_text("The licence in full").click()
    page.get_by_text("Permission is hereby granted").wait_for()
    page.reload()  # an address below the first page's, at which nothing may be missed either
    page.get_by_role("heading", name="About Descent Lab").wait_for()


def test_the_served_page_says_what_it_is(server):
    for path, title in (
        ("/?surface=rosenbrock&lane=adam&lane=sgd", "Adam and SGD on Rosenbrock · Descent Lab"),
        ("/optimizers?method=lion", "Lion · Optimizers · Descent Lab"),
        ("/about", "About · Descent Lab"),
    ):
        with urllib.request.urlopen(server + path, timeout=10) as answer:
            text = answer.read().decode()
        assert re.findall("<title>(.*?)</title>", text) == [title]
        assert f'<meta property="og:title" content="{title}" />' in text


def test_the_race_is_as_it_was_after_a_look_at_the_optimizers(open_race):
    race = open_race(f"{FLAT}&surface=booth&steps=300&lane=nesterov(lr=0.01)")
    before = race.query
    race.page.get_by_role("link", name="Optimizers").click()
    race.page.get_by_role("heading", name="Adam", exact=True).wait_for()
    race.page.get_by_role("link", name="Race", exact=True).click()
    race.expect_query("surface=booth")
    race.expect_query("steps=300")
    assert race.query == before
    expect(race.page.get_by_label("Steps")).to_have_value("300")


def test_the_chosen_method_is_marked_in_the_tree_and_read_from_its_top(open_race):
    page = open_race(LITTLE, at_end=False).page
    page.get_by_role("link", name="Optimizers").click()
    page.get_by_role("heading", name="Adam", exact=True).wait_for()
    chosen = page.locator(".stPlotlyChart .textpoint [style*=bold]")
    expect(chosen).to_have_text("Adam")
    main = page.get_by_test_id("stMain")
    page.wait_for_selector(".race.is-ready:not(.is-linked)")
    page.get_by_role("heading", name="Code").scroll_into_view_if_needed()
    page.wait_for_function("main => main.scrollTop > 500", arg=main.element_handle())
    lion = page.locator(".stPlotlyChart .textpoint", has_text=re.compile("^Lion$"))
    lion.scroll_into_view_if_needed()
    spot = lion.bounding_box()
    page.mouse.click(spot["x"] - 6, spot["y"] + spot["height"] / 2)
    expect(page.get_by_role("heading", name="Lion", exact=True)).to_be_in_viewport()
    expect(chosen).to_have_text("Lion")


def test_on_a_phone_a_tap_in_the_tree_shows_the_method_and_nothing_is_wider_than_the_page(
    open_race,
):
    page = open_race(LITTLE, at_end=False, has_touch=True).page
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
