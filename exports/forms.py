"""Every form in which an experiment can be taken away, under the ending of its file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from experiment import Drawn, Experiment, Trajectory
from experiment.race_file import write_race
from exports.bibliography import bibliography
from exports.numpy_script import numpy_script
from exports.optax_script import JAX, optax_script
from exports.page import page
from exports.table import csv_table, json_table
from exports.torch_script import PYTORCH, torch_script


@dataclass(frozen=True)
class Form:
    """A form in which an experiment can be taken away.

    Attributes:
        ending: of the file's name.
        name, summary: for people.
        mime: its media type.
        make: an experiment, its trajectories, and where the app is, if that is known -> the text.
        refuses: an experiment -> why there is no such file of it, in a sentence; empty if there is.
    """

    ending: str
    name: str
    summary: str
    mime: str
    make: Callable[[Experiment, Sequence[Trajectory], str], str]
    refuses: Callable[[Experiment], str] = lambda _: ""

    def refusal(self, experiment: Experiment) -> str:
        """Why there is no such file of an experiment, in a sentence; empty if there is one."""
        return self.refuses(experiment)


def _script(
    ending: str,
    name: str,
    summary: str,
    make: Callable[[Experiment], str],
    lacks: Callable[[Experiment], str] = lambda _: "",
) -> Form:
    """A script; `lacks` says why it would be empty."""

    def refuses(experiment: Experiment) -> str:
        if isinstance(experiment.surface, Drawn):
            return f"{name}s are made of formulas only, and {experiment.surface.called} is none."
        if not experiment.surface.formula:
            return f"{name}s are made of formulas only, not of losses on data."
        if driven := experiment.surface.driven:
            letters = " and ".join(driven)
            return f"{name}s are made of one loss, and here {letters} changes from step to step."
        return lacks(experiment)

    def text(experiment: Experiment, trajectories: Sequence[Trajectory], _: str) -> str:
        return _spent(experiment, trajectories) + make(experiment)

    return Form(ending, name, summary, "text/x-python", text, refuses)


def _spent(experiment: Experiment, trajectories: Sequence[Trajectory]) -> str:
    """Which lanes, as far as they were run, ended at the limit of work that no script has."""
    pairs = zip(experiment.lanes, trajectories, strict=False)
    return "".join(
        f"# Descent Lab ended {lane.name} after step {t.outcome.step}, when it had cost what a "
        "race may; this script goes on.\n"
        for lane, t in pairs
        if t.outcome.cause == "spent"
    )


_FORMS = (
    Form(
        ".html",
        "Web page",
        "Plays in any browser, offline; five megabytes.",
        "text/html",
        page,
    ),
    Form(
        "_online.html",
        "Small web page",
        "The same; loads Plotly.js from its CDN.",
        "text/html",
        functools.partial(page, offline=False),
    ),
    Form(
        ".csv",
        "CSV",
        "Every step of every lane, as a table.",
        "text/csv",
        lambda e, t, _: csv_table(e, t),
    ),
    Form(
        ".json",
        "JSON",
        "The same, with the link and what came of it.",
        "application/json",
        lambda e, t, _: json_table(e, t),
    ),
    Form(
        ".race.json",
        "Race file",
        "Opens here again, on any computer; your own data are in it.",
        "application/json",
        lambda e, *_: write_race(e),
    ),
    _script(
        ".py",
        "NumPy script",
        "Repeats every path, on one kind of processor bit for bit.",
        numpy_script,
    ),
    _script(
        "_torch.py",
        "PyTorch script",
        "The same race with torch.optim.",
        torch_script,
        PYTORCH.refusal,
    ),
    _script("_optax.py", "Optax script", "The same race with optax.", optax_script, JAX.refusal),
    Form(
        ".bib",
        "BibTeX",
        "The works behind the methods.",
        "application/x-bibtex",
        lambda e, *_: bibliography(e),
    ),
)

FORMS: Mapping[str, Form] = MappingProxyType({form.ending: form for form in _FORMS})
"""Every form that is text, under its ending."""
