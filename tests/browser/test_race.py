"""What a person sees and does on the race page."""

import math
from collections import Counter
from io import BytesIO

import pytest
from driver import FLAT, FRAMES, PHONE, Race, eventually
from PIL import Image, ImageChops
from playwright.sync_api import Locator, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from experiment.link import handed_on

FIVE = "&".join(f"lane={key}" for key in ("adam(lr=0.1)", "sgd", "momentum", "nesterov", "rmsprop"))


def test_the_first_pictures_stand_in_all_three_panels_and_fill_them_after_a_resize(open_race):
    race = open_race()
    assert race.colours(".race-scene") > 1000
    assert race.colours(".race-contour") > 100
    assert race.colours(".race-loss") > 50
    expect(race.page.locator(".race-legend button")).to_have_count(3)
    assert race.query == "surface=rosenbrock&lane=adam(lr=0.1)&lane=momentum&lane=sgd"
    race.page.set_viewport_size({"width": 1100, "height": 800})
    for panel in ("scene", "contour", "loss"):
        race.page.wait_for_function(
            "p => { const e = document.querySelector(`.race-${p} .race-plot`);"
            " return e.clientWidth < 700 && Math.abs(e.clientWidth - e._fullLayout.width) <= 1 }",
            arg=panel,
        )


def test_the_camera_stays_where_it_was_put_until_it_is_reset(open_race):
    race = open_race()
    untouched, reset = race.camera(), race.page.locator(".race-scene .race-reset")
    expect(reset).to_be_hidden()
    race.drag(".race-scene", (90, 30))
    expect(reset).to_be_visible()
    put = race.camera()
    assert put != pytest.approx(untouched, abs=0.05)
    race.nudge_learning_rate()
    assert race.camera() == pytest.approx(put, abs=1e-9)
    reset.click()
    expect(reset).to_be_hidden()
    eventually(lambda: race.camera() == pytest.approx(untouched, abs=1e-9))


def test_the_zoom_of_the_map_stays_when_a_slider_moves(open_race):
    race = open_race(FLAT)
    whole = race.map_range()
    race.drag(".race-contour", (80, 80))
    zoomed = race.map_range()
    assert zoomed[1] - zoomed[0] < 0.7 * (whole[1] - whole[0])
    race.nudge_learning_rate()
    assert race.map_range() == pytest.approx(zoomed)
    race.page.locator(".race-contour .race-reset").click()
    eventually(lambda: race.map_range() == pytest.approx(whole))


def test_a_hidden_lane_stays_hidden_in_every_panel_when_a_slider_moves(open_race):
    race = open_race()
    ink = race.ink(".race-contour")
    sgd = race.page.locator(".race-legend button").nth(2)
    sgd.click()
    race.settle()
    assert race.ink(".race-contour") < ink
    race.nudge_learning_rate()
    expect(sgd).to_have_attribute("aria-pressed", "false")
    shown = race.page.evaluate(
        "() => document.querySelector('.race-scene .race-plot').data"
        ".filter(t => t.meta.role === 'trail').map(t => t.visible)"
    )
    assert shown == [True, True, False]


def test_play_moves_all_three_panels_and_asks_the_server_nothing(open_race):
    race = open_race(FIVE + "&steps=1000")
    sent = race.requests()
    race.press("Home")
    race.settle()
    start = (race.drawn_vertices(), race.ink(".race-contour"), race.ink(".race-loss"))
    race.press("Space")
    race.page.wait_for_function(
        "() => parseInt(document.querySelector('.race-step').textContent) > 50"
    )
    race.press("Space")
    middle = (race.drawn_vertices(), race.ink(".race-contour"), race.ink(".race-loss"))
    assert 0 < race.step < 1000
    assert all(later > before for later, before in zip(middle, start, strict=True))
    race.page.evaluate(FRAMES, 3)
    paused = race.step
    race.page.evaluate(FRAMES, 10)
    assert race.step == paused
    assert sent == []


def test_playing_to_the_end_leaves_the_whole_race_on_the_screen(open_race):
    race = open_race("steps=200&lane=adam(lr=0.1)")
    whole = race.drawn_vertices()
    race.page.locator(".race-speed").select_option("8x")
    race.press("Space")
    race.page.wait_for_function(
        "() => document.querySelector('.race-step').textContent === '200 / 200'"
        " && !document.querySelector('.race').classList.contains('is-playing')"
    )
    assert race.drawn_vertices() == whole
    assert race.colours(".race-scene") > 1000


def test_the_keys_step_and_jump(open_race):
    race = open_race(f"{FLAT}&steps=300&lane=sgd")
    assert race.step == 300
    race.press("Home")
    assert race.step == 0
    for _ in range(3):
        race.press("ArrowRight")
    assert race.step == 3
    race.press("ArrowLeft")
    assert race.step == 2
    race.press("End")
    assert race.step == 300
    race.page.get_by_label("Seed").focus()
    race.page.keyboard.press("Home")
    assert race.step == 300, "keys that a widget needs stay with the widget"


def test_a_click_on_the_map_moves_the_start_of_every_lane_and_the_link(open_race):
    race = open_race()
    box = race.page.locator(".race-contour").bounding_box()
    race.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    x, y = race.numbers("start")
    assert -0.5 < x < 1
    assert 0.5 < y < 2
    starts = (
        "() => document.querySelector('.race-scene .race-plot').data"
        ".filter(t => t.meta.role === 'trail').map(t => [t.x[0], t.y[0]])"
    )
    eventually(lambda: race.page.evaluate(starts) == [pytest.approx([x, y], abs=1e-6)] * 3)
    expect(race.page.get_by_label("Start x")).to_have_value(f"{x:g}")


def test_the_back_button_returns_to_the_previous_experiment(open_race):
    race = open_race(FLAT)
    opening = race.query
    race.nudge_learning_rate()
    moved = race.query
    race.page.get_by_label("Steps").fill("400")
    race.page.keyboard.press("Enter")
    race.expect_query("steps=400")
    race.settle()
    race.page.go_back()
    race.page.wait_for_function("q => location.search.slice(1) === q", arg=moved)
    race.settle()
    expect(race.page.get_by_label("Steps")).to_have_value("1500")
    race.page.go_back()
    race.page.wait_for_function("q => location.search.slice(1) === q", arg=opening)
    race.settle()
    expect(race.page.get_by_label("Exact learning rate of lane 1")).to_have_value("0.1")


