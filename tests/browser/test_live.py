"""While a hand drags, the page computes the race by itself."""

import math
import re
from collections import Counter
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from driver import DESKTOP, FLAT, PATIENCE, Race, eventually, serve
from PIL import Image
from playwright.sync_api import expect

from experiment import Experiment, outcome_words, ribbons, run
from experiment.verdict import WORDS

POLICY = """new MutationObserver((_, observer) => {
  if (!document.head) return;
  observer.disconnect();
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "script-src 'self' 'unsafe-inline' blob:";
  document.head.prepend(policy);
}).observe(document, { childList: true, subtree: true })"""
"""Has a page without unsafe-eval; blobs are Streamlit's own way to load a component."""

EVAL = """() => new Promise(done => setTimeout(() => {
  try { new Function("return 1")(); done("allowed"); } catch (error) { done(error.name); }
}))"""
LANES = "lane=momentum(lr=0.0005)&lane=adam(lr=0.05)"
DRAWN = """() => {
  const { contour, scene, loss, legend, inspector, live } = document.querySelector(".race").player;
  const sum = (numbers) => numbers.reduce((a, b) => a + (b || 0), 0);
  return [sum(contour.lanes[0].x), sum(scene.trails?.[0].x ?? []), sum(loss.lanes[0].y),
          legend.element.firstChild.innerText, inspector.told.textContent];
}"""
RUNS = """() => document.querySelector(".race").player.live.runs.lanes.map(
  ({ x, y, loss, last }) => [x, y, loss].map((each) => [...each.subarray(0, last + 1)]))"""

CURVE = "() => [...document.querySelector('.race').player.loss.lanes[0].y]"

STRIPS = """() => [...document.querySelectorAll('.slider-strip')].filter(each => each.strip)
  .map(each => each.getAttribute('aria-label'))"""


class Hand:
    """Holds the start or a slider of a race, and counts what is said to the server."""

    def __init__(self, race: Race) -> None:
        self.race, self.sent = race, 0

    def hear(self, socket) -> None:
        socket.on("framesent", lambda _: setattr(self, "sent", self.sent + 1))

    def take(self, what: str) -> None:
        page = self.race.page
        if what == "start":
            self.at = page.get_by_role("button", name="Start: drag it").bounding_box()
        else:
            self.at = page.get_by_role("slider", name=what, exact=True).bounding_box()
        self.to(0.5 if what == "start" else 0.7)
        page.mouse.down()

    def to(self, part: float) -> None:
        x, y = self.at["x"] + part * self.at["width"], self.at["y"] + self.at["height"] / 2
        self.race.page.mouse.move(x, y)


def drawn(race: Race) -> list[object]:
    return list(race.page.evaluate(DRAWN))


def strips(race: Race) -> list[str]:
    """What the strips under the learning rates say, once they are there."""
    eventually(lambda: all("iverges" in each for each in race.page.evaluate(STRIPS)))
    return list(race.page.evaluate(STRIPS))


def follow(race: Race, before: list[object]) -> list[object]:
    """Waits until map, scene, curve, pill and Inside all show another race, and says which."""
    eventually(lambda: all(a != b for a, b in zip(drawn(race), before, strict=True)))
    return drawn(race)


