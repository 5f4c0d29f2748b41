"""The menu under the pictures: the race as a link, a picture, a film or a file, or in a page."""

from __future__ import annotations

import functools
import html
from collections.abc import Sequence

import streamlit as st

from experiment import Experiment, Trajectory
from exports.forms import FORMS
from exports.words import file_name
from viewer import media_menu

EMBEDDED = (900, 760)  # width and height in pixels
BUTTON_WIDTH = 150


def take_away(experiment: Experiment, trajectories: Sequence[Trajectory]) -> None:
    """A button that offers every form; nothing is made before someone asks for it."""
    if st.button("Take it away", icon=":material/download:", key="take-away"):
        offer(experiment, trajectories)


@st.dialog("Take the race away", width="medium", icon=":material/download:")
def offer(experiment: Experiment, trajectories: Sequence[Trajectory]) -> None:
    """The link, pictures and films of the screen, a button for each file, and the frame."""
    address = (st.context.url or "").partition("?")[0]
    st.markdown("**Link**")
    st.code(f"{address}?{experiment.to_query()}", language=None, wrap_lines=True)
    st.markdown("**Picture or film**, as it is on the screen")
    media_menu(file_name(experiment), key="media")
    st.markdown("**File**")
    with st.container(gap="xsmall"):
        for form in FORMS.values():
            refusal = form.refusal(experiment)
            row = st.container(
                horizontal=True, vertical_alignment="center", gap="small", wrap=False
            )
            row.download_button(
                form.name,
                functools.partial(form.make, experiment, trajectories, address),
                file_name=f"{file_name(experiment)}{form.ending}",
                mime=form.mime,
                key=f"take-away{form.ending}",
                width=BUTTON_WIDTH,
                on_click="ignore",
                disabled=bool(refusal),
            )
            row.caption(refusal or form.summary)
    st.markdown("**In a page of your own**")
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
