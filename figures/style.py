"""How lanes and surfaces look, in every picture and in the page around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from experiment import Drawn, short
from figures.mathml import LETTERS, SIGNS
from surfaces import Surface

# Okabe & Ito 2008, https://jfly.uni-koeln.de/color/, with grey for black so that all show on both
# themes; ordered so that the first few lanes contrast most.
COLORS = (
    "#D55E00",
    "#0072B2",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#F0E442",
    "#8C8C8C",
)

# Plotly's words for dashes, of which three dimensions know these six, and the lengths of line and
# gap in turn, in pixels, for everything that Plotly does not draw.
DASHES: dict[str, tuple[int, ...]] = {
    "solid": (),
    "dash": (7, 4),
    "longdashdot": (12, 4, 2, 4),
    "longdash": (14, 4),
    "dashdot": (7, 4, 2, 4),
    "dot": (2, 4),  # the last, because dots are also what steps look like
}
ORDER = (*DASHES, "solid", "dash")  # colour tells the last two lanes from the first two

# Muted, so that the lanes stand out: deep valleys, pale heights.
SURFACE_COLORS = (
    (0.0, "#6f8799"),
    (0.25, "#94a8b6"),
    (0.5, "#b7c5ce"),
    (0.75, "#d6dee3"),
    (1.0, "#eff2f4"),
)
HEIGHTS = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for _, color in SURFACE_COLORS]
"""The same as numbers of red, green and blue, at equal shares of the height."""

PLAIN = {**LETTERS, **SIGNS}
DIGITS = {
    "_": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
    "^": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
}

INK = "#1B2631"  # marks on the surface, which is light in both themes
GRID = "rgba(128, 128, 128, 0.35)"
SCENE_GRID = "#8F959B"  # opaque: WebGL draws a sheer line white on a white page
FAINT = 0.4
TRAIL_WIDTH = 3


@dataclass(frozen=True)
class Style:
    """A lane's colour, and its dash in Plotly's words."""

    color: str
    dash: str

    @property
    def pattern(self) -> tuple[int, ...]:
        """The dash as lengths of line and gap in turn, in pixels; empty for a solid line."""
        return DASHES[self.dash]

    @property
    def background(self) -> str:
        """The line as a CSS background, which a page may have where it may have no SVG."""
        stops, at = list[str](), 0
        for i, length in enumerate(self.pattern or (1,)):
            stops.append(f"{'transparent' if i % 2 else self.color} {at}px {at + length}px")
            at += length
        return f"repeating-linear-gradient(90deg, {', '.join(stops)})"

    @property
    def faint(self) -> str:
        """The colour mixed with light grey: an opaque line is drawn far faster than a sheer one."""
        channels = (int(self.color[i : i + 2], 16) for i in (1, 3, 5))
        return "#" + "".join(f"{round(FAINT * c + (1 - FAINT) * 0xD8):02X}" for c in channels)


def lane_style(index: int) -> Style:
    """The style of the lane at a position, counted from 0."""
    return Style(COLORS[index % len(COLORS)], ORDER[index % len(ORDER)])


def surface_color(share: float) -> str:
    """The colour of a height, 0 for the lowest of the picture to 1."""
    at = [position for position, _ in SURFACE_COLORS]
    channels = (np.interp(share, at, each) for each in zip(*HEIGHTS, strict=True))
    return "#" + "".join(f"{round(float(channel)):02x}" for channel in channels)


def axis_name(latex: str) -> str:
    """A coordinate's or a setting's symbol as plain text: w_1 becomes w₁, \\lambda_1 becomes λ₁."""
    text = re.sub(r"\\(?:text|bar|mathit) ?(?:\{([^}]*)\})?", r"\1", latex)
    text = re.sub(r"\\([A-Za-z]+)", lambda command: PLAIN.get(command[1], command[1]), text)
    return re.sub(r"([_^])(?:\{([^}]*)\}|(.))", _script, text)


def number_text(value: float) -> str:
    """A number beside an axis or a line: in full, and with a power of ten where `short` has one."""
    text = f"{value:g}"
    if "e" in short(value):
        mantissa, _, power = f"{value:.5e}".partition("e")
        text = f"{float(mantissa):g}e{int(power)}"
    return text.replace("-", "−")


def formula_text(surface: Surface | Drawn) -> str:
    """A surface's formula and its parameters in a line of plain text: f(x, y) = (a − x)², a = 1.

    Of a problem, what its drawing shows.
    """
    parts = [surface.shows.removesuffix(".")] if isinstance(surface, Drawn) else []
    if isinstance(surface, Surface) and surface.formula:
        text = re.sub(
            r"(?:\*\*|\^)(\d+)(?![\d.])",
            lambda power: power[1].translate(DIGITS["^"]),
            surface.formula,
        )
        text = text.replace("**", "^").replace("*", "·").replace("-", "−")
        symbols = {p.name: axis_name(p.symbol or p.name) for p in surface.parameters} | {"pi": "π"}
        text = re.sub(r"[A-Za-z]\w*", lambda name: symbols.get(name[0], name[0]), text)
        parts.append(f"f({', '.join(map(axis_name, surface.axes))}) = {text}")
    parts += settings_text(surface)
    if isinstance(surface, Surface):
        parts += [f"{name} = {value:g}" for name, value in surface.transform.changed.items()]
    return ", ".join(parts)


def settings_text(surface: Surface | Drawn) -> list[str]:
    """Every parameter's symbol and value."""
    texts = []
    for setting, value in zip(surface.parameters, surface.values, strict=True):
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        texts.append(f"{axis_name(setting.symbol or setting.name)} = {shown.replace('-', '−')}")
    return texts


def _script(found: re.Match[str]) -> str:
    """An index or an exponent in Unicode's digits; what is no number stays as it is typed."""
    sign, *texts = found.groups()
    text = texts[0] or texts[1]
    return text.translate(DIGITS[sign]) if text.isdigit() else sign + text