def test_all_pictures_follow_the_hand_without_the_server_which_then_says_the_same(
    browser, tmp_path
):
    context = browser.new_context(viewport=DESKTOP)
    page, heard, wrong = context.new_page(), [], []
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script(POLICY)
    with serve(tmp_path) as (address, server, _):
        race = Race(page, address)
        hand = Hand(race)
        page.on("websocket", hand.hear)
        page.on("response", lambda answer: heard.append(answer.url))
        race.open(f"steps=200&curve=sharpness&{LANES}")
        page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
        race.press("i")
        race.settle()
        assert page.evaluate(EVAL) == "EvalError"
        # A rate, and a parameter of the surface: let go, the server's paths are the page's.
        for what, parts in (("Learning rate of lane 1", (0.3, 0.2)), ("a", (0.8, 0.9))):
            hand.take(what)
            hand.sent, opening, before, told = 0, race.query, drawn(race), strips(race)
            for part in parts:
                hand.to(part)
                before = follow(race, before)
            # A strip is of all values of its own number, and so stays where that is moved.
            eventually(lambda what=what, told=told: (strips(race) != told) == (what == "a"))
            assert hand.sent == 0
            assert race.query == opening
            computed, curve = page.evaluate(RUNS), page.evaluate(CURVE)
            page.mouse.up()
            page.wait_for_function("q => location.search.slice(1) !== q", arg=opening)
            race.settle()
            experiment = Experiment.from_query(race.query)
            runs = run(experiment)
            for lane, trajectory in zip(computed, runs, strict=True):
                x, y, loss = map(np.array, lane)
                assert (x == trajectory.theta[:, 0]).all()
                assert (y == trajectory.theta[:, 1]).all()
                assert (loss == trajectory.loss).all()
            known = experiment.plane.sharpness(runs[0].theta.T)
            assert curve == pytest.approx(known, rel=1e-6)
            path = page.evaluate(
                "() => [...document.querySelector('.race').player.contour.lanes[0].x]"
            )
            assert path[-1] == np.float32(runs[0].theta[-1, 0])
        kernels = [url for url in heard if "/kernels/" in url and url.endswith(".js")]
        assert len(set(kernels)) == 4, "two rules, and a formula as it lies and as it can be turned"
        assert max(map(kernels.count, kernels)) <= 2, "once for the page, once for its worker"
        # Without a server a start is still dragged, and everything follows.
        server.terminate()
        server.wait()
        expect(page.locator(".race-note")).to_contain_text("connection to the server is lost")
        hand.take("start")
        before = drawn(race)
        hand.to(4)
        follow(race, before)
        page.mouse.up()
        context.close()
    assert not wrong, wrong


def test_a_hand_may_drag_before_the_server_has_said_what_is_inside(open_race):
    race = open_race(f"steps=50&{LANES}")
    page, hand = race.page, Hand(race)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    page.evaluate("""() => {
      const { player } = document.querySelector(".race");
      player.component.setStateValue = () => {};
      player.inspect(0);
    }""")
    hand.take("start")
    before = drawn(race)[0]
    hand.to(4)
    eventually(lambda: drawn(race)[0] != before)
    expect(page.locator(".race-inspector")).to_have_class(re.compile("is-waiting"))
    page.mouse.up()
    assert not wrong


STILL = """wanted => {
  const { still, inner } = document.querySelector(".race").player.scene;
  if (wanted !== null) still.isWanted = wanted;
  inner.glplot.redraw();
  return still.isShown;
}"""
"""Draws the scene once more, with its relief's picture or without where that is said."""


ORDER = """names => {
  const { inner: { traces, glplot } } = document.querySelector(".race").player.scene;
  return names.map(name => glplot.objects.indexOf(traces[name].textMarkers));
}"""
"""As the how manyth of the scene's objects the words of some traces are drawn."""


