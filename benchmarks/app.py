"""What the page costs: server, wire, browser. Prints a table; run it on an otherwise idle machine.

    python benchmarks/app.py

Each row names the budget it is held against. Browser rows use software WebGL, the slowest case.
"""

from __future__ import annotations

import functools
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from driver import DESKTOP, PATIENCE, Race, chromium, serve  # noqa: E402

from lessons import LESSONS  # noqa: E402

FIVE = "&".join(f"lane={key}" for key in ("adam(lr=0.1)", "momentum", "sgd", "nesterov", "rmsprop"))

STRIPS = """async () => {
  const { strips } = await import(`${location.origin}/player/strip.js`);
  const all = [...strips.shown], rest = () => !strips.asking && !strips.waiting.size;
  const frame = () => new Promise(requestAnimationFrame);
  while (!rest()) await frame();
  const began = performance.now();
  for (const strip of all) {
    strip.print = undefined;
    strips.ask(strip);
  }
  while (!rest()) await frame();
  return performance.now() - began;
}"""
"""Computes the strips under all sliders anew, in milliseconds."""

NEXT_FRAME = "new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))"


def row(what: str, reached: float, unit: str, budget: str) -> None:
    print(f"{what:66} {reached:9.1f} {unit:3} {budget:>12}", flush=True)


def median_ms(work: Callable[[int], object], times: int = 15) -> float:
    taken = []
    for i in range(times):
        began = time.perf_counter()
        work(i)
        taken.append(1e3 * (time.perf_counter() - began))
    return statistics.median(taken)


def timed(work: Callable[..., object]) -> tuple[Callable[..., object], list[float]]:
    """The same, with a list of the milliseconds that each call has taken."""
    taken: list[float] = []

    def call(*arguments: object) -> object:
        began = time.perf_counter()
        try:
            return work(*arguments)
        finally:
            taken.append(1e3 * (time.perf_counter() - began))

    return call, taken


def server() -> None:
    """A change in one of five lanes at 500 steps."""
    from streamlit.runtime.scriptrunner.script_cache import ScriptCache
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
    from streamlit.testing.v1 import AppTest

    from experiment import Experiment, run
    from experiment.strip import strip
    from figures.race import race_figures

    experiment = Experiment.from_query(f"steps=500&{FIVE}")
    runs = run(experiment)

    def one_lane(i: int) -> None:
        adam = replace(experiment.lanes[0].optimizer, lr=0.1 + i / 1e4)
        run(replace(experiment, lanes=(replace(experiment.lanes[0], optimizer=adam),)))

    def pictures(_: int) -> None:
        race_figures(experiment, runs).packed()

    row("server: the changed lane's run", median_ms(one_lane), "ms", "")
    row("server: three pictures of five lanes, packed", median_ms(pictures), "ms", "")

    adam, rates = experiment.lanes[0], experiment.lanes[0].learning_rate
    assert rates is not None
    long = replace(experiment, steps=1500)
    what = f"server: the strip of a lane, {len(rates[0].stops)} rates of 1,500 steps"
    row(what, median_ms(lambda _: strip(long, adam, "lr", rates[0].stops)), "ms", "")

    page = AppTest.from_file(str(ROOT / "app_pages" / "race.py"), default_timeout=60)
    page.query_params.update(
        {"steps": "500", "lane": [part.removeprefix("lane=") for part in FIVE.split("&")]}
    )
    page.run()

    # AppTest compiles the page's source for every run; a server does so once.
    compiled = functools.cache(functools.partial(ScriptCache.get_bytecode, ScriptCache()))
    ScriptCache.get_bytecode = lambda _, path: compiled(path)
    ScriptRunner._run_script, taken = timed(ScriptRunner._run_script)

    def change(i: int) -> None:
        lanes = page.session_state.session.experiment.lanes
        adam = replace(lanes[0], optimizer=replace(lanes[0].optimizer, lr=0.01 + i / 1e3))
        page.session_state.session.experiment = replace(experiment, lanes=(adam, *lanes[1:]))
        page.run()

    for i in range(20):
        change(i)
    row("server: the whole rerun", statistics.median(taken), "ms", "40 ms")


