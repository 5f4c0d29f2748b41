"""Widgets that the pages share."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app_pages.session import Change, bound, change, initial
from settings import Setting
from viewer import exact_slider

WORD_JOINER = "\u2060"
ADDRESS = r"https?://(?:[^\s,;()]|\([^\s,;()]*\))+(?<!\.)"
"""An address in a text: its brackets are in pairs, and a sentence's full stop is no part of it."""


def slider(setting: Setting, name: str, key: str, value: float, how: Change, of: str = "") -> None:
    """A number on a slider; arguments as `exact_slider` takes them."""
    exact_slider(
        setting,
        name,
        of,
        key=key,
        value=value,
        on_change=lambda number, passing: change(how, number, passing=passing),
    )


def number(
    label: str, key: str, value: float, low: float, high: float, how: Change, **keywords: Any
) -> None:
    """A number as exact as it is typed, whole if value is; an emptied field changes nothing."""
    kind = type(value)
    st.number_input(
        label,
        min_value=kind(low) if math.isfinite(low) else None,
        max_value=kind(high) if math.isfinite(high) else None,
        value=initial(key, value),
        format="%d" if kind is int else "%g",
        **bound(key, value, lambda experiment, v: experiment if v is None else how(experiment, v)),
        **keywords,
    )


def choice(
    label: str, key: str, value: Any, names: Mapping[Any, str], how: Change, **keywords: Any
) -> None:
    """A choice between keys, shown by their names."""
    keys = list(names)
    st.selectbox(
        label,
        keys,
        index=keys.index(initial(key, value)),
        format_func=names.__getitem__,
        **bound(key, value, how),
        **keywords,
    )


def escape(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is.

    Addresses would become links in spite of escapes; an invisible sign within them prevents it.
    """
    broken = re.sub(r"(?i)https?(?=:)|www(?=\.)|(?=@)", rf"\g<0>{WORD_JOINER}", text)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", broken)


def warn(sentences: Sequence[str]) -> None:
    """What a person should know, in one box."""
    if sentences:
        lines = [escape(sentence) for sentence in sentences]
        text = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
        st.warning(text, icon=":material/info:")
