"""The JavaScript that plays the figures, on the page and in files that are taken away."""

from player.modules import STATIC, bundle

__all__ = ["ICON", "MATH_FONT", "STATIC", "bundle"]

ICON = STATIC / "icon.svg"

MATH_FONT = STATIC / "math.woff2"
"""For rules and formulas: what these need of STIX Two Math, under the licence beside it."""
