"""What a change leaves as it is: where only pictures and results differ, only they are sent."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app_pages.lane_editor import more_key, with_rate
from app_pages.surface_editor import MORE
from experiment import Experiment, is_showcase
from surfaces import TYPED, Surface


def is_drawn_alone(experiment: Experiment) -> bool:
    """Whether nothing beside the pictures and the results depends on numbers that sliders set.

    Others do of a person's own formula or rule, of which is said what was found, of curvatures, and
    of a showcase; and so may what is open.
    """
    surface = experiment.surface
    if not isinstance(surface, Surface) or not surface.formula:
        return False
    opened = [MORE, *(more_key(i) for i in range(len(experiment.lanes)))]
    return not (
        surface.key == TYPED
        or surface.curvatures
        or any(lane.rules for lane in experiment.lanes)
        or experiment.problems
        or is_showcase(experiment)
        or any(st.session_state.get(key) for key in opened)
    )


def differs_in_drawing(before: Experiment, now: Experiment) -> bool:
    """Whether two races differ in nothing but numbers of the surface and learning rates.

    And in nothing that the page says beside what is drawn of them.
    """
    if not (is_drawn_alone(before) and is_drawn_alone(now)) or len(before.lanes) != len(now.lanes):
        return False
    surface, other = before.plane, now.plane
    if surface.key != other.key:
        return False
    numbers = dict(zip((p.name for p in other.parameters), other.values, strict=True))
    pairs = zip(before.lanes, now.lanes, strict=True)
    lanes = tuple(
        with_rate(lane, rate[1]) if (rate := changed.learning_rate) else lane
        for lane, changed in pairs
    )
    return replace(before, surface=surface.with_values(**numbers), lanes=lanes) == now
