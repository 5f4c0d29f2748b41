"""What the forms say alike: what race it is, and where it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from experiment import Drawn, Experiment
from surfaces import Surface

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
MADE_BY = f"Descent Lab {tomllib.loads(_PROJECT.read_text(encoding='utf-8'))['project']['version']}"
"""What has made a file, with its version."""


def race_words(experiment: Experiment) -> str:
    """The race in a few lines of plain text: who races where, and its link."""
    lanes = ", ".join(lane.name for lane in experiment.lanes)
    return (
        f"{experiment.surface.name}: {lanes}\n\n"
        f"{formula_words(experiment.surface)}\n\n"
        f"{MADE_BY}: ?{experiment.to_query()}"
    )


def formula_words(surface: Surface | Drawn) -> str:
    """The formula and what is set in it, in one line of plain text."""
    if isinstance(surface, Drawn):
        return ", ".join([surface.shows.removesuffix("."), *settings_words(surface)])
    formula = [f"f(x, y) = {surface.formula.replace('**', '^')}"] if surface.formula else []
    transform = [f"{name} = {value:g}" for name, value in surface.transform.changed.items()]
    return ", ".join([*formula, *settings_words(surface), *transform])


def settings_words(surface: Surface | Drawn) -> list[str]:
    """Every parameter's value."""
    names = (p.name for p in surface.parameters)
    return [f"{name} = {_short(v)}" for name, v in zip(names, surface.values, strict=True)]


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def file_name(experiment: Experiment) -> str:
    """A name for a file of it, without the ending: the surface's and the optimizers' keys."""
    keys = dict.fromkeys(lane.optimizer.key for lane in experiment.lanes)
    return re.sub(r"[^a-z0-9]+", "-", "-".join([experiment.surface.key, *keys]))[:80]