def cold_start() -> None:
    """The app's own imports and first run, beyond Streamlit's."""
    code = (
        "import streamlit, time\n"
        "from streamlit.testing.v1 import AppTest\n"
        "began = time.perf_counter()\n"
        "import viewer\n"
        f"AppTest.from_file({str(ROOT / 'app_pages' / 'race.py')!r}, default_timeout=60).run()\n"
        "print(time.perf_counter() - began)"
    )
    taken = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        taken.append(float(done.stdout.split()[-1]))
    row(
        "server: cold start, the app's own imports and first run", 1e3 * min(taken), "ms", "1500 ms"
    )


def browser() -> None:
    """A visit, an arrow key, playback."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as (address, process, _),
        chromium() as found,
    ):
        began = time.perf_counter()
        page = found.new_context(viewport=DESKTOP).new_page()
        page.set_default_timeout(PATIENCE)
        race = Race(page, address)
        page.goto(address)
        page.wait_for_selector(".race.is-ready")
        page.evaluate(f"() => {NEXT_FRAME}")
        row(
            "browser: first picture of the first visitor",
            1e3 * (time.perf_counter() - began),
            "ms",
            "8000 ms",
        )
        card = LESSONS["adam"].cards[5]
        for what, path in (
            ("a race", f"/?{card.link}"),
            ("a lesson's card on it", f"/learn?lesson=adam&card={card.key}"),
        ):
            taken = median_ms(lambda _, path=path: first_picture(found, address + path), 7)
            row(f"browser: first picture of {what}, median", taken, "ms", "")

        received = [0]
        page.on(
            "websocket",
            lambda ws: ws.on(
                "framereceived", lambda data: received.__setitem__(0, received[0] + len(data))
            ),
        )
        race.open(f"steps=1000&{FIVE}")
        for whose, slider in (
            ("a lane's rate", "Learning rate of lane 1"),
            ("a surface's parameter", "a"),
        ):
            taken, bytes_ = arrow_keys(race, slider, received)
            row(f"browser: arrow key on {whose} to the new picture, median", taken, "ms", "400 ms")
            row(f"wire: {whose}, a rerun with five lanes of 1,000 steps", bytes_, "kB", "200 kB")

        median, most = playback_ms(race)
        row("browser: JavaScript of one playback frame, median", median, "ms", "16 ms")
        row("browser: the same, nine of ten below", most, "ms", "")
        page.context.close()

        heavy = "steps=10000&" + "&".join(f"lane=adam(lr=0.{i}1)" for i in range(8))
        first = found.new_context(viewport=DESKTOP)
        Race(first.new_page(), address).open(heavy)
        before = resident(process.pid)
        others = [found.new_context(viewport=DESKTOP) for _ in range(4)]
        for other in others:
            Race(other.new_page(), address).open(heavy)
        row(
            "server: memory of one more visitor, eight lanes of 10,000 steps",
            (resident(process.pid) - before) / len(others) / 1e6,
            "MB",
            "20 MB",
        )


def first_picture(found: Browser, address: str) -> None:
    """A visitor comes, and goes when they have seen it."""
    context = found.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector(".race.is-ready")
    page.evaluate(f"() => {NEXT_FRAME}")
    context.close()


def arrow_keys(race: Race, slider: str, received: list[int]) -> tuple[float, float]:
    """Medians of the milliseconds from an arrow key to the new picture, and of the kilobytes."""
    page, taken, bytes_ = race.page, [], []
    page.get_by_role("slider", name=slider, exact=True).focus()
    count_drawn(race)
    for _ in range(15):
        page.wait_for_timeout(500)
        received[0] = 0
        began = page.evaluate("() => (window.drawn_ = 0, performance.now())")
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("() => window.drawn_")
        ended = page.evaluate(f"() => {NEXT_FRAME}.then(() => performance.now())")
        taken.append(ended - began)
        page.wait_for_timeout(300)
        bytes_.append(received[0])
    return statistics.median(taken), statistics.median(bytes_) / 1e3


def count_drawn(race: Race) -> None:
    """Counts from now on in window.drawn_ how often all paths are drawn anew."""
    race.page.evaluate(
        "() => { window.drawn_ = 0; const { contour } = document.querySelector('.race').player;"
        " const { show } = contour;"
        " contour.show = (...a) => { window.drawn_ += 1; show.apply(contour, a) } }"
    )


def playback_ms(race: Race) -> tuple[float, float]:
    """JavaScript of one frame of playback: the median, and what nine of ten stay below."""
    page = race.page
    race.press("Home")
    page.evaluate(
        "() => { if (!window.frames_) { const raf = requestAnimationFrame;"
        " window.requestAnimationFrame = cb => raf.call(window, t => {"
        " const a = performance.now(); cb(t); window.frames_.push(performance.now() - a) }) }"
        " window.frames_ = [] }"
    )
    race.press("Space")
    page.wait_for_timeout(6000)
    race.press("Space")
    frames = page.evaluate("() => window.frames_")
    return statistics.median(frames), statistics.quantiles(frames, n=10)[8]


def inside_and_many() -> None:
    """Looking into steps, a swarm, and a start that is dragged."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as (address, _, _),
        chromium() as found,
    ):
        page = found.new_context(viewport=DESKTOP).new_page()
        page.set_default_timeout(PATIENCE)
        race = Race(page, address).open(f"steps=1000&{FIVE}")
        race.press("i")
        page.wait_for_selector(".race-inspector:not([hidden])")
        row("browser: a playback frame with a look inside", playback_ms(race)[0], "ms", "16 ms")

        four = FIVE.rpartition("&")[0]
        race.open(f"steps=500&{four}")
        page.get_by_role("button", name="Scatter 20 starts").click()
        page.wait_for_function("() => document.querySelector('.race').player.scene.swarms.length")
        row(
            "browser: a frame of 20 starts, 4 lanes, 500 steps", playback_ms(race)[0], "ms", "33 ms"
        )

        eight = "&".join(f"lane=adam(lr=0.{i}1)" for i in range(8))
        for lanes, steps in (("lane=adam(lr=0.1)&lane=sgd", 500), (FIVE, 1000), (eight, 1500)):
            race.open(f"steps={steps}&{lanes}")
            count = lanes.count("lane=")
            what = f"browser: updates while the start is dragged, {count} lanes of {steps} steps"
            drawn, scenes = drags(race)
            row(what, drawn, "/s", "15 /s")
            row("browser: of the scene, by software WebGL", scenes, "/s", "15 /s")
            took = statistics.median(page.evaluate("() => window.took_"))
            row("browser: JavaScript of all lanes for one of these, median", took, "ms", "2 ms")
        taken = page.evaluate(STRIPS)
        row("browser: the strips of these lanes, beside the page", taken, "ms", "")


