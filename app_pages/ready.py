"""What a visitor's first run needs, done before the server answers.

Streamlit and Plotly import parts of themselves when they are first used. Where a class
opens a link at once, that is in many threads at once, and a thread can meet a module that another
has imported by half.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from importlib import import_module

from experiment import Experiment, run
from experiment.maps import Basins
from figures.basins import basins_figure
from figures.race import race_figures
from figures.tree import tree_figure
from kept import result
from optimizers import OPTIMIZERS

FIRST_USED = (
    "app_pages.drawn",
    "app_pages.pictures",
    "app_pages.formula_editor",
    "app_pages.showcase",
    "app_pages.surface_editor",
    "app_pages.surface_facts",
    "app_pages.lane_editor",
    "app_pages.exercise",
    "app_pages.playlist",
    "app_pages.results",
    "app_pages.golf",
    "app_pages.map_benchmark",
    "app_pages.map_swarm",
    "app_pages.map_work",
    "app_pages.take_away",
    "exports.bibliography",
    "exports.lesson_package",
    "exports.lesson_page",
    "exports.map_forms",
    "figures.live_basins",
    "figures.sweep",
    "lessons.shown",
    "PIL.ImageFile",
    "streamlit.material_icon_names",
    "streamlit.runtime.scriptrunner.magic_funcs",
)
"""Modules that a run imports, or has imported for it, beyond those of the pictures."""


def make_ready() -> None:
    """Import all that a page imports, and draw once what it shows first.

    All of that stays, and is no longer gone through by the collector, which stops every thread for
    a tenth of a second each time it does.
    """
    for name in FIRST_USED:
        import_module(name)
    opening = Experiment()
    race_figures(opening, run(opening)).packed()
    tree_figure(OPTIMIZERS, next(iter(OPTIMIZERS))).to_json()
    basins = Basins(replace(opening, steps=10), grid=10)
    basins_figure(basins, [result(basins.steps(lane)) for lane in basins.lanes()]).to_json()
    gc.collect()
    gc.freeze()
