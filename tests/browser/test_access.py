"""What holds for people who do not see the pictures, and where the browser or the line fails."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from driver import DESKTOP, FLAT, LITTLE, PATIENCE, PHONE, Race, eventually, serve
from playwright.sync_api import Page, expect

from experiment import Experiment, run
from exports.page import page

LINK = "surface=booth&steps=100&lane=adam(lr=0.5)&lane=sgd(lr=0.01)"
EIGHT = "&".join(
    f"lane={key}" for key in ("adam", "sgd", "momentum", "nesterov", "rmsprop", "adagrad", "lion")
)

# In the dark the same page has other colours: what is no matter of colours is held in the light.
RULES = {"light": (), "dark": ("color-contrast", "link-in-text-block")}

# What a page's author cannot mend: a rule, and a part of what breaks it. Streamlit's own; and axe
# hears no MathML, which readers do. May this list only become shorter.
BEYOND = {
    "presentation-role-conflict": "stFileUploaderDropzone",
    "region": "data-floating-ui-portal",  # an open popover
    "empty-table-header": "<math>",
}


def violations(tab: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds wrong on a page by some of its rules, or all."""
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    tab.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    return [
        f"{violation['id']}: {node['target']} {node['html'][:80]} {node['any']}"
        for violation in Axe().run(tab, options=options).response["violations"]
        for node in violation["nodes"]
        if BEYOND.get(violation["id"], "\0") not in node["html"]
    ]


def scrolling(tab: Page) -> int:
    """How many formulas and listings scroll sideways, once all are reached by the keyboard."""
    unreached = ":is(.katex-display, pre):not([tabindex])"
    tab.wait_for_function(
        "unreached => [...document.querySelectorAll(unreached)]"
        ".every(e => e.scrollWidth <= e.clientWidth)",
        arg=unreached,
    )
    return tab.locator(":is(.katex-display, pre)[tabindex]").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_race_and_whatever_opens_over_it_violate_nothing(open_race, scheme):
    rules = RULES[scheme]
    race = open_race(f"steps=100&{EIGHT}&lane=adamw", color_scheme=scheme)
    page, dialog = race.page, race.page.get_by_role("dialog")
    page.locator(".race-legend button").nth(1).click()
    page.get_by_role("button", name="Inside").click()
    page.get_by_role("region", name="Inside one step").wait_for()
    race.press("?")
    page.get_by_text("as a presenter’s remote").wait_for()
    race.settle()
    assert violations(page, rules) == []
    race.press("?")
    for opens, shows in (
        ("Settings of lane 1, Adam", "beta1 β₁"),
        ("View and shape of the surface", "Turned, shifted, scaled"),
        ("Open a race file", "A race that was taken away as a file"),
        ("Take it away", "Picture or film"),
        ("Rosenbrock", "Bowls and valleys"),
        ("Momentum", "Adaptive"),
    ):
        button = page.get_by_role("button", name=opens, exact=opens == "Momentum")
        button.locator("visible=true").first.click()
        page.get_by_text(shows).first.wait_for()
        race.settle()
        assert violations(page, rules) == [], opens
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_optimizers_page_violates_nothing_and_what_scrolls_is_reached(open_race, scheme):
    race = open_race(LITTLE, at_end=False, color_scheme=scheme)
    race.page.get_by_role("link", name="Optimizers").locator("visible=true").click()
    race.page.get_by_role("heading", name="Code").wait_for()
    race.page.wait_for_selector(".race.is-ready")
    race.settle()
    assert scrolling(race.page) > 0
    assert violations(race.page, RULES[scheme]) == []


def test_a_phone_and_its_sheet_violate_nothing(open_race):
    race = open_race("steps=100&lane=adam&lane=momentum", **PHONE)
    assert violations(race.page) == []
    race.page.get_by_role("button", name="Expand sidebar").click()
    race.page.get_by_role("slider", name="Learning rate of lane 1").wait_for()
    race.settle()
    assert violations(race.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_file_violates_nothing_and_says_the_results(browser, tmp_path, scheme):
    file, experiment = tmp_path / "race.html", Experiment.from_query(LINK)
    file.write_text(page(experiment, run(experiment)), encoding="utf-8")
    with browser.new_context(viewport=DESKTOP, color_scheme=scheme) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".race.is-ready", timeout=PATIENCE)
        assert violations(tab, RULES[scheme]) == []
        expect(tab.locator(".race-scene figcaption")).to_contain_text("Adam · lr 0.5 ")


