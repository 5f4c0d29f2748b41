"""What the panels draw with is known to the pen that writes SVG."""

import re
from pathlib import Path

STATIC = Path(__file__).parents[1] / "player" / "static"
CANVAS_ONLY = {"setTransform", "clearRect"}  # of Plane.draw, for the screen
KNOWN = re.findall(r"^  (?:static )?(\w+)\(.*\{", (STATIC / "pen.js").read_text(), re.MULTILINE)


def test_every_stroke_of_the_panels_can_be_written_as_svg():
    code = "".join(
        (STATIC / name).read_text() for name in ("brush.js", "plane.js", "inspector.js", "sheet.js")
    )
    used = set(re.findall(r"\bpen\.(\w+)\(", code)) - CANVAS_ONLY
    assert {"moveTo", "stroke", "fillText"} <= used
    # What sheet.js writes onto the copies of Plotly's axes never is an SVG.
    assert used - {"transform"} <= set(KNOWN)
