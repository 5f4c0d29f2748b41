"""How far a bowl's curvatures are apart, as its sliders have them."""

from __future__ import annotations

from collections.abc import Mapping

from viewer.serving import component

_component = component("condition")


def root_of_condition(before: str, after: str, numbers: Mapping[str, float], *, key: str) -> None:
    """A sentence with √κ, the root of the largest curvature by the smallest.

    Args:
        before, after: what stands around the number.
        numbers: the curvatures, by the name of the surface's parameter.
        key: the sentence's identity, as of any widget.
    """
    _component(key=key, data={"before": before, "after": after, "numbers": dict(numbers)})
