"""What a lesson, or a person's own, is taken away as."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from exports.lesson_package import PACKAGED, lesson_package
from exports.lesson_page import lesson_page
from lessons import Lesson


def lesson_files(
    lesson: Callable[[], Lesson], name: str, key: str, *, page: str = "Download", help: str = ""
) -> None:
    """The buttons of a lesson's page and of its package; neither is made before it is asked for.

    Args:
        name: of the files.
        key: of the buttons, which each end in what they give.
        page: what the page's button says.
        help: what is said of it.
    """
    st.download_button(
        page,
        lambda: lesson_page(lesson()),
        file_name=f"{name}.html",
        mime="text/html",
        key=f"{key}-lesson",
        icon=":material/download:",
        on_click="ignore",
        help=help or None,
    )
    st.download_button(
        "SCORM package",
        lambda: lesson_package(lesson()),
        file_name=f"{name}-scorm.zip",
        mime="application/zip",
        key=f"{key}-package",
        icon=":material/download:",
        on_click="ignore",
        help=PACKAGED,
    )
