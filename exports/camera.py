"""A race as a picture or a film: a browser opens its page and uses the page's own menu.

Playwright is not among the app's requirements; it is asked for only here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from experiment import Experiment, Trajectory
from exports.page import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES: Mapping[str, str] = {
    ".png": "A picture of the race's end, or of a step.",
    ".svg": "The same as vectors; the scene in it is a picture.",
    ".gif": "A film that plays everywhere.",
    ".webm": "A film for the web.",
    ".mp4": "A film for slides.",
}
"""What each ending is, for people."""

# Software WebGL, so that the scene shows on machines without a graphics card.
FLAGS = (
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # the page itself is put together faster without
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SCREEN = (960, 900)  # pixels; a wider film has a wider screen
LONGEST = 1_800_000  # milliseconds


class NoBrowserError(Exception):
    """There is nothing to take pictures with; the sentence says what to install."""


class NoPictureError(Exception):
    """The browser has made none; the sentence says why."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the one on the path, or the one that Playwright installed.

    Raises:
        NoBrowserError: there is none, or no Playwright.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowserError(
            "Pictures and films are made in a browser: `pip install playwright`, and Chromium "
            "(Debian: `apt install chromium`; elsewhere: `playwright install chromium`)."
        ) from None
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        found = next(filter(None, map(shutil.which, names)), playwright.chromium.executable_path)
        if not Path(found).exists():
            raise NoBrowserError("Install Chromium, or run `playwright install chromium`.")
        # Chromium's sandbox cannot be had as root.
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        flags = [*FLAGS, *(["--no-sandbox"] if root else [])]
        try:
            browser = playwright.chromium.launch(executable_path=found, args=flags)
        except Error as error:
            reason = error.message.partition("\n")[0]
            raise NoBrowserError(f"{found} does not start: {reason}") from None
        yield browser
        browser.close()


def shoot(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    ending: str,
    *,
    dark: bool = False,
    step: int | None = None,
    **asked: object,
) -> bytes:
    """The content of a file with one of the endings in PICTURES.

    Args:
        dark: whether on a dark page.
        step: of a picture; if None, the view's, or the last.
        asked: the menu's fields by their names (exports/menu.py); None is its own choice.

    Raises:
        NoBrowserError: there is no browser to make it in.
        NoPictureError: the browser could not make it.
    """
    width, height = SCREEN
    if isinstance(wide := asked.get("width"), int | float):
        width = max(width, round(wide))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "race.html"
        file.write_text(page(experiment, trajectories), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            offline=True,
        )
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".media option[value=scene]", state="attached", timeout=LONGEST)
        at = (experiment.view.step or experiment.steps) if step is None else step
        tab.locator(".race-scrub").fill(str(min(max(at, 0), experiment.steps)))
        return _made(tab, {"form": ending.removeprefix("."), **asked})


def _made(tab: Page, fields: Mapping[str, object]) -> bytes:
    """What the page's menu gives for its fields."""
    for name, value in fields.items():
        field = tab.locator(f".media [name={name}]")
        if value is None:
            continue
        if field.evaluate("field => field.tagName") == "INPUT":
            field.fill(f"{value}")
        elif field.locator(f"option[value='{value}']").count():
            field.select_option(f"{value}")
        else:
            raise NoPictureError(f"This browser has no {value} among its choices of {name}.")
    files = []
    tab.on("download", lambda file: files.append(file))
    tab.get_by_role("button", name="Make it").click()
    said = tab.locator(".media-said:not(:empty)")
    said.wait_for(timeout=LONGEST)
    if "is-wrong" in (said.get_attribute("class") or ""):
        raise NoPictureError(said.inner_text())
    while not files:  # the word may come before the file
        tab.wait_for_timeout(50)
    return Path(files[0].path()).read_bytes()
