"""Under the pictures: the race as a link, a picture, a film or a file, or in a page; and back."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from app_pages.session import change, keep_data, remembered
from app_pages.upload_editor import Upload
from experiment import Experiment, Trajectory
from experiment.link import handed_on, uploaded
from experiment.race_file import read_race
from exports.forms import FORMS
from exports.words import file_name
from surfaces import Table
from surfaces.tables.reading import MAX_BYTES
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
    address = shown_address(st.context.url or "")
    st.markdown("**Link**")
    link = f"{address}?{handed_on(experiment.to_query())}"
    st.code(link, language=None, wrap_lines=True)
    if uploaded(experiment.surface):
        st.caption("The link does not carry your data; the race file below does.")
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


def bring_back() -> None:
    """A button that opens a race file, which has its data in it."""
    more = st.popover(
        "Open a race file",
        icon=":material/upload_file:",
        key="bring-back",
        on_change="rerun",
    )
    if more.open:
        more.file_uploader(
            "A race that was taken away as a file",
            type=["json"],
            key="race-file",
            max_upload_size=MAX_BYTES // 1_000_000,
            on_change=lambda: change(_of_file, st.session_state["race-file"]),
            help="A race file, or a race as JSON. Its data stay in this session.",
        )


def _of_file(experiment: Experiment, file: Any) -> Experiment:
    if file is None:  # taken away again
        return experiment
    read = read_race(file.getvalue())
    if data := uploaded(read.surface):
        keep_data(data)
        remembered(Upload).table = Table(data.names, data.columns, data.note)
    return read


def shown_address(url: str) -> str:
    """Where the app is, for others, from where it runs.

    Streamlit Community Cloud runs it in a frame at /~/+/, under a page that wakes it.
    """
    parts = urlsplit(url)
    path = re.sub(r"^/~/\+(?=/|$)", "", parts.path) or "/"
    return urlunsplit(parts._replace(path=path, query="", fragment=""))


def embedded(experiment: Experiment, address: str) -> str:
    """HTML that shows the race of the app at an address inside another page."""
    width, height = EMBEDDED
    link = f"{address}?{handed_on(experiment.to_query())}&embed=true"
    name = html.escape(experiment.surface.name)
    return (
        f'<iframe src="{html.escape(link)}" title="{name}" width="{width}" height="{height}" '
        'allow="fullscreen; clipboard-write" style="border: 0; max-width: 100%"></iframe>'
    )