def drags(race: Race, seconds: float = 5.0) -> tuple[float, float]:
    """How often all paths are drawn anew in a second of dragging, and how often the scene is."""
    page = race.page
    count_drawn(race)
    page.evaluate(
        "() => { const { glplot } = document.querySelector('.race').player.scene.inner;"
        " const { onrender } = glplot; window.scenes_ = 0;"
        " glplot.onrender = () => { window.scenes_ += 1; onrender() } }"
    )
    page.evaluate(
        "() => { window.took_ = []; const { live } = document.querySelector('.race').player;"
        " const { redraw } = live;"
        " live.redraw = (race) => { window.took_.push(live.took); redraw(race) } }"
    )
    box = page.locator(".race-start").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        part = time.monotonic() % 1
        page.mouse.move(x + 40 + 60 * part, y + 30 + 40 * part)
    drawn, scenes = page.evaluate("() => [window.drawn_, window.scenes_]")
    page.mouse.up()
    return drawn / seconds, scenes / seconds


def film() -> None:
    """A GIF of the screen, which the browser makes by itself."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as (address, process, _),
        chromium() as found,
    ):
        page = found.new_context(viewport={"width": 1440, "height": 1110}).new_page()
        page.set_default_timeout(10 * PATIENCE)
        Race(page, address).open(f"steps=500&{FIVE}")
        page.get_by_role("button", name="Take it away").click()
        page.locator(".media option[value=scene]").wait_for(state="attached")
        page.locator(".media [name=form]").select_option("gif")
        page.locator(".media [name=seconds]").fill("5")
        before = resident(process.pid)
        began = time.perf_counter()
        with page.expect_download() as started:
            page.get_by_role("button", name="Make it").click()
        taken = time.perf_counter() - began
        with Image.open(started.value.path()) as made:
            size = f"{getattr(made, 'n_frames', 1)} frames of {made.width}x{made.height}"
        row(f"browser: a GIF of {size}", taken, "s", "30 s")
        row("server: memory for it", (resident(process.pid) - before) / 1e6, "MB", "100 MB")


def resident(pid: int) -> int:
    """Bytes of physical memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # Streamlit's, that a script runs without a server
    cold_start()
    server()
    browser()
    inside_and_many()
    film()
