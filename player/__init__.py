"""The JavaScript that plays the figures, on the page and in files that are taken away."""

from player.modules import STATIC, bundle

__all__ = ["ICON", "STATIC", "bundle"]

ICON = STATIC / "icon.svg"
