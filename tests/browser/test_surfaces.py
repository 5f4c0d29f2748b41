"""How a person finds a surface, and sees what it teaches."""

import re

import numpy as np
from driver import FLAT, eventually
from playwright.sync_api import expect

from experiment import Experiment, run

TOLD = re.compile(r"SGD \d+ at every angle; Adam \d+ to \d+\.$")


def open_picker(race):
    race.page.locator(".st-key-surface button").first.click()
    race.page.get_by_role("dialog").get_by_label("Search").wait_for()
    return race.page.get_by_role("dialog")


def test_the_search_has_the_focus_and_enter_takes_its_first_hit(open_race):
    race = open_race(FLAT)
    dialog = open_picker(race)
    expect(dialog.get_by_label("Search")).to_be_focused()
    race.page.keyboard.type("flat")
    expect(dialog.get_by_role("img").first).to_have_attribute("alt", "Map of Sharp and flat")
    race.page.keyboard.press("Enter")
    race.expect_query("surface=sharp_and_flat")
    dialog.wait_for(state="detached")
    expect(race.page.get_by_text("What to see.")).to_be_visible()
    # What is typed counts, though its answer is still on the way.
    dialog = open_picker(race)
    expect(dialog.get_by_label("Search")).to_have_value("")
    race.page.keyboard.type("banana")
    race.page.keyboard.press("Enter")
    race.expect_query("surface=rosenbrock&steps=400")


def test_a_map_is_chosen_where_it_is_pressed_and_shows_what_it_teaches_at_a_press(open_race):
    race = open_race(f"{FLAT}&surface=booth&lane=sgd(lr=0.2)")
    dialog = open_picker(race)
    plateau = dialog.get_by_alt_text("Map of Plateau")
    plateau.scroll_into_view_if_needed()
    race.settle()
    box = plateau.bounding_box()
    for part in (0.1, 0.9):
        over = race.page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('button')?.textContent",
            [box["x"] + part * box["width"], box["y"] + part * box["height"]],
        )
        assert over.strip() == "Plateau"
    race.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    race.expect_query("surface=plateau&lane=sgd(lr=0.2)")
    race.page.get_by_role("button", name="Show what it teaches").click()
    race.expect_query("surface=plateau&steps=150&lane=sgd(lr=0.1)&lane=adam(lr=0.1)")
    expect(race.page.get_by_text("The shelf holds SGD")).to_be_visible()


TURNING = """() => {
  const { live, contour } = document.querySelector(".race").player;
  const angle = live.moves.get("surface.transform.rotate")?.value;
  return { angle, map: Boolean(contour.beneath), runs: angle && live.runs?.lanes.map(
    ({ x, y, last }) => [x, y].map((each) => [...each.subarray(0, last + 1)])) };
}"""
"""What the page has computed of a surface that a hand turns."""


def test_a_dial_turns_the_world_and_shows_every_lanes_steps_at_every_angle(open_race):
    race = open_race(
        "surface=quadratic(condition=100)&steps=800&lane=sgd(lr=0.01)&lane=adam(lr=0.05)"
        "&panels=map,curve"
    )
    page = race.page
    page.get_by_role("button", name="View and shape of the surface").click()
    words = page.locator(".dial-words")
    expect(words).to_have_text(TOLD)
    lines = page.locator(".dial-chart path[stroke-width='2.5']")
    expect(lines).to_have_count(2)
    marker = page.locator(".dial-now")
    upright = float(marker.get_attribute("x1"))
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    dial = page.get_by_role("slider", name="Rotate", exact=True)
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=3)
    # While the hand still holds it the page turns the surface, and the chart shows where.
    page.wait_for_function(
        "x => Number(document.querySelector('.dial-now').getAttribute('x1')) > x + 50", arg=upright
    )
    eventually(lambda: page.evaluate(TURNING)["runs"])
    turning, opening = page.evaluate(TURNING), race.query
    assert turning["map"], "the map's bands are the page's"
    assert "rotate=" not in opening
    page.mouse.up()
    race.expect_query("rotate=")
    race.settle()
    assert not page.evaluate(TURNING)["map"]
    experiment = Experiment.from_query(race.query)
    assert experiment.plane.transform.rotate == turning["angle"]
    for computed, trajectory in zip(turning["runs"], run(experiment), strict=True):
        assert np.allclose(np.transpose(computed), trajectory.theta, rtol=1e-6, atol=1e-9)
    expect(words).to_have_text(TOLD)
    heights = [float(dot.get_attribute("cy")) for dot in page.locator(".dial-dot").all()]
    assert heights[1] < heights[0], "askew, Adam takes more steps than SGD"
