"""The race as one file, opened from the disk without a connection."""

import re
from dataclasses import replace

import pytest
from driver import DESKTOP, FLAT, PHONE, POLICY, Race
from playwright.sync_api import expect

from experiment import Experiment, run
from experiment.link import handed_on
from experiment.strip import strip
from experiment.told import Measured
from exports.lesson_page import lesson_page
from exports.page import page
from lessons import LESSONS, Choice
from lessons.playlist import Playlist, Taken
from lessons.result import checked, read_codes

LINK = "surface=saddle(a=6,b=3)&domain=-1,1,-1,1&steps=150&lane=adam(lr=0.01)&lane=sgd(lr=0.01)"
LOW = f"{LINK}&{FLAT}"


def stops_of(lane, name):
    return lane.optimizer.hyperparameters()[name].stops


@pytest.fixture
def open_file(open_tab, tmp_path):
    """Opens the file of a link; at the end, nothing may have been asked for or gone wrong."""
    asked = []

    def open_(query=LINK, policy="", **settings):
        experiment = Experiment.from_query(query)
        file = tmp_path / "race.html"
        html = page(experiment, run(experiment))
        if policy:
            meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            html = html.replace("<head>", f"<head>{meta}", 1)
        file.write_text(html, encoding="utf-8")
        tab = open_tab(offline=True, **settings)
        tab.on("request", lambda r: asked.append(r.url) if r.url.startswith("http") else None)
        tab.goto(file.as_uri())
        tab.wait_for_selector(".race.is-ready")
        race = Race(tab, file.as_uri())
        race.settle()
        race.press("End")
        return race

    yield open_
    assert not asked, asked


def test_the_file_computes_by_itself_what_a_hand_changes(open_file):
    race = open_file(f"surface=rosenbrock&steps=120&lane=adam(lr=0.1)&lane=momentum&{FLAT}")
    tab = race.page
    expect(tab.locator(".alive")).to_be_visible()
    tab.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    slider = tab.get_by_role("slider", name="Learning rate of Adam")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    decay = tab.get_by_role("slider", name="beta1 β₁ of lane 1, Adam")
    decay.focus()
    tab.keyboard.press("ArrowLeft")
    exact = tab.get_by_role("textbox", name="Exact momentum μ of lane 2, Momentum")
    exact.fill("1.5")
    exact.press("Enter")
    expect(tab.locator(".slider-refused").filter(has_text="1.5")).to_have_text(
        "Momentum μ of lane 2, Momentum must be at least 0 and at most 1, not 1.5; "
        "it stays as it was."
    )
    exact.fill("0.85")
    exact.press("Enter")
    expect(tab.locator(".slider-refused").filter(has_text="must")).to_have_count(0)
    box = tab.locator(".race-contour .race-plot").bounding_box()
    tab.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    computed = "() => document.querySelector('.race').player.live.runs"
    tab.wait_for_function(f"() => ({computed})()?.start[0] > 0")
    found = tab.evaluate(
        f"""() => {{
          const {{ start, lanes }} = ({computed})();
          return [start, lanes.map(({{ numbers, x, y, last }}) => [numbers, x[last], y[last]])];
        }}"""
    )
    start, lanes = found
    (adam, *_), (momentum, *_) = lanes
    assert adam["lr"] > 0.1
    assert adam["beta1"] < 0.9
    assert momentum["momentum"] == 0.85
    asked = (
        f"start={start[0]},{start[1]}&lane=adam(lr={adam['lr']!r},beta1={adam['beta1']!r})"
        f"&lane=momentum(lr={momentum['lr']!r},momentum=0.85)"
    )
    again = run(Experiment.from_query(f"surface=rosenbrock&steps=120&{asked}"))
    for (_, x, y), trajectory in zip(lanes, again, strict=True):
        assert (x, y) == tuple(trajectory.theta[-1])

    tab.get_by_role("button", name="As it was taken away").click()
    expect(exact).to_have_value("0.9")
    expect(slider).to_have_attribute("aria-valuetext", "0.1")
    expect(tab.locator(".race-legend")).to_contain_text("lr 0.1")
    tab.wait_for_function("() => !document.querySelector('.race').player.live.runs")


