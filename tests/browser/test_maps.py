"""The page of maps in a browser: a start is looked at, chosen and raced, by pointer and by keys."""

import re

import numpy as np
from driver import AT_REST, FLAT, FRAMES, PATIENCE, eventually
from playwright.sync_api import expect
from test_access import violations

from experiment import Experiment
from experiment.maps import read_map, regions
from kept import result

KINDS = ["converged", "level", "moving", "swinging", "diverged", "stopped", "undefined"]
MOVED = "atlas => [...atlas.basins.moves.values()].map(move => move.value)"
ENDED = """atlas => atlas.basins.drawn.ended.map(({ n, kind, step, place }) =>
  [n, [...kind], [...step], [...place]])"""
NEW = "atlas => !!atlas.basins.drawn?.isLatest && atlas.basins.drawn.isFine"
INKS = """atlas => { const { canvas: c, pen } = atlas.swarm, inks = new Set();
  const pixels = new Uint32Array(pen.getImageData(0, 0, c.width, c.height).data.buffer);
  for (const each of pixels) if (each >>> 24 === 255) inks.add(each);
  return inks.size; }"""
"""How many colours the points have."""
HEARING = """() => {
  const { said, play } = document.querySelector(".atlas").atlas;
  window.heard = [];
  new MutationObserver(() => heard.push([play.textContent, said.getAttribute("aria-live")]))
    .observe(said, { attributeFilter: ["aria-live"] });
}"""
"""Notes what the button is called, and how its words are read out, whenever that changes."""
NOT_MOVED = "() => !document.querySelector('.atlas').atlas.isMoved"


def asked(page, what):
    """Of the map on the page."""
    return page.evaluate(f"() => ({what})(document.querySelector('.atlas').atlas)")


def test_a_map_says_where_a_start_ends_and_opens_its_race(open_race):
    race = open_race(f"{FLAT}&surface=himmelblau&steps=200&lane=adam(lr=0.1)", color_scheme="dark")
    page = race.page
    page.get_by_role("link", name="Maps").locator("visible=true").click()
    plot, said = page.locator(".atlas-plot"), page.locator(".atlas-said")
    page.locator(".atlas-plot .main-svg").first.wait_for()
    race.expect_query("kind=basins")
    basins = read_map(race.query)
    assert basins.race.lanes == Experiment.from_query("lane=adam(lr=0.1)").lanes
    assert race.colours(".atlas-plot") > 20
    race.settle()
    assert violations(page) == []
    plot.focus()
    page.keyboard.press("ArrowUp")
    expect(said).to_have_text(re.compile(r"^start x .*: reaches minimum \d at"))
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Open in the race")
    link.wait_for()
    chosen = link.get_attribute("href")
    box = plot.bounding_box()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.8 * box["height"])
    eventually(lambda: link.get_attribute("href") != chosen)
    with page.expect_download() as taken:
        page.get_by_role("button", name="SVG").click()
    assert taken.value.suggested_filename == "basins-himmelblau-adam.svg"
    page.get_by_text("Sweep", exact=True).click()
    race.expect_query("kind=sweep")
    swept = page.get_by_role("link", name="Race the tuned lanes")
    swept.wait_for()
    assert "lane=adam(lr=0.1)" in race.query, "it is spelled as a person reads it"
    page.go_back()
    race.expect_query("kind=basins")
    expect(page.locator(".table")).to_contain_text("Minimum 1")
    page.go_forward()
    race.expect_query("kind=sweep")
    swept.click()
    page.wait_for_selector(".race.is-clickable")
    race.expect_query("lane=adam(lr=")
    page.go_back()
    race.expect_query("kind=sweep")


def test_while_a_rate_is_dragged_the_page_draws_the_map_that_the_server_then_has(open_tab, server):
    page, sent = open_tab(), []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    link = "kind=basins&surface=himmelblau&steps=150&grid=50&shown=1,2&lane=adam(lr=0.1)"
    page.goto(f"{server}/maps?{link}&lane=momentum(lr=0.02)&lane=sgd")
    page.locator(".atlas-plot .main-svg").first.wait_for()
    eventually(lambda: asked(page, "atlas => atlas.basins.isReady"))
    box = page.get_by_role("slider", name="Learning rate of lane 2").bounding_box()
    across, up = box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2
    opening = page.evaluate("() => location.search")
    page.evaluate(
        "() => { const atlas = document.querySelector('.atlas').atlas; atlas.grids = [];"
        " const draw = atlas.draw.bind(atlas);"
        " atlas.draw = () => { atlas.grids.push(atlas.basins.drawn?.ended[0].n); draw(); } }"
    )
    page.mouse.move(across, up)
    page.mouse.down()
    sent.clear()
    page.mouse.move(across + 0.15 * box["width"], up)
    page.evaluate(FRAMES, 4)  # what is moved is asked for with the next
    eventually(lambda: asked(page, MOVED) and asked(page, NEW))
    grids = asked(page, "atlas => atlas.grids")
    assert grids[0] < grids[-1] == 50, "a coarse map first"
    expect(page.locator(".atlas-said")).to_have_text(
        re.compile(r"Computed by this page while you drag: \d+ % of 50 × 50 starts and \d+ % of")
    )
    title = page.locator(".atlas-plot .annotation-text").last
    expect(title).to_have_text(f"Momentum · lr {asked(page, MOVED)[0]:g}")
    (rate,), ended = asked(page, MOVED), asked(page, ENDED)
    assert not sent
    assert page.evaluate("() => location.search") == opening
    page.mouse.up()
    page.wait_for_function(NOT_MOVED)
    basins = read_map(page.evaluate("() => location.search.slice(1)"))
    assert basins.race.lanes[1].optimizer.lr == rate
    ends = [result(basins.steps(lane)) for lane in basins.lanes()]
    found = regions(basins.surface, ends).place
    for ran, place, (n, *mine) in zip(ends, found, ended, strict=True):
        kind, step, reached = (np.array(each).reshape(n, n) for each in mine)
        assert (np.array(KINDS)[kind] == ran.kind).all()
        assert (step == ran.step).all()
        assert (reached == place).all()
    # Of a lane that is not on the map nothing follows, and the server is not asked meanwhile.
    third = page.get_by_role("slider", name="Learning rate of lane 3").bounding_box()
    page.mouse.move(third["x"] + 0.5 * third["width"], third["y"] + third["height"] / 2)
    page.mouse.down()
    sent.clear()
    page.mouse.move(third["x"] + 0.6 * third["width"], third["y"] + third["height"] / 2)
    page.evaluate(FRAMES, 4)
    assert not sent
    assert page.evaluate(NOT_MOVED)
    page.mouse.up()


