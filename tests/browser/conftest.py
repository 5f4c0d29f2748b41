"""A server and a browser for the session, a page for each test."""

from __future__ import annotations

import itertools
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from driver import DESKTOP, PATIENCE, NoBrowserError, Race, chromium, serve
from playwright.sync_api import Browser, Page, ViewportSize, expect

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as found:
            yield found
    except NoBrowserError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("server")) as (address, _, log):
        yield address
    said = without_early_leavers(log.read_text())
    assert "Traceback" not in said, said


def without_early_leavers(log: str) -> str:
    """The log but for what Streamlit's server says of a visitor who left while it answered."""
    error = r"^Traceback .*\n(?:[ \t].*\n)+starlette\.websockets\.WebSocketDisconnected: .*\n"
    return re.sub(error, "", log, flags=re.MULTILINE)


class Tab:
    """A tab that is opened once and visits one link after another.

    A page in it is as new as in a new browser, but the scripts are compiled already, which is half
    of what a visit costs.
    """

    def __init__(self, browser: Browser, settings: dict[str, Any]) -> None:
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.history = self.context.new_cdp_session(self.page)
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)

    def leave(self) -> None:
        """Nothing of this visit is there at the next."""
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        self.page.goto("about:blank")
        self.history.send("Page.resetNavigationHistory")
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        for key in ("Shift", "Control", "Alt", "Meta"):
            self.page.keyboard.up(key)
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.wrong.clear()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[dict[str, list[Tab]]]:
    """The tabs that wait for a visit, by those settings that a tab keeps."""
    waiting: dict[str, list[Tab]] = defaultdict(list)
    yield waiting
    for tab in itertools.chain.from_iterable(waiting.values()):
        tab.context.close()


@pytest.fixture
def open_tab(
    browser: Browser, tabs: dict[str, list[Tab]], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Opens a tab; at the end, nothing may have gone wrong in its console.

    What a test does to the browser itself, such as scripts of its own in each page, would outlive
    a visit: it asks for a tab that is `anew`.
    """
    taken: list[tuple[Tab, list[Tab] | None]] = []
    failed = request.session.testsfailed

    def open_(
        *,
        anew: bool = False,
        viewport: ViewportSize = DESKTOP,
        color_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        **settings: Any,
    ) -> Page:
        waiting = None if anew else tabs[repr(sorted(settings.items()))]
        tab = waiting.pop() if waiting else Tab(browser, settings)
        taken.append((tab, waiting))
        tab.page.set_viewport_size(viewport)
        tab.page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        return tab.page

    yield open_
    wrong = [words for tab, _ in taken for words in tab.wrong]
    for tab, waiting in taken:
        if waiting is None or request.session.testsfailed > failed:
            tab.context.close()
        else:
            tab.leave()
            waiting.append(tab)
    assert not wrong, wrong


@pytest.fixture
def open_race(open_tab: Callable[..., Page], server: str) -> Callable[..., Race]:
    """Opens a race in a fresh visit."""

    def open_(query: str = "", *, at_end: bool = True, **settings: Any) -> Race:
        return Race(open_tab(**settings), server).open(query, at_end=at_end)

    return open_
