"""How lanes end at each stop of a slider, as the page's worker finds it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from driver import FLAT
from playwright.sync_api import expect

from experiment import Experiment, run
from experiment.maps.axis import swept
from experiment.strip import strip
from figures.live import live
from figures.relief import relief
from player import STATIC

PAGE = "http://strip.test/"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"

RACES = [
    ("surface=rosenbrock&steps=300&lane=momentum&lane=adam(beta1=0.8)&lane=nadam", "lr"),
    ("surface=himmelblau&steps=200&lane=nesterov&lane=rmsprop&lane=lion&lane=sgd", "lr"),
    ("surface=booth&steps=150&noise=0.5&lane=momentum&lane=adam(schedule=cosine,clip=1)", "lr"),
    ("surface=beale&steps=100&lane=lookahead(base=sgd)&lane=yogi", "lr"),
    ("surface=ravine&steps=120&lane=momentum(lr=2.5)&lane=nesterov(lr=1.5)", "momentum"),
    ("surface=ravine&steps=120&lane=sgd(lr=1e-5)&lane=sgd(lr=10)", "lr"),
    ("surface=booth&start=1,2&steps=90&lane=adam(eps=0)&lane=adam(eps=0)", "eps"),
    ("formula=sqrt(x)%2By^2&domain=-1,3,-1,2&start=2,1&steps=90&lane=momentum&lane=sgd", "lr"),
    ("surface=rosenbrock&steps=90&lane=lookahead(base=sgd(lr=0.004))", "k"),
]
"""On surfaces of arithmetic, under rules that are equal to the last bit; and what a strip is of."""

BESIDE = 4
"""Runs from right beside the start, by which a strip tells where the last digit decides."""

INEXACT = [
    "surface=ackley&steps=200&lane=sgd&lane=momentum(lr=0.05)&lane=adam",
    "surface=rastrigin&steps=300&lane=momentum&lane=nesterov&lane=lion",
    "surface=easom&steps=100&lane=sgd&lane=adam",
    "formula=x^2%2Bsin(9x)%2By^2&domain=-3,3,-3,3&start=2,1&steps=500&lane=momentum&lane=sgd",
    "surface=booth&steps=200&lane=sgd&lane=adam",
]
"""Where exponentials and sines differ in the last place between the page and the server, and one
race where they do not."""

SETTLE = """async ({ root, heads, ...asked }) => {
  const [{ Live }, { strips }] = await Promise.all(
    ["live", "strip"].map(name => import(`${root}player/${name}.js`)));
  const live = new Live(root, () => {});
  let found;
  const strip = { ...asked, clear() {}, fail() { throw new Error("failed"); } };
  for (const head of heads) {
    found = await new Promise(take => {
      strip.take = take;
      live.take(head);
      strips.show(strip);
    });
  }
  live.leave();
  strips.leave(strip);
  return found;
}"""


@pytest.fixture(scope="module")
def page(browser):
    """A page under a policy without eval, which serves what the app's routes do."""
    context, files = browser.new_context(), {}
    page = context.new_page()

    def answer(route):
        name = route.request.url.removeprefix(PAGE)
        folder, _, file = name.partition("/")
        body = (STATIC / file).read_bytes() if folder == "player" else files.get(file, b"")
        kinds = {"js": "text/javascript", "f64": "application/octet-stream", "": "text/html"}
        route.fulfill(
            body=body,
            content_type=kinds[name.rpartition(".")[2]],
            headers={"Content-Security-Policy": POLICY},
        )

    context.route(f"{PAGE}**", answer)
    page.goto(PAGE)
    page.files = files
    yield page
    context.close()


def settled(page, races, index, key, stops, whole=False):
    """What the page finds of a lane, when it has shown one race after the other."""
    heads = []
    for race in races:
        seen = relief(race.surface, race.scale, race.contours)
        found = live(race, run(race), seen)
        page.files.update(found.files)
        drawn = {"threshold": seen.threshold, "lift": seen.lift}
        heads.append({"live": found.head, "steps": race.steps, **drawn})
    asked = {"sets": f"{index}.{key}", "stops": stops, "isWhole": whole}
    return page.evaluate(SETTLE, {"root": PAGE, "heads": heads, **asked})


@pytest.mark.parametrize(("query", "key"), RACES)
def test_a_strip_has_the_ends_of_settle_to_the_last_bit(page, query, key):
    race = Experiment.from_query(query)
    assert not race.problems
    for index, lane in enumerate(race.lanes):
        stated = [part.hyperparameters() for part in (lane.optimizer, *lane.optimizer.wrapped)]
        statement = next(each[key] for each in stated if key in each)
        stops, whole = statement.stops, statement.kind == "whole"
        theirs, mine = (
            strip(race, lane, key, stops),
            settled(page, [race], index, key, stops, whole),
        )
        ends = mine["ends"]
        assert [end["diverged"] for end in ends] == theirs.diverged.tolist()
        assert [end["stopped"] for end in ends] == theirs.stopped.tolist()
        losses = np.array([end["loss"] for end in ends], np.float64)
        assert np.array_equal(losses, theirs.loss, equal_nan=True)
        assert (mine["limit"] and tuple(mine["limit"])) == theirs.limit
        assert mine["runs"] == theirs.runs >= len(stops)


