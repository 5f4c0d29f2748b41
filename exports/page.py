"""A race as one HTML file that plays by itself: the app's own player, without the app."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from experiment import (
    Drawn,
    Experiment,
    Trajectory,
    distance_to_minimum,
    outcome_words,
    ribbons,
    run_swarm,
    short,
    verdict,
)
from experiment.link import handed_on
from experiment.recorded import point_text
from exports.words import MADE_BY, file_name
from figures.mathml import math, parse
from figures.race import race_figures, rates
from figures.style import lane_style, settings_text
from player import ICON, MATH_FONT, STATIC, bundle
from surfaces import Surface

HERE = Path(__file__).parent
CONFIG = HERE.parent / ".streamlit" / "config.toml"
CDN = "https://cdn.plot.ly/plotly-{version}.min.js"


def page(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    address: str = "",
    *,
    offline: bool = True,
) -> str:
    """The whole file, in light and dark as the reader's system is.

    Args:
        address: where the app is, for the link; where that is not known, the link is its query.
        offline: whether Plotly.js is inside, five megabytes, or comes from its CDN.
    """
    surface = experiment.surface
    beside = ribbons(experiment, trajectories)
    judged = verdict(experiment, trajectories, ribbons=beside)
    figures = race_figures(
        experiment,
        trajectories,
        [run_swarm(experiment, lane) for lane in experiment.lanes],
        range(len(trajectories)),
        judged,
        beside,
    )
    return filled(
        "page.html",
        {
            "title": f"{escape(surface.name)} · Descent Lab",
            "icon": base64_text(ICON.read_bytes()),
            "style": style() + static("player.css") + static("media.css"),
            "made_by": MADE_BY,
            "name": escape(surface.name),
            "formula": ", ".join([formula_mathml(surface), *map(escape, settings_text(surface))]),
            "teaches": escape(surface.teaches),
            "player": static("player.html"),
            "media": static("media.html"),
            "file": file_name(experiment),
            "results": _results(experiment, trajectories, judged.best),
            "verdict": escape(judged.sentence),
            "run": _run(experiment),
            "link": _link(experiment, address),
            "race": base64_text(
                figures.packed(read=("",), rates=rates(experiment) if figures.live.head else ())
            ),
            "kernels": json.dumps(
                {name: base64_text(content) for name, content in figures.live.files.items()}
            ),
            "plotly": plotly_script(offline),
            "code": bundle("player", "media"),
        },
    )


def style() -> str:
    """The style of a page that stands alone, in light and dark, with the font of its formulas."""
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    colors = {name: theme[name]["primaryColor"] for name in ("light", "dark")}
    return filled("page.css", colors | {"math": base64_text(MATH_FONT.read_bytes())})


def filled(template: str, parts: dict[str, str]) -> str:
    """A file of this folder with its {{parts}}; what is put in is not looked at again."""
    text = (HERE / template).read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], text)


def static(name: str) -> str:
    """The text of a file of the player's."""
    return (STATIC / name).read_text(encoding="utf-8")


def base64_text(content: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(content).decode()


def plotly_script(offline: bool) -> str:
    """Plotly.js as a script, within the page or from its CDN."""
    code: str = get_plotlyjs()
    if offline:
        return "<script>" + code.replace("</script", r"<\/script") + "</script>"
    digest = base64_text(hashlib.sha384(code.encode()).digest())
    source = CDN.format(version=get_plotlyjs_version())
    return f'<script src="{source}" integrity="sha384-{digest}" crossorigin="anonymous"></script>'


def _results(experiment: Experiment, trajectories: Sequence[Trajectory], best: int | None) -> str:
    distances = [distance_to_minimum(experiment, t) for t in trajectories]
    known = None not in distances
    far = ["Distance to the lowest minimum"] if known else []
    heads = ("Lane", "Outcome", "Final loss", *far, "Evaluations")
    rows = ["".join(f"<th>{head}</th>" for head in heads)]
    races = zip(experiment.lanes, trajectories, distances, strict=True)
    for i, (lane, t, distance) in enumerate(races):
        cells = (
            f'<i style="background: {lane_style(i).background}"></i>{escape(lane.name)}'
            f"{' ★' * (i == best)}",
            escape(outcome_words(experiment.surface, t)),
            short(float(t.loss[-1])),
            *([short(distance)] if distance is not None and known else []),
            f"{t.evaluations[-1]}",
        )
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"


def formula_mathml(surface: Surface | Drawn) -> str:
    """f(x, y) = … as a <math> element, with the coordinates' own names, as it is transformed."""
    if isinstance(surface, Drawn):
        return math(parse(surface.latex), display=True)
    return math(parse(f"f({', '.join(surface.axes)}) = {surface.latex}"), display=True)


def _run(experiment: Experiment) -> str:
    start = point_text(np.array(experiment.start))
    noise = f", gradient noise {experiment.noise:g} (seed {experiment.seed})"
    return f"From {start}, {experiment.steps} steps{noise if experiment.noise else ''}."


def _link(experiment: Experiment, address: str) -> str:
    query = escape(handed_on(experiment.to_query()))
    link = f"<code>{escape(address)}?{query}</code>"
    return f'<a href="{escape(address)}?{query}">{link}</a>' if address else link
