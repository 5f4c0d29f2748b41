"""Where every start of a grid ends: hue is the minimum, lightness how soon, a pattern all else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from experiment import Ends, short
from experiment.maps import Basins, Minimum, Regions, regions
from figures.cells import SHADES, VALUE, Kind, cells, mixed, nth, portion, titled
from figures.figure import figure
from figures.style import COLORS, INK, axis_name, lane_style

Array = NDArray[np.float64]

NAMED = 20  # minima with a number on the map
GREY, PAPER = "#7A828A", "#FFFFFF"
BESIDE = 0.04  # of the picture, between two maps
AGAINST = " against "  # between two lanes in one panel
RESTS = f", at rest from step {VALUE}"

DIVERGING = Kind("diverges", f" at step {VALUE}", "#3B434B", "#8F979F", "stripes")

# Patterns that no two kinds share.
OTHERS = {
    "level": Kind("rests on level ground", f", from step {VALUE}", "#C9CED3", GREY, "lines"),
    "moving": Kind("is still moving", f" after step {VALUE}", "#E4E7EA", GREY, "dots"),
    "swinging": Kind("swings to and fro", f" until step {VALUE}", "#B4BBC2", "#E9ECEE", "checks"),
    "diverged": DIVERGING,
    "stopped": Kind("cannot go on", f" after step {VALUE}", "#5D656D", PAPER, "crosses"),
    "undefined": Kind("starts where the loss is not defined", "", PAPER, "#D7DBDF", "stripes"),
}


@dataclass(frozen=True)
class Share:
    """What some of the runs came to.

    Attributes:
        background: how their cells look, as a CSS background.
        words: what became of them.
        parts: of each lane's runs, or of the starts, from 0 to 1.
        steps: of each lane the median of the steps at which it was so; None without any.
    """

    background: str
    words: str
    parts: tuple[float, ...]
    steps: tuple[int | None, ...]


def minimum_words(minima: Sequence[Minimum], index: int) -> str:
    """What a minimum is called: "minimum 2 at (3, 2), loss 0"."""
    found = minima[index]
    what = "line of minima" if found.wide else "minimum"
    where = f"around ({short(found.x)}, {short(found.y)})" if found.wide else ""
    where = where or f"at ({short(found.x)}, {short(found.y)})"
    value = short(round(found.loss, 12))
    loss = f"the lowest, {value}" if found.is_lowest else f"loss {value}"
    return f"{what} {index + 1} {where}, {loss}"


def basins_figure(basins: Basins, ends: Sequence[Ends]) -> go.Figure:
    """The map of one lane, of two beside each other, or of their difference.

    Traces carry in `meta` {"role": "cells", "lane": index} and the words of their codes, or
    {"role": "minimum"}. Cells of one lane also carry how many codes are of minima, of which each
    has as many as there are shades, and the names of the kinds that come after, with two each.
    """
    found = regions(basins.surface, ends)
    if is_difference(basins, ends):
        panels = [_difference(basins, ends, found)[0]]
        titles = [AGAINST.join(lane.name for lane in basins.lanes())]
    else:
        panels = [_basins(basins, each, found, lane) for lane, each in enumerate(ends)]
        titles = [lane.name for lane in basins.lanes()]
    traces: list[dict[str, Any]] = []
    for i, panel in enumerate(panels):
        on = {"xaxis": f"x{nth(i)}", "yaxis": f"y{nth(i)}"}
        traces += [panel | on, _minima(found) | on]
    return figure(traces, _layout(basins, titles))


def is_difference(basins: Basins, ends: Sequence[Ends]) -> bool:
    """Whether two lanes are drawn as one picture, which needs one grid."""
    shapes = {each.kind.shape for each in ends}
    return basins.compare == "difference" and len(ends) == 2 and len(shapes) == 1


def shares(basins: Basins, ends: Sequence[Ends]) -> list[Share]:
    """What the runs came to: each minimum, the lowest first, and then whatever is none.

    Of a difference, what the two lanes do from one start.
    """
    found = regions(basins.surface, ends)
    if is_difference(basins, ends):
        _, kinds, which = _difference(basins, ends, found)
        parts = [(kind, float((which == i).mean())) for i, kind in enumerate(kinds)]
        return [Share(kind.background, kind.words, (part,), (None,)) for kind, part in parts]
    rows = []
    for i in range(len(found.minima)):
        at = [place == i for place in found.place]
        background = _kind(found, i).background
        rows.append(_share(background, minimum_words(found.minima, i), at, ends))
    for name, kind in OTHERS.items():
        at = [each.kind == name for each in ends]
        if any(each.any() for each in at):
            rows.append(_share(kind.background, kind.words, at, ends))
    return rows


def _share(background: str, words: str, at: list[NDArray[np.bool_]], ends: Sequence[Ends]) -> Share:
    steps = [
        int(np.median(each.step[here])) if here.any() else None
        for here, each in zip(at, ends, strict=True)
    ]
    return Share(background, words, tuple(float(here.mean()) for here in at), tuple(steps))


def hues() -> list[Kind]:
    """What minima look like, one after the other and then again."""
    return [Kind("reaches a minimum", RESTS, color) for color in COLORS[:-1]]  # the last is grey


def _kind(found: Regions, index: int) -> Kind:
    looks = hues()
    words = f"reaches {minimum_words(found.minima, index)}"
    return replace(looks[index % len(looks)], words=words)


def _basins(basins: Basins, ends: Ends, found: Regions, lane: int) -> dict[str, Any]:
    several = min(len(found.minima), len(COLORS) - 1)
    kinds = [_kind(found, i) for i in range(len(found.minima))]
    # Beyond as many minima as there are hues, those of one hue say which they are by a number.
    if len(kinds) > several:
        kinds = [replace(kind, words="reaches a minimum") for kind in kinds[:several]]
    which = np.where(found.place[lane] >= 0, found.place[lane] % max(several, 1), 0)
    for i, name in enumerate(OTHERS):
        which[ends.kind == name] = len(kinds) + i
    kinds += OTHERS.values()
    x, y = _places(basins, ends)
    painted = cells(kinds, which, _soon(ends), ends.step, x, y)
    painted["meta"] |= {
        "lane": lane,
        "arriving": several * SHADES,
        "shades": SHADES,
        "others": list(OTHERS),
    }
    return painted


def _soon(ends: Ends) -> Array:
    """How late the runs that arrive do, from 0 for the soonest to 1, by the step's logarithm."""
    late = np.log1p(ends.step.astype(np.float64))
    arrived = late[ends.kind == "converged"]
    if not arrived.size or np.ptp(arrived) == 0:
        return np.zeros(late.shape)
    return np.clip((late - arrived.min()) / np.ptp(arrived), 0, 1)


