"""What the forms say alike: what race it is, and where it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from experiment import Experiment
from figures.style import formula_text

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
MADE_BY = f"Descent Lab {tomllib.loads(_PROJECT.read_text(encoding='utf-8'))['project']['version']}"
"""What has made a file, with its version."""


def race_words(experiment: Experiment) -> str:
    """The race in a few lines of plain text: who races where, and its link."""
    lanes = ", ".join(lane.name for lane in experiment.lanes)
    return (
        f"{experiment.surface.name}: {lanes}\n\n"
        f"{formula_text(experiment.surface)}\n\n"
        f"{MADE_BY}: ?{experiment.to_query()}"
    )


def file_name(experiment: Experiment) -> str:
    """A name for a file of it, without the ending: the surface's and the optimizers' keys."""
    keys = dict.fromkeys(lane.optimizer.key for lane in experiment.lanes)
    return re.sub(r"[^a-z0-9]+", "-", "-".join([experiment.surface.key, *keys]))[:80]
