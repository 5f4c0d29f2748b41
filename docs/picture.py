"""Makes the README's pictures of pages: the opening race on its way, a card of a lesson, a map.

python docs/picture.py
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from driver import Race, chromium, serve  # noqa: E402

HERE = Path(__file__)

with (
    tempfile.TemporaryDirectory() as folder,
    serve(Path(folder)) as (address, _, _),
    chromium() as browser,
):
    context = browser.new_context(viewport={"width": 1440, "height": 860}, device_scale_factor=1.5)
    race = Race(context.new_page(), address).open()
    race.page.evaluate(
        "() => { const scrub = document.querySelector('.race-scrub'); scrub.value = 420;"
        " scrub.dispatchEvent(new Event('input')) }"
    )
    race.settle()
    race.page.screenshot(path=HERE.with_name("race.png"))
    page = browser.new_context(viewport={"width": 1280, "height": 760}).new_page()
    page.goto(f"{address}/learn?lesson=adam&card=bias-correction&guess=3")
    page.wait_for_selector(".lesson .race.is-ready")
    Race(page, address).settle()
    page.screenshot(path=HERE.with_name("lesson.png"))
    page.goto(f"{address}/maps?kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=200&steps=300")
    page.get_by_text("What becomes of the starts").wait_for()
    Race(page, address).settle()
    page.screenshot(path=HERE.with_name("basins.png"))