def test_each_picture_says_in_words_how_the_lanes_ended(open_race):
    race = open_race("surface=booth&steps=600&lane=adam(lr=0.5)&lane=sgd(lr=0.5)&lane=lion")
    scene, contour, _, loss = race.page.locator("figcaption").all_text_contents()
    adam, sgd, lion = run(Experiment.from_query(race.query))
    told = (
        f"Adam · lr 0.5 reached the lowest minimum at step {adam.outcome.step}, with a loss of "
        f"{adam.loss[-1]:.3g} at (1, 3). "
        f"SGD · lr 0.5 diverged at step {sgd.outcome.step}, with a loss of "
    )
    assert scene == contour
    assert scene.startswith(told)
    assert f"Lion · lr 0.0001 was still moving after {lion.outcome.step} steps" in scene
    assert loss.startswith("The loss of each lane: Adam · lr 0.5 ends at ")
    race.page.locator(".race-legend button").first.click()
    expect(race.page.locator(".race-scene figcaption")).not_to_contain_text("Adam")


def test_without_webgl_a_sentence_stands_for_the_scene_and_the_rest_plays(open_race, browser):
    race = open_race(LINK, anew=True)
    race.page.add_init_script(
        "const own = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return kind.includes('webgl') ? null : own.call(this, kind, ...rest) }"
    )
    race.open(LINK)
    expect(race.page.locator(".race-lost")).to_contain_text("This browser has no WebGL")
    whole = race.ink(".race-contour"), race.ink(".race-loss")
    race.press("Home")
    expect(race.page.locator(".race-step")).to_have_text("0 / 100")
    race.press("Space")
    expect(race.page.locator(".race-play")).to_have_attribute("aria-label", "Pause")
    expect(race.page.locator(".race-step")).not_to_have_text("0 / 100")
    race.press("End")
    eventually(lambda: (race.ink(".race-contour"), race.ink(".race-loss")) == whole)
    race.nudge_learning_rate()
    race.page.locator(".race-legend button").first.click()
    race.page.set_viewport_size({"width": 1100, "height": 800})
    race.settle()


def test_a_lost_context_of_the_scene_is_drawn_again_as_it_stood(open_race):
    race = open_race(LINK)
    race.drag(".race-scene", (90, 30))
    put, drawn = race.camera(), race.drawn_vertices()
    race.page.evaluate(
        "() => document.querySelector('.race-scene canvas').getContext('webgl')"
        ".getExtension('WEBGL_lose_context').loseContext()"
    )
    said = race.page.locator(".race-lost")
    expect(said).to_contain_text("it is being drawn again")
    expect(said).to_be_hidden()
    race.settle()
    eventually(lambda: race.colours(".race-scene") > 1000)
    assert race.camera() == pytest.approx(put, abs=1e-6)
    assert race.drawn_vertices() == drawn


def test_playback_goes_on_after_a_pause_of_the_tab_and_through_a_resize(open_race):
    race = open_race(f"{FLAT}&steps=1000&lane=sgd")
    race.press("Home")
    passed = race.page.evaluate(
        """async () => {
            const { player } = document.querySelector(".race"), { clock } = player;
            const own = requestAnimationFrame, frame = () => new Promise(own);
            player.do("play");
            await frame();
            const before = clock.position; // then no frames for six seconds, as in the background
            globalThis.requestAnimationFrame = seen => own(now => seen(now + 6000));
            await frame();
            await frame();
            return clock.position - before;
        }"""
    )
    assert 0 < passed < 400, "six seconds would be 600 steps"
    race.page.set_viewport_size({"width": 1100, "height": 800})
    race.page.wait_for_function(
        "() => { const e = document.querySelector('.race-loss .race-plot');"
        " return Math.abs(e.clientWidth - e._fullLayout.width) <= 1 }"
    )
    race.page.wait_for_function("() => !document.querySelector('.race').player.clock.playing")
    assert race.step == 1000


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_who_asked_for_less_motion_sees_one_picture_after_another(open_race, motion):
    race = open_race(f"{FLAT}&steps=10000&lane=sgd(lr=0.0001)", reduced_motion=motion)
    race.press("Home")
    race.press("Space")
    seen = race.page.evaluate(
        "() => new Promise(done => { const seen = [];"
        " const look = now => { const step = document.querySelector('.race').player.clock.step;"
        " if (seen.at(-1)?.[1] !== step) seen.push([now, step]);"
        " seen.length < 6 ? requestAnimationFrame(look) : done(seen) };"
        " requestAnimationFrame(look) })"
    )
    stood = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(seen[1:])]
    assert (min(stood) > 400) == (motion == "reduce")


