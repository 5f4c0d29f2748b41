"""How a race is first seen: at its start, or as its link says; and what is said of it."""

import re

import pytest
from driver import FLAT, LITTLE, eventually
from playwright.sync_api import expect

from experiment import Experiment, short
from experiment.link import handed_on
from surfaces import SURFACES

WHOLE = "steps=100&lane=adam(lr=0.1)&lane=sgd"
SHORT = f"{WHOLE}&{FLAT}"
EIGHT = "&".join(["steps=100", *(f"lane=adam(lr=0.{i},label=number {i})" for i in range(1, 9))])


def said(race):
    return race.page.locator(".race-result")


def test_it_opens_with_the_race_to_come_and_a_large_button_starts_it(open_race):
    race = open_race(WHOLE, at_end=False)
    assert race.step == 0
    expect(said(race)).to_have_text("Two methods start together on Rosenbrock: press play.")
    expect(race.page).to_have_title("Adam and SGD on Rosenbrock · Descent Lab")
    poster = race.page.locator(".race-poster")
    poster.click()
    expect(poster).to_be_hidden()
    race.page.wait_for_function("() => document.querySelector('.race').player.clock.step > 5")
    race.press("Space")
    expect(poster).to_be_hidden()
    race.press("Home")
    expect(poster).to_be_visible()


def test_who_asked_for_less_motion_sees_the_end(open_race):
    assert open_race(SHORT, at_end=False, reduced_motion="reduce").step == 100


def test_a_change_leaves_the_race_at_the_step_where_a_person_is(open_race):
    race = open_race(SHORT, at_end=False)
    race.nudge_learning_rate()
    assert race.step == 0
    for _ in range(3):
        race.press("ArrowRight")
    race.nudge_learning_rate()
    assert race.step == 3
    race.press("End")
    race.page.get_by_label("Steps", exact=True).fill("150")
    race.page.keyboard.press("Enter")
    race.expect_query("steps=150")
    race.settle()
    assert race.step == 150
    race.page.go_back()
    expect(race.page.locator(".race-step")).to_have_text("100 / 100")


def test_a_link_says_from_where_its_race_is_looked_at(open_race):
    view = f"&step=20&inside=2&future=0&hide=1&speed=20/s&{FLAT}"
    race = open_race(WHOLE + view, at_end=False)
    assert race.query.endswith(view)
    assert race.step == 20
    expect(race.page.locator(".race-told")).to_contain_text("Step 20:")
    expect(race.page.locator(".race-inspected")).to_have_value("1")
    expect(race.page.locator(".race-legend button").first).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(race.page.locator(".race-speed")).to_have_value("20/s")
    without = race.ink(".race-loss")
    race.page.evaluate(
        "() => { const { loss } = document.querySelector('.race').player;"
        " loss.future = true; loss.draw(loss.step) }"
    )
    assert race.ink(".race-loss") > without


def test_the_copied_link_opens_the_same_view_elsewhere(open_race):
    race = open_race(WHOLE)
    race.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    race.drag(".race-scene", (90, 30))
    race.press("Home")
    for key in ("ArrowRight", "ArrowRight", "2", "]"):
        race.press(key)
    race.page.get_by_role("button", name="Copy link").click()
    race.page.get_by_role("button", name="Copied").wait_for()
    copied = race.page.evaluate("() => navigator.clipboard.readText()").split("?")[1]
    assert "&step=2&hide=2&speed=2x&camera=" in copied
    assert copied == handed_on(Experiment.from_query(copied).to_query())
    elsewhere = open_race(copied, at_end=False)
    assert elsewhere.page.get_by_test_id("stAlert").count() == 0
    assert elsewhere.step == 2
    assert elsewhere.camera() == pytest.approx(race.camera(), abs=2e-3)


