"""What is there before the first visitor comes."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What the test's own way of running a page imports; the server does so when it starts.
OURS = ("streamlit.testing", "streamlit.components.v2.manifest_scanner", "packaging")

VISIT = """
import sys
from streamlit.testing.v1 import AppTest
import app
before = set(sys.modules)
page = AppTest.from_file({page!r}, default_timeout=60).run()
assert not page.exception and len(page.main)
print(*sorted(set(sys.modules) - before), sep="\\n")
"""


@pytest.mark.parametrize("page", ["main", "race", "methods"])
def test_a_first_visit_imports_nothing(page):
    """Or a class that comes at once would import it in many threads at once."""
    code = VISIT.format(page=str(ROOT / "app_pages" / f"{page}.py"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [name for name in done.stdout.split() if not name.startswith(OURS)] == []
