"""The page that says what the lab is, run without a browser."""

from importlib.metadata import version
from pathlib import Path

from streamlit.testing.v1 import AppTest

from optimizers import OPTIMIZERS
from surfaces import SURFACES

ROOT = Path(__file__).parent.parent


def test_it_says_what_the_lab_is_and_on_which_terms_it_is_used():
    page = AppTest.from_file(str(ROOT / "app_pages" / "about.py"), default_timeout=60).run()
    assert not page.exception
    text = "\n".join(m.value for m in page.markdown)
    assert f"{len(SURFACES)} surfaces" in text
    assert f"{len(OPTIMIZERS)} methods" in text
    assert "an article that explains Adam and races it against SGD on Rosenbrock" in text
    assert "MIT" in text
    assert version("streamlit") in text
    assert page.text[0].value == (ROOT / "LICENSE").read_text().strip()
    assert page.code[0].value == (ROOT / "CITATION.cff").read_text().strip()