def test_a_link_may_show_the_map_only_and_stop_on_the_way(open_race):
    race = open_race(f"{WHOLE}&panels=map&stop=10&speed=20/s", at_end=False)
    expect(race.page.locator(".race-scene")).to_be_hidden()
    expect(race.page.locator(".race-loss")).to_be_hidden()
    assert race.colours(".race-contour") > 50
    race.press("1")
    race.press("1")
    race.press("Space")
    race.page.wait_for_function("() => !document.querySelector('.race').player.clock.playing")
    assert race.step == 10
    race.press("Space")
    race.page.wait_for_function("() => document.querySelector('.race').player.clock.step > 12")


def test_the_result_stands_under_the_lanes_and_follows_the_playback(open_race):
    race = open_race(f"{FLAT}&steps=1500&lane=adam(lr=0.1)&lane=momentum&lane=sgd", at_end=False)
    star = race.page.locator(".race-legend .star")
    expect(star).to_be_hidden()
    race.press("ArrowRight")
    expect(said(race)).to_have_text("At step 1 Adam has the lowest loss, then Momentum, then SGD.")
    race.press("End")
    expect(said(race)).to_have_text(
        "After 1,500 steps Momentum is lowest (loss 4.0e−7); Adam is 17 times as high; "
        "SGD is at 0.285."
    )
    expect(race.page.locator(".race-legend button").nth(1)).to_have_text(
        "Momentum · lr 0.001loss 4.0e−7★"
    )
    expect(star).to_be_visible()


def test_lanes_whose_losses_differ_by_rounding_share_the_lowest(open_race):
    decay = "(lr=0.01,weight_decay=1)"
    race = open_race(
        f"{FLAT}&surface=booth&steps=40&lane=sgd{decay}&lane=sgdw{decay}&lane=adam", at_end=False
    )
    for _ in range(3):
        race.press("ArrowRight")
    expect(said(race)).to_have_text("At step 3 SGD and SGDW share the lowest loss, then Adam.")


def test_no_lane_has_a_star_where_none_can_be_called_best(open_race):
    race = open_race(f"{FLAT}&steps=20&lane=adam&lane=bfgs")
    expect(said(race)).to_contain_text(
        "No lane is marked as best, because their evaluations differ"
    )
    expect(race.page.locator(".race-legend .star")).to_have_count(0)


def test_a_slow_start_shows_the_first_steps_and_still_takes_ten_seconds(open_race):
    race = open_race(f"{FLAT}&steps=1500&lane=momentum", at_end=False)
    after = """seconds => { const { clock } = document.querySelector('.race').player;
      clock.position = 0; return clock.after(seconds) }"""
    assert race.page.evaluate(after, 0.5) < 6
    assert race.page.evaluate(after, 10) == pytest.approx(1500)
    race.page.locator(".race-speed").select_option("5/s")
    assert race.page.evaluate(after, 3) == pytest.approx(15)
    race.page.locator(".race-speed").select_option("2x")
    assert race.page.evaluate(after, 1) == pytest.approx(300)


@pytest.mark.parametrize(
    ("link", "width", "height"),
    [
        ("", 1366, 650),
        (EIGHT, 1366, 650),
        ("surface=linear_regression&steps=50&lane=adam&lane=sgd", 1366, 650),
        ("formula=log(x)%2By^2&lane=adam(lr=0.1)&lane=sgd(lr=0.1)", 1440, 900),
    ],
    ids=["opening", "many lanes", "data", "a formula and a warning"],
)
def test_all_pictures_and_the_transport_are_seen_at_once_on_a_laptop(
    open_race, link, width, height
):
    race = open_race(link, viewport={"width": width, "height": height})
    loss, transport = (
        race.page.locator(f".race-{name}").bounding_box() for name in ("loss", "transport")
    )
    assert loss["y"] + loss["height"] <= transport["y"]
    assert transport["y"] + transport["height"] <= height


