"""The menu under the pictures: the race as a file, or in another page."""

from __future__ import annotations

import functools
import html
from collections.abc import Sequence

import streamlit as st

from experiment import Experiment, Trajectory
from exports.forms import FORMS
from exports.words import file_name

EMBEDDED = (900, 760)  # width and height in pixels


def take_away(experiment: Experiment, trajectories: Sequence[Trajectory]) -> None:
    """A menu of every form; nothing is made before someone asks for it."""
    menu = st.popover(
        "Take it away", icon=":material/download:", key="take-away", on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        address = (st.context.url or "").partition("?")[0]
        st.caption("The whole race as a file.")
        for form in FORMS.values():
            refusal = form.refusal(experiment)
            st.download_button(
                f"**{form.name}** · {form.summary}",
                functools.partial(form.make, experiment, trajectories, address),
                file_name=f"{file_name(experiment)}{form.ending}",
                mime=form.mime,
                key=f"take-away{form.ending}",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
                disabled=bool(refusal),
                help=refusal or None,
            )
        st.caption("In a page of your own:")
        st.code(embedded(experiment, address), language="html", wrap_lines=True)


def embedded(experiment: Experiment, address: str) -> str:
    """HTML that shows the race of the app at an address inside another page."""
    width, height = EMBEDDED
    link = f"{address}?{experiment.to_query()}&embed=true"
    name = html.escape(experiment.surface.name)
    return (
        f'<iframe src="{html.escape(link)}" title="{name}" width="{width}" height="{height}" '
        'style="border: 0; max-width: 100%"></iframe>'
    )