def test_two_tabs_of_one_visitor_keep_to_their_own_race(open_race):
    race = open_race(f"{FLAT}&{LINK}")
    other = Race(race.page.context.new_page(), race.address).open(
        f"{FLAT}&surface=beale&lane=adam(lr=0.1)"
    )
    other.nudge_learning_rate()
    race.page.bring_to_front()
    race.nudge_learning_rate()
    assert race.query.startswith("surface=booth")
    assert other.query.startswith("surface=beale")
    expect(other.page.locator(".race-legend button")).to_have_count(1)
    expect(race.page.locator(".race-legend button")).to_have_count(2)


def test_a_presenters_remote_plays_in_full_screen_and_scrolls_elsewhere(open_race):
    race = open_race(f"{FLAT}&{LINK}")
    race.press("PageUp")
    assert race.step == 100
    race.page.get_by_role("button", name="Full screen").click()
    race.page.wait_for_function("() => document.fullscreenElement")
    race.page.keyboard.press("PageUp")
    expect(race.page.locator(".race-step")).to_have_text("0 / 100")
    race.page.keyboard.press("PageDown")
    expect(race.page.locator(".race-step")).not_to_have_text("0 / 100")
    race.page.keyboard.press("b")
    expect(race.page.locator(".race-panels")).to_be_hidden()
    race.page.keyboard.press(".")
    expect(race.page.locator(".race-panels")).to_be_visible()


def test_one_finger_scrolls_past_the_scene_and_two_turn_it(open_race):
    race = open_race(LINK, **PHONE)
    box = race.page.locator(".race-scene").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = race.page.context.new_cdp_session(race.page)

    def move(*offsets: int) -> None:
        for kind, way in (("touchStart", 0), *[("touchMove", 15 * i) for i in range(1, 7)]):
            points = [{"x": x + off + way, "y": y - way, "id": i} for i, off in enumerate(offsets)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            race.page.wait_for_timeout(40)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    untouched = race.camera()
    move(0, 60)
    eventually(lambda: race.camera() != pytest.approx(untouched, abs=0.05))
    race.settle()
    turned = race.camera()
    top = race.page.locator(".race-scene").bounding_box()["y"]
    move(0)
    eventually(lambda: race.page.locator(".race-scene").bounding_box()["y"] < top - 20)
    race.settle()
    assert race.camera() == pytest.approx(turned, abs=0.05)


def test_the_race_outlives_the_server_and_the_link_is_restored_by_the_next(browser, tmp_path):
    with browser.new_context(viewport=DESKTOP) as context:
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        note, step = tab.locator(".race-note"), tab.locator(".race-step")
        with serve(tmp_path) as (address, *_):
            race = Race(tab, address).open(f"{FLAT}&{LINK}")
            race.nudge_learning_rate()
            link = race.query
        expect(note).to_contain_text("The connection to the server is lost")
        assert race.colours(".race-contour") > 100
        race.press("Home")
        expect(step).to_have_text("0 / 100")
        race.press("Space")
        expect(step).not_to_have_text("0 / 100")
        with serve(tmp_path, int(address.rpartition(":")[2])) as (_, _, log):
            expect(note).to_be_hidden()
            race.settle()
            tab.get_by_label("Steps", exact=True).fill("200")
            tab.keyboard.press("Enter")
            race.expect_query("steps=200")
            eventually(lambda: race.query == link.replace("steps=100", "steps=200"))
            race.nudge_learning_rate()
        assert "Traceback" not in log.read_text()