def test_the_learning_rate_is_set_by_slider_or_exactly(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    exact = race.page.get_by_label("Exact learning rate of lane 1")
    race.nudge_learning_rate()
    race.expect_query("lane=adam(lr=0.089)")
    expect(exact).to_have_value("0.089")
    exact.fill("0.01234")
    race.page.keyboard.press("Enter")
    race.expect_query("lane=adam(lr=0.01234)")
    exact.fill("fast")
    race.page.keyboard.press("Enter")
    race.page.get_by_text("Adam's lr must be a finite number of at least 0").wait_for()
    race.expect_query("lane=adam(lr=0.01234)")
    race.nudge_learning_rate()
    race.expect_query("lane=adam(lr=0.011)")


def test_a_number_is_read_with_the_minus_that_people_paste(open_race):
    race = open_race(f"{FLAT}&surface=booth&steps=50&lane=sgd(lr=0.01)")
    field = race.page.get_by_label("Start x")
    for text in ("−1.5", "–2.5", "－３．５", "−4,5"):
        field.fill("")
        field.focus()
        race.page.keyboard.insert_text(text)
        race.page.keyboard.press("Enter")
        number = text.translate(str.maketrans("−–－３．５,", "---3.5."))
        race.expect_query(f"start={number},")
        expect(field).to_have_value(number)
        race.settle()


def test_a_repeating_key_ends_where_the_slider_link_and_pictures_agree(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    slider = race.page.get_by_role("slider", name="Learning rate of lane 1")
    slider.focus()
    for _ in range(20):
        race.page.keyboard.press("ArrowLeft")
        race.page.wait_for_timeout(30)
    race.expect_query("lane=adam(lr=0.01)")
    race.settle()
    expect(slider).to_have_attribute("aria-valuetext", "0.01")
    expect(race.page.get_by_label("Exact learning rate of lane 1")).to_have_value("0.01")
    expect(race.page.locator(".race-legend .name").first).to_have_text("Adam · lr 0.01")


def test_everything_follows_a_dragged_slider_and_the_link_is_written_when_it_is_let_go(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    name = race.page.locator(".race-legend .name").first
    opening, was = race.query, name.inner_text()
    entries = race.page.evaluate("() => history.length")
    box = race.page.get_by_role("slider", name="Learning rate of lane 1").bounding_box()
    middle = box["y"] + box["height"] / 2
    race.page.mouse.move(box["x"] + 0.67 * box["width"], middle)
    race.page.mouse.down()
    for part in (0.6, 0.5, 0.4):
        race.page.mouse.move(box["x"] + part * box["width"], middle)
        race.page.wait_for_function(
            "was => document.querySelector('.race-legend .name').textContent !== was", arg=was
        )
        was = name.inner_text()
    race.settle()
    assert race.query == opening
    race.page.mouse.up()
    race.page.wait_for_function("q => location.search.slice(1) !== q", arg=opening)
    assert race.page.evaluate("() => history.length") == entries + 1
    race.page.go_back()
    race.page.wait_for_function("q => location.search.slice(1) === q", arg=opening)


def test_where_a_slider_is_let_go_only_the_race_is_sent_and_all_else_stays_true(open_tab, server):
    page, came = open_tab(anew=True), []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: came.append(f)))
    race = Race(page, server).open(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    rate = page.get_by_role("slider", name="Learning rate of lane 1")
    table = page.get_by_role("table", name="The results of each lane")

    def sent() -> Counter[str]:
        deltas = [ForwardMsg.FromString(frame).delta for frame in came if isinstance(frame, bytes)]
        came.clear()
        return Counter(each.new_element.WhichOneof("type") for each in deltas)

    def let_go(slider: Locator, key: str) -> Counter[str]:
        race.settle()
        sent()
        before = race.query
        slider.press(key)
        page.wait_for_function("q => location.search.slice(1) !== q", arg=before)
        race.settle()
        return sent()

    shown = [rate.get_attribute("aria-valuetext")]
    for _ in range(2):
        assert let_go(rate, "ArrowLeft")["bidi_component"] == 1
        shown.append(rate.get_attribute("aria-valuetext"))
        expect(table).to_contain_text(f"Adam · lr {shown[-1]}")
        assert f"lr={shown[-1]}" in race.query
    a = page.get_by_role("slider", name="a", exact=True)
    assert let_go(a, "ArrowLeft")["number_input"] == 0
    assert a.get_attribute("aria-valuetext") != "1"
    # What else changes the race changes the controls, too.
    page.go_back()
    expect(a).to_have_attribute("aria-valuetext", "1")
    for rated in shown[1::-1]:
        page.go_back()
        expect(rate).to_have_attribute("aria-valuetext", rated)
    assert let_go(rate, "ArrowRight")["number_input"] == 0
    page.get_by_role("button", name="Take it away").click()
    rated = rate.get_attribute("aria-valuetext")
    expect(page.get_by_role("dialog")).to_contain_text(f"lane=adam(lr={rated})")
    page.keyboard.press("Escape")
    # What is open may show what depends on it.
    page.get_by_role("button", name="Settings of lane 2, SGD").click()
    expect(page.get_by_label("Exact weight decay λ")).to_be_visible()
    assert let_go(rate, "ArrowLeft")["number_input"] > 0


def test_back_is_heard_right_after_a_change(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    opening = race.query
    race.page.get_by_label("Steps").fill("90")
    race.page.keyboard.press("Enter")
    race.expect_query("steps=90")
    race.page.go_back()
    expect(race.page.get_by_label("Steps")).to_have_value("100")
    expect(race.page.locator(".race-step")).to_have_text("100 / 100")
    assert race.query == opening
    race.page.go_forward()
    race.expect_query("steps=90")
    race.settle()
    expect(race.page.get_by_label("Steps")).to_have_value("90")


def test_the_copied_link_opens_the_same_race_elsewhere(open_race):
    link = "surface=saddle(a=6,b=3)&steps=150&lane=adam(lr=0.01,beta2=0.995)"
    race = open_race(link, at_end=False)
    race.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    race.page.get_by_role("button", name="Copy link").click()
    race.page.get_by_role("button", name="Copied").wait_for()
    copied = race.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{race.address}/?{handed_on(race.query)}"
    elsewhere = open_race(copied.split("?")[1])
    assert elsewhere.query == race.query
    expect(elsewhere.page.get_by_text("Saddle").first).to_be_visible()


def test_a_lane_that_leaves_the_view_is_marked_with_its_step(open_race):
    race = open_race("surface=saddle(a=6,b=3)&steps=150&lane=adam(lr=0.01,beta2=0.995)")
    marks = race.page.evaluate(
        "() => document.querySelector('.race-scene .race-plot').data"
        ".filter(t => t.meta.role === 'exit').flatMap(t => t.text)"
    )
    assert marks == ["111"]
    assert race.colours(".race-scene") > 1000


@pytest.mark.parametrize("width", [1000, 1366, 1920])
def test_the_scene_fills_its_panel_in_one_direction(open_race, width):
    race = open_race("surface=booth&steps=50", viewport={"width": width, "height": 900})
    shot = Image.open(BytesIO(race.page.locator(".race-scene").screenshot())).convert("RGB")
    inner = shot.crop((4, 4, shot.width - 4, shot.height - 4))
    ground = Image.new("RGB", inner.size, inner.getpixel((0, inner.height - 1)))
    left, top, right, bottom = ImageChops.difference(inner, ground).getbbox()
    assert max((right - left) / inner.width, (bottom - top) / inner.height) > 0.8
    assert min(left, top, inner.width - right, inner.height - bottom) > 0, "nothing is cut"


def test_long_steps_have_dots_and_heads_on_one_spot_are_rings(open_race):
    race = open_race("surface=booth&steps=40&lane=sgd(lr=0.15)&lane=momentum&lane=momentum")
    heads, dots, rows = race.page.evaluate(
        "() => { const { scene } = document.querySelector('.race').player, shown = (uid) =>"
        " scene.plot._fullData.find(trace => trace.uid === uid);"
        " return [shown('heads').marker.size, shown('steps').x.length, scene.dots.length] }"
    )
    assert heads[1] > heads[2], "the same lane twice: a ring around a head"
    assert dots == rows > 3
    race.press("Home")
    assert (
        race.page.evaluate(
            "() => document.querySelector('.race').player.scene.plot._fullData"
            ".find(trace => trace.uid === 'steps').x.length"
        )
        < dots
    )


def test_the_dark_marks_of_the_scene_have_light_halos(open_race):
    race = open_race("formula=log(x)%2By%5E2&lane=adam(lr=0.1)&lane=sgd", color_scheme="dark")
    white = race.pixels(".race-scene", (255, 255, 255))
    race.page.evaluate(
        "() => { const plot = document.querySelector('.race-scene .race-plot');"
        " const halos = plot.data.flatMap((t, i) => t.meta.role.startsWith('halo') ? [i] : []);"
        " Plotly.restyle(plot, { visible: false }, halos) }"
    )
    eventually(lambda: race.pixels(".race-scene", (255, 255, 255)) < white - 50)


def test_all_settings_of_a_lane_show_what_they_are_and_change_it(open_race):
    race = open_race(f"{FLAT}&lane=adam(lr=0.1)&lane=sgd")
    race.page.locator(".st-key-lane0-more button").first.click()
    beta1 = race.page.get_by_label("Exact beta1 β₁")
    beta1.wait_for()
    race.settle()
    expect(race.page.get_by_test_id("stPopoverBody")).to_be_focused()
    expect(beta1).to_have_value("0.9")
    beta1.fill("0.5")
    race.page.keyboard.press("Enter")
    race.expect_query("beta1=0.5")
    race.settle()
    # Close to 1 a step is one of 1 - β, and a number between two steps is come back to.
    beta2 = race.page.get_by_role("slider", name="beta2 β₂")
    race.page.get_by_label("Exact beta2 β₂").fill("0.99942")
    race.page.keyboard.press("Enter")
    race.expect_query("beta2=0.99942")
    for key, value in (("ArrowRight", "0.99944"), ("ArrowLeft", "0.99942")):
        beta2.press(key)
        race.expect_query(f"beta2={value}")
    expect(race.page.get_by_text("1 − β₂ = 0.00058")).to_be_visible()
    race.page.get_by_role("button", name="Remove").click()
    race.page.wait_for_function("() => !location.search.includes('beta1=0.5')")


def test_a_lane_is_doubled_on_its_card_and_a_new_one_is_the_first_that_a_search_finds(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    lanes = race.page.locator(".race-legend button")
    race.page.get_by_role("button", name="Duplicate lane 1, Adam").click()
    expect(lanes).to_have_count(3)
    dialog, field = race.page.get_by_role("dialog"), race.page.get_by_role("searchbox")
    for words, count in (("nothing like it", 3), ("lion", 4)):
        race.page.get_by_role("button", name="Add a lane").locator("visible=true").click()
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        expect(dialog.get_by_role("button", name="Adam · ").first).to_be_visible()
        race.page.keyboard.type(words)
        race.page.keyboard.press("Enter")
        if count == 3:
            expect(dialog.get_by_text("No optimizer matches")).to_be_visible()
            race.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(lanes).to_have_count(count)
    expect(lanes.last).to_contain_text("Lion")


def test_a_parameter_of_the_surface_goes_a_step_and_comes_back(open_race):
    race = open_race(f"{FLAT}&surface=rosenbrock&steps=100&lane=sgd")
    opening, slider = race.query, race.page.get_by_role("slider", name="a", exact=True)
    slider.press("ArrowRight")
    race.expect_query("surface=rosenbrock(a=1.01)")
    slider.press("ArrowLeft")
    race.page.wait_for_function("q => location.search.slice(1) === q", arg=opening)
    expect(race.page.get_by_label("Exact a", exact=True)).to_have_value("1")


def test_a_phone_tunes_with_the_race_in_sight(open_race):
    race = open_race("steps=100&lane=adam(lr=0.1)&lane=momentum", **PHONE)
    page, height = race.page, PHONE["viewport"]["height"]
    expect(page.get_by_role("heading", name="Descent Lab", level=1)).to_be_in_viewport()
    page.get_by_role("button", name="Expand sidebar").click()
    sheet, contour = page.locator("#stSidebar"), page.locator(".race-contour")
    eventually(lambda: sheet.bounding_box()["y"] == pytest.approx(0.6 * height, abs=2))
    assert sheet.bounding_box()["height"] == pytest.approx(0.4 * height, abs=2)
    eventually(lambda: contour.bounding_box()["y"] < 60)
    above = page.locator(".race-transport").bounding_box()["y"]
    assert contour.bounding_box()["y"] + 250 < above < sheet.bounding_box()["y"]
    expect(page.get_by_role("slider", name="Learning rate of lane 1")).to_be_in_viewport()
    sheet.get_by_role("button", name="Momentum", exact=True).first.click()
    slider = page.get_by_role("slider", name="Learning rate of lane 2")
    expect(slider).to_be_in_viewport()
    expect(page.get_by_role("slider", name="Learning rate of lane 1")).to_be_hidden()
    slider.press("ArrowLeft")
    race.expect_query("lane=momentum(lr=0.00089)")
    sheet.get_by_role("button", name="Surface", exact=True).click()
    expect(page.get_by_role("slider", name="a", exact=True)).to_be_in_viewport()
    page.get_by_role("button", name="Collapse sidebar").click()
    expect(page.get_by_role("slider", name="a", exact=True)).to_be_hidden()
    page.get_by_role("link", name="Optimizers").locator("visible=true").click()
    expect(page.get_by_role("heading", name="Adam", level=2)).to_be_visible()


def test_a_phone_on_its_side_shows_the_race_first_and_the_map_beside_the_controls(open_race):
    race = open_race("steps=100&lane=sgd", viewport={"width": 844, "height": 390})
    sheet, contour = race.page.locator("#stSidebar"), race.page.locator(".race-contour")
    expect(sheet).to_have_attribute("data-collapsed", "true")
    assert race.page.locator(".race").bounding_box()["x"] < 100
    race.page.get_by_role("button", name="Expand sidebar").click()
    eventually(lambda: contour.bounding_box()["y"] < 100)
    assert sheet.bounding_box()["width"] <= 0.4 * 844
    assert contour.bounding_box()["x"] > sheet.bounding_box()["width"]
    expect(race.page.get_by_role("slider", name="Learning rate of lane 1")).to_be_in_viewport()


def test_a_broken_link_says_what_was_used_instead_and_shows_the_rest(open_race):
    lanes = "lane=adam(lr=nan)&lane=<img src=x onerror=alert(1)>"
    race = open_race(f"{FLAT}&surface=rosenbrok&steps=1000000&{lanes}")
    said = race.page.get_by_test_id("stAlert").all_inner_texts()
    assert any("no surface “rosenbrok”; rosenbrock was used instead" in text for text in said)
    assert any("200000 was used instead" in text for text in said)
    assert any("<img src=x onerror=alert(1)>" in text for text in said)
    expect(race.page.locator("[data-testid=stMain] img")).to_have_count(0)
    expect(race.page.locator(".race-legend button")).to_have_count(1)


def test_a_link_too_long_for_the_server_says_so(open_race):
    race = open_race("&".join(["lane=sgd"] * 1001))
    assert "too long" in race.page.locator(".race-note").inner_text()
    expect(race.page.locator(".race-legend button")).to_have_count(3)


def test_a_phone_shows_everything_without_sideways_scrolling(open_race):
    race = open_race(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert race.page.evaluate("() => document.documentElement.scrollWidth") == 390
    main = race.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    transport = race.page.locator(".race-transport").bounding_box()
    assert transport["y"] + transport["height"] <= 844
    play = race.page.get_by_role("button", name="Play").bounding_box()
    assert min(play["width"], play["height"]) >= 40
    scene = race.page.locator(".race-scene").bounding_box()
    contour = race.page.locator(".race-contour").bounding_box()
    assert contour["y"] >= scene["y"] + scene["height"]
    race.page.set_viewport_size({"width": 360, "height": 800})
    bar = race.page.locator(".st-key-bar")
    room = bar.bounding_box()
    for link in bar.get_by_role("link").all():
        box = link.bounding_box()
        assert room["x"] <= box["x"]
        assert box["x"] + box["width"] <= room["x"] + room["width"]
    assert bar.get_by_role("link").count() == 5


def test_on_a_phone_two_surfaces_to_choose_from_stand_side_by_side(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=sgd", **PHONE)
    race.page.get_by_test_id("stExpandSidebarButton").click()
    race.page.locator("#stSidebar").get_by_role("button", name="Surface", exact=True).click()
    race.page.get_by_role("button", name="Rosenbrock").click()
    dialog = race.page.get_by_role("dialog")
    dialog.get_by_alt_text("Map of Bukin no. 6").wait_for()
    race.settle()
    first, second, third = (
        dialog.get_by_alt_text(f"Map of {name}").bounding_box()
        for name in ("Beale", "Booth", "Bukin no. 6")
    )
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] < second["x"]
    assert first["x"] == third["x"]
    assert dialog.get_by_role("button", name="Beale").bounding_box()["height"] >= 44


def test_the_hint_covers_no_number_of_a_map_that_does_not_fill_its_panel(open_race):
    race = open_race(f"{FLAT}&surface=bukin6&steps=100&lane=sgd", **PHONE)
    hint = race.page.locator(".race-contour .race-hint span").bounding_box()
    numbers = race.page.locator(".race-contour :is(.xtick, .ytick) text").all()
    assert numbers
    for box in (number.bounding_box() for number in numbers):
        beside = box["x"] + box["width"] <= hint["x"] or hint["x"] + hint["width"] <= box["x"]
        over = box["y"] + box["height"] <= hint["y"] or hint["y"] + hint["height"] <= box["y"]
        assert beside or over


def test_the_hint_stands_beside_a_map_that_it_would_cover(open_race):
    race = open_race("surface=linear_regression&steps=20", viewport={"width": 1366, "height": 650})
    hint = race.page.locator(".race-contour .race-hint span").bounding_box()
    panel = race.page.locator(".race-contour").bounding_box()
    right = race.page.evaluate(
        "() => { const { xaxis } = document.querySelector('.race-contour .race-plot')._fullLayout;"
        " return xaxis._offset + xaxis._length }"
    )
    assert panel["x"] + right < hint["x"]
    assert hint["x"] + hint["width"] < panel["x"] + panel["width"]


def test_the_pictures_follow_the_theme(open_race):
    race = open_race(FLAT, color_scheme="dark")
    label = "() => getComputedStyle(document.querySelector('.race-loss .xtick text')).fill"
    red, green, blue = (
        int(c) for c in race.page.evaluate(label).removeprefix("rgb(").removesuffix(")").split(",")
    )
    assert min(red, green, blue) > 180


def test_changes_in_quick_succession_all_arrive(open_race):
    race = open_race(f"{FLAT}&steps=300&lane=adam(lr=0.1)&lane=sgd")
    for label, value in (("Steps", "400"), ("Seed", "7"), ("Start x", "0.5")):
        race.page.get_by_label(label, exact=True).fill(value)
        race.page.keyboard.press("Enter")
        race.page.wait_for_timeout(60)
    for part in ("steps=400", "seed=7", "start=0.5,1.5"):
        race.expect_query(part)


def test_the_loss_head_stands_at_the_end_of_a_long_run(open_race):
    race = open_race(f"{FLAT}&steps=10000&lane=sgd(lr=0.00001)")
    right = race.page.evaluate(
        "() => { const p = document.querySelector('.race-loss .race-plot')._fullLayout;"
        " const c = document.querySelector('.race-loss > canvas');"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " let far = 0; for (let i = 0; i < d.length; i += 4)"
        " if (d[i + 3] > 200) far = Math.max(far, (i / 4) % c.width);"
        " return far - (p.xaxis._offset + p.xaxis._length) }"
    )
    assert abs(right) < 10, "the middle of the head is the axis's end"


def test_a_surface_is_picked_by_its_map_and_a_formula_typed_in_its_place(open_race):
    race = open_race("steps=100&lane=sgd")
    race.page.get_by_role("button", name="Rosenbrock").click()
    dialog = race.page.get_by_role("dialog")
    dialog.get_by_alt_text("Map of Himmelblau").wait_for()
    dialog.get_by_role("button", name="Himmelblau").click()
    race.expect_query("surface=himmelblau")
    race.page.get_by_role("button", name="Himmelblau").click()
    dialog.get_by_role("button", name="Your own formula").click()
    race.expect_query("surface=formula")
    field = race.page.get_by_role("textbox", name="f(x, y) =")
    expect(field).to_be_focused()
    field.fill("(x^2-1)^2 + 2xy + b y^2")
    race.expect_query("formula=(x%5E2-1)%5E2%2B2xy%2Bb")
    race.page.get_by_text("Found in the domain: 2 minima").wait_for()
    race.page.get_by_role("slider", name="b").wait_for()
    written = race.query
    field.fill("sinx + 2xy")
    race.page.get_by_text("“sinx” at character 1: write sin(x).").wait_for()
    race.settle()
    expect(field).to_have_value("sinx + 2xy")
    assert race.query == written, "the last formula that could be read is still shown"
    assert race.colours(".race-scene") > 1000


def test_a_formula_typed_letter_by_letter_is_one_step_of_the_history(open_race):
    opening = f"{FLAT}&surface=formula&formula=x%5E2%2By%5E2&domain=-2,2,-2,2&steps=100&lane=sgd"
    race = open_race(opening)
    before, entries = race.query, race.page.evaluate("() => history.length")
    field = race.page.get_by_role("textbox", name="f(x, y) =")
    field.press("End")
    for letters in ("+x", "+y", "+xy"):
        field.press_sequentially(letters, delay=150)
        race.expect_query(letters.replace("+", "%2B"))
    race.settle()
    assert race.page.evaluate("() => history.length") == entries + 1
    race.page.go_back()
    eventually(lambda: race.query == before)
    expect(field).to_have_value("x^2 + y^2")


def test_nothing_of_a_link_becomes_a_link_or_markup_on_the_page(open_race):
    hostile = ("scale=[a](http://b.example)", "surface=http://b.example", "www.b.example=1")
    race = open_race(
        "&".join([FLAT, "steps=10", *hostile, "curve=me@b.example", "lane=<b>sgd</b>"])
    )
    alert = race.page.get_by_test_id("stAlert")
    for part in ("(a)(http", "<b>sgd</b>", "@b.example”; loss was used instead"):
        expect(alert).to_contain_text(part)
    expect(alert.locator("a, b")).to_have_count(0)


def test_a_click_leaves_the_keys_to_the_transport(open_race):
    race = open_race(f"{FLAT}&steps=1000&lane=sgd")
    race.page.get_by_role("button", name="To the start").click()
    race.page.keyboard.press("Space")
    expect(race.page.locator(".race-play")).to_have_attribute("aria-label", "Pause")
    race.page.keyboard.press("Space")
    lane = race.page.locator(".race-legend button").first
    lane.focus()
    race.page.keyboard.press("Space")  # reached with the keyboard, it is pressed by it
    expect(lane).to_have_attribute("aria-pressed", "false")


def test_beside_the_controls_of_a_tablet_the_panels_stand_below_one_another(open_race):
    race = open_race("steps=100&lane=sgd", viewport={"width": 820, "height": 1100})
    scene, contour = (
        race.page.locator(f".race-{name}").bounding_box() for name in ("scene", "contour")
    )
    assert contour["y"] > scene["y"] + scene["height"]
    assert contour["width"] > 300


def test_a_wrapper_shows_the_learning_rate_of_what_it_wraps(open_race):
    race = open_race(f"{FLAT}&steps=50&lane=lookahead(adam(lr=0.1),k=3)")
    exact = race.page.get_by_label("Exact learning rate of lane 1")
    expect(exact).to_have_value("0.1")
    exact.fill("0.05")
    exact.press("Enter")
    race.expect_query("lane=lookahead(adam(lr=0.05),k=3)")
    exact.fill("1e999")
    exact.press("Enter")
    expect(race.page.get_by_test_id("stAlert")).to_contain_text("not “1e999”. It stays as it was.")
    expect(exact).to_have_value("0.05")


def test_embedded_in_a_page_it_shows_the_race_and_neither_controls_nor_other_pages(open_race):
    race = open_race("steps=100&lane=sgd&embed=true", viewport={"width": 900, "height": 760})
    expect(race.page.get_by_role("link", name="Optimizers")).to_have_count(0)
    expect(race.page.get_by_role("button", name="Add a lane")).not_to_be_in_viewport()
    expect(race.page.locator(".race-transport")).to_be_in_viewport()
    race.press("Home")
    expect(race.page.locator(".race-step")).to_have_text("0 / 100")


def test_a_formulas_parameter_takes_any_number_and_its_slider_follows(open_race):
    race = open_race(f"{FLAT}&formula=(a-x)^2%2Bb(y-x^2)^2&domain=-2,2,-1,3&steps=100&lane=sgd")
    slider = race.page.get_by_role("slider", name="b", exact=True)
    exact = race.page.get_by_label("Exact b", exact=True)
    expect(exact).to_have_value("1")
    for typed in ("0.05", "-3.5", "100"):
        exact.fill(typed)
        exact.press("Enter")
        race.expect_query(f"surface=formula(b={typed})")
        expect(exact).to_have_value(typed)
    # The slider goes on beyond, once it has heard of it.
    race.settle()
    slider.focus()
    race.page.keyboard.press("ArrowRight")
    race.expect_query("surface=formula(b=102)")
    expect(slider).to_have_attribute("aria-valuetext", "102")
    exact.fill("-3e7")
    exact.press("Enter")
    race.page.get_by_text("at least -1000000 and at most 1000000").wait_for()


def test_a_zoomed_part_of_the_map_becomes_the_domain(open_race):
    race = open_race(f"{FLAT}&surface=himmelblau&steps=100&lane=sgd")
    race.drag(".race-contour", (80, 80))
    low, high = race.map_range()
    race.page.get_by_role("button", name="Draw only this").click()
    x0, x1 = race.numbers("domain")[:2]
    assert (x0, x1) == pytest.approx((low, high), abs=0.01)
    eventually(lambda: race.map_range() == pytest.approx([x0, x1]))
    expect(race.page.locator(".race-crop")).to_be_hidden()


def test_pointing_at_the_chart_tells_the_values_there_and_leaves_the_race_where_it_is(open_race):
    race = open_race(f"{FLAT}&steps=1000&lane=adam(lr=0.1)&lane=sgd")
    race.press("Home")
    ink = race.ink(".race-loss")
    box = race.page.locator(".race-loss").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    race.page.mouse.move(x, y)
    eventually(lambda: race.ink(".race-loss") > ink)
    assert race.step == 0
    race.page.mouse.move(x, box["y"] - 40)
    eventually(lambda: race.ink(".race-loss") == ink)
    assert race.step == 0


def test_pressing_and_dragging_on_the_chart_moves_all_panels_to_that_step(open_race):
    race = open_race("steps=1000&lane=adam(lr=0.1)&lane=sgd")
    whole = race.drawn_vertices()
    box = race.page.locator(".race-loss").bounding_box()
    y = box["y"] + box["height"] / 2
    race.page.mouse.move(box["x"] + box["width"] / 2, y)
    race.page.mouse.down()
    eventually(lambda: race.step == pytest.approx(500, abs=60))
    race.page.mouse.move(box["x"] + box["width"] / 4, y, steps=4)
    eventually(lambda: race.step < 350)
    eventually(lambda: race.drawn_vertices() < whole)
    race.page.mouse.up()
    stood = race.step
    race.page.mouse.move(box["x"] + 0.9 * box["width"], y, steps=4)
    assert race.step == stood


def test_a_finger_that_goes_down_the_chart_scrolls_and_one_that_goes_along_it_scrubs(open_race):
    race = open_race(f"{FLAT}&steps=1000&lane=adam(lr=0.1)&lane=sgd", **PHONE)
    race.press("Home")
    race.page.locator(".race-loss").scroll_into_view_if_needed()
    box = race.page.locator(".race-loss").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = race.page.context.new_cdp_session(race.page)

    def swipe(*places):
        touch = "Input.dispatchTouchEvent"
        for i, (px, py) in enumerate(places):
            points = [{"x": px, "y": py}]
            session.send(touch, {"type": "touchMove" if i else "touchStart", "touchPoints": points})
        session.send(touch, {"type": "touchEnd", "touchPoints": []})

    swipe((x, y), (x, y - 30), (x, y - 60), (x, y - 90))
    race.settle()
    assert race.step == 0
    race.page.locator(".race-loss").scroll_into_view_if_needed()
    box = race.page.locator(".race-loss").bounding_box()
    y = box["y"] + box["height"] / 2
    swipe((x, y), (x - 20, y), (x - 40, y), (x - 60, y))
    eventually(lambda: 0 < race.step < 500)


def test_full_screen_shows_larger_pictures_and_the_way_back(open_race):
    race = open_race("steps=100&lane=adam(lr=0.1)&lane=sgd")
    width = race.page.locator(".race-contour").bounding_box()["width"]
    ink = race.ink(".race-contour")
    race.page.get_by_role("button", name="Full screen").click()
    race.page.wait_for_function("() => document.fullscreenElement")
    race.settle()
    eventually(lambda: race.page.locator(".race-contour").bounding_box()["width"] > 1.2 * width)
    eventually(lambda: race.ink(".race-contour") > 1.5 * ink)
    assert race.colours(".race-scene") > 1000
    clear = """() => {
      const box = (name) => document.querySelector(name).getBoundingClientRect();
      return box(".race-loss .ytitle").right <= box(".race-loss .ytick").left;
    }"""
    race.page.wait_for_function(clear)
    rate = race.page.get_by_role("slider", name="Learning rate of Adam")
    for key, value in (("ArrowRight", "0.11"), ("ArrowLeft", "0.1")):
        rate.press(key)
        race.expect_query(f"lane=adam(lr={value})")
        expect(race.page.locator(".race-rates output").first).to_have_text(value)
    rate.blur()
    race.press("i")
    expect(race.page.locator(".race-told")).to_contain_text("Step 100:")
    expect(race.page.locator(".race-loss")).to_be_hidden()
    inside, transport, contour = (
        race.page.locator(f".race-{name}").bounding_box()
        for name in ("inspector", "transport", "contour")
    )
    assert contour["y"] + contour["height"] < inside["y"]
    assert inside["y"] + inside["height"] < transport["y"]
    race.press("i")
    race.press("f")
    race.page.wait_for_function("() => !document.fullscreenElement")
    race.settle()
    contour = race.page.locator(".race-contour")
    eventually(lambda: contour.bounding_box()["width"] == pytest.approx(width, abs=1))
    eventually(lambda: race.ink(".race-contour") == pytest.approx(ink, rel=0.02))
    # The strips stand there, too, and what one of them says is what then happens.
    race.press("f")
    race.page.wait_for_function("() => document.fullscreenElement")
    strip = race.page.locator(".race-rate").nth(1)
    words = strip.locator("canvas[aria-label*='; ends lowest at ']").get_attribute("aria-label")
    best, loss = words.partition("; ends lowest at ")[2].rstrip(".").split(", at a loss of ")
    race.page.get_by_role("button", name="Best here: learning rate of SGD").click()
    race.expect_query(f"lane=sgd(lr={best})")
    expect(strip.locator(".race-chosen")).to_contain_text("Chosen on this very race, by 125 runs.")
    expect(strip.locator("output")).to_have_text(best)
    legend = race.page.get_by_role("group", name="Lanes").get_by_role("button").nth(1)
    expect(legend).to_contain_text(f"loss {loss}")


def test_the_line_through_the_data_moves_with_the_race_and_asks_the_server_nothing(open_race):
    race = open_race(
        f"{FLAT}&surface=linear_regression&batch=8&steps=120&lane=sgd(lr=0.02)&lane=adam(lr=0.1)"
    )
    canvas = "() => document.querySelector('.race-data > canvas').toDataURL()"
    assert race.colours(".race-data") > 20
    expect(race.page.locator(".race-step")).to_have_text("120 / 120 · epoch 20")
    end = race.page.evaluate(canvas)
    sent = race.requests()
    race.press("Home")
    start = race.page.evaluate(canvas)
    for _ in range(6):
        race.press("ArrowRight")
    expect(race.page.locator(".race-step")).to_have_text("6 / 120 · epoch 1")
    assert len({start, race.page.evaluate(canvas), end}) == 3
    assert sent == []
    race.press("End")
    ink = race.ink(".race-data")
    race.page.locator(".race-legend button").first.click()
    assert 0 < race.ink(".race-data") < ink


def test_a_persons_own_file_is_drawn_and_a_formula_has_no_data_panel(open_race, tmp_path):
    race = open_race(f"{FLAT}&surface=linear_regression&steps=60&lane=sgd(lr=0.1)")
    file = tmp_path / "mine.csv"
    file.write_text("weight;fuel\n" + "".join(f"{900 + 20 * i};{i % 7},5\n" for i in range(40)))
    race.page.locator("input[type=file]").set_input_files(file)
    race.expect_query("data=")
    race.settle()
    race.page.wait_for_function(
        "() => document.querySelector('.race-data .race-plot')._fullLayout.xaxis.title.text"
        " === 'weight'"
    )
    assert race.colours(".race-data") > 20
    expect(open_race(f"{FLAT}&surface=booth&steps=60").page.locator(".race-data")).to_be_hidden()


def test_the_inside_of_a_step_follows_the_playback_and_asks_the_server_nothing(open_race):
    race = open_race(f"{FLAT}&surface=beale&start=1.5,0.7&steps=100&lane=adam(lr=0.1)&lane=sgd")
    race.page.get_by_role("button", name="Inside").click()
    inside = race.page.get_by_role("region", name="Inside one step")
    expect(inside).to_be_visible()
    race.settle()
    race.page.mouse.move(0, 0)  # what the pointer is on stands out
    sent = race.requests()
    race.press("Home")
    expect(inside.locator(".race-told")).to_contain_text("No step has been taken yet")
    without = race.ink(".race-contour")
    race.press("ArrowRight")
    # Adam first goes lr along each coordinate, whatever the size of the gradient.
    expect(inside.locator(".race-told")).to_contain_text("made the two steps equal")
    position = inside.locator("tr[title=position] td")
    expect(position).to_have_text(["1.500", "0.7000", "1.600", "0.6000"])
    gradient = inside.locator("tr[title=gradient] td")
    expect(gradient).to_have_text(["−4.299", "16.62", "", ""])
    step = inside.get_by_role("button", name="step, drawn")
    expect(step).to_contain_text("times as long")
    assert race.ink(".race-contour") > without, "arrows and a box stand on the map"
    with_arrows = race.ink(".race-contour")
    inside.get_by_role("button", name="gradient").click()
    assert race.ink(".race-contour") < with_arrows
    assert sent == []
    inside.get_by_role("combobox").select_option(label="SGD · lr 0.001")
    expect(inside.locator(".race-rule")).not_to_contain_text("β")
    inside.get_by_role("button", name="Close").click()
    expect(inside).to_be_hidden()


def test_another_curve_is_chosen_in_its_panel_and_stands_in_the_link(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    race.page.get_by_role("combobox", name="Curve", exact=True).select_option("gradient norm")
    race.expect_query("curve=gradient_norm")
    title = "() => document.querySelector('.race-loss .race-plot')._fullLayout.yaxis.title.text"
    eventually(lambda: race.page.evaluate(title) == "gradient norm")
    axis = race.page.get_by_role("combobox", name="Axis of the curve")
    expect(axis.locator("option").first).to_have_text("auto: log")
    axis.select_option("linear")
    race.expect_query("curve_scale=linear")
    race.page.get_by_role("combobox", name="Axis of time").select_option("log steps")
    race.expect_query("time_scale=log")
    across = "() => document.querySelector('.race-loss .race-plot')._fullLayout.xaxis.range"
    eventually(lambda: race.page.evaluate(across) == [0, 2])
    race.page.go_back()
    race.page.go_back()
    race.page.go_back()
    eventually(lambda: race.page.evaluate(title) == "loss")
    expect(race.page.get_by_role("combobox", name="Curve", exact=True)).to_have_value("loss")


def test_a_network_is_trained_under_a_bar_and_its_curve_moves_with_the_race(open_race, tmp_path):
    race = open_race(f"{FLAT}&surface=network_slice(layers=3)&steps=40&lane=adam(lr=0.02)")
    file = tmp_path / "wave.csv"
    rows = [f"{i / 60:.3f},{math.sin(i / 60):.3f}" for i in range(500)]
    file.write_text("\n".join(["time,height", *rows]))
    race.page.locator("input[type=file]").set_input_files(file)
    bar = race.page.locator(".stProgress")
    expect(bar).to_be_visible()
    expect(bar).to_have_count(0)
    race.page.wait_for_function(
        "() => document.querySelector('.race-data .race-plot')._fullLayout.xaxis.title.text"
        " === 'time'"
    )
    canvas = "() => document.querySelector('.race-data > canvas').toDataURL()"
    end = race.page.evaluate(canvas)
    race.press("Home")
    race.page.wait_for_function(f"end => ({canvas})() !== end", arg=end)
    assert race.ink(".race-data") > 0


def starts(race):
    """Where the first lane begins on the map, as the picture shows it."""
    return race.page.evaluate(
        "() => { const p = document.querySelector('.race').player.contour.lanes[0];"
        " return [p.x[0], p.y[0]] }"
    )


def test_all_paths_follow_the_dragged_start_and_the_link_is_written_when_it_is_let_go(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=adam(lr=0.1)&lane=sgd")
    opening, entries = race.query, race.page.evaluate("() => history.length")
    handle = race.page.get_by_role("button", name="Start: drag it").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    race.page.mouse.move(x, y)
    race.page.mouse.down()
    for part in (1, 2, 3):
        before = starts(race)
        race.page.mouse.move(x + 25 * part, y + 20 * part)
        eventually(lambda before=before: starts(race) != before)
    assert race.query == opening
    race.page.mouse.up()
    x, y = race.numbers("start")
    eventually(lambda: starts(race) == pytest.approx([x, y], abs=1e-6))
    assert race.page.evaluate("() => history.length") == entries + 1
    expect(race.page.get_by_label("Start x")).to_have_value(f"{x:g}")


def test_the_start_is_dragged_by_touch_too(open_race):
    race = open_race(
        f"{FLAT}&steps=100&lane=sgd", viewport={"width": 390, "height": 844}, has_touch=True
    )
    race.page.locator(".race-contour").scroll_into_view_if_needed()
    handle = race.page.get_by_role("button", name="Start: drag it").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    touch = race.page.context.new_cdp_session(race.page)
    for kind, moved in (
        ("touchStart", 0),
        ("touchMove", 30),
        ("touchMove", 60),
        ("touchEnd", None),
    ):
        points = [] if moved is None else [{"x": x + moved, "y": y + moved}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    x, y = race.numbers("start")
    eventually(lambda: starts(race) == pytest.approx([x, y], abs=1e-6))
    assert x > -1.5
    assert y < 1.5


def test_the_start_is_moved_with_the_arrow_keys(open_race):
    race = open_race(f"{FLAT}&steps=100&lane=sgd")
    race.page.get_by_role("button", name="Start: drag it").focus()
    race.page.keyboard.press("ArrowRight")
    assert race.numbers("start") == [-1.42, 1.5]
    assert race.step == 100, "the transport takes no key that moves the start"


def test_a_click_with_shift_adds_a_start_and_one_on_it_takes_it_away(open_race):
    race = open_race("steps=100&lane=adam(lr=0.1)&lane=sgd")
    ink, whole = race.ink(".race-contour"), race.drawn_vertices()
    box = race.page.locator(".race-contour").bounding_box()
    place = box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"]
    race.page.keyboard.down("Shift")
    race.page.mouse.click(*place)
    race.page.wait_for_function("() => location.search.split('start=').length === 3")
    eventually(lambda: race.ink(".race-contour") > ink)
    assert race.drawn_vertices() == whole, "the first start stays"
    race.page.get_by_role("button", name="Only the first of 2 starts").wait_for()
    race.page.mouse.click(*place)
    race.page.wait_for_function("() => !location.search.includes('start=')")


PICTURE = "() => document.querySelector('.race-contour > canvas').toDataURL()"


def test_the_parts_of_a_step_are_named_and_light_their_arrow_on_the_map(open_race):
    race = open_race(f"{FLAT}&surface=beale&start=1.5,0.7&steps=100&lane=adam(lr=0.1)")
    race.press("Home")
    race.press("ArrowRight")
    race.press("i")
    cards = race.page.get_by_role("list", name="The parts of this step").get_by_role("listitem")
    expect(cards.locator("th[scope=col]")).to_have_text(
        ["Gradient", "Momentum", "Squares", "Correction", "Step"]
    )
    expect(cards.nth(1)).to_contain_text("average of recent gradients")
    race.page.get_by_role("button", name="momentum").click()
    without = race.page.evaluate(PICTURE)
    cards.nth(1).hover()
    expect(cards.nth(1).locator(".is-lit")).to_have_count(2)
    assert race.page.evaluate(PICTURE) != without
    race.page.mouse.move(5, 5)
    assert race.page.evaluate(PICTURE) == without
    cards.nth(4).focus()
    assert race.page.evaluate(PICTURE) != without
    race.press("ArrowRight")
    expect(race.page.locator(".race-told")).to_contain_text("Step 2:")


def test_before_the_first_step_there_is_what_it_begins_with_and_nothing_after_it(open_race):
    race = open_race(f"{FLAT}&surface=beale&start=1.5,0.7&steps=100&lane=adam(lr=0.1)")
    race.press("i")
    inside = race.page.get_by_role("region", name="Inside one step")
    expect(inside.get_by_role("button", name="step, drawn")).to_have_count(1)
    race.press("Home")
    expect(inside.get_by_role("button", name="step, drawn")).to_have_count(0)
    rows = {name: inside.locator(f"tr[title={name}] td") for name in ("position", "gradient", "m")}
    expect(rows["position"]).to_have_text(["1.500", "0.7000", "·", "·"])
    expect(rows["gradient"]).to_have_text(["−4.299", "16.62", "", ""])
    expect(rows["m"]).to_have_text(["0", "0", "·", "·"])


def test_on_a_phone_inside_opens_where_the_eye_is_with_the_map_above(open_race):
    race = open_race("surface=beale&steps=100&lane=adam(lr=0.1)", **PHONE)
    race.page.locator(".race-inspect").tap()
    race.page.locator(".race-card").first.wait_for()

    def place(name):
        return race.page.locator(f".race-{name}").first.bounding_box()

    def is_seen(name):
        return 0 <= place(name)["y"] <= place("transport")["y"] - place(name)["height"]

    eventually(lambda: is_seen("contour") and is_seen("told") and is_seen("card"))
    first, *_, last = race.page.evaluate(
        "() => [...document.querySelectorAll('.race-card')].map(e => e.getBoundingClientRect())"
        ".map(({ x, y }) => [x, y])"
    )
    assert first[1] == last[1]
    assert last[0] > 390
    assert race.page.evaluate("document.documentElement.scrollWidth") <= 390