def test_strips_stand_under_the_sliders_of_a_file_under_a_policy_without_eval(open_file):
    link = "surface=ravine&steps=200&lane=sgd(lr=0.5)&lane=nesterov(lr=0.1)"
    race, held = open_file(f"{link}&{FLAT}", policy=POLICY), Experiment.from_query(link)
    tab, (sgd, nesterov) = race.page, held.lanes
    stops = sgd.optimizer.hyperparameters()["lr"].stops
    theirs = strip(held, sgd, "lr", stops)
    low, high = theirs.limit
    words = f"^Diverges above {low:g}; ends lowest at .*; on a quadratic theory’s limit is 2[.]$"
    rates = tab.locator(".race-rate")
    expect(rates.first.locator("canvas")).to_have_attribute("aria-label", re.compile(words))
    tab.get_by_role("button", name="Find the limit of SGD’s learning rate").click()
    said = rates.first.locator(".race-chosen")
    expect(said).to_contain_text(f"diverges, and {high:g} does.")
    expect(said).to_contain_text(f"Chosen on this very race, by {theirs.runs + 4} runs.")
    expect(rates.first.locator("output")).to_have_text(f"{low:g}")
    ended = "() => document.querySelector('.race').player.live.runs?.lanes[0].end ?? ''"
    assert not tab.evaluate(ended)
    # Of what stands there no longer nothing is said.
    rate = tab.get_by_role("slider", name="Learning rate of SGD")
    rate.press("ArrowRight")
    expect(said).to_be_empty()
    tab.wait_for_function(f"() => ({ended})().startsWith('diverged')")
    # A strip of another number, whose words follow the race.
    momentum = tab.locator(".setting").filter(has_text="momentum")
    label = momentum.locator("canvas")
    theirs = strip(held, nesterov, "momentum", stops_of(nesterov, "momentum"))
    best = min(range(len(theirs.loss)), key=lambda i: (theirs.diverged[i], theirs.loss[i]))
    value = f"{theirs.values[best]:g}"
    expect(label).to_have_attribute("aria-label", re.compile(f"; ends lowest at {value}, at"))
    momentum.get_by_role("button", name="Best here").click()
    chosen = momentum.locator(".slider-chosen")
    expect(chosen).to_contain_text(f"Of {len(theirs.values)} places it ends lowest here")
    expect(momentum.get_by_role("textbox")).to_have_value(value)
    before = label.get_attribute("aria-label")
    tab.get_by_role("slider", name="Learning rate of Nesterov").press("End")
    expect(label).not_to_have_attribute("aria-label", before)
    expect(chosen).to_be_empty()


def test_a_lessons_file_is_gone_through_without_a_connection(open_tab, tmp_path):
    lesson, file = LESSONS["saddle"], tmp_path / "lesson.html"
    one, two = (card for card in lesson.cards if isinstance(card.guess, Choice))
    file.write_text(lesson_page(replace(lesson, cards=(one, two))), encoding="utf-8")
    tab = open_tab(offline=True, viewport=DESKTOP, reduced_motion="reduce")
    tab.goto(file.as_uri())
    place = tab.locator(".lesson-place")
    for n, (card, then) in enumerate(((one, "Next"), (two, "Done")), 1):
        expect(place).to_have_text(f"{n} of 2")
        tab.get_by_role("button", name=card.guess.answers[0].label, exact=True).click()
        expect(tab.locator(".lesson-answer")).to_contain_text("You said ")
        tab.get_by_role("button", name="Try it", exact=True).click()
        tab.get_by_role("button", name=card.tries[0].label, exact=True).click()
        tab.get_by_role("button", name="As it was", exact=True).click()
        tab.get_by_role("button", name=then, exact=True).click()
    expect(tab.locator(".over-sum")).to_have_text("You have done 2 of 2 cards.")
    expect(tab.get_by_role("heading", name=lesson.title)).to_be_focused()
    expect(tab.locator(".over-taken")).to_be_empty()
    tab.get_by_label("Your name").fill("Ada")
    code = tab.get_by_label("To hand it in")
    expect(code).not_to_have_value("")
    tab.get_by_role("button", name="Once more from the start").click()
    expect(place).to_have_text("1 of 2")


@pytest.fixture
def open_lesson(open_tab, tmp_path):
    """Opens the file of a lesson without a connection."""

    def open_(lesson, **settings):
        file = tmp_path / "lesson.html"
        file.write_text(lesson_page(lesson), encoding="utf-8")
        tab = open_tab(offline=True, reduced_motion="reduce", **settings)
        tab.goto(file.as_uri())
        tab.wait_for_selector(".race.is-ready")
        return tab

    return open_