def test_faster_is_never_slower_whatever_the_unit_of_the_speed(open_race):
    race = open_race(f"{FLAT}&steps=1500&lane=momentum&speed=1/s", at_end=False)
    clock = "document.querySelector('.race').player.clock"
    rates = []
    for _ in range(9):
        rates.append(race.page.evaluate(f"() => {clock}.rate({clock}.speed)"))
        race.press("]")
    assert rates == [1, 5, 20, 37.5, 75, 100, 150, 300, 600]
    race.page.locator(".race-speed").select_option("slow")
    race.press("[")
    expect(race.page.locator(".race-speed")).to_have_value("100/s")


def test_a_low_scene_has_fewer_numbers_at_its_axis_of_heights(open_race):
    race = open_race("steps=20&lane=sgd", viewport={"width": 844, "height": 390})
    labels = (
        "() => document.querySelector('.race-scene .race-plot')._fullLayout.scene.zaxis.ticktext"
    )
    few = race.page.evaluate(labels)
    race.page.set_viewport_size({"width": 1440, "height": 900})
    race.page.wait_for_function(f"few => ({labels})().length > few", arg=len(few))
    many = race.page.evaluate(labels)
    assert few[-1] == many[-1] != few[0]
    assert set(few) < set(many)


def test_dragging_along_the_curves_axis_shows_that_part_and_two_presses_the_whole(open_race):
    race = open_race(SHORT)
    part = "() => document.querySelector('.race-loss .race-plot')._fullLayout.xaxis.range"
    box = race.page.locator(".race-loss").bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] - 20
    race.page.mouse.move(x, y)
    race.page.mouse.down()
    race.page.mouse.move(x + box["width"] / 4, y, steps=4)
    race.page.mouse.up()
    eventually(lambda: 10 < race.page.evaluate(part)[0] < race.page.evaluate(part)[1] < 60)
    assert race.step == 100, "the race stays where it is"
    zoomed = race.page.evaluate(part)
    race.nudge_learning_rate()
    assert race.page.evaluate(part) == pytest.approx(zoomed)
    race.page.mouse.dblclick(x, box["y"] + box["height"] / 2)
    eventually(lambda: race.page.evaluate(part) == [0, 100])


def test_pointing_at_the_map_tells_where_about_how_high_and_which_way_is_down(open_race):
    race = open_race(f"{FLAT}&surface=booth&steps=50&lane=sgd(lr=0.01)")
    here = race.page.locator(".race-here")
    expect(here).to_be_hidden()
    box = race.page.locator(".race-contour").bounding_box()
    race.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    found = re.fullmatch(
        r"x (.+) · y (.+) · f about (.+) · -∇f about \((.+), (.+)\)",
        here.inner_text().replace("−", "-"),
    )
    x, y, about, *down = map(float, found.groups())
    exact = SURFACES["booth"].value((x, y))
    assert about == pytest.approx(float(exact), rel=0.25)
    gradient = SURFACES["booth"].gradient((x, y))
    assert down == pytest.approx(list(-gradient), abs=0.25 * float(abs(gradient).max()))


def test_the_path_before_a_change_stays_for_a_while(open_race):
    race = open_race(SHORT)
    ghosts = "() => document.querySelector('.race').player.contour.ghosts.map(g => g.lane)"
    assert race.page.evaluate(ghosts) == []
    race.nudge_learning_rate()
    assert race.page.evaluate(ghosts) == [0]
    race.page.wait_for_function(f"() => !({ghosts})().length")


def test_page_and_player_write_numbers_alike(open_race):
    values = [0, 1.5, -0.5, 1234.5, 0.001, 4.04e-7, -3e-9, 123456, 99999, 0.00099999]
    told = open_race(LITTLE).page.evaluate(
        "async values => { const { short } = await import('/player/number.js');"
        " return values.map(short) }",
        values,
    )
    assert told == [short(value) for value in values]


def test_by_the_keyboard_the_race_and_its_link_are_one_step_away(open_race):
    page = open_race(SHORT, at_end=False).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the race")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".race")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".race-step")).to_have_text("100 / 100")
    skip = page.get_by_role("button", name="Skip to sharing")
    skip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".race-copy")).to_contain_text("Copied")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Take it away")).to_be_focused()
