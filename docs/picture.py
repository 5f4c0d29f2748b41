"""Makes the README's pictures of pages: a drag, a card of a lesson, a map.

python docs/picture.py
"""

import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from driver import FRAMES, Race, chromium, serve  # noqa: E402

HERE = Path(__file__)

DRAGGED = "steps=300&lane=momentum(lr=0.0005)&lane=adam(lr=0.1)"
FROM, TO, PLACES = 0.3, 0.47, 18  # of the slider's width
EACH, REST = 120, 1100  # milliseconds

POINTER = """() => {
  const arrow = document.createElement("div");
  arrow.innerHTML = '<svg width="22" height="30" viewBox="0 0 22 30"><path d="M2 2v22l6-6 4 9 4-2'
    + '-4-9h8z" fill="#000" stroke="#fff" stroke-width="1.5"/></svg>';
  arrow.style = "position: fixed; z-index: 2147483647; pointer-events: none";
  document.body.append(arrow);
  addEventListener("pointermove", ({ clientX, clientY }) => {
    arrow.style.left = `${clientX - 2}px`;
    arrow.style.top = `${clientY - 2}px`;
  }, true);
}"""
"""A picture of a page has no pointer in it."""


def drag(race: Race) -> None:
    """A hand drags a learning rate up until the path diverges, and back."""
    page = race.page
    race.open(DRAGGED)
    race.settle()
    page.wait_for_function("() => document.querySelector('.race').player.live.kernels")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.slider-strip')]"
        ".some(each => /iverges/.test(each.getAttribute('aria-label')))"
    )
    page.evaluate(POINTER)
    there = [FROM + (TO - FROM) * i / (PLACES - 1) for i in range(PLACES)]
    frames = [*_seen(page, [*there, *there[-2:0:-1]])]
    few = Image.new("RGB", (frames[0].width, 3 * frames[0].height))
    for i, part in enumerate((0, PLACES // 2, PLACES - 1)):
        few.paste(frames[part], (0, i * frames[0].height))
    palette = few.quantize(255, dither=Image.Dither.NONE)
    first, *others = (each.quantize(palette=palette, dither=Image.Dither.NONE) for each in frames)
    times = [REST if i in (0, PLACES - 1) else EACH for i in range(len(frames))]
    out = HERE.with_name("drag.gif")
    first.save(out, save_all=True, append_images=others, duration=times, loop=0, optimize=True)


def _seen(page: Page, parts: list[float]) -> Iterator[Image.Image]:
    """The page with the hand at each part of the slider's width."""
    box = page.get_by_role("slider", name="Learning rate of lane 1", exact=True).bounding_box()
    assert box is not None
    for i, part in enumerate(parts):
        page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        if not i:
            page.mouse.down()
        page.evaluate(FRAMES, 6)
        yield Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.mouse.up()


with (
    tempfile.TemporaryDirectory() as folder,
    serve(Path(folder)) as (address, _, _),
    chromium() as browser,
):
    drag(Race(browser.new_context(viewport={"width": 1400, "height": 880}).new_page(), address))
    page = browser.new_context(viewport={"width": 1280, "height": 760}).new_page()
    page.goto(f"{address}/learn?lesson=adam&card=bias-correction&guess=3")
    page.wait_for_selector(".lesson .race.is-ready")
    Race(page, address).settle()
    page.screenshot(path=HERE.with_name("lesson.png"))
    page.goto(f"{address}/maps?kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=200&steps=300")
    page.get_by_text("What becomes of the starts").wait_for()
    Race(page, address).settle()
    page.screenshot(path=HERE.with_name("basins.png"))
