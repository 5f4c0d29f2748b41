"""Starts the app and a real browser, and speaks of the race page in its user's words."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from PIL import Image
from playwright.sync_api import Page, Request

from exports.camera import NoBrowserError, chromium

__all__ = [
    "DESKTOP",
    "PATIENCE",
    "PHONE",
    "POLICY",
    "ROOT",
    "NoBrowserError",
    "Race",
    "chromium",
    "serve",
]

ROOT = Path(__file__).parents[2]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LITTLE = "panels=map&steps=1&lane=sgd"
"""The link of a race that costs little to draw, for those who only come through it."""
FLAT = "panels=map,data,curve"
"""Leaves out the scene, which costs more than the rest of a visit, where a test looks elsewhere."""
PATIENCE = 30_000  # milliseconds; software WebGL on a busy machine is slow

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'unsafe-inline' blob:",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data:",
    ]
)
"""What a careful host allows pages of ours; no eval."""

FRAMES = """async many => {
  for (let i = 0; i < many; i++) await new Promise(requestAnimationFrame);
}"""
"""Waits for so many pictures of the page."""

# Streamlit says on its own element whether a script runs, or is asked for; a file has none.
AT_REST = """async patience => {
  const end = performance.now() + patience;
  const frame = () => new Promise(requestAnimationFrame);
  const moves = () => document.getAnimations().filter(
    each => each.playState === "running" && each.effect.getComputedTiming().endTime < 1e4);
  const rests = () => {
    const app = document.querySelector("[data-test-script-state]");
    return !app || app.dataset.testScriptState === "notRunning"
      && app.dataset.testConnectionState === "CONNECTED"
      && !document.querySelector("[data-stale=true]");
  };
  await document.fonts.ready;
  for (let quiet = 0; quiet < 4; quiet = rests() && !moves().length ? quiet + 1 : 0) {
    if (performance.now() > end) throw new Error("the page does not come to rest");
    await frame();
  }
}"""


@contextmanager
def serve(
    folder: Path, port: int = 0, path: str = "", root: Path = ROOT
) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """The app's address, process and log, started as the README says but from another folder.

    Where no port is given, a free one is taken; path is where the app stands below its host, and
    root is the folder that the app is in.
    """
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(root / "app.py")]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    options += [f"--server.baseUrlPath={path}"] if path else []
    address = "/".join([f"http://127.0.0.1:{port}", path]).rstrip("/")
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command + options, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_healthy(f"{address}/_stcore/health", process)
        yield address, process, log
    finally:
        process.terminate()
        process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server stopped")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until what arrives over the wire, or with a frame, is there."""
    end = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.05)


class Race:
    """The race page, in the words of the person who uses it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, query: str = "", *, at_end: bool = True) -> Race:
        """Open a link; most tests look at the whole race, and do not play it first."""
        self.page.goto(f"{self.address}/?{query}" if query else self.address)
        self.page.wait_for_selector(".race.is-ready", timeout=PATIENCE)
        self.settle()
        if at_end:
            self.press("End")
        return self

    def settle(self) -> None:
        """Wait until the page has answered and the pictures stand."""
        self.page.evaluate(AT_REST, PATIENCE)

    @property
    def query(self) -> str:
        return str(self.page.evaluate("() => location.search.slice(1)"))

    def numbers(self, key: str) -> list[float]:
        """What a part of the link says, once it says it."""
        self.expect_query(f"{key}=")
        (text,) = parse_qs(self.query)[key]
        return [float(number) for number in text.split(",")]

    def expect_query(self, part: str) -> None:
        self.page.wait_for_function("part => location.search.includes(part)", arg=part)

    @property
    def step(self) -> int:
        return int(self.page.locator(".race-step").inner_text().split(" / ")[0])

    def requests(self) -> list[str]:
        """What is asked for from now on, but for kernels: a strip loads them when its turn comes,
        and they never change."""
        sent: list[str] = []

        def hear(request: Request) -> None:
            if "/kernels/" not in request.url:
                sent.append(request.url)

        self.page.on("request", hear)
        return sent

    def press(self, key: str) -> None:
        self.page.evaluate("() => document.activeElement.blur()")
        self.page.keyboard.press(key)

    def camera(self) -> dict[str, Any]:
        return dict(
            self.page.evaluate(
                "() => document.querySelector('.race-scene .race-plot')"
                "._fullLayout.scene._scene.getCamera().eye"
            )
        )

    def map_range(self) -> list[float]:
        return list(
            self.page.evaluate(
                "() => document.querySelector('.race-contour .race-plot')._fullLayout.xaxis.range"
            )
        )

    def drawn_vertices(self, lane: int = 0) -> int:
        """How much of a lane's trail the scene draws."""
        return int(
            self.page.evaluate(
                "lane => document.querySelector('.race-scene .race-plot')._fullLayout.scene"
                "._scene.traces[`trail${lane}`].linePlot.vertexCount",
                lane,
            )
        )

    def colours(self, panel: str) -> int:
        """How many colours a panel shows: one or two mean that it is empty."""
        shot = Image.open(BytesIO(self.page.locator(panel).screenshot())).convert("RGB")
        return len(shot.getcolors(maxcolors=1 << 24) or [])

    def pixels(self, panel: str, colour: tuple[int, int, int]) -> int:
        """How many pixels of a panel have a colour."""
        shot = Image.open(BytesIO(self.page.locator(panel).screenshot())).convert("RGB")
        counts = {seen: count for count, seen in shot.getcolors(maxcolors=1 << 24) or []}
        return counts.get(colour, 0)

    def ink(self, panel: str) -> int:
        """How many pixels of a panel's canvas are drawn on."""
        return int(
            self.page.evaluate(
                "panel => { const c = document.querySelector(`${panel} > canvas`);"
                " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i]; return n }",
                panel,
            )
        )

    def drag(self, panel: str, by: tuple[int, int]) -> None:
        box = self.page.locator(panel).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by[0], y + by[1], steps=6)
        self.page.mouse.up()
        self.settle()
        seen = self.camera if panel == ".race-scene" else self.map_range
        before = None
        while before != (before := seen()):
            self.page.evaluate(FRAMES, 6)  # the last move may still be under way

    def nudge_learning_rate(self) -> None:
        """One arrow key on the first lane's slider, and its answer."""
        before = self.query
        self.page.get_by_role("slider", name="Learning rate of lane 1").focus()
        self.page.keyboard.press("ArrowLeft")
        self.page.wait_for_function("before => location.search.slice(1) !== before", arg=before)
        self.settle()
