"""Makes the README's picture of the page: the app in a browser, part way through its opening race.

python docs/picture.py
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from driver import Race, chromium, serve  # noqa: E402

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
    race.page.screenshot(path=Path(__file__).with_name("race.png"))