def test_the_relief_stays_as_a_picture_while_a_hand_moves_paths_on_it_and_looks_as_it_is(open_race):
    # From low down a path goes on behind the relief, of which the picture has to hide it, too.
    race = open_race(f"steps=50&{LANES}&camera=-1.6,-0.6,0.25")
    page, hand = race.page, Hand(race)
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    assert not page.evaluate(STILL)
    hand.take("Learning rate of lane 1")
    hand.to(0.3)
    eventually(lambda: page.evaluate(STILL))
    assert min(map(race.drawn_vertices, range(2))) > 40, "the lane that rests has its trail, too"
    shots = []
    for wanted in (True, False):
        page.evaluate(STILL, wanted)
        shot = page.locator(".race-scene .race-plot").screenshot()
        shots.append(np.asarray(Image.open(BytesIO(shot)).convert("RGB"), dtype=int))
    apart = np.abs(shots[0] - shots[1]).max(axis=2)
    assert apart.any(), "edges are smoothed in another way"
    assert (apart > 60).mean() < 0.002
    page.evaluate(STILL, True)
    # The relief itself moves, and is drawn as it is then.
    page.mouse.up()
    race.expect_query("lane=momentum(lr=")
    race.settle()
    assert not page.evaluate(STILL)
    heights = "() => document.querySelector('.race').player.scene.surface[60].join()"
    low = page.evaluate(heights)
    hand.take("a")
    hand.to(0.9)
    eventually(lambda: page.evaluate(heights) != low)
    eventually(lambda: page.evaluate(STILL))
    assert race.colours(".race-scene .race-plot") > 50
    page.mouse.up()
    race.expect_query("rosenbrock(a=")
    race.settle()
    halo, star = page.evaluate(ORDER, ["halo-minima", "minima"])
    assert 0 <= halo < star, "a minimum that is back has its white beneath it"


ENDS = (
    "surface=himmelblau&steps=300&lane=adam(lr=0.1)&lane=sgd(lr=0.04)&lane=signsgd(lr=0.3)"
    "&lane=sgd(lr=0.000001)&lane=sgd(lr=0.01,weight_decay=0.1)&lane=rmsprop(lr=0.01)",
    "surface=himmelblau&steps=1000&lane=lion(lr=0.01,schedule=step)",
    "surface=three_hump_camel&steps=400&lane=sgd(lr=0.01)&lane=adam(lr=0.02)&lane=sgd(lr=0.3)",
    "surface=saddle&steps=500&lane=sgd(lr=0.1)&lane=momentum(lr=0.01)&lane=sgd(lr=0)"
    "&lane=rmsprop(eps=0)",
    "formula=log(x%2B1)%2By^2&domain=-0.9,3,-2,2&start=2,1&steps=100&lane=sgd(lr=0.5)&lane=adam",
)
"""Links of races that end in all ways."""
FROM = """starts => starts.map(start => {
  const { live } = document.querySelector(".race").player;
  live.move("start", start, true);
  return [live.moves.get("start").value, live.compute().lanes.map(({ outcome }) => outcome)];
})"""
"""Where the page has each start, and what it says of each lane's end from there."""


def test_what_the_page_says_of_a_lanes_end_is_what_the_server_says(open_race):
    told = Counter()
    for link in ENDS:
        race = open_race(f"{link}&{FLAT}")
        race.page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
        given = Experiment.from_query(link)
        assert not given.problems
        low, high = np.array(given.surface.domain).reshape(2, 2).T
        starts = [*np.random.default_rng(2).uniform(low, high, (30, 2)).tolist(), [1, 0], [0.6, 0]]
        for start, outcomes in race.page.evaluate(FROM, starts):
            here = replace(given, start=tuple(start))
            known = [outcome_words(here.surface, each) for each in run(here)]
            assert outcomes == known, (link, start)
            told.update(re.sub(r" at \d+$", "", words) for words in known)
    assert set(WORDS.values()) - set(told) == {"minimum", "budget spent"}, told


def test_what_is_not_known_while_a_hand_drags_is_not_said(open_race):
    told = "() => document.querySelector('.race').player.result.element.textContent"
    pills = "() => document.querySelector('.race').player.legend.element.innerText"
    # A run that cannot begin has ended.
    race = open_race(f"formula=log(x)%2By^2&domain=-1,3,-2,2&start=2,1&steps=20&{LANES}&{FLAT}")
    page, hand = race.page, Hand(race)
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    hand.take("start")
    hand.to(-4)
    eventually(lambda: page.evaluate(pills).count("undefined at 0") == 2)
    assert "all lanes have ended" in page.evaluate(told)
    page.mouse.up()
    expect(page.get_by_text("must lie where Your formula is defined")).to_be_visible()
    # Where the minima of another surface lie the page does not know, but nothing has ended.
    race = open_race(f"surface=rosenbrock&steps=20&curve=distance&{LANES}&{FLAT}")
    page, hand = race.page, Hand(race)
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    hand.take("a")
    hand.to(0.9)
    eventually(lambda: page.evaluate(told) == "At step 20.")
    assert page.evaluate(CURVE) == [None] * 21 or all(map(math.isnan, page.evaluate(CURVE)))
    page.mouse.up()


