"""A race as one HTML file that plays by itself: the app's own player, without the app."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from experiment import (
    Drawn,
    Experiment,
    Trajectory,
    called,
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
from figures.live import Live
from figures.mathml import math, parse
from figures.race import race_figures, rates
from figures.slider import Slider, lane_slider
from figures.style import lane_style, settings_text
from player import ICON, MATH_FONT, STATIC, bundle
from surfaces import Surface

HERE = Path(__file__).parent
CONFIG = HERE.parent / ".streamlit" / "config.toml"
ALIVE = (
    "Drag {what}: this page computes every path by itself, and asks no server. "
    '<button type="button" class="as-it-was">As it was taken away</button>'
)
PLAYS = "This page plays the paths as they were computed, and computes none by itself."
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
    live = figures.live
    settings = _settings(experiment, live)
    figures = replace(figures, live=replace(live, why=()))  # which tells of a server
    return filled(
        "page.html",
        {
            "head": head(surface.name, *map(static, ("player.css", "slider.css", "media.css"))),
            "made_by": MADE_BY,
            "name": escape(surface.name),
            "formula": ", ".join([formula_mathml(surface), *map(escape, settings_text(surface))]),
            "teaches": escape(surface.teaches),
            "player": static("player.html"),
            "alive": _alive(live),
            "settings": _fields(experiment, settings),
            "sliders": json_text([each.packed() for lane in settings for each in lane]),
            "slider": static("slider.html"),
            "media": static("media.html"),
            "file": file_name(experiment),
            "results": _results(experiment, trajectories, judged.best),
            "verdict": escape(judged.sentence),
            "run": _run(experiment),
            "link": _link(experiment, address),
            "race": base64_text(
                figures.packed(read=("",), rates=rates(experiment) if any(live.free) else ())
            ),
            "kernels": kernels_text(live.files),
            "swept": json_text(bundle("swept")),
            "plotly": plotly_script(offline),
            "code": bundle("within", "player", "settings", "media"),
        },
    )


def head(title: str, *styles: str) -> str:
    """What stands in the <head> of a page that stands alone: its title, icon and style.

    It is shown in light and dark, with the font of its formulas.
    """
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    colors = {name: theme[name]["primaryColor"] for name in ("light", "dark")}
    own = filled("page.css", colors | {"math": base64_text(MATH_FONT.read_bytes())})
    return filled(
        "head.html",
        {
            "title": escape(title),
            "made_by": MADE_BY,
            "icon": base64_text(ICON.read_bytes()),
            "style": "".join((own, *styles)),
        },
    ).rstrip()


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


def kernels_text(files: Mapping[str, bytes]) -> str:
    """What a page computes races with, under their names, for player/static/within.js."""
    return json_text({name: base64_text(content) for name, content in files.items()})


def json_text(value: Any) -> str:
    """JSON that can stand in a script, whatever texts are in it."""
    return json.dumps(value).replace("<", "\\u003c")


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


def _settings(experiment: Experiment, live: Live) -> list[list[Slider]]:
    """Of each lane what can be set beside its learning rate, which stands above the pictures."""
    found = []
    for lane, names in enumerate(live.free):
        rate = next((name for name in names if name.split(".")[-1] == "lr"), None)
        sliders = (lane_slider(experiment, lane, name) for name in names if name != rate)
        found.append([each for each in sliders if each])
    return found


def _fields(experiment: Experiment, settings: Sequence[Sequence[Slider]]) -> str:
    """A place for each slider, lane by lane; nothing where there is none."""
    place = '<div class="setting"></div>'
    fields = [
        f'<fieldset><legend><i style="background: {lane_style(lane).background}"></i>'
        f"{escape(name)}</legend>{place * len(sliders)}</fieldset>"
        for lane, (name, sliders) in enumerate(zip(called(experiment), settings, strict=False))
        if sliders
    ]
    if not fields:
        return ""
    head = ["<section>", "<h2>Settings</h2>", '<div class="lanes">']
    return "\n".join([*head, *fields, "</div>", "</section>"])


def _alive(live: Live) -> str:
    """What the page can do by itself; where it cannot, why."""
    if live.head is None:
        return " ".join([PLAYS, *dict.fromkeys(map(escape, live.why))]).strip()
    free = any(live.free)
    return ALIVE.format(what="the start, a learning rate or a setting" if free else "the start")


def _run(experiment: Experiment) -> str:
    start = point_text(np.array(experiment.start))
    noise = f", gradient noise {experiment.noise:g} (seed {experiment.seed})"
    return f"From {start}, {experiment.steps} steps{noise if experiment.noise else ''}."


def _link(experiment: Experiment, address: str) -> str:
    query = escape(handed_on(experiment.to_query()))
    link = f"<code>{escape(address)}?{query}</code>"
    return f'<a href="{escape(address)}?{query}">{link}</a>' if address else link