def test_the_starts_are_played_as_points_to_where_they_end(open_tab, server):
    page, sent = open_tab(reduced_motion="reduce"), []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    link = "kind=basins&surface=himmelblau&steps=60&grid=30&lane=momentum(lr=0.02)"
    page.goto(f"{server}/maps?{link}")
    page.locator(".atlas-plot .main-svg").first.wait_for()
    page.evaluate(AT_REST, PATIENCE)
    said, sent[:] = page.locator(".atlas-said"), []
    step, play = (page.get_by_role("button", name=each) for each in ("One step", "Play the starts"))
    step.focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text("Step 0 of 60: 0 of 900 have arrived at a minimum.")
    page.keyboard.press("Enter")
    expect(said).to_have_text(re.compile(r"^Step 1 of 60: 0 of 900 have arrived"))
    assert asked(page, INKS) >= 3
    play.focus()
    page.evaluate(HEARING)
    page.keyboard.press("Enter")
    expect(said).to_have_text(re.compile("^Step 60 of 60"))
    heard = page.evaluate("() => window.heard")
    assert heard == [["Pause", "off"], ["Play the starts", "polite"]], "not every count is read out"
    basins = read_map(link)
    (ends,) = (result(basins.steps(lane)) for lane in basins.lanes())
    arrived, gone = ((ends.kind == kind).sum() for kind in ("converged", "diverged"))
    assert arrived > 0 < gone
    expect(said).to_have_text(
        f"Step 60 of 60: {arrived} of 900 have arrived at a minimum, {gone} have diverged."
    )
    there = np.array(asked(page, "({ swarm: { panels: [{ mover: m }] } }) => [[...m.x], [...m.y]]"))
    good = (ends.kind != "diverged").reshape(-1)
    assert (there[:, good] == ends.theta.reshape(2, -1)[:, good]).all()
    assert not sent, "the page computes them by itself"
    page.get_by_role("button", name="Back to the map").press("Enter")
    expect(page.locator(".atlas-points")).to_be_hidden()
    expect(said).to_have_text(re.compile("^Point at a start"))
    # Where there is no kernel the server works out where some of them go.
    page.goto(f"{server}/maps?kind=basins&surface=logistic_regression&steps=40&grid=60&lane=adam")
    page.locator(".atlas-plot .main-svg").first.wait_for()
    page.evaluate(AT_REST, PATIENCE)
    play.click()
    expect(said).to_have_text(re.compile(r"^Step 40 of 40: \d+ of 900 have arrived"))
    few = read_map("kind=basins&surface=logistic_regression&steps=40&grid=60&lane=adam")
    paths = few.followed(few.lanes()[0])
    there = asked(page, "({ swarm: { panels: [{ mover: m }] } }) => [[...m.x], [...m.y]]")
    assert (np.array(there) == paths[-1]).all()


def test_beside_a_point_of_a_benchmark_all_curves_heights_are_said_the_highest_first(
    open_tab, server
):
    page = open_tab(color_scheme="dark")
    link = "kind=benchmark&surfaces=booth&instances=2&starts=2&rates=4&steps=60&lane=sgd&lane=adam"
    page.goto(f"{server}/maps?{link}")
    page.locator(".atlas-plot .main-svg").first.wait_for()
    page.evaluate(AT_REST, PATIENCE)
    assert violations(page, ("color-contrast",)) == []
    said = page.locator(".atlas-said")
    page.locator(".atlas-plot").focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile(r"^At [\d.]+ evaluations of losses, .*: .+ %, .+ %$"))
    text = said.inner_text()
    names, heights = zip(*re.findall(r"(SGD|Adam) ([\d.]+) %", text), strict=True)
    assert sorted(map(float, heights), reverse=True) == list(map(float, heights))
    benchmark = read_map(link)
    scores = dict(
        zip(("SGD", "Adam"), (result(benchmark.steps(o)) for o in benchmark.lanes()), strict=True)
    )
    at = float(re.search(r"At ([\d.]+)", text)[1])
    for name, height in zip(names, heights, strict=True):
        share = (np.maximum(scores[name].reached, 1) <= at).mean()
        assert float(height) == float(f"{100 * share:.4g}")