@pytest.mark.parametrize("query", INEXACT)
def test_what_a_strip_says_of_its_best_is_so_or_it_says_that_the_last_digit_decides(page, query):
    race, doubts = Experiment.from_query(query), 0
    assert not race.problems
    for index, lane in enumerate(race.lanes):
        stops = lane.optimizer.hyperparameters()["lr"].stops
        mine = settled(page, [race], index, "lr", stops)
        ends = [(e["loss"], i) for i, e in enumerate(mine["ends"]) if not e["diverged"]]
        loss, best = min(ends)
        at = replace(lane, optimizer=lane.optimizer.with_values(lr=stops[best]))
        (alone,) = race.run_of(at).trajectories()
        seen = relief(race.surface, race.scale, race.contours)
        off = max(0.005 * abs(loss), 1e-6 * (seen.threshold or seen.high - seen.low))
        assert mine["spread"] or abs(alone.loss[-1] - loss) <= 2 * off
        doubts += bool(mine["spread"])
    assert doubts == 0 or "booth" not in query
    assert doubts or "ackley" not in query


def test_a_strip_is_of_the_race_that_came_last_with_all_that_it_needs(page):
    races = [
        Experiment.from_query(f"surface=booth&steps=80&lane=sgd{query}")
        for query in ("", "&noise=2&seed=1", "&noise=2&seed=2", "(schedule=cosine)")
    ]
    stops = swept(races[0].lanes)["lr"].stops
    for i, race in enumerate(races):
        mine, theirs = (
            settled(page, races[: i + 1], 0, "lr", stops),
            strip(race, race.lanes[0], "lr", stops),
        )
        assert np.array_equal([float(end["loss"]) for end in mine["ends"]], theirs.loss)


SAY = """async ([root, stops, ended, losses, found]) => {
  const { Strip } = await import(`${root}player/strip.js`);
  const parts = Object.fromEntries(["canvas", "track", "limit", "best", "status"].map(
    name => [name, document.createElement(name === "canvas" ? name : "button")]));
  const strip = new Strip(parts, () => 0, () => {});
  const ends = stops.map((_, i) => (
    { loss: losses[i], diverged: ended[i] === "#", stopped: ended[i] === "x", share: 0 }));
  strip.take({ stops, ends, limit: found, theory: null, runs: 12 });
  return [parts.canvas.getAttribute("aria-label"), strip.limit?.words, strip.best?.words];
}"""
STOPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


@pytest.mark.parametrize(
    ("ended", "limit", "words"),
    [
        ("......", None, "Diverges nowhere on the slider; ends lowest at 0.2, at a loss of 1."),
        ("######", None, "Diverges everywhere on the slider."),
        ("...###", [0.31, 0.32], "Diverges above 0.31; ends lowest at 0.2"),
        ("..#.##", [0.21, 0.22], "Diverges above 0.21, but not at 0.4; ends lowest"),
        ("..#..#", [0.21, 0.22], "Diverges above 0.21, but not from 0.4 to 0.5; ends lowest"),
        ("#.#.#.", None, "Diverges at 3 of 6 places from 0.1 on; ends lowest"),
        ("##....", None, "Diverges from 0.1 to 0.2; ends lowest at 0.3"),
        (
            ".x....",
            None,
            "Diverges nowhere on the slider; does not get to the end at 0.2; ends lowest",
        ),
        (
            "xx.x##",
            [0.41, 0.42],
            "Diverges above 0.41; does not get to the end from 0.1 to 0.2 and at",
        ),
        ("xx.xxx", None, "Diverges nowhere on the slider; does not get to the end from 0.1 to"),
    ],
)
def test_a_strip_says_in_words_where_it_diverges(page, ended, limit, words):
    asked = [PAGE, STOPS, ended, [2, 1, 3, 3, 3, 3], limit]
    said, of_limit, of_best = page.evaluate(SAY, asked)
    assert said.startswith(words)
    assert (of_limit is None) == (limit is None)
    assert (of_best is None) == ("." not in ended)
    if limit and "but" in words:
        assert "Beyond it the run ends" in of_limit


