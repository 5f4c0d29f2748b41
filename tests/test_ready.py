"""What is there before the first visitor comes."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What the test's own way of running a page imports; the server does so when it starts.
OURS = (
    "streamlit.testing",
    "streamlit.components.v2.manifest_scanner",
    "packaging",
    "sysconfig",
)

VISIT = """
import sys
from streamlit.testing.v1 import AppTest
import app
before = set(sys.modules)
page = {page}.run()
assert not page.exception and len(page.main)
print(*sorted(set(sys.modules) - before), sep="\\n")
"""


PAGES = [
    str(ROOT / "app_pages" / f"{page}.py") for page in ("race", "learn", "methods", "maps", "about")
]
# Beside the others, to which it may link.
SCRIPT = """
import streamlit as st
page, *others = {pages}
st.navigation([st.Page(page, default=True), *map(st.Page, others)]).run()
"""
WHOLE = f"AppTest.from_file({str(ROOT / 'app_pages' / 'main.py')!r}, default_timeout=60)"
ONE = "AppTest.from_string({script!r}, default_timeout=60)"


def alone(page):
    script = SCRIPT.format(pages=sorted(PAGES, key=lambda other: other != page))
    return ONE.format(script=script)


@pytest.mark.parametrize(
    "page",
    [WHOLE, *map(alone, PAGES)],
    ids=["main", "race", "learn", "methods", "maps", "about"],
)
def test_a_first_visit_imports_nothing(page):
    """Or a class that comes at once would import it in many threads at once."""
    code = VISIT.format(page=page)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [name for name in done.stdout.split() if not name.startswith(OURS)] == []


def test_what_stays_is_no_longer_gone_through_by_the_collector():
    code = "import gc, app; print(gc.get_freeze_count(), len(gc.get_objects()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    frozen, others = map(int, done.stdout.split())
    assert frozen > 10 * others