def test_a_lessons_slider_is_alive_in_its_file(open_lesson):
    lesson = LESSONS["step_size_limit"]
    card = next(card for card in lesson.cards if card.slide and isinstance(card.guess, Choice))
    tab = open_lesson(replace(lesson, cards=(card,)), viewport=DESKTOP)
    tab.get_by_role("button", name=card.guess.answers[0].label, exact=True).click()
    tab.get_by_role("button", name="Try it", exact=True).click()
    slider = tab.get_by_role("slider", name="Learning rate")
    expect(tab.get_by_text("This page computes the race by itself.")).to_be_visible()
    slider.focus()
    tab.keyboard.press("ArrowLeft")
    computed = "() => document.querySelector('.race').player.live.runs"
    tab.wait_for_function(computed)
    lane, name = card.slide.lane, card.slide.name
    value, end = tab.evaluate(
        f"""([lane, name]) => {{
          const {{ numbers, x, y, last }} = ({computed})().lanes[lane];
          return [numbers[name], [x[last], y[last]]];
        }}""",
        [lane, name],
    )
    lanes = list(card.experiment.lanes)
    before = lanes[lane].optimizer
    assert value < getattr(before, name)
    lanes[lane] = replace(lanes[lane], optimizer=before.with_values(**{name: value}))
    again = run(replace(card.experiment, lanes=tuple(lanes)))
    assert end == again[lane].theta[-1].tolist()
    legend = tab.locator(".race-legend")
    expect(legend).to_contain_text(f"lr {value:g}")

    exact = tab.get_by_role("textbox", name="Exact learning rate")
    exact.fill("-1")
    exact.press("Enter")
    expect(tab.locator(".slider-refused")).to_have_text(
        re.compile("must be .*, not -1; it stays as it was.")
    )
    expect(exact).to_have_value(repr(value))
    tab.get_by_role("button", name="As it was", exact=True).click()
    expect(exact).to_have_value(repr(getattr(before, name)))
    expect(tab.locator(".slider-refused")).to_be_empty()
    expect(legend).to_contain_text(f"lr {getattr(before, name):g}")
    low, _ = strip(
        card.experiment, card.experiment.lanes[lane], name, stops_of(lanes[lane], name)
    ).limit
    tab.get_by_role("button", name="Find the limit of learning rate").click()
    expect(exact).to_have_value(repr(low))
    expect(tab.locator(".slider-chosen")).to_contain_text("Chosen on this very race")
    expect(legend).to_contain_text(f"lr {low:g}")


def test_goals_are_reached_by_sliders_in_a_lessons_file(open_lesson):
    keys = ("adam", "momentum", "saddle", "edge_of_stability")
    lesson = Playlist("Goals", tuple(Taken(key, "your-turn") for key in keys)).lesson
    tab = open_lesson(lesson, viewport=DESKTOP)
    state = tab.locator(".lesson-answer")
    for n, card in enumerate(lesson.cards, 1):
        expect(tab.locator(".lesson-place")).to_have_text(f"{n} of 4")
        expect(tab.get_by_role("button", name="Best here")).to_have_count(0)  # nor the answer
        (own,), (solved,) = card.experiment.lanes, Experiment.from_query(card.goal.solution).lanes
        before, after = own.optimizer.values(), solved.optimizer.values()
        numbers = {name: value for name, value in after.items() if before[name] != value}
        texts = {"lr": "learning rate", "momentum": "momentum"}
        for i, (name, value) in enumerate(numbers.items(), 1):
            exact = tab.get_by_role("textbox", name=f"Exact {texts[name]}")
            exact.fill(repr(value))
            exact.press("Enter")
            expect(state).to_have_text("Reached." if i == len(numbers) else "Not yet.")
        tab.get_by_role("button", name=re.compile("^(Next|Done)$")).click()
    expect(tab.locator(".over-sum")).to_have_text("You have done 4 of 4 cards.")
    (result,), _ = read_codes(tab.get_by_label("To hand it in").input_value())
    checks = checked(lesson, result, lambda e: Measured(e, run(e)))
    assert [(each.solved, each.helped) for each in checks] == [(True, False)] * 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [{"viewport": DESKTOP}, PHONE], ids=["desktop", "phone"])
def test_the_file_shows_the_race_on_any_screen(open_file, screen, scheme):
    race = open_file(**screen, color_scheme=scheme)
    assert race.colours(".race-scene") > 1000
    assert race.colours(".race-contour") > 100
    assert race.colours(".race-loss") > 50
    width = race.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert width == 0
    background = race.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(14, 17, 23)"}[scheme]