FAIL = """async root => {
  const { Strip, strips } = await import(`${root}player/strip.js`);
  const parts = Object.fromEntries(["canvas", "track", "limit", "best", "status"].map(
    name => [name, document.createElement(name === "canvas" ? name : "button")]));
  const race = {
    runsOf: () => ({ print: "", place: { steps: 1 } }), hire() { throw new Error("forbidden"); } };
  strips.worker = undefined; // who ran what was asked before
  strips.follow(race);
  const two = [0, 1].map(() => new Strip(parts, () => 0, () => {}));
  for (const strip of two) strip.show("0.lr", [0.1, 0.2], false, null);
  const said = [parts.status.textContent, parts.limit.disabled, parts.best.disabled];
  for (const strip of two) strip.leave();
  strips.forget(race);
  return said;
}"""


def test_where_no_worker_may_run_a_sentence_says_so(page):
    words, *disabled = page.evaluate(FAIL, PAGE)
    assert words == "How it ends along the slider could not be computed in this browser."
    assert disabled == [True, True]


def test_a_strip_follows_the_race_and_a_rate_is_taken_from_it_by_the_keyboard(open_race):
    race = open_race(f"{FLAT}&surface=ravine&steps=200&lane=sgd(lr=0.5)&lane=momentum(lr=0.1)")
    page, held = race.page, Experiment.from_query("surface=ravine&steps=200&lane=sgd(lr=0.5)")
    (lane,) = held.lanes
    stops = swept([lane])["lr"].stops
    theirs = strip(held, lane, "lr", stops)
    low, high = theirs.limit
    shown = page.locator(".st-key-lane0-lr .slider-strip")
    expect(shown).to_have_attribute("aria-label", re.compile(f"^Diverges above {low:g}; ends"))
    expect(shown).to_have_attribute("aria-label", re.compile("theory’s limit is 2[.]$"))
    assert page.evaluate("canvas => canvas.width", shown.element_handle()) > 100
    # By the keyboard, behind the number's field.
    race.settle()
    page.get_by_label("Exact learning rate of lane 1").focus()
    page.keyboard.press("Tab")
    limit = page.get_by_role("button", name="Find the limit of learning rate of lane 1")
    expect(limit).to_be_focused()
    limit.press("Enter")
    race.expect_query(f"lane=sgd%28lr%3D{low:g}%29")
    said = page.locator(".st-key-lane0-lr .slider-chosen")
    expect(said).to_contain_text(f"diverges, and {high:g} does.")
    expect(said).to_contain_text(f"Chosen on this very race, by {theirs.runs + BESIDE} runs.")
    race.settle()
    page.get_by_role("button", name="Best here: learning rate of lane 1").press("Enter")
    best = stops[int(np.where(theirs.diverged, np.inf, theirs.loss).argmin())]
    race.expect_query(f"lane=sgd%28lr%3D{best:g}%29")
    expect(said).to_contain_text(f"by {len(stops) + BESIDE} runs.")
    # The strip is of the race: of another surface, it is another.
    page.get_by_label("Exact λ₂").fill("4")
    page.keyboard.press("Enter")
    race.expect_query("lambda2")
    expect(shown).to_have_attribute("aria-label", re.compile("theory’s limit is 0.5[.]$"))
    expect(said).to_be_empty()


def test_every_number_of_an_opened_lane_has_a_strip_and_the_server_runs_one_when_asked(open_race):
    race = open_race(f"{FLAT}&surface=booth&steps=50&lane=nesterov(lr=0.1)")
    page = race.page
    page.get_by_role("button", name="Settings of lane 1").click()
    shown = page.locator(".st-key-lane0-nesterov-momentum .slider-strip")
    held = Experiment.from_query(race.query)
    theirs = strip(held, held.lanes[0], "momentum", swept(held.lanes)["momentum"].stops)
    low = f"{theirs.limit[0]:g}".replace(".", "[.]")
    expect(shown).to_have_attribute("aria-label", re.compile(f"^Diverges above {low}; ends"))
    # A page cannot run a lane on what changes from step to step.
    race = open_race(f"{FLAT}&problem=reddi_deterministic&steps=50&lane=adam(lr=0.5)")
    page = race.page
    shown = page.locator(".st-key-lane0-lr .slider-strip")
    whole = page.get_by_role("button", name="Run the whole range of learning rate of lane 1")
    expect(whole).to_be_visible()
    expect(shown).to_be_hidden()
    expect(page.get_by_role("button", name="Best here")).to_be_hidden()
    whole.click()
    expect(shown).to_have_attribute("aria-label", re.compile("^Diverges nowhere on the slider"))
    expect(whole).to_be_hidden()
    race.settle()
    page.get_by_role("button", name="Best here").click()
    race.expect_query("lane=adam%28lr%3D0.1%29")
    expect(page.locator(".st-key-lane0-lr .slider-chosen")).to_contain_text("Of 121 places")