def kinds_of_two(basins: Basins) -> list[Kind]:
    """What two lanes can do from one start; none of one lane."""
    if len(basins.lanes()) < 2:
        return []
    names = [lane.name for lane in basins.lanes()]
    a, b = (lane_style(int(each) - 1).color for each in basins.shown.split(","))
    sooner_by = f", {VALUE} steps before the other"
    return [
        Kind(f"both reach one minimum, {names[0]} first", sooner_by, a),
        Kind(f"both reach one minimum, {names[1]} first", sooner_by, b),
        Kind("they reach different minima", "", "#F6F7F8", INK, "stripes"),
        Kind(f"only {names[0]} reaches a minimum", "", mixed(a, 0.35), PAPER, "dots"),
        Kind(f"only {names[1]} reaches a minimum", "", mixed(b, 0.35), PAPER, "lines"),
        Kind("neither reaches a minimum", "", "#B4BBC2", GREY, "checks"),
    ]


def _difference(
    basins: Basins, ends: Sequence[Ends], found: Regions
) -> tuple[dict[str, Any], list[Kind], NDArray[np.int_]]:
    """The cells, what they can be, and which each is."""
    (first, second), (here, there) = ends, found.place
    kinds = kinds_of_two(basins)
    sooner = second.step - first.step
    both, same = (here >= 0) & (there >= 0), here == there
    which = np.select(
        [both & same & (sooner >= 0), both & same, both, here >= 0, there >= 0],
        [0, 1, 2, 3, 4],
        5,
    )
    lead = np.log1p(np.abs(sooner).astype(np.float64))
    shade = 1 - lead / max(float(lead[both & same].max(initial=0.0)), 1.0)
    x, y = _places(basins, first)
    painted = cells(kinds, which, shade, np.abs(sooner), x, y)
    painted["meta"]["lane"] = 0
    return painted, kinds, which


def _places(basins: Basins, ends: Ends) -> tuple[Array, Array]:
    starts = basins.starts(len(ends.kind))
    return starts[0, 0], starts[1, :, 0]


def _minima(found: Regions) -> dict[str, Any]:
    named = found.minima[:NAMED]
    return {
        "type": "scatter",
        "x": [each.x for each in named],
        "y": [each.y for each in named],
        "mode": "markers+text",
        "text": [f"<b>{i}</b>" for i, _ in enumerate(named, start=1)],
        "textposition": "top center",
        "textfont": {"color": INK, "size": 13, "shadow": ", ".join(["0 0 2px #FFFFFF"] * 3)},
        "marker": {"symbol": "star", "size": 9, "color": PAPER, "line": {"color": INK, "width": 1}},
        "hoverinfo": "skip",
        "showlegend": False,
        "meta": {"role": "minimum"},
    }


def _layout(basins: Basins, titles: Sequence[str]) -> dict[str, Any]:
    surface, count = basins.surface, len(titles)
    x0, x1, y0, y1 = surface.domain
    x_name, y_name = map(axis_name, surface.axes)
    layout: dict[str, Any] = {
        "margin": {"l": 44, "r": 8, "t": 28, "b": 40},
        "dragmode": "zoom",
        "hovermode": "closest",
        "showlegend": False,
        "uirevision": f"{surface.domain}{count}",
        "annotations": [],
    }
    for i, title in enumerate(titles):
        last = nth(i)
        axis = {"showgrid": False, "zeroline": False, "nticks": 6, "constrain": "domain"}
        layout[f"xaxis{last}"] = {
            **axis,
            "range": [x0, x1],
            "domain": portion(i, count, BESIDE),
            "anchor": f"y{last}",
            "title": {"text": f"start {x_name}"},
            **({"matches": "x"} if i else {}),
        }
        layout[f"yaxis{last}"] = {
            **axis,
            "range": [y0, y1],
            "anchor": f"x{last}",
            **(
                {"matches": "y", "showticklabels": False}
                if i
                else {"title": {"text": f"start {y_name}"}}
            ),
        }
        layout["annotations"].append(titled(title, last))
    return layout