def test_brackets_and_roots_are_as_high_as_what_they_hold(open_file):
    """In a font of our own: few systems have one that a browser can stretch signs with."""
    race = open_file(
        f"{FLAT}&formula=(x/(1%2By^2))^2%2Bsqrt(x^2/(1%2By^2))&lane=sgd&steps=5&start=1,1"
    )
    bracket, root, fraction = race.page.evaluate(
        """() => [".formula mo", ".formula msqrt", ".formula mfrac"].map((selector) =>
            Math.max(...[...document.querySelectorAll(selector)].map(
                (e) => e.getBoundingClientRect().height)))"""
    )
    fonts = "() => [...document.fonts].map(({ family, status }) => [family, status])"
    assert ["Descent Lab Math", "loaded"] in [
        [family.strip('"'), status] for family, status in race.page.evaluate(fonts)
    ]
    assert bracket > 0.9 * fraction
    assert root > fraction


def test_the_file_plays_and_steps(open_file):
    race = open_file()
    race.press("Home")
    start = (race.drawn_vertices(), race.ink(".race-contour"), race.ink(".race-loss"))
    race.page.locator(".race-play").click()
    race.page.wait_for_function(
        "() => parseInt(document.querySelector('.race-step').textContent) > 20"
    )
    race.page.locator(".race-play").click()
    assert 0 < race.step < 150
    middle = (race.drawn_vertices(), race.ink(".race-contour"), race.ink(".race-loss"))
    assert all(later > before for later, before in zip(middle, start, strict=True))
    race.press("End")
    assert race.step == 150


def test_the_file_follows_the_theme_while_it_is_open(open_file):
    race = open_file(LOW, color_scheme="light")
    label = "() => getComputedStyle(document.querySelector('.race-loss .xtick text')).fill"
    assert race.page.evaluate(label) == "rgb(49, 51, 63)"
    race.page.emulate_media(color_scheme="dark")
    race.page.wait_for_function(f"() => ({label})() === 'rgb(250, 250, 250)'")


def test_the_file_holds_title_formula_results_and_link(open_file):
    race = open_file(LOW)
    assert race.page.title() == "Saddle · Descent Lab"
    assert race.page.locator("h1").inner_text() == "Saddle"
    assert race.page.locator(".formula").inner_text().endswith("a = 6, b = 3")
    assert race.page.locator(".formula math").bounding_box()["width"] > 100
    rows = race.page.locator("table tr").all_inner_texts()
    assert [row.split("\t")[0].strip() for row in rows] == [
        "Lane",
        "Adam · lr 0.01",
        "SGD · lr 0.01 ★",
    ]
    assert race.page.locator("footer code").inner_text() == f"?{handed_on(LOW)}"


def test_the_file_gives_a_picture_of_itself(open_file):
    race = open_file(LOW)
    race.page.locator(".media [name=panel]").select_option("loss")
    with race.page.expect_download() as started:
        race.page.get_by_role("button", name="Make it").click()
    assert started.value.suggested_filename == "saddle-adam-sgd-curve.png"
    assert started.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_menu_on_the_page_gives_the_file(open_race):
    race = open_race(f"{FLAT}&steps=50&lane=adam(lr=0.1)")
    race.page.get_by_role("button", name="Take it away").click()
    with race.page.expect_download() as started:
        race.page.get_by_role("button", name="Small web page", exact=True).click()
    assert started.value.suggested_filename == "rosenbrock-adam_online.html"
    text = started.value.path().read_text(encoding="utf-8")
    assert f'<a href="{race.address}/?surface=rosenbrock&amp;steps=50&amp;lane=adam' in text


def test_the_file_holds_the_inside_of_every_step_and_every_start(open_file):
    race = open_file("start=-1.5,1.5&start=1,0&steps=60&lane=adam(lr=0.1)&lane=momentum")
    lanes = "document.querySelector('.race').player.contour.lanes"
    further = race.page.evaluate(f"() => {lanes}.map(lane => lane.swarm.begins.length)")
    assert further == [1, 1]
    parts = (
        "uid => document.querySelector('.race').player.scene.inner.traces[uid].linePlot.vao.parts"
    )
    whole = [race.page.evaluate(parts, f"swarm{lane}") for lane in range(2)]
    assert all(count > 0 for ((_, count),) in whole)
    race.page.get_by_role("button", name="To the start").click()
    assert [race.page.evaluate(parts, f"swarm{lane}")[0][1] for lane in range(2)] == [0, 0]
    race.page.get_by_role("button", name="To the end").click()
    race.page.get_by_role("button", name="Inside").click()
    inside = race.page.get_by_role("region", name="Inside one step")
    expect(inside.locator(".race-told")).to_contain_text("Step 60")
    inside.get_by_role("combobox").select_option(label="Momentum · lr 0.001")
    expect(inside.locator(".race-rule")).to_contain_text("0.9")
    expect(race.page.get_by_role("combobox", name="Curve", exact=True)).to_be_hidden()