def test_the_root_of_the_condition_follows_the_curvatures_that_are_set(open_race):
    race = open_race(f"surface=ravine&{FLAT}&steps=20&lane=sgd")
    line = race.page.locator(".condition")
    expect(line).to_contain_text("by the smaller, is 10: at their best")
    slider = race.page.get_by_role("slider", name="λ₁", exact=True)
    box = slider.bounding_box()
    race.page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    race.page.mouse.down()
    race.page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=3)
    expect(line).to_contain_text("is 31.6: ")  # 1 by 0.001, while the hand holds it
    assert "0.001" not in race.query
    race.page.mouse.up()
    race.expect_query("ravine(lambda1=0.001)")
    race.settle()
    expect(line).to_contain_text("is 31.6: ")


TORN = "surface=rosenbrock&steps=600&lane=rmsprop(lr=0.5)&lane=adam(lr=0.1)&panels=map,curve"
RIBBON = """() => {
  const { contour, loss, live } = document.querySelector(".race").player;
  const [strands] = contour.lanes.map(({ ribbon }) => ribbon);
  return { strands: strands && [...strands.x], begins: strands?.step[0],
           own: contour.lanes[0].x.at(-1), took: live.took,
           calm: contour.lanes[1].ribbon === undefined && loss.lanes[1].band === undefined };
}"""


def test_a_ribbon_is_drawn_told_shared_and_follows_the_hand(open_race):
    race = open_race(TORN)
    page = race.page
    bare = race.ink(".race-contour"), race.ink(".race-loss")
    page.get_by_text("Ribbon", exact=True).first.click()
    race.expect_query("ribbon=1")
    race.settle()
    expect(page.get_by_role("cell", name="frays at")).to_have_count(1)
    drawn = page.evaluate(RIBBON)
    experiment = Experiment.from_query(race.query)
    first, second = ribbons(experiment, run(experiment))
    assert second.frays is None
    assert drawn["calm"]
    assert drawn["begins"] == first.first
    assert len(drawn["strands"]) == first.losses.size
    assert race.ink(".race-contour") > bare[0]
    assert race.ink(".race-loss") > bare[1]
    assert "&ribbon=1" in page.evaluate("() => document.querySelector('.race').player.view")
    # While the rate is dragged the page runs the strands by itself, by the same measure.
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    hand = Hand(race)
    page.get_by_role("slider", name="Learning rate of lane 1").scroll_into_view_if_needed()
    hand.take("Learning rate of lane 1")
    opening = drawn["own"]
    hand.to(0.72)
    eventually(lambda: page.evaluate(RIBBON)["own"] != opening)
    eventually(lambda: page.evaluate(RIBBON)["strands"] != drawn["strands"])
    passing, query = page.evaluate(RIBBON), race.query
    rate = page.evaluate(
        "() => document.querySelector('.race').player.live.runs.lanes[0].numbers.lr"
    )
    at = replace(experiment.lanes[0].optimizer, lr=rate)
    now = replace(experiment, lanes=(replace(experiment.lanes[0], optimizer=at),))
    (there,) = ribbons(now, run(now))
    assert (there.frays is None) == (passing["strands"] is None)
    assert passing["calm"]
    if there.frays is not None:
        assert abs(passing["begins"] - there.first) <= 20
    page.mouse.up()
    page.wait_for_function("q => location.search.slice(1) !== q", arg=query)
    race.settle()
    expect(page.locator(".race-note")).to_have_text("")
