"""What is no f(x, y), and a function of x alone, in a real browser."""

from driver import FLAT, eventually
from playwright.sync_api import expect

from experiment import Experiment, run

TWO = (
    "problem=reddi_deterministic&lane=adam(lr=0.5,beta1=0,beta2=0.1,schedule=inverse_sqrt)"
    "&lane=amsgrad(lr=0.5,beta1=0,beta2=0.1,schedule=inverse_sqrt)"
)
CURVE = (
    f"{FLAT}&formula=x^4-2x^2%2Bx/2&domain=-2,2,-2,2&start=1.8,0.5&steps=60&lane=momentum(lr=0.02)"
)


def test_a_problem_is_drawn_on_one_wide_panel_and_played(open_race):
    race = open_race(TWO, at_end=False)
    expect(race.page.get_by_role("heading", name="Every third step")).to_be_visible()
    expect(race.page.locator(".race-scene")).to_be_hidden()
    panels = [race.page.locator(name).bounding_box() for name in (".race-contour", ".race-panels")]
    assert panels[0]["width"] > 0.95 * panels[1]["width"]
    race.press("Home")
    start = race.ink(".race-contour")
    race.press("End")
    eventually(lambda: race.ink(".race-contour") > 1.5 * start)
    expect(race.page.locator(".race-result")).to_contain_text("After 200 steps")


def test_inside_a_problem_shows_its_one_coordinate_and_no_arrow(open_race):
    race = open_race(TWO)
    race.page.get_by_role("button", name="Inside").click()
    inside = race.page.get_by_role("region", name="Inside one step")
    expect(inside.locator(".race-told")).to_contain_text("Step 200")
    (adam, _) = run(Experiment.from_query(TWO))
    race.page.get_by_role("slider", name="Step", exact=True).fill(str(adam.projected.argmax() + 1))
    expect(inside.locator(".race-told")).to_contain_text("was put back to the edge")
    expect(inside.locator("tr[title=position] td")).to_have_count(2)
    expect(inside.locator(".race-arrows button:visible")).to_have_count(0)


def test_from_a_problem_one_goes_to_a_surface_and_back_again(open_race):
    race = open_race(TWO)
    race.page.get_by_role("button", name="Every third step").locator("visible=true").click()
    race.page.get_by_role("button", name="Booth", exact=True).locator("visible=true").click()
    race.expect_query("surface=booth")
    expect(race.page.locator(".race-scene")).to_be_visible()
    race.settle()
    assert race.colours(".race-scene") > 300
    race.page.go_back()
    race.expect_query("problem=reddi_deterministic")
    expect(race.page.locator(".race-scene").locator("visible=true")).to_have_count(0)


def test_on_a_curve_the_start_is_moved_along_x_and_keeps_its_y(open_race):
    race = open_race(CURVE)
    box = race.page.locator(".race-contour").bounding_box()
    race.page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    eventually(lambda: race.numbers("start")[0] < 0)
    assert race.numbers("start")[1] == 0.5
