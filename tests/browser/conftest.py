"""A server and a browser for the session, a page for each test."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driver import DESKTOP, PATIENCE, NoBrowserError, Race, chromium, serve
from playwright.sync_api import Browser, expect

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            # A server and a browser for the race page, and one for all the rest.
            group = "race" if item.path.stem in ("test_race", "test_view") else "browser"
            item.add_marker(pytest.mark.xdist_group(group))


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


@pytest.fixture
def open_race(browser: Browser, server: str) -> Iterator[Any]:
    """Opens a race in a fresh visit; at the end, nothing may have gone wrong in the console."""
    contexts, wrong = [], []

    def open_(query: str = "", *, at_end: bool = True, **settings: Any) -> Race:
        context = browser.new_context(**{"viewport": DESKTOP, **settings})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        return Race(page, server).open(query, at_end=at_end)

    yield open_
    for context in contexts:
        context.close()
    assert not wrong, wrong
